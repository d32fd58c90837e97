//! `unknown-directive`: said by the parser.

parser_rule!(
    "unknown-directive",
    Error,
    "systemd does not know the directive",
    "systemd ignores the line. What it was to set keeps its default: a service with `KilMode=none` is stopped \
     with SIGTERM to all its processes and SIGKILL after 90 s. Names are exact, upper and lower case included. Names \
     that begin with `X-` are for other programs."
);
