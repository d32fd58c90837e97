//! Time spans, as `TimeoutStopSec=` and its relatives write them (systemd.time(7)).

use super::ValueError;
use crate::directive::nearest;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while};
use nom::character::complete::{char, digit0, digit1};
use nom::combinator::{all_consuming, consumed, opt};
use nom::sequence::{preceded, terminated};
use nom::{IResult, Parser};
use std::fmt;

/// A span of time in microseconds, or for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan(u64);

impl TimeSpan {
    /// No limit.
    pub const INFINITY: Self = Self(u64::MAX);

    /// A span of this many microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// A span of this many seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000))
    }

    /// The microseconds, unless it is infinite.
    pub const fn micros(self) -> Option<u64> {
        if self.0 == u64::MAX { None } else { Some(self.0) }
    }

    /// Whether it never ends.
    pub const fn is_infinite(self) -> bool {
        self.0 == u64::MAX
    }

    /// Reads `infinity` or a sum of terms; a number without a unit counts seconds.
    ///
    /// ```
    /// # use unitctl_parser::value::time_span::TimeSpan;
    /// assert_eq!(TimeSpan::parse("1min 5.5")?.micros(), Some(65_500_000));
    /// assert!(TimeSpan::parse("infinity")?.is_infinite());
    /// let error = TimeSpan::parse("5mins").unwrap_err();
    /// assert_eq!(error.span, 1..5);
    /// # Ok::<(), unitctl_parser::value::ValueError>(())
    /// ```
    pub fn parse(value: &str) -> Result<Self, ValueError> {
        Self::parse_in(value, Unit::Second)
    }

    /// The same, but what is 0 (below a microsecond too) means infinity: `TimeoutStopSec=`, `TimeoutStartSec=`,
    /// `TimeoutSec=` and some others.
    pub fn parse_zero_is_infinity(value: &str) -> Result<Self, ValueError> {
        Self::parse(value).map(|span| if span.0 == 0 { Self::INFINITY } else { span })
    }

    /// Reads a span in which a number without a unit counts `unit`.
    pub fn parse_in(value: &str, unit: Unit) -> Result<Self, ValueError> {
        sum(value, &MICROSECOND_UNITS, unit.micros()).map(Self)
    }

    /// Reads a span down to nanoseconds, and returns those; `u64::MAX` is infinity.
    pub fn parse_nanoseconds(value: &str) -> Result<u64, ValueError> {
        sum(value, &NANOSECOND_UNITS, 1)
    }
}

/// What a number without a unit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Most settings.
    Second,
    /// `LimitRTTIME=`
    Microsecond,
}

impl Unit {
    const fn micros(self) -> u64 {
        match self {
            Self::Second => 1_000_000,
            Self::Microsecond => 1,
        }
    }
}

type Units = [(&'static [&'static str], u64)];

const MICROSECOND_UNITS: [(&[&str], u64); 9] = [
    (&["s", "sec", "second", "seconds"], 1_000_000),
    (&["min", "m", "minute", "minutes"], 60_000_000),
    (&["ms", "msec"], 1_000),
    (&["us", "usec", "µs", "μs"], 1),
    (&["h", "hr", "hour", "hours"], 3_600_000_000),
    (&["d", "day", "days"], 86_400_000_000),
    (&["w", "week", "weeks"], 604_800_000_000),
    (&["month", "M", "months"], 2_629_800_000_000),
    (&["y", "year", "years"], 31_557_600_000_000),
];

const NANOSECOND_UNITS: [(&[&str], u64); 10] = [
    (&["ns", "nsec"], 1),
    (&["s", "sec", "second", "seconds"], 1_000_000_000),
    (&["min", "m", "minute", "minutes"], 60_000_000_000),
    (&["ms", "msec"], 1_000_000),
    (&["us", "usec", "µs", "μs"], 1_000),
    (&["h", "hr", "hour", "hours"], 3_600_000_000_000),
    (&["d", "day", "days"], 86_400_000_000_000),
    (&["w", "week", "weeks"], 604_800_000_000_000),
    (&["month", "M", "months"], 2_629_800_000_000_000),
    (&["y", "year", "years"], 31_557_600_000_000_000),
];

/// `number [unit]` and the blanks behind it.
struct Term<'a> {
    whole: &'a str,
    fraction: Option<&'a str>,
    /// The letters behind the number; empty for none.
    unit: &'a str,
    /// Whether the next term touches this one.
    joined: bool,
}

/// Reads a span in the grammar
///
/// ```text
/// span   = *blank ( "infinity" *blank / 1*term )
/// term   = number *blank [ unit *blank ]
/// number = [ "+" ] 1*digit [ "." 1*digit ] / "." 1*digit
/// blank  = space / tab / line feed / carriage return
/// ```
///
/// A unit is a whole word of letters. A number without a unit must not touch the next term. Each term
/// and the sum stay below 2^64 - 1.
fn sum(value: &str, units: &Units, default_unit: u64) -> Result<u64, ValueError> {
    let at = |rest: &str| value.len() - rest.len();
    let (mut rest, infinite) = (blanks, opt(all_consuming(terminated(tag("infinity"), blanks))))
        .parse_complete(value)
        .map_or((value, false), |(rest, (_, infinity))| (rest, infinity.is_some()));
    if infinite {
        return Ok(u64::MAX);
    }
    if rest.is_empty() {
        return Err(ValueError::new(0..value.len(), "an empty value is not a time span")
            .with_help("write a number and a unit, such as 30s or 5min, or infinity"));
    }
    let mut total = 0_u64;
    while !rest.is_empty() {
        let start = at(rest);
        let Ok((next, (text, term))) = consumed(term).parse_complete(rest) else {
            return Err(not_a_term(value, start));
        };
        rest = next;
        let span = start..start + text.trim_end().len();
        if term.fraction == Some("") {
            return Err(ValueError::new(span, "digits are missing after the decimal point"));
        }
        let unit = if term.unit.is_empty() {
            if term.joined {
                return Err(not_a_term(value, at(rest)));
            }
            default_unit
        } else {
            find(units, term.unit).ok_or_else(|| {
                let end = start + text.trim_end().len();
                unknown_unit(end - term.unit.len()..end, term.unit, units)
            })?
        };
        total = term
            .amount(unit)
            .and_then(|amount| total.checked_add(amount))
            .filter(|total| *total < u64::MAX)
            .ok_or_else(|| ValueError::new(span, "the time span is too long").with_help("write infinity"))?;
    }
    Ok(total)
}

fn find(units: &Units, word: &str) -> Option<u64> {
    units.iter().find(|(words, _)| words.contains(&word)).map(|(_, size)| *size)
}

fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r')).parse_complete(input)
}

fn term(input: &str) -> IResult<&str, Term<'_>> {
    // C's number reader, which systemd uses, skips form feeds and vertical tabs too.
    let c_blanks = take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c'));
    let whole = preceded((c_blanks, opt(char('+'))), digit1);
    let fraction = || preceded(char('.'), digit0);
    let number = alt(((whole, opt(fraction())), fraction().map(|digits| ("0", Some(digits)))));
    (number, blanks, take_while(char::is_alphabetic), blanks)
        .map(|((whole, fraction), gap, unit, _)| Term { whole, fraction, unit, joined: gap.is_empty() })
        .parse_complete(input)
        .map(|(rest, term)| (rest, Term { joined: term.joined && !rest.is_empty(), ..term }))
}

impl Term<'_> {
    /// Its amount in the smallest unit, if there is room for it.
    fn amount(&self, unit: u64) -> Option<u64> {
        let whole = self.whole.parse::<i64>().ok()?.unsigned_abs();
        let mut amount = if whole < u64::MAX / unit { whole * unit } else { return None };
        // A digit is worth the integer part of a tenth of the one before it, so small units lose digits.
        let mut worth = unit / 10;
        for digit in self.fraction.unwrap_or_default().bytes() {
            amount = amount.checked_add(u64::from(digit - b'0') * worth)?;
            worth /= 10;
        }
        Some(amount)
    }
}

fn unknown_unit(span: std::ops::Range<usize>, word: &str, units: &Units) -> ValueError {
    let words = || units.iter().flat_map(|(words, _)| words.iter().copied());
    let begun = || words().filter(|unit| word.starts_with(unit)).max_by_key(|unit| unit.len());
    let help = match nearest(word, words()).or_else(begun) {
        _ if word.starts_with('n') => "the smallest unit is us".to_owned(),
        Some(unit) => format!("write `{unit}`"),
        None => "the units are us, ms, s, min, h, d, w, month and y".to_owned(),
    };
    ValueError::new(span, format!("`{word}` is not a unit of time")).with_help(help)
}

/// The error for text at `start` that is not a number.
fn not_a_term(value: &str, start: usize) -> ValueError {
    let rest = &value[start..];
    let end = start + rest.find([' ', '\t']).unwrap_or(rest.len());
    let word = &value[start..end];
    let error = ValueError::new(start..end, format!("`{word}` is not a number with a unit of time"));
    if word.starts_with('-') {
        error.with_help("a time span cannot be negative")
    } else if word.len() < 10 && "infinity".starts_with(&word.to_ascii_lowercase()) {
        error.with_help("write `infinity`, alone")
    } else {
        error.with_help("write numbers with units, such as 5min 20s, or infinity")
    }
}

impl fmt::Display for TimeSpan {
    /// As `systemctl show` prints it: `1min 30s`, `500ms`, `1.500000s`, `0`, `infinity`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const STEPS: [(u64, &str, usize); 9] = [
            (31_557_600_000_000, "y", 0),
            (2_629_800_000_000, "month", 0),
            (604_800_000_000, "w", 0),
            (86_400_000_000, "d", 0),
            (3_600_000_000, "h", 0),
            (60_000_000, "min", 0),
            (1_000_000, "s", 6),
            (1_000, "ms", 3),
            (1, "us", 0),
        ];
        let mut rest = match self.0 {
            0 => return f.write_str("0"),
            u64::MAX => return f.write_str("infinity"),
            micros => micros,
        };
        let mut separator = "";
        for (size, unit, digits) in STEPS {
            if rest < size {
                continue;
            }
            let (whole, part) = (rest / size, rest % size);
            // Below a minute the rest is a decimal fraction.
            if part > 0 && digits > 0 {
                return write!(f, "{separator}{whole}.{part:0digits$}{unit}");
            }
            write!(f, "{separator}{whole}{unit}")?;
            separator = " ";
            rest = part;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_span_is_at_the_offending_bytes() {
        for (value, offending, help) in [
            ("", "", "write a number and a unit, such as 30s or 5min, or infinity"),
            ("5min 20x", "x", "the units are us, ms, s, min, h, d, w, month and y"),
            ("5mins", "mins", "write `min`"),
            ("3wk", "wk", "write `w`"),
            ("5 Min", "Min", "write `min`"),
            ("10s 5ns", "ns", "the smallest unit is us"),
            ("10s -5s", "-5s", "a time span cannot be negative"),
            ("Infinity", "Infinity", "write `infinity`, alone"),
            ("inf", "inf", "write `infinity`, alone"),
            ("1h 99999999999y", "99999999999y", "write infinity"),
        ] {
            let error = TimeSpan::parse(value).unwrap_err();
            assert_eq!(&value[error.span.clone()], offending, "{value}");
            assert_eq!(error.help.as_deref(), Some(help), "{value}");
        }
    }

    #[test]
    fn zero_may_mean_infinity() {
        for value in ["0", "0.0000001", "0us"] {
            assert_eq!(TimeSpan::parse(value), Ok(TimeSpan::from_micros(0)));
            assert_eq!(TimeSpan::parse_zero_is_infinity(value), Ok(TimeSpan::INFINITY));
        }
        assert_eq!(TimeSpan::parse_zero_is_infinity("1us"), Ok(TimeSpan::from_micros(1)));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(micros: u64) {
            let span = TimeSpan::from_micros(micros);
            prop_assert_eq!(TimeSpan::parse(&span.to_string()), Ok(span));
        }

        #[test]
        fn never_panics(value: String, near in "[0-9.+ smhdM-]*") {
            let _ = TimeSpan::parse(&value);
            let _ = TimeSpan::parse(&near);
        }
    }
}
