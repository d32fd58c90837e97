"""A real systemd as PID 1 of its own namespaces, to be asked what it does.

    with Systemd() as systemd:
        (systemd.units / "a.service").write_text(...)
        systemd.run("systemctl", "daemon-reload")
        print(systemd.run("systemctl", "show", "a.service").stdout)

It runs from a Debian root that mmdebstrap builds once, in $UNITCTL_ORACLE_BASE/$UNITCTL_ORACLE_SUITE (default
/var/lib/oracle/sid; bookworm has systemd 252, trixie 257, sid the newest). Nothing here touches the machine's own /run, /tmp or units. It needs root.
"""
import fcntl
import itertools
import os
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import termios
import threading
import time
import tty
from pathlib import Path

HERE = Path(__file__).resolve().parent
BASE = Path(os.environ.get("UNITCTL_ORACLE_BASE", "/var/lib/oracle"))
SUITE = os.environ.get("UNITCTL_ORACLE_SUITE", "sid")
ROOT = BASE / SUITE
STATE = BASE / "state"
PACKAGES = "systemd,strace,procps,cron,dbus"
MAIN_UNITS = "/run/units"
TRACE = "/run/trace"
_unified = Path("/sys/fs/cgroup/unified")
CGROUP_MOUNT = _unified if (_unified / "cgroup.procs").exists() else Path("/sys/fs/cgroup")
_numbers = itertools.count()

# Runs inside the new namespaces, and becomes systemd. $1 is the Debian root, $2 the terminal that is the console,
# $3 the search path, $4 the log level, $5 the command that traces it, if any.
INNER = r"""
set -e
ROOT=$1
mount --make-rprivate /
mount --bind $ROOT $ROOT
mkdir -p $ROOT/proc $ROOT/sys $ROOT/dev $ROOT/run $ROOT/tmp
mount -t proc proc $ROOT/proc
mount -t sysfs sysfs $ROOT/sys
mount -t cgroup2 cgroup2 $ROOT/sys/fs/cgroup
mount --rbind /dev $ROOT/dev
mount -t tmpfs -o nr_inodes=0,size=1g tmpfs $ROOT/run
mount -t tmpfs tmpfs $ROOT/tmp
[ -e $ROOT/dev/console ] && mount --bind $2 $ROOT/dev/console
IFS=:; for d in $3; do mkdir -p $ROOT$d; first=${first:-$ROOT$d}; done; unset IFS
printf '[Unit]\nDescription=recorder\nDefaultDependencies=no\n' > $first/recorder.target
ln -s recorder.target $first/default.target
cd $ROOT; pivot_root . mnt; umount -l /mnt
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=oracle SYSTEMD_UNIT_PATH=$3 SYSTEMD_LOG_LEVEL=$4 SYSTEMD_LOG_COLOR=0 \
  SYSTEMD_COLORS=0 SYSTEMD_LOG_TARGET=console $5 /usr/lib/systemd/systemd --system --unit=recorder.target --show-status=no
"""


def build():
    """Builds the Debian root, if it is absent."""
    for directory in (BASE, STATE):
        directory.mkdir(parents=True, exist_ok=True)
    with open(BASE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several recorders may start at once
        _build()


def _build():
    if not (ROOT / "usr/lib/systemd/systemd").exists():
        if not (shutil.which("mmdebstrap") and shutil.which("strace")):
            subprocess.run("apt-get update && apt-get install -y mmdebstrap strace", shell=True, check=True, stdout=subprocess.DEVNULL)
        made = subprocess.run(["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", "--keyring=/usr/share/keyrings",
                               '--aptopt=Acquire::Check-Valid-Until "false"', SUITE, str(ROOT), *_mirror()], capture_output=True, text=True)
        if made.returncode:
            raise SystemExit("mmdebstrap failed: " + made.stderr[-600:])


def compile_actor(to):
    """Compiles actor.c."""
    subprocess.run(["gcc", "-O1", "-static", "-Wall", "-o", str(to), str(HERE / "actor.c")], check=True)


def _mirror():
    """The mirror that this machine's own apt uses; none: mmdebstrap's default."""
    for file in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]:
        if file.is_file():
            for found in re.finditer(r"(?m)^(?:URIs:\s*|deb\s+(?:\[[^]]*\]\s*)?)(\S+)", file.read_text()):
                if "security" not in found[1]:
                    return [found[1]]
    return []


class Systemd:
    """A running systemd. `search_path` are its unit directories, the first has the highest priority. With `trace`, a
    list of system calls, strace follows it and all its children from the beginning; trace.py reads what it writes."""

    def __init__(self, search_path=(MAIN_UNITS,), log_level="info", trace=None):
        self.search_path, self.log_level = list(search_path), log_level
        # The tracer leaves PID 1 to systemd (-DDD), and stops nobody for other system calls (--seccomp-bpf).
        self.tracer = f"/usr/bin/strace -DDD -f --seccomp-bpf -ttt -yy -s 400 -e trace={trace} -o {TRACE}" if trace else ""
        self._log = bytearray()
        self._log_lock = threading.Lock()

    def __enter__(self):
        build()
        name = f"{os.getpid()}-{next(_numbers)}"
        self.cg = CGROUP_MOUNT / f"oracle-{name}"
        self.cg.mkdir()
        self._console, terminal = pty.openpty()
        tty.setraw(terminal, termios.TCSANOW)
        threading.Thread(target=self._read_console, daemon=True).start()

        def enter():
            (self.cg / "cgroup.procs").write_text(str(os.getpid()))

        self.outer = subprocess.Popen(
            ["unshare", "-p", "-m", "-C", "-u", "-i", "-f", "bash", "-c", INNER, "bash", str(ROOT), os.ttyname(terminal), ":".join(self.search_path), self.log_level, self.tracer],
            stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal, preexec_fn=enter, start_new_session=True)
        os.close(terminal)
        try:
            self._wait_until_up()
        except BaseException:
            self.outer.kill()
            raise
        self.host_root = Path(f"/proc/{self.pid}/root")
        self.units = self.inside(self.search_path[0])
        return self

    def _wait_until_up(self):
        for _ in range(300):
            if self.outer.poll() is not None:
                break
            children = Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read_text().split()
            if children:
                self.pid = int(children[0])
                if Path(f"/proc/{self.pid}/root/run/systemd/private").exists() and Path(f"/proc/{self.pid}/comm").read_text().strip() == "systemd":
                    return
            time.sleep(0.1)
        raise RuntimeError("systemd did not come up: " + self.log()[-800:])

    def _read_console(self):
        while True:
            try:
                data = os.read(self._console, 65536)
            except OSError as error:
                if error.errno == 5 and getattr(self, "outer", None) and self.outer.poll() is None:
                    time.sleep(0.02)  # nobody has the terminal open at the moment
                    continue
                return
            if not data:
                return
            with self._log_lock:
                self._log += data

    def log(self, clear=False):
        """What systemd wrote to its console so far (since the last clearing), as text; bytes that are not UTF-8 are escaped."""
        time.sleep(0.03)
        with self._log_lock:
            data = bytes(self._log)
            if clear:
                self._log.clear()
        return data.replace(b"\r\n", b"\n").decode("utf-8", "backslashreplace")

    def inside(self, path):
        """The host's path of a path inside."""
        return self.host_root / str(path).lstrip("/")

    def ns(self, *argv):
        return ["nsenter", "-t", str(self.pid), "-p", "-m", "-C", "-u", "-i", *argv]

    def run(self, *argv, check=True, timeout=120, **options):
        """Runs a program inside; returns subprocess.CompletedProcess with text."""
        options = {"text": True, "capture_output": True, "stdin": subprocess.DEVNULL, **options}
        return subprocess.run(self.ns(*argv), check=check, timeout=timeout, **options)

    def version(self):
        """As in '262 (262.1-1)'."""
        return re.sub(r"^systemd ", "", self.run("systemctl", "--version").stdout.splitlines()[0])

    def cgroup_of(self, unit):
        group = self.run("systemctl", "show", "-P", "ControlGroup", unit).stdout.strip()
        return Path(str(self.cg) + group) if group else None

    def __exit__(self, *_):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.outer.wait()
        for _ in range(50):
            try:
                _remove_cgroup(self.cg)
                break
            except OSError:
                time.sleep(0.1)


def _remove_cgroup(cgroup):
    if (cgroup / "cgroup.kill").exists():
        (cgroup / "cgroup.kill").write_text("1")
    time.sleep(0.1)
    for directory, _, _ in os.walk(cgroup, topdown=False):
        os.rmdir(directory)


def processes(cgroup):
    """{host PID: name} of every process below the cgroup, zombies left out."""
    found = {}
    for directory, _, _ in os.walk(cgroup):
        try:
            pids = (Path(directory) / "cgroup.procs").read_text().split()
        except OSError:
            continue
        for pid in pids:
            try:
                if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                    found[int(pid)] = Path(f"/proc/{pid}/comm").read_text().strip()
            except OSError:
                pass
    return found


class Tracer:
    """strace over a process and its descendants (`pid`), or over a command (`argv`: run `.command` yourself), reduced to who was sent which signal.

    `labels` maps host PIDs to the names that events() uses for them.
    """
    SYSCALLS = "kill,tgkill,tkill,pidfd_send_signal,rt_sigqueueinfo,rt_tgsigqueueinfo,write,execve"

    def __init__(self, pid=None, argv=(), labels=None):
        self.labels = labels or {}
        descriptor, self.file = tempfile.mkstemp(dir=STATE, prefix="strace-")
        os.close(descriptor)
        self.command = ["strace", "-f", "-ttt", "-yy", "-s", "200", "--decode-pids=pidns", "-e", "trace=" + self.SYSCALLS, "-e", "signal=none", "-o", self.file]
        if pid is None:
            self.command += list(argv)
            return
        self.process = subprocess.Popen(self.command + ["-p", str(pid)], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "attached" in line:
                return
        raise RuntimeError("strace could not attach")

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def events(self):
        """[(seconds, label, SIGNAL or SIGNAL=value)]; also rows (seconds, "exec", arguments) and (seconds, "*cgroup*", "KILL") for a write to cgroup.kill."""
        found = []
        for line in Path(self.file).read_text().splitlines():
            row = re.match(r"\d+\s+([\d.]+) (\w+)\((.*)\)\s+= (-?\d+|\?)", line)
            if not row:
                continue
            at, call, arguments, result = float(row[1]), row[2], row[3], row[4]
            if call == "execve":
                if result == "0":
                    found.append((at, "exec", arguments))
                continue
            if call == "write":
                if "/cgroup.kill>" in arguments and '"1' in arguments:
                    found.append((at, "*cgroup*", "KILL"))
                continue
            name = re.search(r"\b(SIG[A-Z0-9_]+|SIGRT_\d+)\b", arguments)
            if result != "0" or not name:
                continue
            if call == "pidfd_send_signal":
                target = re.match(r"\d+<pid:(\d+)", arguments)
                pid = int(target[1]) if target else None
            else:
                target = re.match(r"-?(\d+)(?: /\* (\d+) in strace)?", arguments)
                pid = int(target[2] or target[1])
            value = re.search(r"si_value=\{(?:int|sival_int)=(\d+)|si_int=(\d+)", arguments)
            number = value and (value[1] or value[2])
            found.append((at, self.labels.get(pid, "other"), name[1][3:] + (f"={number}" if number not in (None, "0") else "")))
        return found

    def remove(self):
        os.unlink(self.file)
