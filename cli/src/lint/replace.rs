//! The content of a file, replaced all at once or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};
use std::path::Path;

/// Replaces the content of a file that still holds what was read; its owner and mode stay, and links to it.
///
/// The new content is written beside it under another name, which it then gets: whatever fails on the way, a full disk
/// or the power, the file is the old one or the new one.
pub(super) fn replace(path: &Path, before: &[u8], after: &[u8]) -> Result<()> {
    let path = path.canonicalize()?;
    if fs::read(&path)? != before {
        return Err(Error::other("it has changed meanwhile"));
    }
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".unitctl");
    let beside = path.with_file_name(name);
    let file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).map_err(|error| {
            let why = match error.kind() {
                ErrorKind::AlreadyExists => "it is there; remove it if no other unitctl is at work",
                _ => "it is written first",
            };
            Error::new(error.kind(), format!("{error}: {} ({why})", beside.display()))
        })?;
    let replaced = fill(file, &path, after).and_then(|()| fs::rename(&beside, &path));
    if replaced.is_err() {
        let _the_first_error_says_more = fs::remove_file(&beside);
    }
    replaced
}

/// Gives a new file this content, and the owner and mode of the old one.
fn fill(mut file: File, old: &Path, content: &[u8]) -> Result<()> {
    let (old, new) = (old.metadata()?, file.metadata()?);
    file.write_all(content)?;
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        fchown(&file, Some(old.uid()), Some(old.gid()))
            .map_err(|error| Error::new(error.kind(), format!("its owner cannot be kept: {error}")))?;
    }
    // After the owner: to change that takes some modes away.
    file.set_permissions(old.permissions())?;
    file.sync_all()
}
