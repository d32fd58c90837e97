"""Sockets, mounts, swaps, slices, scopes and other units that are no services: a seeded generator, like generate_units.py.

cases() yields Case objects; the theme is the type of the unit. No two of a theme share a file or a name.
"""
import random

from generate_units import (BOOLEANS_BAD, BOOLEANS_GOOD, DELEGATES, DESCRIPTIONS, DIRECTORIES, ENUMERATIONS, OTHER_UNIT, SEARCH_PATH, SIGNALS_BAD,
                            SIGNALS_GOOD, SLICES, TIMES_BAD, TIMES_GOOD, USERS, Case, chance, command_line, environment, pick, text, vary_line)

SEED = 1
SECTIONS = {"socket": "Socket", "mount": "Mount", "swap": "Swap", "slice": "Slice", "scope": "Scope", "target": "Unit", "timer": "Timer", "path": "Path", "automount": "Automount"}
KILLS = ("socket", "mount", "swap", "scope")

LISTEN = [
    "ListenStream=/run/#.sock", "ListenStream=@#", "ListenStream=80", "ListenStream=127.0.0.1:80", "ListenStream=[::1]:80", "ListenDatagram=/run/#.d", "ListenDatagram=53", "ListenSequentialPacket=/run/#.q", "ListenFIFO=/run/#.f",
    "ListenSpecial=/dev/null", "ListenNetlink=kobject-uevent 1", "ListenMessageQueue=/#", "ListenStream=/run/%n", "ListenStream=vsock::1234", "ListenStream=/run/#/a b",
]
LISTEN_BAD = ["ListenStream=", "ListenStream=nonsense", "ListenStream=0", "ListenStream=65536", "ListenStream=127.0.0.1", "ListenStream=%Z", "ListenFIFO=relative", "ListenSpecial=x", "ListenMessageQueue=x", "ListenStream=[::1]", "ListenStream=1.2.3:80", "ListenStream=localhost:80", "ListenStream=-1", "ListenNetlink=bogus", "ListenStream=@"]
PLACES = ["/srv/#", "/srv/#/b", "/mnt/#-dash", "/srv/#/a b", "/srv/#.dot", "/srv/#/ä", "/opt/#_x", "/proc/#", "/sys/#", "/dev/#", "/run/#"]
DEVICES = ["/dev/sda1", "tmpfs", "UUID=abc", "LABEL=x y", "PARTUUID=1-2", "//server/share", "server:/path", "/dev/disk/by-uuid/x", "none", "%n", "PARTLABEL=a/b", "\"UUID=q\"", "/srv/image.img", "/dev//x/", "systemd-1"]
DEVICES_BAD = ["", "%Z", "UUID="]


def escaped(path):
    """The name of the unit of a path, as systemd-escape --path has it."""
    plain = "/".join(part for part in path.split("/") if part)
    if not plain:
        return "-"
    out = ""
    for index, byte in enumerate(plain.encode()):
        char = chr(byte)
        out += "-" if char == "/" else char if char.isascii() and (char.isalnum() or char in ":_" or char == "." and index) else f"\\x{byte:02x}"
    return out


def setting(rng, kind):
    """One line of the unit's own section, of a setting whose effect is shown."""
    choice = rng.random()
    if kind in KILLS and choice < 0.3:
        return rng.choice(["KillSignal", "RestartKillSignal", "FinalKillSignal", "WatchdogSignal"]), pick(rng, SIGNALS_GOOD, SIGNALS_BAD)
    if kind in KILLS and choice < 0.4:
        return rng.choice(["SendSIGHUP", "SendSIGKILL"]), pick(rng, BOOLEANS_GOOD, BOOLEANS_BAD)
    if kind in KILLS and choice < 0.5:
        return "KillMode", pick(rng, ENUMERATIONS["KillMode"][0], ENUMERATIONS["KillMode"][1] + [""])
    if kind in KILLS and choice < 0.65:
        return "TimeoutStopSec" if kind == "scope" else "TimeoutSec", pick(rng, TIMES_GOOD, TIMES_BAD)
    if kind in ("socket", "mount", "swap") and choice < 0.75:
        key, pool = rng.choice([("User", USERS), ("WorkingDirectory", DIRECTORIES), ("Group", USERS)])
        return key, rng.choice(pool)
    if kind in ("socket", "mount", "swap") and choice < 0.79:
        return "Environment", "" if chance(rng, 0.15) else environment(rng)
    if kind in SECTIONS and choice < 0.86 and kind not in ("target", "timer", "path", "automount"):
        return rng.choice([("Slice", rng.choice(SLICES)), ("Delegate", rng.choice(DELEGATES))])
    if kind == "socket":
        return rng.choice([
            ("ExecStopPre", "" if chance(rng, 0.15) else command_line(rng, 0.03)), ("ExecStopPost", "" if chance(rng, 0.15) else command_line(rng, 0.03)),
            ("RemoveOnStop", pick(rng, BOOLEANS_GOOD, BOOLEANS_BAD)), ("ExecStartPre", command_line(rng, 0.01)), ("Symlinks", rng.choice(["/run/l", "/run/l /run/m", "rel", ""])), ("Accept", rng.choice(["yes", "no", "x"])),
            ("MaxConnections", rng.choice(["0", "1", "64", "-1", "x"])), ("Service", rng.choice(["a.service", "b", "%p.service", ""])), ("PAMName", "x"), ("FlushPending", "yes"),
        ])
    if kind == "mount":
        return rng.choice([("LazyUnmount", pick(rng, BOOLEANS_GOOD, BOOLEANS_BAD)), ("ForceUnmount", pick(rng, BOOLEANS_GOOD, BOOLEANS_BAD)), ("Type", "ext4"), ("Options", "noatime,ro"), ("PAMName", "x"), ("SloppyOptions", "yes"), ("DirectoryMode", "0700")])
    if kind == "swap":
        return rng.choice([("Priority", "5"), ("Options", "discard"), ("PAMName", "x")])
    if kind == "scope":
        return rng.choice([("RuntimeMaxSec", pick(rng, TIMES_GOOD, TIMES_BAD)), ("OOMPolicy", pick(rng, *ENUMERATIONS["OOMPolicy"])), ("OOMPolicy", ""), ("TasksMax", "50")])
    if kind == "automount":
        return rng.choice([("TimeoutIdleSec", rng.choice(TIMES_GOOD)), ("DirectoryMode", "0700")])
    if kind == "timer":
        return rng.choice([("OnCalendar", rng.choice(["daily", "*-*-* 4:00", "never ever"])), ("OnBootSec", rng.choice(TIMES_GOOD)), ("OnUnitActiveSec", rng.choice(TIMES_BAD)), ("Unit", "x.service"), ("Persistent", "yes")])
    if kind == "path":
        return rng.choice([("PathExists", rng.choice(["/x", "rel", ""])), ("PathModified", "/y"), ("DirectoryNotEmpty", "/z/%p"), ("Unit", "x.service")])
    return rng.choice([("MemoryMax", "1G"), ("CPUWeight", "50"), ("TasksMax", "lots")]) if kind == "slice" else ("StopWhenUnneeded", "no")


def make(rng, kind, case_id):
    name, lines, what = case_id, [], None
    if kind in ("mount", "automount"):
        place = rng.choice(PLACES).replace("#", case_id)
        name = escaped(place)
        if chance(rng, 0.85):
            lines.append("Where=" + (rng.choice([place + "/", place.replace("/", "//"), "/elsewhere", "rel", "", "/srv/../x"]) if chance(rng, 0.12) else place.replace("%", "%%")))
        if kind == "mount" and chance(rng, 0.93):
            lines.append("What=" + pick(rng, DEVICES, DEVICES_BAD, 0.06))
    elif kind == "swap":
        what = rng.choice([f"/dev/{case_id}", f"/swap/{case_id} x", f"/dev/disk/by-uuid/{case_id}", f"/{case_id}.swap"])
        name = escaped(what)
        if chance(rng, 0.85):
            tagged = f"UUID={case_id}" if "by-uuid" in what else what
            lines.append("What=" + rng.choice([what, what, tagged, tagged, "/other", "rel", "", what + "/"] if chance(rng, 0.3) else [what]))
    elif kind == "slice":
        name = rng.choice([case_id, case_id, f"{case_id}-b", f"{case_id}-b-c", f"{case_id}.x", f"{case_id}--b", f"{case_id}-", f"{case_id}\\x2db"])
    elif kind in ("socket", "timer", "path", "target"):
        name = rng.choice([case_id, case_id, case_id + "-foo", case_id + "@i", case_id + "@a-b", case_id + ".dot", case_id + "-foo-bar@x"])
    if kind == "socket" and chance(rng, 0.95):
        for _ in range(rng.choice([1, 1, 1, 2])):
            lines.append(pick(rng, LISTEN, LISTEN_BAD, 0.12).replace("#", case_id))
    if kind == "timer" and chance(rng, 0.9):
        lines.append("OnCalendar=daily")
    if kind == "path" and chance(rng, 0.9):
        lines.append("PathExists=/x")
    unit = f"{name}.{kind}"
    case = Case(kind, unit)
    prefix, at, rest = unit.partition("@")
    fragment = f"{prefix}@.{kind}" if at else unit

    def body(lines):
        lines = list(lines)
        for _ in range(rng.choice([0, 1, 1, 2, 3, 4])):
            key, value = setting(rng, kind)
            lines.append(vary_line(rng, key, value) if kind != "scope" else f"{key}={value}")
        return lines

    head = ["[Unit]"] + ([f"Description={rng.choice(DESCRIPTIONS)}"] if chance(rng, 0.3) else []) + ([rng.choice(OTHER_UNIT)] if chance(rng, 0.2) and kind != "scope" else [])
    content = text([*head, f"[{SECTIONS[kind]}]", *body(lines)])
    odd = rng.random()
    if kind == "scope":
        case.add(f"/run/systemd/transient/{unit}", content)
    elif odd < 0.03:
        content = rng.choice(["", "\n", f"[{SECTIONS[kind]}\n", "[Service]\nKillMode=mixed\n", {"link": "/dev/null"}, f"[{SECTIONS[kind]}]\nDescription=\xff\n"])
    if kind != "scope" and odd > 0.02:
        case.add(f"{rng.choice(SEARCH_PATH)}/{fragment}", content)
    for number in range(rng.choice([0, 0, 0, 1, 1, 2])):
        directory = rng.choice([unit, unit, fragment])
        path = f"{rng.choice(SEARCH_PATH)}/{directory}.d/{number}0.conf"
        if path not in case.files:
            case.add(path, text([f"[{SECTIONS[kind]}]", *body([])]))
    return case


THEMES = [("socket", 260), ("mount", 220), ("swap", 160), ("slice", 100), ("scope", 140), ("target", 40), ("timer", 40), ("path", 40), ("automount", 40)]


def cases(seed=SEED):
    for letter, (kind, count) in zip("klmnopqrs", THEMES):
        for number in range(count):
            case = make(random.Random(f"{seed}/{kind}/{number}"), kind, f"{letter}{number:04}")
            for path, content in case.files.items():
                if isinstance(content, bytes):  # %J after a dash is a failed assertion of PID 1
                    case.files[path] = content.replace(b"%J", b"%j")
            yield case
