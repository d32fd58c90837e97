//! What every command shares: where to look for units, how to print, and the reading of one unit.

use crate::args::{Color, Format, Global};
use crate::failure::Failure;
use crate::render::style::Palette;
use crate::render::timeline::Layout;
use std::cell::{OnceCell, RefCell};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use unitctl_parser::dependencies::Dependencies;
use unitctl_parser::load::{Loaded, Loader, Root, SearchPath, UnitSpecifiers, UserEnvironment};
use unitctl_parser::name::{UnitName, UnitType};
use unitctl_parser::service::exec_context::ExecContext;
use unitctl_parser::service::{ManagerDefaults, Other, Refusal, Service};
use unitctl_parser::unit::{Expansion, LoadState, Unit};

/// Where to look and how to print.
#[derive(Debug)]
pub struct Context {
    /// Finds units.
    pub loader: Loader,
    /// Whether units belong to a user's manager.
    pub user: bool,
    /// The format that was asked for.
    pub format: Option<Format>,
    /// How to draw for people.
    pub layout: Layout,
    /// What the service manager is configured with, once it was asked for.
    manager: OnceCell<ManagerDefaults>,
    /// The dependencies of the units in a directory, or in the search path, once they were asked for.
    dependencies: RefCell<Vec<(Option<PathBuf>, Rc<Dependencies>)>>,
}

/// A unit with what it comes to.
#[derive(Debug)]
pub struct Inspected {
    /// The unit.
    pub unit: Unit,
    /// The settings that rule its stop; of a unit that is no service, those that it has.
    pub settings: Service,
    /// What else it has, if it is no service.
    pub other: Option<Box<Other>>,
    /// The name that was asked for, for specifiers.
    asked: UnitName,
    /// Why systemd refuses what was read.
    pub refusal: Option<Refusal>,
    /// `Description=`, or the name where there is none.
    pub description: String,
    /// Why there is nothing to read.
    pub missing: Option<String>,
    /// The directory that took the place of the search path, if it was asked for by path.
    pub beside: Option<PathBuf>,
}

impl Context {
    /// Reads the environment and opens the root.
    pub fn new(global: &Global) -> Result<Self, Failure> {
        let root = match &global.root {
            Some(path) => Root::below(path).map_err(|error| Failure::new(error.to_string()))?,
            None => Root::host(),
        };
        let search_path = search_path(global)?;
        Ok(Self {
            loader: Loader::new(search_path, root),
            user: global.user,
            format: global.format,
            layout: layout(global.color),
            manager: OnceCell::new(),
            dependencies: RefCell::default(),
        })
    }

    /// Reads the unit that was asked for: a path, a file in the working directory, or a name.
    pub fn inspect(&self, unit: &str) -> Result<Inspected, Failure> {
        let is_path = unit.contains('/') || (!self.loader.root().is_other() && Path::new(unit).is_file());
        let loaded = if is_path {
            self.loader.load_path(Path::new(unit)).map_err(|error| Failure::new(error.to_string()))?
        } else {
            let name = UnitName::mangle(unit)
                .map_err(|error| Failure::new(format!("`{unit}` is not the name of a unit: {error}")))?;
            self.loader.load(&name)
        };
        let mut inspected = self.read(loaded);
        if let (false, Some(why)) = (is_path, &mut inspected.missing) {
            let here = Path::new(".").join(inspected.asked.as_str());
            if !self.loader.root().is_other() && here.is_file() {
                let _ = write!(why, "; one is here: say {}", here.display());
            }
        }
        Ok(inspected)
    }

    fn read(&self, loaded: Loaded) -> Inspected {
        let missing = self.loader.error(&loaded).map(|error| error.to_string());
        let beside = loaded.beside().map(Path::to_owned);
        let asked = loaded.asked.clone();
        let fragment = loaded.fragment.as_ref().map(|file| file.path.clone());
        let own = loaded.id.clone();
        let by = |name| self.specifiers(name, fragment.as_deref());
        let (fragment, drop_ins) = (by(&asked), by(&own));
        let expansion = Expansion { fragment: &fragment, drop_ins: &drop_ins };
        let unit = Unit::merge(loaded, expansion);
        let manager = self.manager.get_or_init(|| ManagerDefaults::configured(self.loader.root(), self.user));
        let (settings, other) = if unit.id.unit_type() == UnitType::Service {
            (Service::read(&unit, expansion, manager), None)
        } else {
            let (settings, other) = Other::read(&unit, expansion, manager);
            (settings, Some(Box::new(other)))
        };
        let refusal = match &other {
            Some(other) => other.refusal,
            None if unit.load_state == LoadState::Loaded => settings.refusal(&unit),
            None => None,
        };
        let default = other.as_ref().map_or_else(|| unit.id.to_string(), |other| other.description.clone());
        let description = unit.description(expansion).unwrap_or(default);
        let missing = missing.filter(|_| other.as_ref().is_none_or(|it| it.load_state != LoadState::Loaded));
        Inspected { unit, settings, other, asked, refusal, description, missing, beside }
    }

    /// In what surroundings the commands of a unit run.
    pub fn exec_context(&self, inspected: &Inspected) -> ExecContext {
        let fragment = inspected.unit.fragment().map(|file| file.path.as_path());
        let by = |name| self.specifiers(name, fragment);
        let (fragment, drop_ins) = (by(&inspected.asked), by(&inspected.unit.id));
        ExecContext::read(&inspected.unit, Expansion { fragment: &fragment, drop_ins: &drop_ins })
    }

    fn specifiers<'a>(&'a self, name: &'a UnitName, fragment: Option<&'a Path>) -> UnitSpecifiers<'a> {
        UnitSpecifiers { name: name.as_str(), fragment, root: self.loader.root(), user: self.user }
    }

    /// What the units around a unit have to do with each other: those in its directory, if it was asked for by
    /// path, or all of the search path.
    pub fn dependencies(&self, unit: &Inspected) -> Rc<Dependencies> {
        let mut known = self.dependencies.borrow_mut();
        if let Some((_, dependencies)) = known.iter().find(|(beside, _)| *beside == unit.beside) {
            return Rc::clone(dependencies);
        }
        let dependencies = Rc::new(Dependencies::read(&self.loader, unit.beside.as_deref(), self.user));
        known.push((unit.beside.clone(), Rc::clone(&dependencies)));
        dependencies
    }

    /// The format, if the command has it; text if none was asked for.
    pub fn format_of(&self, command: &str, has: &[Format]) -> Result<Format, Failure> {
        let format = self.format.unwrap_or(Format::Text);
        if has.contains(&format) {
            return Ok(format);
        }
        let names: Vec<String> = has.iter().map(ToString::to_string).collect();
        Err(Failure::new(format!("{command} has no format {format}"))
            .with_help(format!("it has {}", names.join(", "))))
    }
}

impl Inspected {
    /// The settings if it is a service, were it one of which nothing is known.
    pub fn as_service(&self) -> Option<&Service> {
        self.is_service().then_some(&self.settings)
    }

    /// Whether it is a service; all that systemd runs ends by its settings, other units have only some of them.
    pub fn is_service(&self) -> bool {
        self.unit.id.unit_type() == UnitType::Service
    }

    /// How systemd would report the loading.
    pub fn load_state(&self) -> LoadState {
        match &self.other {
            _ if self.refusal.is_some() => LoadState::BadSetting,
            Some(other) => other.load_state,
            None => self.unit.load_state,
        }
    }

    /// Whether systemd gave up before it filled in the last defaults.
    pub fn lacks_defaults(&self) -> bool {
        self.other.as_ref().map_or(self.unit.load_state != LoadState::Loaded, |other| other.lacks_defaults)
    }

    /// The settings of a service, or why there are none.
    pub fn service(&self) -> Result<&Service, Failure> {
        let settings = self.settings()?;
        if self.is_service() {
            return Ok(settings);
        }
        let failure = Failure::new(format!("{} is not a service", self.unit.id));
        Err(failure.with_help("of other units, explain says what stopping or killing them does"))
    }

    /// The settings that rule the stop of any unit, or why there are none.
    pub fn settings(&self) -> Result<&Service, Failure> {
        match &self.missing {
            Some(why) => Err(Failure::new(why.clone())),
            None => Ok(&self.settings),
        }
    }
}

/// All variables, for the commands of units.
pub fn variables() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}

#[expect(clippy::disallowed_methods, reason = "the environment is read here and handed down")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn search_path(global: &Global) -> Result<SearchPath, Failure> {
    if !global.unit_path.is_empty() {
        return Ok(SearchPath::new(global.unit_path.iter().cloned()));
    }
    if global.user && global.root.is_some() {
        return Err(Failure::new(
            "--user and --root do not go together: the units of a user depend on who is logged in",
        ));
    }
    let manager = if global.user {
        SearchPath::user(&UserEnvironment {
            home: variable("HOME").map(PathBuf::from),
            xdg_config_home: variable("XDG_CONFIG_HOME").map(PathBuf::from),
            xdg_config_dirs: variable("XDG_CONFIG_DIRS"),
            xdg_data_home: variable("XDG_DATA_HOME").map(PathBuf::from),
            xdg_data_dirs: variable("XDG_DATA_DIRS"),
            xdg_runtime_dir: variable("XDG_RUNTIME_DIR").map(PathBuf::from),
        })
    } else {
        SearchPath::system()
    };
    match variable("SYSTEMD_UNIT_PATH") {
        Some(value) => {
            SearchPath::from_variable(&value, &manager).map_err(|error| Failure::new(error.to_string()))
        }
        None => Ok(manager),
    }
}

fn layout(color: Color) -> Layout {
    let terminal = std::io::stdout().is_terminal();
    let coloured = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal
                && variable("NO_COLOR").is_none_or(|value| value.is_empty())
                && variable("TERM").is_none_or(|term| term != "dumb")
        }
    };
    let columns = variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    let width = columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    Layout { width: width.unwrap_or(120).clamp(40, 160), palette: Palette { coloured }, unicode: true }
}
