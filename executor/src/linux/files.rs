//! Reading the files of a root directory: where that is not the machine's own, no link leads out of it.

use nix::fcntl::OFlag;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::{fs, io};
use unitctl_parser::load::{MAX_FILE_SIZE, Root};

/// The text of the file that is at `path` inside `root`.
pub(super) fn read_text(root: &Path, path: &Path) -> io::Result<String> {
    if root == Path::new("/") {
        // Not the root's way to read: that takes what the kernel makes up (/proc) for empty. A pipe nobody writes to
        // is, and is not waited for; what has no end has one here.
        let file = fs::OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path)?;
        let mut text = String::new();
        file.take(MAX_FILE_SIZE).read_to_string(&mut text)?;
        return Ok(text);
    }
    let root = Root::below(root).map_err(io::Error::other)?;
    String::from_utf8(root.read_bytes(path)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Whether anything is at `path` inside `root`.
pub(super) fn exists(root: &Path, path: &Path) -> bool {
    if root == Path::new("/") { path.exists() } else { Root::below(root).is_ok_and(|root| root.exists(path)) }
}
