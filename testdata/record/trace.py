"""What strace saw: processes with their parents, names and ends; who signalled whom; what systemd logged. With times."""
import json
import re
from collections import defaultdict

CALLS = "kill,tgkill,tkill,pidfd_send_signal,rt_sigqueueinfo,rt_tgsigqueueinfo,write,writev,execve,prctl,clone,clone3,fork,vfork"


def signal_name(text):
    """strace's spelling of a signal in systemd's."""
    real_time = re.fullmatch(r"SIGRT_(\d+)", text)  # counted from 32; systemd counts from 34, as the C library does
    return f"SIGRTMIN+{int(real_time[1]) - 2}" if real_time else text


class Trace:
    def __init__(self, text):
        self.parent = {}    # pid -> pid
        self.name = {}      # pid -> the last name it gave itself
        self.argv = {}      # pid -> the last program it became
        self.end = {}       # pid -> (time, {"code": N} or {"killed": SIGNAL})
        self.signals = []   # (time, sender, receiver, SIGNAL, value or None, error or None)
        self.group_kills = []  # (time, control group)
        self.log = defaultdict(list)  # unit -> [(time, what systemd logged about it)]
        unfinished = {}
        for line in text.splitlines():
            row = re.match(r"(\d+)\s+([\d.]+) (.*)", line)
            if not row:
                continue
            pid, at, what = int(row[1]), float(row[2]), row[3]
            if what.endswith("<unfinished ...>"):
                unfinished[pid] = at, what.removesuffix("<unfinished ...>")
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", what)
            if resumed and pid in unfinished:
                at, begun = unfinished.pop(pid)
                what = begun + resumed[1]
            self._line(at, pid, what)
        self.children = defaultdict(list)
        for child, parent in self.parent.items():
            self.children[parent].append(child)

    def _line(self, at, pid, what):
        ended = re.match(r"\+\+\+ (?:exited with (\d+)|killed by (\w+))", what)
        if ended:
            self.end[pid] = at, {"code": int(ended[1])} if ended[1] else {"killed": signal_name(ended[2])}
            return
        called = re.match(r"(\w+)\((.*)\)\s+= (-?\d+|\?)(.*)", what)
        if not called:
            return
        call, arguments, result = called[1], called[2], called[3]
        if call in ("clone", "clone3", "fork", "vfork"):
            if result.isdigit():
                self.parent[int(result)] = pid
        elif call == "prctl":
            name = re.match(r'PR_SET_NAME, "(.*)"', arguments)
            if name:
                self.name[pid] = name[1]
        elif call == "execve":
            argv = re.search(r'\[((?:"(?:[^"\\]|\\.)*"(?:, )?)*)\]', arguments)
            if result == "0" and argv:
                self.argv[pid] = json.loads(f"[{argv[1]}]")
        elif call == "writev":
            if pid == 1:
                text = "".join(re.findall(r'iov_base="((?:[^"\\]|\\.)*)"', arguments))
                unit, colon, text = text.replace("\\n", "").replace('\\"', '"').partition(": ")
                if colon:
                    self.log[unit].append((at, text))
        elif call == "write":
            group = re.match(r'\d+</sys/fs/cgroup(.*)/cgroup\.kill>, "1', arguments)
            if group:
                self.group_kills.append((at, group[1]))
        else:
            self._signal(at, pid, call, arguments, result, called[4])

    def _signal(self, at, pid, call, arguments, result, note):
        signal = re.search(r"\b(SIG[A-Z0-9]+|SIGRT_\d+)\b", arguments)
        target = re.match(r"\d+<pid:(\d+)", arguments) if call == "pidfd_send_signal" else re.match(r"-?(\d+)", arguments)
        if not signal or not target:
            return
        value = re.search(r"si_value=\{(?:int|sival_int)=(-?\d+)|si_int=(-?\d+)", arguments)
        number = value and int(value[1] or value[2])
        error = None if result == "0" else note.split()[0]
        self.signals.append((at, pid, int(target[1]), signal_name(signal[1]), number, error))

    def family(self, pid):
        """The process and its descendants."""
        found, rest = [], [pid]
        while rest:
            pid = rest.pop()
            found.append(pid)
            rest += self.children[pid]
        return found
