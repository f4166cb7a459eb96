"""Scans of one set of releases as every tool writes it down: environments and locks of conda, pip, Poetry, PDM, Pipenv and uv.

    python scripts/real_locks.py --records all.zip --into DIR [--tools DIR]...

Needs the package index, in pip's default configuration. pip installs releases with known vulnerabilities; what it installed is
pinned in a project that each tool locks. From the same metadata, packages of conda are built into a channel on disk, which py-rattler
(the library of pixi) solves, installs and locks; some packages are left to pip. All must have the same components and findings.
A tool that is not at hand is said to be skipped. What is already in the folder is used again. Exit status 1 means a difference.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from email.parser import HeaderParser
from io import BytesIO
from pathlib import Path

from packaging.requirements import Requirement

from alias_groups import AliasComponents
from bartizan_process import find_binary, sync
from evaluation import index_of, normalised
from feeds import read_records
from real_environment import Comparison, Components, Project, run

REQUIREMENTS = (
    "pillow==9.3.0", "tornado==6.2", "jinja2==3.1.2", "requests[socks]==2.28.1", "fonttools==4.38.0", "numpy==1.23.5",
    "mistune==2.0.4", "msgpack==1.0.4", "brotli==1.0.9", "pyyaml==6.0",
)  # fmt: skip
CONDA_NAMES = {"msgpack": "msgpack-python", "brotli": "brotli-python"}
LEFT_TO_PIP = ("tornado", "urllib3")
INSTALLERS = ("pip", "setuptools", "wheel")


def index_address() -> str:
    """The package index that pip uses."""
    default = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    return os.environ.get("PIP_INDEX_URL") or run([sys.executable, "-c", default]).strip()


@dataclass(frozen=True)
class Laboratory:
    """The folder in which everything is made."""

    folder: Path
    pinned: Components

    def project(self, name: str, more: str = "") -> Path:
        """A folder with a project that pins everything."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        listed = ", ".join(f'"{package}=={version}"' for package, version in sorted(self.pinned))
        text = f'[project]\nname = "laboratory"\nversion = "1.0.0"\nrequires-python = "==3.11.*"\ndependencies = [{listed}]\n{more}'
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        return folder

    def uv(self, program: str) -> list[str]:
        """uv.lock and pylock.toml."""
        folder = self.project("uv")
        run([program, "--quiet", "lock"], folder)
        run([program, "--quiet", "export", "--frozen", "--format", "pylock.toml", "--output-file", "pylock.toml"], folder)
        return ["uv/uv.lock", "uv/pylock.toml"]

    def poetry(self, program: str) -> list[str]:
        """poetry.lock."""
        source = f'[[tool.poetry.source]]\nname = "index"\nurl = "{index_address()}"\npriority = "primary"\n'
        run([program, "lock", "--no-interaction"], self.project("poetry", f"[tool.poetry]\npackage-mode = false\n{source}"))
        return ["poetry/poetry.lock"]

    def pdm(self, program: str) -> list[str]:
        """pdm.lock."""
        run([program, "lock"], self.project("pdm"))
        return ["pdm/pdm.lock"]

    def pipenv(self, program: str) -> list[str]:
        """Pipfile.lock."""
        folder = self.folder / "pipenv"
        folder.mkdir(exist_ok=True)
        listed = "\n".join(f'"{package}" = "=={version}"' for package, version in sorted(self.pinned))
        source = f'[[source]]\nname = "index"\nurl = "{index_address()}"\nverify_ssl = true\n'
        text = f'{source}[packages]\n{listed}\n[requires]\npython_version = "3.11"\n'
        (folder / "Pipfile").write_text(text, encoding="utf-8")
        environment = {"PIPENV_IGNORE_VIRTUALENVS": "1", "PIPENV_VENV_IN_PROJECT": "1"}
        run(["env", *(f"{key}={value}" for key, value in environment.items()), program, "lock", "--python", sys.executable], folder)
        return ["pipenv/Pipfile.lock"]


@dataclass(frozen=True)
class Channel:
    """A channel of conda on disk, made of what pip installed."""

    folder: Path
    site: Path

    def make(self, python: str) -> list[str]:
        """Build every package; the names of those that conda is to install."""
        (self.folder / "noarch").mkdir(parents=True)
        (self.folder / "linux-64").mkdir()
        self._write("linux-64", {"name": "python", "version": python, "build": "h00_0_cpython"}, {"bin/python": b""})
        zlib = {"name": "zlib", "version": "1.2.13", "build": "h00_0"}
        self._write("linux-64", zlib, {"lib/libz.so": b""})
        names = ["python", "zlib"]
        for folder in sorted(self.site.glob("*.dist-info")):
            metadata = HeaderParser().parsestr((folder / "METADATA").read_text(encoding="utf-8", errors="replace"))
            package = normalised("PyPI", metadata["Name"])
            if package in INSTALLERS or package in LEFT_TO_PIP:
                continue
            index = {
                "name": CONDA_NAMES.get(package, package),
                "version": metadata["Version"],
                "build": "pyh00_0",
                "noarch": "python",
                "depends": ["python >=3.11", *self._depends(metadata)],
            }
            files = {f"site-packages/{folder.name}/{name}": (folder / name).read_bytes() for name in ("METADATA", "WHEEL")}
            self._write("noarch", index, {**files, f"site-packages/{folder.name}/INSTALLER": b"conda\n"})
            names.append(f"{index['name']}=={index['version']}")
        return names

    @staticmethod
    def _depends(metadata: object) -> list[str]:
        requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]  # type: ignore[attr-defined]
        wanted = [it for it in requirements if it.marker is None or it.marker.evaluate({"extra": ""})]
        names = [normalised("PyPI", it.name) for it in wanted]
        return [CONDA_NAMES.get(name, name) for name in names if name not in LEFT_TO_PIP]

    def _write(self, subdir: str, index: dict[str, object], files: dict[str, bytes]) -> None:
        """Write one package as conda-build lays it out."""
        full = {"build_number": 0, "depends": [], "subdir": subdir, "timestamp": 1_700_000_000_000, **index}
        paths = [{"_path": name, "path_type": "hardlink", "size_in_bytes": len(data)} for name, data in files.items()]
        members = {
            "info/index.json": json.dumps(full).encode(),
            "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}).encode(),
            "info/files": "\n".join(files).encode(),
            **files,
        }
        if "noarch" in index:
            link = {"noarch": {"type": "python", "entry_points": []}, "package_metadata_version": 1}
            members["info/link.json"] = json.dumps(link).encode()
        name = f"{index['name']}-{index['version']}-{index['build']}.tar.bz2"
        with tarfile.open(self.folder / subdir / name, "w:bz2") as archive:
            for member, data in members.items():
                information = tarfile.TarInfo(member)
                information.size = len(data)
                information.mode = 0o755
                archive.addfile(information, BytesIO(data))


async def conda(laboratory: Laboratory, base: Project) -> list[str]:
    """An environment of conda with packages of pip in it, pixi.lock and an explicit list of the same."""
    import rattler  # noqa: PLC0415 (the other tools are checked without it)
    from rattler.index import index_fs  # noqa: PLC0415

    folder = laboratory.folder
    for name in ("channel", "prefix"):
        shutil.rmtree(folder / name, ignore_errors=True)
    python = run([str(base.python), "-c", "import platform; print(platform.python_version())"]).strip()
    site = next((base.folder / "environment" / "lib").glob("python3*/site-packages"))
    channel = Channel(folder / "channel", site)
    specs = channel.make(python)
    await index_fs(channel.folder)
    with tempfile.TemporaryDirectory() as cache:
        records = await rattler.solve([channel.folder.as_uri()], specs, platforms=["linux-64", "noarch"])
        await rattler.install(records, folder / "prefix", cache_dir=Path(cache), show_progress=False)
    installed = next((folder / "prefix" / "lib").glob("python3*/site-packages"))
    pins = sorted((name, version) for name, version in laboratory.pinned if name in LEFT_TO_PIP)
    exact = [f"{name}=={version}" for name, version in pins]
    run([str(base.python), "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed), *exact])
    platform = rattler.LockPlatform("linux-64")
    lock = rattler.LockFile([platform])
    lock.set_channels("default", [rattler.LockChannel(channel.folder.as_uri())])
    for record in records:
        lock.add_conda_package("default", platform, record)
    lines = [str(record.url) for record in records]
    for name, version in pins:
        location = f"https://index.invalid/{name}-{version}-py3-none-any.whl"
        lock.add_pypi_package("default", platform, name, version, location)
        lines.append(f"# pip {name} @ {location} --hash=sha256:00")
    lock.to_path(folder / "pixi.lock")
    (folder / "conda-linux-64.lock").write_text("\n".join(["@EXPLICIT", *lines, ""]), encoding="utf-8")
    return ["prefix", "pixi.lock", "conda-linux-64.lock"]


WRITE_CONDA_LOCK = """
import json, pathlib, sys
from conda_lock.lockfile import write_conda_lock_file
from conda_lock.lockfile.v1.models import LockMeta
from conda_lock.lockfile.v2prelim.models import HashModel, LockedDependency, Lockfile
packages = [LockedDependency(**{**it, "hash": HashModel(md5="0" * 32, sha256="0" * 64)}) for it in json.load(sys.stdin)]
metadata = LockMeta(content_hash={"linux-64": "0" * 64}, channels=["local"], platforms=["linux-64"], sources=["environment.yml"])
lock = Lockfile(package=packages, metadata=metadata)
write_conda_lock_file(lock, pathlib.Path(sys.argv[1]), metadata_choices=set())
"""


def conda_lock(laboratory: Laboratory, program: str) -> list[str]:
    """conda-lock.yml, written by conda-lock's own code from what the environment of conda has; there is nothing to solve."""
    packages: list[dict[str, object]] = []
    for path in sorted((laboratory.folder / "prefix" / "conda-meta").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        depends = {text.split()[0]: " ".join(text.split()[1:]) for text in record["depends"]}
        packages.append({**base_entry(record["name"], record["version"], record["url"]), "manager": "conda", "dependencies": depends})
    for name, version in sorted(laboratory.pinned):
        if name in LEFT_TO_PIP:
            location = f"https://index.invalid/{name}-{version}-py3-none-any.whl"
            packages.append({**base_entry(name, version, location), "manager": "pip", "dependencies": {}})
    python = Path(program).resolve().parent / "python"
    target = laboratory.folder / "conda-lock.yml"
    command = [str(python), "-c", WRITE_CONDA_LOCK, str(target)]
    done = subprocess.run(command, input=json.dumps(packages), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-4000:])
    return [target.name]


def base_entry(name: str, version: str, url: str) -> dict[str, object]:
    """What packages of conda and of pip have in common."""
    return {"name": name, "version": version, "url": url, "platform": "linux-64", "categories": ["main"]}


def find(name: str, folders: list[Path]) -> str | None:
    """A program in the folders that were given, or on the path."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    return shutil.which(name, path=path)


def check(comparison: Comparison, laboratory: Laboratory, tools: list[Path], base: Project) -> tuple[list[str], int]:
    """Every target against the same components; the differences, and how many kinds of locks were compared."""
    components, compared = laboratory.pinned, 0
    wrong = comparison.target("installed/environment", {*components, *installers(base)}, interpreters=1)
    makers: dict[str, Callable[[str], list[str]]] = {
        "uv": laboratory.uv,
        "poetry": laboratory.poetry,
        "pdm": laboratory.pdm,
        "pipenv": laboratory.pipenv,
    }
    for name, make in makers.items():
        program = find(name, tools)
        if program is None:
            print(f"  skipped: no {name}")
            continue
        try:
            targets = make(program)
        except SystemExit as error:
            print(f"  skipped: {name} cannot lock here: {str(error).strip().splitlines()[-1][:200]}")
            continue
        for target in targets:
            compared += 1
            wrong += comparison.target(target, components)
    try:
        targets = asyncio.run(conda(laboratory, base))
    except ImportError:
        print("  skipped: no py-rattler, and so no conda")
        return wrong, compared
    if program := find("conda-lock", tools):
        targets += conda_lock(laboratory, program)
    else:
        print("  skipped: no conda-lock")
    for target in targets:
        compared += 1
        # The interpreter, and a library in C that no list of distributions names.
        wrong += comparison.target(target, components, interpreters=2)
    return wrong, compared


def installers(base: Project) -> Components:
    """What the environment was installed with."""
    return {entry for entry in base.installed() if entry[0] in INSTALLERS}


def main() -> int:
    """Make everything, scan it, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, required=True, help="zip or folder of OSV records")
    parser.add_argument("--into", type=Path, required=True, help="folder for everything that is made")
    parser.add_argument("--tools", type=Path, action="append", default=[], help="a folder of poetry, pdm, pipenv, uv; repeatable")
    parser.add_argument("--bartizan", type=Path, help="the binary; by default the newest one that cargo built")
    asked = parser.parse_args()
    folder = asked.into.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    binary, home = find_binary(asked.bartizan), folder / "home"
    records = list(read_records(asked.records))
    sync(binary, home, [asked.records])
    base = Project(folder / "installed", REQUIREMENTS)
    base.folder.mkdir(exist_ok=True)
    if not (base.folder / "done").exists():
        run([sys.executable, "-m", "venv", str(base.folder / "environment")])
        run([str(base.python), "-m", "pip", "install", "--quiet", *REQUIREMENTS])
        (base.folder / "done").touch()
    pinned = {entry for entry in base.installed() if entry[0] not in INSTALLERS}
    laboratory = Laboratory(folder, pinned)
    everything = Project(folder, REQUIREMENTS)
    comparison = Comparison(everything, binary, home, index_of(records), AliasComponents(records))
    wrong, compared = check(comparison, laboratory, asked.tools, base)
    print(f"{compared} kinds of locks and environments beside what pip installed; differences: {len(wrong)}", *wrong, sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
