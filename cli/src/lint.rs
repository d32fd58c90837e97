//! `unitctl lint`: the mistakes in unit files.
//!
//! Each rule is one file in [`rules`]. A rule reads the text, the directives and the plan of a unit; it never
//! decides what systemd does, which is the parser's and the plan's to know.

pub mod command_line;
pub mod config;
pub mod dependencies;
pub mod finding;
pub mod fix;
mod in_parallel;
pub mod machine;
pub mod position;
mod replace;
pub mod report;
mod rest;
pub mod rule;
pub mod rules;
mod spelling;
pub mod subject;
pub mod suppression;
pub mod target;
pub mod variables;

use crate::args::{Format, Lint};
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::render::style::Palette;
use crate::render::{github, lint_json, lint_text, sarif};
use config::{Config, Configs};
use machine::Machine;
use report::Report;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use subject::Given;
use target::Targets;
use unitctl_parser::diagnostic::Severity;
use unitctl_parser::load::{IgnoredLink, Loaded, Loader, SourceFile, State};

/// Lints what was asked for.
pub fn run(args: &Lint, context: &Context) -> Result<ExitCode, Failure> {
    if let Some(name) = &args.explain {
        return explain(name);
    }
    if args.list_rules {
        return list();
    }
    let formats = [Format::Text, Format::Json, Format::Sarif, Format::Github];
    let format = context.format_of("lint", &formats)?;
    let Linted { mut report, mut failures } = lint(args, context)?;
    if args.fix && args.diff {
        // The crate that compares has maps that ask for random numbers, and panic where there are none: before Linux
        // 3.17, which has no getrandom(2), in a root directory without this device.
        if !Path::new("/dev/urandom").exists() {
            return Err(Failure::new(
                "cannot compare texts without random numbers, and there is no /dev/urandom",
            )
            .with_help("make it: mknod /dev/urandom c 1 9"));
        }
        let diff = fix::diff(&report);
        // What changes files is to change them as they are.
        if std::io::stdout().is_terminal() {
            output::print(&diff, context.layout.palette)?;
        } else {
            output::print_bytes(diff.as_bytes())?;
        }
        for failure in &failures {
            output::complain(failure);
        }
        return Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) });
    }
    if args.fix {
        if args.stdin_filename.is_some() {
            return Err(
                Failure::new("standard input cannot be put right").with_help("add --diff to see the changes")
            );
        }
        let fixed = fix::apply(&report, context.loader.root())?;
        if fixed > 0 {
            Linted { report, failures } = lint(args, context)?;
            output::complain(&format!("put right: {fixed}"));
        }
    }
    let text = match format {
        Format::Json => lint_json::render(&report)?,
        Format::Sarif => sarif::render(&report)?,
        Format::Github => github::render(&report),
        _ => lint_text::render(&report, context.layout),
    };
    output::print(&text, context.layout.palette)?;
    for failure in &failures {
        output::complain(failure);
    }
    let code = if !failures.is_empty() {
        ExitCode::from(2)
    } else if report.findings().any(|(_, finding)| finding.counts) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    };
    // It ends with the process: to take it apart before would be work for nothing.
    std::mem::forget(report);
    Ok(code)
}

/// What came of linting.
#[derive(Debug, Default)]
pub struct Linted {
    /// What was found.
    pub report: Report,
    /// What could not be linted, and why.
    pub failures: Vec<Failure>,
}

/// One unit to be linted, by how it was asked for.
enum Asked<'a> {
    /// By its name, to be looked up in the search path.
    Name(&'a str),
    /// By its file or that of a drop-in, perhaps with what stands in the place of its content.
    File(&'a Path, Option<Vec<u8>>),
}

/// One unit that was read.
struct Read {
    loaded: Loaded,
    is_bare: bool,
    /// Only what is found in this file is reported.
    only: Option<PathBuf>,
}

/// How many folders stay open while their units are read: few enough for every limit on open files.
const MOST_OPEN: usize = 32;

/// Lints what was asked for and returns what was found.
pub fn lint(args: &Lint, context: &Context) -> Result<Linted, Failure> {
    let mut configs = Configs::new(args)?;
    let loader = &context.loader;
    loader.keep_open(MOST_OPEN);
    let machine = Machine { loader };
    let machine = (args.check_files || loader.root().is_other()).then_some(&machine);
    let paths: Vec<&str> = args.paths.iter().map(String::as_str).filter(|path| *path != "-").collect();
    if args.stdin_filename.is_none() && (paths.is_empty() || paths.len() < args.paths.len()) {
        let help = if paths.len() < args.paths.len() {
            "say what standard input is with --stdin-filename NAME"
        } else {
            "name files, folders or units"
        };
        return Err(Failure::new("there is nothing to lint").with_help(help));
    }
    let targets = Targets::find(paths, context);
    let mut asked = Vec::with_capacity(args.paths.len());
    if let Some(name) = &args.stdin_filename {
        let mut content = Vec::new();
        std::io::stdin()
            .read_to_end(&mut content)
            .map_err(|error| Failure::new(format!("failed to read standard input: {error}")))?;
        configs.of(name, loader.root())?;
        asked.push(Asked::File(name, Some(content)));
    }
    asked.extend(targets.names.iter().map(|name| Asked::Name(name)));
    asked.extend(targets.fragments.iter().map(|path| Asked::File(path, None)));
    let mut linted = lint_each(asked, &configs, loader, machine);
    linted.failures.splice(..0, targets.failures);
    for path in &targets.drop_ins {
        if linted.report.files.iter().any(|(file, _)| target::same_file(file, path, loader)) {
            continue;
        }
        let asked = Asked::File(path, None);
        match configs.of(path, loader.root()).and_then(|config| lint_one(asked, &config, loader, machine)) {
            Ok(report) => linted.report.merge(report),
            Err(failure) => linted.failures.push(failure),
        }
    }
    linted.report.sort();
    Ok(linted)
}

/// Reads and lints units on all processors; what cannot be read is told in the order of the units.
fn lint_each(
    asked: Vec<Asked<'_>>,
    configs: &Configs<'_>,
    loader: &Loader,
    machine: Option<&Machine<'_>>,
) -> Linted {
    let done = in_parallel::map(asked.into_iter().enumerate().collect(), || {
        // Threads mostly have folders of their own.
        let mut configs = configs.clone();
        move |(number, asked): (usize, Asked<'_>)| {
            let config = match asked {
                Asked::Name(_) => configs.plain(),
                // A file of settings that is wrong is told of before the units.
                Asked::File(path, _) => {
                    configs.of(path, loader.root()).map_err(|failure| (false, number, failure))?
                }
            };
            lint_one(asked, &config, loader, machine).map_err(|failure| (true, number, failure))
        }
    });
    let (mut files, mut failures) = (Vec::new(), Vec::new());
    for one in done {
        match one {
            Ok(report) => files.extend(report.files),
            Err(failure) => failures.push(failure),
        }
    }
    failures.sort_by_key(|(is_of_unit, number, _)| (*is_of_unit, *number));
    let failures = failures.into_iter().map(|(_, _, failure)| failure).collect();
    Linted { report: Report::of(files), failures }
}

/// How often one file may be read on behind a line at which systemd stops.
const MOST_STOPS: usize = 20;

fn lint_one(
    asked: Asked<'_>,
    config: &Config,
    loader: &Loader,
    machine: Option<&Machine<'_>>,
) -> Result<Report, Failure> {
    let read = match asked {
        Asked::Name(name) => by_name(name, loader)?,
        Asked::File(path, content) => by_path(path, content, loader)?,
    };
    Ok(if read.loaded.state == State::Found {
        let links = loader.ignored_links_of(&read.loaded);
        examine(read, links, config, machine)
    } else {
        Report::default()
    })
}

fn by_name(name: &str, loader: &Loader) -> Result<Read, Failure> {
    let name = unitctl_parser::name::UnitName::mangle(name)
        .map_err(|error| Failure::new(format!("`{name}` is not the name of a unit: {error}")))?;
    let loaded = loader.load(&name);
    if let Some(error) = loader.error(&loaded) {
        return Err(Failure::new(error.to_string()));
    }
    // There is no line that this could be a finding about.
    if loaded.state == State::Masked
        && let Some(link) = loader.ignored_links_of(&loaded).first()
    {
        return Err(Failure::new(format!("{name} is masked; {link}")));
    }
    Ok(Read { loaded, is_bare: false, only: None })
}

/// The unit that a file belongs to.
fn by_path(path: &Path, content: Option<Vec<u8>>, loader: &Loader) -> Result<Read, Failure> {
    if !target::is_drop_in(path) {
        return Ok(Read {
            loaded: target::load_fragment(path, content, loader)?,
            is_bare: false,
            only: None,
        });
    }
    let (loaded, whole) = target::load_drop_in(path, content, loader)?;
    let only = loaded.drop_ins.iter().find(|file| target::same_file(&file.path, path, loader));
    Ok(Read { only: only.map(|file| file.path.clone()), loaded, is_bare: !whole })
}

fn examine(read: Read, links: Vec<IgnoredLink>, config: &Config, machine: Option<&Machine<'_>>) -> Report {
    let name = read.loaded.id.clone();
    let drop_ins = read.loaded.drop_ins.clone();
    let given = Given { machine, is_bare: read.is_bare, ignored_links: links };
    let mut report = report::examine(read.loaded, given, config);
    let part = |file| {
        let given = Given { machine, is_bare: true, ..Given::default() };
        report::examine(Loaded::of_files(&name, None, vec![file]), given, config)
    };
    // systemd does not get to the drop-ins of a unit whose fragment it refuses. Their mistakes are there all the same.
    for drop_in in drop_ins {
        if report.file(&drop_in.path).is_none() {
            report.merge(part(drop_in));
        }
    }
    // Nor does it get to the lines behind one at which it stops.
    let is_error = |finding: &report::Reported| finding.severity == Severity::Error;
    let stopped = report.files.iter().filter(|(_, file)| file.findings.iter().any(is_error));
    let stopped: Vec<SourceFile> = stopped
        .map(|(path, file)| SourceFile { path: path.clone(), bytes: file.bytes.clone(), void: None })
        .collect();
    for file in stopped {
        let mut rest = rest::behind_stop(&name, file);
        for _ in 0..MOST_STOPS {
            let Some(file) = rest else { break };
            report.merge(part(file.clone()));
            rest = rest::behind_stop(&name, file);
        }
    }
    if let Some(only) = read.only {
        report.files.retain(|(path, _)| *path == only);
    }
    report
}

fn explain(name: &str) -> Result<ExitCode, Failure> {
    let Some(rule) = rules::find(name) else {
        let failure = Failure::new(format!("there is no rule `{name}`"));
        let near = unitctl_parser::directive::nearest(name, rules::names());
        return Err(failure.with_help(match near {
            Some(near) => format!("did you mean {near}?"),
            None => "unitctl lint --list-rules lists them".into(),
        }));
    };
    output::print(&rules::page(rule), Palette::PLAIN)?;
    Ok(ExitCode::SUCCESS)
}

fn list() -> Result<ExitCode, Failure> {
    let mut lines = String::new();
    for rule in rules::by_name() {
        let severity = rules::word(rule.severity);
        let _strings_take_everything = writeln!(lines, "{severity:<8} {:<34} {}", rule.name, rule.summary);
    }
    output::print(&lines, Palette::PLAIN)?;
    Ok(ExitCode::SUCCESS)
}
