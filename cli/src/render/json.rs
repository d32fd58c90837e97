//! `explain --format json`: structs made for programs to read, not the internal types.

use super::afterwards::AfterwardsJson;
use super::company::{AlsoStops, MayStart};
use super::compare::CompareJson;
use super::reason;
use crate::context::Inspected;
use crate::explain::asked::left_to_dependencies;
use serde::Serialize;
use serde_json::Value;
use unitctl_executor::outlook::{Outlook, worst_case_unkillable};
use unitctl_executor::plan::{Phase, Plan, Reason, Role, Step};
use unitctl_parser::collections::IndexMap;
use unitctl_parser::name::UnitType;
use unitctl_parser::service::{Origin, Service, Setting};
use unitctl_parser::unit::Unit;
use unitctl_parser::value::command::Command;

/// The version of the format.
pub const VERSION: u32 = 1;

/// A plan with what it came from.
#[derive(Debug, Serialize)]
pub struct Explanation {
    version: u32,
    unit: String,
    action: &'static str,
    load_state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    files: Vec<String>,
    settings: IndexMap<&'static str, SettingJson>,
    phases: Vec<PhaseJson>,
    worst_case_us: Option<u64>,
    worst_case_if_unkillable_us: Option<u64>,
    /// The units that stop as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also_stops: Option<Vec<AlsoStops>>,
    /// The units that may start it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub may_start_again: Option<Vec<MayStart>>,
    /// The paths that the service manager removes at the end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<String>,
    /// What is different about a kill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<CompareJson>,
    /// What follows a kill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub afterwards: Option<AfterwardsJson>,
}

/// A value with the line that decided it; no origin is systemd's default.
#[derive(Debug, Serialize)]
pub struct SettingJson {
    /// The value.
    pub value: Value,
    origin: Option<OriginJson>,
}

impl SettingJson {
    /// The value as text; commands parted by semicolons.
    pub fn text(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ; "),
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }

    /// The file and line that decided it.
    pub fn place(&self) -> Option<(String, u32)> {
        self.origin.as_ref().map(|origin| (origin.file.clone(), origin.line))
    }
}

/// A line of a file.
#[derive(Debug, Serialize)]
pub struct OriginJson {
    file: String,
    line: u32,
}

/// The setting that decided something; without a file it is systemd's default.
#[derive(Debug, Serialize)]
pub struct BecauseJson {
    directive: &'static str,
    value: String,
    file: Option<String>,
    line: Option<u32>,
}

/// The setting that decided something.
pub fn because_json(inspected: &Inspected, service: &Service, reason: &Reason) -> BecauseJson {
    let origin = origin_json(&inspected.unit, reason.origin.as_ref());
    let (file, line) = origin.map_or((None, None), |origin| (Some(origin.file), Some(origin.line)));
    BecauseJson { directive: reason.directive, value: reason::value(service, reason.directive), file, line }
}

/// One phase.
#[derive(Debug, Serialize)]
pub struct PhaseJson {
    state: &'static str,
    steps: Vec<StepJson>,
    waits_for: Vec<&'static str>,
    limit_us: Option<u64>,
    then: &'static str,
    if_nobody: &'static str,
    on_timeout: &'static str,
    because: Vec<&'static str>,
}

/// One step.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum StepJson {
    /// A command is run.
    Run {
        /// Its words.
        run: Vec<String>,
        /// Its failure counts as success.
        ignore_failure: bool,
        /// For how long it waits before it begins (`Type=idle`).
        #[serde(skip_serializing_if = "Option::is_none")]
        idles_us: Option<u64>,
        /// The line it stands in.
        origin: Option<OriginJson>,
    },
    /// A signal is sent.
    Signal {
        /// Its name.
        signal: String,
        /// The role of who gets it.
        to: &'static str,
        /// The number sent along.
        #[serde(skip_serializing_if = "Option::is_none")]
        value: Option<i32>,
        /// The cgroup below the unit's whose processes get it.
        #[serde(skip_serializing_if = "Option::is_none")]
        subgroup: Option<String>,
    },
    /// The kernel kills the control group.
    KillCgroup {
        /// Always SIGKILL.
        signal: &'static str,
        /// Always the control group.
        to: &'static str,
        /// By which means.
        by: &'static str,
    },
}

impl Explanation {
    /// The plan of a unit, ready to be serialised.
    pub fn new(inspected: &Inspected, service: &Service, plan: &Plan, outlook: &Outlook) -> Self {
        let unit = &inspected.unit;
        Self {
            version: VERSION,
            unit: unit.id.to_string(),
            action: plan.action.word(),
            load_state: inspected.load_state().to_string(),
            refused: match inspected.refusal {
                Some(refusal) => Some(refusal.message().to_owned()),
                None => left_to_dependencies(&inspected.unit, plan.action),
            },
            files: unit.files.iter().map(|file| file.path.display().to_string()).collect(),
            settings: if inspected.is_service() {
                settings(unit, service)
            } else {
                settings_of_other(unit, service)
            },
            phases: plan.phases.iter().map(|phase| phase_json(unit, plan, phase)).collect(),
            worst_case_us: outlook.worst_case,
            worst_case_if_unkillable_us: worst_case_unkillable(plan),
            also_stops: None,
            removes: Vec::new(),
            compare: None,
            may_start_again: None,
            afterwards: None,
        }
    }
}

fn origin_json(unit: &Unit, origin: Option<&Origin>) -> Option<OriginJson> {
    let origin = origin?;
    Some(OriginJson { file: unit.file(origin.file).path.display().to_string(), line: origin.line })
}

fn phase_json(unit: &Unit, plan: &Plan, phase: &Phase) -> PhaseJson {
    let mut because: Vec<&'static str> = phase.because.iter().map(|reason| reason.directive).collect();
    let mut seen = 0;
    because.dedup_by(|a, b| a == b);
    while seen < because.len() {
        let word = because[seen];
        let mut first = true;
        because.retain(|other| *other != word || std::mem::take(&mut first));
        seen += 1;
    }
    PhaseJson {
        state: phase.state.word(),
        steps: phase.steps.iter().flat_map(|step| step_json(unit, plan, step)).collect(),
        waits_for: phase.waits_for.iter().map(|role| role.word()).collect(),
        limit_us: phase.limit.micros(),
        then: plan.state_of(phase.on_success()).word(),
        if_nobody: plan.state_of(phase.if_nobody).word(),
        on_timeout: plan.state_of(phase.on_timeout).word(),
        because,
    }
}

fn step_json(unit: &Unit, plan: &Plan, step: &Step) -> Vec<StepJson> {
    match step {
        Step::Run(command) => {
            let planned = &plan.commands[*command];
            vec![StepJson::Run {
                run: words(&planned.command),
                ignore_failure: planned.command.ignore_failure,
                idles_us: planned.idles.micros().filter(|&idles| idles > 0),
                origin: origin_json(unit, planned.origin.as_ref()),
            }]
        }
        Step::Signal(send) => send
            .signals
            .iter()
            .map(|signal| StepJson::Signal {
                signal: signal.to_string(),
                to: send.to.word(),
                value: send.value,
                subgroup: send.subgroup.clone(),
            })
            .collect(),
        Step::KillCgroup { .. } => {
            vec![StepJson::KillCgroup { signal: "SIGKILL", to: Role::Cgroup.word(), by: "cgroup.kill" }]
        }
    }
}

/// The words of a command as programs see them; bytes that are not UTF-8 become U+FFFD.
pub fn words(command: &Command) -> Vec<String> {
    command.argv.iter().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// The settings that rule the end of a service.
pub fn settings(unit: &Unit, service: &Service) -> IndexMap<&'static str, SettingJson> {
    let mut settings = IndexMap::default();
    let yes_no = |value: &bool| Value::from(if *value { "yes" } else { "no" });
    let mut add = |name, value: Value, origin: &Option<Origin>| {
        settings.insert(name, SettingJson { value, origin: origin_json(unit, origin.as_ref()) });
    };
    fn word<T: ToString>(setting: &Setting<T>) -> Value {
        Value::from(setting.value.to_string())
    }
    let kill = &service.kill;
    add("Type", word(&service.service_type), &service.service_type.origin);
    add("KillMode", word(&kill.kill_mode), &kill.kill_mode.origin);
    add("KillSignal", word(&kill.kill_signal), &kill.kill_signal.origin);
    let restart = kill.restart_kill_signal().to_string();
    add("RestartKillSignal", restart.into(), &kill.restart_kill_signal.origin);
    add("FinalKillSignal", word(&kill.final_kill_signal), &kill.final_kill_signal.origin);
    add("WatchdogSignal", word(&kill.watchdog_signal), &kill.watchdog_signal.origin);
    add("SendSIGHUP", yes_no(&kill.send_sighup.value), &kill.send_sighup.origin);
    add("SendSIGKILL", yes_no(&kill.send_sigkill.value), &kill.send_sigkill.origin);
    add("TimeoutStartSec", word(&service.timeout_start), &service.timeout_start.origin);
    add("TimeoutStopSec", word(&service.timeout_stop), &service.timeout_stop.origin);
    add("TimeoutAbortSec", service.timeout_abort().to_string().into(), &service.timeout_abort.origin);
    add(
        "TimeoutStopFailureMode",
        word(&service.timeout_stop_failure_mode),
        &service.timeout_stop_failure_mode.origin,
    );
    add("ExitType", word(&service.exit_type), &service.exit_type.origin);
    add("RemainAfterExit", yes_no(&service.remain_after_exit.value), &service.remain_after_exit.origin);
    add("GuessMainPID", yes_no(&service.guess_main_pid.value), &service.guess_main_pid.origin);
    add("PIDFile", service.pid_file.value.clone().into(), &service.pid_file.origin);
    add("Restart", word(&service.restart), &service.restart.origin);
    add("Slice", word(&service.slice), &service.slice.origin);
    add("Delegate", yes_no(&service.delegate.value), &service.delegate.origin);
    for (name, commands) in [
        ("ExecStop", &service.exec_stop),
        ("ExecStopPost", &service.exec_stop_post),
        ("ExecReload", &service.exec_reload),
    ] {
        let value = commands.iter().map(|command| words(&command.value).join(" ")).collect::<Vec<_>>();
        add(name, value.into(), &commands.last().and_then(|command| command.origin.clone()));
    }
    settings
}

/// The settings that rule the end of a unit that is no service.
fn settings_of_other(unit: &Unit, service: &Service) -> IndexMap<&'static str, SettingJson> {
    let own = match unit.id.unit_type() {
        UnitType::Socket => [("ExecStop", Some("ExecStopPre")), ("ExecStopPost", Some("ExecStopPost"))],
        UnitType::Mount | UnitType::Swap | UnitType::Scope => [("ExecStop", None), ("ExecStopPost", None)],
        _ => return IndexMap::default(),
    };
    let limit = if unit.id.unit_type() == UnitType::Scope { "TimeoutStopSec" } else { "TimeoutSec" };
    let shared = ["KillMode", "KillSignal", "FinalKillSignal", "SendSIGHUP", "SendSIGKILL"];
    let mut all = settings(unit, service);
    let mut settings = IndexMap::default();
    let names = shared.map(|name| (name, Some(name))).into_iter().chain([("TimeoutStopSec", Some(limit))]);
    for (name, shown) in names.chain(own) {
        if let (Some(setting), Some(shown)) = (all.shift_remove(name), shown) {
            settings.insert(shown, setting);
        }
    }
    settings
}
