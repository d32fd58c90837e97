//! What the service manager removes once a service has ended, and `unitctl stop` does not: a runtime directory may hold
//! what somebody in a rescue shell wants to see, and what is removed cannot be had back. systemd makes the directory anew,
//! or takes the one it finds, when the service is started again.

use crate::context::{Context, Inspected};
use unitctl_executor::plan::Action;
use unitctl_parser::value::boolean;

/// The paths, each with the directive that names it; as systemd 262 was observed to do it, whoever is left of the service.
pub fn removed(unit: &Inspected, action: Action, context: &Context) -> Vec<(String, &'static str)> {
    let Some(service) = unit.as_service() else { return Vec::new() };
    if !matches!(action, Action::Stop | Action::Restart) {
        return Vec::new();
    }
    let mut removed = Vec::new();
    let text = |name| unit.unit.deciding("Service", name).map_or("", |entry| &*entry.value);
    let stays = match text("RuntimeDirectoryPreserve") {
        "restart" => action == Action::Restart,
        value => boolean::parse(value) == Ok(true),
    };
    if !stays && !text("RuntimeDirectory").is_empty() {
        let directories = context.exec_context(unit).directories;
        let runtime = directories.iter().filter(|(variable, _)| *variable == "RUNTIME_DIRECTORY");
        let paths = runtime.flat_map(|(_, paths)| paths.split(':'));
        removed.extend(paths.map(|path| (path.to_owned(), "RuntimeDirectory")));
    }
    removed.extend(service.pid_file.value.iter().map(|path| (path.clone(), "PIDFile")));
    removed
}

/// The same in a row: `/run/a (RuntimeDirectory=), /run/a.pid (PIDFile=)`.
pub fn named(removed: &[(String, &'static str)]) -> String {
    let named = removed.iter().map(|(path, directive)| format!("{path} ({directive}=)"));
    named.collect::<Vec<_>>().join(", ")
}
