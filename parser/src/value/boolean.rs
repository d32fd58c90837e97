//! Booleans, as `SendSIGKILL=` and its like write them (systemd.syntax(7)).

use super::ValueError;

const TRUE: [&str; 6] = ["1", "yes", "y", "true", "t", "on"];
const FALSE: [&str; 6] = ["0", "no", "n", "false", "f", "off"];

/// Reads `1 yes y true t on` and `0 no n false f off`, in upper or lower case.
pub fn parse(value: &str) -> Result<bool, ValueError> {
    let is = |word: &&str| word.eq_ignore_ascii_case(value);
    if TRUE.iter().any(is) {
        Ok(true)
    } else if FALSE.iter().any(is) {
        Ok(false)
    } else if value.is_empty() {
        Err(ValueError::new(0..0, "an empty value is not a boolean").with_help("write yes or no"))
    } else {
        Err(ValueError::new(0..value.len(), format!("`{value}` is not a boolean"))
            .with_help("write yes or no"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_word_in_any_case() {
        for (word, expected) in TRUE.map(|w| (w, true)).into_iter().chain(FALSE.map(|w| (w, false))) {
            assert_eq!(parse(word), Ok(expected));
            assert_eq!(parse(&word.to_uppercase()), Ok(expected));
        }
    }

    #[test]
    fn rejects_everything_else() {
        for word in ["", "2", "yess", "enabled", "yes no", "\"yes\""] {
            assert_eq!(parse(word).unwrap_err().span, 0..word.len(), "{word}");
        }
    }
}
