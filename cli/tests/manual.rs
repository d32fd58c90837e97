//! The manual pages and the shells' completions are made from the definitions of the arguments; these tests fail
//! when the files in docs/ are not what would be made now. `UNITCTL_WRITE=1 cargo test -p unitctl --test manual`
//! writes them.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod manual_made;

use manual_made::{completions, pages};
use std::path::{Path, PathBuf};

fn docs(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(folder)
}

/// Compares a folder with what it should hold, or writes it.
#[expect(clippy::disallowed_methods, reason = "the environment says whether to write")]
fn check(folder: &Path, made: &[(String, String)]) {
    let writes = std::env::var_os("UNITCTL_WRITE").is_some();
    if writes {
        std::fs::create_dir_all(folder).unwrap();
    }
    let mut stale = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if !made.iter().any(|(made, _)| made == name) {
            if writes {
                std::fs::remove_file(&path).unwrap();
            } else {
                stale.push(format!("{name} is of no command any more"));
            }
        }
    }
    for (name, text) in made {
        let path = folder.join(name);
        if writes {
            std::fs::write(&path, text).unwrap();
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(text) {
            stale.push(format!("{name} is not current"));
        }
    }
    assert!(
        stale.is_empty(),
        "{}: {}; write them anew: UNITCTL_WRITE=1 cargo test -p unitctl --test manual",
        folder.display(),
        stale.join(", ")
    );
}

#[test]
fn manual_pages_are_current() {
    check(&docs("man"), &pages());
}

#[test]
fn completions_are_current() {
    check(&docs("completions"), &completions());
}

#[test]
fn the_help_names_every_command_once() {
    for command in manual_made::visible(&manual_made::program()) {
        let line = format!("\n  {} ", command.get_name());
        assert_eq!(unitctl::help::PROGRAM.matches(&line).count(), 1, "{}", command.get_name());
    }
}

#[test]
fn every_command_has_examples_that_can_be_typed() {
    let program = manual_made::program();
    for command in std::iter::once(&program).chain(manual_made::visible(&program)) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples = manual_made::paragraph(&help, "Examples");
        assert!(!examples.is_empty(), "{} has no examples", command.get_name());
        for (example, _) in examples {
            let parsed = program.clone().try_get_matches_from(example.split(' '));
            assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            assert!(
                command.get_name() == "unitctl" || example.split(' ').any(|word| word == command.get_name()),
                "`{example}` is no example of {}",
                command.get_name()
            );
        }
    }
}

#[test]
fn lines_of_help_fit_a_terminal() {
    let program = manual_made::program();
    for command in std::iter::once(&program).chain(program.get_subcommands()) {
        for line in command.get_after_help().map(ToString::to_string).unwrap_or_default().lines() {
            assert!(line.chars().count() <= 100, "{}: {line}", command.get_name());
        }
    }
}
