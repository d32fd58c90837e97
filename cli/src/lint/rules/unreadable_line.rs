//! `unreadable-line`: said by the parser.

parser_rule!(
    "unreadable-line",
    Error,
    "systemd stops reading the file here",
    "A section header that does not end in `]`, a line that is not UTF-8 or one that is too long ends the reading \
     of the file. A unit whose fragment ends so is not loaded at all (load state `error`); of a drop-in, the rest is lost."
);
