//! The library part of the program `unitctl`: arguments in, words out.
//!
//! One file for each command; each is a function from arguments and [`Context`] to an
//! exit status. Only this crate prints, and only through [`output`].

pub mod args;
pub mod cat;
pub mod complete_units;
pub mod context;
pub mod explain;
pub mod failure;
pub mod help;
pub mod kill;
pub mod lint;
pub mod output;
pub mod ps;
pub mod removed;
pub mod render;
pub mod scene;
pub mod show;
pub mod simulate;
pub mod stop;

use args::{Cli, Command};
use context::Context;
use failure::Failure;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

/// Carries a command line out, for a process that ends then: what was read is not taken apart.
pub fn run(cli: &Cli) -> Result<ExitCode, Failure> {
    let context = ManuallyDrop::new(Context::new(&cli.global)?);
    match &cli.command {
        Command::Explain(args) => explain::run(args, &context),
        Command::Show(args) => show::run(args, &context),
        Command::Cat(args) => cat::run(args, &context),
        Command::Simulate(args) => simulate::run(args, &context),
        Command::Lint(args) => lint::run(args, &context),
        Command::Stop(args) => stop::run(args, &context),
        Command::Kill(args) => kill::run(args, &context),
        Command::Ps(args) => ps::run(args, &context),
        Command::CompleteUnits(args) => complete_units::run(args, &context),
    }
}
