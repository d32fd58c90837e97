//! What a real systemd answered about values, row by row (testdata/values, written by record_values.py).

use std::path::Path;
use unitctl_parser::value::boolean;
use unitctl_parser::value::command::{self, Effect};
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::specifier::NameOnly;
use unitctl_parser::value::time_span::TimeSpan;

/// The rows of a table: answer, directive, value.
fn rows(table: &str) -> Vec<(String, String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/values").join(table);
    let text = std::fs::read_to_string(&file).expect(table);
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
    let wrong: Vec<_> = rows(table)
        .into_iter()
        .filter_map(|(expected, directive, value)| {
            let given = answer(&directive, value.trim_matches([' ', '\t']));
            (given != expected)
                .then(|| format!("{directive}={value}: systemd says {expected}, we say {given}"))
        })
        .collect();
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
        let line = command::parse(value, &NameOnly("x.service"));
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
