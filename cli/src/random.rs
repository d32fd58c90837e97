//! Whether there are random numbers. Crates that ask for them without need panic where there are none.

use std::path::Path;

/// Whether the standard library's maps can be made: in an empty root directory of a kernel before Linux 3.17, which
/// has no getrandom(2), they cannot. (With a newer kernel they can even there; that is not asked.)
pub(crate) fn are_there() -> bool {
    Path::new("/dev/urandom").exists()
}
