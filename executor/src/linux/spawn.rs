//! Starts a command of a unit as its control process: in the unit's cgroup and in the surroundings that
//! systemd.exec(5) describes, as far as they can be made without a manager.
//!
//! Which command, with which words and variables, is said by the caller. A step that fails in the new
//! process ends it with the exit status that systemd gives to that step ("Process Exit Codes" in
//! systemd.exec(5)), so that a missing program is a command that failed with 203, not an error here.

use super::accounts::{Accounts, User};
use super::process::Handle;
use super::sys::{self, ExecStrings};
use nix::errno::Errno;
use nix::fcntl::{OFlag, open};
use nix::sys::resource::{RLIM_INFINITY, Resource, rlim_t, setrlimit};
use nix::sys::signal::{SigSet, SigmaskHow, sigprocmask};
use nix::sys::stat::{Mode, umask};
use nix::unistd::{
    AccessFlags, Gid, Uid, access, chdir, chroot, dup2_stderr, dup2_stdin, dup2_stdout, setsid,
};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use unitctl_parser::service::exec_context::{ExecContext, Input, Output, ResourceLimit, WorkingDirectory};
use unitctl_parser::value::command::{Command, Privileges};
use unitctl_parser::value::environment::Environment;

/// The exit statuses by which systemd tells which step failed.
mod status {
    pub(super) const CHDIR: i32 = 200;
    pub(super) const NICE: i32 = 201;
    pub(super) const EXEC: i32 = 203;
    pub(super) const LIMITS: i32 = 205;
    pub(super) const SIGNAL_MASK: i32 = 207;
    pub(super) const STDIN: i32 = 208;
    pub(super) const STDOUT: i32 = 209;
    pub(super) const CHROOT: i32 = 210;
    pub(super) const GROUP: i32 = 216;
    pub(super) const USER: i32 = 217;
    pub(super) const CGROUP: i32 = 219;
    pub(super) const SETSID: i32 = 220;
    pub(super) const STDERR: i32 = 222;
}

/// Where a program without a path is looked for, unless `ExecSearchPath=` says otherwise.
pub(super) const SEARCH_PATH: [&str; 4] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];

/// Stands for the number of the new process in its words and variables, until it has one. Longer than any.
pub(super) const OWN_PID: &str = "\u{1}own-pid\u{1}";

/// What is to be started, and how.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    /// The command: its program and its prefixes.
    pub command: &'a Command,
    /// Its words, variables substituted; the first is what the program is called by.
    pub argv: &'a [OsString],
    /// All of its variables.
    pub environment: &'a Environment,
    /// Its surroundings.
    pub context: &'a ExecContext,
    /// The root of the system that the unit belongs to; the command does not see what is outside.
    pub root: &'a Path,
    /// The directory of the cgroup to start in, which exists.
    pub cgroup: &'a Path,
}

/// Starts it. The error is one of ours (no memory, too many processes, a NUL in a word); what goes wrong in
/// the new process is its exit status.
pub fn spawn(launch: &Launch) -> io::Result<Handle> {
    let mut child = Child::prepare(launch)?;
    let pid = sys::fork(|| child.run())?;
    // Nobody else waits for our child, so the number is still its own.
    Ok(Handle::open(pid)?)
}

/// The variables that say who runs a command (systemd.exec(5), "Environment Variables Set or Propagated by
/// the Service Manager"): USER always, HOME, LOGNAME and SHELL with a `User=`.
pub fn user_variables(context: &ExecContext, root: &Path) -> Vec<(OsString, OsString)> {
    let user = Accounts::new(root).user(context.user.as_deref().unwrap_or("root"));
    let Some(user) = user else { return Vec::new() };
    let mut variables = vec![("USER", user.name.clone())];
    if context.set_login_environment.unwrap_or(context.user.is_some()) {
        variables.extend(user.home.map(|home| ("HOME", home)));
        variables.push(("LOGNAME", user.name));
        variables.extend(user.shell.filter(|s| is_real_shell(s)).map(|shell| ("SHELL", shell)));
    }
    variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn is_real_shell(shell: &str) -> bool {
    !matches!(Path::new(shell).file_name().and_then(OsStr::to_str), Some("nologin" | "false" | "true") | None)
}

/// Everything the new process needs, made before it exists: after the fork nothing is allocated.
struct Child {
    cgroup_procs: CString,
    ignore_sigpipe: bool,
    streams: Streams,
    nice: i32,
    umask: Mode,
    limits: Vec<(Resource, rlim_t, rlim_t)>,
    chroots: Vec<CString>,
    directory: Option<CString>,
    directory_missing_ok: bool,
    /// Or the exit status of not finding out.
    credentials: Result<Credentials, i32>,
    /// The places of the program, in the order in which they are tried.
    programs: Vec<CString>,
    argv: ExecStrings,
    environment: ExecStrings,
}

#[derive(Default)]
struct Credentials {
    groups: Option<Vec<Gid>>,
    gid: Option<Gid>,
    uid: Option<Uid>,
}

impl Child {
    fn prepare(launch: &Launch) -> io::Result<Self> {
        let &Launch { command, argv, environment, context, root, cgroup } = launch;
        let accounts = Accounts::new(root);
        let sandboxed = command.privileges != Privileges::Full && !context.permissions_start_only;
        let changes_user = sandboxed && command.privileges == Privileges::Restricted;

        // systemd looks the user up even for a command that is not run as that user.
        let user = context.user.as_deref().map(|name| accounts.user(name).ok_or(status::USER)).transpose();
        let shell = user.as_ref().ok().and_then(|user| user.as_ref()?.shell.clone());
        let path = match shell {
            Some(shell) if command.via_shell && is_real_shell(&shell) => OsString::from(shell),
            // Without a user's own it is the one that the command names already.
            _ => command.path.clone(),
        };

        let home =
            user.as_ref().map_or(None, |user| user.as_ref().map_or(Some("/root".into()), |u| u.home.clone()));
        let directory = match &context.working_directory {
            WorkingDirectory::Root => Some(CString::from(c"/")),
            WorkingDirectory::Home => home.map(CString::new).transpose()?,
            WorkingDirectory::Path(path) => Some(c_string(path)?),
        };

        let mut chroots = Vec::new();
        if root != Path::new("/") {
            chroots.push(c_string(root.as_os_str())?);
        }
        let own_root = context.root_directory.as_ref().filter(|_| !context.root_directory_start_only);
        chroots.extend(own_root.map(|root| c_string(root)).transpose()?);

        let mut pairs = Vec::new();
        for (name, value) in environment.iter() {
            pairs.push(CString::new([name.as_bytes(), b"=", value.as_bytes()].concat())?);
        }

        Ok(Self {
            cgroup_procs: c_string(cgroup.join("cgroup.procs").as_os_str())?,
            ignore_sigpipe: context.ignore_sigpipe,
            streams: Streams::prepare(context)?,
            // Ours is lost by a child of somebody urgent (sched(7), "reset-on-fork").
            nice: context.nice.unwrap_or_else(sys::nice),
            umask: Mode::from_bits_truncate(context.umask),
            limits: if sandboxed { context.limits.iter().filter_map(limit).collect() } else { Vec::new() },
            chroots,
            directory,
            directory_missing_ok: context.working_directory_missing_ok,
            credentials: user.and_then(|user| credentials(context, user, &accounts, changes_user)),
            programs: places(&path, &context.exec_search_path)?,
            argv: ExecStrings::new(argv.iter().map(|word| c_string(word)).collect::<io::Result<_>>()?),
            environment: ExecStrings::new(pairs),
        })
    }

    /// Becomes the command. Returns the exit status of the step that failed.
    fn run(&mut self) -> i32 {
        let own = nix::unistd::getpid().as_raw();
        self.argv.replace(OWN_PID, own);
        self.environment.replace(OWN_PID, own);
        self.become_command().err().unwrap_or(status::EXEC)
    }

    fn become_command(&self) -> Result<(), i32> {
        sys::close_on_exec_from(3);
        sys::reset_signals(self.ignore_sigpipe);
        at(status::SIGNAL_MASK, sigprocmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::empty()), None))?;
        at(status::SETSID, setsid())?;
        // Entering by the file: a process made directly in a cgroup whose cgroup.kill was written is killed.
        at(status::CGROUP, enter(&self.cgroup_procs))?;
        umask(self.umask);
        self.streams.connect()?;
        at(status::NICE, sys::set_nice(self.nice))?;
        for &(resource, soft, hard) in &self.limits {
            at(status::LIMITS, setrlimit(resource, soft, hard))?;
        }
        let credentials = self.credentials.as_ref().map_err(|status| *status)?;
        if let Some(groups) = &credentials.groups {
            at(status::GROUP, nix::unistd::setgroups(groups))?;
        }
        if let Some(gid) = credentials.gid {
            at(status::GROUP, nix::unistd::setresgid(gid, gid, gid))?;
        }
        for root in &self.chroots {
            at(status::CHROOT, chroot(root.as_c_str()).and_then(|()| chdir(c"/")))?;
        }
        let entered = self.directory.as_deref().map_or(Err(Errno::ENOENT), chdir);
        if !self.directory_missing_ok {
            at(status::CHDIR, entered)?;
        }
        if let Some(uid) = credentials.uid {
            at(status::USER, nix::unistd::setresuid(uid, uid, uid))?;
        }
        for program in &self.programs {
            // A name is looked for until something executable is found; only that is tried.
            if self.programs.len() == 1 || access(program.as_c_str(), AccessFlags::X_OK).is_ok() {
                sys::exec(program, &self.argv, &self.environment);
                break;
            }
        }
        Err(status::EXEC)
    }
}

fn at<T>(status: i32, result: nix::Result<T>) -> Result<T, i32> {
    result.map_err(|_| status)
}

fn enter(cgroup_procs: &CStr) -> nix::Result<()> {
    let file = open(cgroup_procs, OFlag::O_WRONLY | OFlag::O_CLOEXEC, Mode::empty())?;
    nix::unistd::write(&file, b"0").map(drop)
}

/// The three standard streams.
struct Streams {
    input: Source,
    output: Sink,
    error: Sink,
}

enum Source {
    Null,
    File(CString, OFlag),
    Open(OwnedFd),
}

enum Sink {
    Null,
    /// Our own standard error.
    Ours,
    /// What the stream before it is: of the output the input, of the error the output.
    Former,
    File(CString, OFlag),
}

impl Streams {
    fn prepare(context: &ExecContext) -> io::Result<Self> {
        let written_too = match (&context.standard_input, &context.standard_output) {
            (Input::File(_), Output::Inherit) => true,
            (Input::File(input), Output::File(output)) => input == output,
            _ => false,
        };
        let input = match &context.standard_input {
            Input::Null => Source::Null,
            Input::File(path) => Source::File(
                c_string(path)?,
                if written_too { OFlag::O_RDWR | OFlag::O_CREAT } else { OFlag::O_RDONLY },
            ),
            Input::Data(bytes) => Source::Open(held_bytes(bytes)?),
        };
        let sink = |output: &Output| {
            let file = |path: &OsStr, flags| -> io::Result<Sink> {
                Ok(Sink::File(c_string(path)?, OFlag::O_WRONLY | OFlag::O_CREAT | flags))
            };
            match output {
                Output::Inherit => Ok(Sink::Former),
                Output::Null => Ok(Sink::Null),
                Output::Journal => Ok(Sink::Ours),
                Output::File(path) => file(path, OFlag::empty()),
                Output::Append(path) => file(path, OFlag::O_APPEND),
                Output::Truncate(path) => file(path, OFlag::O_TRUNC),
            }
        };
        let output = match &context.standard_output {
            Output::Inherit if !written_too => Sink::Null,
            _ if written_too => Sink::Former,
            other => sink(other)?,
        };
        let same_file = context.standard_error == context.standard_output && matches!(output, Sink::File(..));
        let error = if same_file { Sink::Former } else { sink(&context.standard_error)? };
        Ok(Self { input, output, error })
    }

    /// Puts them in the place of ours; the error last, as the others may be what ours was.
    fn connect(&self) -> Result<(), i32> {
        let null = |flags| open(c"/dev/null", flags | OFlag::O_CLOEXEC, Mode::empty());
        let file = |path: &CStr, flags| {
            open(path, flags | OFlag::O_NOCTTY | OFlag::O_CLOEXEC, Mode::from_bits_truncate(0o666))
        };
        let input = match &self.input {
            Source::Null => null(OFlag::O_RDONLY).and_then(dup2_stdin),
            Source::File(path, flags) => file(path, *flags).and_then(dup2_stdin),
            Source::Open(fd) => dup2_stdin(fd.as_fd()),
        };
        at(status::STDIN, input)?;
        let output = match &self.output {
            Sink::Null => null(OFlag::O_WRONLY).and_then(dup2_stdout),
            Sink::Ours => dup2_stdout(sys::standard(2)),
            Sink::Former => dup2_stdout(sys::standard(0)),
            Sink::File(path, flags) => file(path, *flags).and_then(dup2_stdout),
        };
        at(status::STDOUT, output)?;
        let error = match &self.error {
            Sink::Null => null(OFlag::O_WRONLY).and_then(dup2_stderr),
            Sink::Ours => Ok(()),
            Sink::Former => dup2_stderr(sys::standard(1)),
            Sink::File(path, flags) => file(path, *flags).and_then(dup2_stderr),
        };
        at(status::STDERR, error)
    }
}

/// A file in memory, to be read from its beginning; a pipe where the kernel has none (before Linux 3.17).
fn held_bytes(bytes: &[u8]) -> io::Result<OwnedFd> {
    use nix::sys::memfd::{MFdFlags, memfd_create};
    use std::io::{Seek, Write};
    let mut file = match memfd_create(c"StandardInput", MFdFlags::MFD_CLOEXEC) {
        Err(Errno::ENOSYS) => return piped_bytes(bytes),
        made => std::fs::File::from(made?),
    };
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file.into())
}

/// The end of a pipe that all of it waits in. EPERM, EINVAL: that is more than a pipe can hold.
fn piped_bytes(bytes: &[u8]) -> io::Result<OwnedFd> {
    use nix::fcntl::{FcntlArg, fcntl};
    use std::io::Write;
    let (read, write) = nix::unistd::pipe2(OFlag::O_CLOEXEC)?;
    let size = i32::try_from(bytes.len()).map_err(|_| Errno::EINVAL)?;
    fcntl(&write, FcntlArg::F_SETPIPE_SZ(size.max(1)))?;
    std::fs::File::from(write).write_all(bytes)?;
    Ok(read)
}

/// The users and groups to become.
fn credentials(
    context: &ExecContext,
    user: Option<User>,
    accounts: &Accounts,
    changes_user: bool,
) -> Result<Credentials, i32> {
    let named = context.group.as_deref().map(|name| accounts.group(name).ok_or(status::GROUP)).transpose()?;
    let mut groups = Vec::new();
    for name in &context.supplementary_groups {
        groups.push(accounts.group(name).ok_or(status::GROUP)?);
    }
    if !nix::unistd::geteuid().is_root() && user.is_none() && named.is_none() && groups.is_empty() {
        return Ok(Credentials::default());
    }
    let gid = named.or_else(|| user.as_ref().map(|user| user.gid));
    let mut own = Vec::new();
    if let (Some(user), Some(gid)) = (&user, gid)
        && gid.as_raw() != 0
    {
        own.push(gid);
        own.extend(accounts.groups_of(&user.name));
    }
    if !changes_user {
        // It keeps user and group, yet gets the groups of the user that it is not, and loses ours.
        let root = nix::unistd::geteuid().is_root();
        return Ok(Credentials { groups: root.then_some(own), gid: None, uid: None });
    }
    groups.append(&mut own);
    groups.sort_unstable_by_key(|gid| gid.as_raw());
    groups.dedup();
    Ok(Credentials { groups: Some(groups), gid, uid: user.map(|user| user.uid) })
}

/// Where the program may be.
fn places(program: &OsStr, search_path: &[OsString]) -> io::Result<Vec<CString>> {
    if program.as_bytes().starts_with(b"/") {
        return Ok(vec![c_string(program)?]);
    }
    let in_dir = |dir: &OsStr| c_string(Path::new(dir).join(program).as_os_str());
    if search_path.is_empty() {
        SEARCH_PATH.iter().map(|dir| in_dir(OsStr::new(dir))).collect()
    } else {
        search_path.iter().map(|dir| in_dir(dir)).collect()
    }
}

fn c_string(text: &OsStr) -> io::Result<CString> {
    CString::new(text.as_bytes()).map_err(Into::into)
}

/// The resource that a `Limit…=` directive is about.
fn limit(limit: &ResourceLimit) -> Option<(Resource, rlim_t, rlim_t)> {
    let resource = match limit.name.as_str() {
        "CPU" => Resource::RLIMIT_CPU,
        "FSIZE" => Resource::RLIMIT_FSIZE,
        "DATA" => Resource::RLIMIT_DATA,
        "STACK" => Resource::RLIMIT_STACK,
        "CORE" => Resource::RLIMIT_CORE,
        "RSS" => Resource::RLIMIT_RSS,
        "NOFILE" => Resource::RLIMIT_NOFILE,
        "AS" => Resource::RLIMIT_AS,
        "NPROC" => Resource::RLIMIT_NPROC,
        "MEMLOCK" => Resource::RLIMIT_MEMLOCK,
        "LOCKS" => Resource::RLIMIT_LOCKS,
        "SIGPENDING" => Resource::RLIMIT_SIGPENDING,
        "MSGQUEUE" => Resource::RLIMIT_MSGQUEUE,
        "NICE" => Resource::RLIMIT_NICE,
        "RTPRIO" => Resource::RLIMIT_RTPRIO,
        "RTTIME" => Resource::RLIMIT_RTTIME,
        _ => return None,
    };
    Some((resource, limit.soft.unwrap_or(RLIM_INFINITY), limit.hard.unwrap_or(RLIM_INFINITY)))
}
