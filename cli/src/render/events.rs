//! What happens while a plan is carried out or simulated: each event as a line for people and as an object for
//! programs.

use super::duration::human;
use super::json;
use super::printable::command_line;
use super::style::Palette;
use serde::Serialize;
use unitctl_executor::event::{Event, What};
use unitctl_executor::plan::{Notification, Plan, Role, Step};
use unitctl_executor::world::{Errno, ExitStatus, Pid};
use unitctl_parser::value::exit_status::failed_before_it_ran;

/// Tells events of one plan. Processes go by names; a command is called `command1`, `command2` … in the order in
/// which they are run.
pub struct Teller<'a> {
    plan: &'a Plan,
    /// The number that goes with its signals.
    value: Option<i32>,
    commands: Vec<(Pid, String)>,
}

/// An event that is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    at_us: u64,
    #[serde(flatten)]
    what: Deed,
}

/// What is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Deed {
    Signal {
        signal: String,
        to: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pid: Option<i32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<i32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'static str>,
    },
    Run {
        run: Vec<String>,
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pid: Option<i32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'static str>,
    },
    Exit {
        exit: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        pid: Option<i32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        killed: Option<String>,
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        core_dump: bool,
    },
    State {
        state: &'static str,
        until_us: Option<u64>,
    },
    KillGroup {
        cgroup_kill: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<&'static str>,
    },
    Unreadable {
        unreadable: String,
        error: &'static str,
    },
    Notified {
        notified: &'static str,
    },
    TimeUp {
        time_up: &'static str,
    },
    Interrupted {
        interrupted: bool,
    },
}

/// By which name a process goes.
pub struct Name {
    /// Its name, or its role.
    pub word: String,
    /// Its number, where it has one.
    pub pid: Option<i32>,
}

impl<'a> Teller<'a> {
    /// For the events of this plan.
    pub fn new(plan: &'a Plan) -> Self {
        let value = plan.phases.iter().flat_map(|phase| &phase.steps).find_map(|step| match step {
            Step::Signal(send) => send.value,
            _ => None,
        });
        Self { plan, value, commands: Vec::new() }
    }

    /// For those of a plan that follows another one: its commands are counted on.
    #[must_use]
    pub fn following(self, plan: &'a Plan) -> Self {
        Self { commands: self.commands, ..Self::new(plan) }
    }

    /// This command was running before: the next one is the second.
    #[must_use]
    pub fn with_command(mut self, pid: Pid) -> Self {
        self.commands.push((pid, "command1".to_owned()));
        self
    }

    /// What is to be told of an event, if anything. `name` is asked for processes that are no commands.
    pub fn told(&mut self, event: &Event, name: impl Fn(Pid, Role) -> Name) -> Option<Told> {
        let named = |commands: &[(Pid, String)], pid: Pid, role: Role| {
            let name = name(pid, role);
            let command = commands.iter().rev().find(|(of, _)| *of == pid);
            Name { word: command.map_or(name.word, |(_, word)| word.clone()), pid: name.pid }
        };
        let what = match &event.what {
            What::Begun { .. } | What::Empty | What::Ended { .. } => return None,
            What::Entered { phase, until } => {
                Deed::State { state: self.plan.phases.get(*phase)?.state.word(), until_us: *until }
            }
            What::Signal { pid, role, signal, sent } => {
                let Name { word: to, pid } = named(&self.commands, *pid, *role);
                let error = sent.err().map(Errno::desc);
                Deed::Signal { signal: signal.to_string(), to, pid, value: self.value, by: None, error }
            }
            What::Overheard { by, to, signal } => {
                let by = Some(named(&self.commands, *by, Role::Control).word);
                let Name { word: to, pid } = named(&self.commands, *to, Role::Rest);
                Deed::Signal { signal: signal.to_string(), to, pid, value: None, by, error: None }
            }
            What::KillGroup { group, done } => Deed::KillGroup {
                cgroup_kill: group.display().to_string(),
                error: done.err().map(Errno::desc),
            },
            What::Unreadable { group, error } => {
                Deed::Unreadable { unreadable: group.display().to_string(), error: error.desc() }
            }
            What::Run { command, pid } => {
                let run = json::words(&self.plan.commands.get(*command)?.command);
                let name_of_command = format!("command{}", self.commands.len() + 1);
                let number = pid.ok().and_then(|pid| name(pid, Role::Control).pid);
                self.commands.push((pid.unwrap_or(Pid(0)), name_of_command.clone()));
                Deed::Run { run, name: name_of_command, pid: number, error: pid.err().map(Errno::desc) }
            }
            What::Exited { pid, role, status, .. } => {
                let Name { word: exit, pid } = named(&self.commands, *pid, *role);
                let (code, killed, core_dump) = match status {
                    None => (None, None, false),
                    Some(ExitStatus::Code(code)) => (Some(*code), None, false),
                    Some(ExitStatus::Signal(signal)) => (None, Some(signal.to_string()), false),
                    Some(ExitStatus::CoreDump(signal)) => (None, Some(signal.to_string()), true),
                };
                Deed::Exit { exit, pid, code, killed, core_dump }
            }
            What::Notified(notification) => Deed::Notified {
                notified: match notification {
                    Notification::Reloading => "RELOADING=1",
                    Notification::Ready => "READY=1",
                },
            },
            What::TimeUp { phase } => Deed::TimeUp { time_up: self.plan.phases.get(*phase)?.state.word() },
            What::Interrupted => Deed::Interrupted { interrupted: true },
        };
        Some(Told { at_us: event.at, what })
    }
}

impl Told {
    /// A line of JSON.
    pub fn json(&self) -> String {
        // Strings and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A line for people, without its end.
    pub fn line(&self, palette: Palette) -> String {
        format!("  {:<14}{}", human(self.at_us / 1000 * 1000), self.words(palette))
    }

    fn words(&self, palette: Palette) -> String {
        let numbered =
            |word: &str, pid: Option<i32>| pid.map_or(word.to_owned(), |pid| format!("{word} ({pid})"));
        let failed = |error: Option<&str>| {
            error.map_or(String::new(), |error| format!("  {}", palette.deadly(error.to_lowercase())))
        };
        match &self.what {
            Deed::Signal { signal, to, pid, value, by, error } => {
                let painted =
                    if signal == "SIGKILL" { palette.deadly(signal) } else { palette.signal(signal) };
                let value = value.map_or(String::new(), |value| format!(" with {value}"));
                let by = by.as_ref().map_or(String::new(), |by| format!(", sent by {by}"));
                format!("{painted}{value} → {}{by}{}", numbered(to, *pid), failed(*error))
            }
            Deed::Run { run, name, pid, error } => {
                format!(
                    "run {} as {}{}",
                    palette.command(command_line(run)),
                    numbered(name, *pid),
                    failed(*error)
                )
            }
            Deed::Exit { exit, pid, code, killed, core_dump } => {
                let how = match (code, killed) {
                    (Some(0), _) => "exits".into(),
                    (Some(code), _) => match failed_before_it_ran(*code) {
                        Some(name) => format!("exits with {code}/{name}"),
                        None => format!("exits with {code}"),
                    },
                    (None, Some(signal)) if *core_dump => format!("dies of {signal}, dumping core"),
                    (None, Some(signal)) => format!("dies of {signal}"),
                    (None, None) => "is gone".into(),
                };
                format!("{} {how}", numbered(exit, *pid))
            }
            Deed::State { state, until_us } => {
                let until = until_us.map_or("without limit".into(), |until| {
                    // To the millisecond: the steps before it took some microseconds of it.
                    let left = until.saturating_sub(self.at_us);
                    format!("at most {}", human(left.saturating_add(500) / 1000 * 1000))
                });
                palette.faint(format!("{state}, {until}"))
            }
            Deed::KillGroup { cgroup_kill, error } => {
                let group = below(cgroup_kill);
                let signal = palette.deadly("SIGKILL");
                format!(
                    "{signal} → every process of the control group{group}, by the kernel{}",
                    failed(*error)
                )
            }
            Deed::Unreadable { unreadable, error } => {
                let error = palette.deadly(error.to_lowercase());
                format!("cannot read the control group{}: {error}", below(unreadable))
            }
            Deed::Notified { notified } => format!("the main process says {notified}"),
            Deed::TimeUp { time_up } => format!("the limit of {time_up} has passed"),
            Deed::Interrupted { .. } => "interrupted".into(),
        }
    }
}

/// Which of the unit's groups: the unit's own is called by no name.
fn below(group: &str) -> String {
    if group.is_empty() { String::new() } else { format!(" below {group}") }
}
