//! What sockets are told besides where they listen: interfaces, names of descriptors, extended attributes
//! (systemd.socket(5)).

use super::ValueError;

/// The longest name of a network interface.
const LONGEST_INTERFACE: usize = 15;

/// Whether a network interface can have this name: not one of only digits, `.` or `..`, nor one with `/`, `:`, `%` or blanks.
pub(super) fn check_interface(name: &str) -> Result<(), ValueError> {
    let valid = (1..=LONGEST_INTERFACE).contains(&name.len())
        && !matches!(name, "." | ".." | "all" | "default")
        && !name.bytes().all(|byte| byte.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b':' | b'/' | b'%'));
    if valid {
        Ok(())
    } else {
        Err(wrong(name, "is no name of a network interface", "write a name such as eth0"))
    }
}

/// Whether a file descriptor can have this name for sd_listen_fds_with_names(3).
pub(super) fn check_descriptor_name(name: &str) -> Result<(), ValueError> {
    let valid = name.len() <= 255 && name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b':');
    if valid {
        Ok(())
    } else {
        Err(wrong(name, "is no name of a file descriptor", "write ASCII characters without a colon"))
    }
}

/// Whether this is `NAME=VALUE` of an extended attribute that users may set.
pub(super) fn check_attribute(text: &str) -> Result<(), ValueError> {
    let name = text.split_once('=').map(|(name, _)| name);
    if name.is_some_and(|name| name.starts_with("user.")) {
        return Ok(());
    }
    Err(wrong(text, "is no extended attribute", "write user.NAME=VALUE"))
}

fn wrong(text: &str, message: &str, help: &str) -> ValueError {
    ValueError::new(0..text.len(), format!("`{text}` {message}")).with_help(help)
}
