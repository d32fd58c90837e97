"""What may come after a stop or kill, drawn from a seed: webs of dependencies, and rules for starting again, that nobody thought of together."""
import random

from aftermath import Case, plain, service

KINDS = ["Requires", "Requires", "BindsTo", "PartOf", "PartOf", "Requisite", "Wants", "Upholds", "PropagatesStopTo", "StopPropagatedFrom"]
RESTARTS = ["no", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog", "always"]
STATUSES = ["SIGTERM", "SIGHUP", "SIGUSR1", "KILL", "INT", "0", "3", "143", "DATAERR"]


def draw(seed, count):
    """That many cases: two thirds webs, the others of a service alone."""
    return [(alone if number % 3 == 2 else web)(random.Random(f"{seed}-{number}"), number) for number in range(count)]


def web(random, number):
    names = [f"{letter}.service" for letter in "abcdef"[:random.randint(3, 6)]]
    if random.random() < 0.2:
        names[-1] = "t.target"
    order = random.sample(names, len(names))  # so that no order goes in a circle
    files = {}
    for name in names:
        lines = []
        for _ in range(random.choice([0, 1, 1, 2, 3])):
            other = random.choice([n for n in names if n != name])
            lines.append(f"{random.choice(KINDS)}={other}")
            if random.random() < 0.5:
                lines.append(f"{'After' if order.index(name) > order.index(other) else 'Before'}={other}")
        if random.random() < 0.1:
            lines.append("StopWhenUnneeded=yes")
        files[name] = plain("; ".join(lines)) if name.endswith(".target") else service("; ".join(lines))
    owner, wanted = random.sample(names, 2)
    if random.random() < 0.2:
        files[f"{owner}.{random.choice(['wants', 'requires', 'upholds'])}/{wanted}"] = {"link": f"../{wanted}"}
    unit = random.choice([n for n in names if n.endswith(".service")])
    do = random.choice(["stop", "stop", "stop", "restart", "kill"])
    return Case(f"drawn-{number}", files, do, unit, sorted(names, key=order.index))


def alone(random, number):
    settings = ["RestartSec=100ms", f"Restart={random.choice(RESTARTS)}"]
    for directive in ("SuccessExitStatus", "RestartPreventExitStatus", "RestartForceExitStatus"):
        if random.random() < 0.35:
            settings.append(f"{directive}={' '.join(random.sample(STATUSES, random.choice([1, 2])))}")
    settings += [line for line in ["RemainAfterExit=yes", "SendSIGHUP=yes", "KillMode=mixed", "KillMode=process", "ExitType=cgroup", "IgnoreSIGPIPE=no", "RestartMode=direct"] if random.random() < 0.12]
    signal = random.choice(["TERM", "HUP", "KILL", "USR1", "INT", "PIPE", "ALRM"])
    return Case(f"restart-drawn-{number}", {"a.service": service("", "; ".join(settings), "main" + random.choice(["", " c1"]))}, f"kill -s {signal}")
