//! Users and groups, read from the files passwd(5) and group(5) of a root directory.
//!
//! Name services are not asked: a static program cannot load them, and they would not answer for another
//! root. As systemd does, root and nobody are known without any file.

use super::files::{exists, read_text};
use nix::unistd::{Gid, Uid};
use std::path::{Path, PathBuf};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) uid: Uid,
    pub(super) gid: Gid,
    /// `/` is nobody's home.
    pub(super) home: Option<String>,
    pub(super) shell: Option<String>,
}

/// The files of one root directory.
pub(super) struct Accounts {
    root: PathBuf,
}

impl Accounts {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The lines of a file; what cannot be read has none.
    fn read(&self, path: &str) -> String {
        read_text(&self.root, Path::new(path)).unwrap_or_default()
    }

    /// The user of this name or number. As in systemd, a number that no file knows is nobody.
    pub(super) fn user(&self, wanted: &str) -> Option<User> {
        let known = |name: &str, id, home: &str, shell: &str| User {
            name: name.to_owned(),
            uid: Uid::from_raw(id),
            gid: Gid::from_raw(id),
            home: Some(home.to_owned()).filter(|home| home != "/"),
            shell: Some(shell.to_owned()),
        };
        match wanted {
            "root" | "0" => {
                let bash = exists(&self.root, Path::new("/bin/bash"));
                return Some(known("root", 0, "/root", if bash { "/bin/bash" } else { "/bin/sh" }));
            }
            "nobody" | "65534" => return Some(known("nobody", 65534, "/", "/usr/sbin/nologin")),
            _ => {}
        }
        let number = parse_id(wanted);
        let text = self.read("/etc/passwd");
        text.lines().find_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            let &[name, _, uid, gid, _, home, shell] = fields.as_slice() else { return None };
            let (uid, gid) = (parse_id(uid)?, parse_id(gid)?);
            let text = |field: &str| (!field.is_empty()).then(|| field.to_owned());
            (name == wanted || number == Some(uid)).then(|| User {
                name: name.to_owned(),
                uid: Uid::from_raw(uid),
                gid: Gid::from_raw(gid),
                home: text(home).filter(|home| home != "/"),
                shell: text(shell),
            })
        })
    }

    /// The group of this name or number.
    pub(super) fn group(&self, wanted: &str) -> Option<Gid> {
        match wanted {
            "root" | "0" => return Some(Gid::from_raw(0)),
            "nogroup" | "65534" => return Some(Gid::from_raw(65534)),
            _ => {}
        }
        let number = parse_id(wanted);
        let text = self.read("/etc/group");
        let found = text.lines().find_map(|line| {
            let mut fields = line.split(':');
            let (name, id) = (fields.next()?, parse_id(fields.nth(1)?)?);
            (name == wanted || number == Some(id)).then_some(id)
        });
        found.map(Gid::from_raw)
    }

    /// The groups that list this user as a member.
    pub(super) fn groups_of(&self, user: &str) -> Vec<Gid> {
        let text = self.read("/etc/group");
        let gid = |line: &str| {
            let mut fields = line.split(':').skip(2);
            let gid = parse_id(fields.next()?)?;
            fields.next()?.split(',').any(|member| member == user).then(|| Gid::from_raw(gid))
        };
        text.lines().filter_map(gid).collect()
    }
}

/// A user or group number; the two that mean 'none' in some system call are none.
fn parse_id(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|id| digits && !matches!(id, 0xffff | 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn names_and_numbers() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        let write = |file: &str, text: &str| fs::write(root.path().join("etc").join(file), text).unwrap();
        write(
            "passwd",
            "root:x:0:0::/odd:/odd\n# no user\nweb:x:33:44:Web, the:/srv:\nbroken:x:1\n+::::::\n",
        );
        write("group", "www:x:44:\nmail:x:8:web,postfix\nadm:x:4:webmaster\n");
        let accounts = Accounts::new(root.path());

        let web = accounts.user("web").unwrap();
        assert_eq!((web.uid.as_raw(), web.gid.as_raw()), (33, 44));
        assert_eq!((web.home.as_deref(), web.shell), (Some("/srv"), None));
        assert_eq!(accounts.user("33"), accounts.user("web"));
        assert_eq!(accounts.user("root").unwrap().home.as_deref(), Some("/root"));
        for nobody in ["broken", "4711", "", "-1", "+", "4294967295", "65535", "+33"] {
            assert_eq!(accounts.user(nobody), None, "{nobody}");
        }

        assert_eq!(accounts.group("www"), Some(Gid::from_raw(44)));
        assert_eq!(accounts.group("44"), Some(Gid::from_raw(44)));
        assert_eq!(accounts.group("77"), None);
        assert_eq!(accounts.group("none"), None);
        assert_eq!(accounts.groups_of("web"), [Gid::from_raw(8)]);
    }

    #[test]
    fn links_lead_nowhere_outside() {
        let (outside, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let passwd = outside.path().join("passwd");
        fs::write(&passwd, "stranger:x:7:7::/:\n").unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        std::os::unix::fs::symlink(&passwd, root.path().join("etc/passwd")).unwrap();
        assert_eq!(Accounts::new(root.path()).user("stranger"), None);
    }

    #[test]
    fn root_and_nobody_need_no_file() {
        let accounts = Accounts::new(Path::new("/nonexistent"));
        assert_eq!(accounts.user("root").unwrap().uid, Uid::from_raw(0));
        assert_eq!(accounts.user("nobody").unwrap().uid, Uid::from_raw(65534));
    }
}
