//! Fork bombs: processes of an unprivileged user that do nothing but fork, brought down. `UNITCTL_BOMBS`
//! says how often (1), `UNITCTL_BOMB_SIZE` with how many processes (500).

#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod common;
#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod linux_support;

use common::service;
use linux_support::{Unit, helpers, now, number, say, until};
use std::sync::Mutex;
use unitctl_executor::plan::{KillRequest, Plan, Presence, Start, kill, stop};
use unitctl_parser::value::signal::Signal;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Starts a bomb and brings it down, as often and with as many processes as the environment says.
fn bring_down(kind: &str, plan: &Plan) {
    let _turn = ONE_AT_A_TIME.lock();
    let (times, size) = (number("UNITCTL_BOMBS", 1), number("UNITCTL_BOMB_SIZE", 500));
    let Some(mut unit) = Unit::new() else { return };
    for time in 1..=times {
        unit.start(helpers(), &[kind, "54321", &size.to_string()]);
        until("the bomb has grown", || unit.cgroup().members().0.len() >= size / 2);
        let began = now();
        let result = unit.run(plan, None);
        say(&format!("{kind} of {size}, {time} of {times}: {:?}", began.elapsed()));
        assert_eq!(result.outcome.error, None);
        until("nobody is left", || !unit.cgroup().is_populated());
    }
}

const START: Start = Start { rest: Presence::Yes, ..Start::running() };

#[test]
fn by_kill() {
    bring_down(
        "bomb",
        &kill(&KillRequest { signal: Signal::KILL, ..KillRequest::default() }, START).unwrap(),
    );
}

#[test]
fn by_a_stop_that_kills() {
    bring_down("stubborn", &stop(&service("KillSignal=SIGKILL"), START));
}

#[test]
fn by_a_stop_that_asks() {
    bring_down("bomb", &stop(&service("TimeoutStopSec=500ms"), START));
}

#[test]
fn by_a_stop_that_asks_in_vain() {
    bring_down("stubborn", &stop(&service("TimeoutStopSec=500ms"), START));
}
