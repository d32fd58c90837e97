//! Every rule finds what is wrong with its bad unit and nothing else, and no rule finds anything in a good one.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use unitctl::args::{Global, Lint};
use unitctl::context::Context;
use unitctl::lint::{self, rules};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/lint")
}

/// A root with a shell and a page of the manual in it, for rules that look at the machine.
fn machine() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for folder in ["bin", "etc", "usr/share/man/man8", "units"] {
        fs::create_dir_all(root.path().join(folder)).unwrap();
    }
    fs::write(root.path().join("bin/sh"), "").unwrap();
    fs::set_permissions(root.path().join("bin/sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(root.path().join("usr/share/man/man8/sh.8.gz"), "").unwrap();
    root
}

/// The rules that find something in a file, with what they say.
fn findings(path: &Path, args: &Lint) -> Vec<(&'static str, String)> {
    let root = machine();
    let name = path.file_name().unwrap().to_str().unwrap();
    let (context, path) = if args.check_files {
        // What is beside it counts.
        for file in fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()) {
            fs::copy(&file, root.path().join("units").join(file.file_name().unwrap())).unwrap();
        }
        let global = Global { root: Some(root.path().to_owned()), ..Global::default() };
        (Context::new(&global).unwrap(), Path::new("/units").join(name))
    } else {
        (Context::new(&Global::default()).unwrap(), path.to_owned())
    };
    let args = Lint { paths: vec![path.to_str().unwrap().to_owned()], ..args.clone() };
    let linted = lint::lint(&args, &context).unwrap();
    assert!(linted.failures.is_empty(), "{}: {:?}", path.display(), linted.failures);
    assert!(!linted.report.files.is_empty(), "{} was not read", path.display());
    linted.report.findings().map(|(_, finding)| (finding.rule.name, finding.message.clone())).collect()
}

/// The files `bad.*` or `good.*` of a rule, or `bad@.*` where it has two of a type.
fn examples(rule: &str, which: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(testdata().join(rule))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.is_file() && path.file_stem().unwrap().to_str().unwrap().trim_end_matches('@') == which
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{rule} has no {which} unit");
    paths
}

/// What the examples of some rules need to be found.
fn args_for(rule: &str) -> Lint {
    match rule {
        "newer-directive" => Lint { systemd_version: Some(250), ..Lint::default() },
        "missing-program"
        | "missing-environment-file"
        | "missing-user"
        | "missing-unit"
        | "missing-man-page" => Lint { check_files: true, ..Lint::default() },
        _ => Lint::default(),
    }
}

#[test]
fn the_names_of_rules_are_those_of_their_files_and_unique() {
    let names: BTreeSet<&str> = rules::names().collect();
    assert_eq!(names.len(), rules::ALL.len());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules");
    let files: BTreeSet<String> = fs::read_dir(source)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().replace('_', "-"))
        .collect();
    assert_eq!(names.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), files);
    for folder in fs::read_dir(testdata()).unwrap() {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(rules::find(&name).is_some(), "testdata/lint/{name} belongs to no rule");
    }
}

#[test]
fn every_rule_is_documented() {
    for rule in rules::ALL {
        assert!(!rule.summary.ends_with('.') && rule.summary.len() < 100, "{}: {}", rule.name, rule.summary);
        assert!(rule.rationale.ends_with('.') && rule.rationale.len() > 60, "{}", rule.name);
        assert!(rule.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", rule.name);
    }
}

#[test]
fn a_bad_unit_has_what_its_rule_finds_and_nothing_else() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        for path in examples(rule.name, "bad") {
            let found = findings(&path, &args_for(rule.name));
            if found.is_empty() || found.iter().any(|(name, _)| *name != rule.name) {
                wrong.push((path, found));
            }
        }
    }
    assert_eq!(wrong, []);
}

#[test]
fn no_rule_finds_anything_in_a_good_unit() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        for path in examples(rule.name, "good") {
            let found = findings(&path, &args_for(rule.name));
            if !found.is_empty() {
                wrong.push((path, found));
            }
        }
    }
    assert_eq!(wrong, []);
}
