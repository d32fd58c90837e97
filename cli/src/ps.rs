//! `unitctl ps`: the processes of a unit's control group as a tree, with role, state, age and command line.

use crate::args::{Format, Ps};
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::render::duration::human;
use crate::render::printable::{command_line, one_line};
use crate::scene::{Scene, members};
use serde::Serialize;
use std::fmt::Write as _;
use std::process::ExitCode;
use unitctl_executor::linux::process::{self, Stat};
use unitctl_executor::plan::Role;
use unitctl_executor::world::Pid;
use unitctl_parser::collections::HashMap;

/// The processes of a control group.
#[derive(Debug, Serialize)]
struct Listing {
    version: u32,
    unit: Option<String>,
    cgroup: String,
    main_because: String,
    processes: Vec<Process>,
}

/// One of them.
#[derive(Debug, Serialize)]
struct Process {
    pid: i32,
    parent: i32,
    role: &'static str,
    state: char,
    age_us: Option<u64>,
    threads: u32,
    comm: String,
    command: Vec<String>,
    /// The path of its cgroup below the unit's.
    group: String,
    #[serde(skip)]
    depth: usize,
}

/// Prints the processes.
pub fn run(args: &Ps, context: &Context) -> Result<ExitCode, Failure> {
    let format = context.format_of("ps", &[Format::Text, Format::Json])?;
    let scene = Scene::find(context, args.unit.as_deref(), &args.cgroup)?;
    if let Some(why) =
        scene.inspected.as_ref().and_then(|unit| unit.missing.as_ref()).filter(|_| !scene.exists)
    {
        return Err(Failure::new(why.clone()));
    }
    let cast = scene.cast(context, &args.cgroup, true)?;
    let known = cast.known();
    let role = |pid: Pid| {
        let role = if known.main == Some(pid) {
            Role::Main
        } else if known.control == Some(pid) {
            Role::Control
        } else {
            Role::Rest
        };
        role.word()
    };
    let mut listed: Vec<Process> = Vec::new();
    let mut all_read = true;
    if scene.exists {
        all_read = members(&scene.cgroup).1;
        scene.cgroup.walk(|dir| {
            let group = dir.strip_prefix(scene.cgroup.dir()).unwrap_or(dir);
            let members = scene.cgroup.subgroup(group).own_members().unwrap_or_default();
            for pid in members {
                // One that is gone by now is none any more.
                let Ok(stat) = Stat::read(pid) else { continue };
                listed.push(Process {
                    pid: pid.0,
                    parent: stat.ppid.0,
                    role: role(pid),
                    state: stat.state,
                    age_us: stat.age().and_then(|age| u64::try_from(age.as_micros()).ok()),
                    threads: stat.threads,
                    comm: stat.comm,
                    command: process::command_line(pid),
                    group: group.display().to_string(),
                    depth: 0,
                });
            }
        });
    }
    let mut processes = Listing {
        version: crate::render::json::VERSION,
        unit: args.unit.as_ref().map(|_| scene.name.clone()),
        cgroup: scene.cgroup.dir().display().to_string(),
        main_because: cast.main_because.clone(),
        processes: as_tree(listed),
    };
    let status = if all_read { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if format == Format::Json {
        let json = serde_json::to_string(&processes)
            .map_err(|error| Failure::new(format!("failed to write JSON: {error}")))?;
        output::print(&(json + "\n"), context.layout.palette)?;
        return Ok(status);
    }
    let palette = context.layout.palette;
    let mut text = format!("{}  {}\n", palette.heading(&scene.name), palette.faint(&processes.cgroup));
    if processes.processes.is_empty() {
        text.push_str(if all_read { "  no processes\n" } else { "  none that can be read\n" });
    } else {
        let _strings_take_everything = writeln!(text, "  {}", cast.main_words());
        let _strings_take_everything = writeln!(text, "      PID  ROLE     S  AGE           COMMAND");
        for process in processes.processes.drain(..) {
            text.push_str(&line(&process));
        }
    }
    output::print(&text, palette)?;
    Ok(status)
}

/// Children behind their parents, in the order of the control group otherwise.
fn as_tree(listed: Vec<Process>) -> Vec<Process> {
    let place: HashMap<i32, usize> = listed.iter().enumerate().map(|(place, p)| (p.pid, place)).collect();
    let mut children: HashMap<Option<i32>, Vec<usize>> = HashMap::default();
    for (index, process) in listed.iter().enumerate() {
        let parent = place.contains_key(&process.parent).then_some(process.parent);
        children.entry(parent).or_default().push(index);
    }
    let mut waiting: Vec<(usize, usize)> =
        children.remove(&None).into_iter().flatten().rev().map(|index| (index, 0)).collect();
    let mut listed: Vec<Option<Process>> = listed.into_iter().map(Some).collect();
    let mut tree = Vec::with_capacity(listed.len());
    while let Some((index, depth)) = waiting.pop() {
        let Some(mut process) = listed[index].take() else { continue };
        process.depth = depth;
        let below = children.remove(&Some(process.pid)).unwrap_or_default();
        waiting.extend(below.into_iter().rev().map(|index| (index, depth + 1)));
        tree.push(process);
    }
    // Parents that changed while they were read can make a circle.
    tree.extend(listed.into_iter().flatten());
    tree
}

fn line(process: &Process) -> String {
    let age = process.age_us.map_or("?".into(), |age| human(age / 1_000_000 * 1_000_000));
    let command = if process.command.is_empty() {
        format!("[{}]", one_line(&process.comm))
    } else {
        command_line(&process.command)
    };
    let group = if process.group.is_empty() { String::new() } else { format!("  (in {})", process.group) };
    let indent = "  ".repeat(process.depth);
    format!(
        "  {:>7}  {:<7}  {}  {age:<12}  {indent}{command}{group}\n",
        process.pid, process.role, process.state
    )
}
