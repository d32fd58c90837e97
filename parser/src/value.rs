//! What a single value may be: one file for each kind of value.
//!
//! Every function here takes the text of a value as the syntax hands it over (continuations joined,
//! blanks around it stripped) and either returns what systemd 262 would make of it, or the
//! [`ValueError`] that says which bytes of it are wrong. Nothing here knows files, sections or directives.

mod address;
pub mod boolean;
mod calendar;
pub mod check;
pub mod command;
pub mod delegate;
pub mod device;
pub mod enumeration;
pub mod environment;
pub mod environment_file;
pub mod exit_status;
pub mod integer;
pub mod kind;
pub mod path;
pub(crate) mod path_check;
pub mod signal;
pub mod size;
pub mod socket_address;
mod socket_option;
pub mod specifier;
mod standard_stream;
pub mod substitution;
mod suggestion;
mod system_call;
pub mod time_span;
pub mod unit_list;
pub mod user;
pub mod words;

use std::fmt;
use std::ops::Range;

/// Why systemd rejects a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// The offending bytes, counted from the start of the value.
    pub span: Range<usize>,
    /// What is wrong: a lowercase fragment without a full stop.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
    /// What says the same in its place, or can only have been meant.
    pub instead: Option<String>,
}

impl ValueError {
    /// An error about the bytes `span` of the value.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, instead: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with what can be put in the place of its bytes.
    #[must_use]
    pub fn with_instead(mut self, instead: impl Into<String>) -> Self {
        self.instead = Some(instead.into());
        self
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValueError {}
