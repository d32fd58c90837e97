//! `assignment-outside-section`: said by the parser.

parser_rule!(
    "assignment-outside-section",
    Error,
    "an assignment stands before any section header",
    "systemd ignores assignments that belong to no section. What the line was to set keeps its default, \
     so that the unit is stopped in another way than its text says."
);
