#!/usr/bin/env python3
"""Asks a real systemd for its reading of units: what `systemctl show` answers, and what it complains about.

record_show.py                 records the answers for all generated units into testdata/show/
record_show.py --only THEME    prints them for one theme instead (and records nothing)
record_show.py --check         asks again, in another order, and compares with the recording
record_show.py --live DIR...   prints, as JSON lines, the answers for every service found in or below the directories; every directory
                               that holds units is a search path of its own

The formats are described in testdata/README.md.
"""
import argparse
import base64
import gzip
import json
import os
import random
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
import generate_units  # noqa: E402
from systemd import HERE, Systemd  # noqa: E402

OUT = HERE.parent / "show"
# In the order in which systemctl prints them, however they are asked for.
PROPERTIES = [
    "Id", "Names", "Description", "LoadState", "FragmentPath", "DropInPaths", "Type", "Restart", "PIDFile", "RestartUSec", "TimeoutStartUSec", "TimeoutStopUSec", "TimeoutAbortUSec", "TimeoutStopFailureMode", "RemainAfterExit", "GuessMainPID",
    "ExecStart", "ExecReload", "ExecStop", "ExecStopPost", "Slice", "Delegate", "Environment", "WorkingDirectory", "User", "KillMode", "KillSignal", "RestartKillSignal", "FinalKillSignal", "SendSIGKILL", "SendSIGHUP", "WatchdogSignal",
]
# Of these a stored default would be noise: they differ in every case.
ALWAYS = {"Id", "Names", "Description", "LoadState", "FragmentPath"}
EXEC = {"ExecStart", "ExecReload", "ExecStop", "ExecStopPost"}
EXEC_END = re.compile(r" ; start_time=\[.*?\] ; stop_time=\[.*?\] ; pid=\d+ ; code=\S+ ; status=\S+ \}$")
LINE_MAX = 400

# ------------------------------------------------------------------------------------------------ asking


def lay(systemd, files):
    for path, content in files.items():
        place = systemd.inside(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            if not (place.exists() and place.read_bytes() == content):
                place.write_bytes(content)
        elif "link" in content:
            if not place.is_symlink():
                place.symlink_to(content["link"])
        else:
            place.mkdir(exist_ok=True)


def clear(systemd, directories):
    for directory in directories:
        for entry in systemd.inside(directory).iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry.name not in ("recorder.target", "default.target"):
                entry.unlink()


def parse_block(block):
    """{property: value, a list when it was printed several times}. A value may have newlines in it: it goes on up to the next property in the order."""
    answer, last, at = {}, None, 0
    for line in block.split("\n"):
        name, equals, value = line.partition("=")
        complete = last not in EXEC or EXEC_END.search(answer[last][-1])
        if equals and name in PROPERTIES and PROPERTIES.index(name) >= at and complete:
            if name == last and name not in EXEC:
                raise RuntimeError(f"{name} was printed twice")
            answer.setdefault(name, []).append(value)
            last, at = name, PROPERTIES.index(name)
        elif last in EXEC or last == "Description":
            answer[last][-1] += "\n" + line
        else:
            raise RuntimeError(f"unexpected line after {last}: {line!r}")
    for name in EXEC & set(answer):
        answer[name] = [EXEC_END.sub(" }", value) for value in answer[name]]
    return {name: values[0] if len(values) == 1 else values for name, values in answer.items()}


def show(systemd, units):
    """[answer of each unit], an answer is as of parse_block(), or {"error": what systemctl said}."""
    answers = []
    while len(answers) < len(units):
        asked = units[len(answers):len(answers) + 200]
        done = systemd.run("systemctl", "show", "--no-pager", "-p", ",".join(PROPERTIES), "--", *asked, check=False, text=False)
        text = done.stdout.decode("utf-8", "surrogateescape")
        blocks = [block for block in re.split(r"\n\n(?=Id=)|\n\Z", text) if block]
        if len(blocks) > len(asked):
            raise RuntimeError("more answers than questions")
        answers += [parse_block(block) for block in blocks]
        if len(blocks) < len(asked):
            error = done.stderr.decode().strip()
            if not error or systemd.outer.poll() is not None or "reset by peer" in error:
                raise RuntimeError(f"no answer for {asked[len(blocks)]}: {error} {systemd.log()[-2000:]}")
            answers.append({"error": error})
    return answers


def log_line_is_rest(line):
    """Whether a line that names no file and no unit continues the message before it, which had a newline in it."""
    return not re.match(r"[A-Z]\w+ |\S+\.\w+: ", line)


def complaints_of(log, files, units):
    """[(file or unit, line or None, message)] of what systemd logged, and the lines that belong to nobody."""
    found, strange = [], []
    for line in log.split("\n"):
        for match in re.finditer(r":(\d+): ", line):
            if line[:match.start()] in files:
                found.append((line[:match.start()], int(match[1]), line[match.end():]))
                break
        else:
            for match in re.finditer(r": ", line):
                if line[:match.start()] in units or line[:match.start()] in files:
                    found.append((line[:match.start()], None, line[match.end():]))
                    break
            else:
                if line and found and log_line_is_rest(line):
                    found[-1] = (*found[-1][:2], found[-1][2] + "\n" + line)
                elif line:
                    strange.append(line)
    return found, strange


def ask(cases, report=print, size=400):
    """(version, [(case, answer, complaints)]). A complaint is (file, line, message), with the file None if it is about the unit as a whole."""
    results = []
    with Systemd(generate_units.SEARCH_PATH) as systemd:
        version = systemd.version()

        def batch(members, one_by_one=False):
            for case in members:
                lay(systemd, case.files)
            systemd.run("systemctl", "daemon-reload")
            systemd.log(clear=True)
            by_file = {path: case for case in members for path in case.files}
            # a drop-in directory can be a link: its files are then named by where they really are
            by_unit = {case.unit: case for case in members}
            # a message about a unit can use any of its names
            by_name = {**{Path(path).name: case for path, case in by_file.items() if "/service.d/" not in path}, **by_unit}
            for case in members:
                if template := generate_units.template_of(case.unit):
                    instance = case.unit.partition("@")[2]
                    by_name.update({Path(path).name.replace("@.service", "@" + instance): case for path in case.files if template and "@.service" in path})
            for names in ([[case.unit] for case in members] if one_by_one else [[case.unit for case in members]]):
                answers = show(systemd, names)
                found, rest = complaints_of(systemd.log(clear=True), by_file, by_name)
                for text in rest:
                    report(f"about no case: {text[:300]}")
                heard = {name: [] for name in names}
                for subject, line, message in found:
                    about_file = subject in by_file
                    owner = names[0] if one_by_one else (by_file[subject] if about_file else by_name[subject]).unit
                    entry = (subject if about_file else None, line, message)
                    if entry not in heard[owner]:  # a unit that cannot be loaded is tried more than once
                        heard[owner].append(entry)
                for name, answer in zip(names, answers):
                    results.append((by_unit[name], answer, heard[name]))

        shared = [case for case in cases if case.group is None]
        for start in range(0, len(shared), size):
            batch(shared[start:start + size])
            report(f"{len(results)} of {len(cases)}")
        for group in dict.fromkeys(case.group for case in cases if case.group is not None):
            clear(systemd, generate_units.SEARCH_PATH)
            batch([case for case in cases if case.group == group], one_by_one=True)
        report(f"{len(results)} of {len(cases)}")
    return version, results


# ------------------------------------------------------------------------------------------------ storing


def encode(content):
    if not isinstance(content, bytes):
        return content
    run = re.search(rb"(.)\1{999,}", content, re.DOTALL)
    if run:
        return {"pieces": [encode(content[:run.start()]), {"repeat": run[1].decode(), "times": len(run[0])}, encode(content[run.end():])]}
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def brief(message):
    return message if len(message) <= LINE_MAX else message[:LINE_MAX] + "\u2026"


# The first that matches names the kind of a complaint.
KINDS = [
    ("refused", r"Refusing\.|Refusing to|Unit configuration has fatal error"),
    ("unreadable", r"Failed to (open|chase|read)"),
    ("invalid-header", r"Invalid section header|Section header invalid|Bad characters in section header"),
    ("lone-setting", r"^Service has .* but no .*Ignoring"),
    ("unknown-section", r"Unknown section "),
    ("unknown-key", r"Unknown key "),
    ("outside-section", r"Assignment outside of section"),
    ("no-equals", r"Missing '='"),
    ("no-key", r"Missing key name before '='"),
    ("utf-8", r"String is not UTF-8 clean"),
    ("too-long", r"Line too long|Continuation line too long|Error while reading configuration file"),
    ("escape", r"Ignoring unknown escape"),
    ("quoting", r"(?i)unbalanced quot|Invalid syntax, ignoring"),
    ("specifier", r"(Failed to|Unable to) (resolve|expand)|Specifier|Unit specifier"),
    ("program", r"Empty path in command line|(E|e)xecutable (path|name)|Empty executable|argv\[0\]"),
    ("deprecated", r"(?i)deprecat|obsolete|legacy|no longer supported|not supported anymore|has been removed|unsafe|will be removed|renamed|no effect"),
    ("invalid-value", r"(?i)failed to parse|invalid|not absolute|not normalized|neither a valid|\bnot\b|unknown|\bbad |out of range|too long|must |path is absolute|cannot|can't|missing|conflict|requires|failed to|only makes sense|below API VFS"),
]


def kind_of(message):
    return next((kind for kind, pattern in KINDS if re.search(pattern, message)), "other")


def store(version, results, others):
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.jsonl*"):
        if not old.name.startswith("kind-"):
            old.unlink()
    counts = {name: Counter(json.dumps(answer.get(name)) for _, answer, _ in results if "error" not in answer) for name in PROPERTIES}
    defaults = {name: json.loads(counts[name].most_common(1)[0][0]) for name in PROPERTIES if name not in ALWAYS}
    header = {"systemd": version, "seed": generate_units.SEED, "search_path": generate_units.SEARCH_PATH, "properties": PROPERTIES, "defaults": defaults}

    def beside(answer):
        return {name: answer.get(name) for name in PROPERTIES if name in ALWAYS or answer.get(name) != defaults[name]}

    def write(name, lines):
        with open(OUT / name, "w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")

    for theme in dict.fromkeys(case.theme for case, _, _ in results):
        lines = [header]
        for case, answer, _ in results:
            if case.theme == theme:
                line = {"unit": case.unit, "files": {path: encode(content) for path, content in case.files.items()}}
                if "error" in answer:
                    line["error"] = answer["error"]
                else:
                    line["show"] = beside(answer)
                if case.unit in others:
                    line["or"] = [beside(other) for other in others[case.unit]]
                lines.append(line)
        write(f"{theme}.jsonl", lines)
    lines = [{"systemd": version, "seed": generate_units.SEED, "kinds": [kind for kind, _ in KINDS] + ["other"]}]
    for case, _, complaints in results:
        if complaints:
            lines.append({"unit": case.unit, "complaints": [
                {**({"file": file} if file else {}), **({"line": line} if line else {}), "kind": kind_of(message), "message": brief(message)} for file, line, message in complaints]})
    write("complaints.jsonl", lines)


# ------------------------------------------------------------------------------------------------ live


def directories_of_units(starts):
    for start in starts:
        for directory, _, files in sorted(os.walk(start)):
            if not directory.endswith((".wants", ".requires", ".upholds", ".d")) and any(file.endswith(".service") for file in files):
                yield Path(directory)


OTHER_TYPES = (".socket", ".timer", ".path", ".mount", ".automount", ".swap", ".slice", ".target")


def live(starts, out):
    """The answers for units as they lie on this machine. Templates are asked about with the instance 'instance'."""
    with Systemd(["/run/live"]) as systemd:
        out({"systemd": systemd.version(), "properties": PROPERTIES})
        for directory in directories_of_units(starts):
            clear(systemd, ["/run/live"])
            (systemd.inside("/run/live") / "default.target").unlink(missing_ok=True)
            shutil.copytree(directory, systemd.inside("/run/live"), symlinks=True, dirs_exist_ok=True)
            systemd.run("systemctl", "daemon-reload")
            systemd.log(clear=True)
            units = sorted(entry.name.replace("@.service", "@instance.service") for entry in directory.iterdir() if entry.name.endswith(".service"))
            answers = show(systemd, units)
            # Units of other types only have their lines read.
            others = sorted(entry.name for entry in directory.iterdir() if entry.suffix in OTHER_TYPES and "@." not in entry.name)
            if others:
                systemd.run("systemctl", "show", "--no-pager", "-p", "Id", "--", *others, check=False)
            log = systemd.log(clear=True)
            for unit, answer in zip(units, answers):
                mapped = json.loads(json.dumps(answer).replace("/run/live/", json.dumps(str(directory))[1:-1] + "/"))
                out({"directory": str(directory), "unit": unit, "show": mapped})
            complaints = [{"file": f"{directory}/{match[1]}", "line": int(match[2]), "kind": kind_of(match[3]), "message": brief(match[3])} for match in re.finditer(r"(?m)^/run/live/(.*?):(\d+): (.*)$", log)]
            out({"directory": str(directory), "complaints": complaints})


# ------------------------------------------------------------------------------------------------ statistics


def comparable(answer):
    """The answer without what is not the same every time: the first of several names is the Id, the others come in the order of a hash table."""
    names = re.findall(r'"[^"]*"|\S+', answer["Names"])
    return {**answer, "Names": [names[0], *sorted(names[1:])]}


def other_answers(results, report, times=8, times_more=16):
    """{unit: further answers} of the cases whose answer depends on the order of the hash table of names: asks those with aliases again and again."""
    again = {case.unit: answer for case, answer, _ in results if " " in answer.get("Names", "")}
    cases = [case for case, _, _ in results if case.unit in again]
    contested = [case for case in cases if has_namesakes(case)]
    others = {}
    for asked in [cases] * times + [contested] * times_more:
        for case, answer, _ in ask(asked, lambda _: None)[1] if asked else []:
            known = [again[case.unit], *others.get(case.unit, [])]
            if comparable(answer) not in [comparable(one) for one in known]:
                others.setdefault(case.unit, []).append(answer)
                report(f"{case.unit} has another answer")
    return others


def has_namesakes(case):
    """Whether drop-ins of one name are in several folders: the folder of the name that systemd looks at first wins."""
    names = Counter(path.rsplit("/", 1)[1] for path in case.files if ".d/" in path)
    return any(count > 1 for count in names.values())


def check(cases, report):
    """Asks again, in another order and in other company, and compares with what is stored: a case must not depend on its neighbours."""
    recorded = {case["unit"]: [case["error"]] if "error" in case else [comparable({**header["defaults"], **answer}) for answer in [case["show"], *case.get("or", [])]] for _, header, case in stored()}
    random.shuffle(cases)
    different = 0
    for case, answer, _ in ask(cases, report, size=150)[1]:
        fresh = answer["error"] if "error" in answer else comparable({name: answer.get(name) for name in PROPERTIES})
        if fresh not in recorded.get(case.unit, []):
            different += 1
            print(f"{case.unit}: recorded {recorded.get(case.unit)}\n  now {fresh}")
    print(f"{len(cases)} cases asked again, {different} with another answer")
    return different > 0


def stored():
    """[(theme, header, case line)] of the recording."""
    for file in sorted(OUT.glob("*.jsonl")):
        if file.name != "complaints.jsonl" and not file.name.startswith("kind-"):
            with open(file, encoding="utf-8") as lines:
                header = json.loads(next(lines))
                for line in lines:
                    yield file.stem, header, json.loads(line)


def stats():
    themes, states, values, errors, several, multi_file, header = Counter(), Counter(), {name: Counter() for name in PROPERTIES}, 0, 0, 0, {}
    for theme, header, case in stored():
        themes[theme] += 1
        multi_file += len(case["files"]) > 1
        if "error" in case:
            errors += 1
            continue
        answer = {**header["defaults"], **case["show"]}
        states[answer["LoadState"]] += 1
        for name in PROPERTIES:
            values[name][json.dumps(answer[name])] += 1
    print(f"systemd {header['systemd']}, {sum(themes.values())} cases, {multi_file} of them with several files, {errors} that systemctl cannot show")
    print("themes:", ", ".join(f"{name} {count}" for name, count in themes.items()))
    print("load states:", ", ".join(f"{name} {count}" for name, count in states.most_common()))
    print("different answers, and how many cases do not have the most frequent one:")
    for name in PROPERTIES:
        print(f"  {name:24}{len(values[name]):6}{sum(values[name].values()) - values[name].most_common(1)[0][1]:7}")
    kinds, units, messages = Counter(), 0, set()
    with open(OUT / "complaints.jsonl", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            units += 1
            for complaint in json.loads(line)["complaints"]:
                kinds[complaint["kind"] if "file" in complaint else "(about the unit) " + complaint["kind"]] += 1
                messages.add(complaint["message"])
    print(f"complaints: {sum(kinds.values())} in {units} cases, {len(messages)} different messages")
    for kind, count in kinds.most_common():
        print(f"  {kind:40}{count:6}")
    print("size:", ", ".join(f"{file.name} {file.stat().st_size >> 10} KiB" for file in sorted(OUT.iterdir())))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="THEME")
    parser.add_argument("--seed", type=int, default=generate_units.SEED, help="draw other cases")
    parser.add_argument("--out", type=Path, metavar="DIR", help="store the recording elsewhere")
    parser.add_argument("--live", nargs="+", metavar="DIR")
    parser.add_argument("--stats", action="store_true", help="statistics of the recording")
    parser.add_argument("--check", action="store_true", help="ask again and compare with the recording")
    parser.add_argument("--ready", action="store_true", help="start it once and say its version; fails if that is not 262")
    arguments = parser.parse_args()

    def out(value):
        print(json.dumps(value, ensure_ascii=False))

    def report(text):
        print(text, file=sys.stderr)

    if arguments.ready:
        with Systemd(["/run/a"]) as systemd:
            version = systemd.version()
        report(f"systemd {version}")
        return not version.startswith("262")
    if arguments.stats:
        return stats()
    if arguments.live:
        return live(arguments.live, out)
    if arguments.out:
        global OUT
        OUT = arguments.out
        OUT.mkdir(parents=True, exist_ok=True)
    generate_units.SEED = arguments.seed
    cases = [case for case in generate_units.cases(arguments.seed) if arguments.only in (None, case.theme)]
    if arguments.check:
        return check(cases, report)
    version, results = ask(cases, report)
    others = other_answers(results, report)
    if arguments.only:
        for case, answer, complaints in results:
            out({"unit": case.unit, "files": {path: encode(content) for path, content in case.files.items()}, "show": answer, "or": others.get(case.unit, []), "complaints": complaints})
        return None
    store(version, results, others)
    return stats()


if __name__ == "__main__":
    sys.exit(main())
