//! `unitctl simulate` says of every recorded situation what systemd did in it.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod comparison;

use clap::Parser as _;
use comparison::{Done, differences, situations, strings, unit_name};
use serde_json::Value;
use std::fmt::Write as _;
use unitctl::args::{Cli, Command};
use unitctl::context::Context;
use unitctl::simulate;

/// Simulates a situation.
fn simulated(unit: &str, situation: &Value) -> Done {
    let mut words = vec!["unitctl".to_owned(), "--format=json".into(), "simulate".into(), unit.into()];
    words.extend(strings(&situation["simulate"]));
    let cli = Cli::try_parse_from(&words).unwrap();
    let context = Context::new(&cli.global).unwrap();
    let Command::Simulate(args) = &cli.command else { unreachable!("it was said") };
    let Ok((text, refused)) = simulate::text(args, &context) else {
        let left = strings(&situation["left"]);
        return Done { events: vec![], left, result: String::new(), stopped: false, refused: true };
    };
    let json: Value = serde_json::from_str(&text).unwrap();
    // Of a unit that is not active the result is that of what was before.
    let result = if json["inactive"] == true { &situation["result"] } else { &json["result"] };
    Done {
        events: json["events"].as_array().unwrap().clone(),
        left: strings(&json["left"]),
        result: result.as_str().unwrap().to_owned(),
        stopped: json["stopped_unasked"] == true,
        refused,
    }
}

/// Simulates all situations of a file.
fn compare(file: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (mut compared, mut differing, mut report) = (0, 0, String::new());
    for situation in situations(file) {
        let unit = folder.path().join(unit_name(&situation));
        if situation["simulate"].is_null() {
            continue;
        }
        std::fs::write(&unit, situation["unit"].as_str().unwrap()).unwrap();
        let done = simulated(unit.to_str().unwrap(), &situation);
        compared += 1;
        let differences = differences(&situation, &done);
        if !differences.is_empty() {
            differing += 1;
            writeln!(report, "{}: {}", situation["name"], situation["simulate"]).unwrap();
            for difference in differences {
                writeln!(report, "  {difference}").unwrap();
            }
        }
    }
    assert_eq!(differing, 0, "of {compared} situations:\n{report}");
    assert!(compared > 0, "nothing was compared");
}

#[test]
fn simulations_are_what_systemd_did() {
    compare("situations.jsonl");
}

#[test]
fn so_they_are_of_situations_that_were_drawn() {
    compare("drawn.jsonl");
}

#[test]
fn so_they_are_of_units_that_are_no_services() {
    compare("others.jsonl");
}
