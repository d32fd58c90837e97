//! Splits a value into words, honouring quotes and escapes (systemd.syntax(7), "Quoting").
//!
//! Observed where the manual says less: quotes may begin in the middle of a word, and single quotes do not
//! protect backslashes.

use super::ValueError;
use std::borrow::Cow;
use std::ffi::OsString;
use std::ops::Range;
use std::os::unix::ffi::OsStringExt;

/// A word of a value, without its quotes and escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// What it says, with signs in the place of what is not UTF-8: a part of the value, if it stands there in one piece.
    pub text: Cow<'a, str>,
    /// Its bytes, where escapes made ones that are not UTF-8.
    bytes: Option<Vec<u8>>,
    /// The bytes of the value it was written in.
    pub span: Range<usize>,
    /// The escapes in it that mean nothing, and so were kept as they are written.
    pub bad_escapes: Vec<Range<usize>>,
    /// Whether a part of it was quoted.
    pub quoted: bool,
}

impl Word<'_> {
    /// The text, if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        self.bytes.is_none().then_some(&*self.text)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// The same with bytes of its own, for the system.
    pub fn into_os_string(self) -> OsString {
        self.bytes.map_or_else(|| self.text.into_owned().into(), OsString::from_vec)
    }

    /// What systemd warns about: the escapes that mean nothing.
    ///
    /// `value` is what the word was read from.
    pub fn warnings(&self, value: &str) -> impl Iterator<Item = ValueError> {
        self.bad_escapes.iter().map(move |span| {
            let written = value.get(span.clone()).unwrap_or_default();
            let error = ValueError::new(span.clone(), "an unknown escape sequence is kept as it is written")
                .with_help("write `\\\\` for a backslash");
            // A blank would part the word if there were no backslash right before it.
            if written.bytes().any(is_blank) {
                return error;
            }
            error.with_instead(format!("\\{written}"))
        })
    }
}

/// How the words of a setting are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Quotes, and the escapes of C: commands, `Environment=`.
    Escaped,
    /// Quotes; a backslash protects the next byte: most lists.
    Quoted,
    /// Quotes; backslashes are ordinary: lists of unit names.
    QuotedRaw,
    /// A backslash protects the next byte, quotes are ordinary: `SuccessExitStatus=`.
    Bare,
    /// As `Quoted`, but an end without the closing quote is no error: the values of variables.
    Lenient,
}

/// The words of a value, from left to right. It ends after an error.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    value: &'a [u8],
    /// The same as text, if it is known to be that.
    text: &'a str,
    at: usize,
    style: Style,
}

impl<'a> Words<'a> {
    /// The words of `value`.
    pub fn new(value: &'a str, style: Style) -> Self {
        Self { value: value.as_bytes(), text: value, at: 0, style }
    }

    /// The words of what may not be UTF-8.
    pub fn of_bytes(value: &'a [u8], style: Style) -> Self {
        Self { value, text: "", at: 0, style }
    }

    /// The bytes that have not been read yet, from the next word on.
    pub fn rest(&mut self) -> &'a [u8] {
        while self.value.get(self.at).copied().is_some_and(is_blank) {
            self.at += 1;
        }
        &self.value[self.at..]
    }

    /// Where the next word begins.
    pub fn position(&mut self) -> usize {
        self.rest();
        self.at
    }

    /// Leaves `count` bytes out.
    pub fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.value.len());
    }

    fn word(&mut self) -> Result<Word<'a>, ValueError> {
        let start = self.at;
        let mut text = Text { piece: start..start, joined: None };
        let mut bad_escapes = Vec::new();
        // The quote that is open and where it began.
        let mut open = None;
        let mut quoted = false;
        while let Some(&byte) = self.value.get(self.at) {
            match (byte, open) {
                (b'\\', _) if self.style != Style::QuotedRaw => {
                    self.escape(open.is_some(), &mut text, &mut bad_escapes)?;
                    continue;
                }
                (_, Some((quote, _))) if byte == quote => open = None,
                (b'\'' | b'"', None) if self.style != Style::Bare => {
                    open = Some((byte, self.at));
                    quoted = true;
                }
                (_, None) if is_blank(byte) => break,
                _ => {
                    // What means nothing is taken over in one piece.
                    let rest = &self.value[self.at..];
                    let means = |byte: &u8| MEANS[usize::from(*byte)];
                    let plain = rest[1..].iter().position(means).map_or(rest.len(), |at| at + 1);
                    self.at += plain;
                    text.push(self.value, self.at - plain..self.at);
                    continue;
                }
            }
            self.at += 1;
        }
        if let (Some((quote, from)), true) = (open, self.style != Style::Lenient) {
            let message = format!("the quote {} is not closed", char::from(quote));
            return Err(ValueError::new(from..self.value.len(), message).with_help(format!(
                "close it, or write `\\{}` for the character itself",
                char::from(quote)
            )));
        }
        let (text, bytes) = self.said(text);
        Ok(Word { text, bytes, span: start..self.at, bad_escapes, quoted })
    }

    /// The text of a word, and its bytes if they are something else.
    fn said(&self, text: Text) -> (Cow<'a, str>, Option<Vec<u8>>) {
        let bytes = match text.joined {
            Some(bytes) => bytes,
            None => match self.text.get(text.piece.clone()) {
                Some(text) => return (text.into(), None),
                None => self.value[text.piece].to_vec(),
            },
        };
        match String::from_utf8(bytes) {
            Ok(text) => (text.into(), None),
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                (text.into(), Some(error.into_bytes()))
            }
        }
    }

    /// Reads one escape sequence at a backslash.
    fn escape(
        &mut self,
        in_quotes: bool,
        text: &mut Text,
        bad: &mut Vec<Range<usize>>,
    ) -> Result<(), ValueError> {
        let start = self.at;
        let behind = &self.value[start + 1..];
        match (self.style, behind.first()) {
            (Style::Escaped, _) => {
                if let Some(length) = unescape(behind, text.joined(self.value)) {
                    self.at += 1 + length;
                } else {
                    // The backslash and the character behind it stay, whatever that is.
                    let kept = behind.first().map_or(1, |byte| 1 + utf8_length(*byte));
                    self.at = (start + kept).min(self.value.len());
                    text.push(self.value, start..self.at);
                    bad.push(start..self.at);
                }
            }
            (_, Some(_)) => {
                text.push(self.value, start + 1..start + 2);
                self.at += 2;
            }
            (Style::Lenient, None) => self.at += 1,
            (_, None) => {
                let what = if in_quotes { "a quote is not closed" } else { "a backslash ends the value" };
                return Err(ValueError::new(start..start + 1, what));
            }
        }
        Ok(())
    }
}

/// What a word says, while it is read.
struct Text {
    /// These bytes of the value,
    piece: Range<usize>,
    /// unless it has bytes of its own: several pieces, or what escapes stand for.
    joined: Option<Vec<u8>>,
}

impl Text {
    /// Goes on with these bytes of the value.
    fn push(&mut self, value: &[u8], more: Range<usize>) {
        match &mut self.joined {
            None if self.piece.is_empty() => self.piece = more,
            None if self.piece.end == more.start => self.piece.end = more.end,
            _ => self.joined(value).extend_from_slice(&value[more]),
        }
    }

    /// Bytes of its own, to go on with others than those of the value.
    fn joined(&mut self, value: &[u8]) -> &mut Vec<u8> {
        self.joined.get_or_insert_with(|| value[self.piece.clone()].to_vec())
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = Result<Word<'a>, ValueError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest().is_empty() {
            return None;
        }
        let word = self.word();
        if word.is_err() {
            self.at = self.value.len();
        }
        Some(word)
    }
}

/// Which bytes may mean something else than themselves.
static MEANS: [bool; 256] = {
    let mut means = [false; 256];
    let bytes = b" \t\n\r\\'\"";
    let mut at = 0;
    while at < bytes.len() {
        means[bytes[at] as usize] = true;
        at += 1;
    }
    means
};

/// What separates words.
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn utf8_length(first: u8) -> usize {
    match first {
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0.. => 4,
        _ => 1,
    }
}

/// Decodes the escape sequence behind a backslash onto `text`; its length, unless it means nothing.
fn unescape(behind: &[u8], text: &mut Vec<u8>) -> Option<usize> {
    let numeric = |from: usize, count: usize, radix: u32| {
        let digits = behind.get(from..from + count)?;
        let number = digits
            .iter()
            .try_fold(0_u32, |number, digit| Some(number * radix + char::from(*digit).to_digit(radix)?))?;
        (number != 0).then_some(number)
    };
    let byte = match behind.first()? {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b's' => b' ',
        quote @ (b'\\' | b'"' | b'\'') => *quote,
        b'x' => {
            text.push(u8::try_from(numeric(1, 2, 16)?).ok()?);
            return Some(3);
        }
        b'0'..=b'7' => {
            text.push(u8::try_from(numeric(0, 3, 8)?).ok()?);
            return Some(3);
        }
        long @ (b'u' | b'U') => {
            let count = if *long == b'u' { 4 } else { 8 };
            let letter = char::from_u32(numeric(1, count, 16)?)?;
            text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(1 + count);
        }
        _ => return None,
    };
    text.push(byte);
    Some(1)
}

/// Decodes all escape sequences of a text; `None` if one of them means nothing.
pub(crate) fn unescape_all(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte == b'\\' {
            rest = &behind[unescape(behind, &mut decoded)?..];
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(value: &str, style: Style) -> Vec<String> {
        Words::new(value, style)
            .map(|word| word.map_or_else(|e| format!("error {:?}", e.span), |w| w.text.into_owned()))
            .collect()
    }

    #[test]
    fn quotes_and_escapes() {
        for (value, expected) in [
            ("a  b\tc", vec!["a", "b", "c"]),
            ("a\"b c\"d 'x y'z", vec!["ab cd", "x yz"]),
            ("'' \"\"", vec!["", ""]),
            (r"\x41\101\u0041\s\q\x22x", vec![r#"AAA \q"x"#]),
            (r"'\x41'", vec!["A"]),
            (r"\x00b \400 \U00110000 \ud800", vec![r"\x00b", r"\400", r"\U00110000", r"\ud800"]),
            (r"e\ f", vec![r"e\ f"]),
            (r"a b\", vec!["a", r"b\"]),
            ("a \"b c", vec!["a", "error 2..6"]),
        ] {
            assert_eq!(texts(value, Style::Escaped), expected, "{value}");
        }
    }

    #[test]
    fn other_styles() {
        assert_eq!(texts(r"a\ b 'c\'d'", Style::Quoted), ["a b", "c'd"]);
        assert_eq!(texts(r"a\x2db 'c d'", Style::QuotedRaw), [r"a\x2db", "c d"]);
        assert_eq!(texts("'a b'", Style::Bare), ["'a", "b'"]);
        assert_eq!(texts("a 'b c", Style::Lenient), ["a", "b c"]);
        assert_eq!(texts(r"a b\", Style::Quoted), ["a", "error 3..4"]);
    }

    #[test]
    fn says_where_words_and_bad_escapes_are() {
        let words: Vec<_> = Words::new(r#" a "b\qc" "#, Style::Escaped).map(Result::unwrap).collect();
        assert_eq!(words[0].span, 1..2);
        assert_eq!(words[1].span, 3..9);
        assert_eq!(words[1].bad_escapes.first(), Some(&(5..7)));
        assert!(words[1].quoted && !words[0].quoted);
    }

    proptest! {
        #[test]
        fn never_panics_and_always_ends(value: String, near in r#"[ab \\"'x0u]*"#) {
            for style in [Style::Escaped, Style::Quoted, Style::QuotedRaw, Style::Bare, Style::Lenient] {
                let _ = Words::new(&value, style).count() + Words::new(&near, style).count();
            }
        }

        #[test]
        fn a_word_that_is_escaped_reads_back(bytes in prop::collection::vec(1_u8.., 1..20)) {
            let written: String = bytes.iter().fold(String::new(), |text, byte| text + &format!("\\x{byte:02x}"));
            let word = Words::new(&written, Style::Escaped).next().unwrap().unwrap();
            prop_assert_eq!(word.as_bytes(), bytes);
        }
    }
}
