//! Escaping: any bytes, and paths, as parts of the names of units (systemd-escape(1)).

use super::is_name_byte;
use std::fmt::Write as _;

/// Makes any bytes part of a name, as `systemd-escape` does: `/` becomes `-`, foreign bytes, `-`, `\` and a
/// leading dot become `\xHH`.
pub fn escape(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'/' => text.push('-'),
            b'-' | b'\\' => push_escaped(&mut text, byte),
            b'.' if at == 0 => push_escaped(&mut text, byte),
            _ if is_name_byte(byte) => text.push(char::from(byte)),
            _ => push_escaped(&mut text, byte),
        }
    }
    text
}

/// Undoes [`escape`]: `-` becomes `/` and `\xHH` its byte. `None` if a backslash begins anything else.
///
/// A NUL byte ends the result, as it ends systemd's strings.
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'-' => b'/',
            b'\\' => {
                let (&[b'x', high, low], after) = rest.split_first_chunk::<3>()? else { return None };
                rest = after;
                let digits = [char::from(high).to_digit(16)?, char::from(low).to_digit(16)?];
                u8::try_from(digits[0] * 16 + digits[1]).ok()?
            }
            other => other,
        });
    }
    if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
        bytes.truncate(end);
    }
    Some(bytes)
}

/// Makes a path part of a name, as `systemd-escape --path` does: slashes at its ends and doubled ones vanish,
/// as do `.` components, and the root is `-`. `None` if it has a `..` component, or is empty.
pub fn escape_path(path: &[u8]) -> Option<String> {
    let mut parts =
        path.split(|&byte| byte == b'/').filter(|part| !part.is_empty() && part != b".").peekable();
    if path.is_empty() {
        return None;
    }
    if parts.peek().is_none() {
        return Some("-".to_owned());
    }
    let mut simple = Vec::with_capacity(path.len());
    for part in parts {
        if part == b".." {
            return None;
        }
        if !simple.is_empty() {
            simple.push(b'/');
        }
        simple.extend_from_slice(part);
    }
    Some(escape(&simple))
}

/// Undoes [`escape_path`]; the result begins with a slash. `None` if `text` is not what escaping a path gives.
pub fn unescape_path(text: &str) -> Option<Vec<u8>> {
    if text == "-" {
        return Some(b"/".to_vec());
    }
    let inner = unescape(text)?;
    if inner.is_empty() && !text.is_empty() {
        // All of it came after a zero byte.
        return Some(b"/".to_vec());
    }
    if inner.split(|&byte| byte == b'/').any(|part| matches!(part, b"" | b"." | b"..")) {
        return None;
    }
    let mut path = b"/".to_vec();
    path.extend(inner);
    Some(path)
}

pub(super) fn push_escaped(text: &mut String, byte: u8) {
    // Writing to a String cannot fail.
    let _ = write!(text, "\\x{byte:02x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaping_as_systemd_escape_does() {
        for (bytes, text) in [
            ("a/b", "a-b"),
            (".a", "\\x2ea"),
            ("a.b", "a.b"),
            ("a-b", "a\\x2db"),
            ("a b", "a\\x20b"),
            ("a\\x", "a\\x5cx"),
            ("~", "\\x7e"),
            ("/a/", "-a-"),
        ] {
            assert_eq!(escape(bytes.as_bytes()), text);
            assert_eq!(unescape(text).unwrap(), bytes.as_bytes());
        }
        for text in ["\\q", "\\x2", "\\xg0", "\\"] {
            assert_eq!(unescape(text), None, "{text}");
        }
        assert_eq!(unescape("a\\x00b").unwrap(), b"a");
        for (path, text) in [
            ("/a/b", "a-b"),
            ("/", "-"),
            ("//", "-"),
            ("/a/./b/", "a-b"),
            ("/.a", "\\x2ea"),
            ("/a b", "a\\x20b"),
        ] {
            assert_eq!(escape_path(path.as_bytes()).unwrap(), text);
        }
        assert_eq!((escape_path(b"/a/../b"), escape_path(b"")), (None, None));
        assert_eq!(unescape_path("a-b").unwrap(), b"/a/b");
        assert_eq!(unescape_path("-").unwrap(), b"/");
        for text in ["", "-a", "a-", "a--b", "a-\\x2e\\x2e-b", "\\x2e"] {
            assert_eq!(unescape_path(text), None, "{text}");
        }
    }
}
