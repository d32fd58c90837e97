//! `typographic-characters`: a character looks like one that systemd understands, and is another.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "typographic-characters",
    severity: Severity::Warning,
    summary: "a character looks like one that systemd understands, and is another",
    rationale: "Text that was copied from a web page or a word processor has curly quotes, dashes and \
                blanks that are not ASCII. systemd takes them for ordinary characters: curly quotes do not \
                quote, a no-break space parts no words, and an option that begins with a dash of another \
                kind is none.",
    bad: example!("typographic-characters", "bad.service"),
    good: example!("typographic-characters", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (line, command) in subject.commands() {
        for word in &command.words {
            let Some(text) = word.as_str().filter(|text| !text.is_ascii()) else { continue };
            let what = if text.starts_with(['“', '”', '„', '‘', '’']) || text.ends_with(['“', '”', '’']) {
                "curly quotes do not quote"
            } else if text.starts_with(['–', '—', '−', '‐', '‑']) {
                "this dash is not the one that options begin with"
            } else if text.contains(['\u{a0}', '\u{200b}', '\u{202f}', '\u{feff}']) {
                "a blank of this kind parts no words"
            } else {
                continue;
            };
            findings.say(subject.place_of_word(line, word), what).help("type the character anew");
        }
    }
}
