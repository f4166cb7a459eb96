"""Plans of access on real public configurations: planned, approved by two, applied, killed at every step, gone on with, taken back.

    cargo build -p bartizan -p bartizan-sources --bin bartizan --example access_host --example access_told
    python scripts/access_real.py FOLDER

FOLDER holds `kubernetes-org/config` (github.com/kubernetes/org) and `rust-team` (github.com/rust-lang/team), or one of them; what is not there
is skipped. Each is imported, served on loopback by a host in memory that does what is asked of it, and read again by `access snapshot`. What is wanted
is a draft of what there is, changed in some places by chance that is the same in every run; `access plan --desired` leads there in as many plans as the ladder
needs. The first of them is applied again and again: each time the program is killed (SIGKILL) at another of its changes, before it takes effect
or after and before the program hears of it, gone on with, taken back, killed on the way back as well, and gone on with. What the host has after each is
compared with what follows from the file of the plan, worked out here by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bartizan_process import find_binary

OWNERS = ("test-owner-a", "test-owner-b", "test-owner-c", "test-owner-d")
"""Made up: with whose access it is applied, who proposes, and who approves."""

Facts = set[tuple[str, str, str]]


class Host:
    """The host in memory."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process, self.address = process, address

    def ask(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.address}/{path}") as reply:
            return json.load(reply)

    def facts(self) -> Facts:
        """Everything that is given to somebody, and what is only offered."""
        return facts(self.ask("state"))

    def wait_for_death(self) -> None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if line.strip() != "died":
            raise SystemExit(f"the host said `{line}`")


def facts(snapshot: dict[str, Any]) -> Facts:
    def shown(value: Any) -> str:
        return json.dumps(value, sort_keys=True)

    given = {(shown(it["resource"]), shown(it["holder"]), it["level"]) for it in snapshot["assignments"]}
    return given | {(shown(it["resource"]), shown(it["invited"]), "offered") for it in snapshot.get("invitations", [])}


def after(before: Facts, steps: list[dict[str, Any]]) -> Facts:
    """What there is when all steps of a plan were done and everybody took what they were offered."""
    state = set(before)
    for step in steps:
        right = step["right"]
        person = {"person": right["account"].removeprefix("github:")} if "account" in right else None
        match right["kind"]:
            case "membership":
                resource, holder = {"organisation": right["organisation"]}, person
            case "team-membership":
                resource, holder = {"team": right["team"]}, person
            case "team-access":
                resource, holder = {"repository": right["repository"]}, {"team": right["team"]}
            case "collaboration":
                resource, holder = {"repository": right["repository"]}, person
            case "notice":
                continue
            case other:
                raise SystemExit(f"a plan of these has no step about `{other}`")
        at = (json.dumps(resource, sort_keys=True), json.dumps(holder, sort_keys=True))
        state = {it for it in state if it[:2] != at}
        if step["to"]:
            state.add((*at, step["to"]))
    return state


@contextmanager
def hosted(example: Path, snapshot: Path) -> Iterator[Host]:
    process = subprocess.Popen([str(example), str(snapshot), *OWNERS], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Host(process, process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()


def toml(value: Any) -> str:
    """A value in one line. A text of JSON is one of TOML."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(it)}" for key, it in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def document(desired: dict[str, Any]) -> str:
    plain, tables = [], []
    for key, value in desired.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            tables += [f"\n[[{key}]]\n" + "".join(f"{name} = {toml(it)}\n" for name, it in entry.items()) for entry in value]
        else:
            plain.append(f"{key} = {toml(value)}\n")
    return "".join(plain + tables)


class Case:
    """One organisation."""

    def __init__(self, binary: Path, examples: Path, work: Path, name: str) -> None:
        self.binary, self.examples, self.work, self.name = binary, examples, work, name
        self.faults: list[str] = []
        self.runs = 0
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(work), "BARTIZAN_HOME": str(work / "home"), "NO_COLOR": "1",
                            "GITHUB_TOKEN": "made-up", "PIP_NO_INDEX": "1"}

    def started(self, *arguments: str | Path) -> subprocess.Popen[str]:
        self.runs += 1
        command = [str(self.binary), "access", *map(str, arguments)]
        return subprocess.Popen(command, env=self.environment, cwd=self.work, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments: str | Path, codes: tuple[int, ...] = (0,)) -> tuple[int, str]:
        process = self.started(*arguments)
        out, said = process.communicate()
        if process.returncode not in codes:
            raise SystemExit(f"`access {' '.join(map(str, arguments))}` ended with {process.returncode}:\n{out[-2000:]}{said[-3000:]}")
        return process.returncode, out + said

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.faults.append(f"{self.name}: {what}")

    def keys(self) -> None:
        lines = []
        for owner in OWNERS:
            path = self.work / owner
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
            lines.append(f"github:{owner} {path.with_suffix('.pub').read_text()}")
        (self.work / "signers").write_text("".join(lines))

    def told(self, logins: list[str]) -> None:
        """A log in which they were told forty days ago."""
        shutil.rmtree(self.work / "log", ignore_errors=True)
        command = [str(self.examples / "access_told"), str(self.work / "log"), self.name, "40", *logins]
        subprocess.run(command, check=True)

    def wanted(self, source: Path) -> dict[str, Any]:
        """What there is, as what is wanted."""
        self.run("import", source, "--organisation", self.name, "--into", "desired", "--output", "draft.toml")
        desired = tomllib.loads((self.work / "draft.toml").read_text())
        desired["owners"] = sorted({*desired["owners"], *OWNERS})
        return desired

    def diff(self) -> dict[str, Any]:
        self.run("diff", "desired.toml", "--snapshot", "live.json", "--format", "json", "--output", "diff.json", codes=(0, 1))
        told: dict[str, Any] = json.loads((self.work / "diff.json").read_text())
        return told

    def snapshot(self) -> dict[str, Any]:
        self.run("snapshot", self.name, "--output", "live.json")
        read: dict[str, Any] = json.loads((self.work / "live.json").read_text())
        return read

    def plan(self) -> list[dict[str, Any]]:
        """The steps of the next plan, approved by two; none where there is nothing to do."""
        for name in ("plan.json", "plan.approvals.jsonl"):
            (self.work / name).unlink(missing_ok=True)
        arguments = ("--from", "live.json", "--desired", "desired.toml", "--log", "log", "--by", f"github:{OWNERS[1]}", "--actor",
                     f"github:{OWNERS[0]}", "--title", "as it is wanted", "--output", "plan.json")
        code, _ = self.run("plan", *arguments, codes=(0, 3))
        if code == 3:
            return []
        for owner in OWNERS[2:]:
            self.run("approve", "plan.json", "--by", f"github:{owner}", "--reason", "looked at each step", "--sign", owner, "--log", "log")
        steps: list[dict[str, Any]] = json.loads((self.work / "plan.json").read_text())["plan"]["steps"]
        return steps

    def apply(self, what: str = "apply", log: str = "log") -> None:
        self.run(what, *self.applying(log))

    def applying(self, log: str) -> tuple[str, ...]:
        return ("plan.json", "--signers", "signers", "--desired", "desired.toml", "--log", log)

    def killed(self, host: Host, what: str, death: str) -> None:
        """One run that is killed while the host hangs."""
        host.ask(f"die/{death}")
        process = self.started(what, *self.applying("log"))
        host.wait_for_death()
        process.kill()
        process.communicate()
        host.ask("live")


def changed(desired: dict[str, Any], members: list[str], by_name: set[str]) -> list[str]:
    """Changes what is wanted in some places; gives those from whom something is to be taken. Nobody leaves who was given something by name."""
    chance = random.Random(20261126)
    owners = set(desired["owners"])
    concerned: set[str] = set()
    teams = [it for it in desired["team"] if len(it.get("people", [])) >= 3]
    chance.shuffle(teams)
    parents = {it.get("parent") for it in desired["team"]}
    for team in teams[:6]:
        out = chance.choice([it for it in team["people"] if it not in owners] or team["people"])
        if out not in owners:
            team["people"].remove(out)
            concerned.add(out)
    for team in teams[6:10]:
        new = chance.choice([it for it in members if it not in team["people"] and it not in owners])
        team["people"].append(new)
    for number, team in enumerate(teams[10:12]):
        team["people"].append(f"newcomer-{number}")
    # Somebody is to say who is in a team.
    plain = [it for it in teams[12:] if any(login not in owners for login in it["people"])][0]
    login = next(it for it in plain["people"] if it not in owners)
    plain["people"].remove(login)
    plain.setdefault("maintainers", []).append(login)
    # A team that may less than before, and one that may more elsewhere.
    able = [it for it in desired["team"] if it.get("repositories") and it["role"] in ("has-admin", "has-write", "has-maintain")]
    able = [it for it in able if it["name"] not in parents and it.get("people")]
    lower = min(able, key=lambda it: (len(it["people"]) + len(it.get("maintainers", [])), it["name"]))
    lower["role"] = "triage"
    concerned.update(lower["people"], lower.get("maintainers", []))
    other = next(it for it in able if it is not lower)
    other["repositories"] = sorted({*other["repositories"], *lower["repositories"][:1]})
    # Somebody leaves for good.
    gone = next(it for it in members if it not in owners | concerned | by_name)
    for team in desired["team"]:
        for key in ("people", "maintainers"):
            if gone in team.get(key, []):
                team[key].remove(gone)
    desired["members"] = [it for it in desired.get("members", []) if it != gone]
    concerned.add(gone)
    return sorted(concerned - owners)


def tried(case: Case, source: Path, most: int | None) -> None:
    began = time.monotonic()
    case.run("import", source, "--organisation", case.name, "--output", "imported.json")
    case.keys()
    with hosted(case.examples / "access_host", case.work / "imported.json") as host:
        case.environment["GITHUB_API_URL"] = host.address
        live = case.snapshot()
        # Others have names that begin alike: rust-lang-nursery.
        own = [it for it in host.ask("state")["assignments"] if any(f'"{case.name}{end}' in json.dumps(it["resource"]) for end in '"/')]
        case.expect(len(live["assignments"]) == len(own), f"{len(live['assignments'])} assignments read, the host has {len(own)}")
        desired = case.wanted(source)
        (case.work / "desired.toml").write_text(document(desired))
        drift = [it for it in case.diff()["differences"] if not it["excused"]]
        # A draft has no place for what was given by name.
        case.expect(all("repository" in it["subject"] and ": @" in it["subject"] for it in drift), f"the draft is not what there is: {drift[:3]}")
        by_name = len(drift)
        is_member = {"organisation": case.name}
        members = sorted(it["holder"]["person"] for it in live["assignments"] if it["resource"] == is_member)
        given_by_name = {it["holder"]["person"] for it in live["assignments"] if "repository" in it["resource"] and "person" in it["holder"]}
        concerned = changed(desired, members, given_by_name)
        case.told(sorted({*concerned, *given_by_name} - set(OWNERS)))
        (case.work / "desired.toml").write_text(document(desired))
        count = len([it for it in case.diff()["differences"] if not it["excused"]])
        steps = case.plan()
        rungs = {rung: sum(it["rung"] == rung for it in steps) for rung in dict.fromkeys(it["rung"] for it in steps)}
        print(f"{case.name}: {len(members)} members, {len(live['teams'])} teams, {len(live['repositories'])} repositories, "
              f"{len(live['assignments'])} assignments; {by_name} by name; {count} differences, first plan: {rungs}")
        refused(case, host)
        killed_everywhere(case, host, steps, most)
        ladder(case, host, steps, {it["login"] for it in desired.get("bot", [])})
    print(f"{case.name}: {case.runs} runs of the program, {time.monotonic() - began:.0f} s")


def refused(case: Case, host: Host) -> None:
    """With one of the two signatures nothing is done, and with a state that drifted neither."""
    path = case.work / "plan.approvals.jsonl"
    both = path.read_text()
    before = host.facts()
    path.write_text(both.splitlines(keepends=True)[0])
    code, said = case.run("apply", *case.applying("log"), codes=(2,))
    case.expect("1 approval of the plan counts" in said, f"one approval: {code} {said[-300:]}")
    path.write_text(both)
    case.expect(host.facts() == before, "a plan with one approval changed something")


def killed_everywhere(case: Case, host: Host, steps: list[dict[str, Any]], most: int | None) -> None:
    before = host.facts()
    expected = after(before, steps)
    acting = [it for it in steps if it["right"]["kind"] != "notice"]
    shutil.copytree(case.work / "log", case.work / "log-before")
    count = 0
    for number in range(len(acting))[:most]:
        for way in ("before", "after"):
            host.ask("reset")
            shutil.rmtree(case.work / "log")
            shutil.copytree(case.work / "log-before", case.work / "log")
            shutil.rmtree(case.work / "notices", ignore_errors=True)
            for what, wanted in (("apply", expected), ("undo", before)):
                at = number if what == "apply" else len(acting) - 1 - number
                case.killed(host, what, f"{way}/{at}")
                case.apply(what)
                host.ask("accept")
                found = host.facts()
                count += 1
                case.expect(found == wanted, f"{what}, killed {way} change {at}: {sorted(found ^ wanted)[:4]}")
    print(f"{case.name}: killed {count} times at {len(acting)} changes, both ways; {len(case.faults)} faults")
    host.ask("reset")
    shutil.rmtree(case.work / "log")
    shutil.move(case.work / "log-before", case.work / "log")


def ladder(case: Case, host: Host, steps: list[dict[str, Any]], bots: set[str]) -> None:
    """Plan after plan, until there is nothing to do."""
    for number in range(1, 8):
        expected = after(host.facts(), steps)
        case.apply()
        host.ask("accept")
        case.expect(host.facts() == expected, f"plan {number}: {sorted(host.facts() ^ expected)[:4]}")
        case.run("log", "verify", "--log", "log")
        case.snapshot()
        steps = case.plan()
        if not steps:
            break
    left = [it for it in case.diff()["differences"] if not it["excused"]]
    # Grants by name end as reading, which no plan takes away; programs keep theirs.
    by_name = [it for it in left if ": @" in it["subject"] and it["subject"].startswith("repository ")]
    ended = [it for it in by_name if it["found"] == "read" or it["subject"].rpartition("@")[2] in bots]
    more = [it for it in left if it not in ended]
    case.expect(more == [] and number < 7, f"after {number} plans there is still {more[:4]}")
    print(f"{case.name}: as it is wanted after {number} plans; {len(left)} grants by name are left as reading")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the configurations")
    parser.add_argument("--bartizan", type=Path, help="the program; the newest that cargo built by default")
    parser.add_argument("--most", type=int, help="kill at the first so many changes only")
    arguments = parser.parse_args()
    binary = find_binary(arguments.bartizan)
    faults: list[str] = []
    for name, place in (("kubernetes", "kubernetes-org/config/kubernetes"), ("rust-lang", "rust-team")):
        source = (arguments.folder / place).resolve()
        if not source.is_dir():
            print(f"skipped: {name}: there is no {source}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            case = Case(binary, binary.parent / "examples", Path(folder), name)
            tried(case, source, arguments.most)
            faults += case.faults
    for fault in faults:
        print(f"fault: {fault}")
    print(f"{len(faults)} faults")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
