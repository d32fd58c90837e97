//! Any bytes are a unit file: the lines tile them, and every text comes from them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unitctl_parser::syntax::{LineKind, Syntax};

fuzz_target!(|source: &[u8]| {
    let syntax = Syntax::parse(source);
    let mut at = 0;
    for line in &syntax.lines {
        assert_eq!(line.span.start, at);
        assert!(line.span.end > at && line.last_number >= line.number);
        at = line.span.end;
        if let LineKind::Assignment { key, value } = &line.kind {
            assert!(!key.is_empty());
            for text in [key, value] {
                let span = text.span();
                assert!(span.start <= span.end && span.end <= line.span.end);
            }
        }
    }
    assert_eq!(at, source.len());
    assert_eq!(syntax.to_bytes(), source);
});
