//! The program `unitctl`.

use clap::Parser;
use std::process::ExitCode;
use unitctl::{args::Cli, output};

fn main() -> ExitCode {
    match unitctl::run(&Cli::parse()) {
        Ok(code) => code,
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(2)
        }
    }
}
