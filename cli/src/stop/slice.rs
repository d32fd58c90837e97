//! The stop of a slice: it has no processes of its own, so the units in it are stopped, each by its own plan.
//!
//! They are stopped in the order in which systemd does it, yet one after the other, where systemd stops those that are
//! not ordered at the same time.

use super::{check_loaded, json, kinds, stop_unit};
use crate::args::{CgroupOptions, Format, Stop};
use crate::context::{Context, Inspected};
use crate::failure::Failure;
use crate::output;
use crate::render::json::VERSION;
use crate::scene::Scene;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use unitctl_executor::linux::cgroup::Cgroup;
use unitctl_parser::dependencies::Propagation;
use unitctl_parser::name::{UnitName, UnitType};

/// A unit in the slice that has processes.
struct Member {
    name: UnitName,
    /// Its control group.
    dir: PathBuf,
}

/// What is said to programs before anything is done.
#[derive(Serialize)]
struct Opening<'a> {
    version: u32,
    unit: &'a str,
    action: &'static str,
    stops: Vec<&'a str>,
}

/// Stops the units in a slice. Nothing is done if one of them could not be stopped.
pub(super) fn stop(
    args: &Stop,
    scene: &Scene,
    slice: &Inspected,
    format: Format,
    context: &Context,
) -> Result<ExitCode, Failure> {
    let mut members = Vec::new();
    if scene.exists {
        collect(&scene.cgroup, &mut members);
    }
    let members = in_order(members, slice, context);
    members.iter().try_for_each(|member| check(member, slice, context)).map_err(|failure| {
        Failure::new(format!("will not stop {}: {failure}", scene.name))
            .with_help("nothing was done; what runs in it can be signalled: unitctl kill --cgroup PATH")
    })?;
    output::print(&opening(&members, scene, format, context)?, context.layout.palette)?;
    let mut worst = ExitCode::SUCCESS;
    for member in &members {
        let of_member = Stop {
            unit: asked(member, slice),
            cgroup: CgroupOptions { cgroup: Some(member.dir.clone()), ..CgroupOptions::default() },
            ..args.clone()
        };
        let code = stop_unit(&of_member, context, format, true)?;
        if code != ExitCode::SUCCESS {
            worst = code;
        }
        if code != ExitCode::SUCCESS && code != ExitCode::FAILURE {
            // Somebody wants it to end here.
            break;
        }
    }
    Ok(worst)
}

fn opening(members: &[Member], scene: &Scene, format: Format, context: &Context) -> Result<String, Failure> {
    let stops: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    if format == Format::Json {
        return json(&Opening { version: VERSION, unit: &scene.name, action: "stop", stops });
    }
    let name = context.layout.palette.heading(&scene.name);
    Ok(if stops.is_empty() {
        format!("{name}: nothing to do, no unit in it has processes\n")
    } else {
        format!("{name}: stop of the units in it, one after the other: {}\n", stops.join(", "))
    })
}

/// The units with processes in a slice and in those below it. What is below a unit is the unit's own.
fn collect(slice: &Cgroup, members: &mut Vec<Member>) {
    for child in slice.children().unwrap_or_default() {
        let group = slice.subgroup(Path::new(&child));
        let name = child.to_str().map(|name| name.strip_prefix('_').unwrap_or(name));
        let Some(Ok(name)) = name.map(UnitName::parse) else { continue };
        if name.unit_type() == UnitType::Slice {
            collect(&group, members);
        } else if group.is_populated() {
            members.push(Member { name, dir: group.dir().to_owned() });
        }
    }
}

/// The order in which they stop. One that systemd would not stop with the slice comes first: it is in the slice without
/// its files saying so, and nothing is known that it needs.
fn in_order(mut members: Vec<Member>, slice: &Inspected, context: &Context) -> Vec<Member> {
    let dependencies = context.dependencies(slice);
    let is = |member: &Member, name: &UnitName| {
        member.name == *name || member.name.template().as_ref() == Some(name)
    };
    let is_there = |name: &UnitName| members.iter().any(|member| is(member, name));
    let stops = dependencies.stopped_with(&slice.unit.id, Propagation::Stop, &|name| {
        name.unit_type() == UnitType::Slice || is_there(name)
    });
    members.sort_by_cached_key(|member| {
        stops.iter().position(|stops| is(member, &stops.unit)).map_or(0, |place| place + 1)
    });
    members
}

/// What a unit in the slice is asked for by: a file beside that of the slice, if that was asked for by path.
fn asked(member: &Member, slice: &Inspected) -> String {
    match &slice.beside {
        Some(dir) => dir.join(member.name.as_str()).display().to_string(),
        None => member.name.to_string(),
    }
}

/// Refuses a unit that could not be stopped.
fn check(member: &Member, slice: &Inspected, context: &Context) -> Result<(), Failure> {
    let unit = context.inspect(&asked(member, slice))?;
    unit.settings()?;
    check_loaded(&unit)?;
    kinds::check(&unit, context)
}
