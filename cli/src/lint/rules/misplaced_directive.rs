//! `misplaced-directive`: said by the parser.

parser_rule!(
    "misplaced-directive",
    Error,
    "the directive belongs to another section",
    "systemd looks a directive up in the section it stands in and ignores it where that does not have it. \
     `KillMode=` in `[Unit]` changes nothing: every process of the control group is signalled as by default."
);
