//! Environment variables: `Environment=`, `PassEnvironment=`, `UnsetEnvironment=` (systemd.exec(5), "Environment"),
//! and the environment that a process gets in the end.

use super::ValueError;
use super::command::moved;
use super::specifier::{Specifiers, expand};
use super::words::{Style, Word, Words};
use crate::collections::IndexMap;
use std::ffi::{OsStr, OsString};

/// Variables and their values, in the order they were first set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment(IndexMap<OsString, OsString>);

impl Environment {
    /// Sets a variable, in place of what it was.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.0.insert(name.into(), value.into());
    }

    /// The value of a variable.
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        self.0.get(name.as_ref()).map(OsString::as_os_str)
    }

    /// Does what an entry of `UnsetEnvironment=` says: `NAME` goes, `NAME=VALUE` goes if it has that value.
    pub fn unset(&mut self, entry: &str) {
        let (name, value) = match entry.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (entry, None),
        };
        if value.is_none_or(|value| self.get(name).is_some_and(|current| current == value)) {
            self.0.shift_remove(OsStr::new(name));
        }
    }

    /// All variables.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(variables: T) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// What is in the value of `Environment=` or a list of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries<T> {
    /// The entries that count.
    pub entries: Vec<T>,
    /// Those systemd leaves out, and why.
    pub errors: Vec<ValueError>,
}

/// Whether it can be the name of a variable: letters, digits and `_`, no digit first.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Reads assignments such as `A=1 "B=two words"`. An empty value has none; that it resets the list is up to the
/// caller. A word that is no assignment is left out; one that cannot be read ends the list.
pub fn parse_assignments(value: &str, specifiers: &dyn Specifiers) -> Entries<(String, String)> {
    parse(value, specifiers, Style::Escaped, |text| {
        text.split_once('=')
            .filter(|(name, _)| is_name(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .ok_or_else(|| {
                let error =
                    ("is not an assignment of a variable", "write NAME=VALUE, in quotes if there are blanks");
                if text.contains('=') {
                    (error.0, "a name has letters, digits and _, no digit first")
                } else {
                    error
                }
            })
    })
}

/// Reads the names of `PassEnvironment=`.
pub fn parse_names(value: &str, specifiers: &dyn Specifiers) -> Entries<String> {
    parse(value, specifiers, Style::Quoted, |text| {
        let error = ("is not the name of a variable", "a name has letters, digits and _, no digit first");
        if is_name(text) { Ok(text.to_owned()) } else { Err(error) }
    })
}

/// Reads the names and assignments of `UnsetEnvironment=`.
pub fn parse_unset(value: &str, specifiers: &dyn Specifiers) -> Entries<String> {
    parse(value, specifiers, Style::Escaped, |text| {
        let name = text.split_once('=').map_or(text, |(name, _)| name);
        let error =
            ("is neither a name nor an assignment", "a name has letters, digits and _, no digit first");
        if is_name(name) { Ok(text.to_owned()) } else { Err(error) }
    })
}

fn parse<T>(
    value: &str,
    specifiers: &dyn Specifiers,
    style: Style,
    entry: impl Fn(&str) -> Result<T, (&'static str, &'static str)>,
) -> Entries<T> {
    let mut result = Entries { entries: Vec::new(), errors: Vec::new() };
    for word in Words::new(value, style) {
        let word = match word {
            Ok(word) => word,
            Err(error) => {
                result.errors.push(error);
                break;
            }
        };
        // Unlike in commands, an escape that means nothing makes the rest of the line unreadable.
        if let Some(bad) = word.bad_escapes.first() {
            result.errors.push(
                ValueError::new(bad.clone(), "an unknown escape sequence")
                    .with_help("write `\\\\` for a backslash"),
            );
            break;
        }
        match read(&word, value, specifiers, &entry) {
            Ok(entry) => result.entries.push(entry),
            Err(error) => result.errors.push(error),
        }
    }
    result
}

fn read<T>(
    word: &Word,
    value: &str,
    specifiers: &dyn Specifiers,
    entry: impl Fn(&str) -> Result<T, (&'static str, &'static str)>,
) -> Result<T, ValueError> {
    let Some(text) = word.as_str() else {
        return Err(ValueError::new(word.span.clone(), "the value of a variable must be UTF-8"));
    };
    let expanded = expand(text, specifiers).map_err(|error| moved(error, value, word.span.clone(), text))?;
    entry(&expanded.text).map_err(|(message, help)| {
        ValueError::new(word.span.clone(), format!("`{}` {message}", expanded.text)).with_help(help)
    })
}

#[cfg(test)]
mod tests {
    use super::super::specifier::NameOnly;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn assignments() {
        let read = |value| parse_assignments(value, &NameOnly("a@i.service"));
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        assert_eq!(
            read(r#"A=1 "B=two words" C='x'y D=%i E= F=a=b G=\x41"#).entries,
            [("A", "1"), ("B", "two words"), ("C", "xy"), ("D", "i"), ("E", ""), ("F", "a=b"), ("G", "A")]
                .map(pair)
        );
        let mixed = read("A=1 nothing 2B=x C=3");
        assert_eq!(mixed.entries, [("A", "1"), ("C", "3")].map(pair));
        assert_eq!(mixed.errors.iter().map(|e| e.span.clone()).collect::<Vec<_>>(), [4..11, 12..16]);
        let broken = read(r"A=1 B=\q C=3");
        assert_eq!((broken.entries.len(), broken.errors.len()), (1, 1));
    }

    #[test]
    fn unsetting() {
        let mut environment: Environment = [("A", "1"), ("B", "2"), ("C", "3")].into_iter().collect();
        environment.unset("A");
        environment.unset("B=2");
        environment.unset("C=4");
        assert_eq!(environment, [("C", "3")].into_iter().collect());
    }

    proptest! {
        #[test]
        fn never_panics(value: String) {
            let context = NameOnly("a.service");
            let _ = parse_assignments(&value, &context);
            let _ = parse_names(&value, &context);
            let _ = parse_unset(&value, &context);
        }
    }
}
