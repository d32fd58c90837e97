"""The situations of stopping and killing: what is recorded of systemd, and compared with unitctl.

A delay differs from every other time of its situation by at least 0.3 s, so that the order of events is no matter of luck.
ACTOR stands for the program actor.c. T is TimeoutStopSec=: one second where the settings do not say otherwise.
"""
from dataclasses import dataclass, field


@dataclass
class Situation:
    name: str
    settings: list = field(default_factory=list)   # lines of [Service]
    actors: list = field(default_factory=list)     # the first is the main process, unless it forks
    do: str = "stop"                               # systemctl's words; the unit's name is added
    forks: bool = False                            # no process of `actors` is the one that was started
    main: bool = True                              # whether systemd knows a main process
    starting: bool = False                         # it is asked while the start job still runs
    starter: bool = False                          # what ExecStart= started is no main process, but still to fork (Type=forking)
    before: list = field(default_factory=list)     # (systemctl's words, seconds to wait after them)
    settle: float = 0.6                            # seconds that are watched after systemctl has returned

    def unit_name(self):
        return f"{self.name}.service"

    def files(self):
        """All unit files, by name."""
        return {self.unit_name(): self.unit()}

    def active(self):
        """The states in which it can be when it has nothing to do."""
        return ("running",) if self.action() == "reload" else ("running", "exited")

    def action(self):
        """What unitctl calls what is done."""
        verb = self.do.split()[0]
        reloads = "reload-or" not in verb and "reload" in verb or "reload-or" in verb and ("Type=notify-reload" in self.settings or any(line.startswith("ExecReload=") for line in self.settings))
        return "reload" if reloads else "restart" if "restart" in verb else verb

    def prepare(self, systemd):
        """What must be there before it starts."""

    def started(self, systemd):
        """What must be there before it is asked."""

    def command(self, argv, _):
        """What a command does, for `unitctl simulate`."""
        return (argv[2] if len(argv) > 2 else "") if argv[0] == "ACTOR" else "exit=203"

    def simulated(self):
        """Further arguments of `unitctl simulate`."""
        return []

    def launcher(self):
        """The service that starts it, if another one does."""
        return None

    def unit(self):
        lines = ["[Unit]", "DefaultDependencies=no", "[Service]", *self.settings]
        if not any(line.startswith(("TimeoutStopSec=", "TimeoutSec=")) for line in lines):
            lines.append("TimeoutStopSec=1")
        if not any(line.startswith("ExecStart=") for line in lines):
            lines.append(" ".join(["ExecStart=ACTOR", *(["--fork"] if self.forks else []), *self.actors]))
        return "\n".join(lines) + "\n"


def stop(items, prefix=""):
    return f"ExecStop={prefix}ACTOR --command {items}".rstrip()


def post(items, prefix=""):
    return f"ExecStopPost={prefix}ACTOR --command {items}".rstrip()


def reload(items, prefix=""):
    return f"ExecReload={prefix}ACTOR --command {items}".rstrip()


S = Situation
MAIN = "main:TERM=exit@400ms"
STUBBORN = "main:TERM=ignore"
ONESHOT = ["Type=oneshot", "RemainAfterExit=yes"]
NO_MAIN = dict(forks=True, main=False)


def kill_modes():
    families = {
        "obeying": [MAIN, "c1"],
        "ignoring": [MAIN, "c1:TERM=ignore"],
        "slow": ["main:TERM=exit@300ms", "c1:TERM=exit@700ms"],
        "stopped": [MAIN, "c1:stopped"],
        "orphaned": [MAIN, "o1:double", "o2:TERM=ignore,double"],
        "nested": [MAIN, "n1:sub@deep", "n2:TERM=ignore,sub@deep/er"],
        "main-ignoring": [STUBBORN, "c1"],
        "main-stopped": ["main:TERM=exit@400ms,stopped", "c1:TERM=ignore,stopped"],
        "all-ignoring": [STUBBORN, "c1:TERM=ignore", "c2:TERM=ignore"],
    }
    for mode in ("control-group", "mixed", "process", "none"):
        for family, actors in families.items():
            yield S(f"mode-{mode}-{family}", [f"KillMode={mode}"], actors)
    yield S("all-at-once", [], ["main", "c1", "c2"])
    yield S("main-alone", [], ["main"])
    yield S("main-exits-7", [], ["main:TERM=exit=7@400ms"])
    yield S("main-exits-42-success", ["SuccessExitStatus=42"], ["main:TERM=exit=42@400ms"])
    yield S("stopped-and-ignoring", [], [STUBBORN + ",stopped"])


def commands():
    two = [MAIN, "c1:TERM=ignore"]
    yield S("stop-ok", [stop("exit@300ms")], two)
    yield S("stop-ok-at-once", [stop("exit")], [MAIN])
    yield S("stop-three", [stop("exit@300ms")] * 3, [MAIN])
    yield S("stop-fails", [stop("exit=3@300ms"), stop("exit")], [MAIN])
    yield S("stop-fails-ignored", [stop("exit=3@300ms", "-"), stop("exit@300ms")], [MAIN])
    yield S("stop-second-fails", [stop("exit@300ms"), stop("exit=4"), stop("exit")], [MAIN])
    yield S("stop-fails-with-success-status", ["SuccessExitStatus=42", stop("exit=42@300ms"), stop("exit")], [MAIN])
    yield S("stop-fails-then-post", [stop("exit=3@300ms"), post("exit=5@300ms"), post("exit")], [MAIN])
    yield S("stop-missing-program", ["ExecStop=/nonexistent/program x", stop("exit")], [MAIN])
    yield S("stop-missing-program-ignored", ["ExecStop=-/nonexistent/program x", stop("exit")], [MAIN])
    yield S("stop-ignoring-mode-none", ["KillMode=none", stop("exit@300ms")], two)
    yield S("stop-process-mode", ["KillMode=process", stop("exit@300ms")], two)

    hang = [("dies", ""), ("exits-0", "TERM=exit"), ("exits-0-slowly", "TERM=exit@200ms"), ("exits-3", "TERM=exit=3"), ("ignores", "TERM=ignore")]
    slow = "main:TERM=exit@800ms"
    for how, items in hang:
        yield S(f"stop-hangs-{how}", [stop(items)], [slow])
        yield S(f"stop-hangs-{how}-then-second", [stop(items), stop("exit@200ms")], [slow])
    yield S("stop-hangs-dies-ignored-then-second", [stop("TERM=exit=3", "-"), stop("exit@200ms")], [slow])
    yield S("stop-hangs-exits-0-then-second-hangs", [stop("TERM=exit"), stop("TERM=exit@400ms"), stop("exit")], ["main"])
    yield S("stop-hangs-exits-0-main-stubborn", [stop("TERM=exit"), stop("exit@300ms")], [STUBBORN])
    for mode in ("mixed", "process", "none"):
        yield S(f"stop-hangs-{mode}", [f"KillMode={mode}", stop("TERM=ignore")], [MAIN, "c1"])
    yield S("stop-hangs-abort", ["TimeoutStopFailureMode=abort", stop("")], ["main:ABRT=exit@400ms", "c1:ABRT=ignore"])
    yield S("stop-hangs-kill", ["TimeoutStopFailureMode=kill", stop(""), post("exit@300ms")], [MAIN, "c1"])
    yield S("stop-hangs-kill-no-sigkill", ["TimeoutStopFailureMode=kill", "SendSIGKILL=no", stop("TERM=exit"), post("exit@300ms")], [MAIN])
    yield S("stop-hangs-no-sigkill", ["SendSIGKILL=no", stop("TERM=ignore")], [MAIN])
    yield S("stop-hangs-sighup", ["SendSIGHUP=yes", stop("TERM=ignore,HUP=exit@400ms")], [MAIN, "c1:TERM=ignore,HUP=ignore"])

    yield S("stop-kills-main", [stop("send=TERM:main,exit@600ms")], ["main:TERM=exit@300ms"])
    yield S("stop-kills-main-rest-slow", [stop("send=TERM:main,exit@600ms"), post("exit@300ms")], ["main:TERM=exit@300ms", "c1:TERM=exit@400ms"])
    yield S("stop-kills-main-rest-ignores", [stop("send=TERM:main,exit@600ms"), post("exit@300ms")], ["main:TERM=exit@300ms", "c1:TERM=ignore"])
    for mode in ("mixed", "process", "none"):
        yield S(f"stop-kills-main-{mode}", [f"KillMode={mode}", stop("send=TERM:main,exit@600ms"), post("exit@300ms")], ["main:TERM=exit@300ms", "c1:TERM=ignore"])
    yield S("stop-kills-main-uncleanly", [stop("send=USR1:main,exit@500ms"), stop("exit@300ms")], ["main", "c1"])
    yield S("stop-kills-main-no-wait", [stop("send=TERM:main,exit")], [MAIN, "c1:TERM=ignore"])
    yield S("stop-kills-main-at-the-end", [stop("exit@300ms"), stop("send=QUIT:main,exit")], ["main:QUIT=exit@500ms", "c1:TERM=exit@300ms"])
    yield S("stop-main-goes-meanwhile", ["TimeoutStopSec=2", stop("exit@1s")], ["main:exit@900ms", "c1:TERM=ignore"])
    yield S("stop-leaves-child", [stop("exit,leaves=k1")], [MAIN])
    yield S("stop-leaves-stubborn-child", [stop("exit@300ms,leaves=k1:TERM=ignore")], [MAIN])
    yield S("stop-leaves-child-process-mode", ["KillMode=process", stop("exit@300ms,leaves=k1")], [MAIN])
    yield S("stop-leaves-child-mixed", ["KillMode=mixed", stop("exit@300ms,leaves=k1")], [MAIN])
    yield S("stop-hangs-leaves-child", [stop("leaves=k1:TERM=ignore")], [MAIN])
    yield S("stop-delegated", ["Delegate=yes", stop("exit@300ms,leaves=k1:TERM=ignore")], [MAIN, "c1:sub@inner"])

    yield S("post-ok", [post("exit@300ms")], [MAIN])
    yield S("post-two", [post("exit@300ms")] * 2, [MAIN])
    yield S("post-rest-ignores", [post("exit@300ms")], two)
    yield S("post-fails", [post("exit=1@300ms"), post("exit")], [MAIN])
    yield S("post-fails-ignored", [post("exit=1@300ms", "-"), post("exit@300ms")], [MAIN])
    yield S("post-missing-program", ["ExecStopPost=/nonexistent/program", post("exit")], [MAIN])
    yield S("post-after-timeout", [post("exit@300ms")], [STUBBORN])
    yield S("post-main-exits-7-rest-slow", [post("exit@300ms")], ["main:TERM=exit=7@300ms", "c1:TERM=exit@1000ms"])
    yield S("post-mixed", ["KillMode=mixed", post("exit@300ms")], two)
    yield S("post-mixed-main-ignores", ["KillMode=mixed", post("exit@300ms")], [STUBBORN, "c1:TERM=ignore"])
    yield S("post-process", ["KillMode=process", post("exit@300ms")], two)
    yield S("post-none", ["KillMode=none", post("exit@300ms")], [MAIN])
    yield S("post-none-main-goes", ["KillMode=none", post("exit")], ["main:exit@1s", "c1"])
    for how, items in hang:
        yield S(f"post-hangs-{how}", [post(items)], [MAIN])
    yield S("post-hangs-exits-0-then-second", [post("TERM=exit"), post("exit@300ms")], [MAIN])
    yield S("post-hangs-rest-ignores", [post("")], two)
    yield S("post-ignores-rest-ignores", [post("TERM=ignore")], two)
    yield S("post-hangs-abort", ["TimeoutStopFailureMode=abort", post("ABRT=ignore")], [MAIN])
    yield S("post-hangs-kill", ["TimeoutStopFailureMode=kill", post("")], two)
    yield S("post-hangs-kill-no-sigkill", ["TimeoutStopFailureMode=kill", "SendSIGKILL=no", post("")], [MAIN])
    yield S("post-hangs-process", ["KillMode=process", post("TERM=ignore")], two)
    yield S("post-hangs-mixed", ["KillMode=mixed", post("TERM=ignore")], two)
    yield S("post-hangs-none", ["KillMode=none", post("")], ["main"])
    yield S("post-leaves-child", [post("exit@300ms,leaves=k1:TERM=exit@500ms")], [MAIN])
    yield S("post-leaves-stubborn-child", [post("exit@300ms,leaves=k1:TERM=ignore")], [MAIN])
    yield S("post-leaves-child-process-mode", ["KillMode=process", post("exit@300ms,leaves=k1")], [MAIN])
    yield S("post-leaves-child-mixed", ["KillMode=mixed", post("exit@300ms,leaves=k1")], [MAIN])


def without_main():
    yield S("oneshot-empty", ONESHOT, **NO_MAIN)
    yield S("oneshot-empty-commands", [*ONESHOT, stop("exit@300ms"), post("exit@300ms")], **NO_MAIN)
    yield S("oneshot-empty-stop-fails", [*ONESHOT, stop("exit=3@300ms"), stop("exit"), post("exit@300ms")], **NO_MAIN)
    yield S("oneshot-empty-stop-hangs", [*ONESHOT, stop("TERM=ignore"), post("exit@300ms")], **NO_MAIN)
    yield S("oneshot-background", [*ONESHOT, post("exit@300ms")], ["b1:TERM=exit@400ms"], **NO_MAIN)
    yield S("oneshot-background-ignores", [*ONESHOT, post("exit@300ms")], ["b1:TERM=ignore"], **NO_MAIN)
    yield S("oneshot-background-stop-leaves", [*ONESHOT, stop("exit@300ms,leaves=k1:TERM=exit@400ms")], ["b1"], **NO_MAIN)
    for mode in ("mixed", "process", "none"):
        yield S(f"oneshot-background-{mode}", [*ONESHOT, f"KillMode={mode}", stop("exit@300ms"), post("exit@300ms")], ["b1"], **NO_MAIN)
    yield S("oneshot-background-no-sigkill", [*ONESHOT, "SendSIGKILL=no", post("exit@300ms")], ["b1:TERM=ignore"], **NO_MAIN)
    yield S("oneshot-background-sighup", [*ONESHOT, "SendSIGHUP=yes"], ["b1:TERM=ignore,HUP=exit@400ms"], **NO_MAIN)
    forking = ["Type=forking"]
    yield S("forking-unknown", [*forking, post("exit@300ms")], ["d1:TERM=exit@400ms,double", "d2:double"], **NO_MAIN)
    yield S("forking-unknown-ignores", [*forking, post("exit@300ms")], ["d1:TERM=ignore,double", "d2:TERM=exit@400ms,double"], **NO_MAIN)
    for mode in ("mixed", "process"):
        yield S(f"forking-unknown-{mode}", [*forking, f"KillMode={mode}"], ["d1:TERM=exit@400ms,double", "d2:double"], **NO_MAIN)
    yield S("forking-guessed", forking, ["d1:TERM=exit@400ms,double", "d2:TERM=ignore,sub@inner,double"], forks=True)
    yield S("forking-guessed-mixed", [*forking, "KillMode=mixed"], ["d1:TERM=exit@400ms,double"], forks=True)
    yield S("forking-not-guessed-mixed", [*forking, "GuessMainPID=no", "KillMode=mixed"], ["d1:TERM=exit@400ms,double"], **NO_MAIN)
    yield S("exited-main-rest-stays", ["RemainAfterExit=yes", stop("exit@300ms")], ["main:exit@100ms", "c1:TERM=exit@400ms"], main=False)


def signals():
    for signal in ("HUP", "INT", "QUIT", "USR1", "RTMIN+3", "10", "CONT"):
        name = signal.lower().replace("+", "-")
        yield S(f"kill-signal-{name}", [f"KillSignal={signal}"], [f"main:{signal}=exit@400ms", f"c1:{signal}=ignore"])
    yield S("kill-signal-usr1-unhandled", ["KillSignal=USR1"], ["main"])
    yield S("kill-signal-hup-unhandled", ["KillSignal=HUP"], ["main"])
    yield S("kill-signal-kill", ["KillSignal=KILL"], ["main", "c1"])
    yield S("kill-signal-cont-unhandled", ["KillSignal=CONT"], ["main:stopped"])
    yield S("kill-signal-stop", ["KillSignal=STOP"], ["main", "c1"])
    yield S("kill-signal-winch", ["KillSignal=WINCH"], ["main", "c1:WINCH=exit@400ms"])
    yield S("kill-signal-mixed", ["KillSignal=INT", "KillMode=mixed"], ["main:INT=exit@400ms,TERM=ignore", "c1"])
    yield S("kill-signal-stop-hangs", ["KillSignal=USR1", stop("USR1=exit")], ["main:USR1=exit@400ms"])

    for signal in ("TERM", "USR1", "QUIT", "KILL"):
        yield S(f"final-signal-{signal.lower()}", [f"FinalKillSignal={signal}"], [STUBBORN + ",USR1=ignore", "c1:TERM=ignore,USR1=exit@400ms"])
    yield S("final-signal-main-obeys", ["FinalKillSignal=USR1"], [STUBBORN + ",USR1=exit@400ms", "c1:TERM=ignore,USR1=ignore"])
    yield S("final-signal-post", ["FinalKillSignal=INT", post("TERM=ignore,INT=exit@400ms")], [MAIN, "c1:TERM=ignore,INT=ignore"])

    abort = ["TimeoutStopFailureMode=abort"]
    yield S("watchdog-signal", [*abort, "WatchdogSignal=USR2"], [STUBBORN + ",USR2=exit@400ms", "c1:TERM=ignore,USR2=ignore"])
    yield S("watchdog-signal-process", [*abort, "WatchdogSignal=USR2", "KillMode=process"], [STUBBORN + ",USR2=ignore", "c1"])
    yield S("watchdog-signal-mixed", [*abort, "WatchdogSignal=USR2", "KillMode=mixed"], [STUBBORN + ",USR2=exit@400ms", "c1:TERM=ignore"])

    yield S("restart", [], [MAIN, "c1:TERM=ignore"], do="restart")
    yield S("restart-signal", ["RestartKillSignal=USR1"], ["main:USR1=exit@400ms", "c1:USR1=ignore,TERM=ignore"], do="restart")
    yield S("restart-signal-sighup", ["RestartKillSignal=USR1", "SendSIGHUP=yes"], ["main:USR1=exit@400ms", "c1:USR1=ignore,TERM=ignore,HUP=ignore"], do="restart")
    yield S("restart-sighup", ["SendSIGHUP=yes"], ["main:TERM=exit@400ms", "c1:TERM=ignore,HUP=exit@400ms"], do="restart")
    yield S("restart-commands", [stop("exit@300ms"), post("exit@300ms")], [MAIN], do="restart")
    yield S("restart-timeout", ["RestartKillSignal=USR1"], [STUBBORN + ",USR1=ignore", "c1"], do="restart")
    yield S("restart-mixed", ["KillMode=mixed"], [MAIN, "c1"], do="restart")
    yield S("restart-process", ["KillMode=process"], [MAIN, "c1"], do="restart")
    yield S("restart-signal-not-on-stop", ["RestartKillSignal=USR1"], [MAIN], do="stop")
    yield S("restart-stop-hangs", ["RestartKillSignal=USR1", stop("USR1=exit")], ["main:USR1=exit@400ms"], do="restart")

    stubborn = "c1:TERM=ignore,HUP=ignore"
    hup = ["SendSIGHUP=yes"]
    yield S("sighup", hup, ["main:TERM=exit@400ms,HUP=ignore", stubborn, "c2:TERM=ignore,HUP=ignore"])
    yield S("sighup-decides", hup, [STUBBORN + ",HUP=exit@400ms", "c1:TERM=ignore,HUP=exit@700ms"])
    yield S("sighup-mixed", [*hup, "KillMode=mixed"], ["main:TERM=ignore,HUP=exit@400ms", stubborn])
    yield S("sighup-process", [*hup, "KillMode=process"], ["main:TERM=ignore,HUP=exit@400ms", stubborn])
    yield S("sighup-kill-signal-hup", [*hup, "KillSignal=HUP"], ["main:HUP=exit@400ms", "c1:HUP=ignore"])
    yield S("sighup-kill-signal-kill", [*hup, "KillSignal=KILL"], ["main"])
    yield S("sighup-nested", hup, ["main:TERM=exit@400ms,HUP=ignore", "n1:TERM=ignore,HUP=ignore,sub@deep"])
    yield S("sighup-abort", [*hup, "TimeoutStopFailureMode=abort"], [STUBBORN + ",HUP=ignore,ABRT=ignore", "c1:TERM=ignore,HUP=ignore,ABRT=ignore"])

    keep = ["SendSIGKILL=no"]
    yield S("no-sigkill", keep, [STUBBORN, "c1:TERM=ignore"])
    yield S("no-sigkill-post", [*keep, post("exit@300ms")], [STUBBORN, "c1:TERM=ignore"])
    yield S("no-sigkill-main-obeys", keep, [MAIN, "c1:TERM=ignore"])
    yield S("no-sigkill-mixed", [*keep, "KillMode=mixed"], [MAIN, "c1"])
    yield S("no-sigkill-mixed-main-ignores", [*keep, "KillMode=mixed"], [STUBBORN, "c1"])
    yield S("no-sigkill-process", [*keep, "KillMode=process"], [STUBBORN, "c1"])
    yield S("no-sigkill-abort", [*keep, "TimeoutStopFailureMode=abort"], [STUBBORN + ",ABRT=ignore", "c1:TERM=ignore,ABRT=ignore"])
    yield S("no-sigkill-post-hangs", [*keep, post("TERM=ignore")], [MAIN])


def timeouts():
    yield S("timeout-0", ["TimeoutStopSec=0"], ["main:TERM=exit@1500ms"])
    yield S("timeout-infinity", ["TimeoutStopSec=infinity"], ["main:TERM=exit@1000ms", "c1:TERM=exit@2000ms"])
    yield S("timeout-infinity-commands", ["TimeoutStopSec=infinity", stop("exit@1200ms"), post("exit@1200ms")], [MAIN])
    yield S("timeout-half-second", ["TimeoutStopSec=500ms"], [STUBBORN, "c1:TERM=exit@1500ms"])
    yield S("timeout-2s", ["TimeoutStopSec=2"], ["main:TERM=exit@1500ms", "c1:TERM=ignore"])
    yield S("timeout-sec", ["TimeoutSec=1s 500ms"], [STUBBORN])
    yield S("timeout-each-command", ["TimeoutStopSec=2", *[stop("exit@1s")] * 2, *[post("exit@1s")] * 2], ["main:TERM=exit@1s"])
    abort = ["TimeoutStopFailureMode=abort"]
    yield S("abort-all-ignore", abort, [STUBBORN + ",ABRT=ignore", "c1:TERM=ignore,ABRT=ignore"])
    yield S("abort-main-obeys", abort, [STUBBORN + ",ABRT=exit@400ms", "c1:TERM=ignore,ABRT=ignore"])
    yield S("abort-main-dies", abort, [STUBBORN])
    yield S("abort-sec", [*abort, "TimeoutAbortSec=2"], [STUBBORN + ",ABRT=exit@1500ms"])
    yield S("abort-sec-0", [*abort, "TimeoutAbortSec=0"], [STUBBORN + ",ABRT=exit@700ms", "c1:TERM=ignore,ABRT=ignore"])
    yield S("abort-sec-500ms", [*abort, "TimeoutAbortSec=500ms"], [STUBBORN + ",ABRT=ignore"])
    yield S("abort-sec-infinity", [*abort, "TimeoutAbortSec=infinity"], [STUBBORN + ",ABRT=exit@1800ms"])
    yield S("abort-final", abort, [MAIN, "c1:TERM=ignore,ABRT=ignore"])
    yield S("abort-post", [*abort, post("exit@300ms")], [STUBBORN + ",ABRT=exit@400ms", "c1:TERM=ignore,ABRT=ignore"])
    kill = ["TimeoutStopFailureMode=kill"]
    yield S("failure-mode-kill", kill, [STUBBORN, "c1:TERM=ignore"])
    yield S("failure-mode-kill-post", [*kill, post("TERM=ignore")], [STUBBORN])
    yield S("failure-mode-terminate", ["TimeoutStopFailureMode=terminate", stop("TERM=ignore"), post("TERM=ignore")], [MAIN])

    group = ["ExitType=cgroup"]
    yield S("exit-type-rest-slow", [*group, post("exit@300ms")], ["main:TERM=exit@300ms", "c1:TERM=exit@700ms"])
    yield S("exit-type-rest-ignores", [*group, post("exit@300ms")], ["main:TERM=exit@300ms", "c1:TERM=ignore"])
    yield S("exit-type-mixed", [*group, "KillMode=mixed", post("exit@300ms")], ["main:TERM=exit@300ms", "c1"])
    yield S("exit-type-process", [*group, "KillMode=process"], ["main:TERM=exit@300ms", "c1"])
    yield S("exit-type-main-slow", group, ["main:TERM=exit@700ms", "c1:TERM=exit@300ms"])
    yield S("exit-type-main-gone", group, ["main:exit@100ms", "c1:TERM=exit@400ms"], main=False)
    yield S("exit-type-main-gone-mixed", [*group, "KillMode=mixed"], ["main:exit@100ms", "c1:TERM=exit@400ms"], main=False)
    yield S("exit-type-stop-kills-main", [*group, stop("send=TERM:main,exit@600ms")], ["main:TERM=exit@300ms", "c1:TERM=exit@400ms"])


def other_states():
    """The service is not simply running when it is asked."""
    yield S("starting-oneshot", ["Type=oneshot", "KillMode=mixed", stop("exit"), post("exit@300ms"), f"ExecStart=ACTOR {STUBBORN}", "ExecStart=ACTOR second"], [STUBBORN], starting=True)
    yield S("starting-oneshot-obeys", ["Type=oneshot", stop("exit"), post("exit@300ms")], [MAIN, "c1:TERM=ignore"], starting=True)
    yield S("starting-pre", ["ExecStartPre=ACTOR --command TERM=exit@400ms", "ExecStart=ACTOR main"], [], starting=True, main=False)
    yield S("starting-pre-second", ["ExecStartPre=ACTOR --command TERM=exit@400ms", "ExecStartPre=ACTOR --command TERM=ignore", "ExecStart=ACTOR main", post("exit@300ms")], [], starting=True, main=False)
    yield S("starting-post", ["ExecStartPost=ACTOR --command TERM=exit@700ms", stop("exit"), post("exit@300ms")], [MAIN], starting=True)
    yield S("starting-notify", ["Type=notify", "UnsetEnvironment=NOTIFY_SOCKET", stop("exit"), post("exit@300ms")], [MAIN, "c1"], starting=True)
    reloading = [("reload --no-block", 0.5)]
    # A command that ends well although it was to stop is followed by the next one.
    after = [stop("exit"), post("exit@300ms")]
    obeys, oneshot = "main:TERM=exit@300ms", dict(starting=True)
    yield S("starting-oneshot-goes-on", ["Type=oneshot", f"ExecStart=ACTOR {obeys}", "ExecStart=ACTOR second:TERM=ignore,exit@1500ms", *after], [obeys], **oneshot)
    yield S("starting-oneshot-goes-on-and-hangs", ["Type=oneshot", "TimeoutStartSec=2", f"ExecStart=ACTOR {obeys}", "ExecStart=ACTOR second:TERM=ignore", "ExecStart=ACTOR third", *after], [obeys], **oneshot)
    yield S("starting-oneshot-goes-on-killed", ["Type=oneshot", "TimeoutStartSec=3", f"ExecStart=-ACTOR {STUBBORN} c1", "ExecStart=ACTOR second:exit@400ms", *after], [STUBBORN, "c1"], **oneshot)
    yield S("starting-oneshot-dies", ["Type=oneshot", "ExecStart=ACTOR main", "ExecStart=ACTOR second:exit@400ms", *after], ["main"], **oneshot)
    yield S("starting-condition-goes-on", ["ExecCondition=ACTOR --command TERM=exit@400ms", "ExecCondition=ACTOR --command exit=1@300ms", "ExecStart=ACTOR main", *after], [], starting=True, main=False)
    yield S("starting-pre-ignored", ["ExecStartPre=-ACTOR --command ", "ExecStartPre=ACTOR --command exit@300ms", "ExecStart=ACTOR main", *after], [], starting=True, main=False)
    yield S("reloading-goes-on", [reload("TERM=exit@400ms"), reload("exit@300ms"), stop("exit")], ["main"], before=reloading)
    forking = dict(starting=True, main=False, starter=True)
    yield S("starting-forking", ["Type=forking", "ExecStart=ACTOR starter:TERM=exit@300ms c1", *after], ["starter", "c1"], **forking)
    yield S("starting-forking-dies", ["Type=forking", "ExecStart=ACTOR starter c1", *after], ["starter", "c1"], **forking)
    yield S("starting-forking-mixed", ["Type=forking", "KillMode=mixed", "ExecStart=ACTOR starter:TERM=ignore c1", *after], ["starter", "c1"], **forking)
    # Commands of such a service wait for all jobs to be done.
    yield S("idle", ["Type=idle", "TimeoutStopSec=7", stop("exit@300ms"), post("exit@300ms")], [MAIN])
    yield S("idle-too-long", ["Type=idle", stop("send=USR1:main,exit"), post("exit@300ms")], [MAIN])
    yield S("idle-too-long-ignoring", ["Type=idle", "KillSignal=USR2", stop("USR2=ignore,exit@300ms"), stop("exit")], ["main:USR2=exit@400ms"])
    yield S("idle-reload", ["Type=idle", "TimeoutStartSec=7", reload("send=HUP:main,exit@300ms")], ["main:HUP=ignore"], do="reload")
    yield S("idle-reload-too-long", ["Type=idle", "TimeoutStartSec=2", reload("send=HUP:main,exit@300ms")], ["main:HUP=ignore"], do="reload")
    yield S("reloading", [reload("TERM=exit@400ms"), stop("exit")], ["main:TERM=exit@700ms"], before=reloading)
    yield S("reloading-ignores", [reload("TERM=ignore"), stop("exit"), post("exit@300ms")], [MAIN], before=reloading)
    yield S("reloading-process", ["KillMode=process", reload("TERM=exit@400ms")], ["main", "c1"], before=reloading)
    yield S("reloading-notify", ["Type=notify-reload", stop("exit")], ["main:HUP=reload@3s,TERM=exit@700ms"], before=reloading)
    yield S("reload", [reload("send=HUP:main,exit@300ms")], ["main:HUP=ignore", "c1"], do="reload")
    yield S("reload-several", [reload("exit@300ms"), reload("exit@300ms")], ["main"], do="reload")
    yield S("reload-fails", [reload("exit=3@300ms"), reload("exit")], ["main"], do="reload")
    yield S("reload-fails-ignored", [reload("exit=3@300ms", "-"), reload("exit@300ms")], ["main"], do="reload")
    yield S("reload-post", [reload("exit@300ms"), "ExecReloadPost=ACTOR --command exit@300ms"], ["main"], do="reload")
    yield S("reload-hangs", ["TimeoutStartSec=1", reload("TERM=ignore"), reload("exit")], ["main", "c1"], do="reload")
    yield S("reload-notify", ["Type=notify-reload"], ["main:HUP=reload@400ms", "c1"], do="reload")
    yield S("reload-notify-signal", ["Type=notify-reload", "ReloadSignal=USR2"], ["main:USR2=reload@400ms"], do="reload")
    yield S("reload-notify-command", ["Type=notify-reload", reload("exit@300ms")], ["main:HUP=reload@400ms"], do="reload")
    yield S("reload-notify-silent", ["Type=notify-reload", "TimeoutStartSec=1"], ["main:HUP=exit@3600s"], do="reload")
    ends = [stop("exit@300ms"), post("exit@300ms")]
    rest = ["main:TERM=exit@300ms", "c1:TERM=exit@300ms"]
    dying = dict(do="reload", settle=2.5)
    yield S("reload-main-goes", [reload("send=TERM:main,exit@600ms"), *ends], rest, **dying)
    yield S("reload-main-killed", [reload("send=USR1:main,exit@400ms"), *ends], rest, **dying)
    yield S("reload-main-goes-then-second", [reload("send=TERM:main,exit@600ms"), reload("exit@300ms"), *ends], rest, **dying)
    yield S("reload-main-goes-and-fails", [reload("send=TERM:main,exit=1@700ms"), reload("exit"), *ends], rest, **dying)
    yield S("reload-main-goes-and-hangs", ["TimeoutStartSec=1", reload("send=TERM:main,TERM=ignore"), *ends], rest, **dying)
    yield S("reload-main-goes-remains", ["RemainAfterExit=yes", reload("send=TERM:main,exit@600ms"), *ends], rest, **dying)
    yield S("reload-main-killed-remains", ["RemainAfterExit=yes", reload("send=USR1:main,exit@400ms"), *ends], rest, **dying)
    yield S("reload-main-goes-exit-type", ["ExitType=cgroup", reload("send=TERM:main,exit@600ms"), *ends], rest, **dying)
    yield S("reload-post-main-goes", [reload("exit"), "ExecReloadPost=ACTOR --command send=TERM:main,exit@600ms", *ends], rest, **dying)
    notify = ["Type=notify-reload", *ends]
    yield S("reload-notify-main-goes", notify, ["main:HUP=exit@300ms", "c1:TERM=exit@300ms"], **dying)
    yield S("reload-notify-main-fails", notify, ["main:HUP=exit=7@300ms", "c1:TERM=exit@300ms"], **dying)
    yield S("reload-notify-main-fails-remains", ["RemainAfterExit=yes", *notify], ["main:HUP=exit=7@300ms", "c1:TERM=exit@300ms"], **dying)
    yield S("reload-notify-command-main-killed", [*notify, reload("send=USR1:main,exit@600ms")], ["main:HUP=reload@300ms", "c1:TERM=exit@300ms"], **dying)
    yield S("reload-notify-command-main-goes-remains", ["RemainAfterExit=yes", *notify, reload("send=USR2:main,exit@600ms")], ["main:USR2=exit@300ms,HUP=reload@300ms", "c1:TERM=exit@300ms"], **dying)
    yield S("reload-notify-main-goes-exit-type", ["ExitType=cgroup", "TimeoutStartSec=1", *notify], ["main:HUP=exit@300ms", "c1:TERM=exit@300ms"], **dying)
    yield S("reload-notify-command-fails", [*notify, reload("exit=1@300ms")], ["main:HUP=reload@300ms"], do="reload")
    yield S("stop-again", [], [STUBBORN], before=[("stop --no-block", 0.5)])
    yield S("stop-with-restart-always", ["Restart=always", "RestartSec=100ms"], [MAIN], settle=1)
    yield S("waiting-for-restart", ["Restart=always", "RestartSec=1min", stop("exit"), post("exit")], ["main:exit=1@100ms"], main=False, settle=0.8)
    yield S("failed-with-rest", ["KillMode=process"], ["main:exit=1@100ms", "c1"], main=False)


def kills():
    running = ["main:USR1=ignore", "c1:USR1=ignore", "n1:USR1=ignore,sub@deep"]
    for whom in ("main", "control", "all", "cgroup"):
        for fail in ("", "-fail"):
            do = f"kill -s USR1 --kill-whom={whom}{fail}"
            yield S(f"kill-{whom}{fail}", [], running, do=do)
            yield S(f"kill-{whom}{fail}-no-main", ONESHOT, ["b1:USR1=ignore"], do=do, **NO_MAIN)
            yield S(f"kill-{whom}{fail}-nobody", ONESHOT, do=do, **NO_MAIN)
        yield S(f"kill-{whom}-while-stopping", ["TimeoutStopSec=4", stop("USR1=ignore,exit@2s")], ["main:USR1=ignore,TERM=exit@400ms", "c1:USR1=ignore"],
                do=f"kill -s USR1 --kill-whom={whom}", before=[("stop --no-block", 0.5)], settle=2.4)
    yield S("kill-default", [], [MAIN, "c1:TERM=ignore"], do="kill", settle=2.5)
    yield S("kill-default-obeying", [], [MAIN, "c1"], do="kill", settle=1)
    yield S("kill-fail-option", ONESHOT, do="kill -s USR1 --fail", **NO_MAIN)
    yield S("kill-fail-twice", [], running, do="kill -s USR1 --fail --kill-whom=all-fail")
    yield S("kill-unknown-whom", [], running, do="kill -s USR1 --kill-whom=everybody")
    yield S("kill-unknown-signal", [], running, do="kill -s FOO")
    yield S("kill-signal-0", [], running, do="kill -s 0")
    yield S("kill-lower-case", [], running, do="kill -s usr1")
    yield S("kill-number", [], running, do="kill -s 10")
    yield S("kill-who", [], running, do="kill -s SIGUSR1 --kill-who=main")
    yield S("kill-rtmin", [], ["main:RTMIN+5=ignore", "c1:RTMIN+5=ignore"], do="kill -s RTMIN+5")
    yield S("kill-rtmax", [], ["main:64=ignore", "c1:64=ignore"], do="kill -s RTMAX")
    yield S("kill-ignores-mode", ["KillMode=none", "SendSIGHUP=yes"], running, do="kill -s USR1")
    yield S("kill-stopped", [], ["main:TERM=exit@300ms,stopped"], do="kill", settle=1)
    yield S("kill-stop", [], ["main", "c1"], do="kill -s STOP")
    yield S("kill-cont", [], ["main:CONT=ignore,stopped", "c1:CONT=ignore"], do="kill -s CONT")
    yield S("kill-kill", [], ["main", "c1", "n1:sub@deep"], do="kill -s KILL", settle=1)
    yield S("kill-kill-cgroup", [], ["main", "c1", "n1:sub@deep"], do="kill -s KILL --kill-whom=cgroup", settle=1)
    yield S("kill-kill-main", [], ["main", "c1:TERM=ignore"], do="kill -s KILL --kill-whom=main", settle=2.5)
    yield S("kill-kill-no-main", ONESHOT, ["b1", "b2:sub@deep"], do="kill -s KILL", settle=1, **NO_MAIN)
    yield S("kill-kill-nobody-fail", ONESHOT, do="kill -s KILL --kill-whom=all-fail", **NO_MAIN)
    yield S("kill-kill-post", [post("exit@300ms")], ["main"], do="kill -s KILL", settle=1)
    yield S("kill-main-clean", [stop("exit@300ms"), post("exit@300ms")], ["main:TERM=exit@300ms", "c1:TERM=ignore"], do="kill --kill-whom=main", settle=3)
    yield S("kill-main-unclean", [stop("exit@300ms"), post("exit@300ms")], ["main:TERM=exit=7@300ms", "c1:TERM=ignore"], do="kill --kill-whom=main", settle=3)
    yield S("kill-main-mixed", ["KillMode=mixed", post("exit@300ms")], ["main:TERM=exit@300ms", "c1"], do="kill --kill-whom=main", settle=1.5)
    yield S("kill-main-remains", ["RemainAfterExit=yes", stop("exit")], ["main:TERM=exit@300ms", "c1"], do="kill --kill-whom=main", settle=1)
    yield S("kill-restarts", ["Restart=always", "RestartSec=300ms"], [MAIN], do="kill", settle=1.5)
    yield S("kill-wait", [], ["main:TERM=exit@700ms"], do="kill --wait")
    values = ["main:RTMIN+1=ignore", "c1:RTMIN+1=ignore"]
    for whom in ("main", "all", "cgroup", "cgroup-fail", "control"):
        yield S(f"kill-value-{whom}", [], values, do=f"kill -s RTMIN+1 --kill-value=7 --kill-whom={whom}")
    yield S("kill-value-not-real-time", [], running, do="kill -s USR1 --kill-value=7")
    yield S("kill-value-hexadecimal", [], values, do="kill -s RTMIN+1 --kill-value=0x10 --kill-whom=main")
    yield S("kill-value-negative", [], values, do="kill -s RTMIN+1 --kill-value=-5 --kill-whom=main")
    yield S("kill-value-while-stopping", ["TimeoutStopSec=4", stop("RTMIN+1=ignore,exit@2s")], ["main:RTMIN+1=ignore,TERM=exit@400ms"],
            do="kill -s RTMIN+1 --kill-value=7", before=[("stop --no-block", 0.5)], settle=2.4)
    groups = ["main:USR1=ignore", "a1:USR1=ignore,sub@a", "a2:USR1=ignore,sub@a/x", "b1:USR1=ignore,sub@b"]
    delegate = ["Delegate=yes"]
    for name, path in {"a": "a", "slash": "/a", "deeper": "a/x", "whole": "/", "missing": "nothing", "dots": "a/../b"}.items():
        yield S(f"kill-subgroup-{name}", delegate, groups, do=f"kill -s USR1 --kill-subgroup={path}")
    yield S("kill-subgroup-missing-fail", delegate, groups, do="kill -s USR1 --kill-subgroup=nothing --kill-whom=cgroup-fail")
    yield S("kill-subgroup-all", delegate, groups, do="kill -s USR1 --kill-subgroup=a --kill-whom=all")
    yield S("kill-subgroup-not-delegated", [], groups, do="kill -s USR1 --kill-subgroup=a")
    yield S("kill-subgroup-value", delegate, groups, do="kill -s RTMIN+1 --kill-value=7 --kill-subgroup=a")
    yield S("kill-subgroup-kill", delegate, groups, do="kill -s KILL --kill-subgroup=a", settle=1)
    yield S("kill-left-over", ["KillMode=process"], ["main", "c1:USR1=ignore"], do="kill -s USR1", before=[("stop", 0.3)], main=False)
    yield S("kill-left-over-main", ["KillMode=process"], ["main", "c1:USR1=ignore"], do="kill -s USR1 --kill-whom=main", before=[("stop", 0.3)], main=False)


def situations():
    found = [s for part in (kill_modes, commands, without_main, signals, timeouts, other_states, kills) for s in part()]
    names = [s.name for s in found]
    assert len(set(names)) == len(names), [n for n in names if names.count(n) > 1]
    return found
