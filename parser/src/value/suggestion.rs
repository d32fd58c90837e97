//! What somebody may have meant: the word of a list that is nearest to the one that was written.

/// The candidate that differs in case only, else the one the fewest changes of letters away, if they are few.
pub(super) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let allowed = (written.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&written, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Advice for a word that is none of `words`: the nearest, else all of them.
pub(super) fn advice(written: &str, words: &[&str]) -> String {
    match nearest(written, words.iter().copied()) {
        Some(word) => format!("write `{word}`"),
        None => format!("one of {}", words.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typing_errors_and_other_cases() {
        let words = ["control-group", "mixed", "process", "none"];
        for (written, meant) in [
            ("Mixed", Some("mixed")),
            ("mxied", Some("mixed")),
            ("control_group", Some("control-group")),
            ("procces", Some("process")),
            ("group", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, words), meant, "{written}");
        }
    }
}
