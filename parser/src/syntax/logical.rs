//! Logical lines: comments, continuations, section headers and assignments.

use super::text::Piece;
use super::{Fatal, LONG_LINE_MAX, Line, LineKind, Stray, Text, physical};
use nom::Parser;
use nom::bytes::complete::{tag, take_until};
use nom::combinator::rest;
use std::ops::Range;

/// What systemd strips around lines, keys and values.
pub(super) const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) struct Lines<'a> {
    source: &'a [u8],
    at: usize,
    number: u32,
    byte_order_mark_seen: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self { source, at: 0, number: 0, byte_order_mark_seen: false }
    }

    /// The next physical line: its content, the byte order mark left out, and whether it is a comment.
    fn physical(&mut self) -> Option<(Range<usize>, bool)> {
        let line = physical::next(self.source, self.at)?;
        self.at = line.end;
        self.number = self.number.saturating_add(1);
        let mut content = line.content;
        let bytes = &self.source[content.clone()];
        // systemd looks for comments before it removes the mark, so a mark hides the first comment.
        let comment = matches!(bytes.trim_ascii_start_blanks().first(), Some(b'#' | b';'));
        if !comment && !self.byte_order_mark_seen && bytes.starts_with(BYTE_ORDER_MARK) {
            self.byte_order_mark_seen = true;
            content.start += BYTE_ORDER_MARK.len();
        }
        Some((content, comment))
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.at;
        let (content, comment) = self.physical()?;
        let number = self.number;
        let line =
            |lines: &Self, kind| Line { number, last_number: lines.number, span: start..lines.at, kind };

        if content.len() >= LONG_LINE_MAX {
            return Some(line(self, LineKind::Fatal(Fatal::TooLong, content)));
        }
        if comment {
            return Some(line(self, LineKind::Comment));
        }
        if !ends_in_continuation(&self.source[content.clone()]) {
            let kind = classify(&Logical::Contiguous(&self.source[content.clone()], content.start));
            return Some(line(self, kind));
        }

        let mut joined = Joined::default();
        joined.push(self.source, content.clone(), true);
        let mut goes_on = true;
        while goes_on {
            let Some((next, comment)) = self.physical() else { break };
            if next.len() >= LONG_LINE_MAX || (!comment && joined.bytes.len() + next.len() > LONG_LINE_MAX) {
                return Some(line(self, LineKind::Fatal(Fatal::TooLong, content.start..next.end)));
            }
            if comment {
                continue;
            }
            goes_on = ends_in_continuation(&self.source[next.clone()]);
            joined.push(self.source, next, goes_on);
        }
        let kind = classify(&Logical::Joined(&joined));
        Some(line(self, kind))
    }
}

/// Whether the bytes end in a backslash that no backslash before it escapes.
fn ends_in_continuation(content: &[u8]) -> bool {
    let backslashes = content.iter().rev().take_while(|&&byte| byte == b'\\').count();
    backslashes % 2 == 1
}

trait TrimBlanks {
    fn trim_ascii_start_blanks(&self) -> &Self;
    fn trim_blanks(&self) -> &Self;
}

impl TrimBlanks for [u8] {
    fn trim_ascii_start_blanks(&self) -> &[u8] {
        let blanks = self.iter().take_while(|byte| b" \t\n\r".contains(byte)).count();
        &self[blanks..]
    }

    fn trim_blanks(&self) -> &[u8] {
        let text = self.trim_ascii_start_blanks();
        let blanks = text.iter().rev().take_while(|byte| b" \t\n\r".contains(byte)).count();
        &text[..text.len() - blanks]
    }
}

/// Continued lines put together; each backslash at an end became a blank.
#[derive(Default)]
struct Joined {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
}

impl Joined {
    fn push(&mut self, source: &[u8], content: Range<usize>, goes_on: bool) {
        self.pieces.push(Piece { logical: self.bytes.len(), source: content.start });
        self.bytes.extend_from_slice(&source[content]);
        if goes_on && let Some(backslash) = self.bytes.last_mut() {
            *backslash = b' ';
        }
    }
}

/// The bytes of a logical line and where they come from.
enum Logical<'a, 'j> {
    Contiguous(&'a [u8], usize),
    Joined(&'j Joined),
}

impl<'a> Logical<'a, '_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Contiguous(bytes, _) => bytes,
            Self::Joined(joined) => &joined.bytes,
        }
    }

    /// The part `range`, which is known to be UTF-8.
    fn text(&self, range: Range<usize>) -> Text<'a> {
        match self {
            Self::Contiguous(bytes, source) => {
                let text = std::str::from_utf8(&bytes[range.clone()]).unwrap_or_default();
                Text::contiguous(text, source + range.start)
            }
            Self::Joined(joined) => {
                let text = std::str::from_utf8(&joined.bytes).unwrap_or_default();
                Text::joined(text, range, &joined.pieces)
            }
        }
    }

    fn source_span(&self, range: Range<usize>) -> Range<usize> {
        match self {
            Self::Contiguous(_, source) => source + range.start..source + range.end,
            Self::Joined(joined) => {
                let at = |logical: usize| {
                    let piece = joined.pieces[joined.pieces.partition_point(|p| p.logical <= logical) - 1];
                    piece.source + (logical - piece.logical)
                };
                at(range.start)..at(range.end.max(range.start + 1) - 1) + 1
            }
        }
    }
}

/// What systemd makes of a logical line.
///
/// ```text
/// line       = blank* ( section | assignment )? blank*
/// section    = "[" name "]"
/// assignment = key blank* "=" blank* value
/// ```
fn classify<'a>(logical: &Logical<'a, '_>) -> LineKind<'a> {
    let bytes = logical.bytes();
    let stripped = bytes.trim_blanks();
    if stripped.is_empty() {
        return LineKind::Blank;
    }
    let start = bytes.len() - bytes.trim_ascii_start_blanks().len();
    let whole = start..start + stripped.len();
    // The check is made on the text as joined: systemd, too, sees only that.
    let Some(text) = std::str::from_utf8(stripped).ok().filter(|text| !has_noncharacter(text)) else {
        return LineKind::Fatal(Fatal::NotUtf8, logical.source_span(whole));
    };
    if let Some(header) = text.strip_prefix('[') {
        let Some(name) = header.strip_suffix(']') else {
            return LineKind::Fatal(Fatal::UnclosedHeader, logical.source_span(whole));
        };
        // Nor may there be nothing, or another opening bracket, between the brackets.
        let unsafe_in_name = |c: char| c.is_ascii_control() || matches!(c, '"' | '\'' | '\\' | '[');
        if name.is_empty() || name.chars().any(unsafe_in_name) {
            return LineKind::Fatal(Fatal::UnsafeHeader, logical.source_span(whole));
        }
        return LineKind::Section(logical.text(start + 1..start + 1 + name.len()));
    }
    match assignment(text) {
        Err(()) => LineKind::Stray(Stray::MissingEquals, logical.text(whole)),
        Ok(("", _)) => LineKind::Stray(Stray::MissingKey, logical.text(whole)),
        Ok((key, value)) => LineKind::Assignment {
            key: logical.text(start..start + key.len()),
            value: logical.text(whole.end - value.len()..whole.end),
        },
    }
}

/// Whether a code point is among those that Unicode reserves for internal use, U+FDD0 … U+FDEF and the last two
/// of each plane: systemd takes them for invalid.
fn has_noncharacter(text: &str) -> bool {
    !text.is_ascii()
        && text.chars().map(u32::from).any(|c| (0xfdd0..=0xfdef).contains(&c) || c & 0xfffe == 0xfffe)
}

/// `key blank* "=" blank* value`
fn assignment(text: &str) -> Result<(&str, &str), ()> {
    let mut assignment = (take_until::<_, _, nom::error::Error<&str>>("="), tag("="), rest);
    match assignment.parse(text) {
        Ok((_, (key, _, value))) => Ok((key.trim_end_matches(BLANKS), value.trim_start_matches(BLANKS))),
        Err(_) => Err(()),
    }
}
