//! `stop-failure-mode-kill-without-sigkill`: a command that hangs ends the stop without any signal.

use super::prelude::*;
use unitctl_parser::value::enumeration::TimeoutFailureMode;

pub(super) static RULE: Rule = Rule {
    name: "stop-failure-mode-kill-without-sigkill",
    severity: Severity::Warning,
    summary: "a command that hangs ends the stop without any signal",
    rationale: "`TimeoutStopFailureMode=kill` skips `KillSignal=` when `ExecStop=` or `ExecStopPost=` does \
                not end in time and goes on with SIGKILL. With `SendSIGKILL=no` that is skipped too: no \
                process gets any signal, and all of them stay.",
    bad: example!("stop-failure-mode-kill-without-sigkill", "bad.service"),
    good: example!("stop-failure-mode-kill-without-sigkill", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    let mode = &service.timeout_stop_failure_mode;
    let has_commands = !service.exec_stop.is_empty() || !service.exec_stop_post.is_empty();
    if mode.value == TimeoutFailureMode::Kill && !service.kill.send_sigkill.value && has_commands {
        let finding =
            findings.say(subject.place_of(mode.origin.as_ref()), "with SendSIGKILL=no, a command that hangs ends the stop without any signal");
        if let Some(origin) = &service.kill.send_sigkill.origin {
            finding.related(origin, "this leaves SIGKILL out");
        }
    }
}
