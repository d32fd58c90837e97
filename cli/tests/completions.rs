//! The completions, asked as the shells ask them. A shell that is not installed is not asked, and that is said.
#![expect(clippy::disallowed_methods, reason = "shells are run")]
#![expect(clippy::print_stderr, reason = "what is skipped is said")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::path::Path;
use std::process::Command;

/// What a shell prints, one line an answer; nothing if there is no such shell.
fn ask(shell: &str, script: &str) -> Option<Vec<String>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = Path::new(env!("CARGO_BIN_EXE_unitctl")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let answer = Command::new(shell)
        .args(["-c", script])
        .current_dir(manifest.join(".."))
        .env("PATH", format!("{}:{path}", program.display()))
        .env("SYSTEMD_UNIT_PATH", manifest.join("../testdata/units"))
        .output();
    let Ok(answer) = answer else {
        eprintln!("skipped: there is no {shell}");
        return None;
    };
    assert!(answer.stderr.is_empty(), "{shell}: {}", String::from_utf8_lossy(&answer.stderr));
    Some(String::from_utf8(answer.stdout).unwrap().lines().map(str::to_owned).collect())
}

#[test]
fn bash_completes_units() {
    let script = r#"
source docs/completions/unitctl.bash
asked() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _unitctl unitctl "${@: -1}" "${@: -2:1}"; printf '%s\n' "${COMPREPLY[@]}"; }
asked unitctl explain sshd.s; asked unitctl explain --why sshd.s; asked unitctl explain --unit-path /nowhere sshd.s; asked unitctl ex"#;
    let Some(answers) = ask("bash", script) else { return };
    assert_eq!(answers, ["sshd.service", "sshd.service", "", "explain"]);
}

#[test]
fn fish_completes_units() {
    let script = "source docs/completions/unitctl.fish; complete -C 'unitctl explain sshd.s'; \
                  complete -C 'unitctl explain --unit-path=/nowhere sshd.s'; complete -C 'unitctl expl' | cut -f1";
    let Some(answers) = ask("fish", script) else { return };
    assert_eq!(answers, ["sshd.service", "explain"]);
}

#[test]
fn zsh_completes_units() {
    // Its completion needs a terminal to be asked in; that the file is sound is seen without one.
    let Some(answers) = ask("zsh", "zsh -n docs/completions/_unitctl && echo sound") else { return };
    assert_eq!(answers, ["sound"]);
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/completions/_unitctl"));
    let text = text.unwrap();
    assert!(
        text.contains("'*::units -- Files, or names looked up in the search path:_unitctl_units'"),
        "{text}"
    );
}
