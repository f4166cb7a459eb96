#!/usr/bin/env python3
"""Hold real releases against their sources, and planted changes against the rules that must find them.

    python scripts/divergence.py --into DIR [--checkout NAME=REPOSITORY...] [--tarball FILE=REPOSITORY] [--toolchain DIR...]

Ten pure-Python releases of different build backends are downloaded by pip, as wheel and as source distribution (those that
`DIR` has already are not). `bartizan verify WHEEL --source SDIST` must leave no file unexplained. Then one thing is changed at
a time in copies: a module of the wheel and of the source distribution, `setup.py`, a macro of autoconf, a binary file of the
tests, requirements, entry points, and others; each must be found, and with its rank. A repository for the changes of a source
distribution is made of it here, so that no network is needed for that. With `--checkout`, real source distributions are held
against real repositories; with `--tarball`, one that autotools made. Exit status 1 where an expectation does not hold.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bartizan_process import find_binary

# Backends: setuptools, setuptools-scm, hatchling, hatch-vcs, flit, poetry-core, pdm-backend, and one of the project's own.
PROJECTS = (
    "networkx", "xarray", "zarr", "ipython", "packaging", "pluggy", "lazy-loader", "tifffile", "imageio", "pooch",
    "tomlkit", "pdm-backend", "attrs", "h5netcdf",
)

Files = dict[str, bytes]
PLANTED = {"changes": 0}
BLOB = b"\xfd7zXZ\0\0\x04" + bytes(range(256)) * 4
MACRO = b"# build-to-host.m4 serial 30\nAC_DEFUN([gl_BUILD_TO_HOST], [\n  eval $lab_config\n])\n"


def run(binary: Path, *arguments: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """Exit code, the only comparison and the artifact's answer."""
    environment = {**os.environ, "BARTIZAN_HOME": tempfile.gettempdir() + "/bartizan-divergence"}
    command = [str(binary), "verify", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if not done.stdout:
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}: {done.stderr}")
    artifact = json.loads(done.stdout)["artifacts"][0]
    return done.returncode, artifact["comparisons"][0], artifact


def download(folder: Path, project: str) -> None:
    """Wheel and source distribution of the newest release, or those that are there."""
    if pair(folder, project) is not None:
        return
    for options in (["--only-binary", ":all:"], ["--no-binary", project]):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), *options, project]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            print(f"skipped: pip gives no {options[0][2:]} of {project}")


def pair(folder: Path, project: str) -> tuple[Path, Path] | None:
    """A wheel and the source distribution of the same version."""
    plain = project.replace("-", "_").lower()
    for wheel in sorted(folder.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        source = folder / f"{name}-{version}.tar.gz"
        if name.lower() == plain and source.is_file():
            return wheel, source
    return None


def read_wheel(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {item.filename: archive.read(item) for item in archive.infolist() if not item.is_dir()}


def write_wheel(path: Path, files: Files) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def read_source(path: Path) -> Files:
    """The regular files, without the folder that they are in."""
    files = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile():
                content = archive.extractfile(member)
                files[member.name.split("/", 1)[-1]] = content.read() if content else b""
    return files


def write_source(path: Path, files: Files) -> None:
    folder = path.name.removesuffix(".tar.gz").removesuffix(".tar.xz")
    mode = "w:xz" if path.name.endswith(".xz") else "w:gz"
    with tarfile.open(path, mode) as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))


def repository_of(files: Files, place: Path, tag: str) -> None:
    """A repository with one commit of these files and a tag."""
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "core.autocrlf=false"]
    for command in (["init", "-q"], ["add", "-f", "."], ["commit", "-qm", "x"], ["tag", tag]):
        subprocess.run(["git", *identity, "-C", str(place), *command], check=True, capture_output=True)


def first(files: Files, *, ending: str, least: int = 200) -> str:
    """A file to be changed."""
    inner = (name for name, content in files.items() if name.endswith(ending) and len(content) >= least)
    modules = (name for name in inner if "test" not in name and "version" not in name and name != "setup.py")
    return min(modules, key=lambda name: (name.count("/"), name))


def with_file(name: str, content: bytes) -> Callable[[Files], str]:
    def change(files: Files) -> str:
        files[name] = content
        return name

    return change


def appended(ending: str, text: bytes) -> Callable[[Files], str]:
    def change(files: Files) -> str:
        name = first(files, ending=ending)
        files[name] += text
        return name

    return change


def in_metadata(name: str, text: bytes) -> Callable[[Files], str]:
    def change(files: Files) -> str:
        path = next(path for path in files if path.endswith(f".dist-info/{name}"))
        head, _, rest = files[path].partition(b"\n")
        files[path] = head + b"\n" + text + rest
        return path

    return change


def new_entry_point(files: Files) -> str:
    path = next(path for path in files if path.endswith(".dist-info/WHEEL")).replace("WHEEL", "entry_points.txt")
    files[path] = files.get(path, b"") + b"\n[console_scripts]\nlab-evil = os:system\n"
    return path


def version_file_that_acts(files: Files) -> str:
    files["lab_version.py"] = b"version = '1.0'\nimport os\nos.system('x')\n"
    return "lab_version.py"


WHEEL_CHANGES: dict[str, tuple[Callable[[Files], str], str]] = {
    "a module changed": (appended(".py", b"\nimport os\n"), "code"),
    "a module more": (with_file("lab_evil.py", b"import os\n"), "code"),
    "a module in pyc form": (with_file("lab_evil.pyc", BLOB), "code"),
    "a library": (with_file("lab_evil.cpython-311-x86_64-linux-gnu.so", b"\x7fELF" + BLOB), "code"),
    "code at start": (with_file("lab.pth", b"import os\n"), "code"),
    "a version file that acts": (version_file_that_acts, "code"),
    "an entry point more": (new_entry_point, "code"),
    "a requirement more": (in_metadata("METADATA", b"Requires-Dist: lab-evil\n"), "build-script"),
    "another licence": (in_metadata("METADATA", b"License: none of yours\n"), "metadata"),
    "a field more in WHEEL": (in_metadata("WHEEL", b"Lab: x\n"), "metadata"),
    "a binary file": (with_file("lab/tests/data/bad.xz", BLOB), "binary"),
    "a text more": (with_file("lab/notes.txt", b"x\n"), "data"),
}

SOURCE_CHANGES: dict[str, tuple[Callable[[Files], str], str]] = {
    "a module changed": (appended(".py", b"\nimport os\n"), "code"),
    "setup.py changed or more": (with_file("setup.py", b"import os\nos.system('x')\n"), "build-script"),
    "a macro of autoconf": (with_file("m4/build-to-host.m4", MACRO), "build-script"),
    "a binary file of the tests": (with_file("tests/files/bad-3-corrupt_lzma2.xz", BLOB), "binary"),
    "pyproject.toml changed": (appended("pyproject.toml", b"\n[tool.lab]\nx = 1\n"), "build-script"),
    "a page more": (with_file("docs/lab.rst", b"x\n"), "data"),
}


def told(comparison: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["path"], item["rank"]) for item in comparison["unexplained"]]


def plant(binary: Path, files: Files, write: Callable[[Path, Files], None], path: Path, changes: dict[str, Any], *options: str) -> int:
    """Each change by itself; how many are not found as they should be."""
    faults = 0
    for title, (change, rank) in changes.items():
        changed = dict(files)
        try:
            place = change(changed)
        except ValueError:
            print(f"    skipped: nothing there for: {title}")
            continue
        PLANTED["changes"] += 1
        write(path, changed)
        _, comparison, artifact = run(binary, str(path), *options)
        found = told(comparison)
        is_finding = any(it["message"].startswith(place) for it in artifact["findings"])
        ranks = [rank for _, rank in found]
        order = ["code", "build-script", "binary", "data", "metadata"]
        is_right = (place, rank) in found and is_finding and ranks == sorted(ranks, key=order.index)
        if not is_right:
            print(f"    NOT FOUND as {rank}: {title} ({place}): {found}")
            faults += 1
    path.unlink(missing_ok=True)
    return faults


def releases(binary: Path, folder: Path, work: Path) -> tuple[int, int]:
    """Wheels against source distributions: how many, and how many faults."""
    count = faults = 0
    for project in PROJECTS:
        found = pair(folder, project)
        if found is None:
            continue
        wheel, source = found
        count += 1
        begin = time.monotonic()
        _, comparison, _ = run(binary, str(wheel), "--source", str(source))
        seconds = time.monotonic() - begin
        rules = sorted({item["rule"] for item in comparison["explained"]})
        print(
            f"{wheel.name}: {comparison['same']} the same, {len(comparison['explained'])} explained ({', '.join(rules)}), "
            f"{len(comparison['unexplained'])} unexplained, {len(comparison['uncompared'])} not compared, {seconds:.2f} s"
        )
        if comparison["unexplained"] or comparison["uncompared"]:
            print(f"    {told(comparison)} {comparison['uncompared']}")
            faults += 1
        faults += plant(binary, read_wheel(wheel), write_wheel, work / wheel.name, WHEEL_CHANGES, "--source", str(source))
        faults += packed(binary, source, work)
        faults += rebuilt(binary, wheel, work)
    return count, faults


def packed(binary: Path, source: Path, work: Path) -> int:
    """A source distribution against a repository that is made of it, and changes of it."""
    # Git takes no file of its own name.
    files = {name: content for name, content in read_source(source).items() if ".git" not in name.split("/")}
    version = source.name.removesuffix(".tar.gz").rsplit("-", 1)[1]
    with tempfile.TemporaryDirectory() as place:
        repository_of(files, Path(place), f"v{version}")
        path = work / source.name
        write_source(path, files)
        _, comparison, _ = run(binary, str(path), "--checkout", place)
        faults = len(comparison["unexplained"]) + len(comparison["uncompared"])
        if faults:
            print(f"    {told(comparison)} {comparison['uncompared']}")
        return faults + plant(binary, files, write_source, path, SOURCE_CHANGES, "--checkout", place)


def rebuilt(binary: Path, wheel: Path, work: Path) -> int:
    """The wheel in another order, at another time, by another tool: equal; with a changed module: different."""
    files = read_wheel(wheel)
    other = dict(reversed(files.items()))
    name = next(name for name in files if name.endswith(".dist-info/WHEEL"))
    other[name] = b"\n".join(b"Generator: lab 1.0" if it.startswith(b"Generator") else it for it in files[name].split(b"\n"))
    other["lab/manual.1.gz"] = gzip.compress(b"x" * 100, mtime=1)
    files["lab/manual.1.gz"] = gzip.compress(b"x" * 100, mtime=2)
    one, two = work / wheel.name, work / f"other-{wheel.name}"
    write_wheel(one, files)
    write_wheel(two, other)
    faults = 0
    _, comparison, _ = run(binary, str(one), "--against", str(two))
    if not comparison["is_equal"] or comparison["is_identical"] or set(comparison["normalised"]) != {"generator", "order", "packing"}:
        print(f"    another build is not equal: {told(comparison)} {comparison['normalised']}")
        faults += 1
    other[first(other, ending=".py")] += b"#\n"
    write_wheel(two, other)
    _, comparison, artifact = run(binary, str(one), "--against", str(two))
    if comparison["is_equal"] or not any(it["check"] == "differing-build" for it in artifact["findings"]):
        print("    a changed module of another build is not found")
        faults += 1
    one.unlink()
    two.unlink()
    return faults


def checkouts(binary: Path, folder: Path, named: list[str]) -> int:
    """Real source distributions and wheels against real repositories."""
    faults = 0
    for item in named:
        project, repository = item.split("=", 1)
        found = pair(folder, project)
        if found is None:
            print(f"skipped: no release of {project} is in the folder")
            continue
        for artifact in reversed(found):
            _, comparison, _ = run(binary, str(artifact), "--checkout", repository)
            print(
                f"{artifact.name} against {comparison['tag'] or comparison['why']}: {comparison['same']} the same, "
                f"{len(comparison['explained'])} explained, {len(comparison['unexplained'])} unexplained, "
                f"{len(comparison['uncompared'])} not compared, {comparison['left_out']} left out"
            )
            if comparison["commit"] is not None and (comparison["unexplained"] or comparison["uncompared"]):
                print(f"    {told(comparison)} {comparison['uncompared']}")
                faults += 1
    return faults


def tarball(binary: Path, given: str, toolchain: list[str], work: Path) -> int:
    """A tarball that autotools made: what is told of it, and the two changes of the back door of xz planted into it."""
    path, repository = given.split("=", 1)
    options = ["--checkout", repository]
    for folder in toolchain:
        options += ["--toolchain", folder]
    files = read_source(Path(path))
    copy = work / (Path(path).name.split(".tar")[0] + ".tar.gz")
    write_source(copy, files)
    _, before, _ = run(binary, str(copy), *options)
    ranks = [item["rank"] for item in before["unexplained"]]
    print(
        f"{copy.name} against {before['tag']}: {before['same']} the same, {len(before['explained'])} explained, "
        f"{len(before['uncompared'])} not compared, unexplained: {({rank: ranks.count(rank) for rank in ranks})}"
    )
    for item in before["unexplained"]:
        if item["rank"] in ("code", "build-script", "binary"):
            print(f"    {item['rank']} {item['path']}: {item['message'][:160]}")
    changes = {key: SOURCE_CHANGES[key] for key in ("a macro of autoconf", "a binary file of the tests")}
    macro = next(name for name in files if name.endswith("/gettext.m4"))
    changes["a macro of gettext changed"] = (lambda it: it.update({macro: it[macro] + b"eval $lab\n"}) or macro, "build-script")
    faults = plant(binary, files, write_source, copy, changes, *options)
    # Without the tools at hand, files of theirs are told as not compared, and never as clean.
    write_source(copy, files)
    code, bare, _ = run(binary, str(copy), "--checkout", repository, "--toolchain", str(work / "none"))
    listed = {item["path"] for item in bare["uncompared"] + bare["unexplained"]}
    if macro not in listed or bare["is_complete"] or code != 4:
        print(f"    without tools at hand, `{macro}` is not told as not compared (exit {code})")
        faults += 1
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, required=True, help="where releases are, or are downloaded to")
    parser.add_argument("--checkout", action="append", default=[], metavar="NAME=REPOSITORY")
    parser.add_argument("--tarball", metavar="FILE=REPOSITORY")
    parser.add_argument("--toolchain", action="append", default=[], metavar="DIR")
    parser.add_argument("--bartizan", type=Path)
    given = parser.parse_args()
    binary = find_binary(given.bartizan)
    given.into.mkdir(parents=True, exist_ok=True)
    for project in PROJECTS:
        download(given.into, project)
    with tempfile.TemporaryDirectory() as work:
        count, faults = releases(binary, given.into, Path(work))
        faults += checkouts(binary, given.into, given.checkout)
        if given.tarball:
            faults += tarball(binary, given.tarball, given.toolchain, Path(work))
    print(f"{count} releases, {PLANTED['changes']} planted changes and {2 * count} other builds: {faults} faults")
    return 1 if faults or count < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
