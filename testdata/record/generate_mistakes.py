"""Mistakes in units that are no services: a seeded generator, like generate_units.py.

cases() yields Case objects; the theme is the type of the unit. No two share a file. Every directive that only units of
the type have gets every one of VALUES, most of which are wrong for it. astray() draws what is wrong around and between the
lines: text that is damaged, lines in a foreign section, templates, drop-ins of every level, links and masks.
"""
import random
from pathlib import Path

from generate_kinds import LISTEN, LISTEN_BAD, SECTIONS, escaped
from generate_units import OTHER_UNIT, SEARCH_PATH, Case, chance, mutate, text

SEED = 1
DIRECTIVES = Path(__file__).resolve().parent.parent.parent / "parser" / "directives.tsv"
PLACE = "/run/a"

VALUES = [
    "", "yes", "maybe", "0", "5", "-1", "99999", "4294967296", "18446744073709551616", "1.5", "5s", "5 potatoes", "infinity", "1G", "1X", "10%", "abc", "a b c", "/abs/path", "rel/path", "/a/../b", "//a//b/", "~/x",
    "%Z", "%n", "%", "x.service", "x.socket", "x@.service", "x@i.service", "%p.service", "0644", "0999", "\"open", "'a' b", "\\x", "UUID=abc", "daily", "*-*-* 25:00", "Mon..Fri 10:00 UTC", "*-13-01", "80", "65536", "127.0.0.1:80",
    "[::1]:80", "@abstract", "both", "low-delay", "us", "ipv6-only", "name:with:colons", "a/b", "ünïcode", "udplite", "user.key value", "stop", "continue", "kobject-uevent 1", "route", "/mq/deep", "vsock::x", "lo", "eth0/x", "x" * 300, "patient",
]

# Whole units, by name. `|` stands for the end of a line.
WHOLE = {
    "s{}.socket": [
        "[Socket]|Accept=yes", "[Socket]|ListenStream=80|Accept=yes|Service=x.service", "[Socket]|ListenDatagram=80|Accept=yes", "[Socket]|ListenStream=80|ListenFIFO=/run/x|Accept=yes", "[Socket]|ListenStream=80|Service=foo.socket",
        "[Socket]|ListenStream=80|Service=foo@.service", "[Socket]|ListenStream=80|ListenStream=", "[Socket]|ListenStream=80|MaxConnections=0", "[Socket]|ListenStream=80|MaxConnections=-1", "[Socket]|ListenStream=80|Symlinks=/run/x",
        "[Socket]|ListenFIFO=/run/a|ListenFIFO=/run/b|Symlinks=/run/x", "[Socket]|ListenFIFO=/run/a|PAMName=x|KillMode=none", "[Socket]|ListenFIFO=/run/a|PAMName=x|KillMode=process", "[Unit]|Description=x", "[Service]|ExecStart=/bin/true",
        "[Socket]|ListenStream=80|[Service]|ExecStart=/bin/true", "ListenStream=80", "[Socket]|ListenStream", "[Socket]|=80|ListenStream=80", "[Socket]|listenstream=80", "[Socket]|ListenStreams=80", "[Unit]|ListenStream=80", "[Socket]|OnCalendar=daily|ListenStream=80",
        "[Socket|ListenStream=80", "[Socket]|ListenStream=80|ListenStream=nonsense", "[Unit]|Before=x.conf|Wants=a b@.service|[Socket]|ListenStream=80", "[Unit]|Requires=s.socket %Z|After=foo|[Socket]|ListenStream=80", "[Socket]|ListenUSBFunction=/x", "[Socket]|ListenUSBFunction=/x|Service=x.service",
        "[Socket]|ListenStream=80|[Install]|WantedBy=sockets.target|Foo=bar", "[Socket]|ListenStream=80|Slice=x.service", "[Socket]|ListenStream=80|Slice=a-b@i.slice", "[Socket]|ListenStream=80|ExecStartPre=relative/x", "[Socket]|ListenStream=80|ExecStopPost=/bin/true \"open",
    ],
    "t{}.timer": [
        "[Timer]", "[Timer]|OnCalendar=", "[Timer]|OnCalendar=nonsense", "[Timer]|OnCalendar=daily|OnCalendar=", "[Timer]|OnCalendar=daily|Unit={}", "[Timer]|OnCalendar=daily|Unit=x.slice", "[Timer]|OnCalendar=daily|Unit=a.service|Unit=b.service", "[Timer]|OnBootSec=5 potatoes",
        "[Timer]|OnClockChange=yes", "[Timer]|OnClockChange=no", "[Timer]|OnTimezoneChange=maybe", "[Timer]|OnBootSec=0", "[Timer]|Persistent=yes", "[Timer]|OnCalender=daily", "[Service]|OnCalendar=daily", "[Timer]|OnCalendar=Mon,Tue *-*-* 12:00|OnActiveSec=-5", "[Timer]|OnCalendar=2025-02-30",
        "[Timer]|OnCalendar=*:0/5|AccuracySec=x|RandomizedDelaySec=", "[Timer]|OnCalendar=minutely|KillMode=none", "[Timer]|OnUnitActiveSec=infinity", "[Timer]|OnCalendar=Fri *-*-* 25:61",
    ],
    "p{}.path": ["[Path]", "[Path]|Unit=x.service", "[Path]|PathExists=x", "[Path]|PathExists=/x|PathExists=", "[Path]|PathExists=/x|Unit={}", "[Path]|PathModified=/x|Unit=foo", "[Path]|PathChanged=%Z", "[Path]|PathExistsGlob=/a*[", "[Path]|DirectoryNotEmpty=/x/../y", "[Path]|PathExist=/x", "[Path]|MakeDirectory=yes", "[Unit]|PathExists=/x"],
    "m{}.mount": ["[Mount]", "[Mount]|What=/dev/sda|Where=/other", "[Mount]|Where=/{0}", "[Mount]|What=/dev/sda|Where={0}", "[Mount]|What=/dev/sda", "[Mount]|What=/dev/sda|Where=/{0}/", "[Mount]|What=/dev/sda|Where=/{0}/../{0}", "[Mount]|What=|Where=/{0}", "[Mount]|What=/dev/sda|Where=/{0}|Type=", "[Mount]|What=/dev/sda|PAMName=x|KillMode=process", "[Mount]|What=/dev/sda|What=", "[Mount]|What=/dev/sda|[Install]|Alias=x.mount", "[Unit]|What=/dev/sda", "[Mount]|What=/dev/sda|Options=a,b c|FsckPassNo=1", "[Mount]|What=/dev/sda|Where=\"/{0}\""],
    "a{}.automount": ["[Automount]", "[Automount]|Where=/other", "[Automount]|Where={0}", "[Automount]|Where=/{0}", "[Automount]|What=/x", "[Automount]|Where=/{0}|TimeoutIdleSec=-1", "[Mount]|Where=/{0}", "[Automount]|Where=/{0}/."],
    "dev-w{}.swap": ["[Swap]", "[Swap]|What=/dev/other", "[Swap]|What=dev/w", "[Swap]|What=/dev/w{1}", "[Swap]|What=/dev/w{1}/", "[Swap]|What=/dev/w{1}|Priority=99999", "[Swap]|What=/dev/w{1}|Priority=x", "[Swap]|What=%Z", "[Swap]|What=", "[Swap]|What=/dev/w{1}|PAMName=x|KillMode=none", "[Swap]|What=UUID=x|Where=/x"],
    "l{}.slice": ["[Slice]", "[Slice]|Slice=system.slice", "[Slice]|MemoryMax=x|CPUWeight=0", "[Service]|ExecStart=/bin/true", "[Slice]|KillMode=none", "[Unit]|Wants=l{1}.slice", "[Slice]|Delegate=yes", "[Slice]|CPUQuota=5|TasksMax=lots"],
    "l-{}-.slice": ["[Slice]"], "l--{}.slice": ["[Slice]"],
    "g{}.target": ["[Target]", "[Target]|x=y", "[Service]|ExecStart=/bin/true", "[Unit]|AllowIsolate=maybe", "[Unit]|ExecStart=/bin/true", "[Install]|Alias=x.target|WantedBy=foo", "[Unit]|Requires={}|After={}", "[Unit]|Conflicts=foo|JobTimeoutAction=explode", "[Slice]", "[Unit|Description=x"],
    "d{}.device": ["[Unit]|Description=x", "[Device]|x=y", "[Service]|ExecStart=/bin/true"],
}


def own_directives(section):
    rows = [row.split("\t") for row in DIRECTIVES.read_text().splitlines() if not row.startswith("#")]
    sections = {}
    for row in rows:
        sections.setdefault(row[1], set()).add(row[0])
    common = {name for name, where in sections.items() if "Service" in where}
    return [row[1] for row in rows if row[0] == section and row[1] not in common]


def moment(rng):
    """A value for OnCalendar=, right or nearly."""
    def number(low, high):
        return str(rng.randint(low, high) if rng.random() < 0.9 else rng.choice([low - 1, high + 1, 0, 100, 1000]))

    def component(low, high, width=2):
        if rng.random() < 0.3:
            return "*"
        parts = []
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            part = number(low, high).zfill(rng.choice([1, width]))
            if rng.random() < 0.25:
                part += rng.choice(["..", "..", "..", "-", "..."]) + number(low, high)
            if rng.random() < 0.25:
                part += "/" + rng.choice(["0", "1", "2", "5", "10", "50", "x"])
            parts.append(part)
        return ",".join(parts) + ("," if rng.random() < 0.02 else "")

    days = ["Mon", "tue", "Wednesday", "THU", "Fri", "sat", "Sunday", "Tues", "x"]
    parts = []
    if rng.random() < 0.4:
        parts.append(",".join(rng.choice(days[:7] if rng.random() < 0.95 else days) + (rng.choice(["..", "-"]) + rng.choice(days[3:7]) if rng.random() < 0.3 else "") for _ in range(rng.choice([1, 1, 2, 3]))))
    if rng.random() < 0.6:
        parts.append((component(1970, 2199, 4) + "-" if rng.random() < 0.7 else "") + component(1, 12) + rng.choice(["-", "-", "-", "~"]) + component(1, 31))
    if rng.random() < 0.6:
        second = component(0, 59) + (rng.choice([".5", ".123456", ".1234567"]) if rng.random() < 0.15 else "")
        parts.append(component(0, 23) + ":" + component(0, 59) + (":" + second if rng.random() < 0.5 else ""))
    if rng.random() < 0.1:
        parts = [rng.choice(["daily", "Weekly", "hourly", "yearly", "secondly", "@1700000000", "@x", "monthly"])]
    if rng.random() < 0.2:
        parts.append(rng.choice(["UTC", "utc", "Europe/Berlin", "America/New_York", "x/y"]))
    return (" " if rng.random() < 0.95 else "  ").join(parts)


def fixed_moment(rng):
    """A value for OnCalendar= of one day, which has a weekday that is mostly another."""
    days = ["Mon", "Tue", "wed", "Thursday", "Fri", "Sat", "sun"]
    year, month, day = rng.choice([rng.randint(1970, 2199), rng.randint(0, 99)]), rng.randint(1, 12), rng.randint(1, 31)
    number = rng.choice(["{}", "{}", "{}", "{},{}", "{}..{}", "{}..{}/5", "{}/1", "{:02}"])
    date = "-".join((number if rng.random() < 0.2 else "{:02}").format(part, part) for part in (year, month)) + rng.choice(["-", "-", "-", "-", "~"]) + (number if rng.random() < 0.2 else "{:02}").format(day, day)
    days = rng.choice(["{0}", "{0}", "{0},{1}", "{0}..{1}", "{0},"]).format(*rng.sample(days, 2))
    return days + " " + (rng.choice([date, date, date, date, f"@{rng.randrange(1 << 32)}"])) + rng.choice(["", "", " 12:00", " *:0/5", " 25:00", " UTC", " 04:00 Europe/Berlin"])


def base(kind, case_id):
    """A unit that is whole, and where it goes on."""
    return {
        "socket": ["ListenStream=/run/" + case_id], "timer": ["OnCalendar=daily"], "path": ["PathExists=/x"], "mount": ["What=/dev/x", "Where=/" + case_id], "automount": ["Where=/" + case_id], "swap": [f"What=/dev/{case_id}"], "slice": [],
    }[kind]


# Lines that may stand in any unit, mostly wrong ones; and such that belong elsewhere.
ANYWHERE = [
    ("Unit", line) for line in [
        *OTHER_UNIT, "After=x", "Requires=a.service b", "Wants=x@.service", "Before=%Z.target", "Conflicts=/not/a/unit", "RequiresMountsFor=rel", "RequiresMountsFor=/a /b/../c", "OnFailure=x.conf", "JobTimeoutSec=5 potatoes", "StartLimitBurst=many",
        "StartLimitIntervalSec=x", "ConditionPathExists=rel", "ConditionPathExists=|!/x", "AssertPathExists=", "ConditionVirtualization=nonsense", "ConditionKernelVersion=%Z", "CollectMode=x", "FailureAction=explode", "SuccessExitStatus=1", "RebootArgument=%", "Documentation=nonsense http://x",
        "SourcePath=rel", "JoinsNamespaceOf=x", "PropagatesStopTo=x y.service", "Description=%Z", "DefaultDependencies=maybe", "RefuseManualStart=2", "BindTo=x.service", "OnFailureIsolate=yes", "StopPropagatedFrom=x", "PartOf=x..service", "Slice=x.slice", "WantedBy=multi-user.target",
    ]
] + [("Install", line) for line in ["WantedBy=foo", "Alias=x.target", "Also=x", "DefaultInstance=i", "DefaultInstance=a/b", "RequiredBy=%Z.target", "UpheldBy=x.target", "WantedBy=", "Description=x", "Foo=bar", "Alias=%i", "WantedBy=a b c"]]
COMMON = ["KillMode=bogus", "KillMode=none", "KillSignal=SIGFOO", "SendSIGKILL=maybe", "User=", "User=a b", "WorkingDirectory=rel", "WorkingDirectory=~", "Environment=A", "Environment=\"A=b", "EnvironmentFile=rel", "LimitNOFILE=x", "MemoryMax=x", "CPUQuota=5", "Slice=x", "Delegate=x", "TimeoutSec=x", "UMask=999",
          "Nice=50", "ProtectSystem=maybe", "ReadWritePaths=rel", "CapabilityBoundingSet=CAP_X", "SystemCallFilter=nosuch", "StandardOutput=x", "ExecStartPre=rel/x", "ExecStopPost=/bin/x \"", "IOWeight=0", "DeviceAllow=x", "PAMName=x", "MemoryLimit=1G", "CPUShares=5", "RestrictNamespaces=x", "LogLevelMax=x"]
KINDS = ("socket", "timer", "path", "mount", "automount", "swap", "slice", "target")


def body(rng, kind, case_id):
    """The text of a unit with a line or three too many."""
    sections = {"Unit": [], SECTIONS[kind]: [] if kind == "target" else base(kind, case_id)}
    if kind == "socket" and chance(rng, 0.3):
        sections["Socket"].append(rng.choice(LISTEN + LISTEN_BAD).replace("#", case_id))
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        odd = rng.random()
        if odd < 0.5:
            where, line = rng.choice(ANYWHERE)
        elif odd < 0.75:
            where, line = SECTIONS[kind], rng.choice(COMMON)
        else:
            where = rng.choice([*SECTIONS.values(), "Install", "Service", "Nonsense", "X-Mine", "service"])
            line = rng.choice(["ExecStart=/bin/true", "ListenStream=80", "OnCalendar=daily", "What=/x", "PathExists=/x", "Description=x", "WantedBy=x.target", "MemoryMax=1G", "Where=/x", "KillMode=process", "TimeoutIdleSec=5"])
        sections.setdefault(where, []).append(line)
    order = list(sections)
    if chance(rng, 0.2):
        rng.shuffle(order)
    return text([line for name in order if sections[name] or chance(rng, 0.5) for line in [f"[{name}]", *sections[name]]])


def astray(rng, kind, case_id, group=None):
    """A unit with its files: damaged, of a template, changed by drop-ins, behind links, hidden."""
    stem, suffix = (escaped(f"/dev/{case_id}-x") if kind == "swap" else case_id + rng.choice(["", "", "-foo", "-foo-bar"]) if kind not in ("mount", "automount") else case_id), "." + kind
    template = kind in ("socket", "timer", "path", "target") and chance(rng, 0.35)
    if kind == "slice":
        stem = case_id
    file = stem + ("@" if template else "") + suffix
    unit = stem + ("@" + rng.choice(["i", "a-b", "x.y", "\\x2d", "1"]) if template else "") + suffix
    case = Case(kind, unit, group=group)

    def put(path, content):
        if path not in case.files and not any(other.startswith(path + "/") or path.startswith(other + "/") for other in case.files):
            case.add(path, content)

    def content():
        whole = body(rng, kind, case_id).replace(f"/dev/{case_id}", f"/dev/{case_id}-x")
        return mutate(rng, whole) if chance(rng, 0.3) else whole

    where = rng.choice(SEARCH_PATH)
    shape = rng.random()
    if shape < 0.6:
        put(f"{where}/{file}", content())
    elif shape < 0.66:
        put(f"{where}/{file}", rng.choice([{"link": "/dev/null"}, {"link": "nowhere"}, {"link": file}, {"directory": True}, b"", {"link": "/dev/zero"}]))
        if chance(rng, 0.5):
            put(f"{rng.choice(SEARCH_PATH)}/{file}", content())
    elif shape < 0.76:
        target = "/run/elsewhere/" + rng.choice([file, case_id + ".txt", case_id + ".service", case_id + "@.timer", case_id + "@x" + suffix])
        put(target, content())
        put(f"{where}/{file}", {"link": target})
    else:
        put(f"{where}/{file}", content())
        for at in range(rng.choice([1, 1, 2])):
            at_sign = rng.choice(["", "@", "@i", "@other"]) if template or chance(rng, 0.15) else ""
            alias = f"{case_id}al{at}{at_sign}" + (suffix if chance(rng, 0.85) else rng.choice([".service", ".socket", ".timer"]))
            put(f"{rng.choice(SEARCH_PATH)}/{alias}", {"link": rng.choice([f"{where}/{file}", f"{where}/{file}", f"../{where[-1]}/{file}", f"{where}/{unit}"])})
            if alias.endswith(suffix) and chance(rng, 0.6):
                case.unit = alias if not alias.endswith("@" + suffix) else alias.replace("@", "@i")
    for at in range(rng.choice([0, 0, 1, 2, 3])):
        names = [unit, file, case.unit, f"{case_id}-{suffix}", f"{case_id}-foo-{suffix}"]
        name = rng.choice(names)
        own = text([f"[{rng.choice([SECTIONS[kind], SECTIONS[kind], 'Unit', 'Service'])}]", *(rng.choice(COMMON + [line for _, line in ANYWHERE]) for _ in range(rng.choice([1, 2])))])
        put(f"{rng.choice(SEARCH_PATH)}/{name}.d/{at}0.{rng.choice(['conf', 'conf', 'conf', 'txt'])}", rng.choice([own, own, own, own, mutate(rng, own), {"link": "/dev/null"}, {"link": "nowhere"}]))
    if group is not None:
        put(f"{rng.choice(SEARCH_PATH)}/{kind}.d/x.conf", text([f"[{SECTIONS[kind]}]", rng.choice(COMMON), "[Unit]", rng.choice(ANYWHERE)[1]]))
    return case


def cases(seed=SEED):
    number = 0
    for name, contents in WHOLE.items():
        for at, content in enumerate(contents):
            unit = name.format(f"w{at:02}")
            stem = unit.rpartition(".")[0]
            case = Case(unit.rpartition(".")[2], unit)
            case.add(f"{PLACE}/{unit}", text(content.replace("{}", unit).replace("{0}", stem).replace("{1}", f"w{at:02}").split("|")))
            yield case
    for letter, kind in zip("STPMAWL", ("socket", "timer", "path", "mount", "automount", "swap", "slice")):
        section = SECTIONS[kind]
        rng = random.Random(f"{seed}/{kind}")
        pairs = [(name, value) for name in own_directives(section) for value in VALUES]
        if kind == "timer":
            pairs += [("OnCalendar", moment(rng)) for _ in range(800)] + [("OnCalendar", fixed_moment(rng)) for _ in range(200)]
        rng.shuffle(pairs)
        while pairs:
            case_id = f"{letter.lower()}{number:05}"
            number += 1
            some, pairs = pairs[:4], pairs[4:]
            unit = (escaped(f"/dev/{case_id}") if kind == "swap" else case_id) + "." + kind
            case = Case(kind, unit)
            case.add(f"{PLACE}/{unit}", text([f"[{section}]", *base(kind, case_id), *(f"{name}={value}" for name, value in some)]))
            yield case
    for at in range(600):
        rng = random.Random(f"{seed}/astray/{at}")
        yield astray(rng, rng.choice(KINDS), f"z{at:05}", at if at % 50 == 0 else None)
