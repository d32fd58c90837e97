//! Text of strangers on a terminal: names, values and command lines may hold control characters, which are shown as unit
//! files write them (`\x1b`) and never sent. What is coloured, and how, is the business of [`super::style`].

use super::style::Palette;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The parameters of the colours and weights that are in use here. Neither black nor a background is among them: a text
/// that somebody smuggles in cannot hide another.
const STYLES: [&str; 12] = ["0", "1", "2", "4", "22", "31", "32", "33", "34", "35", "36", "39"];

/// A text that is to be one line, or a part of one.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unseen) { escaped(text, |_| None) } else { Cow::Borrowed(text) }
}

/// The words of a command, or of a process, in a row.
pub fn command_line(words: &[impl AsRef<str>]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    one_line(&words.join(" ")).into_owned()
}

/// A text of several lines, coloured if the palette is.
pub fn lines(text: &str, palette: Palette) -> Cow<'_, str> {
    let is_layout = |c| matches!(c, '\n' | '\t');
    if !text.chars().any(|c| is_unseen(c) && !is_layout(c)) {
        return Cow::Borrowed(text);
    }
    escaped(text, |rest| match rest.chars().next() {
        Some(c) if is_layout(c) => Some(c.len_utf8()),
        Some('\x1b') if palette.coloured => style(rest),
        _ => None,
    })
}

/// What moves the cursor, changes the terminal or the direction of the text.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes out what is unseen, but for what `allowed` takes from the beginning of the rest: so many bytes, not 0.
fn escaped(text: &str, allowed: impl Fn(&str) -> Option<usize>) -> Cow<'_, str> {
    let mut plain = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(at) = rest.find(is_unseen) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let c = from.chars().next().unwrap_or_default();
        let taken = allowed(from).unwrap_or(0);
        plain.push_str(&from[..taken]);
        rest = &from[taken..];
        if taken > 0 {
            continue;
        }
        let _strings_take_everything = match c {
            '\n' | '\t' | '\r' => write!(plain, "{}", c.escape_default()),
            c if c < ' ' => write!(plain, "\\x{:02x}", u32::from(c)),
            // As JSON has it, too.
            c => write!(plain, "\\u{:04x}", u32::from(c)),
        };
        rest = &from[c.len_utf8()..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The length of the sequence at the beginning, if it only selects one of the styles.
fn style(text: &str) -> Option<usize> {
    let (parameters, _) = text.strip_prefix("\x1b[")?.split_once('m')?;
    parameters.split(';').all(|one| STYLES.contains(&one)).then_some(parameters.len() + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_but_text() {
        for (text, shown) in [
            ("/bin/echo äöü →", "/bin/echo äöü →"),
            ("a\nb\tc\rd", r"a\nb\tc\rd"),
            ("\x1b[2J\x07\x7f\0", r"\x1b[2J\x07\u007f\x00"),
            ("\u{9b}31m\u{202e}", r"\u009b31m\u202e"),
        ] {
            assert_eq!(one_line(text), shown);
        }
        assert_eq!(command_line(&["a b", "c\nd"]), r"a b c\nd");
    }

    #[test]
    fn colours_are_ours() {
        let coloured = Palette { coloured: true };
        let painted = format!("{}\n\t{}", coloured.deadly("SIGKILL"), coloured.faint("a:1"));
        assert_eq!(lines(&painted, coloured), painted);
        for text in ["\x1b[8mhidden", "\x1b[30;40m", "\x1b[2J", "\x1b]0;title\x07", "\x1b[", "\x1b[m"] {
            assert_eq!(lines(text, coloured), one_line(text), "{text:?}");
        }
        assert_eq!(lines("\x1b[31m\n", Palette::PLAIN), "\\x1b[31m\n");
    }
}
