//! `unitctl complete-units`: the names of all units, for the shells' completions.

use crate::args::{Cli, CompleteUnits, Global};
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::render::style::Palette;
use clap::{CommandFactory as _, FromArgMatches as _};
use std::process::ExitCode;

/// Prints the name of each unit on a line, found where the unfinished command line would look.
pub fn run(args: &CompleteUnits, context: &Context) -> Result<ExitCode, Failure> {
    let typed = Cli::command().ignore_errors(true).get_matches_from(&args.words);
    let elsewhere = Global::from_arg_matches(&typed).ok().map(|global| Context::new(&global)).transpose()?;
    let mut names = String::new();
    for name in elsewhere.as_ref().unwrap_or(context).loader.all_units() {
        names.push_str(name.as_str());
        names.push('\n');
    }
    output::print(&names, Palette::PLAIN)?;
    Ok(ExitCode::SUCCESS)
}
