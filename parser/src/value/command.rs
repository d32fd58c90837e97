//! Command lines, as `ExecStop=` and its relatives write them (systemd.service(5), "Command lines").

use std::ffi::OsString;

/// One command of an Exec line, unquoted, its specifiers expanded, its variables not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program: an absolute path (simplified), or a name to be looked up when it is run.
    pub path: OsString,
    /// The arguments, the first being what the program is called by.
    pub argv: Vec<OsString>,
    /// `-`: a failure counts as success.
    pub ignore_failure: bool,
    /// `:`: variables are not substituted.
    pub no_env_expand: bool,
    /// `+`, `!`: which of the unit's restrictions are left out.
    pub privileges: Privileges,
    /// `|`: run by the user's shell.
    pub via_shell: bool,
}

/// How much of the unit's credentials and sandbox a command gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privileges {
    /// All of it.
    #[default]
    Restricted,
    /// `+`: neither user, capabilities, namespaces nor limits.
    Full,
    /// `!`: not the user and groups.
    NoSetuid,
}
