//! Plans carried out in the simulated world, situation by situation.

#[cfg(test)]
#[path = "../common/mod.rs"]
mod common;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod outlook;
#[cfg(test)]
mod reload;
#[cfg(test)]
mod scenario;
#[cfg(test)]
mod stop;
#[cfg(test)]
mod trouble;
