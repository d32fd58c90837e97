//! What specifiers stand for that does not follow from a unit's name: facts about the machine and its manager.

use super::root::{Content, Kind, Root};
use crate::value::specifier::{Fact, Specifiers, system_directory};
use nix::sys::utsname::uname;
use std::borrow::Cow;
use std::path::Path;

/// The specifiers of one unit on the machine, or in the other root, that it was loaded from.
///
/// Files are read only when a specifier asks for them. In another root, what depends on the running
/// kernel or its host name is left open.
#[derive(Clone, Copy, Debug)]
pub struct UnitSpecifiers<'a> {
    /// The name the unit was loaded by.
    pub name: &'a str,
    /// Its fragment, as a person outside any root finds it.
    pub fragment: Option<&'a Path>,
    /// Where its files are.
    pub root: &'a Root,
    /// Whether it belongs to a user's manager, whose directories are its own.
    pub user: bool,
}

impl Specifiers for UnitSpecifiers<'_> {
    fn unit_name(&self) -> &str {
        self.name
    }

    fn fact(&self, letter: char) -> Fact<'_> {
        match letter {
            'y' | 'Y' => self.fragment_fact(letter),
            'm' => self.machine_id(),
            'o' => self.os_release("ID"),
            'w' => self.os_release("VERSION_ID"),
            'W' => self.os_release("VARIANT_ID"),
            'B' => self.os_release("BUILD_ID"),
            'M' => self.os_release("IMAGE_ID"),
            'A' => self.os_release("IMAGE_VERSION"),
            'H' | 'l' | 'q' | 'b' | 'v' if self.root.is_other() => Fact::Open,
            'H' => host_name().map_or(Fact::Open, owned),
            'l' => host_name().map_or(Fact::Open, |name| short(&name)),
            'q' => self.pretty_host_name(),
            // The kernel says of its own files that they are empty.
            'b' => match std::fs::read_to_string("/proc/sys/kernel/random/boot_id") {
                Ok(id) => owned(id.trim().replace('-', "")),
                Err(_) => Fact::Open,
            },
            'v' => uname().map_or(Fact::Open, |names| owned(names.release().to_string_lossy().into_owned())),
            'a' => known(architecture()),
            _ if self.user => Fact::Open,
            'h' => known("/root"),
            'u' | 'g' => known("root"),
            'U' | 'G' => known("0"),
            's' => owned(self.shell_of_root()),
            'T' => known("/tmp"),
            'V' => known("/var/tmp"),
            _ => system_directory(letter).map_or(Fact::Open, known),
        }
    }
}

fn known(value: &'static str) -> Fact<'static> {
    Fact::Known(Cow::Borrowed(value))
}

fn owned(value: String) -> Fact<'static> {
    Fact::Known(Cow::Owned(value))
}

fn missing(why: &'static str) -> Fact<'static> {
    Fact::Missing(Cow::Borrowed(why))
}

fn short(host_name: &str) -> Fact<'static> {
    owned(host_name.split('.').next().unwrap_or_default().to_owned())
}

fn host_name() -> Option<String> {
    let names = uname().ok()?;
    Some(names.nodename().to_string_lossy().into_owned())
}

/// systemd's name of the architecture this program was built for.
const fn architecture() -> &'static str {
    if cfg!(target_arch = "x86_64") {
        "x86-64"
    } else if cfg!(target_arch = "x86") {
        "x86"
    } else if cfg!(target_arch = "aarch64") {
        "arm64"
    } else if cfg!(target_arch = "arm") {
        "arm"
    } else if cfg!(target_arch = "riscv64") {
        "riscv64"
    } else if cfg!(target_arch = "s390x") {
        "s390x"
    } else if cfg!(target_arch = "powerpc64") {
        if cfg!(target_endian = "little") { "ppc64-le" } else { "ppc64" }
    } else {
        "unknown"
    }
}

impl UnitSpecifiers<'_> {
    fn read(&self, path: &str) -> Option<String> {
        match self.root.read(Path::new(path), Kind::Link) {
            Ok(Content::Bytes(bytes)) => String::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    fn fragment_fact(&self, letter: char) -> Fact<'static> {
        let Some(path) = self.fragment else { return missing("the unit has no file") };
        let path = self.root.inside(path);
        let resolved = self.root.resolve(&path).unwrap_or(path);
        let path = if letter == 'Y' { resolved.parent().unwrap_or(&resolved) } else { &resolved };
        owned(path.display().to_string())
    }

    fn machine_id(&self) -> Fact<'static> {
        let id = self.read("/etc/machine-id").unwrap_or_default();
        let id = id.trim();
        if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            owned(id.to_ascii_lowercase())
        } else {
            missing("/etc/machine-id has no machine ID")
        }
    }

    fn os_release(&self, name: &str) -> Fact<'static> {
        match self.read("/etc/os-release").or_else(|| self.read("/usr/lib/os-release")) {
            Some(text) => owned(assigned(&text, name).unwrap_or_default()),
            None => missing("there is no os-release file"),
        }
    }

    fn pretty_host_name(&self) -> Fact<'static> {
        let pretty = self.read("/etc/machine-info").and_then(|text| assigned(&text, "PRETTY_HOSTNAME"));
        match pretty.filter(|pretty| !pretty.is_empty()) {
            Some(pretty) => owned(pretty),
            None => host_name().map_or(Fact::Open, |name| short(&name)),
        }
    }

    fn shell_of_root(&self) -> String {
        let passwd = self.read("/etc/passwd").unwrap_or_default();
        let root = passwd.lines().find(|line| line.split(':').nth(2) == Some("0"));
        let shell = root.and_then(|line| line.split(':').nth(6)).filter(|shell| !shell.is_empty());
        shell.unwrap_or("/bin/sh").to_owned()
    }
}

/// The value of a variable in a file such as os-release(5).
fn assigned(text: &str, name: &str) -> Option<String> {
    let assignments = crate::value::environment_file::parse(text).entries;
    assignments.into_iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_boot_id_is_that_of_this_boot() {
        let root = Root::host();
        let specifiers = UnitSpecifiers { name: "a.service", fragment: None, root: &root, user: false };
        let Fact::Known(id) = specifiers.fact('b') else { panic!("it is not known") };
        assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    }
}
