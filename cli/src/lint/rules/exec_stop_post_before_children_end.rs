//! `exec-stop-post-before-children-end`: ExecStopPost= runs while children of the main process are still there.

use super::prelude::*;
use unitctl_parser::value::enumeration::KillMode;

pub(super) static RULE: Rule = Rule {
    name: "exec-stop-post-before-children-end",
    severity: Severity::Hint,
    summary: "ExecStopPost= runs while children of the main process are still there",
    rationale: "With `KillMode=mixed` only the main process gets `KillSignal=`. When it has gone, \
                `ExecStopPost=` runs, and only then do the other processes get SIGKILL. What the command \
                cleans up may still be in use.",
    bad: example!("exec-stop-post-before-children-end", "bad.service"),
    good: example!("exec-stop-post-before-children-end", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service().filter(|service| service.kill.kill_mode.value == KillMode::Mixed) else {
        return;
    };
    if let Some(origin) = service.exec_stop_post.first().and_then(|command| command.origin.as_ref()) {
        let finding = findings.say(origin, "it runs before the processes that outlive the main one are killed");
        if let Some(mixed) = &service.kill.kill_mode.origin {
            finding.related(mixed, "only the main process is asked to exit");
        }
    }
}
