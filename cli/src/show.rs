//! `unitctl show`: effective properties in the spelling of `systemctl show`.

use crate::args::Show;
use crate::context::{Context, Inspected};
use crate::failure::Failure;
use crate::output;
use crate::render::style::Palette;
use std::fmt::Display;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use unitctl_parser::directive::nearest;
use unitctl_parser::name::UnitType;
use unitctl_parser::service::exec_context::{ExecContext, WorkingDirectory};
use unitctl_parser::service::{Other, Refusal, Service, Setting};
use unitctl_parser::value::command::Command;
use unitctl_parser::value::signal::Signal;

/// The properties of a type of unit, in the order in which `systemctl show` prints them.
fn properties(unit_type: UnitType) -> impl Iterator<Item = &'static Property> {
    let (own, runs, kills) = match unit_type {
        UnitType::Service => (SERVICE, true, true),
        UnitType::Socket => (SOCKET, true, true),
        UnitType::Mount => (MOUNT, true, true),
        UnitType::Swap => (SWAP, true, true),
        UnitType::Scope => (SCOPE, false, true),
        UnitType::Slice => (SLICE, false, false),
        UnitType::Automount => (AUTOMOUNT, false, false),
        _ => (&[][..], false, false),
    };
    let some = |there: bool, properties: &'static [Property]| if there { properties } else { &[] };
    let in_slice = matches!(unit_type, UnitType::Slice) || kills;
    let parts = [COMMON, own, some(in_slice, GROUP), some(runs, COMMANDS), some(kills, KILL)];
    parts.into_iter().flatten()
}

type Property = (&'static str, Print);

const COMMON: &[Property] = &[
    ("Id", |p| one(&p.inspected.unit.id)),
    ("Names", |p| list(p.inspected.unit.names.iter().map(ToString::to_string))),
    ("Description", |p| one(&p.inspected.description)),
    ("LoadState", |p| one(p.inspected.load_state())),
    ("FragmentPath", |p| {
        one(p.inspected.unit.fragment().map(|f| f.path.display().to_string()).unwrap_or_default())
    }),
    ("DropInPaths", |p| list(p.inspected.unit.drop_ins().iter().map(|file| file.path.display().to_string()))),
];

const SERVICE: &[Property] = &[
    ("Type", |p| p.extra(&p.service.service_type)),
    ("ExitType", |p| one(p.service.exit_type.value)),
    ("Restart", |p| one(p.service.restart.value)),
    ("PIDFile", |p| one(p.service.pid_file.value.as_deref().unwrap_or_default())),
    ("NotifyAccess", |p| one(p.service.notify_access.value)),
    ("RestartUSec", |p| one(p.service.restart_sec.value)),
    ("TimeoutStartUSec", |p| one(p.service.timeout_start.value)),
    ("TimeoutStopUSec", |p| one(p.service.timeout_stop.value)),
    ("TimeoutAbortUSec", |p| one(p.service.timeout_abort())),
    ("TimeoutStopFailureMode", |p| one(p.service.timeout_stop_failure_mode.value)),
    ("RemainAfterExit", |p| yes_no(p.service.remain_after_exit.value)),
    ("GuessMainPID", |p| yes_no(p.service.guess_main_pid.value)),
    ("ReloadSignal", |p| signal(p.service.reload_signal.value)),
    ("ExecStart", |p| commands(&p.service.exec_start)),
    ("ExecReload", |p| commands(&p.service.exec_reload)),
    ("ExecReloadPost", |p| commands(&p.service.exec_reload_post)),
    ("ExecStop", |p| commands(&p.service.exec_stop)),
    ("ExecStopPost", |p| commands(&p.service.exec_stop_post)),
];

const SOCKET: &[Property] = &[
    ("TimeoutUSec", |p| one(p.service.timeout_stop.value)),
    ("Accept", |p| p.switch(|other| &other.accept)),
    ("RemoveOnStop", |p| p.switch(|other| &other.remove_on_stop)),
    ("ExecStopPre", |p| commands(&p.service.exec_stop)),
    ("ExecStopPost", |p| commands(&p.service.exec_stop_post)),
];

const MOUNT: &[Property] = &[
    ("Where", |p| p.text(|other| other.place.as_ref())),
    ("What", |p| p.text(|other| other.what.as_ref())),
    ("TimeoutUSec", |p| one(p.service.timeout_stop.value)),
    ("LazyUnmount", |p| p.switch(|other| &other.lazy_unmount)),
    ("ForceUnmount", |p| p.switch(|other| &other.force_unmount)),
];

const SWAP: &[Property] = &[
    ("What", |p| p.text(|other| other.what.as_ref())),
    ("TimeoutUSec", |p| one(p.service.timeout_stop.value)),
];

const SCOPE: &[Property] = &[
    ("TimeoutStopUSec", |p| one(p.service.timeout_stop.value)),
    ("RuntimeMaxUSec", |p| p.other(|other| one(other.runtime_max.value))),
];

const SLICE: &[Property] = &[];

const AUTOMOUNT: &[Property] = &[("Where", |p| p.text(|other| other.place.as_ref()))];

const GROUP: &[Property] = &[("Slice", |p| p.slice()), ("Delegate", |p| yes_no(p.service.delegate.value))];

const COMMANDS: &[Property] = &[
    ("Environment", |p| list(p.exec.environment.iter().map(|(name, value)| format!("{name}={value}")))),
    ("WorkingDirectory", |p| p.working_directory()),
    ("User", |p| one(p.exec.user.as_deref().unwrap_or_default())),
];

const KILL: &[Property] = &[
    ("KillMode", |p| one(p.service.kill.kill_mode.value)),
    ("KillSignal", |p| signal(p.service.kill.kill_signal.value)),
    ("RestartKillSignal", |p| signal(p.service.kill.restart_kill_signal())),
    ("FinalKillSignal", |p| signal(p.service.kill.final_kill_signal.value)),
    ("SendSIGKILL", |p| yes_no(p.service.kill.send_sigkill.value)),
    ("SendSIGHUP", |p| yes_no(p.service.kill.send_sighup.value)),
    ("WatchdogSignal", |p| signal(p.service.kill.watchdog_signal.value)),
];

type Print = fn(&Printer<'_>) -> Vec<String>;

/// Prints the properties of each unit, a blank line between.
pub fn run(args: &Show, context: &Context) -> Result<ExitCode, Failure> {
    output::print(&text(args, context)?, Palette::PLAIN)?;
    Ok(ExitCode::SUCCESS)
}

/// What is printed.
pub fn text(args: &Show, context: &Context) -> Result<String, Failure> {
    let all = || {
        [COMMON, SERVICE, SOCKET, MOUNT, SWAP, SCOPE, AUTOMOUNT, GROUP, COMMANDS, KILL].into_iter().flatten()
    };
    for property in &args.property {
        if !all().any(|(name, _)| name == property) {
            let failure = Failure::new(format!("unknown property {property}"));
            let near = nearest(property, all().map(|(name, _)| *name));
            return Err(match near {
                Some(near) => failure.with_help(format!("did you mean {near}?")),
                None => failure,
            });
        }
    }
    let mut out = String::new();
    for (number, name) in args.units.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let inspected = context.inspect(name)?;
        let printer = Printer {
            inspected: &inspected,
            service: &inspected.settings,
            exec: context.exec_context(&inspected),
        };
        for (name, print) in properties(inspected.unit.id.unit_type()) {
            if args.property.is_empty() || args.property.iter().any(|wanted| wanted == name) {
                for value in print(&printer) {
                    let _strings_take_everything = writeln!(out, "{name}={value}");
                }
            }
        }
    }
    Ok(out)
}

struct Printer<'a> {
    inspected: &'a Inspected,
    service: &'a Service,
    exec: ExecContext,
}

impl Printer<'_> {
    /// The last default to be filled in, after systemd has refused some units.
    fn slice(&self) -> Vec<String> {
        let early = self.inspected.refusal.is_some_and(Refusal::is_early);
        if early && self.service.slice.origin.is_none() { one("") } else { self.extra(&self.service.slice) }
    }

    /// What only a unit has that is no service.
    fn other(&self, print: impl Fn(&Other) -> Vec<String>) -> Vec<String> {
        self.inspected.other.as_deref().map_or_else(Vec::new, print)
    }

    fn switch(&self, setting: impl Fn(&Other) -> &Setting<bool>) -> Vec<String> {
        self.other(|other| yes_no(setting(other).value))
    }

    fn text(&self, setting: impl Fn(&Other) -> Option<&Setting<String>>) -> Vec<String> {
        self.other(|other| one(setting(other).map_or("", |setting| &setting.value)))
    }

    /// A directory that may be missing has a `!` before it.
    fn working_directory(&self) -> Vec<String> {
        let directory = match &self.exec.working_directory {
            WorkingDirectory::Root => return one(""),
            WorkingDirectory::Home => "~".into(),
            WorkingDirectory::Path(path) => path.to_string_lossy(),
        };
        let missing_ok = if self.exec.working_directory_missing_ok { "!" } else { "" };
        one(format!("{missing_ok}{directory}"))
    }

    /// A value whose default systemd fills in only when it has read the whole unit.
    fn extra(&self, setting: &Setting<impl Display>) -> Vec<String> {
        if setting.origin.is_none() && self.inspected.lacks_defaults() {
            return one("");
        }
        one(&setting.value)
    }
}

fn one(value: impl Display) -> Vec<String> {
    vec![value.to_string()]
}

fn yes_no(value: bool) -> Vec<String> {
    one(if value { "yes" } else { "no" })
}

fn signal(signal: Signal) -> Vec<String> {
    one(signal.number())
}

fn list(words: impl Iterator<Item = impl AsRef<str>>) -> Vec<String> {
    vec![words.map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(" ")]
}

fn commands(commands: &[Setting<Arc<Command>>]) -> Vec<String> {
    commands.iter().map(|command| command.value.to_string()).collect()
}

/// A word as `systemctl show` prints it in a list: in quotes if a shell would need them.
fn quote(word: &str) -> String {
    let needs_quotes = |c: char| c.is_ascii_control() || " \t\n\r\"\\`$*?[]{}'()<>|&;!".contains(c);
    if !word.is_empty() && !word.contains(needs_quotes) {
        return word.to_owned();
    }
    let mut quoted = String::from('"');
    for c in word.chars() {
        match c {
            '"' | '\\' | '`' | '$' => quoted.extend(['\\', c]),
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            c if c.is_ascii_control() => {
                let _strings_take_everything = write!(quoted, "\\{:03o}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
