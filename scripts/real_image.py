"""One installation, looked at in every form that it is passed on in: environment, images, SBOMs.

    python scripts/real_image.py --records all.zip --into DIR [--cyclonedx cyclonedx-py] [--syft syft]

Needs the package index in pip's default configuration. Packages with known vulnerabilities are installed by pip; the script
lays them out as an OCI layout of two layers (the upper one takes a package away that only the lower one has), as an archive of
it, as `docker save` would write it, plain and in gzip, and, where `mksquashfs` is at hand, as a SIF file for each compression that it knows.
SBOMs are written by those generators that are at hand. Every form must give the same findings as the environment. Where a form lists
other components, they are named. Exit status 1 means a difference that the script does not know the reason of.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import shutil
import struct
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bartizan_process import environment, find_binary, sync
from evaluation import normalised
from real_environment import run
from scanners import bartizan

PACKAGES = (
    "pillow==9.3.0", "tornado==6.2", "jinja2==3.1.2", "certifi==2022.9.24", "requests==2.28.1", "urllib3==1.26.13", "idna==3.4",
    "fonttools==4.38.0", "mistune==2.0.4",
)  # fmt: skip
GHOST = "numpy-1.21.0"
"""A package of the lower layer that the upper one takes away."""

PLACE = "opt/environment"
COMPRESSIONS = ("gzip", "zstd", "xz")
Components = set[tuple[str, str]]


def install(folder: Path) -> Path:
    """An environment with the packages; what exists is used again."""
    made = folder / "environment"
    if not (folder / "installed").exists():
        run([sys.executable, "-m", "venv", str(made)])
        run([str(made / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES])
        (folder / "installed").touch()
    return made


def installed(made: Path) -> Components:
    """What `pip list` says."""
    listed = run([str(made / "bin" / "python"), "-m", "pip", "list", "--format", "json"])
    return {(normalised("PyPI", entry["name"]), entry["version"]) for entry in json.loads(listed)}


def member(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Add a file of these bytes."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))


def layers(made: Path) -> tuple[bytes, bytes]:
    """The environment with a ghost, and the layer that takes the ghost away."""
    site = next((made / "lib").glob("python3*")).relative_to(made) / "site-packages"
    ghost = f"{PLACE}/{site}/{GHOST}.dist-info"
    name, version = GHOST.split("-")
    lower, upper = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=lower, mode="w") as archive:
        archive.add(made, PLACE)
        member(archive, f"{ghost}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode())
        member(archive, "etc/os-release", b'PRETTY_NAME="Made up"\n')
        member(archive, "var/lib/dpkg/status", b"Package: made-up\nStatus: install ok installed\n")
    with tarfile.open(fileobj=upper, mode="w") as archive:
        member(archive, f"{PLACE}/{site}/.wh.{GHOST}.dist-info", b"")
    return lower.getvalue(), upper.getvalue()


def sha256(content: bytes) -> str:
    """The digest in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def configuration(parts: Iterable[bytes]) -> bytes:
    """An image's configuration."""
    ids = [f"sha256:{sha256(part)}" for part in parts]
    return json.dumps({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": ids}}).encode()


def write_layout(folder: Path, parts: Sequence[bytes]) -> None:
    """An OCI layout with packed layers."""
    shutil.rmtree(folder, ignore_errors=True)
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(content: bytes, kind: str) -> dict[str, Any]:
        (blobs / sha256(content)).write_bytes(content)
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{sha256(content)}", "size": len(content)}

    packed = [put(gzip.compress(part, 1), "layer.v1.tar+gzip") for part in parts]
    config = put(configuration(parts), "config.v1+json")
    manifest = {"schemaVersion": 2, "config": config, "layers": packed}
    described = put(json.dumps(manifest).encode(), "manifest.v1+json")
    described["annotations"] = {"org.opencontainers.image.ref.name": "laboratory:1"}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [described]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def write_archives(folder: Path, parts: Sequence[bytes]) -> None:
    """The layout as one archive, and the image as `docker save` writes it."""
    with tarfile.open(folder / "layout.tar", "w") as archive:
        for path in sorted((folder / "layout").rglob("*")):
            archive.add(path, str(path.relative_to(folder / "layout")), recursive=False)
    config = configuration(parts)
    names = [f"{sha256(part)}/layer.tar" for part in parts]
    manifest = [{"Config": f"{sha256(config)}.json", "RepoTags": ["laboratory:1"], "Layers": names}]
    with tarfile.open(folder / "saved.tar", "w") as archive:
        for name, part in zip(names, parts, strict=True):
            member(archive, name, part)
        member(archive, f"{sha256(config)}.json", config)
        member(archive, "manifest.json", json.dumps(manifest).encode())
    (folder / "saved.tar.gz").write_bytes(gzip.compress((folder / "saved.tar").read_bytes(), 1))


def write_sif(path: Path, squashed: bytes) -> None:
    """A file of Apptainer with one partition: header, one descriptor, data."""
    begin = 1 << 16
    header = struct.pack("<32s10s3s3s16s8q", b"#!/usr/bin/env run-singularity\n", b"SIF_MAGIC\0", b"01\0", b"02\0", bytes(16),
                         0, 0, 47, 48, 4096, 48 * 585, begin, len(squashed))  # fmt: skip
    extra = struct.pack("<ii3s", 1, 2, b"02\0").ljust(384, b"\0")
    descriptor = struct.pack("<i?IIIqqqqqqq128s384s", 0x4004, True, 1, 0xF0000001, 0, begin, len(squashed), len(squashed), 0, 0,
                             0, 0, b"squash.img", extra)  # fmt: skip
    path.write_bytes(header.ljust(4096, b"\0") + descriptor.ljust(begin - 4096, b"\0") + squashed)


def write_sifs(folder: Path) -> list[str]:
    """One file for each compression that this `mksquashfs` knows."""
    if shutil.which("mksquashfs") is None:
        print("skipped: no `mksquashfs` here, so no SIF files")
        return []
    root = folder / "root"
    if not (root / PLACE).exists():
        shutil.copytree(folder / "environment", root / PLACE, symlinks=True)
    made = []
    for compression in COMPRESSIONS:
        squashed = folder / f"{compression}.squashfs"
        command = ["mksquashfs", str(root), str(squashed), "-noappend", "-quiet", "-no-progress", "-comp", compression]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            print(f"skipped: `mksquashfs` cannot write {compression}")
            continue
        write_sif(folder / f"{compression}.sif", squashed.read_bytes())
        made.append(f"{compression}.sif")
    return made


def write_bills(folder: Path, made: Path, asked: argparse.Namespace) -> list[str]:
    """SBOMs by the generators that are at hand."""
    bills = []
    if shutil.which(asked.cyclonedx):
        run([asked.cyclonedx, "environment", str(made / "bin" / "python"), "-o", str(folder / "environment.cdx.json")])
        bills.append("environment.cdx.json")
    if shutil.which(asked.syft):
        outputs = {"syft.cdx.json": "cyclonedx-json", "syft.spdx.json": "spdx-json"}
        options = [part for name, kind in outputs.items() for part in ("-o", f"{kind}={folder / name}")]
        run([asked.syft, "scan", f"dir:{made}", *options])
        bills += outputs
    for name in ("cyclonedx", "syft"):
        if not shutil.which(getattr(asked, name)):
            print(f"skipped: no `{getattr(asked, name)}` here")
    return bills


def purls(value: Any) -> set[str]:
    """Every package URL of a bill, wherever it stands."""
    if isinstance(value, dict):
        return {purl for entry in value.values() for purl in purls(entry)}
    if isinstance(value, list):
        return {purl for entry in value for purl in purls(entry)}
    return {value} if isinstance(value, str) and value.startswith("pkg:") else set()


def of_index(found: Iterable[str]) -> Components:
    """The packages of the Python package index among package URLs."""
    bare = (unquote(purl.split("?")[0].removeprefix("pkg:pypi/")) for purl in found if purl.startswith("pkg:pypi/"))
    return {(normalised("PyPI", name), version) for name, _, version in (text.partition("@") for text in bare)}


def scan(binary: Path, home: Path, folder: Path, target: str) -> tuple[int, set[tuple[str, str, str]], Any]:
    """How many components, which findings, and the whole answer."""
    scanner = bartizan(binary, home, target)
    command = [*scanner.command, "--platform", "linux-x86_64"]
    done = subprocess.run(command, cwd=folder, env=dict(scanner.environment), capture_output=True, text=True, check=False)
    if done.returncode not in scanner.accepted:
        raise SystemExit(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr[-4000:]}")
    answer = json.loads(done.stdout)
    print(f"  {target:22} {answer['components']:3} components, {len(answer['findings']):3} findings")
    for kind in ("unknown", "problems"):
        for entry in answer[kind][:4]:
            print(f"    {kind}: {json.dumps(entry)[:220]}")
    return answer["components"], scanner.read(answer), answer


def main() -> int:
    """Make every form and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, required=True, help="zip or folder of OSV records")
    parser.add_argument("--into", type=Path, required=True, help="folder for what is made")
    parser.add_argument("--bartizan", type=Path, help="the binary; by default the newest one that cargo built")
    parser.add_argument("--cyclonedx", default="cyclonedx-py", help="the generator of the package cyclonedx-bom")
    parser.add_argument("--syft", default="syft")
    asked = parser.parse_args()
    binary, folder = find_binary(asked.bartizan), asked.into.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    sync(binary, home, [asked.records])
    print(subprocess.run([str(binary), "--version"], env=environment(home), capture_output=True, text=True, check=False).stdout)
    made = install(folder)
    parts = layers(made)
    write_layout(folder / "layout", parts)
    write_archives(folder, parts)
    expected = installed(made)
    count, findings, _ = scan(binary, home, folder, "environment")
    wrong = []
    if count != len(expected) + 1:
        wrong.append(f"environment: {count} components, but pip lists {len(expected)}, and there is the interpreter")
    for image in ("layout", "layout.tar", "saved.tar", "saved.tar.gz", *write_sifs(folder)):
        has, found, answer = scan(binary, home, folder, image)
        if has != count or found != findings:
            wrong.append(f"{image}: {has} components, differs in {sorted(found ^ findings)[:5]}")
        if not image.endswith(".sif") and not any("system packages" in entry["message"] for entry in answer["problems"]):
            wrong.append(f"{image}: the packages of dpkg are not named")
    for bill in write_bills(folder, made, asked):
        listed = purls(json.loads((folder / bill).read_text(encoding="utf-8")))
        has, found, _ = scan(binary, home, folder, bill)
        others = {purl for purl in listed if not purl.startswith("pkg:pypi/")}
        print(f"    not in pip's list: {sorted(of_index(listed) - expected)}, other ecosystems: {sorted(others)}")
        missing = expected - of_index(listed)
        print(f"    only in pip's list: {sorted(missing)}")
        same = {entry for entry in findings if (entry[0], entry[1]) in of_index(listed)}
        if found != same:
            wrong.append(f"{bill}: differs in {sorted(found ^ same)[:5]}")
    print(f"differences: {len(wrong)}", *wrong, sep="\n  ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
