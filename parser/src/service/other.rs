//! The settings that rule the end of a unit that is no service, put into the fields of the same meaning.

use super::read::{commands, scalar};
use super::{KillSettings, ManagerDefaults, Service, Setting};
use crate::name::{UnitType, unescape_path};
use crate::unit::{Expansion, Unit};
use crate::value::boolean;
use crate::value::command::{Command, Privileges};
use crate::value::specifier::expand;
use crate::value::time_span::TimeSpan;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

impl Service {
    /// Those of a socket, mount, swap or scope; other types have none of their own and get the defaults.
    ///
    /// `exec_stop` has what runs first: `ExecStopPre=` of a socket, the `umount` or `swapoff` that systemd
    /// makes up for mounts and swaps. `timeout_stop` is `TimeoutSec=` (of a scope `TimeoutStopSec=`).
    pub fn read_other(unit: &Unit, expansion: Expansion<'_>, manager: &ManagerDefaults) -> Self {
        let base = Self::read(unit, expansion, manager);
        let (section, limit) = match unit.id.unit_type() {
            UnitType::Socket => ("Socket", "TimeoutSec"),
            UnitType::Mount => ("Mount", "TimeoutSec"),
            UnitType::Swap => ("Swap", "TimeoutSec"),
            UnitType::Scope => ("Scope", "TimeoutStopSec"),
            _ => return base,
        };
        let exec_stop = match unit.id.unit_type() {
            UnitType::Socket => commands(unit, section, "ExecStopPre", expansion),
            UnitType::Mount => vec![umount(unit)],
            UnitType::Swap => swapoff(unit, expansion),
            _ => Vec::new(),
        };
        Self {
            kill: KillSettings::read(unit, section),
            timeout_stop: scalar(
                unit,
                section,
                limit,
                |value| TimeSpan::parse_zero_is_infinity(value).ok(),
                manager.timeout_stop,
            ),
            exec_stop,
            exec_stop_post: commands(unit, section, "ExecStopPost", expansion),
            ..base
        }
    }
}

fn made_up(argv: Vec<OsString>) -> Command {
    Command {
        path: argv[0].clone(),
        argv,
        ignore_failure: false,
        no_env_expand: true,
        privileges: Privileges::Restricted,
        via_shell: false,
    }
}

/// `umount` of the path that the unit is named after (systemd.mount(5)).
fn umount(unit: &Unit) -> Setting<Command> {
    let path = unescape_path(unit.id.without_suffix()).unwrap_or_default();
    let mut argv: Vec<OsString> = vec!["umount".into(), OsString::from_vec(path), "-c".into()];
    let mut origin = None;
    for (name, option) in [("LazyUnmount", "-l"), ("ForceUnmount", "-f")] {
        let set = scalar(unit, "Mount", name, |value| boolean::parse(value).ok(), false);
        if set.value {
            argv.push(option.into());
            origin = set.origin;
        }
    }
    Setting { value: made_up(argv), origin }
}

/// `swapoff` of what is swapped to (systemd.swap(5)).
fn swapoff(unit: &Unit, expansion: Expansion<'_>) -> Vec<Setting<Command>> {
    let what = unit.deciding("Swap", "What").and_then(|entry| {
        let what = expand(&entry.value, expansion.of(entry.file)).ok()?.text.into_owned();
        Some(Setting { value: made_up(vec!["swapoff".into(), what.into()]), origin: Some(entry.into()) })
    });
    what.into_iter().collect()
}
