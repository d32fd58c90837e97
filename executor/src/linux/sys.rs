//! The system calls that nix lacks, each behind a safe function: the only `unsafe` of the project.
//!
//! What a call means to a stop or a kill is the business of the modules around this one.

#![expect(
    unsafe_code,
    reason = "system calls without a safe wrapper in nix; each block says why it is sound"
)]

use crate::world::Pid;
use nix::errno::Errno;
use nix::libc::{self, c_char, c_int, c_void};
use std::ffi::{CStr, CString};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, Ordering};

/// A descriptor of the process `pid` (pidfd_open(2), Linux 5.3). It is closed on exec.
///
/// ESRCH: no such process; EINVAL or ENOENT: a thread that is not a process; ENOSYS, or EPERM from a
/// seccomp filter that does not know the call: the kernel has none.
pub(super) fn pidfd_open(pid: Pid) -> nix::Result<OwnedFd> {
    // SAFETY: takes two integers and touches no memory of ours.
    let fd = Errno::result(unsafe { libc::syscall(libc::SYS_pidfd_open, pid.0, 0) })?;
    let fd = c_int::try_from(fd).map_err(|_| Errno::EBADF)?;
    // SAFETY: the kernel has just made this descriptor for us; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// What sigqueue(3) sends along: the layout of `siginfo_t` where `si_code` is SI_QUEUE.
#[repr(C)]
struct QueuedSignal {
    signo: c_int,
    errno: c_int,
    code: c_int,
    fields: QueuedFields,
}

/// The part of it that is aligned like a pointer.
#[repr(C)]
#[derive(Clone, Copy)]
struct QueuedFields {
    pid: libc::pid_t,
    uid: libc::uid_t,
    value: QueuedValue,
}

#[repr(C)]
#[derive(Clone, Copy)]
union QueuedValue {
    int: c_int,
    pointer: *mut c_void,
}

/// `siginfo_t` is 128 bytes long; the kernel reads all of them.
#[repr(C)]
union SignalInfo {
    queued: std::mem::ManuallyDrop<QueuedSignal>,
    size: [u8; 128],
}

fn queued(signal: c_int, value: c_int) -> SignalInfo {
    let mut info = SignalInfo { size: [0; 128] };
    let mut queued_value = QueuedValue { pointer: std::ptr::null_mut() };
    queued_value.int = value;
    info.queued = std::mem::ManuallyDrop::new(QueuedSignal {
        signo: signal,
        errno: 0,
        code: libc::SI_QUEUE,
        fields: QueuedFields {
            pid: nix::unistd::getpid().as_raw(),
            uid: nix::unistd::getuid().as_raw(),
            value: queued_value,
        },
    });
    info
}

/// Sends a signal to the process a descriptor stands for, with a number if one is given
/// (pidfd_send_signal(2)). ESRCH: it has ended; EPERM: it is somebody else's.
pub(super) fn pidfd_send_signal(pidfd: BorrowedFd, signal: c_int, value: Option<c_int>) -> nix::Result<()> {
    let info = value.map(|value| queued(signal, value));
    let pointer = info.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the pointer is null or points to 128 readable bytes that live until the call returns.
    let done = unsafe { libc::syscall(libc::SYS_pidfd_send_signal, pidfd.as_raw_fd(), signal, pointer, 0) };
    Errno::result(done).map(drop)
}

/// Sends a signal to a number, for kernels without pidfds (kill(2), rt_sigqueueinfo(2)). Unlike nix's
/// it takes real-time signals.
pub(super) fn kill(pid: Pid, signal: c_int, value: Option<c_int>) -> nix::Result<()> {
    let done = match value {
        // SAFETY: takes two integers and touches no memory of ours.
        None => libc::c_long::from(unsafe { libc::kill(pid.0, signal) }),
        Some(value) => {
            let info = queued(signal, value);
            // SAFETY: the pointer points to 128 readable bytes that live until the call returns.
            unsafe { libc::syscall(libc::SYS_rt_sigqueueinfo, pid.0, signal, std::ptr::from_ref(&info)) }
        }
    };
    Errno::result(done).map(drop)
}

/// `struct pidfd_info` in its first version (linux/pidfd.h).
#[repr(C)]
#[derive(Default)]
pub(super) struct RawPidfdInfo {
    mask: u64,
    cgroup_id: u64,
    pid: u32,
    tgid: u32,
    ppid: u32,
    credentials: [u32; 8],
    exit_code: i32,
}

/// What the kernel says of the process behind a pidfd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PidfdInfo {
    /// The inode number of its cgroup in the v2 hierarchy. `None`: it has been reaped.
    pub(super) cgroup_id: Option<u64>,
    /// Its parent; 0 if that is outside our PID namespace.
    pub(super) ppid: u32,
    /// The status that waitpid(2) gave, once somebody has waited for it (Linux 6.15).
    pub(super) exit_code: Option<i32>,
}

nix::ioctl_readwrite!(ioctl_pidfd_get_info, 0xFF, 11, RawPidfdInfo);

const INFO_PID: u64 = 1;
const INFO_CGROUP: u64 = 1 << 2;
const INFO_EXIT: u64 = 1 << 3;

/// PIDFD_GET_INFO (Linux 6.13). ENOTTY: this kernel has none; ESRCH: the process was reaped and this
/// kernel does not keep its status.
pub(super) fn pidfd_info(pidfd: BorrowedFd) -> nix::Result<PidfdInfo> {
    let mut raw = RawPidfdInfo { mask: INFO_PID | INFO_CGROUP | INFO_EXIT, ..RawPidfdInfo::default() };
    // SAFETY: the request number carries the size of the structure; the kernel writes no more than that.
    unsafe { ioctl_pidfd_get_info(pidfd.as_raw_fd(), &raw mut raw) }?;
    let has = |bit| raw.mask & bit != 0;
    Ok(PidfdInfo {
        cgroup_id: (has(INFO_PID) && has(INFO_CGROUP)).then_some(raw.cgroup_id),
        ppid: raw.ppid,
        exit_code: has(INFO_EXIT).then_some(raw.exit_code),
    })
}

/// Forks. The child runs `child` and leaves with the exit status it returns, without unwinding and
/// without running exit handlers.
///
/// `child` must do nothing but system calls: no allocation, no lock, no panic. In a program with several
/// threads, another one may hold a lock at this moment that nobody will ever release in the child.
pub(super) fn fork(child: impl FnOnce() -> c_int) -> nix::Result<Pid> {
    // SAFETY: the child only calls `child`, which is held to async-signal-safe work, and then `_exit`.
    match unsafe { nix::unistd::fork() }? {
        nix::unistd::ForkResult::Parent { child } => Ok(Pid(child.as_raw())),
        nix::unistd::ForkResult::Child => {
            let status = child();
            // SAFETY: ends the process; nothing of ours runs afterwards.
            unsafe { libc::_exit(status) }
        }
    }
}

/// The status of a child that has ended, taken away from the kernel (waitpid(2)); `None`: it runs on.
/// Unlike nix's it knows real-time signals.
pub(super) fn wait(child: Pid) -> nix::Result<Option<c_int>> {
    let mut status = 0;
    // SAFETY: the pointer is to an integer of ours that outlives the call.
    let pid = Errno::result(unsafe { libc::waitpid(child.0, &raw mut status, libc::WNOHANG) })?;
    Ok((pid != 0).then_some(status))
}

/// A list of strings as exec(2) takes it, made before a fork so that nothing is allocated after it.
pub(super) struct ExecStrings {
    /// They own what the pointers point to, each with a NUL at its end.
    strings: Vec<Vec<u8>>,
    pointers: Vec<*const c_char>,
}

impl ExecStrings {
    pub(super) fn new(strings: Vec<CString>) -> Self {
        let strings: Vec<Vec<u8>> = strings.into_iter().map(CString::into_bytes_with_nul).collect();
        let pointers = strings.iter().map(|s| s.as_ptr().cast()).chain([std::ptr::null()]).collect();
        Self { strings, pointers }
    }

    /// Writes a number in the place of a word that is no shorter than it, wherever that stands, without allocating.
    pub(super) fn replace(&mut self, word: &str, number: i32) {
        let mut digits = [0; 11];
        let mut first = digits.len();
        let mut rest = number.unsigned_abs();
        while first == digits.len() || rest > 0 {
            first -= 1;
            digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        let digits = &digits[first..];
        for string in &mut self.strings {
            let mut from = 0;
            while let Some(found) = memchr::memmem::find(&string[from..], word.as_bytes()) {
                let at = from + found;
                from = at + digits.len();
                string[at..from].copy_from_slice(digits);
                string.copy_within(at + word.len().., from);
                // What is behind the first NUL is nobody's.
            }
        }
    }
}

/// Replaces this program by another (execve(2)). Returns only if that fails.
pub(super) fn exec(program: &CStr, argv: &ExecStrings, environment: &ExecStrings) -> Errno {
    // SAFETY: both lists end with a null pointer, and their strings are alive.
    unsafe { libc::execve(program.as_ptr(), argv.pointers.as_ptr(), environment.pointers.as_ptr()) };
    Errno::last()
}

/// Gives every signal its default effect, which exec(2) alone does only to those with a handler; SIGPIPE
/// stays ignored if `ignore_pipe`, as `IgnoreSIGPIPE=` says.
pub(super) fn reset_signals(ignore_pipe: bool) {
    for signal in 1..=64 {
        let effect = if signal == libc::SIGPIPE && ignore_pipe { libc::SIG_IGN } else { libc::SIG_DFL };
        // SAFETY: neither effect is a function of ours. The C library refuses KILL, STOP and its own two.
        unsafe { libc::signal(signal, effect) };
    }
}

/// The signal that has interrupted this process; 0: none has.
static INTERRUPTED_BY: AtomicI32 = AtomicI32::new(0);

/// What becomes readable when one does; made once.
static WAKES: OnceLock<OwnedFd> = OnceLock::new();

/// The number of the signal that has interrupted this process, once [`catch_interrupts`] was called.
pub(super) fn interrupted_by() -> Option<c_int> {
    Some(INTERRUPTED_BY.load(Ordering::Relaxed)).filter(|&signal| signal != 0)
}

/// Notes the first signal, and lets the second have its default effect as soon as this has returned.
extern "C" fn on_interrupt(signal: c_int) {
    let errno = Errno::last_raw();
    if INTERRUPTED_BY.compare_exchange(0, signal, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
        if let Some(wakes) = WAKES.get() {
            let one = 1_u64;
            // SAFETY: writes the eight bytes of a number of ours; signal-safety(7) allows it.
            unsafe { libc::write(wakes.as_raw_fd(), (&raw const one).cast(), size_of::<u64>()) };
        }
    } else {
        // SAFETY: takes integers; signal-safety(7) allows both.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
    }
    Errno::set_raw(errno);
}

/// Has SIGINT and SIGTERM noted instead of ending this process, unless they are ignored. The descriptor becomes readable
/// then.
pub(super) fn catch_interrupts() -> nix::Result<BorrowedFd<'static>> {
    use nix::sys::eventfd::{EfdFlags, EventFd};
    use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
    let made = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
    let wakes = WAKES.get_or_init(|| made.into());
    let noted = SigAction::new(SigHandler::Handler(on_interrupt), SaFlags::SA_RESTART, SigSet::empty());
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        // SAFETY: the handler touches an atomic number and makes system calls that signal-safety(7) allows.
        let before = unsafe { sigaction(signal, &noted) }?;
        if before.handler() == SigHandler::SigIgn {
            // SAFETY: what was in force before.
            unsafe { sigaction(signal, &before) }?;
        }
    }
    Ok(wakes.as_fd())
}

/// The standard stream of this number, 0 to 2, as it is now.
pub(super) fn standard(number: c_int) -> BorrowedFd<'static> {
    // SAFETY: the standard library sees to it that these three are open from the start, and nobody here
    // closes them.
    unsafe { BorrowedFd::borrow_raw(number) }
}

/// Marks every descriptor from `first` on to be closed by exec (close_range(2), Linux 5.11; one by one
/// before that).
pub(super) fn close_on_exec_from(first: c_int) {
    // SAFETY: takes three integers; the descriptors themselves stay open for their owners.
    let done = unsafe { libc::syscall(libc::SYS_close_range, first, c_int::MAX, libc::CLOSE_RANGE_CLOEXEC) };
    if done == 0 {
        return;
    }
    let most = nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE)
        .map_or(1024, |(soft, _)| soft.min(65_536));
    let most = c_int::try_from(most).unwrap_or(1024);
    // Which of them are open is asked of many at a time: one call for each took longer than many a command.
    let mut some = [libc::pollfd { fd: 0, events: 0, revents: 0 }; 256];
    let mut next = first;
    while next < most {
        let fds = some.iter_mut().zip(next..most).map(|(slot, fd)| slot.fd = fd).count();
        // SAFETY: the pointer is to that many structures of ours, which outlive the call.
        let asked = unsafe { libc::poll(some.as_mut_ptr(), fds as libc::nfds_t, 0) } >= 0;
        for slot in &some[..fds] {
            if !asked || slot.revents & libc::POLLNVAL == 0 {
                // SAFETY: sets a flag of a descriptor, or fails with EBADF if there is none.
                unsafe { libc::fcntl(slot.fd, libc::F_SETFD, libc::FD_CLOEXEC) };
            }
        }
        next = next.saturating_add(256);
    }
}

/// The nice level of this process.
pub(super) fn nice() -> c_int {
    // SAFETY: takes two integers and touches no memory of ours. It cannot fail for ourselves.
    unsafe { libc::getpriority(libc::PRIO_PROCESS, 0) }
}

/// Sets the nice level of this process, from -20 to 19.
pub(super) fn set_nice(level: c_int) -> nix::Result<()> {
    // SAFETY: takes three integers and touches no memory of ours.
    Errno::result(unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, level) }).map(drop)
}

/// Puts this process before all ordinary ones, or among them again (sched(7)). Its children are ordinary in
/// any case. EPERM: it has no right to.
pub(super) fn set_urgent(urgent: bool) -> nix::Result<()> {
    // Who has the right to become urgent need not have that to give up this about children.
    let policy = libc::SCHED_RESET_ON_FORK | if urgent { libc::SCHED_RR } else { libc::SCHED_OTHER };
    let parameters = libc::sched_param { sched_priority: c_int::from(urgent) };
    // SAFETY: the pointer is to a structure of ours that outlives the call.
    Errno::result(unsafe { libc::sched_setscheduler(0, policy, &raw const parameters) }).map(drop)
}

/// What libgcc calls for each frame of the stack.
#[cfg(unitctl_one_file)]
type EachFrame = extern "C" fn(*mut c_void, *mut c_void) -> c_int;

/// Walks no stack: a panic of the one static file ends it at once, and it has nothing that would name the frames.
///
/// It takes the place of libgcc's, and the compiler sees that `_each` is never called: what the standard library would
/// read debugging information with, 187 KB, is left out.
// SAFETY: the name is libgcc's, and so are the types; to fail is one of its answers (_URC_END_OF_STACK).
#[cfg(unitctl_one_file)]
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Backtrace(_each: EachFrame, _with: *mut c_void) -> c_int {
    5
}
