//! `systemctl reload`, as systemd 262 was observed to do it.

use super::common::{service, simulate};
use unitctl_executor::plan::{Start, State, reload};
use unitctl_executor::simulated::script::{CommandScript, ProcessScript};

/// Signals and commands, states, result, seconds.
fn run(directives: &str, main: &str, commands: &[&str]) -> (String, String, String, u64) {
    let service = service(directives);
    let plan = reload(&service, Start::usual(&service)).expect("it can be reloaded");
    assert_eq!(plan.end, State::Running);
    let processes = vec![ProcessScript::parse(main).unwrap()];
    let commands = commands.iter().map(|text| CommandScript::parse(text).unwrap()).collect();
    let run = simulate(&plan, Some("main"), None, processes, commands);
    let result = run.outcome.result.to_string();
    (run.signals(&plan), run.states(&plan), result, run.outcome.duration / 1_000_000)
}

#[test]
fn what_happens() {
    let commands = "ExecReload=/bin/a
                    ExecReload=/bin/b
                    ExecReloadPost=/bin/p";
    let notify = "Type=notify-reload
                  TimeoutStartSec=2";
    let all = "Type=notify-reload
               ReloadSignal=SIGUSR1
               ExecReload=/bin/a
               ExecReloadPost=/bin/p";
    for (what, directives, main, scripts, signals, states, result, seconds) in [
        ("commands", commands, "main", &[][..], "/bin/a; /bin/b; /bin/p", "reload reload-post", "success", 0),
        (
            "one fails, the others are skipped",
            commands,
            "main",
            &["exit=3"],
            "/bin/a",
            "reload",
            "exit-code",
            0,
        ),
        (
            "one hangs: it is killed, the others are skipped",
            commands,
            "main",
            &["TERM=ignore"],
            "/bin/a; T; command1 KILL",
            "reload",
            "timeout",
            90,
        ),
        (
            "the main process exits meanwhile: the commands go on",
            commands,
            "main:exit=1",
            &["exit@1s"],
            "/bin/a; /bin/b; /bin/p",
            "reload reload-post",
            "success",
            1,
        ),
        (
            "the main process is signalled and answers",
            notify,
            "main:HUP=reload@1s",
            &[],
            "main HUP CONT",
            "reload-signal reload-notify",
            "success",
            1,
        ),
        (
            "it does not answer",
            notify,
            "main:HUP=ignore",
            &[],
            "main HUP CONT; T",
            "reload-signal",
            "timeout",
            2,
        ),
        (
            "it answers, but is not ready in time",
            notify,
            "main:HUP=reload@1m",
            &[],
            "main HUP CONT; T",
            "reload-signal reload-notify",
            "timeout",
            2,
        ),
        (
            "the signal comes after the commands, the other commands after the answer",
            all,
            "main:USR1=reload@1s",
            &["exit@1s"],
            "/bin/a; main USR1 CONT; /bin/p",
            "reload reload-signal reload-notify reload-post",
            "success",
            2,
        ),
    ] {
        let expected = (signals.to_owned(), states.to_owned(), result.to_owned(), seconds);
        assert_eq!(run(directives, main, scripts), expected, "{what}");
    }
}

#[test]
fn not_applicable() {
    for directives in ["", "ExecReloadPost=/bin/p"] {
        let service = service(directives);
        assert_eq!(reload(&service, Start::usual(&service)), None);
    }
}
