//! `missing-key`: said by the parser.

parser_rule!(
    "missing-key",
    Error,
    "there is nothing before the equals sign",
    "systemd ignores the line, and what it was to set keeps its default or the value of an earlier line."
);
