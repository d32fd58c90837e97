//! One process: a handle that never means another one, and what /proc says of it.
//!
//! Whether a process belongs to a cgroup is asked in [`super::cgroup`].

use super::cgroup::PROCS_AT_A_TIME;
use super::sys;
use crate::world::{ExitStatus, Pid};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::statfs::{FsType, fstatfs};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;
use unitctl_parser::value::signal::Signal;

/// A process that was found, by a descriptor that the kernel never gives to another process (pidfds,
/// Linux 5.3).
///
/// Older kernels have only the number: then a process that takes over the number between the last look and
/// the signal is hit in its place. [`Handle::is_exact`] tells.
#[derive(Debug)]
pub struct Handle {
    pid: Pid,
    pidfd: Option<OwnedFd>,
}

/// Where the kernel has no pidfds, a seccomp filter that does not know the call answers EPERM.
const fn without_pidfds(error: Errno) -> bool {
    matches!(error, Errno::ENOSYS | Errno::EPERM)
}

impl Handle {
    /// Takes hold of the process that has this number now. ESRCH: nobody has.
    pub fn open(pid: Pid) -> nix::Result<Self> {
        match sys::pidfd_open(pid) {
            Ok(pidfd) => Ok(Self { pid, pidfd: Some(pidfd) }),
            Err(error) if without_pidfds(error) => Self::by_number(pid),
            // A thread that is not a process has no pidfd of this kind.
            Err(Errno::EINVAL | Errno::ENOENT) => Err(Errno::ESRCH),
            Err(error) => Err(error),
        }
    }

    /// Takes hold of it as kernels before 5.3 let us.
    pub(super) fn by_number(pid: Pid) -> nix::Result<Self> {
        match sys::kill(pid, 0, None) {
            Err(Errno::ESRCH) => Err(Errno::ESRCH),
            _ => Ok(Self { pid, pidfd: None }),
        }
    }

    /// Its number.
    pub const fn pid(&self) -> Pid {
        self.pid
    }

    /// Whether no other process can be meant.
    pub const fn is_exact(&self) -> bool {
        self.pidfd.is_some()
    }

    /// The descriptor, which becomes readable when the process and all its threads have ended.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.pidfd.as_ref().map(AsFd::as_fd)
    }

    /// A number that is never given to another process either, while the machine runs (the inode of its pidfd,
    /// Linux 6.9).
    pub fn id(&self) -> Option<u64> {
        /// The file system of such pidfds.
        const PIDFS: FsType = FsType(0x5049_4446);
        let pidfd = self.pidfd.as_ref()?;
        fstatfs(pidfd).ok().filter(|fs| fs.filesystem_type() == PIDFS)?;
        nix::sys::stat::fstat(pidfd).ok().map(|stat| stat.st_ino)
    }

    /// Sends a signal, with a number if one is given. ESRCH: it has ended; EPERM: we may not.
    pub fn signal(&self, signal: Signal, value: Option<i32>) -> nix::Result<()> {
        self.send(signal.number(), value)
    }

    fn send(&self, signal: i32, value: Option<i32>) -> nix::Result<()> {
        match &self.pidfd {
            Some(pidfd) => sys::pidfd_send_signal(pidfd.as_fd(), signal, value),
            None => sys::kill(self.pid, signal, value),
        }
    }

    /// Whether it has ended; somebody may still have to wait for it (a zombie counts as ended).
    pub fn has_ended(&self) -> bool {
        match &self.pidfd {
            Some(pidfd) => {
                let mut fds = [PollFd::new(pidfd.as_fd(), PollFlags::POLLIN)];
                matches!(poll(&mut fds, PollTimeout::ZERO), Ok(n) if n > 0)
            }
            None => match Stat::read(self.pid) {
                Ok(stat) => stat.is_zombie() && stat.threads <= 1,
                Err(_) => self.has_been_reaped(),
            },
        }
    }

    /// Whether it has ended and been waited for, so that not even a zombie is left.
    pub(super) fn has_been_reaped(&self) -> bool {
        self.send(0, None) == Err(Errno::ESRCH)
    }

    pub(super) fn info(&self) -> nix::Result<sys::PidfdInfo> {
        self.pidfd.as_ref().map_or(Err(Errno::ENOSYS), |pidfd| sys::pidfd_info(pidfd.as_fd()))
    }

    /// How it ended, if it has and if the kernel tells somebody who is not its parent: from /proc while it
    /// is a zombie (with the rights of ptrace(2)), from its pidfd once it has been waited for (Linux 6.15).
    pub fn exit(&self) -> Option<ExitStatus> {
        if !self.has_ended() {
            return None;
        }
        let zombie = Stat::read(self.pid).ok().filter(Stat::is_zombie);
        // Asked after the file was read: as long as it has not been waited for, the file is about it.
        match self.info() {
            Ok(info) if info.exit_code.is_some() => info.exit_code.and_then(exit_status),
            Ok(info) if info.cgroup_id.is_none() => None,
            Err(_) if self.has_been_reaped() => None,
            // Who may not know is told 0.
            Ok(_) | Err(_) => zombie
                .and_then(|stat| stat.exit)
                .filter(|&exit| exit != ExitStatus::Code(0) || nix::unistd::geteuid().is_root()),
        }
    }
}

/// From the status that wait(2) fills in; `None` for a process that was only stopped or continued.
pub(super) fn exit_status(status: i32) -> Option<ExitStatus> {
    match status & 0x7f {
        0 => u8::try_from((status >> 8) & 0xff).ok().map(ExitStatus::Code),
        0x7f => None,
        signal => {
            let signal = Signal::from_number(signal)?;
            Some(if status & 0x80 == 0 { ExitStatus::Signal(signal) } else { ExitStatus::CoreDump(signal) })
        }
    }
}

/// This process.
pub(super) fn this() -> Pid {
    Pid(nix::unistd::getpid().as_raw())
}

/// `/proc/PID/stat` (proc_pid_stat(5)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The name of the program, at most 15 bytes; the kernel escapes nothing in it.
    pub comm: String,
    /// R, S, D, T, t, Z, X, I.
    pub state: char,
    /// Its parent; 0 if that is in another PID namespace.
    pub ppid: Pid,
    /// Threads, itself included.
    pub threads: u32,
    /// When it started, in clock ticks since the machine started.
    pub start_ticks: u64,
    /// How it ended, for a zombie and with the rights to know.
    pub exit: Option<ExitStatus>,
    /// The processor it runs on, or ran on last.
    pub processor: usize,
    flags: u32,
}

/// The kernel's PF_KTHREAD.
const KERNEL_THREAD: u32 = 0x0020_0000;

impl Stat {
    /// Reads it. The error is NotFound for a process that is gone, or that /proc hides (hidepid).
    pub fn read(pid: Pid) -> io::Result<Self> {
        // The longest comm and 52 numbers stay below this.
        let mut buffer = [0; 2048];
        let text = read_small(&format!("/proc/{pid}/stat"), &mut buffer)?;
        Self::parse(text).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
    }

    /// From the text of the file; nothing if that is not of this form.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let open = text.iter().position(|&b| b == b'(')?;
        let close = text.iter().rposition(|&b| b == b')')?;
        let comm = String::from_utf8_lossy(text.get(open + 1..close)?).into_owned();
        let mut fields = std::str::from_utf8(&text[close + 1..]).ok()?.split_ascii_whitespace();
        // The numbers in the comments are those of the manual page.
        let state = fields.next()?.chars().next()?; // 3
        let ppid = Pid(fields.next()?.parse().ok()?); // 4
        let flags = fields.nth(4)?.parse().ok()?; // 9
        let threads = fields.nth(10)?.parse().ok()?; // 20
        let start_ticks = fields.nth(1)?.parse().ok()?; // 22
        let processor = fields.nth(16)?.parse().ok()?; // 39
        let status: i32 = fields.nth(12)?.parse().ok()?; // 52
        let zombie = matches!(state, 'Z' | 'X');
        let exit = if zombie { exit_status(status) } else { None };
        Some(Self { comm, state, ppid, threads, start_ticks, exit, processor, flags })
    }

    /// Whether it has ended and nobody has waited for it yet; threads of it may live on.
    pub const fn is_zombie(&self) -> bool {
        matches!(self.state, 'Z' | 'X')
    }

    /// Whether it is a thread of the kernel's, which no signal reaches.
    pub const fn is_kernel_thread(&self) -> bool {
        self.flags & KERNEL_THREAD != 0
    }

    /// How long it has been running.
    pub fn age(&self) -> Option<Duration> {
        use nix::time::{ClockId, clock_gettime};
        use nix::unistd::{SysconfVar, sysconf};
        let ticks = u64::try_from(sysconf(SysconfVar::CLK_TCK).ok()??).ok()?.max(1);
        let now = Duration::from(clock_gettime(ClockId::CLOCK_BOOTTIME).ok()?);
        let start = self.start_ticks.checked_mul(1_000_000_000 / ticks)?;
        Some(now.saturating_sub(Duration::from_nanos(start)))
    }
}

/// Its name, or nothing if it is gone or hidden.
pub fn comm(pid: Pid) -> Option<String> {
    let mut buffer = [0; 64];
    let text = read_small(&format!("/proc/{pid}/comm"), &mut buffer).ok()?;
    Some(String::from_utf8_lossy(text.strip_suffix(b"\n").unwrap_or(text)).into_owned())
}

/// The children of its first thread; none where the kernel does not say (CONFIG_PROC_CHILDREN).
pub(super) fn children(pid: Pid) -> Vec<Pid> {
    // Mostly there are few, or thousands.
    let mut text = String::with_capacity(PROCS_AT_A_TIME);
    let read = File::open(format!("/proc/{pid}/task/{pid}/children"));
    let _none_or_some = read.and_then(|mut file| file.read_to_string(&mut text));
    text.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).map(Pid).collect()
}

/// The words of its command line; a kernel thread or a zombie has none.
pub fn command_line(pid: Pid) -> Vec<String> {
    // A megabyte of arguments helps nobody who looks at a list of processes.
    let mut text = Vec::new();
    let read = File::open(format!("/proc/{pid}/cmdline")).and_then(|f| f.take(4096).read_to_end(&mut text));
    if read.is_err() || text.is_empty() {
        return Vec::new();
    }
    let words = text.strip_suffix(b"\0").unwrap_or(&text);
    words.split(|&b| b == 0).map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// The program it runs, if we may know.
pub fn executable(pid: Pid) -> Option<std::path::PathBuf> {
    std::fs::read_link(format!("/proc/{pid}/exe")).ok()
}

/// Reads a file of /proc that the kernel hands over in one piece.
pub(super) fn read_small<'b>(path: &str, buffer: &'b mut [u8]) -> io::Result<&'b [u8]> {
    let mut file = File::open(path)?;
    let mut length = 0;
    loop {
        match file.read(&mut buffer[length..]) {
            Ok(0) => return Ok(&buffer[..length]),
            Ok(n) => length += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // What the kernel says of a process that ended while its file was open.
            Err(error) if error.raw_os_error() == Some(Errno::ESRCH as i32) => {
                return Err(io::ErrorKind::NotFound.into());
            }
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_anything() {
        let line = b"17 (a) Z (\xff)) T 3 17 17 0 -1 4194560 104 0 0 0 0 0 0 0 20 0 5 0 1234 2818048 241 \
            18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 6 0 0 0 0 0 0 0 0 0 0 0 0 9\n";
        let stat = Stat::parse(line).unwrap();
        assert_eq!(stat.comm, "a) Z (\u{fffd})");
        assert_eq!((stat.state, stat.ppid, stat.threads, stat.start_ticks), ('T', Pid(3), 5, 1234));
        assert_eq!(stat.exit, None, "only a zombie has ended");
        assert_eq!(stat.processor, 6);
        assert!(!stat.is_kernel_thread());
    }

    #[test]
    fn every_truncation_is_refused_or_read() {
        let whole = std::fs::read("/proc/self/stat").unwrap();
        for length in 0..whole.len() {
            let _ = Stat::parse(&whole[..length]);
        }
        assert_eq!(Stat::parse(&whole).unwrap().ppid, Pid(nix::unistd::getppid().as_raw()));
    }

    #[test]
    fn statuses_of_wait() {
        assert_eq!(exit_status(0), Some(ExitStatus::Code(0)));
        assert_eq!(exit_status(3 << 8), Some(ExitStatus::Code(3)));
        assert_eq!(exit_status(15), Some(ExitStatus::Signal(Signal::TERM)));
        assert_eq!(exit_status(0x86), Some(ExitStatus::CoreDump(Signal::ABRT)));
        assert_eq!(exit_status(0x137f), None, "stopped");
    }

    #[test]
    fn this_process_is_young_and_has_a_name() {
        let me = this();
        let stat = Stat::read(me).unwrap();
        assert!(stat.age().unwrap() < Duration::from_secs(3600));
        assert_eq!(comm(me).as_deref(), Some(stat.comm.as_str()));
        assert!(!command_line(me).is_empty());
        assert!(executable(me).is_some());
    }
}
