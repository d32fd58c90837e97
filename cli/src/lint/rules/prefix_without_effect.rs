//! `prefix-without-effect`: a prefix of the program changes nothing.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "prefix-without-effect",
    severity: Severity::Hint,
    summary: "a prefix of the program changes nothing",
    rationale: "`:` keeps systemd from replacing variables, which does nothing where no `$` is. `!` leaves \
                out the user and groups of the unit, `+` its sandbox too; where the unit has none of them \
                there is nothing to leave out.",
    bad: example!("prefix-without-effect", "bad.service"),
    good: example!("prefix-without-effect", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        let Some(first) = command.words.first() else { continue };
        let has_dollar = || command.words.iter().any(|word| word.text.contains('$'));
        let why = |prefix| match prefix {
            ':' if !has_dollar() => Some("there is no variable in the command"),
            '!' if leaves_out(subject, OF_USERS).is_none() => Some("the unit has no user that it could leave out"),
            '+' if leaves_out(subject, OF_USERS).is_none() && !is_confined(subject) => {
                Some("the unit has no user and no sandbox that it could leave out")
            }
            _ => None,
        };
        for (at, prefix) in command.prefixes().char_indices() {
            // `!!` is another prefix, which the parser speaks of.
            if command.prefixes().matches('!').count() > 1 && prefix == '!' {
                continue;
            }
            let Some(why) = why(prefix) else { continue };
            let is_plain = line.entry.value.get(first.span.clone()).is_some_and(|written| written.starts_with(command.prefixes()));
            let start = first.span.start + at;
            let place = if is_plain { subject.place_in(line.entry, start..start + 1) } else { subject.place_of_word(line, first) };
            let finding = findings.say(place.clone(), format!("the prefix `{prefix}` changes nothing: {why}"));
            finding.help("leave it out");
            if is_plain {
                finding.fix(place.span, "");
            }
        }
    }
}

/// What `!` leaves out, and `+` too.
const OF_USERS: &[&str] = &["User", "Group", "SupplementaryGroups", "DynamicUser", "PAMName", "SetLoginEnvironment"];

fn leaves_out(subject: &Subject<'_>, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| subject.is_bare || subject.deciding(name).is_some())
}

/// What `+` does not leave out, of all that systemd.exec(5) describes.
const KEPT: &[&str] = &[
    "Environment", "EnvironmentFile", "PassEnvironment", "UnsetEnvironment", "WorkingDirectory", "StandardInput",
    "StandardOutput", "StandardError", "StandardInputText", "StandardInputData", "SyslogIdentifier", "SyslogFacility",
    "SyslogLevel", "SyslogLevelPrefix", "LogLevelMax", "TTYPath", "TTYReset", "TTYVHangup", "TTYVTDisallocate", "TTYRows",
    "TTYColumns", "UtmpIdentifier", "UtmpMode", "IgnoreSIGPIPE", "ExecSearchPath",
];

/// Whether there is anything else of systemd.exec(5).
fn is_confined(subject: &Subject<'_>) -> bool {
    subject.is_bare
        || subject.unit.directives.iter().any(|history| {
            history.directive.page == "systemd.exec" && !KEPT.contains(&history.directive.name)
        })
}
