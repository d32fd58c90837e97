//! Every command in the documents, its output and its pictures are what the program prints now.
//!
//! A fenced block `console` holds commands, each after a dollar sign, and what they print. A comment
//! `<!-- unitctl … -->` stands before a picture that the command prints, or before a fenced block that holds what
//! it prints. `UNITCTL_WRITE=1 cargo test -p unitctl --test documents` writes all of them.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::disallowed_methods, reason = "the program is run as people run it")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a command of a document prints.
fn printed(command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("unitctl"), "{command}");
    let output = Command::new(env!("CARGO_BIN_EXE_unitctl"))
        .args(words)
        .current_dir(root())
        .env_remove("SYSTEMD_UNIT_PATH")
        .env("COLUMNS", "118")
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The document with everything that commands print put in anew, and the pictures it shows.
fn renewed(text: &str) -> (String, Vec<(String, String)>, usize) {
    let (mut new, mut pictures, mut commands) = (String::new(), Vec::new(), 0);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(new, "{line}").unwrap();
        if line == "```console" {
            for inner in lines.by_ref() {
                if let Some(command) = inner.strip_prefix("$ ") {
                    writeln!(new, "{inner}\n{}", printed(command).trim_end()).unwrap();
                    commands += 1;
                } else if inner == "```" {
                    new.push_str("```\n");
                    break;
                }
            }
        } else if let Some(command) =
            line.strip_prefix("<!-- unitctl ").and_then(|rest| rest.strip_suffix(" -->"))
        {
            let output = printed(&format!("unitctl {command}"));
            let next = lines.next().unwrap();
            writeln!(new, "{next}").unwrap();
            commands += 1;
            if next.starts_with("```") {
                new.push_str(&output);
                lines.by_ref().find(|line| *line == "```").unwrap();
                new.push_str("```\n");
            } else {
                let path = next.rsplit_once('(').unwrap().1.trim_end_matches(')');
                pictures.push((path.to_owned(), output));
            }
        }
    }
    (new, pictures, commands)
}

#[test]
fn documents_show_what_the_program_prints() {
    let writes = std::env::var_os("UNITCTL_WRITE").is_some();
    let folder = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let documents = folder.filter(|path| path.extension().is_some_and(|end| end == "md"));
    let (mut stale, mut commands) = (Vec::new(), 0);
    for document in documents.chain([root().join("README.md")]) {
        let text = std::fs::read_to_string(&document).unwrap();
        let (new, pictures, count) = renewed(&text);
        commands += count;
        let pictures =
            pictures.into_iter().map(|(path, text)| (document.with_file_name("").join(path), text));
        for (path, text) in pictures.chain([(document.clone(), new)]) {
            if writes {
                std::fs::write(&path, text).unwrap();
            } else if std::fs::read_to_string(&path).ok() != Some(text) {
                stale.push(path);
            }
        }
    }
    assert!(
        stale.is_empty(),
        "not current: {stale:?}; UNITCTL_WRITE=1 cargo test -p unitctl --test documents"
    );
    assert!(commands >= 12, "only {commands} commands");
}
