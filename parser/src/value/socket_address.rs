//! The addresses of `ListenStream=` and its relatives (systemd.socket(5)).

use super::{ValueError, suggestion};
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
        return if address.len() > LONGEST_NAME {
            wrong("is too long for the name of a socket")
        } else {
            Ok(())
        };
    }
    let port =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse().is_ok_and(|n: u16| n > 0);
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

/// Whether `address` is a family of netlink sockets, perhaps with a group.
///
/// # Errors
///
/// What is wrong with it.
pub fn check_netlink(address: &str) -> Result<(), ValueError> {
    let family = address.split_ascii_whitespace().next().unwrap_or_default();
    if FAMILIES.contains(&family) {
        return Ok(());
    }
    Err(ValueError::new(0..family.len(), format!("`{family}` is no family of netlink sockets"))
        .with_help(suggestion::advice(family, FAMILIES)))
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
