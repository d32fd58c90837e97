//! `unitctl stop`: the plan of a stop, carried out on the control group of a unit.

mod kinds;
mod slice;

use crate::args::{Format, Stop};
use crate::context::{Context, Inspected};
use crate::explain::asked::{Asked, left_to_dependencies};
use crate::explain::drawn;
use crate::failure::Failure;
use crate::output;
use crate::render::events::{Name, Teller};
use crate::render::json::{Explanation, VERSION};
use crate::render::progress::Progress;
use crate::render::tally::{self, Ending, Tally};
use crate::scene::{Cast, Scene, members, named};
use crate::simulate::situation;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use unitctl_executor::carry_out::carry_out;
use unitctl_executor::event::{Event, What};
use unitctl_executor::linux::Interrupts;
use unitctl_executor::linux::freezer::Frozen;
use unitctl_executor::linux::held::is_there;
use unitctl_executor::outlook::Outlook;
use unitctl_executor::plan::{Action, Plan, Role, StartState};
use unitctl_executor::world::Pid;
use unitctl_parser::name::UnitType;
use unitctl_parser::service::Service;
use unitctl_parser::unit::LoadState;

/// Stops a unit.
pub fn run(args: &Stop, context: &Context) -> Result<ExitCode, Failure> {
    let format = context.format_of("stop", &[Format::Text, Format::Json])?;
    stop_unit(args, context, format, args.deed.force || args.deed.dry_run)
}

/// `as_dependency`: not only what may be stopped by hand.
fn stop_unit(
    args: &Stop,
    context: &Context,
    format: Format,
    as_dependency: bool,
) -> Result<ExitCode, Failure> {
    let scene = Scene::find(context, Some(&args.unit), &args.cgroup)?;
    let Some(unit) = &scene.inspected else { return Err(Failure::new("no unit was named")) };
    let settings = unit.settings()?;
    check_loaded(unit)?;
    if let Some(why) = left_to_dependencies(&unit.unit, Action::Stop).filter(|_| !as_dependency) {
        let failure =
            Failure::new(format!("will not stop {}: that is left to dependencies ({why})", scene.name));
        return Err(failure.with_help("add --force to do it all the same"));
    }
    kinds::check(unit, context)?;
    if !args.deed.dry_run {
        scene.check("stop", args.deed.force, context.user)?;
    }
    if unit.unit.id.unit_type() == UnitType::Slice {
        return slice::stop(args, &scene, unit, format, context);
    }
    let cast = scene.cast(context, &args.cgroup, true)?;
    let somebody = scene.is_populated() || cast.main.is_some() || cast.control.is_some();
    let start = situation(unit, cast.main.is_some(), somebody);
    let plan =
        Asked::Stop.plan(unit, settings, cast.start(start.map_or(StartState::Running, |it| it.state)))?;
    let gone = plan.held.as_ref().filter(|held| !is_there(held));
    if start.is_none() || gone.is_some() {
        let why = match gone {
            Some(held) => kinds::absent(held),
            None => format!("no process is in {}", scene.cgroup.dir().display()),
        };
        let text = match format {
            Format::Json => json(&Idle { version: VERSION, unit: &scene.name, inactive: true })?,
            _ => format!("{}: nothing to do, {why}\n", scene.name),
        };
        output::print(&text, context.layout.palette)?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.deed.dry_run {
        let text = dry_run(&scene, unit, settings, &cast, &plan, format, context)?;
        output::print(&text, context.layout.palette)?;
        return Ok(ExitCode::SUCCESS);
    }
    let not_applied =
        if plan.commands.is_empty() { Vec::new() } else { context.exec_context(unit).not_applied };
    if args.strict && !not_applied.is_empty() {
        let failure = Failure::new(format!(
            "will not stop {}: its commands would run without {}",
            scene.name,
            names(&not_applied)
        ));
        return Err(failure.with_help("leave --strict out to run them all the same"));
    }
    let done = carried_out(&scene, unit, cast, &plan, &not_applied, format, context);
    // What somebody named is not ours to remove.
    if args.cgroup.cgroup.is_none() {
        scene.cgroup.prune();
    }
    done
}

/// Refuses a unit that systemd would not have either.
fn check_loaded(unit: &Inspected) -> Result<(), Failure> {
    let id = &unit.unit.id;
    match unit.load_state() {
        LoadState::Loaded => Ok(()),
        LoadState::Masked => {
            Err(Failure::new(format!("{id} is masked: it says nothing of how it would be stopped"))
                .with_help("what runs of it can be signalled: unitctl kill --cgroup PATH"))
        }
        state => {
            let why = unit.refusal.map_or("see `unitctl lint`", |refusal| refusal.message());
            Err(Failure::new(format!("{id} cannot be used ({state}): {why}")))
        }
    }
}

/// The settings that are not applied, in a row.
fn names<T>(settings: &[(String, T)]) -> String {
    settings.iter().map(|(setting, _)| setting.as_str()).collect::<Vec<_>>().join(", ")
}

/// What is said to programs of a unit that is not active.
#[derive(Serialize)]
struct Idle<'a> {
    version: u32,
    unit: &'a str,
    inactive: bool,
}

/// What is said to programs before anything is done.
#[derive(Serialize)]
struct Opening<'a> {
    version: u32,
    unit: &'a str,
    action: &'static str,
    cgroup: String,
    processes: usize,
    main: Option<i32>,
    main_because: &'a str,
    control: Option<i32>,
    not_applied: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_done: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frozen_by: Option<String>,
}

/// The first lines.
fn opening(
    scene: &Scene,
    unit: &Inspected,
    cast: &Cast,
    not_applied: &[(String, unitctl_parser::service::Origin)],
    processes: usize,
    format: Format,
    context: &Context,
) -> Result<String, Failure> {
    let frozen = match scene.frozen() {
        Frozen::No => None,
        Frozen::ButForDeadly(file) => Some((file, " but those that kill")),
        Frozen::Wholly(file) => Some((file, ", SIGKILL too")),
    };
    if format == Format::Json {
        let known = cast.known();
        let opening = Opening {
            version: VERSION,
            unit: &scene.name,
            action: "stop",
            cgroup: scene.cgroup.dir().display().to_string(),
            processes,
            main: known.main.map(|pid| pid.0),
            main_because: &cast.main_because,
            control: known.control.map(|pid| pid.0),
            not_applied: not_applied.iter().map(|(setting, _)| setting.as_str()).collect(),
            not_done: kinds::not_done(unit, context),
            frozen_by: frozen.map(|(file, _)| file.display().to_string()),
        };
        return json(&opening);
    }
    let palette = context.layout.palette;
    let files: Vec<String> = unit.unit.files.iter().map(|file| file.path.display().to_string()).collect();
    let mut text = format!("{}: stop  {}\n", palette.heading(&scene.name), palette.faint(files.join(", ")));
    let count = if processes == 1 { "1 process".into() } else { format!("{processes} processes") };
    let _strings_take_everything =
        writeln!(text, "  {count} in {}; {}", scene.cgroup.dir().display(), cast.main_words());
    if !not_applied.is_empty() {
        let what = palette.deadly("not applied to its commands:");
        let _strings_take_everything = writeln!(text, "  {what} {}", names(not_applied));
    }
    for what in kinds::not_done(unit, context) {
        let _strings_take_everything = writeln!(text, "  {} {what}", palette.deadly("not done:"));
    }
    if let Some((file, kill)) = frozen {
        let what = palette.deadly("frozen:");
        let _strings_take_everything =
            writeln!(text, "  {what} {} holds all signals back{kill}", file.display());
    }
    Ok(text)
}

fn json(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string(value);
    text.map(|text| text + "\n").map_err(|error| Failure::new(format!("failed to write JSON: {error}")))
}

/// Follows the plan, and says what happens.
fn carried_out(
    scene: &Scene,
    unit: &Inspected,
    cast: Cast,
    plan: &Plan,
    not_applied: &[(String, unitctl_parser::service::Origin)],
    format: Format,
    context: &Context,
) -> Result<ExitCode, Failure> {
    let interrupts = Interrupts::catch()
        .map_err(|error| Failure::new(format!("cannot watch for SIGINT and SIGTERM: {}", error.desc())))?;
    let before = if scene.exists { scene.cgroup.count() } else { 0 };
    let palette = context.layout.palette;
    output::print(&opening(scene, unit, &cast, not_applied, before, format, context)?, palette)?;
    let live = format == Format::Text && std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
    let mut progress = live.then(|| Progress::new(plan, &scene.cgroup));
    let (mut world, known) = scene.world(context, cast, Some(interrupts));
    let (mut teller, mut tally) = (Teller::new(plan), Tally::default());
    let name = |pid: Pid, role: Role| Name { word: role.word().to_owned(), pid: Some(pid.0) };
    let (mut lines, mut unheard) = (String::new(), None);
    let outcome = carry_out(plan, known, &mut world, &mut |event: &Event| {
        tally.count(event);
        if let Some(progress) = &mut progress {
            progress.show(event);
        } else if let Some(told) = teller.told(event, name) {
            lines += &if format == Format::Json { told.json() } else { told.line(palette) };
            lines.push('\n');
        }
        // A round of signals is said in one go; before anything is waited for something else happens.
        if !lines.is_empty() && !matches!(event.what, What::Signal { .. }) {
            // The stop goes on whether or not somebody listens.
            unheard = unheard.take().or(output::print(&lines, palette).err());
            lines.clear();
        }
    });
    if let Some(progress) = progress {
        progress.finish();
    }
    let left = tally::left(&outcome, &mut world, known, &Outlook::of(plan));
    let unlisted = left.is_empty() && outcome.error.is_some() && scene.is_populated();
    let text = if format == Format::Json {
        json(&Ending::new(&outcome, &left))?
    } else {
        let mut text = tally::summary(&tally, &outcome, &left, before, palette);
        if let Some(held) = plan.held.as_ref().filter(|_| outcome.still_held) {
            let _strings_take_everything =
                writeln!(text, "  {} {}", palette.deadly("stays:"), kinds::present(held));
        }
        if unlisted {
            let _strings_take_everything =
                writeln!(text, "  {} processes that cannot be listed", palette.deadly("stays:"));
        }
        text
    };
    output::print(&text, palette)?;
    if let Some(failure) = unheard {
        return Err(failure);
    }
    Ok(if let Some(signal) = world.interrupted_by().filter(|_| outcome.interrupted) {
        output::interrupted(signal)
    } else if outcome.still_held || unlisted || left.iter().any(|process| process.unexpected) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The plan with the processes it would reach now.
#[derive(Serialize)]
struct DryRun<'a> {
    #[serde(flatten)]
    explanation: Explanation,
    cgroup: String,
    main: Option<i32>,
    main_because: &'a str,
    control: Option<i32>,
    rest: Vec<i32>,
    /// Why it would be refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

fn dry_run(
    scene: &Scene,
    unit: &Inspected,
    service: &Service,
    cast: &Cast,
    plan: &Plan,
    format: Format,
    context: &Context,
) -> Result<String, Failure> {
    let outlook = Outlook::of(plan);
    let known = cast.known();
    let members = if scene.exists { members(&scene.cgroup).0 } else { Vec::new() };
    let rest: Vec<Pid> =
        members.into_iter().filter(|&pid| Some(pid) != known.main && Some(pid) != known.control).collect();
    if format == Format::Json {
        return json(&DryRun {
            explanation: Explanation::new(unit, service, plan, &outlook),
            cgroup: scene.cgroup.dir().display().to_string(),
            main: known.main.map(|pid| pid.0),
            main_because: &cast.main_because,
            control: known.control.map(|pid| pid.0),
            rest: rest.iter().map(|pid| pid.0).collect(),
            refused: scene.refusal(),
        });
    }
    let mut text = drawn(unit, service, plan, &outlook, context.layout);
    let rest: Vec<String> = rest.iter().map(|&pid| named(pid)).collect();
    let rest = if rest.is_empty() { "none".into() } else { rest.join(", ") };
    let control = known.control.map_or(String::new(), |pid| format!("control process {}; ", named(pid)));
    let (dir, main) = (scene.cgroup.dir().display(), cast.main_words());
    let _strings_take_everything = writeln!(text, "  Now in {dir}: {main}; {control}others: {rest}.");
    Ok(text + &scene.would_be_refused(context.layout.palette))
}
