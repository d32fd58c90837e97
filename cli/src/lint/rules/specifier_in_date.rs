//! `specifier-in-date`: % begins a specifier of systemd.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "specifier-in-date",
    severity: Severity::Warning,
    summary: "% begins a specifier of systemd",
    rationale: "`%Y`, `%m`, `%d`, `%H` and others mean something to systemd, in quotes and scripts too: \
                `date +%Y-%m` is handed the directory of the unit file and the machine's ID. `%%` is the \
                character itself.",
    bad: example!("specifier-in-date", "bad.service"),
    good: example!("specifier-in-date", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        for word in &command.words {
            // Hardly any word has one.
            let Some(text) = word.as_str().filter(|text| text.as_bytes().contains(&b'%')) else { continue };
            let format = text.find("+%").filter(|at| {
                let before = text[..*at].trim_end_matches([' ', '"', '\'']);
                let is_date = before.ends_with("date") || before.ends_with("date -u") || before.is_empty() && command.name() == "date";
                is_date && !text[at + 1..].starts_with("%%")
            });
            if format.is_some() {
                let place = subject.place_of_word(line, word);
                findings.instead_of_all_in(subject, &place);
                let written = subject.unit.file(place.file).bytes.get(place.span.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
                let finding = findings.say(place.clone(), "systemd replaces these before date sees them");
                finding.help("write %% for each %");
                if let Some(text) = written.filter(|text| command.name() == "date" && !text.contains(['\\', '\n']) && !text.contains("%%")) {
                    finding.fix(place.span, text.replace('%', "%%"));
                }
            }
        }
    }
}
