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
        assert!(
            std::env::var_os("UNITCTL_SHELLS").is_none(),
            "there is no {shell}, and UNITCTL_SHELLS wants it"
        );
        eprintln!("skipped: there is no {shell}");
        return None;
    };
    assert!(answer.stderr.is_empty(), "{shell}: {}", String::from_utf8_lossy(&answer.stderr));
    Some(String::from_utf8(answer.stdout).unwrap().lines().map(str::to_owned).collect())
}

/// A line up to the cursor, and its words as bash splits them: at `@`, `:` and `=` too.
const BASH: &str = r#"
source docs/completions/unitctl.bash
asked() {
    COMP_LINE=$1 COMP_POINT=${#1}; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _unitctl unitctl "${@: -1}" "${@: -2:1}"
    printf '%s ' "${COMPREPLY[@]}"; echo
}
asked 'unitctl explain sshd.s' unitctl explain sshd.s
asked 'unitctl explain --why sshd.s' unitctl explain --why sshd.s
asked 'unitctl explain --unit-path /nowhere sshd.s' unitctl explain --unit-path /nowhere sshd.s
asked 'unitctl ex' unitctl ex
export SYSTEMD_UNIT_PATH=$ODD
asked 'unitctl explain odd@dev-' unitctl explain odd @ dev-
asked 'unitctl explain odd@dev-disk-by\\x2du' unitctl explain odd @ 'dev-disk-by\\x2du'
asked "unitctl explain 'odd@dev-disk" unitctl explain 'odd@dev-disk'
asked 'unitctl explain a:' unitctl explain a : ''
asked 'unitctl explain --unit-path=testdata/units sshd.s' unitctl explain --unit-path = testdata/units sshd.s
"#;

#[test]
fn bash_completes_units() {
    let odd = tempfile::tempdir().unwrap();
    for name in [r"odd@dev-disk-by\x2duuid-1.service", "odd@dev-sda1.service", "a:b.service"] {
        std::fs::write(odd.path().join(name), "[Service]\nExecStart=/bin/true\n").unwrap();
    }
    let script = format!("ODD='{}'\n{BASH}", odd.path().display());
    let Some(answers) = ask("bash", &script) else { return };
    let expected = [
        "sshd.service ",
        "sshd.service ",
        " ",
        "explain ",
        // As it is typed: the shell takes one of two backslashes away, unless it is between quotes.
        r"dev-disk-by\\x2duuid-1.service dev-sda1.service ",
        r"dev-disk-by\\x2duuid-1.service ",
        r"odd@dev-disk-by\x2duuid-1.service ",
        "b.service ",
        "sshd.service ",
    ];
    assert_eq!(answers, expected);
}

#[test]
fn fish_completes_units() {
    let script = "source docs/completions/unitctl.fish; complete -C 'unitctl explain sshd.s'; \
                  complete -C 'unitctl explain --unit-path=/nowhere sshd.s'; complete -C 'unitctl expl' | cut -f1";
    let Some(answers) = ask("fish", script) else { return };
    assert_eq!(answers, ["sshd.service", "explain"]);
}

/// A zsh on a terminal of its own, into which is typed; a key shows what stands in its command line then.
const ZSH: &str = r#"
zmodload zsh/zpty
zpty shell env TERM=dumb zsh -f -i
wait_for() {
  local text chunk; integer tries=0
  while (( tries++ < 200 )); do
    if zpty -r -t shell chunk; then
      text+=$chunk
      [[ $text == *$~1* ]] && break
    else
      sleep 0.05
    fi
  done
  REPLY=$text
}
zpty -w shell "fpath=($PWD/docs/completions \$fpath); autoload -Uz compinit; compinit -u -D; bindkey -e"
zpty -w shell 'told() { print -r -- "to""ld<$BUFFER>"; BUFFER= }; zle -N told; bindkey "^X" told; print re""ady'
wait_for ready
for typed in 'explain sshd.s' 'explain --unit-path /nowhere sshd.s' 'explain --unit-path=testdata/lint/bad sshd.s' expl; do
  zpty -w -n shell "unitctl $typed"$'\t\C-x'
  wait_for 'told<*>'
  print -r -- ${${REPLY#*told<}%%>*}
done
zpty -d shell
"#;

#[test]
fn zsh_completes_units() {
    let Some(answers) = ask("zsh", ZSH) else { return };
    let expected = [
        "unitctl explain sshd.service ",
        "unitctl explain --unit-path /nowhere sshd.s",
        "unitctl explain --unit-path=testdata/lint/bad sshd.s",
        "unitctl explain ",
    ];
    assert_eq!(answers, expected);
}
