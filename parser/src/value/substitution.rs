//! Puts the values of variables into the words of a command, when it is run (systemd.service(5), "Command lines").

use super::command::Command;
use super::environment::Environment;
use super::words::{Style, Word, Words};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// The words a command is run with.
///
/// - A word that is `$NAME` becomes the words its value is split into, none if that is empty or unset. So does any word
///   that begins with `$` and neither `{` nor another `$`: as no variable has such a name, it vanishes.
/// - `${NAME}` anywhere becomes the value as it is, empty if unset.
/// - `$$` becomes one `$`, and what follows is not a variable.
///
/// With the prefix `:` all stay as they are. A command for the shell keeps what it is called by, and its other words
/// become `-c` and one string.
pub fn expand_argv(command: &Command, environment: &Environment) -> Vec<OsString> {
    let argv = if command.no_env_expand {
        command.argv.clone()
    } else {
        command.argv.iter().flat_map(|word| expand_word(word, environment)).collect()
    };
    match argv.split_first() {
        Some((name, words)) if command.via_shell && !words.is_empty() => {
            vec![name.clone(), OsString::from("-c"), words.join(OsStr::new(" "))]
        }
        _ => argv,
    }
}

fn expand_word(word: &OsStr, environment: &Environment) -> Vec<OsString> {
    match word.as_bytes() {
        [b'$', name @ ..] if !matches!(name, [b'{' | b'$', ..]) => environment
            .get(OsStr::from_bytes(name))
            .map(|value| {
                Words::of_bytes(value.as_bytes(), Style::Lenient)
                    .flatten()
                    .map(Word::into_os_string)
                    .collect()
            })
            .unwrap_or_default(),
        bytes => vec![expand_braces(bytes, environment)],
    }
}

/// Replaces `${NAME}` and `$$`.
fn expand_braces(word: &[u8], environment: &Environment) -> OsString {
    let mut result = Vec::with_capacity(word.len());
    let mut rest = word;
    loop {
        match rest {
            [] => return OsString::from_vec(result),
            [b'$', b'$', behind @ ..] => {
                result.push(b'$');
                rest = behind;
            }
            [b'$', b'{', behind @ ..] => match behind.iter().position(|byte| matches!(byte, b'}' | b':')) {
                Some(end) if behind[end] == b'}' => {
                    if let Some(value) = environment.get(OsStr::from_bytes(&behind[..end])) {
                        result.extend_from_slice(value.as_bytes());
                    }
                    rest = &behind[end + 1..];
                }
                // Neither a brace that is not closed nor the `${NAME:-default}` of shells is replaced.
                end => {
                    let kept = 2 + end.map_or(behind.len(), |end| end + 1);
                    result.extend_from_slice(&rest[..kept]);
                    rest = &rest[kept..];
                }
            },
            [byte, behind @ ..] => {
                result.push(*byte);
                rest = behind;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::command;
    use super::super::specifier::NameOnly;
    use super::*;
    use proptest::prelude::*;

    fn run(value: &str, environment: &Environment) -> Vec<OsString> {
        expand_argv(&command::parse(value, &NameOnly("a.service")).commands[0].0, environment)
    }

    #[test]
    fn a_command_for_the_shell_is_one_string() {
        let environment = [("HOME", "/root")].into_iter().collect();
        assert_eq!(
            run("|/bin/a \"b c\" ${HOME} $$HOME", &environment),
            ["sh", "-c", "/bin/a b c /root $HOME"]
        );
        assert_eq!(run("|@", &environment), ["-sh"]);
    }

    #[test]
    fn a_colon_keeps_variables() {
        let environment = [("A", "1")].into_iter().collect();
        assert_eq!(run(":/bin/a $A ${A} $$A", &environment), ["/bin/a", "$A", "${A}", "$$A"]);
    }

    proptest! {
        #[test]
        fn values_of_braces_are_never_split(value in "[a-z \"']*") {
            let environment = [("A", value.as_str())].into_iter().collect();
            prop_assert_eq!(run("/bin/a x${A}y", &environment)[1].clone(), OsString::from(format!("x{value}y")));
        }

        #[test]
        fn never_panics(word in "[$]?[A{}$\\\\:\"' -]*", value: String) {
            let environment = [("A", value.as_str())].into_iter().collect();
            expand_word(OsStr::new(&word), &environment);
        }
    }
}
