//! The units that a unit names in its dependencies.

use super::subject::Subject;
use std::ops::Range;
use unitctl_parser::unit::Entry;
use unitctl_parser::value::words::{Style, Words};

/// The units in these directives of section \[Unit\], as they are written: the assignment, the bytes of its value,
/// and the name.
pub fn units<'a>(
    subject: &'a Subject<'_>,
    directives: &[&'static str],
) -> Vec<(&'a Entry, Range<usize>, String)> {
    let entries = directives.iter().flat_map(|name| subject.unit.effective("Unit", name));
    entries
        .flat_map(|entry| {
            let words = Words::new(&*entry.value, Style::QuotedRaw).flatten();
            words.filter_map(move |word| Some((entry, word.span.clone(), word.as_str()?.to_owned())))
        })
        .collect()
}
