//! Which cgroups must be left alone: the root, the one that unitctl or PID 1 is in, and those of a running systemd.
//!
//! Whether somebody may insist, and with what words, is the business of the command line.

use super::cgroup::{Cgroup, INIT, read_procs};
use super::process;
use crate::world::Pid;
use std::fmt;
use std::path::Path;

/// Why nothing may be done to a cgroup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is the root of its hierarchy.
    Root,
    /// unitctl runs in it.
    ContainsUs,
    /// PID 1 runs in it.
    ContainsInit,
    /// A running systemd, which is this process, manages it.
    Managed(Pid),
}

impl Refusal {
    /// Whether `--force` may lift it.
    pub const fn can_be_forced(&self) -> bool {
        matches!(self, Self::Managed(_))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("it is the root cgroup, which holds every process"),
            Self::ContainsUs => f.write_str("unitctl itself runs in it (start unitctl outside of it)"),
            Self::ContainsInit => f.write_str("PID 1 runs in it"),
            Self::Managed(pid) => write!(f, "a running systemd (PID {pid}) manages it"),
        }
    }
}

impl Cgroup {
    /// Why it must be left alone, if it must.
    pub fn refusal(&self) -> Option<Refusal> {
        let holds = |pid| self.hierarchy.cgroup_of(pid).is_ok_and(|path| self.holds_path(&path));
        if self.path == b"/" || self.dir == self.hierarchy.mount_point {
            Some(Refusal::Root)
        } else if holds(process::this()) {
            Some(Refusal::ContainsUs)
        } else if holds(INIT) {
            Some(Refusal::ContainsInit)
        } else {
            self.manager().map(Refusal::Managed)
        }
    }

    /// The systemd that manages it: PID 1, or the one in the `init.scope` beside or above it, which is how
    /// user managers and those of containers are seen.
    fn manager(&self) -> Option<Pid> {
        let is_systemd = |pid| process::comm(pid).is_some_and(|comm| comm == "systemd");
        let mut text = Vec::new();
        for above in
            self.dir.ancestors().skip(1).take_while(|dir| dir.starts_with(&self.hierarchy.mount_point))
        {
            let mut found = None;
            let scope = above.join("init.scope");
            if read_procs(&scope, &mut text, |pid| found = found.or_else(|| is_systemd(pid).then_some(pid)))
                .is_ok()
                && found.is_some()
            {
                return found;
            }
        }
        // In a chroot the directory is only to be seen through its own root.
        let booted = ["/run/systemd/system", "/proc/1/root/run/systemd/system"]
            .iter()
            .any(|dir| Path::new(dir).is_dir());
        // Whom /proc hides (hidepid) is believed to be what the directory says (sd_booted(3)).
        (booted && process::comm(INIT).is_none_or(|comm| comm == "systemd")).then_some(INIT)
    }
}
