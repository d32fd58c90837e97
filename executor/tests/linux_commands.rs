//! Commands of a unit, really run: the step that fails is told by the exit status that systemd gives to it,
//! and what the unit says of their surroundings is true inside them.

#[cfg(test)]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod linux_support;

use linux_support::commands::{command, status};
use linux_support::{Unit, skip};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use unitctl_executor::world::ExitStatus;
use unitctl_parser::service::exec_context::{ExecContext, Input, Output, ResourceLimit, WorkingDirectory};
use unitctl_parser::value::command::{Command, Privileges};

#[test]
fn the_step_that_fails_is_told() {
    let Some(unit) = Unit::new() else { return };
    let usual = ExecContext::default;
    let some = |text: &str| Some(text.to_owned());
    for (expected, path, context) in [
        (0, "/bin/true", usual()),
        (0, "true", usual()),
        (1, "/bin/false", usual()),
        (203, "/no/such/program", usual()),
        (203, "no-such-program", usual()),
        (203, "true", ExecContext { exec_search_path: vec!["/etc".into()], ..usual() }),
        (203, "/etc/passwd", usual()),
        (
            200,
            "/bin/true",
            ExecContext { working_directory: WorkingDirectory::Path("/no".into()), ..usual() },
        ),
        (
            0,
            "/bin/true",
            ExecContext {
                working_directory: WorkingDirectory::Path("/no".into()),
                working_directory_missing_ok: true,
                ..usual()
            },
        ),
        (210, "/bin/true", ExecContext { root_directory: Some("/no".into()), ..usual() }),
        (216, "/bin/true", ExecContext { group: some("no-such-group"), ..usual() }),
        (217, "/bin/true", ExecContext { user: some("no-such-user"), ..usual() }),
        (208, "/bin/true", ExecContext { standard_input: Input::File("/no/file".into()), ..usual() }),
        (209, "/bin/true", ExecContext { standard_output: Output::Append("/no/file".into()), ..usual() }),
        (222, "/bin/true", ExecContext { standard_error: Output::Truncate("/no/file".into()), ..usual() }),
    ] {
        assert_eq!(
            status(&unit, &command(path, &[]), &context),
            ExitStatus::Code(expected),
            "{path} {context:?}"
        );
    }
}

#[test]
fn the_surroundings_are_those_of_the_unit() {
    let Some(unit) = Unit::new() else { return };
    if !nix::unistd::geteuid().is_root() {
        return skip("only root can become others");
    }
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let out = dir.path().join("out");
    let number = |file: &str, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(&format!("{name}:")));
        line.and_then(|line| line.split(':').nth(2)).map(str::to_owned)
    };
    let numbers = [("/etc/passwd", "daemon"), ("/etc/group", "games"), ("/etc/group", "mail")];
    let [Some(user), Some(group), Some(other)] = numbers.map(|(file, name)| number(file, name)) else {
        return skip("there are no daemon, games and mail");
    };
    let script = "id -u; id -g; id -G; umask; pwd; nice; ulimit -n; cat; echo $USER; echo err >&2; \
                  grep ^SigBlk /proc/self/status; grep -o '^SigIgn.*' /proc/self/status | tail -c 9 | tr 8 0; ls /proc/self/fd | wc -l";
    let context = ExecContext {
        user: Some("daemon".to_owned()),
        group: Some(group.clone()),
        supplementary_groups: vec!["mail".to_owned()],
        working_directory: WorkingDirectory::Path("/usr".into()),
        umask: 0o027,
        nice: Some(3),
        limits: vec![ResourceLimit { name: "NOFILE".to_owned(), soft: Some(77), hard: Some(99) }],
        standard_input: Input::Data(b"given\n".to_vec()),
        standard_output: Output::Truncate(out.clone().into()),
        ..ExecContext::default()
    };
    let shell = command("/bin/sh", &["-c", &script.replace('$', "$$")]);
    assert_eq!(status(&unit, &shell, &context), ExitStatus::Code(0));
    let text = fs::read_to_string(&out).unwrap();
    let lines: Vec<_> = text.lines().collect();
    // SIGPIPE alone is ignored (the C library does not let anybody touch signal 32); ls has the three streams and the directory that it reads.
    let all = format!("{group} {other}");
    let expected = [
        user.as_str(),
        &group,
        &all,
        "0027",
        "/usr",
        "3",
        "77",
        "given",
        "daemon",
        "err",
        "SigBlk:\t0000000000000000",
        "00001000",
        "4",
    ];
    assert_eq!(lines, expected);
    assert_eq!(fs::metadata(&out).unwrap().mode() & 0o777, 0o640);

    let full = Command { privileges: Privileges::Full, ..shell };
    assert_eq!(status(&unit, &full, &context), ExitStatus::Code(0));
    let text = fs::read_to_string(&out).unwrap();
    assert!(text.starts_with(&format!("0\n0\n0 {group}\n0027\n/usr\n3\n")), "{text}");
}

#[test]
fn a_command_knows_its_own_number() {
    let Some(unit) = Unit::new() else { return };
    // `$$` is a dollar for the shell, for which two of them are its number.
    for script in [
        "test $SYSTEMD_EXEC_PID = $$$$",
        "test ${SYSTEMD_EXEC_PID} = $$$$ && test x${SYSTEMD_EXEC_PID}y${SYSTEMD_EXEC_PID}z = x$$$$y$$$$z",
    ] {
        let shell = command("/bin/sh", &["-c", script]);
        assert_eq!(status(&unit, &shell, &ExecContext::default()), ExitStatus::Code(0), "{script}");
    }
}
