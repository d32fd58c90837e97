//! `unitctl cat`: the files of units, as `systemctl cat` prints them.

use crate::args::Cat;
use crate::context::Context;
use crate::failure::Failure;
use crate::output;
use crate::render::printable::one_line;
use std::process::ExitCode;

/// Prints the fragment and the drop-ins of each unit, each file after a comment with its path.
pub fn run(args: &Cat, context: &Context) -> Result<ExitCode, Failure> {
    let mut out: Vec<u8> = Vec::new();
    let mut failed = false;
    for name in &args.units {
        let inspected = match context.inspect(name) {
            Ok(inspected) => inspected,
            Err(failure) => {
                failed = true;
                output::complain(&failure);
                continue;
            }
        };
        if let Some(why) = &inspected.missing {
            failed = true;
            output::complain(why);
        }
        for file in &inspected.unit.files {
            if !out.is_empty() {
                out.push(b'\n');
            }
            let path = context.layout.palette.faint(format!("# {}", one_line(&file.path.to_string_lossy())));
            out.extend_from_slice(path.as_bytes());
            out.push(b'\n');
            out.extend_from_slice(&file.bytes);
            if !file.bytes.is_empty() && !file.bytes.ends_with(b"\n") {
                out.push(b'\n');
            }
        }
    }
    output::print_bytes(&out)?;
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}
