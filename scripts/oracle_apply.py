"""Whether changes fit old releases: Bartizan's answer against `git apply`.

Takes a clone and some of its tags. For each of the newest commits that change source files, each file's change is held
against the file as it was in each tag. `git apply --check` says whether it applies, `git apply --check --reverse` whether it
is there already. Both look for a place anywhere in the file, so that they agree but for files that repeat themselves.

    cargo build -p bartizan-vulnerability --example apply_change
    python scripts/oracle_apply.py --repository DIR --tag v4.5.1 [--tag ...] [--commits 300]
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ENDINGS = (".c", ".cc", ".cpp", ".h", ".f90", ".f", ".pyx", ".pxd")
PROGRAM = Path(__file__).resolve().parent.parent / "target/debug/examples/apply_change"


def git(repository, *arguments, check=True):
    done = subprocess.run(["git", "-C", str(repository), *arguments], capture_output=True)
    if done.returncode != 0 and check:
        sys.exit(f"git {arguments[0]} failed: {done.stderr.decode(errors='replace')}")
    return done.stdout if done.returncode == 0 else None


def changes(repository, commits):
    listed = git(repository, "rev-list", "--no-merges", "HEAD", f"--max-count={commits}", "--", *("*" + it for it in ENDINGS))
    for commit in listed.decode().split():
        if git(repository, "rev-parse", "--verify", "--quiet", f"{commit}^1", check=False) is None:
            continue
        names = git(repository, "diff-tree", "-r", "-z", "--no-renames", "--name-only", "--diff-filter=M", f"{commit}^1", commit)
        for name in names.decode(errors="replace").split("\0"):
            if name.endswith(ENDINGS):
                yield commit, name


def by_git(folder, name, patch, copy):
    """What `git apply` says of a patch and a copy: applies, is there, or neither."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(copy)
    answers = []
    for more in ([], ["--reverse"]):
        done = subprocess.run(
            ["git", "apply", "--check", *more, "-"], input=patch, cwd=folder, capture_output=True, env={"GIT_CEILING_DIRECTORIES": "/", "PATH": "/usr/bin:/bin"}
        )
        answers.append(done.returncode == 0)
    return tuple(answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repository", required=True, type=Path)
    parser.add_argument("--tag", required=True, action="append")
    parser.add_argument("--commits", type=int, default=300)
    parser.add_argument("--program", type=Path, default=PROGRAM)
    options = parser.parse_args()
    asked = subprocess.Popen([options.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    counts, differences = Counter(), []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paths = [folder / "before", folder / "after", folder / "copy"]
        for commit, name in changes(options.repository, options.commits):
            before, after = (git(options.repository, "cat-file", "blob", f"{at}:{name}") for at in (f"{commit}^1", commit))
            patch = git(options.repository, "diff-tree", "-p", "--no-renames", "--binary", f"{commit}^1", commit, "--", name)
            for tag in options.tag:
                copy = git(options.repository, "cat-file", "blob", f"refs/tags/{tag}:{name}", check=False)
                if copy is None:
                    continue
                for path, text in zip(paths, (before, after, copy)):
                    path.write_bytes(text)
                asked.stdin.write("\t".join(map(str, paths)) + "\n")
                asked.stdin.flush()
                ours = asked.stdout.readline().strip()
                applies, is_there = by_git(folder / "tree", name, patch, copy)
                expect = {"clean": applies, "moved": applies, "present": is_there, "conflicts": not applies}.get(ours, False)
                counts[ours, "agrees" if expect else "differs"] += 1
                if not expect:
                    differences.append(f"{commit} {name} {tag}: {ours}; git apply {applies}, reverse {is_there}")
    asked.stdin.close()
    for (word, verdict), count in sorted(counts.items()):
        print(f"{word:10} {verdict:8} {count}")
    print("\n".join(differences[:40]))
    print(f"{sum(counts.values())} changes, {len(differences)} differences")
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main())
