//! The units that a unit names: in its dependencies and in section \[Install\].

use super::subject::Subject;
use std::ops::Range;
use unitctl_parser::directive::Directive;
use unitctl_parser::unit::{Entry, Unit};
use unitctl_parser::value::kind::ValueKind;
use unitctl_parser::value::words::{Style, Word, Words};

/// A word that names a unit.
#[derive(Debug)]
pub struct Named {
    /// The directive it belongs to.
    pub directive: Directive,
    /// The name as it is written.
    pub word: Word,
    /// Which directive of the unit, and which of its assignments.
    at: (usize, usize),
}

impl Named {
    /// The assignment that names it.
    pub fn entry<'a>(&self, unit: &'a Unit) -> &'a Entry {
        &unit.directives[self.at.0].entries[self.at.1]
    }
}

/// All words in force that name units.
pub(super) fn of(unit: &Unit) -> Vec<Named> {
    let mut named = Vec::new();
    for (index, history) in unit.directives.values().enumerate() {
        let directive = history.directive;
        let names_units = match directive.section {
            "Install" => !matches!(directive.name, "Alias" | "DefaultInstance"),
            _ => matches!(history.kind, ValueKind::Units),
        };
        if names_units {
            named.extend(history.effective_at().flat_map(|entry| {
                let words = Words::new(&*history.entries[entry].value, Style::QuotedRaw).flatten();
                words.map(move |word| Named { directive, word, at: (index, entry) })
            }));
        }
    }
    named
}

/// The units in these directives of section \[Unit\], as they are written: the assignment, the bytes of its value,
/// and the name.
pub fn units<'a>(
    subject: &'a Subject<'_>,
    directives: &[&'static str],
) -> impl Iterator<Item = (&'a Entry, Range<usize>, &'a str)> {
    let wanted =
        |named: &&Named| named.directive.section == "Unit" && directives.contains(&named.directive.name);
    subject
        .named_units()
        .iter()
        .filter(wanted)
        .filter_map(|named| Some((named.entry(&subject.unit), named.word.span.clone(), named.word.as_str()?)))
}
