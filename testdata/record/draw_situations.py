"""Situations drawn from a seed: settings, processes and commands that nobody thought of together.

What depends on luck here is found out by recording twice: a situation in which two recordings do not agree is left out.
During a reload the main process stays: where it goes, systemd stops the service unasked.
"""
import random
import re

from situations import NO_MAIN, Situation, post, reload, stop

SIGNALS = "INT QUIT HUP USR1 USR2 KILL WINCH CONT STOP ABRT ALRM RTMIN+3".split()
DELAYS = ["300ms", "400ms", "700ms"]


def draw(seed, count):
    """That many situations."""
    return [one(random.Random(f"{seed}-{number}"), f"drawn-{seed}-{number}") for number in range(count)]


def one(random, name):
    def chance(percent):
        return random.randrange(100) < percent

    kind = random.choices(["stop", "kill", "restart", "reload"], [60, 22, 12, 6])[0]
    settings, signals = ["LimitCORE=infinity"], {"TERM", "HUP"}

    def set_signal(percent, setting, among):
        if chance(percent):
            signal = random.choice(among)
            signals.add(signal)
            settings.append(f"{setting}=SIG{signal}")

    if chance(75):
        settings.append("KillMode=" + random.choices(["control-group", "mixed", "process", "none"], [3, 4, 3, 1])[0])
    set_signal(30, "KillSignal", SIGNALS)
    set_signal(50 if kind == "restart" else 5, "RestartKillSignal", SIGNALS)
    set_signal(20, "FinalKillSignal", ["ABRT", "TERM", "QUIT", "INT", "USR2", "KILL"])
    set_signal(10, "WatchdogSignal", ["QUIT", "TERM", "KILL", "USR1"])
    settings += [line for percent, line in [(25, "SendSIGHUP=yes"), (15, "SendSIGKILL=no"), (10, "SuccessExitStatus=7"), (6, "ExitType=cgroup"),
                                            (8, "Delegate=yes"), (10, "RemainAfterExit=yes")] if chance(percent)]
    settings.append("TimeoutStopSec=" + random.choice(["1", "1", "1500ms"]))
    if chance(35):
        settings.append("TimeoutStopFailureMode=" + random.choice(["abort", "kill", "terminate"]))
        signals.add("ABRT")
    if chance(20):
        settings.append("TimeoutAbortSec=" + random.choice(["500ms", "1500ms"]))
    if chance(15):
        settings.append("Restart=" + random.choice(["always", "on-failure", "on-success", "on-abnormal"]))

    def reactions(percent):
        """What a process does when it gets a signal that may come."""
        items = []
        for signal in sorted(signals - {"KILL", "STOP"}):
            if chance(percent):
                items.append(f"{signal}=" + random.choice(["ignore", "ignore", "exit", "exit@" + random.choice(DELAYS), "exit=7@" + random.choice(DELAYS)]))
        return items

    def process(name):
        items = reactions(40)
        for percent, item in [(8, "stopped"), (0 if name == "main" else 12, "double"), (0 if name == "main" else 12, "sub@deep")]:
            if chance(percent):
                items.append(item)
        return ":".join(filter(None, [name, ",".join(items)]))

    def command(number, may_send):
        items = [random.choice(["exit", "exit@300ms", "exit@300ms", "exit=1@300ms", "exit=7", "", ""]), *reactions(20)]
        if may_send and chance(30):
            items.insert(0, f"send={random.choice(['TERM', 'INT', 'KILL', 'USR1'])}:main")
        if chance(20):
            items.append("leaves=" + ":".join(filter(None, [f"k{number}", ",".join(reactions(30))])))
        return ",".join(filter(None, items))

    has_main = not chance(15) or kind == "reload"
    if not has_main and chance(60):
        settings += ["Type=oneshot"] + (["RemainAfterExit=yes"] if "RemainAfterExit=yes" not in settings else [])
        settings = [line for line in settings if not line.startswith(("Restart=", "ExitType="))]
    elif not has_main:
        has_main = True
    actors = [process("main")] if has_main else []
    actors += [process(f"c{number}") for number in range(1, 1 + random.choice([0, 1, 1, 2, 3]))]
    number = 0
    lists = [(stop, random.choice([0, 0, 1, 1, 2]), has_main), (post, random.choice([0, 0, 0, 1, 2]), False), (reload, kind == "reload" and random.choice([1, 2]), False)]
    for lines, times, may_send in lists:
        for _ in range(times):
            number += 1
            settings.append(lines(command(number, may_send), random.choice(["", "", "", "-"])))
    do = kind
    if kind == "kill":
        whom = random.choice(["", "", "main", "main-fail", "all", "all-fail", "cgroup", "cgroup-fail", "control", "control-fail"])
        signal = random.choice(["", "KILL", *SIGNALS])
        do = " ".join(filter(None, ["kill", f"-s {signal}" if signal else "", f"--kill-whom={whom}" if whom else ""]))
    return Situation(name, settings, actors, do=do, settle=1, **({} if has_main else NO_MAIN))


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
