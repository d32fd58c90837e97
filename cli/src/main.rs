//! The program `unitctl`.

use clap::{CommandFactory as _, FromArgMatches as _};
use std::mem::ManuallyDrop;
use std::process::ExitCode;
use unitctl::{args::Cli, output};

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
    let mut command = ManuallyDrop::new(Cli::command());
    let mut matches = ManuallyDrop::new(command.try_get_matches_from_mut(std::env::args_os())?);
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}
