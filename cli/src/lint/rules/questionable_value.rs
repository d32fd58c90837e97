//! `questionable-value`: said by the parser.

parser_rule!(
    "questionable-value",
    Warning,
    "systemd warns of the value and takes it",
    "The value counts, but not as it was meant, or not for long: an unknown escape sequence keeps its backslash, \
     a path below `/var/run` is rewritten, a prefix that has lost its meaning does nothing."
);
