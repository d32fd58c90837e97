//! `missing-equals`: said by the parser.

parser_rule!(
    "missing-equals",
    Error,
    "a line is neither a section header nor an assignment",
    "systemd ignores the line. Often it was to be the continuation of the line before, which lacks the backslash, \
     so that the rest of a command is lost."
);
