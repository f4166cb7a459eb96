"""Upgrade plans beside the remediation scenarios of OSV-Scalibr: never a larger change, no introduced vulnerability.

    git clone --depth 1 REPOSITORY scalibr
    python scripts/remediation_scenarios.py --scenarios scalibr/guidedremediation

The folder holds `internal/strategy/relax/testdata/python` and `testdata/python`; nothing of it is kept here. Each scenario is read in the form it
has (requirements.txt, pyproject.toml, Pipfile), installed in its newest versions, and planned for by the example
`plan_upgrade` with every requirement free. Compared with each of the expected patches that introduces nothing: what it fixes
is fixed as well, by no more rewritten requirements. What a plan leads to is judged anew here. Exit status 1 means a fault.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
DEEPEST = 3
"""How deep the scenario `max-depth` looks."""

Universe = dict[str, dict[str, list[Requirement]]]
Installed = dict[str, str]


@dataclass
class Scenario:
    """A project, the universe that it lives in, and the patches that are expected."""

    name: str
    universe: Universe
    vulnerabilities: list[dict[str, Any]]
    requirements: list[Requirement]
    patches: list[dict[str, Any]]
    deepest: int | None = None


def read_universe(path: Path) -> Universe:
    """The schema of a universe: packages, versions and requirements by their indentation."""
    universe: Universe = {}
    package, version = "", ""
    inside = False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("schema:"):
            inside = True
        elif inside and line.strip():
            depth = (len(line) - len(line.lstrip())) // 2
            text = line.strip()
            if depth == 1:
                package = text
                universe[package] = {}
            elif depth == 2:
                version = text
                universe[package][version] = []
            else:
                name, specifiers = text.split("@", 1)
                universe[package][version].append(Requirement(f"{name}{specifiers}"))
    return universe


def read_requirements(path: Path) -> list[Requirement]:
    """The requirements of a project in any of the three forms."""
    text = path.read_text(encoding="utf-8")
    if path.name == "requirements.txt":
        lines = (line.strip() for line in text.splitlines())
        return [Requirement(line) for line in lines if line and not line.startswith(("-", "#"))]
    data = tomllib.loads(text)
    if path.name == "Pipfile":
        sections = (data.get(key, {}) for key in ("packages", "dev-packages"))
        return [Requirement(f"{name}{specifiers}") for section in sections for name, specifiers in section.items()]
    project = data["project"]
    optional = project.get("optional-dependencies", {}).values()
    return [Requirement(text) for texts in (project["dependencies"], *optional) for text in texts]


def read_scenarios(folder: Path) -> Iterator[Scenario]:
    """The scenarios of both folders, sorted."""
    alone = folder / "internal/strategy/relax/testdata/python"
    for patches in sorted(alone.glob("*/patches.json")):
        project = patches.parent / "requirements.txt"
        name = patches.parent.name
        deepest = DEEPEST if name == "max-depth" else None
        expected = json.loads(patches.read_text(encoding="utf-8"))
        yield Scenario(name, read_universe(alone / "universe.yaml"), read_known(alone), read_requirements(project), expected, deepest)
    whole = folder / "testdata/python"
    for result in sorted(whole.glob("relax/*/result.json")):
        project = next(path for path in sorted(result.parent.iterdir()) if path.name in ("requirements.txt", "pyproject.toml", "Pipfile"))
        expected = json.loads(result.read_text(encoding="utf-8"))["patches"]
        yield Scenario(f"relax/{result.parent.name}", read_universe(whole / "universe.yaml"), read_known(whole), read_requirements(project), expected)


def read_known(folder: Path) -> list[dict[str, Any]]:
    """The vulnerabilities, each with the specifiers that affected versions satisfy."""
    known = []
    for record in json.loads((folder / "vulnerabilities.json").read_text(encoding="utf-8"))["vulns"]:
        for affected in record["affected"]:
            events = {key: value for event in affected["ranges"][0]["events"] for key, value in event.items()}
            if events.get("introduced", "0") != "0" or set(events) - {"introduced", "fixed"}:
                raise SystemExit(f"{record['id']}: a range that this script cannot read")
            specifiers = f"<{events['fixed']}" if "fixed" in events else ">=0"
            known.append({"id": record["id"], "package": affected["package"]["name"], "affected": specifiers})
    return known


def install(universe: Universe, requirements: list[Requirement]) -> Installed:
    """The newest versions that fit together, by trying."""

    def go(open_: list[Requirement], chosen: Installed) -> Installed | None:
        if not open_:
            return chosen
        first, rest = open_[0], open_[1:]
        if first.name in chosen:
            return go(rest, chosen) if first.specifier.contains(chosen[first.name]) else None
        for version in sorted(universe.get(first.name, {}), key=Version, reverse=True):
            if first.specifier.contains(version):
                found = go([*rest, *universe[first.name][version]], {**chosen, first.name: version})
                if found is not None:
                    return found
        return None

    installed = go(requirements, {})
    if installed is None:
        raise SystemExit("the requirements of a scenario do not fit together")
    return installed


def findings(scenario: Scenario, installed: Installed) -> set[tuple[str, str]]:
    """The vulnerabilities of an installation: id and package."""
    hit = set()
    for known in scenario.vulnerabilities:
        version = installed.get(known["package"])
        if version is not None and Requirement(f"x{known['affected']}").specifier.contains(version):
            hit.add((known["id"], known["package"]))
    return hit


def depths(scenario: Scenario, installed: Installed) -> dict[str, int]:
    """How far each package is from the project."""
    found: dict[str, int] = {}
    near = [requirement.name for requirement in scenario.requirements]
    depth = 1
    while near:
        found.update({name: depth for name in near if name not in found})
        depth += 1
        near = [r.name for name in near for r in scenario.universe[name][installed[name]] if r.name not in found]
    return found


def plan(planner: Path, scenario: Scenario, installed: Installed, accepted: list[str]) -> dict[str, Any]:
    """What the planner says."""
    packages = {
        name: {version: {"requires": [str(need) for need in needs]} for version, needs in versions.items()}
        for name, versions in scenario.universe.items()
    }
    question = {
        "universe": {"bartizan_universe": 1, "packages": packages},
        "installed": installed,
        "requirements": [str(requirement) for requirement in scenario.requirements],
        "accepted": accepted,
        "vulnerabilities": scenario.vulnerabilities,
    }
    done = subprocess.run([str(planner)], input=json.dumps(question), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def apply(installed: Installed, answer: dict[str, Any]) -> Installed:
    """The installation after a plan."""
    after = dict(installed)
    for change in answer["changes"]:
        if change["to"] is None:
            del after[change["package"]]
        else:
            after[change["package"]] = change["to"]
    return after


def broken(scenario: Scenario, after: Installed, answer: dict[str, Any]) -> list[str]:
    """Requirements that an installation does not satisfy; those of the project that are rewritten do not count."""
    edited = {edit["package"] for edit in answer["edits"]}
    asked = [r for r in scenario.requirements if r.name not in edited]
    asked += [need for name, version in after.items() for need in scenario.universe[name][version]]
    return [str(r) for r in asked if r.name not in after or not r.specifier.contains(after[r.name])]


def compare(planner: Path, scenario: Scenario) -> list[str]:
    """The faults of the plans for one scenario; prints what came out."""
    faults = []
    installed = install(scenario.universe, scenario.requirements)
    before = findings(scenario, installed)
    depth = depths(scenario, installed)
    too_deep = {id_ for id_, package in before if scenario.deepest is not None and depth[package] > scenario.deepest}
    ids = {id_ for id_, _ in before} - too_deep
    harmless = [patch for patch in scenario.patches if not patch.get("introduced")]
    questions: list[tuple[set[str], int]] = [
        ({fixed["id"] for fixed in patch["fixed"]}, len(patch["packageUpdates"])) for patch in harmless
    ]
    theirs = {update["name"] for patch in harmless for update in patch["packageUpdates"]}
    if (ids, len(theirs)) not in questions:
        questions.append((ids, len(theirs)))
    for wanted, allowed in questions:
        answer = plan(planner, scenario, installed, sorted({id_ for id_, _ in before} - wanted))
        after = apply(installed, answer)
        left = findings(scenario, after)
        fixed = {id_ for id_, _ in before - left}
        is_promised = any(wanted == {fixed["id"] for fixed in patch["fixed"]} for patch in harmless)
        label = " ".join(sorted(wanted)) if is_promised else "all"
        if left - before:
            faults.append(f"{label}: introduces {left - before}")
        if unsatisfied := broken(scenario, after, answer):
            faults.append(f"{label}: does not satisfy {unsatisfied}")
        if not answer["is_proven"]:
            faults.append(f"{label}: gave up")
        if len(answer["edits"]) > allowed:
            faults.append(f"{label}: rewrites {len(answer['edits'])} requirements where {allowed} suffice")
        if is_promised and not wanted <= fixed:
            faults.append(f"{label}: leaves {wanted - fixed}")
        edits = ", ".join(f"{edit['package']} {edit['version']}" for edit in answer["edits"]) or "nothing"
        stays = "; ".join(f"{u['group']} {u['why']}" for u in answer["unfixed"]) or "-"
        print(f"{scenario.name:24} {label:12} fixes {len(fixed & wanted)} of {len(wanted)}, rewrites {edits} (theirs {allowed}); stays: {stays}")
    return faults


def main() -> int:
    """Compare every scenario."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenarios", type=Path, required=True, help="the folder `guidedremediation`")
    parser.add_argument("--planner", type=Path, default=ROOT / "target/debug/examples/plan_upgrade")
    arguments = parser.parse_args()
    count, faulty = 0, 0
    for scenario in read_scenarios(arguments.scenarios):
        count += 1
        faults = compare(arguments.planner, scenario)
        faulty += bool(faults)
        for fault in faults:
            print(f"  FAULT {scenario.name}: {fault}")
    print(f"{count} scenarios, {faulty} with a fault")
    return 1 if faulty or not count else 0


if __name__ == "__main__":
    sys.exit(main())
