//! What a change of unit files does to plans: for people, for programs, and for a comment on a pull request.

use super::reason;
use super::style::Palette;
use super::table::{self, Cell, Ink, Row};
use super::timeline::Layout;
use crate::explain::diff::{Change, SettingChange, Status, UnitDiff};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

const fn word(status: Status) -> &'static str {
    match status {
        Status::Changed => "changed",
        Status::Same => "same",
        Status::Added => "added",
        Status::Removed => "removed",
    }
}

/// For people.
pub fn text(units: &[UnitDiff], action: &str, layout: Layout) -> String {
    let palette = layout.palette;
    let mut text = String::new();
    for unit in units.iter().filter(|unit| unit.status != Status::Same) {
        let head = palette.heading(&unit.unit);
        let _strings_take_everything = writeln!(text, "{head}: systemctl {action}, {}", word(unit.status));
        let rows: Vec<Row> = unit.changes.iter().map(row).collect();
        text.push_str(&table::draw(&rows, layout.width, palette));
    }
    let same = units.iter().filter(|unit| unit.status == Status::Same).count();
    if same > 0 {
        let words = if same == 1 { "1 plan is" } else { &format!("{same} plans are") };
        let _strings_take_everything =
            writeln!(text, "{}", faint(&format!("{words} the same as before."), palette));
    }
    text
}

fn faint(text: &str, palette: Palette) -> String {
    palette.faint(text)
}

fn row(change: &Change) -> Row {
    let deadly = |text: &str| if text.contains("SIGKILL") { Ink::Deadly } else { Ink::Signal };
    let what = vec![
        (Ink::Faint, change.old.clone()),
        (Ink::Plain, " → ".into()),
        (deadly(&change.new), change.new.clone()),
    ];
    let mut why = change.because.iter().map(why);
    let mut cells = vec![Cell { what, why: why.next().unwrap_or_default() }];
    cells.extend(why.map(|why| Cell { what: Vec::new(), why }));
    Row { when: change.what.into(), state: String::new(), cells }
}

/// `TimeoutStopSec=10 a.service:3`
fn why(setting: &SettingChange) -> String {
    if setting.new.is_empty()
        && let Some((file, line)) = &setting.place
    {
        return format!("{}= gone from {}", setting.directive, reason::line_of(Path::new(file), *line));
    }
    let place = setting
        .place
        .as_ref()
        .map_or("default".into(), |(file, line)| reason::line_of(Path::new(file), *line));
    format!("{}={} {place}", setting.directive, setting.new)
}

/// For programs.
pub fn to_json(units: &[UnitDiff], action: &str) -> String {
    let setting = |setting: &SettingChange| {
        let (file, line) =
            setting.place.as_ref().map_or((Value::Null, Value::Null), |(f, l)| (json!(f), json!(l)));
        json!({"directive": setting.directive, "old": setting.old, "new": setting.new, "file": file, "line": line})
    };
    let change = |change: &Change| {
        let because: Vec<Value> = change.because.iter().map(setting).collect();
        json!({"what": change.what, "old": change.old, "new": change.new, "because": because})
    };
    let unit = |unit: &UnitDiff| {
        let changes: Vec<Value> = unit.changes.iter().map(change).collect();
        json!({"unit": unit.unit, "status": word(unit.status), "changes": changes})
    };
    let units: Vec<Value> = units.iter().map(unit).collect();
    let changed = units.iter().any(|unit| unit["status"] != "same");
    format!("{}\n", json!({"version": 1, "action": action, "changed": changed, "units": units}))
}

/// For a comment on a pull request.
pub fn markdown(units: &[UnitDiff], action: &str) -> String {
    let mut text = String::new();
    let cell = |text: &str| text.replace('|', "\\|").replace('<', "&lt;");
    for unit in units.iter().filter(|unit| unit.status != Status::Same) {
        let (name, status) = (&unit.unit, word(unit.status));
        let _strings_take_everything = writeln!(text, "### `{name}`: `systemctl {action}` {status}\n");
        if unit.changes.is_empty() {
            continue;
        }
        text.push_str("| | before | after | because of |\n|---|---|---|---|\n");
        for change in &unit.changes {
            let because: Vec<String> =
                change.because.iter().map(|setting| format!("`{}`", cell(&why(setting)))).collect();
            let (what, old, new) = (change.what, cell(&change.old), cell(&change.new));
            let _strings_take_everything =
                writeln!(text, "| {what} | {old} | **{new}** | {} |", because.join("<br>"));
        }
        text.push('\n');
    }
    let same = units.iter().filter(|unit| unit.status == Status::Same).count();
    if same == units.len() {
        text.push_str("No plan has changed.\n");
    } else if same > 0 {
        let _strings_take_everything = writeln!(text, "{same} more without a change.");
    }
    text
}
