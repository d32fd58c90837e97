//! Physical lines: where systemd sees the end of one.

use super::marks::{Found, Marks};
use std::ops::Range;

/// One physical line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PhysicalLine {
    /// The bytes of the line without its terminator.
    pub(super) content: Range<usize>,
    /// Its first `=`, if that is in the content; else any place behind it.
    pub(super) equals: usize,
}

/// The physical lines of a file.
#[derive(Debug)]
pub(super) struct PhysicalLines<'a> {
    pub(super) source: &'a [u8],
    /// Where the next one begins.
    pub(super) at: usize,
    marks: Marks,
}

impl<'a> PhysicalLines<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self { source, at: 0, marks: Marks::new() }
    }
}

impl Iterator for PhysicalLines<'_> {
    type Item = PhysicalLine;

    #[inline]
    fn next(&mut self) -> Option<PhysicalLine> {
        let start = self.at;
        if start >= self.source.len() {
            return None;
        }
        let Found { equals, end } = self.marks.find(self.source, start);
        self.at = terminated(self.source, end);
        Some(PhysicalLine { content: start..end, equals })
    }
}

/// Where the terminator ends that begins at `at`.
///
/// LF, CR and NUL all end a line. Those that follow each other are one terminator as long as none
/// comes twice and nothing follows a NUL (observed on systemd 262: CRLF, LFCR and CRLF NUL are one end
/// of line, LF LF are two).
#[inline]
fn terminated(source: &[u8], mut at: usize) -> usize {
    let other = match source.get(at) {
        Some(b'\n') => b'\r',
        Some(b'\r') => b'\n',
        Some(_) => return at + 1,
        None => return at,
    };
    at += 1;
    at += usize::from(source.get(at) == Some(&other));
    at + usize::from(source.get(at) == Some(&0))
}
