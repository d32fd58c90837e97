//! `unitctl show` prints what a real systemd on this machine prints now, for real units.
//!
//! It takes root and, the first time, a network, so it runs only where UNITCTL_LIVE is set.

#![expect(clippy::disallowed_methods, reason = "it starts a systemd if the environment says so")]

use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use unitctl::args::{Global, Show};
use unitctl::context::Context;

#[test]
fn show_of_real_units() {
    if std::env::var_os("UNITCTL_LIVE").is_none() {
        println!("skipped: UNITCTL_LIVE is not set, so no systemd is started to compare with");
        return;
    }
    let mut folders: Vec<PathBuf> =
        std::env::var_os("UNITCTL_CORPUS").into_iter().map(PathBuf::from).collect();
    folders.push("/usr/lib/systemd/system".into());
    let recorder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/record/record");
    let answered = Command::new(recorder).arg("live").args(&folders).output().unwrap();
    assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
    let answered = String::from_utf8(answered.stdout).unwrap();
    let mut lines = answered.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let header = lines.next().unwrap();
    let version = header["systemd"].as_str().unwrap();
    if !version.starts_with("262") {
        println!("skipped: unitctl speaks for systemd 262, and this is {version}");
        return;
    }
    let (mut compared, mut report) = (0, String::new());
    for answer in lines.filter(|line| line["show"].is_object()) {
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
    println!("{compared} real units compared with systemd {version}");
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
