//! Which directories add to a unit, and which files in them count.

use super::root::{Content, Kind, Root, Unreadable};
use super::unit_map::{Addition, AdditionKind, UnitMap};
use super::{SourceFile, Void};
use crate::name::UnitName;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// The drop-ins of a unit, in the order in which they are read.
pub(super) fn drop_ins(root: &Root, map: &UnitMap, names: &[UnitName]) -> Vec<SourceFile> {
    let files = files(root, map, AdditionKind::DropIns, names, |name| name.as_bytes().ends_with(b".conf"));
    files
        .into_values()
        .map(|(path, kind)| {
            let (bytes, void) = match root.read(&path, kind) {
                Ok(Content::Bytes(bytes)) => (bytes, None),
                Ok(Content::Empty) => (Vec::new(), Some(Void::Empty)),
                Ok(Content::Null) => (Vec::new(), Some(Void::Null)),
                Err(Unreadable::Dangling) => (Vec::new(), Some(Void::Dangling)),
                Err(Unreadable::Error(error)) => (Vec::new(), Some(Void::Unreadable(error))),
            };
            SourceFile { path: root.shown(&path), bytes, void }
        })
        .collect()
}

/// The files in the directories that add to the unit of these names, by file name: of equal ones the first
/// found counts, and the search path counts before how closely the directory's name fits.
pub(super) fn files(
    root: &Root,
    map: &UnitMap,
    kind: AdditionKind,
    names: &[UnitName],
    wanted: impl Fn(&OsStr) -> bool,
) -> BTreeMap<OsString, (PathBuf, Kind)> {
    let mut files = BTreeMap::new();
    if !map.has_additions(kind) {
        return files;
    }
    for addition in additions(map, kind, names) {
        let listing = map.listing(root, addition);
        for (name, file_kind) in &listing.files {
            if !wanted(name) || files.contains_key(name) {
                continue;
            }
            let path = listing.path.join(name);
            if *file_kind != Kind::Link || root.can_be_resolved(&path) {
                files.insert(name.clone(), (path, *file_kind));
            }
        }
    }
    files
}

/// The directories themselves, those that count first at the front.
fn additions<'a>(map: &'a UnitMap, kind: AdditionKind, names: &[UnitName]) -> Vec<&'a Addition> {
    let mut all = Vec::new();
    for name in names {
        let mut stems = Vec::new();
        if name.is_template() {
            open_stems(name, &mut stems);
        } else {
            stems_of(name, &mut stems);
        }
        let start = all.len();
        all.extend(stems.iter().flat_map(|stem| map.additions(kind, stem.as_str())));
        // The sort is stable: inside one directory of the search path the order of the stems stays.
        all[start..].sort_by_key(|addition: &&Addition| addition.directory);
    }
    if let Some(name) = names.first() {
        all.extend(map.additions(kind, name.unit_type().as_str()));
    }
    all
}

/// The names after which directories that add to `name` may be called: itself, its template, and all that
/// is left of both when the prefix is cut after a dash.
fn stems_of(name: &UnitName, stems: &mut Vec<UnitName>) {
    if stems.contains(name) {
        return;
    }
    stems.push(name.clone());
    if let Some(template) = name.template() {
        stems_of(&template, stems);
    }
    if let Some(shorter) = shortened(name, name.instance()) {
        stems_of(&shorter, stems);
    }
}

/// The same for a template whose instance is left open: what adds to each of its instances.
fn open_stems(template: &UnitName, stems: &mut Vec<UnitName>) {
    stems_of(template, stems);
    if let Some(shorter) = shortened(template, Some("")) {
        open_stems(&shorter, stems);
    }
}

fn shortened(name: &UnitName, instance: Option<&str>) -> Option<UnitName> {
    UnitName::build(name.truncated_prefix()?, instance, name.unit_type()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_directories_that_add_to_a_unit() {
        for (name, stems) in [
            ("a.service", "a"),
            ("a-b-c.service", "a-b-c a-b- a-"),
            ("a--b.service", "a--b a-- a-"),
            ("-a-b.service", "-a-b -a-"),
            ("a-b@i.service", "a-b@i a-b@ a- a-@i a-@"),
            ("a-b-c@i.service", "a-b-c@i a-b-c@ a-b- a- a-b-@i a-b-@ a-@i a-@"),
            ("a-b-c@.service", "a-b-c@ a-b- a- a-b-@ a-@"),
        ] {
            let name = UnitName::parse(name).unwrap();
            let mut found = Vec::new();
            if name.is_template() {
                open_stems(&name, &mut found);
            } else {
                stems_of(&name, &mut found);
            }
            let found: Vec<&str> = found.iter().map(UnitName::without_suffix).collect();
            assert_eq!(found.join(" "), stems, "{name}");
        }
    }

    #[test]
    fn a_name_of_nothing_but_dashes_takes_no_time() {
        let name = UnitName::parse(&format!("{}a@{}.service", "a-".repeat(80), "i".repeat(80))).unwrap();
        let mut stems = Vec::new();
        stems_of(&name, &mut stems);
        assert!(stems.len() < 300);
    }
}
