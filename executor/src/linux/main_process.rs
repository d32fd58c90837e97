//! Which process of a running service is its main process, where no manager can be asked.
//!
//! Named on the command line, else by `PIDFile=`, else guessed as systemd guesses (`GuessMainPID=`): the
//! only process directly in the unit's cgroup whose parent is not in it. systemd asks for a child of its
//! own; without it, the parent of what it once started, or of what was orphaned, may be any process outside
//! (PID 1, a subreaper, a container's shell). Where systemd would know its child among several, nobody is
//! chosen.

use super::cgroup::{Cgroup, Place};
use super::files::read_text;
use super::process::{self, Handle, Stat};
use crate::world::Pid;
use std::fmt;
use std::path::{Path, PathBuf};
use unitctl_parser::collections::HashSet;

/// What the caller knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// `--main-pid`: this one.
    pub pid: Option<Pid>,
    /// `--main-pid=none`: there is none.
    pub none: bool,
    /// `PIDFile=`, below the root directory that is in force.
    pub pid_file: Option<&'a Path>,
    /// Whether it may be guessed.
    pub guess: bool,
    /// The control process, which is not the main process.
    pub control: Option<Pid>,
}

/// How the main process was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was named.
    Named,
    /// It was named, and is not in the unit's cgroup.
    NamedOutside,
    /// This file says so.
    PidFile(PathBuf),
    /// It is the only one that somebody outside started.
    Guessed,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named => f.write_str("named by --main-pid"),
            Self::NamedOutside => f.write_str("named by --main-pid, not in the unit's cgroup"),
            Self::PidFile(path) => write!(f, "from {}", path.display()),
            Self::Guessed => {
                f.write_str("guessed: the only process of the cgroup with a parent outside of it")
            }
        }
    }
}

/// Why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// `--main-pid=none`
    Denied,
    /// The named one cannot be it.
    Unfit(Pid, Unfit),
    /// The unit says nothing, and guessing is switched off.
    NotGuessed,
    /// Nobody directly in the cgroup has a parent outside of it.
    NoCandidate,
    /// Several do; the first of them.
    SeveralCandidates([Pid; 2]),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied => f.write_str("--main-pid=none"),
            Self::Unfit(pid, why) => write!(f, "PID {pid} cannot be it: {why}"),
            Self::NotGuessed => f.write_str("not known, and GuessMainPID=no"),
            Self::NoCandidate => f.write_str("no process of the cgroup has a parent outside of it"),
            Self::SeveralCandidates([a, b]) => {
                write!(f, "several processes may be it, among them {a} and {b} (name it with --main-pid)")
            }
        }
    }
}

/// Why a process cannot be the main process of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It does not exist.
    Gone,
    /// It is unitctl, or PID 1.
    Forbidden,
    /// It is the unit's control process.
    Control,
    /// It is in another cgroup: the number may have been taken over by a stranger.
    Outside,
    /// It is a thread of the kernel's.
    Kernel,
    /// The file does not hold a number.
    NotANumber,
    /// The file cannot be read.
    Unreadable,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "there is no such process",
            Self::Forbidden => "it is unitctl itself or PID 1",
            Self::Control => "it is the control process",
            Self::Outside => "it is not in the unit's cgroup",
            Self::Kernel => "it is a thread of the kernel",
            Self::NotANumber => "the file does not hold a PID",
            Self::Unreadable => "the file cannot be read",
        })
    }
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The main process and how it was found, or why there is none.
    pub main: Result<(Handle, Source), Missing>,
    /// `PIDFile=` was asked in vain, for this reason.
    pub pid_file: Option<Unfit>,
}

/// Finds it.
pub fn find(cgroup: &Cgroup, hints: &Hints) -> Found {
    let mut found = Found { main: Err(Missing::NotGuessed), pid_file: None };
    if hints.none {
        found.main = Err(Missing::Denied);
        return found;
    }
    if let Some(pid) = hints.pid {
        found.main = match fit(cgroup, pid, hints.control) {
            Ok((handle, Place::Outside)) => Ok((handle, Source::NamedOutside)),
            Ok((handle, _)) => Ok((handle, Source::Named)),
            Err(why) => Err(Missing::Unfit(pid, why)),
        };
        return found;
    }
    if let Some(path) = hints.pid_file {
        match read_pid_file(path).and_then(|pid| fit(cgroup, pid, hints.control)) {
            // systemd takes one that is elsewhere if the file is root's. Without its memory of what it
            // started, an old file would lead to a stranger.
            Ok((_, Place::Outside)) => found.pid_file = Some(Unfit::Outside),
            Ok((handle, _)) => {
                found.main = Ok((handle, Source::PidFile(path.to_owned())));
                return found;
            }
            Err(why) => found.pid_file = Some(why),
        }
    }
    if hints.guess {
        found.main = guess(cgroup, hints.control).map(|handle| (handle, Source::Guessed));
    }
    found
}

/// Takes hold of the control process that somebody named.
///
/// # Errors
///
/// If it cannot be one.
pub fn control(cgroup: &Cgroup, pid: Pid) -> Result<Handle, Unfit> {
    fit(cgroup, pid, None).map(|(handle, _)| handle)
}

/// Takes hold of a process that somebody or something named.
fn fit(cgroup: &Cgroup, pid: Pid, control: Option<Pid>) -> Result<(Handle, Place), Unfit> {
    if pid.0 <= 1 || pid == process::this() {
        return Err(if pid.0 <= 0 { Unfit::Gone } else { Unfit::Forbidden });
    }
    if Some(pid) == control {
        return Err(Unfit::Control);
    }
    let handle = Handle::open(pid).map_err(|_| Unfit::Gone)?;
    match cgroup.place_of(&handle) {
        Place::Gone => Err(Unfit::Gone),
        Place::Kernel => Err(Unfit::Kernel),
        // What only its parent has not waited for is nobody to be signalled or waited for.
        _ if handle.has_ended() => Err(Unfit::Gone),
        place => Ok((handle, place)),
    }
}

/// A PID file has the number in its first line.
fn read_pid_file(path: &Path) -> Result<Pid, Unfit> {
    let text = read_text(Path::new("/"), path).map_err(|_| Unfit::Unreadable)?;
    let number = text.lines().next().and_then(|line| line.trim().parse().ok());
    number.filter(|number| *number > 0).map(Pid).ok_or(Unfit::NotANumber)
}

fn guess(cgroup: &Cgroup, control: Option<Pid>) -> Result<Handle, Missing> {
    let own = cgroup.own_members().unwrap_or_default();
    let below = cgroup.below();
    let everybody: HashSet<_> = own.iter().chain(&below).copied().collect();
    let mut chosen: Option<Handle> = None;
    // Mostly everybody is a child of the one that is found first; these need no look of their own.
    let mut descended: HashSet<Pid> = HashSet::default();
    for pid in own {
        if Some(pid) == control || descended.contains(&pid) {
            continue;
        }
        let Ok(handle) = Handle::open(pid) else { continue };
        if parent(&handle).is_none_or(|parent| everybody.contains(&parent))
            || cgroup.place_of(&handle) != Place::Inside
            || handle.has_ended()
        {
            continue;
        }
        if let Some(first) = chosen {
            return Err(Missing::SeveralCandidates([first.pid(), pid]));
        }
        descended.extend(process::children(pid));
        chosen = Some(handle);
    }
    chosen.ok_or(Missing::NoCandidate)
}

/// The parent of a process; 0 if it is in another PID namespace.
fn parent(handle: &Handle) -> Option<Pid> {
    match handle.info() {
        Ok(info) => info.cgroup_id.and(i32::try_from(info.ppid).ok()).map(Pid),
        Err(_) => Stat::read(handle.pid()).ok().map(|stat| stat.ppid),
    }
}
