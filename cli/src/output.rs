//! The only door to standard output and standard error, and what is said by the exit status alone.

use crate::failure::Failure;
use crate::render::printable;
use crate::render::style::Palette;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Prints text to standard output: what is not ours in it drives no terminal.
pub fn print(text: &str, palette: Palette) -> Result<(), Failure> {
    print_bytes(printable::lines(text, palette).as_bytes())
}

/// Prints bytes as they are. A reader that has gone away is no error.
pub fn print_bytes(text: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    written(out.write_all(text).and_then(|()| out.flush()))
}

fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("failed to write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints what clap has to say, which is help and the version, or what is wrong with the command line.
pub fn help(told: &clap::Error) -> Result<ExitCode, Failure> {
    let printed = told.print().and_then(|()| io::stdout().flush());
    if !told.use_stderr() {
        written(printed)?;
    }
    Ok(ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2)))
}

/// The exit status that shells give to what a signal ended.
pub fn interrupted(signal: i32) -> ExitCode {
    ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX))
}

/// Prints a line for people to standard error; that this may fail is nobody's concern.
pub fn complain(message: &dyn Display) {
    let message = message.to_string();
    let message = printable::lines(&message, Palette::PLAIN);
    let _nobody_to_tell = writeln!(io::stderr().lock(), "unitctl: {message}");
}

/// Puts a line on standard error, a terminal, in the place of the one that was put there before.
pub fn redraw(line: &str) {
    let mut out = io::stderr().lock();
    let _nobody_to_tell = write!(out, "\r{line}\x1b[K").and_then(|()| out.flush());
}
