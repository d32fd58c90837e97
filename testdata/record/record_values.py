#!/usr/bin/env python3
"""Asks a running systemd about every row of testdata/values/*.tsv and writes the answers into them.

A row is `answer <tab> Section.Directive <tab> value`, the value verbatim up to the end of the line. To ask
something new, add a row with any answer and run this. The answer is `accepted`, `rejected` (the line draws a
complaint) or `fatal` (the unit does not load). A table that has a line `# shown: PROPERTY` gets the shown
value of that property in place of `accepted`, and behind the other words unless it is the value of a unit
without the line. Several lines are joined by ` | `, a tab is shown as ␉; what `systemctl show` says of the last run is left out.

A table that has lines `# unit: LINE` gets what that unit, of type oneshot, prints when it is started. In its lines
VALUE is the value, and FILE a file whose text is the value with its escapes (\\n, \\t, \\\\) undone. A NUL is
shown as ␀, a line feed as ␊.

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


# Without --recursive-errors=no, which leaves complaints about dependencies out.
VERIFY = "systemd-analyze verify --man=no"


def in_bulk(rows, size=20):
    """A few rows to a unit; a complaint names its line. The last line of a unit must be complained about: where it
    is not, systemd stopped at the last complaint, and the rows behind that are asked about again."""
    answers = {}
    while len(answers) < len(rows):
        script = []
        units = []
        open_rows = [i for i in range(len(rows)) if i not in answers]
        for start in range(0, len(open_rows), size):
            lines = ["[Service]", "ExecStart=/bin/true"]
            at = {}
            for i in open_rows[start : start + size]:
                section, key = rows[i][0].split(".")
                lines += [f"[{section}]", f"{key}={rows[i][1]}"]
                at[len(lines)] = i
            lines += ["[Service]", "KillMode=sentinel"]
            unit = f"bulk{len(units)}@i.service"
            units.append((at, len(lines)))
            script += [place(unit, "\n".join(lines) + "\n"), f"{VERIFY} /run/units/{unit} 2>&1\n"]
        found = re.findall(r"^/run/units/bulk(\d+)@i\.service:(\d+): ", ask("".join(script)), re.M)
        for unit, (at, last) in enumerate(units):
            bad = {int(line) for number, line in found if int(number) == unit}
            if not bad:
                sys.exit("systemd said nothing of a unit")
            stopped = None if last in bad else max(bad)
            for line, i in at.items():
                if stopped is None or line <= stopped:
                    answers[i] = "fatal" if line == stopped else "rejected" if line in bad else "accepted"
    return [answers[i] for i in range(len(rows))]


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


def printed(rows, unit):
    """Each row in a unit of its own, which is started."""
    script = ["mkdir -p /run/values\n"]
    for i, (_, value) in enumerate(rows):
        file = f"/run/values/{i}"
        plain = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), value)
        lines = [line.replace("VALUE", value).replace("FILE", file) for line in unit]
        text = "\n".join(["[Service]", "Type=oneshot", f"StandardOutput=file:{file}.out", *lines, ""])
        script += [place(f"row{i}.service", text), f"printf %s {shlex.quote(plain)} > {file}\n"]
    script.append("systemctl daemon-reload\n")
    script.append(
        f"for i in $(seq 0 {len(rows) - 1}); do systemctl start row$i.service\n"
        "echo \"@$i $(sed -z 's/\\n/␊/g' /run/values/$i.out | tr '\\0' '\\1')\"; done\n"
    )
    answers = dict(re.findall(r"^@(\d+) (.*)$", ask("".join(script)), re.M))
    return [answers[str(i)].replace("\1", "␀").replace("\t", "␉") for i in range(len(rows))]


def main():
    version = ask("systemctl --version").splitlines()[0]
    for file in map(Path, sys.argv[1:]):
        text = file.read_bytes().decode(errors="surrogateescape")
        lines = [line for line in text.split("\n") if line and not line.startswith("# systemd ")]
        notes = [line for line in lines if line.startswith("# ")]
        rows = [tuple(line.split("\t", 2)[1:]) for line in lines if not line.startswith("# ")]
        rows = list(dict.fromkeys(rows))
        shown = next((n.removeprefix("# shown: ") for n in notes if n.startswith("# shown: ")), None)
        unit = [n.removeprefix("# unit: ") for n in notes if n.startswith("# unit: ")]
        answers = printed(rows, unit) if unit else one_by_one(rows, shown) if shown else in_bulk(rows)
        new = [f"# {version}", *notes, *("\t".join((a, *row)) for a, row in zip(answers, rows))]
        file.write_bytes(("\n".join(new) + "\n").encode(errors="surrogateescape"))


main()
