#!/usr/bin/env python3
"""Check the SARIF that `bartizan scan` and `bartizan review` write against a published JSON Schema of SARIF 2.1.0.

    python scripts/sarif_schema.py --schema FILE [--bartizan PATH]

Needs the package `jsonschema`; with its extra `format-nongpl` addresses and times are checked too, and what is not checked
is said. The schema is no part of this repository: the npm package `@microsoft/jest-sarif` holds one, as
`lib/schemas/sarif-2.1.0-rtm.5.json`. The embedded sample of advisories answers for `examples/laboratory`, without network:
plainly, with ignores, with VEX, with a part that cannot be read, since an earlier report, and as a sample that does not
count. A patch and a whole commit answer for reviews. Exit status 1 means that a report breaks the schema, or that the schema takes a report that does.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    import jsonschema
except ImportError as error:
    print(f"skipped: check of SARIF against its schema (cannot import `jsonschema`: {error})")
    sys.exit(0)

from bartizan_process import ROOT, environment, find_binary

SHOWN = 10
FORMATS = {"uri", "uri-reference", "date-time"}


class Laboratory:
    """A copy of the example, with a home that holds no snapshot."""

    def __init__(self, binary: Path, root: Path) -> None:
        self.binary, self.home, self.project = binary, root / "home", root / "project"
        shutil.copytree(ROOT / "examples" / "laboratory", self.project)

    def scan(self, *options: str) -> dict[str, Any]:
        """The report of a scan; stop when there is none."""
        command = [str(self.binary), "scan", ".", "--offline", *options]
        done = subprocess.run(
            command, cwd=self.project, env=environment(self.home), capture_output=True, text=True, check=False, timeout=300
        )
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}: {error}\n{done.stderr}") from error

    def reports(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """SARIF of every kind, named. A report that lacks what it is made for is an error, not a success."""
        sample = "--allow-starter"
        sarif = (sample, "--format=sarif")
        earlier = self.scan(sample, "--format=json")
        ids = sorted({finding["group"] for finding in earlier["findings"]})
        if len(ids) < 2:
            raise SystemExit("the example has too few findings to be a test")
        yield "plain", has(self.scan(*sarif), lambda run: run["results"])
        yield "sample that does not count", has(self.scan("--format=sarif"), notifications)
        vex = self.project / "vex.json"
        vex.write_text(json.dumps(cleared(earlier["findings"][0])), encoding="utf-8")
        yield "VEX", has(self.scan(*sarif, f"--vex={vex}"), suppressions)
        settings = self.project / "bartizan.toml"
        settings.write_text(f"[[ignore]]\nid = '{ids[0]}'\nreason = 'a test'\n[[ignore]]\nid = 'X-1'\nreason = 'idle'\n")
        yield "ignores", has(self.scan(*sarif), suppressions)
        (self.project.parent / "earlier.json").write_text(json.dumps(self.scan(sample, "--format=json")), encoding="utf-8")
        settings.unlink()
        since = self.scan(*sarif, f"--since={self.project.parent / 'earlier.json'}")
        yield "since a report", has(since, lambda run: [result for result in run["results"] if "baselineState" in result])
        (self.project / "requirements.txt").write_text("===\n-r none.txt\nnumpy\n", encoding="utf-8")
        yield "parts that cannot be read", has(self.scan(*sarif), notifications)
        yield from self.reviews()

    def reviews(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """SARIF of reviews: with results, with what is set aside and what is idle, with an assistant's words, with a gap."""
        calls = "import os\nos.system(x)  # bartizan: ignore[run-through-shell] a test\nos.system(y)\n# bartizan: ignore[none] idle\n"
        lines = "".join(f"+{line}\n" for line in calls.splitlines())
        patch = self.project / "change.patch"
        patch.write_text(f"diff --git a/a b.py b/a b.py\n--- /dev/null\n+++ b/a b.py\n@@ -0,0 +1,4 @@\n{lines}", encoding="utf-8")
        yield "review of a patch", has(self.review(f"--diff={patch}"), lambda run: run["results"])
        patch.write_text(patch.read_text(encoding="utf-8") + "@@ -1 +99999999999 @@\n", encoding="utf-8")
        yield "review of a broken patch", has(self.review(f"--diff={patch}"), notifications)
        git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "-C", str(self.project)]
        (self.project / "calls.py").write_text(calls, encoding="utf-8")
        (self.project / "words.sh").write_text("echo '{\"summary\": \"words\"}'", encoding="utf-8")
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "x"]):
            subprocess.run([*git, *command], check=True)
        whole = self.review("--all", "--assistant=sh words.sh")
        yield "review of all, set aside in part", has(has(whole, suppressions), lambda run: run["properties"])

    def review(self, *options: str) -> dict[str, Any]:
        command = [str(self.binary), "review", "--format=sarif", "--exit-zero", *options]
        done = subprocess.run(
            command, cwd=self.project, env=environment(self.home), capture_output=True, text=True, check=False, timeout=300
        )
        try:
            return json.loads(done.stdout)
        except json.JSONDecodeError as error:
            raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}: {error}\n{done.stderr}") from error


def has(report: dict[str, Any], part: Any) -> dict[str, Any]:
    """The report, when its run has the part."""
    if not part(report["runs"][0]):
        raise SystemExit(f"a report lacks what it was made for:\n{json.dumps(report)[:2000]}")
    return report


def notifications(run: dict[str, Any]) -> list[Any]:
    """What a run says about itself."""
    return [said for call in run.get("invocations", []) for said in call.get("toolExecutionNotifications", [])]


def suppressions(run: dict[str, Any]) -> list[Any]:
    """The results that something sets aside."""
    return [result for result in run["results"] if result.get("suppressions")]


def cleared(finding: dict[str, Any]) -> dict[str, Any]:
    """An OpenVEX document that says that the component is not affected."""
    statement = {
        "vulnerability": {"name": finding["group"]},
        "status": "not_affected",
        "justification": "component_not_present",
        "products": [f"pkg:pypi/{finding['component']['name']}"],
    }
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:test:1", "author": "a test", "version": 1}
    return {**head, "timestamp": "2026-01-01T00:00:00Z", "statements": [statement]}


def broken(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Reports that a schema of SARIF must refuse, so that taking ours says something."""
    without_text = json.loads(json.dumps(report))
    without_text["runs"][0]["results"][0]["message"] = {}
    other_level = json.loads(json.dumps(report))
    other_level["runs"][0]["results"][0]["level"] = "high"
    yield from ({**report, "version": "1.0"}, {**report, "more": 1}, without_text, other_level)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--schema", type=Path, required=True, metavar="FILE", help="a JSON Schema of SARIF 2.1.0")
    parser.add_argument("--bartizan", type=Path, metavar="PATH", help="the binary; by default the newest one that cargo built")
    arguments = parser.parse_args()
    schema = json.loads(arguments.schema.read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema, format_checker=jsonschema.FormatChecker())
    unchecked = sorted(FORMATS - set(jsonschema.FormatChecker().checkers))
    print(f"{schema.get('title', arguments.schema.name)}; formats not checked: {', '.join(unchecked) or 'none'}")
    complaints = 0
    with tempfile.TemporaryDirectory() as root:
        for name, report in Laboratory(find_binary(arguments.bartizan), Path(root)).reports():
            errors = list(validator.iter_errors(report))
            complaints += len(errors)
            print(f"{name}: {len(report['runs'][0]['results'])} results, {len(errors)} complaints")
            for error in errors[:SHOWN]:
                print(f"  {error.json_path}: {error.message[:200]}")
            if name == "plain":
                taken = sum(validator.is_valid(wrong) for wrong in broken(report))
                complaints += taken
                print(f"broken on purpose: {taken} taken")
    print(f"{complaints} complaints in all")
    return int(complaints > 0)


if __name__ == "__main__":
    sys.exit(main())
