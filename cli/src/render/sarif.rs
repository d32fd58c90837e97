//! Findings in SARIF 2.1.0, which code scanning services take.

use crate::failure::Failure;
use crate::lint::report::{Report, Reported};
use crate::lint::rule::Rule;
use crate::lint::rules;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;
use unitctl_parser::diagnostic::Severity;

/// One log with one run.
pub fn render(report: &Report) -> Result<String, Failure> {
    let mut names: Vec<&'static Rule> = report.findings().map(|(_, finding)| finding.rule).collect();
    names.sort_unstable_by_key(|rule| rule.name);
    names.dedup_by_key(|rule| rule.name);
    let results: Vec<Value> =
        report.findings().map(|(file, finding)| result(file, finding, &names)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "unitctl",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": names.iter().map(|rule| description(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string(&log)
        .map(|json| json + "\n")
        .map_err(|error| Failure::new(format!("failed to write SARIF: {error}")))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "note",
    }
}

fn description(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.rationale },
        "help": { "text": rule.rationale, "markdown": rules::page(rule) },
        "helpUri": format!("{}/blob/main/docs/rules/{}.md", env!("CARGO_PKG_REPOSITORY"), rule.name),
        "defaultConfiguration": { "level": level(rule.severity) },
    })
}

fn result(file: &Path, finding: &Reported, rules: &[&'static Rule]) -> Value {
    let index = rules.iter().position(|rule| rule.name == finding.rule.name);
    let text = match &finding.help {
        Some(help) => format!("{}: {help}", finding.message),
        None => finding.message.clone(),
    };
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|other| {
            let mut place = location(
                &other.file,
                (other.start.line, other.start.column),
                (other.end.line, other.end.column),
            );
            place["message"] = json!({ "text": other.label });
            place
        })
        .collect();
    let mut result = json!({
        "ruleId": finding.rule.name,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [location(file, (finding.start.line, finding.start.column), (finding.end.line, finding.end.column))],
    });
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

fn location(file: &Path, start: (u32, u32), end: (u32, u32)) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(file) },
        "region": { "startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1 },
    }})
}

/// A path as a URI reference, relative paths staying so.
fn uri(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "" });
    let path = path.strip_prefix(".").unwrap_or(path);
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _strings_take_everything = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri(Path::new("a/b c@.service")), "a/b%20c@.service");
        assert_eq!(uri(Path::new("./a.service")), "a.service");
        assert_eq!(uri(Path::new("/etc/a.service")), "file:///etc/a.service");
        assert_eq!(uri(Path::new("a:b.service")), "a%3Ab.service");
    }
}
