//! Where the cgroups of this machine are: what the mount table says.
//!
//! systemd keeps the processes of a unit in the v2 hierarchy where there is one, alone or beside the
//! controllers of v1 (the hybrid layout, `/sys/fs/cgroup/unified`), otherwise in v1's hierarchy without
//! controllers that is named `systemd`. What a single cgroup can do is said in [`super::cgroup`].

use super::process::read_small;
use crate::world::Pid;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The two interfaces of the kernel's cgroups (cgroups(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// One hierarchy for everything.
    V2,
    /// A hierarchy for each controller, and one without, named `systemd`.
    V1,
}

/// One mounted hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// Its interface.
    pub version: Version,
    /// Where it is mounted.
    pub mount_point: PathBuf,
    /// The cgroup that is seen there, as /proc/PID/cgroup would write it.
    root: Vec<u8>,
    /// For v1: its controllers or its `name=…`.
    controllers: Vec<String>,
}

impl Hierarchy {
    /// The path of the cgroup that is this directory, as /proc/PID/cgroup writes it.
    pub(super) fn cgroup_path(&self, dir: &Path) -> Option<Vec<u8>> {
        let below = dir.strip_prefix(&self.mount_point).ok()?.as_os_str().as_bytes();
        let root: &[u8] = if self.root == b"/" { b"" } else { &self.root };
        Some(if below.is_empty() { self.root.clone() } else { [root, b"/", below].concat() })
    }

    /// The directory of the cgroup that /proc/PID/cgroup writes so, if it can be seen here.
    pub(super) fn directory(&self, cgroup_path: &[u8]) -> Option<PathBuf> {
        let root: &[u8] = if self.root == b"/" { b"" } else { &self.root };
        let below = match cgroup_path.strip_prefix(root)? {
            [] => &[],
            [b'/', below @ ..] => below,
            // Another cgroup whose name begins alike.
            _ => return None,
        };
        Some(if below.is_empty() {
            self.mount_point.clone()
        } else {
            self.mount_point.join(OsStr::from_bytes(below))
        })
    }

    /// The cgroup of a process in this hierarchy, as /proc/PID/cgroup writes it.
    pub(super) fn cgroup_of(&self, pid: Pid) -> io::Result<Vec<u8>> {
        let mut buffer = [0; 16 * 1024];
        let text = read_small(&format!("/proc/{pid}/cgroup"), &mut buffer)?;
        for line in text.split(|&b| b == b'\n') {
            let mut fields = line.splitn(3, |&b| b == b':');
            let (Some(number), Some(names), Some(path)) = (fields.next(), fields.next(), fields.next())
            else {
                continue;
            };
            let ours = match self.version {
                Version::V2 => number == b"0" && names.is_empty(),
                Version::V1 => {
                    names.split(|&b| b == b',').any(|n| self.controllers.iter().any(|c| c.as_bytes() == n))
                }
            };
            if ours {
                return Ok(path.to_vec());
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }
}

/// Every mounted hierarchy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hierarchies {
    /// Those that can hold the processes of units, the most telling first.
    pub tracking: Vec<Hierarchy>,
    /// Those of v1's controllers.
    controllers: Vec<Hierarchy>,
}

impl Hierarchies {
    /// Reads the mount table of this process.
    pub fn read() -> io::Result<Self> {
        Ok(Self::parse(&std::fs::read("/proc/self/mountinfo")?))
    }

    /// From the text of a mountinfo file (proc_pid_mountinfo(5)).
    pub fn parse(text: &[u8]) -> Self {
        let mut found = Self::default();
        for line in text.split(|&b| b == b'\n') {
            if let Some(hierarchy) = parse_mount(line) {
                let named = |name: &str| hierarchy.controllers.iter().any(|c| c == name);
                if hierarchy.version == Version::V2 || named("name=systemd") {
                    found.tracking.push(hierarchy);
                } else {
                    found.controllers.push(hierarchy);
                }
            }
        }
        // v2 before v1; of several mounts of one hierarchy, one that shows all of it.
        found.tracking.sort_by_key(|h| (h.version == Version::V1, h.root != b"/"));
        found
    }

    /// v1's hierarchy of a controller, such as `pids` or `freezer`.
    pub(super) fn controller(&self, name: &str) -> Option<&Hierarchy> {
        self.controllers.iter().find(|h| h.controllers.iter().any(|c| c == name))
    }
}

/// `36 31 0:29 ROOT MOUNT_POINT OPTIONS [TAGS…] - TYPE SOURCE SUPER_OPTIONS`
fn parse_mount(line: &[u8]) -> Option<Hierarchy> {
    let mut fields = line.split(|&b| b == b' ');
    let root = unescape(fields.nth(3)?);
    let mount_point = PathBuf::from(std::ffi::OsString::from_vec(unescape(fields.next()?)));
    fields.by_ref().find(|&field| field == b"-")?;
    let version = match fields.next()? {
        b"cgroup2" => Version::V2,
        b"cgroup" => Version::V1,
        _ => return None,
    };
    let options = String::from_utf8_lossy(fields.nth(1)?).into_owned();
    let controllers = match version {
        Version::V2 => Vec::new(),
        Version::V1 => options.split(',').map(str::to_owned).collect(),
    };
    Some(Hierarchy { version, mount_point, root, controllers })
}

/// A field of a list of the kernel's, in which blanks and backslashes are written as `\` and three octal digits.
pub(super) fn unescape(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&byte, after)) = rest.split_first() {
        match after {
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..] if byte == b'\\' => {
                plain.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = tail;
            }
            _ => {
                plain.push(byte);
                rest = after;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const HYBRID: &[u8] = b"\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
32 31 0:29 / /sys/fs/cgroup/pids rw,nosuid shared:9 master:3 - cgroup cgroup rw,pids
33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
";

    #[test]
    fn the_hybrid_layout_has_three_parts() {
        let found = Hierarchies::parse(HYBRID);
        let points: Vec<_> =
            found.tracking.iter().map(|h| (h.version, h.mount_point.to_str().unwrap())).collect();
        assert_eq!(
            points,
            [(Version::V2, "/sys/fs/cgroup/unified"), (Version::V1, "/sys/fs/cgroup/systemd")]
        );
        assert_eq!(found.controller("cpuacct").unwrap().mount_point, Path::new("/sys/fs/cgroup/cpu,cpuacct"));
        assert_eq!(found.controller("freezer"), None);
    }

    #[test]
    fn a_mount_may_show_a_part_only() {
        let mount = parse_mount(br"9 8 0:7 /docker/a\040b /sys/fs/cgroup rw - cgroup2 none rw").unwrap();
        let dir = Path::new("/sys/fs/cgroup/system.slice");
        assert_eq!(mount.cgroup_path(dir).unwrap(), b"/docker/a b/system.slice");
        assert_eq!(mount.cgroup_path(&mount.mount_point).unwrap(), b"/docker/a b");
        assert_eq!(mount.directory(b"/docker/a b/system.slice").unwrap(), dir);
        assert_eq!(mount.directory(b"/docker/other"), None);
        assert_eq!(mount.directory(b"/docker/a bc"), None);
        assert_eq!(mount.cgroup_path(Path::new("/elsewhere")), None);
    }

    #[test]
    fn the_whole_hierarchy_is_preferred_to_a_part() {
        let table = b"1 2 0:1 /a /one rw - cgroup2 none rw\n3 4 0:1 / /two rw - cgroup2 none rw\n";
        assert_eq!(Hierarchies::parse(table).tracking[0].mount_point, Path::new("/two"));
    }

    #[test]
    fn nonsense_is_no_mount() {
        for line in
            [&b""[..], b"-", b"1 2 3 4 5 6 7 8", b"1 2 0:1 / /x rw - cgroup2", b"1 2 0:1 / /x rw - ext4 a rw"]
        {
            assert_eq!(parse_mount(line), None, "{:?}", String::from_utf8_lossy(line));
        }
    }
}
