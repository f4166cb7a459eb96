"""The scanners that are compared: how each is asked about a lock, and how its answer is read.

Every answer is brought to one form: (package, version, id of a record or of one of its aliases).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bartizan_process import environment as bartizan_environment
from evaluation import normalised

Found = set[tuple[str, str, str]]


@dataclass(frozen=True)
class Scanner:
    """One program; its command runs in the folder of a lock."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    read: Callable[[Any], Found]
    accepted: tuple[int, ...]
    """Exit statuses of a complete run."""

    def answer(self, output: Path) -> Found:
        """What the program reported, from the file that holds its output."""
        return self.read(json.loads(output.read_text(encoding="utf-8")))


def _read_bartizan(answer: Any) -> Found:
    return {
        (finding["component"]["name"], finding["component"]["version"], matched["record"])
        for finding in answer["findings"]
        for matched in finding["matched"]
    }


def rows_of_bartizan(answer: Any) -> list[tuple[str, str, str, list[str]]]:
    """Bartizan's rows: package, version, group and every id of the group."""
    return [
        (finding["component"]["name"], finding["component"]["version"], finding["group"], finding["ids"])
        for finding in answer["findings"]
    ]


def _read_uv(answer: Any) -> Found:
    return {(found["dependency"]["name"], found["dependency"]["version"], found["id"]) for found in answer["vulnerabilities"]}


def _read_pip_audit(answer: Any) -> Found:
    return {
        (normalised("PyPI", dependency["name"]), dependency["version"], vulnerability["id"])
        for dependency in answer["dependencies"]
        for vulnerability in dependency.get("vulns") or []
    }


def bartizan(binary: Path, home: Path, target: str = "uv.lock") -> Scanner:
    """Bartizan, offline, with a home of its own."""
    # The peers do not look into files: what a package carries is compared by other scripts.
    command = [str(binary), "scan", target, "--format", "json", "--no-native"]
    return Scanner(f"bartizan {target}", command, bartizan_environment(home), _read_bartizan, (0, 1))


def uv_audit(program: str, address: str, cache: Path | None) -> Scanner:
    """uv audit of the frozen lock; without a cache it asks for every record anew, as a fresh machine does."""
    command = [program, "audit", "--frozen", "--no-config", "--service-url", f"{address}/", "--output-format", "json"]
    more = {"UV_PYTHON_DOWNLOADS": "never"}
    if cache is None:
        return Scanner("uv audit, no cache", [*command, "--no-cache"], {**os.environ, **more}, _read_uv, (0, 1))
    return Scanner("uv audit, warm cache", command, {**os.environ, **more, "UV_CACHE_DIR": str(cache)}, _read_uv, (0, 1))


def pip_audit(program: str, address: str, cache: Path, what: Sequence[str] = ()) -> Scanner:
    """pip-audit of the requirements file as it is written, or of what else it is told."""
    asked = what or ("--requirement", "requirements.txt", "--no-deps", "--disable-pip")
    service = ["--vulnerability-service", "osv", "--osv-url", f"{address}/v1/query", "--cache-dir", str(cache)]
    command = [program, *asked, *service, "--format", "json", "--progress-spinner", "off"]
    return Scanner("pip-audit", command, dict(os.environ), _read_pip_audit, (0, 1))
