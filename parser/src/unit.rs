//! A unit: its fragment and drop-ins merged, each directive with its history.
//!
//! Merging follows systemd line by line, so that a rejected value leaves the earlier one in force, an
//! empty assignment resets a list, and a line that systemd stops at ends its file. What the values
//! come to is for [`service`](crate::service); processes are not known here.

mod histories;
mod judge;
mod merge;

pub use histories::Histories;
pub use merge::sections;

use crate::diagnostic::{Diagnostic, FileId};
use crate::directive::Directive;
use crate::load::SourceFile;
use crate::name::UnitName;
use crate::value::command::Command;
use crate::value::kind::ValueKind;
use crate::value::specifier::{Specifiers, expand};
use smallvec::SmallVec;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// How systemd would report the loading of a unit (`LoadState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadState {
    /// It was read, perhaps with warnings.
    Loaded,
    /// There is no fragment.
    NotFound,
    /// A setting, or what the settings come to, is refused.
    BadSetting,
    /// The fragment could not be read to its end.
    Error,
    /// The fragment is empty or a link to /dev/null.
    Masked,
}

impl fmt::Display for LoadState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loaded => "loaded",
            Self::NotFound => "not-found",
            Self::BadSetting => "bad-setting",
            Self::Error => "error",
            Self::Masked => "masked",
        })
    }
}

/// What an assignment did to its directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It replaced the value.
    Set,
    /// It added to the list.
    Appended,
    /// It emptied the list, or brought the default back.
    Reset,
    /// systemd ignores it.
    Ignored,
}

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The file it stands in.
    pub file: FileId,
    /// The number of its first line.
    pub line: u32,
    /// The bytes from the key to the end of the value.
    pub span: Range<usize>,
    /// All the bytes of its logical line.
    pub line_span: Range<usize>,
    /// The value as systemd sees it: continuations joined, blanks stripped.
    pub value: Box<str>,
    /// The commands in it, if its directive takes commands: whoever needs them shares these.
    pub commands: SmallVec<[Arc<Command>; 1]>,
    /// What it did.
    pub effect: Effect,
}

/// What specifiers stand for in the files of a unit. It depends on the name that the unit has while a file is read.
#[derive(Clone, Copy)]
pub struct Expansion<'a> {
    /// For the fragment, which systemd reads before it knows the unit's own name: by the name that was asked for.
    pub fragment: &'a dyn Specifiers,
    /// For the drop-ins: by the unit's own name.
    pub drop_ins: &'a dyn Specifiers,
}

impl<'a> Expansion<'a> {
    /// What they stand for in this file.
    pub fn of(&self, file: FileId) -> &'a dyn Specifiers {
        if file == FileId(0) { self.fragment } else { self.drop_ins }
    }
}

/// All assignments of one directive, in the order systemd reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The directive.
    pub directive: Directive,
    /// What values it takes.
    pub kind: ValueKind,
    /// Its assignments: most have one.
    pub entries: SmallVec<[Entry; 1]>,
}

impl History {
    /// The assignments that are in force: the last one set, or the list since it was last reset.
    pub fn effective(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        let since =
            self.entries.iter().rposition(|entry| matches!(entry.effect, Effect::Set | Effect::Reset));
        let since = &self.entries[since.unwrap_or(0)..];
        since.iter().filter(|entry| matches!(entry.effect, Effect::Set | Effect::Appended))
    }
}

/// A unit as systemd would have it after loading.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What it is called: the name of its fragment.
    pub id: UnitName,
    /// All its names, sorted.
    pub names: Vec<UnitName>,
    /// The files that were read: the fragment first, if there is one, then drop-ins in their order.
    pub files: Vec<SourceFile>,
    /// Whether the first file is the fragment.
    pub has_fragment: bool,
    /// How loading went, as far as the text decides it; [`Service`](crate::service::Service) may refuse more.
    pub load_state: LoadState,
    /// What every directive went through, in the order of first assignment.
    pub directives: Histories,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Unit {
    /// The history of a directive; `None` if it was never assigned.
    pub fn history(&self, section: &'static str, name: &'static str) -> Option<&History> {
        self.directives.get(section, name)
    }

    /// The assignments of a directive that are in force.
    pub fn effective(
        &self,
        section: &'static str,
        name: &'static str,
    ) -> impl DoubleEndedIterator<Item = &Entry> {
        self.history(section, name).into_iter().flat_map(History::effective)
    }

    /// The assignment that decides a directive that holds one value.
    pub fn deciding(&self, section: &'static str, name: &'static str) -> Option<&Entry> {
        self.history(section, name)?.effective().next_back()
    }

    /// `Description=`, if it is set and not empty.
    pub fn description(&self, expansion: Expansion<'_>) -> Option<String> {
        let entry = self.deciding("Unit", "Description")?;
        let text = expand(&entry.value, expansion.of(entry.file)).ok()?.text;
        (!text.is_empty()).then(|| text.into_owned())
    }

    /// A file of the unit.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The fragment, if there is one.
    pub fn fragment(&self) -> Option<&SourceFile> {
        self.files.first().filter(|_| self.has_fragment)
    }

    /// The drop-ins, in the order they are applied.
    pub fn drop_ins(&self) -> &[SourceFile] {
        &self.files[usize::from(self.has_fragment)..]
    }
}
