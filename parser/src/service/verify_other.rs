//! What systemd refuses once all files of a unit that is no service are read.

use super::other::{Other, section_of};
use super::{Refusal, Setting};
use crate::name::{UnitType, escape_path};
use crate::unit::{Effect, Entry, Unit};
use crate::value::enumeration::KillMode;
use crate::value::{boolean, integer, socket_address};

/// The first reason for which systemd refuses it, if there is one (observed on systemd 262).
pub(super) fn refusal(other: &Other, kill_mode: KillMode, unit: &Unit) -> Option<Refusal> {
    let section = section_of(unit.id.unit_type());
    let pam = pam_session_is_left(unit, kill_mode);
    let own = match unit.id.unit_type() {
        UnitType::Socket => socket(other, unit),
        UnitType::Mount => mount(other, unit),
        UnitType::Swap if !is_named_after(other.what.as_ref(), unit) => Some(Refusal::WhatMismatch),
        UnitType::Automount if !is_named_after(other.place.as_ref(), unit) => Some(Refusal::WhereMismatch),
        UnitType::Automount if other.place.as_ref().is_some_and(|place| place.value == "/") => {
            Some(Refusal::RootAutomount)
        }
        UnitType::Timer if !elapses(unit, section) => Some(Refusal::NoTrigger),
        UnitType::Path if in_force(unit, section, PATH).is_empty() => Some(Refusal::NoTrigger),
        _ => None,
    };
    own.or(pam.then_some(Refusal::PamWithKillMode))
}

/// Whether a PAM session would outlive the unit, which is noticed before the last defaults are filled in.
pub(super) fn pam_session_is_left(unit: &Unit, kill_mode: KillMode) -> bool {
    let section = section_of(unit.id.unit_type());
    unit.deciding(section, "PAMName").is_some() && matches!(kill_mode, KillMode::Process | KillMode::None)
}

const TIMER: &[&str] =
    &["OnCalendar", "OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec"];

/// Whether a timer has anything that makes it elapse: moments, or changes, which an empty value of a moment leaves on.
fn elapses(unit: &Unit, section: &'static str) -> bool {
    let is_on =
        |name| unit.deciding(section, name).is_some_and(|entry| boolean::parse(&entry.value) == Ok(true));
    !in_force(unit, section, TIMER).is_empty() || is_on("OnClockChange") || is_on("OnTimezoneChange")
}

const PATH: &[&str] = &["PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty"];

fn is_named_after(path: Option<&Setting<String>>, unit: &Unit) -> bool {
    let name = path.and_then(|path| escape_path(path.value.as_bytes()));
    name.is_some_and(|name| name == unit.id.without_suffix())
}

fn mount(other: &Other, unit: &Unit) -> Option<Refusal> {
    let place = other.place.as_ref()?;
    if !is_named_after(Some(place), unit) {
        return Some(Refusal::WhereMismatch);
    }
    if KERNEL_MOUNTS.contains(&place.value.as_str()) {
        return Some(Refusal::KernelMount);
    }
    if other.what.is_none() && unit.has_fragment {
        return Some(Refusal::NoWhat);
    }
    None
}

/// Where systemd itself mounts before it reads any unit.
const KERNEL_MOUNTS: &[&str] = &[
    "/proc",
    "/sys",
    "/dev",
    "/sys/fs/cgroup",
    "/sys/fs/cgroup/systemd",
    "/sys/fs/cgroup/unified",
    "/dev/shm",
    "/dev/pts",
    "/run",
    "/run/lock",
    "/sys/kernel/security",
    "/sys/fs/pstore",
    "/sys/fs/bpf",
    "/sys/firmware/efi/efivars",
];

fn socket(other: &Other, unit: &Unit) -> Option<Refusal> {
    let listens = listens(unit);
    if listens.is_empty() {
        return Some(Refusal::NoListen);
    }
    let accepts = listens.iter().all(|(name, _)| matches!(*name, "ListenStream" | "ListenSequentialPacket"));
    let named = listens
        .iter()
        .filter(|(name, entry)| match *name {
            "ListenFIFO" => true,
            "ListenStream" | "ListenDatagram" | "ListenSequentialPacket" => {
                socket_address::is_path(&entry.value)
            }
            _ => false,
        })
        .count();
    let set = |name| unit.deciding("Socket", name);
    let most = set("MaxConnections").and_then(|entry| integer::parse_int(&entry.value));
    if most.is_some_and(|most| most <= 0) {
        return Some(Refusal::NoConnections);
    }
    if other.accept.value {
        if !accepts {
            return Some(Refusal::AcceptWithoutConnections);
        }
        if set("Service").is_some() {
            return Some(Refusal::AcceptWithService);
        }
    }
    if set("Symlinks").is_some() && named != 1 {
        return Some(Refusal::SymlinksToSeveral);
    }
    None
}

/// The assignments in force of several directives that share one list: an empty value of any takes all back.
fn in_force<'a>(
    unit: &'a Unit,
    section: &'static str,
    names: &'static [&'static str],
) -> Vec<(&'static str, &'a Entry)> {
    let of = |name: &&'static str| Some((*name, unit.history(section, name)?));
    let mut entries: Vec<(&'static str, &Entry)> = names
        .iter()
        .filter_map(of)
        .flat_map(|(name, history)| history.entries.iter().map(move |entry| (name, entry)))
        .collect();
    entries.sort_by_key(|(_, entry)| (entry.file, entry.span.start));
    let since = entries
        .iter()
        .rposition(|(_, entry)| entry.value.is_empty() && entry.effect != Effect::Ignored)
        .map_or(0, |at| at + 1);
    entries.into_iter().skip(since).filter(|(_, entry)| entry.effect != Effect::Ignored).collect()
}

/// What a socket listens on, each with its directive.
pub(super) fn listens(unit: &Unit) -> Vec<(&'static str, &Entry)> {
    in_force(unit, "Socket", LISTEN)
}

/// What a socket may listen on.
const LISTEN: &[&str] = &[
    "ListenStream",
    "ListenDatagram",
    "ListenSequentialPacket",
    "ListenFIFO",
    "ListenSpecial",
    "ListenNetlink",
    "ListenMessageQueue",
    "ListenUSBFunction",
];
