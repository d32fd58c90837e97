//! What is mounted and swapped to, as the kernel lists it (proc_pid_mountinfo(5), proc_swaps(5)).

use super::hierarchy::unescape;
use crate::plan::Held;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// Whether it is there. What cannot be read is taken for not there: nobody could say anything else.
pub fn is_there(held: &Held) -> bool {
    match held {
        Held::Mount(path) => {
            let wanted = Path::new(path);
            listed("/proc/self/mountinfo", 4).any(|place| place == wanted)
        }
        Held::Swap(path) => {
            // The kernel lists devices by their own names, whatever link they were swapped to by.
            let wanted = fs::canonicalize(path).unwrap_or_else(|_| path.into());
            listed("/proc/swaps", 0).skip(1).any(|file| file == wanted)
        }
    }
}

/// A column of a list of the kernel's, whose blanks are written as octal numbers.
fn listed(file: &str, column: usize) -> impl Iterator<Item = PathBuf> {
    let text = fs::read(file).unwrap_or_default();
    let lines: Vec<PathBuf> = text
        .split(|&byte| byte == b'\n')
        .filter_map(|line| line.split(u8::is_ascii_whitespace).nth(column))
        .map(|field| PathBuf::from(OsString::from_vec(unescape(field))))
        .collect();
    lines.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_mounted_and_nothing_else_is_made_up() {
        assert!(is_there(&Held::Mount("/".into())));
        assert!(!is_there(&Held::Mount("/no/such/place".into())));
        assert!(!is_there(&Held::Swap("/no/such/file".into())));
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape(br"/a\040b\134c\011"), b"/a b\\c\t");
        assert_eq!(unescape(br"\04\9x"), br"\04\9x");
    }
}
