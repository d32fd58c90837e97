//! Variables in command lines: which are referred to, and which systemd is known to set.

use super::command_line::{ExecCommand, ExecLine};
use super::finding::Place;
use super::subject::Subject;
use unitctl_parser::value::boolean;
use unitctl_parser::value::environment::{is_name, parse_assignments, parse_names};
use unitctl_parser::value::specifier::NameOnly;
use unitctl_parser::value::words::Word;

/// What systemd itself sets, for some commands or all (systemd.exec(5), "Environment Variables in Spawned Processes").
pub const BY_SYSTEMD: &[&str] = &[
    "PATH",
    "LANG",
    "USER",
    "INVOCATION_ID",
    "XDG_RUNTIME_DIR",
    "RUNTIME_DIRECTORY",
    "STATE_DIRECTORY",
    "CACHE_DIRECTORY",
    "LOGS_DIRECTORY",
    "CONFIGURATION_DIRECTORY",
    "CREDENTIALS_DIRECTORY",
    "MAINPID",
    "MAINPIDFDID",
    "MANAGERPID",
    "MANAGERPIDFDID",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_PIDFDID",
    "LISTEN_FDNAMES",
    "NOTIFY_SOCKET",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
    "SYSTEMD_EXEC_PID",
    "TERM",
    "LOG_NAMESPACE",
    "JOURNAL_STREAM",
    "SERVICE_RESULT",
    "EXIT_CODE",
    "EXIT_STATUS",
    "MONITOR_SERVICE_RESULT",
    "MONITOR_EXIT_CODE",
    "MONITOR_EXIT_STATUS",
    "MONITOR_INVOCATION_ID",
    "MONITOR_UNIT",
    "PIDFILE",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "TRIGGER_UNIT",
    "TRIGGER_PATH",
    "TRIGGER_TIMER_REALTIME_USEC",
    "TRIGGER_TIMER_MONOTONIC_USEC",
    "MEMORY_PRESSURE_WATCH",
    "MEMORY_PRESSURE_WRITE",
    "FDSTORE",
    "TZ",
    "DEBUG_INVOCATION",
    "SYSTEMD_NSS_DYNAMIC_BYPASS",
];

/// What is set only for a service that runs as a user.
const OF_USERS: &[&str] = &["HOME", "LOGNAME", "SHELL"];

/// The names that a word has systemd replace: `$NAME` as the whole word, `${NAME}` anywhere.
pub fn replaced(word: &str) -> Vec<&str> {
    if let Some(name) = word.strip_prefix('$').filter(|name| is_name(name)) {
        return vec![name];
    }
    let mut names = Vec::new();
    let mut rest = word;
    while let Some(at) = rest.bytes().position(|byte| byte == b'$') {
        rest = &rest[at + 1..];
        if let Some(behind) = rest.strip_prefix('$') {
            rest = behind;
        } else if let Some((name, behind)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'))
            && is_name(name)
        {
            names.push(name);
            rest = behind;
        }
    }
    names
}

/// What is known of the environment of a unit's commands.
#[derive(Debug)]
pub struct Known {
    /// The names that the unit sets or passes on.
    pub own: Vec<String>,
    /// Whether there is more that cannot be seen here: files, PAM, a user's environment.
    pub more: bool,
    has_user: bool,
}

impl Known {
    /// Reads the unit.
    pub fn of(subject: &Subject<'_>) -> Self {
        let section = subject.unit.id.unit_type().as_str();
        let section = unitctl_parser::unit::sections(subject.unit.id.unit_type())
            .iter()
            .find(|name| name.eq_ignore_ascii_case(section))
            .copied()
            .unwrap_or("Service");
        let name = NameOnly(subject.unit.id.as_str());
        let mut own = Vec::new();
        for entry in subject.unit.effective(section, "Environment") {
            own.extend(parse_assignments(&entry.value, &name).entries.into_iter().map(|(name, _)| name));
        }
        for entry in subject.unit.effective(section, "PassEnvironment") {
            own.extend(parse_names(&entry.value, &name).entries);
        }
        let set = |name| subject.unit.deciding(section, name);
        let is_yes = |name| set(name).is_some_and(|entry| boolean::parse(&entry.value) == Ok(true));
        let of_user = subject
            .unit
            .files
            .iter()
            .any(|file| file.path.components().any(|part| part.as_os_str() == "user"));
        Self {
            own,
            more: subject.is_bare || of_user || set("EnvironmentFile").is_some() || set("PAMName").is_some(),
            has_user: set("User").is_some() || is_yes("DynamicUser") || is_yes("SetLoginEnvironment"),
        }
    }

    /// Whether a variable may have a value.
    pub fn has(&self, name: &str) -> bool {
        self.own.iter().any(|own| own == name)
            || BY_SYSTEMD.contains(&name)
            || name.starts_with("LC_")
            || (self.has_user && OF_USERS.contains(&name))
    }
}

/// The commands whose variables systemd replaces.
pub fn commands<'a, 'u>(
    subject: &'a Subject<'u>,
) -> impl Iterator<Item = (&'a ExecLine<'u>, &'a ExecCommand<'u>)> {
    subject.commands().filter(|(_, command)| command.expands_variables())
}

/// The bytes of a variable that systemd replaces in a word, or of the word where escapes hide them.
pub fn place_of(subject: &Subject<'_>, line: &ExecLine<'_>, word: &Word<'_>, name: &str) -> Place {
    let written = line.entry.value.get(word.span.clone()).unwrap_or_default();
    let variable = format!("${{{name}}}");
    match written.find(&variable) {
        Some(at) => {
            let start = word.span.start + at;
            subject.place_in(line.entry, start..start + variable.len())
        }
        None => subject.place_of_word(line, word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systemd_replaces() {
        for (word, names) in [
            ("$A", vec!["A"]),
            ("${A}x${B}", vec!["A", "B"]),
            ("x$A", vec![]),
            ("$$A", vec![]),
            ("$${A}${B}", vec!["B"]),
            ("${A:-b}", vec![]),
            ("$A.txt", vec![]),
            ("${A", vec![]),
        ] {
            assert_eq!(replaced(word), names, "{word}");
        }
    }
}
