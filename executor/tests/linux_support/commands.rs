//! Running a single command.

use super::Unit;
use unitctl_executor::event::SystemdResult;
use unitctl_executor::plan::PlannedCommand;
use unitctl_executor::world::{CommandContext, ExitStatus, Occurrence, World};
use unitctl_parser::service::exec_context::ExecContext;
use unitctl_parser::value::command::{Command, Privileges};

const NOW: CommandContext = CommandContext { main: None, result: SystemdResult::Success, main_status: None };

pub(crate) fn command(path: &str, arguments: &[&str]) -> Command {
    Command {
        path: path.into(),
        argv: std::iter::once(path).chain(arguments.iter().copied()).map(Into::into).collect(),
        ignore_failure: false,
        no_env_expand: false,
        privileges: Privileges::Restricted,
        via_shell: false,
    }
}

/// Runs a command to its end.
pub(crate) fn status(unit: &Unit, command: &Command, context: &ExecContext) -> ExitStatus {
    let mut world = unit.world_with(context.clone());
    let planned = PlannedCommand {
        directive: "ExecStop",
        origin: None,
        command: command.clone().into(),
        next: None,
        idles: unitctl_parser::value::time_span::TimeSpan::from_secs(0),
    };
    let pid = world.spawn(&planned, &NOW).unwrap();
    let status = match world.wait(None) {
        Occurrence::Exited { pid: who, status: Some(status) } if who == pid => status,
        other => panic!("{other:?}"),
    };
    assert_eq!(world.wait(None), Occurrence::Empty);
    status
}
