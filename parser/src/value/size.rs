//! Amounts: sizes in bytes (`64M`), shares (`50%`), and the two values of a resource limit (`1024:4096`).

use super::integer;
use super::time_span::{TimeSpan, Unit};

/// Reads a sum of sizes to the base 1024, the larger suffix first: `1G 500M`, `1.5K`, `42`.
pub fn parse_size(text: &str) -> Option<u64> {
    const SUFFIXES: [(&str, u64); 8] = [
        ("E", 1 << 60),
        ("P", 1 << 50),
        ("T", 1 << 40),
        ("G", 1 << 30),
        ("M", 1 << 20),
        ("K", 1 << 10),
        ("B", 1),
        ("", 1),
    ];
    let mut rest = text;
    let mut suffixes = &SUFFIXES[..];
    let mut total = 0_u64;
    loop {
        let number = rest.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
        let number = number.strip_prefix('+').unwrap_or(number);
        let (whole, behind) = split_digits(number);
        let whole: u64 = whole.parse().ok()?;
        let (fraction, behind) = match behind.strip_prefix('.') {
            Some(behind) => split_digits(behind),
            None => ("", behind),
        };
        let behind = behind.trim_start_matches([' ', '\t', '\n', '\r']);
        let at = suffixes.iter().position(|(suffix, _)| behind.starts_with(suffix))?;
        let (suffix, factor) = suffixes[at];
        let amount = whole.checked_mul(factor)?.checked_add(fraction_of(factor, fraction))?;
        total = total.checked_add(amount)?;
        rest = &behind[suffix.len()..];
        suffixes = &suffixes[at + 1..];
        if rest.is_empty() {
            return Some(total);
        }
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// The integer part of a decimal fraction of `factor`.
fn fraction_of(factor: u64, digits: &str) -> u64 {
    let mut scale = u128::from(factor);
    let sum = digits.bytes().take(18).fold(0_u128, |sum, digit| sum * 10 + u128::from(digit - b'0'));
    scale *= sum;
    let divisor = 10_u128.pow(u32::try_from(digits.len().min(18)).unwrap_or(18));
    u64::try_from(scale / divisor).unwrap_or(u64::MAX)
}

/// Reads a share in ten thousandths: `50%`, `12.25%`, `1.5‰`, `3‱`.
pub fn parse_permyriad(text: &str) -> Option<u64> {
    let (number, digits) = [("%", 2), ("‰", 1), ("‱", 0)]
        .into_iter()
        .find_map(|(suffix, digits)| Some((text.strip_suffix(suffix)?, digits)))?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if fraction.is_empty()
        || fraction.len() > digits.max(1)
        || !fraction.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let whole = u64::try_from(integer::parse_int(whole)?).ok()?;
    let scale = 10_u64.pow(u32::try_from(digits).ok()?);
    let fraction = fraction.parse::<u64>().ok()? * scale / 10_u64.pow(u32::try_from(fraction.len()).ok()?);
    Some(whole * scale + fraction)
}

/// What the two values of a resource limit are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// A count.
    Count,
    /// Bytes.
    Size,
    /// Seconds of time.
    Seconds,
    /// Microseconds of time.
    Microseconds,
    /// A nice level with a sign, or the limit that stands for one.
    Nice,
}

/// Reads `VALUE` or `SOFT:HARD`; `u64::MAX` is infinity. `None` if it cannot be read, or the soft limit is higher.
pub fn parse_limit(text: &str, limit: Limit) -> Option<(u64, u64)> {
    let (soft, hard) = text.split_once(':').unwrap_or((text, text));
    let (soft, hard) = (limit_value(soft, limit)?, limit_value(hard, limit)?);
    (soft <= hard).then_some((soft, hard))
}

fn limit_value(text: &str, limit: Limit) -> Option<u64> {
    let unsigned = |text: &str| u64::try_from(integer::parse(text)?).ok();
    if text == "infinity" && limit != Limit::Nice {
        return Some(u64::MAX);
    }
    let finite = match limit {
        Limit::Count => unsigned(text)?,
        Limit::Size => parse_size(text)?,
        Limit::Seconds => match TimeSpan::parse(text).ok()?.micros() {
            Some(micros) => micros.div_ceil(1_000_000),
            None => return Some(u64::MAX),
        },
        Limit::Microseconds => match TimeSpan::parse_in(text, Unit::Microsecond).ok()?.micros() {
            Some(micros) => micros,
            None => return Some(u64::MAX),
        },
        Limit::Nice => match text.as_bytes().first()? {
            b'+' => 20 - unsigned(&text[1..]).filter(|level| *level < 20)?,
            b'-' => 20 + unsigned(&text[1..]).filter(|level| *level <= 20)?,
            _ => unsigned(text).filter(|value| *value <= 40)?,
        },
    };
    (finite < u64::MAX).then_some(finite)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes() {
        for (text, expected) in [
            ("1K", Some(1024)),
            ("1.5K", Some(1536)),
            ("1G 500M", Some((1 << 30) + (500 << 20))),
            ("1K1", Some(1025)),
            ("0.5", Some(0)),
            ("1k", None),
            ("500M 1G", None),
            ("16E", None),
            ("", None),
        ] {
            assert_eq!(parse_size(text), expected, "{text}");
        }
    }

    #[test]
    fn shares() {
        for (text, expected) in [
            ("50%", Some(5000)),
            ("12.25%", Some(1225)),
            ("1.5‰", Some(15)),
            ("3‱", Some(3)),
            ("50.555%", None),
            ("-1%", None),
            ("%", None),
            ("50", None),
        ] {
            assert_eq!(parse_permyriad(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text: String, near in "[0-9.KMGE%‰ :+-]*") {
            for text in [&text, &near] {
                parse_size(text);
                parse_permyriad(text);
                for limit in [Limit::Count, Limit::Size, Limit::Seconds, Limit::Microseconds, Limit::Nice] {
                    parse_limit(text, limit);
                }
            }
        }
    }
}
