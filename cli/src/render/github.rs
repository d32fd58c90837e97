//! Findings as GitHub workflow commands, which become annotations of a pull request.

use crate::lint::report::Report;
use std::fmt::Write as _;
use unitctl_parser::diagnostic::Severity;

/// One command a finding.
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    for (file, finding) in report.findings() {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "notice",
        };
        let help = finding.help.as_ref().map_or(String::new(), |help| format!("\n{help}"));
        let _strings_take_everything = writeln!(
            text,
            "::{command} file={},line={},endLine={},col={},endColumn={},title={}::{}",
            property(&file.display().to_string()),
            finding.start.line,
            finding.end.line,
            finding.start.column,
            finding.end.column,
            property(finding.rule.name),
            data(&format!("{}{help}", finding.message)),
        );
    }
    text
}

/// What ends a command is written in percent.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// So is what ends a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_message_ends_the_command() {
        assert_eq!(data("50% of\r\nit"), "50%25 of%0D%0Ait");
        assert_eq!(property("a:b,c"), "a%3Ab%2Cc");
    }
}
