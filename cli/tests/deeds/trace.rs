//! What a program really did, from the log of strace(1): the signals it sent, by the kernel's account.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use unitctl_parser::value::signal::Signal;

/// The arguments for strace that the log is made with.
pub(crate) const ARGUMENTS: &[&str] = &[
    // Beside the program, not above it: it is not waited for until all commands are gone.
    "-D",
    "-f",
    "-ttt",
    "--seccomp-bpf",
    "--signal=none",
    "--decode-fds=pidfd",
    "-e",
    "trace=execve,pidfd_send_signal,kill,rt_sigqueueinfo,prctl",
];

/// Names of processes, by their numbers.
pub(crate) type Names = BTreeMap<i32, String>;

/// The signals in a log, as events; `names` learns the names that processes give themselves.
pub(crate) fn signals(log: &str, names: &mut Names) -> Vec<Value> {
    let mut events = Vec::new();
    let mut began = None;
    let mut first = 0;
    for line in log.lines() {
        let mut words = line.splitn(2, ' ');
        let Some(pid) = words.next().and_then(|pid| pid.parse::<i32>().ok()) else { continue };
        let Some((time, call)) = words.next().and_then(|rest| rest.trim_start().split_once(' ')) else {
            continue;
        };
        // Seconds with six digits behind the point.
        let time: i64 = time.replace('.', "").parse().unwrap();
        if began.is_none() {
            first = pid;
        }
        let began = *began.get_or_insert(time);
        let Some((name, arguments)) = call.split_once('(') else { continue };
        if name == "prctl" {
            if let Some(rest) = arguments.strip_prefix("PR_SET_NAME, \"") {
                names.insert(pid, rest.split('"').next().unwrap_or_default().to_owned());
            }
            continue;
        }
        if !matches!(name, "pidfd_send_signal" | "kill" | "rt_sigqueueinfo") {
            continue;
        }
        let mut arguments_of_call = arguments.split(", ");
        let target = arguments_of_call.next().unwrap_or_default();
        let target = target.split_once("<pid:").map_or(target, |(_, rest)| rest.trim_end_matches('>'));
        let Ok(target) = target.parse::<i32>() else { continue };
        let word = arguments_of_call.next().unwrap_or_default();
        let Some(signal) = signal(word.split([')', ' ']).next().unwrap_or_default()) else { continue };
        let named = |pid: i32| names.get(&pid).cloned().unwrap_or_else(|| format!("process {pid}"));
        let mut event = json!({"at_us": time - began, "signal": signal.to_string(), "to": named(target)});
        // A thread of a test program is called by the test.
        if pid != first && !named(pid).starts_with("alone::") {
            event["by"] = named(pid).into();
        }
        let value = arguments.split("int=").nth(1).and_then(|rest| rest.split([',', '}']).next());
        if let Some(value) = value.and_then(|value| value.parse::<i64>().ok()) {
            event["value"] = value.into();
        }
        if call.contains(" = -1 ") {
            event["error"] = true.into();
        }
        events.push(event);
    }
    events
}

/// strace counts real-time signals from 32, the C library from 34.
fn signal(word: &str) -> Option<Signal> {
    let number = match word {
        "SIGRTMIN" => 32,
        _ => match word.strip_prefix("SIGRT_") {
            Some(number) => 32 + number.parse::<i32>().ok()?,
            None => return Signal::parse(word).ok(),
        },
    };
    Signal::from_number(number)
}
