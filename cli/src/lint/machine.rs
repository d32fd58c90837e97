//! What rules may ask about the machine, or the root, that a unit is for.

use std::path::Path;
use unitctl_parser::load::{Loaded, Loader, State};
use unitctl_parser::name::{UnitName, UnitType};

/// Looks things up where units are.
#[derive(Debug)]
pub struct Machine<'a> {
    /// Finds units and files.
    pub loader: &'a Loader,
}

/// Where systemd looks for a program that is named without a folder.
const FOLDERS: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

impl Machine<'_> {
    /// Whether there is such a program: an absolute path, or a name.
    pub fn has_program(&self, program: &str) -> bool {
        let root = self.loader.root();
        if program.starts_with('/') {
            return root.has_executable(Path::new(program));
        }
        FOLDERS.iter().any(|folder| root.has_executable(&Path::new(folder).join(program)))
    }

    /// Whether there is a file.
    pub fn has_file(&self, path: &str) -> bool {
        self.loader.root().exists(Path::new(path))
    }

    /// Whether passwd(5) or group(5) has a name, or one of the files from which systemd-sysusers makes it.
    pub fn has_account(&self, file: &str, name: &str) -> bool {
        let root = self.loader.root();
        let text = root.read_text(Path::new(file)).unwrap_or_default();
        // Users that systemd itself makes up.
        let is_built_in = matches!(name, "root" | "nobody" | "nogroup");
        is_built_in
            || text.lines().any(|line| line.split(':').next() == Some(name))
            || self.is_made_by_sysusers(name)
    }

    /// sysusers.d(5)
    fn is_made_by_sysusers(&self, name: &str) -> bool {
        let root = self.loader.root();
        ["/etc/sysusers.d", "/run/sysusers.d", "/usr/lib/sysusers.d"].iter().any(|folder| {
            root.names_in(Path::new(folder))
                .iter()
                .filter(|file| Path::new(file).extension() == Some("conf".as_ref()))
                .any(|file| {
                    let text = root.read_text(&Path::new(folder).join(file)).unwrap_or_default();
                    text.lines().any(|line| {
                        let mut words = line.split_ascii_whitespace();
                        words.next().is_some_and(|kind| kind.starts_with(['u', 'g']))
                            && words.next() == Some(name)
                    })
                })
        })
    }

    /// Whether there is such a unit, in the search path or in the folder of the one that names it. Units that are made
    /// while the system runs are taken to be there.
    pub fn has_unit(&self, name: &str, beside: Option<&Path>) -> bool {
        let Ok(name) = UnitName::parse(name) else { return true };
        let is_made = matches!(
            name.unit_type(),
            UnitType::Device
                | UnitType::Mount
                | UnitType::Swap
                | UnitType::Scope
                | UnitType::Slice
                | UnitType::Automount
        );
        let is_there = |loaded: Loaded| !matches!(loaded.state, State::NotFound(_));
        let in_folder =
            |folder: &Path| self.loader.load_path(&folder.join(name.as_str())).is_ok_and(is_there);
        is_made || beside.is_some_and(in_folder) || is_there(self.loader.load(&name))
    }

    /// Whether there is a page of the manual.
    pub fn has_page(&self, page: &str, section: &str) -> bool {
        let root = self.loader.root();
        let names =
            root.names_in(Path::new(&format!("/usr/share/man/man{}", &section[..1.min(section.len())])));
        let begins = format!("{page}.{section}");
        names.iter().any(|name| {
            name.strip_prefix(&begins).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Whether there are pages of the manual at all, or they were left out, as in containers.
    pub fn has_manual(&self) -> bool {
        !self.loader.root().names_in(Path::new("/usr/share/man/man8")).is_empty()
    }
}
