//! `kill-mode-none`

use super::prelude::*;
use unitctl_parser::value::enumeration::KillMode;

pub(super) static RULE: Rule = Rule {
    name: "kill-mode-none",
    severity: Severity::Warning,
    summary: "stopping leaves every process running",
    rationale: "With `KillMode=none` no process is ever signalled: `systemctl stop` runs `ExecStop=`, counts the unit \
                as inactive and leaves whatever still runs in its control group, without limits and unsupervised. A \
                later start adds a second copy. systemd itself warns of it since version 246. To let a command end \
                the service, use `ExecStop=` with `KillMode=mixed`: processes that are gone by then get no signal.",
    bad: example!("kill-mode-none", "bad.service"),
    good: example!("kill-mode-none", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(settings) = subject.settings() else { return };
    if settings.kill.kill_mode.value != KillMode::None {
        return;
    }
    let place = subject.place_of(settings.kill.kill_mode.origin.as_ref());
    findings.instead_of_all_in(subject, &place);
    findings
        .say(place, "stopping signals no process and leaves all of them running")
        .help("use KillMode=mixed: only the main process gets KillSignal=, the others SIGKILL once it is gone");
}
