//! The text of a file that `EnvironmentFile=` names (systemd.exec(5)): a simple subset of shell assignments.

use super::ValueError;
use super::environment::{Entries, is_name};

/// Reads the assignments of a file, in their order.
///
/// ```text
/// file       = *( blank line / comment / assignment )
/// comment    = *blank ( "#" / ";" ) anything up to the end of the line
/// assignment = *blank NAME *blank "=" *blank value *blank end of line
/// value      = pieces that join: unquoted, 'single' or "double" quoted
/// ```
///
/// Unquoted, a backslash protects the next character and joins lines. In single quotes everything is itself. In
/// double quotes a backslash protects `"`, `\`, `` ` `` and `$`, and joins lines. Quotes that are not closed end with the
/// file. A name that is none is left out; text that is not UTF-8 makes systemd refuse the whole file, which is up to
/// the caller.
pub fn parse(text: &str) -> Entries<(String, String)> {
    let mut result = Entries { entries: Vec::new(), errors: Vec::new() };
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_blank);
        if rest.is_empty() {
            return result;
        }
        let start = text.len() - rest.len();
        let line = rest.find(is_newline).unwrap_or(rest.len());
        let is_comment = rest.starts_with(['#', ';']);
        // The first character belongs to the name, whatever it is.
        let equals = rest[..line].char_indices().skip(1).find(|(_, c)| *c == '=' && !is_comment);
        let Some((equals, _)) = equals else {
            // Neither comments nor lines without `=` say anything; a backslash does not continue them.
            rest = &rest[line..];
            continue;
        };
        let name = rest[..equals].trim_end_matches(is_blank);
        let (value, behind) = value(&rest[equals + 1..]);
        if is_name(name) {
            result.entries.push((name.to_owned(), value));
        } else {
            result.errors.push(
                ValueError::new(start..start + name.len(), format!("`{name}` is not the name of a variable"))
                    .with_help("a name has letters, digits and _, no digit first"),
            );
        }
        rest = behind;
    }
}

/// Reads a value; also what is behind it.
fn value(text: &str) -> (String, &str) {
    let mut value = String::new();
    // How much of it a trailing blank must not be cut off from.
    let mut solid = 0;
    let mut started = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            _ if is_newline(c) => {
                value.truncate(solid);
                return (value, &text[at..]);
            }
            '\\' => {
                if let Some((_, next)) = chars.next().filter(|(_, next)| !is_newline(*next)) {
                    value.push(next);
                }
                solid = value.len();
                started = true;
            }
            // A quote counts where a piece may begin: not in the middle of an unquoted one.
            '\'' | '"' if !started => {
                while let Some((_, inner)) = chars.next() {
                    match inner {
                        _ if inner == c => break,
                        '\\' if c == '"' => match chars.next() {
                            Some((_, next @ ('"' | '\\' | '`' | '$'))) => value.push(next),
                            Some((_, '\n')) | None => {}
                            Some((_, next)) => value.extend(['\\', next]),
                        },
                        _ => value.push(inner),
                    }
                }
                solid = value.len();
            }
            _ if is_blank(c) && !started => {}
            _ => {
                value.push(c);
                started = true;
                if !is_blank(c) {
                    solid = value.len();
                }
            }
        }
    }
    value.truncate(solid);
    (value, "")
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn never_panics(text: String, near in "[A=\\\\\"' \n#]*") {
            parse(&text);
            parse(&near);
        }
    }
}
