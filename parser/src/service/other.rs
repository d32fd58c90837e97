//! Units that are no services: what rules their end, and what only they have.

use super::read::{commands, delegate, parse_slice, scalar, scalar_of, slice};
use super::verify_other::{self, refusal};
use super::{KillSettings, ManagerDefaults, Refusal, Service, Setting};
use crate::name::{UnitType, unescape_path};
use crate::unit::{Entry, Expansion, LoadState, Unit};
use crate::value::command::{Command, Privileges};
use crate::value::specifier::expand;
use crate::value::time_span::TimeSpan;
use crate::value::{boolean, device, path};
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::sync::Arc;

/// What a unit has that is no service, besides the settings that rule its stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// `Where=` of a mount or automount, else the path that it is named after.
    pub place: Option<Setting<String>>,
    /// `What=` of a mount, as a path if it is a tag such as `UUID=`; of a swap, else the path that it is named after.
    pub what: Option<Setting<String>>,
    /// `LazyUnmount=`
    pub lazy_unmount: Setting<bool>,
    /// `ForceUnmount=`
    pub force_unmount: Setting<bool>,
    /// `Accept=` of a socket.
    pub accept: Setting<bool>,
    /// `RemoveOnStop=` of a socket.
    pub remove_on_stop: Setting<bool>,
    /// Commands run when it is started (`ExecStartPre=` and `ExecStartPost=` of a socket), which may leave processes.
    pub runs_when_started: bool,
    /// `RuntimeMaxSec=` of a scope.
    pub runtime_max: Setting<TimeSpan>,
    /// Why systemd refuses it.
    pub refusal: Option<Refusal>,
    /// How it would be loaded, if it is not refused: a slice needs no file.
    pub load_state: LoadState,
    /// Systemd gave up before it filled in the last defaults, such as `Slice=`.
    pub lacks_defaults: bool,
    /// What stands for `Description=` where that is not set.
    pub description: String,
}

/// The section of its own settings.
pub(super) const fn section_of(unit_type: UnitType) -> &'static str {
    match unit_type {
        UnitType::Socket => "Socket",
        UnitType::Mount => "Mount",
        UnitType::Automount => "Automount",
        UnitType::Swap => "Swap",
        UnitType::Scope => "Scope",
        UnitType::Slice => "Slice",
        UnitType::Timer => "Timer",
        UnitType::Path => "Path",
        UnitType::Service => "Service",
        UnitType::Target | UnitType::Device => "Unit",
    }
}

impl Other {
    /// Reads it, and the settings that rule its stop, in the fields of the same meaning; types that have none get the
    /// defaults.
    ///
    /// `exec_stop` has what runs first: `ExecStopPre=` of a socket, the `umount` or `swapoff` that systemd makes up
    /// for mounts and swaps. `timeout_stop` is `TimeoutSec=` (of a scope `TimeoutStopSec=`).
    pub fn read(unit: &Unit, expansion: Expansion<'_>, manager: &ManagerDefaults) -> (Service, Self) {
        let unit_type = unit.id.unit_type();
        let section = section_of(unit_type);
        let switch = |name| scalar(unit, section, name, |value| boolean::parse(value).ok(), false);
        // A name that needs no file is a unit all the same.
        let load_state = match unit.load_state {
            LoadState::Masked => LoadState::Masked,
            _ if unit_type == UnitType::Slice && unit.id.parent_slice().is_err() => LoadState::Error,
            LoadState::NotFound if unit_type == UnitType::Slice => LoadState::Loaded,
            state => state,
        };
        let is_read = !matches!(unit.load_state, LoadState::NotFound | LoadState::Masked);
        let named = |setting: Option<Setting<String>>| {
            let path =
                || unescape_path(unit.id.without_suffix()).and_then(|path| String::from_utf8(path).ok());
            setting.or_else(|| Some(Setting::default_value(path().filter(|_| is_read)?)))
        };
        let text = |name, read: &dyn Fn(&str) -> String| {
            let value =
                |entry: &Entry| Some(Some(read(&expand(&entry.value, expansion.of(entry.file)).ok()?.text)));
            let Setting { value, origin } = scalar_of(unit, section, name, value, None);
            Some(Setting { value: value?, origin })
        };
        let (place, what) = match unit_type {
            UnitType::Mount => (named(text("Where", &path::simplify)), text("What", &device::node)),
            UnitType::Automount => (named(text("Where", &path::simplify)), None),
            UnitType::Swap => (None, named(text("What", &|what| path::simplify(&device::node(what))))),
            _ => (None, None),
        };
        let mut this = Self {
            description: match (unit_type, &place, &what) {
                (UnitType::Mount, Some(place), _) => place.value.clone(),
                (UnitType::Swap, _, Some(what)) => what.value.clone(),
                (UnitType::Slice, ..) if load_state == LoadState::Loaded => slice_description(unit),
                _ => unit.id.to_string(),
            },
            place,
            what,
            lazy_unmount: switch("LazyUnmount"),
            force_unmount: switch("ForceUnmount"),
            accept: switch("Accept"),
            remove_on_stop: switch("RemoveOnStop"),
            runs_when_started: ["ExecStartPre", "ExecStartPost"]
                .into_iter()
                .any(|name| unit.effective("Socket", name).next().is_some()),
            runtime_max: scalar(
                unit,
                section,
                "RuntimeMaxSec",
                |value| TimeSpan::parse(value).ok(),
                TimeSpan::INFINITY,
            ),
            refusal: None,
            load_state,
            lacks_defaults: match unit_type {
                UnitType::Mount | UnitType::Swap => !is_read,
                _ => load_state != LoadState::Loaded,
            },
        };
        // A swap whose What= is relative is no unit at all.
        if this.what.as_ref().is_some_and(|what| unit_type == UnitType::Swap && !what.value.starts_with('/'))
        {
            this.lacks_defaults = true;
            if this.load_state == LoadState::Loaded {
                this.load_state = LoadState::Error;
            }
        }
        let settings = this.settings(unit, section, expansion, manager);
        this.lacks_defaults |= verify_other::pam_session_is_left(unit, settings.kill.kill_mode.value);
        if this.load_state == LoadState::Loaded {
            this.refusal = refusal(&this, settings.kill.kill_mode.value, unit);
        }
        (settings, this)
    }

    /// The settings that rule its stop.
    fn settings(
        &self,
        unit: &Unit,
        section: &'static str,
        expansion: Expansion<'_>,
        manager: &ManagerDefaults,
    ) -> Service {
        let unit_type = unit.id.unit_type();
        let slice = match unit_type {
            // A slice is where its name says.
            UnitType::Slice => Setting::default_value(unit.id.parent_slice().unwrap_or_default()),
            UnitType::Mount if self.is_of_the_kernel() => {
                scalar_of(unit, section, "Slice", |entry| parse_slice(entry, expansion), "-.slice".into())
            }
            _ => slice(unit, section, expansion),
        };
        let base = Service { slice, ..Service::read(unit, expansion, manager) };
        if !matches!(unit_type, UnitType::Socket | UnitType::Mount | UnitType::Swap | UnitType::Scope) {
            return base;
        }
        let limit = if unit_type == UnitType::Scope { "TimeoutStopSec" } else { "TimeoutSec" };
        let parse = |value: &str| match unit_type {
            UnitType::Scope => TimeSpan::parse(value).ok(),
            _ => TimeSpan::parse_zero_is_infinity(value).ok(),
        };
        Service {
            // systemd ignores it in other units.
            delegate: if unit_type == UnitType::Scope { delegate(unit, section) } else { base.delegate },
            kill: KillSettings::read(unit, section),
            timeout_stop: scalar(unit, section, limit, parse, manager.timeout_stop),
            exec_stop: match unit_type {
                UnitType::Socket => commands(unit, section, "ExecStopPre"),
                UnitType::Mount => self.umount().into_iter().collect(),
                UnitType::Swap => self.swapoff().into_iter().collect(),
                _ => Vec::new(),
            },
            exec_stop_post: commands(unit, section, "ExecStopPost"),
            ..base
        }
    }

    /// Whether a mount is where the kernel has its own file systems: it is in no slice.
    fn is_of_the_kernel(&self) -> bool {
        let place = self.place.as_ref().map_or("", |place| &place.value);
        place == "/" || ["/proc/", "/sys/", "/dev/"].iter().any(|dir| format!("{place}/").starts_with(dir))
    }

    /// `umount` as systemd calls it (observed on 262).
    fn umount(&self) -> Option<Setting<Arc<Command>>> {
        let place = self.place.as_ref()?;
        let mut argv: Vec<OsString> = vec!["umount".into(), place.value.clone().into(), "-c".into()];
        let mut origin = place.origin.clone();
        for (set, option) in [(&self.lazy_unmount, "-l"), (&self.force_unmount, "-f")] {
            if set.value {
                argv.push(option.into());
                origin.clone_from(&set.origin);
            }
        }
        Some(Setting { value: made_up(argv), origin })
    }

    /// `swapoff` of what is swapped to (systemd.swap(5)).
    fn swapoff(&self) -> Option<Setting<Arc<Command>>> {
        let what = self.what.as_ref()?;
        let argv = vec!["swapoff".into(), OsString::from_vec(what.value.clone().into_bytes())];
        Some(Setting { value: made_up(argv), origin: what.origin.clone() })
    }
}

fn made_up(argv: Vec<OsString>) -> Arc<Command> {
    Arc::new(Command {
        path: argv[0].clone(),
        argv,
        ignore_failure: false,
        no_env_expand: true,
        privileges: Privileges::Restricted,
        via_shell: false,
    })
}

/// What systemd calls a slice without `Description=`.
fn slice_description(unit: &Unit) -> String {
    match unit.id.without_suffix() {
        "-" => "Root Slice".into(),
        "system" => "System Slice".into(),
        stem => {
            let path = unescape_path(stem).map(String::from_utf8);
            path.and_then(Result::ok).map_or_else(|| unit.id.to_string(), |path| format!("Slice {path}"))
        }
    }
}
