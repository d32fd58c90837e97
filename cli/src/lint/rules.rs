//! All rules, one file each. The name of a file is that of its rule.

use super::finding::Edit;
use super::rule::{Findings, Rule};
use super::subject::Subject;
use std::fmt::Write as _;
use unitctl_parser::diagnostic::{Diagnostic, Severity};
use unitctl_parser::directive;
use unitctl_parser::unit::sections;

/// Declares the modules of rules and lists their rules. They run in this order: those that say more than the parser
/// come before those that repeat what it says.
macro_rules! rules {
    ($($module:ident)*) => {
        $(mod $module;)*
        /// All rules, in the order they run.
        pub static ALL: &[&Rule] = &[$(&$module::RULE),*];
    };
}

/// One of the two examples of a rule: `example!("kill-mode-none", "bad.service")`.
macro_rules! example {
    ($rule:literal, $file:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lint-examples/", $rule, "/", $file))
    };
}

/// A rule that passes on what the parser says under its name.
macro_rules! parser_rule {
    ($name:literal, $severity:ident, $summary:literal, $rationale:literal) => {
        use super::prelude::*;

        pub(super) static RULE: Rule = Rule {
            name: $name,
            severity: Severity::$severity,
            summary: $summary,
            rationale: $rationale,
            bad: example!($name, "bad.service"),
            good: example!($name, "good.service"),
            check: |subject, findings| super::pass_on($name, subject, findings),
        };
    };
}

/// What most rules need.
mod prelude {
    pub(super) use super::super::finding::Place;
    pub(super) use super::super::rule::{Findings, Rule};
    pub(super) use super::super::subject::Subject;
    pub(super) use unitctl_parser::diagnostic::Severity;
}

rules! {
    alias_of_another_type
    assignment_before_program
    background_in_simple_service
    blank_after_backslash
    command_substitution_in_exec
    comment_after_value
    continuation_swallows_line
    default_instance_without_template
    default_value_in_variable
    depends_on_itself
    deprecated_directive
    drop_in_appends
    exec_stop_in_oneshot
    exec_stop_only_signals
    exec_stop_post_before_children_end
    final_kill_signal_survivable
    forking_without_pid_file
    glob_in_exec
    glued_semicolon
    guess_main_pid_unused
    ignored_link
    ignored_trigger
    install_refused
    kill_mode_none
    kill_mode_process
    kill_signal_ends_nobody
    kill_signal_sigkill
    kill_without_process
    killall_in_exec_stop
    main_pid_unset
    missing_environment_file
    missing_man_page
    missing_program
    missing_unit
    missing_user
    misspelt_unit
    misspelt_variable
    month_for_minute
    network_online_not_wanted
    newer_directive
    ordered_both_ways
    overridden_setting
    persistent_without_calendar
    pid_file_without_forking
    prefix_without_effect
    quoted_command_line
    quotes_kept
    refused_unit
    removed_directive
    required_and_conflicting
    restart_defeated_by_remain_after_exit
    send_sigkill_no
    setting_without_effect
    setting_without_partner
    shell_builtin_as_program
    shell_syntax_in_exec
    shell_variable_replaced
    sleep_longer_than_timeout
    specifier_in_date
    stop_failure_mode_kill_without_sigkill
    stop_longer_than_shutdown
    su_in_exec
    tilde_in_exec
    timeout_abort_zero
    timeout_stop_infinity
    timeout_stop_zero
    typographic_characters
    unknown_main_process
    unset_variable
    unused_suppression
    variable_as_program
    variable_in_environment
    variable_not_replaced
    assignment_outside_section
    invalid_value
    misplaced_directive
    missing_equals
    missing_key
    questionable_value
    unknown_directive
    unknown_section
    unreadable_line
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.name == name).copied()
}

/// The names of all rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|rule| rule.name)
}

/// The word for a severity.
pub const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    }
}

/// The page of a rule, in Markdown.
pub fn page(rule: &Rule) -> String {
    let mut page =
        format!("# {}\n\n{}: {}.\n\n{}\n", rule.name, word(rule.severity), rule.summary, rule.rationale);
    for (title, example) in [("Bad", rule.bad), ("Good", rule.good)] {
        let _strings_take_everything = write!(page, "\n## {title}\n\n```ini\n{}\n```\n", example.trim_end());
    }
    page
}

/// All rules, sorted by their names.
pub fn by_name() -> Vec<&'static Rule> {
    let mut sorted = ALL.to_vec();
    sorted.sort_unstable_by_key(|rule| rule.name);
    sorted
}

/// The list of all rules, in Markdown.
pub fn index() -> String {
    let mut page = String::from(
        "# Rules\n\nAn error is a line that systemd ignores or refuses; a warning one that it obeys, and that is very \
         likely not what was meant; a hint is worth knowing.\nSome findings of a rule are of another severity than the rule.\n\n\
         | rule | severity | finds that |\n|---|---|---|\n",
    );
    for rule in by_name() {
        let (name, severity) = (rule.name, word(rule.severity));
        let _strings_take_everything =
            writeln!(page, "| [{name}]({name}.md) | {severity} | {} |", rule.summary);
    }
    page
}

/// The text of a line, and what ends it.
fn split_end(line: &[u8]) -> (&[u8], &[u8]) {
    let length = line.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r' | 0)).map_or(0, |at| at + 1);
    line.split_at(length)
}

/// Whether one of these bytes follows a backslash anywhere: in few files one does.
fn has_backslash_before(text: &[u8], bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'\\', text).any(|at| text.get(at + 1).is_some_and(|byte| bytes.contains(byte)))
}

/// Passes on what the parser said under the name of a rule, and no rule better.
fn pass_on(name: &str, subject: &Subject<'_>, findings: &mut Findings) {
    pass_on_with(name, subject, findings, |diagnostic| {
        // A name that differs in its case only can have meant nothing else.
        let written =
            subject.unit.file(diagnostic.file).bytes.get(diagnostic.span.clone()).unwrap_or_default();
        let known = sections(subject.unit.id.unit_type());
        let same = |name: &&str| name.as_bytes().eq_ignore_ascii_case(written);
        let meant = match name {
            "unknown-directive" => known
                .iter()
                .flat_map(|section| directive::of_section(section).map(|directive| directive.name))
                .find(same),
            "unknown-section" => known.iter().copied().find(same),
            _ => diagnostic.instead.as_deref(),
        };
        let edit = |meant: &str| Edit { span: diagnostic.span.clone(), text: meant.to_owned() };
        meant.map(edit).into_iter().collect()
    });
}

/// The same with the changes that put each right.
fn pass_on_with(
    name: &str,
    subject: &Subject<'_>,
    findings: &mut Findings,
    fix: impl Fn(&Diagnostic) -> Vec<Edit>,
) {
    for (index, diagnostic) in subject.unit.diagnostics.iter().enumerate() {
        if diagnostic.rule != name || findings.is_explained(index) {
            continue;
        }
        let finding = findings.say(diagnostic, diagnostic.message.clone());
        finding.severity = diagnostic.severity;
        finding.help.clone_from(&diagnostic.help);
        finding.fix = fix(diagnostic);
    }
}
