//! A [`World`] of scripted processes and virtual time: ten seconds pass in no time, and the same script
//! always leads to the same events.
//!
//! Signals have the effect that the kernel gives them (signal(7)), unless a process's script says
//! otherwise: a stopped process keeps them pending until SIGCONT, and SIGKILL always works. Dying takes a
//! microsecond. Signalling takes no time.

pub mod script;

use crate::default_effect::DefaultEffect;
use crate::plan::{Held, Notification, PlannedCommand};
use crate::world::{CommandContext, ExitStatus, Occurrence, Pid, World};
use nix::errno::Errno;
use script::{CommandScript, ProcessScript, Reaction};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use unitctl_parser::value::signal::Signal;

/// How long a process takes to die, in microseconds.
pub const DYING: u64 = 1;

struct Process {
    script: ProcessScript,
    alive: bool,
    /// It has been sent SIGKILL, and does nothing any more.
    killed: bool,
    stopped: bool,
    /// Signals that wait for it to be continued.
    pending: BTreeSet<Signal>,
    /// It would have exited, had it not been stopped.
    exit_due: Option<ExitStatus>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Action {
    Exit(u8),
    Die {
        signal: Signal,
        core: bool,
    },
    Notify {
        ready: bool,
    },
    /// A command that idled begins.
    Begin,
}

/// A control group with scripted processes.
#[derive(Default)]
pub struct SimulatedWorld {
    now: u64,
    processes: Vec<Process>,
    commands: VecDeque<CommandScript>,
    /// Commands that have not begun, with the index of their process.
    idle: Vec<(usize, CommandScript)>,
    run: usize,
    /// How many mounts lie one upon the other, or whether there is a swap.
    mounted: u32,
    /// What will happen: when, to which process, in which order. Of those who end in the same instant the oldest
    /// is noticed first, as by wait(2).
    future: BinaryHeap<Reverse<(u64, usize, usize, Action)>>,
    scheduled: usize,
    happened: VecDeque<Occurrence>,
}

impl SimulatedWorld {
    /// A world with these processes, whose commands will do what `commands` says, in order; those for
    /// which nothing is said exit with 0 at once.
    pub fn new(processes: Vec<ProcessScript>, commands: Vec<CommandScript>) -> Self {
        let mut world = Self { commands: commands.into(), mounted: 1, ..Self::default() };
        for script in processes {
            world.add(script);
        }
        world
    }

    /// Puts so many mounts one upon the other; without it there is one.
    #[must_use]
    pub const fn with_mounts(mut self, mounted: u32) -> Self {
        self.mounted = mounted;
        self
    }

    /// A command that was started before; what it leaves is there, and what it sends was sent.
    pub fn runs_already(&mut self, script: CommandScript) -> Pid {
        let CommandScript { mut process, leaves, .. } = script;
        self.run += 1;
        process.name = format!("command{}", self.run);
        let pid = self.add(process);
        for child in leaves {
            self.add(child);
        }
        pid
    }

    /// The first of the processes it was made with.
    pub fn first(&self) -> Option<Pid> {
        (!self.processes.is_empty()).then_some(pid_at(0))
    }

    /// The process of this name: the one that is alive, if any is.
    pub fn pid(&self, name: &str) -> Option<Pid> {
        let named = |process: &Process| process.script.name == name;
        let alive = self.processes.iter().position(|process| process.alive && named(process));
        alive.or_else(|| self.processes.iter().position(named)).map(pid_at)
    }

    /// The name of a process; a command is called `command1`, `command2` … in the order they were run.
    pub fn name(&self, pid: Pid) -> &str {
        index_of(pid).and_then(|index| self.processes.get(index)).map_or("", |process| &process.script.name)
    }

    fn add(&mut self, script: ProcessScript) -> Pid {
        let index = self.processes.len();
        if let Some(exit) = script.exit {
            self.schedule(exit.after.max(DYING), index, Action::Exit(exit.code));
        }
        let stopped = script.stopped;
        self.processes.push(Process {
            script,
            alive: true,
            killed: false,
            stopped,
            pending: BTreeSet::new(),
            exit_due: None,
        });
        pid_at(index)
    }

    /// A command does what it does at once.
    fn begin(&mut self, by: Pid, script: CommandScript) {
        let CommandScript { sends, unmounts, leaves, .. } = script;
        if unmounts {
            self.mounted = self.mounted.saturating_sub(1);
        }
        for child in leaves {
            self.add(child);
        }
        for (signal, name) in sends {
            if let Some(to) = self.pid(&name)
                && let Ok(index) = self.alive(to)
            {
                self.happened.push_back(Occurrence::Overheard { by, to, signal });
                self.deliver(index, signal);
            }
        }
    }

    /// A command that idled becomes what it is.
    fn begin_idle(&mut self, index: usize) {
        let Some(place) = self.idle.iter().position(|(of, _)| *of == index) else { return };
        let (_, mut script) = self.idle.swap_remove(place);
        let process = std::mem::take(&mut script.process);
        if let Some(exit) = process.exit {
            self.schedule(exit.after.max(DYING), index, Action::Exit(exit.code));
        }
        self.processes[index].stopped |= process.stopped;
        self.processes[index].script = process;
        self.begin(pid_at(index), script);
    }

    fn schedule(&mut self, after: u64, index: usize, action: Action) {
        self.scheduled += 1;
        self.future.push(Reverse((self.now.saturating_add(after), index, self.scheduled, action)));
    }

    /// A signal reaches a process.
    fn deliver(&mut self, index: usize, signal: Signal) {
        let process = &mut self.processes[index];
        if process.script.unkillable {
            return;
        }
        if signal == Signal::KILL {
            process.killed = true;
            self.schedule(DYING, index, Action::Die { signal, core: false });
            return;
        }
        if signal == Signal::STOP {
            process.stopped = true;
            return;
        }
        if signal == Signal::CONT && process.stopped {
            process.stopped = false;
            let pending = std::mem::take(&mut process.pending);
            match process.exit_due.take() {
                Some(ExitStatus::Code(code)) => self.schedule(DYING, index, Action::Exit(code)),
                Some(ExitStatus::Signal(signal)) => {
                    self.schedule(DYING, index, Action::Die { signal, core: false });
                }
                Some(ExitStatus::CoreDump(signal)) => {
                    self.schedule(DYING, index, Action::Die { signal, core: true });
                }
                None => {}
            }
            for signal in pending {
                self.react(index, signal);
            }
        }
        self.react(index, signal);
    }

    fn react(&mut self, index: usize, signal: Signal) {
        let process = &mut self.processes[index];
        let place = process.script.reactions.iter().rposition(|(reacts_to, _)| *reacts_to == signal);
        let reaction = place.map(|place| process.script.reactions[place].1.clone());
        let effect = DefaultEffect::of(signal);
        let ignored = match reaction {
            Some(Reaction::Ignore) => true,
            Some(_) => false,
            None => effect == DefaultEffect::Ignore,
        };
        if ignored {
            return;
        }
        if process.stopped {
            process.pending.insert(signal);
            return;
        }
        match (reaction, effect) {
            (Some(Reaction::Exit(exit)), _) => {
                self.schedule(exit.after.max(DYING), index, Action::Exit(exit.code));
            }
            (Some(Reaction::Reload(after)), _) => {
                self.schedule(0, index, Action::Notify { ready: false });
                self.schedule(after, index, Action::Notify { ready: true });
            }
            (Some(Reaction::Fork(child)), _) => {
                process.script.reactions.retain(|(reacts_to, _)| *reacts_to != signal);
                process.script.reactions.push((signal, Reaction::Ignore));
                self.add(*child);
            }
            (Some(Reaction::Ignore), _) | (None, DefaultEffect::Ignore) => {}
            (None, DefaultEffect::Stop) => process.stopped = true,
            (None, DefaultEffect::Terminate | DefaultEffect::CoreDump) => {
                self.schedule(DYING, index, Action::Die { signal, core: effect == DefaultEffect::CoreDump });
            }
        }
    }

    /// Something that was scheduled comes to pass.
    fn pass(&mut self, index: usize, action: Action) {
        let process = &mut self.processes[index];
        let kills = matches!(action, Action::Die { signal: Signal::KILL, .. });
        if !process.alive || process.killed && !kills {
            return;
        }
        let status = match action {
            Action::Exit(code) => ExitStatus::Code(code),
            Action::Die { signal, core: false } => ExitStatus::Signal(signal),
            Action::Die { signal, core: true } => ExitStatus::CoreDump(signal),
            Action::Begin => return self.begin_idle(index),
            Action::Notify { ready } => {
                let said = if ready { Notification::Ready } else { Notification::Reloading };
                self.happened.push_back(Occurrence::Notified(said));
                return;
            }
        };
        if process.stopped && !kills {
            process.exit_due = Some(status);
            return;
        }
        process.alive = false;
        self.happened.push_back(Occurrence::Exited { pid: pid_at(index), status: Some(status) });
    }

    fn alive(&self, pid: Pid) -> Result<usize, Errno> {
        let index =
            index_of(pid).filter(|&index| self.processes.get(index).is_some_and(|process| process.alive));
        index.ok_or(Errno::ESRCH)
    }

    fn alive_in<'a>(&'a self, inside: impl Fn(&Path) -> bool + 'a) -> impl Iterator<Item = usize> + 'a {
        let living = self.processes.iter().enumerate().filter(|(_, process)| process.alive);
        living.filter(move |(_, process)| inside(&process.script.group)).map(|(index, _)| index)
    }
}

/// The PID of the process with this index.
fn pid_at(index: usize) -> Pid {
    Pid(i32::try_from(index).map_or(i32::MAX, |index| index.saturating_add(1)))
}

fn index_of(pid: Pid) -> Option<usize> {
    usize::try_from(pid.0).ok()?.checked_sub(1)
}

impl World for SimulatedWorld {
    fn now(&mut self) -> u64 {
        self.now
    }

    fn watch(&mut self, pid: Pid) -> Result<(), Errno> {
        self.alive(pid).map(|_| ())
    }

    fn members(&mut self, group: &Path, into: &mut Vec<Pid>) -> Result<(), Errno> {
        into.extend(self.alive_in(|of| of == group).map(pid_at));
        Ok(())
    }

    fn children(&mut self, group: &Path) -> Result<Vec<OsString>, Errno> {
        let below = self.processes.iter().filter_map(|process| process.script.group.strip_prefix(group).ok());
        let names: BTreeSet<OsString> =
            below.filter_map(|path| Some(path.iter().next()?.to_owned())).collect();
        Ok(names.into_iter().collect())
    }

    fn populated(&mut self) -> bool {
        self.alive_in(|_| true).next().is_some()
    }

    fn signal(
        &mut self,
        pid: Pid,
        signal: Signal,
        _value: Option<i32>,
        group: Option<&Path>,
    ) -> Result<(), Errno> {
        let index = self.alive(pid)?;
        let script = &self.processes[index].script;
        if group.is_some_and(|group| script.group != group) {
            return Err(Errno::ESRCH);
        }
        if script.forbidden {
            return Err(Errno::EPERM);
        }
        self.deliver(index, signal);
        Ok(())
    }

    fn kill_group(&mut self, group: &Path) -> Result<(), Errno> {
        let members: Vec<usize> = self.alive_in(|of| of.starts_with(group)).collect();
        if members.is_empty() {
            // An empty control group has been removed.
            return Err(Errno::ENOENT);
        }
        for index in members {
            self.deliver(index, Signal::KILL);
        }
        Ok(())
    }

    fn spawn(&mut self, command: &PlannedCommand, _context: &CommandContext) -> Result<Pid, Errno> {
        let mut script = self.commands.pop_front().unwrap_or_default();
        if script.fails_to_start {
            return Err(Errno::EAGAIN);
        }
        self.run += 1;
        script.process.name = format!("command{}", self.run);
        script.process.group = PathBuf::new();
        let idles = command.idles.micros().unwrap_or_default();
        if idles == 0 {
            let pid = self.add(std::mem::take(&mut script.process));
            self.begin(pid, script);
            return Ok(pid);
        }
        let pid = self.add(ProcessScript::new(script.process.name.as_str()));
        if let Some(index) = index_of(pid) {
            self.idle.push((index, script));
            self.schedule(idles, index, Action::Begin);
        }
        Ok(pid)
    }

    fn holds(&mut self, _held: &Held) -> bool {
        self.mounted > 0
    }

    /// As the trait says. If nothing can ever happen any more, that is an interruption.
    fn wait(&mut self, deadline: Option<u64>) -> Occurrence {
        loop {
            if let Some(occurrence) = self.happened.pop_front() {
                // A command may have been started since it became empty.
                if occurrence == Occurrence::Empty && self.populated() {
                    continue;
                }
                return occurrence;
            }
            let next = self.future.peek().map(|Reverse(next)| next.0);
            if let Some(deadline) = deadline
                && next.is_none_or(|next| next > deadline)
            {
                self.now = self.now.max(deadline);
                return Occurrence::TimeUp;
            }
            let Some(next) = next else { return Occurrence::Interrupted };
            self.now = self.now.max(next);
            let populated = self.populated();
            while let Some(Reverse((at, index, _, action))) = self.future.peek().copied()
                && at <= self.now
            {
                self.future.pop();
                self.pass(index, action);
            }
            if populated && !self.populated() {
                self.happened.push_back(Occurrence::Empty);
            }
        }
    }

    fn interrupted(&mut self) -> bool {
        false
    }
}
