//! What can come of a plan, whatever the processes do: which phases can be reached and when, how long it
//! can take, who may get which signal, and who may remain.
//!
//! All abstract runs are followed at once. Of each role only this is known: it is gone, it may be alive,
//! or it is doomed, having been sent SIGKILL. Whoever is alive may exit at any moment or never; whoever
//! is doomed is gone before the limit of the phase that killed it has passed. (The worst case of all,
//! [`worst_case_unkillable`], does not assume the latter.) Two things are left out: a signal that
//! may not be sent, and a command for which there is no process.

use crate::plan::{Phase, Plan, Presence, Reason, Role, State, Step, Target};
use foldhash::fast::FixedState;
use indexmap::IndexSet;
use indexmap::map::Entry;
use smallvec::{SmallVec, smallvec};
use unitctl_parser::collections::IndexMap;
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::time_span::TimeSpan;

/// A span in which something happens, in microseconds since the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Not before this.
    pub earliest: u64,
    /// Not after this; `None`: there is no such moment.
    pub latest: Option<u64>,
}

/// How a phase is come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// It is the first.
    Start,
    /// The phase with this index has come to its end.
    After(usize),
    /// In the phase with this index there was nobody to wait for.
    Skipped(usize),
    /// The limit of the phase with this index has passed.
    Limit(usize),
}

impl Way {
    /// The phase that it comes from.
    const fn from(self) -> Option<usize> {
        match self {
            Self::Start => None,
            Self::After(phase) | Self::Skipped(phase) | Self::Limit(phase) => Some(phase),
        }
    }
}

/// Why somebody may remain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// It is never signalled (`KillMode=`).
    NeverSignalled,
    /// It is asked to exit, never killed (`SendSIGKILL=`).
    NeverKilled,
    /// The last signal it gets is one that it may survive (`FinalKillSignal=`).
    MaySurviveLastSignal,
    /// The exit of the main or control process can end the last phase before it is killed.
    Overtaken,
}

/// Somebody who may remain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Who.
    pub role: Role,
    /// Why.
    pub why: Why,
    /// The setting behind that, if it is one.
    pub because: Option<Reason>,
}

/// What can come of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// For each phase of the plan, when it begins; `None` if it is never entered (because it cannot be
    /// reached, or because there is never anybody to wait for in it).
    pub begins: Vec<Option<Window>>,
    /// For each phase, in which ways it is come to when it is entered.
    pub ways: Vec<Vec<Way>>,
    /// For each phase, who may be alive when its steps are done.
    pub alive: Vec<Vec<Role>>,
    /// When it ends.
    pub ends: Window,
    /// How long it can take, in microseconds; `None`: for ever.
    pub worst_case: Option<u64>,
    /// Who may remain.
    pub left: Vec<Left>,
    /// Who is there, perhaps, and is sent no signal in any run.
    pub never_signalled: Vec<Role>,
    receives: Vec<(Role, Signal)>,
}

impl Outlook {
    /// Looks at all that can come of `plan`.
    pub fn of(plan: &Plan) -> Self {
        let runs = Exploration::of(plan, true);
        let left = ROLES.into_iter().filter(|&role| runs.left[place(role)]);
        let never = |role: Role| runs.seen[place(role)] && !runs.receives.iter().any(|(to, _)| *to == role);
        Self {
            begins: runs.begins.iter().map(|span| span.map(Span::window)).collect(),
            alive: runs
                .alive
                .iter()
                .map(|alive| ROLES.into_iter().filter(|&r| alive[place(r)]).collect())
                .collect(),
            ends: runs.ends.window(),
            worst_case: runs.ends.window().latest,
            left: left.map(|role| runs.why_left(role)).collect(),
            never_signalled: ROLES.into_iter().filter(|&role| never(role)).collect(),
            ways: runs.ways.into_iter().map(|ways| ways.into_iter().collect()).collect(),
            receives: runs.receives,
        }
    }

    /// Whether a process may get this signal while it has this role.
    pub fn may_receive(&self, role: Role, signal: Signal) -> bool {
        self.receives.contains(&(role, signal))
    }
}

/// How long a plan can take if there are processes that not even SIGKILL ends (in uninterruptible sleep), in
/// microseconds; `None`: for ever.
pub fn worst_case_unkillable(plan: &Plan) -> Option<u64> {
    Exploration::of(plan, false).ends.window().latest
}

const ROLES: [Role; 3] = [Role::Main, Role::Control, Role::Rest];

const fn place(role: Role) -> usize {
    match role {
        Role::Main => 0,
        Role::Control => 1,
        Role::Rest | Role::Cgroup => 2,
    }
}

/// What is known of a role. Of the rest, which is several processes, `Alive` means that some may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Life {
    Gone,
    Doomed,
    Alive,
}

/// What the runs that come together in a phase have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Situation {
    main: Life,
    control: Life,
    /// The control process's command, if it is one of the plan's.
    command: Option<usize>,
    rest: Life,
    /// The same of the main process.
    main_command: Option<usize>,
    /// The phase's steps are done: a command has just been resumed in it, as this.
    resumed: Option<Role>,
}

impl Situation {
    fn without_control(self) -> Self {
        Self { control: Life::Gone, command: None, ..self }
    }

    fn life(&mut self, role: Role) -> &mut Life {
        match role {
            Role::Main => &mut self.main,
            Role::Control => &mut self.control,
            Role::Rest | Role::Cgroup => &mut self.rest,
        }
    }
}

/// A window whose end may be `u64::MAX`, never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    earliest: u64,
    latest: u64,
}

impl Span {
    fn window(self) -> Window {
        Window { earliest: self.earliest, latest: Some(self.latest).filter(|&latest| latest != u64::MAX) }
    }

    fn or(self, other: Self) -> Self {
        Self { earliest: self.earliest.min(other.earliest), latest: self.latest.max(other.latest) }
    }

    fn lasting_up_to(self, micros: u64) -> Self {
        Self { latest: self.latest.saturating_add(micros), ..self }
    }

    fn lasting(self, micros: u64) -> Self {
        Self { earliest: self.earliest.saturating_add(micros), ..self.lasting_up_to(micros) }
    }
}

/// In which situations a phase is reached. There may be one for each command of the plan.
#[derive(Default)]
struct Arrivals {
    by_situation: IndexMap<Situation, Arrival, FixedState>,
    /// All before this one have been followed.
    followed: usize,
}

struct Arrival {
    ways: SmallVec<[Way; 4]>,
    when: Span,
    followed: bool,
}

impl Arrivals {
    /// Runs arrive.
    fn add(&mut self, situation: Situation, when: Span, way: Way) {
        match self.by_situation.entry(situation) {
            Entry::Occupied(mut entry) => {
                let index = entry.index();
                let arrival = entry.get_mut();
                let both = arrival.when.or(when);
                // The ways from one phase are found one after the other.
                let mut of_phase = arrival.ways.iter().rev().take_while(|known| known.from() == way.from());
                if !of_phase.any(|known| *known == way) {
                    arrival.ways.push(way);
                } else if both == arrival.when {
                    return;
                }
                arrival.when = both;
                arrival.followed = false;
                self.followed = self.followed.min(index);
            }
            Entry::Vacant(entry) => {
                entry.insert(Arrival { ways: smallvec![way], when, followed: false });
            }
        }
    }

    /// The first that is to be followed, which it is now.
    fn follow(&mut self) -> Option<(Situation, Span, SmallVec<[Way; 4]>)> {
        loop {
            let (situation, arrival) = self.by_situation.get_index_mut(self.followed)?;
            self.followed += 1;
            if !std::mem::replace(&mut arrival.followed, true) {
                return Some((*situation, arrival.when, arrival.ways.clone()));
            }
        }
    }
}

/// How long a phase lasts, counted from its beginning.
#[derive(Clone, Copy)]
struct Lasts {
    began: Span,
    /// Its limit; `u64::MAX`: none.
    limit: u64,
    /// An exit comes at most this long after the beginning.
    exits_within: u64,
}

struct Exploration<'p> {
    plan: &'p Plan,
    sigkill_works: bool,
    /// One for each phase.
    arrivals: Vec<Arrivals>,
    begins: Vec<Option<Span>>,
    ways: Vec<IndexSet<Way, FixedState>>,
    alive: Vec<[bool; 3]>,
    ends: Span,
    left: [bool; 3],
    seen: [bool; 3],
    receives: Vec<(Role, Signal)>,
}

impl<'p> Exploration<'p> {
    fn of(plan: &'p Plan, sigkill_works: bool) -> Self {
        let mut runs = Self {
            plan,
            sigkill_works,
            arrivals: plan.phases.iter().map(|_| Arrivals::default()).collect(),
            begins: vec![None; plan.phases.len()],
            ways: vec![IndexSet::default(); plan.phases.len()],
            alive: vec![[false; 3]; plan.phases.len()],
            ends: Span { earliest: u64::MAX, latest: 0 },
            left: [false; 3],
            seen: [false; 3],
            receives: Vec::with_capacity(8),
        };
        let lives = |presence| match presence {
            Presence::No => &[Life::Gone][..],
            Presence::Maybe => &[Life::Gone, Life::Alive],
            Presence::Yes => &[Life::Alive],
        };
        let underway = |role, life| {
            plan.underway.filter(|underway| underway.role == role && life == Life::Alive).map(|_| 0)
        };
        let now = Span { earliest: 0, latest: 0 };
        let first = if plan.phases.is_empty() { Target::End } else { Target::Phase(0) };
        for &main in lives(plan.start.main) {
            for &control in lives(plan.start.control) {
                // Whoever is alive may have children.
                let nobody = plan.start.rest == Presence::No && main.max(control) == Life::Gone;
                let rest = if nobody { Life::Gone } else { Life::Alive };
                runs.lead(
                    first,
                    Situation {
                        main,
                        control,
                        command: underway(Role::Control, control),
                        rest,
                        main_command: underway(Role::Main, main),
                        resumed: None,
                    },
                    now,
                    Way::Start,
                );
            }
        }
        for index in 0..plan.phases.len() {
            while let Some((situation, when, ways)) = runs.arrivals[index].follow() {
                runs.phase(index, &plan.phases[index], situation, when, &ways);
            }
        }
        runs
    }

    /// Runs come to a target. All targets lie ahead of the phase that leads to them, but for a command
    /// resumed in the same.
    fn lead(&mut self, target: Target, situation: Situation, when: Span, way: Way) {
        let Target::Phase(index) = target else {
            self.ends = self.ends.or(when);
            let lives = [situation.main, situation.control, situation.rest];
            for (left, life) in self.left.iter_mut().zip(lives) {
                *left |= life == Life::Alive;
            }
            return;
        };
        if let Some(arrivals) = self.arrivals.get_mut(index) {
            arrivals.add(situation, when, way);
        }
    }

    fn phase(&mut self, index: usize, phase: &Phase, mut now: Situation, began: Span, ways: &[Way]) {
        let mut killed = false;
        if now.resumed.is_none() {
            for (alive, life) in self.alive[index].iter_mut().zip([now.main, now.control, now.rest]) {
                *alive |= life == Life::Alive;
            }
            killed = self.steps(phase, &mut now);
        }
        let resumed = std::mem::take(&mut now.resumed);
        let waits = |role| phase.waits_for.contains(&role);
        let somebody_for_certain =
            waits(Role::Main) && now.main != Life::Gone || waits(Role::Control) && now.control != Life::Gone;
        let rest_perhaps = waits(Role::Rest) && now.rest != Life::Gone;
        if !somebody_for_certain {
            let rest = if waits(Role::Rest) { Life::Gone } else { now.rest };
            self.lead(phase.if_nobody, Situation { rest, ..now }, began, Way::Skipped(index));
        }
        let acts = phase.waits_for.is_empty() && !phase.steps.is_empty();
        if (somebody_for_certain || rest_perhaps || acts) && resumed.is_none() {
            self.begins[index] = Some(self.begins[index].map_or(began, |begins| begins.or(began)));
            self.ways[index].extend(ways);
        }
        if !somebody_for_certain && !rest_perhaps {
            return;
        }
        let limit = match resumed {
            None => Some(phase.limit),
            Some(Role::Main) => self.plan.underway.map(|underway| underway.resumes),
            Some(_) => phase.resumes,
        };
        let limit = limit.and_then(TimeSpan::micros).unwrap_or(u64::MAX);
        let alive = [now.main, now.control, now.rest].contains(&Life::Alive);
        // Who was doomed by an earlier phase is gone by the moment at which this one begins at the latest.
        let exits_within = if (alive || killed) && !phase.limit_goes_on { limit } else { 0 };
        self.stay(index, phase, now, Lasts { began, limit, exits_within });
    }

    /// What the steps make of a situation; says whether they doom somebody.
    fn steps(&mut self, phase: &Phase, now: &mut Situation) -> bool {
        if phase.forgets_control {
            now.rest = now.rest.max(now.control);
            *now = now.without_control();
        }
        let mut killed = false;
        for step in &phase.steps {
            match step {
                // Whatever it runs may leave children behind.
                Step::Run(command) => {
                    now.control = Life::Alive;
                    now.command = Some(*command);
                    now.rest = Life::Alive;
                    self.look(*now);
                }
                Step::Signal(send) => {
                    let to: &[Role] = if send.to == Role::Cgroup { &ROLES } else { &[send.to] };
                    self.look(*now);
                    for &role in to {
                        for &signal in &send.signals {
                            killed |= self.signal(now, role, signal);
                        }
                    }
                }
                Step::KillCgroup { .. } => {
                    self.look(*now);
                    for role in ROLES {
                        killed |= self.signal(now, role, Signal::KILL);
                    }
                }
            }
        }
        self.look(*now);
        killed
    }

    /// Whoever is there.
    fn look(&mut self, now: Situation) {
        for (seen, life) in self.seen.iter_mut().zip([now.main, now.control, now.rest]) {
            *seen |= life == Life::Alive;
        }
    }

    fn signal(&mut self, now: &mut Situation, role: Role, signal: Signal) -> bool {
        let life = now.life(role);
        if *life == Life::Gone {
            return false;
        }
        let kills = signal == Signal::KILL && self.sigkill_works && *life == Life::Alive;
        if kills {
            *life = Life::Doomed;
        }
        if !self.receives.contains(&(role, signal)) {
            self.receives.push((role, signal));
        }
        kills
    }

    /// The phase has been entered: all that can end it.
    fn stay(&mut self, index: usize, phase: &Phase, now: Situation, lasts: Lasts) {
        let exit = lasts.began.lasting_up_to(lasts.exits_within);
        let waits_for_main = phase.waits_for.contains(&Role::Main);
        if now.main != Life::Gone {
            let gone = Situation { main: Life::Gone, main_command: None, ..now };
            if let Some(next) = self.next_main(now) {
                let (main, main_command) = (Life::Alive, Some(next));
                let rest = Life::Alive;
                let resumed = Situation { main, main_command, rest, resumed: Some(Role::Main), ..now };
                self.lead(Target::Phase(index), resumed, exit, Way::After(index));
            }
            let in_cgroup = phase.main_counts_with_cgroup && now.rest != Life::Gone;
            if !waits_for_main || now.control != Life::Gone {
                self.stay(index, phase, gone, lasts);
            } else if in_cgroup {
                self.stay(index, phase, gone, lasts);
                self.lead(phase.then, Situation { rest: Life::Gone, ..gone }, exit, Way::After(index));
            } else {
                self.lead(phase.then, gone, exit, Way::After(index));
            }
        }
        if now.control != Life::Gone {
            self.control_exits(index, phase, now, exit, lasts);
        }
        if let Some(on_empty) = phase.on_empty
            && now.main == Life::Gone
            && now.control == Life::Gone
        {
            self.lead(on_empty, Situation { rest: Life::Gone, ..now }, exit, Way::After(index));
        }
        if let Some((_, target)) = phase.on_notification {
            self.lead(target, now, exit, Way::After(index));
        }
        let rest_holds = now.main == Life::Gone && now.control == Life::Gone && now.rest == Life::Alive;
        let main_holds = waits_for_main && now.main == Life::Alive;
        if (main_holds || rest_holds || now.control == Life::Alive) && lasts.limit != u64::MAX {
            let when = if phase.limit_goes_on { exit } else { lasts.began.lasting(lasts.limit) };
            self.lead(phase.on_timeout, now, when, Way::Limit(index));
        }
    }

    /// The command that follows the main process, if that may end well.
    fn next_main(&self, now: Situation) -> Option<usize> {
        let next = self.plan.commands.get(now.main_command?)?.next?;
        let clean = &self.plan.main_exit;
        let may_succeed = now.main == Life::Alive || clean.any || clean.signals.contains(&Signal::KILL);
        may_succeed.then_some(next)
    }

    fn control_exits(&mut self, index: usize, phase: &Phase, now: Situation, exit: Span, lasts: Lasts) {
        let command = now.command.and_then(|command| self.plan.commands.get(command));
        let gone = now.without_control();
        let clean = &self.plan.command_exit;
        let may_succeed = now.control == Life::Alive
            || command.is_some_and(|command| command.command.ignore_failure)
            || clean.signals.contains(&Signal::KILL);
        let follower = command.and_then(|command| command.next).filter(|_| phase.resumes.is_some());
        if may_succeed {
            if let Some(next) = phase.next {
                self.lead(next, gone, exit, Way::After(index));
            } else if let Some(next) = follower {
                let (control, command, rest) = (Life::Alive, Some(next), Life::Alive);
                let resumed = Situation { control, command, rest, resumed: Some(Role::Control), ..gone };
                self.lead(Target::Phase(index), resumed, exit, Way::After(index));
            }
        }
        let always_succeeds = command.is_some_and(|command| command.command.ignore_failure);
        if always_succeeds && (phase.next.is_some() || follower.is_some()) {
            return;
        }
        if phase.waits_for.contains(&Role::Main) && now.main != Life::Gone {
            self.stay(index, phase, gone, lasts);
        } else {
            self.lead(phase.then, gone, exit, Way::After(index));
        }
    }

    fn why_left(&self, role: Role) -> Left {
        let gets = |signal| self.receives.contains(&(role, signal));
        let kills = |phase: &&Phase| matches!(phase.state, State::StopSigkill | State::FinalSigkill);
        let (why, directive) = if !self.receives.iter().any(|(to, _)| *to == role) {
            (Why::NeverSignalled, "KillMode")
        } else if gets(Signal::KILL) {
            (Why::Overtaken, "")
        } else if self.plan.phases.iter().any(|phase| kills(&phase)) {
            (Why::MaySurviveLastSignal, "FinalKillSignal")
        } else {
            (Why::NeverKilled, "SendSIGKILL")
        };
        let mut reasons = self.plan.phases.iter().flat_map(|phase| &phase.because);
        Left { role, why, because: reasons.find(|reason| reason.directive == directive).cloned() }
    }
}
