//! `explain` for people: a timeline that can be read in ten seconds.

use super::duration;
use super::reason;
use super::table::{self, Cell, Ink, Row};
use crate::context::Inspected;
use crate::render::style::Palette;
use unitctl_executor::outlook::Outlook;
use unitctl_executor::plan::{Action, Aspect, Phase, Plan, Role, State, Step, Target};
use unitctl_parser::service::Service;
use unitctl_parser::value::signal::Signal;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The columns of the terminal.
    pub width: usize,
    /// Whether to colour.
    pub palette: Palette,
    /// Whether it can show more than ASCII.
    pub unicode: bool,
}

/// What is drawn.
pub struct Timeline<'a> {
    /// The unit.
    pub inspected: &'a Inspected,
    /// Its settings.
    pub service: &'a Service,
    /// What happens.
    pub plan: &'a Plan,
    /// What may come of it.
    pub outlook: &'a Outlook,
}

impl Timeline<'_> {
    /// The phases, one below the other.
    pub fn draw(&self, layout: Layout) -> String {
        let rows: Vec<Row> = (0..self.plan.phases.len()).filter_map(|index| self.row(index)).collect();
        table::draw(&rows, layout.width, layout.palette)
    }

    /// The row of a phase; none for one that is not reached, or through which everything only passes.
    fn row(&self, index: usize) -> Option<Row> {
        let phase = &self.plan.phases[index];
        let window = self.outlook.begins[index]?;
        if phase.is_empty() {
            return None;
        }
        let mut cells: Vec<Cell> = Vec::new();
        for step in &phase.steps {
            cells.push(self.step(phase, step, cells.is_empty()));
        }
        cells.extend(self.wait(phase));
        cells.extend(self.escalation(phase));
        let when = match (window.earliest, window.latest) {
            (earliest, Some(latest)) if earliest == latest => duration::human(earliest),
            (earliest, Some(latest)) => {
                format!("{} … {}", duration::human(earliest), duration::human(latest))
            }
            (earliest, None) => format!("from {}", duration::human(earliest)),
        };
        if let Some(condition) = self.condition(index) {
            cells.insert(0, Cell { what: vec![(Ink::Faint, condition)], why: String::new() });
        }
        Some(Row { when, state: phase.state.word().into(), cells })
    }

    /// When a phase comes at all, if not always.
    fn condition(&self, index: usize) -> Option<String> {
        let here = Target::Phase(index);
        let mut limits: Vec<State> = Vec::new();
        let mut otherwise = index == 0;
        for (from, phase) in self.plan.phases.iter().enumerate() {
            if self.outlook.begins[from].is_none() || from == index {
                continue;
            }
            if phase.on_timeout == here && !phase.limit.is_infinite() {
                limits.push(phase.state);
            }
            otherwise |= phase.then == here || phase.on_empty == Some(here) || phase.next == Some(here);
        }
        limits.dedup();
        if otherwise || limits.is_empty() {
            return None;
        }
        let states: Vec<&str> = limits.iter().map(|state| state.word()).collect();
        Some(format!("only if the limit of {} has passed", states.join(" or ")))
    }

    fn step(&self, phase: &Phase, step: &Step, first: bool) -> Cell {
        match step {
            Step::Run(command) => {
                let planned = &self.plan.commands[*command];
                let mut what = vec![
                    (Ink::Plain, "run ".into()),
                    (Ink::Command, super::json::words(&planned.command).join(" ")),
                ];
                if planned.command.ignore_failure {
                    what.push((Ink::Faint, "  (its failure counts as success)".into()));
                }
                Cell { what, why: self.why(phase, Aspect::Command) }
            }
            Step::Signal(send) => {
                let ink = if send.signals.contains(&Signal::KILL) { Ink::Deadly } else { Ink::Signal };
                let signals: Vec<String> = send.signals.iter().map(ToString::to_string).collect();
                let what = vec![
                    (ink, signals.join(", ")),
                    (Ink::Plain, format!(" → {}", who(phase.state, send.to))),
                ];
                let aspect = if send.only_after_success {
                    Aspect::Hangup
                } else if first {
                    Aspect::Recipients
                } else {
                    Aspect::Signal
                };
                Cell { what, why: self.why(phase, aspect) }
            }
            Step::KillCgroup { subgroup } => {
                let group = subgroup.as_ref().map_or(String::new(), |group| format!(" below {group}"));
                Cell {
                    what: vec![
                        (Ink::Deadly, "SIGKILL".into()),
                        (Ink::Plain, format!(" → every process of the control group{group}, by the kernel")),
                    ],
                    why: "cgroup.kill".into(),
                }
            }
        }
    }

    /// Until when a phase lasts.
    fn wait(&self, phase: &Phase) -> Option<Cell> {
        if phase.waits_for.is_empty() || self.plan.action == Action::Kill {
            return None;
        }
        let until = if phase.command().is_some() {
            "until it ends"
        } else if phase.main_counts_with_cgroup {
            "until all processes are gone"
        } else if phase.waits_for.contains(&Role::Main) {
            "until the main process is gone"
        } else if phase.waits_for.contains(&Role::Rest) {
            "until all processes are gone"
        } else {
            "until the command is gone"
        };
        let limit = match duration::limit(phase.limit) {
            Some(limit) => format!("{until}, at most {limit}"),
            None => format!("{until}, however long that takes"),
        };
        Some(Cell::plain(limit, self.why(phase, Aspect::Limit)))
    }

    /// What comes when the limit has passed, where that is not the usual.
    fn escalation(&self, phase: &Phase) -> Option<Cell> {
        let reason = phase.because.iter().find(|reason| {
            matches!(reason.aspect, Aspect::OnTimeout | Aspect::Escalation) && reason.origin.is_some()
        })?;
        if phase.limit.is_infinite() || phase.waits_for.is_empty() {
            return None;
        }
        let next = self.plan.state_of(phase.on_timeout);
        let what = format!("if that passes: {next}");
        Some(Cell::plain(what, reason::words(&self.inspected.unit, self.service, reason)))
    }

    fn why(&self, phase: &Phase, aspect: Aspect) -> String {
        let reason = phase.because.iter().find(|reason| reason.aspect == aspect);
        reason.map_or(String::new(), |reason| reason::words(&self.inspected.unit, self.service, reason))
    }
}

const fn who(state: State, role: Role) -> &'static str {
    match role {
        Role::Main => "main process",
        Role::Control => "the command, if it is still running",
        Role::Cgroup => "every process of the control group",
        Role::Rest if matches!(state, State::StopSigterm | State::Kill) => "every other process",
        Role::Rest => "every other process that is still there",
    }
}
