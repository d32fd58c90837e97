//! Names and addresses that values point elsewhere with: of the bus, of documents, of hosts and networks.

use super::integer;

/// Whether it is a well-known or unique name on the bus.
pub(super) fn is_bus_name(name: &str) -> bool {
    let (unique, parts) = match name.strip_prefix(':') {
        Some(parts) => (true, parts),
        None => (false, name),
    };
    name.len() <= 255
        && parts.contains('.')
        && parts.split('.').all(|part| {
            !part.is_empty()
                && (unique || !part.starts_with(|c: char| c.is_ascii_digit()))
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        })
}

/// Whether it is the name of a host; one with specifiers may be.
pub(super) fn may_be_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.contains('%') || (name.len() <= 64 && name.split('.').all(is_label))
}

/// Whether it is a group of addresses, or an address with or without the length of its prefix.
pub(super) fn is_address(text: &str) -> bool {
    if matches!(text, "any" | "localhost" | "link-local" | "multicast") {
        return true;
    }
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let Ok(address) = address.parse::<std::net::IpAddr>() else { return false };
    prefix.is_none_or(|prefix| {
        (prefix == "0" || !prefix.starts_with('0'))
            && integer::parse(prefix)
                .is_some_and(|bits| (0..=if address.is_ipv4() { 32 } else { 128 }).contains(&bits))
    })
}

/// Whether `Documentation=` takes it.
pub(super) fn is_documentation(address: &str) -> bool {
    ["http://", "https://", "file:/", "info:", "man:"]
        .iter()
        .any(|scheme| address.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && rest.is_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_on_the_bus() {
        for name in ["org.example.Name", ":1.42", "a-b.c"] {
            assert!(is_bus_name(name), "{name}");
        }
        for name in ["org", "", ".a.b", "a..b", "a.1", "a b.c"] {
            assert!(!is_bus_name(name), "{name}");
        }
    }

    #[test]
    fn addresses() {
        for text in ["any", "10.0.0.0/8", "::1", "fe80::/64"] {
            assert!(is_address(text), "{text}");
        }
        for text in ["10.0.0", "10.0.0.0/33", "1.2.3.4/", "x"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
