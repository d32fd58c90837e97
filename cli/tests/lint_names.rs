//! What `lint` says of units that are named, not their files.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;
use std::os::unix::fs::symlink;
use unitctl::args::{Global, Lint};
use unitctl::context::Context;
use unitctl::lint;

/// What could not be linted of this unit below a root with these links in /etc/systemd/system.
fn failures(unit: &str, links: &[(&str, &str)]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("etc/systemd/system");
    fs::create_dir_all(&folder).unwrap();
    for (name, target) in links {
        symlink(target, folder.join(name)).unwrap();
    }
    let global = Global { root: Some(root.path().to_owned()), ..Global::default() };
    let args = Lint { paths: vec![unit.to_owned()], ..Lint::default() };
    let linted = lint::lint(&args, &Context::new(&global).unwrap()).unwrap();
    assert_eq!(linted.report.findings().count(), 0);
    let prefix = format!("{}/", root.path().display());
    linted.failures.iter().map(|failure| failure.to_string().replace(&prefix, "/")).collect()
}

#[test]
fn a_masked_unit_has_no_mistakes() {
    assert_eq!(failures("a.service", &[("a.service", "/dev/null")]), Vec::<String>::new());
}

#[test]
fn a_link_that_does_not_count_is_told_of_a_masked_unit_too() {
    let links = [("a@b.service", "/dev/null"), ("a@.service", "a@.socket")];
    let failures = failures("a@b.service", &links);
    let [failure] = &failures[..] else { panic!("{failures:?}") };
    assert!(failure.contains("a@.service to a@.socket does not count"), "{failure}");
}
