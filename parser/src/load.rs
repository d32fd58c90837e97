//! Loading: from the name of a unit, or a path, to the bytes of its fragment and its drop-ins.
//!
//! This is the only module of the crate that reads files, and it reads nothing else: no environment, no
//! clock. It does not look into the bytes. What decides which files count is described in systemd.unit(5);
//! where that is silent or wrong, systemd 262 was asked.

mod drop_ins;
mod machine;
mod manager;
mod root;
mod search_path;
mod unit_map;

pub use machine::UnitSpecifiers;
pub use root::{MAX_FILE_SIZE, Root};
pub use search_path::{SearchPath, UserEnvironment};
pub use unit_map::IgnoredLink;

use crate::directive::nearest;
use crate::name::{UnitName, UnitType};
use nix::errno::Errno;
use root::{Content, Kind, Unreadable};
use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use unit_map::{AdditionKind, Fragment, Lost, UnitMap, openable};

/// Finds and reads units, for several threads at once. Each directory is listed at most once, when it is first needed.
#[derive(Debug)]
pub struct Loader {
    root: Root,
    search_path: SearchPath,
    map: OnceLock<Arc<UnitMap>>,
    /// The directories of the units that were asked for by path.
    beside: Mutex<Vec<(PathBuf, ListedOnce)>>,
    /// How many of them may still be kept open.
    may_open: AtomicUsize,
}

/// What a directory holds, once somebody has asked for it.
type ListedOnce = Arc<OnceLock<Arc<UnitMap>>>;

/// What was found under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The unit's own name, `systemctl show -p Id`.
    pub id: UnitName,
    /// The name that was asked for. systemd expands the specifiers of a fragment while it is read, before the
    /// unit learns its own name: with this one.
    pub asked: UnitName,
    /// All its names, the own one first and the others sorted (systemd lists them in no order).
    pub names: Vec<UnitName>,
    /// Whether there is anything to read.
    pub state: State,
    /// The file that the unit is described in.
    pub fragment: Option<SourceFile>,
    /// The files that change the description, in the order in which they are read.
    pub drop_ins: Vec<SourceFile>,
    /// The directory that took the place of the search path, if the unit was asked for by path.
    beside: Option<PathBuf>,
}

/// Whether there is anything to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Yes. Slices and devices need no fragment for that.
    Found,
    /// The fragment is empty or leads to `/dev/null`: the unit cannot be started. Drop-ins do not count.
    Masked,
    /// There is no fragment.
    NotFound(Missing),
    /// The fragment is there and cannot be read.
    Error(LoadError),
}

/// Why there is no fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing has the name.
    Absent,
    /// The name is an alias of this one, which nothing has.
    Broken(UnitName),
    /// Aliases go round in a loop, or there are more of them on the way than the seven that systemd follows.
    Loop,
    /// What has the name is a link, and leads nowhere.
    Dangling(PathBuf),
}

/// A file of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path as systemd prints it (`FragmentPath`, `DropInPaths`: the directory of a drop-in is resolved,
    /// that of a fragment is not). Under another root, that of the root comes first, as in what
    /// `systemctl --root` prints, so that the file can be opened.
    pub path: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// Why it holds nothing.
    pub void: Option<Void>,
}

/// Why a file holds nothing, and yet takes its name from files of lower priority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Void {
    /// It has no byte.
    Empty,
    /// It is a character device, or a link to `/dev/null`.
    Null,
    /// It is a link that leads nowhere.
    Dangling,
    /// It could not be read.
    Unreadable(LoadError),
}

/// A file or directory that could not be read, or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Which one; under another root with the root's path.
    pub path: PathBuf,
    /// Why: a lowercase fragment.
    pub why: String,
}

/// A dependency that a link in a directory such as `a.service.wants` makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkDependency {
    /// Which directive would make the same.
    pub kind: LinkDependencyKind,
    /// What the unit depends on. Its name is the link's; where the link leads does not matter.
    pub unit: UnitName,
    /// The link, as a person outside any root finds it.
    pub path: PathBuf,
}

/// The directive that a link stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkDependencyKind {
    /// `Wants=`
    Wants,
    /// `Requires=`
    Requires,
    /// `Upholds=`
    Upholds,
}

impl Loader {
    /// A loader for what is in `search_path` below `root`.
    pub fn new(mut search_path: SearchPath, root: Root) -> Self {
        if root.is_other() {
            let directories = search_path.directories().iter();
            search_path = SearchPath::new(directories.map(|directory| Path::new("/").join(directory)));
        }
        Self {
            root,
            search_path,
            map: OnceLock::new(),
            beside: Mutex::default(),
            may_open: AtomicUsize::new(0),
        }
    }

    /// Keeps up to so many directories open in which units were asked for by path, as long as the loader is there.
    /// That is faster where many units of a directory are read. It holds the file systems that they are on, so that
    /// those cannot be unmounted.
    pub fn keep_open(&self, most: usize) {
        self.may_open.store(most, Ordering::Relaxed);
    }

    /// Where files are looked for.
    pub const fn root(&self) -> &Root {
        &self.root
    }

    /// Which directories are looked at, in which order.
    pub const fn search_path(&self) -> &SearchPath {
        &self.search_path
    }

    /// Loads the unit of that name. A template is loaded as itself, which systemd would refuse, with the
    /// drop-ins that each of its instances has.
    ///
    /// ```
    /// use unitctl_parser::load::{Loader, Root, SearchPath, State};
    /// use unitctl_parser::name::UnitName;
    ///
    /// let folder = tempfile::tempdir()?;
    /// std::fs::write(folder.path().join("web@.service"), "[Service]\nExecStart=/usr/bin/web\n")?;
    /// std::fs::create_dir(folder.path().join("web@8080.service.d"))?;
    /// std::fs::write(folder.path().join("web@8080.service.d/user.conf"), "[Service]\nUser=web\n")?;
    ///
    /// let loader = Loader::new(SearchPath::new([folder.path().to_owned()]), Root::host());
    /// let unit = loader.load(&UnitName::parse("web@8080.service")?);
    /// assert_eq!(unit.state, State::Found);
    /// assert!(unit.fragment.is_some_and(|file| file.path.ends_with("web@.service")));
    /// assert_eq!(unit.drop_ins.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load(&self, name: &UnitName) -> Loaded {
        load(&self.root, self.map(), name)
    }

    /// Loads the unit in the file at `path`, whose directory takes the place of the search path: drop-ins,
    /// aliases and templates count when they are beside it. The search path is not looked at.
    ///
    /// The error is one about the file's name. Under another root the path begins there.
    pub fn load_path(&self, path: &Path) -> Result<Loaded, LoadError> {
        let file_name = path.file_name().unwrap_or_default();
        let name = file_name.to_str().ok_or("its name is not UTF-8".to_owned());
        let name = name.and_then(|name| {
            UnitName::parse(name).map_err(|error| match error.help {
                Some(help) => format!("{}; {help}", error.message),
                None => error.message,
            })
        });
        let name =
            name.map_err(|why| LoadError::new(path.to_owned(), &self.why_no_unit(path).unwrap_or(why)))?;
        let inside = if self.root.is_other() { &Path::new("/").join(path) } else { path };
        let directory = inside.parent().unwrap_or(inside);
        let loaded = load(&self.root, &self.map_beside(directory), &name);
        Ok(Loaded { beside: Some(directory.to_owned()), ..loaded })
    }

    /// Every unit that has a file in the search path, or in the directory `beside` instead, by its own name;
    /// templates too.
    pub fn each_unit(&self, beside: Option<&Path>) -> Vec<Loaded> {
        let map = self.map_near(beside);
        let own = |name: &UnitName| map.follow(name).is_ok_and(|fragment| fragment.name == name);
        let units = map.names().into_iter().filter(own);
        let load = |name| Loaded { beside: beside.map(Path::to_owned), ..load(&self.root, &map, &name) };
        units.map(load).collect()
    }

    /// [`load`](Self::load) with the directory `beside`, if there is one, in the place of the search path.
    pub fn load_near(&self, name: &UnitName, beside: Option<&Path>) -> Loaded {
        let loaded = load(&self.root, &self.map_near(beside), name);
        Loaded { beside: beside.map(Path::to_owned), ..loaded }
    }

    /// Every name that a file or link in the search path has, sorted: aliases and templates too.
    pub fn all_units(&self) -> Vec<UnitName> {
        self.map().names()
    }

    /// What the links in the `.wants`, `.requires` and `.upholds` directories make a unit depend on.
    pub fn dependencies_by_link(&self, unit: &Loaded) -> Vec<LinkDependency> {
        dependencies_by_link(&self.root, &self.map_of(unit), unit)
    }

    /// Links in the search path that systemd disregards, each with the reason.
    pub fn ignored_links(&self) -> &[IgnoredLink] {
        self.map().ignored()
    }

    /// Those of them that have the name a unit was asked for by, or lead to its file.
    pub fn ignored_links_of(&self, unit: &Loaded) -> Vec<IgnoredLink> {
        let fragment = unit.fragment.as_ref().and_then(|file| file.path.file_name()?.to_str());
        let is_of_unit = |link: &&IgnoredLink| {
            let target = link.target.file_name().and_then(OsStr::to_str);
            let template = target.and_then(|name| UnitName::parse(name).ok()?.template());
            let leads_here = fragment.is_some()
                && (target == fragment || template.as_ref().map(UnitName::as_str) == fragment);
            link.has_name(&unit.asked) || leads_here && link.target.file_name() != link.path.file_name()
        };
        self.map_of(unit).ignored().iter().filter(is_of_unit).cloned().collect()
    }

    /// Directories of the search path that are there and could not be read, so that what was found may not
    /// be what systemd finds.
    pub fn unreadable_directories(&self) -> &[LoadError] {
        self.map().unreadable()
    }

    /// Why there is no fragment to read, if there is none: where it was looked for, and which name may have
    /// been meant.
    pub fn error(&self, unit: &Loaded) -> Option<LoadError> {
        let missing = match &unit.state {
            State::Found | State::Masked => return None,
            State::Error(error) => return Some(error.clone()),
            State::NotFound(missing) => missing,
        };
        let map = self.map_of(unit);
        let mut why = match missing {
            Missing::Broken(other) => format!("it is an alias of {other}, which does not exist"),
            Missing::Loop => "its aliases go round in a loop, or there are more than seven".to_owned(),
            Missing::Dangling(path) => format!("{} is a link that leads nowhere", path.display()),
            Missing::Absent => match map.ignored().iter().find(|link| link.has_name(&unit.asked)) {
                Some(link) => link.to_string(),
                None => self.what_is_there(unit).unwrap_or_else(|| self.where_it_is_not(unit)),
            },
        };
        for unreadable in map.unreadable() {
            let _ = write!(why, "; {unreadable}");
        }
        let names = map.names();
        let others =
            names.iter().filter(|name| name.unit_type() == unit.asked.unit_type() && **name != unit.asked);
        if let Some(near) = nearest(unit.asked.without_suffix(), others.map(UnitName::without_suffix)) {
            let _ = write!(why, "; did you mean {near}.{}?", unit.asked.unit_type());
        }
        let path = match &unit.beside {
            Some(directory) => self.root.shown(&directory.join(unit.asked.as_str())),
            None => PathBuf::from(unit.asked.as_str()),
        };
        Some(LoadError { path, why })
    }

    /// What is wrong with a path whatever its name: a folder is there, or should be.
    fn why_no_unit(&self, path: &Path) -> Option<String> {
        match self.root.what_else(path) {
            Some(other) => Some(format!("is {other}, not a file")),
            None => path
                .as_os_str()
                .as_encoded_bytes()
                .ends_with(b"/")
                .then(|| "there is no such directory".into()),
        }
    }

    /// What is where the file was to be, if it is something else.
    fn what_is_there(&self, unit: &Loaded) -> Option<String> {
        let path = unit.beside.as_ref()?.join(unit.asked.as_str());
        Some(format!("is {}, not a file", self.root.what_else(&path)?))
    }

    fn where_it_is_not(&self, unit: &Loaded) -> String {
        let directories = match &unit.beside {
            Some(directory) => std::slice::from_ref(directory),
            None => self.search_path.directories(),
        };
        let existing = directories.iter().filter(|directory| self.root.is_directory(openable(directory)));
        let existing: Vec<String> =
            existing.map(|directory| self.root.shown(openable(directory)).display().to_string()).collect();
        if existing.is_empty() {
            let all: Vec<String> = directories
                .iter()
                .map(|directory| self.root.shown(directory).display().to_string())
                .collect();
            return format!("not found: there is no directory {}", all.join(", "));
        }
        format!("not found in {}", existing.join(", "))
    }

    fn map(&self) -> &Arc<UnitMap> {
        self.map.get_or_init(|| Arc::new(UnitMap::read(&self.root, self.search_path.directories(), || false)))
    }

    fn map_of(&self, unit: &Loaded) -> Arc<UnitMap> {
        self.map_near(unit.beside())
    }

    fn map_near(&self, beside: Option<&Path>) -> Arc<UnitMap> {
        match beside {
            Some(directory) => self.map_beside(directory),
            None => Arc::clone(self.map()),
        }
    }

    fn map_beside(&self, directory: &Path) -> Arc<UnitMap> {
        // What a thread that panicked was to add is only not there.
        let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        let known = beside.iter().find(|(known, _)| known.as_os_str() == directory.as_os_str());
        let map = if let Some((_, map)) = known {
            Arc::clone(map)
        } else {
            let map = ListedOnce::default();
            beside.push((directory.to_owned(), Arc::clone(&map)));
            map
        };
        // Only who wants the same directory waits for it.
        drop(beside);
        let stays_open = || {
            let one_less = |left: usize| left.checked_sub(1);
            self.may_open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
        };
        let read = || Arc::new(UnitMap::read(&self.root, &[directory.to_owned()], stays_open));
        Arc::clone(map.get_or_init(read))
    }
}

impl Loaded {
    /// A unit made of these files, wherever they came from.
    pub fn of_files(name: &UnitName, fragment: Option<SourceFile>, drop_ins: Vec<SourceFile>) -> Self {
        Self { fragment, drop_ins, ..nothing(name) }
    }

    /// The directory that took the place of the search path, if the unit was asked for by path.
    pub fn beside(&self) -> Option<&Path> {
        self.beside.as_deref()
    }

    /// What is left of a unit when reading its fragment ended at a fatal error (load state `error` or
    /// `bad-setting`): systemd learns no other name of it then, and reads no drop-ins.
    #[must_use]
    pub fn refused(self) -> Self {
        Self { id: self.asked.clone(), names: vec![self.asked.clone()], drop_ins: Vec::new(), ..self }
    }
}

fn load(root: &Root, map: &UnitMap, asked: &UnitName) -> Loaded {
    let fragment = match map.find(asked) {
        Ok(fragment) => fragment,
        Err(lost) => return without_fragment(root, map, asked, lost),
    };
    let path = map.path_of(fragment);
    let mut source = SourceFile { path: root.shown(&path), bytes: Vec::new(), void: None };
    let state = match root.read_in(map.folder_of(fragment), &path, fragment.kind) {
        Ok(Content::Bytes(bytes)) => {
            source.bytes = bytes;
            State::Found
        }
        Ok(Content::Empty) => {
            source.void = Some(Void::Empty);
            State::Masked
        }
        Ok(Content::Null) => {
            source.void = Some(Void::Null);
            State::Masked
        }
        Err(Unreadable::Dangling) => {
            let missing = Missing::Dangling(source.path);
            return Loaded { state: State::NotFound(missing), ..nothing(asked) };
        }
        Err(Unreadable::Error(error)) => {
            source.void = Some(Void::Unreadable(error.clone()));
            State::Error(error)
        }
    };
    let (id, names) = names(root, map, asked, fragment, state == State::Masked);
    let drop_ins = if state == State::Found { drop_ins::drop_ins(root, map, &names) } else { Vec::new() };
    Loaded { id, asked: asked.clone(), names, state, fragment: Some(source), drop_ins, beside: None }
}

fn nothing(asked: &UnitName) -> Loaded {
    Loaded {
        id: asked.clone(),
        asked: asked.clone(),
        names: vec![asked.clone()],
        state: State::Found,
        fragment: None,
        drop_ins: Vec::new(),
        beside: None,
    }
}

fn without_fragment(root: &Root, map: &UnitMap, asked: &UnitName, lost: Lost) -> Loaded {
    let mut loaded = nothing(asked);
    if matches!(asked.unit_type(), UnitType::Slice | UnitType::Device) {
        loaded.drop_ins = drop_ins::drop_ins(root, map, &loaded.names);
    } else {
        loaded.state = State::NotFound(match lost {
            Lost::Absent => Missing::Absent,
            Lost::Broken(other) => Missing::Broken(other),
            Lost::Loop => Missing::Loop,
        });
    }
    loaded
}

/// The unit's own name, and all its names with that one first.
///
/// The own name is that of the fragment, with the instance put in. An instance that came to a template through
/// an alias keeps the name it was asked by where the template's own instance is another unit, or masked; the
/// other name is listed nevertheless.
fn names(
    root: &Root,
    map: &UnitMap,
    asked: &UnitName,
    fragment: Fragment<'_>,
    masked: bool,
) -> (UnitName, Vec<UnitName>) {
    let with_instance = |name: &UnitName| match asked.instance() {
        Some(instance) if name.is_template() => name.with_instance(instance).ok(),
        _ => Some(name.clone()),
    };
    // Whether what has exactly this name is the fragment, or nothing has it.
    let is_free = |name: &UnitName| map.follow(name).map_or(true, |other| other.name == fragment.name);
    let of_fragment = with_instance(fragment.name).unwrap_or_else(|| asked.clone());
    let keeps = of_fragment != *fragment.name && (masked || !is_free(&of_fragment));
    let id = if keeps { asked.clone() } else { of_fragment.clone() };

    let mut others = vec![asked.clone(), of_fragment];
    // An alias of a masked unit is none.
    let is_masked = |name: &UnitName| match map.follow(name) {
        Ok(other) if other.name == fragment.name => masked,
        Ok(other) => root.is_void(&map.path_of(other)),
        Err(_) => true,
    };
    others.extend(map.aliases_of(asked).iter().filter(|alias| !is_masked(alias)).cloned());
    if fragment.name != asked && !masked {
        others.extend(map.aliases_of(fragment.name).iter().filter_map(|alias| {
            let name = with_instance(alias)?;
            (name == *alias || is_free(&name)).then_some(name)
        }));
    }
    others.sort_unstable();
    others.dedup();
    let mut names = vec![id.clone()];
    names.extend(others.into_iter().filter(|name| *name != id));
    (id, names)
}

fn dependencies_by_link(root: &Root, map: &UnitMap, unit: &Loaded) -> Vec<LinkDependency> {
    let mut found = Vec::new();
    for (addition, kind) in [
        (AdditionKind::Wants, LinkDependencyKind::Wants),
        (AdditionKind::Requires, LinkDependencyKind::Requires),
        (AdditionKind::Upholds, LinkDependencyKind::Upholds),
    ] {
        for (name, (path, file_kind)) in drop_ins::files(root, map, addition, &unit.names, |_| true) {
            let name = name.to_str().and_then(|name| UnitName::parse(name).ok());
            let Some(name) = name.filter(|_| file_kind == Kind::Link && !root.is_void(&path)) else {
                continue;
            };
            // A template stands for its instance of the same instance, or else of the unit's own prefix.
            let name = if name.is_template() && !unit.id.is_template() {
                name.with_instance(unit.id.instance().unwrap_or_else(|| unit.id.prefix())).unwrap_or(name)
            } else {
                name
            };
            found.push(LinkDependency { kind, unit: name, path: root.shown(&path) });
        }
    }
    found
}

impl LoadError {
    pub(crate) fn new(path: PathBuf, why: &str) -> Self {
        Self { path, why: why.to_owned() }
    }

    fn io(path: &Path, errno: Errno) -> Self {
        let why = errno.desc();
        let mut why = why.to_owned();
        if let Some(first) = why.get_mut(0..1) {
            first.make_ascii_lowercase();
        }
        Self { path: path.to_owned(), why }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for LoadError {}
