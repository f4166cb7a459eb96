#!/usr/bin/env python3
"""Compare Bartizan's CVSS scores with those of the `cvss` library of Red Hat's product security team.

Takes every base vector of versions 2, 3.0 and 3.1, random vectors of every version with optional metrics among
them (seeded), spoilt copies of them, and every vector of the real feeds where these are at hand. Asks the library
and the example `oracle_cvss` of `bartizan-vulnerability`, prints how many vectors there were and every difference,
and exits 1 when there is one. `--all-v4` adds every base vector of version 4 (104,976: some minutes).

A vector that the library refuses may have a score here: feeds write vectors in lower case, in parentheses, without
their prefix, and a slip in a metric that does not bear on the score does not cost it. Those are counted. The reverse,
a vector that the library scores and Bartizan does not, is a difference.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from feeds import read_records

try:
    import cvss
except ImportError as error:
    print(f"skipped: comparison with the `cvss` library (cannot import it: {error})")
    sys.exit(0)

ROOT = Path(__file__).resolve().parent.parent
SHOWN = 40
FEEDS = ["osv-PyPI.zip", "osv-PSF.zip", "osv-OSS-Fuzz.zip", "osv-Julia.zip"]

Metrics = dict[str, str]

# Each metric with its values, parted by spaces.
V2_BASE: Metrics = {"AV": "L A N", "AC": "H M L", "Au": "M S N", "C": "N P C", "I": "N P C", "A": "N P C"}
V2_MORE: Metrics = {
    "E": "U POC F H ND", "RL": "OF TF W U ND", "RC": "UC UR C ND", "CDP": "N L LM MH H ND", "TD": "N L M H ND",
    "CR": "L M H ND", "IR": "L M H ND", "AR": "L M H ND",
}
V3_BASE: Metrics = {
    "AV": "N A L P", "AC": "L H", "PR": "N L H", "UI": "N R", "S": "U C", "C": "N L H", "I": "N L H", "A": "N L H",
}
V3_MORE: Metrics = {
    "E": "X U P F H", "RL": "X O T W U", "RC": "X U R C", "CR": "X L M H", "IR": "X L M H", "AR": "X L M H",
    **{f"M{name}": f"X {values}" for name, values in V3_BASE.items()},
}
V4_BASE: Metrics = {
    "AV": "N A L P", "AC": "L H", "AT": "N P", "PR": "N L H", "UI": "N P A", "VC": "H L N", "VI": "H L N",
    "VA": "H L N", "SC": "H L N", "SI": "H L N", "SA": "H L N",
}
V4_MORE: Metrics = {
    "E": "X A P U", "CR": "X H M L", "IR": "X H M L", "AR": "X H M L",
    **{f"M{name}": f"X {values}" for name, values in V4_BASE.items() if name not in ("SI", "SA")},
    "MSI": "X S H L N", "MSA": "X S H L N",
    "S": "X N P", "AU": "X N Y", "R": "X A U I", "V": "X D C", "RE": "X L M H", "U": "X Clear Green Amber Red",
}
VERSIONS: list[tuple[str, Metrics, Metrics]] = [
    ("", V2_BASE, V2_MORE),
    ("CVSS:3.0/", V3_BASE, V3_MORE),
    ("CVSS:3.1/", V3_BASE, V3_MORE),
    ("CVSS:4.0/", V4_BASE, V4_MORE),
]


def every_base(prefix: str, base: Metrics) -> Iterator[str]:
    """Every combination of the values of base metrics."""
    for values in itertools.product(*(values.split() for values in base.values())):
        yield prefix + "/".join(f"{name}:{value}" for name, value in zip(base, values, strict=True))


def random_vector(rng: random.Random, prefix: str, base: Metrics, more: Metrics) -> str:
    """A vector with its base metrics and some others, in the order of the standard."""
    share = rng.choice([0.0, 0.1, 0.5, 1.0])
    chosen = list(base.items()) + [item for item in more.items() if rng.random() < share]
    return prefix + "/".join(f"{name}:{rng.choice(values.split())}" for name, values in chosen)


def spoilt(rng: random.Random, vector: str) -> str:
    """The vector with one character taken away, doubled or replaced."""
    at = rng.randrange(len(vector))
    return vector[:at] + rng.choice(["", vector[at] * 2, rng.choice("/:ANLHPXU")]) + vector[at + 1 :]


def vectors_of_feeds(folder: Path) -> Iterator[str]:
    """Every vector of the records at hand."""
    for name in FEEDS:
        path = folder / name
        if not path.is_file():
            print(f"skipped: `{path}` is not at hand")
            continue
        for record in read_records(path):
            parts = [record, *record.get("affected", [])]
            yield from (severity["score"] for part in parts for severity in part.get("severity", []))


def score_of_library(vector: str) -> str:
    """The library's base score; of version 4, its score of all metrics."""
    try:
        if vector.startswith("CVSS:4"):
            return f"{float(cvss.CVSS4(vector).base_score):.1f}"
        kind = cvss.CVSS3 if vector.startswith("CVSS:3") else cvss.CVSS2
        return f"{float(kind(vector).base_score):.1f}"
    except cvss.exceptions.CVSSError:
        return "-"


def scores_of_bartizan(vectors: list[str], oracle: str | None) -> list[str]:
    """One score a vector, `-` where it has none."""
    command = "cargo run --quiet -p bartizan-vulnerability --example oracle_cvss".split()
    text = "".join(f"{vector}\n" for vector in vectors)
    run = subprocess.run([oracle] if oracle else command, input=text, capture_output=True, text=True, cwd=ROOT, check=False)
    if run.returncode != 0:
        raise SystemExit(f"the oracle failed:\n{run.stderr}")
    return run.stdout.splitlines()


def main() -> int:
    """Compare, print, and say whether all agreed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000, help="random vectors of each version")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all-v4", action="store_true", help="every base vector of version 4 too")
    parser.add_argument("--oracle", help="the built example; by default cargo builds and runs it")
    data = os.environ.get("BARTIZAN_TEST_DATA", str(ROOT.parent / "shared" / "data"))
    parser.add_argument("--feeds", type=Path, default=Path(data) / "advisories")
    arguments = parser.parse_args()

    rng = random.Random(arguments.seed)
    real = list(vectors_of_feeds(arguments.feeds))
    vectors = list(real)
    for prefix, base, more in VERSIONS:
        if arguments.all_v4 or base is not V4_BASE:
            vectors += every_base(prefix, base)
        generated = [random_vector(rng, prefix, base, more) for _ in range(arguments.count)]
        vectors += generated
        vectors += [spoilt(rng, vector) for vector in generated[: arguments.count // 5]]

    ours = scores_of_bartizan(vectors, arguments.oracle)
    theirs = [score_of_library(vector) for vector in vectors]
    triples = list(zip(vectors, ours, theirs, strict=True))
    more_lenient = sum(1 for _, our, their in triples if their == "-" and our != "-")
    different = [triple for triple in triples if triple[2] not in ("-", triple[1])]
    for vector, our, their in different[:SHOWN]:
        print(f"{vector}: {our} here, {their} by the library")
    print(f"{len(vectors)} vectors ({len(real)} real): {len(different)} differences, {more_lenient} only scored here")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
