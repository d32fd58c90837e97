//! The addresses of `ListenStream=` and its relatives (systemd.socket(5)).

use super::{ValueError, integer, suggestion};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest name of a socket in the file system or of an abstract one, in bytes.
const LONGEST_NAME: usize = 107;

/// Whether an address is the name of a socket in the file system.
pub fn is_path(address: &str) -> bool {
    address.starts_with('/')
}

/// Whether `address` is one of a socket: a path, an abstract name, a port, an address with a port, or vsock.
///
/// # Errors
///
/// What is wrong with it.
pub fn check(address: &str) -> Result<(), ValueError> {
    let wrong = |message: &str| Err(ValueError::new(0..address.len(), format!("`{address}` {message}")));
    if let Some(name) = address.strip_prefix('@') {
        return if name.is_empty() || name.len() > LONGEST_NAME {
            wrong("is no name of an abstract socket")
        } else {
            Ok(())
        };
    }
    if is_path(address) {
        return if address == "/" {
            wrong("is a directory")
        } else if address.len() > LONGEST_NAME {
            wrong("is too long for the name of a socket")
        } else {
            Ok(())
        };
    }
    let port = |port: &str| integer::parse(port).is_some_and(|port| (1..=65535).contains(&port));
    let good = if let Some(rest) = address.strip_prefix('[') {
        rest.split_once("]:").is_some_and(|(host, end)| {
            host.parse::<Ipv6Addr>().is_ok() && port(end.split('%').next().unwrap_or_default())
        })
    } else if let Some(rest) = address.strip_prefix("vsock:") {
        rest.split_once(':').is_some_and(|(cid, port)| {
            (cid.is_empty() || cid.parse::<u32>().is_ok()) && port.parse::<u32>().is_ok()
        })
    } else if let Some((host, end)) = address.rsplit_once(':') {
        host.parse::<Ipv4Addr>().is_ok() && port(end)
    } else {
        port(address)
    };
    if good { Ok(()) } else { wrong("is not an address to listen on") }
}

/// Whether `address` is one for packets that stay in order, which only sockets in the file system and abstract ones have.
///
/// # Errors
///
/// What is wrong with it.
pub fn check_packets(address: &str) -> Result<(), ValueError> {
    check(address)?;
    if address.starts_with(['/', '@']) {
        return Ok(());
    }
    let message = format!("`{address}` is of a kind that has no sequential packets");
    Err(ValueError::new(0..address.len(), message)
        .with_help("write a path or an abstract name such as @name"))
}

/// Whether `address` is a family of netlink sockets, perhaps with a group.
///
/// # Errors
///
/// What is wrong with it.
pub fn check_netlink(address: &str) -> Result<(), ValueError> {
    let (family, group) = match address.split_once([' ', '\t']) {
        Some((family, group)) => (family, Some(group.trim_start_matches([' ', '\t']))),
        None => (address, None),
    };
    let is_number =
        |text: &str| integer::parse(text).is_some_and(|number| (0..=0xffff_ffff).contains(&number));
    if !FAMILIES.contains(&family) && !is_number(family) {
        let message = format!("`{family}` is no family of netlink sockets");
        return Err(ValueError::new(0..family.len(), message).with_help(suggestion::advice(family, FAMILIES)));
    }
    match group {
        Some(group) if !is_number(group) => {
            let start = address.len() - group.len();
            Err(ValueError::new(start..address.len(), format!("`{group}` is no number of a group")))
        }
        _ => Ok(()),
    }
}

/// The families by the names that systemd has for them.
const FAMILIES: &[&str] = &[
    "route",
    "firewall",
    "inet-diag",
    "nflog",
    "xfrm",
    "selinux",
    "iscsi",
    "audit",
    "fib-lookup",
    "connector",
    "netfilter",
    "ip6-fw",
    "dnrtmsg",
    "kobject-uevent",
    "generic",
    "scsitransport",
    "ecryptfs",
    "rdma",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sockets() {
        for (address, taken) in [
            ("/run/a", true),
            ("//", true),
            ("/a/../b/", true),
            ("/", false),
            ("@a", true),
            ("@", false),
            ("./a", false),
        ] {
            assert_eq!(check(address).is_ok(), taken, "{address}");
        }
    }
}
