//! Checks values that have paths in them: bind mounts, directories below a base, plain paths with specifiers.

use super::command::moved;
use super::specifier::{Specifiers, expand};
use super::words::Word;
use super::{ValueError, path};
use std::ops::Range;

/// Checks the path `text`, which stands in `span` of the value.
pub(super) fn check_path(
    value: &str,
    span: Range<usize>,
    text: &str,
    specifiers: &dyn Specifiers,
) -> Result<(), ValueError> {
    let expanded = expand(text, specifiers).map_err(|error| moved(error, value, span.clone(), text))?;
    if expanded.open { Ok(()) } else { path::check(&expanded.text, span).map(drop) }
}

/// Checks `SOURCE[:DESTINATION[:OPTION]]`.
pub(super) fn check_bind(
    value: &str,
    word: &Word,
    text: &str,
    specifiers: &dyn Specifiers,
) -> Result<(), ValueError> {
    // A backslash protects a colon.
    let text = text.replace("\\:", "\u{fffd}");
    let mut parts = text.split(':');
    let source = parts.next().unwrap_or_default();
    check_path(value, word.span.clone(), source.strip_prefix('-').unwrap_or(source), specifiers)?;
    if let Some(destination) = parts.next() {
        check_path(value, word.span.clone(), destination, specifiers)?;
    }
    let error = |message: &str| Err(ValueError::new(word.span.clone(), message.to_owned()));
    match (parts.next(), parts.next()) {
        (_, Some(_)) => error("this has more than three parts"),
        (None | Some("" | "rbind" | "norbind"), None) => Ok(()),
        (Some(option), None) => error(&format!("`{option}` is not an option of a bind mount"))
            .map_err(|error: ValueError| error.with_help("one of rbind, norbind")),
    }
}

/// Checks `DIRECTORY[:LINK[:ro]]`.
pub(crate) fn check_directory(
    value: &str,
    word: &Word,
    text: &str,
    links: bool,
    specifiers: &dyn Specifiers,
) -> Result<(), ValueError> {
    let fail = |message: String, help: &str| Err(ValueError::new(word.span.clone(), message).with_help(help));
    if text.ends_with('\\') {
        return fail(format!("`{text}` ends in a backslash"), "quote a name that has blanks");
    }
    let mut parts = text.split(':');
    let check = |part: &str, is_link: bool| {
        let expanded =
            expand(part, specifiers).map_err(|error| moved(error, value, word.span.clone(), part))?;
        let name = expanded.text.as_ref();
        if expanded.open {
            return Ok(());
        }
        if name.is_empty()
            || name.starts_with('/')
            || !path::is_normalized(&path::simplify(name))
            || name == "."
        {
            return fail(
                format!("`{name}` is not a relative path"),
                "write a path without / before it and without ..",
            );
        }
        if !is_link && (name == "private" || name.starts_with("private/")) {
            return fail(format!("`{name}` is kept for directories of dynamic users"), "choose another name");
        }
        Ok(())
    };
    check(parts.next().unwrap_or_default(), false)?;
    if let Some(link) = parts.next().filter(|link| !link.is_empty()) {
        if !links {
            return fail(format!("`{link}` cannot be here"), "this directive takes no link");
        }
        check(link, true)?;
    }
    match parts.next() {
        None | Some("" | "ro") => Ok(()),
        Some(flag) => fail(format!("`{flag}` is not a flag of a directory"), "write `ro`, or leave it out"),
    }
}
