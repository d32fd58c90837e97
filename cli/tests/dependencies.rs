//! docs/dependencies.md names each crate of the manifests, and no other, where it is used.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;
use std::path::Path;

/// The first column of the tables below a heading.
fn listed(document: &str, heading: &str) -> BTreeSet<String> {
    let part = document.split("\n## ").find(|part| part.starts_with(heading)).unwrap();
    part.lines()
        .filter_map(|line| Some(line.strip_prefix("| ")?.split_once(" |")?.0.to_owned()))
        .filter(|name| name != "crate")
        .collect()
}

#[test]
fn every_dependency_has_its_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut program, mut tests) = (BTreeSet::new(), BTreeSet::new());
    for member in ["parser", "executor", "cli"] {
        let manifest = std::fs::read_to_string(root.join(member).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&manifest).unwrap();
        let names = |key: &str| manifest.get(key).and_then(toml::Value::as_table).map(toml::Table::keys);
        program.extend(names("dependencies").into_iter().flatten().cloned());
        for key in ["dev-dependencies", "build-dependencies"] {
            tests.extend(names(key).into_iter().flatten().cloned());
        }
    }
    let tests = &tests - &program;
    let document = std::fs::read_to_string(root.join("docs/dependencies.md")).unwrap();
    assert_eq!(listed(&document, "In the program"), program);
    assert_eq!(listed(&document, "For tests only"), tests);
}
