//! `background-in-simple-service`: the main process ends at once.

use super::prelude::*;
use unitctl_parser::value::enumeration::ServiceType;

pub(super) static RULE: Rule = Rule {
    name: "background-in-simple-service",
    severity: Severity::Warning,
    summary: "the main process ends at once",
    rationale: "A shell script that ends in `&` returns as soon as it has started its command. For systemd \
                the main process has ended then: it stops the unit, and the command gets SIGTERM at once.",
    bad: example!("background-in-simple-service", "bad.service"),
    good: example!("background-in-simple-service", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(service) = subject.service() else { return };
    if matches!(service.service_type.value, ServiceType::Forking | ServiceType::Oneshot) || service.remain_after_exit.value {
        return;
    }
    for (line, command) in subject.commands().filter(|(line, _)| line.directive.name == "ExecStart") {
        let script = command.script().and_then(|script| script.as_str()).unwrap_or_default().trim_end();
        let ends_in_background = script.ends_with('&') && !script.ends_with("&&");
        let forks = command.name() == "start-stop-daemon"
            && command.arguments().iter().any(|word| matches!(word.as_str(), Some("--background" | "-b")));
        if ends_in_background || forks {
            findings
                .say(line.entry, "it returns at once, upon which systemd stops the unit and kills what it started")
                .help("run the program itself, without a shell and in the foreground");
        }
    }
}
