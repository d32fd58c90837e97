//! The defaults that the service manager is configured with: system.conf, user.conf and their drop-ins
//! (systemd-system.conf(5)).

use super::root::{Content, Kind, Root};
use crate::service::ManagerDefaults;
use crate::syntax::{self, LineKind};
use crate::value::time_span::TimeSpan;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the manager's files are, highest priority first.
const FOLDERS: [&str; 4] = ["/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd"];

impl ManagerDefaults {
    /// Reads what the manager of this root is configured with; the system's, or that of users.
    ///
    /// The first main file counts, then all drop-ins in the order of their names, of which the one in the folder of
    /// the highest priority counts. What cannot be read counts as not there, and a value that cannot be understood as
    /// not set, as in systemd.
    pub fn configured(root: &Root, user: bool) -> Self {
        let file = if user { "user.conf" } else { "system.conf" };
        let mut defaults = Self::default();
        let main = FOLDERS.iter().find_map(|folder| read(root, &Path::new(folder).join(file)));
        let mut drop_ins: BTreeMap<Vec<u8>, PathBuf> = BTreeMap::new();
        for folder in FOLDERS {
            let folder = Path::new(folder).join(format!("{file}.d"));
            let _not_there_has_no_drop_ins = root.list(&folder, |_, name, _| {
                let name = name.to_bytes();
                if name.ends_with(b".conf") && !name.starts_with(b".") {
                    let path = folder.join(String::from_utf8_lossy(name).as_ref());
                    drop_ins.entry(name.to_vec()).or_insert(path);
                }
            });
        }
        let drop_ins = drop_ins.values().filter_map(|path| read(root, path));
        for bytes in main.into_iter().chain(drop_ins) {
            defaults.apply(&bytes);
        }
        defaults
    }

    fn apply(&mut self, bytes: &[u8]) {
        let mut in_manager = false;
        for line in syntax::lines(bytes) {
            match line.kind {
                LineKind::Section(name) => in_manager = name.as_str() == "Manager",
                LineKind::Assignment { key, value } if in_manager => self.assign(&key, &value),
                LineKind::Fatal(..) => return,
                _ => {}
            }
        }
    }

    fn assign(&mut self, key: &str, value: &str) {
        let set = |setting: &mut TimeSpan, span: Result<TimeSpan, _>| {
            if let Ok(span) = span {
                *setting = span;
            }
        };
        match key {
            "DefaultTimeoutStartSec" => set(&mut self.timeout_start, TimeSpan::parse_zero_is_infinity(value)),
            "DefaultTimeoutStopSec" => set(&mut self.timeout_stop, TimeSpan::parse_zero_is_infinity(value)),
            "DefaultRestartSec" => set(&mut self.restart, TimeSpan::parse(value)),
            "DefaultTimeoutAbortSec" if value.is_empty() => self.timeout_abort = None,
            "DefaultTimeoutAbortSec" => {
                if let Ok(span) = TimeSpan::parse(value) {
                    self.timeout_abort = Some(span);
                }
            }
            _ => {}
        }
    }
}

fn read(root: &Root, path: &Path) -> Option<Vec<u8>> {
    match root.read(path, Kind::Link) {
        Ok(Content::Bytes(bytes)) => Some(bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_first_main_file_then_all_drop_ins_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("usr/lib/systemd/system.conf", "[Manager]\nDefaultTimeoutStopSec=1\nDefaultRestartSec=7\n");
        write("etc/systemd/system.conf", "[Manager]\nDefaultTimeoutStopSec=2\nDefaultTimeoutAbortSec=5\n");
        write("usr/lib/systemd/system.conf.d/20.conf", "[Manager]\nDefaultTimeoutStopSec=20\n");
        write(
            "etc/systemd/system.conf.d/10.conf",
            "[Manager]\nDefaultTimeoutStopSec=10\nDefaultTimeoutStartSec=0\n",
        );
        write("usr/lib/systemd/system.conf.d/10.conf", "[Manager]\nDefaultTimeoutAbortSec=99\n");
        write(
            "etc/systemd/user.conf",
            "[Manager]\nDefaultTimeoutStopSec=3\n[Other]\nDefaultTimeoutStopSec=4\n",
        );
        let root = Root::below(folder.path()).unwrap();
        let system = ManagerDefaults::configured(&root, false);
        assert_eq!(system.timeout_stop, TimeSpan::from_secs(20));
        assert_eq!(system.timeout_start, TimeSpan::INFINITY);
        assert_eq!(system.timeout_abort, Some(TimeSpan::from_secs(5)));
        assert_eq!(system.restart, ManagerDefaults::default().restart, "only the first main file counts");
        assert_eq!(ManagerDefaults::configured(&root, true).timeout_stop, TimeSpan::from_secs(3));
    }
}
