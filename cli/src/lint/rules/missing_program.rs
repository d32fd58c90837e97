//! `missing-program`: the program is not there.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "missing-program",
    severity: Severity::Warning,
    summary: "the program is not there",
    rationale: "systemd runs no program that is not there or not executable: the command fails with status \
                203, and with `-` before it counts as success. A unit that is skipped without its program, by \
                `ConditionFileIsExecutable=` or the like, is all right. Found only with `--root` or \
                `--check-files`.",
    bad: example!("missing-program", "bad.service"),
    good: example!("missing-program", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(machine) = subject.machine else { return };
    for (line, command) in subject.commands() {
        let program = command.program();
        // What is looked up elsewhere, in another root or after specifiers are expanded, cannot be told here.
        let elsewhere = ["RootDirectory", "RootImage", "ExecSearchPath"].into_iter().any(|name| subject.deciding(name).is_some());
        if command.prefixes().contains('|') || program.is_empty() || program.contains(['%', '$']) || elsewhere {
            continue;
        }
        let Some(first) = command.words.first() else { continue };
        if !machine.has_program(program) && !is_condition(subject, program) {
            let severity = if command.prefixes().contains('-') { Severity::Hint } else { Severity::Warning };
            findings.say(subject.place_of_word(line, first), format!("there is no program {program}")).severity(severity);
        }
    }
}

/// Whether the unit is started only where there is this file.
fn is_condition(subject: &Subject<'_>, program: &str) -> bool {
    let conditions = ["ConditionPathExists", "ConditionFileIsExecutable", "ConditionFileNotEmpty"];
    let mut entries = conditions.into_iter().flat_map(|name| subject.unit.effective("Unit", name));
    entries.any(|entry| &*entry.value == program)
}
