"""Replay an audit of members that people once did, with the ledger of `bartizan access audit`, and count where it differs.

    python3 scripts/access_replay.py --organisations ORG.git --histories MIRRORS --work DIR [--bartizan PATH] [--output FILE]

`ORG.git` is a clone of kubernetes/org, whose history holds the members before and after the audit of February 2024, and who came back.
`MIRRORS` holds clones of repositories, each at `OWNER+NAME/repo`. Every clone is cut off at the moment of the audit first, so that nothing
from afterwards is known, not even who is who. The roles are said before anything is looked at: by default, and with authorship as the only
evidence that a member needs, which is all that a history of a project tells whose changes a robot merges. Nobody is named in the answer.

Intervals are Wilson's, of 95 in 100. Drawn are smaller samples of the repositories only, from a seed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bartizan_process import environment, find_binary

ORGANISATIONS = ("kubernetes", "kubernetes-sigs", "kubernetes-csi", "kubernetes-client", "etcd-io")
AUDIT = "cb499ccf8e51617232ed397d93e2641edf83f983"
AS_OF = "2024-02-15"
A_YEAR_LATER = "2025-02-14"
FETCHED_LATER = "2025-02-14"
SEED = 2024

AUTHORSHIP = "[[role]]\nof = 'organisation'\nlevel = '{level}'\nneeds = ['author', 'review', 'triage', 'push', 'merge', 'release', 'workflow-approval', 'administration']\nrequires = ['author']\ndays = {days}\n"

VERDICT = re.compile(r"^(active|inactive|unknown|exempt)\s+github:(\S+) in the organisation (\S+): (?:member|owner)\b")
LISTED = re.compile(r"^\s*-\s+\"?@?([A-Za-z0-9-]+)\"?\s*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Ground:
    """What people decided: who was a member before and after, and who came back when."""

    before: frozenset[str]
    after: frozenset[str]
    back: dict[str, float]
    head: frozenset[str]

    @property
    def removed(self) -> frozenset[str]:
        return self.before - self.after

    @property
    def kept(self) -> frozenset[str]:
        return self.before & self.after


def git(folder: Path, *arguments: str, text: str | None = None) -> str:
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, errors="replace", check=True, timeout=600)
    return done.stdout


def moment(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=timezone.utc).timestamp()


def run(binary: Path, home: Path, *arguments: str, codes: Sequence[int] = (0, 1)) -> str:
    command = [str(binary), *arguments]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False, timeout=3_600)
    if done.returncode not in codes:
        raise SystemExit(f"`{' '.join(command[:4])} …` ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stderr


def imported(binary: Path, place: Path, organisations: Path, commit: str, name: str) -> dict[str, Any]:
    """The configuration at a commit as a snapshot, read by the program; only files of organisations are laid out for it."""
    folder = place / name
    shutil.rmtree(folder, ignore_errors=True)
    listed = git(organisations, "ls-tree", "-r", "--name-only", commit, "config").splitlines()
    for path in listed:
        parts = path.split("/")
        if len(parts) > 2 and parts[1] in ORGANISATIONS and parts[-1].endswith(".yaml"):
            file = folder.joinpath(*parts[1:])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(git(organisations, "show", f"{commit}:{path}"), encoding="utf-8")
    output = place / f"{name}.json"
    output.unlink(missing_ok=True)
    run(binary, place / "home", "--quiet", "access", "import", str(folder), "--form", "peribolos", "--output", str(output), "--as-of", AS_OF)
    return json.loads(output.read_text(encoding="utf-8"))


def members(snapshot: dict[str, Any]) -> frozenset[str]:
    given = snapshot["assignments"]
    return frozenset(it["holder"]["person"] for it in given if "organisation" in it["resource"] and "person" in it["holder"])


def came_back(organisations: Path, removed: frozenset[str]) -> dict[str, float]:
    """When each of the removed stood in a file of members again first."""
    paths = [f"config/{it}/org.yaml" for it in ORGANISATIONS]
    log = git(organisations, "log", "--first-parent", "--diff-merges=first-parent", "--reverse", "--raw", "--no-abbrev", "--format=@%ct", f"{AUDIT}..HEAD", "--", *paths)
    back: dict[str, float] = {}
    at = 0.0
    for line in log.splitlines():
        if line.startswith("@"):
            at = float(line[1:])
        elif line.startswith(":") and not (blob := line.split()[3]).startswith("0000"):
            text = git(organisations, "cat-file", "blob", blob)
            for login in {it.lower() for it in LISTED.findall(text)} & removed:
                back.setdefault(login, at)
    return back


def cut(mirror: Path, place: Path, day: str) -> Path | None:
    """A clone that ends at a moment, without copying anything: its objects are the mirror's."""
    last = git(mirror, "rev-list", "-1", "--first-parent", f"--before={day}T00:00:00Z", "HEAD").strip()
    if not last:
        return None
    shutil.rmtree(place, ignore_errors=True)
    git(place.parent, "init", "--quiet", "--bare", str(place))
    (place / "objects" / "info" / "alternates").write_text(f"{mirror.resolve() / 'objects'}\n", encoding="utf-8")
    git(place, "update-ref", "refs/heads/then", last)
    git(place, "symbolic-ref", "HEAD", "refs/heads/then")
    return place


def reviewers(clones: Iterable[Path]) -> frozenset[str]:
    """Who is listed in a file of owners then: their work is to review, which no history tells where a robot merges."""
    found: set[str] = set()
    for clone in clones:
        lines = [it.split("\t") for it in git(clone, "ls-tree", "-r", "HEAD").splitlines()]
        blobs = {head.split()[2] for head, path in lines if path.rsplit("/", 1)[-1] in ("OWNERS", "OWNERS_ALIASES")}
        text = git(clone, "cat-file", "--batch", text="".join(f"{it}\n" for it in sorted(blobs)))
        found.update(it.lower() for it in LISTED.findall(text))
    return frozenset(found)


def within(snapshot: dict[str, Any], repositories: Iterable[str]) -> dict[str, Any]:
    """The organisations as if they had only some repositories."""
    names = set(repositories)
    has = lambda it: it["resource"].get("repository") in names or "repository" not in it["resource"]  # noqa: E731
    listed = {it["name"]: it for it in snapshot["repositories"]}
    return {
        **snapshot,
        "repositories": [listed.get(name, {"name": name, "visibility": "public"}) for name in sorted(names)],
        "assignments": [it for it in snapshot["assignments"] if has(it)]
        # The ledger asks about the repositories that somebody has a right to: a team without members stands for all of them.
        + [{"resource": {"repository": it}, "holder": {"team": f"{it.split('/')[0]}/replayed"}, "level": "read"} for it in sorted(names)],
        # The files of an organisation do not say which repositories it has, and so nobody in it would be called inactive.
        "unread": [it for it in snapshot["unread"] if it["part"] != "repositories"],
        "teams": snapshot["teams"] + [{"name": f"{it}/replayed"} for it in sorted({name.split("/")[0] for name in names})],
    }


def judged(binary: Path, place: Path, snapshot: dict[str, Any], clones: dict[str, Path], policy: str, day: str) -> dict[str, str]:
    """What the ledger says of each member: used where any membership is, not known where any is not known."""
    (place / "asked.json").write_text(json.dumps(snapshot), encoding="utf-8")
    (place / "policy.toml").write_text(policy, encoding="utf-8")
    histories = [part for name, clone in sorted(clones.items()) for part in ("--history", f"{name}={clone}")]
    answer = place / "answer.txt"
    answer.unlink(missing_ok=True)
    given = ["access", "audit", "--from", str(place / "asked.json"), "--policy", str(place / "policy.toml"), *histories]
    run(binary, place / "home", *given, "--fetched", day, "--as-of", day, "--private", "--output", str(answer))
    verdicts: dict[str, set[str]] = {}
    for line in answer.read_text(encoding="utf-8").splitlines():
        if found := VERDICT.match(line):
            verdicts.setdefault(found[2], set()).add(found[1])
    order = ("active", "unknown", "inactive", "exempt")
    return {login: next(it for it in order if it in said) for login, said in verdicts.items()}


def share(part: int, whole: int) -> str:
    """A share with its interval."""
    if whole == 0:
        return "0 of 0"
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return f"{part} of {whole}: {p:.3f} ({max(middle - half, 0):.3f} to {min(middle + half, 1):.3f})"


def told(verdicts: dict[str, str], ground: Ground, later: dict[str, str] | None, of: frozenset[str]) -> dict[str, str]:
    """The figures of one policy, over some people."""
    is_said = lambda people, word: [it for it in people & of if verdicts.get(it) == word]  # noqa: E731
    removed, kept = ground.removed & of, ground.kept & of
    back = frozenset(ground.back) & of
    year = frozenset(it for it, at in ground.back.items() if at <= moment(AS_OF) + timedelta(days=365).total_seconds()) & of
    inactive = frozenset(is_said(ground.before, "inactive"))
    figures = {
        "removed, called inactive (recall)": share(len(is_said(removed, "inactive")), len(removed)),
        "removed, called unknown": share(len(is_said(removed, "unknown")), len(removed)),
        "removed, called active": share(len(is_said(removed, "active")), len(removed)),
        "came back at any time, called inactive": share(len(is_said(back, "inactive")), len(back)),
        "came back within a year, called inactive": share(len(is_said(year, "inactive")), len(year)),
        "of removed called inactive, came back (false removals)": share(len(inactive & back), len(inactive & removed)),
        "kept, called inactive": share(len(is_said(kept, "inactive")), len(kept)),
        "kept, called unknown": share(len(is_said(kept, "unknown")), len(kept)),
        "kept, called active": share(len(is_said(kept, "active")), len(kept)),
        "of all called inactive, people removed (precision)": share(len(inactive & removed), len(inactive)),
        "kept and called inactive, no member today": share(len((inactive & kept) - ground.head), len(inactive & kept)),
        "kept and called active, no member today": share(
            len(frozenset(is_said(kept, "active")) - ground.head), len(is_said(kept, "active"))
        ),
    }
    if later is not None:
        again = frozenset(it for it, word in later.items() if word == "active")
        figures["of all called inactive, wrote again within a year"] = share(len(inactive & again), len(inactive))
        figures["of removed called inactive, wrote again within a year"] = share(
            len(inactive & again & removed), len(inactive & removed)
        )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=Path, required=True)
    parser.add_argument("--histories", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--whole", action="store_true", help="do not cut clones off: faster, and who is who is known from afterwards too")
    arguments = parser.parse_args()
    binary, place = find_binary(arguments.bartizan), arguments.work
    (place / "clones").mkdir(parents=True, exist_ok=True)
    (place / "home").mkdir(exist_ok=True)

    states = {name: imported(binary, place, arguments.organisations, at, name) for name, at in (("before", f"{AUDIT}^1"), ("after", AUDIT), ("head", "HEAD"))}
    before, after = members(states["before"]), members(states["after"])
    ground = Ground(before, after, came_back(arguments.organisations, before - after), members(states["head"]))

    mirrors = {
        it.parent.name.replace("+", "/", 1).lower(): it
        for it in sorted(arguments.histories.glob("*/repo"))
        if it.parent.name.split("+")[0] in ORGANISATIONS
    }
    cuts = {name: clone for name, it in mirrors.items() if (clone := cut(it, place / "clones" / f"{it.parent.name}.git", AS_OF))}
    clones = {name: mirrors[name] for name in cuts} if arguments.whole else cuts
    for name in sorted(set(cuts)):
        if not git(cuts[name], "rev-list", "-1", f"--since={AS_OF} -400 days", "HEAD").strip():
            print(f"quiet for more than a year then: {name}")
    owners = reviewers(cuts.values())
    sample = within(states["before"], clones)

    def policy(days: int) -> str:
        return AUTHORSHIP.format(level="member", days=days) + AUTHORSHIP.format(level="owner", days=days)

    later = judged(binary, place, within(states["before"], mirrors), mirrors, policy(365), A_YEAR_LATER)
    everybody = ground.before
    runs = {
        "default, every repository of the configuration": judged(binary, place, states["before"], clones, "", AS_OF),
        "default, only the repositories that were read": judged(binary, place, sample, clones, "", AS_OF),
    }
    authored = {days: judged(binary, place, sample, clones, policy(days), AS_OF) for days in (365, 180)}
    answer: dict[str, Any] = {
        "members": {"before": len(before), "after": len(after), "removed": len(ground.removed), "came back": len(ground.back), "reviewers listed": len(owners & before)},
        "repositories": {"configured": len(states["before"]["repositories"]), "read": len(clones)},
    }
    for name, verdicts in runs.items():
        answer[name] = told(verdicts, ground, None, everybody)
    for days, verdicts in authored.items():
        name = f"authorship, {days} days"
        answer[name] = told(verdicts, ground, later, everybody)
        answer[f"{name}, no reviewers"] = told(verdicts, ground, later, everybody - owners)
        answer[f"{name}, reviewers"] = told(verdicts, ground, later, everybody & owners)
    drawn = random.Random(SEED)
    for count in (len(clones) // 2, len(clones) // 4):
        some = {name: clones[name] for name in drawn.sample(sorted(clones), count)}
        verdicts = judged(binary, place, within(states["before"], some), some, policy(365), AS_OF)
        answer[f"authorship, 365 days, {count} repositories drawn"] = told(verdicts, ground, later, everybody)
    text = json.dumps(answer, indent=1)
    if arguments.output is not None:
        arguments.output.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
