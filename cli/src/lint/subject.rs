//! What rules look at: the text of a unit, its directives, and what they come to.

use super::command_line::{self, ExecCommand, ExecLine};
use super::dependencies::{self, Named};
use super::finding::Place;
use super::machine::Machine;
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::path::{Path, PathBuf};
use unitctl_executor::outlook::Outlook;
use unitctl_executor::plan::{self, Plan, Start};
use unitctl_parser::diagnostic::FileId;
use unitctl_parser::load::{IgnoredLink, Loaded};
use unitctl_parser::name::UnitType;
use unitctl_parser::service::{ManagerDefaults, Origin, Other, Refusal, Service};
use unitctl_parser::syntax::{self, Line, LineKind, Text};
use unitctl_parser::unit::{Entry, Expansion, LoadState, Unit, sections};
use unitctl_parser::value::specifier::{Fact, NameOnly, Specifiers};
use unitctl_parser::value::words::Word;

/// A unit that was read: what a [`Subject`] is about.
#[derive(Debug)]
pub struct Reading {
    /// The unit.
    pub unit: Unit,
    beside: Option<PathBuf>,
    settings: Option<Service>,
    other: Option<Box<Other>>,
}

impl Reading {
    /// Merges what was loaded. Facts about the machine are left open, so that findings are the same everywhere.
    pub fn of(loaded: Loaded) -> Self {
        let (asked, id, beside) =
            (loaded.asked.clone(), loaded.id.clone(), loaded.beside().map(Path::to_owned));
        let fragment = loaded.fragment.as_ref().map(|file| file.path.to_string_lossy().into_owned());
        let mut folders = fragment.iter().flat_map(|path| path.as_bytes().split(|byte| *byte == b'/'));
        let is_of_user = folders.any(|part| part == b"user");
        let of = |name| Anywhere { name: NameOnly(name), fragment: fragment.as_deref(), is_of_user };
        let (asked, id) = (of(asked.as_str()), of(id.as_str()));
        let expansion = Expansion { fragment: &asked, drop_ins: &id };
        let unit = Unit::merge(loaded, expansion);
        let settings = (unit.id.unit_type() == UnitType::Service)
            .then(|| Service::read(&unit, expansion, &ManagerDefaults::default()));
        let other = settings
            .is_none()
            .then(|| Box::new(Other::read(&unit, expansion, &ManagerDefaults::default()).1));
        Self { unit, beside, settings, other }
    }

    /// The settings of a service, whole or not.
    pub fn settings(&self) -> Option<&Service> {
        self.settings.as_ref()
    }
}

/// What else is known of a unit that is looked at.
#[derive(Debug, Default)]
pub struct Given<'a> {
    /// The machine, if it is to be looked at.
    pub machine: Option<&'a Machine<'a>>,
    /// Whether this is a drop-in whose unit is not there: what is missing may be in that.
    pub is_bare: bool,
    /// The links to it that make no alias of their names.
    pub ignored_links: Vec<IgnoredLink>,
}

/// A unit that is looked at.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// What is known of the machine, if it is to be looked at.
    pub machine: Option<&'a Machine<'a>>,
    /// The version of systemd that the unit is for, if one was named.
    pub systemd_version: Option<u16>,
    /// Whether this is a drop-in whose unit is not there: what is missing may be in that.
    pub is_bare: bool,
    /// The links to it that make no alias of their names.
    pub ignored_links: Vec<IgnoredLink>,
    /// The folder of its file, if it was asked for by that.
    pub beside: Option<&'a Path>,
    settings: Option<&'a Service>,
    other: Option<&'a Other>,
    exec_lines: OnceCell<Vec<ExecLine<'a>>>,
    named_units: OnceCell<Vec<Named<'a>>>,
    stop: OnceCell<Plan>,
    outlook: OnceCell<Outlook>,
    /// The value that a place was last looked for in: whoever asks for one asks for more of the same line.
    latest: RefCell<Option<((FileId, usize), Text<'static>)>>,
}

impl<'a> Subject<'a> {
    /// What the rules look at.
    pub fn new(reading: &'a Reading, given: Given<'a>, systemd_version: Option<u16>) -> Self {
        let Given { machine, is_bare, ignored_links } = given;
        Self {
            unit: &reading.unit,
            machine,
            systemd_version,
            is_bare,
            ignored_links,
            beside: reading.beside.as_deref(),
            settings: reading.settings.as_ref(),
            other: reading.other.as_deref(),
            exec_lines: OnceCell::new(),
            named_units: OnceCell::new(),
            stop: OnceCell::new(),
            outlook: OnceCell::new(),
            latest: RefCell::new(None),
        }
    }

    /// The settings of a service, whole or not: for rules about a setting that is there.
    pub fn settings(&self) -> Option<&'a Service> {
        self.settings
    }

    /// The service, if all of it was read: for rules that conclude something from what is not there.
    pub fn service(&self) -> Option<&'a Service> {
        self.settings.filter(|_| !self.is_bare && self.unit.load_state == LoadState::Loaded)
    }

    /// What a unit has that is no service.
    pub fn other(&self) -> Option<&'a Other> {
        self.other
    }

    /// The section of the settings that only units of its type have.
    pub fn own_section(&self) -> Option<&'static str> {
        sections(self.unit.id.unit_type()).iter().find(|name| !matches!(**name, "Unit" | "Install")).copied()
    }

    /// Why systemd refuses the unit, if all of it was read.
    pub fn refusal(&self) -> Option<Refusal> {
        match self.other() {
            Some(other) => {
                other.refusal.filter(|_| !self.is_bare && self.unit.load_state == LoadState::Loaded)
            }
            None => self.service()?.refusal(self.unit),
        }
    }

    /// What stopping the service does.
    pub fn stop(&self) -> Option<&Plan> {
        let service = self.service()?;
        Some(self.stop.get_or_init(|| plan::stop(service, Start::usual(service))))
    }

    /// What can come of stopping the service.
    pub fn outlook(&self) -> Option<&Outlook> {
        let plan = self.stop()?;
        Some(self.outlook.get_or_init(|| Outlook::of(plan)))
    }

    /// The assignment that decides a setting of section \[Service\].
    pub fn deciding(&self, name: &'static str) -> Option<&'a Entry> {
        self.unit.deciding("Service", name)
    }

    /// All lines with commands that are in force.
    pub fn exec_lines(&self) -> &[ExecLine<'a>] {
        self.exec_lines.get_or_init(|| command_line::of(self.unit))
    }

    /// The units that it names in its dependencies and in section \[Install\].
    pub fn named_units(&self) -> &[Named<'a>] {
        self.named_units.get_or_init(|| dependencies::of(self.unit))
    }

    /// All commands that are in force, with their lines.
    pub fn commands(&self) -> impl Iterator<Item = (&ExecLine<'a>, &ExecCommand<'a>)> {
        self.exec_lines().iter().flat_map(|line| line.commands.iter().map(move |command| (line, command)))
    }

    /// The bytes of a word of a command line.
    pub fn place_of_word(&self, line: &ExecLine<'_>, word: &Word<'_>) -> Place {
        self.place_in(line.entry, word.span.clone())
    }

    /// The bytes that a part of the value of an assignment stands in.
    pub fn place_in(&self, entry: &Entry, part: Range<usize>) -> Place {
        let mut latest = self.latest.borrow_mut();
        let wanted = (entry.file, entry.line_span.start);
        if latest.as_ref().is_none_or(|(which, _)| *which != wanted) {
            let bytes = self.unit.file(entry.file).bytes.get(entry.line_span.clone()).unwrap_or_default();
            *latest = match syntax::lines(bytes).next().map(|line| line.kind) {
                Some(LineKind::Assignment { value, .. }) => Some((wanted, value.into_owned())),
                _ => None,
            };
        }
        match &*latest {
            Some((_, text)) if part.end <= text.len() => {
                let span = text.source_span(part);
                let begins = entry.line_span.start;
                Place { file: entry.file, span: span.start + begins..span.end + begins }
            }
            _ => entry.into(),
        }
    }

    /// The logical lines of a file.
    pub fn lines(&self, file: FileId) -> impl Iterator<Item = Line<'_>> {
        syntax::lines(&self.unit.file(file).bytes)
    }

    /// All its files.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.unit.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// The place of what decided a setting, or of the section header where nothing did.
    pub fn place_of(&self, origin: Option<&Origin>) -> Place {
        match origin {
            Some(origin) => origin.into(),
            None => self.header(),
        }
    }

    /// The header of the section of its type in its first file, for findings about the whole unit.
    pub fn header(&self) -> Place {
        let file = FileId(0);
        if self.unit.files.is_empty() {
            return Place { file, span: 0..0 };
        }
        let mut first = None;
        for line in self.lines(file) {
            if let LineKind::Section(name) = &line.kind {
                let span = name.span().start - 1..name.span().end + 1;
                if !matches!(name.as_str(), "Unit" | "Install") {
                    return Place { file, span };
                }
                first.get_or_insert(span);
            }
        }
        Place { file, span: first.unwrap_or(0..0) }
    }
}

/// What specifiers stand for on every machine. Findings must not depend on the one they are made on.
struct Anywhere<'a> {
    name: NameOnly<'a>,
    fragment: Option<&'a str>,
    is_of_user: bool,
}

impl Specifiers for Anywhere<'_> {
    fn unit_name(&self) -> &str {
        self.name.unit_name()
    }

    fn fact(&self, letter: char) -> Fact<'_> {
        let known = |text| Fact::Known(Cow::Borrowed(text));
        match (letter, self.fragment) {
            _ if self.is_of_user => Fact::Open,
            ('y', Some(path)) => known(path),
            ('Y', Some(path)) => known(path.rsplit_once('/').map_or("/", |(folder, _)| folder)),
            ('h', _) => known("/root"),
            ('u' | 'g', _) => known("root"),
            ('U' | 'G', _) => known("0"),
            ('T', _) => known("/tmp"),
            ('V', _) => known("/var/tmp"),
            _ => self.name.fact(letter),
        }
    }
}
