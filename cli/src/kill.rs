//! `unitctl kill`: one signal to processes of control groups, as `systemctl kill` sends it.

use crate::args::{Format, Kill};
use crate::context::{Context, Inspected};
use crate::explain::asked::kill_request;
use crate::failure::Failure;
use crate::output;
use crate::render::events::{Name, Teller};
use crate::render::style::Palette;
use crate::render::tally::Ending;
use crate::scene::{Scene, members, named};
use std::fmt::Write as _;
use std::process::ExitCode;
use unitctl_executor::carry_out::carry_out;
use unitctl_executor::event::{Event, Outcome};
use unitctl_executor::linux::{Interrupts, LinuxWorld};
use unitctl_executor::plan::{self, KillRequest, Role, Send, StartState, Step, Whom};
use unitctl_executor::world::{Occurrence, Pid, World as _};
use unitctl_parser::name::{UnitName, UnitType};
use unitctl_parser::unit::LoadState;
use unitctl_parser::value::signal::Signal;

/// Sends a signal to each unit; an error of one does not keep the others from theirs.
pub fn run(args: &Kill, context: &Context) -> Result<ExitCode, Failure> {
    match args.kill.signal.as_deref() {
        Some("list") => return list().map(|()| ExitCode::SUCCESS),
        Some("help") => return names().map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let format = context.format_of("kill", &[Format::Text, Format::Json])?;
    // What is wrong with the options is said once, before anything is done.
    kill_request(&args.kill, true)?;
    if args.units.is_empty() && args.cgroup.cgroup.is_none() {
        return Err(
            Failure::new("no unit was named").with_help("name units, or a control group with --cgroup")
        );
    }
    let units = units(args, context)?;
    if args.cgroup.cgroup.is_some() && units.len() > 1 {
        return Err(Failure::new("--cgroup is one control group, and several units were named"));
    }
    let targets: Vec<Option<&str>> = if args.cgroup.cgroup.is_some() && units.is_empty() {
        vec![None]
    } else {
        units.iter().map(|unit| Some(unit.as_str())).collect()
    };
    let mut worst = 0;
    let mut sent = Vec::new();
    for unit in targets {
        match kill(args, unit, format, context) {
            Ok(Done { failed, world }) => {
                worst = worst.max(u8::from(failed));
                sent.extend(world);
            }
            Err(failure) => {
                output::complain(&failure);
                worst = 2;
            }
        }
        if let Some(signal) = sent.last_mut().and_then(LinuxWorld::interrupted_by) {
            return Ok(output::interrupted(signal));
        }
    }
    if args.wait
        && let Some(signal) = sent.iter_mut().find_map(wait)
    {
        for world in &sent {
            output::print(&stays(world, format), context.layout.palette)?;
        }
        return Ok(output::interrupted(signal));
    }
    Ok(ExitCode::from(worst))
}

/// The units that were named, each pattern replaced by the running units that match it.
fn units(args: &Kill, context: &Context) -> Result<Vec<String>, Failure> {
    let mut units = Vec::new();
    let mut running = None;
    for word in &args.units {
        if word.contains('/') || !word.contains(['*', '?', '[']) {
            units.push(word.clone());
            continue;
        }
        if running.is_none() {
            running = Some(running_units(context.user)?);
        }
        let suffix = if word.contains('.') { "" } else { ".service" };
        let pattern = glob::Pattern::new(&format!("{word}{suffix}"))
            .map_err(|error| Failure::new(format!("`{word}` is no pattern: {error}")))?;
        units.extend(running.iter().flatten().filter(|name| pattern.matches(name)).cloned());
    }
    Ok(units)
}

/// The units that have processes, by their control groups.
fn running_units(user: bool) -> Result<Vec<String>, Failure> {
    let hierarchies = crate::scene::hierarchies()?;
    let mut names: Vec<String> = Vec::new();
    for cgroup in hierarchies.roots() {
        cgroup.walk(|dir| {
            let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            // A cgroup whose name means something to the kernel has `_` before it.
            let name = name.strip_prefix('_').unwrap_or(name);
            let is_unit = UnitName::parse(name).is_ok_and(|name| name.unit_type() != UnitType::Slice);
            let of_user =
                dir.components().any(|part| part.as_os_str().to_string_lossy().starts_with("user@"));
            if is_unit
                && of_user == user
                && cgroup.subgroup(dir.strip_prefix(cgroup.dir()).unwrap_or(dir)).is_populated()
            {
                names.push(name.to_owned());
            }
        });
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}

struct Done {
    failed: bool,
    world: Option<LinuxWorld>,
}

/// Sends the signal to one unit.
fn kill(args: &Kill, unit: Option<&str>, format: Format, context: &Context) -> Result<Done, Failure> {
    let scene = Scene::find(context, unit, &args.cgroup)?;
    let inspected = scene.inspected.as_ref();
    if let Some(inspected) = inspected.filter(|_| !scene.exists) {
        if matches!(inspected.unit.id.unit_type(), UnitType::Target | UnitType::Device) {
            return Err(Failure::new(format!("{} has no processes: it is no service", scene.name)));
        }
        if inspected.load_state() == LoadState::NotFound {
            let why = inspected.missing.clone();
            return Err(Failure::new(why.unwrap_or_else(|| format!("there is no unit {}", scene.name))));
        }
    }
    let service = inspected.and_then(Inspected::as_service);
    let request = kill_request(&args.kill, service.is_none_or(|service| service.delegate.value))?;
    if !args.deed.dry_run {
        scene.check("kill", args.deed.force, context.user)?;
    }
    // Everybody gets it all the same, or a role that was named: then nobody needs to be found out.
    let anybody = match request.whom {
        Whom::Cgroup | Whom::Control => true,
        Whom::All => request.signal == Signal::KILL && request.value.is_none(),
        Whom::Main => false,
    };
    let cast = scene.cast(context, &args.cgroup, !anybody)?;
    let plan = plan::kill(&request, cast.start(StartState::Running))
        .map_err(|error| Failure::new(error.to_string()))?;
    if args.deed.dry_run {
        let (mut text, all_read) = dry_run(&scene, &plan, &request, cast.known(), format);
        let refused = match (format, scene.refusal()) {
            (Format::Json, Some(refused)) => format!("{}\n", serde_json::json!({ "refused": refused })),
            (Format::Json, None) => String::new(),
            _ => scene.would_be_refused(context.layout.palette),
        };
        text += &refused;
        output::print(&text, context.layout.palette)?;
        return Ok(Done { failed: !all_read, world: None });
    }
    // Who cannot be interrupted with a word about it can be interrupted without.
    let interrupts = Interrupts::catch().ok();
    let (mut world, known) = scene.world(context, cast, interrupts);
    let mut teller = Teller::new(&plan);
    let name = |pid: Pid, role: Role| Name { word: role.word().to_owned(), pid: Some(pid.0) };
    let mut text = String::new();
    let outcome = carry_out(&plan, known, &mut world, &mut |event: &Event| {
        if let Some(told) = teller.told(event, name) {
            text += &if format == Format::Json { told.json() } else { told.line(context.layout.palette) };
            text.push('\n');
        }
    });
    if format == Format::Json {
        // Who remains is not known yet: the signal has only just been sent.
        text += &serde_json::to_string(&Ending::new(&outcome, &[])).unwrap_or_default();
        text.push('\n');
    } else if !text.is_empty() {
        let dir = scene.cgroup.dir().display();
        text = format!("{}: kill  {dir}\n{text}", context.layout.palette.heading(&scene.name));
    }
    output::print(&text, context.layout.palette)?;
    let failed = complain(&scene, &outcome);
    Ok(Done { failed, world: Some(world) })
}

/// Says why it failed, if it did.
fn complain(scene: &Scene, outcome: &Outcome) -> bool {
    let name = &scene.name;
    let why = match (outcome.missing, outcome.error) {
        (Some(role @ (Role::Main | Role::Control)), _) => format!("{name} has no {role} process to kill"),
        (Some(_), _) => format!("{name} has no process to kill"),
        (None, Some(error)) => {
            format!("some processes of {name} could not be signalled: {}", error.desc().to_lowercase())
        }
        (None, None) => return false,
    };
    output::complain(&why);
    true
}

/// Waits until the control group is empty; the signal that interrupted, if one did.
fn wait(world: &mut LinuxWorld) -> Option<i32> {
    while world.populated() {
        match world.wait(None) {
            Occurrence::Interrupted => return world.interrupted_by(),
            Occurrence::Empty => break,
            _ => {}
        }
    }
    None
}

/// More than these are only counted.
const MOST_NAMED: usize = 20;

/// Who is still there when nobody waits any more.
fn stays(world: &LinuxWorld, format: Format) -> String {
    let (left, dir) = (world.cgroup().members().0, world.cgroup().dir().display());
    if format == Format::Json {
        let left: Vec<String> = left.iter().map(Pid::to_string).collect();
        return format!("{{\"interrupted\":true,\"left\":[{}]}}\n", left.join(","));
    }
    let mut names: Vec<String> = left.iter().take(MOST_NAMED).map(|&pid| named(pid)).collect();
    match left.len().checked_sub(names.len()) {
        Some(more @ 1..) => names.push(format!("{more} more")),
        _ if names.is_empty() => names.push("nobody".into()),
        _ => {}
    }
    format!("{dir}: interrupted; stays: {}\n", names.join(", "))
}

/// Whom the signal would reach now, and whether all of them could be read.
fn dry_run(
    scene: &Scene,
    plan: &plan::Plan,
    request: &KillRequest,
    known: unitctl_executor::carry_out::Known,
    format: Format,
) -> (String, bool) {
    let mut reached: Vec<(Signal, Role, Pid)> = Vec::new();
    let mut all_read = true;
    for step in plan.phases.iter().flat_map(|phase| &phase.steps) {
        let (role, signal, subgroup) = match step {
            Step::Signal(Send { to, subgroup, .. }) => (*to, request.signal, subgroup),
            Step::KillCgroup { subgroup } => (Role::Cgroup, Signal::KILL, subgroup),
            Step::Run(_) => continue,
        };
        let single = match role {
            Role::Main => Some(known.main),
            Role::Control => Some(known.control),
            Role::Rest | Role::Cgroup => None,
        };
        let group = scene.cgroup.subgroup(subgroup.as_deref().unwrap_or_default().as_ref());
        let (pids, read) = single.map_or_else(|| members(&group), |pid| (pid.into_iter().collect(), true));
        all_read &= read;
        let spared =
            |pid: &Pid| role == Role::Rest && (known.main == Some(*pid) || known.control == Some(*pid));
        reached.extend(pids.into_iter().filter(|pid| !spared(pid)).map(|pid| (signal, role, pid)));
    }
    let mut text = String::new();
    for (signal, role, pid) in reached {
        let _strings_take_everything = if format == Format::Json {
            writeln!(text, "{{\"signal\":\"{signal}\",\"to\":\"{role}\",\"pid\":{pid}}}")
        } else {
            writeln!(text, "  would send {signal} → {role} {}", named(pid))
        };
    }
    (text, all_read)
}

/// The names of the signals as `systemctl kill` lists them, without SIG, each with its number.
fn signals() -> impl Iterator<Item = (i32, String)> {
    (1..=64).filter_map(Signal::from_number).map(|signal| {
        let name = signal.to_string();
        let name = name.strip_prefix("SIG").unwrap_or(&name);
        (signal.number(), if name == "RTMIN" { "RTMIN+0".to_owned() } else { name.to_owned() })
    })
}

/// `--signal=list`: names and numbers.
fn list() -> Result<(), Failure> {
    let rows = signals().map(|(number, name)| format!("{number:<6} SIG{name}\n"));
    output::print(&format!("SIGNAL NAME\n{}", rows.collect::<String>()), Palette::PLAIN)
}

/// `--signal=help`: the names alone.
fn names() -> Result<(), Failure> {
    let names: Vec<String> = signals().map(|(_, name)| name).collect();
    output::print(&(names.join("\n") + "\n"), Palette::PLAIN)
}
