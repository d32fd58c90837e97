//! Units that a distribution ships: no errors, and only warnings that docs/warnings-in-debian.md defends.
//! Needs the folder UNITCTL_CORPUS; says so where there is none.

#![expect(clippy::disallowed_methods, reason = "the environment says where the units are")]

use std::path::Path;
use unitctl::args::{Global, Lint};
use unitctl::context::Context;
use unitctl::lint;
use unitctl_parser::diagnostic::Severity;

#[test]
fn warnings_are_those_that_are_defended() -> Result<(), Box<dyn std::error::Error>> {
    let Ok(corpus) = std::env::var("UNITCTL_CORPUS") else {
        eprintln!("skipped: UNITCTL_CORPUS names no folder of units");
        return Ok(());
    };
    if corpus.starts_with("/usr/lib/systemd") {
        eprintln!("skipped: the list is about a collection, not about this machine's units");
        return Ok(());
    }
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/warnings-in-debian.md");
    let list = std::fs::read_to_string(list)?;
    let defended: Vec<(String, String)> = list
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `")?.split(" | ");
            Some((cells.next()?.trim_end_matches('`').to_owned(), cells.next()?.to_owned()))
        })
        .collect();
    let context = Context::new(&Global::default())?;
    let linted = lint::lint(&Lint { paths: vec![corpus], ..Lint::default() }, &context)?;
    assert!(linted.failures.is_empty(), "{:?}", linted.failures);
    assert!(linted.report.files.len() > 20, "only {} files", linted.report.files.len());
    let mut found = Vec::new();
    for (path, finding) in linted.report.findings() {
        assert_ne!(finding.severity, Severity::Error, "{}: {}", path.display(), finding.message);
        if finding.severity == Severity::Warning {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, finding.rule.name.to_owned()));
        }
    }
    found.sort();
    found.dedup();
    let mut expected = defended;
    expected.sort();
    assert_eq!(found, expected);
    Ok(())
}
