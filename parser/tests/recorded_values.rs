//! What a real systemd answered about values, row by row (testdata/values, written by record_values.py).

use std::collections::BTreeMap;
use std::path::Path;
use unitctl_parser::directive;
use unitctl_parser::value::boolean;
use unitctl_parser::value::check::check;
use unitctl_parser::value::command::{self, Effect};
use unitctl_parser::value::environment::{self, Environment};
use unitctl_parser::value::environment_file;
use unitctl_parser::value::kind::{Effect as Outcome, ValueKind, kind_of};
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::specifier::NameOnly;
use unitctl_parser::value::substitution::expand_argv;
use unitctl_parser::value::time_span::TimeSpan;

fn text(table: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/values").join(table);
    std::fs::read_to_string(&file).expect(table)
}

/// The rows of a table: answer, directive, value.
fn rows(table: &str) -> Vec<(String, String, String)> {
    let text = text(table);
    let rows: Vec<_> = text
        .split_terminator('\n')
        .filter(|line| !line.starts_with("# "))
        .map(|line| {
            let mut columns = line.splitn(3, '\t').map(str::to_owned);
            let mut column = || columns.next().expect(line);
            (column(), column(), column())
        })
        .collect();
    assert!(!rows.is_empty(), "{table}");
    rows
}

/// Compares every row of a table with what `answer` says about its value.
fn compare(table: &str, answer: impl Fn(&str, &str) -> String) {
    compare_some(table, |directive, value| Some(answer(directive, value)));
}

/// The same for the rows that `answer` knows something about: more than half of them.
fn compare_some(table: &str, answer: impl Fn(&str, &str) -> Option<String>) {
    let mut known = 0;
    let rows = rows(table);
    let count = rows.len();
    let wrong: Vec<_> = rows
        .into_iter()
        .filter_map(|(expected, directive, value)| {
            let given = answer(&directive, &value)?;
            known += 1;
            (given != expected)
                .then(|| format!("{directive}={value}: systemd says {expected}, we say {given}"))
        })
        .collect();
    assert!(known > count / 2, "{table}: {known} of {count}");
    assert!(wrong.is_empty(), "{table}:\n{}", wrong.join("\n"));
}

#[test]
fn booleans() {
    compare("boolean.tsv", |_, value| {
        if boolean::parse(value).is_ok() { "accepted" } else { "rejected" }.to_owned()
    });
}

#[test]
fn signals() {
    compare("signal.tsv", |_, value| {
        Signal::parse(value).map_or_else(|_| "rejected".to_owned(), |signal| signal.number().to_string())
    });
}

#[test]
fn time_spans() {
    compare("time_span.tsv", |_, value| {
        TimeSpan::parse(value).map_or_else(|_| "rejected".to_owned(), |span| span.to_string())
    });
}

#[test]
fn commands() {
    compare("command.tsv", |_, value| {
        let line = command::parse(value.trim_end(), &NameOnly("x.service"));
        let fatal = line.error.as_ref().is_some_and(|error| error.effect == Effect::Fatal);
        let complaint = line.error.is_some() || !line.warnings.is_empty();
        let commands: Vec<_> = line.commands.iter().map(|(command, _)| command.to_string()).collect();
        let word = if fatal {
            "fatal "
        } else if complaint {
            "rejected "
        } else {
            ""
        };
        format!("{word}{}", commands.join(" | ")).trim_end().replace('\t', "␉")
    });
}

#[test]
fn environment_files() {
    compare("environment_file.tsv", |_, value| {
        let mut content = String::new();
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            content.push(match c {
                '\\' => match chars.next().expect(value) {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                },
                _ => c,
            });
        }
        let environment: BTreeMap<_, _> = environment_file::parse(&content).entries.into_iter().collect();
        let shown: Vec<_> = environment.iter().map(|(name, value)| format!("{name}={value}\0")).collect();
        shown.concat().replace('\0', "␀").replace('\n', "␊").replace('\t', "␉")
    });
}

#[test]
fn substitution() {
    let table = text("substitution.tsv");
    let line = |start| table.lines().find_map(|line| line.strip_prefix(start)).expect(start);
    let context = NameOnly("x.service");
    let read = environment::parse_assignments(line("# unit: Environment="), &context);
    assert_eq!(read.errors, []);
    let environment: Environment = read.entries.into_iter().collect();
    let start = line("# unit: ExecStart=");
    compare("substitution.tsv", |_, value| {
        let line = command::parse(&start.replace("VALUE", value), &context);
        let argv = expand_argv(&line.commands[0].0, &environment);
        argv[2..].iter().map(|word| format!("[{}]", word.display())).collect::<Vec<_>>().concat()
    });
}

/// What the check of a directive's kind of value says, in the words of the tables; nothing for a kind that is not checked.
fn verdict(directive: &str, value: &str) -> Option<&'static str> {
    let (section, name) = directive.split_once('.').expect(directive);
    let kind =
        directive::find(section, name).map_or(ValueKind::Unchecked, |d| kind_of(section, name, d.value));
    if kind == ValueKind::Unchecked {
        return None;
    }
    let complaints = check(kind, value.trim(), &NameOnly("bulk@i.service"));
    Some(match complaints.iter().map(|complaint| complaint.effect).max() {
        None => "accepted",
        Some(Outcome::Warned | Outcome::Ignored) => "rejected",
        Some(Outcome::BadSetting | Outcome::LoadError) => "fatal",
    })
}

#[test]
fn checks() {
    let tables = [
        "environment",
        "word",
        "time",
        "standard_stream",
        "path",
        "number_and_user",
        "resource",
        "name",
        "every_directive",
    ];
    for table in tables {
        compare_some(&format!("{table}.tsv"), |directive, value| {
            verdict(directive, value).map(str::to_owned)
        });
    }
}
