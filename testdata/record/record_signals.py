#!/usr/bin/env python3
"""Records what a real systemd sends and runs in each of the situations, in testdata/signals/situations.jsonl.

    record_signals.py            records; what two recordings do not agree about is recorded again
    record_signals.py --check    records once and says what differs from the file
    record_signals.py NAME...    prints these situations, and stores nothing
    record_signals.py --seed N --count K --out FILE    records as many situations that are drawn from the seed
    record_signals.py --add NAME...    records these as well, and leaves the other lines of the file as they are
    --others before these        those of units that are no services, in testdata/signals/others.jsonl

testdata/README.md describes the file.
"""
import json
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
from draw_situations import draw
from other_situations import situations as other_situations
from situations import situations
from systemd import TRACE, Systemd, compile_actor, processes
from trace import CALLS, Trace

FOLDER = Path(__file__).resolve().parent.parent / "signals"
ACTOR = "/run/actor"
AT_ONCE = 8         # situations that are watched at the same time
UP = 0.5            # seconds that the processes have been up when systemctl is called
ROUNDS = 6
TIMER_ACCURACY = 250_000  # microseconds by which systemd's timers may be late (sd_event_add_time(3))
TOLERANCE = 300_000  # microseconds by which two recordings may differ


def main():
    arguments = sys.argv[1:]
    if "--seed" in arguments:
        options = dict(zip(arguments[::2], arguments[1::2]))
        header, found = agreed(draw(options["--seed"], int(options["--count"])), rounds=3)
        Path(options["--out"]).write_text("".join(as_text(row) + "\n" for row in [header, *found]))
        return
    names = [a for a in arguments if not a.startswith("-")]
    others = "--others" in arguments
    file = FOLDER / ("others.jsonl" if others else "situations.jsonl")
    wanted = [s for s in (other_situations if others else situations)() if not names or s.name in names]
    if "--add" in arguments:
        _, found = agreed(wanted)
        stored = list(map(json.loads, file.read_text().splitlines()))
        rows = {row["name"]: row for row in [*stored[1:], *found]}
        order = [s.name for s in (other_situations if others else situations)() if s.name in rows]
        file.write_text("".join(as_text(row) + "\n" for row in [stored[0], *(rows[name] for name in order)]))
    elif names or "--check" in arguments:
        _, found = record(wanted)
        if names:
            print("\n".join(map(as_text, found)))
        else:
            raise SystemExit(check(found, file))
    else:
        header, found = agreed(wanted)
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(as_text(row) + "\n" for row in [header, *found]))
        print(f"{len(found)} situations", file=sys.stderr)


def as_text(row):
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


def agreed(wanted, rounds=ROUNDS):
    """Records until two recordings of each situation agree. Of these the faster one is kept: the machine was less busy."""
    recorded, found = [], {}
    for _ in range(rounds):
        rest = [s for s in wanted if s.name not in found]
        if not rest:
            break
        header, rows = record(rest)
        recorded.append({row["name"]: row for row in rows})
        for row in rows:
            for earlier in recorded[:-1]:
                if row["name"] not in found and row["name"] in earlier and not same(earlier[row["name"]], row, TOLERANCE // 2):
                    found[row["name"]] = min(earlier[row["name"]], row, key=lambda r: sum(e["at_us"] for e in r["events"]))
        print(f"{len(found)} of {len(wanted)}", file=sys.stderr)
    for situation in wanted:
        if situation.name not in found:
            rows = [rows[situation.name] for rows in recorded if situation.name in rows]
            print(f"{situation.name}: no two of {rounds} recordings agree: {same(*rows[-2:]) if len(rows) > 1 else 'there are not two'}", file=sys.stderr)
    return header, [found[s.name] for s in wanted if s.name in found]


def record(wanted):
    with Systemd(log_level="debug", trace=CALLS) as systemd:
        compile_actor(systemd.inside(ACTOR))
        # What unmounts is an actor as well, where a situation says what it does.
        systemd.run("sh", "-c", f"cp -a /usr/bin/umount /run/umount.real; mount --bind {ACTOR} /usr/bin/umount; mkdir -p /run/s /run/m")
        for situation in wanted:
            situation.prepare(systemd)
        for situation in wanted:
            for name, text in situation.files().items():
                (systemd.units / name).write_text(text.replace("ACTOR", ACTOR))
        systemd.run("systemctl", "daemon-reload")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            watched = list(pool.map(lambda situation: watch_or_say(systemd, situation), wanted))
        trace = Trace(systemd.inside(TRACE).read_text())
        header = {"systemd": systemd.version(), "timer_accuracy_us": TIMER_ACCURACY}
    return header, [describe(trace, situation, seen) for situation, seen in zip(wanted, watched) if seen]


def watch_or_say(systemd, situation):
    """As `watch`; nothing, if it could not be set up, or systemctl did not come to an end, which is said."""
    try:
        return watch(systemd, situation)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"{situation.name}: {error}", file=sys.stderr)
        return None


def watch(systemd, situation):
    """Sets the situation up, does what is to be done, and returns what systemctl said."""
    unit = situation.unit_name()
    group = Path(f"{systemd.cg}/system.slice/{unit}")

    def systemctl(words, unit=unit):
        return systemd.run("systemctl", *words.split(), unit, check=False, timeout=60)

    for _ in range(5):  # a limit may also be one of the start, which a busy machine does not keep
        started = systemctl("start --no-block" if situation.starting else "start", situation.launcher() or unit)
        if started.returncode == 0:
            break
    expected = {spec.split(":")[0] for spec in situation.actors if not re.search("[:,]exit", spec)}
    for _ in range(200):
        if expected <= set(processes(group).values()):
            break
        time.sleep(0.05)
    else:
        raise RuntimeError(f"its processes did not come up: {systemctl('status').stdout}")
    situation.started(systemd)
    time.sleep(UP)
    for words, seconds in situation.before:
        systemctl(words)
        time.sleep(seconds)
    began = time.time()
    answer = systemctl(situation.do)
    ended = time.time()
    time.sleep(situation.settle)
    shown = systemctl("show -p ActiveState -p SubState -p Result -p NRestarts").stdout
    until = time.time()
    if (group / "cgroup.kill").exists():
        (group / "cgroup.kill").write_text("1")
    return {"began": began, "ended": ended, "until": until, "show": dict(line.split("=", 1) for line in shown.splitlines()),
            "exit": answer.returncode, "stderr": answer.stderr.replace(unit, "UNIT").strip()}


def describe(trace, situation, seen):
    """The line of the file."""
    unit = situation.unit_name()
    began, until = requested(trace, situation, unit, seen), seen["until"]
    # An ExecStart= that is run after the request, although the service stops, is one of its commands.
    spawned = [(at, pid, argv, is_main and not (is_main == "next" and at >= began)) for at, pid, argv, is_main in commands_of(trace, situation)]
    restarted = None
    if situation.action() == "restart":
        restarted = next((at + 0.001 for at, text in trace.log[unit] if at > began and re.fullmatch(r"Changed \S+ -> (dead|failed)", text)), None)
        restarted = restarted and next((at for at, *_ in spawned if restarted - 0.001 <= at), restarted)
    if restarted:
        until = restarted
    members, roles = {}, {}
    count = 0
    for at, pid, _, is_main in spawned:
        if at >= until:
            continue
        for member in trace.family(pid):
            members[member] = trace.name.get(member)
        members[pid] = label = "main" if is_main else "command"
        if is_main and situation.forks:
            members[pid] = None  # it only forked the others
        elif is_main:
            members[pid] = trace.name.get(pid)
        else:
            if at >= began or pid not in trace.end or trace.end[pid][0] >= began:
                count += 1
                members[pid] = f"command{count}"
            else:
                members[pid] = None
    alive = [pid for pid, name in members.items() if name and born(trace, pid, spawned) < began <= trace.end.get(pid, (until,))[0]]

    events = []

    def event(at, **what):
        if began <= at < until:
            events.append((at, what))

    signals = []
    scripts = {spec.split(":")[0]: spec for spec in situation.actors}
    for _, pid, argv, is_main in spawned:
        number = re.fullmatch(r"command(\d+)", members.get(pid) or "")
        if not is_main and number:
            scripts[members[pid]], _, child = script_of(situation, argv, int(number[1])).partition("leaves=")
            scripts[child.split(":")[0]] = child
    for at, sender, to, signal, value, error in trace.signals:
        if to not in members or sender == to or not began <= at < until:
            continue
        what = {"signal": signal, "to": members[to]}
        if members[to] is None:
            continue
        if value is not None:
            what["value"] = value
        if sender != 1:
            what["by"] = members.get(sender)
        if error:
            what["error"] = error
        signals.append((at, what))
    events += without_luck(signals, scripts)
    for at, group in trace.group_kills:
        if f"/{unit}" in group:
            event(at, cgroup_kill=group.partition(f"/{unit}")[2].strip("/"))
    for at, pid, argv, is_main in spawned:
        if not is_main and at >= began:
            event(at, run=["ACTOR" if word == ACTOR else word for word in argv], name=members.get(pid))
    for pid, (at, how) in trace.end.items():
        if members.get(pid):
            event(at, exit=members[pid], **how)
    state, result = None, seen["show"]["Result"]
    if restarted:
        result = "success"  # of the stop; systemctl shows that of the service that runs again
    for at, text in trace.log[unit]:
        failed = re.fullmatch(r"Failed with result '(.*)'\.", text)
        if restarted and failed and began <= at < until:
            result = failed[1]
        changed = re.fullmatch(r"Changed (\S+) -> (\S+)", text)
        if changed:
            state = state if at > began else changed[2]
            event(at, state=changed[2])
    events.sort(key=lambda e: e[0])
    if situation.do.startswith("kill"):
        reacts = min((at for at, text in trace.log[unit] if at >= began and re.match("Child |Control group is empty", text)), default=until)
        for at, what in events:
            if at >= reacts:
                what["later"] = True
    # A stop is over when the service has ended; who is still dying then is given a moment.
    ended = [at for at, what in events if what.get("state") in ("dead", "failed")]
    over = min(until, max(ended) + 0.05) if ended and situation.action() == "stop" else until
    left = sorted(name for pid, name in members.items() if name and born(trace, pid, spawned) < over and trace.end.get(pid, (over,))[0] >= over)
    line = {
        "name": situation.name,
        "unit": situation.unit(),
        "actors": situation.actors,
        "main": situation.main,
        "do": situation.do,
        "state": state,
        **({"before": [words for words, _ in situation.before]} if situation.before else {}),
        "events": [{"at_us": round((at - began) * 1000) * 1000, **what} for at, what in events],
        "left": left,
        "result": result,
        "active": seen["show"]["ActiveState"],
        "systemctl": {"exit": seen["exit"], "stderr": seen["stderr"], "took_us": round((seen["ended"] - began) * 1000) * 1000},
        # What was not watched to its end cannot be compared.
        "simulate": None if seen["show"]["ActiveState"] == "deactivating" and situation.action() != "kill" and not restarted
        else simulate(trace, situation, state, alive, members, events, began, spawned),
    }
    return line


def requested(trace, situation, unit, seen):
    """When systemd got the request."""
    verb = situation.do.split()[0]
    if verb == "kill":
        family = {pid for _, spawned, _, _ in commands_of(trace, situation) for pid in trace.family(spawned)}
        first = [at for at, sender, to, *_ in trace.signals if sender == 1 and seen["began"] <= at <= seen["ended"] and to in family]
        kills = [at for at, group in trace.group_kills if f"/{unit}" in group and seen["began"] <= at <= seen["ended"]]
        return min(first + kills, default=seen["began"])
    job = f"Trying to enqueue job {unit}/"
    return next((at for at, text in trace.log[unit] if text.startswith(job) and at >= seen["began"]), seen["began"])


def script_of(situation, argv, number):
    """What a command does, or one that is to fork the service."""
    argv = ["ACTOR" if word == ACTOR else word for word in argv]
    return argv[1].partition(":")[2] if argv[0] == "ACTOR" and argv[1] != "--command" else situation.command(argv, number)


def commands_of(trace, situation):
    """[(time, pid, argv, whether it is the main process: "next" after another one)] of what systemd spawned for the unit."""
    found, now, why, argv = [], None, "", []
    for at, text in trace.log[situation.launcher() or situation.unit_name()]:
        if text.startswith("Will spawn child"):
            why = re.search(r"\((\w+)\)", text)[1]
        elif text.startswith("About to execute: "):
            now, argv = at, shlex.split(text.removeprefix("About to execute: "))
        else:
            forked = re.match(r"Forked \S+ as (\d+)", text)
            if forked:
                is_main = "next" if why == "service_run_next_main" else why == "service_enter_start" and not situation.starter
                found.append((now, int(forked[1]), argv, is_main))
    return found


def born(trace, pid, spawned):
    """When systemd spawned the process's first ancestor that it spawned itself."""
    times = {spawn: at for at, spawn, _, _ in spawned}
    while pid not in times:
        pid = trace.parent[pid]
    return times[pid]


DEADLY = set("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 ALRM TERM STKFLT XCPU XFSZ VTALRM PROF IO PWR SYS".split())


def deadly(script, signal):
    """Whether the signal ends the process at once (not when it is stopped: then it is SIGCONT that does)."""
    name = signal.removeprefix("SIG")
    number = 34 + int(name.removeprefix("RTMIN+")) if name.startswith("RTMIN+") else {"USR1": 10}.get(name, name)
    reaction = re.search(rf"(?:^|[:,])(?:{re.escape(name)}|{number})=([^,]*)", script)
    if name == "KILL":
        return True
    if "stopped" in script:
        return False
    if reaction:
        return bool(re.fullmatch(r"exit(=\d+)?", reaction[1]))
    return name in DEADLY or name.startswith("RT")


def without_luck(signals, scripts):
    """The signals [(time, event)] without those that depend on how fast the kernel lets a process go that has been told to end.
    The main process and commands are systemd's children: what else it sends them in that same step is sure."""
    sure, ended = [], {}
    for at, what in signals:
        name = what["to"]
        if name in ended:
            last, at_end = ended[name]
            if not (name == "main" or name.startswith("command")) or at - at_end > 0.005:
                continue
            del last["last"]
        if name in ended or deadly(scripts.get(name, ""), what["signal"]):
            what["last"] = True
            ended[name] = what, at
        sure.append((at, what))
    return sure


IDLE = ("dead", "failed", "auto-restart")
BUSY = ("condition", "start-pre", "start", "start-post", "reload", "reload-signal", "reload-notify", "reload-post")


def simulate(trace, situation, state, alive, members, events, began, spawned):
    """The arguments for `unitctl simulate`, or null where they cannot say it."""
    action = situation.action()
    stopped = [words for words, _ in situation.before if words == "kill -s STOP"]
    if action == "stop" and state in IDLE and not any("signal" in what or "run" in what for _, what in events):
        return ["--no-main", "--state", state, *(word for pid in alive for word in ("--process", members[pid]))]
    prepared = all(words.startswith("reload ") for words, _ in situation.before) or stopped or action == "kill"
    if action == "kill" and state in IDLE and not alive:  # systemd does not know it any more
        return None
    if action != "kill" and (state not in (*BUSY, *situation.active()) or action == "reload" and state != "running") or not prepared:
        return None
    words = situation.simulated() if action == "stop" else ["--action", action, *(situation.do.split()[1:] if action == "kill" else [])]
    by_name = {members[pid]: pid for pid in alive}
    if not situation.main or situation.actors and situation.actors[0].partition(":")[0] not in by_name:
        words.append("--no-main")
    if state in BUSY:
        words += ["--state", state]

    def as_now(pid, items):
        """What it does from the request on."""
        kept = []
        for item in filter(None, items.split(",")):
            ends = re.fullmatch(r"(exit(?:=\d+)?)@(\d+)(ms|s)", item)
            if ends:  # counted from the request
                left = int(ends[2]) * (1000 if ends[3] == "s" else 1) - (began - born(trace, pid, spawned)) * 1000
                item = f"{ends[1]}@{round(left)}ms"
            if item != "double":
                kept.append(item)
        return ",".join(kept)

    for spec in situation.actors:
        name, _, items = spec.partition(":")
        if name in by_name:
            items = ",".join(filter(None, [as_now(by_name[name], items), "stopped" if stopped else ""]))
            words += ["--process", ":".join(filter(None, [name, items]))]
    controls = 0
    for _, pid, argv, is_main in spawned:
        if is_main or not (members.get(pid) or "").startswith("command") and pid in alive:
            continue
        script, _, child = script_of(situation, argv, 1).partition("leaves=")
        if pid in alive:
            controls += 1
            words += ["--control", as_now(pid, script)]
        name, _, items = child.partition(":")
        if name in by_name:
            words += ["--process", ":".join(filter(None, [name, as_now(by_name[name], items)]))]
    if controls > 1:
        return None
    runs = [what["run"] for _, what in events if "run" in what and not what.get("later")]
    for number, argv in enumerate(runs, 1):
        words += ["--command", script_of(situation, argv, number)]
    return words


def same(one, other, tolerance=TOLERANCE):
    """What differs in two recordings of a situation, times by more than the tolerance in microseconds: [text]."""
    differences = []
    for key in ("left", "result", "active", "state"):
        if one[key] != other[key]:
            differences.append(f"{key}: {one[key]} / {other[key]}")
    for key in ("exit", "stderr"):
        if one["systemctl"][key] != other["systemctl"][key]:
            differences.append(f"systemctl {key}: {one['systemctl'][key]} / {other['systemctl'][key]}")
    for subject in sorted({subject_of(e) for row in (one, other) for e in row["events"]}):
        rows = [[e for e in row["events"] if subject_of(e) == subject and "state" not in e and "error" not in e] for row in (one, other)]
        plain = [[{k: v for k, v in e.items() if k != "at_us"} for e in row] for row in rows]
        if plain[0] != plain[1]:
            differences.append(f"{subject}: {plain[0]} / {plain[1]}")
        elif any(abs(a["at_us"] - b["at_us"]) > tolerance + TIMER_ACCURACY * phases(one, a) for a, b in zip(*rows)):
            differences.append(f"{subject}: times {[e['at_us'] for e in rows[0]]} / {[e['at_us'] for e in rows[1]]}")
    return differences


def phases(row, event):
    """How many phases were entered before the event: each of them may have ended late."""
    return sum("state" in e and e["at_us"] < event["at_us"] for e in row["events"])


def subject_of(event):
    """What an event is about; only events of the same subject have a certain order."""
    return next((f"{key} {event[key]}" for key in ("to", "exit", "name") if key in event), "unit")


def check(found, file):
    stored = {row["name"]: row for row in map(json.loads, file.read_text().splitlines()[1:])}
    bad = 0
    for row in found:
        differences = same(stored[row["name"]], row) if row["name"] in stored else ["it is not recorded"]
        bad += bool(differences)
        for text in differences:
            print(f"{row['name']}: {text}")
    print(f"{len(found)} situations, {bad} differ")
    return 1 if bad else 0


if __name__ == "__main__":
    main()
