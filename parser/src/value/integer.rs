//! Whole numbers as C reads them: blanks before, a sign, `0x` hexadecimal, a leading 0 octal; and as systemd
//! adds, `0b` binary and `0o` octal.

/// The number that is all of `text`, if it fits into an `i128` and is one.
///
/// After `0b` or `0o` blanks and a sign may follow (`0b+11` is 3, an observed behaviour); before them only blanks.
pub fn parse(text: &str) -> Option<i128> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r']);
    for (prefix, radix) in [("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)] {
        if let Some(rest) = text.strip_prefix(prefix) {
            return parse_radix(rest, Some(radix));
        }
    }
    parse_radix(text, None)
}

/// As C's strtol with the base `radix`; `None` tells it from the digits.
pub fn parse_radix(text: &str, radix: Option<u32>) -> Option<i128> {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits) = match (radix, digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"))) {
        (None | Some(16), Some(hexadecimal)) => (16, hexadecimal),
        (Some(radix), _) => (radix, digits),
        (None, None) if digits.starts_with('0') => (8, digits),
        (None, None) => (10, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let value = digits.chars().try_fold(0_i128, |value, digit| {
        value.checked_mul(i128::from(radix))?.checked_add(i128::from(digit.to_digit(radix)?))
    })?;
    Some(if negative { -value } else { value })
}

/// The number if it fits into a C `int`.
pub fn parse_int(text: &str) -> Option<i32> {
    parse(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_c_reads() {
        for (text, expected) in [
            ("15", Some(15)),
            (" +15", Some(15)),
            ("0x0a", Some(10)),
            ("012", Some(10)),
            ("0b1010", Some(10)),
            ("0b+11", Some(3)),
            ("0o 7", Some(7)),
            ("+0b1", None),
            ("0b0b1", None),
            ("0x+5", None),
            ("0x", None),
            ("08", None),
            ("-", None),
            ("", None),
            ("1_0", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn reads_what_is_printed(number: i64) {
            prop_assert_eq!(parse(&number.to_string()), Some(number.into()));
        }

        #[test]
        fn never_panics(text: String) {
            parse(&text);
        }
    }
}
