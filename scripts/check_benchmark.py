"""Time of `bartizan check` beside zizmor, on real checkouts: one after the other in turn, wall and processor time.

Twice: on the checkouts as they are (zizmor reads their workflows alone, Bartizan all that matters), and on copies that hold the
folder `.github` alone, where both read the same. Without `--zizmor` only Bartizan is measured.

    python scripts/check_benchmark.py --bartizan PROGRAM [--zizmor PROGRAM] [--repetitions 9] CHECKOUT...
"""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def once(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of one run; what it finds is no matter."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 3, 10, 11, 12, 13, 14):
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime


def measured(commands: dict[str, list[str]], repetitions: int) -> dict[str, tuple[float, float, float]]:
    """Median wall, best wall and median processor time of each, taken in turn so that a busy machine hits all of them."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(repetitions):
        for name, command in commands.items():
            times[name].append(once(command))
    return {
        name: (
            statistics.median(wall for wall, _ in all_of),
            min(wall for wall, _ in all_of),
            statistics.median(cpu for _, cpu in all_of),
        )
        for name, all_of in times.items()
    }


def table(title: str, roots: list[pathlib.Path], arguments: argparse.Namespace) -> None:
    print(f"\n{title}: median wall (best), processor, in milliseconds")
    sums: dict[str, list[float]] = {}
    for root in roots:
        commands = {"bartizan": [str(arguments.bartizan), "check", str(root), "--format", "json", "--exit-zero"]}
        if arguments.zizmor:
            commands["zizmor"] = [str(arguments.zizmor), "--offline", "--no-progress", "--format", "json", str(root)]
        found = measured(commands, arguments.repetitions)
        told = []
        for name, values in found.items():
            wall, best, cpu = (1000 * value for value in values)
            told.append(f"{name} {wall:6.1f} ({best:6.1f}), {cpu:6.1f}")
            sums.setdefault(name, [0.0, 0.0, 0.0])
            sums[name] = [a + b for a, b in zip(sums[name], (wall, best, cpu), strict=True)]
        ratio = f"   {found['bartizan'][0] / found['zizmor'][0]:.2f}" if "zizmor" in found else ""
        print(f"  {root.name:14} {'   '.join(told)}{ratio}")
    for name, (wall, best, cpu) in sums.items():
        print(f"  all: {name} {wall:.1f} ({best:.1f}), {cpu:.1f}")
    if "zizmor" in sums:
        walls, bests, cpus = zip(sums["bartizan"], sums["zizmor"], strict=True)
        print(f"  ratio: wall {walls[0] / walls[1]:.2f}, best {bests[0] / bests[1]:.2f}, processor {cpus[0] / cpus[1]:.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bartizan", type=pathlib.Path, required=True)
    parser.add_argument("--zizmor", type=pathlib.Path)
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("checkouts", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    if not arguments.zizmor:
        print("skipped: no --zizmor, so nothing is beside Bartizan (pip install zizmor)")
    with tempfile.TemporaryDirectory() as folder:
        copies = []
        for checkout in arguments.checkouts:
            if not (checkout / ".github" / "workflows").is_dir():
                print(f"skipped: {checkout.name} has no workflows")
                continue
            copy = pathlib.Path(folder) / checkout.name
            shutil.copytree(checkout / ".github", copy / ".github", symlinks=True)
            copies.append(copy)
        table("whole checkouts", [it for it in arguments.checkouts if (it / ".github" / "workflows").is_dir()], arguments)
        table("workflows alone", copies, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
