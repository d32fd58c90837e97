#![expect(
    clippy::disallowed_methods,
    reason = "devices are made by mknod; who runs the tests says where recordings are"
)]
//! Reading the recordings of `testdata/show` and laying their files out below a folder.

use base64::Engine as _;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One theme: what is common to its cases, and the cases.
pub(crate) struct Theme {
    pub(crate) name: String,
    pub(crate) header: Value,
    pub(crate) cases: Vec<Value>,
}

/// All themes of `testdata/show`, or of the folder that UNITCTL_RECORDINGS names.
pub(crate) fn themes() -> Vec<Theme> {
    let folder = std::env::var_os("UNITCTL_RECORDINGS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/show"), PathBuf::from);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Theme { name, header: lines.next().unwrap(), cases: lines.collect() }
    };
    paths
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .map(|path| read(path))
        .collect()
}

/// Creates the files of a case below `root`.
pub(crate) fn lay_out(case: &Value, root: &Path) {
    fs::create_dir_all(root).unwrap();
    for (path, content) in case["files"].as_object().unwrap() {
        let path = root.join(path.trim_start_matches('/'));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if let Some(target) = content["link"].as_str() {
            std::os::unix::fs::symlink(target, path).unwrap();
            if target == "/dev/zero" {
                // The one device that cases link to and that is recognised by being one.
                let device = root.join("dev/zero");
                fs::create_dir_all(device.parent().unwrap()).unwrap();
                Command::new("mknod").arg(device).args(["c", "1", "5"]).status().unwrap();
            }
        } else if content["directory"] == true {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::write(path, bytes(content)).unwrap();
        }
    }
}

fn bytes(content: &Value) -> Vec<u8> {
    if let Some(text) = content.as_str() {
        return text.as_bytes().to_vec();
    }
    if let Some(text) = content["base64"].as_str() {
        return base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    }
    if let Some(text) = content["repeat"].as_str() {
        return text.repeat(usize::try_from(content["times"].as_u64().unwrap()).unwrap()).into_bytes();
    }
    content["pieces"].as_array().unwrap().iter().flat_map(bytes).collect()
}
