//! A plan as a picture: a lane for the main process, the others and the commands, time to the right, signals as
//! marks and limits as bars. Below it stands what the text says.
//!
//! The picture is 800 wide whatever the plan: after `COLUMNS` phases it goes on in a row below. It takes its
//! colours from the reader's preference of light or dark.

use super::duration::human;
use super::table::{Ink, Row};
use super::timeline::Timeline;
use std::fmt::{Display, Write as _};
use unicode_width::UnicodeWidthStr as _;
use unitctl_executor::plan::{Phase, Role, Step};

const WIDTH: u32 = 800;
/// The most phases beside each other.
const COLUMNS: usize = 5;
/// Where the columns begin, right of the names of the lanes.
const LEFT: u32 = 132;
const LANE: u32 = 64;
const HEAD: u32 = 46;
const LINE: u32 = 17;
/// The columns of text that fit into the width.
const CHARACTERS: usize = 112;

const STYLE: &str = "\
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1f2328}\
.paper{fill:#ffffff}.title{font-size:15px;font-weight:bold}.state{font-weight:bold}.faint{fill:#59636e}\
.lane{fill:#f3f5f7}.bar{fill:#b6d7f5}.open{fill:#b6d7f5;stroke:#0969da;stroke-dasharray:4 3}\
.signal{fill:#8a5a00;font-weight:bold}.deadly{fill:#c3142b;font-weight:bold}.command{fill:#0a58a8;font-weight:bold}\
.mark{stroke:#8a5a00;stroke-width:2}.kill{stroke:#c3142b;stroke-width:2}.run{stroke:#0a58a8;stroke-width:2}\
.edge{stroke:#8c959f}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.faint{fill:#9198a1}.lane{fill:#1b222b}\
.bar{fill:#1f4a75}.open{fill:#1f4a75;stroke:#58a6ff}.signal{fill:#e3b341}.deadly{fill:#ff7b72}.command{fill:#79c0ff}\
.mark{stroke:#e3b341}.kill{stroke:#ff7b72}.run{stroke:#79c0ff}.edge{stroke:#59636e}}";

/// The lanes: a role, its name.
const LANES: [(Role, &str); 3] =
    [(Role::Main, "main process"), (Role::Rest, "other processes"), (Role::Control, "commands")];

/// The picture of a plan, with the sentences that stand below the text.
pub fn draw(timeline: &Timeline<'_>, sentences: &[String]) -> String {
    let plan = timeline.plan;
    let unit = &timeline.inspected.unit;
    let title = format!("{}: systemctl {}", unit.id, plan.action.word());
    let files: Vec<String> = unit.files.iter().map(|file| file.path.display().to_string()).collect();
    let stages = timeline.stages();
    let mut canvas = Canvas { body: String::new(), y: 26 };
    canvas.text(16, "title", &title);
    canvas.paragraph(&files.join(", "), "faint");
    canvas.y += 8;
    for band in stages.chunks(COLUMNS) {
        canvas.band(timeline, band);
    }
    for (_, row) in &stages {
        canvas.stage(row);
    }
    canvas.y += LINE / 2;
    for sentence in sentences {
        canvas.paragraph(sentence, "");
    }
    let Canvas { body, y } = canvas;
    let height = y + LINE;
    let plain: Vec<&str> = sentences.iter().map(String::as_str).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n<style>{STYLE}</style>\n\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>\n{body}</svg>\n",
        Escaped(&title),
        Escaped(&plain.join(" ")),
    )
}

/// What was drawn, and how far down.
struct Canvas {
    body: String,
    y: u32,
}

impl Canvas {
    fn put(&mut self, element: impl Display) {
        let _strings_take_everything = writeln!(self.body, "{element}");
    }

    fn text(&mut self, x: u32, class: &str, text: &str) {
        let y = self.y;
        self.text_at(x, y, class, text);
    }

    fn text_at(&mut self, x: u32, y: u32, class: &str, text: &str) {
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", Escaped(text)));
    }

    /// Text over the whole width, on as many lines as it takes.
    fn paragraph(&mut self, text: &str, class: &str) {
        for line in wrapped(text, CHARACTERS - 5) {
            self.y += LINE;
            self.text(16, class, &line);
        }
    }

    /// Some phases beside each other.
    fn band(&mut self, timeline: &Timeline<'_>, stages: &[(usize, Row)]) {
        let top = self.y + HEAD;
        let column = (WIDTH - LEFT - 12) / u32::try_from(COLUMNS).unwrap_or(1);
        for (lane, (_, name)) in (0_u32..).zip(LANES) {
            let y = top + lane * LANE;
            let width = WIDTH - 24;
            self.put(format_args!(
                "<rect class=\"lane\" x=\"12\" y=\"{y}\" width=\"{width}\" height=\"{}\" rx=\"4\"/>",
                LANE - 4
            ));
            self.text_at(20, y + LANE / 2 + 2, "faint", name);
        }
        for (at, (index, row)) in (0_u32..).zip(stages) {
            let x = LEFT + at * column;
            let phase = &timeline.plan.phases[*index];
            self.put(format_args!(
                "<line class=\"edge\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\"/>",
                top - HEAD + 10,
                top + 3 * LANE - 4
            ));
            self.text_at(x + 6, top - 22, "state", &row.state);
            self.text_at(x + 6, top - 7, "faint", &row.when);
            self.marks(timeline, *index, phase, (x, top, column));
        }
        self.y = top + 3 * LANE + 4;
    }

    /// The signals and commands of a phase, and the bar of its limit in the lanes that it waits for.
    fn marks(
        &mut self,
        timeline: &Timeline<'_>,
        index: usize,
        phase: &Phase,
        (x, top, column): (u32, u32, u32),
    ) {
        for (lane, (role, _)) in (0_u32..).zip(LANES) {
            let y = top + lane * LANE;
            let alive = timeline.outlook.alive[index].contains(&role);
            let waits = phase.waits_for.contains(&role) && (alive || phase.command().is_some());
            if waits {
                let (class, words) = match phase.limit.micros() {
                    Some(limit) => ("bar", format!("≤ {}", human(limit))),
                    None => ("open", "no limit".into()),
                };
                let (bar_y, width) = (y + LANE - 22, column - 10);
                self.put(format_args!(
                    "<rect class=\"{class}\" x=\"{}\" y=\"{bar_y}\" width=\"{width}\" height=\"14\" rx=\"3\"/>",
                    x + 4
                ));
                self.text_at(x + 10, bar_y + 11, "", &words);
            }
            let mut line = y + 14;
            for (class, words) in words_of(timeline, phase, role, alive) {
                let mark = match class {
                    "deadly" => "kill",
                    "command" => "run",
                    _ => "mark",
                };
                self.put(format_args!(
                    "<line class=\"{mark}\" x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>",
                    x + 4,
                    line - 10,
                    line + 3
                ));
                self.text_at(x + 10, line, class, &shortened(&words, 16));
                line += 14;
            }
        }
    }

    /// What the text says of a phase.
    fn stage(&mut self, row: &Row) {
        self.y += LINE + 4;
        self.text(16, "state", &row.state);
        self.text(16 + 7 * 16, "faint", &row.when);
        for cell in &row.cells {
            let what = cell.text();
            let deadly = cell.what.iter().any(|(ink, _)| *ink == Ink::Deadly);
            for line in wrapped(&what, CHARACTERS - 46) {
                self.y += LINE;
                self.text(28, if deadly { "deadly" } else { "" }, &line);
            }
            if what.is_empty() {
                self.y += LINE;
            }
            if !cell.why.is_empty() {
                // The right third is for the reasons that fit into it.
                let x = if cell.why.width() <= 38 { 516 } else { 28 };
                if x == 28 && !what.is_empty() {
                    self.y += LINE;
                }
                self.text(x, "faint", &cell.why);
            }
        }
    }
}

/// What happens to a role in a phase: signals, a command.
fn words_of(timeline: &Timeline<'_>, phase: &Phase, role: Role, alive: bool) -> Vec<(&'static str, String)> {
    let mut words = Vec::new();
    for step in &phase.steps {
        match step {
            Step::Run(command) if role == Role::Control => {
                words.push(("command", format!("{}=", timeline.plan.commands[*command].directive)));
            }
            Step::Signal(send) if alive && (send.to == role || send.to == Role::Cgroup) => {
                for pair in send.signals.chunks(2) {
                    let names: Vec<String> = pair.iter().map(ToString::to_string).collect();
                    let names = names.join(" ");
                    words.push((if names.contains("SIGKILL") { "deadly" } else { "signal" }, names));
                }
            }
            Step::KillCgroup { .. } if alive => words.push(("deadly", "SIGKILL".into())),
            Step::Run(_) | Step::Signal(_) | Step::KillCgroup { .. } => {}
        }
    }
    words
}

/// At most `width` columns of a text.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        if short.width() + 1 >= width {
            break;
        }
        short.push(character);
    }
    short + "…"
}

/// A text in lines of at most `width` columns; a longer word is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(shortened(word, width)),
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// A text in which nothing is special to XML.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // Control characters are not allowed in XML, not even escaped.
                character if character.is_control() => f.write_char('\u{fffd}')?,
                character => f.write_char(character)?,
            }
        }
        Ok(())
    }
}
