#!/usr/bin/env python3
"""How often the check `look-alike-name` is wrong, and what it finds.

    scripts/look_alikes.py --list FILE [--column N --rank-column N] [--attacks FILE] [--alarms]

FILE has one real name a line, or is a table with tabs and a header: `--column` is the column of the name and
`--rank-column` one that is filled for the most downloaded names only; a sample of the others is measured apart. The names are
split in two halves by a hash of each: rules may be made while looking at the first (`--alarms` shows its alarms), the second
is for measuring, and the run fails where it has more than `--most` alarms per 1,000. Printed are the alarms with and
without the names that collections elsewhere attest (`real_names.py`), and the share of planted imitations that is
found, by kind and by the length of the popular name.

Imitations are made of each popular name by rules written down here, not by those of the program. The kinds are divided
in those that the check claims to find, of which every one must be found, and those that cannot be told from chance. The result
of a seed is always the same. `--attacks` names a file of recorded attacks (imitation, tab, what it
imitates, one a line): the share found is printed for those that imitate a name of the list, and for all.
Needs `cargo`; no network.
"""

import argparse
import collections
import hashlib
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
REAL = ROOT / "crates/bartizan-vulnerability/src/hygiene/real.txt"
KEYS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST = 4
"""The shortest name that the check looks at."""


def normal(name):
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def names_of(file):
    """The names of a file, one a line."""
    lines = pathlib.Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    names = (normal(line.split("#")[0]) for line in lines)
    return [name for name in names if name]


def is_held_out(name):
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 1


class Program:
    """The rules, as a program that reads names."""

    def __init__(self):
        build = ["cargo", "build", "-q", "-p", "bartizan-vulnerability", "--example", "look_alikes"]
        subprocess.run(build, cwd=ROOT, check=True)
        target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        self.path = str(target / "debug" / "examples" / "look_alikes")
        listed = subprocess.run([self.path, "--list"], capture_output=True, text=True, check=True)
        self.lines = listed.stdout
        names = [line.split(" ") for line in listed.stdout.splitlines()]
        self.popular = {words[-1]: words[0] != "~" for words in names}
        """The popular names, and whether each is one that nearly every environment has."""

    def alarms(self, names, popular=None):
        command = [self.path] + ([popular] if popular else [])
        run = subprocess.run(command, input="\n".join(names) + "\n", capture_output=True, text=True, check=True)
        return [line.split("\t") for line in run.stdout.splitlines()]

    def alarms_without_real(self, names):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as bare:
            bare.write(self.lines)
            bare.flush()
            return self.alarms(names, bare.name)


def beside(letter):
    """The keys that touch one."""
    for row, keys in enumerate(KEYS):
        at = keys.find(letter)
        if at >= 0:
            found = [keys[i] for i in (at - 1, at + 1) if 0 <= i < len(keys)]
            for other, places in ((row - 1, (at, at + 1)), (row + 1, (at - 1, at))):
                if 0 <= other < len(KEYS):
                    found += [KEYS[other][i] for i in places if 0 <= i < len(KEYS[other])]
            return found
    return []


def one_slip(name, reach, chance):
    """Slips in one letter, as (kind, imitation); `reach` is the length that the check counts."""
    letters = [i for i, letter in enumerate(name) if letter.isalpha()]
    inner = [i for i in letters if 0 < i < len(name) - 1]

    def kind(text, is_claimed):
        return text if is_claimed else f"chance: {text} (short name)"

    at = chance.choice(letters)
    yield "a letter typed twice", name[:at] + name[at] + name[at:]
    swaps = [i for i in letters[:-1] if i + 1 in letters and name[i] != name[i + 1]]
    if swaps:
        at = chance.choice(swaps)
        yield "two letters swapped", name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    at = chance.choice(inner)
    yield "an inner letter left out", name[:at] + name[at + 1 :]
    if name[-1].isalpha():
        yield kind("the last letter left out", reach >= 7), name[:-1]
    yield kind("the first letter left out", reach >= 6), name[1:]
    yield kind("a neighbour of the first letter", reach >= 6), chance.choice(beside(name[0])) + name[1:]
    at = chance.choice(letters[1:])
    yield kind("a neighbour on the keyboard", reach >= 5), name[:at] + chance.choice(beside(name[at])) + name[at + 1 :]
    added = chance.choice([key for key in beside(name[at]) if key.isalpha()])
    yield kind("a neighbour on the keyboard added", reach >= 5), name[: at + 1] + added + name[at + 1 :]
    yield kind("any letter added", reach >= 6), name[:at] + chance.choice(LETTERS) + name[at:]
    yield "chance: any letter before a name", chance.choice([key for key in LETTERS if key != name[0]]) + name
    other = chance.choice([letter for letter in LETTERS if letter != name[at]])
    yield kind("any letter exchanged", reach >= 8), name[:at] + other + name[at + 1 :]
    other = chance.choice([letter for letter in LETTERS if letter not in [name[0], *beside(name[0])]])
    yield "chance: any letter for the first", other + name[1:]


def two_slips(name, reach, chance):
    """Two slips in one word, one in each half of it; the first letter stays, since one looks at it."""

    def slip(word, at):
        kind = chance.choice(["left out", "swapped", "a neighbour"])
        if kind == "left out":
            return word[:at] + word[at + 1 :]
        if kind == "swapped":
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        return word[:at] + chance.choice(beside(word[at])) + word[at + 1 :]

    words = name.split("-")
    at = max(range(len(words)), key=lambda i: len(words[i]))
    length = len(words[at])
    if length < 6 or not words[at].isalpha():
        return
    is_claimed = reach == len(name) and length >= 8
    later, earlier = chance.randrange(length // 2 + 1, length - 1), chance.randrange(1, length // 2 - 1)
    words[at] = slip(slip(words[at], later), earlier)
    yield ("two slips in a long word" if is_claimed else "chance: two slips in a short word"), "-".join(words)


def disguises(name, _, chance):
    """What deceives the eye, as (kind, imitation)."""
    if "-" in name:
        yield "a separator left out", name.replace("-", "", 1)
        yield "words in another order", "-".join(reversed(name.split("-")))
    at = chance.randrange(2, len(name) - 1)
    if "-" not in name[at - 1 : at + 1]:
        yield "a separator added", name[:at] + "-" + name[at:]
    for old, new in (("o", "0"), ("l", "1"), ("i", "l"), ("m", "rn"), ("e", "3")):
        if old in name:
            yield "look-alike characters", name.replace(old, new, 1)
    yield "a word for Python", chance.choice(["python-", "py-", "python3-"]) + name
    yield "a word for Python", name + chance.choice(["-python", "-py"])
    yield "an empty word", name + chance.choice(["-lib", "-library", "-upgrade", "-update", "-plus"])
    yield "an empty word", chance.choice(["new-", "update-", "install-"]) + name
    yield "chance: a word with a meaning", name + chance.choice(["-http", "-flask", "-utils", "-data", "-proxies"])


def planted(name, is_widespread, chance):
    """Imitations of one name, as (kind, imitation)."""
    reach = len(name) if is_widespread else len(name) - 3
    for kinds in (one_slip, two_slips, disguises):
        yield from kinds(name, reach, chance)


def read(arguments):
    """The names, the most downloaded apart from the others."""
    if arguments.rank_column is None:
        return names_of(arguments.list), []
    first, others = [], []
    lines = pathlib.Path(arguments.list).read_text(encoding="utf-8", errors="replace").splitlines()
    for line in lines[1:]:
        cells = line.split("\t")
        is_ranked = len(cells) >= arguments.rank_column and cells[arguments.rank_column - 1]
        (first if is_ranked else others).append(normal(cells[arguments.column - 1]))
    return first, others


def rate(found, names):
    return f"{len(found)} of {len(names)} ({1000 * len(found) / max(1, len(names)):.2f} per 1,000)"


def share(hits, of):
    return f"{hits} of {of} ({100 * hits / max(1, of):.1f} %)"


def measure_alarms(program, names, arguments):
    """Prints the alarms of both halves and returns those of the held-out one, as a rate per 1,000."""
    print(f"alarms by the rules alone, no name called real: {rate(program.alarms_without_real(names), names)}")
    halves = [[name for name in names if is_held_out(name) == which] for which in (False, True)]
    found = [program.alarms(half) for half in halves]
    print(f"alarms: {rate(sum(found, []), names)}")
    for label, alarms, half in zip(("looked at", "held out"), found, halves):
        print(f"  half {label}: {rate(alarms, half)}")
    shown = found if arguments.all_alarms else found[:1] if arguments.alarms else []
    for name, kind, other in sum(shown, []):
        print(f"    {name} ({kind} of {other})")
    return 1000 * len(found[1]) / max(1, len(halves[1]))


def measure_planted(program, real, chance):
    """Prints what is found of planted imitations and returns how many claimed ones are missed."""
    imitations = [
        (kind, name, popular)
        for popular, is_widespread in program.popular.items()
        for kind, name in planted(popular, is_widespread, chance)
    ]
    imitations = [planted for planted in imitations if planted[1] not in real and len(planted[1]) >= SHORTEST]
    seen = {name for name, _, _ in program.alarms([name for _, name, _ in imitations])}
    claimed = [planted for planted in imitations if not planted[0].startswith("chance")]
    hits = sum(name in seen for _, name, _ in claimed)
    print(f"planted imitations found, of the kinds that are claimed: {share(hits, len(claimed))}")
    for kind in sorted({kind for kind, _, _ in imitations}):
        of_kind = [(name, popular) for other, name, popular in imitations if other == kind]
        lengths = collections.Counter()
        for name, popular in of_kind:
            length = "4 and 5" if len(popular) < 6 else "6 and 7" if len(popular) < 8 else "8 and more"
            lengths[length, name in seen] += 1
        parts = [
            f"{length}: {lengths[length, True]} of {lengths[length, True] + lengths[length, False]}"
            for length in ("4 and 5", "6 and 7", "8 and more")
            if lengths[length, True] + lengths[length, False]
        ]
        print(f"  {kind}: {share(sum(name in seen for name, _ in of_kind), len(of_kind))}; letters {', '.join(parts)}")
    for kind, name, popular in claimed:
        if name not in seen:
            print(f"  missed: {name} ({kind} of {popular})")
    return len(claimed) - hits


def measure_attacks(program, file):
    """Prints what is found of recorded attacks."""
    rows = [line.split("\t") for line in pathlib.Path(file).read_text(encoding="utf-8").splitlines()]
    attacks = {normal(row[0]): normal(row[1]) for row in rows if len(row) > 1}
    attacks = {name: target for name, target in attacks.items() if name not in program.popular}
    seen = {name: (kind, other) for name, kind, other in program.alarms(sorted(attacks))}
    listed = [name for name, target in attacks.items() if target in program.popular]
    print(f"recorded attacks on a popular name of the list found: {share(sum(n in seen for n in listed), len(listed))}")
    print(f"recorded attacks on any name found: {share(len(seen), len(attacks))}")
    kinds = collections.Counter(seen[name][0] for name in listed if name in seen)
    print("  by " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    missed = collections.defaultdict(list)
    for name in sorted(listed):
        if name not in seen:
            missed[attacks[name]].append(name)
    for target, names in sorted(missed.items()):
        print(f"  missed of {target}: {' '.join(names)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", required=True)
    parser.add_argument("--column", type=int, default=1)
    parser.add_argument("--rank-column", type=int)
    parser.add_argument("--attacks", help="recorded attacks: imitation, tab, what it imitates")
    parser.add_argument("--alarms", action="store_true", help="print each alarm of the half that may be looked at")
    parser.add_argument("--all-alarms", action="store_true", help="print those of the held-out half too: it is none then")
    parser.add_argument("--sample", type=int, default=20_000, help="how many of the other names are looked at")
    parser.add_argument("--sample-alarms", action="store_true", help="print each alarm of that sample")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=float, default=1.0, help="fail where the held-out half has more per 1,000")
    arguments = parser.parse_args()

    program = Program()
    names, others = read(arguments)
    chance = random.Random(arguments.seed)
    print(f"popular names: {len(program.popular)}")
    held_out = measure_alarms(program, names, arguments)
    if others:
        sample = chance.sample(others, min(arguments.sample, len(others)))
        found = program.alarms(sample)
        print(f"alarms in a sample of all other names, imitations among them: {rate(found, sample)}")
        for name, kind, other in found if arguments.sample_alarms else []:
            print(f"    {name} ({kind} of {other})")
    missed = measure_planted(program, {*names, *names_of(REAL), *program.popular}, chance)
    if arguments.attacks:
        measure_attacks(program, arguments.attacks)
    return int(held_out > arguments.most or missed > 0)


if __name__ == "__main__":
    sys.exit(main())
