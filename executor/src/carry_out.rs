//! Carries a plan out on a [`World`]: the only place that follows plans.
//!
//! It does what the plan says and knows no setting of systemd's. What it does adhere to, beyond the
//! plan, is how one round of signals goes through a control group: each group is read again and again
//! until a reading shows nobody new, then the groups below it, depth first; nobody gets the signals of
//! one step twice. Unlike systemd's, a round that meets somebody new for as long as its phase may last is
//! given up then, as if everybody had been waited for in vain: processes that fork faster than they are
//! met would keep it going for ever.

use crate::event::{Event, Outcome, SystemdResult, What};
use crate::plan::{Phase, Plan, Role, Send, Step, Target};
use crate::world::{CommandContext, ExitStatus, Occurrence, Pid, World};
use nix::errno::Errno;
use smallvec::smallvec;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use unitctl_parser::collections::HashSet;
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::time_span::TimeSpan;

/// The processes that are known by their role when it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The main process.
    pub main: Option<Pid>,
    /// The control process.
    pub control: Option<Pid>,
}

/// What was before a plan that follows another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Who is known now.
    pub known: Known,
    /// When the first plan began, on the clock of the world: events are told as since then.
    pub began: u64,
    /// The result so far.
    pub result: SystemdResult,
    /// How the main process has ended, if it has.
    pub main_status: Option<ExitStatus>,
}

/// Carries out `plan` in `world`, telling `tell` all that happens as it happens.
///
/// It returns when the plan has come to its end, or when the world says that it is interrupted.
pub fn carry_out(plan: &Plan, known: Known, world: &mut dyn World, tell: &mut dyn FnMut(&Event)) -> Outcome {
    let began = world.now();
    carry_on(plan, Before { known, began, ..Before::default() }, world, tell)
}

/// As [`carry_out`], of a plan that follows another one.
pub fn carry_on(plan: &Plan, before: Before, world: &mut dyn World, tell: &mut dyn FnMut(&Event)) -> Outcome {
    let Before { known, began, result, main_status } = before;
    let mut run = Run {
        plan,
        world,
        tell,
        began,
        main: None,
        main_command: None,
        control: None,
        main_status,
        result,
        reached: 0,
        error: None,
        deadline: None,
        again: 0,
        round_limit: None,
        endless: false,
    };
    run.main = known.main.filter(|&pid| run.world.watch(pid).is_ok());
    let underway = |role| plan.underway.filter(|underway| underway.role == role).map(|_| 0);
    run.main_command = underway(Role::Main);
    let control = known.control.filter(|&pid| run.world.watch(pid).is_ok());
    run.control = control.map(|pid| (pid, underway(Role::Control)));
    run.follow()
}

impl Outcome {
    /// Who is there now, the main and the control process first. Looked up when it is asked: a kill waits for nobody,
    /// and a look at thousands who are just ending would hold them up.
    pub fn left(&self, world: &mut dyn World) -> Vec<Pid> {
        let mut left: Vec<Pid> = self.known.main.into_iter().chain(self.known.control).collect();
        let known = left.clone();
        let mut groups = vec![PathBuf::new()];
        while let Some(group) = groups.pop() {
            let before = left.len();
            // A group that cannot be read was reported when it was to be signalled.
            if world.members(&group, &mut left).is_err() {
                left.truncate(before);
            }
            if let Ok(children) = world.children(&group) {
                groups.extend(children.iter().rev().map(|child| group.join(child)));
            }
        }
        let mut number = 0;
        left.retain(|pid| {
            number += 1;
            number <= known.len() || !known.contains(pid)
        });
        left
    }
}

/// Somebody wants it to end now.
struct Interrupted;

/// What one phase's steps have found out about whom to wait for.
#[derive(Default)]
struct Reached {
    main_refused: bool,
    control_refused: bool,
    rest: bool,
}

/// The outcome of one step.
#[derive(Clone, Copy, Default)]
struct Round {
    reached: usize,
    failed: bool,
}

struct Run<'a> {
    plan: &'a Plan,
    world: &'a mut dyn World,
    tell: &'a mut dyn FnMut(&Event),
    began: u64,
    main: Option<Pid>,
    /// The command that the main process is, if it is known to be one of the plan's.
    main_command: Option<usize>,
    /// The control process and, if it was started here, its command.
    control: Option<(Pid, Option<usize>)>,
    main_status: Option<ExitStatus>,
    /// The first that was not a success stays.
    result: SystemdResult,
    reached: usize,
    error: Option<Errno>,
    deadline: Option<u64>,
    /// How often the command of the phase was run again.
    again: u32,
    /// When the rounds of the phase are given up, and whether one was.
    round_limit: Option<u64>,
    endless: bool,
}

impl Run<'_> {
    fn follow(mut self) -> Outcome {
        let mut missing = match self.plan.demand.role {
            Some(Role::Main) if self.main.is_none() => Some(Role::Main),
            Some(Role::Control) if self.control.is_none() => Some(Role::Control),
            _ => None,
        };
        let mut interrupted = false;
        let mut target = if missing.is_some() { Target::End } else { Target::Phase(0) };
        while let Target::Phase(index) = target
            && let Some(phase) = self.plan.phases.get(index)
        {
            let Ok(next) = self.phase(index, phase) else {
                self.event(What::Interrupted);
                interrupted = true;
                break;
            };
            target = next;
        }
        if self.plan.demand.somebody && self.reached == 0 && missing.is_none() {
            missing = Some(Role::Cgroup);
        }
        self.event(What::Ended { result: self.result });
        Outcome {
            result: self.result,
            known: Known { main: self.main, control: self.control.map(|(pid, _)| pid) },
            duration: self.since_began(),
            still_held: self.plan.held.as_ref().is_some_and(|held| self.world.holds(held)),
            interrupted,
            missing,
            error: self.error,
        }
    }

    /// One phase, until it is known where it leads.
    fn phase(&mut self, index: usize, phase: &Phase) -> Result<Target, Interrupted> {
        self.event(What::Begun { phase: index });
        if phase.forgets_control {
            self.control = None;
        }
        self.round_limit = self.after(phase.limit.micros());
        self.endless = false;
        let mut reached = Reached::default();
        let mut round = Round::default();
        for step in &phase.steps {
            match step {
                Step::Run(command) => {
                    if !self.run(*command) {
                        return Ok(phase.on_spawn_failure);
                    }
                }
                Step::Signal(send) if send.only_after_success && (round.reached == 0 || round.failed) => {}
                Step::Signal(send) => {
                    round = self.signal_role(send)?;
                    match send.to {
                        Role::Main => reached.main_refused = round.failed,
                        Role::Control => reached.control_refused = round.failed,
                        Role::Rest | Role::Cgroup if !send.only_after_success => {
                            reached.rest = round.reached > 0 && !round.failed;
                        }
                        Role::Rest | Role::Cgroup => {}
                    }
                }
                Step::KillCgroup { subgroup } => self.kill_group(subgroup.as_deref())?,
            }
        }
        let somebody = phase.waits_for.iter().any(|role| match role {
            Role::Main => self.main.is_some() && !reached.main_refused,
            Role::Control => self.control.is_some() && !reached.control_refused,
            Role::Rest | Role::Cgroup => reached.rest,
        });
        if !somebody {
            return Ok(phase.if_nobody);
        }
        if self.endless {
            self.deadline = self.round_limit;
        } else if !phase.limit_goes_on {
            self.deadline = self.after(phase.limit.micros());
        }
        self.entered(index);
        loop {
            let led_to = match self.world.wait(self.deadline) {
                Occurrence::Exited { pid, status } => self.exited(index, phase, pid, status),
                Occurrence::Empty => {
                    self.event(What::Empty);
                    phase.on_empty.filter(|_| self.main.is_none() && self.control.is_none())
                }
                Occurrence::Notified(notification) => {
                    self.event(What::Notified(notification));
                    let awaited = phase.on_notification.filter(|(awaited, _)| *awaited == notification);
                    awaited.map(|(_, target)| target)
                }
                Occurrence::Overheard { by, to, signal } => {
                    self.event(What::Overheard { by, to, signal });
                    None
                }
                Occurrence::TimeUp => {
                    self.event(What::TimeUp { phase: index });
                    self.latch(SystemdResult::Timeout);
                    Some(phase.on_timeout)
                }
                Occurrence::Interrupted => return Err(Interrupted),
            };
            if let Some(target) = led_to {
                return Ok(target);
            }
        }
    }

    /// A process has exited: where that leads, if anywhere.
    fn exited(
        &mut self,
        index: usize,
        phase: &Phase,
        pid: Pid,
        status: Option<ExitStatus>,
    ) -> Option<Target> {
        if self.main == Some(pid) {
            self.main = None;
            self.main_status = status;
            self.event(What::Exited { pid, role: Role::Main, command: None, status });
            let planned = self.main_command.take().and_then(|command| self.plan.commands.get(command));
            let result = SystemdResult::of_exit(status, &self.plan.main_exit);
            self.latch(result);
            if let (SystemdResult::Success, Some(next), Some(underway)) =
                (result, planned.and_then(|planned| planned.next), self.plan.underway)
            {
                return self.go_on_with_main(index, phase, next, underway.resumes);
            }
            let counts = phase.waits_for.contains(&Role::Main)
                && self.control.is_none()
                && !(phase.main_counts_with_cgroup && self.world.populated());
            return counts.then_some(phase.then);
        }
        let Some((_, command)) = self.control.filter(|control| control.0 == pid) else {
            self.event(What::Exited { pid, role: Role::Rest, command: None, status });
            return None;
        };
        self.control = None;
        self.event(What::Exited { pid, role: Role::Control, command, status });
        let planned = command.and_then(|command| self.plan.commands.get(command));
        let result = if planned.is_some_and(|planned| planned.command.ignore_failure) {
            SystemdResult::Success
        } else if planned.is_some_and(|planned| planned.directive == "ExecStart") {
            // The process that is to fork a daemon counts as one.
            SystemdResult::of_exit(status, &self.plan.main_exit)
        } else {
            SystemdResult::of_exit(status, &self.plan.command_exit)
        };
        if let ControlFlow::Break(led_to) = self.judged_by_what_is_held(index, phase, command, result) {
            return led_to;
        }
        self.latch(result);
        if result == SystemdResult::Success {
            if phase.next.is_some() {
                return phase.next;
            }
            if let (Some(limit), Some(next)) = (phase.resumes, planned.and_then(|planned| planned.next)) {
                if !self.run(next) {
                    return Some(phase.on_spawn_failure);
                }
                self.deadline = self.after(limit.micros());
                self.entered(index);
                return None;
            }
        }
        let held = phase.waits_for.contains(&Role::Main) && self.main.is_some();
        (!held).then_some(phase.then)
    }

    /// The main process was a command that another one follows: that one is the main process now.
    fn go_on_with_main(
        &mut self,
        index: usize,
        phase: &Phase,
        next: usize,
        limit: TimeSpan,
    ) -> Option<Target> {
        let control = self.control.take();
        let started = self.run(next);
        self.main = self.control.take().map(|(pid, _)| pid);
        self.control = control;
        if !started {
            return Some(phase.on_spawn_failure);
        }
        self.main_command = Some(next);
        self.deadline = self.after(limit.micros());
        self.entered(index);
        None
    }

    /// What the end of a command means that was to take something away, if it means something else for that.
    fn judged_by_what_is_held(
        &mut self,
        index: usize,
        phase: &Phase,
        command: Option<usize>,
        result: SystemdResult,
    ) -> ControlFlow<Option<Target>> {
        let held = self.plan.held.as_ref().filter(|_| phase.again > 0);
        let (Some(held), Some(command)) = (held, command) else { return ControlFlow::Continue(()) };
        match (result, self.world.holds(held)) {
            (SystemdResult::Success, true) if self.again < phase.again => {
                self.again += 1;
                if !self.run(command) {
                    return ControlFlow::Break(Some(phase.on_spawn_failure));
                }
                self.deadline = self.after(phase.limit.micros());
                self.entered(index);
                ControlFlow::Break(None)
            }
            (SystemdResult::Success, true) => {
                self.latch(SystemdResult::Protocol);
                ControlFlow::Break(Some(phase.then))
            }
            (SystemdResult::ExitCode, false) => ControlFlow::Break(Some(phase.then)),
            _ => ControlFlow::Continue(()),
        }
    }

    /// Starts a command as the control process; `false` if that failed.
    fn run(&mut self, command: usize) -> bool {
        let Some(planned) = self.plan.commands.get(command) else { return false };
        let context = CommandContext { main: self.main, result: self.result, main_status: self.main_status };
        let pid = self.world.spawn(planned, &context);
        self.event(What::Run { command, pid });
        self.control = pid.ok().map(|pid| (pid, Some(command)));
        if pid.is_err() {
            self.latch(SystemdResult::Resources);
        }
        pid.is_ok()
    }

    /// One step of signals.
    fn signal_role(&mut self, send: &Send) -> Result<Round, Interrupted> {
        let mut round = Round::default();
        let single = match send.to {
            Role::Main => self.main,
            Role::Control => self.control.map(|(pid, _)| pid),
            Role::Rest | Role::Cgroup => {
                let spared = match send.to {
                    Role::Rest => [self.main, self.control.map(|(pid, _)| pid)],
                    _ => [None, None],
                };
                let mut seen: HashSet<Pid> = spared.into_iter().flatten().collect();
                let group = send.subgroup.as_deref().unwrap_or_default().trim_start_matches('/');
                self.signal_tree(PathBuf::from(group), send, &mut seen, &mut round)?;
                return Ok(round);
            }
        };
        if let Some(pid) = single {
            self.signal_one(pid, send, None, &mut round);
        }
        Ok(round)
    }

    /// A group until nobody new is found in it, then those below it.
    fn signal_tree(
        &mut self,
        group: PathBuf,
        send: &Send,
        seen: &mut HashSet<Pid>,
        round: &mut Round,
    ) -> Result<(), Interrupted> {
        let mut groups = vec![group];
        let mut members = Vec::new();
        while let Some(group) = groups.pop() {
            loop {
                members.clear();
                if let Err(error) = self.world.members(&group, &mut members) {
                    self.unreadable(&group, error, round);
                    break;
                }
                let before = seen.len();
                for &pid in &members {
                    if seen.insert(pid) {
                        self.signal_one(pid, send, Some(&group), round);
                    }
                }
                if seen.len() == before {
                    break;
                }
                if self.world.interrupted() {
                    return Err(Interrupted);
                }
                if self.round_limit.is_some_and(|limit| self.world.now() > limit) {
                    self.endless = true;
                    break;
                }
            }
            match self.world.children(&group) {
                Ok(children) => groups.extend(children.iter().rev().map(|child| group.join(child))),
                Err(error) => self.unreadable(&group, error, round),
            }
        }
        Ok(())
    }

    /// All the signals of a step for one process. If one fails, those after it are not sent.
    fn signal_one(&mut self, pid: Pid, send: &Send, group: Option<&Path>, round: &mut Round) {
        for (number, &signal) in send.signals.iter().enumerate() {
            let sent = self.world.signal(pid, signal, send.value, group);
            self.event(What::Signal { pid, role: send.to, signal, sent });
            match sent {
                Ok(()) if number == 0 => {
                    round.reached += 1;
                    self.reached += 1;
                }
                Ok(()) => {}
                Err(error) => {
                    if error != Errno::ESRCH {
                        round.failed |= number == 0;
                        self.error = self.error.or(Some(error));
                    }
                    return;
                }
            }
        }
    }

    fn kill_group(&mut self, subgroup: Option<&str>) -> Result<(), Interrupted> {
        let group = PathBuf::from(subgroup.unwrap_or_default().trim_start_matches('/'));
        let done = self.world.kill_group(&group);
        // There is no such group, so nobody is in it.
        if done == Err(Errno::ENOENT) {
            return Ok(());
        }
        self.event(What::KillGroup { group: group.clone(), done });
        match done {
            Ok(()) => self.reached += 1,
            Err(Errno::EOPNOTSUPP) => {
                let send = Send {
                    to: Role::Cgroup,
                    signals: smallvec![Signal::KILL],
                    value: None,
                    subgroup: None,
                    only_after_success: false,
                };
                self.signal_tree(group, &send, &mut HashSet::default(), &mut Round::default())?;
            }
            Err(error) => self.error = self.error.or(Some(error)),
        }
        Ok(())
    }

    fn unreadable(&mut self, group: &Path, error: Errno, round: &mut Round) {
        round.failed = true;
        self.error = self.error.or(Some(error));
        self.event(What::Unreadable { group: group.to_owned(), error });
    }

    fn latch(&mut self, result: SystemdResult) {
        if self.result == SystemdResult::Success {
            self.result = result;
        }
    }

    fn entered(&mut self, phase: usize) {
        let until = self.deadline.map(|deadline| deadline.saturating_sub(self.began));
        self.event(What::Entered { phase, until });
    }

    /// The deadline that lies this many microseconds ahead.
    fn after(&mut self, micros: Option<u64>) -> Option<u64> {
        micros.map(|micros| self.world.now().saturating_add(micros))
    }

    fn since_began(&mut self) -> u64 {
        self.world.now().saturating_sub(self.began)
    }

    fn event(&mut self, what: What) {
        let at = self.since_began();
        (self.tell)(&Event { at, what });
    }
}
