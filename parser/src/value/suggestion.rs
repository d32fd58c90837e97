//! Advice about a word that is none of a list.

use crate::directive::nearest;

/// The nearest of `words`, else all of them.
pub(super) fn advice(written: &str, words: &[&str]) -> String {
    match nearest(written, words.iter().copied()) {
        Some(word) => format!("write `{word}`"),
        None => format!("one of {}", words.join(", ")),
    }
}
