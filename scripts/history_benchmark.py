"""`bartizan people index` beside git and PyDriller on the same clones, in one run: equal counts first, then what each costs.

    python scripts/history_benchmark.py --bartizan target/release/bartizan --repository DIR... [--rounds 3] [--pydriller PYTHON] [--explain]

Commits, merges, changes of files and lines must equal what `git log --numstat --no-renames --minimal --no-merges` says, names
of authors what `git shortlog` says, trailers what git finds. git stops at a content that a partial clone does not have: in a
copy that shares the objects each of these is replaced by an empty one, and what git then says of the changes concerned is
taken out of its sums, as Bartizan calls their lines unknown. Exit status 1 means that a count differs.

Before 2.50 git left out lines that occur often even with `--minimal`: its sums of lines are then larger, both by the same number,
which is told and is no failure. `--explain` counts the smallest number of every change once more, in Python, tells the changes
for which git said more, and fails where the sums are not Bartizan's.

`--moves PROGRAM` names the built example `history_moves` of `bartizan-sources`: files that moved are held against
`git log --find-renames`, one by one. Where several files of a commit are alike, git and Bartizan may pair them differently, which is
told and is no failure.

Runs take turns; printed are medians of processor time and wall time, the best wall time, and the load of the machine. No time is
asserted. `--pydriller` names a Python that has it; its last commits are measured for the cost of one. Several repositories are
also read together, cold.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bartizan_process import find_binary
from measuring import Cost, measure, median

NUMSTAT = ["log", "--format=%x01%H", "--raw", "--numstat", "--abbrev=40", "--no-renames", "--minimal", "--no-merges"]
PYDRILLER = """
import sys, itertools
from pydriller import Repository
files = lines = commits = 0
for commit in itertools.islice(Repository(sys.argv[1], order="reverse", only_no_merge=True).traverse_commits(), int(sys.argv[2])):
    commits += 1
    for change in commit.modified_files:
        files += 1
        lines += change.added_lines + change.deleted_lines
print(commits, files, lines)
"""


def git(repository: Path, *arguments: str) -> Iterator[str]:
    """The lines that git answers; nothing is fetched."""
    environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    command = ["git", "-C", str(repository), "-c", "core.quotePath=false", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True, errors="replace") as process:
        assert process.stdout is not None
        yield from (line.rstrip("\n") for line in process.stdout)
    if process.returncode:
        sys.exit(f"git {' '.join(arguments)} failed")


def copy_of(repository: Path, into: Path) -> tuple[Path, set[str]]:
    """A bare repository with the same objects and references, in which every missing content is an empty one."""
    (common,) = git(repository, "rev-parse", "--git-common-dir")
    source = (repository / common).resolve()
    copy = into / "copy.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(copy)], check=True)
    (copy / "objects/info/alternates").write_text(f"{source / 'objects'}\n")
    (head,) = git(repository, "rev-parse", "HEAD")
    references = "".join(f"{line}\n" for line in git(repository, "for-each-ref", "--format=%(objectname) %(refname)"))
    (copy / "packed-refs").write_text("# pack-refs with: \n" + references)
    (copy / "HEAD").write_text(f"{head}\n")
    missing = {line[1:] for line in git(copy, "rev-list", "--objects", "--missing=print", "HEAD") if line.startswith("?")}
    written = ["git", "-C", str(copy), "hash-object", "-w", "--stdin"]
    empty = subprocess.run(written, input="", check=True, capture_output=True, text=True).stdout
    (copy / "refs/replace").mkdir(parents=True)
    for blob in missing:
        (copy / "refs/replace" / blob).write_text(empty)
    return copy, missing


def is_before_minimal_was_minimal() -> bool:
    """Whether this git passes over frequent lines even with `--minimal`."""
    words = subprocess.run(["git", "version"], check=True, capture_output=True, text=True).stdout.split()
    return tuple(int(part) for part in words[2].split(".")[:2]) < (2, 50)


@dataclass
class Change:
    """A change of a text, and what git says of its lines."""

    commit: str
    path: str
    old: str
    new: str
    added: int
    removed: int


@dataclass
class Counts:
    """What is compared."""

    commits: int = 0
    merges: int = 0
    file_changes: int = 0
    added: int = 0
    removed: int = 0
    binary: int = 0
    unknown: int = 0
    author_names: int = 0
    missing: int = 0
    trailers: dict[str, int] = field(default_factory=dict)


def by_git(copy: Path, missing: set[str], changes: list[Change]) -> Counts:
    """What git says of a copy; its changes of texts are put into the list."""
    counts = Counts(missing=len(missing))
    (counts.commits,) = (int(line) for line in git(copy, "rev-list", "--count", "HEAD"))
    (counts.merges,) = (int(line) for line in git(copy, "rev-list", "--count", "--merges", "HEAD"))
    counts.author_names = sum(1 for _ in git(copy, "-c", "mailmap.blob=HEAD:.mailmap", "shortlog", "-se", "HEAD"))
    commit, contents = "", []
    for line in git(copy, *NUMSTAT):
        if line.startswith("\x01"):
            commit, contents = line[1:], []
        elif line.startswith(":"):
            contents.append(line.split("\t")[0].split()[2:4])
            counts.file_changes += 1
        elif line:
            added, removed, path = line.split("\t", 2)
            old, new = contents.pop(0)
            if not missing.isdisjoint((old, new)):
                counts.unknown += 1
            elif added == "-":
                counts.binary += 1
            else:
                change = Change(commit, path, old, new, int(added), int(removed))
                counts.added += change.added
                counts.removed += change.removed
                changes.append(change)
    for word, key in {"co-authored": "Co-authored-by", "signed-off": "Signed-off-by", "reviewed": "Reviewed-by"}.items():
        form = f"--format=%(trailers:key={key},valueonly,separator=%x02)"
        counts.trailers[word] = sum(1 for line in git(copy, "log", form, "HEAD") if line.strip("\x02 "))
    return counts


def by_us(said: dict[str, Any]) -> Counts:
    """What Bartizan says."""
    lines = said["lines"]
    return Counts(
        said["commits"],
        said["merges"],
        said["file_changes"],
        lines["added"],
        lines["removed"],
        lines["binary_changes"],
        lines["unknown_changes"],
        said["author_names"],
        said["blobs_missing"],
        {word: said["credits"].get(word, 0) for word in ("co-authored", "signed-off", "reviewed")},
    )


class Contents:
    """Contents of a repository, as git gives them."""

    def __init__(self, copy: Path) -> None:
        command = ["git", "-C", str(copy), "cat-file", "--batch"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.last: dict[str, list[bytes]] = {}

    def lines(self, content: str) -> list[bytes]:
        """The lines of a content; of a commit of another repository the one that git writes for it."""
        if set(content) == {"0"}:
            return []
        if content in self.last:
            return self.last[content]
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{content}\n".encode())
        self.process.stdin.flush()
        head = self.process.stdout.readline().split()
        if len(head) < 3:
            return [f"Subproject commit {content}\n".encode()]
        data = self.process.stdout.read(int(head[2]))
        self.process.stdout.read(1)
        lines = data.split(b"\n")
        last = lines.pop()
        lines = [line + b"\n" for line in lines] + ([last] if last else [])
        # Whoever changes a file next has the same old content, mostly.
        self.last = {content: lines, **dict(list(self.last.items())[:3])}
        return lines


def smallest(old: list[bytes], new: list[bytes]) -> tuple[int, int]:
    """The smallest number of lines that come and go: what is not in the longest common part, found with whole numbers as rows."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    old, new = old[start:], new[start:]
    end = 0
    while end < min(len(old), len(new)) and old[-1 - end] == new[-1 - end]:
        end += 1
    old, new = old[: len(old) - end], new[: len(new) - end]
    places: dict[bytes, int] = {}
    for place, line in enumerate(old):
        places[line] = places.get(line, 0) | 1 << place
    whole = (1 << len(old)) - 1
    row = whole
    for line in new:
        if here := places.get(line, 0):
            matching = row & here
            row = (row + matching | row - matching) & whole
    common = len(old) - row.bit_count()
    return len(new) - common, len(old) - common


def explain(copy: Path, changes: list[Change], ours: Counts) -> bool:
    """Counts again, tells for which changes git says more, and says whether the sums are ours."""
    contents = Contents(copy)
    known: dict[tuple[str, str], tuple[int, int]] = {}
    added = removed = 0
    more: list[tuple[int, Change]] = []
    # By path, so that one content after the other is near at hand for git.
    for change in sorted(changes, key=lambda it: it.path):
        pair = (change.old, change.new)
        if pair not in known:
            known[pair] = smallest(contents.lines(change.old), contents.lines(change.new))
        added += known[pair][0]
        removed += known[pair][1]
        extra = (change.added - known[pair][0], change.removed - known[pair][1])
        if extra != (0, 0):
            assert extra[0] == extra[1] > 0, (change, known[pair])
            more.append((extra[0], change))
    print(f"  of {len(changes)} changes of texts git says more than the smallest number for {len(more)}, in all {sum(it for it, _ in more)} lines on each side")
    for extra, change in sorted(more, key=lambda it: -it[0]):
        print(f"    {extra:5} of +{change.added} -{change.removed}  {change.commit[:12]} {change.path}")
    is_ours = (added, removed) == (ours.added, ours.removed)
    print(f"  the smallest numbers, counted again: +{added} -{removed}: {'the same' if is_ours else 'NOT what Bartizan says'}")
    return is_ours


def moves(program: Path, copy: Path) -> None:
    """Tells which files moved by git and not by us, and the other way round."""
    theirs: set[tuple[str, str, str]] = set()
    commit = ""
    for line in git(copy, "log", "--format=%x01%H", "--raw", "--find-renames", "--no-merges"):
        if line.startswith("\x01"):
            commit = line[1:]
        elif line.startswith(":") and (fields := line.split("\t"))[0].split()[4].startswith("R"):
            theirs.add((commit, fields[1], fields[2]))
    done = subprocess.run([str(program), str(copy)], check=True, capture_output=True, text=True)
    ours = {tuple(line.split("\t")) for line in done.stdout.splitlines()}
    print(f"  moved: git {len(theirs)}, Bartizan {len(ours)}, both {len(ours & theirs)}")
    for name, only in (("git", theirs - ours), ("Bartizan", ours - theirs)):
        for move in sorted(only):
            print(f"    only {name}: {move[0][:12]} {move[1]} -> {move[2]}")


class Bench:
    """Runs commands in turn and keeps what they cost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.costs: dict[str, list[Cost]] = {}
        self.environment = {**os.environ, "GIT_NO_LAZY_FETCH": "1"}

    def run(self, name: str, command: Sequence[str]) -> Path:
        """Runs a command, and stops when it fails."""
        output = self.folder / "output"
        cost = measure(command, output, self.folder, self.environment)
        if cost.status not in (0, 3):
            sys.exit(f"{name} failed: {Path(f'{output}.err').read_text()}")
        self.costs.setdefault(name, []).append(cost)
        return output

    def show(self) -> None:
        """Prints medians."""
        for name, costs in self.costs.items():
            cost, best = median(costs), min(it.wall for it in costs)
            print(f"  {name:42} cpu {cost.cpu:8.2f} s  wall {cost.wall:8.2f} s  best {best:8.2f} s  memory {cost.memory / 1e6:6.0f} MB")

    def ratio(self, name: str, than: str, budget: str) -> None:
        """Prints how many times cheaper the one is than the other."""
        one, other = median(self.costs[name]), median(self.costs[than])
        print(f"  {name} / {than}: cpu {other.cpu / one.cpu:.2f} x, wall {other.wall / one.wall:.2f} x ({budget})")


def index(binary: Path, home: Path, repository: Path, *more: str) -> list[str]:
    """The command of ours."""
    return [str(binary), "people", "index", str(repository), "--format", "json", "--home", str(home), *more]


def hundred_before(copy: Path) -> tuple[str, int]:
    """The commit of the main line that lacks a hundred of the newest commits, or a few more."""
    line = list(git(copy, "rev-list", "--first-parent", "--max-count=101", "HEAD"))
    for commit in line[1:]:
        (new,) = (int(count) for count in git(copy, "rev-list", "--count", f"{commit}..HEAD"))
        if new >= 100:
            return commit, new
    return line[-1], 0


def times(binary: Path, copy: Path, rounds: int, python: str | None, folder: Path) -> None:
    """Measures and prints."""
    bench = Bench(folder)
    (head,) = git(copy, "rev-parse", "HEAD")
    before, new = hundred_before(copy)
    for number in range(rounds):
        bench.run("git log --raw", ["git", "-C", str(copy), "log", "--raw", "--no-renames", "--no-merges"])
        bench.run("index --no-lines, cold", index(binary, folder / f"trees{number}", copy, "--no-lines"))
        bench.run("git log --numstat", ["git", "-C", str(copy), "log", "--numstat"])
        bench.run("index, cold", index(binary, folder / f"lines{number}", copy))
        home = folder / f"grown{number}"
        (copy / "HEAD").write_text(f"{before}\n")
        bench.run("(index, cold, before the new commits)", index(binary, home, copy))
        (copy / "HEAD").write_text(f"{head}\n")
        grown = bench.run(f"index, {new} new commits", index(binary, home, copy))
        recalled = json.loads(grown.read_text())["repositories"][0]["recalled_commits"]
        bench.run("index, nothing new", index(binary, home, copy))
    bench.show()
    print(f"  {recalled} commits were recalled; load {os.getloadavg()[0]:.1f}")
    bench.ratio("index, cold", "git log --numstat", "at least 1.5 is wanted")
    bench.ratio("index --no-lines, cold", "git log --raw", "for comparison")
    if python:
        with_pydriller(bench, python, copy, folder, binary)


def with_pydriller(bench: Bench, python: str, copy: Path, folder: Path, binary: Path) -> None:
    """The cost of one commit: PyDriller over the last ones, Bartizan over all of them."""
    program = folder / "pydriller_run.py"
    program.write_text(PYDRILLER)
    number = 300
    # Without the start of Python, which is the same for one commit.
    bench.run("PyDriller, 1 commit", [python, str(program), str(copy), "1"])
    bench.run("PyDriller", [python, str(program), str(copy), str(number + 1)])
    long, short = median(bench.costs["PyDriller"]), median(bench.costs["PyDriller, 1 commit"])
    said = json.loads(bench.run("index, for PyDriller", index(binary, folder / "pydriller", copy)).read_text())
    commits = said["repositories"][0]["commits"] - said["repositories"][0]["merges"]
    cost = bench.costs["index, for PyDriller"][0]
    for name, theirs, ours in (("wall", long.wall - short.wall, cost.wall), ("cpu", long.cpu - short.cpu, cost.cpu)):
        theirs, ours = theirs / number * 1e3, ours / commits * 1e3
        print(f"  a commit, {name}: PyDriller {theirs:.2f} ms, Bartizan {ours:.3f} ms: {theirs / ours:.0f} x (100 wanted)")


def together(binary: Path, repositories: list[Path]) -> None:
    """Measures all of them in one run, cold and again."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        bench = Bench(folder)
        command = [str(binary), "people", "index", *map(str, repositories), "--format", "json", "--home", str(folder / "home")]
        bench.run(f"all {len(repositories)}, cold", command)
        bench.run(f"all {len(repositories)}, again", command)
        bench.show()


def main() -> int:
    """Compares and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--repository", type=Path, nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=1, help="0 compares counts only")
    parser.add_argument("--pydriller", metavar="PYTHON")
    parser.add_argument("--moves", type=Path, metavar="PROGRAM", help="the example `history_moves`")
    parser.add_argument("--explain", action="store_true", help="count every change again; takes minutes")
    arguments = parser.parse_args()
    binary = find_binary(arguments.bartizan)
    differing = 0
    for repository in arguments.repository:
        print(repository)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            copy, missing = copy_of(repository.resolve(), folder)
            done = subprocess.run(index(binary, folder / "home", repository.resolve()), capture_output=True, text=True)
            if done.returncode:
                sys.exit(done.stderr)
            is_old = is_before_minimal_was_minimal()
            changes: list[Change] = []
            theirs, ours = by_git(copy, missing, changes), by_us(json.loads(done.stdout)["repositories"][0])
            for name, value in vars(theirs).items():
                mine = getattr(ours, name)
                if is_old and name in ("added", "removed") and value > mine:
                    both = theirs.added - ours.added == theirs.removed - ours.removed
                    differing += not both
                    print(f"  {name}: git {value}, Bartizan {mine}: fewer by {value - mine}, git before 2.50 is not minimal")
                    continue
                differing += value != mine
                print(f"  {name}: {value}" if value == mine else f"  {name}: git {value}, Bartizan {mine}  DIFFERS")
            if arguments.moves:
                moves(arguments.moves.resolve(), copy)
            if arguments.explain:
                differing += not explain(copy, changes, ours)
            if arguments.rounds:
                times(binary, copy, arguments.rounds, arguments.pydriller, folder)
    if arguments.rounds and len(arguments.repository) > 1:
        together(binary, [it.resolve() for it in arguments.repository])
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
