#!/usr/bin/env python3
"""How often the check `look-alike-name` is wrong, and what it finds.

    scripts/look_alikes.py --list FILE [--column N --rank-column N] [--alarms]

FILE has one real name a line, or is a table with tabs and a header: `--column` is the column of the name and
`--rank-column` one that is filled for the most downloaded names only; the others are then measured apart, as a sample that
nobody looked at while the rules were made. Printed are the alarms among real names, with and without the list of
names that are known to be real, and the share of planted imitations that is found, by kind.

Imitations are made of each popular name by rules written down here, not by those of the program: slips of the finger
(a letter left out, doubled, swapped, a neighbour on the keyboard), letters at random, separators, look-alike characters and
affixes. The result of a seed is always the same. Needs `cargo`; no network.
"""

import argparse
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def normal(name):
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def neighbours(letter):
    for row in KEYS:
        if letter in row:
            at = row.index(letter)
            return [row[i] for i in (at - 1, at + 1) if 0 <= i < len(row)]
    return []


def planted(name, chance):
    """Imitations of one name, as (kind, imitation)."""
    letters = [i for i, letter in enumerate(name) if letter.isalpha()]
    at = chance.choice(letters)
    yield "a letter left out", name[:at] + name[at + 1 :]
    yield "a letter doubled", name[:at] + name[at] + name[at:]
    yield "a letter added at random", name[:at] + chance.choice(LETTERS) + name[at:]
    swaps = [i for i in letters[:-1] if i + 1 in letters and name[i] != name[i + 1]]
    if swaps:
        at = chance.choice(swaps)
        yield "two letters swapped", name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    at = chance.choice(letters)
    yield "a neighbour on the keyboard", name[:at] + chance.choice(neighbours(name[at])) + name[at + 1 :]
    at = chance.choice(letters)
    other = chance.choice([letter for letter in LETTERS if letter != name[at]])
    yield "another letter at random", name[:at] + other + name[at + 1 :]
    if "-" in name:
        yield "a separator left out", name.replace("-", "", 1)
        words = name.split("-")
        yield "words in another order", "-".join(reversed(words))
    at = chance.randrange(2, len(name) - 1)
    if "-" not in name[at - 1 : at + 1]:
        yield "a separator added", name[:at] + "-" + name[at:]
    for old, new in (("o", "0"), ("l", "1"), ("i", "l"), ("m", "rn"), ("e", "3")):
        if old in name:
            yield "look-alike characters", name.replace(old, new, 1)
    yield "an affix", chance.choice(["python-", "py-", "python3-"]) + name
    yield "an affix", name + chance.choice(["-python", "-py"])


def alarms(program, names, popular=None):
    command = [program] + ([popular] if popular else [])
    run = subprocess.run(command, input="\n".join(names) + "\n", capture_output=True, text=True, check=True)
    return [line.split("\t") for line in run.stdout.splitlines()]


def read(arguments):
    """The names, the most downloaded apart from the others."""
    first, others = [], []
    lines = pathlib.Path(arguments.list).read_text(encoding="utf-8", errors="replace").splitlines()
    if arguments.rank_column is None:
        return [normal(line) for line in lines if line and not line.startswith("#")], []
    for line in lines[1:]:
        cells = line.split("\t")
        is_ranked = len(cells) >= arguments.rank_column and cells[arguments.rank_column - 1]
        (first if is_ranked else others).append(normal(cells[arguments.column - 1]))
    return first, others


def rate(found, names):
    return f"{len(found)} of {len(names)} ({1000 * len(found) / max(1, len(names)):.2f} per 1,000)"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", required=True)
    parser.add_argument("--column", type=int, default=1)
    parser.add_argument("--rank-column", type=int)
    parser.add_argument("--alarms", action="store_true", help="print each alarm among the most downloaded")
    parser.add_argument("--sample", type=int, default=20_000, help="how many of the other names are looked at")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=1.0, help="fail where there are more alarms per 1,000")
    arguments = parser.parse_args()

    build = ["cargo", "build", "-q", "-p", "bartizan-vulnerability", "--example", "look_alikes"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    program = str(target / "debug" / "examples" / "look_alikes")
    popular = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout.split()
    names, others = read(arguments)
    real = set(names) | set(popular)
    chance = random.Random(arguments.seed)

    found = alarms(program, names)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as bare:
        bare.write("\n".join(popular))
        bare.flush()
        without = alarms(program, names, bare.name)
    print(f"popular names: {len(popular)}")
    print(f"alarms among the names of the list: {rate(found, names)}")
    print(f"  by the rules alone, no name called real: {rate(without, names)}")
    if arguments.alarms:
        for name, kind, other in found:
            print(f"  {name} ({kind} of {other})")
    if others:
        sample = chance.sample(others, min(arguments.sample, len(others)))
        print(f"alarms in a sample of all other names, imitations among them: {rate(alarms(program, sample), sample)}")

    imitations = [pair for name in popular for pair in planted(name, chance)]
    imitations = [(kind, name) for kind, name in imitations if name not in real]
    seen = {name for name, _, _ in alarms(program, [name for _, name in imitations])}
    print(f"planted imitations found: {sum(name in seen for _, name in imitations)} of {len(imitations)}")
    for kind in sorted({kind for kind, _ in imitations}):
        of_kind = [name for other, name in imitations if other == kind]
        hits = sum(name in seen for name in of_kind)
        print(f"  {kind}: {hits} of {len(of_kind)} ({100 * hits / len(of_kind):.0f} %)")
    return int(1000 * len(found) > arguments.most * len(names))


if __name__ == "__main__":
    sys.exit(main())
