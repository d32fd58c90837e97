//! A stop or reload beside a kill: two lines for each difference, a table for several units, JSON.

use super::company;
use super::duration::human;
use super::json::{BecauseJson, because_json, words};
use super::printable::command_line;
use super::reason;
use super::style::Palette;
use super::table::{self, Cell, Ink, Row};
use super::timeline::Layout;
use crate::explain::company::Company;
use crate::explain::compared::Compared;
use serde::Serialize;
use std::fmt::Write as _;
use unitctl_executor::afterwards::{Becomes, Fate};
use unitctl_executor::compare::{Condition, Difference, What, are_same};
use unitctl_executor::plan::{Action, KillRequest, Role, Whom};
use unitctl_parser::dependencies::StopsWith;
use unitctl_parser::value::signal::Signal;

/// `"compare"`
#[derive(Debug, Serialize)]
pub struct CompareJson {
    with: String,
    same: bool,
    differences: Vec<DifferenceJson>,
}

#[derive(Debug, Serialize)]
struct DifferenceJson {
    what: String,
    kind: &'static str,
    stop: String,
    kill: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_if: Option<&'static str>,
    because: Option<Because>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Because {
    Setting(BecauseJson),
    Dependency(company::MakerJson),
}

/// A difference in words.
struct Told {
    kind: &'static str,
    stop: String,
    kill: String,
    only_if: Option<Condition>,
    because: Option<Because>,
    why: String,
}

impl CompareJson {
    /// The same as the text.
    pub fn new(compared: &Compared<'_>) -> Self {
        let (stop, kill) = (verb(compared), kill_words(&compared.request));
        let one = |told: Told| DifferenceJson {
            what: format!("{}: {stop}: {}; {kill}: {}", told.kind, told.stop, told.kill),
            kind: told.kind,
            stop: told.stop,
            kill: told.kill,
            only_if: told.only_if.map(condition),
            because: told.because,
        };
        let all = told(compared);
        let same = is_same(compared);
        Self { with: format!("systemctl {kill}"), same, differences: all.into_iter().map(one).collect() }
    }
}

/// Whether the two come to the same, as long as every process ends of the first signal.
fn is_same(compared: &Compared<'_>) -> bool {
    are_same(&compared.differences) && only_with_stop(compared).is_empty()
}

/// The differences of one unit, each on two lines.
pub fn text(compared: &Compared<'_>, layout: Layout) -> String {
    let Layout { width, palette, .. } = layout;
    let all = told(compared);
    let mut text = String::new();
    let conditions = [Condition::NotCaught, Condition::SomebodyStays, Condition::SomebodyStopped];
    for only_if in std::iter::once(None).chain(conditions.map(Some)) {
        let these: Vec<&Told> = all.iter().filter(|told| told.only_if == only_if).collect();
        let head = match only_if {
            None if is_same(compared) => {
                let signal = palette.signal(compared.request.signal);
                format!("The same, as long as every process ends of {signal}.")
            }
            None => palette.heading("Not the same:"),
            Some(_) if these.is_empty() => continue,
            Some(only_if) => format!("If {}:", condition(only_if)),
        };
        let _strings_take_everything = writeln!(text, "  {head}");
        text.push_str(&table::draw(&rows(&these, verb(compared)), width, palette));
    }
    text
}

/// One line for each of several units.
pub fn table(all: &[Compared<'_>], layout: Layout) -> String {
    let row = |compared: &Compared<'_>| {
        let told = told(compared);
        let (verdict, ink) = if is_same(compared) { ("same", Ink::Plain) } else { ("differs", Ink::Signal) };
        let kinds: Vec<String> = told
            .iter()
            .filter(|told| told.only_if.is_none())
            .map(|told| match told.why.split_once(' ') {
                Some((setting, place)) if !setting.is_empty() => format!("{} ({setting} {place})", told.kind),
                _ => told.kind.to_owned(),
            })
            .collect();
        let what =
            if kinds.is_empty() { "as long as every process ends of it".into() } else { kinds.join(", ") };
        let ink = if kinds.is_empty() { Ink::Faint } else { ink };
        let cell = Cell { what: vec![(ink, what)], why: String::new() };
        Row { when: compared.unit.unit.id.to_string(), state: verdict.into(), cells: vec![cell] }
    };
    let rows: Vec<Row> = all.iter().map(row).collect();
    table::draw(&rows, layout.width, layout.palette)
}

/// The first line: what is compared.
pub fn heading(compared: &Compared<'_>, palette: Palette) -> String {
    let unit = &compared.unit.unit;
    let files: Vec<String> = unit.files.iter().map(|file| file.path.display().to_string()).collect();
    let (stop, kill) = (verb(compared), kill_words(&compared.request));
    format!(
        "{}: systemctl {stop} beside {kill}  {}\n",
        palette.heading(&unit.id),
        palette.faint(files.join(", "))
    )
}

fn rows(all: &[&Told], stop: &str) -> Vec<Row> {
    let row = |when: &str, state: &str, what: &str, why: &str| Row {
        when: when.into(),
        state: state.into(),
        cells: vec![Cell::plain(what, why)],
    };
    all.iter()
        .flat_map(|told| [row(told.kind, stop, &told.stop, &told.why), row("", "kill", &told.kill, "")])
        .collect()
}

fn verb(compared: &Compared<'_>) -> &'static str {
    compared.stop.action.word()
}

/// `kill -s SIGHUP --kill-whom=main`
fn kill_words(request: &KillRequest) -> String {
    let whom = match request.whom {
        Whom::Main => " --kill-whom=main",
        Whom::Control => " --kill-whom=control",
        Whom::All => "",
        Whom::Cgroup => " --kill-whom=cgroup",
    };
    let signal =
        if request.signal == Signal::TERM { String::new() } else { format!(" -s {}", request.signal) };
    format!("kill{signal}{whom}")
}

const fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::NotCaught => "the main process does not catch the signal",
        Condition::SomebodyStays => "a process does not end of the first signal",
        Condition::SomebodyStopped => "a process is stopped (SIGSTOP) when the signal comes",
    }
}

/// The units that stop with a stop and not with a kill.
fn only_with_stop<'a>(compared: &'a Compared<'_>) -> Vec<&'a StopsWith> {
    let Company { stops: by_kill, .. } = &compared.company_of_kill;
    let is_known = |unit: &StopsWith| by_kill.iter().any(|other| other.unit == unit.unit);
    compared.company_of_stop.stops.iter().filter(|unit| !is_known(unit)).collect()
}

fn told(compared: &Compared<'_>) -> Vec<Told> {
    let mut all: Vec<Told> =
        compared.differences.iter().map(|difference| one(compared, difference)).collect();
    let others = only_with_stop(compared);
    if let Some(first) = others.first() {
        let names: Vec<&str> = others.iter().map(|unit| unit.unit.as_str()).collect();
        let at = all.iter().position(|told| told.only_if.is_some()).unwrap_or(all.len());
        let told = Told {
            kind: "other units",
            stop: format!("stops {} too", names.join(", ")),
            kill: "leaves them alone".into(),
            only_if: None,
            because: Some(Because::Dependency(company::MakerJson::new(first.directive, &first.maker))),
            why: company::reason(first.directive, &first.maker),
        };
        all.insert(at, told);
    }
    all
}

fn one(compared: &Compared<'_>, difference: &Difference) -> Told {
    let Compared { unit, service, stop: plan, request, afterwards, .. } = compared;
    let signal = request.signal;
    let list = |signals: &[Signal]| signals.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (kind, stop, kill) = match &difference.what {
        What::Refused(role) => (
            "recipients",
            "needs no such process".into(),
            format!("fails: there is no {} process", role.word()),
        ),
        What::Commands { commands, later } => {
            let run: Vec<String> = commands
                .iter()
                .map(|&command| command_line(&words(&plan.commands[command].command)))
                .collect();
            let kill = if plan.action == Action::Reload {
                format!("only {signal}, whatever the commands would have said")
            } else if *later {
                "at once the signal; the commands run when the main process has exited cleanly".into()
            } else {
                "never runs them".into()
            };
            ("commands", format!("first runs {}", run.join(", then ")), kill)
        }
        What::Recipients { role, by_kill } => {
            let (gets, spared) = (format!("signals {}", who(*role)), format!("leaves {} alone", who(*role)));
            if *by_kill { ("recipients", spared, gets) } else { ("recipients", gets, spared) }
        }
        What::Signals { role, stop, kill } => {
            ("signal", format!("{} → {}", list(stop), who(*role)), format!("{} → {}", list(kill), who(*role)))
        }
        What::Continues => {
            ("SIGCONT", "sends it too: the process sees the signal".into(), "the signal waits".into())
        }
        What::Escalates { phase, kills } => {
            let limit = plan.phases[*phase].limit.micros();
            let stop = match (limit, kills) {
                (None, _) => "waits for it without limit".into(),
                (Some(limit), true) => format!("SIGKILL after {}", human(limit)),
                (Some(limit), false) => format!("asks again after {} and then gives up", human(limit)),
            };
            ("escalation", stop, "does nothing more".into())
        }
        What::Restarts => {
            let after = service.restart_sec.value.micros().map_or("an infinite time".into(), human);
            ("afterwards", "stays stopped".into(), format!("is started again after {after}"))
        }
        What::StaysActive => {
            let kill = match (afterwards.main, afterwards.becomes) {
                (_, Becomes::Exited) => "the unit stays active without a process",
                (Fate::Unaffected, _) => "the main process goes on",
                (Fate::Stopped, _) => "the main process is halted until SIGCONT",
                (Fate::NotReached, _) => "the main process does not get it and goes on",
                _ => "the unit stays active",
            };
            ("afterwards", "the unit is stopped".into(), kill.into())
        }
        What::Fails { by_kill } => {
            let (failed, inactive) = ("the unit has failed".to_owned(), "the unit is inactive".to_owned());
            if *by_kill { ("result", inactive, failed) } else { ("result", failed, inactive) }
        }
        What::OrderOfStopPost => (
            "ExecStopPost",
            "runs when the main process is gone, before the others are signalled again".into(),
            "runs when the others were signalled again and are gone".into(),
        ),
        What::WaitsForAnswer => {
            ("answer", "waits until the service says that it is ready".into(), "waits for nothing".into())
        }
    };
    let why = difference.because.as_ref().map_or(String::new(), |r| reason::words(&unit.unit, service, r));
    let because = difference.because.as_ref().map(|r| Because::Setting(because_json(unit, service, r)));
    Told { kind, stop, kill, only_if: difference.only_if, because, why }
}

const fn who(role: Role) -> &'static str {
    match role {
        Role::Main => "the main process",
        Role::Control => "a command that is running",
        Role::Rest => "the other processes",
        Role::Cgroup => "all processes",
    }
}
