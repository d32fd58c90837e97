//! What is wrong with a unit, and at which bytes.
//!
//! The parser never fails: one bad line costs that line, and leaves a [`Diagnostic`].

use std::ops::Range;

/// What a finding means for the line it points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Hint,
    /// systemd does what the line says, and that is very likely not what was meant.
    Warning,
    /// systemd will not do what the line says: it ignores or refuses it.
    Error,
}

/// One of the files of a unit, by its place among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// Something to say about some bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The name of the rule that speaks, such as `unknown-directive`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The file it is about.
    pub file: FileId,
    /// The first line of the logical line it is about, counted from 1.
    pub line: u32,
    /// The bytes it is about.
    pub span: Range<usize>,
    /// What is wrong: a sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// What says the same in the place of its bytes, or can only have been meant.
    pub instead: Option<String>,
}
