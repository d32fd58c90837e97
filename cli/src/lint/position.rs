//! From bytes to lines and columns, for people and editors.

use unitctl_parser::syntax::physical_lines;

/// A place in a file as people count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from 1 as systemd counts.
    pub line: u32,
    /// The character of the line, counted from 1.
    pub column: u32,
}

/// The positions of byte offsets, which must be sorted; all in one walk over the file.
pub fn positions(source: &[u8], offsets: &[usize]) -> Vec<Position> {
    let mut found = Vec::with_capacity(offsets.len());
    let mut lines = physical_lines(source).peekable();
    let mut line = 0;
    let mut start = 0;
    let mut at = Position { line: 1, column: 1 };
    let mut counted = 0;
    for &offset in offsets {
        let offset = offset.min(source.len());
        while let Some(next) = lines.next_if(|next| next.start <= offset) {
            start = next.start;
            line += 1;
            at = Position { line, column: 1 };
            counted = start;
        }
        // What follows the first byte of a character is no character.
        let characters =
            source[counted.max(start)..offset].iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        at.column = at.column.saturating_add(u32::try_from(characters).unwrap_or(u32::MAX));
        counted = offset;
        found.push(at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(source: &str, offset: usize) -> (u32, u32) {
        let position = positions(source.as_bytes(), &[offset])[0];
        (position.line, position.column)
    }

    #[test]
    fn columns_count_characters_and_lines_end_where_systemd_ends_them() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("ab\ncd", 0), (1, 1));
        assert_eq!(at("ab\ncd", 2), (1, 3));
        assert_eq!(at("ab\ncd", 3), (2, 1));
        assert_eq!(at("ab\r\ncd", 5), (2, 2));
        assert_eq!(at("ab\r\rcd", 4), (3, 1));
        assert_eq!(at("äöü=x", "äöü".len()), (1, 4));
        assert_eq!(at("ab\n", 99), (1, 4));
    }

    #[test]
    fn one_walk_gives_what_single_ones_give() {
        let source = "[Unit]\nDescription=ä b\r\n\r\nX=y\\\n z";
        let offsets: Vec<usize> = (0..=source.len()).collect();
        let together = positions(source.as_bytes(), &offsets);
        for (offset, position) in offsets.into_iter().zip(together) {
            assert_eq!((position.line, position.column), at(source, offset), "at byte {offset}");
        }
    }
}
