//! A finding: what is wrong, at which bytes of which file of the unit, and what to do about it.

use super::rule::Rule;
use std::ops::Range;
use unitctl_parser::diagnostic::{Diagnostic, FileId, Severity};
use unitctl_parser::service::Origin;
use unitctl_parser::unit::Entry;

/// Some bytes of a file of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Range<usize>,
}

impl From<&Entry> for Place {
    fn from(entry: &Entry) -> Self {
        Self { file: entry.file, span: entry.span.clone() }
    }
}

impl From<&Origin> for Place {
    fn from(origin: &Origin) -> Self {
        Self { file: origin.file, span: origin.span.clone() }
    }
}

impl From<&Diagnostic> for Place {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self { file: diagnostic.file, span: diagnostic.span.clone() }
    }
}

/// A change of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go, in the finding's file.
    pub span: Range<usize>,
    /// What comes instead.
    pub text: String,
}

/// Something that a rule found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// The bytes it is about.
    pub place: Place,
    /// What is wrong: a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other bytes that have to do with it, each with what they are to it.
    pub related: Vec<(Place, String)>,
    /// What would put it right, where that is safe: changes that are all made or none, and that change no other byte.
    pub fix: Vec<Edit>,
}

impl Finding {
    pub(super) fn new(rule: &'static Rule, place: Place, message: String) -> Self {
        let severity = rule.severity;
        Self { rule, severity, place, message, help: None, related: Vec::new(), fix: Vec::new() }
    }

    /// Adds advice.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Adds other bytes that have to do with it.
    pub fn related(&mut self, place: impl Into<Place>, label: impl Into<String>) -> &mut Self {
        self.related.push((place.into(), label.into()));
        self
    }

    /// Says how bad this one is.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Adds the change that puts it right.
    pub fn fix(&mut self, span: Range<usize>, text: impl Into<String>) -> &mut Self {
        self.fix = vec![Edit { span, text: text.into() }];
        self
    }
}
