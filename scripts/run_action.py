"""Runs the steps of our action on repositories, by a stand-in for the runner.

    python scripts/run_action.py --program target/debug/bartizan --repository DIR...        both modes, each repository
    python scripts/run_action.py --program target/debug/bartizan --fork                     a pull request of a hostile fork

Steps that `run` are run as the runner runs them; steps that use other actions are recorded. Exit code 1 where something is not as it
should be. Needs bash and PyYAML, and says so where they are missing.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import composite  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Stand-ins for what a runner holds. Whatever a step can see of them it could send away.
SECRETS = {"token": "canary-token-4f1c", "secret": "canary-secret-9b2e", "runtime": "canary-runtime-77aa"}
# The runner shows these and does nothing else.
HARMLESS = {"error", "warning", "notice"}
FORK = {"number": 7, "pull_request": {"head": {"ref": "$(touch owned)\"; touch owned #", "repo": {"fork": True}}}}
OURS = {"number": 8, "pull_request": {"head": {"ref": "mend", "repo": {"fork": False}}}}


def runner(workspace: pathlib.Path, temporary: pathlib.Path, event: str, payload: dict) -> composite.Runner:
    return composite.Runner(ROOT, workspace, temporary, event=event, payload=payload, token=SECRETS["token"])


def run(workspace: pathlib.Path, inputs: dict[str, str], *, event: str = "push", payload: dict | None = None, home: pathlib.Path | None = None, program: pathlib.Path | None = None) -> composite.Run:
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        if home:
            shutil.copytree(home, temporary / "bartizan-home")
        if program:
            inputs = inputs | {"program": str(program)}
        # What the processes of a runner hold and steps do not.
        os.environ |= {"ACTIONS_RUNTIME_TOKEN": SECRETS["runtime"], "PYPI_TOKEN": SECRETS["secret"]}
        ended = runner(workspace, temporary, event, payload or {}).run(inputs)
        for step in ended.steps:
            if sarif := step.outputs.get("sarif"):
                json.loads(pathlib.Path(sarif).read_text(encoding="utf-8"))
        return ended


def complaints(ended: composite.Run, mode: str) -> list[str]:
    """What is wrong with a run, whatever it found."""
    wrong = []
    look = ended.step("Look")
    if not look.ran or look.code:
        wrong.append(f"`Look` did not end well: {look.log[-400:]}")
    code = ended.outputs.get("exit-code")
    if code not in ("0", "1", "4"):
        wrong.append(f"ended with {code!r}")
    if ended.failed != (code != "0"):
        wrong.append(f"exit code {code}, and the action {'failed' if ended.failed else 'passed'}")
    if not look.summary.startswith("#"):
        wrong.append("there is no summary")
    if not look.outputs.get("sarif"):
        wrong.append("there is no SARIF")
    wrong += [f"a line became a command: {line}" for command, line in ended.commands() if command not in HARMLESS]
    wrong += leaks(ended)
    if mode == "check" and ended.step("Restore the advisories").ran:
        wrong.append("a check asks for advisories")
    return wrong


def leaks(ended: composite.Run) -> list[str]:
    """Every place where a step could see a secret."""
    found = []
    for step in ended.steps:
        seen = {"variables": json.dumps(step.environment), "log": step.log, "summary": step.summary}
        seen |= {"inputs": json.dumps(step.given), "outputs": json.dumps(step.outputs)}
        found += [f"{name} of `{step.name}` hold {secret}" for name, text in seen.items() for secret in SECRETS.values() if secret in text]
    if "token" in ended.read_of_github:
        found.append("an expression reads the token of the run")
    return found


def of_repositories(arguments: argparse.Namespace) -> int:
    wrong = 0
    for repository in arguments.repository:
        for mode in arguments.mode:
            ended = run(repository, {"mode": mode, "sync": "false", "max-age": "100000"}, home=arguments.home, program=arguments.program)
            told = complaints(ended, mode)
            look = ended.step("Look")
            annotations = sum(command in HARMLESS for command, _ in ended.commands())
            last = look.log.strip().splitlines()[-1:] or [""]
            print(f"{repository.name:14} {mode:6} exit {ended.outputs['exit-code']}, {annotations} annotations, {len(look.summary)} bytes of summary, uploads {uploads(ended)}: {last[0][:90]}")
            for line in told:
                print(f"    wrong: {line}")
            wrong += len(told)
    return wrong


def uploads(ended: composite.Run) -> str:
    return "yes" if ended.step("Upload to code scanning").ran else "no"


HOSTILE = {
    # Modules that stand in for Python's own, were the checkout on the path of modules.
    "venv.py": "open('owned','w')\n",
    "pip.py": "open('owned','w')\n",
    "sitecustomize.py": "open('owned','w')\n",
    "ensurepip/__init__.py": "open('owned','w')\n",
    "bartizan": "#!/bin/sh\ntouch owned\n",
    "python3": "#!/bin/sh\ntouch owned\n",
    "action/shared.sh": "touch owned\n",
    "setup.py": "open('owned','w')\n",
    "requirements.txt": "pillow==10.0.0\n::set-env name=OWNED::1\n",
    "pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n",
    ".github/workflows/::add-mask::x.yml": "on: push\njobs:\n  \"::set-output name=exit-code::0\":\n    runs-on: x\n    steps:\n      - uses: \"o/r@##[set-env name=OWNED]1\"\n",
    ".github/workflows/y.yml": "on: pull_request\njobs:\n  a:\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n",
}


def of_fork(arguments: argparse.Namespace) -> int:
    """A pull request of a fork that tries what it can, in both modes, beside one of our own."""
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        workspace = pathlib.Path(folder) / "checkout"
        for name, text in HOSTILE.items():
            file = workspace / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            file.chmod(0o755)
        for mode in arguments.mode:
            inputs = {"mode": mode, "sync": "false", "max-age": "100000", "upload-sarif": "true"}
            fork = run(workspace, inputs, event="pull_request", payload=FORK, home=arguments.home, program=arguments.program)
            ours = run(workspace, inputs, event="pull_request", payload=OURS, home=arguments.home, program=arguments.program)
            wrong += complaints(fork, mode)
            if uploads(fork) == "yes":
                wrong.append("a fork's pull request uploads")
            if uploads(ours) == "no":
                wrong.append("a pull request of our own does not upload")
            if fork.step("Keep the advisories").ran or ours.step("Keep the advisories").ran:
                wrong.append("a pull request fills the cache")
            print(f"{mode}: exit {fork.outputs['exit-code']}, of a fork uploads {uploads(fork)}, of our own {uploads(ours)}, secrets seen: {len(leaks(fork))}")
        wrong += refuses(workspace)
        wrong += of_wheels(arguments)
        wrong += of_review(arguments)
        wrong += installs(arguments, workspace)
        if (workspace / "owned").exists():
            wrong.append("code of the fork ran")
    for line in wrong:
        print(f"    wrong: {line}")
    return len(wrong)


# A schema of CycloneDX 1.6 that asks for little.
SCHEMA = {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "http://cyclonedx.org/schema/bom-1.6.schema.json", "additionalProperties": False, "properties": {key: {} for key in "$schema bomFormat specVersion version serialNumber metadata components dependencies compositions".split()}}
LIE = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "six", "version": "1.9.0", "purl": "pkg:pypi/six@1.9.0"}]}


def wheel(file: pathlib.Path, bill: dict | None = None) -> None:
    """A wheel with a copied package in it, and with a bill where one is given."""
    file.parent.mkdir(parents=True, exist_ok=True)
    folder = "lab-1.0.dist-info"
    files = {"lab/_vendor/six.py": "__version__ = '1.16.0'\n", f"{folder}/METADATA": "Metadata-Version: 2.1\nName: lab\nVersion: 1.0\n"}
    files |= {f"{folder}/sboms/lab.cdx.json": json.dumps(bill)} if bill else {}
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{folder}/RECORD", "".join(f"{name},,\n" for name in [*files, f"{folder}/RECORD"]))


def conda_package(file: pathlib.Path) -> None:
    """A package of conda in the older form, with a copied package in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    copied = "__version__ = '1.16.0'\n"
    index = {"name": "lab", "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"}
    paths = [{"_path": "site-packages/lab/_vendor/six.py", "sha256": hashlib.sha256(copied.encode()).hexdigest()}]
    files = {"info/index.json": json.dumps(index), "info/paths.json": json.dumps({"paths_version": 1, "paths": paths}), "site-packages/lab/_vendor/six.py": copied}
    with tarfile.open(file, "w:bz2") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


def of_wheels(arguments: argparse.Namespace) -> list[str]:
    """The modes for wheels and conda packages: completed, let through, and stopped where a bill is missing, a lie, or of no known schema."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        workspace, home = pathlib.Path(folder) / "checkout", pathlib.Path(folder) / "home"
        home.mkdir()
        schema = pathlib.Path(folder) / "schema.json"
        schema.write_text(json.dumps(SCHEMA), encoding="utf-8")
        subprocess.run([arguments.program, "sbom", "schemas", schema], env=os.environ | {"BARTIZAN_HOME": str(home)}, check=True, capture_output=True)
        wheel(workspace / "good" / "lab-1.0-py3-none-any.whl")
        wheel(workspace / "good" / "::set-env name=OWNED::1.whl")
        wheel(workspace / "bare" / "lab-1.0-py3-none-any.whl")
        wheel(workspace / "lying" / "lab-1.0-py3-none-any.whl", LIE)
        (workspace / "empty").mkdir()
        conda_package(workspace / "channel" / "noarch" / "lab-1.0-0.tar.bz2")
        cases = [
            ("embed", "good", "0", home), ("gate", "good", "0", home), ("gate", "good", "4", None), ("gate", "bare", "3", home),
            ("gate", "lying", "1", home), ("embed", "empty", None, home),
            ("gate", "channel", "3", home), ("embed", "channel", "0", home), ("gate", "channel", "0", home),
        ]
        for mode, targets, code, at in cases:
            ended = run(workspace, {"mode": mode, "targets": targets, "sync": "false"}, home=at, program=arguments.program)
            if ended.outputs.get("exit-code") != (code or "") or ended.failed != (code != "0"):
                wrong.append(f"{mode} of {targets}: {ended.outputs.get('exit-code')!r}, not {code!r}: {ended.step('Wheels and conda packages').log[-400:]}")
            wrong += [f"a line became a command: {line}" for command, line in ended.commands() if command not in HARMLESS]
            wrong += leaks(ended)
        signed = run(workspace, {"mode": "gate", "targets": "good", "sync": "false", "workflow": "release.yml"}, home=home, program=arguments.program)
        if not signed.failed:
            wrong.append("a wheel without evidence passes where a workflow must have signed it")
        if "lab-1.0-0.tar.bz2" not in json.loads((workspace / "channel" / "noarch" / "repodata.json").read_text(encoding="utf-8"))["packages"]:
            wrong.append("the metadata of the channel do not list its package")
    print(f"wheels and conda packages: {len(cases) + 1} cases, {len(wrong)} wrong")
    return wrong


# What commits of a pull request bring, and how the mode `review` ends of it.
PROBE = 'check_c_source_compiles("\n#include <stdio.h>\n{}int main(void) {{ return 0; }}\n" HAVE_LAB)\n'
BROKEN = PROBE.format(".\n")
REVIEWED = [
    ("nothing bad", {"README.md": "hello\n"}, {}, "0"),
    ("a broken probe", {"CMakeLists.txt": BROKEN}, {}, "1"),
    ("one that its own comment sets aside", {"CMakeLists.txt": "# bartizan: ignore[broken-probe] fine\n" + BROKEN}, {}, "1"),
    ("one that its own settings set aside", {"CMakeLists.txt": BROKEN, "bartizan.toml": "[[ignore]]\nid = 'broken-probe'\nreason = 'r'\n"}, {}, "1"),
    ("names that steer a runner", {"::add-mask::x/##[set-env name=OWNED]1/CMakeLists.txt": BROKEN}, {}, "1"),
    ("nothing at all", {"README.md": "hello\n"}, {"range": "HEAD..HEAD"}, "0"),
    ("an option as a range", {"CMakeLists.txt": BROKEN}, {"range": "--exit-zero"}, "2"),
]


def of_review(arguments: argparse.Namespace) -> list[str]:
    """The mode for changes, as a pull request of a fork and of our own; and on a clone that lacks what it is compared with."""
    if not shutil.which("git"):
        print("review: 0 cases, git is not installed")
        return []
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, files, inputs, code) in enumerate(REVIEWED):
            checkout = pathlib.Path(folder) / str(number)
            commits(checkout, [{"CMakeLists.txt": PROBE.format(""), "bartizan.toml": ""}, files])
            given = {"mode": "review", "upload-sarif": "true"} | inputs
            fork = run(checkout, given, event="pull_request", payload=FORK, program=arguments.program)
            ours = run(checkout, given, event="pull_request", payload=OURS, program=arguments.program)
            if fork.outputs.get("exit-code") != code or fork.failed != (code != "0"):
                wrong.append(f"review of {name}: {fork.outputs.get('exit-code')!r}, not {code!r}: {fork.step('Look').log[-400:]}")
            if code == "1":
                wrong += complaints(fork, "review")
                if uploads(fork) == "yes" or uploads(ours) == "no":
                    wrong.append(f"review of {name}: a fork uploads {uploads(fork)}, we {uploads(ours)}")
            wrong += leaks(fork) + leaks(ours)
        shallow = pathlib.Path(folder) / "shallow"
        subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{folder}/1", str(shallow)], check=True, capture_output=True)
        ended = run(shallow, {"mode": "review"}, event="pull_request", payload=FORK, program=arguments.program)
        if not ended.failed:
            wrong.append("a clone without what it is compared with passes")
    print(f"review: {len(REVIEWED) + 1} cases, {len(wrong)} wrong")
    return wrong


def commits(checkout: pathlib.Path, states: list[dict[str, str]]) -> None:
    """A repository of one commit for each state, laid over the one before."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", "-c", "core.hooksPath="]
    subprocess.run(["git", "init", "--quiet", str(checkout)], check=True)
    for state in states:
        for name, text in state.items():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (checkout / name).write_text(text, encoding="utf-8")
        for command in (["add", "--all"], ["commit", "--quiet", "--message", "x"]):
            subprocess.run(["git", "-C", str(checkout), *identity, *command], check=True)


# Inputs that say something else than they may; none of them may reach pip, a shell or an output file.
REFUSED = [
    {"mode": "fix"},
    {"mode": "scan; touch owned"},
    {"mode": "check", "version": "1.0 --index-url=x"},
    {"mode": "check", "version": "$(touch owned)"},
    {"mode": "check", "version": "1.0\ntouch owned"},
    {"mode": "check", "hashes": "sha256:00 --index-url=x"},
    {"mode": "check", "hashes": "md5:00"},
    {"mode": "check", "program": "/nonexistent/bartizan"},
    {"mode": "check", "program": "$(touch owned)"},
]


def refuses(workspace: pathlib.Path) -> list[str]:
    """Every strange input ends the first step, and nothing runs after it."""
    wrong = []
    for inputs in REFUSED:
        ended = run(workspace, inputs)
        if ended.step("Install Bartizan").code != 2 or ended.step("Look").ran or not ended.failed:
            wrong.append(f"{inputs} is not refused: {ended.step('Install Bartizan').log[-200:]}")
    print(f"{len(REFUSED) - len(wrong)} of {len(REFUSED)} strange inputs are refused")
    return wrong


def installs(arguments: argparse.Namespace, workspace: pathlib.Path) -> list[str]:
    """The install of a wheel in a hostile checkout, where a wheel is at hand."""
    if not arguments.wheel:
        return []
    os.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(arguments.wheel.resolve().parent)}
    digest = hashlib.sha256(arguments.wheel.read_bytes()).hexdigest()
    ended = run(workspace, {"mode": "check", "hashes": f"sha256:{digest}"}, event="pull_request", payload=FORK)
    install = ended.step("Install Bartizan")
    print(f"installed from {arguments.wheel.name}: exit {install.code}, then {ended.outputs['exit-code']}")
    wrong = complaints(ended, "check") + ([] if install.code == 0 else [f"the install failed: {install.log[-400:]}"])
    other = run(workspace, {"mode": "check", "hashes": f"sha256:{'0' * 64}"})
    if other.step("Install Bartizan").code == 0 or other.step("Look").ran:
        wrong.append("a wheel of another digest is installed")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=textwrap.dedent(__doc__ or ""), formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--repository", type=pathlib.Path, nargs="*", default=[])
    parser.add_argument("--mode", nargs="*", default=["scan", "check"])
    parser.add_argument("--home", type=pathlib.Path, help="a home of Bartizan with advisories, for `scan`")
    parser.add_argument("--wheel", type=pathlib.Path, help="a wheel to install, in the hostile checkout")
    parser.add_argument("--fork", action="store_true")
    arguments = parser.parse_args()
    try:
        import yaml  # noqa: F401
    except ImportError:
        print("skipped: PyYAML is not installed")
        return 0
    if not shutil.which("bash"):
        print("skipped: there is no bash")
        return 0
    arguments.program = arguments.program.resolve()
    wrong = of_repositories(arguments) + (of_fork(arguments) if arguments.fork else 0)
    print(f"{wrong} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
