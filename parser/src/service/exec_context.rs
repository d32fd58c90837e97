//! In what surroundings the commands of a service run (systemd.exec(5)), as plain data.
//!
//! Reading these settings from a unit is left to others, and so is making them true.

use super::Origin;
use std::ffi::OsString;

/// What a daemonless run gives to `ExecStop=` and its relatives, and what it cannot give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecContext {
    /// `User=`: a name or a number.
    pub user: Option<String>,
    /// `Group=`: a name or a number; `None`: the user's own.
    pub group: Option<String>,
    /// `SupplementaryGroups=`
    pub supplementary_groups: Vec<String>,
    /// `WorkingDirectory=`
    pub working_directory: WorkingDirectory,
    /// The `-` of `WorkingDirectory=`: go on where it does not exist.
    pub working_directory_missing_ok: bool,
    /// `RootDirectory=`
    pub root_directory: Option<OsString>,
    /// `UMask=`
    pub umask: u32,
    /// `Nice=`
    pub nice: Option<i32>,
    /// `LimitNOFILE=` and the others that are set.
    pub limits: Vec<ResourceLimit>,
    /// `Environment=`, in order.
    pub environment: Vec<(String, String)>,
    /// `EnvironmentFile=`
    pub environment_files: Vec<EnvironmentFile>,
    /// `PassEnvironment=`
    pub pass_environment: Vec<String>,
    /// `UnsetEnvironment=`: names, or assignments that are removed if they are exactly so.
    pub unset_environment: Vec<String>,
    /// `SetLoginEnvironment=`; `None`: HOME, LOGNAME and SHELL are set if there is a `User=`.
    pub set_login_environment: Option<bool>,
    /// `ExecSearchPath=`; empty: systemd's own list.
    pub exec_search_path: Vec<OsString>,
    /// The variables by which commands find the directories of `RuntimeDirectory=`, `StateDirectory=` and their kin,
    /// such as `RUNTIME_DIRECTORY`, each with absolute paths between colons.
    pub directories: Vec<(&'static str, String)>,
    /// `MemoryPressureWatch=`
    pub memory_pressure: MemoryPressure,
    /// `StandardInput=`
    pub standard_input: Input,
    /// `StandardOutput=`
    pub standard_output: Output,
    /// `StandardError=`
    pub standard_error: Output,
    /// `IgnoreSIGPIPE=`
    pub ignore_sigpipe: bool,
    /// `PermissionsStartOnly=`: users, groups and limits are for `ExecStart=` alone.
    pub permissions_start_only: bool,
    /// `RootDirectoryStartOnly=`: the root directory is for `ExecStart=` alone.
    pub root_directory_start_only: bool,
    /// The settings that are in force and are not applied, as they stand in the unit and in its order.
    pub not_applied: Vec<(String, Origin)>,
}

impl Default for ExecContext {
    /// What systemd gives to a service that sets nothing, in the system's manager.
    fn default() -> Self {
        Self {
            user: None,
            group: None,
            supplementary_groups: Vec::new(),
            working_directory: WorkingDirectory::Root,
            working_directory_missing_ok: false,
            root_directory: None,
            umask: 0o022,
            nice: None,
            limits: Vec::new(),
            environment: Vec::new(),
            environment_files: Vec::new(),
            pass_environment: Vec::new(),
            unset_environment: Vec::new(),
            set_login_environment: None,
            exec_search_path: Vec::new(),
            directories: Vec::new(),
            memory_pressure: MemoryPressure::default(),
            standard_input: Input::Null,
            standard_output: Output::Journal,
            standard_error: Output::Inherit,
            ignore_sigpipe: true,
            permissions_start_only: false,
            root_directory_start_only: false,
            not_applied: Vec::new(),
        }
    }
}

/// `WorkingDirectory=`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkingDirectory {
    /// Not set: `/`.
    Root,
    /// `~`: the user's home.
    Home,
    /// An absolute path, below the root directory if there is one.
    Path(OsString),
}

/// One of the `Limit…=` settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLimit {
    /// The directive without `Limit`: `NOFILE`.
    pub name: String,
    /// The soft limit, in the unit of setrlimit(2); `None`: infinity.
    pub soft: Option<u64>,
    /// The hard limit.
    pub hard: Option<u64>,
}

/// One entry of `EnvironmentFile=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentFile {
    /// The file, or a pattern for files.
    pub path: OsString,
    /// `-`: it need not exist.
    pub optional: bool,
}

/// What commands are told of the memory of their control group (systemd.resource-control(5)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemoryPressure {
    /// Nothing: `MemoryPressureWatch=skip`, or nobody accounts for it.
    Skip,
    /// Not to watch it.
    Off,
    /// To watch it, from this threshold on, in microseconds of stalling.
    Watch(u64),
}

impl Default for MemoryPressure {
    fn default() -> Self {
        Self::Watch(200_000)
    }
}

/// `StandardInput=`. A terminal is only for the commands that start a service; the others get `Null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// `/dev/null`
    Null,
    /// `file:PATH`
    File(OsString),
    /// `data`: the bytes of `StandardInputText=` and `StandardInputData=`.
    Data(Vec<u8>),
}

/// `StandardOutput=`, `StandardError=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Output: what the input is, unless that is nothing to write to; error: what the output is.
    Inherit,
    /// `/dev/null`
    Null,
    /// `journal`, `kmsg`, `tty`, a socket and their kin: without a manager, unitctl's own standard error.
    Journal,
    /// `file:PATH`: written from the beginning, what is there stays.
    File(OsString),
    /// `append:PATH`
    Append(OsString),
    /// `truncate:PATH`
    Truncate(OsString),
}
