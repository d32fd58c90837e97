//! `unitctl simulate`: the plan of a unit, carried out on processes that are only imagined.

use crate::args::{Format, Simulate};
use crate::context::{Context, Inspected};
use crate::explain::asked::Asked;
use crate::explain::heading;
use crate::failure::Failure;
use crate::output;
use crate::render::duration::human;
use crate::render::events::{Name, Teller, Told};
use serde::Serialize;
use std::fmt::Write as _;
use std::process::ExitCode;
use unitctl_executor::carry_out::{Before, Known, carry_on, carry_out};
use unitctl_executor::event::{Event, Outcome, What};
use unitctl_executor::plan::{Action, Doing, Plan, Presence, Role, Start, StartState};
use unitctl_executor::simulated::script::{CommandScript, ProcessScript, ScriptError};
use unitctl_executor::simulated::{DYING, SimulatedWorld};
use unitctl_executor::unasked::{AfterReload, after_reload};
use unitctl_executor::world::{Occurrence, Pid, World};
use unitctl_parser::name::UnitType;
use unitctl_parser::service::Service;
use unitctl_parser::value::enumeration::ServiceType;

/// What came of it.
#[derive(Debug, Serialize)]
struct Simulation {
    version: u32,
    /// What happened, in order.
    events: Vec<Told>,
    /// The names of the processes that remain, sorted.
    left: Vec<String>,
    /// The result of the service, by systemd's names.
    result: &'static str,
    /// It would be refused: this role is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<&'static str>,
    /// The main process ended during a reload, and so the service was stopped.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stopped_unasked: bool,
    /// What was mounted or swapped to still is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    still_held: bool,
    /// It would go on for ever.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    endless: bool,
    /// The unit is not active in this situation, so that there is nothing to do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    inactive: bool,
    #[serde(skip)]
    duration: u64,
}

/// Simulates a unit and prints what happens.
pub fn run(args: &Simulate, context: &Context) -> Result<ExitCode, Failure> {
    let (text, refused) = text(args, context)?;
    output::print(&text, context.layout.palette)?;
    Ok(if refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What is printed, and whether the action would be refused.
pub fn text(args: &Simulate, context: &Context) -> Result<(String, bool), Failure> {
    let format = context.format_of("simulate", &[Format::Text, Format::Json])?;
    let unit = context.inspect(&args.unit)?;
    let service = unit.settings()?;
    let processes = processes(args, service)?;
    let commands =
        args.command.iter().map(|text| CommandScript::parse(text).map_err(|e| failure("command", &e)));
    let commands = commands.collect::<Result<Vec<_>, _>>()?;
    let control = args.control.as_deref().map(CommandScript::parse).transpose();
    let control = control.map_err(|error| failure("control", &error))?;
    if !unit.is_service() && (args.state.is_some() || control.is_some()) {
        return Err(Failure::new("--state and --control are about services"));
    }
    let main = unit.is_service() && !args.no_main && !processes.is_empty();
    let somebody = !processes.is_empty() || control.is_some();
    let usual = situation(&unit, main, somebody);
    // The main process of a oneshot means that it starts.
    let doing = main.then_some(Doing::Start);
    let state = match args.state {
        None => usual.map(|start| (start.state, doing)),
        Some(state) => state.0,
    };
    let start = state.map(|(state, doing)| Start {
        state,
        doing,
        control: if control.is_some() { Presence::Yes } else { Presence::No },
        ..usual.unwrap_or(Start::running())
    });
    let asked = Asked::new(args.action, &args.kill, service)?;
    let plan = asked.plan(&unit, service, start.unwrap_or(Start::usual(service)))?;
    let simulation = if start.is_none() && plan.action != Action::Kill {
        Simulation { left: names(&processes), ..Simulation::of_nothing() }
    } else {
        let world = SimulatedWorld::new(processes, commands).with_mounts(args.mounted);
        simulate(service, &plan, main, control, world)
    };
    let text = if format == Format::Json {
        let json = serde_json::to_string(&simulation)
            .map_err(|error| Failure::new(format!("failed to write JSON: {error}")))?;
        json + "\n"
    } else {
        for_people(&plan, &unit, &simulation, context)
    };
    Ok((text, simulation.missing.is_some()))
}

fn failure(option: &str, error: &ScriptError) -> Failure {
    Failure::new(format!("--{option}: {error}"))
}

/// The processes that were asked for, or a main process that obeys where a service usually has one.
fn processes(args: &Simulate, service: &Service) -> Result<Vec<ProcessScript>, Failure> {
    if args.process.is_empty() && !args.no_main && Start::usual(service).main != Presence::No {
        return Ok(vec![ProcessScript::new("main")]);
    }
    let mut processes: Vec<ProcessScript> = Vec::with_capacity(args.process.len());
    for text in &args.process {
        let process = ProcessScript::parse(text).map_err(|error| failure("process", &error))?;
        if processes.iter().any(|other| other.name == process.name) {
            return Err(Failure::new(format!("--process: two of them are called {}", process.name)));
        }
        processes.push(process);
    }
    Ok(processes)
}

/// The state that a unit with these processes is in; `None`: it is not active. A socket, mount or swap needs none.
pub fn situation(unit: &Inspected, main: bool, somebody: bool) -> Option<Start> {
    let service = &unit.settings;
    if !unit.is_service() {
        let active = somebody || unit.unit.id.unit_type() != UnitType::Scope;
        return active.then_some(Start::running());
    }
    let state = match (main, service.service_type.value) {
        (true, ServiceType::Oneshot) => StartState::Busy,
        (true, _) => StartState::Running,
        (false, _) if service.remain_after_exit.value => StartState::Exited,
        (false, _) if somebody => StartState::Running,
        (false, _) => return None,
    };
    let main = if main { Presence::Yes } else { Presence::No };
    Some(Start { state, main, ..Start::running() })
}

fn names(processes: &[ProcessScript]) -> Vec<String> {
    let mut names: Vec<String> = processes.iter().map(|process| process.name.clone()).collect();
    names.sort_unstable();
    names
}

impl Simulation {
    fn of_nothing() -> Self {
        Self {
            version: crate::render::json::VERSION,
            events: Vec::new(),
            left: Vec::new(),
            result: "success",
            missing: None,
            stopped_unasked: false,
            still_held: false,
            endless: false,
            inactive: true,
            duration: 0,
        }
    }
}

/// Carries the plan out in this world; the first of its processes is the main process, if there is one.
fn simulate(
    service: &Service,
    plan: &Plan,
    main: bool,
    control: Option<CommandScript>,
    mut world: SimulatedWorld,
) -> Simulation {
    let main = world.first().filter(|_| main);
    let known = Known { main, control: control.map(|script| world.runs_already(script)) };
    let mut teller = Teller::new(plan);
    if let Some(control) = known.control {
        teller = teller.with_command(control);
    }
    let (mut events, mut told) = (Vec::new(), Vec::new());
    let began = world.now();
    let mut outcome = carry_out(plan, known, &mut world, &mut |event| events.push(event.clone()));
    let name = |world: &SimulatedWorld, pid| Name { word: world.name(pid).to_owned(), pid: None };
    let mut last = plan;
    let before = Before { known: outcome.known, began, ..Before::default() };
    let stop = match plan.action {
        Action::Reload if !outcome.interrupted => {
            after_reload(service, plan, before, &events, world.populated())
        }
        _ => AfterReload::Stays,
    };
    let stopped_unasked = matches!(stop, AfterReload::Stops(..));
    if let AfterReload::Stops(stop, before) = &stop {
        told.extend(events.drain(..).filter_map(|event| teller.told(&event, |pid, _| name(&world, pid))));
        teller = teller.following(stop);
        outcome = carry_on(stop, *before, &mut world, &mut |event| events.push(event.clone()));
        last = stop;
    }
    let left = aftermath(last, known, &outcome, &mut world, &mut events);
    told.extend(events.iter().filter_map(|event| teller.told(event, |pid, _| name(&world, pid))));
    let mut left: Vec<String> = left.into_iter().map(|pid| world.name(pid).to_owned()).collect();
    left.sort_unstable();
    Simulation {
        events: told,
        left,
        result: outcome.result.word(),
        missing: outcome.missing.map(Role::word),
        stopped_unasked,
        still_held: outcome.still_held,
        endless: outcome.interrupted,
        inactive: false,
        duration: outcome.duration,
        ..Simulation::of_nothing()
    }
}

/// What happens when the plan has come to its end: who was killed last is still dying then. A kill waits for nobody,
/// so all that comes of it comes afterwards.
fn aftermath(
    plan: &Plan,
    known: Known,
    outcome: &Outcome,
    world: &mut SimulatedWorld,
    events: &mut Vec<Event>,
) -> Vec<Pid> {
    let until = (plan.action != Action::Kill).then(|| world.now() + DYING);
    loop {
        match world.wait(until) {
            Occurrence::Exited { pid, status } => {
                let role = if known.main == Some(pid) { Role::Main } else { Role::Rest };
                let what = What::Exited { pid, role, command: None, status };
                events.push(Event { at: world.now(), what });
            }
            Occurrence::TimeUp | Occurrence::Interrupted => break,
            Occurrence::Empty | Occurrence::Notified(_) | Occurrence::Overheard { .. } => {}
        }
    }
    let left = outcome.left(world);
    left.into_iter().filter(|&pid| world.watch(pid).is_ok()).collect()
}

fn for_people(plan: &Plan, unit: &Inspected, simulation: &Simulation, context: &Context) -> String {
    let palette = context.layout.palette;
    let mut text = heading(plan, unit, context.layout);
    if simulation.inactive {
        text.push_str("  Nothing to do: the unit is not active.\n");
        return text;
    }
    text.push_str("  Simulated: nothing is executed, nobody is signalled.\n");
    for event in &simulation.events {
        text.push_str(&event.line(palette));
        text.push('\n');
    }
    let left = if simulation.left.is_empty() {
        "Nobody is left".to_owned()
    } else {
        format!("Left: {}", simulation.left.join(", "))
    };
    let end = if let Some(missing) = simulation.missing {
        match missing {
            "cgroup" => "Refused: there is no process to kill".to_owned(),
            role => format!("Refused: there is no {role} process"),
        }
    } else if simulation.endless {
        "It would go on for ever".to_owned()
    } else if plan.action == Action::Kill {
        "Done".to_owned()
    } else if simulation.stopped_unasked {
        format!("The main process ended, so systemd stops the service: result {}", simulation.result)
    } else {
        format!("Result {} after {}", simulation.result, human(simulation.duration / 1000 * 1000))
    };
    let _strings_take_everything = writeln!(text, "  {}. {left}.", palette.heading(end));
    text
}
