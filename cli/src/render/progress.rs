//! One live line on a terminal: the phase, who is still there, and the time until the next step.

use super::duration::human;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use unitctl_executor::event::{Event, What};
use unitctl_executor::linux::cgroup::Cgroup;
use unitctl_executor::plan::{Plan, Target};

/// The live line.
pub struct Progress<'a> {
    plan: &'a Plan,
    cgroup: &'a Cgroup,
    bar: ProgressBar,
    /// When the limit of the phase passes.
    deadline: Arc<Mutex<Option<Instant>>>,
    phase: usize,
}

#[expect(clippy::disallowed_methods, reason = "a countdown that is drawn again and again needs a clock")]
fn now() -> Instant {
    Instant::now()
}

impl<'a> Progress<'a> {
    /// A line on standard error, for the processes of this cgroup.
    pub fn new(plan: &'a Plan, cgroup: &'a Cgroup) -> Self {
        let deadline: Arc<Mutex<Option<Instant>>> = Arc::default();
        let bar = ProgressBar::new_spinner();
        let shown = Arc::clone(&deadline);
        let countdown = move |_: &ProgressState, out: &mut dyn fmt::Write| {
            let until = shown.lock().map_or(None, |until| *until);
            let _a_line_can_be_short = match until.map(|until| until.saturating_duration_since(now())) {
                Some(left) => write!(out, "in {} s", left.as_secs() + 1),
                None => write!(out, "never: no limit"),
            };
        };
        // The template is a constant, and its keys are there.
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {countdown}: {wide_msg}") {
            bar.set_style(style.with_key("countdown", countdown));
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { plan, cgroup, bar, deadline, phase: 0 }
    }

    /// Shows what has become of it.
    pub fn show(&mut self, event: &Event) {
        match &event.what {
            What::Entered { phase, until } => {
                self.phase = *phase;
                let left = until.map(|until| Duration::from_micros(until.saturating_sub(event.at)));
                if let Ok(mut deadline) = self.deadline.lock() {
                    *deadline = left.and_then(|left| now().checked_add(left));
                }
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
        self.bar.set_prefix(next);
        let since = human(event.at / 1000 * 1000);
        self.bar.set_message(format!("{} since {since}, still there {who}{more}", phase.state.word()));
    }

    /// Removes the line.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}
