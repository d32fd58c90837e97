//! The histories of the directives of a unit, found by section and name.

use super::{Entry, History};
use crate::collections::IndexMap;
use crate::directive::Directive;
use crate::value::kind::ValueKind;
use foldhash::fast::FixedState;
use smallvec::SmallVec;

/// What every directive that is assigned went through, in the order of first assignment.
#[derive(Clone, Debug, Default)]
pub struct Histories {
    /// Only known names are keys, so nobody can choose ones that collide.
    by_name: IndexMap<(&'static str, &'static str), History, FixedState>,
    /// The marks of all names that are here. Most that are asked for are not, which mostly this alone tells.
    marks: u64,
}

impl Histories {
    /// None yet, with room for as many as few units have.
    pub(super) fn new() -> Self {
        Self { by_name: IndexMap::with_capacity_and_hasher(24, FixedState::default()), marks: 0 }
    }

    /// The history of a directive; `None` if it was never assigned.
    #[inline]
    pub fn get(&self, section: &'static str, name: &'static str) -> Option<&History> {
        if self.marks & mark(name) == 0 {
            return None;
        }
        self.by_name.get(&(section, name))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &History> {
        self.by_name.values()
    }

    /// Adds an assignment of a directive that takes values of this kind.
    pub(super) fn push(&mut self, directive: Directive, kind: ValueKind, entry: Entry) {
        self.marks |= mark(directive.name);
        let history = self.by_name.entry((directive.section, directive.name));
        let history = history.or_insert_with(|| History { directive, kind, entries: SmallVec::new() });
        history.entries.push(entry);
    }
}

/// One of 64 bits, which few names share.
#[inline]
fn mark(name: &str) -> u64 {
    let letter = |at: usize| name.as_bytes().get(at).map_or(0, |letter| usize::from(*letter));
    1 << ((name.len() + 3 * letter(0) + 5 * letter(name.len().wrapping_sub(1))) % 64)
}
