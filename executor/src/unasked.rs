//! What the service manager does unasked once a reload is over: where the main process has ended meanwhile, it stops
//! the service.

use crate::carry_out::{Before, Known};
use crate::event::{Event, SystemdResult, What};
use crate::plan::{self, Plan, Presence, Role, Start, StartState, State, clean_main_exits};
use unitctl_parser::service::Service;
use unitctl_parser::value::enumeration::ExitType;

/// What a reload has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterReload {
    /// The service goes on.
    Stays,
    /// It is stopped by this plan, which begins with this behind it.
    Stops(Box<Plan>, Before),
}

/// What follows the reload of `service` of which these events were told, if all its processes are gone or some are not.
///
/// As long as a command runs, the end of the main process does not matter; when the last one has ended, it is seen to:
/// after a clean end `ExecStop=` is run, unless the service remains active; after an unclean one it is not. A main
/// process that ends instead of answering the reload signal ends the reload at once, and `ExecStop=` is run however it
/// ended. (All observed.)
pub fn after_reload(
    service: &Service,
    reload: &Plan,
    before: Before,
    events: &[Event],
    populated: bool,
) -> AfterReload {
    let (mut status, mut answering, mut state) = (None, false, None);
    for event in events {
        match event.what {
            What::Begun { phase } => state = reload.phases.get(phase).map(|phase| phase.state),
            What::Exited { role: Role::Main, status: how, .. } => {
                status = how;
                answering = matches!(state, Some(State::ReloadSignal | State::ReloadNotify));
            }
            _ => {}
        }
    }
    let cgroup_decides = reload.start.main == Presence::No || service.exit_type.value == ExitType::Cgroup;
    if before.known.main.is_some() || (cgroup_decides && populated) {
        return AfterReload::Stays;
    }
    let result = SystemdResult::of_exit(status, &clean_main_exits(service));
    if !answering && result == SystemdResult::Success && service.remain_after_exit.value {
        return AfterReload::Stays;
    }
    let runs_exec_stop = answering || result == SystemdResult::Success;
    let start = Start {
        state: if runs_exec_stop { StartState::Running } else { StartState::Busy },
        // A command of the reload that is still dying is one of the rest now.
        ..Start::running()
    };
    AfterReload::Stops(
        Box::new(plan::stop(service, start)),
        Before { known: Known::default(), result, main_status: status, ..before },
    )
}
