//! Signals that may not be sent, commands that cannot be started, processes that fork or never go.

use super::common::{Simulation, service, simulate};
use super::scenario::Scenario;
use nix::errno::Errno;
use unitctl_executor::event::SystemdResult;
use unitctl_executor::plan::{Plan, Presence, Start, StartState, stop};
use unitctl_executor::simulated::script::{CommandScript, ProcessScript, Reaction};
use unitctl_parser::value::signal::Signal;

fn run(directives: &str, processes: Vec<ProcessScript>, commands: Vec<CommandScript>) -> (Plan, Simulation) {
    let service = service(directives);
    let plan = stop(&service, Start::usual(&service));
    let run = simulate(&plan, Some("main"), None, processes, commands);
    (plan, run)
}

#[test]
fn nobody_waits_for_those_who_may_not_be_signalled() {
    let forbidden = |name: &str| ProcessScript { forbidden: true, ..ProcessScript::new(name) };
    let (plan, all) = run("", vec![forbidden("main"), forbidden("c")], Vec::new());
    let round = |signal| format!("main {signal}(EPERM); c {signal}(EPERM)");
    assert_eq!(all.signals(&plan), ["TERM", "KILL", "TERM", "KILL"].map(round).join("; "));
    assert_eq!((all.end().as_str(), all.outcome.error), ("success, left: main c", Some(Errno::EPERM)));

    // One among the rest is enough for the rest not to be waited for, and for there to be no SIGHUP.
    let others =
        vec![ProcessScript::parse("main:HUP=ignore").unwrap(), forbidden("c"), ProcessScript::new("d")];
    let (plan, some) = run("SendSIGHUP=yes", others, Vec::new());
    assert!(
        some.signals(&plan).starts_with("main TERM CONT HUP; c TERM(EPERM); d TERM CONT; c TERM(EPERM);")
    );
    assert_eq!(some.end(), "success, left: c");
}

#[test]
fn commands_that_cannot_be_started() {
    let fails = || CommandScript { fails_to_start: true, ..CommandScript::default() };
    let main = || vec![ProcessScript::new("main")];
    let two_each = "ExecStop=/bin/a
                    ExecStop=/bin/b
                    ExecStopPost=/bin/p
                    ExecStopPost=/bin/q";
    let fine = CommandScript::default;
    for (commands, signals) in [
        (vec![fails()], "/bin/a; main TERM CONT; /bin/p; /bin/q"),
        (vec![fine(), fails()], "/bin/a; /bin/b; main TERM CONT; /bin/p; /bin/q"),
        (vec![fine(), fine(), fails()], "/bin/a; /bin/b; main TERM CONT; /bin/p"),
        (vec![fine(), fine(), fine(), fails()], "/bin/a; /bin/b; main TERM CONT; /bin/p; /bin/q"),
    ] {
        let (plan, run) = run(two_each, main(), commands);
        assert_eq!(run.signals(&plan), signals);
        assert_eq!(run.outcome.result, SystemdResult::Resources);
    }
}

#[test]
fn a_group_is_read_until_nobody_new_is_in_it() {
    let child = ProcessScript::new("grandchild");
    let fork = |child| vec![(Signal::TERM, Reaction::Fork(Box::new(child)))];
    let child = ProcessScript { reactions: fork(child), ..ProcessScript::new("child") };
    let parent = ProcessScript { reactions: fork(child), ..ProcessScript::new("parent") };
    let (plan, run) = run("", vec![ProcessScript::new("main"), parent], Vec::new());
    let first = "main TERM CONT; parent TERM CONT; child TERM CONT; grandchild TERM CONT";
    assert!(run.signals(&plan).starts_with(first), "{}", run.signals(&plan));
}

#[test]
fn groups_are_gone_through_depth_first() {
    let inside =
        |(name, group): (&str, &str)| ProcessScript { group: group.into(), ..ProcessScript::new(name) };
    let processes = [("b", "b"), ("main", ""), ("ad", "a/d"), ("ac", "a/c"), ("a", "a"), ("top", "")];
    let (plan, run) = run("", processes.map(inside).into(), Vec::new());
    assert_eq!(
        run.signals(&plan),
        "main TERM CONT; top TERM CONT; a TERM CONT; ac TERM CONT; ad TERM CONT; b TERM CONT"
    );
}

#[test]
fn who_never_goes() {
    Scenario {
        what: "four limits pass",
        processes: &["main:unkillable", "c:unkillable"],
        signals: "main TERM CONT; c TERM CONT; T; main KILL; c KILL; T; main TERM CONT; c TERM CONT; T; \
                  main KILL; c KILL; T",
        states: "stop-sigterm stop-sigkill final-sigterm final-sigkill",
        end: "timeout, left: main c",
        lasts: Some(4 * 90),
        ..Scenario::default()
    }
    .check();
    let main = vec![ProcessScript::parse("main:TERM=ignore").unwrap()];
    let (_, run) = run("TimeoutStopSec=infinity", main, Vec::new());
    assert!(run.outcome.interrupted, "nothing will ever happen");
    assert_eq!(run.end(), "success, left: main");
}

#[test]
fn a_command_of_a_service_that_is_being_reloaded_is_signalled() {
    let service = service("ExecStop=/bin/a");
    let start = Start { state: StartState::Busy, control: Presence::Yes, ..Start::usual(&service) };
    let plan = stop(&service, start);
    let processes = ["main", "helper", "c"].map(ProcessScript::new).into();
    let run = simulate(&plan, Some("main"), Some("helper"), processes, Vec::new());
    assert_eq!(run.signals(&plan), "main TERM CONT; helper TERM CONT; c TERM CONT");
    assert_eq!(run.end(), "signal", "a helper is not to die of SIGTERM");
}
