//! A situation and what comes of it, each on one line.

use super::common::{Simulation, service, simulate};
use std::fmt::Write;
use unitctl_executor::event::{Event, What};
use unitctl_executor::plan::{Plan, Start, restart, stop};
use unitctl_executor::simulated::script::{CommandScript, ProcessScript};
use unitctl_executor::world::Pid;

/// How the service is stopped.
#[derive(Clone, Copy, Default)]
pub(crate) enum Request {
    #[default]
    Stop,
    Restart,
}

/// One line of a table of scenarios.
#[derive(Default)]
pub(crate) struct Scenario {
    pub(crate) what: &'static str,
    pub(crate) directives: &'static str,
    pub(crate) request: Request,
    /// The first is the main process, unless `no_main`.
    pub(crate) processes: &'static [&'static str],
    pub(crate) no_main: bool,
    pub(crate) commands: &'static [&'static str],
    /// Who got which signals, the commands run, `T` for a limit that passed.
    pub(crate) signals: &'static str,
    /// The states that were entered.
    pub(crate) states: &'static str,
    /// The result, then who is left.
    pub(crate) end: &'static str,
    /// How many seconds it took, where that is of interest.
    pub(crate) lasts: Option<u64>,
}

impl Scenario {
    pub(crate) fn check(&self) {
        let service = service(self.directives);
        let start = Start::usual(&service);
        let plan = match self.request {
            Request::Stop => stop(&service, start),
            Request::Restart => restart(&service, start),
        };
        let processes: Vec<_> =
            self.processes.iter().map(|text| ProcessScript::parse(text).unwrap()).collect();
        let commands = self.commands.iter().map(|text| CommandScript::parse(text).unwrap()).collect();
        let main = processes.first().filter(|_| !self.no_main).map(|script| script.name.clone());
        let run = simulate(&plan, main.as_deref(), None, processes, commands);
        assert_eq!(run.signals(&plan), self.signals, "{}: signals", self.what);
        assert_eq!(run.states(&plan), self.states, "{}: states", self.what);
        assert_eq!(run.end(), self.end, "{}: end", self.what);
        if let Some(seconds) = self.lasts {
            assert_eq!(run.outcome.duration / 1_000_000, seconds, "{}: seconds", self.what);
        }
    }
}

impl Simulation {
    /// `main TERM CONT; c TERM CONT; T; main KILL`
    pub(crate) fn signals(&self, plan: &Plan) -> String {
        let mut line = String::new();
        let mut last: Option<Pid> = None;
        for Event { what, .. } in &self.events {
            let separator = if line.is_empty() { "" } else { "; " };
            match what {
                What::Signal { pid, signal, sent, .. } => {
                    if last != Some(*pid) {
                        write!(line, "{separator}{}", self.world.name(*pid)).unwrap();
                    }
                    let name = signal.to_string();
                    write!(line, " {}", name.trim_start_matches("SIG")).unwrap();
                    if let Err(error) = sent {
                        write!(line, "({error:?})").unwrap();
                    }
                    last = Some(*pid);
                    continue;
                }
                What::Run { command, .. } => {
                    let path = plan.commands[*command].command.path.display();
                    write!(line, "{separator}{path}").unwrap();
                }
                What::Overheard { by, to, signal } => {
                    let (by, to) = (self.world.name(*by), self.world.name(*to));
                    write!(line, "{separator}{by} to {to} {signal}").unwrap();
                }
                What::KillGroup { group, .. } => {
                    write!(line, "{separator}cgroup.kill {}", group.display()).unwrap();
                }
                What::TimeUp { .. } => write!(line, "{separator}T").unwrap(),
                // A new step for the same process is a new word in the line.
                What::Begun { .. } => {}
                _ => continue,
            }
            last = None;
        }
        line
    }

    /// The states entered, one after the other.
    pub(crate) fn states(&self, plan: &Plan) -> String {
        let mut states: Vec<&str> = Vec::new();
        for Event { what, .. } in &self.events {
            if let What::Entered { phase, .. } = what {
                let state = plan.phases[*phase].state.word();
                if states.last() != Some(&state) {
                    states.push(state);
                }
            }
        }
        states.join(" ")
    }

    /// `timeout, left: c1 c2`
    pub(crate) fn end(&self) -> String {
        let mut end = self.outcome.result.to_string();
        if !self.left.is_empty() {
            end.push_str(", left:");
        }
        for &pid in &self.left {
            write!(end, " {}", self.world.name(pid)).unwrap();
        }
        end
    }
}
