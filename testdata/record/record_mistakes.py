#!/usr/bin/env python3
"""Asks a real systemd what it complains of in units that are no services, and stores that in testdata/show/mistakes.jsonl.

    record_mistakes.py            records
    record_mistakes.py --check    asks again and says what differs from the file
    record_mistakes.py --seed N --out DIR    other units, stored elsewhere

testdata/README.md describes the file.
"""
import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
import generate_mistakes
import record_show
from record_show import brief, encode

NAME = "mistakes.jsonl"


def ask(seed):
    """(version, lines of the file)"""
    record_show.PROPERTIES[:] = ["Id", "LoadState"]
    record_show.EXEC = set()
    cases = list(generate_mistakes.cases(seed))
    version, results = record_show.ask(cases, lambda text: print(text, file=sys.stderr))
    lines = []
    for case, answer, complaints in results:
        heard = [{**({"file": file} if file else {}), **({"line": line} if line else {}), "message": brief(message)} for file, line, message in complaints]
        lines.append({"unit": case.unit, "files": {path: encode(content) for path, content in case.files.items()}, "load_state": answer.get("LoadState"), "complaints": heard})
    return version, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=generate_mistakes.SEED)
    parser.add_argument("--out", type=Path, default=record_show.OUT)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    version, lines = ask(arguments.seed)
    if arguments.check:
        _, *stored = [json.loads(line) for line in (arguments.out / NAME).read_text(encoding="utf-8").splitlines()]
        different = [(old, new) for old, new in zip(stored, lines, strict=True) if old != new]
        for old, new in different:
            print(f"{old['unit']}: recorded {old}\n  now {new}")
        print(f"{len(lines)} units asked again, {len(different)} with another answer")
        return bool(different)
    header = {"systemd": version, "seed": arguments.seed, "search_path": record_show.generate_units.SEARCH_PATH}
    arguments.out.mkdir(parents=True, exist_ok=True)
    with open(arguments.out / NAME, "w", encoding="utf-8") as file:
        for line in [header, *lines]:
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    states = Counter(line["load_state"] for line in lines)
    print(f"{len(lines)} units, {sum(len(line['complaints']) for line in lines)} complaints; {dict(states)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
