//! Logical lines: comments, continuations, section headers and assignments.

use super::checked::{self, Checked};
use super::physical::{PhysicalLine, PhysicalLines};
use super::text::Piece;
use super::{Fatal, LONG_LINE_MAX, Line, LineKind, Stray, Text};
use std::ops::Range;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) struct Lines<'a> {
    physical: PhysicalLines<'a>,
    checked: Checked<'a>,
    number: u32,
    byte_order_mark_seen: bool,
}

/// A physical line, and what can be said of it before anything is known of the next ones.
struct Begun {
    number: u32,
    /// Where it begins.
    start: usize,
    /// Without the byte order mark and the terminator.
    content: Range<usize>,
    /// Its first `=`, if that is in the content; else any place behind it.
    equals: usize,
    is_comment: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self {
            physical: PhysicalLines::new(source),
            checked: Checked::new(),
            number: 0,
            byte_order_mark_seen: false,
        }
    }

    #[inline]
    fn begin(&mut self) -> Option<Begun> {
        let start = self.physical.at;
        let PhysicalLine { mut content, equals } = self.physical.next()?;
        self.number = self.number.saturating_add(1);
        let bytes = &self.physical.source[content.clone()];
        // systemd looks for comments before it removes the mark, so a mark hides the first comment.
        let is_comment = matches!(bytes.iter().find(|&&byte| !is_blank(byte)), Some(b'#' | b';'));
        if !is_comment && !self.byte_order_mark_seen && bytes.starts_with(BYTE_ORDER_MARK) {
            self.byte_order_mark_seen = true;
            content.start += BYTE_ORDER_MARK.len();
        }
        Some(Begun { number: self.number, start, content, equals, is_comment })
    }

    /// A line that is no comment and not continued.
    #[inline]
    fn contiguous(&mut self, begun: &Begun) -> LineKind<'a> {
        let source = self.physical.source;
        let whole = without_blanks(source, begun.content.clone());
        if whole.is_empty() {
            return LineKind::Blank;
        }
        let Some(text) = self.checked.text(source, whole.clone()) else {
            return LineKind::Fatal(Fatal::NotUtf8, whole);
        };
        let equals = (begun.equals < whole.end).then(|| begun.equals - whole.start);
        let part = |range: Range<usize>| {
            Text::contiguous(text.get(range.clone()).unwrap_or_default(), whole.start + range.start)
        };
        classify(text, equals, part, || whole.clone())
    }

    /// A line that goes on: the rest of it is read here.
    #[inline(never)]
    fn continued(&mut self, begun: &Begun) -> LineKind<'a> {
        let source = self.physical.source;
        let mut joined = Joined::default();
        joined.push(source, begun.content.clone(), true);
        let mut goes_on = true;
        while goes_on {
            let Some(Begun { content: next, is_comment, .. }) = self.begin() else { break };
            let length = if is_comment { 0 } else { joined.bytes.len() };
            if next.len() >= LONG_LINE_MAX || length + next.len() > LONG_LINE_MAX {
                return LineKind::Fatal(Fatal::TooLong, begun.content.start..next.end);
            }
            if !is_comment {
                goes_on = ends_in_continuation(&source[next.clone()]);
                joined.push(source, next, goes_on);
            }
        }
        joined.classify()
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    #[inline]
    fn next(&mut self) -> Option<Line<'a>> {
        let begun = self.begin()?;
        let kind = if begun.content.len() >= LONG_LINE_MAX {
            LineKind::Fatal(Fatal::TooLong, begun.content)
        } else if begun.is_comment {
            LineKind::Comment
        } else if ends_in_continuation(&self.physical.source[begun.content.clone()]) {
            self.continued(&begun)
        } else {
            self.contiguous(&begun)
        };
        let span = begun.start..self.physical.at;
        Some(Line { number: begun.number, last_number: self.number, span, kind })
    }
}

/// Whether the bytes end in a backslash that no backslash before it escapes.
#[inline]
fn ends_in_continuation(content: &[u8]) -> bool {
    let backslashes = content.iter().rev().take_while(|&&byte| byte == b'\\').count();
    backslashes % 2 == 1
}

/// What systemd strips around lines, keys and values.
#[inline]
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The part of `range` that is left without the blanks around it.
#[inline]
fn without_blanks(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    let blanks = bytes[range.clone()].iter().take_while(|&&byte| is_blank(byte)).count();
    range.start += blanks;
    let blanks = bytes[range.clone()].iter().rev().take_while(|&&byte| is_blank(byte)).count();
    range.end -= blanks;
    range
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

    fn classify(&self) -> LineKind<'static> {
        let whole = without_blanks(&self.bytes, 0..self.bytes.len());
        if whole.is_empty() {
            return LineKind::Blank;
        }
        // The check is made on the text as joined: systemd, too, sees only that.
        let Some(text) = checked::text(&self.bytes[whole.clone()]) else {
            return LineKind::Fatal(Fatal::NotUtf8, self.source_span(whole));
        };
        let part = |range: Range<usize>| {
            let logical = whole.start + range.start..whole.start + range.end;
            Text::joined(text.get(range).unwrap_or_default(), logical, &self.pieces)
        };
        classify(text, text.find('='), part, || self.source_span(whole.clone()))
    }

    fn source_span(&self, range: Range<usize>) -> Range<usize> {
        let at = |logical: usize| {
            let piece = self.pieces[self.pieces.partition_point(|p| p.logical <= logical) - 1];
            piece.source + (logical - piece.logical)
        };
        at(range.start)..at(range.end.max(range.start + 1) - 1) + 1
    }
}

/// What systemd makes of the text of a logical line, whose first `=` is known. `part` cuts a part out of it; `span` is all
/// of it in the file.
///
/// ```text
/// line       = blank* ( section | assignment )? blank*
/// section    = "[" name "]"
/// assignment = key blank* "=" blank* value
/// ```
#[inline]
fn classify<'a>(
    text: &str,
    equals: Option<usize>,
    part: impl Fn(Range<usize>) -> Text<'a>,
    span: impl Fn() -> Range<usize>,
) -> LineKind<'a> {
    if let Some(header) = text.strip_prefix('[') {
        let Some(name) = header.strip_suffix(']') else {
            return LineKind::Fatal(Fatal::UnclosedHeader, span());
        };
        // Nor may there be nothing, or another opening bracket, between the brackets.
        let is_unsafe = |byte: u8| byte.is_ascii_control() || matches!(byte, b'"' | b'\'' | b'\\' | b'[');
        if name.is_empty() || name.bytes().any(is_unsafe) {
            return LineKind::Fatal(Fatal::UnsafeHeader, span());
        }
        return LineKind::Section(part(1..1 + name.len()));
    }
    match equals {
        None => LineKind::Stray(Stray::MissingEquals, part(0..text.len())),
        Some(0) => LineKind::Stray(Stray::MissingKey, part(0..text.len())),
        Some(equals) => LineKind::Assignment {
            key: part(without_blanks(text.as_bytes(), 0..equals)),
            value: part(without_blanks(text.as_bytes(), equals + 1..text.len())),
        },
    }
}
