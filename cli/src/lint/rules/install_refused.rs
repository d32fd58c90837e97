//! `install-refused`: a name in section [Install] that `systemctl enable` does not take.

use super::prelude::*;
use unitctl_parser::name::{UnitName, UnitType};
use unitctl_parser::unit::Entry;
use unitctl_parser::value::words::{Style, Word, Words};

pub(super) static RULE: Rule = Rule {
    name: "install-refused",
    severity: Severity::Error,
    summary: "`systemctl enable` refuses the unit, or ignores the line",
    rationale: "Starting the unit does not need section [Install], so nobody notices until it is enabled: `WantedBy=foo` \
                instead of `foo.target`, a path in `Alias=`, an instance that cannot be one. systemctl then fails with \
                `Invalid unit name`, and makes no link at all. Mounts, automounts, swaps, slices and scopes cannot have \
                an `Alias=`; systemd ignores it.",
    bad: example!("install-refused", "bad.service"),
    good: example!("install-refused", "good.service"),
    check,
};

/// The letters that are a specifier anywhere.
const SPECIFIERS: &str = "aAbBcCdDeEfgGhHiIjJlLmMnNopPqrRsStTuUvVwWyY%";

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let own = subject.unit.id.unit_type();
    for name in ["Alias", "WantedBy", "RequiredBy", "UpheldBy", "Also"] {
        for entry in subject.unit.effective("Install", name) {
            if name == "Alias" && !own.may_alias() && !entry.value.is_empty() {
                findings
                    .say(entry, format!("systemd ignores it: {} {own} cannot have aliases", article(own)))
                    .help("remove the line");
                continue;
            }
            for word in Words::new(&entry.value, Style::QuotedRaw) {
                match word {
                    Ok(word) => name_of(subject, findings, entry, &word, name == "Alias"),
                    Err(error) => {
                        let place = subject.place_in(entry, error.span);
                        findings.say(place, format!("{}, so systemctl enable makes no link for it", error.message));
                        break;
                    }
                }
            }
        }
    }
    for entry in subject.unit.effective("Install", "DefaultInstance").filter(|entry| !entry.value.contains('%')) {
        if subject.unit.id.is_template() && subject.unit.id.with_instance(&entry.value).is_err() {
            findings
                .say(entry, format!("systemctl enable refuses it: `{}` cannot be an instance", entry.value))
                .help("write a name without slashes and blanks; systemd-escape(1) makes one of anything");
        }
    }
}

fn name_of(subject: &Subject<'_>, findings: &mut Findings, entry: &Entry, word: &Word, is_alias: bool) {
    let place = || subject.place_in(entry, word.span.clone());
    let text = &*word.text;
    if let Some(letter) = unknown_specifier(text) {
        findings
            .say(place(), format!("systemctl enable refuses it: there is no specifier `%{letter}`"))
            .help("write `%%` for a percent sign");
        return;
    }
    if text.contains('%') {
        return;
    }
    let Ok(name) = UnitName::parse(text) else {
        let help = if text.contains('/') {
            "write the name alone, without its folder".to_owned()
        } else if text.contains('.') {
            "names end in a type of unit such as .target".to_owned()
        } else if is_alias {
            format!("write the whole name, such as {text}.{}", subject.unit.id.unit_type())
        } else {
            format!("write the whole name, such as {text}.target")
        };
        findings.say(place(), format!("systemctl enable refuses it: `{text}` is not the name of a unit")).help(help);
        return;
    };
    let own = &subject.unit.id;
    let is_plain = |name: &UnitName| !name.is_template() && name.instance().is_none();
    if is_alias && name.unit_type() == own.unit_type() && is_plain(own) && !is_plain(&name) {
        findings
            .say(place(), format!("systemctl enable refuses it: {name} is of a template, and {own} is none"))
            .help("leave out the `@` and what is behind it");
    } else if is_alias && name == *own {
        findings.say(place(), "this is the unit's own name, so the alias does nothing").severity(Severity::Hint);
    }
}

fn unknown_specifier(text: &str) -> Option<char> {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c == '%'
            && let Some(letter) = rest.next()
            && letter.is_ascii_alphanumeric()
            && !SPECIFIERS.contains(letter)
        {
            return Some(letter);
        }
    }
    None
}

const fn article(unit_type: UnitType) -> &'static str {
    if matches!(unit_type, UnitType::Automount) { "an" } else { "a" }
}
