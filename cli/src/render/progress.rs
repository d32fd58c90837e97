//! One live line on a terminal: the phase, who is still there, and the time until the next step.

use super::duration::human;
use crate::output;
use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use unicode_width::UnicodeWidthChar as _;
use unitctl_executor::event::{Event, What};
use unitctl_executor::linux::cgroup::Cgroup;
use unitctl_executor::plan::{Plan, Target};

/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(100);
const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// The live line.
pub struct Progress<'a> {
    plan: &'a Plan,
    cgroup: &'a Cgroup,
    /// What the line says; nothing once it is to be removed.
    line: Arc<Mutex<Option<Line>>>,
    artist: Option<JoinHandle<()>>,
    /// When the limit of the phase passes.
    deadline: Option<Instant>,
    phase: usize,
}

/// What the line says between two events.
struct Line {
    next: &'static str,
    deadline: Option<Instant>,
    message: String,
}

#[expect(clippy::disallowed_methods, reason = "a countdown that is drawn again and again needs a clock")]
fn now() -> Instant {
    Instant::now()
}

impl Line {
    fn draw(&self, frame: char) -> String {
        let mut text = format!("{frame} {} ", self.next);
        let _strings_take_everything = match self.deadline {
            Some(deadline) => {
                write!(text, "in {} s", deadline.saturating_duration_since(now()).as_secs() + 1)
            }
            None => write!(text, "never: no limit"),
        };
        text.extend([": ", &self.message]);
        fitted(&text, terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)))
    }
}

/// As much of a text as fits into a line of so many columns and leaves one free: what goes on below, or what processes
/// called themselves to move the cursor, could not be removed again.
fn fitted(text: &str, mut columns: usize) -> String {
    let width = |c: &char| c.width().unwrap_or(0);
    text.chars()
        .filter(|c| !c.is_control())
        .take_while(|c| {
            let fits = width(c) < columns;
            columns = columns.saturating_sub(width(c));
            fits
        })
        .collect()
}

impl<'a> Progress<'a> {
    /// A line on standard error, for the processes of this cgroup.
    pub fn new(plan: &'a Plan, cgroup: &'a Cgroup) -> Self {
        Self { plan, cgroup, line: Arc::default(), artist: None, deadline: None, phase: 0 }
    }

    /// Shows what has become of it.
    pub fn show(&mut self, event: &Event) {
        match &event.what {
            What::Entered { phase, until } => {
                self.phase = *phase;
                let left = until.map(|until| Duration::from_micros(until.saturating_sub(event.at)));
                self.deadline = left.and_then(|left| now().checked_add(left));
            }
            What::Exited { .. } => {}
            _ => return,
        }
        let Some(phase) = self.plan.phases.get(self.phase) else { return };
        let next = match phase.on_timeout {
            Target::Phase(_) => self.plan.state_of(phase.on_timeout).word(),
            Target::End => "the end",
        };
        let (there, _) = self.cgroup.members();
        let names: Vec<String> = there.iter().take(3).map(|&pid| crate::scene::named(pid)).collect();
        let more = there.len().checked_sub(names.len()).filter(|more| *more > 0);
        let more = more.map_or(String::new(), |more| format!(" and {more} more"));
        let who = if names.is_empty() { "nobody".into() } else { names.join(", ") };
        let since = human(event.at / 1000 * 1000);
        let message = format!("{} since {since}, still there {who}{more}", phase.state.word());
        *locked(&self.line) = Some(Line { next, deadline: self.deadline, message });
        // Without a thread there is no line, and nothing else is lost.
        self.artist = self.artist.take().or_else(|| artist(Arc::clone(&self.line)).ok());
    }

    /// Removes the line.
    pub fn finish(self) {
        *locked(&self.line) = None;
        if let Some(artist) = self.artist {
            artist.thread().unpark();
            // It has drawn what it could.
            let _ended = artist.join();
        }
    }
}

/// Starts what draws the line, until it is to be removed.
fn artist(line: Arc<Mutex<Option<Line>>>) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().spawn(move || {
        for frame in FRAMES.into_iter().cycle() {
            let Some(text) = locked(&line).as_ref().map(|line| line.draw(frame)) else { break };
            output::redraw(&text);
            std::thread::park_timeout(TICK);
        }
        output::redraw("");
    })
}

fn locked(line: &Mutex<Option<Line>>) -> MutexGuard<'_, Option<Line>> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn a_line_stays_one_line() {
        for (text, columns, shown) in [
            ("stop", 5, "stop"),
            ("stop", 4, "sto"),
            ("⠋ stop", 4, "⠋ s"),
            ("日本語", 5, "日本"),
            ("a\x1b[2J\nb", 80, "a[2Jb"),
            ("stop", 0, ""),
        ] {
            assert_eq!(fitted(text, columns), shown, "{text:?} in {columns} columns");
        }
    }
}
