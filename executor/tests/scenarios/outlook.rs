//! What is said of a plan before it is carried out.

use super::common::service;
use nix::time::{ClockId, clock_gettime};
use std::time::Duration;
use unitctl_executor::outlook::{Outlook, Why, Window, worst_case_unkillable};
use unitctl_executor::plan::{Plan, Start, State, restart, stop};
use unitctl_parser::value::signal::Signal;

fn plan(directives: &str) -> Plan {
    let service = service(directives);
    stop(&service, Start::usual(&service))
}

fn outlook(directives: &str) -> Outlook {
    Outlook::of(&plan(directives))
}

/// The worst cases in seconds.
fn worst(directives: &str) -> (Option<u64>, Option<u64>) {
    let plan = plan(directives);
    let seconds = |micros: Option<u64>| micros.map(|micros| micros / 1_000_000);
    (seconds(Outlook::of(&plan).worst_case), seconds(worst_case_unkillable(&plan)))
}

#[test]
fn how_long_it_can_take() {
    for (directives, expected, why) in [
        ("KillMode=process", (180, 360), "the main process, asked, then killed"),
        ("", (270, 360), "the main process exits late, the rest, asked again, does not"),
        ("KillMode=mixed", (180, 360), "the rest is not asked, only killed"),
        ("KillMode=none", (0, 0), "nobody is waited for"),
        ("SendSIGKILL=no", (180, 180), "asked twice"),
        ("FinalKillSignal=SIGINT", (360, 360), "nothing is sure to end it"),
        ("TimeoutStopFailureMode=abort", (450, 540), "three signals, then two, killed at last"),
        ("TimeoutStopFailureMode=abort\nTimeoutAbortSec=0", (270, 360), "one of them without time"),
        ("ExecStop=/bin/a\nExecStop=/bin/b", (450, 540), "two commands more"),
        (
            "ExecStop=/bin/a\nExecStopPost=/bin/p",
            (540, 540),
            "and one after, which may leave children to be ended",
        ),
        ("Type=oneshot\nRemainAfterExit=yes\nKillMode=process", (0, 0), "nobody is there"),
        ("TimeoutStopSec=5", (15, 20), "the limit is the unit's"),
    ] {
        let expected = (Some(expected.0), Some(expected.1));
        assert_eq!(worst(directives), expected, "{directives}: {why}");
    }
    assert_eq!(worst("TimeoutStopSec=infinity"), (None, None));
    assert_eq!(worst("TimeoutStopSec=infinity\nKillMode=none"), (Some(0), Some(0)));
}

#[test]
fn the_bound_of_one_limit_a_phase_holds() {
    // One limit for each command, and two for each half of the procedure.
    for commands in 0..5 {
        let directives = "ExecStop=/bin/a\nExecStopPost=/bin/p\n".repeat(commands);
        let bound = (2 * commands as u64 + 4) * 90;
        assert_eq!(worst(&directives).1, Some(bound), "{commands} commands before and after");
    }
}

/// A service may have thousands of commands, each of which can come after any before it.
#[test]
fn looking_at_many_commands_takes_no_longer_for_each() {
    let now = || Duration::from(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap());
    let time = |commands| {
        let plan = plan(&"ExecStop=/bin/a\nExecStop=-/bin/a\nExecStopPost=/bin/p\n".repeat(commands));
        let once = || {
            let started = now();
            Outlook::of(&plan);
            now().saturating_sub(started)
        };
        (0..3).map(|_| once()).min().unwrap().as_secs_f64()
    };
    let factor = time(1600) / time(200).max(1e-4);
    assert!(factor < 24.0, "eight times the commands took {factor:.1} times as long");
}

#[test]
fn when_phases_begin() {
    let service = service("TimeoutStopSec=10");
    let plan = stop(&service, Start::usual(&service));
    let begins = |state| {
        let outlook = Outlook::of(&plan);
        outlook.begins[plan.phases.iter().position(|phase| phase.state == state).unwrap()]
    };
    let window = |earliest: u64, latest: u64| {
        Some(Window { earliest: earliest * 1_000_000, latest: Some(latest * 1_000_000) })
    };
    for (state, expected) in [
        (State::StopSigterm, window(0, 0)),
        (State::StopSigkill, window(10, 10)),
        (State::StopPost, None),
        (State::FinalSigterm, window(0, 20)),
        (State::FinalSigkill, window(10, 20)),
    ] {
        assert_eq!(begins(state), expected, "{state}");
    }
}

#[test]
fn who_may_remain_and_why() {
    let of = |directives| {
        let left = outlook(directives).left;
        let words = left.iter().map(|left| {
            let directive = left.because.as_ref().map_or("", |reason| reason.directive);
            format!("{} {:?} {directive}", left.role, left.why).trim_end().to_owned()
        });
        words.collect::<Vec<_>>().join(", ")
    };
    for (directives, expected) in [
        ("", ""),
        ("KillMode=mixed", ""),
        ("KillMode=process", "rest NeverSignalled KillMode"),
        ("KillMode=none", "main NeverSignalled KillMode, rest NeverSignalled KillMode"),
        ("SendSIGKILL=no", "main NeverKilled SendSIGKILL, rest NeverKilled SendSIGKILL"),
        (
            "FinalKillSignal=SIGINT",
            "main MaySurviveLastSignal FinalKillSignal, rest MaySurviveLastSignal FinalKillSignal",
        ),
        ("KillMode=mixed\nSendSIGKILL=no", "main NeverKilled SendSIGKILL, rest NeverSignalled KillMode"),
        // Its command is killed by the limit, and that ends the last phase.
        ("ExecStopPost=/bin/p", "rest Overtaken"),
    ] {
        assert_eq!(of(directives), expected, "{directives}");
    }
    let why = outlook("ExecStopPost=/bin/p").left[0].why;
    assert_eq!(why, Why::Overtaken);
}

#[test]
fn who_gets_which_signal() {
    let service = service("RestartKillSignal=SIGUSR1\nSendSIGHUP=yes\nKillMode=mixed");
    let outlook = Outlook::of(&restart(&service, Start::usual(&service)));
    use unitctl_executor::plan::Role::{Control, Main, Rest};
    for (role, signal, may) in [
        (Main, Signal::USR1, true),
        (Main, Signal::KILL, true),
        (Rest, Signal::KILL, true),
        (Rest, Signal::TERM, false),
        (Rest, Signal::USR1, false),
        // The main process does not live to see the second half, the only one with a SIGHUP.
        (Main, Signal::HUP, false),
        (Control, Signal::KILL, false),
    ] {
        assert_eq!(outlook.may_receive(role, signal), may, "{signal} to {role}");
    }
    assert_eq!(outlook.never_signalled, []);
    let service = super::common::service("KillMode=process");
    let outlook = Outlook::of(&stop(&service, Start::usual(&service)));
    assert_eq!(outlook.never_signalled, [Rest]);
}
