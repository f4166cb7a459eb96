#!/usr/bin/env python3
"""The repair steps of `docs/sbom-pipelines.md` for macOS and Windows, with the real delocate and delvewheel, on Linux.

    python scripts/sbom_foreign_wheels.py --into DIR [--bartizan PATH] [--project NAME...]

Wheels of three projects for Windows and macOS come from the package index. The libraries in them are taken out into a folder beside, as they lie before a
repair; the commands are read from the page by cibuildwheel's own reader of settings and filled in by its own function, and run with delvewheel and delocate
as they are (for delocate, LLVM's tools stand for Apple's `otool`, `install_name_tool` and `lipo`, and nothing signs). Then: the libraries are back, our bill names
each of them with the digest that its file has now, a second run changes nothing, `sbom compare` says that the bills are true, and `verify` finds nothing
wrong in the content. cibuildwheel itself, which builds, needs these systems and is not run. Exit status 1 where one of these is not so.
Needs the package index that pip is configured with, and LLVM.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from bartizan_process import ROOT, environment, find_binary

PAGE = ROOT / "docs" / "sbom-pipelines.md"
PROJECTS = ("h5py", "pyproj", "tables")
# The platform as cibuildwheel calls it, tags that pip knows it by, and the endings of libraries.
PLATFORMS = {"windows": (("win_amd64",), (".dll",)), "macos": (("macosx_11_0_arm64", "macosx_14_0_arm64"), (".dylib",))}

# What cibuildwheel makes of a project's settings, filled in as its stage of repair does it.
READER = """
import sys
from pathlib import Path
from cibuildwheel.options import CommandLineArguments, compute_options
from cibuildwheel.util.helpers import prepare_command
platform, project, wheel, dest_dir, archs = sys.argv[1:]
arguments = CommandLineArguments.defaults()
arguments.platform, arguments.package_dir = platform, Path(project)
options = compute_options(platform, arguments, {})
identifier = {"windows": "cp311-win_amd64", "macos": "cp311-macosx_arm64"}[platform]
print(prepare_command(options.build_options(identifier).repair_command, wheel=wheel, dest_dir=dest_dir, delocate_archs=archs, package=project, project="."))
"""

# LLVM's tools under Apple's names.
STANDINS = {"otool": "llvm-otool", "install_name_tool": "llvm-install-name-tool", "lipo": "llvm-lipo"}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--project", nargs="*", default=PROJECTS)
    given = parser.parse_args()
    into = given.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    tools = tools_in(into / "tools", find_binary(given.bartizan))
    wrong = tried = 0
    for platform in PLATFORMS:
        for project in given.project:
            folder = into / platform / project
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            if (wheel := downloaded(project, platform, folder, tools)) is None:
                print(f"{platform} {project}: skipped, no wheel to be had")
                continue
            tried += 1
            told = complaints(platform, folder, wheel, tools)
            wrong += len(told)
            for line in told:
                print(f"{platform} {project}: wrong: {line}")
    print(f"{tried} wheels, {wrong} things wrong")
    return 1 if wrong or not tried else 0


def tools_in(folder: Path, binary: Path) -> dict[str, str]:
    """Variables for the tools of the steps, in an environment of their own."""
    if not (folder / "bin" / "delvewheel").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", "cibuildwheel", "delocate", "delvewheel"], check=True)
    link = folder / "bin" / "bartizan"
    link.unlink(missing_ok=True)
    link.symlink_to(binary)
    for name, own in STANDINS.items():
        found = shutil.which(own) or next(iter(sorted(Path("/usr/lib").glob(f"llvm-*/bin/{own}"), reverse=True)), None)
        if found:
            place = folder / "bin" / name
            # Apple's has an option that LLVM's needs not and does not know.
            lines = ["#!/bin/sh", 'for it; do shift; [ "$it" = -m ] || set -- "$@" "$it"; done', f'exec {found} "$@"', ""]
            place.unlink(missing_ok=True)
            place.write_text("\n".join(lines), encoding="utf-8")
            place.chmod(0o755)
    signs = folder / "bin" / "codesign"
    signs.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    signs.chmod(0o755)
    variables = environment(folder / "home") | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return variables | {"PATH": f"{folder / 'bin'}{os.pathsep}{variables['PATH']}"}


def downloaded(project: str, platform: str, folder: Path, tools: dict[str, str]) -> Path | None:
    """A wheel for another platform, from the index."""
    tags = [it for tag in PLATFORMS[platform][0] for it in ("--platform", tag)]
    command = ["pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version", "3.11", *tags, "-d", str(folder / "got"), project]
    subprocess.run(command, env=tools, capture_output=True, check=False)
    return next((folder / "got").glob("*.whl"), None)


def taken_apart(wheel: Path, platform: str, folder: Path, tools: dict[str, str]) -> tuple[Path, list[str]]:
    """The wheel as it was before its repair: without the libraries in it, which lie in a folder beside; and their names."""
    endings = PLATFORMS[platform][1]
    tree, beside = folder / "tree", folder / "libraries"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tree)
    beside.mkdir()
    libraries = sorted(it for it in tree.rglob("*") if it.is_file() and it.suffix in endings)
    for it in libraries:
        it.rename(beside / it.name)
    # delvewheel leaves wheels alone that it has repaired, by this file.
    marks = [it for it in tree.glob("*.dist-info/DELVEWHEEL") if it.is_file()]
    for it in marks:
        it.unlink()
    if platform == "macos":
        # Install names that lead into the wheel would lead nowhere.
        for it in [*tree.rglob("*.so"), *beside.iterdir()]:
            linked = subprocess.run(["otool", "-L", str(it)], env=tools, capture_output=True, text=True, check=True).stdout
            for name in (line.split()[0] for line in linked.splitlines()[1:]):
                if name.startswith("@loader_path") and (own := beside / name.rsplit("/", 1)[1]).exists():
                    subprocess.run(["install_name_tool", "-change", name, str(own), str(it)], env=tools, check=True)
    bare = folder / "built" / wheel.name
    bare.parent.mkdir()
    names = {it.name for it in [*libraries, *marks]}
    with zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as archive:
        for it in sorted(it for it in tree.rglob("*") if it.is_file()):
            text = it.read_bytes()
            name = it.relative_to(tree).as_posix()
            if name.endswith(".dist-info/RECORD"):
                lines = text.decode().splitlines(keepends=True)
                text = "".join(line for line in lines if line.split(",")[0].rsplit("/", 1)[-1] not in names).encode()
            archive.writestr(name, text)
    return bare, [it.name for it in libraries]


def complaints(platform: str, folder: Path, wheel: Path, tools: dict[str, str]) -> list[str]:
    """What is not as it should be of one wheel."""
    wrong = []
    bare, libraries = taken_apart(wheel, platform, folder, tools)

    def run(*command: str | Path, codes: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run([str(it) for it in command], env=tools, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in codes:
            wrong.append(f"`{' '.join(str(it) for it in command)}` ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-900:]}")
        return done.stdout

    project, repaired = folder / "project", folder / "repaired"
    project.mkdir()
    repaired.mkdir()
    settings = PAGE.read_text(encoding="utf-8").split("<!-- pipeline: repair -->", 1)[1].split("```toml", 1)[1].split("```", 1)[0]
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    command = run("python", "-c", READER, platform, project, bare, repaired, "arm64").strip()
    # Where a build has its libraries each tool is told in its own way.
    command = command.replace("delvewheel repair", f"delvewheel repair --add-path {folder / 'libraries'}")
    run("sh", "-c", command)
    if wrong:
        return wrong
    (completed,) = repaired.glob("*.whl")
    with zipfile.ZipFile(completed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    back = [name for name in members if Path(name).suffix in PLATFORMS[platform][1]]
    bills = [name for name in members if name.endswith(".dist-info/sboms/bartizan.cdx.json")]
    # One that nothing needs does not come back.
    if not back or len(bills) != 1:
        return [*wrong, f"{len(libraries)} libraries went out and {len(back)} came back; bills: {bills}"]
    bill = json.loads(members[bills[0]])
    text = json.dumps(bill)
    named = [name for name in back if hashlib.sha256(members[name]).hexdigest() in text]
    before = completed.read_bytes()
    run("bartizan", "sbom", "create", "--embed", "--in-place", repaired)
    if completed.read_bytes() != before:
        wrong.append("a second run changes the wheel")
    compared = run("bartizan", "sbom", "compare", completed)
    run("bartizan", "verify", completed, "--fail-on", "high", codes=(0, 3))
    unknown = sorted(Path(name).name for name in back if name not in named)
    print(f"{platform}: {completed.name}: {len(back)} of {len(libraries)} libraries are back, {len(named)} in the bill with their digests{', unknown to us: ' + ', '.join(unknown) if unknown else ''}; {compared.strip().splitlines()[-1:]}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
