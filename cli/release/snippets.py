"""Carries out the snippets of docs/ci.md, read from that file, in a scratch project: called by `snippets`.

An action's steps are run as GitHub's runner does: each `run` by `bash --noprofile --norc -eo pipefail`, with the inputs
put in. What a snippet fetches from the network is this checkout instead.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SCRATCH = Path(sys.argv[1])
REPOSITORY = "https://github.com/unitctl/unitctl"
GOOD = "[Service]\nExecStart=/usr/bin/example\nKillMode=mixed\n"
BAD = GOOD.replace("KillMode", "KilMode")
# git is told that the repository of the snippets is this checkout.
AS_IF_FETCHED = {"CARGO_NET_GIT_FETCH_WITH_CLI": "true", "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": f"url.{ROOT}.insteadOf", "GIT_CONFIG_VALUE_0": REPOSITORY, "GIT_CONFIG_KEY_1": "safe.directory", "GIT_CONFIG_VALUE_1": "*"}


def check(what, holds, output=""):
    if not holds:
        sys.exit(f"failed: {what}\n{output}")
    print(f"ok: {what}")


def snippets(heading):
    """The parsed code blocks below a heading of docs/ci.md."""
    text = (ROOT / "docs/ci.md").read_text()
    section = re.search(rf"(?ms)^## {heading}$(.*?)(?=^## |\Z)", text)[1]
    return [yaml.safe_load(block) for block in re.findall(r"(?ms)^```yaml\n(.*?)^```", section)]


def project(name, unit):
    folder = SCRATCH / name
    (folder / "systemd").mkdir(parents=True, exist_ok=True)
    (folder / "systemd/example.service").write_text(unit)
    return folder


def run(command, folder, **environment):
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def bash(script, folder, **environment):
    return run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], folder, **environment)


def action(folder, inputs, path):
    """What the action of this checkout does with these inputs: its status and all it prints."""
    definition = yaml.safe_load((ROOT / "action.yml").read_text())
    unknown = set(inputs) - set(definition["inputs"])
    check(f"the inputs {sorted(inputs)} are known", not unknown, unknown)
    values = {name: inputs.get(name, rule.get("default", "")) for name, rule in definition["inputs"].items()}
    printed = ""
    for step in definition["runs"]["steps"]:
        put_in = lambda text: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match[1]], str(text))
        environment = {name: put_in(value) for name, value in step.get("env", {}).items()}
        status, output = bash(put_in(step["run"]), folder, GITHUB_ACTION_PATH=str(ROOT), PATH=path, CARGO_INSTALL_ROOT=str(SCRATCH / "cargo"), **environment)
        printed += output
        if status:
            return status, printed
    return 0, printed


def github():
    whole, with_sarif = snippets("GitHub")
    steps = whole["jobs"]["units"]["steps"]
    check("the job checks out, then runs the action", [re.sub("@.*", "", step["uses"]) for step in steps] == ["actions/checkout", "unitctl/unitctl"])
    # The first run has to install the program, the others find it.
    path = f"{SCRATCH / 'cargo/bin'}:{os.environ['PATH']}"
    status, output = action(project("github", GOOD), steps[1]["with"], path)
    check("the action installs the program and passes a good unit", status == 0 and (SCRATCH / "cargo/bin/unitctl").exists(), output)
    status, output = action(project("github", BAD), steps[1]["with"], path)
    check("it fails for a bad unit, with an annotation of the line", status == 1 and "::error file=systemd/example.service,line=3," in output, output)
    run_action, upload = with_sarif
    folder = project("github", BAD)
    status, output = action(folder, run_action["with"], path)
    log = json.loads((folder / upload["with"]["sarif_file"]).read_text())
    check("it writes the SARIF file that is uploaded, also when it fails", status == 1 and log["version"] == "2.1.0" and log["runs"][0]["results"], output)
    check("which is uploaded even then", upload["if"] == "always()")


def gitlab():
    job = snippets("GitLab")[0]["units"]
    install, *others = job["script"]
    status, output = bash(install, SCRATCH, CARGO_INSTALL_ROOT=str(SCRATCH / "gitlab"), **AS_IF_FETCHED)
    check(f"{install}", status == 0, output)
    path = f"{SCRATCH / 'gitlab/bin'}:{os.environ['PATH']}"
    for unit, expected in ((GOOD, 0), (BAD, 1)):
        status, output = bash("\n".join(others), project("lab", unit), PATH=path)
        check(f"the rest of the job exits with {expected}", status == expected and ("KilMode" in output) == bool(expected), output)


def pre_commit():
    configuration = snippets("pre-commit")[0]
    folder = project("commit", BAD)
    head = run(["git", "rev-parse", "HEAD"], ROOT)[1].strip()
    for repository in configuration["repos"]:
        check("the hook is fetched from our repository", repository["repo"] == REPOSITORY)
        repository.update(repo=str(ROOT), rev=head)
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(configuration))
    (folder / "notes.txt").write_text("KilMode=mixed\n")
    hook = [str(SCRATCH / "venv/bin/pre-commit"), "run", "--all-files", "--verbose"]
    for unit, expected in ((BAD, 1), (GOOD, 0)):
        project("commit", unit)
        run(["git", "init", "--quiet"], folder)
        run(["git", "add", "--all"], folder)
        status, output = run(hook, folder, PRE_COMMIT_HOME=str(SCRATCH / "hooks"), GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*")
        check(f"the hook exits with {expected}", status == expected and ("systemd/example.service:3" in output) == bool(expected) and "notes.txt" not in output, output)


github()
gitlab()
pre_commit()
