//! Command lines, as `ExecStop=` and its relatives write them (systemd.service(5), "Command lines").

use super::specifier::{Expanded, Specifiers, expand};
use super::words::{Style, Word, Words, is_blank};
use super::{ValueError, path};
use std::ffi::OsString;
use std::fmt;
use std::ops::Range;
use std::os::unix::ffi::OsStringExt;

/// One command of an Exec line, unquoted, its specifiers expanded, its variables not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program: an absolute path (simplified), or a name to be looked up when it is run.
    pub path: OsString,
    /// The arguments, the first being what the program is called by.
    pub argv: Vec<OsString>,
    /// `-`: a failure counts as success.
    pub ignore_failure: bool,
    /// `:`: variables are not substituted.
    pub no_env_expand: bool,
    /// `+`, `!`: which of the unit's restrictions are left out.
    pub privileges: Privileges,
    /// `|`: run by the user's shell; `argv` is what the shell is called by and the words it is to run.
    pub via_shell: bool,
}

/// How much of the unit's credentials and sandbox a command gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privileges {
    /// All of it.
    #[default]
    Restricted,
    /// `+`: neither user, capabilities, namespaces nor limits.
    Full,
    /// `!`: not the user and groups.
    NoSetuid,
}

/// What is in the value of an Exec line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandLine {
    /// The commands, each with its bytes of the value. Those before an error count.
    pub commands: Vec<(Command, Range<usize>)>,
    /// What systemd warns about and goes on.
    pub warnings: Vec<ValueError>,
    /// What made systemd stop reading the value.
    pub error: Option<CommandError>,
}

/// Why systemd stopped reading an Exec line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError {
    /// What is wrong.
    pub error: ValueError,
    /// What it leads to.
    pub effect: Effect,
}

/// What an error in an Exec line leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The rest of the line is left out: the first word of a command could not be read.
    Ignored,
    /// The rest of the line is left out, because the command has a `-`.
    Dropped,
    /// The unit is not loaded (ENOEXEC): its load state is `bad-setting`.
    Fatal,
}

/// Reads the commands of a value. An empty value has none; that it resets the list is up to the caller.
///
/// ```
/// use unitctl_parser::value::{command, specifier::NameOnly};
///
/// let line = command::parse("-/bin/kill -HUP $MAINPID ; /bin/echo 'of %N'", &NameOnly("web.service"));
/// let (kill, echo) = (&line.commands[0].0, &line.commands[1].0);
/// assert!(kill.ignore_failure);
/// assert_eq!(kill.argv, ["/bin/kill", "-HUP", "$MAINPID"]);
/// assert_eq!(echo.argv, ["/bin/echo", "of web"]);
/// ```
pub fn parse(value: &str, specifiers: &dyn Specifiers) -> CommandLine {
    let mut line = CommandLine::default();
    let mut words = Words::new(value, Style::Escaped);
    loop {
        match command(value, &mut words, specifiers, &mut line.warnings) {
            Ok(Some(command)) => line.commands.push(command),
            Ok(None) => return line,
            Err(error) => {
                line.error = Some(error);
                return line;
            }
        }
    }
}

/// Reads the next command, up to a `;` or the end.
fn command(
    value: &str,
    words: &mut Words,
    specifiers: &dyn Specifiers,
    warnings: &mut Vec<ValueError>,
) -> Result<Option<(Command, Range<usize>)>, CommandError> {
    let first = loop {
        match words.next() {
            None => return Ok(None),
            Some(Ok(word)) if word.text == ";" => {}
            Some(Ok(word)) => break word,
            Some(Err(error)) => return Err(CommandError { error, effect: Effect::Ignored }),
        }
    };
    warnings.extend(first.warnings(value));
    let text = &*first.text;
    let prefixes = Prefixes::read(text);
    if prefixes.ambient {
        let written = value.get(first.span.clone()).unwrap_or_default();
        let together = written.find("!!").filter(|at| *at < prefixes.length && written == text);
        let span = together.map_or(first.span.clone(), |at| first.span.start + at..first.span.start + at + 2);
        let warning = ValueError::new(span, "the prefix `!!` is no longer supported and has no effect")
            .with_help("leave it out");
        warnings.push(if together.is_some() { warning.with_instead("") } else { warning });
    }
    let effect = if prefixes.ignore_failure { Effect::Dropped } else { Effect::Fatal };
    let fail = |error: ValueError| CommandError { error, effect };

    let name = &text[prefixes.length..];
    let span = program_span(value, &first, prefixes.length);
    let mut argv = Vec::new();
    let program = if prefixes.via_shell {
        argv.push(OsString::from(if prefixes.own_name { "-sh" } else { "sh" }));
        // What is glued to the prefixes is the first word for the shell; its specifiers are not expanded.
        if !name.is_empty() {
            argv.push(OsString::from_vec(first.as_bytes()[prefixes.length..].to_vec()));
        }
        "/bin/sh".to_owned()
    } else {
        if first.as_str().is_none() {
            return Err(fail(ValueError::new(span, "the path of the program is not UTF-8")));
        }
        let expanded =
            expand(name, specifiers).map_err(|error| fail(moved(error, value, span.clone(), name)))?;
        let program = check_program(&expanded, span).map_err(fail)?;
        if !prefixes.own_name {
            argv.push(OsString::from(expanded.text.as_ref()));
        }
        program
    };

    let mut end = first.span.end;
    loop {
        match words.rest() {
            [] => break,
            [b';'] => {
                words.skip(1);
                break;
            }
            [b';', blank, ..] if is_blank(*blank) => {
                words.skip(1);
                break;
            }
            [b'\\', b';', behind @ ..] if behind.first().is_none_or(|byte| is_blank(*byte)) => {
                argv.push(OsString::from(";"));
                end = words.position() + 2;
                words.skip(2);
            }
            _ => {
                let Some(word) = words.next().transpose().map_err(fail)? else { break };
                warnings.extend(word.warnings(value));
                end = word.span.end;
                argv.push(expand_word(word, value, specifiers).map_err(fail)?);
            }
        }
    }
    if argv.is_empty() {
        return Err(fail(
            ValueError::new(first.span, "the prefix `@` needs a second word, by which the program is called")
                .with_help("leave the `@` out, or write that word behind the path"),
        ));
    }
    let command = Command {
        path: OsString::from(program),
        argv,
        ignore_failure: prefixes.ignore_failure,
        no_env_expand: prefixes.no_env_expand,
        privileges: prefixes.privileges,
        via_shell: prefixes.via_shell,
    };
    Ok(Some((command, first.span.start..end)))
}

/// The special characters before the path of a program.
#[derive(Default)]
struct Prefixes {
    ignore_failure: bool,
    own_name: bool,
    no_env_expand: bool,
    via_shell: bool,
    privileges: Privileges,
    /// `!!`, which had a meaning up to 257. It still excludes `+` and `!`.
    ambient: bool,
    /// How many bytes they are.
    length: usize,
}

impl Prefixes {
    /// Reads them in any order, each once; one that cannot be here belongs to the path.
    fn read(word: &str) -> Self {
        let mut found = Self::default();
        loop {
            let rest = &word.as_bytes()[found.length..];
            let no_privileges = found.privileges == Privileges::Restricted && !found.ambient;
            match rest {
                [b'-', ..] if !found.ignore_failure => found.ignore_failure = true,
                [b'@', ..] if !found.own_name => found.own_name = true,
                [b':', ..] if !found.no_env_expand => found.no_env_expand = true,
                [b'|', ..] if !found.via_shell => found.via_shell = true,
                [b'+', ..] if no_privileges => found.privileges = Privileges::Full,
                [b'!', b'!', ..] if no_privileges => {
                    found.ambient = true;
                    found.length += 1;
                }
                [b'!', ..] if no_privileges => found.privileges = Privileges::NoSetuid,
                // A second one makes it `!!`, even if others are in between.
                [b'!', ..] if found.privileges == Privileges::NoSetuid => {
                    found.privileges = Privileges::Restricted;
                    found.ambient = true;
                }
                _ => return found,
            }
            found.length += 1;
        }
    }
}

/// The bytes of the value that name the program, without prefixes where they can be told apart.
fn program_span(value: &str, first: &Word, prefixes: usize) -> Range<usize> {
    let Range { start, end } = first.span;
    if &value.as_bytes()[start..end] == first.as_bytes() { start + prefixes..end } else { start..end }
}

/// What systemd demands of the path of a program; returns it simplified.
fn check_program(expanded: &Expanded, span: Range<usize>) -> Result<String, ValueError> {
    let program = expanded.text.as_ref();
    let special = |c: char| c.is_ascii_control() || matches!(c, '"' | '\'' | '\\' | '*' | '?' | '[');
    if program.is_empty() {
        return Err(ValueError::new(span, "the path of the program is empty")
            .with_help("write it right behind the prefixes"));
    }
    if let Some(c) = program.chars().find(|c| special(*c)) {
        return Err(ValueError::new(span, format!("the path of the program contains {c:?}"))
            .with_help("the path cannot have control characters, quotes, backslashes or any of *?["));
    }
    if matches!(path::file_name(program), "" | "." | "..") {
        return Err(ValueError::new(span, format!("`{program}` is a directory, not a program")));
    }
    if expanded.open {
        return Ok(program.to_owned());
    }
    if program.starts_with('/') {
        if path::is_valid(program) {
            return Ok(path::simplify(program));
        }
    } else if path::is_file_name(program) {
        return Ok(program.to_owned());
    }
    let error =
        ValueError::new(span, format!("`{program}` is neither an absolute path nor the name of a program"));
    Err(match program.chars().next() {
        Some('+' | '!' | '-' | ':' | '@') => {
            error.with_help("each prefix can stand once, and only one of `+` and `!`")
        }
        Some('~') => error.with_help("`~` is not expanded: write the whole path"),
        _ => error.with_help("write the path from the root on"),
    })
}

/// Expands the specifiers of an argument.
fn expand_word(word: Word, value: &str, specifiers: &dyn Specifiers) -> Result<OsString, ValueError> {
    if !word.as_bytes().contains(&b'%') {
        return Ok(word.into_os_string());
    }
    match word.as_str() {
        Some(text) => {
            let expanded = expand(text, specifiers).map_err(|e| moved(e, value, word.span.clone(), text))?;
            Ok(OsString::from(expanded.text.as_ref()))
        }
        None => expand_bytes(&word, specifiers),
    }
}

/// The same for a word whose escapes made bytes that are not UTF-8: its pieces of UTF-8 are expanded.
fn expand_bytes(word: &Word, specifiers: &dyn Specifiers) -> Result<OsString, ValueError> {
    let mut bytes = Vec::new();
    for chunk in word.as_bytes().utf8_chunks() {
        let expanded = expand(chunk.valid(), specifiers).map_err(|error| ValueError {
            span: word.span.clone(),
            instead: None,
            ..error
        })?;
        bytes.extend_from_slice(expanded.text.as_bytes());
        bytes.extend_from_slice(chunk.invalid());
    }
    Ok(OsString::from_vec(bytes))
}

/// Moves an error about `text` to where it stands in the value; to all of `span` if it was quoted or escaped.
pub(super) fn moved(error: ValueError, value: &str, span: Range<usize>, text: &str) -> ValueError {
    let span = if value.get(span.clone()) == Some(text) {
        span.start + error.span.start..span.start + error.span.end
    } else {
        span
    };
    ValueError { span, instead: None, ..error }
}

impl fmt::Display for Command {
    /// The static part of what `systemctl show` prints:
    /// `{ path=/bin/kill ; argv[]=/bin/kill -HUP $MAINPID ; ignore_errors=no }`. Words are joined by blanks, unquoted.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{ path={} ; argv[]=", self.path.display())?;
        for (index, word) in self.argv.iter().enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { " " }, word.display())?;
        }
        write!(f, " ; ignore_errors={} }}", if self.ignore_failure { "yes" } else { "no" })
    }
}

#[cfg(test)]
mod tests {
    use super::super::specifier::NameOnly;
    use super::*;
    use proptest::prelude::*;

    fn line(value: &str) -> CommandLine {
        parse(value, &NameOnly("a.service"))
    }

    #[test]
    fn prefixes() {
        let command = |value| line(value).commands.remove(0).0;
        let all = command("-:!/bin/a b");
        assert!(all.ignore_failure && all.no_env_expand && !all.via_shell);
        assert_eq!(all.privileges, Privileges::NoSetuid);
        assert_eq!(command("+/bin/a").privileges, Privileges::Full);
        assert_eq!(command("!!/bin/a").privileges, Privileges::Restricted);
        assert_eq!(command("@/bin/a b c").argv, ["b", "c"]);
        assert!(command("|a").via_shell);
    }

    #[test]
    fn commands_before_an_error_stay() {
        let line = line("/bin/a b ; /bin/b \"c");
        assert_eq!(line.commands.len(), 1);
        assert_eq!(line.commands[0].1, 0..8);
        let error = line.error.unwrap();
        assert_eq!((error.effect, error.error.span), (Effect::Fatal, 18..20));
    }

    #[test]
    fn errors_point_at_what_is_wrong() {
        for (value, offending, effect) in [
            ("-bin/a x", "bin/a", Effect::Dropped),
            ("/bin/a x-%Z", "%Z", Effect::Fatal),
            ("/bin/a 'x %Z'", "'x %Z'", Effect::Fatal),
            ("@/bin/a", "@/bin/a", Effect::Fatal),
            ("/bin/a\"x", "\"x", Effect::Ignored),
        ] {
            let error = line(value).error.unwrap();
            assert_eq!((&value[error.error.span], error.effect), (offending, effect), "{value}");
        }
    }

    #[test]
    fn an_open_specifier_is_no_reason_to_reject_a_path() {
        let line = parse("%h/bin/%i", &NameOnly("a@.service"));
        assert_eq!((line.error, line.commands.len()), (None, 1));
    }

    proptest! {
        #[test]
        fn never_panics(value: String, near in r#"([-@:+!|/a%n;" ]|\\.)*"#) {
            line(&value);
            line(&near);
        }
    }
}
