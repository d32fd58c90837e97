//! The stop of a slice: the units in it, each by its own plan, in systemd's order; all of them or none.

use crate::support::{Family, command, mount_point, skip, sleep};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

const SERVICE: &str = "Slice=my.slice\nExecStart=/bin/sleep 100\nTimeoutStopSec=5\n";

/// A slice with these units in it, each with a process.
fn slice(mount: &Path, units: &[&str]) -> Vec<Family> {
    let slice = Family::new(mount);
    let of_unit = |unit: &&str| {
        let mut family = Family::at(slice.cgroup.join(unit));
        family.start(Path::new("/bin/sleep"), &["100"]);
        family
    };
    // The units go before the slice they are in.
    let mut families: Vec<Family> = units.iter().map(of_unit).collect();
    sleep(200);
    families.push(slice);
    families
}

fn stop(folder: &Path, families: &[Family]) -> Output {
    let mut program = command(env!("CARGO_BIN_EXE_unitctl"));
    program.arg("stop").arg(folder.join("my.slice")).args(["--force", "--format", "json", "--cgroup"]);
    program.arg(&families.last().unwrap().cgroup).output().unwrap()
}

#[test]
fn a_slice_is_stopped_unit_by_unit_in_order() {
    let Ok(mount) = mount_point() else { return skip("a slice is stopped: no cgroup can be made") };
    let folder = tempfile::tempdir().unwrap();
    let unit = "[Unit]\nDefaultDependencies=no\n";
    for (name, text) in [
        ("my.slice", "[Slice]\n".to_owned()),
        ("a.service", format!("{unit}[Service]\n{SERVICE}")),
        ("b.service", format!("{unit}After=a.service\n[Service]\n{SERVICE}")),
        ("c.service", format!("{unit}After=b.service\n[Service]\n{SERVICE}")),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let families = slice(&mount, &["a.service", "b.service", "c.service"]);
    let output = stop(folder.path(), &families);
    let said = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["stops"], serde_json::json!(["c.service", "b.service", "a.service"]));
    let begun: Vec<&Value> =
        lines[1..].iter().filter(|line| line["action"] == "stop").map(|line| &line["unit"]).collect();
    assert_eq!(begun, ["c.service", "b.service", "a.service"]);
    assert!(output.status.success(), "{said}");
    assert!(families.iter().all(|family| family.members().is_empty()));
}

#[test]
fn nothing_in_a_slice_is_stopped_if_one_unit_cannot_be() {
    let Ok(mount) = mount_point() else { return skip("a slice is refused: no cgroup can be made") };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("my.slice"), "[Slice]\n").unwrap();
    std::fs::write(folder.path().join("a.service"), format!("[Service]\n{SERVICE}")).unwrap();
    let families = slice(&mount, &["a.service", "unknown.service"]);
    let output = stop(folder.path(), &families);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("unknown.service") && complaint.contains("nothing was done"), "{complaint}");
    assert!(families[..2].iter().all(|family| family.members().len() == 1));
}

#[test]
fn what_systemd_never_stops_and_what_has_no_stop_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, why) in [
        ("system.slice", "[Slice]\n", "systemd itself never does"),
        ("-.slice", "[Slice]\n", "systemd itself never does"),
        ("a.target", "[Unit]\n", "only a name for other units"),
        ("a.timer", "[Timer]\nOnCalendar=daily\n", "it is the service manager that waits"),
        ("a.socket", "[Socket]\n", "listens on nothing"),
        ("srv-x.mount", "[Mount]\nWhat=/dev/x\nWhere=/srv/y\n", "not the path that the unit is named after"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let output = command(env!("CARGO_BIN_EXE_unitctl")).arg("stop").arg(&file).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && complaint.contains(why), "{name}: {complaint}");
    }
}

#[test]
fn what_is_not_mounted_is_not_unmounted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("srv-unitctl.mount");
    std::fs::write(&file, "[Mount]\nWhat=/dev/x\nWhere=/srv/unitctl\n").unwrap();
    let output =
        command(env!("CARGO_BIN_EXE_unitctl")).args(["stop", "--force"]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("nothing to do, nothing is mounted at /srv/unitctl"), "{said}");
}
