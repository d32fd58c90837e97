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
#[derive(Clone, Debug)]
pub struct Text<'a>(Kind<'a>);

#[derive(Clone, Debug)]
enum Kind<'a> {
    /// It stands in one piece in the file: nearly all do, and cost nothing.
    Contiguous { text: &'a str, source: usize },
    /// It has bytes of its own.
    Owned(Box<Owned>),
}

#[derive(Clone, Debug)]
struct Owned {
    text: Box<str>,
    /// At least one, in order; more than one only where lines were continued.
    first: Piece,
    more: Vec<Piece>,
}

impl<'a> Text<'a> {
    /// Text that stands in one piece in the file, beginning at byte `source`.
    #[inline]
    pub fn contiguous(text: &'a str, source: usize) -> Self {
        Self(Kind::Contiguous { text, source })
    }

    /// The text that is the part `range` of a joined logical line, whose pieces are given.
    pub(super) fn joined(text: &str, range: Range<usize>, pieces: &[Piece]) -> Self {
        let before = pieces.partition_point(|piece| piece.logical <= range.start) - 1;
        let at = pieces[before];
        let first = Piece { logical: 0, source: at.source + (range.start - at.logical) };
        let more = pieces[before + 1..]
            .iter()
            .take_while(|piece| piece.logical < range.end)
            .map(|piece| Piece { logical: piece.logical - range.start, source: piece.source })
            .collect();
        Self(Kind::Owned(Box::new(Owned { text: text.into(), first, more })))
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kind::Contiguous { text, .. } => text,
            Kind::Owned(owned) => &owned.text,
        }
    }

    /// The text, borrowed from the file where it stands there in one piece.
    pub fn into_text(self) -> Cow<'a, str> {
        match self.0 {
            Kind::Contiguous { text, .. } => Cow::Borrowed(text),
            Kind::Owned(owned) => Cow::Owned(owned.text.into()),
        }
    }

    /// The same text with bytes of its own, to be kept.
    pub fn into_owned(self) -> Text<'static> {
        Text(Kind::Owned(match self.0 {
            Kind::Contiguous { text, source } => {
                Box::new(Owned { text: text.into(), first: Piece { logical: 0, source }, more: Vec::new() })
            }
            Kind::Owned(owned) => owned,
        }))
    }

    /// The byte of the file that a byte of the text came from.
    pub fn source_of(&self, logical: usize) -> usize {
        match &self.0 {
            Kind::Contiguous { source, .. } => source + logical,
            Kind::Owned(owned) => {
                let after = owned.more.partition_point(|piece| piece.logical <= logical);
                let piece = if after == 0 { owned.first } else { owned.more[after - 1] };
                piece.source + (logical - piece.logical)
            }
        }
    }

    /// The bytes of the file, from first to last, that a range of the text came from.
    pub fn source_span(&self, logical: Range<usize>) -> Range<usize> {
        let start = self.source_of(logical.start);
        let end = if logical.is_empty() { start } else { self.source_of(logical.end - 1) + 1 };
        start..end
    }

    /// The bytes of the file, from first to last, that the whole text came from.
    pub fn span(&self) -> Range<usize> {
        self.source_span(0..self.len())
    }

    /// Whether it was continued over several physical lines.
    pub fn is_continued(&self) -> bool {
        matches!(&self.0, Kind::Owned(owned) if !owned.more.is_empty())
    }

    fn pieces(&self) -> (Piece, &[Piece]) {
        match &self.0 {
            Kind::Contiguous { source, .. } => (Piece { logical: 0, source: *source }, &[]),
            Kind::Owned(owned) => (owned.first, &owned.more),
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() && self.pieces() == other.pieces()
    }
}

impl Eq for Text<'_> {}

impl Deref for Text<'_> {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}
