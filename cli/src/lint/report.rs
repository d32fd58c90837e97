//! Findings of many units put together: allowed ones left out, bytes turned into lines and columns, in order.

use super::config::Config;
use super::finding::{Edit, Place};
use super::position::{Position, positions};
use super::rule::{Findings, Rule};
use super::rules;
use super::subject::{Given, Reading, Subject};
use super::suppression;
use std::ops::Range;
use std::path::{Path, PathBuf};
use unitctl_parser::diagnostic::{FileId, Severity};
use unitctl_parser::directive::nearest;
use unitctl_parser::load::Loaded;
use unitctl_parser::unit::{LoadState, Unit};

/// A finding with its place as people count.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// The bytes of its file.
    pub span: Range<usize>,
    /// Where these begin.
    pub start: Position,
    /// Where they end: the position behind the last character.
    pub end: Position,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other bytes that have to do with it.
    pub related: Vec<Related>,
    /// What would put it right: all of it or nothing.
    pub fix: Vec<Edit>,
    /// Whether it makes the exit status 1.
    pub counts: bool,
}

impl Reported {
    fn key(&self) -> (usize, usize, &'static str, &str) {
        (self.span.start, self.span.end, self.rule.name, &self.message)
    }
}

/// Bytes that have to do with a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Their file.
    pub file: PathBuf,
    /// The bytes.
    pub span: Range<usize>,
    /// Where they begin.
    pub start: Position,
    /// Where they end.
    pub end: Position,
    /// What they are to the finding.
    pub label: String,
}

/// A file with what was found in it.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// What it holds; empty if nothing was found in the whole unit.
    pub bytes: Vec<u8>,
    /// What was found, in the order of the bytes.
    pub findings: Vec<Reported>,
}

impl FileReport {
    fn merge(&mut self, other: Self) {
        self.findings.extend(other.findings);
        if self.bytes.is_empty() {
            self.bytes = other.bytes;
        }
    }
}

/// What was found in all files.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files that were looked at, with and without findings; sorted by path, each once.
    pub files: Vec<(PathBuf, FileReport)>,
}

/// Reads a unit and runs the rules over it.
pub fn examine(loaded: Loaded, given: Given<'_>, config: &Config) -> Report {
    let reading = Reading::of(loaded);
    let found = reported(&Subject::new(&reading, given, config.systemd_version), config);
    // Where nothing was found there is nothing to be shown: the files of many good units need not stay in memory.
    let is_good = found.iter().all(Vec::is_empty);
    let files = reading.unit.files.into_iter().zip(found).map(|(file, findings)| {
        let bytes = if is_good { Vec::new() } else { file.bytes };
        (file.path, FileReport { bytes, findings })
    });
    Report::of(files.collect())
}

/// What is found in each file of the unit.
fn reported(subject: &Subject<'_>, config: &Config) -> Vec<Vec<Reported>> {
    let mut findings = Findings::default();
    if subject.unit.load_state != LoadState::Masked {
        for rule in &config.rules {
            findings.run(rule, subject);
        }
    }
    for file in subject.files() {
        suppress(subject, file, config, &mut findings);
    }
    let unit = subject.unit;
    let place = Places::of(unit, &findings);
    let mut found: Vec<Vec<Reported>> = unit.files.iter().map(|_| Vec::new()).collect();
    for finding in findings.into_found() {
        let at = finding.place.file.0 as usize;
        if at >= found.len() {
            continue;
        }
        let (start, end) = place.range(&finding.place);
        let related = finding.related.into_iter().map(|(at, label)| {
            let (start, end) = place.range(&at);
            Related { file: unit.file(at.file).path.clone(), span: at.span, start, end, label }
        });
        let reported = Reported {
            rule: finding.rule,
            severity: finding.severity,
            related: related.collect(),
            start,
            end,
            span: finding.place.span,
            message: finding.message,
            help: finding.help,
            fix: finding.fix,
            counts: config.counts(finding.severity),
        };
        found[at].push(reported);
    }
    found
}

/// Leaves out the findings that a comment allows, and finds the comments that allow nothing.
fn suppress(subject: &Subject<'_>, file: FileId, config: &Config, findings: &mut Findings) {
    let bytes = &subject.unit.file(file).bytes;
    let suppressions = suppression::of(bytes);
    if suppressions.is_empty() {
        return;
    }
    let rule_of = |index: usize| suppressions[index].rule.as_str();
    let line_of = |index: usize| suppressions[index].line.clone().unwrap_or(0..0);
    // Those of lines as they follow each other, and of the whole file the first of each rule.
    let (mut of_lines, mut of_file) = (Vec::new(), Vec::<usize>::new());
    for (index, suppression) in suppressions.iter().enumerate() {
        if suppression.line.is_some() {
            of_lines.push(index);
        } else if rules::find(&suppression.rule).is_some()
            && of_file.iter().all(|&other| rule_of(other) != suppression.rule)
        {
            of_file.push(index);
        }
    }
    let mut used = vec![false; suppressions.len()];
    findings.retain(|finding| {
        let at = finding.place.span.start;
        // At the very end of the file there may be something missing.
        let within = |line: Range<usize>| at < line.end || at == bytes.len();
        let before = of_lines.partition_point(|&index| line_of(index).start <= at);
        let of_line = of_lines[..before].iter().rev().take_while(|index| within(line_of(**index)));
        let allowing = of_line
            .chain(&of_file)
            .find(|index| finding.place.file == file && rule_of(**index) == finding.rule.name);
        if let Some(&index) = allowing {
            used[index] = true;
        }
        allowing.is_none()
    });
    let Some(rule) = rules::find("unused-suppression").filter(|rule| config.runs(rule.name)) else { return };
    for (suppression, _) in suppressions.into_iter().zip(used).filter(|(_, used)| !used) {
        let Range { start, end } = suppression.span;
        let place = Place { file, span: start..end };
        let name = &suppression.rule;
        if rules::find(name).is_none() {
            let finding = findings.say_for(rule, place, format!("there is no rule {name}"));
            if let Some(near) = nearest(name, rules::names()) {
                finding.help(format!("did you mean {near}?"));
            }
        } else if config.runs(name) {
            let what = if suppression.line.is_some() { "the line below" } else { "this file" };
            findings
                .say_for(rule, place, format!("{what} has nothing that {name} finds"))
                .help("remove the comment, or put it right above the line that it is about");
        }
    }
}

/// The positions of all findings of a unit, worked out in one walk over each file.
struct Places {
    files: Vec<(Vec<usize>, Vec<Position>)>,
}

impl Places {
    fn of(unit: &Unit, findings: &Findings) -> Self {
        let mut offsets = vec![Vec::new(); unit.files.len()];
        let related =
            findings.found().iter().flat_map(|finding| finding.related.iter().map(|(place, _)| place));
        for place in findings.found().iter().map(|finding| &finding.place).chain(related) {
            if let Some(offsets) = offsets.get_mut(place.file.0 as usize) {
                offsets.extend([place.span.start, place.span.end]);
            }
        }
        let resolve = |(mut offsets, bytes): (Vec<usize>, &[u8])| {
            offsets.sort_unstable();
            offsets.dedup();
            let positions = positions(bytes, &offsets);
            (offsets, positions)
        };
        let bytes = unit.files.iter().map(|file| &*file.bytes);
        Self { files: offsets.into_iter().zip(bytes).map(resolve).collect() }
    }

    fn range(&self, place: &Place) -> (Position, Position) {
        let (offsets, positions) = &self.files[place.file.0 as usize];
        let find = |offset| {
            offsets.binary_search(&offset).map_or(Position { line: 1, column: 1 }, |at| positions[at])
        };
        (find(place.span.start), find(place.span.end))
    }
}

impl Report {
    /// What was found in all these files, of which some may be the same.
    pub fn of(mut files: Vec<(PathBuf, FileReport)>) -> Self {
        files.sort_by(|a, b| a.0.cmp(&b.0));
        files.dedup_by(|next, first| {
            let same = next.0 == first.0;
            if same {
                first.1.merge(std::mem::take(&mut next.1));
            }
            same
        });
        Self { files }
    }

    /// Adds what was found in another unit.
    pub fn merge(&mut self, other: Self) {
        let mut files = std::mem::take(&mut self.files);
        files.extend(other.files);
        *self = Self::of(files);
    }

    /// What was found in this file, if it was looked at.
    pub fn file(&self, path: &Path) -> Option<&FileReport> {
        let at = self.files.binary_search_by(|(other, _)| (**other).cmp(path)).ok()?;
        Some(&self.files[at].1)
    }

    /// Puts the findings of each file in order. A file that belongs to several units has each finding once.
    pub fn sort(&mut self) {
        for (_, file) in &mut self.files {
            file.findings.sort_by(|a, b| a.key().cmp(&b.key()));
            file.findings.dedup_by(|a, b| a.key() == b.key());
        }
    }

    /// All findings with their files, in order.
    pub fn findings(&self) -> impl Iterator<Item = (&PathBuf, &Reported)> {
        self.files.iter().flat_map(|(path, file)| file.findings.iter().map(move |finding| (path, finding)))
    }
}
