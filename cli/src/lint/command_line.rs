//! Command lines as they are written: words with their quotes, before anything is expanded.

use std::borrow::Cow;
use unitctl_parser::directive::Directive;
use unitctl_parser::unit::{Effect, Entry, Unit};
use unitctl_parser::value::kind::ValueKind;
use unitctl_parser::value::path::file_name;
use unitctl_parser::value::words::{Style, Word, Words};

/// A line such as `ExecStop=…` that is in force.
#[derive(Debug)]
pub struct ExecLine<'a> {
    /// Its directive.
    pub directive: &'a Directive,
    /// The assignment.
    pub entry: &'a Entry,
    /// Its commands.
    pub commands: Vec<ExecCommand<'a>>,
}

/// One command of it.
#[derive(Debug)]
pub struct ExecCommand<'a> {
    /// All its words; the first is the program with its prefixes.
    pub words: Vec<Word<'a>>,
    first: Cow<'a, str>,
    /// How many bytes of that are prefixes.
    prefixes: usize,
    script: Option<usize>,
}

impl<'a> ExecCommand<'a> {
    /// The characters before the path of the program.
    pub fn prefixes(&self) -> &str {
        &self.first[..self.prefixes]
    }

    /// The path of the program, or its name.
    pub fn program(&self) -> &str {
        &self.first[self.prefixes..]
    }

    /// The words behind the program.
    pub fn arguments(&self) -> &[Word<'a>] {
        &self.words[1..]
    }

    /// The name of the program without its folder.
    pub fn name(&self) -> &str {
        file_name(self.program())
    }

    /// Whether variables are substituted by systemd.
    pub fn expands_variables(&self) -> bool {
        !self.prefixes().contains(':')
    }

    /// Whether a shell reads its words: it is a shell with `-c`, or has the prefix `|`.
    pub fn is_for_shell(&self) -> bool {
        self.prefixes().contains('|') || self.script().is_some()
    }

    /// The words behind the program that no shell reads: behind the script of one, they are what it is given.
    pub fn unread_by_shells(&self) -> &[Word<'a>] {
        if self.prefixes().contains('|') {
            return &[];
        }
        let first = self.script.map_or(1, |script| script + 1);
        self.words.get(first..).unwrap_or_default()
    }

    /// The script of `sh -c SCRIPT`, also behind `env`, `nice` and the like.
    pub fn script(&self) -> Option<&Word<'a>> {
        self.words.get(self.script?)
    }
}

/// The index of the word that is a script for a shell.
fn script(words: &[Word<'_>]) -> Option<usize> {
    let is_shell = |word: &Word<'_>| {
        let name = word.as_str().map(file_name);
        let name = name.map(|name| name.trim_start_matches(['-', '@', ':', '+', '!']));
        matches!(name, Some("sh" | "bash" | "dash" | "zsh" | "ksh" | "ash" | "fish"))
    };
    let shell = words.iter().position(is_shell)?;
    let flag = words[shell + 1..].iter().position(|word| {
        word.as_str()
            .is_some_and(|text| text.starts_with('-') && !text.starts_with("--") && text.ends_with('c'))
    })?;
    Some(shell + flag + 2)
}

/// All lines with commands that are in force.
pub(super) fn of(unit: &Unit) -> Vec<ExecLine<'_>> {
    let mut lines = Vec::new();
    for history in unit.directives.iter().filter(|history| history.kind == ValueKind::Command) {
        for entry in history.effective().filter(|entry| entry.effect == Effect::Appended) {
            let commands = commands(&entry.value);
            lines.push(ExecLine { directive: &history.directive, entry, commands });
        }
    }
    lines
}

fn commands(value: &str) -> Vec<ExecCommand<'_>> {
    let mut commands = Vec::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    for word in Words::new(value, Style::Escaped).map_while(Result::ok) {
        if &value[word.span.clone()] == ";" {
            commands.extend(command(std::mem::take(&mut words)));
        } else {
            words.push(word);
        }
    }
    commands.extend(command(words));
    commands
}

fn command(words: Vec<Word<'_>>) -> Option<ExecCommand<'_>> {
    let first = words.first()?.text.clone();
    let prefixes = first.len() - first.trim_start_matches(['-', '@', ':', '+', '!', '|']).len();
    let script = script(&words);
    Some(ExecCommand { words, first, prefixes, script })
}
