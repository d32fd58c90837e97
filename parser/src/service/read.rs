//! From a unit's histories to a service's typed settings.

use super::{ExitStatusSet, KillSettings, ManagerDefaults, Origin, Service, Setting};
use crate::unit::{Entry, Expansion, LoadState, Unit};
use crate::value::boolean;
use crate::value::command::Command;
use crate::value::delegate;
use crate::value::enumeration::{
    ExitType, KillMode, NotifyAccess, Restart, RestartMode, ServiceType, TimeoutFailureMode,
};
use crate::value::exit_status;
use crate::value::integer;
use crate::value::path;
use crate::value::signal::Signal;
use crate::value::time_span::TimeSpan;
use crate::value::unit_list;
use std::sync::Arc;

pub(super) const SERVICE: &str = "Service";

impl From<&Entry> for Origin {
    fn from(entry: &Entry) -> Self {
        Self { file: entry.file, line: entry.line, span: entry.span.clone() }
    }
}

/// The value that decides a directive, or the default.
pub(super) fn scalar<T>(
    unit: &Unit,
    section: &'static str,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
    default: T,
) -> Setting<T> {
    scalar_of(unit, section, name, |entry| parse(&entry.value), default)
}

/// The same for a value whose meaning depends on the file it stands in.
pub(super) fn scalar_of<T>(
    unit: &Unit,
    section: &'static str,
    name: &'static str,
    parse: impl Fn(&Entry) -> Option<T>,
    default: T,
) -> Setting<T> {
    // What decides was accepted when the unit was merged, so it parses.
    let decided = unit
        .deciding(section, name)
        .and_then(|entry| Some(Setting { value: parse(entry)?, origin: Some(entry.into()) }));
    decided.unwrap_or(Setting::default_value(default))
}

/// The later one of two directives that set the same thing.
fn later<'a>(a: Option<&'a Entry>, b: Option<&'a Entry>) -> Option<&'a Entry> {
    a.into_iter().chain(b).max_by_key(|entry| (entry.file, entry.span.start))
}

impl KillSettings {
    /// The kill settings of a section that has them.
    pub fn read(unit: &Unit, section: &'static str) -> Self {
        let boolean =
            |name, default| scalar(unit, section, name, |value| boolean::parse(value).ok(), default);
        let signal = |name, default| scalar(unit, section, name, |value| Signal::parse(value).ok(), default);
        Self {
            kill_mode: scalar(unit, section, "KillMode", KillMode::from_word, KillMode::ControlGroup),
            kill_signal: signal("KillSignal", Signal::TERM),
            restart_kill_signal: scalar(
                unit,
                section,
                "RestartKillSignal",
                |value| Signal::parse(value).ok().map(Some),
                None,
            ),
            final_kill_signal: signal("FinalKillSignal", Signal::KILL),
            watchdog_signal: signal("WatchdogSignal", Signal::ABRT),
            send_sighup: boolean("SendSIGHUP", false),
            send_sigkill: boolean("SendSIGKILL", true),
        }
    }
}

impl Service {
    /// The settings of a service; defaults are filled in as systemd does after loading.
    pub fn read(unit: &Unit, expansion: Expansion<'_>, manager: &ManagerDefaults) -> Self {
        let boolean =
            |name, default| scalar(unit, SERVICE, name, |value| boolean::parse(value).ok(), default);
        let commands = |name| commands(unit, SERVICE, name);
        let exit_statuses = |name| exit_statuses(unit, name);
        let exec_start = commands("ExecStart");
        let service_type =
            scalar(unit, SERVICE, "Type", ServiceType::from_word, default_type(unit, !exec_start.is_empty()));
        // A oneshot may start for as long as it likes; that is filled in only when all of the unit was read.
        let complete = unit.load_state == LoadState::Loaded;
        let default_start = if complete && service_type.value == ServiceType::Oneshot {
            TimeSpan::INFINITY
        } else {
            manager.timeout_start
        };
        Self {
            exit_type: scalar(unit, SERVICE, "ExitType", ExitType::from_word, ExitType::Main),
            kill: KillSettings::read(unit, SERVICE),
            timeout_start: timeout(unit, "TimeoutStartSec", default_start),
            timeout_stop: timeout(unit, "TimeoutStopSec", manager.timeout_stop),
            timeout_abort: scalar(
                unit,
                SERVICE,
                "TimeoutAbortSec",
                |value| TimeSpan::parse(value).ok().map(Some),
                manager.timeout_abort,
            ),
            timeout_stop_failure_mode: scalar(
                unit,
                SERVICE,
                "TimeoutStopFailureMode",
                TimeoutFailureMode::from_word,
                TimeoutFailureMode::Terminate,
            ),
            remain_after_exit: boolean("RemainAfterExit", false),
            exec_condition: commands("ExecCondition"),
            exec_start_pre: commands("ExecStartPre"),
            exec_start_post: commands("ExecStartPost"),
            exec_reload: commands("ExecReload"),
            exec_reload_post: commands("ExecReloadPost"),
            exec_stop: commands("ExecStop"),
            exec_stop_post: commands("ExecStopPost"),
            reload_signal: scalar(
                unit,
                SERVICE,
                "ReloadSignal",
                |value| Signal::parse(value).ok(),
                Signal::HUP,
            ),
            pid_file: scalar_of(
                unit,
                SERVICE,
                "PIDFile",
                |entry| Some(path::parse_pid_file(&entry.value, expansion.of(entry.file)).ok()?.0),
                None,
            ),
            guess_main_pid: boolean("GuessMainPID", true),
            notify_access: scalar(unit, SERVICE, "NotifyAccess", NotifyAccess::from_word, NotifyAccess::None),
            restart: scalar(unit, SERVICE, "Restart", Restart::from_word, Restart::No),
            restart_sec: scalar(
                unit,
                SERVICE,
                "RestartSec",
                |value| TimeSpan::parse(value).ok(),
                manager.restart,
            ),
            restart_mode: scalar(unit, SERVICE, "RestartMode", RestartMode::from_word, RestartMode::Normal),
            start_limit_interval: start_limit(
                unit,
                &["StartLimitIntervalSec", "StartLimitInterval"],
                |value| TimeSpan::parse(value).ok(),
                TimeSpan::from_secs(10),
            ),
            start_limit_burst: start_limit(
                unit,
                &["StartLimitBurst"],
                |value| integer::parse(value)?.try_into().ok(),
                5,
            ),
            dumps_core: scalar(
                unit,
                SERVICE,
                "LimitCORE",
                |value| Some(value.split(':').next().is_some_and(|soft| soft.trim() != "0")),
                false,
            ),
            ignore_sigpipe: boolean("IgnoreSIGPIPE", true),
            on_success: units(unit, "OnSuccess", expansion),
            on_failure: units(unit, "OnFailure", expansion),
            success_exit_status: exit_statuses("SuccessExitStatus"),
            restart_prevent_exit_status: exit_statuses("RestartPreventExitStatus"),
            restart_force_exit_status: exit_statuses("RestartForceExitStatus"),
            delegate: delegate(unit, SERVICE),
            delegate_subgroup: scalar(
                unit,
                SERVICE,
                "DelegateSubgroup",
                |value| Some((!value.is_empty()).then(|| value.to_owned())),
                None,
            ),
            slice: slice(unit, SERVICE, expansion),
            service_type,
            exec_start,
        }
    }
}

/// The commands of an Exec directive that are in force, each with its line.
pub(super) fn commands(unit: &Unit, section: &'static str, name: &'static str) -> Vec<Setting<Arc<Command>>> {
    unit.effective(section, name)
        .flat_map(|entry| {
            let commands = entry.commands.iter().map(Arc::clone);
            commands.map(|value| Setting { value, origin: Some(entry.into()) })
        })
        .collect()
}

/// What Type= is where it is not set.
fn default_type(unit: &Unit, has_exec_start: bool) -> ServiceType {
    let is_set = |name| unit.deciding(SERVICE, name).is_some();
    if is_set("BusName") {
        ServiceType::Dbus
    } else if has_exec_start {
        // A failure to set up credentials is to be noticed before the service counts as started.
        let credentials = [
            "LoadCredential",
            "LoadCredentialEncrypted",
            "SetCredential",
            "SetCredentialEncrypted",
            "ImportCredential",
        ];
        if credentials.into_iter().any(is_set) { ServiceType::Exec } else { ServiceType::Simple }
    } else {
        ServiceType::Oneshot
    }
}

/// A limit that `TimeoutSec=` sets as well; what comes later counts. Zero is no limit.
fn timeout(unit: &Unit, name: &'static str, default: TimeSpan) -> Setting<TimeSpan> {
    later(unit.deciding(SERVICE, name), unit.deciding(SERVICE, "TimeoutSec"))
        .and_then(|entry| {
            let value = TimeSpan::parse_zero_is_infinity(&entry.value).ok()?;
            Some(Setting { value, origin: Some(entry.into()) })
        })
        .unwrap_or(Setting::default_value(default))
}

/// A start limit: it belongs to [Unit], and is still understood in [Service] and by older names.
fn start_limit<T>(
    unit: &Unit,
    names: &[&'static str],
    parse: impl Fn(&str) -> Option<T>,
    default: T,
) -> Setting<T> {
    let entries = names.iter().flat_map(|name| [unit.deciding("Unit", name), unit.deciding(SERVICE, name)]);
    let decided = entries.fold(None, later);
    decided
        .and_then(|entry| Some(Setting { value: parse(&entry.value)?, origin: Some(entry.into()) }))
        .unwrap_or(Setting::default_value(default))
}

/// The units that a directive of [Unit] names. Such lists only grow: an empty value resets nothing.
fn units(unit: &Unit, name: &'static str, expansion: Expansion<'_>) -> Vec<Setting<String>> {
    let entries = unit.history("Unit", name).into_iter().flat_map(|history| &history.entries);
    entries
        .flat_map(|entry| {
            let names = unit_list::parse_units(&entry.value, expansion.of(entry.file));
            names.into_iter().map(|name| Setting { value: name.to_string(), origin: Some(entry.into()) })
        })
        .collect()
}

/// `Slice=`, or the slice of units of this name.
pub(super) fn slice(unit: &Unit, section: &'static str, expansion: Expansion<'_>) -> Setting<String> {
    let default = unit.id.default_slice(false).to_string();
    scalar_of(unit, section, "Slice", |entry| parse_slice(entry, expansion), default)
}

pub(super) fn parse_slice(entry: &Entry, expansion: Expansion<'_>) -> Option<String> {
    unit_list::parse_slice(&entry.value, expansion.of(entry.file)).ok()
}

pub(super) fn delegate(unit: &Unit, section: &'static str) -> Setting<bool> {
    let mut delegate = Setting::default_value(false);
    // An empty value names no controllers, and delegates none the less.
    let assignments = unit.history(section, "Delegate").into_iter().flat_map(|history| &history.entries);
    for entry in assignments {
        if let (Some(value), _) = delegate::parse(&entry.value) {
            delegate = Setting { value, origin: Some(entry.into()) };
        }
    }
    delegate
}

fn exit_statuses(unit: &Unit, name: &'static str) -> Setting<ExitStatusSet> {
    let mut set = Setting::default_value(ExitStatusSet::default());
    for entry in unit.effective(SERVICE, name) {
        let (more, _) = exit_status::parse_list(&entry.value);
        set.value.codes.extend(more.codes);
        set.value.signals.extend(more.signals);
        set.origin = Some(entry.into());
    }
    set
}
