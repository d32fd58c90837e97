//! `unitctl lint`: the mistakes in unit files.
//!
//! Each rule is one file in [`rules`]. A rule reads the text, the directives and the plan of a unit; it never
//! decides what systemd does, which is the parser's and the plan's to know.

pub mod command_line;
pub mod config;
pub mod dependencies;
pub mod finding;
mod fix;
pub mod machine;
pub mod position;
pub mod report;
mod rest;
pub mod rule;
pub mod rules;
pub mod subject;
pub mod suppression;
pub mod target;
pub mod variables;

use crate::args::{Format, Lint};
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::render::{github, lint_json, lint_text, sarif};
use config::{Config, Configs};
use machine::Machine;
use report::Report;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use subject::Subject;
use target::Targets;
use unitctl_parser::diagnostic::Severity;
use unitctl_parser::load::{Loaded, SourceFile, State};

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
        output::print(fix::diff(&report).as_bytes())?;
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
        let fixed = fix::apply(&report)?;
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
    output::print(text.as_bytes())?;
    for failure in &failures {
        output::complain(failure);
    }
    Ok(if !failures.is_empty() {
        ExitCode::from(2)
    } else if report.findings().any(|(_, finding)| finding.counts) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What came of linting.
#[derive(Debug, Default)]
pub struct Linted {
    /// What was found.
    pub report: Report,
    /// What could not be linted, and why.
    pub failures: Vec<Failure>,
}

/// One unit to be linted.
struct Job {
    loaded: Loaded,
    is_bare: bool,
    config: Arc<Config>,
    /// Only what is found in this file is reported.
    only: Option<PathBuf>,
}

/// Lints what was asked for and returns what was found.
pub fn lint(args: &Lint, context: &Context) -> Result<Linted, Failure> {
    let mut configs = Configs::new(args)?;
    let mut linted = Linted::default();
    let machine = Machine { loader: &context.loader };
    let machine = (args.check_files || context.loader.root().is_other()).then_some(&machine);
    let mut jobs = Vec::new();
    if let Some(name) = &args.stdin_filename {
        let mut content = Vec::new();
        std::io::stdin()
            .read_to_end(&mut content)
            .map_err(|error| Failure::new(format!("failed to read standard input: {error}")))?;
        jobs.push(job(name, Some(content), context, &mut configs)?);
    }
    let paths: Vec<String> = args.paths.iter().filter(|path| *path != "-").cloned().collect();
    if jobs.is_empty() && (paths.is_empty() || paths.len() < args.paths.len()) {
        let help = if paths.len() < args.paths.len() {
            "say what standard input is with --stdin-filename NAME"
        } else {
            "name files, folders or units"
        };
        return Err(Failure::new("there is nothing to lint").with_help(help));
    }
    let targets = Targets::find(&paths, context)?;
    for name in &targets.names {
        match by_name(name, context) {
            Ok(loaded) => jobs.push(Job { loaded, is_bare: false, config: configs.plain(), only: None }),
            Err(failure) => linted.failures.push(failure),
        }
    }
    for path in &targets.fragments {
        match job(path, None, context, &mut configs) {
            Ok(job) => jobs.push(job),
            Err(failure) => linted.failures.push(failure),
        }
    }
    run_jobs(jobs, machine, &mut linted.report);
    for path in &targets.drop_ins {
        if linted.report.files.keys().any(|file| target::same_file(file, path, context)) {
            continue;
        }
        match job(path, None, context, &mut configs) {
            Ok(job) => run_jobs(vec![job], machine, &mut linted.report),
            Err(failure) => linted.failures.push(failure),
        }
    }
    linted.report.sort();
    Ok(linted)
}

fn by_name(name: &str, context: &Context) -> Result<Loaded, Failure> {
    let name = unitctl_parser::name::UnitName::mangle(name)
        .map_err(|error| Failure::new(format!("`{name}` is not the name of a unit: {error}")))?;
    let loaded = context.loader.load(&name);
    match context.loader.error(&loaded) {
        Some(error) => Err(Failure::new(error.to_string())),
        None => Ok(loaded),
    }
}

/// The unit that a file belongs to.
fn job(
    path: &Path,
    content: Option<Vec<u8>>,
    context: &Context,
    configs: &mut Configs<'_>,
) -> Result<Job, Failure> {
    let folder = context.loader.root().shown(path.parent().unwrap_or(Path::new("")));
    let config = configs.of(&folder)?;
    if !target::is_drop_in(path) {
        let loaded = target::load_fragment(path, content, context)?;
        return Ok(Job { loaded, is_bare: false, config, only: None });
    }
    let (loaded, whole) = target::load_drop_in(path, content, context)?;
    let only = loaded.drop_ins.iter().find(|file| target::same_file(&file.path, path, context));
    Ok(Job { only: only.map(|file| file.path.clone()), loaded, is_bare: !whole, config })
}

/// How many units make another thread worth its start.
const UNITS_A_THREAD: usize = 64;

fn run_jobs(jobs: Vec<Job>, machine: Option<&Machine<'_>>, report: &mut Report) {
    let threads =
        std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len() / UNITS_A_THREAD);
    // What looks at the machine keeps what it has seen, and shares it with nobody.
    if threads < 2 || machine.is_some() {
        for job in jobs {
            report.merge(run_job(job, machine));
        }
        return;
    }
    let mut parts: Vec<Vec<Job>> = (0..threads).map(|_| Vec::new()).collect();
    for (number, job) in jobs.into_iter().enumerate() {
        parts[number % threads].push(job);
    }
    std::thread::scope(|scope| {
        let work = |part: Vec<Job>| {
            let mut report = Report::default();
            for job in part {
                report.merge(run_job(job, None));
            }
            report
        };
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
        for thread in threads {
            match thread.join() {
                Ok(part) => report.merge(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
}

/// How often one file may be read on behind a line at which systemd stops.
const MOST_STOPS: usize = 20;

fn run_job(job: Job, machine: Option<&Machine<'_>>) -> Report {
    if job.loaded.state != State::Found {
        return Report::default();
    }
    let name = job.loaded.id.clone();
    let drop_ins = job.loaded.drop_ins.clone();
    let mut report = run_unit(job.loaded, job.is_bare, &job.config, machine);
    // systemd does not get to the drop-ins of a unit whose fragment it refuses. Their mistakes are there all the same.
    for drop_in in drop_ins {
        if !report.files.contains_key(&drop_in.path) {
            let alone = Loaded::of_files(&name, None, vec![drop_in]);
            report.merge(run_unit(alone, true, &job.config, machine));
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
            report.merge(run_unit(
                Loaded::of_files(&name, None, vec![file.clone()]),
                true,
                &job.config,
                machine,
            ));
            rest = rest::behind_stop(&name, file);
        }
    }
    if let Some(only) = job.only {
        report.files.retain(|path, _| *path == only);
    }
    report
}

fn run_unit(loaded: Loaded, is_bare: bool, config: &Config, machine: Option<&Machine<'_>>) -> Report {
    let mut subject = Subject::new(loaded, is_bare);
    subject.machine = machine;
    subject.systemd_version = config.systemd_version;
    report::examine(subject, config)
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
    output::print(rules::page(rule).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn list() -> Result<ExitCode, Failure> {
    let mut sorted: Vec<_> = rules::ALL.to_vec();
    sorted.sort_by_key(|rule| rule.name);
    let mut lines = String::new();
    for rule in sorted {
        let severity = rules::word(rule.severity);
        let _strings_take_everything = writeln!(lines, "{severity:<8} {:<34} {}", rule.name, rule.summary);
    }
    output::print(lines.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
