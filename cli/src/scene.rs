//! What `stop`, `kill` and `ps` share: the control group of a unit, who is who in it, and whether it may be touched.

use crate::args::CgroupOptions;
use crate::context::{Context, Inspected, variables};
use crate::failure::Failure;
use crate::output;
use crate::render::printable::one_line;
use crate::render::style::Palette;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use unitctl_executor::carry_out::Known;
use unitctl_executor::linux::cgroup::{Cgroup, CgroupError};
use unitctl_executor::linux::freezer::Frozen;
use unitctl_executor::linux::hierarchy::Hierarchies;
use unitctl_executor::linux::main_process::{self, Hints, Missing};
use unitctl_executor::linux::process::{Handle, comm};
use unitctl_executor::linux::{Interrupts, LinuxWorld, Refusal, Surroundings};
use unitctl_executor::plan::{Presence, Start, StartState};
use unitctl_executor::world::{Errno, Pid};
use unitctl_parser::name::UnitName;
use unitctl_parser::service::exec_context::{ExecContext, WorkingDirectory};
use unitctl_parser::value::enumeration::ServiceType;

/// A control group and the unit it belongs to.
#[derive(Debug)]
pub struct Scene {
    /// What it is called: the unit, or the path that was given.
    pub name: String,
    /// The unit, if one was named.
    pub inspected: Option<Inspected>,
    /// The control group.
    pub cgroup: Cgroup,
    /// Whether it is there.
    pub exists: bool,
    hierarchies: Hierarchies,
}

/// Who is who.
#[derive(Debug)]
pub struct Cast {
    /// The main process.
    pub main: Option<Handle>,
    /// How it was found, or why there is none.
    pub main_because: String,
    /// The control process.
    pub control: Option<Handle>,
}

/// Reads the mount table.
pub fn hierarchies() -> Result<Hierarchies, Failure> {
    Hierarchies::read().map_err(|error| {
        Failure::new(format!(
            "cannot read /proc/self/mountinfo, which says where control groups are: {error}"
        ))
        .with_help("mount /proc: mount -t proc proc /proc")
    })
}

impl Scene {
    /// The control group of a unit, or the one that was named.
    pub fn find(context: &Context, unit: Option<&str>, options: &CgroupOptions) -> Result<Self, Failure> {
        let hierarchies = hierarchies()?;
        let inspected = unit.map(|unit| context.inspect(unit)).transpose()?;
        let found = match (&options.cgroup, &inspected) {
            (Some(path), _) => hierarchies.cgroup_at(path),
            (None, Some(inspected)) => hierarchies.unit_cgroup(&relative_path(inspected, context.user)?),
            (None, None) => return Err(Failure::new("neither a unit nor a control group was named")),
        };
        let (cgroup, exists) = match found {
            Ok(cgroup) => (cgroup, true),
            Err(CgroupError::Missing(dir)) if options.cgroup.is_none() => {
                (hierarchies.absent(dir).map_err(|error| Failure::new(error.to_string()))?, false)
            }
            Err(error) => return Err(Failure::new(error.to_string())),
        };
        let name = match &inspected {
            Some(inspected) => inspected.unit.id.to_string(),
            None => cgroup.dir().display().to_string(),
        };
        Ok(Self { name, inspected, cgroup, exists, hierarchies })
    }

    /// Whether anybody is in it.
    pub fn is_populated(&self) -> bool {
        self.exists && self.cgroup.is_populated()
    }

    /// Refuses to touch what must not be touched.
    pub fn check(&self, verb: &str, force: bool, user: bool) -> Result<(), Failure> {
        let Some(refusal) = self.cgroup.refusal() else { return Ok(()) };
        if force && refusal.can_be_forced() {
            return Ok(());
        }
        let failure = Failure::new(format!("will not {verb} {}: {refusal}", self.cgroup.dir().display()));
        let help = match refusal {
            Refusal::Managed(_) => {
                let user = if user { "--user " } else { "" };
                let name = self.inspected.as_ref().map_or("UNIT", |_| &self.name);
                format!("say `systemctl {user}{verb} {name}`, or add --force to do it behind systemd's back")
            }
            _ => "--force does not change that".into(),
        };
        Err(failure.with_help(help))
    }

    /// Why it would be refused without `--force` or in any case, if it would be.
    pub fn refusal(&self) -> Option<String> {
        self.cgroup.refusal().map(|refusal| refusal.to_string())
    }

    /// The line of a dry run that says so.
    pub fn would_be_refused(&self, palette: Palette) -> String {
        self.refusal().map_or(String::new(), |refusal| {
            format!("  {} {refusal}\n", palette.deadly("It would be refused:"))
        })
    }

    /// What holds signals back, if anything does.
    pub fn frozen(&self) -> Frozen {
        self.cgroup.frozen(&self.hierarchies)
    }

    /// Finds the main process, guessing it if that `may_guess`, and takes hold of the processes that were named.
    pub fn cast(&self, context: &Context, options: &CgroupOptions, may_guess: bool) -> Result<Cast, Failure> {
        let control = options.control_pid.map(Pid);
        let pid =
            match options.main_pid.as_deref() {
                None | Some("none" | "") => None,
                Some(text) => Some(text.parse().map(Pid).map_err(|_| {
                    Failure::new(format!("--main-pid: `{text}` is neither a number nor `none`"))
                })?),
            };
        let service = self.inspected.as_ref().and_then(Inspected::as_service);
        let pid_file = service.and_then(|service| service.pid_file.value.as_deref());
        let pid_file = pid_file.map(|path| context.loader.root().found(Path::new(path)));
        // What a oneshot left behind when it exited is not its main process.
        let exited = service.is_some_and(|service| {
            service.service_type.value == ServiceType::Oneshot && service.remain_after_exit.value
        });
        // Of units only services have one.
        let may_guess = may_guess && self.inspected.as_ref().is_none_or(Inspected::is_service);
        let guess = service.is_none_or(|service| match service.service_type.value {
            ServiceType::Forking => service.guess_main_pid.value,
            _ => !exited,
        });
        let hints = Hints {
            pid,
            none: options.main_pid.as_deref() == Some("none"),
            pid_file: pid_file.as_deref(),
            guess: guess && may_guess,
            control,
        };
        let found = main_process::find(&self.cgroup, &hints);
        let mut main_because = match &found.main {
            Ok((_, source)) => source.to_string(),
            Err(Missing::Unfit(pid, why)) if hints.pid.is_some() => {
                return Err(Failure::new(format!("--main-pid: PID {pid} cannot be it: {why}")));
            }
            Err(Missing::NotGuessed) if !may_guess => "it makes no difference".into(),
            Err(Missing::NotGuessed) if exited => "the service has exited and remains active".into(),
            Err(missing) => missing.to_string(),
        };
        if let (Some(why), Some(file)) = (found.pid_file, &pid_file) {
            main_because = format!("{main_because}; not from {}: {why}", file.display());
        }
        let control = control.map(|pid| {
            main_process::control(&self.cgroup, pid)
                .map_err(|why| Failure::new(format!("--control-pid: PID {pid} cannot be it: {why}")))
        });
        let control = control.transpose()?;
        Ok(Cast { main: found.main.ok().map(|(handle, _)| handle), main_because, control })
    }

    /// The processes of the unit, ready to be acted upon.
    pub fn world(
        &self,
        context: &Context,
        cast: Cast,
        interrupts: Option<Interrupts>,
    ) -> (LinuxWorld, Known) {
        let inspected = self.inspected.as_ref();
        let service = inspected.and_then(Inspected::as_service);
        let mut exec =
            inspected.map_or_else(ExecContext::default, |inspected| context.exec_context(inspected));
        if context.user && exec.working_directory == WorkingDirectory::Root {
            // The manager of a user starts everything in the user's home.
            exec.working_directory = WorkingDirectory::Home;
        }
        let surroundings = Surroundings {
            context: exec,
            pid_file: service.and_then(|service| service.pid_file.value.clone()),
            delegated: service.is_some_and(|service| service.delegate.value),
            invocation: inspected.and_then(|inspected| invocation(context, inspected)),
            root: context.loader.root().shown(Path::new("/")),
            inherited: variables(),
        };
        let mut world =
            LinuxWorld::new(self.hierarchies.clone(), self.cgroup.clone(), surroundings, interrupts);
        let known = cast.known();
        for handle in [cast.main, cast.control].into_iter().flatten() {
            world.adopt(handle);
        }
        (world, known)
    }
}

impl Cast {
    /// The numbers.
    pub fn known(&self) -> Known {
        Known { main: self.main.as_ref().map(Handle::pid), control: self.control.as_ref().map(Handle::pid) }
    }

    /// The main process in words: `main process 4711 (nginx), from /run/nginx.pid`.
    pub fn main_words(&self) -> String {
        match &self.main {
            Some(main) => format!("main process {}, {}", named(main.pid()), self.main_because),
            None => format!("no main process: {}", self.main_because),
        }
    }

    /// The situation of a plan that begins in this state.
    pub fn start(&self, state: StartState) -> Start {
        let presence = |handle: &Option<Handle>| if handle.is_some() { Presence::Yes } else { Presence::No };
        let state = if self.control.is_some() { StartState::Busy } else { state };
        Start { state, main: presence(&self.main), control: presence(&self.control), ..Start::running() }
    }
}

/// The processes of a control group and of those below; `false` if not all could be read, which is complained of.
pub fn members(cgroup: &Cgroup) -> (Vec<Pid>, bool) {
    let (pids, mut errors) = cgroup.members();
    // The processes of threaded ones are listed by those above them.
    errors.retain(|(_, error)| error.raw_os_error() != Some(Errno::EOPNOTSUPP as i32));
    for (dir, error) in &errors {
        output::complain(&format!("cannot read {}: {error}", dir.display()));
    }
    (pids, errors.is_empty())
}

/// A process with the name of its program: `4711 (nginx)`.
pub fn named(pid: Pid) -> String {
    comm(pid).map_or_else(|| pid.to_string(), |comm| format!("{pid} ({})", one_line(&comm)))
}

/// The id of the run of a unit, where a service manager left it behind.
fn invocation(context: &Context, inspected: &Inspected) -> Option<String> {
    let folder = context.loader.root().found(Path::new("/run/systemd/units"));
    let id = std::fs::read_link(folder.join(format!("invocation:{}", inspected.unit.id))).ok()?;
    id.into_os_string().into_string().ok().filter(|_| !context.user)
}

/// Where the cgroup of a unit is, below the cgroup that holds all units.
fn relative_path(inspected: &Inspected, user: bool) -> Result<PathBuf, Failure> {
    let id = &inspected.unit.id;
    let by_default = || id.default_slice(user);
    let slice = match inspected.as_service() {
        Some(service) if service.slice.origin.is_some() || !user => {
            UnitName::parse(&service.slice.value).unwrap_or_else(|_| by_default())
        }
        _ => by_default(),
    };
    let path = id
        .cgroup_path(&slice)
        .map_err(|error| Failure::new(format!("{id} has no control group: {error}")))?;
    if !user {
        return Ok(path.into());
    }
    let uid = std::fs::metadata("/proc/self")
        .map_err(|error| Failure::new(format!("cannot find out which user this is: {error}")))?
        .uid();
    Ok(format!("user.slice/user-{uid}.slice/user@{uid}.service/{path}").into())
}
