//! A piece of logical text that remembers where in the file its bytes came from.

use std::borrow::Cow;
use std::ops::{Deref, Range};

/// Where a run of logical text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Its first byte in the logical text.
    pub(super) logical: usize,
    /// The same byte in the file.
    pub(super) source: usize,
}

/// Text as systemd sees it, continuations joined, with the way back to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    joined: Cow<'a, str>,
    /// At least one, in order; more than one only where lines were continued.
    first: Piece,
    more: Vec<Piece>,
}

impl<'a> Text<'a> {
    /// Text that stands in one piece in the file, beginning at byte `source`.
    pub fn contiguous(text: &'a str, source: usize) -> Self {
        Self { joined: Cow::Borrowed(text), first: Piece { logical: 0, source }, more: Vec::new() }
    }

    /// The part `range` of a joined logical line, whose pieces are given.
    pub(super) fn joined(line: &str, range: Range<usize>, pieces: &[Piece]) -> Self {
        let before = pieces.partition_point(|piece| piece.logical <= range.start) - 1;
        let at = pieces[before];
        let first = Piece { logical: 0, source: at.source + (range.start - at.logical) };
        let more = pieces[before + 1..]
            .iter()
            .take_while(|piece| piece.logical < range.end)
            .map(|piece| Piece { logical: piece.logical - range.start, source: piece.source })
            .collect();
        Self { joined: Cow::Owned(line[range].to_owned()), first, more }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.joined
    }

    /// The text, borrowed from the file where it stands there in one piece.
    pub fn into_text(self) -> Cow<'a, str> {
        self.joined
    }

    /// The same text with bytes of its own, to be kept.
    pub fn into_owned(self) -> Text<'static> {
        Text { joined: Cow::Owned(self.joined.into_owned()), first: self.first, more: self.more }
    }

    /// The byte of the file that a byte of the text came from.
    pub fn source_of(&self, logical: usize) -> usize {
        let after = self.more.partition_point(|piece| piece.logical <= logical);
        let piece = if after == 0 { self.first } else { self.more[after - 1] };
        piece.source + (logical - piece.logical)
    }

    /// The bytes of the file, from first to last, that a range of the text came from.
    pub fn source_span(&self, logical: Range<usize>) -> Range<usize> {
        let start = self.source_of(logical.start);
        let end = if logical.is_empty() { start } else { self.source_of(logical.end - 1) + 1 };
        start..end
    }

    /// The bytes of the file, from first to last, that the whole text came from.
    pub fn span(&self) -> Range<usize> {
        self.source_span(0..self.joined.len())
    }

    /// Whether it was continued over several physical lines.
    pub fn is_continued(&self) -> bool {
        !self.more.is_empty()
    }
}

impl Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.joined
    }
}
