//! Reading `testdata/signals/afterwards.jsonl`: what a real systemd did after a stop or kill.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The recorded cases: those that were thought of, and those that were drawn, which UNITCTL_AFTERWARDS may replace.
pub(crate) fn cases() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/signals");
    let drawn = std::env::var_os("UNITCTL_AFTERWARDS")
        .map_or_else(|| folder.join("drawn-afterwards.jsonl"), PathBuf::from);
    let read = |path| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    [folder.join("afterwards.jsonl"), drawn].into_iter().flat_map(read).collect()
}

/// Lays the files of a case out below `folder`.
pub(crate) fn lay_out(case: &Value, folder: &Path) {
    for (path, content) in case["files"].as_object().unwrap() {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        match content["link"].as_str() {
            Some(target) => std::os::unix::fs::symlink(target, path).unwrap(),
            None => std::fs::write(path, content.as_str().unwrap()).unwrap(),
        }
    }
}

/// What `unitctl explain --format json` says of a case.
pub(crate) fn explanation(case: &Value, folder: &Path) -> Value {
    lay_out(case, folder);
    let mut words = case["do"].as_str().unwrap().split(' ');
    let output = Command::new(env!("CARGO_BIN_EXE_unitctl"))
        .args(["--unit-path", folder.to_str().unwrap(), "explain", "--format", "json"])
        .args(["--action", words.next().unwrap()])
        .args(words)
        .arg(case["unit"].as_str().unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{case}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
