//! What was done, counted while it happens, and said in the end.

use super::duration::human;
use super::printable::one_line;
use super::style::Palette;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unitctl_executor::carry_out::Known;
use unitctl_executor::event::{Event, Outcome, What};
use unitctl_executor::linux::process::Stat;
use unitctl_executor::outlook::{Outlook, Why};
use unitctl_executor::plan::Role;
use unitctl_executor::world::{Pid, World};
use unitctl_parser::collections::HashSet;
use unitctl_parser::value::signal::Signal;

/// What has happened so far.
#[derive(Debug, Default)]
pub struct Tally {
    commands: usize,
    signals: BTreeMap<Signal, HashSet<Pid>>,
    killed_group: bool,
}

/// A process that remains.
#[derive(Clone, Debug, Serialize)]
pub struct Left {
    pid: i32,
    role: &'static str,
    comm: Option<String>,
    state: Option<char>,
    why: &'static str,
    /// Whether the plan was to end it.
    pub unexpected: bool,
}

/// The end of it, as the last line for programs.
#[derive(Debug, Serialize)]
pub struct Ending<'a> {
    result: &'static str,
    left: &'a [Left],
    took_us: u64,
    interrupted: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    still_held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

impl<'a> Ending<'a> {
    /// How it ended.
    pub fn new(outcome: &Outcome, left: &'a [Left]) -> Self {
        Self {
            result: outcome.result.word(),
            left,
            took_us: outcome.duration,
            interrupted: outcome.interrupted,
            still_held: outcome.still_held,
            missing: outcome.missing.map(Role::word),
            error: outcome.error.map(unitctl_executor::world::Errno::desc),
        }
    }
}

impl Tally {
    /// Counts an event.
    pub fn count(&mut self, event: &Event) {
        match &event.what {
            What::Run { pid: Ok(_), .. } => self.commands += 1,
            What::Signal { pid, signal, sent: Ok(()), .. } => {
                self.signals.entry(*signal).or_default().insert(*pid);
            }
            What::KillGroup { done: Ok(()), .. } => self.killed_group = true,
            _ => {}
        }
    }

    /// What was run and sent: `ran 1 command; sent SIGTERM to 3 processes, SIGKILL to 1`.
    pub fn words(&self) -> String {
        let mut words = match self.commands {
            0 => String::new(),
            1 => "ran 1 command; ".into(),
            commands => format!("ran {commands} commands; "),
        };
        let mut sent: Vec<String> = Vec::new();
        for (signal, processes) in &self.signals {
            let (count, noun) = (processes.len(), if sent.is_empty() { " process" } else { "" });
            let plural = if count == 1 || noun.is_empty() { "" } else { "es" };
            sent.push(format!("{signal} to {count}{noun}{plural}"));
        }
        if self.killed_group {
            sent.push("SIGKILL to the whole control group".into());
        }
        words.push_str(if sent.is_empty() { "sent no signal" } else { "sent " });
        words + &sent.join(", ")
    }
}

/// Those who remain, each with the reason.
pub fn left(outcome: &Outcome, world: &mut dyn World, known: Known, outlook: &Outlook) -> Vec<Left> {
    let describe = |&pid: &Pid| {
        let role = if known.main == Some(pid) { Role::Main } else { Role::Rest };
        let stat = Stat::read(pid).ok();
        let state = stat.as_ref().map(|stat| stat.state);
        let spared = outlook.never_signalled.contains(&role);
        let why = if outcome.interrupted {
            "it was interrupted"
        } else if spared {
            "never signalled"
        } else if state == Some('D') {
            "cannot be ended now: it waits for the kernel (state D)"
        } else {
            let reason = outlook.left.iter().find(|left| left.role == role).map(|left| left.why);
            match reason {
                Some(Why::NeverSignalled) => "never signalled",
                Some(Why::NeverKilled) => "asked to exit, never killed",
                Some(Why::MaySurviveLastSignal) => "it survived the last signal",
                Some(Why::Overtaken) => "the exit of another process ended the last phase",
                None => "it has not ended yet",
            }
        };
        Left {
            pid: pid.0,
            role: role.word(),
            comm: stat.map(|stat| stat.comm),
            state,
            why,
            unexpected: !spared,
        }
    };
    outcome.left(world).iter().map(describe).collect()
}

/// The summary for people: result and time, what was done, who stays and why.
pub fn summary(tally: &Tally, outcome: &Outcome, left: &[Left], before: usize, palette: Palette) -> String {
    let mut text = String::new();
    let result =
        if outcome.interrupted { "interrupted".into() } else { format!("result {}", outcome.result.word()) };
    let time = human(if outcome.duration < 1000 { outcome.duration } else { outcome.duration / 1000 * 1000 });
    let gone = before.saturating_sub(left.len());
    let went = match (gone, before) {
        (_, 0) => "nobody was there".into(),
        (gone, before) if gone == before => format!("all {before} went"),
        (gone, before) => format!("{gone} of {before} went"),
    };
    let _strings_take_everything =
        writeln!(text, "  {} after {time}: {}; {went}.", palette.heading(result), tally.words());
    /// More than these are only counted.
    const MOST: usize = 20;
    for process in left.iter().take(MOST) {
        let comm = one_line(process.comm.as_deref().unwrap_or("?"));
        let state = process.state.map_or(String::new(), |state| format!(", state {state}"));
        let head = if process.unexpected { palette.deadly("stays:") } else { "stays:".into() };
        let _strings_take_everything =
            writeln!(text, "  {head} {} {} ({comm}{state}): {}", process.role, process.pid, process.why);
    }
    if let Some(more @ 1..) = left.len().checked_sub(MOST) {
        let _strings_take_everything = writeln!(text, "  … and {more} more stay");
    }
    text
}
