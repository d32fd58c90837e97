//! The units that a unit names: in its dependencies and in section \[Install\].

use super::subject::Subject;
use std::ops::Range;
use unitctl_parser::directive::Directive;
use unitctl_parser::unit::{Entry, Unit};
use unitctl_parser::value::kind::ValueKind;
use unitctl_parser::value::words::{Style, Word, Words};

/// A word that names a unit.
#[derive(Debug)]
pub struct Named<'a> {
    /// The directive it belongs to.
    pub directive: &'a Directive,
    /// The assignment that names it.
    pub entry: &'a Entry,
    /// The name as it is written.
    pub word: Word<'a>,
}

/// All words in force that name units.
pub(super) fn of(unit: &Unit) -> Vec<Named<'_>> {
    // As many as few units name.
    let mut named = Vec::with_capacity(8);
    for history in unit.directives.iter() {
        let directive = &history.directive;
        let names_units = match directive.section {
            "Install" => !matches!(directive.name, "Alias" | "DefaultInstance"),
            _ => matches!(history.kind, ValueKind::Units),
        };
        if names_units {
            for entry in history.effective() {
                for word in Words::new(&entry.value, Style::QuotedRaw).flatten() {
                    named.push(Named { directive, entry, word });
                }
            }
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
        |named: &&Named<'_>| named.directive.section == "Unit" && directives.contains(&named.directive.name);
    subject
        .named_units()
        .iter()
        .filter(wanted)
        .filter_map(|named| Some((named.entry, named.word.span.clone(), named.word.as_str()?)))
}
