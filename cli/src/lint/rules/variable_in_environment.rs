//! `variable-in-environment`: variables are not replaced in Environment=.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "variable-in-environment",
    severity: Severity::Warning,
    summary: "variables are not replaced in Environment=",
    rationale: "`Environment=` takes values as they are written: `PATH=/opt/bin:$PATH` makes the search \
                path end in a directory that is called `$PATH`, and programs are no longer found. \
                Specifiers such as `%h` are replaced.",
    bad: example!("variable-in-environment", "bad.service"),
    good: example!("variable-in-environment", "good.service"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for entry in subject.unit.effective("Service", "Environment") {
        for word in unitctl_parser::value::words::Words::new(&entry.value, unitctl_parser::value::words::Style::Escaped).flatten() {
            let Some((name, value)) = word.as_str().and_then(|text| text.split_once('=')) else { continue };
            if !value.contains('$') {
                continue;
            }
            let refers = |name: &str| value.contains(&format!("${name}")) || value.contains(&format!("${{{name}}}"));
            if refers(name) || ["PATH", "HOME", "USER", "LD_LIBRARY_PATH"].into_iter().any(refers) {
                findings
                    .say(subject.place_in(entry, word.span.clone()), format!("{name} becomes these very characters: no variable is replaced here"))
                    .help("write the whole value");
            }
        }
    }
}
