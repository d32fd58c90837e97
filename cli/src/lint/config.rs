//! Which rules run, and what counts: from the command line and from `unitctl.toml`.

use super::rule::Rule;
use super::rules;
use crate::args::{Lint, Threshold};
use crate::failure::Failure;
use clap::ValueEnum as _;
use serde::Deserialize;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;
use unitctl_parser::collections::HashMap;
use unitctl_parser::diagnostic::Severity;
use unitctl_parser::directive::nearest;
use unitctl_parser::load::Root;

/// What counts for one folder of units.
#[derive(Clone, Debug)]
pub struct Config {
    /// The rules that run.
    pub rules: Vec<&'static Rule>,
    /// The least severity that makes the exit status 1.
    pub threshold: Threshold,
    /// The version of systemd that units are for.
    pub systemd_version: Option<u16>,
}

/// The table `[lint]` of `unitctl.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    select: Option<Vec<String>>,
    #[serde(default)]
    ignore: Vec<String>,
    severity_threshold: Option<String>,
    systemd_version: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    lint: Table,
}

const FILE_NAME: &str = "unitctl.toml";

/// Finds the configuration of each folder; each file is read once.
#[derive(Clone, Debug)]
pub struct Configs<'a> {
    args: &'a Lint,
    plain: Arc<Config>,
    /// By the bytes of the path, which take less to hash than its parts.
    known: HashMap<OsString, Arc<Config>>,
    /// The folder that was asked for last.
    last: Option<(OsString, Arc<Config>)>,
}

impl<'a> Configs<'a> {
    /// Checks what was typed.
    pub fn new(args: &'a Lint) -> Result<Self, Failure> {
        let plain = Arc::new(combine(args, &Table::default(), "the command line")?);
        Ok(Self { args, plain, known: HashMap::default(), last: None })
    }

    /// What counts where there is no file.
    pub fn plain(&self) -> Arc<Config> {
        Arc::clone(&self.plain)
    }

    /// What counts for a file.
    pub fn of(&mut self, file: &Path, root: &Root) -> Result<Arc<Config>, Failure> {
        let folder = folder(file);
        // Neighbours in the row are mostly neighbours in a folder.
        if let Some((last, config)) = &self.last
            && last == folder.as_os_str()
        {
            return Ok(Arc::clone(config));
        }
        let mut shown = root.shown(folder);
        if !shown.is_absolute() {
            shown = std::path::absolute(&shown).unwrap_or(shown);
        }
        let config = self.above(&shown)?;
        self.last = Some((folder.into(), Arc::clone(&config)));
        Ok(config)
    }

    /// What the nearest file says, in a folder or above it. Folders have the same ones above them.
    fn above(&mut self, folder: &Path) -> Result<Arc<Config>, Failure> {
        if let Some(config) = self.known.get(folder.as_os_str()) {
            return Ok(Arc::clone(config));
        }
        let file = folder.join(FILE_NAME);
        let config = if file.is_file() {
            Arc::new(self.read(&file)?)
        } else if let Some(parent) = folder.parent() {
            self.above(parent)?
        } else {
            self.plain()
        };
        self.known.insert(folder.into(), Arc::clone(&config));
        Ok(config)
    }

    fn read(&self, file: &Path) -> Result<Config, Failure> {
        let fail = |why: String| Failure::new(format!("{}: {why}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| fail(error.to_string()))?;
        let parsed: File = toml::from_str(&text).map_err(|error| fail(error.to_string()))?;
        combine(self.args, &parsed.lint, &file.display().to_string())
    }
}

/// The folder of a file: what comes before its last slash.
fn folder(file: &Path) -> &Path {
    let bytes = file.as_os_str().as_bytes();
    Path::new(match bytes.iter().rposition(|&byte| byte == b'/') {
        None => OsStr::new(""),
        Some(slash) => OsStr::from_bytes(&bytes[..slash.max(1)]),
    })
}

/// What was typed counts before what a file says.
fn combine(args: &Lint, table: &Table, place: &str) -> Result<Config, Failure> {
    let none = Vec::new();
    let select = if args.select.is_empty() { table.select.as_ref() } else { Some(&args.select) };
    for name in select.unwrap_or(&none).iter().chain(&table.ignore).chain(&args.ignore) {
        if rules::find(name).is_none() {
            let help = match nearest(name, rules::names()) {
                Some(near) => format!("did you mean {near}?"),
                None => "unitctl lint --list-rules lists them".into(),
            };
            return Err(Failure::new(format!("{place}: there is no rule `{name}`")).with_help(help));
        }
    }
    let chosen = |rule: &&'static Rule| {
        select.is_none_or(|select| select.iter().any(|name| name == rule.name))
            && !args.ignore.iter().chain(&table.ignore).any(|name| name == rule.name)
    };
    let in_file = match &table.severity_threshold {
        None => None,
        Some(word) => Some(Threshold::from_str(word, false).map_err(|_| {
            Failure::new(format!("{place}: severity-threshold: `{word}` is no severity"))
                .with_help("it is error, warning, hint or never")
        })?),
    };
    Ok(Config {
        rules: rules::ALL.iter().copied().filter(chosen).collect(),
        threshold: args.severity_threshold.or(in_file).unwrap_or(Threshold::Warning),
        systemd_version: args.systemd_version.or(table.systemd_version),
    })
}

impl Config {
    /// Whether a finding of this severity makes the exit status 1.
    pub const fn counts(&self, severity: Severity) -> bool {
        match self.threshold {
            Threshold::Never => false,
            Threshold::Hint => true,
            Threshold::Warning => !matches!(severity, Severity::Hint),
            Threshold::Error => matches!(severity, Severity::Error),
        }
    }

    /// Whether a rule runs.
    pub fn runs(&self, name: &str) -> bool {
        self.rules.iter().any(|rule| rule.name == name)
    }
}
