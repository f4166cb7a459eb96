"""Upgrades of real outdated environments: the plan of `bartizan fix`, carried out by the commands that it prints.

    python scripts/fix_environments.py --feed FILE... --into DIR --uv PATH [--only NAME] [--repeat 3]

Needs the package index, in uv's and pip's default configuration, and Python 3.11, which uv finds. Each environment holds some old
releases. Twice over: in one copy uv's commands are run, in the other pip's, word for word. After
that `pip check` has to be content, and a second scan has to find what the plan said would stay, and nothing that was not there
before. What is already in the folder is used again, but for the copies that are upgraded. Exit status 1 means that one of
these does not hold.

Seconds are those of `fix`: the first run with an empty cache, and the best of the others, warm.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bartizan_process import environment, find_binary, sync

ENVIRONMENTS: dict[str, Sequence[str]] = {
    "aio": ("aiohttp==3.8.4", "fastapi==0.95.0", "starlette==0.26.1", "jinja2==3.1.2"),
    "astronomy": ("astropy==5.2.1", "h5py==3.8.0", "tables==3.8.0", "numpy==1.24.2"),
    "crypto": ("cryptography==39.0.0", "paramiko==3.0.0", "certifi==2022.12.7"),
    "data": ("pyarrow==12.0.0", "dask==2023.5.1", "distributed==2023.5.1", "jinja2==3.1.2", "tornado==6.3.2"),
    "flask": ("flask==2.2.2", "flask-cors==3.0.10", "gunicorn==20.1.0", "werkzeug==2.2.2"),
    "geo": ("rasterio==1.3.7", "fiona==1.9.4", "geopandas==0.13.0", "certifi==2023.5.7"),
    "imaging": ("pillow==10.0.0", "scikit-image==0.21.0", "imageio==2.31.1", "opencv-python-headless==4.8.0.74"),
    "notebook": ("notebook==6.5.2", "jupyter-server==1.23.3", "nbconvert==7.2.5", "tornado==6.2"),
    "scientific": (
        "pillow==9.3.0", "tornado==6.2", "jinja2==3.1.2", "certifi==2022.9.24", "requests==2.28.1", "jupyterlab==3.5.0",
        "fonttools==4.38.0", "numpy==1.23.5", "scipy==1.9.3", "pandas==1.5.2", "scikit-learn==1.1.3", "matplotlib==3.6.2",
        "mistune==2.0.4", "ipython==8.7.0",
    ),
    "scrapy": ("scrapy==2.7.1", "twisted==22.10.0", "lxml==4.9.1"),
    "web": ("django==4.2", "requests==2.28.2", "urllib3==1.26.15", "sqlparse==0.4.3"),
}  # fmt: skip
# A scan of a debug build takes longer; the goal is one of a release build.
GOAL_SECONDS = 10.0
Finding = tuple[str, str]


def run(command: Sequence[str] | str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, shell=isinstance(command, str), **more)


def must(command: Sequence[str]) -> None:
    done = run(command)
    if done.returncode != 0:
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr[-3000:]}")


def make(folder: Path, uv: str, pins: Sequence[str]) -> None:
    """An environment with these releases, and what they need in its newest."""
    if (folder / "installed").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    must([uv, "venv", "--quiet", "--seed", "--python", "3.11", str(folder)])
    python = str(folder / "bin" / "python")
    must([uv, "pip", "install", "--quiet", "--python", python, *pins])
    (folder / "installed").touch()


def findings(binary: Path, home: Path, folder: Path) -> set[Finding]:
    """What a scan finds at or above high: the id and the component."""
    command = [str(binary), "scan", str(folder), "--format", "json", "--no-hygiene", "--max-age", "9999"]
    done = run(command, env=environment(home))
    if done.returncode not in (0, 1):
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr[-3000:]}")
    report = json.loads(done.stdout)
    return {(one["group"], one["component"]["name"]) for one in report["findings"] if one["fails"]}


def staying(planned: dict[str, Any]) -> set[Finding]:
    """What a plan says will be left: of a library it is written `CVE-2023-4863 (libwebp)`."""
    left = set()
    for one in planned["unfixed"]:
        group, _, library = one["group"].partition(" (")
        left.add((group, library.rstrip(")") or one["package"]))
    return left


def plan(binary: Path, home: Path, folder: Path) -> tuple[dict[str, Any], tuple[float, float]]:
    """The plan, with the seconds that it took and those of the processor."""
    command = [str(binary), "fix", str(folder), "--format", "json", "--max-age", "9999"]
    start, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run(command, env=environment(home))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (time.monotonic() - start, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime)
    if done.returncode not in (0, 1):
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout), seconds


def carry_out(commands: Sequence[str], uv: str) -> str | None:
    """Run the commands as they were printed; what went wrong."""
    path = f"{Path(uv).parent}{os.pathsep}{os.environ['PATH']}"
    for command in commands:
        done = run(command, env={**os.environ, "PATH": path})
        if done.returncode != 0:
            return f"`{command}` ended with {done.returncode}: {done.stderr.strip()[-600:]}"
    return None


def check(name: str, options: argparse.Namespace, binary: Path, home: Path) -> tuple[list[str], str]:
    """The complaints about one environment, and a line about it."""
    complaints, words = [], []
    kept = options.into / name / "kept"
    make(kept, options.uv, ENVIRONMENTS[name])
    before = findings(binary, home, kept)
    shutil.rmtree(home / "index", ignore_errors=True)
    _, (cold, _) = plan(binary, home, kept)
    warm, processor = min(plan(binary, home, kept)[1] for _ in range(options.repeat))
    for tool in ("uv", "pip"):
        folder = options.into / name / tool
        shutil.rmtree(folder, ignore_errors=True)
        make(folder, options.uv, ENVIRONMENTS[name])
        planned, _ = plan(binary, home, folder)
        wrong = carry_out(planned["commands"][tool], options.uv)
        if wrong:
            complaints.append(f"{name}, {tool}: {wrong}")
            continue
        checked = run([str(folder / "bin" / "python"), "-m", "pip", "check"])
        if checked.returncode != 0:
            complaints.append(f"{name}, {tool}: pip check: {checked.stdout.strip()[:400]}")
        after = findings(binary, home, folder)
        if after - before:
            complaints.append(f"{name}, {tool}: new findings {sorted(after - before)}")
        stays = staying(planned)
        if after != stays:
            complaints.append(f"{name}, {tool}: left unlike planned: {sorted(after ^ stays)}")
        words.append(f"{tool}: {len(planned['changes'])} changes, {len(before)} -> {len(after)} findings")
    if warm > GOAL_SECONDS:
        complaints.append(f"{name}: {warm:.1f} s warm")
    return complaints, f"{name:11} cold {cold:5.1f} s, warm {warm:5.1f} s ({processor:.1f} s of the processor); {'; '.join(words)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feed", required=True, nargs="+", type=Path, help="exports of advisories")
    parser.add_argument("--into", required=True, type=Path)
    parser.add_argument("--uv", default=shutil.which("uv"))
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--only", action="append", choices=sorted(ENVIRONMENTS))
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.into = options.into.resolve()
    binary, home = find_binary(options.bartizan), options.into / "home"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "synced").exists():
        sync(binary, home, options.feed)
        (home / "synced").touch()
    all_complaints: list[str] = []
    for name in options.only or sorted(ENVIRONMENTS):
        complaints, line = check(name, options, binary, home)
        print(line, flush=True)
        for complaint in complaints:
            print(f"  {complaint}", flush=True)
        all_complaints += complaints
    print(f"{len(options.only or ENVIRONMENTS)} environments, {len(all_complaints)} complaints")
    return 1 if all_complaints else 0


if __name__ == "__main__":
    sys.exit(main())
