//! What systemd makes of one assignment: does it set, add, reset, or is it ignored?

use super::Effect;
use crate::diagnostic::Severity;
use crate::value::ValueError;
use crate::value::check::{Complaint, check, of_command_line};
use crate::value::command::{self, Command};
use crate::value::environment;
use crate::value::kind::{self, ValueKind};
use crate::value::specifier::Specifiers;
use crate::value::words::{Style, Words};
use smallvec::SmallVec;
use std::sync::Arc;

/// What an assignment did, and what there is to say about it.
pub(super) struct Judgement {
    pub(super) effect: Effect,
    pub(super) commands: SmallVec<[Arc<Command>; 1]>,
    pub(super) remarks: Vec<Remark>,
    /// How it ends the reading of the file, if it does.
    pub(super) stops: Option<super::LoadState>,
}

/// Something to say about some bytes of a value.
pub(super) struct Remark {
    pub(super) rule: &'static str,
    pub(super) severity: Severity,
    pub(super) error: ValueError,
}

/// Judges the value of a directive that takes values of this kind.
pub(super) fn judge(kind: ValueKind, value: &str, specifiers: &dyn Specifiers) -> Judgement {
    let (commands, complaints) = if kind == ValueKind::Command {
        let mut line = command::parse(value, specifiers);
        let commands = std::mem::take(&mut line.commands);
        (commands.into_iter().map(|(command, _)| Arc::new(command)).collect(), of_command_line(line))
    } else {
        (SmallVec::new(), check(kind, value, specifiers))
    };
    let worst = complaints.iter().map(|complaint| complaint.effect).max();
    let taken = worst.is_none_or(|worst| worst == kind::Effect::Warned);
    // Of some, the part before what is wrong counts.
    let counts = match kind {
        _ if value.is_empty() => taken,
        ValueKind::Command => !commands.is_empty(),
        ValueKind::Environment => {
            taken || !environment::parse_assignments(value, specifiers).entries.is_empty()
        }
        // Each word for itself.
        ValueKind::Paths(_) => taken || Words::new(value, Style::Quoted).flatten().count() > complaints.len(),
        ValueKind::ExitStatuses | ValueKind::Delegate => true,
        _ => taken,
    };
    let effect = match (counts, value) {
        (true, "") => Effect::Reset,
        (true, _) if kind.is_list() => Effect::Appended,
        (true, _) => Effect::Set,
        (false, _) => Effect::Ignored,
    };
    let stops = match worst {
        Some(kind::Effect::BadSetting) => Some(super::LoadState::BadSetting),
        Some(kind::Effect::LoadError) => Some(super::LoadState::Error),
        _ => None,
    };
    Judgement { effect, commands, remarks: complaints.into_iter().map(remark).collect(), stops }
}

fn remark(complaint: Complaint) -> Remark {
    let (rule, severity) = match complaint.effect {
        kind::Effect::Warned => ("questionable-value", Severity::Warning),
        _ => ("invalid-value", Severity::Error),
    };
    Remark { rule, severity, error: complaint.error }
}
