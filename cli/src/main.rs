//! The program `unitctl`.

use clap::Parser;
use std::process::ExitCode;
use unitctl::{args::Cli, output};

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
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
