#!/usr/bin/env python3
"""Records a stop and several kills of each of some services, in testdata/signals/comparisons.jsonl.

With --seed N --count K --out FILE the services are drawn from the seed. Every process leaves every signal at its default effect. testdata/README.md describes the file: its lines are those of situations.jsonl.
"""
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from draw_situations import compared
from record_signals import agreed, as_text
from situations import NO_MAIN, ONESHOT, S, post, reload, stop

FILE = Path(__file__).resolve().parent.parent / "signals/comparisons.jsonl"
KILLS = ["kill", "kill --kill-whom=main", "kill -s KILL", "kill -s HUP", "kill -s QUIT"]
SERVICES = {
    "plain": [],
    "mixed": ["KillMode=mixed"],
    "process": ["KillMode=process"],
    "none": ["KillMode=none"],
    "quit": ["KillSignal=SIGQUIT"],
    "kill-signal-kill": ["KillSignal=SIGKILL"],
    "kill-signal-hup": ["KillSignal=SIGHUP"],
    "mixed-quit": ["KillMode=mixed", "KillSignal=SIGQUIT"],
    "sighup": ["SendSIGHUP=yes"],
    "no-sigkill": ["SendSIGKILL=no"],
    "infinity": ["TimeoutStopSec=infinity"],
    "exec-stop": [stop("exit@300ms")],
    "exec-stop-post": [post("exit@300ms")],
    "exec-both": [stop("exit@300ms"), post("exit@300ms")],
    "always": ["Restart=always"],
    "on-failure": ["Restart=on-failure"],
    "on-success": ["Restart=on-success"],
    "remains": ["RemainAfterExit=yes"],
    "success-kill": ["SuccessExitStatus=SIGKILL"],
}


def named(service, do):
    return f"{service}.{re.sub('[^A-Za-z]+', '-', do)}"


def situations():
    for name, settings in SERVICES.items():
        for do in ["stop", *KILLS]:
            yield S(named(name, do), settings, ["main", "c1"], do=do, settle=1.5)
    for do in ["stop", "kill", "kill -s KILL"]:
        yield S(named("exited", do), ONESHOT, [], do=do, settle=1, **NO_MAIN)
        yield S(named("exited-with-command", do), [*ONESHOT, stop("exit@300ms")], [], do=do, settle=1, **NO_MAIN)
    hup = ["main:HUP=ignore", "c1:HUP=ignore"]
    for do in ["reload", "kill -s HUP --kill-whom=main"]:
        yield S(named("reload-hup", do), ["ExecReload=/bin/kill -HUP $MAINPID"], hup, do=do, settle=1)
        yield S(named("reload-checks", do), [reload("exit"), "ExecReload=/bin/kill -HUP $MAINPID"], hup, do=do, settle=1)
        yield S(named("reload-check-fails", do), [reload("exit=1"), "ExecReload=/bin/kill -HUP $MAINPID"], hup, do=do, settle=1)
        yield S(named("reload-usr1", do), ["ExecReload=/bin/kill -USR1 $MAINPID"], ["main:HUP=ignore,USR1=ignore"], do=do, settle=1)


if __name__ == "__main__":
    options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    wanted = compared(options["--seed"], int(options["--count"])) if options else situations()
    header, found = agreed(list(wanted))
    Path(options.get("--out", FILE)).write_text("".join(as_text(row) + "\n" for row in [header, *found]))
    print(f"{len(found)} situations", file=sys.stderr)
