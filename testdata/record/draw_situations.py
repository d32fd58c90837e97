"""Situations drawn from a seed: settings, processes and commands that nobody thought of together.

What depends on luck here is found out by recording twice: a situation in which two recordings do not agree is left out.
In two thirds of them the service runs; in the others it starts, reloads, stops, has exited or waits to be started again.
"""
import random
import re

from situations import NO_MAIN, Situation, post, reload, stop

SIGNALS = "INT QUIT HUP USR1 USR2 KILL WINCH CONT STOP ABRT ALRM RTMIN+3 RTMAX-2 35".split()
DELAYS = ["300ms", "400ms", "700ms"]
# What makes no difference to a stop, or should make none.
BYSTANDERS = ["RuntimeMaxSec=3", "OOMPolicy=kill", "OOMPolicy=continue", "IgnoreSIGPIPE=no", "RestartMode=direct", "RestartForceExitStatus=7", "RestartForceExitStatus=SIGKILL",
              "RestartPreventExitStatus=7", "RestartSec=100ms", "TimeoutStartFailureMode=kill", "TimeoutStartFailureMode=abort", "NotifyAccess=all", "NotifyAccess=exec",
              "DynamicUser=no", "SendSIGKILL=yes", "GuessMainPID=no", "CPUWeight=50", "TasksMax=200", "FileDescriptorStoreMax=3", "SurviveFinalKillSignal=yes"]


def draw(seed, count):
    """That many situations."""
    return [(other if number % 3 == 2 else one)(random.Random(f"{seed}-{number}"), f"drawn-{seed}-{number}") for number in range(count)]


class Drawer:
    """Draws parts of a situation; it remembers which signals may come, so that processes can react to them."""

    def __init__(self, random):
        self.random = random
        self.signals = {"TERM", "HUP"}

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def settings(self, kind):
        """Those of [Service] that any service may have, but the commands."""
        random, chance, settings = self.random, self.chance, ["LimitCORE=infinity"]

        def set_signal(percent, setting, among):
            if chance(percent):
                signal = random.choice(among)
                self.signals.add(signal)
                settings.append(f"{setting}={random.choice(['', 'SIG']) if not signal.isdigit() else ''}{signal}")

        if chance(75):
            settings.append("KillMode=" + random.choices(["control-group", "mixed", "process", "none"], [3, 4, 3, 1])[0])
        set_signal(30, "KillSignal", SIGNALS)
        set_signal(50 if kind == "restart" else 5, "RestartKillSignal", SIGNALS)
        set_signal(20, "FinalKillSignal", ["ABRT", "TERM", "QUIT", "INT", "USR2", "KILL", "RTMIN+5", "CONT"])
        set_signal(12, "WatchdogSignal", ["QUIT", "TERM", "KILL", "USR1", "RTMIN+6"])
        settings += [line for percent, line in [(25, "SendSIGHUP=yes"), (15, "SendSIGKILL=no"), (6, "ExitType=cgroup"), (8, "Delegate=yes"), (10, "RemainAfterExit=yes")] if chance(percent)]
        if chance(14):
            settings.append("SuccessExitStatus=" + random.choice(["7", "SIGKILL", "1 SIGUSR1", "SIGTERM 7", "203 SIGABRT"]))
        if chance(30):
            settings += random.sample(BYSTANDERS, random.choice([1, 2, 3]))
        settings.append(random.choice(["TimeoutStopSec=1", "TimeoutStopSec=1", "TimeoutStopSec=1500ms"]))
        if chance(35):
            settings.append("TimeoutStopFailureMode=" + random.choice(["abort", "kill", "terminate"]))
            self.signals.add("ABRT")
        if chance(20):
            settings.append("TimeoutAbortSec=" + random.choice(["500ms", "1500ms", "0"]))
        if chance(15):
            settings.append("Restart=" + random.choice(["always", "on-failure", "on-success", "on-abnormal", "on-abort"]))
        return settings

    def reactions(self, percent):
        """What a process does when it gets a signal that may come."""
        items = []
        for signal in sorted(self.signals - {"KILL", "STOP", "RTMAX-2"}):
            if self.chance(percent):
                items.append(f"{signal}=" + self.random.choice(["ignore", "ignore", "exit", "exit@" + self.random.choice(DELAYS), "exit=7@" + self.random.choice(DELAYS)]))
        return items

    def process(self, name):
        items = self.reactions(40)
        for percent, item in [(8, "stopped"), (0 if name == "main" else 12, "double"), (0 if name == "main" else 12, "sub@deep"), (0 if name == "main" else 4, "sub@deep/er")]:
            if self.chance(percent):
                items.append(item)
        return ":".join(filter(None, [name, ",".join(items)]))

    def command(self, number, may_send, hangs=False):
        """What a command does; one that hangs ends of signals only."""
        items = [self.random.choice(["exit", "exit@300ms", "exit@300ms", "exit=1@300ms", "exit=7", "", ""]) if not hangs else "", *self.reactions(60 if hangs else 20)]
        if may_send and self.chance(30):
            items.insert(0, f"send={self.random.choice(['TERM', 'INT', 'KILL', 'USR1'])}:main")
            if items[1] in ("exit", "exit=7"):  # or it were luck who goes first
                items[1] += "@300ms"
        if self.chance(20):
            items.append("leaves=" + ":".join(filter(None, [f"k{number}", ",".join(self.reactions(30))])))
        return ",".join(filter(None, items))

    def prefix(self):
        return self.random.choice(["", "", "", "-", "+", ":", "!-"])

    def others(self):
        """Processes beside the main one."""
        return [self.process(f"c{number}") for number in range(1, 1 + self.random.choice([0, 1, 1, 2, 3]))]

    def stop_commands(self, may_send, first=1):
        """Lines of ExecStop= and ExecStopPost=."""
        lines = []
        for make, times, may in [(stop, self.random.choice([0, 0, 1, 1, 2, 3]), may_send), (post, self.random.choice([0, 0, 0, 1, 2, 3]), False)]:
            for _ in range(times):
                lines.append(make(self.command(first + len(lines), may), self.prefix()))
        return lines


def one(random, name):
    """A service that runs, or a oneshot that has exited."""
    drawer = Drawer(random)
    chance = drawer.chance
    kind = random.choices(["stop", "kill", "restart", "reload"], [56, 22, 12, 10])[0]
    settings = drawer.settings(kind)
    has_main = not chance(15) or kind == "reload"
    forks = False
    if not has_main and chance(60):
        settings += ["Type=oneshot"] + (["RemainAfterExit=yes"] if "RemainAfterExit=yes" not in settings else [])
        settings = [line for line in settings if not line.startswith(("Restart=", "ExitType="))]
    elif not has_main:
        # Its main process is guessed where there is one candidate.
        forks, has_main = True, "GuessMainPID=no" not in settings
        settings.append("Type=forking")
    else:
        settings += random.choices([[], ["Type=exec"], ["Type=idle"], ["Type=notify"], ["Type=notify", "WatchdogSec=2"], ["Type=notify-reload"]], [9, 2, 1, 2, 1, 5 if kind == "reload" else 1])[0]
    actors = [drawer.process("main")] if has_main else []
    actors += drawer.others()
    if forks:
        actors = [f"{actor}{',' if ':' in actor else ':'}{'double' if number == 0 else 'sub@deep'}" if "sub@" not in actor else actor for number, actor in enumerate(actors)]
        if not actors:
            actors = ["c1:double"]
    settings += drawer.stop_commands(has_main)
    if kind == "reload" or chance(5):
        answers = "Type=notify-reload" in settings
        for number in range(random.choice([0, 1]) if answers else random.choice([1, 2])):
            settings.append(reload(drawer.command(7 + number, True), drawer.prefix()))
        if chance(30):
            settings.append("ExecReloadPost=ACTOR --command " + drawer.command(9, True))
        settings.append("TimeoutStartSec=1")
    if "Type=notify-reload" in settings:  # systemd wants the signal to be handled
        actors[0] += ("," if ":" in actors[0] else ":") + random.choice(["HUP=reload", "HUP=reload@300ms", "HUP=reload@1500ms", "HUP=exit@300ms", "HUP=exit@20s", "HUP=exit=7"])
        actors[0] = without_other(actors[0], "HUP")
    if kind == "reload":  # a stop that comes of it is watched to its end
        settings = [line for line in settings if not line.startswith(("WatchdogSec=", "RuntimeMaxSec=", "Restart="))]
    do = kind
    if kind == "kill":
        whom = random.choice(["", "", "main", "main-fail", "all", "all-fail", "cgroup", "cgroup-fail", "control", "control-fail"])
        signal = random.choice(["", "KILL", *SIGNALS])
        value = " --kill-value=5" if chance(8) else ""
        below = " --kill-subgroup=deep" if chance(8) else ""
        do = " ".join(filter(None, ["kill", f"-s {signal}" if signal else "", f"--kill-whom={whom}" if whom else ""])) + value + below
    elif kind == "restart":
        do = random.choice(["restart", "restart", "try-restart", "reload-or-restart", "try-reload-or-restart"])
    elif kind == "stop":
        do = random.choice(["stop"] * 8 + ["stop --job-mode=fail", "stop --job-mode=ignore-dependencies"])
    if not has_main and not forks:
        return Situation(name, settings, actors, do=do, settle=1, **NO_MAIN)
    return Situation(name, settings, actors, do=do, settle=5 if "reload" in do else 1, forks=forks, main=has_main)


def without_other(spec, signal):
    """Only the last reaction to the signal stays."""
    name, _, items = spec.partition(":")
    items = items.split(",")
    return f"{name}:" + ",".join(item for number, item in enumerate(items) if number == len(items) - 1 or not item.startswith(f"{signal}="))


def other(random, name):
    """A service that does not simply run when it is asked."""
    drawer = Drawer(random)
    how = random.choices(["condition", "start-pre", "start", "start-notify", "start-forking", "start-post", "reload", "reload-post", "reload-notify", "stopping", "auto-restart", "exited", "killed-before"],
                         [1, 3, 3, 2, 2, 4, 4, 2, 2, 3, 1, 3, 2])[0]
    do = random.choices(["stop", "restart", "kill"], [70, 8, 22])[0]
    settings = [line for line in drawer.settings(do) if not line.startswith("RestartMode=")]
    if how != "exited":
        settings = [line for line in settings if line not in ("RemainAfterExit=yes", "RuntimeMaxSec=3")]
    main, options, actors, lines, has_main = drawer.process("main"), {}, [], [], True
    hanging = lambda number: drawer.command(number, False, hangs=True)
    if how in ("condition", "start-pre"):
        directive, has_main = {"condition": "ExecCondition", "start-pre": "ExecStartPre"}[how], False
        lines = [f"{directive}={drawer.prefix()}ACTOR --command {hanging(1)}"]
        lines += [f"ExecStartPre={drawer.prefix()}ACTOR --command {drawer.command(number, False)}" for number in range(2, 2 + random.choice([0, 1, 2]))]
        lines.append("ExecStart=ACTOR main")
    elif how == "start":
        settings = [line for line in settings if not line.startswith(("Restart=", "ExitType="))] + ["Type=oneshot", "TimeoutStartSec=3"]
        actors = [main, *drawer.others()]
        lines = ["ExecStart=" + drawer.prefix() + "ACTOR " + " ".join(actors), *["ExecStart=ACTOR second"] * random.choice([0, 1])]
    elif how == "start-notify":
        settings += [random.choice(["Type=notify", "Type=notify-reload"]), "UnsetEnvironment=NOTIFY_SOCKET", "TimeoutStartSec=20"]
        actors = [main, *drawer.others()]
    elif how == "start-forking":
        settings += ["Type=forking", "TimeoutStartSec=20"]
        actors, has_main = drawer.others(), False
        lines = [" ".join([f"ExecStart=ACTOR {drawer.process('starter')}", *actors])]
        actors = ["starter", *actors]
    elif how == "start-post":
        actors = [main, *drawer.others()]
        lines = [f"ExecStartPost={drawer.prefix()}ACTOR --command {hanging(1)}"]
        lines += [f"ExecStartPost={drawer.prefix()}ACTOR --command {drawer.command(2, False)}"] * random.choice([0, 1])
    elif how in ("reload", "reload-post"):
        actors = [main, *drawer.others()]
        lines = [reload(hanging(1)), *[reload(drawer.command(2, False))] * random.choice([0, 0, 1])] if how == "reload" else [reload("exit"), f"ExecReloadPost=ACTOR --command {hanging(1)}"]
        settings.append("TimeoutStartSec=20")
        options["before"] = [("reload --no-block", 0.5)]
    elif how == "reload-notify":
        actors = [without_other(main + ("," if ":" in main else ":") + random.choice(["HUP=reload@9s", "HUP=exit@20s"]), "HUP"), *drawer.others()]
        settings += ["Type=notify-reload", "TimeoutStartSec=20"]
        options["before"] = [("reload --no-block", 0.5)]
    elif how == "stopping":
        actors = [main, *drawer.others()]
        options["before"] = [("stop --no-block", random.choice([0.3, 0.5]))]
    elif how == "auto-restart":
        settings = [line for line in settings if not line.startswith(("Restart=", "RestartSec=", "RestartPrevent"))] + ["Restart=always", "RestartSec=1min"]
        actors, has_main = [f"main:exit={random.choice([0, 1])}@100ms", *drawer.others()], False
        settings = [line for line in settings if not line.startswith(("ExitType=", "SuccessExit"))]
    elif how == "exited":
        settings = [line for line in settings if not line.startswith(("Restart=", "RemainAfterExit="))] + ["RemainAfterExit=yes"]
        actors, has_main = [f"main:exit={random.choice([0, 0, 1])}@100ms", *drawer.others()], False
    elif how == "killed-before":
        actors = [main, *drawer.others()]
        options["before"] = [("kill -s " + random.choice(["STOP", "CONT", "WINCH", "HUP --kill-whom=main", "KILL --kill-whom=cgroup"]), 0.3)]
    if do == "kill":
        do += random.choice(["", "", " -s USR1", " -s KILL", " -s HUP"]) + random.choice(["", " --kill-whom=main", " --kill-whom=control", " --kill-whom=control-fail", " --kill-whom=cgroup"])
    elif do == "restart":
        do = "restart --no-block"  # the start may hang anew
    lines += drawer.stop_commands(False, first=4)
    return Situation(name, [*settings, *lines], actors, do=do, settle=5 if do.startswith("restart") else 3 if how == "stopping" or do.startswith("kill") else 1.5, main=has_main, starter=how == "start-forking",
                     starting=how in ("condition", "start-pre", "start", "start-notify", "start-forking", "start-post"), **options)


def compared(seed, count):
    """Services with a stop and three kills of each; every process leaves every signal at its default effect."""
    for number in range(count):
        r = random.Random(f"compared-{seed}-{number}")
        fatal = ["TERM", "INT", "HUP", "QUIT", "USR1", "KILL", "ALRM", "RTMIN+3"]
        lines = [
            (60, lambda: "KillMode=" + r.choice(["control-group", "mixed", "process", "none"])),
            (40, lambda: f"KillSignal=SIG{r.choice(fatal)}"),
            (25, lambda: "SendSIGHUP=yes"),
            (20, lambda: "SendSIGKILL=no"),
            (25, lambda: stop(r.choice(["exit", "exit@300ms", "exit=1"]), r.choice(["", "-"]))),
            (25, lambda: post(r.choice(["exit", "exit@300ms", "exit=1"]), r.choice(["", "-"]))),
            (40, lambda: "Restart=" + r.choice(["always", "on-failure", "on-success", "on-abnormal"])),
            (25, lambda: "SuccessExitStatus=" + r.choice(["SIGKILL", "SIGUSR1 SIGALRM", "0"])),
            (15, lambda: "RestartPreventExitStatus=" + r.choice(["SIGTERM", "SIGKILL", "SIGUSR1"])),
            (12, lambda: "RemainAfterExit=yes"),
            (12, lambda: "ExitType=cgroup"),
            (15, lambda: "FinalKillSignal=SIG" + r.choice(["ABRT", "TERM"])),
        ]
        settings = [line() for percent, line in lines if r.randrange(100) < percent]
        kills = ["kill" + r.choice(["", f" -s {r.choice(fatal)}"]) + r.choice(["", " --kill-whom=main", " --kill-whom=cgroup"]) for _ in range(3)]
        for do in ["stop", *sorted(set(kills))]:
            yield Situation(f"drawn{number}.{re.sub('[^A-Za-z0-9]+', '-', do)}", settings, ["main", "c1"], do=do, settle=1.5)
