//! `lint --fix` replaces the content of a file, which stays the file that it was; and where it cannot, nothing is lost.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "a test runs programs")]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};

const BEFORE: &str = "[Unit]\nUser=app\n[Service]\nExecStart=/bin/x\n";
const AFTER: &str = "[Unit]\n[Service]\nExecStart=/bin/x\nUser=app\n";

fn fix(path: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_unitctl")).args(["lint", "--fix"]).arg(path).output().unwrap()
}

#[test]
fn its_mode_and_owner_stay_and_nothing_is_left_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.service");
    fs::write(&path, BEFORE).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let is_root = nix::unistd::geteuid().is_root();
    if is_root {
        std::os::unix::fs::chown(&path, Some(12), Some(34)).unwrap();
    }
    let owner = |data: fs::Metadata| (data.mode(), data.uid(), data.gid());
    let before = owner(path.metadata().unwrap());
    fix(&path);
    assert_eq!(fs::read_to_string(&path).unwrap(), AFTER);
    assert_eq!(owner(path.metadata().unwrap()), before);
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}

#[test]
fn a_link_to_it_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("a.service"), folder.path().join("b.service"));
    fs::write(&path, BEFORE).unwrap();
    symlink("a.service", &link).unwrap();
    fix(&link);
    assert_eq!(fs::read_to_string(&path).unwrap(), AFTER);
    assert!(link.is_symlink());
}

#[test]
fn a_full_disk_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.service");
    let text = format!("{BEFORE}{}", "# more than fits\n".repeat(1000));
    fs::write(&path, &text).unwrap();
    // As where a disk is full: nobody can write more than 4,096 bytes to a file.
    let shell = "trap '' XFSZ; ulimit -f 8; exec \"$0\" lint --fix \"$1\"";
    let words = [Path::new(env!("CARGO_BIN_EXE_unitctl")), &path];
    let output = Command::new("sh").args(["-c", shell]).args(words).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("failed to write") && errors.contains("a.service"), "{errors}");
    assert!(fs::read_to_string(&path).unwrap() == text, "it has lost something");
    assert_eq!(folder.path().read_dir().unwrap().count(), 1);
}
