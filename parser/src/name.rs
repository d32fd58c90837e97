//! Names of units: what is one, what its parts are, and what is derived from them.
//!
//! The facts are those of systemd.unit(5) and systemd-escape(1). Nothing here looks at files; which
//! file belongs to a name is the business of [`crate::load`].

mod escape;
mod slice;
mod unit_type;

pub use escape::{escape, escape_path, unescape, unescape_path};
pub use unit_type::UnitType;

use crate::value::ValueError;
use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// The longest name of a unit, in bytes.
pub const MAX_LENGTH: usize = 255;

/// A valid name of a unit: plain (`a.service`), of an instance (`a@i.service`) or of a template (`a@.service`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitName {
    text: Box<str>,
    /// Where the prefix ends: the first `@`, or the dot of the suffix.
    prefix_end: u8,
    unit_type: UnitType,
}

impl UnitName {
    /// Reads a name that must be valid as it stands; [`UnitName::mangle`] is more generous.
    ///
    /// ```
    /// # use unitctl_parser::name::UnitName;
    /// let name = UnitName::parse("getty@tty1.service")?;
    /// assert_eq!((name.prefix(), name.instance()), ("getty", Some("tty1")));
    /// assert!(UnitName::parse("getty").is_err());
    /// # Ok::<(), unitctl_parser::value::ValueError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let (prefix_end, unit_type) = check(text.as_bytes()).ok_or_else(|| why_invalid(text))?;
        Ok(Self { text: text.into(), prefix_end, unit_type })
    }

    /// Whether [`UnitName::parse`] takes it.
    pub fn is_valid(text: &str) -> bool {
        check(text.as_bytes()).is_some()
    }

    /// The same for bytes, such as those of a file name, without saying what is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (prefix_end, unit_type) = check(bytes)?;
        let text = std::str::from_utf8(bytes).ok()?;
        Some(Self { text: text.into(), prefix_end, unit_type })
    }

    /// Makes a name of its parts: an instance of `None` makes a plain name, an empty one a template.
    pub fn build(prefix: &str, instance: Option<&str>, unit_type: UnitType) -> Result<Self, ValueError> {
        let text = match instance {
            Some(instance) => [prefix, "@", instance, ".", unit_type.as_str()].concat(),
            None => [prefix, ".", unit_type.as_str()].concat(),
        };
        Self::parse(&text)
    }

    /// What `systemctl` makes of a word on its command line (patterns left aside).
    ///
    /// A valid name stays. An absolute path becomes the name of its mount or device. In any other word `/`
    /// becomes `-`, every byte that names may not contain becomes `\xHH`, and `.service` is added where the
    /// result is not yet a name.
    pub fn mangle(word: &str) -> Result<Self, ValueError> {
        if let Some(name) = Self::from_bytes(word.as_bytes()) {
            return Ok(name);
        }
        if word.is_empty() {
            return Err(ValueError::new(0..0, "an empty word names no unit"));
        }
        if let Some(path) = word.starts_with('/').then(|| escape_path(word.as_bytes())).flatten() {
            let is_device = path.starts_with("dev-") || path.starts_with("sys-");
            return Self::build(&path, None, if is_device { UnitType::Device } else { UnitType::Mount });
        }
        let mut text = String::with_capacity(word.len() + ".service".len());
        for byte in word.bytes() {
            match byte {
                b'/' => text.push('-'),
                b'@' => text.push('@'),
                _ if is_name_byte(byte) => text.push(char::from(byte)),
                _ => escape::push_escaped(&mut text, byte),
            }
        }
        if check(text.as_bytes()).is_none() {
            text.push_str(".service");
        }
        Self::parse(&text).map_err(|error| ValueError { span: 0..word.len(), instead: None, ..error })
    }

    /// The whole name.
    pub const fn as_str(&self) -> &str {
        &self.text
    }

    /// The type, from the suffix.
    pub const fn unit_type(&self) -> UnitType {
        self.unit_type
    }

    /// The name without its suffix (`%N` before unescaping).
    pub fn without_suffix(&self) -> &str {
        &self.text[..self.dot()]
    }

    /// What stands before the first `@`, or before the suffix (`%p`).
    pub fn prefix(&self) -> &str {
        &self.text[..usize::from(self.prefix_end)]
    }

    /// What stands between the first `@` and the suffix (`%i`); none for plain names and templates.
    pub fn instance(&self) -> Option<&str> {
        self.text.get(usize::from(self.prefix_end) + 1..self.dot()).filter(|instance| !instance.is_empty())
    }

    /// Whether nothing stands between the `@` and the suffix.
    pub fn is_template(&self) -> bool {
        usize::from(self.prefix_end) + 1 == self.dot()
    }

    /// The template of an instance; none for plain names and templates.
    #[must_use]
    pub fn template(&self) -> Option<Self> {
        self.instance()?;
        let text = format!("{}@.{}", self.prefix(), self.unit_type);
        Some(Self { text: text.into(), ..*self })
    }

    /// This template or instance with another instance; a plain name is refused, as is one that grows too long.
    pub fn with_instance(&self, instance: &str) -> Result<Self, ValueError> {
        if usize::from(self.prefix_end) == self.dot() {
            let message = format!("{self} is no template and takes no instance");
            return Err(ValueError::new(0..self.text.len(), message));
        }
        Self::build(self.prefix(), Some(instance), self.unit_type)
    }

    /// The prefix cut after its last inner dash, whose `.d` directories apply to this unit too:
    /// `a-b-` of `a-b-c.service`, `a-` of that, and none of `a-` or `-a`.
    pub fn truncated_prefix(&self) -> Option<&str> {
        let prefix = self.prefix();
        let inner = prefix.strip_suffix('-').unwrap_or(prefix);
        match inner.rfind('-') {
            None | Some(0) => None,
            Some(dash) => Some(&prefix[..=dash]),
        }
    }

    /// Where the dot of the suffix is.
    const fn dot(&self) -> usize {
        self.text.len() - 1 - self.unit_type.as_str().len()
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl FromStr for UnitName {
    type Err = ValueError;
    fn from_str(text: &str) -> Result<Self, ValueError> {
        Self::parse(text)
    }
}

/// As the name's text, so that maps keyed by names can be asked for a `&str`.
impl Hash for UnitName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Borrow<str> for UnitName {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for UnitName {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Where the prefix ends and what the type is, if `name` is valid.
fn check(name: &[u8]) -> Option<(u8, UnitType)> {
    if name.len() > MAX_LENGTH {
        return None;
    }
    let dot = name.iter().rposition(|&byte| byte == b'.').filter(|&dot| dot > 0)?;
    let unit_type = UnitType::from_suffix(&name[dot + 1..])?;
    let stem = &name[..dot];
    if !stem.iter().all(|&byte| byte == b'@' || is_name_byte(byte)) {
        return None;
    }
    match stem.iter().position(|&byte| byte == b'@') {
        Some(0) => None,
        end => Some((u8::try_from(end.unwrap_or(dot)).ok()?, unit_type)),
    }
}

/// What [`check`] found missing.
fn why_invalid(name: &str) -> ValueError {
    if name.is_empty() {
        return ValueError::new(0..0, "an empty word names no unit");
    }
    if name.len() > MAX_LENGTH {
        let message = format!("the name has {} bytes, at most {MAX_LENGTH} are allowed", name.len());
        return ValueError::new(MAX_LENGTH..name.len(), message);
    }
    let dot = name.rfind('.').unwrap_or(name.len());
    if dot == name.len() {
        return ValueError::new(0..dot, "the name has no suffix")
            .with_help(format!("end it in the unit's type, as in {name}.service"));
    }
    let suffix = &name[dot + 1..];
    if UnitType::from_suffix(suffix.as_bytes()).is_none() {
        return ValueError::new(dot..name.len(), format!("'.{suffix}' is no type of unit"))
            .with_help(format!("the types are {}", UnitType::ALL.map(UnitType::as_str).join(", ")));
    }
    if let Some((at, found)) =
        name[..dot].char_indices().find(|&(_, c)| c != '@' && !u8::try_from(c).is_ok_and(is_name_byte))
    {
        return ValueError::new(
            at..at + found.len_utf8(),
            format!("{found:?} cannot be part of the name of a unit"),
        )
        .with_help(format!("escape it: {}", escape(found.encode_utf8(&mut [0; 4]).as_bytes())));
    }
    ValueError::new(0..dot + 1, format!("nothing stands before '{}'", if dot == 0 { '.' } else { '@' }))
}

/// Whether names may contain `byte` (beside the `@`, which means something).
fn is_name_byte(byte: u8) -> bool {
    IN_NAMES[byte as usize]
}

static IN_NAMES: [bool; 256] = {
    let mut in_names = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        in_names[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.' | b'\\');
        byte += 1;
    }
    in_names
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> UnitName {
        UnitName::parse(text).unwrap()
    }

    #[test]
    fn the_parts_of_a_name() {
        for (text, prefix, instance, is_template) in [
            ("a.service", "a", None, false),
            ("a.b.service", "a.b", None, false),
            (".a.service", ".a", None, false),
            (".service.service", ".service", None, false),
            ("a@i.service", "a", Some("i"), false),
            ("a@b@c.service", "a", Some("b@c"), false),
            ("a@x.y.service", "a", Some("x.y"), false),
            ("a@@.service", "a", Some("@"), false),
            ("a@.service", "a", None, true),
            ("-.slice", "-", None, false),
        ] {
            let name = name(text);
            assert_eq!(
                (name.prefix(), name.instance(), name.is_template()),
                (prefix, instance, is_template),
                "{text}"
            );
            assert_eq!(name.to_string(), text);
        }
        assert_eq!(name("a@i.service").template(), Some(name("a@.service")));
        assert_eq!(name("a@.service").template(), None);
        assert_eq!(name("a@.service").with_instance("x"), Ok(name("a@x.service")));
        assert!(name("a.service").with_instance("x").is_err());
    }

    #[test]
    fn what_is_no_name_and_at_which_bytes() {
        for (text, span, words) in [
            ("", 0..0, "empty"),
            ("foo", 0..3, "no suffix"),
            ("foo.conf", 3..8, "'.conf' is no type of unit"),
            ("foo.Service", 3..11, "'.Service' is no type of unit"),
            (".service", 0..1, "nothing stands before '.'"),
            ("@.service", 0..2, "nothing stands before '@'"),
            ("@i.service", 0..3, "nothing stands before '@'"),
            ("a b.service", 1..2, "' ' cannot be part"),
            ("a/b.service", 1..2, "'/' cannot be part"),
            ("\u{e9}.service", 0..2, "'\u{e9}' cannot be part"),
        ] {
            let error = UnitName::parse(text).unwrap_err();
            assert_eq!(error.span, span, "{text}");
            assert!(error.message.contains(words), "{text}: {}", error.message);
        }
        assert!(UnitName::parse(&format!("{}.service", "a".repeat(247))).is_ok());
        assert_eq!(UnitName::parse(&format!("{}.service", "a".repeat(248))).unwrap_err().span, 255..256);
    }

    #[test]
    fn what_systemctl_makes_of_a_word() {
        for (word, made) in [
            ("foo", "foo.service"),
            ("foo.service", "foo.service"),
            ("x.y.socket", "x.y.socket"),
            ("foo.bar", "foo.bar.service"),
            ("foo.Service", "foo.Service.service"),
            ("a b", "a\\x20b.service"),
            ("foo/bar", "foo-bar.service"),
            (".service", ".service.service"),
            ("foo@", "foo@.service"),
            ("foo@bar", "foo@bar.service"),
            ("a@b@c", "a@b@c.service"),
            ("/home", "home.mount"),
            ("/dev", "dev.mount"),
            ("/dev/sda1", "dev-sda1.device"),
            ("/sys/x", "sys-x.device"),
            ("/dev-x", "dev\\x2dx.mount"),
            ("/", "-.mount"),
            ("//", "-.mount"),
            ("/a//b/./c/", "a-b-c.mount"),
            ("/a/../b", "-a-..-b.service"),
            ("./foo.service", ".-foo.service"),
            ("\u{e9}", "\\xc3\\xa9.service"),
        ] {
            assert_eq!(UnitName::mangle(word).unwrap().as_str(), made, "{word}");
        }
        for word in ["", "@", "@.service", &"a".repeat(250)] {
            assert!(UnitName::mangle(word).is_err(), "{word}");
        }
    }

    #[test]
    fn prefixes_are_cut_after_inner_dashes() {
        for (text, cut) in [
            ("a.service", None),
            ("a-b.service", Some("a-")),
            ("a-b-c@i.service", Some("a-b-")),
            ("a-b-.service", Some("a-")),
            ("a--b.service", Some("a--")),
            ("a--.service", Some("a-")),
            ("a-.service", None),
            ("-a.service", None),
            ("--a.service", Some("--")),
            ("--.service", None),
        ] {
            assert_eq!(name(text).truncated_prefix(), cut, "{text}");
        }
    }

    proptest! {
        #[test]
        fn mangling_gives_names_and_keeps_them(word in "\\PC{0,40}") {
            if let Ok(made) = UnitName::mangle(&word) {
                prop_assert_eq!(UnitName::mangle(made.as_str()).unwrap(), made);
            }
        }

        #[test]
        fn an_error_points_into_the_text(text in "[a@. /\u{e9}]{0,6}(\\.service|\\.x)?") {
            if let Err(error) = UnitName::parse(&text) {
                prop_assert!(text.get(error.span).is_some());
            }
        }

        #[test]
        fn unescaping_undoes_escaping(bytes in proptest::collection::vec(1u8..=255, 0..40)) {
            prop_assert_eq!(unescape(&escape(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_can_be_unescaped(text in "[-\\\\x0-9a-fq]{0,12}") {
            let _ = (unescape(&text), unescape_path(&text));
        }
    }
}
