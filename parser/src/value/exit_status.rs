//! Lists of exit statuses and signals: `SuccessExitStatus=` and its relatives (systemd.service(5)).

use super::signal::Signal;
use super::words::{Style, Words};
use super::{ValueError, integer};
use crate::directive::nearest;
use crate::service::ExitStatusSet;

/// The exit codes that have a name (systemd.exec(5), "Process Exit Codes").
#[rustfmt::skip]
const NAMES: [(&str, u8); 69] = [
    ("SUCCESS", 0), ("FAILURE", 1), ("INVALIDARGUMENT", 2), ("NOTIMPLEMENTED", 3),
    ("NOPERMISSION", 4), ("NOTINSTALLED", 5), ("NOTCONFIGURED", 6), ("NOTRUNNING", 7),
    ("USAGE", 64), ("DATAERR", 65), ("NOINPUT", 66), ("NOUSER", 67),
    ("NOHOST", 68), ("UNAVAILABLE", 69), ("SOFTWARE", 70), ("OSERR", 71),
    ("OSFILE", 72), ("CANTCREAT", 73), ("IOERR", 74), ("TEMPFAIL", 75),
    ("PROTOCOL", 76), ("NOPERM", 77), ("CONFIG", 78), ("CHDIR", 200),
    ("NICE", 201), ("FDS", 202), ("EXEC", 203), ("MEMORY", 204),
    ("LIMITS", 205), ("OOM_ADJUST", 206), ("SIGNAL_MASK", 207), ("STDIN", 208),
    ("STDOUT", 209), ("CHROOT", 210), ("IOPRIO", 211), ("TIMERSLACK", 212),
    ("SECUREBITS", 213), ("SETSCHEDULER", 214), ("CPUAFFINITY", 215), ("GROUP", 216),
    ("USER", 217), ("CAPABILITIES", 218), ("CGROUP", 219), ("SETSID", 220),
    ("CONFIRM", 221), ("STDERR", 222), ("PAM", 224), ("NETWORK", 225),
    ("NAMESPACE", 226), ("NO_NEW_PRIVILEGES", 227), ("SECCOMP", 228), ("SELINUX_CONTEXT", 229),
    ("PERSONALITY", 230), ("APPARMOR", 231), ("ADDRESS_FAMILIES", 232), ("RUNTIME_DIRECTORY", 233),
    ("CHOWN", 235), ("SMACK_PROCESS_LABEL", 236), ("KEYRING", 237), ("STATE_DIRECTORY", 238),
    ("CACHE_DIRECTORY", 239), ("LOGS_DIRECTORY", 240), ("CONFIGURATION_DIRECTORY", 241), ("NUMA_POLICY", 242),
    ("CREDENTIALS", 243), ("BPF", 244), ("KSM", 245), ("MEMORY_THP", 246),
    ("EXCEPTION", 255),
];

/// The exit code of a name or a number from 0 to 255.
pub fn code(word: &str) -> Option<u8> {
    let named = NAMES.iter().find(|(name, _)| *name == word).map(|(_, code)| *code);
    named.or_else(|| integer::parse(word)?.try_into().ok())
}

/// The name of an exit code that tells what a command failed at before its program ran, such as 203, `EXEC`.
pub fn failed_before_it_ran(code: u8) -> Option<&'static str> {
    let found = NAMES.iter().find(|(_, known)| *known == code && (200..255).contains(known));
    found.map(|(name, _)| *name)
}

/// Reads codes and signals, both as names or numbers; a number is a code. What is neither is left out.
/// An empty value has none; that it resets the list is up to the caller.
pub fn parse_list(value: &str) -> (ExitStatusSet, Vec<ValueError>) {
    let mut set = ExitStatusSet::default();
    let mut errors = Vec::new();
    for word in Words::new(value, Style::Bare) {
        let word = match word {
            Ok(word) => word,
            Err(error) => {
                errors.push(error);
                break;
            }
        };
        let text = &*word.text;
        if let Some(code) = code(text) {
            set.codes.push(code);
        } else if let Ok(signal) = Signal::parse(text) {
            set.signals.push(signal);
        } else {
            let error = ValueError::new(
                word.span,
                format!("`{text}` is neither an exit status from 0 to 255 nor a signal"),
            );
            let meant = nearest(text, NAMES.iter().map(|(name, _)| *name));
            let advice =
                match (text.contains([',', ';']), meant, Signal::parse(text).err().and_then(|e| e.help)) {
                    (true, _, _) => Some("separate them by blanks".to_owned()),
                    (_, Some(name), _) => Some(format!("write `{name}`")),
                    (_, None, help) => help,
                };
            errors.push(ValueError { help: advice, ..error });
        }
    }
    (set, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_commands_that_never_ran() {
        assert_eq!(
            [1, 199, 203, 208, 223, 255].map(failed_before_it_ran),
            [None, None, Some("EXEC"), Some("STDIN"), None, None]
        );
    }

    #[test]
    fn codes_and_signals() {
        let (set, errors) = parse_list("1 TEMPFAIL SIGKILL 34 x RTMIN+1");
        assert_eq!(set.codes, [1, 75, 34]);
        assert_eq!(set.signals, [Signal::KILL, Signal::parse("35").unwrap()]);
        assert_eq!(errors.iter().map(|error| error.span.clone()).collect::<Vec<_>>(), vec![22..23]);
    }
}
