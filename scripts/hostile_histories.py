"""Histories that were made to take for ever, and what `bartizan people index` takes for them.

    python scripts/hostile_histories.py --bartizan target/release/bartizan [--case NAME...] [--folder DIR]

Each case is a repository that git itself accepts (or nearly), made here object by object: a million references, a hundred
thousand folders in each other, trees that hold themselves many times over, contents of a gigabyte, chains of deltas, credits
without end, years that no calendar has, packs with flipped bytes. Printed are time, memory and what could not be read. Exit
status 1 means that one ended with a fault, or took more than the bounds that docs/decisions/0049-hostile-histories.md states.

It needs git (`git index-pack`), some hundred megabytes of disk and some minutes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

from bartizan_process import find_binary
from measuring import measure

KINDS = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
OFS_DELTA = 6
WHO = b"A <a@example.org> %d +0000"
# The bounds of the decision: the reading stops after ten minutes, and what is at hand then is told.
LONGEST = 660.0
LARGEST = 3 << 30


def varint(number: int) -> bytes:
    """A number as deltas have it: seven bits a byte, the least first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


class Repository:
    """A bare repository with one pack, written object by object."""

    def __init__(self, root: Path) -> None:
        self.root = root
        subprocess.run(["git", "init", "--quiet", "--bare", str(root)], check=True)
        self.path = root / "objects/pack/one.pack"
        self.file = self.path.open("wb+")
        self.file.write(struct.pack(">4sII", b"PACK", 2, 0))
        self.count = 0
        self.seen: set[bytes] = set()

    def _header(self, kind: int, size: int) -> None:
        first = kind << 4 | size & 15
        size >>= 4
        out = bytearray()
        while size:
            out.append(first | 0x80)
            first, size = size & 0x7F, size >> 7
        out.append(first)
        self.file.write(out)
        self.count += 1

    def add(self, kind: str, data: bytes) -> bytes:
        """Puts an object in; gives its hash."""
        return self.stream(kind, len(data), [data])

    def stream(self, kind: str, size: int, parts: Iterable[bytes]) -> bytes:
        """The same for one that is too large to have at once."""
        digest = hashlib.sha1(f"{kind} {size}\0".encode())
        parts = list(parts) if size < 1 << 20 else parts
        if isinstance(parts, list):
            digest.update(b"".join(parts))
            if digest.digest() in self.seen:
                return digest.digest()
        self._header(KINDS[kind], size)
        packer = zlib.compressobj(1)
        for part in parts:
            if not isinstance(parts, list):
                digest.update(part)
            self.file.write(packer.compress(part))
        self.file.write(packer.flush())
        self.seen.add(digest.digest())
        return digest.digest()

    def here(self) -> int:
        """Where the next object begins."""
        return self.file.tell()

    def delta(self, kind: str, data: bytes, base_at: int, base_size: int, instructions: bytes) -> bytes:
        """An object as a difference from the one at a place of the pack."""
        body = varint(base_size) + varint(len(data)) + instructions
        back = self.here() - base_at
        self._header(OFS_DELTA, len(body))
        out = bytearray([back & 0x7F])
        while back := back >> 7:
            back -= 1
            out.insert(0, back & 0x7F | 0x80)
        self.file.write(out + zlib.compress(body, 1))
        return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).digest()

    def tree(self, entries: Iterable[tuple[str, str, bytes]]) -> bytes:
        """A tree of sorted entries."""
        return self.add("tree", b"".join(f"{mode} {name}\0".encode() + digest for mode, name, digest in entries))

    def commit(self, tree: bytes, parents: Iterable[bytes] = (), second: int = 1_700_000_000, message: bytes = b"x\n") -> bytes:
        """A commit."""
        return self.add("commit", commit_text(tree, parents, WHO % second, message))

    def close(self, head: bytes, references: Iterable[tuple[bytes, str]] = ()) -> None:
        """Ends the pack, has git index it, and points the head."""
        self.file.seek(8)
        self.file.write(struct.pack(">I", self.count))
        self.file.seek(0)
        digest = hashlib.file_digest(self.file, "sha1")
        self.file.seek(0, os.SEEK_END)
        self.file.write(digest.digest())
        self.file.close()
        subprocess.run(["git", "-C", str(self.root), "index-pack", str(self.path)], check=True, capture_output=True)
        (self.root / "HEAD").write_text(f"{head.hex()}\n")
        lines = [f"{digest.hex()} {name}\n" for digest, name in references]
        if lines:
            lines.sort(key=lambda line: line[41:])
            with (self.root / "packed-refs").open("w") as file:
                file.write("# pack-refs with: peeled fully-peeled sorted \n")
                file.writelines(lines)


def commit_text(tree: bytes, parents: Iterable[bytes], who: bytes, message: bytes) -> bytes:
    """The text of a commit."""
    lines = b"".join(b"parent %s\n" % parent.hex().encode() for parent in parents)
    return b"tree %s\n%sauthor %s\ncommitter %s\n\n%s" % (tree.hex().encode(), lines, who, who, message)


def copy(offset: int, size: int) -> bytes:
    """Instructions that copy a part of what a delta stands on."""
    out = bytearray()
    while size:
        length = min(size, 0xFFFFFF)
        code, rest = 0x80, bytearray()
        for bit in range(4):
            if byte := offset >> (8 * bit) & 0xFF:
                code |= 1 << bit
                rest.append(byte)
        for bit in range(3):
            if byte := length >> (8 * bit) & 0xFF:
                code |= 0x10 << bit
                rest.append(byte)
        out += bytes([code]) + rest
        offset, size = offset + length, size - length
    return bytes(out)


def insert(data: bytes) -> bytes:
    """Instructions that write bytes."""
    return b"".join(bytes([len(part)]) + part for part in (data[at : at + 127] for at in range(0, len(data), 127)))


def million_references(repository: Repository) -> None:
    """Two million references to one commit."""
    head = repository.commit(repository.tree([("100644", "a", repository.add("blob", b"x\n"))]))
    pulls = ((head, f"refs/pull/{number}/head") for number in range(1_000_000))
    tags = ((head, f"refs/tags/t{number}") for number in range(1_000_000))
    repository.close(head, [*pulls, *tags])


def loose_references(repository: Repository) -> None:
    """A hundred thousand references, each a file."""
    head = repository.commit(repository.tree([("100644", "a", repository.add("blob", b"x\n"))]))
    repository.close(head)
    for number in range(100_000):
        folder = repository.root / f"refs/pull/{number}"
        folder.mkdir(parents=True)
        (folder / "head").write_text(f"{head.hex()}\n")


def deep_trees(repository: Repository) -> None:
    """A hundred thousand folders in each other, and the same with another file at the end."""
    head: list[bytes] = []
    for text in (b"x\n", b"y\n"):
        tree = repository.tree([("100644", "f", repository.add("blob", text))])
        for _ in range(100_000):
            tree = repository.tree([("40000", "d", tree)])
        head = [repository.commit(tree, head)]
    repository.close(head[0])


def trees_in_trees(repository: Repository) -> None:
    """Eight to the twelfth files in thirteen objects, a hundred times over."""
    head: list[bytes] = []
    for number in range(100):
        tree = repository.add("blob", b"%d\n" % number)
        for level in range(12):
            mode = "40000" if level else "100644"
            tree = repository.tree([(mode, f"n{place}", tree) for place in range(8)])
        head = [repository.commit(tree, head)]
    repository.close(head[0])


def wide_trees(repository: Repository) -> None:
    """A folder of a million and a half files, of which every commit changes one: fifty megabytes a tree."""
    blob = repository.add("blob", b"x\n")
    entries = [b"100644 %07d\0" % number + blob for number in range(1_500_000)]
    width = len(entries[0])
    data = b"".join(entries)
    at = repository.here()
    head = [repository.commit(repository.add("tree", data))]
    for number in range(30):
        new = b"100644 %07d\0" % number + repository.add("blob", b"%d\n" % number)
        changed = data[: number * width] + new + data[(number + 1) * width :]
        behind = (number + 1) * width
        steps = copy(0, number * width) + insert(new) + copy(behind, len(data) - behind)
        tree = repository.delta("tree", changed, at, len(data), steps)
        head = [repository.commit(tree, head)]
    repository.close(head[0])


def gigabyte_contents(repository: Repository) -> None:
    """Three contents of a gigabyte."""
    head: list[bytes] = []
    for byte in b"\nab":
        part = bytes([byte]) * (1 << 20)
        blob = repository.stream("blob", 1 << 30, (part for _ in range(1 << 10)))
        head = [repository.commit(repository.tree([("100644", "large", blob)]), head)]
    repository.close(head[0])


def contents_at_the_bound(repository: Repository) -> None:
    """Forty contents of 60 megabytes of lines, each a delta of the first."""
    data = b"".join(b"%07d\n" % number for number in range(7_500_000))
    at = repository.here()
    head = [repository.commit(repository.tree([("100644", "f", repository.add("blob", data))]))]
    for number in range(1, 40):
        half = len(data) // 2 // 8 * 8 + number * 8
        changed = data[half:] + data[:half]
        blob = repository.delta("blob", changed, at, len(data), copy(half, len(data) - half) + copy(0, half))
        head = [repository.commit(repository.tree([("100644", "f", blob)]), head)]
    repository.close(head[0])


def texts_without_a_way(repository: Repository) -> None:
    """Sixty texts of a million lines, of two kinds in an order that nobody knows: nothing is harder to compare."""
    source = random.Random(1)
    head: list[bytes] = []
    for _ in range(60):
        bits = source.getrandbits(1_000_000)
        text = bin(bits)[2:].replace("0", "a\n").replace("1", "b\n").encode()
        head = [repository.commit(repository.tree([("100644", "f", repository.add("blob", text))]), head)]
    repository.close(head[0])


def changes_without_end(repository: Repository) -> None:
    """Sixty commits that change 360,000 files each."""
    head: list[bytes] = []
    for number in range(60):
        blob = repository.add("blob", b"%d\n" % number)
        folder = repository.tree([("100644", f"f{place:03}", blob) for place in range(600)])
        head = [repository.commit(repository.tree([("40000", f"d{place:03}", folder) for place in range(600)]), head)]
    repository.close(head[0])


def moves_without_end(repository: Repository) -> None:
    """Two hundred commits that each move a thousand files and change them all on the way."""
    source = random.Random(2)
    lines = [b"%030x\n" % source.getrandbits(120) for _ in range(2_000)]
    head: list[bytes] = []
    for number in range(200):
        files = []
        for place in range(1_000):
            text = b"".join(source.sample(lines, 40))
            files.append(("100644", f"{place:04}-{number}", repository.add("blob", text)))
        head = [repository.commit(repository.tree(files), head)]
    repository.close(head[0])


def long_names(repository: Repository) -> None:
    """Names of a megabyte, and paths of a hundred thousand bytes."""
    blob = repository.add("blob", b"x\n")
    deep = repository.tree([("100644", "f", blob)])
    for _ in range(100):
        deep = repository.tree([("40000", "n" * 1_000, deep)])
    named = [("100644", f"{number:02}" + "n" * (1 << 20), blob) for number in range(30)]
    head = repository.commit(repository.tree([*named, ("40000", "x", deep)]))
    repository.close(head)


def chain_of_deltas(length: int) -> Callable[[Repository], None]:
    """Commits each of which is a delta of the one before: whoever begins with the newest has to go through all."""

    def make(repository: Repository) -> None:
        tree = repository.tree([])
        body = b"committer and message " * 40
        before, at, parents = b"", 0, []
        for number in range(length):
            text = commit_text(tree, parents, WHO % (1_600_000_000 + number), body)
            here = repository.here()
            if before:
                head = len(text) - len(body)
                steps = insert(text[:head]) + copy(len(before) - len(body), len(body))
                parents = [repository.delta("commit", text, at, len(before), steps)]
            else:
                parents = [repository.add("commit", text)]
            before, at = text, here
        repository.close(parents[0])

    return make


def years(repository: Repository) -> None:
    """Times before and after every calendar."""
    tree = repository.tree([])
    head: list[bytes] = []
    for second in [b"0", b"-1", b"2147483648", b"253402300799", b"253402300800", b"9223372036854775807", b"-9223372036854775808", b"9" * 40, b"x", b""]:
        who = b"A <a@example.org> " + second + b" +9999"
        head = [repository.add("commit", commit_text(tree, head, who, b"x\n"))]
    repository.close(head[0])


def credits_without_end(repository: Repository) -> None:
    """Two million persons, half of them of one name, credited by two thousand commits."""
    tree = repository.tree([])
    head: list[bytes] = []
    for number in range(2_000):
        lines = []
        for place in range(1_000):
            one = number * 1_000 + place
            name = f"Ann Bee <{one}+a{one}@users.noreply.github.com>" if place % 2 else f"N{one} M <{one}@example.org>"
            lines.append(f"Co-authored-by: {name}\n")
        head = [repository.commit(tree, head, 1_600_000_000 + number, b"x\n\n" + "".join(lines).encode())]
    repository.close(head[0])


def parents_without_end(repository: Repository) -> None:
    """Three hundred merges of two thousand commits each."""
    tree = repository.tree([])
    first = [repository.commit(tree, (), 1_500_000_000 + number) for number in range(2_000)]
    head: list[bytes] = []
    for number in range(300):
        head = [repository.commit(tree, [*head, *first], 1_600_000_000 + number)]
    repository.close(head[0])


def long_message(repository: Repository) -> None:
    """A commit that says two hundred megabytes."""
    tree = repository.tree([])
    head = repository.commit(tree, (), 1, b"x\n\n" + b"Co-authored-by: A <a@example.org>\n" * 6_000_000)
    repository.close(repository.commit(tree, [head]))


def million_commits(repository: Repository) -> None:
    """A million commits that change nothing."""
    tree = repository.tree([])
    head: list[bytes] = []
    for number in range(1_000_000):
        head = [repository.commit(tree, head, 1_000_000_000 + number)]
    repository.close(head[0])


def plain(repository: Repository) -> None:
    """A history like others, for flipping bytes."""
    source = random.Random(3)
    files = [[f"{number}\n" for number in range(60)] for _ in range(5)]
    head: list[bytes] = []
    for number in range(200):
        lines = source.choice(files)
        lines[source.randrange(len(lines))] = f"{number} new\n"
        blobs = [("100644", f"f{place}", repository.add("blob", "".join(it).encode())) for place, it in enumerate(files)]
        head = [repository.commit(repository.tree(blobs), head, 1_600_000_000 + number)]
    repository.close(head[0])


CASES: dict[str, Callable[[Repository], None]] = {
    "million-references": million_references,
    "loose-references": loose_references,
    "deep-trees": deep_trees,
    "trees-in-trees": trees_in_trees,
    "wide-trees": wide_trees,
    "gigabyte-contents": gigabyte_contents,
    "contents-at-the-bound": contents_at_the_bound,
    "texts-without-a-way": texts_without_a_way,
    "changes-without-end": changes_without_end,
    "moves-without-end": moves_without_end,
    "long-names": long_names,
    "chain-4000": chain_of_deltas(4_000),
    "chain-100000": chain_of_deltas(100_000),
    "years": years,
    "credits-without-end": credits_without_end,
    "parents-without-end": parents_without_end,
    "long-message": long_message,
    "million-commits": million_commits,
}


def index(binary: Path, folder: Path, root: Path, name: str) -> bool:
    """Reads a repository cold and again, prints what that took, and says whether it kept the bounds."""
    is_kept = True
    for time in ("cold", "again"):
        command = [str(binary), "people", "index", str(root), "--format", "json", "--home", str(folder / "home")]
        cost = measure(command, folder / "output", folder, os.environ)
        told = ""
        if cost.status == 0:
            said = json.loads((folder / "output").read_text())["repositories"][0]
            gaps = {key: value for key, value in said["gaps"].items() if value}
            told = f"{said['commits']} commits, {said['file_changes']} changes, {said['persons']} persons {gaps}"
        is_fine = cost.status in (0, 2, 3) and cost.wall < LONGEST and cost.memory < LARGEST
        is_kept &= is_fine
        sign = "" if is_fine else "  OVER ITS BOUND"
        print(f"{name:22} {time:5} {cost.wall:7.2f} s {cost.cpu:7.2f} s cpu {cost.memory / 1e6:6.0f} MB  exit {cost.status} {told}{sign}", flush=True)
    return is_kept


def torn(binary: Path, folder: Path, runs: int) -> bool:
    """Reads packs with flipped bytes."""
    whole = folder / "whole"
    plain(Repository(whole))
    statuses: dict[int, int] = {}
    worst = 0.0
    for seed in range(runs):
        root = folder / "torn"
        shutil.copytree(whole, root)
        source = random.Random(seed)
        ends = [".pack"] if seed % 3 else [".pack", ".idx"]
        for path in sorted((root / "objects/pack").iterdir()):
            if path.suffix in ends:
                path.chmod(0o644)
                data = bytearray(path.read_bytes())
                for _ in range(source.choice([1, 10, 100])):
                    data[source.randrange(len(data))] = source.randrange(256)
                path.write_bytes(data[: source.randrange(len(data))] if seed % 7 == 0 else data)
        command = [str(binary), "people", "index", str(root), "--format", "json", "--home", str(folder / f"home{seed}")]
        cost = measure(command, folder / "output", folder, os.environ)
        statuses[cost.status] = statuses.get(cost.status, 0) + 1
        worst = max(worst, cost.wall)
        shutil.rmtree(root)
        shutil.rmtree(folder / f"home{seed}")
    print(f"{'torn':22} {runs} packs with flipped bytes: exit {statuses}, the longest {worst:.2f} s")
    return set(statuses) <= {0, 2, 3}


def main() -> int:
    """Makes and reads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--case", nargs="+", choices=[*CASES, "torn"], default=[*CASES, "torn"])
    parser.add_argument("--folder", type=Path, help="where the repositories are made; each is removed at once")
    parser.add_argument("--torn", type=int, default=200, help="how many packs with flipped bytes are read")
    arguments = parser.parse_args()
    binary = find_binary(arguments.bartizan)
    is_kept = True
    for name in arguments.case:
        if arguments.folder:
            arguments.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=arguments.folder) as place:
            folder = Path(place)
            if name == "torn":
                is_kept &= torn(binary, folder, arguments.torn)
                continue
            CASES[name](Repository(folder / "root"))
            is_kept &= index(binary, folder, folder / "root", name)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
