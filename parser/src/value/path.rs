//! Paths in values: when they are absolute, valid and normalized, as systemd understands that.

/// The longest path and the longest of its parts (`PATH_MAX`, `NAME_MAX`), without the final NUL.
const PATH_MAX: usize = 4095;
const NAME_MAX: usize = 255;

/// Whether the kernel could have such a path at all: not empty, neither the whole nor a part too long.
pub fn is_valid(path: &str) -> bool {
    !path.is_empty() && path.len() <= PATH_MAX && path.split('/').all(|part| part.len() <= NAME_MAX)
}

/// Whether it can be the name of a file in a directory.
pub fn is_file_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains('/') && name.len() <= NAME_MAX
}

/// Whether it has neither `..`, `.` nor empty parts; a trailing slash is fine.
pub fn is_normalized(path: &str) -> bool {
    !path.is_empty() && !path.contains("//") && !path.split('/').any(|part| part == "." || part == "..")
}

/// Leaves out empty parts, `.` parts, a trailing slash, and `..` that would leave the root.
pub fn simplify(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut result = String::with_capacity(path.len());
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if absolute && result.is_empty() && part == ".." {
            continue;
        }
        if absolute || !result.is_empty() {
            result.push('/');
        }
        result.push_str(part);
    }
    if result.is_empty() {
        result.push_str(if absolute { "/" } else { "." });
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn simplifies() {
        for (path, expected) in [
            ("//bin///a", "/bin/a"),
            ("/./a/./b/", "/a/b"),
            ("/../a", "/a"),
            ("/bin/../a", "/bin/../a"),
            ("//", "/"),
            ("a//b", "a/b"),
            ("./a", "a"),
        ] {
            assert_eq!(simplify(path), expected, "{path}");
        }
    }

    #[test]
    fn tells_normalized_paths() {
        for (path, expected) in [
            ("/a/b", true),
            ("/a/b/", true),
            ("/a//b", false),
            ("/a/./b", false),
            ("/a/..", false),
            ("", false),
        ] {
            assert_eq!(is_normalized(path), expected, "{path}");
        }
    }

    proptest! {
        #[test]
        fn simplifying_twice_changes_nothing(path in "[a./]*") {
            let once = simplify(&path);
            prop_assert_eq!(simplify(&once), once);
        }
    }
}
