//! Specifiers: `%n`, `%i` and the others that are replaced when a unit is loaded (systemd.unit(5), "Specifiers").
//!
//! What follows from the unit's name is worked out here; facts about the machine come from the caller.

use super::ValueError;
use crate::name::{unescape, unescape_path};
use std::borrow::Cow;

/// What is known while specifiers are expanded.
pub trait Specifiers {
    /// The name of the unit, such as `a@b.service`. A template (`a@.service`) leaves the specifiers that need its
    /// instance as they are written.
    fn unit_name(&self) -> &str;

    /// What a specifier that does not follow from the name stands for. Anything but `Known` for letters that
    /// [`is_known`] does not name has no effect.
    fn fact(&self, letter: char) -> Fact<'_>;
}

/// What a specifier stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<'a> {
    /// This.
    Known(Cow<'a, str>),
    /// It is known only where the unit runs: the specifier stays as it is written.
    Open,
    /// systemd fails to expand it, for this reason.
    Missing(Cow<'a, str>),
}

/// A unit of which the name alone is known; the facts of a system manager that are the same everywhere are filled in.
#[derive(Clone, Copy, Debug)]
pub struct NameOnly<'a>(pub &'a str);

impl Specifiers for NameOnly<'_> {
    fn unit_name(&self) -> &str {
        self.0
    }

    fn fact(&self, letter: char) -> Fact<'_> {
        system_directory(letter).map_or(Fact::Open, |path| Fact::Known(Cow::Borrowed(path)))
    }
}

/// What the specifiers of directories stand for in the system manager.
pub const fn system_directory(letter: char) -> Option<&'static str> {
    Some(match letter {
        't' => "/run",
        'S' => "/var/lib",
        'C' => "/var/cache",
        'L' => "/var/log",
        'E' => "/etc",
        'D' => "/usr/share",
        _ => return None,
    })
}

/// Whether `%` with this letter is a specifier of unit files.
pub const fn is_known(letter: char) -> bool {
    matches!(
        letter,
        'a'..='d' | 'f' | 'g'..='j' | 'l'..='w' | 'y' | 'A'..='E' | 'G'..='J' | 'L' | 'M' | 'N' | 'P' | 'R'..='W' | 'Y' | '%'
    )
}

/// A text whose specifiers have been replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Whether a specifier had to be left as it is written.
    pub open: bool,
}

/// Replaces the specifiers of `text`. The error's span counts from the start of `text`.
///
/// `%` before anything but an ASCII letter or digit stays, and so does one at the end; an unknown letter or digit is
/// an error. What is put in is not searched again.
///
/// ```
/// use unitctl_parser::value::specifier::{NameOnly, expand};
///
/// let name = NameOnly("backup@var-lib.service");
/// assert_eq!(expand("%p of %f, 100%%", &name)?.text, "backup of /var/lib, 100%");
/// assert!(expand("%m", &name)?.open, "which machine it is the name does not tell");
/// assert!(expand("%z", &name).is_err());
/// # Ok::<(), unitctl_parser::value::ValueError>(())
/// ```
pub fn expand<'a>(text: &'a str, context: &dyn Specifiers) -> Result<Expanded<'a>, ValueError> {
    // Most texts have none.
    if !text.as_bytes().contains(&b'%') {
        return Ok(Expanded { text: Cow::Borrowed(text), open: false });
    }
    let mut result = String::with_capacity(text.len());
    let mut open = false;
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        result.push_str(&rest[..at]);
        let start = text.len() - rest.len() + at;
        rest = &rest[at + 1..];
        let Some(letter) = rest.chars().next().filter(|c| c.is_ascii_alphanumeric() || *c == '%') else {
            result.push('%');
            continue;
        };
        rest = &rest[1..];
        let span = start..start + 2;
        if !is_known(letter) {
            return Err(ValueError::new(span, format!("there is no specifier `%{letter}`"))
                .with_help(format!("write `%%{letter}` for the text itself")));
        }
        match lookup(letter, context) {
            Fact::Known(value) => result.push_str(&value),
            Fact::Open => {
                result.push_str(&text[span]);
                open = true;
            }
            Fact::Missing(why) => {
                return Err(ValueError::new(span, format!("`%{letter}` cannot be resolved: {why}")));
            }
        }
    }
    result.push_str(rest);
    Ok(Expanded { text: Cow::Owned(result), open })
}

fn lookup(letter: char, context: &dyn Specifiers) -> Fact<'_> {
    let name = context.unit_name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (prefix, instance) = match stem.split_once('@') {
        Some((prefix, instance)) => (prefix, Some(instance)),
        None => (stem, None),
    };
    let last_part = || prefix.rsplit_once('-').map_or(prefix, |(_, last)| last);
    let is_template = instance == Some("");
    let text = |text| Fact::Known(Cow::Borrowed(text));
    let unescaped = |text| match unescape(text) {
        Some(bytes) => Fact::Known(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())),
        None => Fact::Missing(Cow::Owned(format!("`{text}` is not escaped as names of units are"))),
    };
    match letter {
        '%' => text("%"),
        'n' | 'N' | 'i' | 'I' | 'f' | 'd' if is_template => Fact::Open,
        'n' => text(name),
        'N' => text(stem),
        'p' => text(prefix),
        'P' => unescaped(prefix),
        'i' => text(instance.unwrap_or_default()),
        'I' => unescaped(instance.unwrap_or_default()),
        'j' => text(last_part()),
        'J' => unescaped(last_part()),
        'f' => {
            let written = instance.unwrap_or(prefix);
            unescape_path(written).map_or_else(
                || Fact::Missing(Cow::Owned(format!("`{written}` is not an escaped path"))),
                |path| Fact::Known(Cow::Owned(String::from_utf8_lossy(&path).into_owned())),
            )
        }
        'd' => match context.fact('d') {
            Fact::Open => Fact::Known(Cow::Owned(format!("/run/credentials/{name}"))),
            fact => fact,
        },
        _ => context.fact(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn expanded(text: &str, name: &str) -> String {
        match expand(text, &NameOnly(name)) {
            Ok(Expanded { text, .. }) => text.into_owned(),
            Err(error) => format!("{} at {:?}", error.message, error.span),
        }
    }

    #[test]
    fn the_names_of_a_unit() {
        for (text, expected) in [
            ("%n %N %p %i %j", r"ap-q@a-b\x2dc.service ap-q@a-b\x2dc ap-q a-b\x2dc q"),
            ("%P %I %J %f", "ap/q a/b-c q /a/b-c"),
            ("%d/x %t%S", r"/run/credentials/ap-q@a-b\x2dc.service/x /run/var/lib"),
        ] {
            assert_eq!(expanded(text, r"ap-q@a-b\x2dc.service"), expected);
        }
        assert_eq!(expanded("[%i] [%I] %f %p", "a-b.service"), "[] [] /a/b a-b");
    }

    #[test]
    fn what_is_no_specifier_stays() {
        assert_eq!(expanded("100% %. %ä %%n %", "a.service"), "100% %. %ä %n %");
        assert_eq!(expanded("x %Z", "a.service"), "there is no specifier `%Z` at 2..4");
        assert_eq!(expanded("%0", "a.service"), "there is no specifier `%0` at 0..2");
    }

    #[test]
    fn a_template_leaves_its_instance_open() {
        let expanded = expand("%p %i %n %H", &NameOnly("a@.service")).unwrap();
        assert_eq!(expanded, Expanded { text: Cow::Borrowed("a %i %n %H"), open: true });
    }

    #[test]
    fn a_path_that_is_none_cannot_be_resolved() {
        for instance in ["-a", "a-", "a--b", r"\x2e\x2e-a", r"a\q"] {
            assert!(expand("%f", &NameOnly(&format!("x@{instance}.service"))).is_err(), "{instance}");
        }
        assert_eq!(expanded("%f", "x@-.service"), "/");
    }

    proptest! {
        #[test]
        fn never_panics(text: String, name: String) {
            let _ = expand(&text, &NameOnly(&name));
        }
    }
}
