//! Comments that allow a finding: `# unitctl: allow RULE[, RULE], reason`.
//!
//! A comment directly above a line (other comments may stand between) or inside a continued value speaks of
//! that line. Above a section header, an empty line or the end of the file it speaks of the whole file.

use super::rules;
use memchr::memmem;
use std::ops::Range;
use unitctl_parser::directive::nearest;
use unitctl_parser::syntax::{self, LineKind, physical_lines};

/// What one comment allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The bytes of the name of the rule in the comment.
    pub span: Range<usize>,
    /// The rule.
    pub rule: String,
    /// The bytes of the line it speaks of; none: of the whole file.
    pub line: Option<Range<usize>>,
}

/// The suppressions of a file.
pub fn of(source: &[u8]) -> Vec<Suppression> {
    // Hardly any file has one.
    if memmem::find(source, b"unitctl:").is_none() {
        return Vec::new();
    }
    let mut found: Vec<Suppression> = Vec::new();
    // Where those begin that wait for their line.
    let mut waiting = 0;
    for line in syntax::lines(source) {
        match &line.kind {
            LineKind::Comment => read(source, line.span, &mut found),
            LineKind::Blank | LineKind::Section(_) => waiting = found.len(),
            _ => {
                // A continued line has its comments in it.
                for physical in physical_lines(&source[line.span.clone()]) {
                    let physical = line.span.start + physical.start..line.span.start + physical.end;
                    if matches!(source[physical.clone()].trim_ascii_start().first(), Some(b'#' | b';')) {
                        read(source, physical, &mut found);
                    }
                }
                for suppression in &mut found[waiting..] {
                    suppression.line = Some(line.span.clone());
                }
                waiting = found.len();
            }
        }
    }
    found
}

/// Reads one comment.
fn read(source: &[u8], span: Range<usize>, found: &mut Vec<Suppression>) {
    let Ok(text) = std::str::from_utf8(&source[span.clone()]) else { return };
    let body = text.trim_start().trim_start_matches(['#', ';']).trim_start();
    let Some(list) = body.strip_prefix("unitctl:").map(str::trim_start).and_then(|b| b.strip_prefix("allow"))
    else {
        return;
    };
    let mut at = span.start + (text.len() - list.len());
    for (number, item) in list.split(',').enumerate() {
        let name = item.trim();
        // What is no rule, and not nearly one, begins the reason.
        let known = rules::find(name).is_some();
        if number > 0 && !known && (name.contains(' ') || nearest(name, rules::names()).is_none()) {
            return;
        }
        let begins = at + (item.len() - item.trim_start().len());
        if !name.is_empty() {
            found.push(Suppression { span: begins..begins + name.len(), rule: name.to_owned(), line: None });
        }
        at += item.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, Option<String>)> {
        of(text.as_bytes())
            .into_iter()
            .map(|s| (s.rule, text[s.span].to_owned(), s.line.map(|line| text[line].trim_end().to_owned())))
            .collect()
    }

    #[test]
    fn a_comment_speaks_of_the_line_below() {
        let text = "[Service]\n# unitctl: allow kill-mode-none, it stops by itself\n# more\nKillMode=none\nType=simple\n";
        let expected = vec![("kill-mode-none".into(), "kill-mode-none".into(), Some("KillMode=none".into()))];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn above_a_header_or_an_empty_line_it_speaks_of_the_file() {
        for text in [
            "# unitctl: allow kill-mode-none\n[Service]\nKillMode=none\n",
            "; unitctl:allow kill-mode-none\n\n[Unit]\n",
        ] {
            assert_eq!(read(text)[0].2, None, "{text}");
        }
    }

    #[test]
    fn several_rules_then_the_reason() {
        let rules = |text: &str| read(text).into_iter().map(|s| s.0).collect::<Vec<_>>();
        assert_eq!(
            rules("# unitctl: allow kill-mode-none, send-sigkill-no, as the kernel, does it"),
            ["kill-mode-none", "send-sigkill-no"]
        );
        assert_eq!(rules("# unitctl: allow kill-mode-none, why"), ["kill-mode-none"]);
        assert_eq!(rules("# unitctl: allow nonsense"), ["nonsense"]);
        assert_eq!(
            rules("# unitctl: allow kill-mode-none, send-sigkil-no"),
            ["kill-mode-none", "send-sigkil-no"]
        );
        assert_eq!(rules("# unitctl is great: allow kill-mode-none"), [""; 0]);
    }

    #[test]
    fn a_comment_inside_a_continued_value() {
        let text = "[Service]\nExecStart=/bin/a \\\n# unitctl: allow glob-in-exec\n  *\n";
        assert_eq!(read(text)[0].2.as_deref(), Some(&text[10..text.len() - 1]));
    }
}
