#!/usr/bin/env python3
"""Asks a real systemd how it reads units that are no services, and stores the answers in testdata/show/kind-TYPE.jsonl.

    record_kinds.py            records
    record_kinds.py --check    asks again and says what differs from the files
    record_kinds.py --seed N --out DIR    other units, stored elsewhere

testdata/README.md describes the files.
"""
import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
import generate_kinds
import record_show
from record_show import encode, lay
from systemd import Systemd

COMMON = ["Id", "Names", "Description", "LoadState", "FragmentPath", "DropInPaths"]
GROUP, RUN = ["Slice", "Delegate"], ["Environment", "WorkingDirectory", "User"]
KILL = ["KillMode", "KillSignal", "RestartKillSignal", "FinalKillSignal", "SendSIGKILL", "SendSIGHUP", "WatchdogSignal"]
# In the order in which systemctl prints them.
PROPERTIES = {
    "socket": [*COMMON, "TimeoutUSec", "Accept", "RemoveOnStop", "ExecStopPre", "ExecStopPost", *GROUP, *RUN, *KILL],
    "mount": [*COMMON, "Where", "What", "TimeoutUSec", "LazyUnmount", "ForceUnmount", *GROUP, *RUN, *KILL],
    "swap": [*COMMON, "What", "TimeoutUSec", *GROUP, *RUN, *KILL],
    "slice": [*COMMON, *GROUP],
    "scope": [*COMMON, "TimeoutStopUSec", "RuntimeMaxUSec", *GROUP, *KILL],
    "automount": [*COMMON, "Where"],
    "target": COMMON, "timer": COMMON, "path": COMMON,
}
ALWAYS = {"Id", "Names", "Description", "LoadState", "FragmentPath"}
SEARCH_PATH = [*record_show.generate_units.SEARCH_PATH, "/run/systemd/transient"]


def ask(cases):
    """(version, {theme: [(case, answer)]})"""
    results = {}
    with Systemd(SEARCH_PATH) as systemd:
        version = systemd.version()
        scopes = [case for case in cases if case.theme == "scope"]
        for case in scopes:  # they exist only with a process, and are read anew when the manager reloads
            systemd.run("sh", "-c", f"systemd-run --quiet --scope --unit={case.unit} sleep 1000 >/dev/null 2>&1 &")
        while len(list(systemd.inside("/run/systemd/transient").glob("*.scope"))) < len(scopes):
            time.sleep(0.1)
        for case in cases:
            for path in case.files:
                if case.theme == "scope":
                    systemd.inside(path).unlink(missing_ok=True)
            lay(systemd, case.files)
        systemd.run("systemctl", "daemon-reload")
        for kind, properties in PROPERTIES.items():
            record_show.PROPERTIES[:] = properties
            record_show.EXEC = {"ExecStopPre", "ExecStopPost"}
            members = [case for case in cases if case.theme == kind]
            answers = record_show.show(systemd, [case.unit for case in members])
            results[kind] = list(zip(members, answers))
    return version, results


def store(version, results, out, seed):
    for kind, rows in results.items():
        properties = PROPERTIES[kind]
        counts = {name: Counter(json.dumps(answer.get(name)) for _, answer in rows if "error" not in answer) for name in properties}
        defaults = {name: json.loads(counts[name].most_common(1)[0][0]) for name in properties if name not in ALWAYS}
        lines = [{"systemd": version, "seed": seed, "search_path": SEARCH_PATH, "properties": properties, "defaults": defaults}]
        for case, answer in rows:
            line = {"unit": case.unit, "files": {path: encode(content) for path, content in case.files.items()}}
            if "error" in answer:
                line["error"] = answer["error"]
            else:
                line["show"] = {name: answer.get(name) for name in properties if name in ALWAYS or answer.get(name) != defaults[name]}
            lines.append(line)
        text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
        (out / f"kind-{kind}.jsonl").write_text(text, encoding="utf-8")
        states = Counter(answer.get("LoadState", "cannot be shown") for _, answer in rows)
        print(f"{kind}: {len(rows)} units, {', '.join(f'{state} {count}' for state, count in states.most_common())}")


def check(results):
    different = 0
    for kind, rows in results.items():
        header, *lines = [json.loads(line) for line in (record_show.OUT / f"kind-{kind}.jsonl").read_text().splitlines()]
        for (case, answer), line in zip(rows, lines, strict=True):
            stored = {"error": line["error"]} if "error" in line else {**header["defaults"], **line["show"]}
            fresh = answer if "error" in answer else {name: answer.get(name) for name in PROPERTIES[kind]}
            if case.unit != line["unit"] or {name: stored.get(name) for name in fresh} != fresh:
                different += 1
                print(f"{case.unit}: recorded {stored}\n  now {fresh}")
    print(f"{sum(map(len, results.values()))} units asked again, {different} with another answer")
    return different > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=generate_kinds.SEED)
    parser.add_argument("--out", type=Path, default=record_show.OUT)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    version, results = ask(list(generate_kinds.cases(arguments.seed)))
    if arguments.check:
        return check(results)
    return store(version, results, arguments.out, arguments.seed)


if __name__ == "__main__":
    sys.exit(main())
