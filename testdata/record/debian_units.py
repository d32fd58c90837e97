#!/usr/bin/env python3
"""Fetches the units of all small Debian packages, a thousand and more, to read them beside a real systemd.

    debian_units.py DIR [SUITE]     the mirror is the one that apt uses; SUITE is trixie if it is not said

Afterwards, for instance:

    UNITCTL_LIVE=1 UNITCTL_CORPUS=DIR cargo test -p unitctl --test live
"""
import gzip
import io
import lzma
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

LARGEST = 1_500_000  # bytes of a package
AT_ONCE = 8
UNIT = re.compile(r"(?:usr/)?lib/systemd/system/[^/]+(?:\.d/[^/]+\.conf|\.(?:service|socket|timer|mount|swap|path|target|slice|automount))")


def main():
    target, suite = Path(sys.argv[1]), (sys.argv[2:] or ["trixie"])[0]
    said = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], capture_output=True, text=True, check=True)
    mirror = next(line for line in said.stdout.split() if line.rstrip("/").endswith("/debian")).rstrip("/")
    lists = f"{mirror}/dists/{suite}/main"
    wanted = {name for part in ("amd64", "all") for name in owners(fetch(f"{lists}/Contents-{part}.gz"))}
    files = [file for name, size, file in packages(fetch(f"{lists}/binary-amd64/Packages.xz")) if name in wanted and size < LARGEST]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        counts = []
        for count in pool.map(lambda file: extract(fetch(f"{mirror}/{file}"), target / Path(file).name.split("_")[0]), files):
            counts.append(count)
            print(f"\r{len(counts)} of {len(files)} packages, {sum(counts)} files", end="", file=sys.stderr)
    print(file=sys.stderr)


def fetch(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def owners(contents):
    """The packages that have units."""
    for line in gzip.decompress(contents).decode(errors="replace").splitlines():
        path, _, names = line.rpartition(" ")
        if UNIT.fullmatch(path.strip()):
            yield from (name.split("/")[-1] for name in names.split(","))


def packages(index):
    """(name, bytes, path in the archive)"""
    for paragraph in lzma.decompress(index).decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if re.match(r"(Package|Size|Filename): ", line))
        if fields:
            yield fields["Package"], int(fields["Size"]), fields["Filename"]


def extract(package, target):
    """Writes the unit files of a package; how many there were."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(package)
        file.flush()
        archive = subprocess.run(["dpkg-deb", "--fsys-tarfile", file.name], capture_output=True, check=True).stdout
    count = 0
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = member.name.removeprefix("./")
            if member.isfile() and UNIT.fullmatch(path):
                to = target / path.partition("lib/systemd/system/")[2]
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(tar.extractfile(member).read())
                count += 1
    return count


if __name__ == "__main__":
    main()
