"""`bartizan people index` beside git and PyDriller on the same clones, in one run: equal counts first, then what each costs.

    python scripts/history_benchmark.py --bartizan target/release/bartizan --repository DIR... [--rounds 3] [--pydriller PYTHON]

Commits, merges, changes of files and lines must equal what `git log --numstat --no-renames --minimal --no-merges` says, names
of authors what `git shortlog` says, trailers what git finds. git stops at a content that a partial clone does not have: in a
copy that shares the objects each of these is replaced by an empty one, and what git then says of the changes concerned is
taken out of its sums, as Bartizan calls their lines unknown. Exit status 1 means that a count differs.

Before 2.50 git left out lines that occur often even with `--minimal`: its sums of lines are then larger, both by the same number,
which is told and is no failure.

Runs take turns; printed are medians of processor time and wall time with the load of the machine. No time is asserted.
`--pydriller` names a Python that has it; its last commits are measured for the cost of one.
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

NUMSTAT = ["log", "--format=%x01", "--raw", "--numstat", "--abbrev=40", "--no-renames", "--minimal", "--no-merges"]
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


def by_git(copy: Path, missing: set[str]) -> Counts:
    """What git says of a copy."""
    counts = Counts(missing=len(missing))
    (counts.commits,) = (int(line) for line in git(copy, "rev-list", "--count", "HEAD"))
    (counts.merges,) = (int(line) for line in git(copy, "rev-list", "--count", "--merges", "HEAD"))
    counts.author_names = sum(1 for _ in git(copy, "-c", "mailmap.blob=HEAD:.mailmap", "shortlog", "-se", "HEAD"))
    concerned: list[bool] = []
    for line in git(copy, *NUMSTAT):
        if line.startswith("\x01"):
            concerned = []
        elif line.startswith(":"):
            concerned.append(not missing.isdisjoint(line.split("\t")[0].split()[2:4]))
            counts.file_changes += 1
        elif line:
            added, removed, _path = line.split("\t", 2)
            if concerned.pop(0):
                counts.unknown += 1
            elif added == "-":
                counts.binary += 1
            else:
                counts.added += int(added)
                counts.removed += int(removed)
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
            cost = median(costs)
            print(f"  {name:42} cpu {cost.cpu:8.2f} s  wall {cost.wall:8.2f} s  memory {cost.memory / 1e6:6.0f} MB")

    def ratio(self, name: str, than: str, budget: str) -> None:
        """Prints how many times cheaper the one is than the other."""
        one, other = median(self.costs[name]), median(self.costs[than])
        print(f"  {name} / {than}: cpu {other.cpu / one.cpu:.2f} x, wall {other.wall / one.wall:.2f} x ({budget})")


def index(binary: Path, home: Path, repository: Path, *more: str) -> list[str]:
    """The command of ours."""
    return [str(binary), "people", "index", str(repository), "--format", "json", "--home", str(home), *more]


def times(binary: Path, copy: Path, rounds: int, python: str | None, folder: Path) -> None:
    """Measures and prints."""
    bench = Bench(folder)
    (head,) = git(copy, "rev-parse", "HEAD")
    (before,) = git(copy, "rev-parse", "HEAD~100")
    new = next(git(copy, "rev-list", "--count", f"{before}..{head}"))
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
    theirs = (median(bench.costs["PyDriller"]).cpu - median(bench.costs["PyDriller, 1 commit"]).cpu) / number
    said = json.loads(bench.run("index, for PyDriller", index(binary, folder / "pydriller", copy)).read_text())
    commits = said["repositories"][0]["commits"] - said["repositories"][0]["merges"]
    ours = bench.costs["index, for PyDriller"][0].cpu / commits
    print(f"  a commit: PyDriller {theirs * 1e3:.2f} ms, Bartizan {ours * 1e3:.3f} ms: {theirs / ours:.0f} x (100 wanted)")


def main() -> int:
    """Compares and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--repository", type=Path, nargs="+", required=True)
    parser.add_argument("--rounds", type=int, default=1, help="0 compares counts only")
    parser.add_argument("--pydriller", metavar="PYTHON")
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
            theirs, ours = by_git(copy, missing), by_us(json.loads(done.stdout)["repositories"][0])
            for name, value in vars(theirs).items():
                mine = getattr(ours, name)
                if is_old and name in ("added", "removed") and value > mine:
                    both = theirs.added - ours.added == theirs.removed - ours.removed
                    differing += not both
                    print(f"  {name}: git {value}, Bartizan {mine}: fewer by {value - mine}, git before 2.50 is not minimal")
                    continue
                differing += value != mine
                print(f"  {name}: {value}" if value == mine else f"  {name}: git {value}, Bartizan {mine}  DIFFERS")
            if arguments.rounds:
                times(binary, copy, arguments.rounds, arguments.pydriller, folder)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
