//! Names, values and command lines may hold anything; none of it drives the terminal.

use crate::support::{Family, command, mount_for, sleep};

/// What of the output a terminal would obey, besides lines, tabs and colours.
fn obeyed(output: &str) -> String {
    let control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    let mut rest = output;
    let mut found = String::new();
    while let Some(at) = rest.find(control) {
        let (_, from) = rest.split_at(at);
        let style = from.strip_prefix("\x1b[").and_then(|from| from.split_once('m'));
        let is_style =
            style.is_some_and(|(numbers, _)| numbers.bytes().all(|b| matches!(b, b'0'..=b'9' | b';')));
        if !is_style {
            found.extend(from.chars().take(8));
        }
        rest = &from[from.chars().next().unwrap().len_utf8()..];
    }
    found
}

fn said(arguments: &[&str]) -> String {
    let output = command(env!("CARGO_BIN_EXE_unitctl")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    text(output.stdout) + &text(output.stderr)
}

const UNIT: &str = "[Unit]\nDescription=a\x1b[2J\u{9b}2J\n[Service]\nExecStart=/bin/true\n\
    ExecStop=/bin/echo \x1b]0;title\x07 \"a\\nfalse line\" \\x1b[31m\nExecStopPost=/bin/echo a\\nb\n\
    KillMode=m\x1b[2J\nBogus\x1b[2J=1\nUser=x\x07\nDocumentation=\x1b[2J\n[Sec\x1b[2J]\n";

#[test]
fn no_unit_file_drives_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("a.service");
    std::fs::write(&unit, UNIT).unwrap();
    std::fs::write(folder.path().join("x\x1b[2J.service"), UNIT).unwrap();
    std::fs::write(folder.path().join("unitctl.toml"), "select = [\"\u{1b}[2J\"]").unwrap();
    let (unit, folder) = (unit.to_str().unwrap(), folder.path().to_str().unwrap());
    let hostile = format!("{folder}/x\x1b[2J.service");
    for words in [
        &["explain", unit][..],
        &["explain", "--why", unit],
        &["explain", "--compare", unit],
        &["explain", "--action", "restart", unit],
        &["explain", "--format", "json", unit],
        &["explain", "--format", "svg", unit],
        &["explain", "--format", "mermaid", unit],
        &["explain", "--diff", unit, folder],
        &["explain", &hostile],
        &["simulate", unit],
        &["simulate", unit, "--process", "x\x1b[2J"],
        &["show", unit],
        &["lint", folder],
        &["lint", "--format", "github", unit, &hostile],
        &["lint", "--format", "sarif", unit],
        &["cat", &hostile],
    ] {
        for colour in ["always", "never"] {
            let said = said(&[words, &["--color", colour]].concat());
            assert_eq!(obeyed(&said), "", "{words:?}: {said:?}");
            // systemctl prints the words of a command as they are; `show` has its format.
            let is_false = |line: &str| line.starts_with("false line") && words[0] != "show";
            assert!(!said.is_empty() && !said.lines().any(is_false), "{said}");
        }
    }
}

#[test]
fn no_process_drives_the_terminal() {
    let Some(mount) = mount_for("processes with odd names") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (unit, program) = (folder.path().join("a.service"), folder.path().join("x\x1b[2J\ny"));
    std::fs::write(&unit, "[Service]\nExecStart=/bin/true\nKillMode=none\n").unwrap();
    std::fs::copy("/bin/sleep", &program).unwrap();
    let mut family = Family::new(&mount);
    family.start(&program, &["100"]);
    std::fs::create_dir(family.cgroup.join("g\x1b[2J")).unwrap();
    sleep(300);
    let (unit, cgroup) = (unit.to_str().unwrap(), family.cgroup.to_str().unwrap());
    for words in [
        &["ps", unit][..],
        &["stop", "--dry-run", unit],
        &["stop", "--force", unit],
        &["kill", "--dry-run", unit],
        &["kill", "--force", "-s", "CONT", unit],
        &["kill", "--dry-run", "--kill-whom=cgroup"],
    ] {
        let said = said(&[words, &["--cgroup", cgroup]].concat());
        assert_eq!(obeyed(&said), "", "{words:?}: {said:?}");
        assert!(!said.is_empty() && !said.lines().any(|line| line.starts_with('y')), "{said}");
    }
    std::fs::remove_dir(family.cgroup.join("g\x1b[2J")).unwrap();
}
