//! No value of any kind makes its reader panic, and complaints point at bytes of the value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unitctl_parser::directive;
use unitctl_parser::name::UnitName;
use unitctl_parser::value::check::check;
use unitctl_parser::value::environment::Environment;
use unitctl_parser::value::kind::kind_of;
use unitctl_parser::value::signal::Signal;
use unitctl_parser::value::specifier::NameOnly;
use unitctl_parser::value::time_span::TimeSpan;
use unitctl_parser::value::{command, environment_file, substitution};

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first_chunk::<2>() else { return };
    let Ok(value) = std::str::from_utf8(rest) else { return };
    let specifiers = NameOnly("foo-bar@in-st\\x2dance.service");

    // A directive of section [Service] or [Unit], by the first two bytes.
    let section = if choice[1] & 1 == 0 { "Service" } else { "Unit" };
    let directives: Vec<_> = directive::of_section(section).collect();
    let directive = directives[usize::from(u16::from_le_bytes(*choice) >> 1) % directives.len()];
    for complaint in check(kind_of(section, directive.name, directive.value), value, &specifiers) {
        let span = complaint.error.span;
        assert!(span.start <= span.end && span.end <= value.len(), "{} {span:?}", directive.name);
    }

    let environment: Environment = [("ONE", "a 'b c' d"), ("EMPTY", "")].into_iter().collect();
    for (command, span) in command::parse(value, &specifiers).commands {
        assert!(span.end <= value.len());
        assert!(!command.argv.is_empty());
        let _words = substitution::expand_argv(&command, &environment);
    }
    let _variables = environment_file::parse(value);
    if let Ok(span) = TimeSpan::parse(value) {
        assert_eq!(TimeSpan::parse(&span.to_string()), Ok(span));
    }
    if let Ok(signal) = Signal::parse(value) {
        assert_eq!(Signal::parse(&signal.to_string()), Ok(signal));
    }
    if let Ok(name) = UnitName::mangle(value) {
        assert!(UnitName::parse(name.as_str()).is_ok());
    }
});
