"""The benchmark: Bartizan offline, uv audit and pip-audit on the same locks and the same records, side by side in one run.

    python scripts/benchmark.py --records all.zip --bartizan target/release/bartizan [--uv uv] [--pip-audit pip-audit]

The peers ask `osv_stand_in` on the loopback, or with `--service` what `bartizan serve` answers. Repetitions are interleaved and the first round, which fills caches, is not
counted. Printed are medians of wall time, processor time and peak memory, the stand-in's own processor time (the peers
wait for it), and the ratios. The sets of (package, version, vulnerability) must be equal: exit status 1 means that they are
not. No time is asserted: the figures of a busy machine say nothing about the program.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alias_groups import AliasComponents
from bartizan_process import environment, find_binary, sync
from evaluation import Index, index_of
from feeds import read_records
from make_locks import SIZES, Pin, write
from measuring import Cost, cpu_of, measure, median
from scanners import Found, Scanner, bartizan, pip_audit, rows_of_bartizan, uv_audit

BUDGET_PACKAGES, BUDGET_CPU, BUDGET_MEMORY = 200, 0.050, 64 << 20


@dataclass
class Run:
    """The costs of one scanner on one lock, and what it found."""

    costs: list[Cost]
    served: list[float]
    found: Found


@contextmanager
def stand_in(records: Path) -> Iterator[tuple[str, int]]:
    """The stand-in in a process of its own: its address and its process id."""
    program = Path(__file__).with_name("osv_stand_in.py")
    with subprocess.Popen([sys.executable, str(program), str(records)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}", process.pid
        finally:
            process.terminate()


@contextmanager
def own_service(binary: Path, work: Path) -> Iterator[tuple[str, int]]:
    """The OSV-compatible service of `bartizan serve` over the same records: its address and its process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(binary), "serve", "--database", f"sqlite:{work / 'service.sqlite'}", "--listen", f"127.0.0.1:{port}"]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, env=environment(work / "home"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{address}/api/v1/openapi.json", timeout=5).close()
                    break
                time.sleep(0.1)
            yield address, process.pid
        finally:
            process.terminate()


def output_of(scanner: Scanner, folder: Path) -> Path:
    """The file that holds a scanner's answer about the lock in a folder."""
    return folder / f"{scanner.name.replace(' ', '-')}.json"


def run_all(scanners: Sequence[Scanner], folder: Path, repetitions: int, server: int) -> dict[str, Run]:
    """Run every scanner in turn, so many times, on the lock in a folder."""
    runs = {scanner.name: Run([], [], set()) for scanner in scanners}
    for repetition in range(repetitions + 1):
        for scanner in scanners:
            output = output_of(scanner, folder)
            before = cpu_of(server)
            cost = measure(scanner.command, output, folder, scanner.environment)
            if cost.status not in scanner.accepted:
                said = Path(f"{output}.err").read_text(errors="replace")
                raise SystemExit(f"`{' '.join(scanner.command)}` ended with {cost.status}:\n{said[-4000:]}")
            runs[scanner.name].found = scanner.answer(output)
            if repetition:
                runs[scanner.name].costs.append(cost)
                runs[scanner.name].served.append(cpu_of(server) - before)
    return runs


def grouped(found: Found, components: AliasComponents) -> set[tuple[str, str, str]]:
    """The findings with each id replaced by its component."""
    return {(name, version, components.component(identifier)) for name, version, identifier in found}


def differences(runs: dict[str, Run], pins: Sequence[Pin], index: Index, components: AliasComponents) -> list[str]:
    """Every deviation of a scanner from the evaluation, by component and, where ids are records, by record."""
    records = {(pin.name, pin.version, found) for pin in pins for found in index.matches(pin.name, pin.version)}
    expected = grouped(records, components)
    said = []
    for scanner, run in runs.items():
        groups = grouped(run.found, components)
        said += [f"{scanner} misses {entry}" for entry in sorted(expected - groups)]
        said += [f"{scanner} alone reports {entry}" for entry in sorted(groups - expected)]
        if scanner != "pip-audit":  # It folds records that are aliases into one of their ids.
            said += [f"{scanner} does not name the record {entry}" for entry in sorted(records - run.found)]
            said += [f"{scanner} names the record {entry}" for entry in sorted(run.found - records)]
    return said


def row_problems(output: Path, components: AliasComponents) -> list[str]:
    """Whether Bartizan shows one row for a package and a vulnerability, wherever aliases leave no doubt about which is which."""
    rows = rows_of_bartizan(json.loads(output.read_text(encoding="utf-8")))
    seen: Counter[tuple[str, str, str]] = Counter()
    said = []
    for name, version, group, identifiers in rows:
        touched = {components.component(identifier) for identifier in (group, *identifiers)}
        plain = [component for component in touched if components.is_plain(component)]
        if plain and len(touched) > 1:
            said.append(f"bartizan's group {group} of {name} {version} joins {sorted(touched)}")
        seen.update((name, version, component) for component in plain)
    return said + [f"bartizan shows {entry} in {count} rows" for entry, count in seen.items() if count > 1]


def table(size: int, runs: dict[str, Run], components: AliasComponents) -> None:
    """Print the medians of one lock, the shortest wall time, and the ratios to the first scanner."""
    print(f"\n{size} packages")
    print(f"  {'':26}{'wall ms':>9}{'best ms':>9}{'cpu ms':>9}{'MB':>7}{'served ms':>10}", end="")
    print(f"{'records':>8}{'groups':>7}{'wall x':>8}{'best x':>8}{'cpu x':>7}")
    medians = {name: median(run.costs) for name, run in runs.items()}
    bests = {name: min(cost.wall for cost in run.costs) for name, run in runs.items()}
    own, first = next(iter(medians.items()))
    for name, cost in medians.items():
        run, best = runs[name], bests[name]
        served = sorted(run.served)[len(run.served) // 2]
        print(f"  {name:26}{cost.wall * 1e3:9.1f}{best * 1e3:9.1f}{cost.cpu * 1e3:9.1f}", end="")
        print(f"{cost.memory / 1e6:7.1f}{served * 1e3:10.0f}", end="")
        print(f"{len(run.found):8}{len(grouped(run.found, components)):7}", end="")
        print(f"{cost.wall / first.wall:8.1f}{best / bests[own]:8.1f}{cost.cpu / max(first.cpu, 1e-4):7.1f}")
    if size == BUDGET_PACKAGES:
        kept = "kept" if first.cpu <= BUDGET_CPU and first.memory <= BUDGET_MEMORY else "EXCEEDED"
        print(
            f"  in a new process: {first.cpu * 1e3:.1f} ms of CPU, {first.memory / 1e6:.1f} MB (budget of 50 ms, 64 MB: {kept})"
        )


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, required=True, help="zip or folder of OSV records")
    parser.add_argument("--bartizan", type=Path, help="the release binary; by default the newest one that cargo built")
    parser.add_argument("--uv", default="uv", help="the uv program (0.13 or later)")
    parser.add_argument("--pip-audit", default="pip-audit", help="the pip-audit program")
    parser.add_argument("--packages", type=int, nargs="+", default=list(SIZES), help="the sizes of the locks")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--service", action="store_true", help="the peers ask `bartizan serve`, not the stand-in")
    return parser.parse_args()


def peers(asked: argparse.Namespace, address: str, work: Path) -> list[Scanner]:
    """The peers that are installed; one that is not is skipped visibly."""
    found = []
    if uv := shutil.which(asked.uv):
        found += [uv_audit(uv, address, None), uv_audit(uv, address, work / "uv-cache")]
    else:
        print(f"skipped: no program `{asked.uv}`")
    if program := shutil.which(asked.pip_audit):
        found.append(pip_audit(program, address, work / "pip-audit-cache"))
    else:
        print(f"skipped: no program `{asked.pip_audit}`")
    return found


def main() -> int:
    """Run the benchmark and compare the findings."""
    asked = arguments()
    binary = find_binary(asked.bartizan)
    records: list[dict[str, Any]] = list(read_records(asked.records))
    index, components = index_of(records), AliasComponents(records)
    said: list[str] = []
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bartizan-benchmark-")))
        sync(binary, work / "home", [asked.records])
        service = own_service(binary, work) if asked.service else stand_in(asked.records)
        address, server = stack.enter_context(service)
        own = [bartizan(binary, work / "home"), bartizan(binary, work / "home", "requirements.txt")]
        scanners = [*own, *peers(asked, address, work)]
        for size in asked.packages:
            pins = write(records, work / str(size), size, asked.seed)
            runs = run_all(scanners, work / str(size), asked.repetitions, server)
            table(size, runs, components)
            wrong = differences(runs, pins, index, components)
            wrong += [line for scanner in own for line in row_problems(output_of(scanner, work / str(size)), components)]
            said += [f"{size} packages: {line}" for line in wrong]
    print(f"\ndifferences between the sets: {len(said)}", *said[:40], sep="\n  ")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
