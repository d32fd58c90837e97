//! Which file has which name: everything that the directories of a search path hold, read once.
//!
//! It knows fragments, aliases and the directories that add to units. Their files it does not read.

use super::LoadError;
use super::root::{Kind, Root, read_link};
use crate::collections::HashMap;
use crate::name::{UnitName, UnitType};
use nix::errno::Errno;
use std::borrow::Cow;
use std::ffi::{CStr, OsStr, OsString};
use std::fmt;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The most names that systemd looks up on the way to a fragment.
const MAX_HOPS: usize = 8;

/// What the directories of a search path hold.
#[derive(Debug)]
pub(super) struct UnitMap {
    directories: Vec<Directory>,
    units: HashMap<UnitName, Entry>,
    /// For each name what is an alias of it.
    aliases: HashMap<UnitName, Vec<UnitName>>,
    additions: [HashMap<Box<str>, Vec<Addition>>; 4],
    ignored: Vec<IgnoredLink>,
    unreadable: Vec<LoadError>,
}

/// A directory of the search path.
#[derive(Debug)]
struct Directory {
    path: PathBuf,
    resolved: OnceLock<PathBuf>,
    /// Where it is, so that the way to its files is short; none if it was not to stay open.
    open: Option<OwnedFd>,
}

/// What has the name of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Entry {
    /// A file, or a link that leads out of the search path and counts as the file.
    Fragment { directory: usize, kind: Kind },
    /// A link to another name.
    Alias(UnitName),
}

/// The fragment of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment<'a> {
    pub(super) name: &'a UnitName,
    pub(super) kind: Kind,
    pub(super) directory: usize,
}

/// How the search for a fragment ended without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Nothing has the name.
    Absent,
    /// It is an alias of this name, which nothing has.
    Broken(UnitName),
    /// Too many aliases, or a loop of them.
    Loop,
}

/// What a directory adds to the unit that it is named after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AdditionKind {
    DropIns,
    Wants,
    Requires,
    Upholds,
}

/// A directory such as `a.service.d`.
#[derive(Debug)]
pub(super) struct Addition {
    pub(super) directory: usize,
    path: PathBuf,
    is_link: bool,
    listing: OnceLock<Listing>,
}

/// The files of an [`Addition`], unordered.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Where the directory really is, as systemd reports it.
    pub(super) path: PathBuf,
    pub(super) files: Vec<(OsString, Kind)>,
}

/// A link that has the name of a unit, or of a directory that adds to one, and that systemd disregards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredLink {
    /// The link, as a person outside any root finds it.
    pub path: PathBuf,
    /// What it holds.
    pub target: PathBuf,
    /// Why it does not count: a lowercase fragment.
    pub why: String,
}

impl IgnoredLink {
    /// Whether it was to be this unit, or its template.
    pub(super) fn has_name(&self, unit: &UnitName) -> bool {
        let own = self.path.file_name().and_then(OsStr::to_str);
        own == Some(unit.as_str()) || unit.template().is_some_and(|template| own == Some(template.as_str()))
    }
}

impl fmt::Display for IgnoredLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, target, why } = self;
        write!(f, "the link {} to {} does not count: {why}", path.display(), target.display())
    }
}

impl AdditionKind {
    pub(super) const ALL: [Self; 4] = [Self::DropIns, Self::Wants, Self::Requires, Self::Upholds];

    const fn suffix(self) -> &'static [u8] {
        match self {
            Self::DropIns => b".d",
            Self::Wants => b".wants",
            Self::Requires => b".requires",
            Self::Upholds => b".upholds",
        }
    }
}

impl UnitMap {
    /// Lists the directories, each once. Those stay open that `stays_open` says yes to.
    pub(super) fn read(root: &Root, directories: &[PathBuf], stays_open: impl Fn() -> bool) -> Self {
        let directories = directories
            .iter()
            .map(|path| Directory { path: path.clone(), resolved: OnceLock::new(), open: None })
            .collect();
        let mut this = Self {
            directories,
            units: HashMap::default(),
            aliases: HashMap::default(),
            additions: std::array::from_fn(|_| HashMap::default()),
            ignored: Vec::new(),
            unreadable: Vec::new(),
        };
        let mut parents = HashMap::default();
        for index in 0..this.directories.len() {
            let open = this.read_directory(root, index, &mut parents);
            this.directories[index].open = open.filter(|_| stays_open());
        }
        this.collect_aliases();
        this
    }

    fn read_directory(
        &mut self,
        root: &Root,
        index: usize,
        parents: &mut HashMap<PathBuf, Option<PathBuf>>,
    ) -> Option<OwnedFd> {
        let path = self.directories[index].path.clone();
        let mut links = Vec::new();
        let result = root.list(openable(&path), |directory, name, kind| {
            if let Some(unit) = UnitName::from_bytes(name.to_bytes()) {
                match kind {
                    Kind::File if !self.units.contains_key(&unit) => {
                        self.units.insert(unit, Entry::Fragment { directory: index, kind });
                    }
                    Kind::Link if !self.units.contains_key(&unit) => {
                        links.push((unit, read_link(directory, name)));
                    }
                    _ => {}
                }
            } else if matches!(kind, Kind::Directory | Kind::Link)
                && let Some((addition, stem)) = addition(name)
            {
                let path = path.join(OsStr::from_bytes(name.to_bytes()));
                if kind == Kind::Link
                    && let Ok(target) = read_link(directory, name)
                    && !root.is_directory(&Path::new("/").join(&target))
                {
                    if target.is_relative() && root.is_directory(&path) {
                        self.ignored.push(IgnoredLink {
                            path: root.shown(&path),
                            target,
                            why: "systemd looks for a relative target of such a link below /".to_owned(),
                        });
                    }
                    return;
                }
                let is_link = kind == Kind::Link;
                let addition_of = self.additions[addition as usize].entry(stem.into()).or_default();
                addition_of.push(Addition { directory: index, path, is_link, listing: OnceLock::new() });
            }
        });
        if let Err(errno) = &result
            && *errno != Errno::ENOENT
        {
            self.unreadable.push(LoadError::io(&root.shown(&path), *errno));
        }
        for (unit, target) in links {
            let Ok(target) = target else { continue };
            match self.classify(root, index, &unit, &target, parents) {
                Ok(entry) => {
                    self.units.insert(unit, entry);
                }
                Err(why) => {
                    let path = root.shown(&path.join(unit.as_str()));
                    self.ignored.push(IgnoredLink { path, target, why });
                }
            }
        }
        result.ok()
    }

    /// Whether a link makes its name an alias or is itself a fragment; the error says why it is neither.
    ///
    /// It is an alias if it leads, in one step, to anything in a directory of the search path.
    fn classify(
        &self,
        root: &Root,
        index: usize,
        unit: &UnitName,
        target: &Path,
        parents: &mut HashMap<PathBuf, Option<PathBuf>>,
    ) -> Result<Entry, String> {
        let nowhere = || "its target cannot be resolved".to_owned();
        let full = self.directories[index].path.join(target);
        if target.as_os_str().as_bytes().ends_with(b"/") {
            return Err(nowhere());
        }
        // The parent is resolved, not the target, which may be a link itself and is not followed.
        let (parent, file_name) = match (full.parent(), full.file_name()) {
            (Some(parent), Some(name)) if !target.ends_with(".") => (parent, Some(name)),
            _ => (full.as_path(), None),
        };
        let is_inside = self.directories.iter().any(|directory| directory.path == parent) || {
            let resolved = parents
                .entry(parent.to_owned())
                .or_insert_with(|| root.resolve(openable(parent)).ok())
                .as_ref()
                .ok_or_else(nowhere)?;
            let resolved = file_name.map_or(Cow::Borrowed(resolved), |name| Cow::Owned(resolved.join(name)));
            (0..self.directories.len()).any(|at| {
                resolved.starts_with(&self.directories[at].path)
                    || resolved.starts_with(self.resolved(root, at))
            })
        };
        if !is_inside {
            return Ok(Entry::Fragment { directory: index, kind: Kind::Link });
        }
        let Some(other) = file_name.and_then(|name| UnitName::from_bytes(name.as_bytes())) else {
            return Err("an alias must lead to the name of a unit".to_owned());
        };
        check_alias(unit, &other)?;
        Ok(Entry::Alias(other))
    }

    fn collect_aliases(&mut self) {
        let mut aliases: HashMap<UnitName, Vec<UnitName>> = HashMap::default();
        for (name, entry) in &self.units {
            let (Entry::Alias(_), Ok(fragment)) = (entry, self.follow(name)) else { continue };
            // A link from an instance to a template is an alias of that one instance.
            let of = match name.instance() {
                Some(instance) if fragment.name.is_template() => fragment.name.with_instance(instance).ok(),
                _ => Some(fragment.name.clone()),
            };
            if let Some(of) = of {
                aliases.entry(of).or_default().push(name.clone());
            }
        }
        self.aliases = aliases;
    }

    /// The fragment of a name, or for an instance that of its template.
    pub(super) fn find(&self, name: &UnitName) -> Result<Fragment<'_>, Lost> {
        match (self.follow(name), name.template()) {
            (Err(Lost::Absent | Lost::Broken(_)), Some(template)) => self.follow(&template),
            (result, _) => result,
        }
    }

    /// The fragment of exactly this name, through aliases.
    pub(super) fn follow(&self, name: &UnitName) -> Result<Fragment<'_>, Lost> {
        let mut current = name;
        for hop in 0..MAX_HOPS {
            let found = match self.units.get_key_value(current) {
                None if hop > 0 => {
                    current.template().and_then(|template| self.units.get_key_value(&template))
                }
                found => found,
            };
            match found {
                None if hop == 0 => return Err(Lost::Absent),
                None => return Err(Lost::Broken(current.clone())),
                Some((_, Entry::Alias(other))) => current = other,
                Some((name, &Entry::Fragment { directory, kind })) => {
                    return Ok(Fragment { name, kind, directory });
                }
            }
        }
        Err(Lost::Loop)
    }

    /// What is an alias of exactly this name.
    pub(super) fn aliases_of(&self, name: &UnitName) -> &[UnitName] {
        self.aliases.get(name).map_or(&[], Vec::as_slice)
    }

    /// Where a fragment is.
    pub(super) fn path_of(&self, fragment: Fragment<'_>) -> PathBuf {
        self.directories[fragment.directory].path.join(fragment.name.as_str())
    }

    /// The directory that a fragment is in, if it is still open.
    pub(super) fn folder_of(&self, fragment: Fragment<'_>) -> Option<BorrowedFd<'_>> {
        self.directories[fragment.directory].open.as_ref().map(OwnedFd::as_fd)
    }

    /// The directories that add to the units of a name or, for a type, to all units of it; by priority.
    pub(super) fn additions(&self, kind: AdditionKind, stem: &str) -> &[Addition] {
        self.additions[kind as usize].get(stem).map_or(&[], Vec::as_slice)
    }

    /// Whether any directory adds in this way to any unit.
    pub(super) fn has_additions(&self, kind: AdditionKind) -> bool {
        !self.additions[kind as usize].is_empty()
    }

    /// What an addition holds, hidden files left out.
    pub(super) fn listing<'a>(&self, root: &Root, addition: &'a Addition) -> &'a Listing {
        addition.listing.get_or_init(|| {
            let directory = &self.directories[addition.directory].path;
            let path = if directory.is_absolute() && !addition.is_link {
                addition.path.file_name().map(|name| self.resolved(root, addition.directory).join(name))
            } else if addition.is_link {
                root.resolve(&addition.path).ok()
            } else {
                None
            };
            let mut listing =
                Listing { path: path.unwrap_or_else(|| addition.path.clone()), files: Vec::new() };
            // A directory that went away or may not be read adds nothing.
            let _ = root.list(&addition.path, |_, name, kind| {
                if !name.to_bytes().starts_with(b".") {
                    listing.files.push((OsStr::from_bytes(name.to_bytes()).to_owned(), kind));
                }
            });
            listing
        })
    }

    /// Every name that a file or a link in the search path has, sorted.
    pub(super) fn names(&self) -> Vec<UnitName> {
        let mut names: Vec<UnitName> = self.units.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// The links that do not count.
    pub(super) fn ignored(&self) -> &[IgnoredLink] {
        &self.ignored
    }

    /// The directories that could not be read.
    pub(super) fn unreadable(&self) -> &[LoadError] {
        &self.unreadable
    }

    fn resolved(&self, root: &Root, index: usize) -> &Path {
        let directory = &self.directories[index];
        directory.resolved.get_or_init(|| {
            root.resolve(openable(&directory.path)).unwrap_or_else(|_| directory.path.clone())
        })
    }
}

/// The working directory, named by an empty path, as system calls want it.
pub(super) fn openable(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// What a directory of that name adds to, if it is one that adds.
fn addition(name: &CStr) -> Option<(AdditionKind, &str)> {
    AdditionKind::ALL.into_iter().find_map(|kind| {
        let stem = name.to_bytes().strip_suffix(kind.suffix())?;
        let counts = UnitName::from_bytes(stem).is_some() || UnitType::from_suffix(stem).is_some();
        std::str::from_utf8(stem).ok().filter(|_| counts).map(|stem| (kind, stem))
    })
}

/// Whether one unit may have the other's name too; the error says why not.
fn check_alias(alias: &UnitName, of: &UnitName) -> Result<(), String> {
    let unit_type = alias.unit_type();
    let may_template = unit_type != UnitType::Device;
    let is_plain = |name: &UnitName| name.instance().is_none() && !name.is_template();
    if alias == of {
        Err("it leads to a file of its own name, which counts instead".to_owned())
    } else if !unit_type.may_alias() {
        Err(format!("a {unit_type} unit has no aliases"))
    } else if of.unit_type() != unit_type {
        Err(format!("a {unit_type} unit is no alias of a {} unit", of.unit_type()))
    } else if !is_plain(alias) && !may_template {
        Err(format!("a {unit_type} unit has no templates"))
    } else if is_plain(alias) != is_plain(of) || (alias.is_template() && !of.is_template()) {
        Err("templates and their instances are aliases only of templates and their instances".to_owned())
    } else if of.instance().is_some() && of.instance() != alias.instance() {
        Err("an instance is no alias of another instance".to_owned())
    } else {
        Ok(())
    }
}
