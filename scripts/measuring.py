"""What a run of another program cost: wall time, processor time and peak memory.

A child's peak memory counts from the moment its parent forked it, so a large parent would be measured instead of a small
child. Every measured command is therefore started by this file run as a program: a fresh interpreter of some 14 MB,
which is the least that can be measured; smaller programs show up as that.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 900


@dataclass(frozen=True)
class Cost:
    """One run: seconds by the clock, seconds of processor time, peak resident bytes, and the exit status."""

    wall: float
    cpu: float
    memory: int
    status: int


def measure(command: Sequence[str], output: Path, folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command with its standard output in a file and its talk in a file beside it."""
    launcher = [sys.executable, "-I", "-S", __file__, str(output), *command]
    done = subprocess.run(
        launcher, cwd=folder, env=dict(environment), capture_output=True, text=True, check=True, timeout=TIMEOUT
    )
    return Cost(**json.loads(done.stdout))


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure; the status is the last run's."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        round(statistics.median(cost.memory for cost in costs)),
        costs[-1].status,
    )


def cpu_of(pid: int) -> float:
    """Processor time that a living process has used so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _launch(output: str, command: Sequence[str]) -> None:
    """Run the command and print its cost as JSON."""
    # What lies between the clock and the command should be little: a short command takes some milliseconds, and
    # `subprocess` adds more than half of one.
    written = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, written, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, f"{output}.err", written, 0o644),
    ]
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    cost = {
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss * 1024,
        "status": os.waitstatus_to_exitcode(status),
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    _launch(sys.argv[1], sys.argv[2:])
