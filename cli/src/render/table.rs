//! Four columns of text that fit the terminal: when, where, what, why.
//!
//! On a narrow terminal the reason stands below what it is the reason for.

use super::style::Palette;
use unicode_width::UnicodeWidthStr;

/// How to draw a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// As it is.
    Plain,
    /// What is run.
    Command,
    /// A signal that a process may catch.
    Signal,
    /// SIGKILL, and warnings.
    Deadly,
    /// What is not needed at first sight.
    Faint,
}

/// A line of the third column with its reason.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What, in pieces.
    pub what: Vec<(Ink, String)>,
    /// Why.
    pub why: String,
}

impl Cell {
    /// Plain words with a reason.
    pub fn plain(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: vec![(Ink::Plain, what.into())], why: why.into() }
    }
}

impl Cell {
    /// What, without ink.
    pub fn text(&self) -> String {
        self.what.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// A row: one phase.
#[derive(Clone, Debug)]
pub struct Row {
    /// The first column.
    pub when: String,
    /// The second column.
    pub state: String,
    /// The third and fourth column, line by line.
    pub cells: Vec<Cell>,
}

const GAP: usize = 2;
/// Where there is less room than this for what is done, the reasons get lines of their own.
const NARROW: usize = 40;

/// Draws the rows, indented by two blanks.
pub fn draw(rows: &[Row], width: usize, palette: Palette) -> String {
    let widest = |text: fn(&Row) -> &str| rows.iter().map(|row| text(row).width()).max().unwrap_or(0);
    let when = widest(|row| &row.when);
    let state = widest(|row| &row.state);
    let left = GAP + when + GAP + state + GAP;
    let why = rows.iter().flat_map(|row| &row.cells).map(|cell| cell.why.width()).max().unwrap_or(0);
    let beside = why > 0 && left + NARROW + GAP + why <= width;
    let right = if beside { why + GAP } else { 0 };
    let middle = width.saturating_sub(left + right).max(24);
    let mut text = String::new();
    for row in rows {
        let mut head = Some((&row.when, &row.state));
        let mut line = |what: &str, what_width: usize, why: &str, text: &mut String| {
            let (row_when, row_state) = head.take().map_or(("", ""), |(a, b)| (a.as_str(), b.as_str()));
            text.push_str(&" ".repeat(GAP + when - row_when.width()));
            text.push_str(row_when);
            text.push_str(&" ".repeat(GAP));
            text.push_str(&palette.heading(row_state));
            text.push_str(&" ".repeat(state - row_state.width() + GAP));
            text.push_str(what);
            if !why.is_empty() {
                text.push_str(&" ".repeat(middle.saturating_sub(what_width).max(1)));
                text.push_str(&palette.faint(why));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        };
        for cell in &row.cells {
            let mut why = if beside { cell.why.as_str() } else { "" };
            if !beside && cell.what.is_empty() {
                line(&palette.faint(format!("  {}", cell.why)), 0, "", &mut text);
                continue;
            }
            for (what, what_width) in
                wrap(&cell.what, middle.saturating_sub(usize::from(beside) * GAP), palette)
            {
                line(&what, what_width, why, &mut text);
                why = "";
            }
            if !beside && !cell.why.is_empty() {
                line(&palette.faint(format!("  {}", cell.why)), 0, "", &mut text);
            }
        }
    }
    text
}

/// Breaks pieces of text at blanks into lines of at most `width` columns, where that is possible. A no-break
/// space keeps words together, and becomes a blank.
fn wrap(pieces: &[(Ink, String)], width: usize, palette: Palette) -> Vec<(String, usize)> {
    let mut lines = vec![(String::new(), 0)];
    for (ink, piece) in pieces {
        for word in piece.split_inclusive(' ') {
            let (mut text, mut used) = lines.pop().unwrap_or_default();
            if used > 0 && used + word.trim_end().width() > width {
                lines.push((text, used));
                (text, used) = ("  ".into(), 2);
            }
            used += word.width();
            text.push_str(&paint(*ink, &word.replace('\u{a0}', " "), palette));
            lines.push((text, used));
        }
    }
    lines
}

fn paint(ink: Ink, word: &str, palette: Palette) -> String {
    match ink {
        Ink::Plain => word.to_owned(),
        Ink::Command => palette.command(word),
        Ink::Signal => palette.signal(word),
        Ink::Deadly => palette.deadly(word),
        Ink::Faint => palette.faint(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let cell = |what: &str, why: &str| Cell::plain(what, why);
        vec![Row {
            when: "0 s".into(),
            state: "stop".into(),
            cells: vec![
                cell("run a command that is rather long", "ExecStop=  a.service:1"),
                cell("until it ends", ""),
            ],
        }]
    }

    #[test]
    fn wide_terminals_have_the_reason_beside() {
        let text = draw(&rows(), 100, Palette::PLAIN);
        assert_eq!(text.lines().count(), 2);
        assert!(text.lines().next().unwrap().ends_with("a.service:1"));
        assert!(text.lines().all(|line| line.width() <= 100));
    }

    #[test]
    fn narrow_terminals_have_it_below() {
        let text = draw(&rows(), 50, Palette::PLAIN);
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        assert_eq!(
            lines,
            ["0 s  stop  run a command that is rather long", "ExecStop=  a.service:1", "until it ends"]
        );
    }
}
