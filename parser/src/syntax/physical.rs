//! Physical lines: where systemd sees the end of one.

use memchr::memchr3;
use std::ops::Range;

/// One physical line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PhysicalLine {
    /// The bytes of the line without its terminator.
    pub(super) content: Range<usize>,
    /// Where the next line begins.
    pub(super) end: usize,
}

/// The line that begins at `start`; `None` at the end of the file.
///
/// LF, CR and NUL all end a line. Those that follow each other are one terminator as long as none
/// comes twice and nothing follows a NUL (observed on systemd 262: CRLF, LFCR and CRLF NUL are one end
/// of line, LF LF are two).
pub(super) fn next(source: &[u8], start: usize) -> Option<PhysicalLine> {
    if start >= source.len() {
        return None;
    }
    let Some(length) = memchr3(b'\n', b'\r', 0, &source[start..]) else {
        return Some(PhysicalLine { content: start..source.len(), end: source.len() });
    };
    let content = start..start + length;
    let mut end = content.end;
    let mut seen: &[u8] = b"";
    while let Some(&byte) = source.get(end) {
        match (byte, seen) {
            (b'\n' | b'\r', b"") => seen = if byte == b'\n' { b"\n" } else { b"\r" },
            (b'\n', b"\r") | (b'\r', b"\n") => seen = b"\r\n",
            (0, _) => {
                end += 1;
                break;
            }
            _ => break,
        }
        end += 1;
    }
    Some(PhysicalLine { content, end })
}
