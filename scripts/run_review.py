"""Our plugin of repo-review, run by repo-review itself, held against what the program says.

    python scripts/run_review.py --program target/debug/bartizan --repository DIR...

The plugin is installed into a folder of its own. Every check of the program must come back under its id with the same answer; what
repo-review wrote must be readable by `bartizan check --import`, each failing check of ours joined to itself. Exit code 1 where something is
not as it should be. Needs repo-review and hatchling, and says so where they are missing.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLUGIN = ROOT / "python/bartizan-repo-review"


def install(folder: pathlib.Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--target", str(folder), str(PLUGIN)]
    subprocess.run(command, check=True)


def review(repository: pathlib.Path, environment: dict[str, str]) -> dict:
    command = [sys.executable, "-m", "repo_review", "--format=json", str(repository)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if not ended.stdout.startswith("{"):
        raise SystemExit(f"repo-review gave no report ({ended.returncode}): {ended.stderr[-600:]}")
    return json.loads(ended.stdout)


def expected(results: list[dict]) -> dict[str, bool | None]:
    """What repo-review must say of each check: false for what fails, true for what passes as a whole, else nothing."""
    outcomes: dict[str, set[str]] = {}
    for result in results:
        outcome = "ignored" if result["ignored"] else result["outcome"]
        outcomes.setdefault(result["check"], set()).add(outcome)
    return {check: False if "fail" in found else True if found == {"pass"} else None for check, found in outcomes.items()}


def one(arguments: argparse.Namespace, repository: pathlib.Path, environment: dict[str, str]) -> list[str]:
    wrong = []
    told = review(repository, environment)
    alone = subprocess.run([arguments.program, "check", "--format=json", "--exit-zero", str(repository)], capture_output=True, text=True, check=True)
    wanted = expected(json.loads(alone.stdout)["results"])
    ours = {name: check for name, check in told["checks"].items() if check["family"].startswith("bartizan")}
    if set(ours) != set(wanted):
        wrong.append(f"other checks: {sorted(set(ours) ^ set(wanted))}")
    wrong += [f"{name}: {ours[name]['result']} instead of {wanted[name]}" for name in set(ours) & set(wanted) if ours[name]["result"] is not wanted[name]]
    wrong += [f"{name}: fails without a word" for name, check in ours.items() if check["result"] is False and not check["err_msg"].strip()]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(told, file)
        file.flush()
        laid = subprocess.run([arguments.program, "check", "--format=json", "--exit-zero", "--import", file.name, str(repository)], capture_output=True, text=True, check=False)
    if laid.returncode:
        return [*wrong, f"the report cannot be imported: {laid.stderr}"]
    imported = json.loads(laid.stdout)["imports"][0]
    wrong += [f"unreadable: {problem}" for problem in imported["problems"]]
    wrong += [f"{it['id']} is not joined to itself" for it in imported["results"] if it["id"] in wanted and it["outcome"] == "fail" and not it["joined"]]
    count = {value: sum(check["result"] is value for check in ours.values()) for value in (True, False, None)}
    print(f"{repository.resolve().name:14} {len(ours)} checks of ours: {count[True]} pass, {count[False]} fail, {count[None]} skipped; {len(told['checks']) - len(ours)} of others")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--repository", type=pathlib.Path, nargs="+", required=True)
    arguments = parser.parse_args()
    arguments.program = arguments.program.resolve()
    for module in ("repo_review", "hatchling", "rich"):
        if not importlib.util.find_spec(module):
            print(f"skipped: {module} is not installed")
            return 0
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        install(pathlib.Path(folder))
        environment = {**os.environ, "PYTHONPATH": folder, "BARTIZAN_PROGRAM": str(arguments.program)}
        for repository in arguments.repository:
            wrong += one(arguments, repository, environment)
        # A program that is not there must be told, not passed over.
        told = review(arguments.repository[0], {**environment, "BARTIZAN_PROGRAM": "/nonexistent/bartizan"})
        missing = told["checks"].get("bartizan-program", {})
        if missing.get("result") is not False:
            wrong.append("a missing program is passed over")
    for line in wrong:
        print(f"    wrong: {line}")
    print(f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
