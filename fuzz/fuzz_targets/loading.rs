//! Any tree of files, links and directories can be loaded, and no byte from outside the root is ever read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use unitctl_parser::load::{Loader, Root, SearchPath, UnitSpecifiers};
use unitctl_parser::name::UnitName;
use unitctl_parser::service::{ManagerDefaults, Service};
use unitctl_parser::unit::{Expansion, Unit};

const NAMES: [&str; 12] = [
    "a.service", "b.service", "a@.service", "a@i.service", "a.service.d", "service.d", "a-.service.d", "x.conf",
    "y.conf", "sub", "..", "a-b.service",
];
const CANARY: &str = "CanaryFromOutside";

thread_local! {
    static FOLDER: RefCell<tempfile::TempDir> = RefCell::new(tempfile::tempdir_in("/dev/shm").unwrap());
}

/// Reads the bytes as a program that builds a tree: each step is a path, a kind and a content.
fn build(root: &Path, outside: &Path, data: &[u8]) {
    for step in data.split(|&byte| byte == 0xff).take(12) {
        let Some((head, content)) = step.split_first_chunk::<3>() else { continue };
        let name = |byte: u8| NAMES[usize::from(byte) % NAMES.len()];
        let mut path = root.join(["u", "v"][usize::from(head[0] >> 7)]);
        path.push(name(head[0]).replace("..", "sub"));
        if head[1] & 0x80 != 0 {
            path.push(name(head[1]).replace("..", "sub"));
        }
        if let Some(parent) = path.parent() {
            let _exists = fs::create_dir_all(parent);
        }
        // A link on the way may lead out: only what resolves inside is written to.
        let inside = path.parent().and_then(|parent| parent.canonicalize().ok()).is_some_and(|p| p.starts_with(root));
        if !inside || path.symlink_metadata().is_ok() {
            continue;
        }
        let _may_fail = match head[2] % 5 {
            0 | 1 => fs::write(&path, content),
            2 => fs::create_dir(&path),
            3 => symlink(name(head[2]), &path),
            _ => {
                let up = "../".repeat(usize::from(head[2] / 32));
                symlink(PathBuf::from(format!("{up}{}", outside.display())).join(name(head[2] / 5)), &path)
            }
        };
    }
}

fuzz_target!(|data: &[u8]| {
    FOLDER.with_borrow(|folder| {
        let (root, outside) = (folder.path().join("root"), folder.path().join("outside"));
        for path in [&root, &outside] {
            let _none_yet = fs::remove_dir_all(path);
            fs::create_dir_all(path).unwrap();
        }
        for name in ["a.service", "x.conf", "b.service"] {
            fs::write(outside.join(name), format!("[Unit]\nDescription={CANARY}\n")).unwrap();
        }
        build(&root, &outside, data);
        let loader =
            Loader::new(SearchPath::new(["/u", "/v"].map(PathBuf::from)), Root::below(&root).unwrap());
        for name in ["a.service", "a@i.service", "a-b.service"] {
            let loaded = loader.load(&UnitName::parse(name).unwrap());
            let _said = loader.error(&loaded).map(|error| error.to_string());
            let by = |name| UnitSpecifiers { name, fragment: None, root: loader.root(), user: false };
            let specifiers = by(name);
            let expansion = Expansion { fragment: &specifiers, drop_ins: &specifiers };
            let unit = Unit::merge(loaded, expansion);
            assert!(unit.description(expansion).is_none_or(|text| !text.contains(CANARY)));
            let service = Service::read(&unit, expansion, &ManagerDefaults::default());
            let _refusal = service.refusal(&unit);
            for diagnostic in &unit.diagnostics {
                let file = unit.file(diagnostic.file);
                assert!(diagnostic.span.start <= diagnostic.span.end && diagnostic.span.end <= file.bytes.len());
            }
        }
    });
});
