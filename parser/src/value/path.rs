//! Paths in values: when they are absolute, valid and normalized, as systemd understands that.

use super::ValueError;
use super::check::Complaint;
use super::command::moved;
use super::kind::Effect;
use super::specifier::{Specifiers, expand};
use std::ops::Range;

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

/// What stands behind the last slash: all of it, if there is none.
pub fn file_name(path: &str) -> &str {
    let slash = path.bytes().rposition(|byte| byte == b'/');
    &path[slash.map_or(0, |slash| slash + 1)..]
}

/// Whether it has neither `..`, `.` nor empty parts; a trailing slash is fine.
pub fn is_normalized(path: &str) -> bool {
    !path.is_empty() && !path.contains("//") && !path.split('/').any(|part| part == "." || part == "..")
}

/// Leaves out empty parts, `.` parts, a trailing slash, and `..` that would leave the root.
pub fn simplify(path: &str) -> String {
    let goes_on_with = |pair: &[u8]| matches!(pair, [b'/', b'/' | b'.']);
    if !path.is_empty()
        && !path.starts_with('.')
        && !path.ends_with('/')
        && !path.as_bytes().windows(2).any(goes_on_with)
    {
        return path.to_owned();
    }
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

/// What systemd demands of most paths, which stands in `span`: that it is absolute and, when it is simplified, has no
/// `..`. Returns it simplified.
pub fn check(path: &str, span: Range<usize>) -> Result<String, ValueError> {
    if !path.starts_with('/') {
        return Err(ValueError::new(span, format!("`{path}` is not an absolute path"))
            .with_help("write the path from the root on, without quotes"));
    }
    let simple = simplify(path);
    if !is_valid(&simple) {
        return Err(ValueError::new(span, "the path is too long"));
    }
    if !is_normalized(&simple) {
        return Err(
            ValueError::new(span, format!("`{path}` is not normalized")).with_help("write it without `..`")
        );
    }
    Ok(simple)
}

/// Reads a `PIDFile=`: the path in full, and what is said about a legacy directory. An empty value has none.
///
/// A relative path is below the runtime directory (`%t`). A path that is not normalized makes loading fail.
pub fn parse_pid_file(
    value: &str,
    specifiers: &dyn Specifiers,
) -> Result<(Option<String>, Option<ValueError>), Complaint> {
    let whole = 0..value.len();
    if value.is_empty() {
        return Ok((None, None));
    }
    let expanded = expand(value, specifiers).map_err(|error| Complaint { error, effect: Effect::Ignored })?;
    if expanded.open {
        return Ok((Some(expanded.text.into_owned()), None));
    }
    let path = if expanded.text.starts_with('/') {
        expanded.text.into_owned()
    } else {
        let runtime =
            expand("%t", specifiers).map_err(|error| Complaint { error, effect: Effect::Ignored })?;
        format!("{}/{}", runtime.text, expanded.text)
    };
    if simplify(&path).len() > PATH_MAX {
        let error = ValueError::new(whole, "the path is too long");
        return Err(Complaint { error, effect: Effect::Ignored });
    }
    let path = check(&path, whole.clone()).map_err(|error| Complaint { error, effect: Effect::LoadError })?;
    if ["/dev", "/proc", "/sys"].iter().any(|base| below(&path, base).is_some()) {
        let error = ValueError::new(whole, format!("`{path}` is in a file system of the kernel"))
            .with_help("PID files are in /run");
        return Err(Complaint { error, effect: Effect::LoadError });
    }
    match out_of_legacy(&path) {
        Some(path) => {
            let warning = ValueError { instead: in_run(value), ..legacy(&path, whole) };
            Ok((Some(path), Some(warning)))
        }
        None => Ok((Some(path), None)),
    }
}

/// What is said of a path in the legacy directory `/var/run`, which stands in `span`; nothing of others.
pub(super) fn check_legacy(path: &str, span: Range<usize>) -> Option<ValueError> {
    out_of_legacy(&simplify(path)).map(|path| legacy(&path, span))
}

/// Where systemd takes a path in the legacy directory to be.
fn out_of_legacy(path: &str) -> Option<String> {
    below(path, "/var/run").map(|rest| format!("/run/{}", rest.trim_start_matches('/')))
}

/// The same path where it is now, as it was written.
pub(super) fn in_run(written: &str) -> Option<String> {
    let rest = written.strip_prefix("/var/run/").filter(|rest| !rest.starts_with('/'));
    rest.map(|rest| format!("/run/{rest}"))
}

fn legacy(path: &str, span: Range<usize>) -> ValueError {
    ValueError::new(span, "the directory /var/run is legacy and means /run")
        .with_help(format!("write `{path}`"))
}

/// What comes after `base` in a path that is, or is below, it.
fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `WorkingDirectory=`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingDirectory {
    /// `-`: it need not exist.
    pub missing_ok: bool,
    /// The path; `None` is `~`, the home of the user.
    pub path: Option<String>,
}

/// Reads a `WorkingDirectory=`: an absolute path or `~`, after a `-` or none.
pub fn parse_working_directory(
    value: &str,
    specifiers: &dyn Specifiers,
) -> Result<WorkingDirectory, Complaint> {
    let directory = value.strip_prefix('-').unwrap_or(value);
    let missing_ok = directory.len() < value.len();
    if directory == "~" {
        return Ok(WorkingDirectory { missing_ok, path: None });
    }
    let span = value.len() - directory.len()..value.len();
    let path = expand(directory, specifiers).map_err(|error| moved(error, value, span.clone(), directory));
    let path = path.and_then(|expanded| {
        if expanded.open { Ok(expanded.text.into_owned()) } else { check(&expanded.text, span) }
    });
    match path {
        Ok(path) => Ok(WorkingDirectory { missing_ok, path: Some(path) }),
        // Without its directory, systemd does not want the unit at all.
        Err(error) if missing_ok => Err(Complaint { error, effect: Effect::Ignored }),
        Err(error) => Err(Complaint { error, effect: Effect::BadSetting }),
    }
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
