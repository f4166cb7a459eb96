"""Compare what `bartizan inspect` finds in source trees with what a person finds by reading (source-truth.toml).

    python3 scripts/source_trees.py [--bartizan PROGRAM] TREE...

A TREE is an unpacked source distribution or the archive itself. Prints what was missed, what was invented and which versions
differ; ends with 1 where less than 90 % of a tree is found, something is invented, or a version contradicts the list.
"""

import argparse
import json
import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

TRUTH = Path(__file__).with_name("source-truth.toml")
ENOUGH = 0.9


def fold(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def metadata(tree: Path) -> str:
    """The text of the tree's own PKG-INFO."""
    if tree.is_dir():
        path = tree / "PKG-INFO"
        return path.read_text("utf-8") if path.exists() else ""
    with tarfile.open(tree) as archive:
        for member in archive:
            if member.name.count("/") == 1 and member.name.endswith("/PKG-INFO"):
                return archive.extractfile(member).read().decode("utf-8")
    return ""


def own_name(tree: Path) -> tuple[str, str]:
    text = metadata(tree)
    fields = {key: re.search(rf"^{key}: (.+)$", text, re.M) for key in ("Name", "Version")}
    return tuple(found.group(1).strip().lower() if found else "" for found in fields.values())


def components(program: str, tree: Path) -> dict[str, set[str | None]]:
    """Folded names and the versions that they have. What is only asked for is not carried."""
    done = subprocess.run(
        [program, "inspect", "--format", "json", str(tree)], capture_output=True, text=True, check=False
    )
    found: dict[str, set[str | None]] = {}
    for artifact in json.loads(done.stdout)["artifacts"]:
        for component in artifact["components"]:
            if component.get("linkage") != "stated":
                found.setdefault(fold(component["name"]), set()).add(component["version"])
    return found


def judge(tree: Path, program: str, truth: dict) -> bool:
    name, version = own_name(tree)
    expected = truth.get(name)
    if expected is None:
        print(f"{tree}: `{name}` is not in {TRUTH.name}")
        return False
    if expected["version"] != version:
        print(f"note: {name} {version} is here, {expected['version']} was read")
    found = components(program, tree)
    carries = {fold(item): item for item in expected["carries"]}
    allowed = carries.keys() | {fold(item) for item in expected.get("may", [])}
    missed = [item for key, item in carries.items() if key not in found]
    invented = sorted(key for key in found if key not in allowed)
    traps = sorted(item for item in expected.get("not", []) if fold(item) in found)
    wrong = [
        f"{item}: {sorted(map(str, found[fold(item)]))}, not {right}"
        for item, right in expected.get("versions", {}).items()
        if fold(item) in found and found[fold(item)] != {right}
    ]
    share = 1 - len(missed) / len(carries)
    print(
        f"{name} {version}: {len(carries) - len(missed)} of {len(carries)} found ({share:.0%}), "
        f"{len(found)} components, {len(invented)} invented, {len(wrong)} versions wrong"
    )
    for what, items in (("missed", missed), ("invented", invented), ("trap", traps), ("version", wrong)):
        for item in items:
            print(f"  {what}: {item}")
    return share >= ENOUGH and not invented and not traps and not wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bartizan", default="bartizan", help="the program to run")
    parser.add_argument("trees", nargs="+", type=Path)
    arguments = parser.parse_args()
    truth = tomllib.loads(TRUTH.read_text("utf-8"))
    verdicts = [judge(tree, arguments.bartizan, truth) for tree in arguments.trees]
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
