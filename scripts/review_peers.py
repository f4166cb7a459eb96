#!/usr/bin/env python3
"""Reviews the samples of a folder, each as the one new file of a change, and has other programs look at the same files.

    scripts/review_peers.py BARTIZAN FOLDER... [--hexora PROGRAM] [--guarddog PROGRAM] [--only .py] [--benign NAME]... [--list]

FOLDER holds samples, malicious ones and, in folders called `benign`, innocent ones; `--benign` names more of these. Nothing of
them is run, and nothing is kept: a scratch repository holds each for as long as it is reviewed. A sample becomes a module of a
package, or what its name says: `...setup.py` is `setup.py`, `.json` is `package.json`. What is compared, on either side, is
what somebody sees who asks for less noise: Bartizan's severities, hexora's confidences, GuardDog's word for a whole package.
"""

import argparse
import collections
import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

LEVELS = ["none", "low", "medium", "high", "critical"]
CONFIDENCES = {"very_low": 0, "low": 1, "medium": 2, "high": 3, "very_high": 4}
RISKS = {"low_risk": 1, "medium_risk": 2, "high_risk": 3}
ECOSYSTEMS = {".js": "npm", ".json": "npm", ".ts": "npm", ".go": "go", ".rb": "rubygems"}


def placed(sample):
    """Where a sample stands in a package."""
    name = os.path.basename(sample)
    if name.endswith("setup.py"):
        return "setup.py"
    if name.endswith(".json"):
        return "package.json"
    return f"src/lab/{name}"


def samples(folders, only):
    """All samples, with whether a folder calls them innocent."""
    found = []
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(root, name)
                is_test = name.startswith("test_") and b"import pytest" in open(path, "rb").read()
                if not is_test and (not only or os.path.splitext(name)[1] in only):
                    found.append(path)
    return sorted(found)


def by_bartizan(program, sample):
    """The severity and rule of each entry on a change that adds the sample, highest first."""
    with tempfile.TemporaryDirectory() as folder:
        git = lambda *arguments: subprocess.run(["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments], check=True, capture_output=True)
        git("init", "--quiet")
        git("commit", "--quiet", "--allow-empty", "-m", "before")
        path = os.path.join(folder, placed(sample))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(sample, "rb") as source, open(path, "wb") as target:
            target.write(source.read())
        git("add", "--all")
        git("commit", "--quiet", "-m", "after")
        done = subprocess.run([program, "review", "HEAD~1..HEAD", "--repository", folder, "--format", "json", "--exit-zero", "--quiet"], capture_output=True, text=True)
    if done.returncode not in (0, 3, 4):
        raise SystemExit(f"cannot review {sample}: {done.stderr[:300]}")
    entries = json.loads(done.stdout)["entries"] if done.stdout else []
    return sorted(((LEVELS.index(it["severity"]), it["rule"]) for it in entries), reverse=True)


def alone(sample):
    """A folder with the sample alone in it, as the others take it."""
    folder = tempfile.TemporaryDirectory()
    name = os.path.basename(placed(sample)) if sample.endswith((".json", "setup.py")) else os.path.basename(sample)
    with open(sample, "rb") as source, open(os.path.join(folder.name, name), "wb") as target:
        target.write(source.read())
    return folder


def by_hexora(program, sample):
    with alone(sample) as folder:
        done = subprocess.run([program, "audit", "--output-format", "json", "--min-confidence", "very_low", folder], capture_output=True, text=True)
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return sorted(((CONFIDENCES[it["confidence"]], it["rule"]) for it in told), reverse=True)


def by_guarddog(program, sample):
    ecosystem = ECOSYSTEMS.get(os.path.splitext(sample)[1], "pypi")
    with alone(sample) as folder:
        done = subprocess.run([program, ecosystem, "scan", "--no-sandbox", "--output-format", "json", folder], capture_output=True, text=True)
    told = json.loads(done.stdout)
    level = RISKS.get(told["risk_score"]["label"], 0)
    return [(level, it["threat_rule"] or it["name"]) for it in told["risks"]] or ([(level, "risk")] if level else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bartizan")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--hexora")
    parser.add_argument("--guarddog")
    parser.add_argument("--only", action="append", metavar="ENDING")
    parser.add_argument("--benign", action="append", default=[], metavar="NAME")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="each sample with what is said of it")
    arguments = parser.parse_args()
    tools = {"bartizan": (by_bartizan, arguments.bartizan), "hexora": (by_hexora, arguments.hexora), "guarddog": (by_guarddog, arguments.guarddog)}
    tools = {name: it for name, it in tools.items() if it[1]}
    found = samples(arguments.folders, arguments.only)
    answers = {}
    for name, (ask, program) in tools.items():
        with ThreadPoolExecutor(arguments.jobs) as pool:
            answers[name] = list(pool.map(lambda it: ask(program, it), found))
    is_benign = lambda it: "benign" in it.split(os.sep) or os.path.basename(it) in arguments.benign
    counts = collections.Counter()
    for at, sample in enumerate(found):
        group = "innocent" if is_benign(sample) else "malicious"
        counts[group] += 1
        for name in tools:
            highest = answers[name][at][0][0] if answers[name][at] else 0
            for level in range(1, highest + 1):
                counts[group, name, level] += 1
        if arguments.list:
            said = ["; ".join(f"{name} {level} {rule}" for level, rule in answers[name][at][:4]) or f"{name} -" for name in tools]
            print(f"{group} {sample}: {' | '.join(said)}")
    for group in ("malicious", "innocent"):
        for name in tools:
            told = ", ".join(f"{LEVELS[level]} or above {counts[group, name, level]}" for level in (3, 2, 1))
            print(f"{group:10} {counts[group]:4}  {name:10} {told}")


if __name__ == "__main__":
    main()
