//! Reading the files of a root directory: where that is not the machine's own, no link leads out of it.

use std::path::Path;
use std::{fs, io};
use unitctl_parser::load::Root;

/// The text of the file that is at `path` inside `root`.
pub(super) fn read_text(root: &Path, path: &Path) -> io::Result<String> {
    if root == Path::new("/") {
        return fs::read_to_string(path);
    }
    let root = Root::below(root).map_err(io::Error::other)?;
    String::from_utf8(root.read_bytes(path)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Whether anything is at `path` inside `root`.
pub(super) fn exists(root: &Path, path: &Path) -> bool {
    if root == Path::new("/") { path.exists() } else { Root::below(root).is_ok_and(|root| root.exists(path)) }
}
