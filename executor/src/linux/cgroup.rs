//! One cgroup and those below it: finding it, who is in it, what may be done to it.
//!
//! Reads and writes the files of cgroups(7). Whom to signal, and waiting, is the business of others.

use super::hierarchy::{Hierarchies, Hierarchy, Version};
use super::process::{Handle, Stat};
use crate::world::Pid;
use nix::errno::Errno;
use nix::sys::statfs::{CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, statfs};
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use unitctl_parser::collections::{HashSet, Seed};

/// The first process.
pub(super) const INIT: Pid = Pid(1);

/// A cgroup, which may vanish at any moment.
#[derive(Clone, Debug)]
pub struct Cgroup {
    pub(super) hierarchy: Hierarchy,
    pub(super) dir: PathBuf,
    /// As /proc/PID/cgroup writes it.
    pub(super) path: Vec<u8>,
    /// The inode number of the directory, if it was there when it was looked for.
    id: Option<u64>,
}

/// Why there is no such cgroup.
#[derive(Debug)]
pub enum CgroupError {
    /// The mount table has none.
    NotMounted,
    /// It is on a mounted hierarchy, but not there: where it would be.
    Missing(PathBuf),
    /// The path exists and is something else.
    NotACgroup(PathBuf),
    /// It cannot be looked at.
    Unreadable(PathBuf, io::Error),
}

impl fmt::Display for CgroupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMounted => f.write_str(
                "no cgroup file system is mounted (mount one: mount -t cgroup2 none /sys/fs/cgroup)",
            ),
            Self::Missing(path) => write!(f, "there is no cgroup {}", path.display()),
            Self::NotACgroup(path) => write!(f, "{} is not on a cgroup file system", path.display()),
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for CgroupError {}

/// Where a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the cgroup, or in one below it.
    Inside,
    /// In another one.
    Outside,
    /// Nowhere: it has been waited for.
    Gone,
    /// In it, but a thread of the kernel's, which no signal reaches.
    Kernel,
}

impl Hierarchies {
    /// The cgroup of a unit from its path below the manager's root, such as
    /// `system.slice/ssh.service`: below the mount point, or below the cgroup of PID 1 where a container
    /// sees the hierarchy of its host.
    pub fn unit_cgroup(&self, relative: &Path) -> Result<Cgroup, CgroupError> {
        let mut wanted = None;
        for hierarchy in self.tracking.iter().filter(|h| is_cgroup_fs(&h.mount_point)) {
            let mut roots = vec![hierarchy.mount_point.clone()];
            if let Some(init) = hierarchy.cgroup_of(INIT).ok().and_then(|p| hierarchy.directory(&p)) {
                roots.push(match init.file_name() {
                    Some(name) if name == "init.scope" => {
                        init.parent().map_or_else(PathBuf::new, Path::to_owned)
                    }
                    _ => init,
                });
            }
            for root in roots {
                let dir = root.join(relative);
                if dir.is_dir() {
                    return Cgroup::new(hierarchy, dir);
                }
                wanted.get_or_insert(dir);
            }
        }
        Err(wanted.map_or(CgroupError::NotMounted, CgroupError::Missing))
    }

    /// The cgroup that a person names: a directory, or its path below the root as /proc/PID/cgroup and
    /// `systemctl show -P ControlGroup` write it.
    pub fn cgroup_at(&self, path: &Path) -> Result<Cgroup, CgroupError> {
        if self.tracking.is_empty() {
            return Err(CgroupError::NotMounted);
        }
        match path.canonicalize() {
            Ok(dir) => {
                if !dir.is_dir() || !is_cgroup_fs(&dir) {
                    return Err(CgroupError::NotACgroup(dir));
                }
                // The longest mount point is the one that the directory belongs to.
                let of_dir = |h: &&Hierarchy| dir.starts_with(&h.mount_point);
                let hierarchy =
                    self.tracking.iter().filter(of_dir).max_by_key(|h| h.mount_point.as_os_str().len());
                hierarchy.map_or(Err(CgroupError::NotACgroup(dir.clone())), |h| Cgroup::new(h, dir.clone()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // A path with `..` would leave the hierarchy.
                let below = path.strip_prefix("/").unwrap_or(path);
                if below.components().any(|part| !matches!(part, std::path::Component::Normal(_))) {
                    return Err(CgroupError::Missing(path.to_owned()));
                }
                for hierarchy in &self.tracking {
                    let dir = hierarchy.mount_point.join(below);
                    if dir.is_dir() && is_cgroup_fs(&dir) {
                        return Cgroup::new(hierarchy, dir);
                    }
                }
                Err(CgroupError::Missing(path.to_owned()))
            }
            Err(error) => Err(CgroupError::Unreadable(path.to_owned(), error)),
        }
    }
}

impl Hierarchies {
    /// The roots of the hierarchies that hold units.
    pub fn roots(&self) -> Vec<Cgroup> {
        let root = |h: &Hierarchy| Cgroup::new(h, h.mount_point.clone()).ok();
        self.tracking.iter().filter(|h| is_cgroup_fs(&h.mount_point)).filter_map(root).collect()
    }

    /// The cgroup that would be at `dir`, where there is none: see [`CgroupError::Missing`]. A command that is started
    /// in it makes it.
    pub fn absent(&self, dir: PathBuf) -> Result<Cgroup, CgroupError> {
        let of_dir = |h: &&Hierarchy| dir.starts_with(&h.mount_point);
        let hierarchy = self.tracking.iter().filter(of_dir).max_by_key(|h| h.mount_point.as_os_str().len());
        Cgroup::new(hierarchy.ok_or(CgroupError::NotMounted)?, dir)
    }
}

fn is_cgroup_fs(dir: &Path) -> bool {
    statfs(dir).is_ok_and(|s| {
        let kind = s.filesystem_type();
        kind == CGROUP2_SUPER_MAGIC || kind == CGROUP_SUPER_MAGIC
    })
}

impl Cgroup {
    fn new(hierarchy: &Hierarchy, dir: PathBuf) -> Result<Self, CgroupError> {
        let path = hierarchy.cgroup_path(&dir).ok_or_else(|| CgroupError::NotACgroup(dir.clone()))?;
        Ok(Self { hierarchy: hierarchy.clone(), id: inode(&dir), dir, path })
    }

    /// Its directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The interface it is reached by.
    pub const fn version(&self) -> Version {
        self.hierarchy.version
    }

    /// The cgroup below it at this relative path (`--kill-subgroup=`, `.control`).
    #[must_use]
    pub fn subgroup(&self, relative: &Path) -> Self {
        if relative.as_os_str().is_empty() {
            return self.clone();
        }
        let dir = self.dir.join(relative);
        let path = [&self.path[..], b"/", relative.as_os_str().as_bytes()].concat();
        Self { hierarchy: self.hierarchy.clone(), id: inode(&dir), dir, path }
    }

    /// The names of the groups directly below it, in the order of the directory; none if it is gone.
    pub fn children(&self) -> io::Result<Vec<OsString>> {
        children(&self.dir)
    }

    /// A file of its directory.
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Its directory in v1's hierarchy of a controller, if that is mounted and has one of this name.
    pub(super) fn twin(&self, hierarchies: &Hierarchies, controller: &str) -> Option<PathBuf> {
        let hierarchy = hierarchies.controller(controller)?;
        let dir = hierarchy.directory(&self.path)?;
        (dir != hierarchy.mount_point && dir.is_dir()).then_some(dir)
    }

    /// Calls `visit` for it and for every cgroup below it, a parent before its children, in the order of
    /// the directory: systemd's order. Those that vanish meanwhile are left out.
    pub fn walk(&self, visit: impl FnMut(&Path)) {
        walk(&self.dir, visit);
    }

    /// The processes of it and of those below, each once; and what could not be read.
    ///
    /// A process may be a zombie whose threads live on; a pure zombie is not listed (Linux 5.2).
    pub fn members(&self) -> (Vec<Pid>, Vec<(PathBuf, io::Error)>) {
        let (mut pids, mut errors, mut text) = (Vec::new(), Vec::new(), Vec::new());
        self.walk(|dir| {
            if let Err(error) = read_procs(dir, &mut text, |pid| pids.push(pid)) {
                errors.push((dir.to_owned(), error));
            }
        });
        // The kernel may list one twice; keep its order otherwise.
        let mut seen = HashSet::with_capacity_and_hasher(pids.len(), Seed::default());
        pids.retain(|pid| seen.insert(*pid));
        (pids, errors)
    }

    /// The processes of those below it.
    pub(super) fn below(&self) -> Vec<Pid> {
        let (mut pids, mut text) = (Vec::new(), Vec::new());
        self.walk(|dir| {
            if dir != self.dir {
                // What cannot be read holds nobody that is known.
                read_procs(dir, &mut text, |pid| pids.push(pid)).unwrap_or_default();
            }
        });
        pids
    }

    /// How many processes are in it and in those below.
    pub fn count(&self) -> usize {
        let (mut count, mut text) = (0, Vec::new());
        // What cannot be read is said when it is to be signalled.
        self.walk(|dir| read_procs(dir, &mut text, |_| count += 1).unwrap_or_default());
        count
    }

    /// The processes of this cgroup alone.
    pub fn own_members(&self) -> io::Result<Vec<Pid>> {
        let mut pids = Vec::new();
        read_procs(&self.dir, &mut Vec::new(), |pid| pids.push(pid))?;
        Ok(pids)
    }

    /// Where a process is that has been taken hold of: what is signalled afterwards by the handle is what
    /// was looked at here, or nobody.
    pub fn place_of(&self, handle: &Handle) -> Place {
        let mut parent = None;
        if let Ok(info) = handle.info() {
            let Some(id) = info.cgroup_id else { return Place::Gone };
            parent = Some(info.ppid);
            // The number is that of the v2 hierarchy, whatever we are in; it is never given to another one.
            if self.version() == Version::V2 && self.id == Some(id) {
                return inside(handle.pid(), parent);
            }
        }
        match self.hierarchy.cgroup_of(handle.pid()) {
            Ok(path) if self.holds_path(&path) => inside(handle.pid(), parent),
            Ok(_) => Place::Outside,
            Err(_) if handle.has_been_reaped() => Place::Gone,
            // It is hidden from us (hidepid): then who is listed after it was taken hold of, is in it.
            Err(_) => {
                if self.members().0.contains(&handle.pid()) {
                    Place::Inside
                } else {
                    Place::Outside
                }
            }
        }
    }

    /// Whether /proc/PID/cgroup names it or one below it.
    pub(super) fn holds_path(&self, path: &[u8]) -> bool {
        match path.strip_prefix(&self.path[..]) {
            Some(rest) => rest.is_empty() || rest[0] == b'/' || self.path == b"/",
            None => false,
        }
    }

    /// Whether any process is in it or below. A cgroup that is not there has none.
    pub fn is_populated(&self) -> bool {
        match fs::read(self.file("cgroup.events")) {
            Ok(text) => has_line(&text, b"populated 1"),
            // v1 does not say.
            Err(_) => !self.members().0.is_empty(),
        }
    }

    /// Has the kernel send SIGKILL to every process in it and below, those being forked included
    /// (`cgroup.kill`, Linux 5.14). ENOENT: the kernel cannot, or it is not there any more.
    pub fn kill(&self) -> io::Result<()> {
        write_existing(&self.file("cgroup.kill"), b"1")
    }

    /// Removes it and those below it as far as they are empty, as systemd does with the cgroup of a unit that is dead.
    pub fn prune(&self) {
        let mut dirs = Vec::new();
        self.walk(|dir| dirs.push(dir.to_owned()));
        for dir in dirs.iter().rev() {
            // Where somebody is left in it, it stays.
            let _ = fs::remove_dir(dir);
        }
    }
}

/// Calls `visit` for a cgroup and for every one below it: see [`Cgroup::walk`].
pub(super) fn walk(dir: &Path, mut visit: impl FnMut(&Path)) {
    let mut waiting = vec![dir.to_owned()];
    while let Some(dir) = waiting.pop() {
        visit(&dir);
        let children = children(&dir).unwrap_or_default();
        waiting.extend(children.iter().rev().map(|child| dir.join(child)));
    }
}

/// Whether a file of the kernel, such as `cgroup.events`, has this line.
pub(super) fn has_line(text: &[u8], wanted: &[u8]) -> bool {
    text.split(|&b| b == b'\n').any(|line| line == wanted)
}

/// The inode number of a directory.
fn inode(dir: &Path) -> Option<u64> {
    fs::metadata(dir).ok().map(|metadata| metadata.ino())
}

/// The names of the cgroups directly below one, in the order of the directory; none if it is gone.
pub(super) fn children(dir: &Path) -> io::Result<Vec<OsString>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let is_dir = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    Ok(entries.flatten().filter(is_dir).map(|entry| entry.file_name()).collect())
}

fn inside(pid: Pid, parent: Option<u32>) -> Place {
    // Threads of the kernel are children of its number 2 (0 seen from another PID namespace).
    let suspect = parent.is_none_or(|ppid| ppid == 2);
    if suspect && Stat::read(pid).is_ok_and(|stat| stat.is_kernel_thread()) {
        Place::Kernel
    } else {
        Place::Inside
    }
}

/// Calls `each` for every process of one cgroup. `text` is the buffer to use. A cgroup that is not there or
/// vanishes has none.
///
/// ENOTSUP (EOPNOTSUPP): it is threaded, its processes are listed by the cgroup above it.
pub(super) fn read_procs(dir: &Path, text: &mut Vec<u8>, mut each: impl FnMut(Pid)) -> io::Result<()> {
    text.clear();
    // The kernel looks for the place anew at each read, while others wait: a big buffer is filled by the fewest.
    text.reserve(PROCS_AT_A_TIME);
    let read =
        fs::File::open(dir.join("cgroup.procs")).and_then(|mut file| io::Read::read_to_end(&mut file, text));
    match read.map_err(|error| (error.raw_os_error(), error)) {
        Ok(_) | Err((Some(GONE_ON_OPEN | GONE_ON_READ), _)) => {}
        Err((_, error)) => return Err(error),
    }
    for line in text.split(|&b| b == b'\n') {
        // 0 is a process of a PID namespace that is none of ours.
        match std::str::from_utf8(line).ok().and_then(|line| line.parse().ok()) {
            None | Some(0) => {}
            Some(pid) => each(Pid(pid)),
        }
    }
    Ok(())
}

/// Bytes for the numbers of some thousand processes.
pub(super) const PROCS_AT_A_TIME: usize = 1 << 14;

const GONE_ON_OPEN: i32 = Errno::ENOENT as i32;
const GONE_ON_READ: i32 = Errno::ENODEV as i32;

/// Writes to a file of the kernel's; never makes one.
pub(super) fn write_existing(path: &Path, text: &[u8]) -> io::Result<()> {
    io::Write::write_all(&mut fs::OpenOptions::new().write(true).open(path)?, text)
}
