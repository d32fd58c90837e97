//! Names and numbers of users and groups: `User=`, `Group=`, `SupplementaryGroups=` (systemd.exec(5)).

use std::borrow::Cow;

/// Why this cannot be a user or group, if it cannot. systemd demands little of names that already exist: any text but
/// `.`, `..`, text with a colon, a slash or a control character, and what looks like a number but is no usable one.
pub fn why_invalid(name: &str) -> Option<Cow<'static, str>> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(name) {
        let canonical = name == "0" || !name.starts_with('0');
        return match name.parse::<u32>() {
            Ok(0xffff | u32::MAX) => {
                Some(Cow::Borrowed("the numbers 65535 and 4294967295 stand for no user"))
            }
            Ok(_) if canonical => None,
            _ => Some(Cow::Borrowed("a number of a user is below 2^32 and has no zero before it")),
        };
    }
    if name.strip_prefix('-').is_some_and(digits) {
        return Some(Cow::Borrowed("a number of a user is not negative"));
    }
    if matches!(name, "" | "." | "..") {
        return Some(Cow::Owned(format!("`{name}` is not a name")));
    }
    if name.trim() != name {
        return Some(Cow::Borrowed("a name begins and ends with no blank"));
    }
    let bad = name.chars().find(|c| matches!(c, ':' | '/') || c.is_ascii_control())?;
    Some(Cow::Owned(format!("a name has no {bad:?}")))
}

#[cfg(test)]
mod tests {
    use super::why_invalid;

    #[test]
    fn names_are_nearly_anything() {
        for name in ["root", "0", "65534", "a b", "1a", "é", "a$", "-a", ".a", "0x1"] {
            assert_eq!(why_invalid(name), None, "{name}");
        }
        for name in
            ["", ".", "..", "-1", "01", "65535", "4294967295", "4294967296", "a:b", "a/b", "a\tb", " a"]
        {
            assert!(why_invalid(name).is_some(), "{name}");
        }
    }
}
