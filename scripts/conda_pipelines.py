#!/usr/bin/env python3
"""The pipeline of `docs/sbom-pipelines.md` for conda packages, on two recipes that are written and built here.

    python scripts/conda_pipelines.py --into DIR [--bartizan PATH]

The recipes (a program with zlib linked statically; modules with a copied package, for every platform) are built by rattler-build's own library, in both
forms of packages, and the lines of the page are run as they stand there. Then: nothing but `info/sboms` is new or changed in the packages, by conda's own
unpacker; a second run changes nothing; the bills name what is inside, with digests; py-rattler solves by the metadata that `channel index` wrote
and installs; what was installed runs and agrees with conda's record; the test of the recipe passes. Exit status 1 where one of these is not so.
Needs the package index that pip is configured with, a C compiler and zlib with its static library; no channel is asked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bartizan_process import ROOT, environment, find_binary

PAGE = ROOT / "docs" / "sbom-pipelines.md"
# Forms of packages, as rattler-build calls them, and the endings of their files.
FORMS = {"conda": ".conda", "tar-bz2": ".tar.bz2"}

PROGRAM = """#include <stdio.h>
#include <zlib.h>
int main(void) {
    unsigned char from[4] = "lab", to[64];
    unsigned long size = sizeof to;
    printf("%s %d\\n", zlibVersion(), compress(to, &size, from, sizeof from));
    return 0;
}
"""
NATIVE = """package:
  name: lab-native
  version: "1.2.0"
build:
  script:
    - mkdir -p "$PREFIX/bin"
    - cc -no-pie -o "$PREFIX/bin/lab" "$RECIPE_DIR/lab.c" -l:libz.a
about:
  license: MIT
  summary: A program with a library in it
TESTS"""
PURE = """package:
  name: lab-pure
  version: "2.0"
build:
  noarch: generic
  script:
    - mkdir -p "$PREFIX/site-packages/lab/_vendor" "$PREFIX/site-packages/lab-2.0.dist-info"
    - echo 'x = 1' > "$PREFIX/site-packages/lab/__init__.py"
    - echo '__version__ = "1.16.0"' > "$PREFIX/site-packages/lab/_vendor/six.py"
    - cp "$RECIPE_DIR/METADATA" "$PREFIX/site-packages/lab-2.0.dist-info/METADATA"
about:
  license: BSD-3-Clause
  summary: Modules with a copied package
TESTS"""
METADATA = "Metadata-Version: 2.4\nName: lab\nVersion: 2.0\nLicense-Expression: MIT\n"

# What rattler-build's command line does, by its library: there is no package of the program for pip.
BUILDER = '''#!{python}
import sys
from pathlib import Path
import rattler_build
given = sys.argv[1:]
after = lambda name: given[given.index(name) + 1]
if given[0] == "test":
    package = rattler_build.Package.from_file(after("--package-file"))
    results = [package.run_test(index, channel=["{channel}"]) for index in range(package.test_count)]
    for result in results:
        print(*result.output, sep="\\n")
    sys.exit(not results or not all(result.success for result in results))
for recipe in sorted(Path(after("--recipe")).glob("*/recipe.yaml")):
    for variant in rattler_build.Stage0Recipe.from_file(recipe).render(rattler_build.VariantConfig()):
        variant.run_build(output_dir=Path(after("--output-dir")).resolve(), channels=["{channel}"], package_format="{form}")
'''

# Solves by the metadata of a channel and installs, as pixi does; prints what it took.
INSTALLER = """
import asyncio, sys
from pathlib import Path
from rattler import Channel, Platform, install, solve
async def main(channel, prefix, cache, *names):
    records = await solve(sources=[Channel(Path(channel).as_uri())], specs=list(names), platforms=[Platform("linux-64"), Platform("noarch")])
    for record in records:
        print(record.file_name, record.sha256.hex())
    await install(records=records, target_prefix=prefix, cache_dir=cache, show_progress=False)
asyncio.run(main(*sys.argv[1:]))
"""

# Unpacks packages with conda's own library.
UNPACKER = """
import sys
from conda_package_handling.api import extract
extract(sys.argv[1], dest_dir=sys.argv[2])
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    given = parser.parse_args()
    into = given.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    binary = find_binary(given.bartizan)
    python = tools_in(into / "tools")
    wrong = 0
    for form, ending in FORMS.items():
        told = complaints(into / form, (form, ending), binary, python)
        wrong += len(told)
        for line in told:
            print(f"{form}: wrong: {line}")
    print(f"{len(FORMS)} forms of 2 recipes, {wrong} things wrong")
    return 1 if wrong else 0


def tools_in(folder: Path) -> Path:
    """An environment with the libraries of rattler-build, rattler and conda."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        wanted = ["py-rattler", "py-rattler-build", "conda-package-handling"]
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def block(name: str, language: str) -> str:
    """The lines of the page under a name."""
    return PAGE.read_text(encoding="utf-8").split(f"<!-- pipeline: {name} -->", 1)[1].split(f"```{language}\n", 1)[1].split("```", 1)[0]


def complaints(folder: Path, named: tuple[str, str], binary: Path, python: Path) -> list[str]:
    """What is not as it should be of packages in one form."""
    form, ending = named
    shutil.rmtree(folder, ignore_errors=True)
    prepare(folder, form, binary, python)
    tools = environment(folder / "home")
    tools |= {"PATH": f"{folder / 'bin'}{os.pathsep}{tools['PATH']}", "GITHUB_REPOSITORY": "lab/lab"}
    wrong = []

    def run(*command: str | Path, codes: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run([str(it) for it in command], env=tools, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in codes:
            wrong.append(f"`{' '.join(str(it) for it in command)}` ended with {done.returncode}: {(done.stdout + done.stderr).strip()[-900:]}")
        return done.stdout

    line = block("conda", "sh").replace(".conda", ending)
    # The build alone first, then its packages through the rest of the line: two builds differ in their times.
    build, rest = line.split("&&", 1)
    run("sh", "-c", build.replace("--recipe recipe", "--recipe recipes"))
    shutil.copytree(folder / "output", folder / "alone")
    run("sh", "-c", rest)
    if wrong:
        return wrong
    packages = sorted((folder / "output").glob(f"*/*{ending}"))
    if len(packages) != len(list((folder / "recipes").iterdir())):
        return [f"built: {[it.name for it in packages]}"]
    for package in packages:
        wrong += differences(folder / "alone" / package.parent.name / package.name, package, python)
        told = run("bartizan", "inspect", package).strip().splitlines()
        print(f"{form}: {package.name}: {told[-1] if told else ''}")
    digests = {it.name: hashlib.sha256(it.read_bytes()).hexdigest() for it in packages}
    run("sh", "-c", rest)
    wrong += [f"a second run changes {it.name}" for it in packages if hashlib.sha256(it.read_bytes()).hexdigest() != digests[it.name]]
    prefix = folder / "prefix"
    taken = run(python, "-c", INSTALLER, folder / "output", prefix, folder / "cache", "lab-native", "lab-pure")
    if dict(it.split() for it in taken.splitlines()) != digests:
        wrong.append(f"installed was {taken}")
    print(f"{form}: zlib of the program says {run(prefix / 'bin' / 'lab').strip()}")
    run(sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(prefix / 'site-packages')!r}); import lab._vendor.six")
    # 3: nothing was signed, and nothing is wrong in the content.
    audit = block("conda audit", "sh").replace(" --require pinned", "")
    done = subprocess.run(["sh", "-c", audit], env=tools, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 3 or "advertises no attestation" not in done.stdout:
        wrong.append(f"the audit ended with {done.returncode}: {done.stdout[-600:]}")
    for package in packages:
        run("bartizan", "verify", package, codes=(3,))
        run("rattler-build", "test", "--package-file", package)
    return wrong


def prepare(folder: Path, form: str, binary: Path, python: Path) -> None:
    """The recipes, an empty channel, and the programs of the line by their names."""
    tests = block("conda recipe", "yaml")
    for name, recipe in {"native": NATIVE, "pure": PURE}.items():
        place = folder / "recipes" / name
        place.mkdir(parents=True)
        (place / "recipe.yaml").write_text(recipe.replace("TESTS", tests), encoding="utf-8")
        (place / "lab.c").write_text(PROGRAM, encoding="utf-8")
        (place / "METADATA").write_text(METADATA, encoding="utf-8")
    for subdir in ("noarch", "linux-64"):
        (folder / "channel" / subdir).mkdir(parents=True)
        (folder / "channel" / subdir / "repodata.json").write_text("{}", encoding="utf-8")
    (folder / "bin").mkdir()
    (folder / "bin" / "bartizan").symlink_to(binary)
    builder = folder / "bin" / "rattler-build"
    builder.write_text(BUILDER.format(python=python, channel=(folder / "channel").as_uri(), form=form), encoding="utf-8")
    builder.chmod(0o755)


def differences(before: Path, after: Path, python: Path) -> list[str]:
    """What is another in a package than the bill that came in, by conda's own unpacker."""
    unpacked = []
    for place, package in (("before", before), ("after", after)):
        target = after.parent / f"{after.name}.{place}.d"
        subprocess.run([str(python), "-c", UNPACKER, str(package), str(target)], check=True, capture_output=True)
        files = (it for it in target.rglob("*") if it.is_file())
        unpacked.append({str(it.relative_to(target)): it.read_bytes() for it in files})
        shutil.rmtree(target)
    old, new = unpacked
    wrong = [f"{name} is another" for name in old if old[name] != new.get(name)]
    bills = sorted(set(new) - set(old))
    if bills != ["info/sboms/bartizan.cdx.json"]:
        return [*wrong, f"new in {after.name}: {bills}"]
    bill = json.loads(new[bills[0]])
    for component in bill["components"]:
        if not component.get("purl"):
            wrong.append(f"{component['name']} has no package URL")
    text = json.dumps(bill)
    carried = {"lab-native": "bin/lab", "lab-pure": "site-packages/lab/_vendor/six.py"}[bill["metadata"]["component"]["name"]]
    if hashlib.sha256(new[carried]).hexdigest() not in text:
        wrong.append(f"the digest of {carried} is not in the bill of {after.name}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
