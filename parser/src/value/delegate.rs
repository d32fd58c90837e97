//! `Delegate=`: a boolean, or the controllers that a service may use itself (systemd.resource-control(5)).

use super::words::{Style, Words};
use super::{ValueError, boolean, suggestion};

/// The controllers that `Delegate=` takes.
pub(crate) const CONTROLLERS: &[&str] = &[
    "cpu",
    "cpuacct",
    "cpuset",
    "io",
    "blkio",
    "memory",
    "devices",
    "pids",
    "bpf-firewall",
    "bpf-devices",
    "bpf-foreign",
    "bpf-socket-bind",
    "bpf-restrict-network-interfaces",
    "bpf-bind-network-interface",
];

/// Whether a value delegates, and what is wrong with it. Naming controllers delegates, even unknown ones or none;
/// a value whose quotes do not match changes nothing, which is `None` (observed on systemd 262).
pub fn parse(value: &str) -> (Option<bool>, Vec<ValueError>) {
    if let Ok(delegates) = boolean::parse(value) {
        return (Some(delegates), Vec::new());
    }
    let mut errors = Vec::new();
    for word in Words::new(value, Style::Quoted) {
        match word {
            Err(error) => {
                errors.push(error);
                return (None, errors);
            }
            Ok(word) => {
                let text = &*word.text;
                if !CONTROLLERS.contains(&text) {
                    let error = ValueError::new(word.span, format!("`{text}` is not a controller"));
                    errors.push(error.with_help(suggestion::advice(text, CONTROLLERS)));
                }
            }
        }
    }
    (Some(true), errors)
}
