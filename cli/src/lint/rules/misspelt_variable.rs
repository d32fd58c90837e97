//! `misspelt-variable`: a variable is nearly called like one that systemd sets.

use super::prelude::*;
use super::super::spelling::slips;
use super::super::variables::{BY_SYSTEMD, Known, commands, place_of, replaced};

pub(super) static RULE: Rule = Rule {
    name: "misspelt-variable",
    severity: Severity::Warning,
    summary: "a variable is nearly called like one that systemd sets",
    rationale: "A variable that is not set is replaced by nothing. `kill -HUP $MAINPDI` runs `kill -HUP` \
                without a process and fails.",
    bad: example!("misspelt-variable", "bad.service"),
    good: example!("misspelt-variable", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut known = None;
    for (line, command) in commands(subject) {
        for word in command.arguments() {
            for name in word.as_str().map(replaced).unwrap_or_default() {
                if known.get_or_insert_with(|| Known::of(subject)).has(name) {
                    continue;
                }
                if let Some(meant) = meant(name) {
                    findings.say(place_of(subject, line, word, name), format!("${name} is nowhere set")).help(format!("did you mean ${meant}?"));
                }
            }
        }
    }
}

/// What systemd sets and is spelt nearly so.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let near = |candidate: &&&str| slips(&upper, candidate, 1 + usize::from(candidate.len() > 9)).is_some();
    BY_SYSTEMD.iter().filter(|candidate| candidate.len() > 5).find(near).copied()
}
