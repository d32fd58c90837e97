//! Whatever a unit file holds, the commands that only read come to their end, in every format, and `--fix` settles.
#![no_main]

use clap::Parser as _;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use std::fs;
use unitctl::args::Cli;

/// Words of calls; `.` is the unit.
const CALLS: [&str; 20] = [
    "explain .",
    "explain --why .",
    "explain --format json .",
    "explain --format svg .",
    "explain --format mermaid .",
    "explain --action restart --color always .",
    "explain --action reload .",
    "explain --action kill -s HUP --compare .",
    "explain --compare .",
    "explain --who-else .",
    "explain --diff . .",
    "show .",
    "cat .",
    "simulate . --process m:TERM=ignore --process w:stopped --command exit=1@1s",
    "simulate --format json . --no-main --process w:exit@200ms",
    "lint .",
    "lint --format json --systemd-version 230 .",
    "lint --format sarif --check-files .",
    "lint --format github .",
    "lint --fix --diff .",
];

const NAMES: [&str; 10] = [
    "a.service", "a@i.service", "a.service.d/x.conf", "a.socket", "a.mount", "a.timer", "a.slice", "a.scope",
    "a.path", "a.swap",
];

thread_local! {
    static FOLDER: RefCell<tempfile::TempDir> = RefCell::new(tempfile::tempdir_in("/dev/shm").unwrap());
}

fn run(words: &str, unit: &str) {
    let words = words.split(' ').map(|word| if word == "." { unit } else { word });
    let cli = Cli::try_parse_from(["unitctl"].into_iter().chain(words)).unwrap();
    let _says_what_is_wrong = unitctl::run(&cli);
}

fuzz_target!(|data: &[u8]| {
    let Some((&[call, name], bytes)) = data.split_first_chunk() else { return };
    FOLDER.with_borrow(|folder| {
        let path = folder.path().join(NAMES[usize::from(name) % NAMES.len()]);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        let unit = path.to_str().unwrap();
        run(CALLS[usize::from(call) % CALLS.len()], unit);
        if call & 0x80 != 0 {
            let settled = (0..8).any(|_| {
                let before = fs::read(&path).unwrap();
                run("lint --fix .", unit);
                fs::read(&path).unwrap() == before
            });
            assert!(settled, "there is always something more to put right");
        }
        fs::remove_file(&path).unwrap();
    });
});
