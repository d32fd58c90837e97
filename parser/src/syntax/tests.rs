use super::*;
use proptest::prelude::*;

/// The lines of a file, one a row: `number kind`, with section names, keys and values.
fn read(source: impl AsRef<[u8]>) -> Vec<String> {
    lines(source.as_ref())
        .map(|line| match line.kind {
            LineKind::Blank => "blank".into(),
            LineKind::Comment => "comment".into(),
            LineKind::Section(name) => format!("[{}]", name.as_str()),
            LineKind::Assignment { key, value } => format!("{}={}", key.as_str(), value.as_str()),
            LineKind::Stray(why, text) => format!("{why:?} {}", text.as_str()),
            LineKind::Fatal(why, _) => format!("{why:?}"),
        })
        .collect()
}

#[test]
fn sections_and_assignments() {
    assert_eq!(read("[Service]\n KillMode = mixed \n"), ["[Service]", "KillMode=mixed"]);
    assert_eq!(read("[ Service ]"), ["[ Service ]"], "blanks inside the brackets are kept");
    assert_eq!(read("A=b=c"), ["A=b=c"], "the first '=' counts");
    assert_eq!(read("A="), ["A="]);
    assert_eq!(read("A=\u{a0}x\u{c}"), ["A=\u{a0}x\u{c}"], "neither NBSP nor form feed is a blank");
}

#[test]
fn ends_of_lines() {
    assert_eq!(read("A=1\r\nB=2\rC=3\0D=4"), ["A=1", "B=2", "C=3", "D=4"]);
    assert_eq!(read("A=1\n\rB=2"), ["A=1", "B=2"], "LFCR is one end of line");
    assert_eq!(read("A=1\r\n\0B=2"), ["A=1", "B=2"], "so is CRLF NUL");
    assert_eq!(read("A=1\n\nB=2"), ["A=1", "blank", "B=2"]);
    assert_eq!(read("A=1\0\nB=2"), ["A=1", "blank", "B=2"], "nothing joins a NUL");
}

#[test]
fn comments() {
    assert_eq!(read("# a\n ; b\n"), ["comment", "comment"]);
    assert_eq!(read("A=b # c"), ["A=b # c"], "there are no comments at the end of a line");
    assert_eq!(read("# a \\\nB=c"), ["comment", "B=c"], "a comment does not continue");
}

#[test]
fn continuations() {
    assert_eq!(read("A=b\\\n  c"), ["A=b   c"], "the backslash becomes a blank, leading blanks stay");
    assert_eq!(read("A=\\\n# c\n; d \\\n  mixed"), ["A=mixed"], "comments in between vanish");
    assert_eq!(read("A=b\\\\\nC=d"), ["A=b\\\\", "C=d"], "an escaped backslash does not continue");
    assert_eq!(read("A=b\\ \nC=d"), ["A=b\\", "C=d"], "nor one followed by a blank");
    assert_eq!(read("A=b\\\n\nC=d"), ["A=b", "C=d"], "an empty line ends it");
    assert_eq!(read("A=b\\"), ["A=b"], "so does the end of the file");
    assert_eq!(read("A=b\\\r\nc"), ["A=b c"], "CR belongs to the end of the line");
    assert_eq!(read("[Ser\\\nvice]"), ["[Ser vice]"]);
}

#[test]
fn line_numbers_cover_continuations() {
    let numbers: Vec<_> = lines(b"A=b\\\n# c\nd\nE=f").map(|line| (line.number, line.last_number)).collect();
    assert_eq!(numbers, [(1, 3), (4, 4)]);
}

#[test]
fn byte_order_mark() {
    assert_eq!(read("\u{feff}[Service]"), ["[Service]"]);
    assert_eq!(read("A=b\n\u{feff}C=d\n\u{feff}E=f"), ["A=b", "C=d", "\u{feff}E=f"], "it is removed once");
    assert_eq!(read("\u{feff}# a=b"), ["# a=b"], "and hides a comment");
}

#[test]
fn what_is_ignored() {
    assert_eq!(read("nonsense"), ["MissingEquals nonsense"]);
    assert_eq!(read("=x"), ["MissingKey =x"]);
}

#[test]
fn what_ends_the_file() {
    assert_eq!(read("[Service] # x"), ["UnclosedHeader"]);
    assert_eq!(read("["), ["UnclosedHeader"]);
    assert_eq!(read("[a\"b]"), ["UnsafeHeader"]);
    assert_eq!(read("[]\n[[a]]"), ["UnsafeHeader", "UnsafeHeader"]);
    assert_eq!(read("[a]]"), ["[a]]"], "a closing bracket may be in the name");
    assert_eq!(read("A=\u{fdd0}"), ["NotUtf8"], "noncharacters are taken for invalid");
    assert_eq!(read(b"A=\xff\nB=c"), ["NotUtf8", "B=c"]);
    assert_eq!(read(b"# \xff"), ["comment"], "comments may hold any bytes");
    let long = format!("A={}", "x".repeat(LONG_LINE_MAX - 3));
    assert_eq!(read(&long).concat(), long, "1048575 bytes are accepted");
    assert_eq!(read(format!("{long}x")), ["TooLong"]);
    let continued = format!("A={}\\\n{}", "x".repeat(LONG_LINE_MAX / 2), "x".repeat(LONG_LINE_MAX / 2));
    assert_eq!(read(continued), ["TooLong"], "a continuation counts as a whole");
}

#[test]
fn a_continued_value_knows_where_it_came_from() {
    let source = b"A=one\\\n# no\n two";
    let line = lines(source).next().unwrap();
    let LineKind::Assignment { value, .. } = line.kind else { panic!("an assignment") };
    assert_eq!(&*value, "one  two");
    assert_eq!(&source[value.source_span(0..3)], b"one");
    assert_eq!(&source[value.source_span(5..8)], b"two");
    assert_eq!(value.span(), 2..source.len());
}

proptest! {
    #[test]
    fn printing_returns_the_input(source in interesting_bytes()) {
        let syntax = Syntax::parse(&source);
        prop_assert_eq!(syntax.to_bytes(), source.clone());
        let mut at = 0;
        for line in &syntax.lines {
            prop_assert_eq!(line.span.start, at);
            prop_assert!(line.span.end > at);
            at = line.span.end;
        }
        prop_assert_eq!(at, source.len());
    }

    #[test]
    fn every_byte_of_a_text_comes_from_the_file(source in interesting_bytes()) {
        for line in lines(&source) {
            let texts = match line.kind {
                LineKind::Section(text) | LineKind::Stray(_, text) => vec![text],
                LineKind::Assignment { key, value } => vec![key, value],
                _ => vec![],
            };
            for text in texts {
                for (at, byte) in text.bytes().enumerate() {
                    let there = source[text.source_of(at)];
                    prop_assert!(there == byte || (there == b'\\' && byte == b' '));
                }
            }
        }
    }
}

proptest! {
    /// The reader looks at blocks and checks windows of text: nobody may notice.
    #[test]
    fn what_a_line_is_does_not_depend_on_where_it_stands(
        source in interesting_bytes(),
        before in prop_oneof![0_usize..130, 8180_usize..8210],
    ) {
        let mut moved = b"A=b\0".repeat(before / 4);
        moved.extend(b"#".repeat(before % 4));
        moved.extend(b"\0");
        let lines_before = before / 4 + 1;
        moved.extend_from_slice(&source);
        prop_assert_eq!(&read(&moved)[lines_before..], read(&source));
    }
}

/// Bytes of the kind that matter, in any order.
fn interesting_bytes() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        Just(b"\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"\\".to_vec()),
        Just(b"\\\n".to_vec()),
        Just(b"#".to_vec()),
        Just(b";".to_vec()),
        Just(b"=".to_vec()),
        Just(b"[".to_vec()),
        Just(b"]".to_vec()),
        Just(b" ".to_vec()),
        Just(b"\xef\xbb\xbf".to_vec()),
        Just("ä".as_bytes().to_vec()),
        Just(b"\xff".to_vec()),
        Just(b"Key".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat())
}
