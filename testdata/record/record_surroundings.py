#!/usr/bin/env python3
"""Records in what surroundings a real systemd runs ExecStop= and ExecStopPost=, in testdata/signals/surroundings.jsonl.

    record_surroundings.py           records
    record_surroundings.py --print   prints, and stores nothing

testdata/README.md describes the file, describe.c what is asked.
"""
import json
import re
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
from systemd import Systemd, compile_actor

HERE = Path(__file__).resolve().parent
FILE = HERE.parent / "signals/surroundings.jsonl"
STOP = "ExecStop=DESCRIBE stop"
POST = "ExecStopPost=DESCRIBE post"

# Name, lines of [Service], files. DESCRIBE WORD writes what it finds under that word.
UNITS = [
    ("default", [STOP, POST], {}),
    ("user-nobody", ["User=nobody", STOP], {}),
    ("user-daemon", ["User=daemon", STOP], {}),
    ("user-root", ["User=root", STOP], {}),
    ("user-sync", ["User=sync", STOP], {}),
    ("user-shell", ["User=www-data", "Group=games", "SupplementaryGroups=mail news", STOP], {}),
    ("user-apt", ["User=_apt", STOP], {}),
    ("user-number", ["User=33", STOP], {}),
    ("user-unknown-number", ["User=4711", STOP], {}),
    ("group", ["Group=games", STOP], {}),
    ("group-number", ["Group=4711", STOP], {}),
    ("groups-number", ["SupplementaryGroups=4712 4713", STOP], {}),
    ("groups-only", ["SupplementaryGroups=mail", "ExecStop=+DESCRIBE stop"], {}),
    ("login", ["SetLoginEnvironment=yes", STOP], {}),
    ("no-login", ["User=daemon", "SetLoginEnvironment=no", STOP], {}),
    ("home", ["WorkingDirectory=~", STOP], {}),
    ("home-of-daemon", ["User=daemon", "WorkingDirectory=~", STOP], {}),
    ("directory", ["WorkingDirectory=/usr", STOP], {}),
    ("full", ["User=daemon", "LimitNOFILE=100", "ExecStop=+DESCRIBE stop"], {}),
    ("not-this-user", ["User=daemon", "LimitNOFILE=100", "ExecStop=!DESCRIBE stop"], {}),
    ("full-groups", ["User=www-data", "Group=games", "SupplementaryGroups=mail news", "ExecStop=+DESCRIBE stop"], {}),
    ("not-this-user-groups", ["User=www-data", "Group=games", "SupplementaryGroups=mail news", "ExecStop=!DESCRIBE stop"], {}),
    ("start-only", ["PermissionsStartOnly=yes", "User=daemon", "LimitNOFILE=100", STOP], {}),
    ("limits", ["UMask=027", "Nice=5", "LimitNOFILE=77:99", STOP], {}),
    ("sigpipe", ["IgnoreSIGPIPE=no", STOP], {}),
    ("variables", ['Environment=A=1 "B=x y" HOME=/h', "EnvironmentFile=FILES/a.conf", "EnvironmentFile=-FILES/absent",
                   "PassEnvironment=container PATH absent", "UnsetEnvironment=GONE C=other", STOP],
     {"a.conf": "A=2\nC='single quoted'\nGONE=1\n"}),
    ("search-path", ["ExecSearchPath=/bin:/usr/bin", STOP], {}),
    ("pid-file", ["PIDFile=/run/surroundings.pid", STOP, POST], {}),
    ("killed", ["KillSignal=KILL", POST], {}),
    ("failed", ["SuccessExitStatus=7", "ExecStop=-/bin/false", "ExecStop=/bin/false", POST], {}),
    ("input-text", ["StandardInput=data", "StandardInputText=one\\ttwo", "StandardInputText=%n", "StandardInputData=dGhyZWUK", STOP], {}),
    ("input-without-data", ["StandardInputText=one", STOP], {}),
    ("input-null", ["StandardInput=null", "StandardInputText=one", STOP], {}),
    ("input-reset", ["StandardInput=data", "StandardInputText=one", "StandardInputText=", "StandardInputData=dHdv ZWlucw==", STOP], {}),
    ("input-file", ["StandardInput=file:FILES/in", STOP], {"in": "given\n"}),
    ("input-file-and-text", ["StandardInput=file:FILES/in", "StandardInputText=one", STOP], {"in": "given\n"}),
    ("input-escapes", ["StandardInputText=a\\x41\\u00e4\\q", 'StandardInputText="b" \\', "  c", "StandardInputData=!", STOP], {}),
    ("input-escaped", ["StandardInputText=a\\x41\\u00e4\\t%p", STOP], {}),
    ("directories", ["RuntimeDirectory=a b/c", "RuntimeDirectory=d a", "StateDirectory=s:t", "CacheDirectory=c", "LogsDirectory=l", "ConfigurationDirectory=f", STOP], {}),
    ("directories-reset", ["RuntimeDirectory=a", "RuntimeDirectory=", "StateDirectory=%p", STOP], {}),
    ("delegated", ["Delegate=yes", STOP, POST], {}),
    ("delegated-subgroup", ["Delegate=yes", "DelegateSubgroup=sub", STOP], {}),
    ("pressure-off", ["MemoryPressureWatch=off", STOP], {}),
    ("pressure-skip", ["MemoryPressureWatch=skip", STOP], {}),
    ("pressure-threshold", ["MemoryPressureWatch=yes", "MemoryPressureThresholdSec=1s", STOP], {}),
    ("pressure-unaccounted", ["MemoryAccounting=no", STOP], {}),
    ("identifier", ["SyslogIdentifier=x", "Type=exec", STOP], {}),
]


def main():
    with Systemd() as systemd:
        compile_actor(systemd.inside("/run/actor"))
        subprocess.run(["gcc", "-O1", "-static", "-o", str(systemd.inside("/run/describe")), str(HERE / "describe.c")], check=True)
        base = systemd.inside("/run/surroundings")
        for name, lines, files in UNITS:
            folder = base / name
            folder.mkdir(parents=True)
            folder.chmod(0o777)
            for file, content in files.items():
                (folder / file).write_text(content)
            (systemd.units / f"{name}.service").write_text(text(lines).replace("DESCRIBE ", f"/run/describe /run/surroundings/{name}/").replace("FILES", f"/run/surroundings/{name}").replace("ACTOR", "/run/actor"))
        base.chmod(0o777)
        systemd.run("systemctl", "daemon-reload")
        names = [f"{name}.service" for name, _, _ in UNITS]
        systemd.run("systemctl", "start", *names)
        time.sleep(0.5)
        nice = Path(f"/proc/{systemd.pid}/stat").read_text().rsplit(")", 1)[1].split()[16]
        mains = {name: systemd.run("systemctl", "show", "-P", "MainPID", f"{name}.service").stdout.strip() for name, _, _ in UNITS}
        systemd.run("systemctl", "stop", *names, check=False)
        header = {"systemd": systemd.version(), "passwd": lines_of(systemd.inside("/etc/passwd")), "group": lines_of(systemd.inside("/etc/group"))}
        rows = [header]
        for name, lines, files in UNITS:
            found = {}
            for word in ("stop", "post"):
                file = base / name / word
                if file.exists():
                    found[word] = described(file.read_text(), mains[name], nice, name)
            gone = not Path(f"{systemd.cg}/system.slice/{name}.service").exists()
            rows.append({"name": name, "unit": text(lines), "files": files, "found": found, "cgroup_removed": gone})
    out = "".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows)
    if "--print" in sys.argv:
        print(out, end="")
    else:
        FILE.write_text(out)
        print(f"{len(UNITS)} units", file=sys.stderr)


def text(lines):
    return "[Service]\nExecStart=ACTOR main\n" + "".join(line + "\n" for line in lines)


def lines_of(file):
    return [line for line in file.read_text().splitlines() if line.split(":")[0] in ("_apt", "root", "nobody", "nogroup", "daemon", "sync", "www-data", "games", "mail", "news")]


def described(text, main, nice, name):
    """The lines, sorted, with what is different each time replaced by what it stands for."""
    own = re.search(r"(?m)^self (\d+)$", text)[1]
    lines = []
    for line in text.splitlines():
        line = re.sub(r"^env MAINPID=" + main + "$", "env MAINPID=MAIN", line)
        line = re.sub(r"^(env SYSTEMD_EXEC_PID=|self )" + own + "$", r"\1SELF", line)
        line = re.sub(r"^env INVOCATION_ID=[0-9a-f]{32}$", "env INVOCATION_ID=ID", line)
        line = re.sub(r"^env MAINPIDFDID=\d+$", "env MAINPIDFDID=ID", line)
        # What comes from the manager itself.
        line = re.sub(f"^nice {nice}$", "nice OWN", line)
        line = re.sub(r"^files (1024|20000) 20000$", "files OWN", line)
        line = line.replace(f"/system.slice/{name}.service", "CGROUP").replace("/sys/fs/cgroupCGROUP", "CGROUP")
        lines.append(line.replace(f"/run/surroundings/{name}", "FILES"))
    return sorted(lines)


main()
