//! Putting right what can be put right safely: only the bytes of the fixes change.

use super::finding::Edit;
use super::replace::replace;
use super::report::{FileReport, Report};
use crate::failure::Failure;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unitctl_parser::load::Root;

/// The changes of the fixes of a file that do not touch each other, in order, and how many fixes these are.
fn fixes(file: &FileReport) -> (Vec<&Edit>, usize) {
    let mut all: Vec<&[Edit]> = file.findings.iter().map(|finding| &*finding.fix).collect();
    all.retain(|fix| !fix.is_empty());
    all.sort_by_key(|fix| fix.first().map(|edit| (edit.span.start, edit.span.end)));
    all.dedup();
    // By where they begin, and the others that insert something at the same place.
    let mut taken: BTreeMap<usize, Vec<&Edit>> = BTreeMap::new();
    let mut count = 0;
    for fix in all {
        if fix.iter().all(|edit| edit.span.end <= file.bytes.len() && is_free(&taken, edit)) {
            count += 1;
            for edit in fix {
                taken.entry(edit.span.start).or_default().push(edit);
            }
        }
    }
    (taken.into_values().flatten().collect(), count)
}

/// Whether a change touches none of these; what is inserted at one place stands in a row.
fn is_free(taken: &BTreeMap<usize, Vec<&Edit>>, edit: &Edit) -> bool {
    let end = |edit: &Edit| edit.span.end.max(edit.span.start + 1);
    let before = taken.range(..end(edit)).next_back().and_then(|(_, edits)| edits.first());
    before.is_none_or(|other| {
        let both_insert = edit.span.is_empty() && other.span == edit.span;
        both_insert || end(other) <= edit.span.start
    })
}

/// What a file holds when its fixes are made, and how many there are.
pub fn fixed(file: &FileReport) -> (Vec<u8>, usize) {
    let mut bytes = Vec::with_capacity(file.bytes.len());
    let mut at = 0;
    let (edits, count) = fixes(file);
    for edit in edits {
        bytes.extend_from_slice(&file.bytes[at..edit.span.start]);
        bytes.extend_from_slice(edit.text.as_bytes());
        at = edit.span.end;
    }
    bytes.extend_from_slice(&file.bytes[at..]);
    (bytes, count)
}

/// Writes the files that have fixes, each in one go, and says how many fixes were made.
pub(super) fn apply(report: &Report, root: &Root) -> Result<usize, Failure> {
    let mut count = 0;
    for (path, file) in &report.files {
        let (bytes, fixes) = fixed(file);
        if fixes > 0 {
            replace(&root.real(path), &file.bytes, &bytes)
                .map_err(|error| Failure::new(format!("failed to write {}: {error}", path.display())))?;
            count += fixes;
        }
    }
    Ok(count)
}

/// The changes as a unified diff.
pub(super) fn diff(report: &Report) -> String {
    let mut text = String::new();
    for (path, file) in &report.files {
        let (after, fixes) = fixed(file);
        if fixes > 0 {
            let path = path.display().to_string();
            let (before, after) = (String::from_utf8_lossy(&file.bytes), String::from_utf8_lossy(&after));
            let changes = TextDiff::from_lines(&*before, &*after);
            let _strings_take_everything = write!(text, "{}", changes.unified_diff().header(&path, &path));
        }
    }
    text
}
