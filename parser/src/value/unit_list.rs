//! Values that name units: dependencies, `Slice=`, `Sockets=`.

use super::ValueError;
use super::command::moved;
use super::specifier::{Expanded, Specifiers, expand};
use super::words::{Style, Words};
use crate::directive::nearest;
use crate::name::{MAX_LENGTH, UnitName, UnitType};

/// The specifiers that names of units may have: fewer than other values.
const LETTERS: &str = "nNpijabgGHlmoqBMAuUvwW%";

/// Checks a list of units such as that of `After=`. No suffix is added to a word that has none.
pub fn check_units(value: &str, specifiers: &dyn Specifiers) -> Vec<ValueError> {
    Words::new(value, Style::QuotedRaw)
        .filter_map(|word| {
            let word = match word {
                Ok(word) => word,
                Err(error) => return Some(error),
            };
            if word.quoted {
                return Some(
                    ValueError::new(word.span, "quotes are part of the name here")
                        .with_help("leave the quotes out"),
                );
            }
            let text = &*word.text;
            match expand_name(text, value, word.span.clone(), specifiers) {
                Ok(name) if name.open || UnitName::is_valid(&name.text) => None,
                Ok(name) => {
                    let error =
                        ValueError::new(word.span, format!("`{}` is not the name of a unit", name.text));
                    let has_suffix = name.text.contains('.');
                    Some(error.with_help(if let Some(meant) = with_other_suffix(&name.text) {
                        format!("did you mean {meant}?")
                    } else if name.text.contains(',') {
                        "write blanks between the names, not commas".to_owned()
                    } else if has_suffix {
                        "names end in a type of unit such as .service".to_owned()
                    } else {
                        format!("write the whole name, such as {}.service", name.text)
                    }))
                }
                Err(error) => Some(error),
            }
        })
        .collect()
}

/// The name with the suffix that its own is nearly.
fn with_other_suffix(name: &str) -> Option<String> {
    let (stem, suffix) = name.rsplit_once('.')?;
    let suffix = nearest(suffix, UnitType::ALL.iter().map(|unit_type| unit_type.as_str()))?;
    let meant = format!("{stem}.{suffix}");
    UnitName::parse(&meant).is_ok().then_some(meant)
}

/// The units that a list names; words with specifiers that are wrong are left out, as systemd leaves them out.
pub fn parse_units(value: &str, specifiers: &dyn Specifiers) -> Vec<UnitName> {
    let words = Words::new(value, Style::QuotedRaw).map_while(Result::ok).filter(|word| !word.quoted);
    words
        .filter_map(|word| {
            let name = expand_name(&word.text, value, word.span, specifiers).ok()?.text.into_owned();
            UnitName::parse(&name).ok()
        })
        .collect()
}

/// Checks the list of sockets of a service.
pub fn check_sockets(value: &str, specifiers: &dyn Specifiers) -> Vec<ValueError> {
    Words::new(value, Style::QuotedRaw)
        .map_while(Result::ok)
        .filter_map(|word| {
            let text = &*word.text;
            match expand_name(text, value, word.span.clone(), specifiers) {
                Ok(name) if name.open || name.text.ends_with(".socket") => None,
                Ok(name) => Some(
                    ValueError::new(word.span, format!("`{}` is not a socket", name.text))
                        .with_help("write a name that ends in .socket"),
                ),
                Err(error) => Some(error),
            }
        })
        .collect()
}

/// Reads the slice of a unit.
pub fn parse_slice(value: &str, specifiers: &dyn Specifiers) -> Result<String, ValueError> {
    let name = expand_name(value, value, 0..value.len(), specifiers)?;
    let is_slice = |name: &UnitName| {
        name.unit_type() == UnitType::Slice && name.instance().is_none() && !name.is_template()
    };
    if name.open || UnitName::parse(&name.text).is_ok_and(|name| is_slice(&name)) {
        return Ok(name.text.into_owned());
    }
    Err(ValueError::new(0..value.len(), format!("`{}` is not a slice", name.text))
        .with_help("write a name such as system.slice"))
}

/// Checks the name of the unit that a timer, path or socket starts; that of a socket must be a service, and whole.
pub(super) fn check_trigger(
    value: &str,
    is_service: bool,
    specifiers: &dyn Specifiers,
) -> Result<(), ValueError> {
    let name = expand_name(value, value, 0..value.len(), specifiers)?;
    if name.open {
        return Ok(());
    }
    let wrong = |what: &str, help: &str| {
        Err(ValueError::new(0..value.len(), format!("`{}` {what}", name.text)).with_help(help))
    };
    match UnitName::parse(&name.text) {
        Err(_) => wrong("is not the name of a unit", "write a name such as foo.service"),
        Ok(unit) if is_service && unit.unit_type() != UnitType::Service => wrong(
            "is not a service, which is all that a socket can start",
            "write a name such as foo.service",
        ),
        Ok(unit) if is_service && unit.is_template() => wrong(
            "is a template, of which there is nothing to start",
            "name an instance, such as foo@bar.service",
        ),
        Ok(_) => Ok(()),
    }
}

fn expand_name<'a>(
    text: &'a str,
    value: &str,
    span: std::ops::Range<usize>,
    specifiers: &dyn Specifiers,
) -> Result<Expanded<'a>, ValueError> {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == b'%') {
        let behind = &rest[at + 1..];
        let letter = behind.chars().next();
        if let Some(letter) = letter.filter(|c| c.is_ascii_alphanumeric() && !LETTERS.contains(*c)) {
            let start = text.len() - behind.len() - 1;
            let error = ValueError::new(
                start..start + 2,
                format!("the names of units have no specifier `%{letter}`"),
            );
            return Err(moved(error, value, span, text));
        }
        rest = &behind[letter.map_or(0, char::len_utf8)..];
    }
    let name = expand(text, specifiers).map_err(|error| moved(error, value, span.clone(), text))?;
    if name.text.len() > MAX_LENGTH {
        return Err(ValueError::new(span, format!("the name of a unit has at most {MAX_LENGTH} bytes")));
    }
    Ok(name)
}
