//! Which line of which file decided something.

use std::path::Path;
use unitctl_executor::plan::Reason;
use unitctl_parser::service::{ExitStatusSet, Origin, Service};
use unitctl_parser::unit::Unit;

/// What stands in the place of a line where none decided.
pub const DEFAULT: &str = " default";

/// `nginx.service:20`, `nginx.service.d/x.conf:3`, or `default`.
pub fn place(unit: &Unit, origin: Option<&Origin>) -> String {
    let Some(origin) = origin else { return DEFAULT.trim_start().into() };
    line_of(&unit.file(origin.file).path, origin.line)
}

/// The same for any line of a unit's files.
pub fn line_of(path: &Path, line: u32) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().and_then(|folder| folder.file_name()).unwrap_or_default().to_string_lossy();
    // A drop-in is known by its folder.
    if folder.ends_with(".d") { format!("{folder}/{name}:{line}") } else { format!("{name}:{line}") }
}

/// `KillMode=mixed nginx.service:20`, `TimeoutStopSec default`.
pub fn words(unit: &Unit, service: &Service, reason: &Reason) -> String {
    let place = place(unit, reason.origin.as_ref());
    match &reason.origin {
        None => format!("{} {place}", reason.directive),
        Some(_) => format!("{}={} {place}", reason.directive, value(service, reason.directive)),
    }
}

/// The value of a setting that a plan names, as one would write it; nothing for commands.
pub fn value(service: &Service, directive: &str) -> String {
    let yes_no = |value: bool| if value { "yes" } else { "no" }.to_owned();
    match directive {
        "KillMode" => service.kill.kill_mode.value.to_string(),
        "KillSignal" => service.kill.kill_signal.value.to_string(),
        "RestartKillSignal" => service.kill.restart_kill_signal().to_string(),
        "FinalKillSignal" => service.kill.final_kill_signal.value.to_string(),
        "WatchdogSignal" => service.kill.watchdog_signal.value.to_string(),
        "ReloadSignal" => service.reload_signal.value.to_string(),
        "SendSIGHUP" => yes_no(service.kill.send_sighup.value),
        "SendSIGKILL" => yes_no(service.kill.send_sigkill.value),
        "TimeoutStartSec" => service.timeout_start.value.to_string(),
        "TimeoutSec" | "TimeoutStopSec" => service.timeout_stop.value.to_string(),
        "TimeoutAbortSec" => service.timeout_abort().to_string(),
        "TimeoutStopFailureMode" => service.timeout_stop_failure_mode.value.to_string(),
        "ExitType" => service.exit_type.value.to_string(),
        "Type" => service.service_type.value.to_string(),
        "RemainAfterExit" => yes_no(service.remain_after_exit.value),
        "Restart" => service.restart.value.to_string(),
        "RestartMode" => service.restart_mode.value.to_string(),
        "SuccessExitStatus" => statuses(&service.success_exit_status.value),
        "RestartPreventExitStatus" => statuses(&service.restart_prevent_exit_status.value),
        "RestartForceExitStatus" => statuses(&service.restart_force_exit_status.value),
        "IgnoreSIGPIPE" => yes_no(service.ignore_sigpipe.value),
        _ => String::new(),
    }
}

fn statuses(set: &ExitStatusSet) -> String {
    let codes = set.codes.iter().map(ToString::to_string);
    let all: Vec<String> = codes.chain(set.signals.iter().map(ToString::to_string)).collect();
    all.join(" ")
}
