//! `ignored-link`: a link in the search path makes no alias of its name.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "ignored-link",
    severity: Severity::Error,
    summary: "a link to the unit makes no alias of its name",
    rationale: "A symbolic link in the search path is another name of the unit that it leads to. systemd disregards \
                it where the two are of different types, where one is a template and the other is not, where they \
                are different instances, and where units of the type have no aliases: mounts, automounts, swaps \
                and slices. A unit of the link's name is not there then. The example has a link `example.socket` \
                to it.",
    bad: example!("ignored-link", "bad.service"),
    good: example!("ignored-link", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for link in &subject.ignored_links {
        findings.say(subject.header(), link.to_string()).help("remove the link, or give it a name that the unit can have");
    }
}
