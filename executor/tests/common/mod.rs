//! What the tests of plans share: services written as in a unit, and runs in the simulated world.

use std::sync::Arc;
use unitctl_executor::carry_out::{Known, carry_out};
use unitctl_executor::event::{Event, Outcome};
use unitctl_executor::plan::Plan;
use unitctl_executor::simulated::SimulatedWorld;
use unitctl_executor::simulated::script::{CommandScript, ProcessScript};
use unitctl_executor::world::Pid;
use unitctl_parser::service::{ExitStatusSet, KillSettings, Service, Setting};
use unitctl_parser::value::boolean;
use unitctl_parser::value::command::{Command, Privileges};
use unitctl_parser::value::enumeration::{
    ExitType, KillMode, NotifyAccess, Restart, RestartMode, ServiceType, TimeoutFailureMode,
};
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::time_span::TimeSpan;

/// A service with `ExecStart=/bin/main`, the given directives, and systemd's defaults for all others.
pub(crate) fn service(directives: &str) -> Service {
    let mut service = default_service();
    for line in directives.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (key, value) = line.split_once('=').unwrap();
        set(&mut service, key, value);
    }
    service
}

fn set(service: &mut Service, key: &str, value: &str) {
    let signal = || Signal::parse(value).unwrap();
    let yes = || boolean::parse(value).unwrap();
    let span = || TimeSpan::parse_zero_is_infinity(value).unwrap();
    let kill = &mut service.kill;
    match key {
        "Type" => service.service_type.value = ServiceType::parse(value).unwrap(),
        "ExitType" => service.exit_type.value = ExitType::parse(value).unwrap(),
        "KillMode" => kill.kill_mode.value = KillMode::parse(value).unwrap(),
        "KillSignal" => kill.kill_signal.value = signal(),
        "RestartKillSignal" => kill.restart_kill_signal.value = Some(signal()),
        "FinalKillSignal" => kill.final_kill_signal.value = signal(),
        "WatchdogSignal" => kill.watchdog_signal.value = signal(),
        "ReloadSignal" => service.reload_signal.value = signal(),
        "SendSIGHUP" => kill.send_sighup.value = yes(),
        "SendSIGKILL" => kill.send_sigkill.value = yes(),
        "TimeoutStartSec" => service.timeout_start.value = span(),
        "TimeoutStopSec" => service.timeout_stop.value = span(),
        "TimeoutAbortSec" => service.timeout_abort.value = Some(TimeSpan::parse(value).unwrap()),
        "TimeoutStopFailureMode" => {
            service.timeout_stop_failure_mode.value = TimeoutFailureMode::parse(value).unwrap();
        }
        "RemainAfterExit" => service.remain_after_exit.value = yes(),
        "GuessMainPID" => service.guess_main_pid.value = yes(),
        "PIDFile" => service.pid_file.value = Some(value.to_owned()),
        "SuccessExitStatus" => service.success_exit_status.value.codes.push(value.parse().unwrap()),
        "ExecStart" => service.exec_start = vec![command(value)],
        "ExecReload" => service.exec_reload.push(command(value)),
        "ExecReloadPost" => service.exec_reload_post.push(command(value)),
        "ExecStop" => service.exec_stop.push(command(value)),
        "ExecStopPost" => service.exec_stop_post.push(command(value)),
        _ => panic!("{key}= is not one of the directives that rule a stop"),
    }
}

fn command(value: &str) -> Setting<Arc<Command>> {
    let (ignore_failure, path) = value.strip_prefix('-').map_or((false, value), |path| (true, path));
    Setting::default_value(Arc::new(Command {
        path: path.into(),
        argv: vec![path.into()],
        ignore_failure,
        no_env_expand: false,
        privileges: Privileges::Restricted,
        via_shell: false,
    }))
}

fn default_service() -> Service {
    let seconds = |seconds| Setting::default_value(TimeSpan::from_secs(seconds));
    let signal = Setting::default_value;
    let no = Setting::default_value(false);
    Service {
        service_type: Setting::default_value(ServiceType::Simple),
        exit_type: Setting::default_value(ExitType::Main),
        kill: KillSettings {
            kill_mode: Setting::default_value(KillMode::ControlGroup),
            kill_signal: signal(Signal::TERM),
            restart_kill_signal: Setting::default_value(None),
            final_kill_signal: signal(Signal::KILL),
            watchdog_signal: signal(Signal::ABRT),
            send_sighup: no.clone(),
            send_sigkill: Setting::default_value(true),
        },
        timeout_start: seconds(90),
        timeout_stop: seconds(90),
        timeout_abort: Setting::default_value(None),
        timeout_stop_failure_mode: Setting::default_value(TimeoutFailureMode::Terminate),
        remain_after_exit: no.clone(),
        exec_start: vec![command("/bin/main")],
        exec_condition: Vec::new(),
        exec_start_pre: Vec::new(),
        exec_start_post: Vec::new(),
        exec_reload: Vec::new(),
        exec_reload_post: Vec::new(),
        exec_stop: Vec::new(),
        exec_stop_post: Vec::new(),
        reload_signal: signal(Signal::HUP),
        pid_file: Setting::default_value(None),
        guess_main_pid: Setting::default_value(true),
        notify_access: Setting::default_value(NotifyAccess::None),
        restart: Setting::default_value(Restart::No),
        restart_sec: Setting::default_value(TimeSpan::from_micros(100_000)),
        restart_mode: Setting::default_value(RestartMode::Normal),
        start_limit_interval: seconds(10),
        start_limit_burst: Setting::default_value(5),
        dumps_core: Setting::default_value(false),
        ignore_sigpipe: Setting::default_value(true),
        on_success: Vec::new(),
        on_failure: Vec::new(),
        success_exit_status: Setting::default_value(ExitStatusSet::default()),
        restart_prevent_exit_status: Setting::default_value(ExitStatusSet::default()),
        restart_force_exit_status: Setting::default_value(ExitStatusSet::default()),
        delegate: no,
        delegate_subgroup: Setting::default_value(None),
        slice: Setting::default_value("system.slice".to_owned()),
    }
}

/// A run of a plan in the simulated world.
pub(crate) struct Simulation {
    pub(crate) events: Vec<Event>,
    pub(crate) outcome: Outcome,
    pub(crate) left: Vec<Pid>,
    pub(crate) world: SimulatedWorld,
}

/// Runs a plan on `processes`, some of which may be the main and the control process.
pub(crate) fn simulate(
    plan: &Plan,
    main: Option<&str>,
    control: Option<&str>,
    processes: Vec<ProcessScript>,
    commands: Vec<CommandScript>,
) -> Simulation {
    let mut world = SimulatedWorld::new(processes, commands);
    let pid = |name| world.pid(name);
    let known = Known { main: main.and_then(pid), control: control.and_then(pid) };
    let mut events = Vec::new();
    let outcome = carry_out(plan, known, &mut world, &mut |event| events.push(event.clone()));
    let left = outcome.left(&mut world);
    Simulation { events, outcome, left, world }
}
