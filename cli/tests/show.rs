//! `unitctl show` prints what `systemctl show` of a real systemd printed, for every recorded unit.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod recordings;

use serde_json::Value;
use std::fmt::Write as _;
use unitctl::args::{Global, Show};
use unitctl::context::Context;

/// One answer of a real systemd, as text.
fn expected(header: &Value, answer: &Value) -> String {
    let mut text = String::new();
    for property in header["properties"].as_array().unwrap() {
        let property = property.as_str().unwrap();
        let printed = answer.get(property).unwrap_or(&header["defaults"][property]);
        let values = match printed {
            Value::Null => vec![],
            Value::Array(values) => values.iter().map(|value| value.as_str().unwrap()).collect(),
            value => vec![value.as_str().unwrap()],
        };
        for value in values {
            writeln!(text, "{property}={}", if property == "Names" { sorted(value) } else { value.into() })
                .unwrap();
        }
    }
    text
}

#[test]
fn show_prints_what_systemctl_show_prints() {
    let folder = tempfile::tempdir().unwrap();
    let (mut compared, mut differing, mut report) = (0, 0, String::new());
    for theme in recordings::themes().iter().filter(|theme| theme.header["properties"].is_array()) {
        let strings = |name: &str| -> Vec<String> {
            theme.header[name].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
        };
        let mut wrong = 0;
        for (number, case) in theme.cases.iter().enumerate() {
            let root = folder.path().join(format!("{}-{number}", theme.name));
            recordings::lay_out(case, &root);
            let global = Global {
                root: Some(root.clone()),
                unit_path: strings("search_path").into_iter().map(Into::into).collect(),
                ..Global::default()
            };
            let context = Context::new(&global).unwrap();
            let name = case["unit"].as_str().unwrap();
            let show = Show { units: vec![name.into()], property: strings("properties") };
            let printed = unitctl::show::text(&show, &context).unwrap_or_else(|failure| failure.to_string());
            // What systemctl could not print (an argument that is not UTF-8), or would print otherwise elsewhere.
            if case.get("show").is_none() || depends_on_the_machine(case) {
                continue;
            }
            compared += 1;
            // Paths are those that can be opened from outside; the order of names is that of a hash table.
            let printed = printed.replace(root.to_str().unwrap(), "");
            let printed: String = printed
                .split_inclusive('\n')
                .map(|line| match line.strip_prefix("Names=") {
                    Some(names) => format!("Names={}\n", sorted(names.trim_end())),
                    None => line.to_owned(),
                })
                .collect();
            let others = case["or"].as_array().into_iter().flatten();
            let answers: Vec<String> = std::iter::once(&case["show"])
                .chain(others)
                .map(|answer| expected(&theme.header, answer))
                .collect();
            let expected = &answers[0];
            if !answers.contains(&printed) {
                wrong += 1;
                differing += 1;
                if wrong <= 12 {
                    writeln!(report, "{} {name}  {}", theme.name, case["files"]).unwrap();
                    for line in expected.lines().filter(|line| !printed.lines().any(|other| other == *line)) {
                        writeln!(report, "  systemd: {line}").unwrap();
                    }
                    for line in printed.lines().filter(|line| !expected.lines().any(|other| other == *line)) {
                        writeln!(report, "  unitctl: {line}").unwrap();
                    }
                }
            }
            std::fs::remove_dir_all(root).unwrap();
        }
        println!("{}: {} cases, {wrong} differ", theme.name, theme.cases.len());
    }
    assert_eq!(differing, 0, "of {compared} units:\n{report}");
    assert!(compared >= 5000, "only {compared} units were compared");
}

fn sorted(words: &str) -> String {
    let mut words: Vec<&str> = words.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// Whether a file names a specifier that stands for the running kernel or host.
fn depends_on_the_machine(case: &Value) -> bool {
    let files = case["files"].to_string();
    ["%b", "%H", "%l", "%m", "%q", "%v"].iter().any(|specifier| files.contains(specifier))
}
