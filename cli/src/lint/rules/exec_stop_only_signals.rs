//! `exec-stop-only-signals`: the command that stops the service only sends a signal, and another signal follows at once.

use super::prelude::*;
use super::super::command_line::ExecCommand;
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::enumeration::KillMode;

pub(super) static RULE: Rule = Rule {
    name: "exec-stop-only-signals",
    severity: Severity::Warning,
    summary: "the command that stops the service only sends a signal, and another signal follows at once",
    rationale: "`ExecStop=` has to wait until the service has ended. `kill` sends its signal and returns \
                at once, and what follows its end is `KillSignal=`: the service gets SIGTERM in the same \
                moment as the signal that was to let it end in its own way. `KillSignal=` sends any signal \
                by itself.",
    bad: example!("exec-stop-only-signals", "bad.service"),
    good: example!("exec-stop-only-signals", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    // Without a signal behind it the command is all there is; another command may wait.
    if service.kill.kill_mode.value == KillMode::None || service.exec_stop.len() != 1 {
        return;
    }
    let Some((line, command)) = subject.commands().find(|(line, _)| line.directive.name == "ExecStop") else { return };
    let Some(signal) = signal_to_main(command).or_else(|| signal_of_script(command)) else { return };
    let follows = service.kill.kill_signal.value;
    let finding = if signal == Signal::KILL {
        findings.say(line.entry, "it kills the main process at once, which then counts as failed")
    } else if signal == follows {
        findings
            .say(line.entry, format!("{follows} is sent anyway when there is no ExecStop="))
            .severity(Severity::Hint)
    } else {
        findings.say(line.entry, format!("it returns at once, and {follows} follows {signal} in the same moment"))
    };
    if signal == Signal::KILL {
        finding.help("leave it out: SIGKILL comes anyway when TimeoutStopSec= has passed");
    } else {
        finding.help(format!("replace it by KillSignal={signal}"));
    }
}

/// The signal, if the command is `kill -SIGNAL $MAINPID`.
fn signal_to_main(command: &ExecCommand<'_>) -> Option<Signal> {
    if command.name() != "kill" {
        return None;
    }
    let words: Vec<&str> = command.arguments().iter().map(|word| word.as_str()).collect::<Option<_>>()?;
    let (signal, whom) = match words.as_slice() {
        ["-s" | "--signal", signal, whom @ ..] => (*signal, whom),
        [flag, whom @ ..] if flag.starts_with('-') && flag.len() > 1 => (flag.trim_start_matches('-').trim_start_matches("s="), whom),
        whom => ("TERM", whom),
    };
    let is_main = |word: &&str| matches!(*word, "$MAINPID" | "${MAINPID}");
    let whom = if let ["--", whom @ ..] = whom { whom } else { whom };
    (whom.len() == 1 && whom.iter().all(is_main)).then(|| Signal::parse(signal).ok()).flatten()
}

/// The signal, if the command is a shell that only runs `kill -SIGNAL` for the main process or that of a PID file.
fn signal_of_script(command: &ExecCommand<'_>) -> Option<Signal> {
    let script = command.script()?.as_str()?.trim();
    if script.contains([';', '&', '|', '\n']) {
        return None;
    }
    let (program, rest) = script.split_once(' ')?;
    let (flag, rest) = rest.trim_start().split_once(' ')?;
    let (signal, whom) = match flag {
        "-s" => rest.trim_start().split_once(' ')?,
        _ => (flag.strip_prefix('-')?, rest),
    };
    // The shell gets one dollar sign where two are written.
    let whom = whom.trim().trim_matches('"').trim_start_matches('$');
    let is_main = matches!(whom, "MAINPID" | "{MAINPID}") || whom.starts_with("(cat ") || whom.starts_with("`cat ");
    (program.rsplit('/').next() == Some("kill") && is_main).then(|| Signal::parse(signal).ok()).flatten()
}
