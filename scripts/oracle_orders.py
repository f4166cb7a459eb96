#!/usr/bin/env python3
"""Compare Bartizan's orders of the versions of distributions and conda with the programs that define them.

Generates pairs with a fixed seed, asks dpkg, RPM (its Lua), conda's `rattler` (the package `py-rattler`) and apk where they
are at hand, and the example `oracle` of `bartizan-model`; prints how many pairs there were and every difference, and exits
1 when there is one. What is not at hand is said in a line that starts with `skipped:`.

With `--list FILE --order debian|alpine|rpm|semver` it checks lists of lines `a < b` instead. A version that Bartizan refuses
to order is counted and shown; it is undecided in a scan, never clean.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INVALID = "invalid"
SHOWN = 40
Pair = tuple[str, str]
Judge = Callable[[list[Pair]], list[str]]

PIECES = {
    "debian": ["0", "1", "2", "10", "01", "a", "b", "Z", "rc", "~", "~~", "+", ".", "-", "-1", "+deb12u1", "ubuntu", "18446744073709551617"],
    "rpm": ["0", "1", "2", "10", "01", "a", "b", "Z", "rc", "~", "^", "+", ".", "_", "-1", ".el9", "%", "18446744073709551617"],
    "conda": ["0", "1", "2", "10", "01", "a", "b", "rc", "dev", "post", "_", ".", ".", "-", "+1", "+a", "Post", "DEV1"],
    "alpine": [".0", ".1", ".01", ".00", ".10", ".2", "a", "b", "_alpha", "_rc1", "_p", "_p2", "_git20200101", "-r0", "-r1", "-r10"],
}
EPOCHS = {"debian": ["0:", "1:", "02:"], "rpm": ["0:", "1:", ":", "02:"], "conda": ["0!", "1!"], "alpine": []}


class Versions:
    """Random versions of an order, and versions close to them: most mistakes hide there."""

    def __init__(self, order: str, seed: int) -> None:
        self.order, self.random = order, random.Random(f"{order} {seed}")

    def version(self) -> str:
        """One version, or a text that is nearly one."""
        epochs = EPOCHS[self.order]
        epoch = self.random.choice(epochs) if epochs and self.random.random() < 0.15 else ""
        pieces = self.random.choices(PIECES[self.order], k=self.random.randint(0, 5))
        if self.order == "alpine":
            rank = {".": 0, "_": 2, "-": 3}
            pieces.sort(key=lambda piece: rank.get(piece[0], 1))
        return epoch + self.random.choice(["0", "1", "1.0", "1.2", "10"]) + "".join(pieces)

    def neighbour(self, version: str) -> str:
        """A version with a piece put in, left out or put elsewhere."""
        place = self.random.randint(1, len(version))
        piece = self.random.choice(PIECES[self.order])
        return self.random.choice([version[:place] + piece + version[place:], version + piece, version[:place] + version[place + 1 :]])

    def pairs(self, count: int) -> Iterator[Pair]:
        """Pairs, half of them neighbours."""
        for _ in range(count):
            a = self.version()
            yield (a, self.neighbour(a)) if self.random.random() < 0.5 else (a, self.version())


def sign(number: int) -> str:
    """The sign of a comparison's result."""
    return "<" if number < 0 else ">" if number > 0 else "="


def dpkg() -> Judge | str:
    """What dpkg says; two questions a pair, each a process."""
    if shutil.which("dpkg") is None:
        return "dpkg is not installed"

    def holds(a: str, operator: str, b: str) -> bool:
        done = subprocess.run(["dpkg", "--compare-versions", a, operator, b], stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0

    def judge(pairs: list[Pair]) -> list[str]:
        return ["<" if holds(a, "lt", b) else "=" if holds(a, "eq", b) else ">" for a, b in pairs]

    return judge


def rpm() -> Judge | str:
    """What RPM says, by its Lua: one process for a thousand pairs."""
    if shutil.which("rpm") is None:
        return "rpm is not installed"

    def judge(pairs: list[Pair]) -> list[str]:
        answers: list[str] = []
        for start in range(0, len(pairs), 500):
            quoted = (f'"{a.replace("%", "%%")}","{b.replace("%", "%%")}"' for a, b in pairs[start : start + 500])
            calls = " ".join(f"io.write(rpm.vercmp({pair}), ' ')" for pair in quoted)
            done = subprocess.run(["rpm", "--eval", f"%{{lua: {calls}}}"], stdout=subprocess.PIPE, text=True, check=True)
            answers += [sign(int(answer)) for answer in done.stdout.split()]
        return answers

    return judge


def rattler() -> Judge | str:
    """What rattler says."""
    try:
        from rattler import Version
    except ImportError as error:
        return f"cannot import `rattler`: {error}"

    def read(text: str) -> object:
        try:
            return Version(text)
        except Exception:  # whatever it raises, it has refused the text
            return None

    def judge(pairs: list[Pair]) -> list[str]:
        read_pairs = [(read(a), read(b)) for a, b in pairs]
        return [INVALID if a is None or b is None else "<" if a < b else ">" if a > b else "=" for a, b in read_pairs]

    return judge


def apk() -> Judge | str:
    """What apk says."""
    if shutil.which("apk") is None:
        return "apk is not installed"

    def judge(pairs: list[Pair]) -> list[str]:
        ask = lambda pair: subprocess.run(["apk", "version", "-t", *pair], stdout=subprocess.PIPE, text=True, check=False)
        return [ask(pair).stdout.strip() or INVALID for pair in pairs]

    return judge


JUDGES: dict[str, tuple[str, Callable[[], Judge | str]]] = {
    "debian": ("dpkg", dpkg),
    "rpm": ("RPM", rpm),
    "conda": ("rattler", rattler),
    "alpine": ("apk", apk),
}


def ask(command: list[str], order: str, pairs: list[Pair]) -> list[str]:
    """Bartizan's answers."""
    escape = lambda text: text.replace("%", "%25").replace("\t", "%09")
    lines = "".join(f"cmp-{order}\t{escape(a)}\t{escape(b)}\n" for a, b in pairs)
    reply = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True, cwd=ROOT)
    answers = reply.stdout.decode().splitlines()
    if len(answers) != len(pairs):
        raise SystemExit(f"error: asked {len(pairs)} questions and got {len(answers)} answers")
    return answers


def compare(name: str, pairs: list[Pair], expected: list[str], answers: list[str], shows_refused: bool) -> int:
    """Prints one line and every difference; returns how many there were."""
    rows = list(zip(pairs, expected, answers))
    refused = [pair for pair, wanted, answer in rows if answer == INVALID != wanted]
    both = sum(answer == wanted == INVALID for _, wanted, answer in rows)
    there = sum(wanted == INVALID != answer for _, wanted, answer in rows)
    wrong = [row for row in rows if INVALID not in row[1:] and row[1] != row[2]]
    counts = f"{len(refused)} refused here only, {there} there only, {both} by both"
    print(f"{name}: {len(rows)} pairs, {len(wrong)} differences, {counts}")
    for pair in refused[:SHOWN] if shows_refused else []:
        print(f"  refused: {pair}")
    for pair, wanted, answer in wrong[:SHOWN]:
        print(f"  {pair}: expected {wanted}, got {answer}")
    return len(wrong)


def read_list(path: Path) -> tuple[list[Pair], list[str]]:
    """The pairs and signs of a list; comments and empty lines are left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [re.fullmatch(r"\s*(\S.*?) ([<=>]) (.*\S)\s*", line) for line in lines if not line.startswith(("#", "//"))]
    taken = [match for match in found if match]
    return [(match[1], match[3]) for match in taken], [match[2] for match in taken]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--oracle", help="the built example; by default cargo builds and runs it")
    parser.add_argument("--seed", type=int, default=822)
    parser.add_argument("--count", type=int, default=10_000, help="pairs for each order")
    parser.add_argument("--list", action="append", default=[], type=Path, metavar="FILE", help="a list of lines `a < b`")
    parser.add_argument("--order", action="append", default=[], choices=[*JUDGES, "semver"], help="the order of the list")
    arguments = parser.parse_args()
    if len(arguments.list) != len(arguments.order):
        parser.error("each --list needs its --order")
    built = "cargo run --quiet -p bartizan-model --example oracle".split()
    command = [str(Path(arguments.oracle).resolve())] if arguments.oracle else built
    wrong = 0
    for path, order in zip(arguments.list, arguments.order):
        pairs, expected = read_list(path)
        wrong += compare(f"{path.name} ({order})", pairs, expected, ask(command, order, pairs), shows_refused=True)
    for order, (name, find) in JUDGES.items() if not arguments.list else []:
        judge = find()
        if isinstance(judge, str):
            print(f"skipped: comparison with {name} ({judge})")
            continue
        pairs = list(Versions(order, arguments.seed).pairs(arguments.count))
        wrong += compare(f"{order} ({name})", pairs, judge(pairs), ask(command, order, pairs), shows_refused=False)
    print(f"{wrong} differences in all")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
