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
    shown(text, |_| 0)
}

/// The words of a command, or of a process, in a row.
pub fn command_line(words: &[String]) -> String {
    one_line(&words.join(" ")).into_owned()
}

/// A text of several lines, coloured if the palette is.
pub fn lines(text: &str, palette: Palette) -> Cow<'_, str> {
    shown(text, if palette.coloured { |rest| layout(rest).max(style(rest)) } else { layout })
}

/// What moves the cursor, changes the terminal or the direction of the text.
fn is_unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The bytes with which an unseen character begins, and a few others.
const MAY_BEGIN_UNSEEN: [bool; 256] = {
    let mut bytes = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        bytes[byte] = byte < 0x20 || matches!(byte, 0x7f | 0xc2 | 0xe2);
        byte += 1;
    }
    bytes
};

/// The first character that is unseen, and where.
fn first_unseen(text: &str) -> Option<(usize, char)> {
    let mut bytes = text.bytes().enumerate();
    loop {
        let (at, first) = bytes.find(|(_, byte)| MAY_BEGIN_UNSEEN[usize::from(*byte)])?;
        // Most of those that begin so are lines and arrows.
        if first == 0xe2 && !matches!(text.as_bytes().get(at + 1), Some(0x80 | 0x81)) {
            continue;
        }
        let c = text[at..].chars().next()?;
        if is_unseen(c) {
            return Some((at, c));
        }
    }
}

/// Writes out what is unseen, but for the bytes that `allowed` counts at the beginning of the rest.
fn shown(text: &str, allowed: fn(&str) -> usize) -> Cow<'_, str> {
    let mut plain = String::new();
    // How far `text` is in `plain`, and how far it has been looked at.
    let (mut done, mut from) = (0, 0);
    while let Some((at, c)) = first_unseen(&text[from..]) {
        let at = from + at;
        let keep = allowed(&text[at..]);
        from = at + keep.max(c.len_utf8());
        if keep == 0 {
            plain.push_str(&text[done..at]);
            done = from;
            let _strings_take_everything = match c {
                '\n' => write!(plain, "\\n"),
                '\t' => write!(plain, "\\t"),
                '\r' => write!(plain, "\\r"),
                c if c < ' ' => write!(plain, "\\x{:02x}", u32::from(c)),
                // As JSON has it, too.
                c => write!(plain, "\\u{:04x}", u32::from(c)),
            };
        }
    }
    if done == 0 { Cow::Borrowed(text) } else { Cow::Owned(plain + &text[done..]) }
}

fn layout(text: &str) -> usize {
    usize::from(text.starts_with(['\n', '\t']))
}

/// The length of the sequence at the beginning, if it only selects styles.
fn style(text: &str) -> usize {
    let parameters = text.strip_prefix("\x1b[").and_then(|rest| Some(rest.split_once('m')?.0));
    let ours = parameters.filter(|all| all.split(';').all(|one| STYLES.contains(&one)));
    ours.map_or(0, |all| all.len() + 3)
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
        assert_eq!(command_line(&["a b".into(), "c\nd".into()]), r"a b c\nd");
    }

    #[test]
    fn every_unseen_character_is_found() {
        for c in '\0'..=char::MAX {
            let found = first_unseen(&format!("aä→{c}")).map(|(at, _)| at);
            assert_eq!(found, is_unseen(c).then_some("aä→".len()), "{c:?}");
        }
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
