//! What systemd 262 was observed to do when it stops a service: one test for each kind of situation.
//! `c`, `c1`, `c2` are processes of the control group that are not the main process.

use super::scenario::{Request, Scenario};

#[test]
fn everybody_exits() {
    for scenario in [
        Scenario {
            what: "at once",
            processes: &["main", "c"],
            signals: "main TERM CONT; c TERM CONT",
            states: "stop-sigterm",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "who outlives the main process is signalled again",
            processes: &["main", "c:TERM=exit@1s"],
            signals: "main TERM CONT; c TERM CONT; c TERM CONT",
            states: "stop-sigterm final-sigterm",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "no limit is waited out",
            directives: "TimeoutStopSec=0",
            processes: &["main:TERM=exit@20m"],
            signals: "main TERM CONT",
            states: "stop-sigterm",
            end: "success",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}

#[test]
fn kill_modes() {
    for scenario in [
        Scenario {
            what: "control-group, SIGHUP in a second round for the rest",
            directives: "SendSIGHUP=yes",
            processes: &["main:HUP=ignore", "c1:TERM=ignore,HUP=ignore", "c2:TERM=ignore,HUP=ignore"],
            signals: "main TERM CONT HUP; c1 TERM CONT; c2 TERM CONT; c1 HUP; c2 HUP; \
                      c1 TERM CONT; c2 TERM CONT; c1 HUP; c2 HUP; T; c1 KILL; c2 KILL",
            states: "stop-sigterm final-sigterm final-sigkill",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "mixed, the main process exits",
            directives: "KillMode=mixed",
            processes: &["main", "c:TERM=ignore"],
            signals: "main TERM CONT; c KILL",
            states: "stop-sigterm final-sigkill",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "mixed, the main process ignores SIGTERM",
            directives: "KillMode=mixed",
            processes: &["main:TERM=ignore", "c:TERM=ignore"],
            signals: "main TERM CONT; T; main KILL; c KILL",
            states: "stop-sigterm stop-sigkill",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "mixed, nobody is killed",
            directives: "KillMode=mixed
                         SendSIGKILL=no",
            processes: &["main", "c:TERM=ignore"],
            signals: "main TERM CONT",
            states: "stop-sigterm",
            end: "success, left: c",
            ..Scenario::default()
        },
        Scenario {
            what: "process, the main process exits",
            directives: "KillMode=process",
            processes: &["main", "c"],
            signals: "main TERM CONT",
            states: "stop-sigterm",
            end: "success, left: c",
            ..Scenario::default()
        },
        Scenario {
            what: "process, the main process ignores SIGTERM",
            directives: "KillMode=process",
            processes: &["main:TERM=ignore", "c"],
            signals: "main TERM CONT; T; main KILL",
            states: "stop-sigterm stop-sigkill",
            end: "timeout, left: c",
            ..Scenario::default()
        },
        Scenario {
            what: "none",
            directives: "KillMode=none",
            processes: &["main", "c"],
            signals: "",
            states: "",
            end: "success, left: main c",
            ..Scenario::default()
        },
        Scenario {
            what: "none, with a command",
            directives: "KillMode=none
                         ExecStop=/bin/a",
            processes: &["main", "c"],
            signals: "/bin/a",
            states: "stop",
            end: "success, left: main c",
            ..Scenario::default()
        },
        Scenario {
            what: "none waits in stop-post for the main process all the same",
            directives: "KillMode=none
                         ExecStopPost=/bin/p",
            processes: &["main", "c"],
            signals: "/bin/p; T",
            states: "stop-post",
            end: "timeout, left: main c",
            ..Scenario::default()
        },
        Scenario {
            what: "none leaves even a command that takes too long",
            directives: "KillMode=none
                         ExecStop=/bin/a",
            processes: &["main"],
            commands: &["TERM=ignore"],
            signals: "/bin/a; T",
            states: "stop",
            end: "timeout, left: main command1",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}

#[test]
fn without_sigkill() {
    let all_stay = &["main:TERM=ignore", "c:TERM=ignore"];
    for scenario in [
        Scenario {
            what: "everybody is asked twice and stays",
            directives: "SendSIGKILL=no",
            processes: all_stay,
            signals: "main TERM CONT; c TERM CONT; T; main TERM CONT; c TERM CONT; T",
            states: "stop-sigterm final-sigterm",
            end: "timeout, left: main c",
            ..Scenario::default()
        },
        Scenario {
            what: "ExecStopPost= comes between, and its phase waits for the main process",
            directives: "SendSIGKILL=no
                         ExecStopPost=/bin/p",
            processes: all_stay,
            signals: "main TERM CONT; c TERM CONT; T; /bin/p; T; main TERM CONT; c TERM CONT; T",
            states: "stop-sigterm stop-post final-sigterm",
            end: "timeout, left: main c",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}

#[test]
fn failure_modes() {
    let stubborn = &["main:TERM=ignore,ABRT=ignore", "c:TERM=ignore,ABRT=ignore"];
    for scenario in [
        Scenario {
            what: "abort",
            directives: "TimeoutStopFailureMode=abort",
            processes: stubborn,
            signals: "main TERM CONT; c TERM CONT; T; main ABRT CONT; c ABRT CONT; T; main KILL; c KILL",
            states: "stop-sigterm stop-watchdog stop-sigkill",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "abort with no time for it: both signals at once",
            directives: "TimeoutStopFailureMode=abort
                         TimeoutAbortSec=0",
            processes: &["main:TERM=ignore"],
            signals: "main TERM CONT; T; main ABRT CONT; T; main KILL",
            states: "stop-sigterm stop-watchdog stop-sigkill",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "kill, a command hangs",
            directives: "TimeoutStopFailureMode=kill
                         ExecStop=/bin/a
                         ExecStopPost=/bin/p",
            processes: &["main", "c"],
            commands: &["TERM=ignore"],
            signals: "/bin/a; T; main KILL; command1 KILL; c KILL; /bin/p",
            states: "stop stop-sigkill stop-post",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "kill without SIGKILL",
            directives: "TimeoutStopFailureMode=kill
                         SendSIGKILL=no
                         ExecStop=/bin/a
                         ExecStopPost=/bin/p",
            processes: &["main:TERM=ignore"],
            commands: &["TERM=ignore", "TERM=ignore"],
            signals: "/bin/a; T; /bin/p; T",
            states: "stop stop-post",
            end: "timeout, left: main command2 command1",
            ..Scenario::default()
        },
        Scenario {
            what: "abort, ExecStopPost= hangs",
            directives: "TimeoutStopFailureMode=abort
                         ExecStopPost=/bin/p",
            processes: &["main"],
            commands: &["TERM=ignore,ABRT=ignore"],
            signals: "main TERM CONT; /bin/p; T; command1 ABRT CONT; T; command1 KILL",
            states: "stop-sigterm stop-post final-watchdog final-sigkill",
            end: "timeout",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}

#[test]
fn commands_before_the_signals() {
    let two = "ExecStop=/bin/a
               ExecStop=/bin/b";
    for scenario in [
        Scenario {
            what: "the first fails, the second is skipped",
            directives: two,
            processes: &["main"],
            commands: &["exit=3"],
            signals: "/bin/a; main TERM CONT",
            states: "stop stop-sigterm",
            end: "exit-code",
            ..Scenario::default()
        },
        Scenario {
            what: "the first may fail",
            directives: "ExecStop=-/bin/a
                         ExecStop=/bin/b",
            processes: &["main"],
            commands: &["exit=3"],
            signals: "/bin/a; /bin/b; main TERM CONT",
            states: "stop stop-sigterm",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "SuccessExitStatus= holds for commands too",
            directives: "SuccessExitStatus=42
                         ExecStop=/bin/a",
            processes: &["main"],
            commands: &["exit=42"],
            signals: "/bin/a; main TERM CONT",
            states: "stop stop-sigterm",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "it hangs and dies of SIGTERM",
            directives: "ExecStop=/bin/a",
            processes: &["main", "c"],
            commands: &["HUP=ignore"],
            signals: "/bin/a; T; main TERM CONT; command1 TERM CONT; c TERM CONT",
            states: "stop stop-sigterm",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "it hangs, but exits with 0 on SIGTERM: the second is run after all",
            directives: two,
            processes: &["main:TERM=ignore"],
            commands: &["TERM=exit@5s", "TERM=ignore"],
            signals: "/bin/a; T; main TERM CONT; command1 TERM CONT; /bin/b; T; main KILL; command2 KILL",
            states: "stop stop-sigterm stop-sigkill",
            end: "timeout",
            // The second has its own time: it begins when the first ends, five seconds after its signal.
            lasts: Some(90 + 5 + 90),
            ..Scenario::default()
        },
        Scenario {
            what: "it ends the main process: the empty control group is waited for",
            directives: "ExecStop=/bin/a",
            processes: &["main", "c:TERM=exit@1s"],
            commands: &["send=TERM:main,exit@100ms"],
            signals: "/bin/a; command1 to main SIGTERM; c TERM CONT",
            states: "stop stop-sigterm",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "mixed, it ends the main process: the rest is killed before ExecStopPost=",
            directives: "KillMode=mixed
                         ExecStop=/bin/a
                         ExecStopPost=/bin/p",
            processes: &["main", "c:TERM=ignore"],
            commands: &["send=TERM:main,exit@100ms"],
            signals: "/bin/a; command1 to main SIGTERM; c KILL; /bin/p",
            states: "stop stop-sigkill stop-post",
            end: "success",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}

#[test]
fn commands_after_the_signals() {
    for scenario in [
        Scenario {
            what: "it is run while others live, who are signalled again",
            directives: "ExecStopPost=/bin/p",
            processes: &["main:TERM=exit=7", "c:TERM=exit@1s"],
            signals: "main TERM CONT; c TERM CONT; /bin/p; c TERM CONT",
            states: "stop-sigterm stop-post final-sigterm",
            end: "exit-code",
            ..Scenario::default()
        },
        Scenario {
            what: "the first fails, the second is skipped",
            directives: "ExecStopPost=/bin/p
                         ExecStopPost=/bin/q",
            processes: &["main"],
            commands: &["exit=1"],
            signals: "main TERM CONT; /bin/p",
            states: "stop-sigterm stop-post",
            end: "exit-code",
            ..Scenario::default()
        },
        Scenario {
            what: "it hangs and ignores SIGTERM",
            directives: "ExecStopPost=/bin/p",
            processes: &["main", "c:TERM=ignore"],
            commands: &["TERM=ignore"],
            signals: "main TERM CONT; c TERM CONT; /bin/p; T; command1 TERM CONT; c TERM CONT; T; \
                      command1 KILL; c KILL",
            states: "stop-sigterm stop-post final-sigterm final-sigkill",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "it hangs and dies of SIGTERM: that is the end, whoever else lives",
            directives: "ExecStopPost=/bin/p",
            processes: &["main", "c:TERM=ignore"],
            commands: &["HUP=ignore"],
            signals: "main TERM CONT; c TERM CONT; /bin/p; T; command1 TERM CONT; c TERM CONT",
            states: "stop-sigterm stop-post final-sigterm",
            end: "timeout, left: c",
            ..Scenario::default()
        },
        Scenario {
            what: "it hangs, but exits with 0 on SIGTERM: the second is run after all",
            directives: "ExecStopPost=/bin/p
                         ExecStopPost=/bin/q",
            processes: &["main"],
            commands: &["TERM=exit"],
            signals: "main TERM CONT; /bin/p; T; command1 TERM CONT; /bin/q",
            states: "stop-sigterm stop-post final-sigterm",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "mixed: the rest is killed after it",
            directives: "KillMode=mixed
                         ExecStopPost=/bin/p",
            processes: &["main", "c:TERM=ignore"],
            signals: "main TERM CONT; /bin/p; c KILL",
            states: "stop-sigterm stop-post final-sigkill",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "ExitType=cgroup: only after the rest is gone",
            directives: "ExitType=cgroup
                         ExecStopPost=/bin/p",
            processes: &["main", "c:TERM=exit@1s"],
            signals: "main TERM CONT; c TERM CONT; /bin/p",
            states: "stop-sigterm stop-post",
            end: "success",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}

#[test]
fn no_main_process() {
    let exited = "Type=oneshot
                  RemainAfterExit=yes
                  ExecStop=/bin/a
                  ExecStopPost=/bin/p";
    for scenario in [
        Scenario {
            what: "a oneshot that has exited: its commands are run",
            directives: exited,
            signals: "/bin/a; /bin/p",
            states: "stop stop-post",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "with a process left, the empty control group is waited for",
            directives: exited,
            processes: &["c:TERM=exit@1s"],
            no_main: true,
            signals: "/bin/a; c TERM CONT; /bin/p",
            states: "stop stop-sigterm stop-post",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "forking, the main process unknown",
            directives: "Type=forking
                         ExecStopPost=/bin/p",
            processes: &["c1", "c2:TERM=exit@1s"],
            no_main: true,
            signals: "c1 TERM CONT; c2 TERM CONT; /bin/p",
            states: "stop-sigterm stop-post",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "forking, the main process unknown, mixed: killed at once",
            directives: "Type=forking
                         KillMode=mixed",
            processes: &["c"],
            no_main: true,
            signals: "c KILL",
            states: "stop-sigkill",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "a oneshot that is still being started: ExecStop= is skipped",
            directives: "Type=oneshot
                         KillMode=mixed
                         ExecStop=/bin/a
                         ExecStopPost=/bin/p",
            processes: &["main:TERM=ignore"],
            signals: "main TERM CONT; T; main KILL; /bin/p",
            states: "stop-sigterm stop-sigkill stop-post",
            end: "timeout",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}

#[test]
fn unusual_signals() {
    for scenario in [
        Scenario {
            what: "SIGKILL is followed by SIGHUP, not by SIGCONT",
            directives: "KillSignal=SIGKILL
                         SendSIGHUP=yes",
            processes: &["main", "c"],
            signals: "main KILL HUP; c KILL HUP",
            states: "stop-sigterm",
            end: "signal",
            ..Scenario::default()
        },
        Scenario {
            what: "SIGCONT is sent once",
            directives: "KillSignal=SIGCONT
                         TimeoutStopSec=1",
            processes: &["main"],
            signals: "main CONT; T; main KILL",
            states: "stop-sigterm stop-sigkill",
            end: "timeout",
            ..Scenario::default()
        },
        Scenario {
            what: "SIGHUP is not sent twice",
            directives: "KillSignal=SIGHUP
                         SendSIGHUP=yes",
            processes: &["main", "c"],
            signals: "main HUP CONT; c HUP CONT",
            states: "stop-sigterm",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "a FinalKillSignal= that is ignored is the last attempt",
            directives: "FinalKillSignal=SIGINT",
            processes: &["main:TERM=ignore,INT=ignore"],
            signals: "main TERM CONT; T; main INT CONT; T; main TERM CONT; T; main INT CONT; T",
            states: "stop-sigterm stop-sigkill final-sigterm final-sigkill",
            end: "timeout, left: main",
            ..Scenario::default()
        },
        Scenario {
            what: "a stopped process is continued and sees the signal",
            processes: &["main:stopped"],
            signals: "main TERM CONT",
            states: "stop-sigterm",
            end: "success",
            ..Scenario::default()
        },
        Scenario {
            what: "restart has its own signal, for the first round only",
            directives: "RestartKillSignal=SIGUSR1
                         SendSIGHUP=yes",
            request: Request::Restart,
            processes: &["main", "c:USR1=ignore,TERM=ignore,HUP=ignore"],
            signals: "main USR1 CONT; c USR1 CONT; c TERM CONT HUP; T; c KILL",
            states: "stop-sigterm final-sigterm final-sigkill",
            // The main process died of a signal that is not a clean end.
            end: "signal",
            ..Scenario::default()
        },
    ] {
        scenario.check();
    }
}
