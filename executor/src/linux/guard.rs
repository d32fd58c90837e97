//! Keeps a cgroup from forking while its processes are being killed one by one.
//!
//! Only around a SIGKILL to everybody: a process that was asked to end must be able to fork, its way of ending may
//! need it.

use super::cgroup::{Cgroup, write_existing};
use super::hierarchy::Hierarchies;
use std::fs;
use std::path::PathBuf;

/// A limit of no further processes (`pids.max`), lifted again when this is dropped.
#[derive(Debug)]
pub(super) struct ForkGuard {
    file: PathBuf,
    before: String,
}

impl ForkGuard {
    /// Sets it, where the pids controller is there for this cgroup: in its directory, or in the one of the
    /// same name in v1's hierarchy of that controller.
    pub(super) fn set(cgroup: &Cgroup, hierarchies: &Hierarchies) -> Option<Self> {
        let twin = cgroup.twin(hierarchies, "pids").map(|dir| dir.join("pids.max"));
        let file = std::iter::once(cgroup.file("pids.max")).chain(twin).find(|file| file.exists())?;
        let before = fs::read_to_string(&file).ok()?;
        write_existing(&file, b"0").ok()?;
        Some(Self { file, before })
    }
}

impl Drop for ForkGuard {
    fn drop(&mut self) {
        // If that fails the cgroup has vanished, and the limit with it.
        let _ = write_existing(&self.file, self.before.trim_end().as_bytes());
    }
}
