"""The situations of stopping units that are no services: sockets, mounts and scopes. (systemd supports no swaps in a container.)

As in situations.py, ACTOR stands for the program actor.c, and a delay differs from every other time of its situation by at least 0.3 s.
"""
from dataclasses import dataclass, field

from situations import Situation

SECTION = {"socket": "Socket", "mount": "Mount", "scope": "Scope"}


@dataclass
class Other(Situation):
    kind: str = "socket"
    umounts: list = field(default_factory=list)   # what each umount does (actor.c); none: the real one
    mounted: int = 1                              # mounts, one upon the other
    busy: bool = False                            # a process outside of the unit has its working directory there
    main: bool = False
    forks: bool = True

    def unit_name(self):
        return f"run-m-{self.word()}.mount" if self.kind == "mount" else f"{self.name}.{self.kind}"

    def word(self):
        return self.name.replace("-", "_")

    def place(self):
        return f"/run/m/{self.word()}"

    def active(self):
        """The states in which it can be when it has nothing to do."""
        return ({"socket": "listening", "mount": "mounted", "scope": "running"}[self.kind],)

    def prepare(self, systemd):
        if self.umounts:
            script = systemd.inside(f"/run/umount/{self.word()}")
            script.parent.mkdir(exist_ok=True)
            script.write_text("".join(line + "\n" for line in self.umounts))

    def started(self, systemd):
        """Its surroundings, once it is active."""
        for _ in range(1, self.mounted):
            systemd.run("mount", "-t", "tmpfs", "tmpfs", self.place())
        if self.busy:
            systemd.run("sh", "-c", f"cd {self.place()}; sleep 4 >/dev/null 2>&1 &")

    def command(self, argv, number):
        """What the command with this number, counted from 1, does, for `unitctl simulate`."""
        if not argv[0].endswith("/umount"):
            return super().command(argv, number)
        if not self.umounts:
            return "exit=32" if self.busy and "-l" not in argv else "unmount,exit"
        return self.umounts[min(number, len(self.umounts)) - 1]

    def simulated(self):
        return ["--mounted", str(self.mounted)] if self.mounted > 1 else []

    def unit(self):
        lines = [f"[{SECTION[self.kind]}]", *self.settings]
        timeout = "TimeoutStopSec" if self.kind == "scope" else "TimeoutSec"
        if not any(line.startswith(f"{timeout}=") for line in lines):
            lines.append(f"{timeout}=1")
        if self.kind == "socket":
            lines = ["[Unit]", "DefaultDependencies=no", *lines, f"ListenStream=/run/s/{self.name}.sock"]
            if self.actors:
                lines.append(f"ExecStartPre=ACTOR --fork {' '.join(self.actors)}")
        if self.kind == "mount":
            lines = ["[Unit]", "DefaultDependencies=no", *lines, "What=tmpfs", "Type=tmpfs", f"Where={self.place()}"]
        return "\n".join(lines) + "\n"

    def files(self):
        """All unit files, by name."""
        if self.kind == "scope":
            settings = " ".join(f"-p {line}" for line in self.unit().splitlines()[1:])
            start = f"systemd-run --quiet --scope --unit={self.name} {settings} ACTOR --fork {' '.join(self.actors)}"
            return {self.launcher(): f"[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart={start}\n"}
        if self.kind == "socket":
            return {self.unit_name(): self.unit(), f"{self.name}.service": "[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/sleep 1000\n"}
        return {self.unit_name(): self.unit()}

    def launcher(self):
        return f"start-{self.name}.service" if self.kind == "scope" else None


def pre(items, prefix=""):
    return f"ExecStopPre={prefix}ACTOR --command {items}".rstrip()


def post(items, prefix=""):
    return f"ExecStopPost={prefix}ACTOR --command {items}".rstrip()


MODES = ("control-group", "mixed", "process", "none")


def sockets():
    def s(name, settings, actors=(), **more):
        return Other(f"socket-{name}", list(settings), list(actors), **more)

    yield s("plain", [])
    yield s("leftover-plain", [], ["c1"])
    yield s("pre", [pre("exit@300ms")])
    yield s("pre-two", [pre("exit@300ms"), pre("exit@600ms")])
    yield s("pre-fails", [pre("exit=3@300ms"), pre("exit")])
    yield s("pre-fails-ignored", [pre("exit=3@300ms", "-"), pre("exit@300ms")])
    yield s("pre-missing", ["ExecStopPre=/nonexistent/program"])
    yield s("pre-fails-then-post", [pre("exit=3@300ms"), post("exit@300ms")])
    yield s("post", [post("exit@300ms")])
    yield s("post-two", [post("exit@300ms"), post("exit@600ms")])
    yield s("post-fails", [post("exit=3@300ms"), post("exit")])
    yield s("post-missing", ["ExecStopPost=/nonexistent/program"])
    yield s("both", [pre("exit@300ms"), post("exit@600ms")])
    for mode in MODES:
        yield s(f"pre-hangs-{mode}", [f"KillMode={mode}", pre("TERM=ignore")], ["c1", "c2:TERM=ignore"])
        yield s(f"post-hangs-{mode}", [f"KillMode={mode}", post("TERM=ignore")], ["c1", "c2:TERM=ignore"])
        yield s(f"pre-leaves-{mode}", [f"KillMode={mode}", pre("exit@300ms,leaves=k1:TERM=ignore"), post("")], ["c1"])
        yield s(f"ends-{mode}", [f"KillMode={mode}", post("exit@300ms")], ["c1", "c2:TERM=ignore"])
    for how, items in [("dies", ""), ("exits-0", "TERM=exit"), ("exits-3", "TERM=exit=3"), ("exits-0-slowly", "TERM=exit@300ms")]:
        yield s(f"pre-hangs-{how}", [pre(items)])
        yield s(f"pre-hangs-{how}-then-second", [pre(items), pre("exit@300ms"), post("exit")])
        yield s(f"post-hangs-{how}", [post(items)])
        yield s(f"post-hangs-{how}-then-second", [post(items), post("exit@300ms")])
    yield s("pre-hangs-no-sigkill", ["SendSIGKILL=no", pre("TERM=ignore"), post("exit@300ms")])
    yield s("post-hangs-no-sigkill", ["SendSIGKILL=no", post("TERM=ignore")])
    yield s("both-hang", [pre("TERM=ignore"), post("TERM=ignore")], ["c1:TERM=ignore"])
    yield s("pre-hangs-sighup", ["SendSIGHUP=yes", pre("TERM=ignore,HUP=exit@300ms")], ["c1:TERM=ignore,HUP=ignore"])
    yield s("pre-hangs-kill-signal", ["KillSignal=USR1", pre("USR1=exit@300ms")], ["c1:USR1=ignore"])
    yield s("pre-hangs-kill-signal-hup", ["KillSignal=SIGHUP", "SendSIGHUP=yes", pre("HUP=ignore")])
    yield s("pre-hangs-final-signal", ["FinalKillSignal=SIGQUIT", pre("TERM=ignore,QUIT=exit@300ms")], ["c1:TERM=ignore,QUIT=ignore"])
    yield s("pre-hangs-restart-signal", ["RestartKillSignal=SIGUSR2", pre("TERM=exit")])
    yield s("pre-stopped", [pre("stopped")])
    yield s("timeout-zero", ["TimeoutSec=0", pre("exit@1500ms")])
    yield s("kill-all", [], ["c1"], do="kill")
    yield s("kill-nobody", [], [], do="kill")
    yield s("kill-nobody-fail", [], [], do="kill --kill-whom=all-fail")
    yield s("kill-main", [], ["c1"], do="kill --kill-whom=main")
    yield s("kill-control", [], ["c1"], do="kill --kill-whom=control")


def mounts():
    def m(name, settings=(), umounts=(), **more):
        return Other(f"mount-{name}", list(settings), [], kind="mount", umounts=list(umounts), **more)

    yield m("plain")
    yield m("busy", busy=True)
    yield m("busy-lazy", ["LazyUnmount=yes"], busy=True)
    yield m("force", ["ForceUnmount=yes"])
    yield m("lazy-force", ["LazyUnmount=yes", "ForceUnmount=yes"])
    yield m("slow", umounts=["unmount,exit@300ms"])
    yield m("stacked-three", umounts=["unmount,exit@300ms"], mounted=3)
    yield m("stacked-forty", umounts=["unmount,exit"], mounted=40, settle=1.5)
    yield m("fails", umounts=["exit=32@300ms"])
    yield m("fails-on-second", umounts=["unmount,exit@300ms", "exit=32"], mounted=2)
    yield m("fails-but-is-gone", umounts=["unmount,exit=32@300ms"])
    yield m("killed-by-signal", umounts=["KILL=exit,TERM=exit"])
    for how, items in [("dies", "."), ("exits-0", "TERM=exit"), ("exits-0-gone", "unmount,TERM=exit"), ("dies-gone", "unmount"), ("exits-3", "TERM=exit=3"), ("ignores", "TERM=ignore"), ("ignores-gone", "unmount,TERM=ignore")]:
        yield m(f"hangs-{how}", umounts=[items.replace(".", "URG=ignore")])
    for mode in MODES:
        yield m(f"hangs-{mode}", [f"KillMode={mode}"], ["TERM=ignore,leaves=k1:TERM=ignore"])
    yield m("hangs-no-sigkill", ["SendSIGKILL=no"], ["TERM=ignore"])
    yield m("hangs-no-sigkill-gone", ["SendSIGKILL=no"], ["unmount,TERM=ignore"])
    yield m("hangs-sighup", ["SendSIGHUP=yes"], ["TERM=ignore,HUP=exit@300ms"])
    yield m("hangs-kill-signal", ["KillSignal=SIGINT"], ["INT=exit@300ms"])
    yield m("hangs-final-signal", ["FinalKillSignal=SIGQUIT"], ["TERM=ignore,QUIT=exit@300ms"])
    yield m("hangs-on-second", [], ["unmount,exit@300ms", "TERM=ignore"], mounted=2)
    yield m("timeout-zero", ["TimeoutSec=0"], ["unmount,exit@1500ms"])
    yield m("leaves-child", [], ["unmount,exit@300ms,leaves=k1"])
    yield m("kill", do="kill")


def scopes():
    def s(name, settings, actors, **more):
        return Other(f"scope-{name}", list(settings), list(actors), kind="scope", **more)

    families = {
        "obeying": ["c1", "c2:TERM=exit@400ms"],
        "ignoring": ["c1", "c2:TERM=ignore"],
        "stopped": ["c1:stopped", "c2:TERM=ignore,stopped"],
        "nested": ["c1", "n1:sub@deep", "n2:TERM=ignore,sub@deep/er"],
    }
    for mode in MODES:
        for family, actors in families.items():
            yield s(f"{mode}-{family}", [f"KillMode={mode}"], actors)
    yield s("sighup", ["SendSIGHUP=yes"], ["c1:TERM=ignore,HUP=exit@400ms", "c2:TERM=ignore,HUP=ignore"])
    yield s("kill-signal", ["KillSignal=SIGINT"], ["c1:INT=exit@400ms", "c2:TERM=ignore"])
    yield s("kill-signal-kill", ["KillSignal=SIGKILL"], ["c1:TERM=ignore"])
    yield s("kill-signal-cont", ["KillSignal=SIGCONT"], ["c1"])
    yield s("kill-signal-hup-sighup", ["KillSignal=SIGHUP", "SendSIGHUP=yes"], ["c1:HUP=ignore"])
    yield s("final-signal", ["FinalKillSignal=SIGQUIT"], ["c1:TERM=ignore,QUIT=exit@400ms"])
    yield s("final-signal-survived", ["FinalKillSignal=SIGQUIT"], ["c1:TERM=ignore,QUIT=ignore"])
    yield s("no-sigkill", ["SendSIGKILL=no"], ["c1:TERM=ignore", "c2"])
    yield s("timeout-zero", ["TimeoutStopSec=0"], ["c1:TERM=exit@400ms"])
    yield s("timeout-infinity", ["TimeoutStopSec=infinity"], ["c1:TERM=exit@1300ms"])
    yield s("runtime-max", ["RuntimeMaxSec=1h"], ["c1:TERM=ignore"])
    yield s("delegate", ["Delegate=yes"], ["c1", "n1:TERM=ignore,sub@inner"])
    for do in ("kill", "kill -s KILL", "kill --kill-whom=main", "kill --kill-whom=control", "kill -s HUP --kill-whom=cgroup", "kill -s USR1 --kill-whom=all-fail"):
        yield s("-".join(do.replace("-", " ").replace("=", " ").split()), [], ["c1", "c2:TERM=ignore,USR1=ignore"], do=do)


def situations():
    found = [*sockets(), *mounts(), *scopes()]
    names = [s.name for s in found]
    assert len(set(names)) == len(names), [n for n in names if names.count(n) > 1]
    return found
