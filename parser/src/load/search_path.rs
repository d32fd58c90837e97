//! Where units are looked for: the lists of directories of the managers, highest priority first.
//!
//! The lists are those that `systemd-analyze unit-paths` of systemd 262 prints. Nothing here reads the
//! environment or a directory; whoever calls hands in what the variables hold.

use super::LoadError;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Directories that hold units, highest priority first, none twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPath {
    directories: Vec<PathBuf>,
}

/// What the search path of a user manager depends on: the values of the environment variables of these names.
///
/// As systemd does, a home or runtime directory that is not absolute counts as not given.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are those of the variables")]
pub struct UserEnvironment {
    pub home: Option<PathBuf>,
    pub xdg_config_home: Option<PathBuf>,
    pub xdg_config_dirs: Option<OsString>,
    pub xdg_data_home: Option<PathBuf>,
    pub xdg_data_dirs: Option<OsString>,
    pub xdg_runtime_dir: Option<PathBuf>,
}

impl SearchPath {
    /// These directories.
    pub fn new(directories: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut this = Self::default();
        for directory in directories {
            this.push(&directory);
        }
        this
    }

    /// That of the system manager.
    pub fn system() -> Self {
        Self::new(
            [
                "/etc/systemd/system.control",
                "/run/systemd/system.control",
                "/run/systemd/transient",
                "/run/systemd/generator.early",
                "/etc/systemd/system",
                "/etc/systemd/system.attached",
                "/run/systemd/system",
                "/run/systemd/system.attached",
                "/run/systemd/generator",
                "/usr/local/lib/systemd/system",
                "/usr/lib/systemd/system",
                "/run/systemd/generator.late",
            ]
            .map(PathBuf::from),
        )
    }

    /// That of a user's manager.
    pub fn user(environment: &UserEnvironment) -> Self {
        let absolute = |path: &Option<PathBuf>| path.clone().filter(|path| path.is_absolute());
        let home = absolute(&environment.home);
        let below_home = |below: &str| home.as_ref().map(|home| home.join(below));
        let config = absolute(&environment.xdg_config_home).or_else(|| below_home(".config"));
        let data = absolute(&environment.xdg_data_home).or_else(|| below_home(".local/share"));
        let runtime = absolute(&environment.xdg_runtime_dir);

        let mut this = Self::default();
        let mut add = |base: Option<&Path>, name: &str| {
            if let Some(base) = base {
                this.push(&base.join("systemd").join(name));
            }
        };
        let (config, data, runtime) = (config.as_deref(), data.as_deref(), runtime.as_deref());
        let [etc, run] = ["/etc", "/run"].map(|base| Some(Path::new(base)));
        add(config, "user.control");
        add(runtime, "user.control");
        add(runtime, "transient");
        add(runtime, "generator.early");
        add(config, "user");
        add(config, "user.attached");
        for base in list(environment.xdg_config_dirs.as_deref().unwrap_or_default()) {
            add(Some(base), "user");
        }
        add(etc, "user");
        add(runtime, "user");
        add(runtime, "user.attached");
        add(run, "user");
        add(runtime, "generator");
        add(data, "user");
        for base in
            list(environment.xdg_data_dirs.as_deref().unwrap_or(OsStr::new("/usr/local/share:/usr/share")))
        {
            add(Some(base), "user");
        }
        for base in ["/usr/local/lib", "/usr/local/share", "/usr/lib", "/usr/share"] {
            add(Some(Path::new(base)), "user");
        }
        add(runtime, "generator.late");
        this
    }

    /// That of the variable `SYSTEMD_UNIT_PATH`: its directories, parted by colons, and after them those of
    /// `manager` if it ends in a colon. The empty value names no directory at all; an empty directory between
    /// others is refused, as it is by systemd.
    pub fn from_variable(value: &OsStr, manager: &Self) -> Result<Self, LoadError> {
        let (own, appended) = match value.as_bytes().strip_suffix(b":") {
            Some(own) => (OsStr::from_bytes(own), manager.directories.as_slice()),
            None => (value, [].as_slice()),
        };
        let mut this = Self::default();
        if !own.is_empty() {
            for part in own.as_bytes().split(|&byte| byte == b':') {
                if part.is_empty() {
                    let why = "the search path has an empty directory before its end: leave it out, \
                               or let a single colon end the list to append the usual directories";
                    return Err(LoadError::new(PathBuf::from(value), why));
                }
                let path = Path::new(OsStr::from_bytes(part));
                this.push(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
            }
        }
        for directory in appended {
            this.push(directory);
        }
        Ok(this)
    }

    /// The directories.
    pub fn directories(&self) -> &[PathBuf] {
        &self.directories
    }

    /// Adds a directory without doubled slashes and `.` components, unless it is there already.
    fn push(&mut self, directory: &Path) {
        let simple: PathBuf = directory.components().collect();
        if !self.directories.iter().any(|known| known.as_os_str() == simple.as_os_str()) {
            self.directories.push(simple);
        }
    }
}

/// The directories of a list parted by colons; empty ones do not count.
fn list(value: &OsStr) -> impl Iterator<Item = &Path> {
    let parts = value.as_bytes().split(|&byte| byte == b':').filter(|part| !part.is_empty());
    parts.map(|part| Path::new(OsStr::from_bytes(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &SearchPath) -> Vec<&str> {
        path.directories().iter().map(|directory| directory.to_str().unwrap()).collect()
    }

    #[test]
    fn a_user_with_nothing_set_but_home_and_runtime() {
        let environment = UserEnvironment {
            home: Some("/root".into()),
            xdg_runtime_dir: Some("/run/user/0".into()),
            ..UserEnvironment::default()
        };
        assert_eq!(
            shown(&SearchPath::user(&environment)),
            [
                "/root/.config/systemd/user.control",
                "/run/user/0/systemd/user.control",
                "/run/user/0/systemd/transient",
                "/run/user/0/systemd/generator.early",
                "/root/.config/systemd/user",
                "/root/.config/systemd/user.attached",
                "/etc/systemd/user",
                "/run/user/0/systemd/user",
                "/run/user/0/systemd/user.attached",
                "/run/systemd/user",
                "/run/user/0/systemd/generator",
                "/root/.local/share/systemd/user",
                "/usr/local/share/systemd/user",
                "/usr/share/systemd/user",
                "/usr/local/lib/systemd/user",
                "/usr/lib/systemd/user",
                "/run/user/0/systemd/generator.late",
            ]
        );
    }

    #[test]
    fn a_user_with_everything_set() {
        let environment = UserEnvironment {
            home: Some("/root".into()),
            xdg_config_home: Some("/ch".into()),
            xdg_config_dirs: Some("/cd1::/cd2".into()),
            xdg_data_home: Some("/dh".into()),
            xdg_data_dirs: Some("/dd1:/dd2".into()),
            xdg_runtime_dir: Some("/rt".into()),
        };
        assert_eq!(
            shown(&SearchPath::user(&environment)),
            [
                "/ch/systemd/user.control",
                "/rt/systemd/user.control",
                "/rt/systemd/transient",
                "/rt/systemd/generator.early",
                "/ch/systemd/user",
                "/ch/systemd/user.attached",
                "/cd1/systemd/user",
                "/cd2/systemd/user",
                "/etc/systemd/user",
                "/rt/systemd/user",
                "/rt/systemd/user.attached",
                "/run/systemd/user",
                "/rt/systemd/generator",
                "/dh/systemd/user",
                "/dd1/systemd/user",
                "/dd2/systemd/user",
                "/usr/local/lib/systemd/user",
                "/usr/local/share/systemd/user",
                "/usr/lib/systemd/user",
                "/usr/share/systemd/user",
                "/rt/systemd/generator.late",
            ]
        );
    }

    #[test]
    fn directories_that_are_not_absolute_count_as_not_given() {
        let environment = UserEnvironment {
            home: Some("/root".into()),
            xdg_config_home: Some("ch".into()),
            xdg_data_home: Some("".into()),
            xdg_data_dirs: Some("".into()),
            xdg_runtime_dir: Some("rt".into()),
            ..UserEnvironment::default()
        };
        assert_eq!(
            shown(&SearchPath::user(&environment)),
            [
                "/root/.config/systemd/user.control",
                "/root/.config/systemd/user",
                "/root/.config/systemd/user.attached",
                "/etc/systemd/user",
                "/run/systemd/user",
                "/root/.local/share/systemd/user",
                "/usr/local/lib/systemd/user",
                "/usr/local/share/systemd/user",
                "/usr/lib/systemd/user",
                "/usr/share/systemd/user",
            ]
        );
    }

    #[test]
    fn the_variable_replaces_the_list_and_a_last_colon_appends_it() {
        let manager = SearchPath::new(["/m".into()]);
        let read = |value: &str| SearchPath::from_variable(OsStr::new(value), &manager);
        for (value, directories) in [
            ("/a:/b", &["/a", "/b"][..]),
            ("/a:/b:", &["/a", "/b", "/m"]),
            (":", &["/m"]),
            ("", &[]),
            ("/x//y/", &["/x/y"]),
            ("/a:/a/:/a/./", &["/a"]),
            ("/a/../b", &["/a/../b"]),
            ("/m:", &["/m"]),
        ] {
            assert_eq!(shown(&read(value).unwrap()), directories, "{value}");
        }
        for value in ["/a::/b", ":/a", "/a::"] {
            assert!(read(value).is_err(), "{value}");
        }
        assert!(read("relative").unwrap().directories()[0].is_absolute());
    }
}
