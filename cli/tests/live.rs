//! `unitctl show` prints what a real systemd on this machine prints now, for real units; and `unitctl lint` complains of
//! the lines that it complains of, and calls no other an error.
//!
//! It takes root and, the first time, a network, so it runs only where UNITCTL_LIVE is set.

#![expect(clippy::disallowed_methods, reason = "it starts a systemd if the environment says so")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use unitctl::args::{Global, Lint, Show};
use unitctl::context::Context;
use unitctl::lint::lint;
use unitctl_parser::diagnostic::Severity;

/// What a systemd 262 answers about the units of UNITCTL_CORPUS and of this machine, asked once; why not, if it cannot be.
fn answers() -> &'static Result<Vec<Value>, String> {
    static ANSWERS: OnceLock<Result<Vec<Value>, String>> = OnceLock::new();
    ANSWERS.get_or_init(|| {
        if std::env::var_os("UNITCTL_LIVE").is_none() {
            return Err("UNITCTL_LIVE is not set, so no systemd is started to compare with".into());
        }
        let recorder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/record/record");
        let answered = Command::new(recorder).arg("live").args(folders()).output().unwrap();
        assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
        let answered = String::from_utf8(answered.stdout).unwrap();
        let lines: Vec<Value> = answered.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let version = lines[0]["systemd"].as_str().unwrap();
        if version.starts_with("262") {
            Ok(lines)
        } else {
            Err(format!("unitctl speaks for systemd 262, and this is {version}"))
        }
    })
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("UNITCTL_CORPUS").into_iter().map(PathBuf::from).collect();
    folders.push("/usr/lib/systemd/system".into());
    folders.dedup();
    folders
}

#[test]
fn show_of_real_units() {
    let answers = match answers() {
        Ok(answers) => answers,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    let header = &answers[0];
    let (mut compared, mut report) = (0, String::new());
    for answer in answers.iter().filter(|line| line["show"].is_object()) {
        let property = header["properties"].as_array().unwrap();
        let global =
            Global { unit_path: vec![answer["directory"].as_str().unwrap().into()], ..Global::default() };
        let show = Show {
            units: vec![answer["unit"].as_str().unwrap().into()],
            property: property.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        };
        let printed = unitctl::show::text(&show, &Context::new(&global).unwrap()).unwrap();
        let mut expected = String::new();
        for name in property {
            let values = match &answer["show"][name.as_str().unwrap()] {
                Value::Array(values) => values.clone(),
                Value::Null => vec![],
                value => vec![value.clone()],
            };
            for value in values {
                writeln!(expected, "{}={}", name.as_str().unwrap(), value.as_str().unwrap()).unwrap();
            }
        }
        compared += 1;
        if sorted_names(&printed) != sorted_names(&expected) {
            writeln!(report, "systemd:\n{expected}unitctl:\n{printed}").unwrap();
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(compared > 30, "only {compared} units were compared");
    println!("{compared} real units compared with systemd {}", header["systemd"]);
}

/// The order of a unit's names is that of a hash table.
fn sorted_names(text: &str) -> String {
    let sort = |line: &str| match line.strip_prefix("Names=") {
        Some(names) => {
            let mut names: Vec<&str> = names.split(' ').collect();
            names.sort_unstable();
            format!("Names={}\n", names.join(" "))
        }
        None => format!("{line}\n"),
    };
    text.lines().map(sort).collect()
}

#[test]
fn errors_of_real_units() {
    let answers = match answers() {
        Ok(answers) => answers,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    let complaints: Vec<(PathBuf, u32)> = answers
        .iter()
        .filter_map(|line| line["complaints"].as_array())
        .flatten()
        .map(|said| {
            let line = u32::try_from(said["line"].as_u64().unwrap()).unwrap();
            (PathBuf::from(said["file"].as_str().unwrap()), line)
        })
        .collect();
    let refused = |unit: &Path| {
        answers.iter().any(|line| {
            line["show"]["FragmentPath"].as_str().is_some_and(|path| Path::new(path) == unit)
                && line["show"]["LoadState"] != "loaded"
        })
    };
    let paths = folders().iter().map(|folder| folder.to_str().unwrap().to_owned()).collect();
    let linted =
        lint(&Lint { paths, ..Lint::default() }, &Context::new(&Global::default()).unwrap()).unwrap();
    let (mut errors, mut report) = (0, String::new());
    for (path, finding) in linted.report.findings().filter(|(_, finding)| finding.severity == Severity::Error)
    {
        errors += 1;
        let lines = finding.start.line..=finding.end.line;
        if !refused(path) && !complaints.iter().any(|(file, line)| file == path && lines.contains(line)) {
            writeln!(report, "only lint: {}:{} {}", path.display(), finding.start.line, finding.message)
                .unwrap();
        }
    }
    for (path, line) in &complaints {
        let said = linted
            .report
            .findings()
            .any(|(file, finding)| file == path && (finding.start.line..=finding.end.line).contains(line));
        if !said {
            writeln!(report, "only systemd: {}:{line}", path.display()).unwrap();
        }
    }
    println!("{} files, {errors} errors, {} complaints", linted.report.files.len(), complaints.len());
    assert!(report.is_empty(), "{report}");
}
