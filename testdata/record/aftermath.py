"""What comes after: whether a service that was stopped or killed runs again, and which other units stop or start with it.

Names are short here (a.service); each case gets names of its own while it is recorded.
ACTOR stands for the program actor.c.
"""
from dataclasses import dataclass, field

SLOW = "main:TERM=exit@300ms"  # so that it can be seen which unit stops before which


@dataclass
class Case:
    name: str
    files: dict                                   # path below the unit directory -> text, or {"link": target}
    do: str = "stop"                              # systemctl's words; the unit's name is added
    unit: str = "a.service"
    start: list = field(default_factory=lambda: ["a.service"])


def service(unit="", settings="", spec=SLOW):
    lines = ["[Unit]", "DefaultDependencies=no", *unit.split("; "), "[Service]", f"ExecStart=ACTOR {spec}", *settings.split("; ")]
    return "\n".join(line for line in lines if line) + "\n"


def plain(unit="", rest=""):
    """A unit of another type."""
    return "\n".join(line for line in ["[Unit]", "DefaultDependencies=no", *unit.split("; "), *rest.split("; ")] if line) + "\n"


def restarts():
    """Restart= against every kind of end."""
    ends = {
        "stop": ("stop", "main"),
        "term": ("kill -s TERM", "main"),
        "hup": ("kill -s HUP", "main"),
        "kill": ("kill -s KILL", "main"),
        "abrt": ("kill -s ABRT", "main"),
        "usr1": ("kill -s USR1", "main"),
        "exit-0": ("kill -s TERM", "main:TERM=exit"),
        "exit-3": ("kill -s TERM", "main:TERM=exit=3"),
    }
    for restart in ("no", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog", "always"):
        for end, (do, spec) in ends.items():
            yield Case(f"restart-{restart}-{end}", {"a.service": service("", f"Restart={restart}; RestartSec=100ms", spec)}, do)
    more = {
        "success-3-on-failure": ("SuccessExitStatus=3; Restart=on-failure", "kill", "main:TERM=exit=3"),
        "success-3-on-success": ("SuccessExitStatus=3; Restart=on-success", "kill", "main:TERM=exit=3"),
        "success-kill-on-failure": ("SuccessExitStatus=SIGKILL; Restart=on-failure", "kill -s KILL", "main"),
        "success-kill-on-success": ("SuccessExitStatus=KILL; Restart=on-success", "kill -s KILL", "main"),
        "success-tempfail-on-failure": ("SuccessExitStatus=TEMPFAIL; Restart=on-failure", "kill", "main:TERM=exit=75"),
        "success-term-on-abnormal": ("SuccessExitStatus=USR1; Restart=on-abnormal", "kill -s USR1", "main"),
        "prevent-3": ("RestartPreventExitStatus=3; Restart=always", "kill", "main:TERM=exit=3"),
        "prevent-4": ("RestartPreventExitStatus=4; Restart=always", "kill", "main:TERM=exit=3"),
        "prevent-term": ("RestartPreventExitStatus=SIGTERM; Restart=always", "kill", "main"),
        "prevent-term-but-exits": ("RestartPreventExitStatus=SIGTERM; Restart=always", "kill", "main:TERM=exit"),
        "prevent-143-killed": ("RestartPreventExitStatus=143; Restart=always", "kill", "main"),
        "force-3": ("RestartForceExitStatus=3; Restart=no", "kill", "main:TERM=exit=3"),
        "force-term": ("RestartForceExitStatus=SIGTERM; Restart=no", "kill", "main"),
        "force-3-stop": ("RestartForceExitStatus=3; Restart=no", "stop", "main:TERM=exit=3"),
        "force-and-prevent-3": ("RestartForceExitStatus=3; RestartPreventExitStatus=3; Restart=no", "kill", "main:TERM=exit=3"),
        "oneshot-on-failure-kill": ("Type=oneshot; RemainAfterExit=yes; Restart=on-failure", "kill -s KILL", "--fork b1"),
        "remain-always-term": ("RemainAfterExit=yes; Restart=always", "kill", "main"),
        "remain-always-kill": ("RemainAfterExit=yes; Restart=always", "kill -s KILL", "main"),
        "remain-on-success-exit-0": ("RemainAfterExit=yes; Restart=on-success", "kill", "main:TERM=exit"),
        "sigpipe-always": ("Restart=always", "kill -s PIPE", "main"),
        "sigpipe-not-ignored-always": ("IgnoreSIGPIPE=no; Restart=always", "kill -s PIPE", "main"),
        "sigpipe-not-ignored-on-failure": ("IgnoreSIGPIPE=no; Restart=on-failure", "kill -s PIPE", "main"),
        "int-on-failure": ("Restart=on-failure", "kill -s INT", "main"),
        "quit-on-abort": ("Restart=on-abort", "kill -s QUIT", "main"),
        "segv-on-abort": ("Restart=on-abort", "kill -s SEGV", "main"),
        "ignored-always": ("Restart=always", "kill", "main:TERM=ignore"),
        "main-only-rest-stays-always": ("Restart=always; KillMode=process", "kill --kill-whom=main", "main c1"),
        "stop-fails-always": ("Restart=always; ExecStop=/bin/false", "stop", "main"),
        "stop-fails-after-clean-kill": ("Restart=on-failure; ExecStop=/bin/false", "kill", "main"),
        "post-fails-after-clean-kill": ("Restart=on-failure; ExecStopPost=/bin/false", "kill", "main"),
        "dash-start-on-failure": ("Restart=on-failure; ExecStart=; ExecStart=-ACTOR main", "kill -s KILL", "main"),
        "timeout-on-failure": ("Restart=on-failure; TimeoutStopSec=500ms", "kill --kill-whom=main", "main c1:TERM=ignore"),
        "timeout-on-abnormal": ("Restart=on-abnormal; TimeoutStopSec=500ms", "kill --kill-whom=main", "main c1:TERM=ignore"),
        "start-limit": ("Restart=always; StartLimitBurst=1", "kill", "main"),
        "exit-type-cgroup-main-killed": ("Restart=always; ExitType=cgroup", "kill --kill-whom=main", "main c1"),
        "notify-always": ("Type=notify; Restart=always", "kill", "main"),
        "guessed-main-always": ("Type=forking; Restart=always", "kill", "--fork d1:double"),
        "restart-mode-direct": ("Restart=always; RestartMode=direct", "kill", "main"),
    }
    for name, (settings, do, spec) in more.items():
        unit, settings = ("StartLimitIntervalSec=1h; StartLimitBurst=1", settings.replace("; StartLimitBurst=1", "")) if "StartLimit" in settings else ("", settings)
        yield Case(f"restart-{name}", {"a.service": service(unit, "RestartSec=100ms; " + settings, spec)}, do)


def others():
    """Which other units stop or start."""
    a, after = service(), "After=a.service"

    def pair(name, b, do="stop", a_text=a, **options):
        return Case(name, {"a.service": a_text, "b.service": b}, do, start=["a.service", "b.service"], **options)

    for kind in ("Requires", "BindsTo", "PartOf", "Requisite", "Wants", "StopPropagatedFrom", "Upholds", "Conflicts", "After", "Before", "PropagatesStopTo", "ConsistsOf", "RequiredBy"):
        if kind != "Conflicts":
            yield pair(f"{kind.lower()}", service(f"{kind}=a.service"))
        if kind not in ("After", "Before", "Conflicts", "ConsistsOf", "RequiredBy"):
            yield pair(f"{kind.lower()}-after", service(f"{kind}=a.service; {after}"))
            yield pair(f"{kind.lower()}-before", service(f"{kind}=a.service; Before=a.service"))
    for kind in ("Requires", "BindsTo", "PartOf", "Requisite", "StopPropagatedFrom", "Upholds"):
        yield pair(f"{kind.lower()}-killed", service(f"{kind}=a.service; {after}"), "kill")
        yield pair(f"{kind.lower()}-killed-restarts", service(f"{kind}=a.service; {after}"), "kill", service("", "Restart=always; RestartSec=100ms"))
        yield pair(f"{kind.lower()}-restart", service(f"{kind}=a.service; {after}"), "restart")
    for kind in ("Requires", "PropagatesStopTo", "Upholds", "Wants", "BindsTo", "OnSuccess", "OnFailure"):
        start = ["a.service", "b.service"] if not kind.startswith("On") else ["a.service"]
        for do in ("stop", "kill -s KILL", "kill -s TERM"):
            yield Case(f"forward-{kind.lower()}-{do.split()[-1].lower()}", {"a.service": service(f"{kind}=b.service"), "b.service": service()}, do, start=start)
    yield Case("on-failure-stop-fails", {"a.service": service("OnFailure=b.service", spec="main:TERM=exit=3"), "b.service": service()})
    yield Case("on-success-stop-fails", {"a.service": service("OnSuccess=b.service", spec="main:TERM=exit=3"), "b.service": service()})
    yield Case("on-failure-restarts", {"a.service": service("OnFailure=b.service", "Restart=always; RestartSec=100ms", "main"), "b.service": service()}, "kill -s KILL")
    yield Case("on-failure-stop-times-out", {"a.service": service("OnFailure=b.service", "TimeoutStopSec=500ms", "main:TERM=ignore"), "b.service": service()})

    three = ["a.service", "b.service", "c.service"]
    yield Case("chain-requires-after", {"a.service": a, "b.service": service("Requires=a.service; After=a.service"), "c.service": service("Requires=b.service; After=b.service")}, start=three)
    yield Case("chain-requires", {"a.service": a, "b.service": service("Requires=a.service"), "c.service": service("Requires=b.service")}, start=three)
    yield Case("chain-part-of-after", {"a.service": a, "b.service": service("PartOf=a.service; After=a.service"), "c.service": service("PartOf=b.service; After=b.service")}, start=three)
    yield Case("chain-mixed", {"a.service": a, "b.service": service("BindsTo=a.service; After=a.service"), "c.service": service("PartOf=b.service; Before=b.service")}, start=three)
    yield Case("chain-propagates", {"a.service": service("PropagatesStopTo=b.service"), "b.service": service("PropagatesStopTo=c.service"), "c.service": a}, start=three)
    yield Case("chain-through-inactive", {"a.service": a, "b.service": service("PartOf=a.service"), "c.service": service("PartOf=b.service")}, start=["a.service", "c.service"])
    yield Case("chain-through-target", {"a.service": a, "t.target": plain("Requires=a.service; After=a.service"), "c.service": service("PartOf=t.target; After=t.target")}, start=["a.service", "t.target", "c.service"])
    yield Case("chain-requisite", {"a.service": a, "b.service": service("Requisite=a.service; After=a.service"), "c.service": service("Requires=b.service; After=b.service")}, start=three)
    yield Case("chain-wants-breaks", {"a.service": a, "b.service": service("Wants=a.service"), "c.service": service("Requires=b.service")}, start=three)
    yield Case("diamond", {"a.service": a, "b.service": service("Requires=a.service; After=a.service"), "c.service": service("Requires=a.service; After=a.service"), "d.service": service("Requires=b.service c.service; After=b.service c.service")}, start=[*three, "d.service"])
    yield Case("order-between-dependents", {"a.service": a, "b.service": service("PartOf=a.service; After=c.service"), "c.service": service("PartOf=a.service")}, start=three)
    yield Case("order-through-unaffected", {"a.service": a, "b.service": service("PartOf=a.service; After=x.service"), "x.service": service("After=c.service"), "c.service": service("PartOf=a.service")}, start=[*three, "x.service"])
    yield Case("order-before-in-a", {"a.service": service("Before=b.service"), "b.service": service("Requires=a.service")}, start=["a.service", "b.service"])
    yield Case("cycle-requires", {"a.service": service("Requires=b.service"), "b.service": service("Requires=a.service")}, start=["a.service"])
    yield Case("cycle-part-of", {"a.service": service("PartOf=b.service"), "b.service": service("PartOf=a.service")}, start=["a.service", "b.service"])
    yield Case("dependent-inactive", {"a.service": a, "b.service": service("Requires=a.service; After=a.service")})
    yield Case("dependent-exited", {"a.service": a, "b.service": service("Requires=a.service; After=a.service", "Type=oneshot; RemainAfterExit=yes; ExecStop=ACTOR --command exit@300ms", "--fork")}, start=["a.service", "b.service"])
    yield Case("dependent-fails-to-stop", {"a.service": a, "b.service": service("Requires=a.service; After=a.service", spec="main:TERM=exit=3")}, start=["a.service", "b.service"])
    yield Case("dependent-restarts", {"a.service": a, "b.service": service("BindsTo=a.service; After=a.service", "Restart=always; RestartSec=100ms")}, start=["a.service", "b.service"])
    yield Case("dependent-refuses", {"a.service": a, "b.service": service("Requires=a.service; After=a.service; RefuseManualStop=yes")}, start=["a.service", "b.service"])
    yield Case("refuses", {"a.service": service("RefuseManualStop=yes")})
    yield Case("stop-when-unneeded", {"a.service": service("Requires=b.service; After=b.service"), "b.service": service("StopWhenUnneeded=yes")})
    yield Case("stop-when-unneeded-wanted-by-another", {"a.service": service("Requires=b.service; After=b.service"), "b.service": service("StopWhenUnneeded=yes"), "c.service": service("Wants=b.service")}, start=["a.service", "c.service"])
    yield Case("stop-when-unneeded-chain", {"a.service": service("Wants=b.service"), "b.service": service("StopWhenUnneeded=yes; Wants=c.service"), "c.service": service("StopWhenUnneeded=yes")})
    yield Case("stop-when-unneeded-killed", {"a.service": service("Requires=b.service; After=b.service"), "b.service": service("StopWhenUnneeded=yes")}, "kill")
    yield Case("upheld-by-a-stopped-unit", {"a.service": service("PartOf=b.service"), "b.service": service("Upholds=a.service")}, unit="b.service", start=["b.service"])
    yield Case("upheld-in-turn", {"a.service": service(), "u.service": service("Upholds=a.service"), "b.service": service("PartOf=a.service; After=a.service")}, start=["u.service", "b.service"])

    for kind in ("requires", "wants", "upholds"):
        files = {"a.service": a, "b.service": service(after), f"b.service.{kind}/a.service": {"link": "../a.service"}}
        yield Case(f"link-{kind}", files, start=["b.service"])
        yield Case(f"link-{kind}-stop-owner", files, unit="b.service", start=["b.service"])
    yield Case("link-requires-target", {"a.service": a, "t.target": plain(), "t.target.requires/a.service": {"link": "../a.service"}}, start=["t.target"])
    yield Case("link-wants-target", {"a.service": a, "t.target": plain(), "t.target.wants/a.service": {"link": "../a.service"}}, start=["t.target"])
    yield Case("drop-in-requires", {"a.service": a, "b.service": service(), "b.service.d/x.conf": "[Unit]\nRequires=a.service\nAfter=a.service\n"}, start=["b.service"])
    yield Case("drop-in-part-of-reset", {"a.service": a, "b.service": service("PartOf=a.service"), "b.service.d/x.conf": "[Unit]\nPartOf=\n"}, start=["a.service", "b.service"])
    yield Case("alias", {"a.service": a, "other.service": {"link": "a.service"}, "b.service": service("Requires=other.service; After=other.service")}, start=["a.service", "b.service"])
    yield Case("alias-stopped", {"a.service": a, "other.service": {"link": "a.service"}, "b.service": service("Requires=a.service; After=a.service")}, unit="other.service", start=["a.service", "b.service"])
    yield Case("instance", {"a@.service": a, "b@.service": service("Requires=a@%i.service; After=a@%i.service")}, unit="a@1.service", start=["b@1.service", "b@2.service"])
    yield Case("instance-of-plain", {"a.service": a, "b@.service": service("PartOf=a.service; After=a.service")}, start=["a.service", "b@1.service", "b@2.service"])
    yield Case("template-requires-link", {"a.service": a, "b@.service": service(after), "b@.service.requires/a.service": {"link": "../a.service"}}, start=["b@1.service"])

    yield Case("target-part-of", {"t.target": plain("Wants=a.service"), "a.service": service("PartOf=t.target")}, unit="t.target", start=["t.target"])
    yield Case("target-requires", {"t.target": plain("Requires=a.service"), "a.service": service()}, unit="t.target", start=["t.target"])
    yield Case("target-default-dependencies", {"t.target": "[Unit]\nRequires=a.service b.service\n", "a.service": a, "b.service": a}, start=["t.target"])
    socket = plain("", "[Socket]; ListenStream=/run/%N.sock")
    yield Case("socket-stays", {"a.service": a, "a.socket": socket}, start=["a.socket", "a.service"])
    yield Case("socket-required-by-service", {"a.service": service("Requires=a.socket"), "a.socket": socket}, start=["a.service"])
    yield Case("socket-stopped", {"a.service": a, "a.socket": socket}, unit="a.socket", start=["a.socket", "a.service"])
    yield Case("socket-stopped-service-requires", {"a.service": service("Requires=a.socket"), "a.socket": socket}, unit="a.socket", start=["a.service"])
    yield Case("socket-of-another-name", {"a.service": service("", "Sockets=s.socket"), "s.socket": plain("", "[Socket]; ListenStream=/run/%N.sock; Service=a.service")}, start=["s.socket", "a.service"])
    yield Case("socket-inactive", {"a.service": a, "a.socket": socket})
    yield Case("socket-after-kill", {"a.service": a, "a.socket": socket}, "kill", start=["a.socket", "a.service"])
    yield Case("timer-stays", {"a.service": a, "a.timer": plain("", "[Timer]; OnActiveSec=1h")}, start=["a.timer", "a.service"])
    yield Case("timer-on-inactive", {"a.service": a, "a.timer": plain("", "[Timer]; OnUnitInactiveSec=500ms; AccuracySec=1ms")}, start=["a.timer", "a.service"])
    yield Case("path-stays", {"a.service": a, "a.path": plain("", "[Path]; PathExists=/nonexistent/path")}, start=["a.path", "a.service"])
    yield Case("path-exists", {"a.service": a, "a.path": plain("", "[Path]; PathExists=/etc/passwd")}, start=["a.path"])


def cases():
    found = [*restarts(), *others()]
    names = [c.name for c in found]
    assert len(set(names)) == len(names), [n for n in names if names.count(n) > 1]
    return found
