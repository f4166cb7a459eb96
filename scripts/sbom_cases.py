#!/usr/bin/env python3
"""Run `bartizan sbom validate` over the test resources of the CycloneDX specification, and over SPDX's examples.

    python scripts/sbom_cases.py --cyclonedx specification/tools/src/test/resources [--spdx spdx-examples] [--bartizan PATH]

Neither is part of this repository; where one is absent the script says so. A case is good or bad by the first word of its
name (`valid-`, `invalid-`). The schemas are those of the home (`bartizan sbom schemas --fetch`). Of SPDX's examples every
file of JSON must be read, and those that the schema calls wrong are listed: they are examples, not cases.
Exit status 1 means that a case ended otherwise or an example was not read.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
from pathlib import Path

from bartizan_process import find_binary

VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")


def judged(binary: Path, files: list[Path]) -> dict[str, dict]:
    """What is said of each file."""
    run = subprocess.run(
        [binary, "sbom", "validate", "--format=json", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    if not run.stdout:
        sys.exit(f"nothing was said: {run.stderr}")
    return {bill["file"]: bill for bill in json.loads(run.stdout)["bills"]}


def is_valid(bill: dict) -> bool | None:
    if bill["problem"] is not None:
        return False
    return {"valid": True, "invalid": False}.get(bill["schema"]["status"])


def cyclonedx(binary: Path, folder: Path) -> int:
    wrong = 0
    counts: collections.Counter[tuple[str, bool]] = collections.Counter()
    for version in VERSIONS:
        cases = sorted(it for it in (folder / version).glob("*.json") if it.name.startswith(("valid-", "invalid-")))
        answers = judged(binary, cases)
        for case in cases:
            expected = case.name.startswith("valid-")
            counts[version, expected] += 1
            found = is_valid(answers[str(case)])
            if found is not expected:
                wrong += 1
                print(f"wrong: {version} {case.name}: {found}, {answers[str(case)]['schema']}")
    for version in VERSIONS:
        print(f"CycloneDX {version}: {counts[version, True]} good and {counts[version, False]} bad cases")
    total = sum(counts.values())
    print(f"{total - wrong} of {total} cases of CycloneDX are right")
    return wrong


def spdx(binary: Path, folder: Path) -> int:
    files = []
    for file in sorted(folder.rglob("*.json")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if "SPDX" in text or "spdx.org/rdf" in text:
            files.append(file)
    answers = judged(binary, files)
    unread = [it for it in answers.values() if it["problem"] is not None]
    for bill in unread:
        print(f"not read: {bill['file']}: {bill['problem']}")
    states = collections.Counter((it["format_version"], it["schema"]["status"]) for it in answers.values())
    for (version, status), count in sorted(states.items(), key=str):
        print(f"SPDX {version}: {count} {status}")
    for bill in answers.values():
        if bill["schema"]["status"] == "invalid":
            first = bill["schema"]["errors"][0]
            print(f"  by its schema wrong: {Path(bill['file']).relative_to(folder)}: {first['place']}: {first['message'][:120]}")
    print(f"{len(files) - len(unread)} of {len(files)} examples of SPDX are read")
    return len(unread)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cyclonedx", type=Path)
    parser.add_argument("--spdx", type=Path)
    parser.add_argument("--bartizan", type=Path)
    arguments = parser.parse_args()
    binary = find_binary(arguments.bartizan)
    wrong = 0
    for folder, of_folder in ((arguments.cyclonedx, cyclonedx), (arguments.spdx, spdx)):
        if folder is None or not folder.is_dir():
            print(f"skipped: {of_folder.__name__}: no folder of it at {folder}")
            continue
        wrong += of_folder(binary, folder)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
