//! `invalid-value`: said by the parser.

parser_rule!(
    "invalid-value",
    Error,
    "systemd rejects the value",
    "A rejected value leaves the one that was set before in force, or the default; of a list or a command line the \
     part that is wrong is left out. A command line that cannot be read without a `-` before it makes systemd \
     refuse the whole unit."
);
