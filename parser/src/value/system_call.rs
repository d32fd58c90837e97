//! Values about system calls: `SystemCallFilter=`, `SystemCallErrorNumber=`, and processors and devices, which lists name
//! in words of their own.

use super::ValueError;
use super::command::moved;
use super::integer;
use super::specifier::{Specifiers, expand};
use super::words::{Style, Words};
use std::cmp::Ordering;

/// The system calls and groups of them that systemd 262 knows (`systemd-analyze syscall-filter`), sorted by their bytes.
const KNOWN: &str = include_str!("../../system-calls.txt");

/// Checks `SystemCallFilter=` and `SystemCallLog=`. A call may be followed by `:` and an error.
pub(super) fn check_filter(value: &str) -> Vec<ValueError> {
    let list = value.strip_prefix('~').unwrap_or(value);
    let before = value.len() - list.len();
    let mut errors = Vec::new();
    for word in Words::new(list, Style::Escaped).flatten() {
        let text = &*word.text;
        let (name, error) = text.split_once(':').map_or((text, None), |(name, error)| (name, Some(error)));
        let span = word.span.start + before..word.span.end + before;
        if !has_line(KNOWN, name) {
            errors.push(ValueError::new(span, format!("there is no system call `{name}`")));
        } else if error.is_some_and(|error| !is_error_number(error)) {
            errors.push(ValueError::new(span, "what is behind the colon is no error"));
        }
    }
    errors
}

/// Whether a sorted text has this line: found by halves, so that nothing has to be made of the text first.
fn has_line(sorted: &str, line: &str) -> bool {
    let mut rest = sorted;
    while !rest.is_empty() {
        let start = rest[..rest.len() / 2].rfind('\n').map_or(0, |end| end + 1);
        let found = rest[start..].lines().next().unwrap_or_default();
        match found.cmp(line) {
            Ordering::Equal => return true,
            Ordering::Less => rest = rest.get(start + found.len() + 1..).unwrap_or_default(),
            Ordering::Greater => rest = &rest[..start],
        }
    }
    false
}

/// Checks `SystemCallErrorNumber=`.
pub(super) fn check_error_number(value: &str) -> Result<(), ValueError> {
    if is_error_number(value) {
        return Ok(());
    }
    Err(ValueError::new(0..value.len(), format!("`{value}` is no error of the kernel"))
        .with_help("write a name such as EPERM, or kill"))
}

fn is_error_number(word: &str) -> bool {
    word == "kill"
        || integer::parse_int(word).is_some_and(|number| (0..=4095).contains(&number))
        || word.starts_with('E') && ERRORS.split_ascii_whitespace().any(|name| name == &word[1..])
}

/// The names of errno(3), the leading E left out.
const ERRORS: &str = "PERM NOENT SRCH INTR IO NXIO 2BIG NOEXEC BADF CHILD AGAIN NOMEM ACCES FAULT NOTBLK BUSY EXIST \
    XDEV NODEV NOTDIR ISDIR INVAL NFILE MFILE NOTTY TXTBSY FBIG NOSPC SPIPE ROFS MLINK PIPE DOM RANGE DEADLK \
    NAMETOOLONG NOLCK NOSYS NOTEMPTY LOOP WOULDBLOCK NOMSG IDRM CHRNG L2NSYNC L3HLT L3RST LNRNG UNATCH NOCSI L2HLT \
    BADE BADR XFULL NOANO BADRQC BADSLT DEADLOCK BFONT NOSTR NODATA TIME NOSR NONET NOPKG REMOTE NOLINK ADV SRMNT \
    COMM PROTO MULTIHOP DOTDOT BADMSG OVERFLOW NOTUNIQ BADFD REMCHG LIBACC LIBBAD LIBSCN LIBMAX LIBEXEC ILSEQ RESTART \
    STRPIPE USERS NOTSOCK DESTADDRREQ MSGSIZE PROTOTYPE NOPROTOOPT PROTONOSUPPORT SOCKTNOSUPPORT OPNOTSUPP NOTSUP \
    PFNOSUPPORT AFNOSUPPORT ADDRINUSE ADDRNOTAVAIL NETDOWN NETUNREACH NETRESET CONNABORTED CONNRESET NOBUFS ISCONN \
    NOTCONN SHUTDOWN TOOMANYREFS TIMEDOUT CONNREFUSED HOSTDOWN HOSTUNREACH ALREADY INPROGRESS STALE UCLEAN NOTNAM \
    NAVAIL ISNAM REMOTEIO DQUOT NOMEDIUM MEDIUMTYPE CANCELED NOKEY KEYEXPIRED KEYREVOKED KEYREJECTED OWNERDEAD \
    NOTRECOVERABLE RFKILL HWPOISON";

/// Checks a list of processors or memory nodes, such as `0-3 7`.
pub(super) fn check_numbers(value: &str) -> Result<(), ValueError> {
    let is_number =
        |text: &str| !text.is_empty() && text.len() < 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    for word in Words::new(value, Style::Quoted).flatten() {
        let text = &*word.text;
        let parts = text.split(',').filter(|part| !part.is_empty());
        let is_range =
            |part: &str| part.split_once('-').map_or(is_number(part), |(a, b)| is_number(a) && is_number(b));
        if !parts.into_iter().all(is_range) {
            return Err(ValueError::new(word.span, format!("`{text}` is no range of numbers"))
                .with_help("write numbers and ranges such as 0-3"));
        }
    }
    Ok(())
}

/// Checks `DeviceAllow=`: a device node or a class of devices, then perhaps what is allowed.
pub(super) fn check_device(value: &str, specifiers: &dyn Specifiers) -> Result<(), ValueError> {
    let Some(Ok(word)) = Words::new(value, Style::Quoted).next() else { return Ok(()) };
    let text = &*word.text;
    let expanded = expand(text, specifiers).map_err(|error| moved(error, value, word.span.clone(), text))?;
    let known = ["block-", "char-", "/dev/", "/run/systemd/inaccessible/"];
    if expanded.open || known.iter().any(|prefix| expanded.text.starts_with(prefix)) {
        return Ok(());
    }
    Err(ValueError::new(word.span, format!("`{text}` is no device"))
        .with_help("write a path below /dev, or a class such as char-rtc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_system_call_is_found_and_no_part_of_one() {
        assert!(KNOWN.lines().is_sorted());
        for known in KNOWN.lines() {
            assert!(has_line(KNOWN, known), "{known}");
            assert_eq!(
                has_line(KNOWN, &known[1..]),
                KNOWN.lines().any(|other| other == &known[1..]),
                "{known}"
            );
        }
        for unknown in ["", "\n", "read\n", "read\nreadahead", "zzz", "!", "@"] {
            assert!(!has_line(KNOWN, unknown), "{unknown:?}");
        }
    }
}
