#!/usr/bin/env python3
"""Plants attacks, as inert text, into real merged pull requests, for measuring what a review finds of them.

    scripts/attacks.py OUT NAME=REPOSITORY [NAME=REPOSITORY ...] [--seed 1] [--family first|second|third|fourth|both] [--each 20] [--kind KIND]

NAME is the package (`numpy`, `scipy`, `skimage`, `networkx`); REPOSITORY is read only. New objects go to `OUT/NAME.git`, which
borrows all others from it. Ten kinds, `--each` attacks of each; equal seeds give equal commits. `first` is what rules were
mended by, then `second` and `third`, each first measured unseen; `fourth` follows public incidents and was committed before the
rules of its round. Nothing that is planted works: see `attack_kinds/site.py`.

OUT/manifest.json, for whoever measures:
    {"schema_version": 1, "seed": 1, "family": "first",
     "attacks": [{"id": "memory-07", "kind": "memory", "variant": "one_too_far", "project": "numpy",
                  "repository": "OUT/numpy.git",    where `base`, `untouched` and `commit` are
                  "pull_request": 31234, "subject": "...",
                  "base": SHA,                      the parent of the pull request
                  "untouched": SHA,                 the pull request as it was merged: base..untouched is innocent
                  "commit": SHA,                    the same with the attack in it: base..commit is to be found
                  "merged_at": "2026-08-21T10:00:00+00:00",   when the pull request was merged; `commit` has its time and author
                  "planted": [{"file": PATH, "first": LINE or null, "last": LINE or null}]}]}
Lines are those of `commit`; null is the whole file; what was taken away lay before `first`.
"""

import argparse
import importlib
import json
import os
import random
import subprocess
import sys
import tempfile

from attack_kinds.catalogue import ATTACKS
from attack_kinds.site import Site, git
from review_proposals import proposals

KINDS = ["staged_build", "ci_injection", "obfuscated_install", "swapped_binary", "disabled_checks", "look_alike_text", "token_theft", "swapped_source", "memory", "deep_module"]
DRAWS = 80


def scratch(out, name, repository):
    """A repository for new objects, which borrows those of another."""
    path = os.path.join(os.path.abspath(out), f"{name}.git")
    if not os.path.isdir(path):
        subprocess.run(["git", "init", "--bare", "--quiet", path], check=True)
    with open(os.path.join(path, "objects", "info", "alternates"), "w", encoding="utf-8") as file:
        file.write(os.path.join(os.path.abspath(repository), "objects") + "\n")
    return path


def commit(repository, start, parents, files, executable, subject):
    """A commit like `start` with these files in it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "GIT_INDEX_FILE": os.path.join(folder, "index")}
        author = git(repository, "show", "-s", "--format=%an%n%ae%n%aI%n%cI", start).rstrip("\n").split("\n")
        keys = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"]
        environment.update(zip(keys, author))
        environment.update(GIT_COMMITTER_NAME=author[0], GIT_COMMITTER_EMAIL=author[1])
        git(repository, "read-tree", start, env=environment)
        told = ""
        for path, content in sorted(files.items()):
            blob = subprocess.run(["git", "-C", repository, "hash-object", "-w", "--stdin"], input=content, capture_output=True, check=True).stdout.decode().strip()
            told += f"{'100755' if path in executable else '100644'} {blob}\t{path}\n"
        git(repository, "update-index", "--add", "--index-info", input=told, env=environment)
        tree = git(repository, "write-tree", env=environment).strip()
        arguments = [it for parent in parents for it in ("-p", parent)]
        return git(repository, "commit-tree", tree, *arguments, "-m", subject, env=environment).strip()


def plant(attack, number, kind, projects, seed):
    """The attack in the first pull request of a few drawn ones that has a place for it."""
    draw = random.Random(f"{seed} {kind} {number} {attack.__name__} {attack.family}")
    for _ in range(DRAWS):
        name = draw.choice(sorted(projects))
        repository, merged = projects[name]
        chosen = draw.choice(merged)
        site = Site(repository, chosen["commit"], name, draw.getrandbits(64))
        try:
            attack(site)
        except (LookupError, subprocess.CalledProcessError):
            continue
        if all(site.has(path) and content == site.committed(path) for path, content in site.changed.items()):
            continue
        base, untouched = chosen["base"], chosen["commit"]
        if site.ground:
            base = commit(repository, base, [base], site.ground, set(), "ground")
            untouched = commit(repository, untouched, [base], site.ground, set(), chosen["subject"])
        modes = {path for path in site.changed if path in site.executable or site.modes.get(path) == "100755"}
        planted = commit(repository, untouched, [base], site.changed, modes, chosen["subject"])
        return {
            "id": f"{kind.replace('_', '-')}-{number:02}",
            "kind": kind.replace("_", "-"),
            "variant": attack.__name__,
            "project": name,
            "repository": repository,
            "pull_request": chosen["number"],
            "subject": chosen["subject"],
            "base": base,
            "untouched": untouched,
            "commit": planted,
            "merged_at": git(repository, "show", "-s", "--format=%cI", chosen["commit"]).strip(),
            "planted": site.planted,
        }
    raise SystemExit(f"no pull request has a place for {kind} {attack.__name__}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("repositories", nargs="+", metavar="NAME=REPOSITORY")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--family", choices=["first", "second", "third", "fourth", "both"], default="first")
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--last", type=int, default=300)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--kind", choices=KINDS, action="append")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    projects = {}
    for item in arguments.repositories:
        name, _, repository = item.partition("=")
        path = scratch(arguments.out, name, repository)
        projects[name] = (path, proposals(repository, arguments.last, arguments.skip))
    families = ["first", "second"] if arguments.family == "both" else [arguments.family]
    made = []
    for kind in arguments.kind or KINDS:
        importlib.import_module(f"attack_kinds.{kind}")
        for family in ("third", "fourth", "incidents"):
            importlib.import_module(f"attack_kinds.{family}")
        variants = [it for family in families for it in ATTACKS[kind.replace("_", "-"), family]]
        for number in range(arguments.each):
            made.append(plant(variants[number % len(variants)], number + 1, kind, projects, arguments.seed))
        print(f"{kind}: {arguments.each} of {len(variants)} structures", file=sys.stderr)
    manifest = {"schema_version": 1, "seed": arguments.seed, "family": arguments.family, "attacks": made}
    with open(os.path.join(arguments.out, "manifest.json"), "w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
