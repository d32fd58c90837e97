//! Says what systemd would complain about in the value of a directive, given its [kind](super::kind).
//!
//! It goes by what systemd 262 was observed to reject (testdata/values), and accepts what it does not know.

use super::address::{is_address, is_bus_name, is_documentation, may_be_host_name};
use super::command::{self, CommandLine, moved};
use super::enumeration::{KillMode, unknown_word};
use super::kind::{Effect, Empty, ValueKind};
use super::path_check::{check_bind, check_directory, check_path};
use super::signal::Signal;
use super::specifier::{Specifiers, expand};
use super::time_span::TimeSpan;
use super::words::{Style, Word, Words};
use super::{
    ValueError, boolean, calendar, delegate, environment, exit_status, integer, path, size, socket_address,
    socket_option, standard_stream, suggestion, system_call, unit_list, user,
};
use std::ops::Range;

/// The most that systemd hands to the kernel when it reboots, in bytes.
const LONGEST_REBOOT_ARGUMENT: usize = 255;

/// Something systemd complains about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong.
    pub error: ValueError,
    /// What it leads to.
    pub effect: Effect,
}

impl From<ValueError> for Complaint {
    fn from(error: ValueError) -> Self {
        Self { error, effect: Effect::Ignored }
    }
}

/// What systemd complains about when a directive of this kind is given this value; nothing if it takes it.
pub fn check(kind: ValueKind, value: &str, specifiers: &dyn Specifiers) -> Vec<Complaint> {
    use ValueKind as K;
    let whole = 0..value.len();
    let ignored = |errors: Vec<ValueError>| {
        errors.into_iter().map(|error| Complaint { error, effect: Effect::Ignored }).collect()
    };
    let one = |result: Result<(), ValueError>| ignored(result.err().into_iter().collect());
    let test = |valid: bool, message: &str, help: &str| {
        one(if valid { Ok(()) } else { Err(complaint(value, message, help)) })
    };
    if value.is_empty() && !matches!(kind, K::Obsolete(_) | K::Unsupported(_)) {
        return check_empty(kind);
    }
    match kind {
        K::Unchecked => Vec::new(),
        K::Text(effect) => {
            expand(value, specifiers).err().map(|error| Complaint { error, effect }).into_iter().collect()
        }
        K::Condition(is_path) => {
            let text = value.strip_prefix('|').unwrap_or(value);
            let text = text.strip_prefix('!').unwrap_or(text);
            let span = value.len() - text.len()..value.len();
            one(if is_path {
                check_path(value, span, text, specifiers)
            } else {
                expand(text, specifiers).map(drop).map_err(|error| moved(error, value, span, text))
            })
        }
        K::BooleanOrList(words) => {
            if boolean::parse(value).is_ok() {
                return Vec::new();
            }
            ignored(each_word(value.strip_prefix('~').unwrap_or(value), Style::Bare, |word, text| {
                if words.contains(&text) {
                    return Ok(());
                }
                let skipped = usize::from(value.starts_with('~'));
                let span = word.span.start + skipped..word.span.end + skipped;
                Err(ValueError::new(span, format!("`{text}` has no meaning here"))
                    .with_help(suggestion::advice(text, words)))
            }))
        }
        K::Boolean(_, effect) => {
            boolean::parse(value).err().map(|error| Complaint { error, effect }).into_iter().collect()
        }
        K::Words(words, _) => {
            one(if words.contains(&value) { Ok(()) } else { Err(unknown_word(value, words)) })
        }
        K::WordsOrBoolean(words) => one(if words.contains(&value) || boolean::parse(value).is_ok() {
            Ok(())
        } else {
            Err(unknown_word(value, &[&["yes", "no"], words].concat()))
        }),
        K::WordsOrNumber(words, from, to, _) => one(if words.contains(&value) || in_range(value, from, to) {
            Ok(())
        } else {
            Err(unknown_word(value, words))
        }),
        K::Number(from, to, _) => test(
            in_range(value, from, to),
            "is not a number in range",
            &format!("write a number from {from} to {to}"),
        ),
        K::Signal => one(Signal::parse(value).map(drop)),
        K::Time(_) => one(TimeSpan::parse(value).map(drop)),
        K::Elapse => of_expanded(value, specifiers, |text| TimeSpan::parse(text).map(drop)),
        K::Nanoseconds => one(TimeSpan::parse_nanoseconds(value).map(drop)),
        K::ManagedOomDuration => one(TimeSpan::parse(value).and_then(|span| {
            let valid = span.micros().is_some_and(|micros| micros >= 1_000_000);
            if valid {
                Ok(())
            } else {
                Err(complaint(value, "is too short or too long", "write at least 1s"))
            }
        })),
        K::Mode => {
            let octal = value.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
            let mode = if octal { u32::from_str_radix(value, 8).ok() } else { None };
            test(
                mode.is_some_and(|mode| mode <= 0o7777),
                "is not a file mode",
                "write octal digits, such as 0750",
            )
        }
        K::Path(effect) => check_path(value, whole, value, specifiers)
            .err()
            .map(|error| Complaint { error, effect })
            .into_iter()
            .collect(),
        K::Paths(prefixes) => ignored(each_word(value, Style::Quoted, |word, text| {
            let path = if prefixes {
                let path = text.strip_prefix('-').unwrap_or(text);
                path.strip_prefix('+').unwrap_or(path)
            } else {
                text
            };
            check_path(value, word.span.clone(), path, specifiers)
        })),
        K::BindPaths => ignored(each_word(value, Style::QuotedRaw, |word, text| {
            check_bind(value, word, text, specifiers)
        })),
        K::TemporaryFileSystem => ignored(each_word(value, Style::Quoted, |word, text| {
            let path = text.split_once(':').map_or(text, |(path, _)| path);
            check_path(value, word.span.clone(), path, specifiers)
        })),
        K::ExecSearchPath => {
            let mut start = 0;
            ignored(
                value
                    .split(':')
                    .filter_map(|part| {
                        let span = start..start + part.len();
                        start = span.end + 1;
                        check_path(value, span, part, specifiers).err()
                    })
                    .collect(),
            )
        }
        K::PidFile => match path::parse_pid_file(value, specifiers) {
            Ok((_, legacy)) => {
                let legacy = legacy.map(|error| ValueError { instead: path::in_run(value), ..error });
                legacy.map(|error| Complaint { error, effect: Effect::Warned }).into_iter().collect()
            }
            Err(complaint) => vec![complaint],
        },
        K::WorkingDirectory => path::parse_working_directory(value, specifiers).err().into_iter().collect(),
        K::EnvironmentFile => one(expand(value, specifiers).and_then(|expanded| {
            let file = expanded.text.strip_prefix('-').unwrap_or(&expanded.text);
            if expanded.open {
                Ok(())
            } else {
                path::check(file, value.len().saturating_sub(file.len())..value.len()).map(drop)
            }
        })),
        K::Directory(links) => ignored(each_word(value, Style::QuotedRaw, |word, text| {
            check_directory(value, word, text, links, specifiers)
        })),
        K::Command => of_command_line(command::parse(value, specifiers)),
        K::Environment => ignored(environment::parse_assignments(value, specifiers).errors),
        K::PassEnvironment => ignored(environment::parse_names(value, specifiers).errors),
        K::UnsetEnvironment => ignored(environment::parse_unset(value, specifiers).errors),
        K::ExitStatuses => ignored(exit_status::parse_list(value).1),
        K::User => check_user(value, whole, value, specifiers).into_iter().collect(),
        K::SupplementaryGroups => Words::new(value, Style::Bare)
            .flatten()
            .filter_map(|word| check_user(value, word.span.clone(), word.as_str()?, specifiers))
            .collect(),
        K::Limit(limit) => test(
            size::parse_limit(value, limit).is_some(),
            "is not a resource limit",
            "write VALUE or SOFT:HARD, the soft one not above the hard one",
        ),
        K::Memory(zero) => {
            let amount = match size::parse_permyriad(value) {
                Some(share) => Some(share).filter(|share| *share <= 10_000),
                None => size::parse_size(value).filter(|bytes| *bytes < u64::MAX),
            };
            let valid = value == "infinity" || amount.is_some_and(|amount| zero || amount > 0);
            test(
                valid,
                "is not an amount of memory",
                "write bytes with K, M, G or T, a share such as 50%, or infinity",
            )
        }
        K::TasksMax => {
            let valid = value == "infinity"
                || size::parse_permyriad(value).is_some_and(|share| share <= 10_000)
                || integer::parse(value).is_some_and(|count| count > 0 && count < i128::from(u64::MAX));
            test(valid, "is not a number of tasks", "write a number, a share such as 50%, or infinity")
        }
        K::CpuQuota => test(
            size::parse_permyriad(value).is_some_and(|share| share > 0),
            "is not a share of a processor",
            "write a share such as 20%",
        ),
        K::Share => test(
            size::parse_permyriad(value).is_some_and(|share| share <= 10_000),
            "is not a share",
            "write a share from 0% to 100%",
        ),
        K::Quota => test(
            matches!(value, "off" | "0")
                || size::parse_permyriad(value).is_some_and(|share| share <= 10_000)
                || size::parse_size(value).is_some(),
            "is not a quota",
            "write bytes with K, M, G or T, a share such as 50%, or off",
        ),
        K::KillMode => match KillMode::parse(value) {
            Ok(KillMode::None) => {
                let error =
                    complaint(value, "leaves every process behind and is deprecated", "write `mixed`");
                vec![Complaint { error, effect: Effect::Warned }]
            }
            result => one(result.map(drop)),
        },
        K::Delegate => ignored(delegate::parse(value).1),
        K::DelegateSubgroup => {
            test(is_subgroup(value), "is not the name of a control group", "write a plain file name")
        }
        K::WordList(words) => ignored(each_word(value, Style::Bare, |word, text| {
            let hexadecimal = text.strip_prefix("0x").unwrap_or(text);
            if words.contains(&text) || u64::from_str_radix(hexadecimal, 16).is_ok() {
                return Ok(());
            }
            let error = ValueError::new(word.span.clone(), format!("`{text}` has no meaning here"));
            Err(error.with_help(suggestion::advice(text, words)))
        })),
        K::Addresses => ignored(each_word(value, Style::Bare, |word, text| {
            if is_address(text) {
                return Ok(());
            }
            Err(ValueError::new(word.span.clone(), format!("`{text}` is not an address"))
                .with_help("write an address such as 10.0.0.0/8, or any, localhost, link-local, multicast"))
        })),
        K::ProtectHostname => {
            let (mode, host) = value.split_once(':').map_or((value, None), |(mode, host)| (mode, Some(host)));
            let valid = match host {
                None => mode == "private" || boolean::parse(mode).is_ok(),
                Some(host) => {
                    may_be_host_name(host) && (mode == "private" || boolean::parse(mode) == Ok(true))
                }
            };
            test(
                valid,
                "has no meaning here",
                "write yes, no, private, or one of yes and private with :HOSTNAME",
            )
        }
        K::Obsolete(new) => {
            let error =
                ValueError::new(whole, "this directive is obsolete").with_help(format!("write {new}="));
            vec![Complaint { error, effect: Effect::Warned }]
        }
        K::Credential(bare) => one(expand(value, specifiers).and_then(|expanded| {
            let id = expanded.text.split(':').next().unwrap_or_default();
            if path::is_file_name(id) && (bare || expanded.text.contains(':')) {
                return Ok(());
            }
            Err(complaint(
                value,
                "does not begin with the name of a credential",
                "write ID:…, the ID without a slash",
            ))
        })),
        K::Slice => one(unit_list::parse_slice(value, specifiers).map(drop)),
        K::BusName => one(expand(value, specifiers).and_then(|expanded| {
            let valid = expanded.open || is_bus_name(&expanded.text);
            if valid {
                Ok(())
            } else {
                Err(complaint(value, "is not a name on the bus", "write a name such as org.example.Name"))
            }
        })),
        K::RebootArgument => of_expanded(value, specifiers, |text| {
            if text.is_ascii() && text.len() <= LONGEST_REBOOT_ARGUMENT {
                Ok(())
            } else {
                Err(complaint(text, "cannot be handed to the kernel", "write at most 255 ASCII characters"))
            }
        }),
        K::Sockets => ignored(unit_list::check_sockets(value, specifiers)),
        K::Units => ignored(unit_list::check_units(value, specifiers)),
        K::Documentation => ignored(each_word(value, Style::QuotedRaw, |word, text| {
            let expanded = expand(text, specifiers).map_err(|e| moved(e, value, word.span.clone(), text))?;
            if expanded.open || is_documentation(&expanded.text) {
                return Ok(());
            }
            Err(ValueError::new(word.span.clone(), format!("`{text}` is not the address of a document"))
                .with_help("write an address that begins with http://, https://, file:/, info: or man:"))
        })),
        K::SystemCalls => ignored(system_call::check_filter(value)),
        K::SystemCallErrorNumber => one(system_call::check_error_number(value)),
        K::Numbers => one(system_call::check_numbers(value)),
        K::SocketAddress(packets) => {
            let check = if packets { socket_address::check_packets } else { socket_address::check };
            or_legacy(value, specifiers, of_expanded(value, specifiers, check))
        }
        K::Fifo => or_legacy(value, specifiers, one(check_path(value, whole, value, specifiers))),
        K::Netlink => one(socket_address::check_netlink(value)),
        K::Unsupported(help) => {
            let error = ValueError::new(whole, "units of this type do not have it");
            ignored(vec![error.with_help(help)])
        }
        K::Size => test(
            size::parse_size(value).is_some(),
            "is not a number of bytes",
            "write bytes, perhaps with K, M, G or T",
        ),
        K::Interface => of_expanded(value, specifiers, socket_option::check_interface),
        K::DescriptorName => of_expanded(value, specifiers, socket_option::check_descriptor_name),
        K::Attribute => of_expanded(value, specifiers, socket_option::check_attribute),
        K::Calendar => of_expanded(value, specifiers, calendar::check),
        K::Trigger(is_service) => one(unit_list::check_trigger(value, is_service, specifiers)),
        K::Device => one(system_call::check_device(value, specifiers)),
        K::StandardInput => standard_stream::check_input(value, specifiers),
        K::StandardOutput => standard_stream::check_output(value, specifiers),
    }
}

fn check_empty(kind: ValueKind) -> Vec<Complaint> {
    use ValueKind as K;
    let rejected = |what: &str| ValueError::new(0..0, format!("an empty value {what}"));
    let (error, effect) = match kind {
        K::Boolean(Empty::Rejected, effect) => match boolean::parse("") {
            Ok(_) => return Vec::new(),
            Err(error) => (error, effect),
        },
        K::Words(words, Empty::Rejected) | K::WordsOrNumber(words, _, _, Empty::Rejected) => {
            (unknown_word("", words), Effect::Ignored)
        }
        K::WordsOrBoolean(words) => (unknown_word("", &[&["yes", "no"], words].concat()), Effect::Ignored),
        K::Signal => (rejected("is not a signal and leaves what was set before"), Effect::Ignored),
        K::Time(Empty::Rejected) | K::Nanoseconds => {
            (rejected("is not a time span and leaves what was set before"), Effect::Ignored)
        }
        K::Number(_, _, Empty::Rejected) | K::Mode | K::Limit(_) => {
            (rejected("is not a number and leaves what was set before"), Effect::Ignored)
        }
        K::Size => (rejected("is no number of bytes and leaves what was set before"), Effect::Ignored),
        K::Trigger(_) => (rejected("names no unit and leaves what was set before"), Effect::Ignored),
        K::Slice | K::BusName => (rejected("is not a name and leaves what was set before"), Effect::Ignored),
        K::StandardInput | K::StandardOutput => (rejected("has no meaning here"), Effect::Ignored),
        _ => return Vec::new(),
    };
    vec![Complaint { error, effect }]
}

/// What there is to say of a text whose specifiers are replaced.
fn of_expanded<E: Into<Complaint>>(
    value: &str,
    specifiers: &dyn Specifiers,
    check: impl Fn(&str) -> Result<(), E>,
) -> Vec<Complaint> {
    let result = match expand(value, specifiers) {
        Ok(expanded) if expanded.open => Ok(()),
        Ok(expanded) => check(&expanded.text).map_err(|said| {
            let Complaint { error, effect } = said.into();
            // Where in the value what is wrong comes from is not known.
            Complaint { error: ValueError { span: 0..value.len(), instead: None, ..error }, effect }
        }),
        Err(error) => Err(error.into()),
    };
    result.err().into_iter().collect()
}

/// What is wrong with a path, or if nothing is, that it is in a legacy directory.
fn or_legacy(value: &str, specifiers: &dyn Specifiers, wrong: Vec<Complaint>) -> Vec<Complaint> {
    if !wrong.is_empty() {
        return wrong;
    }
    let legacy = expand(value, specifiers).ok().filter(|expanded| !expanded.open);
    let legacy = legacy.and_then(|expanded| path::check_legacy(&expanded.text, 0..value.len()));
    legacy.map(|error| Complaint { error, effect: Effect::Warned }).into_iter().collect()
}

/// An error about the whole value.
fn complaint(value: &str, message: &str, help: &str) -> ValueError {
    ValueError::new(0..value.len(), format!("`{value}` {message}")).with_help(help)
}

fn in_range(value: &str, from: i64, to: i64) -> bool {
    integer::parse(value).is_some_and(|number| (i128::from(from)..=i128::from(to)).contains(&number))
}

/// The errors of every word; one that cannot be read ends the list.
fn each_word(
    value: &str,
    style: Style,
    mut check: impl FnMut(&Word, &str) -> Result<(), ValueError>,
) -> Vec<ValueError> {
    Words::new(value, style).filter_map(|word| word.and_then(|word| check(&word, &word.text)).err()).collect()
}

/// What systemd complains about in a command line.
pub(crate) fn of_command_line(line: CommandLine) -> Vec<Complaint> {
    let warnings = line.warnings.into_iter().map(|error| Complaint { error, effect: Effect::Warned });
    let error = line.error.map(|error| {
        let effect = match error.effect {
            command::Effect::Fatal => Effect::BadSetting,
            command::Effect::Ignored | command::Effect::Dropped => Effect::Ignored,
        };
        Complaint { error: error.error, effect }
    });
    warnings.chain(error).collect()
}

fn check_user(value: &str, span: Range<usize>, text: &str, specifiers: &dyn Specifiers) -> Option<Complaint> {
    let expanded = match expand(text, specifiers) {
        Ok(expanded) => expanded,
        Err(error) => {
            return Some(Complaint { error: moved(error, value, span, text), effect: Effect::BadSetting });
        }
    };
    if expanded.open {
        return None;
    }
    if let Some(why) = user::why_invalid(&expanded.text) {
        let error =
            ValueError::new(span, format!("`{}` names no user or group", expanded.text)).with_help(why);
        return Some(Complaint { error, effect: Effect::BadSetting });
    }
    (expanded.text == "nobody").then(|| {
        let error =
            ValueError::new(span, "the user `nobody` owns what belongs to nobody, which is not safe to use")
                .with_help("write DynamicUser=yes, or create a user");
        Complaint { error, effect: Effect::Warned }
    })
}

/// Whether a control group can have this name without being escaped.
fn is_subgroup(name: &str) -> bool {
    let before_dot = name.split_once('.').map(|(before, _)| before);
    path::is_file_name(name)
        && !name.starts_with(['_', '.'])
        && !matches!(name, "notify_on_release" | "release_agent" | "tasks")
        && before_dot.is_none_or(|word| word != "cgroup" && !delegate::CONTROLLERS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::super::kind::kind_of;
    use super::super::specifier::NameOnly;
    use super::*;

    #[test]
    fn a_backslash_in_the_address_of_a_document_is_one() {
        for (value, wrong) in [
            (r"htt\ps://x", 1),
            (r"http://a\b", 0),
            (r"http://a\ b", 1),
            (r#""http://x" man:a(8)"#, 0),
            ("http://x'y' z", 1),
        ] {
            let complaints = check(kind_of("Unit", "Documentation", "URL"), value, &NameOnly("a.service"));
            assert_eq!(complaints.len(), wrong, "{value}");
        }
    }

    #[test]
    fn arguments_of_a_reboot() {
        let long = "a".repeat(256);
        for (value, taken) in
            [("now b=\"c\" %n", true), (&long[1..], true), (&*long, false), ("ü", false), ("%Z", false)]
        {
            let complaints = check(kind_of("Unit", "RebootArgument", "OTHER"), value, &NameOnly("a.service"));
            assert_eq!(complaints.is_empty(), taken, "{value}");
        }
    }
}
