//! What is asked of a unit, from what was typed, and its plan.

use crate::args::KillOptions;
use crate::context::Inspected;
use crate::failure::Failure;
use crate::render::reason::place;
use unitctl_executor::plan::{self, Action, KillRequest, Plan, Start, Whom};
use unitctl_parser::service::Service;
use unitctl_parser::unit::Unit;
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::{boolean, integer};

/// An action with all that belongs to it.
#[derive(Clone, Debug)]
pub enum Asked {
    /// A stop.
    Stop,
    /// A restart.
    Restart,
    /// A reload.
    Reload,
    /// A kill: which signal, to whom.
    Kill(KillRequest),
}

impl Asked {
    /// Checks that the options of a kill come with a kill.
    pub fn new(action: Action, options: &KillOptions, service: &Service) -> Result<Self, Failure> {
        if action != Action::Kill && options != &KillOptions::default() {
            let failure =
                Failure::new("--signal, --kill-whom, --kill-value and --kill-subgroup belong to a kill");
            return Err(failure.with_help("add --action kill"));
        }
        Ok(match action {
            Action::Stop => Self::Stop,
            Action::Restart => Self::Restart,
            Action::Reload => Self::Reload,
            Action::Kill => Self::Kill(kill_request(options, service.delegate.value)?),
        })
    }

    /// The plan, beginning in the situation `start`; an error if `systemctl` would refuse.
    pub fn plan(&self, unit: &Inspected, settings: &Service, start: Start) -> Result<Plan, Failure> {
        let unit_type = unit.unit.id.unit_type();
        match (self, &unit.other) {
            (Self::Stop, None) => Ok(plan::stop(settings, start)),
            (Self::Restart, None) => Ok(plan::restart(settings, start)),
            (Self::Stop, Some(other)) => Ok(plan::stop_other(unit_type, settings, other)),
            (Self::Restart, Some(other)) => {
                Ok(Plan { action: Action::Restart, ..plan::stop_other(unit_type, settings, other) })
            }
            (Self::Reload, None) => plan::reload(settings, start).ok_or_else(|| {
                Failure::new(
                    "systemctl refuses to reload it: the unit has no ExecReload= and is not Type=notify-reload",
                )
            }),
            (Self::Reload, Some(_)) => plan::remount(unit_type, settings).ok_or_else(|| {
                Failure::new(format!("systemctl refuses to reload it: a {unit_type} has no reload"))
                    .with_help("services and mounts have one; a change of other units counts when they are started again")
            }),
            (Self::Kill(request), _) => {
                plan::kill(request, start).map_err(|error| Failure::new(error.to_string()))
            }
        }
    }
}

/// Which setting has `systemctl` leave this to dependencies (systemd.unit(5), observed):
/// `RefuseManualStop=yes a.service:2`.
pub fn left_to_dependencies(unit: &Unit, action: Action) -> Option<String> {
    let settings = match action {
        Action::Stop => &["RefuseManualStop"][..],
        Action::Restart => &["RefuseManualStart", "RefuseManualStop"],
        Action::Reload | Action::Kill => &[],
    };
    settings.iter().find_map(|setting| {
        let entry =
            unit.deciding("Unit", setting).filter(|entry| boolean::parse(&entry.value) == Ok(true))?;
        Some(format!("{setting}=yes {}", place(unit, Some(&entry.into()))))
    })
}

/// Whom to send which signal, from what was typed.
pub fn kill_request(options: &KillOptions, delegated: bool) -> Result<KillRequest, Failure> {
    let subgroup = options.kill_subgroup.as_deref().map(|path| subgroup(path, delegated)).transpose()?;
    let signal = match &options.signal {
        None => Signal::TERM,
        Some(name) => Signal::parse(name).map_err(|error| {
            let failure = Failure::new(format!("--signal: {error}"));
            match error.help {
                Some(help) => failure.with_help(help),
                None => failure,
            }
        })?,
    };
    let by_default = if options.kill_subgroup.is_some() { "cgroup" } else { "all" };
    let word = options.kill_whom.as_deref().filter(|word| !word.is_empty()).unwrap_or(by_default);
    let word = if options.fail { &format!("{word}-fail") } else { word };
    let (whom, fail) = Whom::from_word(word).ok_or_else(|| {
        Failure::new(format!("--kill-whom: `{word}` is nobody"))
            .with_help("it is one of main, control, all, cgroup, or one of these with -fail behind it")
    })?;
    let value = match &options.kill_value {
        None => None,
        Some(text) => Some(
            integer::parse_int(text)
                .ok_or_else(|| Failure::new(format!("--kill-value: `{text}` is not a 32-bit number")))?,
        ),
    };
    Ok(KillRequest { signal, whom, fail, value, subgroup })
}

/// The path of `--kill-subgroup=`, relative; the empty one is the unit's own cgroup.
fn subgroup(path: &str, delegated: bool) -> Result<String, Failure> {
    let relative = path.trim_matches('/');
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    if !relative.is_empty() && !relative.split('/').all(plain) {
        let failure = Failure::new(format!("--kill-subgroup: `{path}` is not the path of a cgroup"));
        return Err(failure.with_help("write it without `.`, `..` and empty parts, such as workers/1"));
    }
    if !delegated {
        return Err(Failure::new("--kill-subgroup is only for units whose cgroup is delegated")
            .with_help("the unit has no Delegate=yes; without --kill-subgroup all of its cgroup is meant"));
    }
    Ok(relative.to_owned())
}
