"""Scans of what real tools really make: an environment that pip installed, and the locks that uv wrote.

    python scripts/real_environment.py --records all.zip --into DIR [--uv uv] [--pip-audit pip-audit]

Needs the package index, in pip's and uv's default configuration. For two projects, one of today's releases and one held
back to releases with known vulnerabilities, it makes an environment (pip), uv.lock, pylock.toml and requirements.txt (uv), and
compares Bartizan's components with `pip list` and `uv export`, and its findings with pip-audit, uv audit and the
evaluation. What is already in the folder is used again. Exit status 1 means a difference.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from alias_groups import AliasComponents
from bartizan_process import environment, find_binary, sync
from benchmark import grouped, stand_in
from evaluation import Index, index_of, normalised
from feeds import read_records
from scanners import Found, Scanner, bartizan, pip_audit, uv_audit

DEPENDENCIES = ("numpy", "scipy", "pandas", "scikit-learn", "matplotlib", "jupyterlab")
HELD_BACK = (
    "pillow==9.3.0", "tornado==6.2", "jinja2==3.1.2", "certifi==2022.9.24", "requests==2.28.1", "jupyterlab==3.5.0",
    "jupyter-server==1.23.3", "nbconvert==7.2.5", "fonttools==4.38.0", "numpy==1.23.5", "scipy==1.9.3", "pandas==1.5.2",
    "scikit-learn==1.1.3", "matplotlib==3.6.2", "urllib3==1.26.13", "idna==3.4", "mistune==2.0.4", "ipython==8.7.0",
)  # fmt: skip
Components = set[tuple[str, str]]


@dataclass(frozen=True)
class Project:
    """A folder with an environment and the locks of one set of requirements."""

    folder: Path
    requirements: Sequence[str]

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "environment" / "bin" / "python"

    def make(self, uv: str) -> None:
        """Install with pip, lock and export with uv; what exists is kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "installed").exists():
            run([sys.executable, "-m", "venv", str(self.folder / "environment")])
            run([str(self.python), "-m", "pip", "install", "--quiet", *self.requirements])
            (self.folder / "installed").touch()
        if not (self.folder / "uv.lock").exists():
            listed = ", ".join(f'"{requirement}"' for requirement in self.requirements)
            project = (
                f'[project]\nname = "laboratory"\nversion = "1.0.0"\nrequires-python = "==3.11.*"\ndependencies = [{listed}]\n'
            )
            (self.folder / "pyproject.toml").write_text(project, encoding="utf-8")
            run([uv, "--quiet", "lock"], self.folder)
        for form, name in (("pylock.toml", "pylock.toml"), ("requirements-txt", "requirements.txt")):
            run([uv, "--quiet", "export", "--frozen", "--format", form, "--output-file", name], self.folder)

    def installed(self) -> Components:
        """What `pip list` says is installed."""
        listed = run([str(self.python), "-m", "pip", "list", "--format", "json"])
        return {(normalised("PyPI", entry["name"]), entry["version"]) for entry in json.loads(listed)}

    def locked(self) -> Components:
        """What `uv export` locks for this interpreter and platform, its markers evaluated by `packaging`."""
        names = json.dumps(list(self._lines()))
        program = (
            "import json, sys\nfrom pip._vendor.packaging.requirements import Requirement\n"
            "print(json.dumps([not (m := Requirement(line).marker) or m.evaluate() for line in json.loads(sys.argv[1])]))"
        )
        wanted = json.loads(run([str(self.python), "-c", program, names]))
        requirements = [Requirement(line) for line, is_wanted in zip(self._lines(), wanted, strict=True) if is_wanted]
        return {(normalised("PyPI", entry.name), next(iter(entry.specifier)).version) for entry in requirements}

    def _lines(self) -> list[str]:
        text = (self.folder / "requirements.txt").read_text(encoding="utf-8")
        lines = (line.strip().removesuffix("\\").strip() for line in text.splitlines())
        return [line for line in lines if line and not line.startswith(("#", "--"))]


def run(command: Sequence[str], folder: Path | None = None) -> str:
    """Run a command that must succeed, and return its output."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return done.stdout


def ask(scanner: Scanner, folder: Path) -> Any:
    """Run a scanner once and return its JSON."""
    done = subprocess.run(scanner.command, cwd=folder, env=dict(scanner.environment), capture_output=True, text=True, check=False)
    if done.returncode not in scanner.accepted:
        raise SystemExit(f"`{' '.join(scanner.command)}` ended with {done.returncode}:\n{done.stderr[-4000:]}")
    return json.loads(done.stdout)


@dataclass(frozen=True)
class Comparison:
    """What the checks of one project share."""

    project: Project
    binary: Path
    home: Path
    index: Index
    groups: AliasComponents

    def records(self, components: Components) -> Found:
        """What the evaluation finds in components."""
        return {(name, version, found) for name, version in components for found in self.index.matches(name, version)}

    def target(self, target: str, components: Components, interpreters: int = 0) -> list[str]:
        """Scan one target and compare it with the components that another tool says are there.

        In an environment the interpreter is a component as well, though no list of packages names it.
        """
        scanner = bartizan(self.binary, self.home, target)
        answer = ask(scanner, self.project.folder)
        found, expected = scanner.read(answer), self.records(components)
        print(f"  {target:18} {answer['components']:4} components, {len(answer['findings']):3} findings of {len(found)} records")
        groups = grouped(expected, self.groups)
        count = len(components) + interpreters
        print(f"  {'':18} {count:4} expected,   {len(groups):3} expected of {len(expected)} records")
        for kind in ("unknown", "problems"):
            for entry in answer[kind][:5]:
                print(f"    {kind}: {json.dumps(entry)[:300]}")
        wrong = [f"{target}: only bartizan names {entry}" for entry in sorted(found - expected)]
        wrong += [f"{target}: bartizan does not name {entry}" for entry in sorted(expected - found)]
        if answer["components"] != count:
            wrong.append(f"{target}: {answer['components']} components, but {count} expected")
        return wrong

    def peer(self, scanner: Scanner, components: Components) -> list[str]:
        """Compare the evaluation of the same components with a peer's findings."""
        found = grouped(scanner.read(ask(scanner, self.project.folder)), self.groups)
        expected = grouped(self.records(components), self.groups)
        print(f"  {scanner.name:18} {len(found)} groups; {len(expected)} expected")
        return [f"{scanner.name}: differs in {entry}" for entry in sorted(found ^ expected)]


def check(comparison: Comparison, asked: argparse.Namespace, address: str) -> list[str]:
    """All comparisons of one project."""
    project = comparison.project
    installed, locked = project.installed(), project.locked()
    wrong = comparison.target("environment", installed, interpreters=1)
    for target in ("uv.lock", "pylock.toml", "requirements.txt"):
        wrong += comparison.target(target, locked)
    auditor = pip_audit(asked.pip_audit, address, project.folder / "cache", ("--local",))
    of_environment = {**os.environ, "PIPAPI_PYTHON_LOCATION": str(project.python)}
    wrong += comparison.peer(Scanner("pip-audit", auditor.command, of_environment, auditor.read, auditor.accepted), installed)
    uv = uv_audit(asked.uv, address, None)
    command = [*uv.command, "--python-version", "3.11", "--python-platform", "linux"]
    wrong += comparison.peer(Scanner("uv audit", command, uv.environment, uv.read, uv.accepted), locked)
    return wrong


def main() -> int:
    """Make both projects and compare everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, required=True, help="zip or folder of OSV records")
    parser.add_argument("--into", type=Path, required=True, help="folder for the projects")
    parser.add_argument("--bartizan", type=Path, help="the binary; by default the newest one that cargo built")
    parser.add_argument("--uv", default="uv", type=lambda name: shutil.which(name) or name)
    parser.add_argument("--pip-audit", default="pip-audit", type=lambda name: shutil.which(name) or name)
    asked = parser.parse_args()
    binary, home = find_binary(asked.bartizan), asked.into / "home"
    records = list(read_records(asked.records))
    index, groups = index_of(records), AliasComponents(records)
    sync(binary, home, [asked.records])
    said = subprocess.run([str(binary), "db", "status"], env=environment(home), capture_output=True, text=True, check=False)
    print(said.stdout)
    wrong = []
    with stand_in(asked.records) as (address, _):
        for name, requirements in (("current", DEPENDENCIES), ("held-back", (*DEPENDENCIES, *HELD_BACK))):
            project = Project(asked.into.resolve() / name, requirements)
            project.make(asked.uv)
            print(f"{name}:")
            wrong += [f"{name}: {line}" for line in check(Comparison(project, binary, home, index, groups), asked, address)]
    print(f"differences: {len(wrong)}", *wrong, sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
