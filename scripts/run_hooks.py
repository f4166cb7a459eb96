"""Runs our hooks by pre-commit itself on copies of repositories.

    python scripts/run_hooks.py --program target/debug/bartizan --repository DIR... [--home HOME] [--wheel FILE]

A hook must end as the program does that it runs: passed for exit code 0, failed for any other, with what it printed. With `--wheel`
the way of `docs/ci.md` is taken too: a local hook that pre-commit installs the wheel for (it needs the package index for its own
tools). Exit code 1 where something is not as it should be. Needs git and pre-commit, and says so where they are missing.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOOKS = ("bartizan-scan", "bartizan-check", "bartizan-review")
# A probe that can never compile: what xz lost its sandbox by.
PROBE = 'check_c_source_compiles("\n#include <stdio.h>\n.\nint main(void) { return 0; }\n" HAVE_LAB)\n'


def git(folder: pathlib.Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false", "-c", "core.hooksPath="]
    done = subprocess.run(["git", *identity, "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def committed(folder: pathlib.Path) -> str:
    """Makes a repository of one commit of a folder; its id."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "all")
    return git(folder, "rev-parse", "HEAD")


def hooks_repository(folder: pathlib.Path) -> str:
    folder.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", folder)
    return committed(folder)


def by_repository(hooks: pathlib.Path, revision: str, arguments: dict[str, list[str]]) -> str:
    listed = "".join(f"  - id: {hook}\n    args: {arguments[hook]}\n" for hook in HOOKS)
    return f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n{listed}"


def by_wheel(wheel: pathlib.Path, arguments: dict[str, list[str]]) -> str:
    """The local hooks as `docs/ci.md` shows them, with a file where it names a release."""
    shown = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(repos:\n- repo: local\n.*?)```", shown, re.DOTALL)
    if not block:
        raise SystemExit("docs/ci.md shows no local hook")
    text = re.sub(r"bartizan==[0-9a-z.]+", str(wheel.resolve()), block[1])
    for hook in HOOKS:
        text = re.sub(rf"(  - id: {hook}\n)", rf"\1    args: {arguments[hook]}\n", text)
    return text


class Tools:
    """Where pre-commit, the program and the homes are."""

    def __init__(self, arguments: argparse.Namespace, work: pathlib.Path) -> None:
        programs = work / "programs"
        programs.mkdir()
        (programs / "bartizan").symlink_to(arguments.program.resolve())
        self.program = arguments.program.resolve()
        self.environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(work / "pre-commit"),
            "BARTIZAN_HOME": str((arguments.home or work / "home").resolve()),
            "NO_COLOR": "1",
        }

    def hook(self, checkout: pathlib.Path, configuration: pathlib.Path, hook: str, *which: str) -> subprocess.CompletedProcess:
        command = ["pre-commit", "run", "--color=never", *(which or ("--all-files",)), "--verbose", "--config", str(configuration), hook]
        return subprocess.run(command, cwd=checkout, env=self.environment, capture_output=True, text=True, check=False)


def one(tools: Tools, checkout: pathlib.Path, configuration: pathlib.Path) -> list[str]:
    wrong = []
    for hook in HOOKS:
        ended = tools.hook(checkout, configuration, hook)
        status = re.search(r"\.(Passed|Failed|Skipped|\(no files to check\)Skipped)$", ended.stdout, re.MULTILINE)
        code = re.search(r"^- exit code: (\d+)$", ended.stdout, re.MULTILINE)
        word = status[1] if status else "?"
        told = ended.stdout.strip().splitlines()[-1:] or [""]
        print(f"{checkout.name:14} {hook:15} {word}{f' ({code[1]})' if code else ''}: {told[0][:90]}")
        if not status or (word == "Failed") != (ended.returncode == 1):
            wrong.append(f"{hook}: {ended.stdout[-300:]}{ended.stderr[-300:]}")
        if code and int(code[1]) not in (1, 4):
            wrong.append(f"{hook}: the program ended with {code[1]}: {ended.stdout[-300:]}")
        # What the hook says of a checkout must be what the program says.
        if hook == "bartizan-check" and word in ("Passed", "Failed"):
            alone = subprocess.run([tools.program, "check"], cwd=checkout, env=tools.environment, capture_output=True, text=True, check=False)
            if alone.stdout.strip() not in ended.stdout or (alone.returncode == 0) != (word == "Passed"):
                wrong.append(f"{hook}: the program alone says something else")
    return wrong + of_staged(tools, checkout, configuration)


def of_staged(tools: Tools, checkout: pathlib.Path, configuration: pathlib.Path) -> list[str]:
    """What is staged fails the hook of reviews, and so does the same between two commits."""
    (checkout / "lab-probe").mkdir()
    (checkout / "lab-probe" / "CMakeLists.txt").write_text(PROBE, encoding="utf-8")
    git(checkout, "add", "lab-probe")
    staged = tools.hook(checkout, configuration, "bartizan-review", "--files", "lab-probe/CMakeLists.txt")
    git(checkout, "commit", "--quiet", "--message", "probe")
    between = tools.hook(checkout, configuration, "bartizan-review", "--from-ref", "HEAD~1", "--to-ref", "HEAD")
    git(checkout, "reset", "--quiet", "--hard", "HEAD~1")
    wrong = []
    for name, ended in (("staged", staged), ("between", between)):
        code = re.search(r"^- exit code: (\d+)$", ended.stdout, re.MULTILINE)
        print(f"{checkout.name:14} {'bartizan-review':15} {name}: {code[1] if code else '-'}")
        if not code or code[1] != "1" or "broken-probe" not in ended.stdout:
            wrong.append(f"bartizan-review, {name}: {ended.stdout[-300:]}{ended.stderr[-300:]}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--repository", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--home", type=pathlib.Path, help="a home of Bartizan with advisories")
    parser.add_argument("--wheel", type=pathlib.Path)
    arguments = parser.parse_args()
    for tool in ("git", "pre-commit"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            return 0
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        tools = Tools(arguments, work)
        # Old advisories are a matter of the home that was given, not of the hook.
        given = {"bartizan-scan": ["--max-age=100000"], "bartizan-check": [], "bartizan-review": []}
        revision = hooks_repository(work / "hooks")
        ways = [by_repository(work / "hooks", revision, given)]
        if arguments.wheel:
            ways.append(by_wheel(arguments.wheel, given))
        for repository in arguments.repository:
            checkout = work / "checkouts" / repository.resolve().name
            shutil.copytree(repository, checkout, symlinks=True, ignore=shutil.ignore_patterns(".git"))
            committed(checkout)
            for number, way in enumerate(ways):
                configuration = work / f"configuration-{number}.yaml"
                configuration.write_text(way, encoding="utf-8")
                wrong += one(tools, checkout, configuration)
            shutil.rmtree(checkout)
    for line in wrong:
        print(f"    wrong: {line}")
    print(f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
