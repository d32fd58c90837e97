//! Plans that no command of the program carries out, carried out all the same: by this test program, started once more so
//! that it can be traced alone.

use crate::playing::traced;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use unitctl::args::Global;
use unitctl::context::{Context, variables};
use unitctl::render::events::{Name, Teller};
use unitctl_executor::carry_out::{Before, Known, carry_on, carry_out};
use unitctl_executor::linux::hierarchy::Hierarchies;
use unitctl_executor::linux::{LinuxWorld, Surroundings};
use unitctl_executor::plan::{self, Presence, Role, Start, StartState};
use unitctl_executor::unasked::{AfterReload, after_reload};
use unitctl_executor::world::{Pid, World as _};

/// What is to be done: the unit, the action, the cgroup and the main process, between newlines.
const VARIABLE: &str = "UNITCTL_ALONE";

/// This program, told to do this to the unit; what it says in lines that begin with `{`, is as `unitctl stop` says it.
pub(crate) fn program(log: Option<&PathBuf>, unit: &Path, what: &str, cgroup: &Path, main: &str) -> Command {
    let mut program = traced(log, &std::env::current_exe().unwrap());
    program.args(["alone::does_what_it_is_told", "--exact", "--nocapture", "--test-threads=1"]);
    program.env(VARIABLE, format!("{}\n{what}\n{}\n{main}", unit.display(), cgroup.display()));
    program
}

#[test]
fn does_what_it_is_told() {
    let order = crate::variable(VARIABLE);
    let [unit, what, cgroup, main] = order.lines().collect::<Vec<_>>()[..] else {
        return; // nobody has told anything
    };
    let context = Context::new(&Global::default()).unwrap();
    let inspected = context.inspect(unit).unwrap();
    let service = inspected.as_service().unwrap();
    let main: Option<Pid> = main.parse().ok().map(Pid);
    let state = if what == "stop" { StartState::Busy } else { StartState::Running };
    let presence = if main.is_some() { Presence::Yes } else { Presence::No };
    let start = Start { state, main: presence, ..Start::running() };
    let plan = match what {
        "restart" => plan::restart(service, start),
        "reload" => plan::reload(service, start).unwrap(),
        _ => plan::stop(service, start),
    };
    let hierarchies = Hierarchies::read().unwrap();
    let surroundings = Surroundings {
        context: context.exec_context(&inspected),
        pid_file: None,
        delegated: service.delegate.value,
        invocation: None,
        root: "/".into(),
        inherited: variables(),
    };
    let cgroup = hierarchies.cgroup_at(Path::new(cgroup)).unwrap();
    let mut world = LinuxWorld::new(hierarchies, cgroup, surroundings, None);
    let mut teller = Teller::new(&plan);
    let name = |pid: Pid, role: Role| Name { word: role.word().to_owned(), pid: Some(pid.0) };
    let mut out = std::io::stdout().lock();
    writeln!(out).unwrap();
    let began = world.now();
    let mut events = Vec::new();
    let mut outcome = carry_out(&plan, Known { main, control: None }, &mut world, &mut |event| {
        events.push(event.clone());
        if let Some(told) = teller.told(event, name) {
            writeln!(out, "{}", told.json()).unwrap();
        }
    });
    let before = Before { known: outcome.known, began, ..Before::default() };
    let unasked = match what {
        "reload" => after_reload(service, &plan, before, &events, world.populated()),
        _ => AfterReload::Stays,
    };
    let stopped = matches!(unasked, AfterReload::Stops(..));
    if let AfterReload::Stops(plan, before) = &unasked {
        let mut teller = teller.following(plan);
        outcome = carry_on(plan, *before, &mut world, &mut |event| {
            if let Some(told) = teller.told(event, name) {
                writeln!(out, "{}", told.json()).unwrap();
            }
        });
    }
    writeln!(out, "{}", serde_json::json!({ "result": outcome.result.word(), "stopped_unasked": stopped }))
        .unwrap();
}
