//! The program `unitctl`.

use clap::{Args as _, Command, CommandFactory as _, FromArgMatches as _};
use std::env::args_os;
use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::process::ExitCode;
use unitctl::args::{Cli, Global};
use unitctl::output;

fn main() -> ExitCode {
    // What was read ends with the process: to take it apart before would be work for nothing.
    let done = match typed().map(ManuallyDrop::new) {
        Ok(cli) => unitctl::run(&cli),
        Err(told) => output::help(&told),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(2)
        }
    }
}

/// What `Cli::try_parse` returns.
fn typed() -> Result<Cli, clap::Error> {
    let mut all = ManuallyDrop::new(Cli::command());
    // Each command that clap knows gets a copy of the options that all have: it is mostly enough to know the one that
    // was typed. Help, and what is wrong with a command line, come from all of them.
    let words: Vec<OsString> = args_os().collect();
    let command = words.get(1).and_then(|word| all.find_subcommand(word));
    if let Some(command) = command.cloned() {
        let alone = Global::augment_args(Command::new("unitctl").disable_help_subcommand(true));
        if let Ok(cli) = parsed(&mut ManuallyDrop::new(alone.subcommand(command)), words) {
            return Ok(cli);
        }
    }
    parsed(&mut all, args_os())
}

fn parsed(command: &mut Command, words: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut matches = ManuallyDrop::new(command.try_get_matches_from_mut(words)?);
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(command))
}
