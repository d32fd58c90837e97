//! Findings for programs: the JSON of `unitctl lint`.

use crate::failure::Failure;
use crate::lint::report::{Report, Reported};
use crate::lint::rules;
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: &'a str,
    help: Option<&'a str>,
}

impl<'a> Finding<'a> {
    fn new(file: &Path, finding: &'a Reported) -> Self {
        Self {
            rule: finding.rule.name,
            severity: rules::word(finding.severity),
            file: file.display().to_string(),
            line: finding.start.line,
            column: finding.start.column,
            end_line: finding.end.line,
            end_column: finding.end.column,
            message: &finding.message,
            help: finding.help.as_deref(),
        }
    }
}

/// One JSON document on one line.
pub fn render(report: &Report) -> Result<String, Failure> {
    let findings = report.findings().map(|(file, finding)| Finding::new(file, finding)).collect();
    serde_json::to_string(&Document { version: 1, findings })
        .map(|json| json + "\n")
        .map_err(|error| Failure::new(format!("failed to write JSON: {error}")))
}
