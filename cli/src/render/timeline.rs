//! `explain` for people: a timeline that can be read in ten seconds.

use super::duration;
use super::printable::command_line;
use super::reason;
use super::table::{self, Cell, Ink, Row};
use crate::context::Inspected;
use crate::render::style::Palette;
use unitctl_executor::outlook::{Outlook, Way};
use unitctl_executor::plan::{Action, Aspect, Phase, Plan, Reason, Role, Send, State, Step};
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
    /// The phases, one below the other. A default is named where it decides first, a line of a file wherever it does.
    pub fn draw(&self, layout: Layout) -> String {
        let mut rows: Vec<Row> = self.stages().into_iter().map(|(_, row)| row).collect();
        let mut named: Vec<String> = Vec::new();
        for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
            if !cell.why.ends_with(reason::DEFAULT) {
                continue;
            }
            if named.contains(&cell.why) {
                cell.why.clear();
            } else {
                named.push(cell.why.clone());
            }
        }
        table::draw(&rows, layout.width, layout.palette)
    }

    /// The phases that are drawn: their index in the plan and what is said of them.
    pub fn stages(&self) -> Vec<(usize, Row)> {
        let indices = 0..self.plan.phases.len();
        indices.filter_map(|index| Some((index, self.row(index)?))).collect()
    }

    /// The row of a phase; none for one that is not reached, or through which everything only passes.
    fn row(&self, index: usize) -> Option<Row> {
        let phase = &self.plan.phases[index];
        let window = self.outlook.begins[index]?;
        if phase.is_empty() {
            return None;
        }
        let mut cells = self.deeds(index, phase);
        let mut whys = self.whys(index, phase);
        let limit = whys.iter().position(|(aspect, _)| *aspect == Aspect::Limit).map(|at| whys.remove(at).1);
        // Each line of what is done has one line of why beside it, as far as there are any.
        for (at, (_, why)) in whys.into_iter().enumerate() {
            match cells.get_mut(at) {
                Some(cell) => cell.why = why,
                None => cells.push(Cell { what: Vec::new(), why }),
            }
        }
        if let Some(until) = self.until(index, phase) {
            cells.push(Cell::plain(until, limit.unwrap_or_default()));
        }
        if let Some(condition) = self.condition(index) {
            cells.insert(0, Cell { what: vec![(Ink::Faint, condition)], why: String::new() });
        }
        let when = match (window.earliest, window.latest) {
            (earliest, Some(latest)) if earliest == latest => duration::human(earliest),
            (earliest, Some(latest)) => {
                format!("{} … {}", duration::human(earliest), duration::human(latest))
            }
            (earliest, None) => format!("from {}", duration::human(earliest)),
        };
        Some(Row { when, state: phase.state.word().into(), cells })
    }

    /// When a phase comes, if it does not come after the one before.
    fn condition(&self, index: usize) -> Option<String> {
        let ways = &self.outlook.ways[index];
        let state = |index: usize| self.plan.phases[index].state.word();
        if ways.iter().any(|way| matches!(way, Way::Start | Way::After(_))) {
            return None;
        }
        let limits: Vec<&str> = ways
            .iter()
            .filter_map(|way| if let Way::Limit(from) = way { Some(state(*from)) } else { None })
            .collect();
        let skipped = ways.iter().any(|way| matches!(way, Way::Skipped(_)));
        let mut limits = limits;
        limits.dedup();
        match (limits.is_empty(), skipped) {
            (false, false) => Some(format!("only if the limit of {} passed", limits.join(" or "))),
            (false, true) => Some(format!(
                "at once if nobody is left to wait for, else if the limit of {} passed",
                limits.join(" or ")
            )),
            _ => None,
        }
    }

    /// What is done: the command, or the signals, those who get the same on one line.
    fn deeds(&self, index: usize, phase: &Phase) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        let mut before: Option<&Send> = None;
        for step in &phase.steps {
            match step {
                Step::Run(command) => {
                    let planned = &self.plan.commands[*command];
                    let mut what = vec![
                        (Ink::Plain, "run ".into()),
                        (Ink::Command, command_line(&super::json::words(&planned.command))),
                    ];
                    if planned.command.ignore_failure {
                        what.push((Ink::Faint, " (its failure counts as success)".into()));
                    }
                    cells.push(Cell { what, why: String::new() });
                }
                Step::Signal(send) if self.may_be_there(index, send.to) => {
                    let who = self.who(phase, send.to);
                    let same = before.is_some_and(|before| before.signals == send.signals);
                    if let Some(cell) = cells.last_mut().filter(|_| same) {
                        cell.what.push((Ink::Plain, format!(", {who}")));
                    } else {
                        cells.push(Cell { what: signals(send, &who), why: String::new() });
                    }
                    before = Some(send);
                }
                Step::Signal(_) => {}
                Step::KillCgroup { subgroup } => {
                    let group = subgroup.as_ref().map_or(String::new(), |group| format!(" in {group}"));
                    let who = format!(" → every process{group}, by the kernel at once");
                    cells.push(Cell {
                        what: vec![(Ink::Deadly, "SIGKILL".into()), (Ink::Plain, who)],
                        why: "cgroup.kill".into(),
                    });
                }
            }
        }
        cells
    }

    fn may_be_there(&self, index: usize, role: Role) -> bool {
        role == Role::Cgroup || self.outlook.alive[index].contains(&role)
    }

    /// Until when a phase lasts.
    fn until(&self, index: usize, phase: &Phase) -> Option<String> {
        if phase.waits_for.is_empty() || self.plan.action == Action::Kill {
            return None;
        }
        let there = |role| phase.waits_for.contains(&role) && self.may_be_there(index, role);
        let until = if phase.command().is_some() {
            "until it ends"
        } else if phase.main_counts_with_cgroup || !(there(Role::Main) || there(Role::Control)) {
            "until all are gone"
        } else if there(Role::Main) {
            "until the main process is gone"
        } else {
            "until the command is gone"
        };
        Some(match duration::limit(phase.limit) {
            Some(limit) => format!("{until}, at most {}", limit.replace(' ', "\u{a0}")),
            None => format!("{until}, however long that takes"),
        })
    }

    fn who(&self, phase: &Phase, role: Role) -> String {
        match role {
            Role::Main => "main process".into(),
            Role::Control => {
                let post =
                    matches!(phase.state, State::FinalSigterm | State::FinalSigkill | State::FinalWatchdog);
                let directive = match (self.plan.action, phase.state, post) {
                    (_, State::RemountingSigterm | State::RemountingSigkill, _) => "mount",
                    (Action::Reload, ..) => "ExecReload=",
                    (Action::Kill, ..) => "running",
                    (_, State::StopPreSigterm | State::StopPreSigkill, _) => "ExecStopPre=",
                    (_, State::UnmountingSigterm | State::UnmountingSigkill, _) => "umount",
                    (_, State::DeactivatingSigterm | State::DeactivatingSigkill, _) => "swapoff",
                    (_, _, true) => "ExecStopPost=",
                    (_, _, false) => "ExecStop=",
                };
                format!("{directive} command if still running")
            }
            Role::Rest => "all other processes".into(),
            Role::Cgroup => "all processes".into(),
        }
    }

    /// The settings that decided, one a line: whom, which signal if it is not the usual one, and the limit.
    fn whys(&self, index: usize, phase: &Phase) -> Vec<(Aspect, String)> {
        let said = |reason: &&Reason| match reason.aspect {
            Aspect::Command | Aspect::Recipients => true,
            Aspect::Afterwards => false,
            Aspect::Limit => !phase.waits_for.is_empty(),
            Aspect::Signal | Aspect::Hangup | Aspect::Exit => reason.origin.is_some(),
            Aspect::OnTimeout | Aspect::Escalation => {
                reason.origin.is_some() && !phase.limit.is_infinite() && index + 1 < self.plan.phases.len()
            }
        };
        let words =
            |reason: &Reason| (reason.aspect, reason::words(&self.inspected.unit, self.service, reason));
        phase.because.iter().filter(said).map(words).collect()
    }
}

/// `SIGTERM, SIGCONT → main process`
fn signals(send: &Send, who: &str) -> Vec<(Ink, String)> {
    let ink = if send.signals.contains(&Signal::KILL) { Ink::Deadly } else { Ink::Signal };
    let signals: Vec<String> = send.signals.iter().map(ToString::to_string).collect();
    let then = if send.only_after_success { "then " } else { "" };
    vec![(Ink::Plain, then.into()), (ink, signals.join(", ")), (Ink::Plain, format!(" → {who}"))]
}
