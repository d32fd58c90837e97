//! What simulated processes and commands do, and the short text that says so.
//!
//! ```text
//! process = NAME [ ":" item *( "," item ) ]
//! command = item *( "," item )
//! item    = SIGNAL "=" reaction        what a signal does; otherwise it has the kernel's default effect
//!         | "exit" [ "=" CODE ] [ "@" DELAY ]                it exits by itself
//!         | "stopped"                                        it begins stopped, as by SIGSTOP
//!         | "unkillable"                                     no signal reaches it, not even SIGKILL
//!         | "sub@" PATH                                      it is in this group below the unit's control group
//!         | "send=" SIGNAL ":" NAME                          (commands) it signals that process
//!         | "unmount"                                        (commands) it takes one mount away, or the swap
//!         | "leaves=" process                                (commands, last) it leaves this process behind
//! reaction = "ignore"
//!         | "exit" [ "=" CODE ] [ "@" DELAY ]
//!         | "code@" CODE                                     the same as "exit=" CODE
//!         | "reload" [ "@" DELAY ]         it says RELOADING=1 and, after the delay, READY=1
//! ```
//!
//! A delay is written `600ms`, `1s` or `1m 30s`.

use std::fmt;
use std::path::PathBuf;
use unitctl_parser::value::signal::Signal;

/// An exit that comes after a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exit {
    /// The exit code.
    pub code: u8,
    /// After this many microseconds.
    pub after: u64,
}

/// What a process does when a signal reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing.
    Ignore,
    /// It exits.
    Exit(Exit),
    /// It reloads for this many microseconds and says so.
    Reload(u64),
    /// It forks this process, once, and goes on.
    Fork(Box<ProcessScript>),
}

/// A simulated process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessScript {
    /// Its name.
    pub name: String,
    /// The group it is in, below the unit's control group.
    pub group: PathBuf,
    /// What it does on signals; of two for the same signal, the later.
    pub reactions: Vec<(Signal, Reaction)>,
    /// When it exits by itself.
    pub exit: Option<Exit>,
    /// It begins stopped.
    pub stopped: bool,
    /// No signal reaches it (uninterruptible sleep).
    pub unkillable: bool,
    /// It may not be signalled (`EPERM`).
    pub forbidden: bool,
}

impl ProcessScript {
    /// A process on which every signal has the kernel's default effect.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Reads a process: `w1:TERM=exit@600ms,HUP=ignore`.
    ///
    /// # Errors
    ///
    /// If an item is not understood.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let (name, items) = text.split_once(':').map_or((text, None), |(name, items)| (name, Some(items)));
        if name.is_empty() {
            return Err(ScriptError::new(text, "a process needs a name, as in main:TERM=ignore"));
        }
        let mut script = Self::new(name);
        for item in items.into_iter().flat_map(|items| items.split(',')) {
            script.add(item)?;
        }
        Ok(script)
    }

    fn add(&mut self, item: &str) -> Result<(), ScriptError> {
        match item {
            "stopped" => self.stopped = true,
            "unkillable" => self.unkillable = true,
            _ if item == "exit" || item.starts_with("exit=") || item.starts_with("exit@") => {
                self.exit = Some(exit(item)?);
            }
            _ if item.starts_with("sub@") => self.group = PathBuf::from(&item["sub@".len()..]),
            _ => {
                let Some((signal, reaction)) = item.split_once('=') else {
                    return Err(ScriptError::new(
                        item,
                        "not understood: write SIG=ignore, SIG=exit@DELAY, exit@DELAY or stopped",
                    ));
                };
                self.reactions.push((signal_named(signal)?, reaction_named(reaction)?));
            }
        }
        Ok(())
    }
}

/// A simulated command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandScript {
    /// The signals it sends when it begins, and to whom.
    pub sends: Vec<(Signal, String)>,
    /// It takes one mount away, or the swap.
    pub unmounts: bool,
    /// What its process does; its name is given to it when it is run.
    pub process: ProcessScript,
    /// The processes it starts and leaves behind in the control group.
    pub leaves: Vec<ProcessScript>,
    /// It cannot be started at all.
    pub fails_to_start: bool,
}

impl Default for CommandScript {
    /// A command that does what it is there for and exits with 0 at once.
    fn default() -> Self {
        let process = ProcessScript { exit: Some(Exit::default()), ..ProcessScript::default() };
        Self { sends: Vec::new(), unmounts: true, process, leaves: Vec::new(), fails_to_start: false }
    }
}

impl CommandScript {
    /// Reads a command: `send=USR1:main,exit=1@200ms`. Without an `exit` it goes on until a signal ends it.
    ///
    /// # Errors
    ///
    /// If an item is not understood.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut script = Self { process: ProcessScript::default(), unmounts: false, ..Self::default() };
        let (text, child) =
            text.split_once("leaves=").map_or((text, None), |(text, child)| (text, Some(child)));
        script.leaves.extend(child.map(ProcessScript::parse).transpose()?);
        for item in text.split(',').filter(|item| !item.is_empty()) {
            if let Some(send) = item.strip_prefix("send=") {
                let Some((signal, name)) = send.split_once(':') else {
                    return Err(ScriptError::new(item, "it does not say to whom: write send=SIG:NAME"));
                };
                script.sends.push((signal_named(signal)?, name.to_owned()));
            } else if item == "unmount" {
                script.unmounts = true;
            } else {
                script.process.add(item)?;
            }
        }
        Ok(script)
    }
}

/// An item that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// The item.
    pub item: String,
    /// What is wrong with it.
    pub message: String,
}

impl ScriptError {
    fn new(item: &str, message: impl Into<String>) -> Self {
        Self { item: item.to_owned(), message: message.into() }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\": {}", self.item, self.message)
    }
}

impl std::error::Error for ScriptError {}

fn signal_named(name: &str) -> Result<Signal, ScriptError> {
    Signal::parse(name).map_err(|error| ScriptError::new(name, error.message))
}

fn reaction_named(text: &str) -> Result<Reaction, ScriptError> {
    let (word, delay) = text.split_once('@').map_or((text, None), |(word, delay)| (word, Some(delay)));
    match (word, delay) {
        ("ignore", None) => Ok(Reaction::Ignore),
        ("code", Some(code)) => Ok(Reaction::Exit(Exit { code: code_named(code)?, after: 0 })),
        ("reload", delay) => Ok(Reaction::Reload(delay.map_or(Ok(0), delay_of)?)),
        _ if word == "exit" || word.starts_with("exit=") => Ok(Reaction::Exit(exit(text)?)),
        _ => Err(ScriptError::new(text, "no reaction: write ignore, exit, exit=CODE or exit@DELAY")),
    }
}

/// `exit`, `exit@DELAY`, `exit=CODE`, `exit=CODE@DELAY`.
fn exit(text: &str) -> Result<Exit, ScriptError> {
    let (word, delay) = text.split_once('@').map_or((text, None), |(word, delay)| (word, Some(delay)));
    let code = word.split_once('=').map_or(Ok(0), |(_, code)| code_named(code))?;
    Ok(Exit { code, after: delay.map_or(Ok(0), delay_of)? })
}

fn code_named(text: &str) -> Result<u8, ScriptError> {
    text.parse().map_err(|_| ScriptError::new(text, "no exit code: it is a number from 0 to 255"))
}

fn delay_of(text: &str) -> Result<u64, ScriptError> {
    let delay = humantime::parse_duration(text)
        .map_err(|error| ScriptError::new(text, format!("no delay such as 600ms: {error}")))?;
    u64::try_from(delay.as_micros()).map_err(|_| ScriptError::new(text, "too long a delay"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes() {
        let plain = ProcessScript::new("w1");
        let with = |reaction| ProcessScript { reactions: vec![(Signal::TERM, reaction)], ..plain.clone() };
        let exit = |code, after| Exit { code, after };
        for (text, expected) in [
            ("w1", plain.clone()),
            ("w1:TERM=ignore", with(Reaction::Ignore)),
            ("w1:SIGTERM=exit", with(Reaction::Exit(exit(0, 0)))),
            ("w1:15=exit@600ms", with(Reaction::Exit(exit(0, 600_000)))),
            ("w1:TERM=exit=7@1s", with(Reaction::Exit(exit(7, 1_000_000)))),
            ("w1:TERM=code@7", with(Reaction::Exit(exit(7, 0)))),
            ("w1:TERM=reload@2ms", with(Reaction::Reload(2000))),
            ("w1:exit@1m 30s", ProcessScript { exit: Some(exit(0, 90_000_000)), ..plain.clone() }),
            ("w1:exit=1", ProcessScript { exit: Some(exit(1, 0)), ..plain.clone() }),
            ("w1:sub@a/b", ProcessScript { group: PathBuf::from("a/b"), ..plain.clone() }),
            ("w1:stopped,unkillable", ProcessScript { stopped: true, unkillable: true, ..plain.clone() }),
        ] {
            assert_eq!(ProcessScript::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn commands() {
        let script = CommandScript::parse("send=USR1:main,TERM=ignore,exit=1@200ms").unwrap();
        assert_eq!(script.sends, [(Signal::USR1, "main".to_owned())]);
        assert_eq!(script.process.exit, Some(Exit { code: 1, after: 200_000 }));
        assert_eq!(script.process.reactions, [(Signal::TERM, Reaction::Ignore)]);
        assert_eq!(CommandScript::parse("TERM=ignore").unwrap().process.exit, None, "it hangs");
        let script = CommandScript::parse("exit@1s,leaves=k1:TERM=ignore,HUP=ignore").unwrap();
        assert_eq!(script.leaves, [ProcessScript::parse("k1:TERM=ignore,HUP=ignore").unwrap()]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, item) in [
            ("", ""),
            (":TERM=ignore", ":TERM=ignore"),
            ("a:term=ignore", "term"),
            ("a:TERM=die", "die"),
            ("a:TERM=exit@soon", "soon"),
            ("a:TERM=exit=256", "256"),
            ("a:later", "later"),
        ] {
            assert_eq!(ProcessScript::parse(text).unwrap_err().item, item, "{text}");
        }
        assert_eq!(CommandScript::parse("send=USR1").unwrap_err().item, "send=USR1");
    }
}
