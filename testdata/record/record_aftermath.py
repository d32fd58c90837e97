#!/usr/bin/env python3
"""Records what a real systemd does after a service was stopped or killed, in testdata/signals/afterwards.jsonl.

    record_aftermath.py            records; what two recordings do not agree about is recorded again
    record_aftermath.py NAME...    prints these cases, and stores nothing
    record_aftermath.py --add NAME...    records these as well, and leaves the other lines of the file as they are
    record_aftermath.py --seed N --count K --out FILE    records as many cases that are drawn from the seed

testdata/README.md describes the file.
"""
import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
from aftermath import cases
from draw_aftermath import draw
from systemd import TRACE, Systemd, compile_actor
from trace import Trace

FILE = Path(__file__).resolve().parent.parent / "signals/afterwards.jsonl"
ACTOR = "/run/actor"
AT_ONCE = 10
ROUNDS = 5
UP = 0.5       # seconds that the units have been up when systemctl is called
SETTLE = 1.5   # seconds that are watched after systemctl has returned
NAME = re.compile(r"(?<![\w.@/-])([a-z]+@?(?:\d+|%i)?)\.(service|target|socket|timer|path)\b")
ACTIVE = {"running", "exited", "active", "listening", "waiting"}
ENDED = {"dead", "failed"}


def main():
    if "--seed" in sys.argv:
        options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
        header, found = agreed(draw(options["--seed"], int(options["--count"])), rounds=2)
        # What becomes of units that were not active is no question of a stop.
        found = [row for row in found if set(row["active_before"]) >= {path for path in row["files"] if "/" not in path}]
        Path(options["--out"]).write_text("".join(as_text(row) + "\n" for row in [header, *found]))
        print(f"{len(found)} cases", file=sys.stderr)
        return
    names = [name for name in sys.argv[1:] if name != "--add"]
    wanted = [c for c in cases() if not names or c.name in names]
    if "--add" in sys.argv:
        stored = list(map(json.loads, FILE.read_text().splitlines()))
        rows = {row["name"]: row for row in [*stored[1:], *agreed(wanted)[1]]}
        order = [case.name for case in cases() if case.name in rows]
        FILE.write_text("".join(as_text(row) + "\n" for row in [stored[0], *(rows[name] for name in order)]))
        return
    if names:
        for row in record(wanted)[1]:
            print(as_text(row))
        return
    header, found = agreed(wanted)
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("".join(as_text(row) + "\n" for row in [header, *found]))
    print(f"{len(found)} cases", file=sys.stderr)


def as_text(row):
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


def agreed(wanted, rounds=ROUNDS):
    """Records until two recordings of each case agree."""
    recorded, found = [], {}
    for _ in range(rounds):
        rest = [c for c in wanted if c.name not in found]
        if not rest:
            break
        header, rows = record(rest)
        for row in rows:
            if any(row["name"] in earlier and essence(earlier[row["name"]]) == essence(row) for earlier in recorded):
                found[row["name"]] = row
        recorded.append({row["name"]: row for row in rows})
        print(f"{len(found)} of {len(wanted)}", file=sys.stderr)
    for case in wanted:
        if case.name not in found:
            print(f"{case.name}: no two of {rounds} recordings agree", file=sys.stderr)
    return header, [found[c.name] for c in wanted if c.name in found]


def essence(row):
    """What must be the same in two recordings: everything but the times; of these, which unit had stopped before another began to."""
    first = [(x["unit"], y["unit"]) for x in row["stopped"] for y in row["stopped"] if x["done_us"] is not None and x["done_us"] <= y["at_us"]]
    plain = {k: v for k, v in row.items() if k != "stopped"}
    return json.dumps([plain, sorted(x["unit"] for x in row["stopped"]), sorted(first)], sort_keys=True)


def record(wanted):
    with Systemd(log_level="debug", trace="writev,prctl") as systemd:
        compile_actor(systemd.inside(ACTOR))
        for number, case in enumerate(wanted):
            lay(systemd, case, f"n{number}_")
        systemd.run("systemctl", "daemon-reload")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            seen = list(pool.map(lambda pair: watch(systemd, pair[1], f"n{pair[0]}_"), enumerate(wanted)))
        trace = Trace(systemd.inside(TRACE).read_text())
        header = {"systemd": systemd.version()}
    return header, [describe(trace, case, f"n{number}_", seen[number]) for number, case in enumerate(wanted)]


def renamed(text, prefix):
    return NAME.sub(rf"{prefix}\1.\2", text)


def lay(systemd, case, prefix):
    for path, content in case.files.items():
        path = systemd.units / "/".join(prefix + part if part.endswith((".service", ".target", ".socket", ".timer", ".path", ".d", ".requires", ".wants", ".upholds")) else part for part in path.split("/"))
        path.parent.mkdir(exist_ok=True)
        if isinstance(content, dict):
            head, slash, name = content["link"].rpartition("/")
            path.symlink_to(head + slash + prefix + name)
        else:
            path.write_text(renamed(content, prefix).replace("ACTOR", ACTOR))


def watch(systemd, case, prefix):
    for unit in case.start:
        systemd.run("systemctl", "start", prefix + unit, check=False)
    time.sleep(UP)
    began = time.time()
    answer = systemd.run("systemctl", *case.do.split(), prefix + case.unit, check=False)
    time.sleep(SETTLE)
    until = time.time()
    units = sorted({prefix + name for name in known(case)})
    states = systemd.run("systemctl", "show", "-P", "ActiveState", *units).stdout.split()
    service = systemd.run("systemctl", "show", "-p", "Result", "-p", "NRestarts", prefix + case.unit).stdout
    systemd.run("systemctl", "kill", "-s", "KILL", *units, check=False)
    systemd.run("systemctl", "stop", *units, check=False)
    return {"began": began, "until": until, "units": units, "active": dict(zip(units, states)), "show": dict(line.split("=") for line in service.split()),
            "exit": answer.returncode, "stderr": answer.stderr.strip()}


def known(case):
    """The names of the case's units that are no templates."""
    names = {path.split("/")[0] for path in case.files} | set(case.start) | {case.unit}
    return {n for n in names if re.search(r"\.(service|target|socket|timer|path)$", n) and "@." not in n} - {p for p, c in case.files.items() if isinstance(c, dict)}


def describe(trace, case, prefix, seen):
    short = lambda text: text.replace(prefix, "")
    began, until = seen["began"], seen["until"]
    stopped, started, before = [], [], []
    for unit in seen["units"]:
        state, stop = "dead", None
        was_active = False
        for at, text in trace.log[unit]:
            changed = re.fullmatch(r"Changed (\S+) -> (\S+)", text)
            if not changed or at > until:
                continue
            new = changed[2]
            if at < began:
                state = new
                was_active = new in ACTIVE
                continue
            if state in ACTIVE and new not in ACTIVE:
                stop = stop or {"unit": short(unit), "at_us": round((at - began) * 1000) * 1000, "done_us": None}
            if stop and stop["done_us"] is None and (new in ENDED or new.startswith(("dead-", "failed-", "auto-restart"))):
                stop["done_us"] = round((at - began) * 1000) * 1000
            if new in ACTIVE and state not in ACTIVE:
                started.append(short(unit))
            state = new
        if was_active:
            before.append(short(unit))
        if stop:
            stopped.append(stop)
    stopped.sort(key=lambda s: s["at_us"])
    return {
        "name": case.name,
        "files": case.files,
        "do": case.do,
        "unit": case.unit,
        "active_before": sorted(before),
        "stopped": stopped,
        "started": sorted(set(started)),
        "restarted": int(seen["show"].get("NRestarts", 0)) > 0,
        "result": seen["show"].get("Result"),
        "active_after": sorted(short(unit) for unit, state in seen["active"].items() if state == "active"),
        "systemctl": {"exit": seen["exit"], "stderr": short(seen["stderr"])},
    }


if __name__ == "__main__":
    main()
