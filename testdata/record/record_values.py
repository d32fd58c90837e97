#!/usr/bin/env python3
"""Asks a running systemd about every row of testdata/values/*.tsv and writes the answers into them.

A row is `answer <tab> Section.Directive <tab> value`, the value verbatim up to the end of the line. To ask
something new, add a row with any answer and run this. The answer is `accepted`, `rejected` (the line draws a
complaint) or `fatal` (the unit does not load). A table that has a line `# shown: PROPERTY` gets the shown
value of that property in place of `accepted`, and behind the other words unless it is the value of a unit
without the line. Several lines are joined by ` | `, a tab is shown as ␉; what `systemctl show` says of the last run is left out.

ORACLE names the command that runs a shell script from its standard input beside a systemd whose units live in
/run/units. The first line of each table is the version that answered.

    ORACLE='observe shell' record_values.py testdata/values/*.tsv
"""
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path


def ask(script):
    command = shlex.split(os.environ.get("ORACLE", "sh"))
    run = subprocess.run(command, input=script, capture_output=True, text=True, errors="surrogateescape", check=False)
    return run.stdout + run.stderr


def place(name, text):
    return f"cat > /run/units/{name} <<'END OF UNIT'\n{text}END OF UNIT\n"


VERIFY = "systemd-analyze verify --man=no --recursive-errors=no"


def in_bulk(rows):
    """All rows in one unit; a complaint names its line. The last line must be complained about."""
    lines = ["[Service]", "ExecStart=/bin/true"]
    at = {}
    for i, (directive, value) in enumerate(rows):
        section, key = directive.split(".")
        lines += [f"[{section}]", f"{key}={value}"]
        at[len(lines)] = i
    lines += ["[Service]", "KillMode=sentinel"]
    out = ask(place("bulk.service", "\n".join(lines) + "\n") + f"{VERIFY} /run/units/bulk.service 2>&1\n")
    answers = ["accepted"] * len(rows)
    bad = {int(n) for n in re.findall(r"^/run/units/bulk\.service:(\d+): ", out, re.M)}
    if len(lines) not in bad:
        sys.exit(f"systemd did not read to the end: line {max(bad, default=0)} was the last it spoke of")
    for n in bad & at.keys():
        answers[at[n]] = "rejected"
    return answers


def one_by_one(rows, shown):
    """Each row in a unit of its own, asked for the property afterwards. The last unit lacks the line."""
    script = []
    for i, (directive, value) in enumerate([*rows, ("Service.X-None", "")]):
        section, key = directive.split(".")
        start = "" if key == "ExecStart" else "ExecStart=/bin/true\n"
        script.append(place(f"row{i}.service", f"[Service]\n{start}[{section}]\n{key}={value}\n"))
    script.append("systemctl daemon-reload\n")
    script.append(
        f"for i in $(seq 0 {len(rows)}); do u=row$i.service\n"
        f'if {VERIFY} /run/units/$u 2>&1 | grep -aq "^/run/units/$u:"; then echo "@$i complaint"; fi\n'
        'echo "@$i load $(systemctl show -P LoadState $u)"\n'
        f'systemctl show -P {shown} $u | sed "s/^/@$i shown /; s/ ; start_time=.*}}$/ }}/"\ndone\n'
    )
    found = {}
    for i, what, text in re.findall(r"^@(\d+) (\w+) ?(.*)$", ask("".join(script)), re.M):
        found.setdefault((int(i), what), []).append(text.replace("\t", "␉"))
    values = [" | ".join(found.get((i, "shown"), [])) for i in range(len(rows) + 1)]
    unset = values.pop()
    answers = []
    for i, value in enumerate(values):
        word = "fatal" if found[i, "load"] == ["bad-setting"] else "rejected" if (i, "complaint") in found else ""
        answers.append(f"{word} {value}".strip() if value != unset else word or value)
    return answers


def main():
    version = ask("systemctl --version").splitlines()[0]
    for file in map(Path, sys.argv[1:]):
        text = file.read_bytes().decode(errors="surrogateescape")
        lines = [line for line in text.split("\n") if line and not line.startswith("# systemd ")]
        notes = [line for line in lines if line.startswith("# ")]
        rows = [tuple(line.split("\t", 2)[1:]) for line in lines if not line.startswith("# ")]
        rows = list(dict.fromkeys(rows))
        shown = next((n.removeprefix("# shown: ") for n in notes if n.startswith("# shown: ")), None)
        answers = one_by_one(rows, shown) if shown else in_bulk(rows)
        new = [f"# {version}", *notes, *("\t".join((a, *row)) for a, row in zip(answers, rows))]
        file.write_bytes(("\n".join(new) + "\n").encode(errors="surrogateescape"))


main()
