//! Whether the freezer holds processes of a cgroup, so that signals do not reach them (cgroups(7)).
//!
//! It is only looked at: freezing and thawing is for whoever does it.

use super::cgroup::{Cgroup, has_line, read_procs, walk};
use super::hierarchy::Hierarchies;
use std::fs;
use std::path::{Path, PathBuf};

/// Whether the freezer holds a cgroup's processes, or some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frozen {
    /// It does not.
    No,
    /// v2's does, as this file says: before they are thawed, they take no signal but SIGKILL and others that end them
    /// without a handler.
    ButForDeadly(PathBuf),
    /// v1's does, as this file says: before they are thawed, they take no signal at all.
    Wholly(PathBuf),
}

impl Cgroup {
    /// Whether the freezer holds it or a part of it: that of a cgroup below it, its own, or that of one above it.
    pub fn frozen(&self, hierarchies: &Hierarchies) -> Frozen {
        let mut frozen = Frozen::No;
        self.walk(|dir| {
            let events = dir.join("cgroup.events");
            if frozen == Frozen::No && fs::read(&events).is_ok_and(|text| has_line(&text, b"frozen 1")) {
                frozen = Frozen::ButForDeadly(events);
            }
        });
        // v1's freezer is a hierarchy of its own, where any of the processes may be anywhere. Few cgroups are frozen
        // there, mostly none.
        let Some(freezer) = hierarchies.controller("freezer") else { return frozen };
        let mut states = Vec::new();
        walk(&freezer.mount_point, |dir| {
            let state = dir.join("freezer.state");
            // The root has no such file; nothing freezes it.
            if fs::read_to_string(&state).is_ok_and(|text| text.trim() != "THAWED") {
                states.push((dir.to_owned(), state));
            }
        });
        let ours = if states.is_empty() { Vec::new() } else { self.members().0 };
        let holds_ours = |dir: &Path| {
            let mut holds = false;
            let read = read_procs(dir, &mut Vec::new(), |pid| holds |= ours.contains(&pid));
            read.is_ok() && holds
        };
        states.into_iter().find(|(dir, _)| holds_ours(dir)).map_or(frozen, |(_, state)| Frozen::Wholly(state))
    }
}
