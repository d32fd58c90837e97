//! The command line: one struct for each command, nothing but what was typed.

use crate::help;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use unitctl_executor::plan::{Action, Doing, StartState};

/// Explains, carries out and lints how systemd units stop.
///
/// unitctl reads unit files exactly as systemd does and says what `systemctl stop` and `systemctl kill` come to:
/// which commands run, which processes get which signal when, and which line of which file decided it. Where no
/// systemd answers it does the same to a control group.
#[derive(Debug, Parser)]
#[command(name = "unitctl", version, max_term_width = 100)]
#[command(help_template = help::PROGRAM, after_help = help::EXAMPLES)]
pub struct Cli {
    /// Options of every command. Its own come before them.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command. Its own come before them.
#[derive(Args, Clone, Debug, Default)]
pub struct Global {
    /// Look for everything inside DIR; symbolic links are resolved inside it too
    #[arg(long, global = true, display_order = 101, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Look for units in DIR instead of the search path (repeatable)
    #[arg(long, global = true, display_order = 102, value_name = "DIR")]
    pub unit_path: Vec<PathBuf>,
    /// Use the search path of the user manager
    #[arg(long, global = true, display_order = 103)]
    pub user: bool,
    /// When to use colour
    #[arg(long, global = true, display_order = 104, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// The format of the output
    #[arg(long, global = true, display_order = 105, value_name = "FORMAT")]
    pub format: Option<Format>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Formats of output; each command has some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// Findings in SARIF 2.1.0 (lint)
    Sarif,
    /// Findings as GitHub workflow commands (lint)
    Github,
    /// Tables for a comment on a pull request (explain --diff)
    Markdown,
    /// A picture (explain)
    Svg,
    /// A state machine for mermaid, which GitHub draws (explain)
    Mermaid,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Svg => "svg",
            Self::Mermaid => "mermaid",
        })
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
// Only the one that was typed is made, which is a quarter of the work of reading a command line.
#[command(defer = true)]
pub enum Command {
    /// Print what stopping, killing, restarting or reloading a unit does
    Explain(Explain),
    /// Print the effective properties of units, as `systemctl show` does
    Show(Show),
    /// Print the files of units, as `systemctl cat` does
    Cat(Cat),
    /// Run the plan of a unit on processes that are only imagined
    Simulate(Simulate),
    /// Find the mistakes in unit files
    Lint(Lint),
    /// Stop a unit without systemd: carry out what `systemctl stop` does, on its control group
    Stop(Stop),
    /// Send a signal to the processes of units without systemd, as `systemctl kill` does
    Kill(Kill),
    /// Print the processes of a unit as a tree
    Ps(Ps),
    /// Print the names of all units, for completions
    #[command(hide = true)]
    CompleteUnits(CompleteUnits),
}

/// The word for an action, as `systemctl` has it.
fn action() -> impl TypedValueParser<Value = Action> {
    let words = Action::ALL.map(|action| {
        PossibleValue::new(action.word()).help(match action {
            Action::Stop => "What `systemctl stop` does",
            Action::Restart => "What `systemctl restart` does",
            Action::Reload => "What `systemctl reload` does",
            Action::Kill => "What `systemctl kill` does",
        })
    });
    PossibleValuesParser::new(words)
        .map(|word| Action::ALL.into_iter().find(|action| action.word() == word).unwrap_or_default())
}

/// The states that a service can be in when it is asked, by systemd's names of them.
fn state() -> impl TypedValueParser<Value = Asked> {
    let active = |state, doing| Asked(Some((state, doing)));
    let busy = |doing| active(StartState::Busy, doing);
    let states = [
        ("running", active(StartState::Running, None)),
        ("exited", active(StartState::Exited, None)),
        ("condition", busy(Some(Doing::Condition))),
        ("start-pre", busy(Some(Doing::StartPre))),
        ("start", busy(Some(Doing::Start))),
        ("start-post", busy(Some(Doing::StartPost))),
        ("reload", busy(Some(Doing::Reload))),
        ("reload-signal", busy(None)),
        ("reload-notify", busy(None)),
        ("reload-post", busy(Some(Doing::ReloadPost))),
        ("auto-restart", Asked(None)),
        ("dead", Asked(None)),
        ("failed", Asked(None)),
    ];
    PossibleValuesParser::new(states.map(|(word, _)| word)).map(move |word| {
        let state = states.iter().find(|(state, _)| *state == word);
        state.map_or(Asked(None), |(_, state)| *state)
    })
}

/// A state, and what the service does in it; none: it is not active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked(pub Option<(StartState, Option<Doing>)>);

/// Whom to send which signal.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct KillOptions {
    /// The signal: a name with or without SIG, a number, RTMIN+n; with --action kill [default: SIGTERM]
    #[arg(short, long, value_name = "SIGNAL")]
    pub signal: Option<String>,
    /// Whom: main, control, all, cgroup, or one of these with -fail; with --action kill [default: all]
    #[arg(long, visible_alias = "kill-who", value_name = "WHOM")]
    pub kill_whom: Option<String>,
    /// A number to send along with a real-time signal
    #[arg(long, value_name = "INT", allow_hyphen_values = true)]
    pub kill_value: Option<String>,
    /// Only the processes of this cgroup below the unit's
    #[arg(long, value_name = "PATH")]
    pub kill_subgroup: Option<String>,
    /// It is an error if nobody is reached: the same as -fail behind the word of --kill-whom
    #[arg(long)]
    pub fail: bool,
}

/// Print what stopping, killing, restarting or reloading a unit does.
#[derive(Args, Debug)]
#[command(after_help = help::EXPLAIN)]
pub struct Explain {
    /// Files, or names looked up in the search path
    #[arg(required_unless_present = "diff", value_name = "UNIT")]
    pub units: Vec<String>,
    /// What is done
    #[arg(long, value_name = "ACTION", default_value = "stop", value_parser = action())]
    pub action: Action,
    /// Whom to send which signal
    #[command(flatten)]
    pub kill: KillOptions,
    /// Also for a unit asked for by path, say who else stops, and who may start it again
    #[arg(long)]
    pub who_else: bool,
    /// Show the lines of the unit files that decided
    #[arg(long)]
    pub why: bool,
    /// Say what is different about a kill (with -s, --kill-whom), or about a reload and a kill with HUP
    #[arg(long)]
    pub compare: bool,
    /// Say what the change from OLD to NEW, two files or folders, does to the plans
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"], conflicts_with_all = ["units", "compare", "why"])]
    pub diff: Vec<PathBuf>,
    /// With --diff: exit with status 1 if a plan has changed
    #[arg(long, requires = "diff")]
    pub fail_on_change: bool,
}

/// Print the effective properties of units, as `systemctl show` does.
#[derive(Args, Debug)]
#[command(after_help = help::SHOW)]
pub struct Show {
    /// Files, or names looked up in the search path
    #[arg(required = true, value_name = "UNIT")]
    pub units: Vec<String>,
    /// Only these properties, separated by commas (repeatable)
    #[arg(short, long, value_name = "PROP,...", value_delimiter = ',')]
    pub property: Vec<String>,
}

/// Print the files of units, as `systemctl cat` does.
#[derive(Args, Debug)]
#[command(after_help = help::CAT)]
pub struct Cat {
    /// Files, or names looked up in the search path
    #[arg(required = true, value_name = "UNIT")]
    pub units: Vec<String>,
}

/// Run the plan of a unit on processes that are only imagined.
///
/// Nothing is executed and nobody is signalled. An ITEM of a process is SIG=ignore, SIG=exit, SIG=exit=CODE@DELAY,
/// exit@DELAY (it goes by itself), stopped, unkillable, sub@PATH (in this cgroup below the unit's), or
/// SIG=reload@DELAY (it says so). A signal that is not named has the kernel's default effect. An ITEM of a command is
/// one of these, send=SIG:NAME, or, as the last, leaves=NAME:ITEM,...
#[derive(Args, Debug)]
#[command(after_help = help::SIMULATE)]
pub struct Simulate {
    /// A file, or a name looked up in the search path
    #[arg(value_name = "UNIT")]
    pub unit: String,
    /// What is done
    #[arg(long, value_name = "ACTION", default_value = "stop", value_parser = action())]
    pub action: Action,
    /// Whom to send which signal
    #[command(flatten)]
    pub kill: KillOptions,
    /// A process of the unit; the first is the main process [default: one that obeys]
    #[arg(long, value_name = "NAME[:ITEM,...]")]
    pub process: Vec<String>,
    /// There is no main process
    #[arg(long)]
    pub no_main: bool,
    /// The state of the service when it is asked [default: running or exited, as the processes have it]
    #[arg(long, value_name = "STATE", value_parser = state())]
    pub state: Option<Asked>,
    /// What the command does that is running when it is asked, if one is: of a start, reload or stop
    #[arg(long, value_name = "ITEM,...")]
    pub control: Option<String>,
    /// What a command does, in the order in which they are run; one with no `exit` hangs [default: exit]
    #[arg(long, value_name = "ITEM,...")]
    pub command: Vec<String>,
    /// How many mounts lie one upon the other at the place of a mount; each command with `unmount` takes one away
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub mounted: u32,
    /// As of `kill`: a simulation goes on until nothing happens any more, with or without it
    #[arg(long)]
    pub wait: bool,
}

/// Find the mistakes in unit files.
#[derive(Args, Clone, Debug, Default)]
#[command(after_help = help::LINT)]
pub struct Lint {
    /// Files, folders that are walked, names looked up in the search path, or - for standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<String>,
    /// What standard input is called: this decides which type of unit it is
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Run only these rules
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE,...", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// The least severity that makes the exit status 1 [default: warning]
    #[arg(long, value_name = "SEVERITY")]
    pub severity_threshold: Option<Threshold>,
    /// Report directives that are newer than this version of systemd
    #[arg(long, value_name = "N")]
    pub systemd_version: Option<u16>,
    /// Look whether the programs, files, users and units that are named are there; implied by --root
    #[arg(long)]
    pub check_files: bool,
    /// Put right what can be put right safely, and report the rest
    #[arg(long)]
    pub fix: bool,
    /// With --fix, print the changes and make none
    #[arg(long, requires = "fix")]
    pub diff: bool,
    /// Print what a rule finds and why
    #[arg(long, value_name = "RULE")]
    pub explain: Option<String>,
    /// List all rules
    #[arg(long)]
    pub list_rules: bool,
}

/// The least severity that makes the exit status 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Threshold {
    /// Only what systemd ignores or refuses
    Error,
    /// Errors and warnings
    Warning,
    /// Everything
    Hint,
    /// Nothing
    Never,
}

/// Which control group, and which process of it is which.
#[derive(Args, Clone, Debug, Default)]
pub struct CgroupOptions {
    /// The control group: a directory, or the path that /proc/PID/cgroup writes [default: from Slice= and the name]
    #[arg(long, value_name = "PATH")]
    pub cgroup: Option<PathBuf>,
    /// The main process, or `none` [default: from PIDFile=, or guessed]
    #[arg(long, value_name = "PID")]
    pub main_pid: Option<String>,
    /// The command of the unit that is running just now
    #[arg(long, value_name = "PID")]
    pub control_pid: Option<i32>,
}

/// Whether it is really done.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct DeedOptions {
    /// Only say what would be done, to which processes
    #[arg(long)]
    pub dry_run: bool,
    /// Do it although a running systemd manages the control group, or the unit refuses a manual stop
    #[arg(long)]
    pub force: bool,
}

/// Stop a unit without systemd: carry out what `systemctl stop` does, on its control group.
///
/// The very plan that `explain` prints is carried out on the processes of the unit's control group.
#[derive(Args, Clone, Debug)]
#[command(after_help = help::STOP)]
pub struct Stop {
    /// A file, or a name looked up in the search path
    #[arg(value_name = "UNIT")]
    pub unit: String,
    /// Which processes
    #[command(flatten)]
    pub cgroup: CgroupOptions,
    /// Whether it is really done
    #[command(flatten)]
    pub deed: DeedOptions,
    /// Refuse if the unit's commands would run without some of its settings
    #[arg(long)]
    pub strict: bool,
}

/// Send a signal to the processes of units without systemd, as `systemctl kill` does.
#[derive(Args, Debug)]
#[command(after_help = help::KILL)]
pub struct Kill {
    /// Files, names, or patterns such as web@*.service; none with --cgroup
    #[arg(value_name = "UNIT", required_unless_present_any = ["cgroup", "signal"])]
    pub units: Vec<String>,
    /// Whom to send which signal; --signal=list prints them all
    #[command(flatten)]
    pub kill: KillOptions,
    /// Which processes
    #[command(flatten)]
    pub cgroup: CgroupOptions,
    /// Whether it is really done
    #[command(flatten)]
    pub deed: DeedOptions,
    /// Wait until the control groups are empty
    #[arg(long)]
    pub wait: bool,
}

/// Print the processes of a unit as a tree.
#[derive(Args, Debug)]
#[command(after_help = help::PS)]
pub struct Ps {
    /// A file, or a name looked up in the search path; none with --cgroup
    #[arg(value_name = "UNIT", required_unless_present = "cgroup")]
    pub unit: Option<String>,
    /// Which processes
    #[command(flatten)]
    pub cgroup: CgroupOptions,
}

/// Print the names of all units, for completions.
#[derive(Args, Debug)]
pub struct CompleteUnits {
    /// The command line so far: its options say where to look
    #[arg(last = true, value_name = "WORD")]
    pub words: Vec<String>,
}
