"""Running the `bartizan` binary from the other scripts: where it is, and the few commands that they need."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def find_binary(given: Path | None) -> Path:
    """The binary that was named, or the newest one that cargo built."""
    if given is not None:
        return given.resolve(strict=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    built = [path for profile in ("debug", "release") if (path := target / profile / "bartizan").is_file()]
    if not built:
        raise SystemExit(f"no bartizan binary under {target}\nhint: `cargo build -p bartizan`, or give `--bartizan PATH`")
    return max(built, key=lambda path: path.stat().st_mtime)


def environment(home: Path) -> dict[str, str]:
    """The caller's environment with another home for Bartizan and no colours."""
    return {**os.environ, "BARTIZAN_HOME": str(home), "NO_COLOR": "1"}


def sync(binary: Path, home: Path, sources: Iterable[Path], *options: str) -> None:
    """Build the snapshot of a home from local files; stop with what the program said when it fails."""
    command = [str(binary), "db", "sync", *options, "--from", *map(str, sources)]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def match(binary: Path, home: Path, queries: Iterable[str], work: Path) -> Iterator[dict[str, Any]]:
    """The answers of one `db match --stdin` process, in the order of the queries."""
    asked, answered, said = work / "queries.txt", work / "answers.jsonl", work / "errors.txt"
    with asked.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{query}\n" for query in queries)
    with asked.open("rb") as stdin, answered.open("wb") as stdout, said.open("wb") as stderr:
        command = [str(binary), "db", "match", "--stdin"]
        done = subprocess.run(
            command, env=environment(home), stdin=stdin, stdout=stdout, stderr=stderr, check=False, timeout=1_800
        )
    if done.returncode not in (0, 1, 4):
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}:\n{said.read_text(errors='replace')[:4000]}")
    with answered.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
