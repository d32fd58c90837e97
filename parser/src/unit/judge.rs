//! What systemd makes of one assignment: does it set, add, reset, or is it ignored?

use super::Effect;
use crate::diagnostic::Severity;
use crate::value::ValueError;
use crate::value::check::{Complaint, check};
use crate::value::command;
use crate::value::environment;
use crate::value::kind::{self, ValueKind};
use crate::value::specifier::Specifiers;
use crate::value::words::{Style, Words};

/// What an assignment did, and what there is to say about it.
pub(super) struct Judgement {
    pub(super) effect: Effect,
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
    let complaints = check(kind, value, specifiers);
    let worst = complaints.iter().map(|complaint| complaint.effect).max();
    let effect = if value.is_empty() && worst.is_none_or(|worst| worst == kind::Effect::Warned) {
        Effect::Reset
    } else {
        effect(kind, value, specifiers, &complaints)
    };
    let stops = match worst {
        Some(kind::Effect::BadSetting) => Some(super::LoadState::BadSetting),
        Some(kind::Effect::LoadError) => Some(super::LoadState::Error),
        _ => None,
    };
    Judgement { effect, remarks: complaints.into_iter().map(remark).collect(), stops }
}

/// What a value does that is not empty.
fn effect(kind: ValueKind, value: &str, specifiers: &dyn Specifiers, complaints: &[Complaint]) -> Effect {
    let worst = complaints.iter().map(|complaint| complaint.effect).max();
    let taken = worst.is_none_or(|worst| worst == kind::Effect::Warned);
    // Of these, the part before what is wrong counts.
    let added = match kind {
        // Nothing was said against it: then what it begins with is a program, unless it may be a lone `;`.
        ValueKind::Command if worst.is_none() && !value.starts_with([';', '\'', '"', '\\']) => true,
        ValueKind::Command => !command::parse(value, specifiers).commands.is_empty(),
        ValueKind::Environment => !environment::parse_assignments(value, specifiers).entries.is_empty(),
        // Each word for itself.
        ValueKind::Paths(_) => taken || Words::new(value, Style::Quoted).flatten().count() > complaints.len(),
        ValueKind::ExitStatuses | ValueKind::Delegate => true,
        kind if kind.is_list() => taken,
        _ => return if taken { Effect::Set } else { Effect::Ignored },
    };
    if added { Effect::Appended } else { Effect::Ignored }
}

fn remark(complaint: Complaint) -> Remark {
    let (rule, severity) = match complaint.effect {
        kind::Effect::Warned => ("questionable-value", Severity::Warning),
        _ => ("invalid-value", Severity::Error),
    };
    Remark { rule, severity, error: complaint.error }
}
