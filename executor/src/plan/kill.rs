//! The plan of `systemctl kill`: one round of one signal. It knows no setting of the service, waits for
//! nobody and escalates nothing.

use super::{Action, CleanExits, Demand, Phase, Plan, Presence, Role, Send, Start, State, Step, Target};
use smallvec::smallvec;
use std::fmt;
use unitctl_parser::value::signal::{RTMIN, Signal};

/// `--kill-whom=`, without its `-fail`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Whom {
    /// The main process.
    Main,
    /// The control process.
    Control,
    /// The control process, the main process, then everybody else in the control group.
    #[default]
    All,
    /// Everybody in the control group, whatever they are.
    Cgroup,
}

impl Whom {
    /// The value of `--kill-whom=`: which processes, and whether it fails when nobody is reached.
    pub fn from_word(word: &str) -> Option<(Self, bool)> {
        let (whom, fail) = word.strip_suffix("-fail").map_or((word, false), |whom| (whom, true));
        let whom = match whom {
            "main" => Self::Main,
            "control" => Self::Control,
            "all" => Self::All,
            "cgroup" => Self::Cgroup,
            _ => return None,
        };
        Some((whom, fail))
    }
}

/// What `systemctl kill` is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KillRequest {
    /// `--signal=`
    pub signal: Signal,
    /// `--kill-whom=`
    pub whom: Whom,
    /// Its `-fail`: an error if nobody was reached.
    pub fail: bool,
    /// `--kill-value=`
    pub value: Option<i32>,
    /// `--kill-subgroup=`: a path below the unit's control group.
    pub subgroup: Option<String>,
}

impl Default for KillRequest {
    fn default() -> Self {
        Self { signal: Signal::TERM, whom: Whom::All, fail: false, value: None, subgroup: None }
    }
}

/// Why a request to kill is refused whatever the processes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KillError {
    /// A value needs a signal that can be queued.
    ValueNeedsRealTimeSignal,
    /// A subgroup needs `--kill-whom=cgroup`.
    SubgroupNeedsCgroup,
    /// A value is sent to single processes only.
    SubgroupWithValue,
}

impl fmt::Display for KillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ValueNeedsRealTimeSignal => {
                "a value can be sent with a real-time signal only: name one, such as RTMIN+1"
            }
            Self::SubgroupNeedsCgroup => "a subgroup goes with --kill-whom=cgroup or cgroup-fail only",
            Self::SubgroupWithValue => "a value cannot be sent to a subgroup: leave out one of the two",
        })
    }
}

impl std::error::Error for KillError {}

/// What `systemctl kill` does to a unit that is in the situation `start`.
///
/// # Errors
///
/// If the options do not go together.
///
/// ```
/// use unitctl_executor::plan::{KillRequest, Presence, Role, Start, StartState, Step, Whom, kill};
/// use unitctl_parser::value::signal::Signal;
///
/// let (main, rest) = (Presence::Yes, Presence::Maybe);
/// let start = Start { state: StartState::Running, doing: None, main, control: Presence::No, rest };
/// let request = KillRequest { signal: Signal::HUP, whom: Whom::Main, ..KillRequest::default() };
/// let plan = kill(&request, start)?;
/// let Step::Signal(send) = &plan.phases[0].steps[0] else { panic!("it sends a signal") };
/// assert_eq!((send.to, &send.signals[..]), (Role::Main, &[Signal::HUP][..]));
/// # Ok::<(), unitctl_executor::plan::KillError>(())
/// ```
pub fn kill(request: &KillRequest, start: Start) -> Result<Plan, KillError> {
    if request.subgroup.is_some() && request.value.is_some() {
        return Err(KillError::SubgroupWithValue);
    }
    if request.subgroup.is_some() && request.whom != Whom::Cgroup {
        return Err(KillError::SubgroupNeedsCgroup);
    }
    if request.value.is_some() && request.signal.number() < i32::from(RTMIN) {
        return Err(KillError::ValueNeedsRealTimeSignal);
    }
    let phase = Phase { steps: steps(request, start), ..Phase::empty(State::Kill, Target::End) };
    let role = match request.whom {
        Whom::Main => Some(Role::Main),
        Whom::Control => Some(Role::Control),
        Whom::All | Whom::Cgroup => None,
    };
    Ok(Plan {
        action: Action::Kill,
        start,
        phases: vec![phase],
        commands: Vec::new(),
        end: State::Kill,
        underway: None,
        held: None,
        main_exit: CleanExits::default(),
        command_exit: CleanExits::default(),
        demand: Demand { role, somebody: request.fail },
    })
}

fn steps(request: &KillRequest, start: Start) -> Vec<Step> {
    let (control, main, cgroup) = match request.whom {
        Whom::Main => (false, true, None),
        Whom::Control => (true, false, None),
        Whom::All => (true, true, Some(Role::Rest)),
        Whom::Cgroup => (false, false, Some(Role::Cgroup)),
    };
    let send = |to| {
        Step::Signal(Send {
            to,
            signals: smallvec![request.signal],
            value: request.value,
            subgroup: if to == Role::Cgroup { request.subgroup.clone() } else { None },
            only_after_success: false,
        })
    };
    let mut steps = Vec::new();
    if control && start.control != Presence::No {
        steps.push(send(Role::Control));
    }
    if main && start.main != Presence::No {
        steps.push(send(Role::Main));
    }
    match cgroup {
        // Values go to single processes, so the control group is left alone.
        Some(_) if request.value.is_some() => {}
        Some(_) if request.signal == Signal::KILL => {
            steps.push(Step::KillCgroup { subgroup: request.subgroup.clone() });
        }
        Some(to) => steps.push(send(to)),
        None => {}
    }
    steps
}
