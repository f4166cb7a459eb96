#!/usr/bin/env python3
"""Reviews planted attacks: which are found, at which place of the report, by kind, with Wilson intervals of 95 %.

    scripts/review_attacks.py BARTIZAN MANIFEST [--level high] [--jobs 2] [--missed] [--list FILE]

MANIFEST is what `scripts/attacks.py` writes. An attack is found where the review of the pull request with the attack has an
entry at or above the level on a planted file, and the review of the untouched one has no such entry: what differs between
the two is the attack alone. The rank is the place of that entry in the whole report; beside it stands the share of attacks
with an entry of any severity on them, and the share whose entry is among the first three.
"""

import argparse
import collections
import json
import math
import subprocess
from concurrent.futures import ThreadPoolExecutor

LEVELS = ["none", "low", "medium", "high", "critical"]


def review(program, attack, head):
    span = f"{attack['base']}..{attack[head]}"
    command = [program, "review", span, "--repository", attack["repository"], "--format", "json", "--exit-zero", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3, 4):
        raise SystemExit(f"cannot review {attack['id']}: {done.stderr[:300]}")
    return json.loads(done.stdout)["entries"] if done.stdout else []


def look(program, attack):
    """The entries that the attack adds on planted files, with their ranks."""
    key = lambda it: (it["rule"], it["file"], it["message"], it["severity"])
    known = collections.Counter(key(it) for it in review(program, attack, "untouched"))
    files = {it["file"] for it in attack["planted"]}
    added = []
    for rank, it in enumerate(review(program, attack, "commit"), 1):
        if known[key(it)]:
            known[key(it)] -= 1
        elif it["file"] in files:
            added.append((rank, it))
    return added


def wilson(found, of):
    if not of:
        return 0.0, 1.0
    share, z = found / of, 1.96
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    wide = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(middle - wide, 0.0), min(middle + wide, 1.0)


def told(name, answers, level):
    at = [next((rank for rank, it in added if LEVELS.index(it["severity"]) >= level), None) for added in answers]
    found = [it for it in at if it]
    low, high = wilson(len(found), len(at))
    seen = sum(bool(added) for added in answers)
    three = sum(it <= 3 for it in found)
    middle = sorted(found)[len(found) // 2] if found else "-"
    print(f"{name:20} {len(found):4} of {len(at):4}  {len(found) / len(at):.2f} ({low:.2f} to {high:.2f})  any severity {seen / len(at):.2f}  within three {three / len(at):.2f}  median rank {middle}")
    return len(found) / len(at)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bartizan")
    parser.add_argument("manifest")
    parser.add_argument("--level", choices=LEVELS[1:], default="high")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--missed", action="store_true", help="by structure, what is not found and what is said of it")
    parser.add_argument("--list", metavar="FILE", help="each attack with the entries on it, as lines of JSON")
    arguments = parser.parse_args()
    with open(arguments.manifest, encoding="utf-8") as file:
        attacks = json.load(file)["attacks"]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        answers = list(pool.map(lambda it: look(arguments.bartizan, it), attacks))
    level = LEVELS.index(arguments.level)
    for kind in dict.fromkeys(it["kind"] for it in attacks):
        told(kind, [added for it, added in zip(attacks, answers) if it["kind"] == kind], level)
        variants = collections.defaultdict(list)
        for attack, added in zip(attacks, answers):
            if attack["kind"] == kind:
                variants[attack["variant"]].append(added)
        for variant, group in variants.items() if arguments.missed else ():
            loud = [added for added in group if any(LEVELS.index(it["severity"]) >= level for _, it in added)]
            said = collections.Counter(f"{it['severity']} {it['rule']}" for added in group for _, it in added)
            print(f"    {variant}: {len(loud)} of {len(group)}; " + ", ".join(f"{rule} {count}" for rule, count in said.most_common(6)))
    told("all", answers, level)
    if arguments.list:
        with open(arguments.list, "w", encoding="utf-8") as out:
            for attack, added in zip(attacks, answers):
                out.write(json.dumps({**attack, "entries": [{"rank": rank, **{key: it[key] for key in ("rule", "severity", "score", "file", "line", "message")}} for rank, it in added]}) + "\n")


if __name__ == "__main__":
    main()
