#!/usr/bin/env python3
"""How long `systemctl stop` takes, in a real systemd: time_stop.py PROGRAM COUNT

PROGRAM, a static one, is a service's main process; with COUNT as its argument it has that many processes in all, which
obey SIGTERM. For each line of its input it stops one, and prints the microseconds that took.
"""
import sys
import time
from systemd import Systemd

program, count = sys.argv[1], int(sys.argv[2])
with Systemd() as systemd:
    inside = systemd.inside("/run/herd")
    inside.write_bytes(open(program, "rb").read())
    inside.chmod(0o755)
    (systemd.units / "herd.service").write_text(f"[Service]\nTasksMax=infinity\nExecStart=/run/herd {count}\n")
    systemd.run("systemctl", "daemon-reload")
    for _ in sys.stdin:
        systemd.run("systemctl", "start", "herd.service")
        procs = systemd.cgroup_of("herd.service") / "cgroup.procs"
        while len(procs.read_text().split()) < count:
            time.sleep(0.05)
        time.sleep(0.2)
        script = 'a=$EPOCHREALTIME; systemctl stop herd.service; b=$EPOCHREALTIME; echo $(( ${b/./} - ${a/./} ))'
        print(systemd.run("bash", "-c", script).stdout.strip(), flush=True)
