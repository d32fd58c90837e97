//! `unknown-section`: said by the parser.

parser_rule!(
    "unknown-section",
    Error,
    "systemd does not know the section",
    "systemd ignores everything up to the next section header, without looking at it. Names are exact, upper and \
     lower case included. Names that begin with `X-` are for other programs."
);
