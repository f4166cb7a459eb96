"""Builds the wheel from the program that cargo has built already, installs it into a clean environment, and looks at both.

    python scripts/wheel.py --target target [--profile release] [--into DIR]

maturin asks cargo for the same program with the same profile in the same target folder, so that nothing is compiled again: where the
program that lies there is missing, or older than its sources, that is said and nothing is built. `--into` keeps the wheel and the source
distribution. Exit code 1 where something is not as it should be. Needs maturin, cargo and venv, and says so where they are missing.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The largest wheel that may be published.
LARGEST = 25_000_000
# What a test that runs by cargo holds of its own crate: build scripts would run again for it.
OF_THE_CALLER = ("CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_")


def stale(program: pathlib.Path) -> str | None:
    """Why the program cannot be taken as it is, if it cannot: cargo writes down beside it what it was built from."""
    listing = program.with_suffix(".d")
    if not program.is_file() or not listing.is_file():
        return f"{program} is not built"
    text = listing.read_text(encoding="utf-8").split(": ", 1)[-1]
    sources = [pathlib.Path(part.replace("\\ ", " ")) for part in re.split(r"(?<!\\)\s+", text.strip())]
    built = program.stat().st_mtime
    newer = [source for source in sources if not source.exists() or source.stat().st_mtime > built]
    return f"{newer[0]} is newer than {program}" if newer else None


def environment(target: pathlib.Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_CALLER) and name != "CARGO"}
    return {**kept, "CARGO_TARGET_DIR": str(target), "CARGO_NET_OFFLINE": "true"}


def run(command: list[object], **options) -> subprocess.CompletedProcess:
    ended = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if ended.returncode:
        raise SystemExit(f"`{command[0]} {command[1]}` ended with {ended.returncode}:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return ended


def of_wheel(wheel: pathlib.Path, profile: str) -> list[str]:
    """What is wrong with the wheel as a file."""
    wrong = []
    size = wheel.stat().st_size
    if profile == "release" and size > LARGEST:
        wrong.append(f"{size} bytes are more than {LARGEST}")
    if sys.platform == "linux" and not re.search(r"-py3-none-manylinux_\d+_\d+_\w+\.whl$", wheel.name):
        wrong.append(f"`{wheel.name}` states no manylinux platform")
    version = re.search(r'^\[workspace\.package\]\nversion = "(.+)"', (ROOT / "Cargo.toml").read_text(encoding="utf-8"), re.MULTILINE)[1]
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
        for line in (f"Version: {version}", "License-Expression: BSD-3-Clause", "License-File: LICENSE", "Name: bartizan"):
            if f"\n{line}\n" not in metadata:
                wrong.append(f"the metadata lacks `{line}`")
        if not any(name.endswith("licenses/LICENSE") for name in names):
            wrong.append("the licence is missing")
        # PEP 770: what the program was built from, by maturin.
        bills = [name for name in names if ".dist-info/sboms/" in name]
        if not bills:
            wrong.append("there is no bill of materials")
        for name in bills:
            count = len(json.loads(archive.read(name)).get("components", []))
            print(f"  {name.rsplit('/', 1)[1]}: {count} components")
            if count < 100:
                wrong.append(f"`{name}` lists {count} components")
    return wrong


def of_source(archive: pathlib.Path, work: pathlib.Path) -> list[str]:
    """Cargo must make sense of the source distribution, and files beside the crates that the sources include must be in it."""
    with tarfile.open(archive) as files:
        names = set(files.getnames())
        top = next(iter(names)).split("/")[0]
        files.extractall(work / "source", filter="data")
        manifest = work / "source" / top / "crates/bartizan/Cargo.toml"
        run(["cargo", "metadata", "--offline", "--format-version=1", "--manifest-path", manifest])
        wrong = []
        for name in sorted(names):
            if name.endswith(".rs") and "/src/" in name:
                text = files.extractfile(name).read().decode()
                code = text.split("#[cfg(test)]")[0]
                for included in re.findall(r'include_(?:str|bytes)!\("((?:\.\./)[^"]+)"\)', code):
                    path = os.path.normpath(os.path.join(os.path.dirname(name), included))
                    if path not in names:
                        wrong.append(f"`{name}` includes `{included}`, which is left out")
    print(f"  {archive.name}: {len(names)} files, {archive.stat().st_size} bytes, below {top}/")
    return wrong


def of_install(wheel: pathlib.Path, program: pathlib.Path, work: pathlib.Path) -> list[str]:
    """What is wrong once it is installed where nothing else is."""
    wrong = []
    run([sys.executable, "-m", "venv", work / "clean"])
    programs = work / "clean" / ("Scripts" if os.name == "nt" else "bin")
    run([programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps", wheel])
    installed = programs / program.name
    said = run([installed, "--version"]).stdout
    if said != run([program, "--version"]).stdout:
        wrong.append(f"the installed program says {said!r}")
    digest = lambda path: hashlib.sha256(path.read_bytes()).hexdigest()  # noqa: E731
    if digest(installed) != digest(program):
        print("  the installed program differs from the built one (stripped, or written again by the build backend)")
    home = {**os.environ, "BARTIZAN_HOME": str(work / "home")}
    scan = subprocess.run([installed, "scan", ROOT / "examples/laboratory/uv.lock", "--allow-starter"], env=home, capture_output=True, text=True, check=False)
    if scan.returncode != 1 or "CVE-2023-39631" not in scan.stdout:
        wrong.append(f"the installed program does not find what the README shows: {scan.stderr}")
    print(f"  installed: {said.strip()}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", type=pathlib.Path, required=True)
    parser.add_argument("--profile", default="release")
    parser.add_argument("--into", type=pathlib.Path)
    arguments = parser.parse_args()
    for tool in ("maturin", "cargo"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            return 0
    if not importlib.util.find_spec("ensurepip"):
        print("skipped: venv makes no environment with pip here")
        return 0
    target = arguments.target.resolve()
    folder = {"dev": "debug"}.get(arguments.profile, arguments.profile)
    program = target / folder / ("bartizan.exe" if os.name == "nt" else "bartizan")
    if why := stale(program):
        print(f"skipped: {why}")
        return 0
    before = program.stat().st_mtime_ns
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        out = arguments.into or work / "dist"
        run(["maturin", "build", "--locked", "--profile", arguments.profile, "--out", out], cwd=ROOT, env=environment(target))
        run(["maturin", "sdist", "--out", out], cwd=ROOT, env=environment(target))
        wheel, source = next(out.glob("bartizan-*.whl")), next(out.glob("bartizan-*.tar.gz"))
        print(f"{wheel.name}: {wheel.stat().st_size} bytes")
        wrong = of_wheel(wheel, arguments.profile) + of_source(source, work) + of_install(wheel, program, work)
    if program.stat().st_mtime_ns != before:
        wrong.append("the program was built again")
    for line in wrong:
        print(f"    wrong: {line}")
    print(f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
