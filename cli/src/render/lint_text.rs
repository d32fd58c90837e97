//! Findings for people: the source with the bytes underlined, what is wrong and what to do.

use super::timeline::Layout;
use crate::lint::report::{Report, Reported};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use unitctl_parser::diagnostic::Severity;
use unitctl_parser::syntax::physical_lines;

/// All findings, and how many there are.
pub fn render(report: &Report, layout: Layout) -> String {
    let mut text = String::new();
    let theme = match (layout.palette.coloured, layout.unicode) {
        (true, true) => GraphicalTheme::unicode(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (_, false) => GraphicalTheme::none(),
    };
    let [handler, wrapping] = [false, true].map(|wraps| {
        let handler = GraphicalReportHandler::new_themed(theme.clone());
        handler.with_width(layout.width).with_context_lines(0).with_wrap_lines(wraps)
    });
    let mut sources = Sources::new();
    let mut counts = [0_usize; 3];
    let all =
        report.files.iter().flat_map(|(path, file)| file.findings.iter().map(move |it| (path, file, it)));
    for (path, file, finding) in all {
        counts[finding.severity as usize] += 1;
        sources.entry(path.as_os_str()).or_insert_with(|| Source::new(path, &file.bytes));
        for path in finding.related.iter().map(|related| &related.file) {
            let bytes = || report.file(path).map_or(&[][..], |file| &file.bytes);
            sources.entry(path.as_os_str()).or_insert_with(|| Source::new(path, bytes()));
        }
        let mut drawn = Drawn::new(path, finding, &sources);
        // Bytes of the same file are labels of one picture.
        for related in finding.related.iter().filter(|related| related.file != *path) {
            drawn.others.push(Drawn::of_related(
                &related.file,
                &related.label,
                related.span.clone(),
                &sources,
            ));
        }
        let handler = if drawn.fits(layout.width) { &handler } else { &wrapping };
        let _strings_take_everything = handler.render_report(&mut text, &drawn);
        text.push('\n');
    }
    let [hints, warnings, errors] = counts;
    let parts: Vec<String> = [(errors, "error"), (warnings, "warning"), (hints, "hint")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    let files = report.files.len();
    let found = if parts.is_empty() { "nothing found".to_owned() } else { parts.join(", ") };
    let _strings_take_everything =
        writeln!(text, "{found} in {files} file{}", if files == 1 { "" } else { "s" });
    text
}

/// Files by their paths, which are compared as bytes: all that counts is whether they are the same.
type Sources<'a> = BTreeMap<&'a OsStr, Source>;

/// A file as it is shown: whole lines, found without reading it from its beginning each time.
struct Source {
    name: String,
    text: String,
    /// Where its lines begin.
    lines: Vec<usize>,
}

impl Source {
    fn new(path: &Path, bytes: &[u8]) -> Self {
        let lines = physical_lines(bytes).map(|line| line.start).collect();
        Self { name: path.display().to_string(), text: printable(bytes), lines }
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (from, to) = (span.offset(), span.offset() + span.len().saturating_sub(1));
        let line_of = |offset| self.lines.partition_point(|start| *start <= offset).saturating_sub(1);
        let first = line_of(from).saturating_sub(before);
        let last = line_of(to) + after;
        let start = self.lines.get(first).copied().unwrap_or(0);
        let end = self.lines.get(last + 1).copied().unwrap_or(self.text.len());
        let data = self.text.as_bytes().get(start..end).ok_or(MietteError::OutOfBounds)?;
        let shown = SourceSpan::from(start..end);
        // What is shown begins with the line; what the header names is where the bytes are in it.
        let column = self.text.get(start..from).map_or(0, |before| before.chars().count());
        let contents =
            MietteSpanContents::new_named(self.name.clone(), data, shown, first, column, last - first + 1);
        Ok(Box::new(contents))
    }
}

/// Spans count bytes, so every byte that cannot be shown becomes one that can.
fn printable(bytes: &[u8]) -> String {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if let Ok(text) = std::str::from_utf8(bytes)
        // All of them, so that many are looked at together.
        && bytes.iter().fold(true, |plain, byte| plain & is_plain(byte))
    {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' | '\t' => text.push(c),
                '\r' => text.push(' '),
                c if c.is_control() => text.extend(std::iter::repeat_n('?', c.len_utf8())),
                c => text.push(c),
            }
        }
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}

struct Drawn<'a> {
    diagnostic: MietteDiagnostic,
    source: &'a Source,
    others: Vec<Drawn<'a>>,
}

impl<'a> Drawn<'a> {
    fn new(path: &PathBuf, finding: &Reported, sources: &'a Sources<'_>) -> Self {
        let severity = match finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Hint => miette::Severity::Advice,
        };
        let here = finding.related.iter().filter(|related| related.file == *path);
        let labels = std::iter::once(LabeledSpan::new_primary_with_span(None, finding.span.clone())).chain(
            here.map(|related| LabeledSpan::new_with_span(Some(related.label.clone()), related.span.clone())),
        );
        let mut diagnostic =
            MietteDiagnostic::new(&finding.message).with_code(finding.rule.name).with_severity(severity);
        diagnostic = diagnostic.with_labels(labels);
        diagnostic.help.clone_from(&finding.help);
        Self { diagnostic, source: &sources[path.as_os_str()], others: Vec::new() }
    }

    fn of_related(path: &Path, label: &str, span: std::ops::Range<usize>, sources: &'a Sources<'_>) -> Self {
        let diagnostic = MietteDiagnostic::new(label)
            .with_severity(miette::Severity::Advice)
            .with_label(LabeledSpan::new_with_span(None, span));
        Self { diagnostic, source: &sources[path.as_os_str()], others: Vec::new() }
    }

    /// Whether each of its texts fits into a line with what stands before it. Where a text may be broken takes as long to
    /// find out as all else, so that is not asked then. No character is wider than it has bytes.
    fn fits(&self, width: usize) -> bool {
        let texts = std::iter::once(&self.diagnostic.message).chain(&self.diagnostic.help);
        let fits = |text: &String| {
            let is_plain = !text.is_empty() && !text.contains('\n') && !text.ends_with(char::is_whitespace);
            is_plain && text.len() + "  help: ".len() + 2 <= width
        };
        texts.into_iter().all(fits) && self.others.iter().all(|other| other.fits(width))
    }
}

impl fmt::Debug for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.diagnostic, f)
    }
}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.diagnostic, f)
    }
}

impl std::error::Error for Drawn<'_> {}

impl miette::Diagnostic for Drawn<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.code()
    }

    fn severity(&self) -> Option<miette::Severity> {
        self.diagnostic.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.diagnostic.help()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.diagnostic.labels()
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(self.source)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        Some(Box::new(self.others.iter().map(|other| other as &dyn miette::Diagnostic)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_byte_moves() {
        for bytes in [&b"a=\x1b[31mb\r\nc"[..], b"a\xff\xfeb", "ä\u{85}b".as_bytes(), b"\0"] {
            let text = printable(bytes);
            assert_eq!(text.len(), bytes.len());
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
        }
    }
}
