//! `explain --diff OLD NEW`: what a change of unit files does to a plan.
//!
//! A plan is reduced to facts, each a line of text: how long it can take, who gets which signal, who may stay.
//! The facts of the old and of the new unit stand beside each other; those that are the same are left out.

use super::asked::{Asked, kill_request};
use super::company::Company;
use crate::args::Explain;
use crate::context::{Context, Inspected};
use crate::failure::Failure;
use crate::lint::target::Targets;
use crate::render::duration::human;
use crate::render::json::{self, SettingJson};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use unitctl_executor::afterwards::Afterwards;
use unitctl_executor::outlook::{Outlook, worst_case_unkillable};
use unitctl_executor::plan::{Action, KillRequest, Plan, Role, Start, Step};
use unitctl_parser::collections::IndexMap;
use unitctl_parser::name::{UnitName, UnitType};
use unitctl_parser::service::Service;
use unitctl_parser::unit::LoadState;
use unitctl_parser::value::signal::{RTMAX, Signal};

/// What became of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is in both, and its plan is another one.
    Changed,
    /// Its plan is the same.
    Same,
    /// It is only in the new files.
    Added,
    /// It is only in the old ones.
    Removed,
}

/// A unit in the old and the new files.
#[derive(Debug)]
pub struct UnitDiff {
    /// Its name.
    pub unit: String,
    /// What became of it.
    pub status: Status,
    /// What is different about its plan.
    pub changes: Vec<Change>,
}

/// One fact that has changed.
#[derive(Debug)]
pub struct Change {
    /// What it is about.
    pub what: &'static str,
    /// How it was.
    pub old: String,
    /// How it is.
    pub new: String,
    /// The settings that have changed and bear on it.
    pub because: Vec<SettingChange>,
}

/// A setting that has changed.
#[derive(Clone, Debug)]
pub struct SettingChange {
    /// The directive.
    pub directive: &'static str,
    /// Its old value.
    pub old: String,
    /// Its new value.
    pub new: String,
    /// The line of the new value; that of the old one if the new one is a default.
    pub place: Option<(String, u32)>,
}

/// The units of two files or folders, in the order of their names.
pub fn compare(args: &Explain, context: &Context, old: &Path, new: &Path) -> Result<Vec<UnitDiff>, Failure> {
    let is_folder = |path: &Path| context.loader.root().shown(path).is_dir();
    if is_folder(old) != is_folder(new) {
        let failure = Failure::new(format!("cannot compare {} with {}", old.display(), new.display()));
        return Err(failure.with_help("name two files or two folders"));
    }
    if !is_folder(old) {
        let unit = file_name(new);
        return Ok(vec![one(args, context, unit, Some(old), Some(new))?]);
    }
    let (in_old, in_new) = (units_below(context, old)?, units_below(context, new)?);
    let all: BTreeSet<&PathBuf> = in_old.union(&in_new).collect();
    all.into_iter()
        .map(|below| {
            let path =
                |units: &BTreeSet<PathBuf>, folder: &Path| units.contains(below).then(|| folder.join(below));
            let (old, new) = (path(&in_old, old), path(&in_new, new));
            one(args, context, below.display().to_string(), old.as_deref(), new.as_deref())
        })
        .collect()
}

/// The files of services below a folder, relative to it.
fn units_below(context: &Context, folder: &Path) -> Result<BTreeSet<PathBuf>, Failure> {
    let typed = folder.display().to_string();
    let mut targets = Targets::find([typed.as_str()], context);
    if let Some(failure) = targets.failures.pop() {
        return Err(failure);
    }
    let relative = |path: &Cow<'_, Path>| path.strip_prefix(folder).ok().map(Path::to_owned);
    let is_service = |path: &PathBuf| {
        UnitName::parse(&file_name(path)).is_ok_and(|name| name.unit_type() == UnitType::Service)
    };
    Ok(targets.fragments.iter().filter_map(relative).filter(is_service).collect())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn one(
    args: &Explain,
    context: &Context,
    unit: String,
    old: Option<&Path>,
    new: Option<&Path>,
) -> Result<UnitDiff, Failure> {
    // A folder has no slash of its own where it is the working directory.
    let read = |path: &Path| {
        let path = if path.components().count() < 2 { &Path::new(".").join(path) } else { path };
        Described::new(args, context, &path.display().to_string())
    };
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (read(old)?, read(new)?),
        (Some(old), None) => {
            read(old)?;
            return Ok(UnitDiff { unit, status: Status::Removed, changes: Vec::new() });
        }
        (_, new) => {
            new.map(read).transpose()?;
            return Ok(UnitDiff { unit, status: Status::Added, changes: Vec::new() });
        }
    };
    let settings = changed_settings(&old.settings, &new.settings);
    // A reload that is refused has other facts.
    let known: Vec<&'static str> = new.facts.iter().map(|fact| fact.what).collect();
    let gone = old.facts.iter().filter(|fact| !known.contains(&fact.what)).map(|fact| (Some(fact), None));
    let pairs = new.facts.iter().map(|new| (old.facts.iter().find(|old| old.what == new.what), Some(new)));
    let value = |fact: Option<&Fact>| fact.map_or("none".into(), |fact| fact.value.clone());
    let mut changes = Vec::new();
    for (old, new) in pairs.chain(gone) {
        let Some(fact) = new.or(old).filter(|_| value(old) != value(new)) else { continue };
        let because = settings.iter().filter(|setting| fact.settings.contains(&setting.directive));
        // A default that follows another setting is no reason of its own.
        let because = because.filter(|setting| setting.place.is_some());
        let because = because.cloned().collect();
        changes.push(Change { what: fact.what, old: value(old), new: value(new), because });
    }
    let status = if changes.is_empty() { Status::Same } else { Status::Changed };
    Ok(UnitDiff { unit, status, changes })
}

/// A fact about a plan.
struct Fact {
    what: &'static str,
    value: String,
    /// The settings that bear on it.
    settings: &'static [&'static str],
}

/// A unit as facts.
struct Described {
    facts: Vec<Fact>,
    settings: IndexMap<&'static str, SettingJson>,
}

impl Described {
    fn new(args: &Explain, context: &Context, path: &str) -> Result<Self, Failure> {
        let unit = context.inspect(path)?;
        let service = unit.service()?;
        let settings = json::settings(&unit.unit, service);
        let start = Start::usual(service);
        // A reload that is refused is a fact, too.
        let plan = match Asked::new(args.action, &args.kill, service)?.plan(&unit, service, start) {
            Ok(plan) => Some(plan),
            Err(_) if args.action == Action::Reload => None,
            Err(failure) => return Err(failure),
        };
        let company = Company::of(context, &unit, Action::Stop, None);
        let mut facts = vec![Fact { what: "loading", value: loading(&unit), settings: &["Type", "Restart"] }];
        match &plan {
            Some(plan) => facts.extend(of_plan(plan)),
            None => facts.push(Fact { what: "reload", value: "refused".into(), settings: &["ExecReload"] }),
        }
        facts.extend(of_company(&company));
        if args.action == Action::Stop || args.action == Action::Kill {
            let request = kill_request(&args.kill, service.delegate.value)?;
            for signal in [request.signal, Signal::KILL] {
                facts.push(after_kill(service, &KillRequest { signal, ..request.clone() }, start));
            }
        }
        Ok(Self { facts, settings })
    }
}

fn loading(unit: &Inspected) -> String {
    match (unit.load_state(), unit.refusal) {
        (LoadState::BadSetting, Some(refusal)) => format!("refused: {}", refusal.message()),
        (state, _) => state.to_string(),
    }
}

const LIMITS: &[&str] = &[
    "TimeoutStopSec",
    "TimeoutAbortSec",
    "TimeoutStartSec",
    "TimeoutStopFailureMode",
    "SendSIGKILL",
    "FinalKillSignal",
    "KillMode",
    "ExecStop",
    "ExecStopPost",
    "ExecReload",
    "Type",
];
const SIGNALS: &[&str] = &[
    "KillMode",
    "KillSignal",
    "RestartKillSignal",
    "FinalKillSignal",
    "WatchdogSignal",
    "SendSIGHUP",
    "SendSIGKILL",
    "TimeoutStopFailureMode",
    "Type",
    "ExecReload",
];

fn of_plan(plan: &Plan) -> Vec<Fact> {
    let outlook = Outlook::of(plan);
    let time = |micros: Option<u64>| micros.map_or("no limit".into(), human);
    let or_nobody = |list: Vec<String>| if list.is_empty() { "nothing".into() } else { list.join(", ") };
    let commands = |directives: &[&str]| {
        let these = plan.commands.iter().filter(|command| directives.contains(&command.directive));
        let one = |words: Vec<String>| words.join(" ");
        or_nobody(these.map(|command| one(json::words(&command.command))).collect())
    };
    let gets = |role: Role| {
        let signals = (1..=i32::from(RTMAX)).filter_map(Signal::from_number);
        or_nobody(signals.filter(|&s| outlook.may_receive(role, s)).map(|s| s.to_string()).collect())
    };
    let fact = |what, value, settings| Fact { what, value, settings };
    let reached = plan.phases.iter().zip(&outlook.begins).filter(|(_, begins)| begins.is_some());
    let mut states: Vec<&str> = reached.map(|(phase, _)| phase.state.word()).collect();
    states.dedup();
    let first = plan.phases.iter().find_map(|phase| {
        phase.steps.iter().find_map(|step| match step {
            Step::Signal(send) => send.signals.first().map(ToString::to_string),
            _ => None,
        })
    });
    let left: Vec<String> = outlook.left.iter().map(|left| who(left.role).to_owned()).collect();
    vec![
        fact("worst case", time(outlook.worst_case), LIMITS),
        fact("worst case in state D", time(worst_case_unkillable(plan)), LIMITS),
        fact("runs first", commands(&["ExecStop", "ExecReload"]), &["ExecStop", "ExecReload"]),
        fact("runs afterwards", commands(&["ExecStopPost", "ExecReloadPost"]), &["ExecStopPost"]),
        fact("first signal", first.unwrap_or("none".into()), SIGNALS),
        fact("the main process may get", gets(Role::Main), SIGNALS),
        fact("other processes may get", gets(Role::Rest), SIGNALS),
        fact("running commands may get", gets(Role::Control), SIGNALS),
        fact("may stay", if left.is_empty() { "nobody".into() } else { left.join(", ") }, SIGNALS),
        fact("phases", states.join(", "), LIMITS),
    ]
}

const fn who(role: Role) -> &'static str {
    match role {
        Role::Main => "the main process",
        Role::Control => "a running command",
        Role::Rest => "other processes",
        Role::Cgroup => "all processes",
    }
}

fn of_company(company: &Company) -> Vec<Fact> {
    let list = |names: Vec<&str>| if names.is_empty() { "nobody".into() } else { names.join(", ") };
    let stops = company.stops.iter().map(|stops| stops.unit.as_str()).collect();
    let starters = company.starters.iter().map(|starter| starter.unit.as_str()).collect();
    vec![
        Fact { what: "also stops", value: list(stops), settings: &[] },
        Fact { what: "may be started again by", value: list(starters), settings: &[] },
    ]
}

/// What comes after a kill.
fn after_kill(service: &Service, request: &KillRequest, start: Start) -> Fact {
    let then = Afterwards::of(service, request, start);
    let value = if then.restarts {
        format!(
            "started again after {}",
            service.restart_sec.value.micros().map_or("an infinite time".into(), human)
        )
    } else {
        "not started again".into()
    };
    let what = if request.signal == Signal::KILL { "after a kill with SIGKILL" } else { "after a kill" };
    Fact { what, value, settings: &["Restart", "RemainAfterExit", "Type", "ExitType"] }
}

/// The settings whose values differ.
fn changed_settings(
    old: &IndexMap<&'static str, SettingJson>,
    new: &IndexMap<&'static str, SettingJson>,
) -> Vec<SettingChange> {
    let differ = new.iter().filter_map(|(directive, new)| {
        let old = old.get(directive)?;
        (old.value != new.value).then(|| SettingChange {
            directive,
            old: old.text(),
            new: new.text(),
            place: new.place().or_else(|| old.place()),
        })
    });
    differ.collect()
}
