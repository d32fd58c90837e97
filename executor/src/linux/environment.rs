//! The surroundings of a unit's commands that stay the same from one command to the next, and the
//! variables that each of them gets (systemd.exec(5), "Environment Variables in Spawned Processes").

use super::cgroup::Cgroup;
use super::files::read_text;
use super::process::Handle;
use super::spawn::{Launch, OWN_PID, SEARCH_PATH, spawn, user_variables};
use crate::world::{CommandContext, ExitStatus};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use unitctl_parser::service::exec_context::{EnvironmentFile, ExecContext, MemoryPressure};
use unitctl_parser::value::command::Command;
use unitctl_parser::value::environment::Environment;
use unitctl_parser::value::environment_file;
use unitctl_parser::value::substitution::expand_argv;

/// What the commands of a unit find when they are run.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// What the unit says of them.
    pub context: ExecContext,
    /// `PIDFile=`
    pub pid_file: Option<String>,
    /// `Delegate=`: commands run in `.control` below the unit's cgroup.
    pub delegated: bool,
    /// The id of this run of the unit, if the service manager has left it behind.
    pub invocation: Option<String>,
    /// The root of the system that the unit belongs to: `/`, or what `--root` says.
    pub root: PathBuf,
    /// The variables of unitctl itself, in the place of the manager's: of them, a command gets what `PassEnvironment=`
    /// names, and the language where `/etc/locale.conf` says none.
    pub inherited: Vec<(OsString, OsString)>,
}

impl Surroundings {
    /// Starts a command as the control process; `main` is the main process, if it is held. What the cgroup lacks is
    /// made.
    pub(super) fn spawn(
        &self,
        command: &Command,
        now: &CommandContext,
        main: Option<&Handle>,
        cgroup: &Cgroup,
    ) -> io::Result<Handle> {
        let mut environment = Environment::default();
        if let (Some(_), Some(id)) = (now.main, main.and_then(Handle::id)) {
            environment.set("MAINPIDFDID", id.to_string());
        }
        self.memory_pressure(cgroup, &mut environment);
        self.set_variables(now, &mut environment)?;
        let argv = expand_argv(command, &environment);
        let cgroup = if self.delegated { cgroup.file(".control") } else { cgroup.dir().to_owned() };
        fs::create_dir_all(&cgroup)?;
        spawn(&Launch {
            command,
            argv: &argv,
            environment: &environment,
            context: &self.context,
            root: &self.root,
            cgroup: &cgroup,
        })
    }

    /// What is said of the cgroup's memory, where the kernel can tell of it.
    fn memory_pressure(&self, cgroup: &Cgroup, all: &mut Environment) {
        let file = cgroup.file("memory.pressure");
        match self.context.memory_pressure {
            MemoryPressure::Off => all.set("MEMORY_PRESSURE_WATCH", "/dev/null"),
            MemoryPressure::Watch(threshold) if file.exists() => {
                all.set("MEMORY_PRESSURE_WATCH", file);
                // What is to be written to the file, to be told: within two seconds.
                all.set("MEMORY_PRESSURE_WRITE", BASE64.encode(format!("some {threshold} 2000000\0")));
            }
            MemoryPressure::Watch(_) | MemoryPressure::Skip => {}
        }
    }

    /// The language: what the system is set to (locale.conf(5)), else what unitctl was started with, else systemd's own.
    fn set_language(&self, all: &mut Environment) {
        let is_language = |name: &[u8]| name == b"LANG" || name == b"LANGUAGE" || name.starts_with(b"LC_");
        let text = read_text(&self.root, Path::new("/etc/locale.conf")).unwrap_or_default();
        let configured = environment_file::parse(&text).entries;
        let configured: Vec<_> =
            configured.into_iter().filter(|(name, _)| is_language(name.as_bytes())).collect();
        let ours: Vec<_> = self.inherited.iter().filter(|(name, _)| is_language(name.as_bytes())).collect();
        match (&*configured, &*ours) {
            ([], []) => all.set("LANG", "C.UTF-8"),
            ([], ours) => ours.iter().for_each(|(name, value)| all.set(name, value)),
            (configured, _) => configured.iter().for_each(|(name, value)| all.set(name, value)),
        }
    }

    /// Sets the variables of a command; later sources win. The error is about an `EnvironmentFile=` that cannot
    /// be read: systemd then does not start the command.
    fn set_variables(&self, now: &CommandContext, all: &mut Environment) -> io::Result<()> {
        let context = &self.context;
        let inherited = |name: &str| self.inherited.iter().find(|(n, _)| n == name).map(|(_, value)| value);
        all.set("PATH", SEARCH_PATH.join(":"));
        self.set_language(all);
        all.set("SYSTEMD_EXEC_PID", OWN_PID);
        if let Some(invocation) = &self.invocation {
            all.set("INVOCATION_ID", invocation);
        }
        if let Some(main) = now.main {
            all.set("MAINPID", main.to_string());
        }
        if let Some(pid_file) = &self.pid_file {
            all.set("PIDFILE", pid_file);
        }
        all.set("SERVICE_RESULT", now.result.word());
        let ended = now.main_status.map(|status| match status {
            ExitStatus::Code(code) => ("exited", code.to_string()),
            ExitStatus::Signal(signal) => ("killed", signal.to_string()),
            ExitStatus::CoreDump(signal) => ("dumped", signal.to_string()),
        });
        if let Some((code, status)) = ended {
            all.set("EXIT_CODE", code);
            all.set("EXIT_STATUS", status.strip_prefix("SIG").unwrap_or(&status));
        }

        for (name, value) in user_variables(context, &self.root) {
            all.set(name, value);
        }
        if !context.exec_search_path.is_empty() {
            all.set("PATH", context.exec_search_path.join(std::ffi::OsStr::new(":")));
        }

        for (name, paths) in &context.directories {
            all.set(name, paths);
        }
        for name in &context.pass_environment {
            if let Some(value) = inherited(name) {
                all.set(name, value);
            }
        }
        for (name, value) in &context.environment {
            all.set(name, value);
        }
        for file in &context.environment_files {
            for path in self.files(file)? {
                match read_text(&self.root, &path) {
                    Ok(text) => {
                        for (name, value) in environment_file::parse(&text).entries {
                            all.set(name, value);
                        }
                    }
                    Err(_) if file.optional => {}
                    Err(error) => return Err(error),
                }
            }
        }
        for entry in &context.unset_environment {
            all.unset(entry);
        }
        Ok(())
    }

    /// The files inside the root that a pattern stands for, in the order of their names; a plain path stands for itself.
    fn files(&self, file: &EnvironmentFile) -> io::Result<Vec<PathBuf>> {
        let path = Path::new(&file.path);
        let pattern = self.root.join(path.strip_prefix("/").unwrap_or(path));
        let pattern = pattern.to_string_lossy();
        if !pattern.contains(['*', '?', '[']) {
            return Ok(vec![path.to_owned()]);
        }
        let inside = |found: PathBuf| Path::new("/").join(found.strip_prefix(&self.root).unwrap_or(&found));
        let found: Vec<_> =
            glob::glob(&pattern).map(|paths| paths.flatten().map(inside).collect()).unwrap_or_default();
        if found.is_empty() && !file.optional { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::SystemdResult;
    use crate::world::Pid;
    use unitctl_parser::value::signal::Signal;

    fn surroundings(context: ExecContext, root: &Path) -> Surroundings {
        let inherited = [("LANG", "de_AT.UTF-8"), ("SECRET", "s"), ("TOKEN", "t")];
        Surroundings {
            context,
            pid_file: Some("/run/a.pid".to_owned()),
            delegated: false,
            invocation: Some("0123456789abcdef0123456789abcdef".to_owned()),
            root: root.to_owned(),
            inherited: inherited.map(|(n, v)| (n.into(), v.into())).into(),
        }
    }

    fn variables(context: ExecContext, root: &Path, now: &CommandContext) -> io::Result<Environment> {
        let mut all = Environment::default();
        surroundings(context, root).set_variables(now, &mut all).map(|()| all)
    }

    const NOW: CommandContext =
        CommandContext { main: Some(Pid(7)), result: SystemdResult::Success, main_status: None };

    #[test]
    fn later_sources_win() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("b.conf"), "B=file\nGONE=1\n").unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let context = ExecContext {
            environment: vec![pair("MAINPID", "1"), pair("A", "unit"), pair("B", "unit")],
            environment_files: vec![
                EnvironmentFile { path: "/*.conf".into(), optional: false },
                EnvironmentFile { path: "/absent".into(), optional: true },
            ],
            pass_environment: vec!["TOKEN".to_owned(), "A".to_owned()],
            unset_environment: vec!["GONE".to_owned(), "A=other".to_owned()],
            ..ExecContext::default()
        };
        let all = variables(context, root.path(), &NOW).unwrap();
        let get = |name: &str| all.get(name).map(|value| value.to_str().unwrap());
        for (name, value) in [
            ("PATH", Some("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin")),
            ("LANG", Some("de_AT.UTF-8")),
            ("MAINPID", Some("1")),
            ("PIDFILE", Some("/run/a.pid")),
            ("SERVICE_RESULT", Some("success")),
            ("EXIT_CODE", None),
            ("USER", Some("root")),
            ("HOME", None),
            ("TOKEN", Some("t")),
            ("SECRET", None),
            ("A", Some("unit")),
            ("B", Some("file")),
            ("GONE", None),
        ] {
            assert_eq!(get(name), value, "{name}");
        }
    }

    #[test]
    fn the_end_of_the_main_process_is_told() {
        for (status, code, text) in [
            (ExitStatus::Code(3), "exited", "3"),
            (ExitStatus::Signal(Signal::KILL), "killed", "KILL"),
            (ExitStatus::CoreDump(Signal::ABRT), "dumped", "ABRT"),
        ] {
            let now =
                CommandContext { main: None, result: SystemdResult::Timeout, main_status: Some(status) };
            let all = variables(ExecContext::default(), Path::new("/nonexistent"), &now).unwrap();
            assert_eq!(all.get("EXIT_CODE").unwrap(), code);
            assert_eq!(all.get("EXIT_STATUS").unwrap(), text);
            assert_eq!(all.get("SERVICE_RESULT").unwrap(), "timeout");
            assert_eq!(all.get("MAINPID"), None);
        }
    }

    #[test]
    fn a_missing_file_is_an_error_unless_it_is_optional() {
        for (path, optional, fails) in
            [("/no", false, true), ("/no", true, false), ("/no*", false, true), ("/no*", true, false)]
        {
            let file = EnvironmentFile { path: path.into(), optional };
            let context = ExecContext { environment_files: vec![file], ..ExecContext::default() };
            let root = tempfile::tempdir().unwrap();
            assert_eq!(variables(context, root.path(), &NOW).is_err(), fails, "{path} {optional}");
        }
    }
}
