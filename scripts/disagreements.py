"""zizmor and sp-repo-review beside `bartizan check` on checkouts: every disagreement about a rule that both have.

    python scripts/disagreements.py --program target/debug/bartizan --repository DIR... [--persona regular|pedantic|auditor]

Which rules are shared is told by the program itself (`imports[].shared` of its JSON); nothing is judged here. A disagreement is a finding of theirs
that is none of ours, or a finding of ours by a shared check that is none of theirs. `--explained FILE` (a TOML table of patterns with reasons)
leaves out what has a reason, prints how often each reason was used, and ends with exit code 1 where anything is left.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import fnmatch
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib


# One file of another kind that it cannot read costs it the whole repository.
COLLECT = ("--collect=workflows", "--collect=actions", "--collect=dependabot")


@dataclasses.dataclass(frozen=True)
class Disagreement:
    """One finding that only one of the two has."""

    repository: str
    whose: str
    rule: str
    check: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.repository:14} only {self.whose:12} {self.rule} ~ {self.check}  {self.place}: {self.message[:150]}"


def peers(repository: pathlib.Path, persona: str, work: pathlib.Path) -> list[pathlib.Path]:
    """The reports of both tools, as files."""
    found = []
    zizmor = subprocess.run(["zizmor", "--offline", "--no-config", "--no-ignores", "--quiet", *COLLECT, f"--persona={persona}", "--format=json-v1", "."], cwd=repository, capture_output=True, check=False)
    review = subprocess.run([sys.executable, "-m", "repo_review", "--format=json", "."], cwd=repository, capture_output=True, check=False)
    for name, ended in (("zizmor", zizmor), ("repo-review", review)):
        if ended.stdout.strip():
            found.append(work / f"{repository.name}-{name}.json")
            found[-1].write_bytes(ended.stdout)
        else:
            print(f"{repository.name:14} {name} gave no report: {ended.stderr.decode(errors='replace').strip().splitlines()[:1]}")
    return found


def of_repository(arguments: argparse.Namespace, repository: pathlib.Path) -> tuple[list[Disagreement], collections.Counter]:
    with tempfile.TemporaryDirectory() as work:
        reports = peers(repository, arguments.persona, pathlib.Path(work))
        command = [str(arguments.program), "check", "--format=json", "--exit-zero", *(f"--import={report}" for report in reports), str(repository)]
        report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    found, counts = [], collections.Counter()
    for laid in report["imports"]:
        tool = laid["tool"]
        shared: dict[str, list[str]] = {}
        for it in laid["shared"]:
            shared.setdefault(it["check"], []).append(it["rule"])
        ours = {result["check"]: result["outcome"] for result in reversed(report["results"])}
        for result in laid["results"]:
            # Our own checks come back through repo-review where our plugin is installed.
            is_own = tool == "repo-review" and result["id"] == result["check"]
            if not result["check"] or result["ignored"] or is_own:
                continue
            place = "".join(f"{it['file']}:{it['line']}" for it in result["evidence"][:1])
            if result["outcome"] == "fail":
                counts["agreed" if result["joined"] else "theirs"] += 1
                if not result["joined"]:
                    found.append(Disagreement(repository.name, tool, result["id"], result["check"], place, result["message"]))
            elif result["outcome"] == "pass" and (own := ours.get(result["check"])) != "fail":
                # What fails here is told below, with its place.
                counts["agreed" if own == "pass" else "theirs"] += 1
                if own != "pass":
                    found.append(Disagreement(repository.name, tool, result["id"], result["check"], "", f"passes there, {own} here"))
        for result in report["results"]:
            rules = shared.get(result["check"], [])
            joined = any(it["id"].startswith(f"{tool}/") for it in result["also"])
            if rules and result["outcome"] == "fail" and not joined:
                counts["ours"] += 1
                place = "".join(f"{it['file']}:{it['line']}" for it in result["evidence"][:1])
                found.append(Disagreement(repository.name, f"not {tool}", "|".join(rules), result["check"], place, result["message"]))
    return found, counts


def reason(explained: list[dict], it: Disagreement) -> str | None:
    """The first pattern that fits in every key that it has."""
    facts = dataclasses.asdict(it)
    for entry in explained:
        if all(fnmatch.fnmatchcase(facts[key], pattern) for key, pattern in entry.items() if key != "reason"):
            return entry["reason"]
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--repository", type=pathlib.Path, nargs="+", required=True)
    parser.add_argument("--persona", default="auditor")
    parser.add_argument("--explained", type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.program = arguments.program.resolve()
    if not shutil.which("zizmor") or not importlib.util.find_spec("sp_repo_review"):
        print("skipped: zizmor and sp-repo-review are not both installed")
        return 0
    explained = tomllib.loads(arguments.explained.read_text(encoding="utf-8"))["explained"] if arguments.explained else []
    left, reasons, counts = 0, collections.Counter(), collections.Counter()
    for repository in arguments.repository:
        found, of_one = of_repository(arguments, repository)
        counts += of_one
        for it in found:
            if why := reason(explained, it):
                reasons[why] += 1
            else:
                left += 1
                print(it)
    for why, count in reasons.most_common():
        print(f"{count:5} explained: {why}")
    print(f"{counts['agreed']} times the same, {counts['theirs']} findings only of others, {counts['ours']} only of ours; {left} without an explanation")
    return 1 if explained and left else 0


if __name__ == "__main__":
    sys.exit(main())
