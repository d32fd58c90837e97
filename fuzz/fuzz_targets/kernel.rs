//! What the kernel says of mounts and processes, whose names are anybody's: no text makes its reader panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use unitctl_executor::linux::hierarchy::Hierarchies;
use unitctl_executor::linux::process::Stat;

fuzz_target!(|text: &[u8]| {
    let _mounts = Hierarchies::parse(text);
    let _process = Stat::parse(text);
});
