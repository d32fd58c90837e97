//! What the tests of plans share: services written as in a unit, and runs written as one line.

use std::fmt::Write;
use unitctl_executor::carry_out::{Known, carry_out};
use unitctl_executor::event::{Event, Outcome, What};
use unitctl_executor::plan::{Plan, Start, restart, stop};
use unitctl_executor::simulated::SimulatedWorld;
use unitctl_executor::simulated::script::{CommandScript, ProcessScript};
use unitctl_executor::world::Pid;
use unitctl_parser::service::{ExitStatusSet, KillSettings, Service, Setting};
use unitctl_parser::value::boolean;
use unitctl_parser::value::command::{Command, Privileges};
use unitctl_parser::value::enumeration::{
    ExitType, KillMode, NotifyAccess, Restart, ServiceType, TimeoutFailureMode,
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

fn command(value: &str) -> Setting<Command> {
    let (ignore_failure, path) = value.strip_prefix('-').map_or((false, value), |path| (true, path));
    Setting::default_value(Command {
        path: path.into(),
        argv: vec![path.into()],
        ignore_failure,
        no_env_expand: false,
        privileges: Privileges::Restricted,
        via_shell: false,
    })
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
    pub(crate) world: SimulatedWorld,
}

/// Runs a plan with the given main process, if any, among `processes`.
pub(crate) fn simulate(
    plan: &Plan,
    main: Option<&str>,
    processes: Vec<ProcessScript>,
    commands: Vec<CommandScript>,
) -> Simulation {
    let mut world = SimulatedWorld::new(processes, commands);
    let known = Known { main: main.and_then(|name| world.pid(name)), control: None };
    let mut events = Vec::new();
    let outcome = carry_out(plan, known, &mut world, &mut |event| events.push(event.clone()));
    Simulation { events, outcome, world }
}

/// How the service is stopped.
#[derive(Clone, Copy, Default)]
pub(crate) enum Request {
    #[default]
    Stop,
    Restart,
}

/// One line of a table of scenarios.
#[derive(Default)]
pub(crate) struct Scenario {
    pub(crate) what: &'static str,
    pub(crate) directives: &'static str,
    pub(crate) request: Request,
    /// The first is the main process, unless `no_main`.
    pub(crate) processes: &'static [&'static str],
    pub(crate) no_main: bool,
    pub(crate) commands: &'static [&'static str],
    /// Who got which signals, the commands run, `T` for a limit that passed.
    pub(crate) signals: &'static str,
    /// The states that were entered.
    pub(crate) states: &'static str,
    /// The result, then who is left.
    pub(crate) end: &'static str,
}

impl Scenario {
    pub(crate) fn check(&self) {
        let service = service(self.directives);
        let start = Start::usual(&service);
        let plan = match self.request {
            Request::Stop => stop(&service, start),
            Request::Restart => restart(&service, start),
        };
        let processes: Vec<_> =
            self.processes.iter().map(|text| ProcessScript::parse(text).unwrap()).collect();
        let commands = self.commands.iter().map(|text| CommandScript::parse(text).unwrap()).collect();
        let main = processes.first().filter(|_| !self.no_main).map(|script| script.name.clone());
        let run = simulate(&plan, main.as_deref(), processes, commands);
        assert_eq!(run.signals(&plan), self.signals, "{}: signals", self.what);
        assert_eq!(run.states(&plan), self.states, "{}: states", self.what);
        assert_eq!(run.end(), self.end, "{}: end", self.what);
    }
}

impl Simulation {
    /// `main TERM CONT; c TERM CONT; T; main KILL`
    pub(crate) fn signals(&self, plan: &Plan) -> String {
        let mut line = String::new();
        let mut last: Option<Pid> = None;
        for Event { what, .. } in &self.events {
            let separator = if line.is_empty() { "" } else { "; " };
            match what {
                What::Signal { pid, signal, sent, .. } => {
                    if last != Some(*pid) {
                        write!(line, "{separator}{}", self.world.name(*pid)).unwrap();
                    }
                    let name = signal.to_string();
                    write!(line, " {}", name.trim_start_matches("SIG")).unwrap();
                    if let Err(error) = sent {
                        write!(line, "({error:?})").unwrap();
                    }
                    last = Some(*pid);
                    continue;
                }
                What::Run { command, .. } => {
                    let path = plan.commands[*command].command.path.display();
                    write!(line, "{separator}{path}").unwrap();
                }
                What::Overheard { by, to, signal } => {
                    let (by, to) = (self.world.name(*by), self.world.name(*to));
                    write!(line, "{separator}{by} to {to} {signal}").unwrap();
                }
                What::KillGroup { group, .. } => {
                    write!(line, "{separator}cgroup.kill {}", group.display()).unwrap();
                }
                What::TimeUp { .. } => write!(line, "{separator}T").unwrap(),
                // A new step for the same process is a new word in the line.
                What::Begun { .. } => {}
                _ => continue,
            }
            last = None;
        }
        line
    }

    /// The states entered, one after the other.
    pub(crate) fn states(&self, plan: &Plan) -> String {
        let mut states: Vec<&str> = Vec::new();
        for Event { what, .. } in &self.events {
            if let What::Entered { phase, .. } = what {
                let state = plan.phases[*phase].state.word();
                if states.last() != Some(&state) {
                    states.push(state);
                }
            }
        }
        states.join(" ")
    }

    /// `timeout, left: c1 c2`
    pub(crate) fn end(&self) -> String {
        let mut end = self.outcome.result.to_string();
        if !self.outcome.left.is_empty() {
            end.push_str(", left:");
        }
        for &pid in &self.outcome.left {
            write!(end, " {}", self.world.name(pid)).unwrap();
        }
        end
    }
}
