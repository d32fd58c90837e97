//! Signals, as `KillSignal=` and its relatives name them (systemd.kill(5), signal(7)).

use super::{ValueError, integer};
use crate::directive::nearest;
use std::borrow::Cow;
use std::fmt;

/// A signal number from 1 to 64. Unlike nix's type it includes the real-time signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(u8);

#[expect(missing_docs, reason = "the names are those of signal(7)")]
impl Signal {
    pub const HUP: Self = Self(1);
    pub const INT: Self = Self(2);
    pub const QUIT: Self = Self(3);
    pub const ABRT: Self = Self(6);
    pub const KILL: Self = Self(9);
    pub const USR1: Self = Self(10);
    pub const USR2: Self = Self(12);
    pub const PIPE: Self = Self(13);
    pub const TERM: Self = Self(15);
    pub const CHLD: Self = Self(17);
    pub const CONT: Self = Self(18);
    pub const STOP: Self = Self(19);
}

/// The first real-time signal that programs may use (glibc's SIGRTMIN).
pub const RTMIN: u8 = 34;
/// The last real-time signal.
pub const RTMAX: u8 = 64;

/// The signals with a name, from 1 to 31, in the order of their numbers.
const NAMES: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

impl Signal {
    /// The signal with this number, if there is one.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 1 to 64")]
    pub const fn from_number(number: i32) -> Option<Self> {
        if number >= 1 && number <= RTMAX as i32 { Some(Self(number as u8)) } else { None }
    }

    /// Its number, from 1 to 64.
    pub const fn number(self) -> i32 {
        self.0 as i32
    }
}

impl Signal {
    /// Reads a name with or without `SIG`, `RTMIN+n`, `RTMAX-n`, or a number.
    ///
    /// ```
    /// # use unitctl_parser::value::signal::Signal;
    /// assert_eq!(Signal::parse("TERM")?, Signal::parse("SIGTERM")?);
    /// assert_eq!(Signal::parse("RTMIN+3")?.number(), 37);
    /// assert!(Signal::parse("term").is_err());
    /// # Ok::<(), unitctl_parser::value::ValueError>(())
    /// ```
    pub fn parse(value: &str) -> Result<Self, ValueError> {
        let whole = 0..value.len();
        if let Some(number) = integer::parse_int(value) {
            return Self::from_number(number).ok_or_else(|| {
                ValueError::new(whole, format!("there is no signal {number}"))
                    .with_help(format!("signals are numbered from 1 to {RTMAX}"))
            });
        }
        let name = value.strip_prefix("SIG").unwrap_or(value);
        if let Some(number) = (1..).zip(NAMES).find(|(_, known)| *known == name).map(|(number, _)| number) {
            return Ok(Self(number));
        }
        real_time(name).ok_or_else(|| {
            let error = if value.is_empty() {
                ValueError::new(whole, "an empty value is not a signal")
            } else {
                ValueError::new(whole, format!("there is no signal `{value}`"))
            };
            error.with_help(meant(value))
        })
    }

    /// The name without `SIG`, as the variable `EXIT_STATUS` has it: `TERM`, `RTMIN+3`, `33`.
    pub fn name(self) -> Cow<'static, str> {
        match self.0 {
            n @ 1..=31 => Cow::Borrowed(NAMES[usize::from(n) - 1]),
            n if n >= RTMIN => Cow::Owned(format!("RTMIN+{}", n - RTMIN)),
            n => Cow::Owned(n.to_string()),
        }
    }
}

/// `RTMIN`, `RTMIN+n`, `RTMAX`, `RTMAX-n`; the number with its sign is read as C would.
fn real_time(name: &str) -> Option<Signal> {
    let (base, offset, sign) = match name.split_at_checked(5)? {
        ("RTMIN", offset) => (RTMIN, offset, '+'),
        ("RTMAX", offset) => (RTMAX, offset, '-'),
        _ => return None,
    };
    let offset = match offset {
        "" => 0,
        _ if offset.starts_with(sign) => integer::parse_int(offset)?,
        _ => return None,
    };
    let number = i32::from(base).checked_add(offset)?;
    Signal::from_number(number).filter(|_| number >= i32::from(RTMIN))
}

/// What somebody who wrote `value` may have meant.
fn meant(value: &str) -> String {
    let upper = value.trim_matches(['"', '\'']).to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let known = match name {
        "CLD" => Some("CHLD"),
        "IOT" => Some("ABRT"),
        "POLL" => Some("IO"),
        "UNUSED" => Some("SYS"),
        _ if name.starts_with("RT") => {
            return "real-time signals are RTMIN to RTMIN+30, or RTMAX-30 to RTMAX".to_owned();
        }
        _ => nearest(name, NAMES.into_iter()),
    };
    match (known, name.parse().ok().and_then(Signal::from_number)) {
        (Some(name), _) => format!("write `SIG{name}`"),
        (None, Some(signal)) => format!("write `{signal}`, or its number alone"),
        (None, None) => "write a name such as SIGTERM, RTMIN+n, or a number from 1 to 64".to_owned(),
    }
}

impl fmt::Display for Signal {
    /// `SIGTERM`, `SIGRTMIN+3`; a signal without a name (32, 33) is its number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            n @ 1..=31 => write!(f, "SIG{}", NAMES[usize::from(n) - 1]),
            RTMIN => f.write_str("SIGRTMIN"),
            n if n > RTMIN => write!(f, "SIGRTMIN+{}", n - RTMIN),
            n => write!(f, "{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn help_names_what_was_meant() {
        for (value, help) in [
            ("term", "write `SIGTERM`"),
            ("sigterm", "write `SIGTERM`"),
            ("SIGTREM", "write `SIGTERM`"),
            ("\"TERM\"", "write `SIGTERM`"),
            ("SIGCLD", "write `SIGCHLD`"),
            ("SIG15", "write `SIGTERM`, or its number alone"),
            ("65", "signals are numbered from 1 to 64"),
            ("RTMIN-1", "real-time signals are RTMIN to RTMIN+30, or RTMAX-30 to RTMAX"),
            ("", "write a name such as SIGTERM, RTMIN+n, or a number from 1 to 64"),
        ] {
            let error = Signal::parse(value).unwrap_err();
            assert_eq!(error.help.as_deref(), Some(help), "{value}");
            assert_eq!(error.span, 0..value.len(), "{value}");
        }
    }

    #[test]
    fn every_signal_reads_back() {
        for signal in (1..=64).filter_map(Signal::from_number) {
            assert_eq!(Signal::parse(&signal.to_string()), Ok(signal));
            assert_eq!(Signal::parse(&signal.name()), Ok(signal));
            assert_eq!(Signal::parse(&signal.number().to_string()), Ok(signal));
        }
    }

    proptest! {
        #[test]
        fn never_panics(value: String, near in "(SIG)?(RTMIN|RTMAX|TERM)?[-+ 0-9x]*") {
            let _ = Signal::parse(&value);
            let _ = Signal::parse(&near);
        }
    }
}
