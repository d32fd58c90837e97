//! The text of one unit file: lines, sections, assignments and comments, with spans.
//!
//! Physical and logical layout are kept apart. A [`Line`] is a *logical* line: it covers all the
//! physical lines that continuations join, together with the comments between them. Its [`Text`]s
//! are what systemd would see (continuations joined, blanks stripped) and remember where in the
//! file each of their bytes came from.
//!
//! Reading never fails. The lines tile the input: put one after the other they are the file again,
//! whatever its bytes. What a directive means is not known here.

mod checked;
mod logical;
mod marks;
mod physical;
mod text;

pub use text::Text;

use std::fmt;
use std::ops::Range;

/// The most bytes a line may have, its continuations included (systemd's LONG_LINE_MAX).
pub const LONG_LINE_MAX: usize = 1_048_576;

/// A logical line of a unit file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The number of its first physical line, counted from 1.
    pub number: u32,
    /// The number of its last physical line.
    pub last_number: u32,
    /// All its bytes, terminators and comments between continued lines included.
    pub span: Range<usize>,
    /// What it is.
    pub kind: LineKind<'a>,
}

/// What a logical line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineKind<'a> {
    /// Nothing, or only blanks.
    Blank,
    /// `# …` or `; …`
    Comment,
    /// `[Name]`
    Section(Text<'a>),
    /// `Key=value`
    Assignment {
        /// What is before the first `=`.
        key: Text<'a>,
        /// What is after it.
        value: Text<'a>,
    },
    /// Text that is neither; systemd ignores it with a warning.
    Stray(Stray, Text<'a>),
    /// Text at which systemd stops reading the file.
    Fatal(Fatal, Range<usize>),
}

// As wide as a word, so that a kind of line is moved word by word: for parts of words the processor waits.

/// Why a line is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Stray {
    /// There is no `=`.
    MissingEquals,
    /// There is nothing before the `=`.
    MissingKey,
}

/// Why systemd stops reading a file: what it loads becomes `error` (a drop-in ends there).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Fatal {
    /// The line, with what it continues, has more than [`LONG_LINE_MAX`] bytes.
    TooLong,
    /// The line is not UTF-8.
    NotUtf8,
    /// A section header without its closing bracket at the end.
    UnclosedHeader,
    /// A section header with nothing in it, or with control characters, quotes, backslashes or `[`.
    UnsafeHeader,
}

impl fmt::Display for Fatal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "line is longer than 1048575 bytes",
            Self::NotUtf8 => "line is not valid UTF-8",
            Self::UnclosedHeader => "section header does not end in ']'",
            Self::UnsafeHeader => {
                "section header is empty, or has quotes, backslashes, '[' or control characters in it"
            }
        })
    }
}

/// The logical lines of a file, one by one: for large files, which need not be held as a tree.
pub fn lines(source: &[u8]) -> impl Iterator<Item = Line<'_>> {
    logical::Lines::new(source)
}

/// Where each physical line begins and where its content ends, terminators left out.
pub fn physical_lines(source: &[u8]) -> impl Iterator<Item = Range<usize>> {
    physical::PhysicalLines::new(source).map(|line| line.content)
}

/// A whole file as a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syntax<'a> {
    source: &'a [u8],
    /// Its logical lines, which tile it.
    pub lines: Vec<Line<'a>>,
}

impl<'a> Syntax<'a> {
    /// Reads the bytes of a file.
    ///
    /// ```
    /// use unitctl_parser::syntax::{LineKind, Syntax};
    ///
    /// let source = b"[Service]\nExecStart=/bin/true \\\n# said in between\n  --flag\nnonsense\n";
    /// let file = Syntax::parse(source);
    /// let kinds: Vec<&LineKind> = file.lines.iter().map(|line| &line.kind).collect();
    /// assert!(matches!(
    ///     kinds[..],
    ///     [LineKind::Section(_), LineKind::Assignment { .. }, LineKind::Stray(..)]
    /// ));
    /// assert_eq!((file.lines[1].number, file.lines[1].last_number), (2, 4));
    /// assert_eq!(file.to_bytes(), source);
    /// ```
    pub fn parse(source: &'a [u8]) -> Self {
        Self { source, lines: lines(source).collect() }
    }

    /// The bytes of the file again.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| &self.source[line.span.clone()]).copied().collect()
    }
}

#[cfg(test)]
mod tests;
