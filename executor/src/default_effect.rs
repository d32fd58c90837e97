//! What a signal does to a process that has not asked for anything else (signal(7)).

use unitctl_parser::value::signal::Signal;

/// The kernel's own reaction to a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultEffect {
    /// The process ends.
    Terminate,
    /// The process ends and leaves a core dump, if its limits allow one.
    CoreDump,
    /// Nothing, or a stopped process goes on (SIGCONT).
    Ignore,
    /// The process is stopped until a SIGCONT. Of these signals, only SIGSTOP does so to a process without
    /// a terminal.
    Stop,
}

impl DefaultEffect {
    /// That of this signal.
    pub const fn of(signal: Signal) -> Self {
        match signal.number() {
            // QUIT ILL TRAP ABRT BUS FPE SEGV XCPU XFSZ SYS
            3..=8 | 11 | 24 | 25 | 31 => Self::CoreDump,
            // CHLD CONT URG WINCH
            17 | 18 | 23 | 28 => Self::Ignore,
            // STOP TSTP TTIN TTOU
            19..=22 => Self::Stop,
            _ => Self::Terminate,
        }
    }

    /// Whether the process ends of it.
    pub const fn is_deadly(self) -> bool {
        matches!(self, Self::Terminate | Self::CoreDump)
    }
}
