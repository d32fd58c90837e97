//! The only door to files: reads, lists and resolves paths, on the machine itself or inside another root.
//!
//! Inside a root no link leads out of it, however it was built: the kernel resolves every path with
//! openat2(2) and `RESOLVE_IN_ROOT`, and where it cannot (before Linux 5.6, or behind a seccomp filter) the
//! walk in this file does, one component at a time and never following a link blindly. What a unit is, this
//! file does not know.

use super::LoadError;
use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, OpenHow, ResolveFlag, open, openat, openat2, readlinkat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};
use rustix::fs::{FileType, RawDir};
use std::ffi::{CStr, OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Component, Path, PathBuf};

/// The most bytes of a file that are read. systemd sets no limit to a file but one of 1 MiB to a line; this
/// is a thousand times the size of any unit ever shipped, and keeps a sparse file from eating the memory.
pub const MAX_FILE_SIZE: u64 = 256 << 20;

/// The most links that one path may go through, as in the kernel.
const MAX_LINKS: u32 = 40;

/// How many bytes of a listing are asked for at a time: enough for a hundred units and more.
const SPACE_FOR_NAMES: usize = 8 << 10;

/// Where the files are: the machine's own `/`, or a directory that stands for it.
#[derive(Debug)]
pub struct Root {
    /// None is the machine's own.
    directory: Option<Directory>,
}

#[derive(Debug)]
struct Directory {
    path: PathBuf,
    fd: OwnedFd,
    has_openat2: bool,
}

/// What was found where a file was to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A regular file that is not empty.
    Bytes(Vec<u8>),
    /// A regular file without a byte.
    Empty,
    /// A character device, or under a root a link to `/dev/null`, whether that exists there or not.
    Null,
}

/// Why nothing could be read.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// A link that leads nowhere.
    Dangling,
    /// Anything else.
    Error(LoadError),
}

/// What a directory holds under a name, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Directory,
    Link,
    Other,
}

impl Root {
    /// The machine's own files.
    pub const fn host() -> Self {
        Self { directory: None }
    }

    /// The files below `path`, which stands for `/` in all paths and links.
    pub fn below(path: &Path) -> Result<Self, LoadError> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let fd = open(path, flags, Mode::empty()).map_err(|errno| LoadError::io(path, errno))?;
        let has_openat2 = open_in_root(&fd, Path::new("."), flags).is_ok();
        Ok(Self { directory: Some(Directory { path: path.to_owned(), fd, has_openat2 }) })
    }

    /// Whether this is another root than the machine's own.
    pub const fn is_other(&self) -> bool {
        self.directory.is_some()
    }

    /// The path under which a person outside finds what is at `path` here.
    pub fn shown(&self, path: &Path) -> PathBuf {
        match &self.directory {
            Some(directory) => directory.path.join(path.strip_prefix("/").unwrap_or(path)),
            None => path.to_owned(),
        }
    }

    /// The same where `path` may go through links, which are followed inside another root: the result has none.
    pub fn found(&self, path: &Path) -> PathBuf {
        let resolved = self.directory.as_ref().and_then(|_| self.resolve(path).ok());
        self.shown(resolved.as_deref().unwrap_or(path))
    }

    /// The path of the very file that is shown as `shown`: links are followed inside another root, and none is left.
    pub fn real(&self, shown: &Path) -> PathBuf {
        self.found(&self.inside(shown))
    }

    /// The path here of what a person outside finds at `shown`.
    pub(super) fn inside(&self, shown: &Path) -> PathBuf {
        match &self.directory {
            Some(directory) => Path::new("/").join(shown.strip_prefix(&directory.path).unwrap_or(shown)),
            None => shown.to_owned(),
        }
    }

    /// Whether there is a file at this path that can be executed; links are followed inside the root.
    pub fn has_executable(&self, path: &Path) -> bool {
        self.stat(path).is_ok_and(|stat| stat.st_mode & 0o170_000 == 0o100_000 && stat.st_mode & 0o111 != 0)
    }

    /// Whether there is anything at this path; links are followed inside the root.
    pub fn exists(&self, path: &Path) -> bool {
        self.stat(path).is_ok()
    }

    /// The text of a file; `None` if there is none that can be read.
    pub fn read_text(&self, path: &Path) -> Option<String> {
        self.read_bytes(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The bytes of a file; links are followed inside the root.
    pub fn read_bytes(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.read(path, Kind::Link) {
            Ok(Content::Bytes(bytes)) => Ok(bytes),
            Ok(Content::Empty | Content::Null) => Ok(Vec::new()),
            Err(Unreadable::Dangling) => Err(Errno::ENOENT.into()),
            Err(Unreadable::Error(error)) => Err(io::Error::other(error.why)),
        }
    }

    /// The names in a directory, sorted; none if there is no such directory.
    pub fn names_in(&self, path: &Path) -> Vec<String> {
        let mut names = Vec::new();
        let _not_there_has_no_names =
            self.list(path, |_, name, _| names.extend(name.to_str().map(str::to_owned)));
        names.sort_unstable();
        names
    }

    /// Reads a file. Never waits for a pipe and never opens a device.
    pub(super) fn read(&self, path: &Path, kind: Kind) -> Result<Content, Unreadable> {
        self.read_in(None, path, kind)
    }

    /// The same, faster where the file's folder is open: then the way to it is not gone again.
    pub(super) fn read_in(
        &self,
        folder: Option<BorrowedFd<'_>>,
        path: &Path,
        kind: Kind,
    ) -> Result<Content, Unreadable> {
        if kind != Kind::File {
            if self.leads_to_null(path) {
                return Ok(Content::Null);
            }
            let stat = self.stat(path).map_err(|errno| self.unreadable(path, errno))?;
            if let Some(content) = judge(&stat).map_err(|what| self.not_a_file(path, what))? {
                return Ok(content);
            }
        }
        let flags = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
        let beside = folder.filter(|_| kind == Kind::File).zip(path.file_name());
        // What has become a link since is left to the long way, which does not lead out of the root.
        let fd = beside.and_then(|(folder, name)| {
            openat(folder, name, flags | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC, Mode::empty()).ok()
        });
        let fd = fd.map_or_else(|| self.open(path, flags), Ok);
        let fd = fd.map_err(|errno| self.unreadable(path, errno))?;
        let stat = fstat(&fd).map_err(|errno| self.unreadable(path, errno))?;
        if let Some(content) = judge(&stat).map_err(|what| self.not_a_file(path, what))? {
            return Ok(content);
        }
        let too_large = || {
            let why = format!("larger than {} MiB, which no unit is", MAX_FILE_SIZE >> 20);
            Unreadable::Error(LoadError::new(self.shown(path), &why))
        };
        let size = u64::try_from(stat.st_size).unwrap_or(0);
        if size > MAX_FILE_SIZE {
            return Err(too_large());
        }
        let size = usize::try_from(size).unwrap_or(0);
        let mut file = File::from(fd);
        let mut bytes = vec![0; size + 1];
        // A regular file gives all it has: less than was asked for is its end.
        let mut result = file.read(&mut bytes);
        if let Ok(read) = result {
            bytes.truncate(read);
            if read != size {
                result = file.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes);
            }
        }
        if let Err(error) = result {
            let errno = error.raw_os_error().map_or(Errno::EIO, Errno::from_raw);
            return Err(self.unreadable(path, errno));
        }
        // A file may grow while it is read.
        if u64::try_from(bytes.len()).map_or(true, |read| read > MAX_FILE_SIZE) {
            return Err(too_large());
        }
        Ok(Content::Bytes(bytes))
    }

    /// Whether systemd would take the file for a mask: empty, or a character device.
    pub(super) fn is_void(&self, path: &Path) -> bool {
        self.leads_to_null(path)
            || self
                .stat(path)
                .is_ok_and(|stat| matches!(judge(&stat), Ok(Some(Content::Empty | Content::Null))))
    }

    /// Whether a link leads somewhere, or at least could: not in a loop, nor through a file.
    pub(super) fn can_be_resolved(&self, path: &Path) -> bool {
        match self.stat(path) {
            Ok(_) | Err(Errno::EACCES | Errno::EPERM) => true,
            Err(_) => self.resolve(path).is_ok(),
        }
    }

    /// What is at the path, in words, if it is something that is no file.
    pub(super) fn what_else(&self, path: &Path) -> Option<&'static str> {
        judge(&self.stat(path).ok()?).err()
    }

    /// Whether the path is a directory or a link to one.
    pub(super) fn is_directory(&self, path: &Path) -> bool {
        self.stat(path).is_ok_and(|stat| file_type(&stat) == SFlag::S_IFDIR)
    }

    /// Shows every entry of a directory but `.` and `..` to `visit`, together with the open directory for
    /// [`read_link`], and returns that.
    pub(super) fn list(
        &self,
        path: &Path,
        mut visit: impl FnMut(BorrowedFd<'_>, &CStr, Kind),
    ) -> Result<OwnedFd, Errno> {
        let directory = self.open(path, OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NONBLOCK)?;
        let mut space = [MaybeUninit::uninit(); SPACE_FOR_NAMES];
        let mut entries = RawDir::new(&directory, &mut space);
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|errno| Errno::from_raw(errno.raw_os_error()))?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            let kind = match entry.file_type() {
                FileType::RegularFile => Kind::File,
                FileType::Directory => Kind::Directory,
                FileType::Symlink => Kind::Link,
                // Some file systems do not say it in the listing.
                FileType::Unknown => fstatat(&directory, name, AtFlags::AT_SYMLINK_NOFOLLOW)
                    .map_or(Kind::Other, |stat| kind_of(&stat)),
                _ => Kind::Other,
            };
            visit(directory.as_fd(), name, kind);
        }
        Ok(directory)
    }

    /// The path without links, `.` and `..`, and what is there. What does not exist is kept as it stands.
    pub(super) fn resolve(&self, path: &Path) -> Result<PathBuf, Errno> {
        self.walk(path).map(|walked| walked.path())
    }

    /// Whether a link under another root leads to `/dev/null`, which a root on disk usually lacks.
    fn leads_to_null(&self, path: &Path) -> bool {
        self.is_other() && self.resolve(path).is_ok_and(|to| to == Path::new("/dev/null"))
    }

    fn stat(&self, path: &Path) -> Result<FileStat, Errno> {
        match &self.directory {
            None => fstatat(AT_FDCWD, path, AtFlags::empty()),
            Some(_) => fstat(self.open(path, OFlag::O_PATH)?),
        }
    }

    fn open(&self, path: &Path, flags: OFlag) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlag::O_CLOEXEC;
        let Some(directory) = &self.directory else {
            return open(path, flags, Mode::empty());
        };
        if directory.has_openat2 {
            match open_in_root(&directory.fd, path, flags) {
                // Somebody renamed things meanwhile and the kernel cannot tell whether it is still inside.
                Err(Errno::EAGAIN) => {}
                result => return result,
            }
        }
        self.walk(path)?.open(flags)
    }

    /// Goes along a path, component by component, never above the root.
    fn walk(&self, path: &Path) -> Result<Walked, Errno> {
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let (top, path) = match &self.directory {
            Some(directory) => (directory.fd.try_clone().map_err(|_| Errno::EMFILE)?, path.to_owned()),
            None => (open("/", flags, Mode::empty())?, std::path::absolute(path).map_err(|_| Errno::ENOENT)?),
        };
        let mut walked = Walked { top, entered: Vec::new(), last: None, missing: false };
        let mut to_do: Vec<OsString> = Vec::new();
        push_components(&mut to_do, &path);
        let mut links = 0;
        while let Some(name) = to_do.pop() {
            if name == ".." {
                walked.entered.pop();
                continue;
            }
            let flags = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
            let fd = match openat(walked.here(), name.as_os_str(), flags, Mode::empty()) {
                Err(Errno::ENOENT) if to_do.iter().all(|name| name != "..") => {
                    walked.missing = true;
                    to_do.push(name);
                    walked.last = Some(to_do.into_iter().rev().collect());
                    return Ok(walked);
                }
                result => result?,
            };
            match kind_of(&fstat(&fd)?) {
                Kind::Directory => walked.entered.push((fd, name)),
                Kind::Link => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(Errno::ELOOP);
                    }
                    let target = PathBuf::from(readlinkat(walked.here(), name.as_os_str())?);
                    if target.is_absolute() {
                        walked.entered.clear();
                    }
                    push_components(&mut to_do, &target);
                }
                _ if to_do.is_empty() => {
                    walked.last = Some(PathBuf::from(name));
                    return Ok(walked);
                }
                _ => return Err(Errno::ENOTDIR),
            }
        }
        Ok(walked)
    }

    fn unreadable(&self, path: &Path, errno: Errno) -> Unreadable {
        match errno {
            Errno::ENOENT | Errno::ELOOP | Errno::ENOTDIR => Unreadable::Dangling,
            _ => Unreadable::Error(LoadError::io(&self.shown(path), errno)),
        }
    }

    fn not_a_file(&self, path: &Path, what: &str) -> Unreadable {
        Unreadable::Error(LoadError::new(self.shown(path), &format!("is {what}, not a file")))
    }
}

/// Where a walk ended.
struct Walked {
    top: OwnedFd,
    /// The directories gone into below the top.
    entered: Vec<(OwnedFd, OsString)>,
    /// What comes after them: a file, or a path that does not exist.
    last: Option<PathBuf>,
    missing: bool,
}

impl Walked {
    fn here(&self) -> BorrowedFd<'_> {
        self.entered.last().map_or(self.top.as_fd(), |(fd, _)| fd.as_fd())
    }

    fn path(&self) -> PathBuf {
        let names = self.entered.iter().map(|(_, name)| name.as_os_str());
        let mut path: PathBuf = std::iter::once(OsStr::new("/")).chain(names).collect();
        path.extend(&self.last);
        path
    }

    fn open(&self, flags: OFlag) -> Result<OwnedFd, Errno> {
        if self.missing {
            return Err(Errno::ENOENT);
        }
        let name = self.last.as_deref().unwrap_or(Path::new("."));
        openat(self.here(), name, flags | OFlag::O_NOFOLLOW, Mode::empty())
    }
}

/// Reads the link `name` of an open directory.
pub(super) fn read_link(directory: BorrowedFd<'_>, name: &CStr) -> Result<PathBuf, Errno> {
    readlinkat(directory, name).map(PathBuf::from)
}

fn open_in_root(root: &OwnedFd, path: &Path, flags: OFlag) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS;
    openat2(root, path, OpenHow::new().flags(flags | OFlag::O_CLOEXEC).resolve(resolve))
}

/// Puts the components of a path on a stack, the first on top.
fn push_components(stack: &mut Vec<OsString>, path: &Path) {
    let start = stack.len();
    stack.extend(path.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    }));
    stack[start..].reverse();
}

fn file_type(stat: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT
}

fn kind_of(stat: &FileStat) -> Kind {
    match file_type(stat) {
        SFlag::S_IFREG => Kind::File,
        SFlag::S_IFDIR => Kind::Directory,
        SFlag::S_IFLNK => Kind::Link,
        _ => Kind::Other,
    }
}

/// What a file is before it is read: nothing yet for a regular file that has content, and an error in words
/// for what is no file.
fn judge(stat: &FileStat) -> Result<Option<Content>, &'static str> {
    match file_type(stat) {
        SFlag::S_IFREG if stat.st_size == 0 => Ok(Some(Content::Empty)),
        SFlag::S_IFREG => Ok(None),
        SFlag::S_IFCHR => Ok(Some(Content::Null)),
        SFlag::S_IFDIR => Err("a directory"),
        SFlag::S_IFIFO => Err("a pipe"),
        SFlag::S_IFSOCK => Err("a socket"),
        SFlag::S_IFBLK => Err("a block device"),
        _ => Err("of an unknown type"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    const CANARY: &[u8] = b"from outside";

    /// The same root with the kernel's help and without.
    fn both_ways(path: &Path) -> [Root; 2] {
        let mut walking = Root::below(path).unwrap();
        walking.directory.as_mut().unwrap().has_openat2 = false;
        [Root::below(path).unwrap(), walking]
    }

    /// A path inside or out of a tree of a few names.
    fn path() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec!["a", "b", "f", "..", "../..", ".", ""]);
        let last = prop::sample::select(vec!["a", "b", "f", ".."]);
        let start = prop_oneof![
            4 => Just(""),
            2 => Just("/"),
            2 => Just("OUTSIDE/"),
            1 => Just("/proc/self/root/OUTSIDE/"),
            1 => Just("/proc/self/cwd/"),
        ];
        (start, proptest::collection::vec(part, 0..4), last).prop_map(|(start, parts, last)| {
            start.to_owned() + &parts.join("/") + if parts.is_empty() { "" } else { "/" } + last
        })
    }

    #[test]
    fn names_are_those_inside() {
        let (outside, inside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("stranger"), CANARY).unwrap();
        fs::create_dir(inside.path().join("etc")).unwrap();
        fs::write(inside.path().join("etc/b"), "").unwrap();
        fs::write(inside.path().join("etc/a"), "").unwrap();
        symlink("/etc", inside.path().join("own")).unwrap();
        symlink(outside.path(), inside.path().join("out")).unwrap();
        for root in both_ways(inside.path()) {
            for (path, names) in
                [("/etc", &["a", "b"][..]), ("/own", &["a", "b"]), ("/out", &[]), ("/no", &[])]
            {
                assert_eq!(root.names_in(Path::new(path)), names, "{path}");
            }
        }
    }

    #[test]
    fn a_file_is_found_inside() {
        let inside = tempfile::tempdir().unwrap();
        fs::create_dir(inside.path().join("run")).unwrap();
        symlink("/run", inside.path().join("link")).unwrap();
        symlink("/etc/passwd", inside.path().join("run/x.pid")).unwrap();
        for root in both_ways(inside.path()) {
            for (path, found) in
                [("/run/a", "run/a"), ("/link/a", "run/a"), ("/link/x.pid", "etc/passwd"), ("/no/a", "no/a")]
            {
                assert_eq!(root.found(Path::new(path)), inside.path().join(found), "{path}");
            }
        }
        assert_eq!(Root::host().found(Path::new("/no/a")), Path::new("/no/a"));
    }

    proptest! {
        /// Whatever links a tree holds, nothing outside is read, listed or named, and both ways agree.
        #[test]
        fn nothing_outside_the_root_is_reached(
            links in proptest::collection::vec((path(), path()), 0..8),
            asked in proptest::collection::vec(path(), 1..6),
        ) {
            let outside = tempfile::tempdir().unwrap();
            fs::write(outside.path().join("f"), CANARY).unwrap();
            fs::write(outside.path().join("a"), CANARY).unwrap();
            let inside = outside.path().join("root");
            fs::create_dir_all(inside.join("a/b")).unwrap();
            fs::write(inside.join("a/f"), "from inside").unwrap();
            let real = |path: &str| path.replace("OUTSIDE", outside.path().to_str().unwrap());
            for (at, target) in &links {
                // Where a link is must not depend on the links before: only where it leads is free.
                let name = at.rsplit('/').find(|part| matches!(*part, "a" | "b" | "f")).unwrap_or("l");
                let directory = ["", "a", "a/b"][at.len() % 3];
                let place = inside.join(directory).join(name);
                if fs::symlink_metadata(&place).is_err() {
                    symlink(real(target), place).unwrap();
                }
            }
            for path in asked.iter().chain(links.iter().map(|(at, _)| at)) {
                let path = Path::new("/").join(real(path));
                let answers = both_ways(&inside).map(|root| {
                    let mut names = Vec::new();
                    let listed = root.list(&path, |_, name, _| names.push(name.to_owned()));
                    names.sort();
                    (root.read(&path, Kind::Link).ok(), listed.is_ok(), names, root.resolve(&path).ok())
                });
                prop_assert_eq!(&answers[0], &answers[1]);
                let (content, _, names, resolved) = &answers[0];
                prop_assert_ne!(content.as_ref(), Some(&Content::Bytes(CANARY.to_vec())));
                prop_assert!(!names.iter().any(|name| name.as_c_str() == c"root"));
                if let (Some(Content::Bytes(_)), Some(resolved)) = (content, resolved) {
                    let same = inside.join(resolved.strip_prefix("/").unwrap());
                    prop_assert!(fs::symlink_metadata(&same).unwrap().is_file());
                }
            }
        }
    }

    #[test]
    fn links_lead_where_they_would_if_the_root_were_all() {
        let tree = tempfile::tempdir().unwrap();
        fs::create_dir_all(tree.path().join("etc/deep")).unwrap();
        fs::write(tree.path().join("etc/f"), "inside").unwrap();
        for (link, target) in [
            ("abs", "/etc/f"),
            ("up", "../../../../etc/f"),
            ("dir", "/etc/deep/.."),
            ("null", "/dev/null"),
            ("loop", "loop"),
        ] {
            symlink(target, tree.path().join(link)).unwrap();
        }
        for root in both_ways(tree.path()) {
            for path in ["/abs", "/up", "/dir/f", "dir/deep/../f", "/../../abs"] {
                let content = root.read(Path::new(path), Kind::Link).unwrap();
                assert_eq!(content, Content::Bytes(b"inside".to_vec()), "{path}");
                assert_eq!(root.resolve(Path::new(path)).unwrap(), Path::new("/etc/f"));
            }
            assert_eq!(root.read(Path::new("/null"), Kind::Link).unwrap(), Content::Null);
            assert!(matches!(root.read(Path::new("/loop"), Kind::Link), Err(Unreadable::Dangling)));
            assert_eq!(root.resolve(Path::new("/loop")), Err(Errno::ELOOP));
            assert_eq!(root.resolve(Path::new("/etc/f/x")), Err(Errno::ENOTDIR));
            assert_eq!(root.resolve(Path::new("/dir/gone/x")).unwrap(), Path::new("/etc/gone/x"));
            assert_eq!(root.resolve(Path::new("/gone/../x")), Err(Errno::ENOENT));
            assert_eq!(root.shown(Path::new("/etc/f")), tree.path().join("etc/f"));
        }
    }

    #[test]
    fn a_root_that_is_no_directory_is_an_error() {
        let tree = tempfile::tempdir().unwrap();
        let error = Root::below(&tree.path().join("gone")).unwrap_err();
        assert!(error.to_string().ends_with("/gone: no such file or directory"), "{error}");
    }

    #[test]
    fn a_file_in_place_of_a_pipe_is_not_waited_for() {
        let tree = tempfile::tempdir().unwrap();
        nix::unistd::mkfifo(&tree.path().join("pipe"), Mode::S_IRWXU).unwrap();
        // Listed as a file, and replaced since.
        for root in both_ways(tree.path()) {
            assert!(matches!(root.read(Path::new("/pipe"), Kind::File), Err(Unreadable::Error(_))));
            let folder = root.list(Path::new("/"), |_, _, _| {}).unwrap();
            let content = root.read_in(Some(folder.as_fd()), Path::new("/pipe"), Kind::File);
            assert!(matches!(content, Err(Unreadable::Error(_))));
        }
    }

    #[test]
    fn a_file_in_an_open_folder_is_read_from_there_and_a_link_in_its_place_is_not_followed_out() {
        let tree = tempfile::tempdir().unwrap();
        let inside = tree.path().join("root");
        fs::create_dir_all(inside.join("a")).unwrap();
        fs::write(tree.path().join("outside"), CANARY).unwrap();
        fs::write(inside.join("a/f"), "in a").unwrap();
        symlink(tree.path().join("outside"), inside.join("a/out")).unwrap();
        symlink("/a/f", inside.join("a/in")).unwrap();
        for root in both_ways(&inside) {
            let folder = root.list(Path::new("/a"), |_, _, _| {}).unwrap();
            // Listed as a file, and replaced since.
            let read = |path| root.read_in(Some(folder.as_fd()), Path::new(path), Kind::File);
            let content = Content::Bytes(b"in a".to_vec());
            assert_eq!(read("/a/in").unwrap(), content);
            assert!(matches!(read("/a/out"), Err(Unreadable::Dangling)));
            fs::rename(inside.join("a"), inside.join("b")).unwrap();
            assert_eq!(read("/a/f").unwrap(), content, "the folder is still the same");
            fs::rename(inside.join("b"), inside.join("a")).unwrap();
        }
    }
}
