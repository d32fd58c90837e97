//! Names and numbers of users and groups: `User=`, `Group=`, `SupplementaryGroups=` (systemd.exec(5)).

use siphasher::sip::SipHasher24;
use std::borrow::Cow;

/// Why this cannot be a user or group, if it cannot. systemd demands little of names that already exist: any text but
/// `-`, `.`, `..`, text with a colon, a slash or a control character, and what looks like a number but is no usable one.
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
    if matches!(name, "" | "." | ".." | "-") {
        return Some(Cow::Owned(format!("`{name}` is not a name")));
    }
    if name.trim_matches([' ', '\t']) != name {
        return Some(Cow::Borrowed("a name begins and ends with no blank"));
    }
    let bad = name.chars().find(|c| matches!(c, ':' | '/') || c.is_ascii_control())?;
    Some(Cow::Owned(format!("a name has no {bad:?}")))
}

/// The user that `DynamicUser=` makes where `User=` is not set: called like the unit, as its name stands before an
/// `@` or the type, or by a hash of that where it cannot be a user's name (systemd.exec(5), `DynamicUser=`; the hash
/// is SipHash-2-4 with a key of systemd's own).
pub fn dynamic(prefix: &str) -> String {
    const KEY: [u8; 16] =
        [0x58, 0x1a, 0xaf, 0xe6, 0x28, 0x58, 0x4e, 0x96, 0xb4, 0x4e, 0xf5, 0x3b, 0x8c, 0x92, 0x07, 0xec];
    let strict = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let first = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    if prefix.len() < 32 && prefix.bytes().all(strict) && prefix.as_bytes().first().is_some_and(first) {
        return prefix.to_owned();
    }
    format!("_du{:016x}", SipHasher24::new_with_key(&KEY).hash(prefix.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{dynamic, why_invalid};

    #[test]
    fn dynamic_users_are_called_like_their_unit_or_by_a_hash() {
        assert_eq!(dynamic("g0106--double"), "g0106--double");
        assert_eq!(dynamic("g0269-a.b-c"), "_du4ebc49a10bc77347", "observed on systemd 262");
    }

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
