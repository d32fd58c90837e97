//! Which units there are to be linted: files, folders that are walked, names, standard input.

use crate::context::Context;
use crate::failure::Failure;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use unitctl_parser::load::{Loaded, Loader, SourceFile, State};
use unitctl_parser::name::UnitName;

/// What was asked for, by what kind of file it is; paths are those that were typed.
#[derive(Debug, Default)]
pub struct Targets<'a> {
    /// Files of units.
    pub fragments: Vec<Cow<'a, Path>>,
    /// Drop-ins.
    pub drop_ins: Vec<Cow<'a, Path>>,
    /// Names to be looked up in the search path.
    pub names: Vec<&'a str>,
    /// The folders that could not be listed, and why.
    pub failures: Vec<Failure>,
}

impl<'a> Targets<'a> {
    /// Sorts out what was typed. Folders are walked; symbolic links in them are left out, as they are other
    /// names of units or dependencies. That a folder cannot be listed is no reason to leave out the others.
    pub fn find(paths: impl IntoIterator<Item = &'a str>, context: &Context) -> Self {
        let mut found = Self::default();
        let mut seen = BTreeSet::new();
        for typed in paths {
            let path = Path::new(typed);
            if typed.contains('/') && !typed.ends_with('/') && is_unit(path) {
                // Whether that is a file shows when it is read.
                found.fragments.push(path.into());
                continue;
            }
            let outside = context.loader.root().found(path);
            if outside.is_dir() {
                found.walk(path, &outside, &mut seen);
            } else if !typed.contains('/') && !outside.is_file() {
                found.names.push(typed);
            } else if is_drop_in(path) {
                found.drop_ins.push(path.into());
            } else {
                found.fragments.push(path.into());
            }
        }
        found
    }

    fn walk(&mut self, path: &Path, outside: &Path, seen: &mut BTreeSet<PathBuf>) {
        if !seen.insert(outside.to_owned()) {
            return;
        }
        let entries = outside.read_dir().and_then(|entries| {
            let with_kind = |entry: std::fs::DirEntry| Ok((entry.file_type()?, entry));
            entries.map(|entry| with_kind(entry?)).collect::<Result<Vec<_>, _>>()
        });
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                let failure = Failure::new(format!("failed to list {}: {error}", outside.display()));
                return self.failures.push(failure);
            }
        };
        entries.sort_unstable_by_key(|(_, entry)| entry.file_name());
        for (kind, entry) in entries {
            let inside = path.join(entry.file_name());
            if kind.is_dir() {
                self.walk(&inside, &entry.path(), seen);
            } else if kind.is_file() && is_drop_in(&inside) {
                self.drop_ins.push(inside.into());
            } else if kind.is_file() && is_unit(&inside) {
                self.fragments.push(inside.into());
            }
        }
    }
}

/// Whether a file has the name of a unit that can have a file.
fn is_unit(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| UnitName::is_valid(name) && !name.ends_with(".device"))
}

/// Whether a file is a drop-in: `….d/….conf` in a folder that belongs to a unit or a type of unit.
pub fn is_drop_in(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("conf")) && owner(path).is_some()
}

/// The unit that a drop-in belongs to. For those of a whole type (`service.d`) it is a made-up one.
pub fn owner(drop_in: &Path) -> Option<UnitName> {
    let folder = drop_in.parent()?.file_name()?.to_str()?.strip_suffix(".d")?;
    UnitName::parse(folder).or_else(|_| UnitName::parse(&format!("any.{folder}"))).ok()
}

/// The unit in a file, with the drop-ins beside it; `content` takes the place of the file's own.
pub fn load_fragment(path: &Path, content: Option<Vec<u8>>, loader: &Loader) -> Result<Loaded, Failure> {
    let mut loaded = loader.load_path(path).map_err(|error| Failure::new(error.to_string()))?;
    if let Some(bytes) = content {
        let fragment = SourceFile { path: path.to_owned(), bytes, void: None };
        if loaded.state != State::Found {
            return Ok(Loaded::of_files(&loaded.asked, Some(fragment), Vec::new()));
        }
        loaded.fragment = Some(fragment);
        return Ok(loaded);
    }
    match loader.error(&loaded) {
        Some(error) => Err(Failure::new(error.to_string())),
        None => Ok(loaded),
    }
}

/// A drop-in, with its unit where that is there, and whether it is.
///
/// Its unit is looked for beside its folder; or by name, if the folder is in the search path.
pub fn load_drop_in(
    path: &Path,
    content: Option<Vec<u8>>,
    loader: &Loader,
) -> Result<(Loaded, bool), Failure> {
    let owner = owner(path).ok_or_else(|| {
        Failure::new(format!("{}: not a drop-in of a unit", path.display()))
            .with_help("its folder is called after the unit, such as ssh.service.d")
    })?;
    let folder = path.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let mut loaded = loader.load_path(&folder.join(owner.as_str()));
    let absolute = |folder: &Path| std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    if loaded.as_ref().is_ok_and(|loaded| loaded.state != State::Found)
        && loader.search_path().directories().contains(&absolute(folder))
    {
        loaded = Ok(loader.load(&owner));
    }
    if let Ok(mut loaded) = loaded
        && loaded.state == State::Found
        && loaded.fragment.is_some()
        && let Some(drop_in) =
            loaded.drop_ins.iter_mut().find(|drop_in| same_file(&drop_in.path, path, loader))
    {
        if let Some(bytes) = content {
            *drop_in = SourceFile { bytes, void: None, ..drop_in.clone() };
        }
        return Ok((loaded, true));
    }
    let shown = loader.root().shown(path);
    let bytes = match content {
        Some(bytes) => bytes,
        None => loader
            .root()
            .read_bytes(path)
            .map_err(|error| Failure::new(format!("failed to read {}: {error}", shown.display())))?,
    };
    let drop_in = SourceFile { path: shown, bytes, void: None };
    Ok((Loaded::of_files(&owner, None, vec![drop_in]), false))
}

/// Whether a file that was loaded, whose folder is resolved, is the one that was asked for.
pub fn same_file(loaded: &Path, asked: &Path, loader: &Loader) -> bool {
    let asked = loader.root().shown(asked);
    let same = |a: &Path, b: &Path| a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a));
    loaded == asked || loaded.file_name() == asked.file_name() && same(loaded, &asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drop_ins_are_known_by_their_folder() {
        let owner = |path: &str| owner(Path::new(path)).map(|name| name.to_string());
        assert_eq!(owner("a/ssh.service.d/x.conf").as_deref(), Some("ssh.service"));
        assert_eq!(owner("a@.service.d/x.conf").as_deref(), Some("a@.service"));
        assert_eq!(owner("service.d/x.conf").as_deref(), Some("any.service"));
        assert_eq!(owner("tmpfiles.d/x.conf"), None);
        assert!(is_drop_in(Path::new("foo-.timer.d/1.conf")));
        assert!(!is_drop_in(Path::new("ssh.service.d/x.conf.bak")));
        assert!(!is_drop_in(Path::new("sysctl.d/x.conf")));
    }
}
