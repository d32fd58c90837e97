//! Spans of time in the fewest words a person needs.

use unitctl_parser::value::time_span::TimeSpan;

/// `0 s`, `600 ms`, `90 s`, `3 min`, `2 min 5 s`, `1 h 30 min`; the two largest units that matter.
pub fn human(micros: u64) -> String {
    const UNITS: [(u64, &str); 6] = [
        (86_400_000_000, "d"),
        (3_600_000_000, "h"),
        (60_000_000, "min"),
        (1_000_000, "s"),
        (1_000, "ms"),
        (1, "µs"),
    ];
    // Up to two minutes people count in seconds.
    let largest = if (1_000_000..120_000_000).contains(&micros) { 3 } else { 0 };
    let mut rest = micros;
    let mut words: Vec<String> = Vec::new();
    for (size, unit) in &UNITS[largest..] {
        let count = rest / size;
        rest %= size;
        if count > 0 && words.len() < 2 {
            words.push(format!("{count} {unit}"));
        }
    }
    if words.is_empty() { "0 s".into() } else { words.join(" ") }
}

/// The same for a span that may be infinite; `None` if it is.
pub fn limit(span: TimeSpan) -> Option<String> {
    span.micros().map(human)
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn the_fewest_words() {
        for (micros, words) in [
            (0, "0 s"),
            (5, "5 µs"),
            (600_000, "600 ms"),
            (90_000_000, "90 s"),
            (1_500_000, "1 s 500 ms"),
            (180_000_000, "3 min"),
            (125_000_000, "2 min 5 s"),
            (5_400_000_000, "1 h 30 min"),
            (86_400_000_000, "1 d"),
        ] {
            assert_eq!(human(micros), words);
        }
    }
}
