//! `main-pid-unset`: there is no main process when the command runs.

use super::prelude::*;
use super::super::variables::{commands, replaced};
use unitctl_parser::value::enumeration::ServiceType;

pub(super) static RULE: Rule = Rule {
    name: "main-pid-unset",
    severity: Severity::Warning,
    summary: "there is no main process when the command runs",
    rationale: "`$MAINPID` is set only while a main process is registered. In `ExecStopPost=`, in \
                `ExecStartPre=` and `ExecCondition=`, and in `ExecStop=` of a oneshot that has exited \
                there is none: `$MAINPID` as a word vanishes, so that `kill -TERM $MAINPID` runs without \
                an argument and fails; `${MAINPID}` is an empty word.",
    bad: example!("main-pid-unset", "bad.service"),
    good: example!("main-pid-unset", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let oneshot = subject.service().is_some_and(|service| service.service_type.value == ServiceType::Oneshot);
    for (line, command) in commands(subject) {
        let why = match line.directive.name {
            "ExecStopPost" => "the main process has ended",
            "ExecStartPre" | "ExecCondition" => "there is no main process yet",
            "ExecStop" if oneshot => "the main process of a oneshot has ended",
            _ => continue,
        };
        for word in &command.words {
            if word.as_str().is_some_and(|text| replaced(text).contains(&"MAINPID")) {
                findings.say(subject.place_of_word(line, word), format!("$MAINPID is not set here: {why}"));
            }
        }
    }
}
