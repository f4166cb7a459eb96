"""The checks of ``bartizan check`` as checks of repo-review.

Nothing is judged here: the program is run once for a repository, and each of its checks becomes one of repo-review, under its own id.
A new check of the program needs no change here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["BartizanCheck", "bartizan", "repo_review_checks", "repo_review_families"]

# The slowest core project takes less than a second; whoever waits for more than this waits for something that hangs.
LONGEST_RUN = 300

# What a check says as a whole is the first of these that one of its statements says.
ORDER = ("fail", "unknown", "pass", "not_applicable")

HARDENING = "bartizan"


def bartizan(root: Any) -> dict[str, Any]:
    """A fixture of repo-review: the program's report, or why there is none."""
    program = os.environ.get("BARTIZAN_PROGRAM") or shutil.which("bartizan")
    if not program:
        return {"problem": "the program `bartizan` is not on the path: `pip install bartizan`, or name it in `BARTIZAN_PROGRAM`"}
    if isinstance(root, Path):
        return report_of(program, root) | {"is_local": True}
    # A list of all checks needs no repository; one that is read over the network is not here.
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "README").write_text("nothing\n", encoding="utf-8")
        return report_of(program, Path(folder)) | {"is_local": False}


def report_of(program: str, directory: Path) -> dict[str, Any]:
    """Runs the program, and says in words why that gave no report."""
    command = [program, "check", "--format=json", "--exit-zero", "--", str(directory)]
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LONGEST_RUN, check=False)
        if ended.returncode != 0:
            said = ended.stderr.decode("utf-8", "replace").strip()
            return {"problem": f"`bartizan check` ended with {ended.returncode}: {said}"}
        return {"results": json.loads(ended.stdout)["results"]}
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        return {"problem": f"`bartizan check` gave no report: {error}"}


class BartizanCheck:
    """One check of the program, with all that it says of this repository."""

    def __init__(self, statements: list[dict[str, Any]], *, is_local: bool) -> None:
        first = min(statements, key=lambda it: ORDER.index(it["outcome"]))
        self.statements = statements
        self.is_local = is_local
        spec = first["spec"]
        self.family = HARDENING if spec is None else f"{HARDENING}-spec-{spec.split('.')[0]}"
        self.url = ""
        # What repo-review shows; it is formatted there.
        self.__doc__ = braced(self.described(first))

    def described(self, first: dict[str, Any]) -> str:
        text = first["title"] + (f" (SPEC {first['spec']})" if first["spec"] else "")
        if not self.is_local:
            return text
        if first["outcome"] in ("unknown", "not_applicable"):
            return f"{text}: {first['message']}"
        if self.live() or first["outcome"] != "fail":
            return text
        return f"{text}: ignored, {first['ignored']}"

    def live(self) -> list[dict[str, Any]]:
        return [it for it in self.statements if it["outcome"] == "fail" and not it["ignored"]]

    def check(self) -> bool | str | None:
        """What fails is told with its places; what cannot be told, does not apply or is ignored is skipped."""
        if not self.is_local:
            return None
        if failing := self.live():
            return "\n".join([*map(told, failing), "", failing[0]["remedy"]])
        return True if {it["outcome"] for it in self.statements} == {"pass"} else None


class MissingProgram:
    """Stands for every check where the program gave no report."""

    family = HARDENING
    url = ""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        self.__doc__ = "the repository could be looked at"

    def check(self) -> bool | str | None:
        """Nothing was looked at, which is no pass."""
        return self.problem


def braced(text: str) -> str:
    """A text that stays as it is when it is formatted."""
    return text.replace("{", "{{").replace("}", "}}")


def told(statement: dict[str, Any]) -> str:
    places = [place["file"] + (f":{place['line']}" if place["line"] else "") for place in statement["evidence"][:1]]
    return "- " + "".join(f"`{place}`: " for place in places) + statement["message"]


def repo_review_checks(bartizan: dict[str, Any]) -> dict[str, Any]:
    """An entry point of repo-review: the checks of this repository, by id."""
    if problem := bartizan.get("problem"):
        return {"bartizan-program": MissingProgram(problem)}
    statements: dict[str, list[dict[str, Any]]] = {}
    for result in bartizan["results"]:
        statements.setdefault(result["check"], []).append(result)
    return {id: BartizanCheck(statements[id], is_local=bartizan["is_local"]) for id in sorted(statements)}


def repo_review_families(bartizan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """An entry point of repo-review: the families that checks of this repository have."""
    names = {check.family for check in repo_review_checks(bartizan).values()}
    titles = {name: f"SPEC {name.rsplit('-', 1)[1]}" for name in names if name != HARDENING} | {HARDENING: "Hardening of CI"}
    return {name: {"name": f"Bartizan: {title}", "order": 50} for name, title in sorted(titles.items())}
