//! From a unit's histories to the surroundings of its commands.

use super::Origin;
use super::exec_context::{
    EnvironmentFile, ExecContext, Input, MemoryPressure, Output, ResourceLimit, WorkingDirectory,
};
use super::read::{SERVICE, scalar, scalar_of};
use crate::collections::IndexMap;
use crate::directive::{self, Directive};
use crate::name::UnitType;
use crate::unit::{Entry, Expansion, LoadState, Unit};
use crate::value::kind::ValueKind;
use crate::value::path_check::check_directory;
use crate::value::specifier::expand;
use crate::value::time_span::TimeSpan;
use crate::value::words::{Style, Words, unescape_all};
use crate::value::{boolean, environment, integer, path, size, user};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::ffi::OsString;

/// The settings that are made true.
const APPLIED: &[&str] = &[
    "CacheDirectory",
    "ConfigurationDirectory",
    "Environment",
    "EnvironmentFile",
    "ExecSearchPath",
    "Group",
    "IgnoreSIGPIPE",
    "LogsDirectory",
    "Nice",
    "PassEnvironment",
    "PermissionsStartOnly",
    "RootDirectory",
    "RootDirectoryStartOnly",
    "SetLoginEnvironment",
    "StandardError",
    "StandardInput",
    "StandardInputData",
    "StandardInputText",
    "StandardOutput",
    "StateDirectory",
    "SupplementaryGroups",
    "UMask",
    "UnsetEnvironment",
    "User",
    "WorkingDirectory",
];

/// Settings of no manual page of their own that say nothing of the surroundings of commands that stop: they are about
/// the service as a whole, its start, or a terminal, which such commands do not get.
const OF_NO_CONCERN: &[&str] = &[
    "BusName",
    "ExecReload",
    "ExecStart",
    "ExecStartPost",
    "ExecStartPre",
    "ExecStop",
    "ExecStopPost",
    "FailureAction",
    "GuessMainPID",
    "NonBlocking",
    "NotifyAccess",
    "PIDFile",
    "RebootArgument",
    "RemainAfterExit",
    "Restart",
    "RestartSec",
    "Sockets",
    "StartLimitAction",
    "StartLimitBurst",
    "StartLimitInterval",
    "TTYPath",
    "TTYReset",
    "TTYVHangup",
    "TTYVTDisallocate",
    "TimeoutSec",
    "Type",
    "WatchdogSec",
];

impl ExecContext {
    /// The surroundings of the commands of a unit; of a unit that has none, systemd's defaults.
    pub fn read(unit: &Unit, expansion: Expansion<'_>) -> Self {
        match unit.id.unit_type() {
            UnitType::Service => Self::read_section(unit, SERVICE, expansion),
            UnitType::Socket => Self::read_section(unit, "Socket", expansion),
            UnitType::Mount => Self::read_section(unit, "Mount", expansion),
            UnitType::Swap => Self::read_section(unit, "Swap", expansion),
            _ => Self::default(),
        }
    }

    fn read_section(unit: &Unit, section: &'static str, expansion: Expansion<'_>) -> Self {
        let expanded =
            |entry: &Entry| Some(expand(&entry.value, expansion.of(entry.file)).ok()?.text.into_owned());
        let text = |name| scalar_of(unit, section, name, |entry| Some(Some(expanded(entry)?)), None).value;
        let boolean =
            |name, default| scalar(unit, section, name, |value| boolean::parse(value).ok(), default).value;
        let dynamic = unit.load_state == LoadState::Loaded && boolean("DynamicUser", false);
        let (working_directory, working_directory_missing_ok) = working_directory(unit, section, expansion);
        let stream = |name, default| {
            let read = |entry: &Entry| output(&entry.value, |_| expanded(entry));
            scalar_of(unit, section, name, read, default).value
        };
        Self {
            user: text("User").or_else(|| dynamic.then(|| user::dynamic(unit.id.prefix()))),
            group: text("Group"),
            supplementary_groups: supplementary_groups(unit, section, expansion),
            working_directory,
            working_directory_missing_ok,
            root_directory: text("RootDirectory").map(OsString::from),
            umask: scalar(unit, section, "UMask", |value| u32::from_str_radix(value, 8).ok(), 0o022).value,
            nice: scalar(unit, section, "Nice", |value| integer::parse_int(value).map(Some), None).value,
            limits: limits(unit, section),
            environment: variables(unit, section, expansion),
            environment_files: environment_files(unit, section, expansion),
            pass_environment: names(unit, section, "PassEnvironment", |entry| {
                environment::parse_names(&entry.value, expansion.of(entry.file)).entries
            }),
            unset_environment: names(unit, section, "UnsetEnvironment", |entry| {
                environment::parse_unset(&entry.value, expansion.of(entry.file)).entries
            }),
            set_login_environment: scalar(
                unit,
                section,
                "SetLoginEnvironment",
                |value| boolean::parse(value).ok().map(Some),
                None,
            )
            .value,
            exec_search_path: names(unit, section, "ExecSearchPath", |entry| {
                let paths = expanded(entry).unwrap_or_default();
                paths.split(':').filter(|path| !path.is_empty()).map(OsString::from).collect()
            }),
            directories: directories(unit, section, expansion),
            memory_pressure: memory_pressure(unit, section),
            standard_input: standard_input(unit, section, expansion),
            standard_output: stream("StandardOutput", Output::Journal),
            standard_error: stream("StandardError", Output::Inherit),
            ignore_sigpipe: boolean("IgnoreSIGPIPE", true),
            permissions_start_only: boolean("PermissionsStartOnly", false),
            root_directory_start_only: boolean("RootDirectoryStartOnly", false),
            not_applied: not_applied(unit, section),
        }
    }
}

fn working_directory(
    unit: &Unit,
    section: &'static str,
    expansion: Expansion<'_>,
) -> (WorkingDirectory, bool) {
    let parse = |entry: &Entry| path::parse_working_directory(&entry.value, expansion.of(entry.file)).ok();
    let directory = unit.deciding(section, "WorkingDirectory").and_then(parse);
    directory.map_or((WorkingDirectory::Root, false), |directory| {
        let path = directory.path.map_or(WorkingDirectory::Home, |path| WorkingDirectory::Path(path.into()));
        (path, directory.missing_ok)
    })
}

fn supplementary_groups(unit: &Unit, section: &'static str, expansion: Expansion<'_>) -> Vec<String> {
    names(unit, section, "SupplementaryGroups", |entry| {
        let words = Words::new(&entry.value, Style::Bare).flatten();
        let group = |word: crate::value::words::Word| {
            Some(expand(word.as_str()?, expansion.of(entry.file)).ok()?.text.into_owned())
        };
        words.filter_map(group).collect()
    })
}

/// All that the assignments of a list name.
fn names<T>(
    unit: &Unit,
    section: &'static str,
    name: &'static str,
    read: impl Fn(&Entry) -> Vec<T>,
) -> Vec<T> {
    unit.effective(section, name).flat_map(read).collect()
}

/// The resource limits that are set.
fn limits(unit: &Unit, section: &'static str) -> Vec<ResourceLimit> {
    let set =
        unit.directives.iter().filter(|history| history.directive.section == section).filter_map(|history| {
            let entry = history.effective().next_back()?;
            let resource = history.directive.name.strip_prefix("Limit")?;
            let ValueKind::Limit(kind) = history.kind else { return None };
            let (soft, hard) = size::parse_limit(&entry.value, kind)?;
            let finite = |value: u64| (value < u64::MAX).then_some(value);
            Some(ResourceLimit { name: resource.to_owned(), soft: finite(soft), hard: finite(hard) })
        });
    set.collect()
}

/// The variables that `Environment=` sets, in the order they were first set.
fn variables(unit: &Unit, section: &'static str, expansion: Expansion<'_>) -> Vec<(String, String)> {
    let mut variables: IndexMap<_, _> = IndexMap::default();
    for entry in unit.effective(section, "Environment") {
        variables.extend(environment::parse_assignments(&entry.value, expansion.of(entry.file)).entries);
    }
    variables.into_iter().collect()
}

fn environment_files(unit: &Unit, section: &'static str, expansion: Expansion<'_>) -> Vec<EnvironmentFile> {
    let file = |entry: &Entry| {
        let text = expand(&entry.value, expansion.of(entry.file)).ok()?.text;
        let path = text.strip_prefix('-').unwrap_or(&text);
        Some(EnvironmentFile { path: path.into(), optional: path.len() < text.len() })
    };
    unit.effective(section, "EnvironmentFile").filter_map(file).collect()
}

/// A file; else the bytes that are given, whatever `StandardInput=` says, as observed.
fn standard_input(unit: &Unit, section: &'static str, expansion: Expansion<'_>) -> Input {
    let expanded =
        |entry: &Entry| Some(expand(&entry.value, expansion.of(entry.file)).ok()?.text.into_owned());
    let kind = unit.deciding(section, "StandardInput").and_then(expanded).unwrap_or_default();
    if let Some(file) = kind.strip_prefix("file:") {
        return Input::File(file.into());
    }
    let entries = |name| unit.history(section, name).into_iter().flat_map(|history| &history.entries);
    let mut entries: Vec<(&Entry, bool)> = entries("StandardInputText")
        .map(|entry| (entry, true))
        .chain(entries("StandardInputData").map(|entry| (entry, false)))
        .collect();
    entries.sort_by_key(|(entry, _)| (entry.file, entry.line));
    let mut bytes = Vec::new();
    for (entry, is_text) in entries {
        if entry.value.is_empty() {
            bytes.clear();
        } else if is_text {
            if let Some(text) = unescape_all(&entry.value)
                .and_then(|text| Some(expand(&text, expansion.of(entry.file)).ok()?.text.into_owned()))
            {
                bytes.extend_from_slice(text.as_bytes());
                bytes.push(b'\n');
            }
        } else {
            let dense: String = entry.value.split_ascii_whitespace().collect();
            bytes.extend(BASE64.decode(dense).unwrap_or_default());
        }
    }
    if bytes.is_empty() { Input::Null } else { Input::Data(bytes) }
}

/// What commands are told of the directories that the service manager keeps for the service: the directive, the
/// variable, and the specifier of the directory that they are in.
const DIRECTORIES: [(&str, &str, &str); 5] = [
    ("RuntimeDirectory", "RUNTIME_DIRECTORY", "%t"),
    ("StateDirectory", "STATE_DIRECTORY", "%S"),
    ("CacheDirectory", "CACHE_DIRECTORY", "%C"),
    ("LogsDirectory", "LOGS_DIRECTORY", "%L"),
    ("ConfigurationDirectory", "CONFIGURATION_DIRECTORY", "%E"),
];

fn directories(unit: &Unit, section: &'static str, expansion: Expansion<'_>) -> Vec<(&'static str, String)> {
    let paths = |name, base| {
        let mut paths: Vec<String> = Vec::new();
        for entry in unit.effective(section, name) {
            let specifiers = expansion.of(entry.file);
            let links = name != "ConfigurationDirectory";
            for word in Words::new(&entry.value, Style::QuotedRaw).flatten() {
                let text = word.as_str().unwrap_or_default();
                if check_directory(&entry.value, &word, text, links, specifiers).is_err() {
                    continue;
                }
                let name = text.split(':').next().unwrap_or_default();
                if let (Ok(base), Ok(name)) = (expand(base, specifiers), expand(name, specifiers)) {
                    paths.push(format!("{}/{}", base.text, path::simplify(&name.text)));
                }
            }
        }
        let mut once: Vec<String> = Vec::with_capacity(paths.len());
        for path in paths {
            if !once.contains(&path) {
                once.push(path);
            }
        }
        once
    };
    let variable = |(directive, variable, base)| (variable, paths(directive, base).join(":"));
    DIRECTORIES.into_iter().map(variable).filter(|(_, paths)| !paths.is_empty()).collect()
}

fn memory_pressure(unit: &Unit, section: &'static str) -> MemoryPressure {
    let text = |name| unit.deciding(section, name).map_or("", |entry| &*entry.value);
    let accounted = boolean::parse(text("MemoryAccounting")).unwrap_or(true);
    match text("MemoryPressureWatch") {
        "skip" => return MemoryPressure::Skip,
        "auto" | "" if !accounted => return MemoryPressure::Skip,
        "off" => return MemoryPressure::Off,
        watch if boolean::parse(watch) == Ok(false) => return MemoryPressure::Off,
        _ => {}
    }
    let threshold = TimeSpan::parse(text("MemoryPressureThresholdSec")).ok().and_then(TimeSpan::micros);
    threshold.map_or_else(MemoryPressure::default, MemoryPressure::Watch)
}

/// Where output goes; what needs a manager goes where unitctl's own goes.
fn output(value: &str, expanded: impl Fn(&str) -> Option<String>) -> Option<Output> {
    let file = |prefix| Some(OsString::from(expanded(value)?.strip_prefix(prefix)?));
    Some(match value.split_once(':').map_or(value, |(kind, _)| kind) {
        "inherit" => Output::Inherit,
        "null" => Output::Null,
        "file" => Output::File(file("file:")?),
        "append" => Output::Append(file("append:")?),
        "truncate" => Output::Truncate(file("truncate:")?),
        _ => Output::Journal,
    })
}

/// What is set for commands and not made true for them; what says no says what is so anyway.
fn not_applied(unit: &Unit, own: &'static str) -> Vec<(String, Origin)> {
    let mut settings = Vec::new();
    for history in unit.directives.iter() {
        let Directive { section, name, page, .. } = history.directive;
        let about_commands = section == own
            && matches!(page, "systemd.exec" | "")
            && !name.starts_with("Limit")
            && !OF_NO_CONCERN.contains(&name)
            // What only units of this type have is about them, not about their commands.
            && directive::find(SERVICE, name).is_some();
        if !about_commands {
            continue;
        }
        let Some(entry) = history.effective().next_back() else { continue };
        let stream = matches!(name, "StandardInput" | "StandardOutput" | "StandardError");
        let kind = entry.value.split(':').next().unwrap_or_default();
        let applied = if stream {
            !matches!(kind, "socket" | "fd")
        } else {
            APPLIED.contains(&name) || (&*entry.value != "0" && boolean::parse(&entry.value) == Ok(false))
        };
        if !applied {
            settings.push((format!("{name}={}", entry.value), Origin::from(entry)));
        }
    }
    settings
}
