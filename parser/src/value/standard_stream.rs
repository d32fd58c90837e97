//! `StandardInput=`, `StandardOutput=`, `StandardError=` (systemd.exec(5)).

use super::check::Complaint;
use super::command::moved;
use super::enumeration::unknown_word;
use super::kind::Effect;
use super::specifier::{Specifiers, expand};
use super::{ValueError, path};

const INPUTS: &[&str] = &["null", "tty", "tty-force", "tty-fail", "socket", "fd", "data"];
const OUTPUTS: &[&str] =
    &["inherit", "null", "tty", "journal", "kmsg", "journal+console", "kmsg+console", "socket", "fd"];

/// Checks what a process reads from.
pub(super) fn check_input(value: &str, specifiers: &dyn Specifiers) -> Vec<Complaint> {
    check(value, INPUTS, &["file:"], specifiers)
}

/// Checks what a process writes to.
pub(super) fn check_output(value: &str, specifiers: &dyn Specifiers) -> Vec<Complaint> {
    if let Some(new @ ("journal" | "journal+console")) = value.strip_prefix("syslog").map(|rest| match rest {
        "" => "journal",
        "+console" => "journal+console",
        _ => "",
    }) {
        let error = ValueError::new(0..value.len(), format!("`{value}` is obsolete and means `{new}`"))
            .with_help(format!("write `{new}`"))
            .with_instead(new);
        return vec![Complaint { error, effect: Effect::Warned }];
    }
    check(value, OUTPUTS, &["file:", "append:", "truncate:"], specifiers)
}

fn check(value: &str, words: &[&str], files: &[&str], specifiers: &dyn Specifiers) -> Vec<Complaint> {
    let argument = |prefix: &str| Some((value.strip_prefix(prefix)?, prefix.len()..value.len()));
    let result = if words.contains(&value) {
        Ok(())
    } else if let Some((name, span)) = argument("fd:") {
        expand(name, specifiers).map_err(|error| moved(error, value, span.clone(), name)).and_then(
            |expanded| {
                if expanded.open || is_descriptor_name(&expanded.text) {
                    return Ok(());
                }
                Err(ValueError::new(
                    span,
                    format!("`{}` is not the name of a file descriptor", expanded.text),
                )
                .with_help("such a name has at most 255 bytes and neither control characters nor colons"))
            },
        )
    } else if let Some((file, span)) = files.iter().find_map(|prefix| argument(prefix)) {
        expand(file, specifiers).map_err(|error| moved(error, value, span.clone(), file)).and_then(
            |expanded| {
                if expanded.open { Ok(()) } else { path::check(&expanded.text, span).map(drop) }
            },
        )
    } else {
        Err(unknown_word(value, words))
    };
    result.err().map(|error| Complaint { error, effect: Effect::Ignored }).into_iter().collect()
}

/// Whether a file descriptor can be called so; no name stands for the default one.
fn is_descriptor_name(name: &str) -> bool {
    name.len() <= 255 && name.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b':')
}
