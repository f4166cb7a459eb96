"""What `bartizan review` costs, side by side in one run with bandit, flawfinder and cppcheck on the same tree.

    python scripts/review_benchmark.py --bartizan target/release/bartizan --repository numpy.git [--commit HEAD]
        [--bandit bandit] [--flawfinder flawfinder] [--cppcheck cppcheck] [--part numpy/_core/src/multiarray] [--proposals 40]

The commit is laid out once; `review --all` reads it out of the repository, the peers read the folder: bandit all Python, flawfinder
all C and C++, cppcheck the one part that is named, since the whole would take it many minutes. Rounds are interleaved and the first, which
fills caches, is not counted. Then the last merged changes are reviewed one by one. Printed are medians of wall time, processor time and peak memory;
processor time is what is compared, as the machine may be busy. Budgets are printed beside the figures and decide nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measuring import Cost, measure, median

BUDGET_TREE_CPU, BUDGET_RATIO, BUDGET_CHANGE, BUDGET_MEMORY = 4.0, 10.0, 0.3, 500 << 20


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bartizan", type=Path, required=True)
    parser.add_argument("--repository", type=Path, required=True)
    parser.add_argument("--commit", default="HEAD")
    parser.add_argument("--bandit", default="bandit")
    parser.add_argument("--flawfinder", default="flawfinder")
    parser.add_argument("--cppcheck", default="cppcheck")
    parser.add_argument("--part", default="numpy/_core/src/multiarray", help="the folder that cppcheck looks at")
    parser.add_argument("--proposals", type=int, default=40, help="how many merged changes are reviewed one by one")
    parser.add_argument("--repetitions", type=int, default=3)
    return parser.parse_args()


def git(repository: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(repository), *words], check=True, capture_output=True, text=True).stdout


def lay_out(repository: Path, commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder; submodules stay empty."""
    with subprocess.Popen(["git", "-C", str(repository), "archive", commit], stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "-C", str(folder)], stdin=archive.stdout, check=True)
    if archive.returncode:
        sys.exit(f"cannot lay out {commit}: is the clone whole?")


def line(name: str, cost: Cost) -> str:
    return f"{name:<34} {cost.cpu:8.2f} s CPU {cost.wall:8.2f} s wall {cost.memory / (1 << 20):7.0f} MB  status {cost.status}"


def of_tree(asked: argparse.Namespace, tree: Path, work: Path) -> None:
    bartizan = str(asked.bartizan.resolve())
    repository = str(asked.repository.resolve())
    commands: dict[str, Sequence[str]] = {
        "bartizan review --all": [bartizan, "review", "--all", asked.commit, "--repository", repository, "--format", "json", "--exit-zero"],
        "bandit": [asked.bandit, "-r", "-q", "-f", "json", "."],
        "flawfinder": [asked.flawfinder, "--quiet", "--dataonly", "."],
        "cppcheck": [asked.cppcheck, "--quiet", "--force", asked.part],
    }
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(asked.repetitions + 1):
        for name, command in commands.items():
            cost = measure(command, work / "output", tree, os.environ)
            if number:
                costs[name].append(cost)
    medians = {name: median(found) for name, found in costs.items()}
    for name, cost in medians.items():
        print(line(name, cost))
    own = medians.pop("bartizan review --all")
    peers = sum(cost.cpu for cost in medians.values())
    print(f"peers together {peers:.2f} s CPU: {peers / own.cpu:.1f} times as much (goal {BUDGET_RATIO:.0f})")
    print(f"own {own.cpu:.2f} s CPU (goal {BUDGET_TREE_CPU:.0f}), {own.memory / (1 << 20):.0f} MB (goal {BUDGET_MEMORY >> 20})")


def of_changes(asked: argparse.Namespace, work: Path) -> None:
    """The last merges of the mainline, each as the change that it brought in."""
    commits = git(asked.repository, "log", "--first-parent", f"-{asked.proposals}", "--format=%H %P", asked.commit).splitlines()
    costs = []
    for text in commits:
        commit, parent = text.split()[:2]
        command = [str(asked.bartizan.resolve()), "review", f"{parent}..{commit}", "--repository", str(asked.repository.resolve()), "--format", "json", "--exit-zero"]
        costs.append(measure(command, work / "output", work, os.environ))
    if not costs:
        return
    print(line(f"one of {len(costs)} changes (median)", median(costs)))
    slowest = max(costs, key=lambda cost: cost.cpu)
    within = sum(cost.wall < BUDGET_CHANGE for cost in costs)
    print(line("the slowest", slowest))
    print(f"{within} of {len(costs)} under {BUDGET_CHANGE} s by the clock; largest memory {max(cost.memory for cost in costs) / (1 << 20):.0f} MB")


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        tree, work = Path(folder, "tree"), Path(folder, "work")
        tree.mkdir()
        work.mkdir()
        lay_out(asked.repository, asked.commit, tree)
        of_tree(asked, tree, work)
        of_changes(asked, work)


if __name__ == "__main__":
    main()
