//! What a situation of a mount needs: mounts, and an `umount` that does what the situation says, in a mount namespace
//! that is gone with the program.

use crate::comparison::strings;
use crate::playing::Stage;
use crate::support::command;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// `$0` is the actor, `$1` the place of the mount, `$2` how many lie there, `$3` what each `umount` does; then comes
/// the program.
const STAGE: &str = r#"
set -e
mount -t tmpfs tmpfs /run
mkdir -p "$1" /run/umount
for number in $(seq "$2"); do mount -t tmpfs tmpfs "$1"; done
printf %s "$3" > "/run/umount/${1##*/}"
mount --bind "$0" /usr/bin/umount
shift 3
exec "$@"
"#;

/// Whether it can be set up here.
pub(crate) fn can_be_played(situation: &Value) -> bool {
    place(situation).is_none() || Path::new("/usr/bin/umount").exists()
}

/// Where the mount is, if it is one.
fn place(situation: &Value) -> Option<&str> {
    situation["unit"].as_str()?.lines().find_map(|line| line.strip_prefix("Where="))
}

/// The program in the right surroundings.
pub(crate) fn surrounded(program: Command, stage: &Stage, situation: &Value) -> Command {
    let Some(place) = place(situation) else { return program };
    let words = strings(&situation["simulate"]);
    let after = |option: &str| -> Vec<&str> {
        words.windows(2).filter(|pair| pair[0] == option).map(|pair| pair[1].as_str()).collect()
    };
    let count = after("--mounted").first().copied().unwrap_or("1");
    let umounts = after("--command").join("\n") + "\n";
    let mut around = command("unshare");
    around.args(["--mount", "sh", "-c", STAGE]).arg(&stage.actor).args([place, count, &umounts]);
    around.arg(program.get_program()).args(program.get_args());
    around
}
