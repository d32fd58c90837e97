//! Whatever a real systemd complained of in the recorded units, lint finds at the same file and line.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod recordings;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use unitctl::args::{Global, Lint};
use unitctl::context::Context;
use unitctl::lint;
use unitctl_parser::diagnostic::Severity;
use unitctl_parser::syntax;

/// The complaints of each unit.
fn complaints() -> BTreeMap<String, Vec<Value>> {
    recordings::themes()
        .into_iter()
        .filter(|theme| theme.name == "complaints")
        .flat_map(|theme| theme.cases)
        .map(|case| {
            (case["unit"].as_str().unwrap().to_owned(), case["complaints"].as_array().unwrap().clone())
        })
        .collect()
}

/// The first physical line of the logical line that ends in this one: systemd names the last, or one behind it where
/// the file ends in a continued line.
fn first_line(source: &[u8], last: u32) -> u32 {
    let mut first = last;
    for line in syntax::lines(source) {
        first = line.number;
        if line.last_number >= last {
            break;
        }
    }
    first
}

#[test]
fn what_systemd_complains_of_is_found() {
    let complaints = complaints();
    let folder = tempfile::tempdir().unwrap();
    let (mut units, mut compared, mut missing, mut report) = (0, 0, 0, String::new());
    let (mut errors, mut invented) = (0, String::new());
    for theme in recordings::themes().iter().filter(|theme| theme.header["search_path"].is_array()) {
        for (number, case) in theme.cases.iter().enumerate() {
            let name = case["unit"].as_str().unwrap();
            let own = case["complaints"].as_array();
            let Some(expected) = own.or_else(|| complaints.get(name)) else { continue };
            let root = folder.path().join(format!("{}-{number}", theme.name));
            recordings::lay_out(case, &root);
            let path = theme.header["search_path"].as_array().unwrap();
            let global = Global {
                root: Some(root.clone()),
                unit_path: path.iter().map(|path| path.as_str().unwrap().into()).collect(),
                ..Global::default()
            };
            let context = Context::new(&global).unwrap();
            // systemd also reads drop-ins that others of the same name hide, when it is asked how a unit is installed.
            let hidden = expected.iter().filter_map(|complaint| complaint["file"].as_str());
            let hidden = hidden.filter(|file| file.contains(".d/")).map(str::to_owned);
            let paths = std::iter::once(name.to_owned()).chain(hidden).collect();
            let linted = lint::lint(&Lint { paths, ..Lint::default() }, &context).unwrap();
            units += 1;
            for complaint in expected {
                let found = match (complaint["file"].as_str(), complaint["line"].as_u64()) {
                    (Some(file), Some(line)) => {
                        let path = root.join(link_to(case, file).unwrap_or(file).trim_start_matches('/'));
                        let last = u32::try_from(line).unwrap();
                        is_found(&linted.report, &path, last)
                    }
                    // About the unit as a whole.
                    _ => {
                        !linted.failures.is_empty()
                            || linted.report.findings().any(|(_, finding)| finding.counts)
                    }
                };
                compared += 1;
                if !found {
                    missing += 1;
                    if missing <= 400 {
                        let (file, line, message) =
                            (&complaint["file"], &complaint["line"], &complaint["message"]);
                        writeln!(report, "{} {name} {file}:{line} {message}", theme.name).unwrap();
                    }
                }
            }
            for (path, finding) in linted.report.findings().filter(|(_, finding)| is_said_of_lines(finding)) {
                errors += 1;
                let refused = matches!(case["load_state"].as_str(), Some("error" | "bad-setting"));
                let source = linted.report.file(path).map(|file| &file.bytes);
                if !refused && !is_complained_of(expected, &root, (path, finding), source) {
                    writeln!(invented, "{} {name}:{} {}", theme.name, finding.start.line, finding.message)
                        .unwrap();
                }
            }
            std::fs::remove_dir_all(root).unwrap();
        }
    }
    println!("{compared} complaints about {units} units, {errors} errors found");
    assert_eq!(missing, 0, "of {compared} complaints about {units} units:\n{report}");
    assert!(invented.is_empty(), "systemd does not complain of these:\n{invented}");
    assert!(units >= 2000, "only {units} units");
}

/// Whether a finding is an error that the service manager itself meets when it reads the file: what `systemctl enable`
/// refuses it does not look at, and of links it speaks when it lists the search path.
fn is_said_of_lines(finding: &lint::report::Reported) -> bool {
    let elsewhere =
        ["install-refused", "alias-of-another-type", "default-instance-without-template", "ignored-link"];
    finding.severity == Severity::Error && !elsewhere.contains(&finding.rule.name)
}

/// Whether systemd complained of the line of a finding, or of the unit; or had stopped reading the file before it.
fn is_complained_of(
    complaints: &[Value],
    root: &Path,
    (path, finding): (&Path, &lint::report::Reported),
    source: Option<&Vec<u8>>,
) -> bool {
    let (mut last, mut same) = (0, false);
    for complaint in complaints {
        let Some(line) = complaint["line"].as_u64().and_then(|line| u32::try_from(line).ok()) else {
            return true;
        };
        if complaint["file"].as_str().is_some_and(|file| root.join(file.trim_start_matches('/')) == path) {
            // Headers and section [Install] are looked at once more when it is asked how the unit is installed, also
            // behind a stop.
            let message = complaint["message"].as_str().unwrap_or_default();
            if complaint["kind"] != "invalid-header" && !message.starts_with("DefaultInstance=") {
                last = last.max(line);
            }
            let first = source.map_or(line, |source| first_line(source, line));
            same |= finding.start.line <= line && first <= finding.end.line;
        }
    }
    same || finding.start.line > last
}

/// The link in the search path to a file outside of it. systemd names the file itself when it is asked how the unit is
/// installed, and the link, as lint does, when it loads the unit.
fn link_to<'a>(case: &'a Value, file: &str) -> Option<&'a str> {
    let files = case["files"].as_object().unwrap();
    let outside = file.strip_prefix("/run").filter(|path| path.starts_with("/elsewhere/"))?;
    let leads_there = |content: &Value| content["link"].as_str().is_some_and(|link| link.ends_with(outside));
    files.iter().find(|(_, content)| leads_there(content)).map(|(path, _)| path.as_str())
}

fn is_found(report: &lint::report::Report, path: &Path, last: u32) -> bool {
    let Some(file) = report.file(path) else { return false };
    let first = first_line(&file.bytes, last);
    file.findings.iter().any(|finding| finding.start.line <= last && finding.end.line >= first)
}
