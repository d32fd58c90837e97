//! The stop of units that are no services: which of them can be stopped at all; and what only their manager does.

use crate::context::{Context, Inspected};
use crate::failure::Failure;
use crate::removed::{named, removed};
use unitctl_executor::plan::{Action, Held};
use unitctl_parser::name::UnitType;

/// Refuses what has no stop, or none that could be carried out here.
pub(super) fn check(unit: &Inspected, context: &Context) -> Result<(), Failure> {
    let id = &unit.unit.id;
    if matches!(id.as_str(), "-.mount" | "-.slice" | "system.slice" | "init.scope") {
        return Err(Failure::new(format!("will not stop {id}: systemd itself never does")));
    }
    let why = match id.unit_type() {
        UnitType::Service | UnitType::Socket | UnitType::Scope | UnitType::Slice => return Ok(()),
        UnitType::Mount | UnitType::Swap if !context.loader.root().is_other() => return Ok(()),
        UnitType::Mount | UnitType::Swap => {
            let failure =
                Failure::new(format!("will not stop {id} under --root: its path is one of this machine"));
            return Err(failure.with_help("enter the root first: chroot DIR unitctl stop …"));
        }
        UnitType::Automount => "it is the service manager that mounts on demand",
        UnitType::Timer | UnitType::Path => "it is the service manager that waits",
        UnitType::Device => "devices come and go by themselves",
        UnitType::Target => "it is only a name for other units",
    };
    Err(Failure::new(format!("there is nothing to stop in {id}: {why}"))
        .with_help(format!("unitctl explain {id} names the units that stop with it")))
}

/// What the service manager does besides, and nobody else can or should.
pub(super) fn not_done(unit: &Inspected, context: &Context) -> Vec<String> {
    let removed = removed(unit, Action::Stop, context);
    if !removed.is_empty() {
        return vec![format!("removing {}", named(&removed))];
    }
    if unit.unit.id.unit_type() != UnitType::Socket {
        return Vec::new();
    }
    let mut not_done =
        vec!["closing the socket: only the process that holds it can, the service manager".to_owned()];
    if unit.other.as_ref().is_some_and(|other| other.remove_on_stop.value) {
        not_done.push("removing its files, as RemoveOnStop= would".to_owned());
    }
    not_done
}

/// Said of what is not there.
pub(super) fn absent(held: &Held) -> String {
    match held {
        Held::Mount(path) => format!("nothing is mounted at {path}"),
        Held::Swap(path) => format!("{path} is no swap"),
    }
}

/// Said of what is still there.
pub(super) fn present(held: &Held) -> String {
    match held {
        Held::Mount(path) => format!("something is mounted at {path}"),
        Held::Swap(path) => format!("{path} is still a swap"),
    }
}
