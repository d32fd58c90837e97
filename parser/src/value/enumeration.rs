//! The values that are one word of a fixed list: `KillMode=`, `Type=`, `Restart=` and others.

use super::ValueError;
use super::suggestion::advice;

/// The error for a value that is none of `words`.
pub(super) fn unknown_word(value: &str, words: &[&str]) -> ValueError {
    let message = if value.is_empty() {
        "an empty value has no meaning here".to_owned()
    } else {
        format!("`{value}` has no meaning here")
    };
    let error = ValueError::new(0..value.len(), message).with_help(advice(value, words));
    // A word that differs in its case only can have meant nothing else.
    match words.iter().find(|word| word.eq_ignore_ascii_case(value)) {
        Some(word) => error.with_instead(*word),
        None => error,
    }
}

/// Declares an enumeration whose words are systemd's own spelling, exact and in lower case.
macro_rules! enumeration {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every word, in systemd's order.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// The value this word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }

            /// The same, or the error that names the nearest word.
            pub fn parse(value: &str) -> Result<Self, ValueError> {
                Self::from_word(value).ok_or_else(|| unknown_word(value, Self::WORDS))
            }

            /// systemd's word for it.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

enumeration! {
    /// `KillMode=`: which processes are signalled (systemd.kill(5)).
    KillMode {
        /// Every process of the control group.
        ControlGroup = "control-group",
        /// The main process; then SIGKILL to every process of the control group.
        Mixed = "mixed",
        /// The main process only.
        Process = "process",
        /// Nobody.
        None = "none",
    }
}

enumeration! {
    /// `TimeoutStartFailureMode=`, `TimeoutStopFailureMode=`: what a passed limit leads to (systemd.service(5)).
    TimeoutFailureMode {
        /// KillSignal=, later FinalKillSignal=.
        Terminate = "terminate",
        /// WatchdogSignal=, later FinalKillSignal=.
        Abort = "abort",
        /// FinalKillSignal= at once.
        Kill = "kill",
    }
}

enumeration! {
    /// `Type=`: when a service counts as started (systemd.service(5)).
    ServiceType {
        /// As soon as the process is forked.
        Simple = "simple",
        /// As soon as the program is executed.
        Exec = "exec",
        /// When the process that was started has gone, leaving its child.
        Forking = "forking",
        /// When the commands have ended.
        Oneshot = "oneshot",
        /// When it has taken its name on the bus.
        Dbus = "dbus",
        /// When it says READY=1.
        Notify = "notify",
        /// The same; reloaded by a signal.
        NotifyReload = "notify-reload",
        /// Like simple, after the other jobs.
        Idle = "idle",
    }
}

enumeration! {
    /// `ExitType=`: what the end of a service is (systemd.service(5)).
    ExitType {
        /// The end of the main process.
        Main = "main",
        /// The end of the last process of the control group.
        Cgroup = "cgroup",
    }
}

enumeration! {
    /// `Restart=`: which ends of a service lead to a restart (systemd.service(5)).
    Restart {
        /// None.
        No = "no",
        /// Clean ones.
        OnSuccess = "on-success",
        /// Unclean ones, limits that passed, watchdog.
        OnFailure = "on-failure",
        /// Signals, limits, watchdog.
        OnAbnormal = "on-abnormal",
        /// The watchdog.
        OnWatchdog = "on-watchdog",
        /// Uncaught signals.
        OnAbort = "on-abort",
        /// All.
        Always = "always",
    }
}

enumeration! {
    /// `NotifyAccess=`: whose notifications are heard (systemd.service(5)).
    NotifyAccess {
        /// Nobody's.
        None = "none",
        /// Everybody's in the control group.
        All = "all",
        /// The main and the control processes'.
        Exec = "exec",
        /// The main process's.
        Main = "main",
    }
}

enumeration! {
    /// `RestartMode=`: what a restart passes through (systemd.service(5)).
    RestartMode {
        /// `failed` or `inactive`, as a stop would.
        Normal = "normal",
        /// Neither: units that depend on it do not notice.
        Direct = "direct",
        /// As direct, with logging for debugging.
        Debug = "debug",
    }
}

enumeration! {
    /// `OOMPolicy=`: what follows when a process is killed for want of memory (systemd.service(5)).
    OomPolicy {
        /// Nothing.
        Continue = "continue",
        /// The unit is stopped.
        Stop = "stop",
        /// Its other processes are killed.
        Kill = "kill",
    }
}

enumeration! {
    /// `CollectMode=`: when a unit is forgotten (systemd.unit(5)).
    CollectMode {
        /// When it is inactive and has not failed.
        Inactive = "inactive",
        /// When it is inactive or failed.
        InactiveOrFailed = "inactive-or-failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_exact() {
        assert_eq!(KillMode::parse("mixed"), Ok(KillMode::Mixed));
        for (value, help) in [
            ("Mixed", "write `mixed`"),
            ("'mixed'", "write `mixed`"),
            ("proces", "write `process`"),
            ("", "one of control-group, mixed, process, none"),
        ] {
            assert_eq!(KillMode::parse(value).unwrap_err().help.as_deref(), Some(help), "{value}");
        }
    }
}
