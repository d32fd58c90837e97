//! Which bytes are text: UTF-8, checked for many lines at once.

use std::ops::Range;

/// How much is checked together; more for a line that is longer.
const WINDOW: usize = 8192;

/// The part of a file that was checked last.
#[derive(Debug)]
pub(super) struct Checked<'a> {
    text: &'a str,
    /// Where it begins in the file.
    start: usize,
    is_ascii: bool,
}

impl<'a> Checked<'a> {
    pub(super) fn new() -> Self {
        Self { text: "", start: 0, is_ascii: true }
    }

    /// The bytes `range` of the file as text, if they are what systemd takes for valid. Ranges are asked for in order.
    #[inline]
    pub(super) fn text(&mut self, source: &'a [u8], range: Range<usize>) -> Option<&'a str> {
        if range.end > self.start + self.text.len() {
            self.check(source, &range);
        }
        let text = self.text.get(range.start - self.start..range.end - self.start)?;
        (self.is_ascii || !has_noncharacter(text)).then_some(text)
    }

    /// Checks from the beginning of the range on.
    #[inline(never)]
    fn check(&mut self, source: &'a [u8], range: &Range<usize>) {
        let window = &source[range.start..range.end.max(source.len().min(range.start + WINDOW))];
        self.start = range.start;
        self.text = match std::str::from_utf8(window) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default(),
        };
        self.is_ascii = self.text.is_ascii();
    }
}

/// Joined lines as text, if they are what systemd takes for valid.
pub(super) fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !has_noncharacter(text))
}

/// Whether a code point is among those that Unicode reserves for internal use, U+FDD0 … U+FDEF and the last two
/// of each plane: systemd takes them for invalid.
fn has_noncharacter(text: &str) -> bool {
    !text.is_ascii()
        && text.chars().map(u32::from).any(|c| (0xfdd0..=0xfdef).contains(&c) || c & 0xfffe == 0xfffe)
}
