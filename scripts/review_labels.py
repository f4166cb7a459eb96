#!/usr/bin/env python3
"""Labels for judging an order of review: which changes brought memory bugs or vulnerabilities, and which were taken back.

    scripts/review_labels.py --repository NAME=DIR ... --memory NAME ... --output labels.json [--jobs 2]
        [--advisories FILE ...] [--hosted NAME=OWNER/NAME ...]
    scripts/review_labels.py --check labels.json

A unit is a commit of the first-parent line of HEAD: a merge of a pull request, a squashed one (`(#N)` at the end of its
subject), or a direct commit. Whatever a merge brings belongs to it.

memory: fixes are commits without merges whose subject speaks of memory and of mending, and that touch C, C++ or Cython.
    Lines that a fix removes (blank ones and comments left out) are blamed on the commits that wrote them, `git blame -w`; a
    commit that took away the same line elsewhere only put it there, and is not at fault.
    The unit of each is labelled, with the day on which the fix came in: nobody could know earlier. Fixes of more than ten
    files or two hundred removed lines say too little and are left out, as are fixes that only add.
security: fixes are changes that advisories name (OSV records, by `--advisories`; `--hosted` says what a project is called where it is
    hosted, NAME/NAME if not told) or whose message speaks of a vulnerability (`scripts/security_fixes.py`). Lines of C, C++, Cython
    and Python outside of tests that they remove are blamed alike.
revert: units that a later unit takes back, by `This reverts commit`, by the number in `Revert "... (#N)"`, or by the branch
    `revert-N-` that the code host makes. What takes back a taking back is none.

`--check` tells how many of the labels of pull requests are right, by scripts/label-verdicts.tsv: labels that somebody read, in two
draws, each with the cause, the fix, and whether the cause brought what the fix mends. Needs git, and nothing else.
"""

import argparse
import collections
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import security_fixes
from review_attacks import wilson

MEMORY = re.compile(
    r"seg(mentation )?-?fault|segv|memory leak|mem(ory)?[ -]?leak|\bleak(s|ed|ing)?\b|refleak|use[- ]after[- ]free|double[- ]free|buffer[- ]over|overrun|out[- ]of[- ]bounds?|"
    r"invalid (memory )?(read|write|access)|uninit?iali[sz]ed|dangling|ref(erence)?[- ]?count|null[- ]?p(oin)?te?r|null deref|valgrind|sanitizer|\basan\b|\bmemory (corruption|error|safety)|\bheap\b",
    re.I,
)
# Dates out of bounds are none of memory, and a warning that is silenced is no bug.
OTHER = re.compile(r"out[- ]of[- ]bounds?.*(date|timestamp|timedelta)|(date|timestamp|timedelta).*out[- ]of[- ]bounds?|uninit\w*.*warning|warning.*uninit", re.I)
MENDING = re.compile(r"\bbug\b|\bfix|\bavoid|\bprevent|\bcorrect|\bmaint\b.*(leak|segf|null)", re.I)
SOURCES = re.compile(r"\.(c|h|cc|cpp|cxx|hpp|pyx|pxd|pxi)(\.src|\.in|\.tp|\.tmpl)?$|\.(c|h)\.src$")
NUMBER = re.compile(r"^Merge (?:pull request|PR) #(\d+)|\(#(\d+)\)$|\(gh-(\d+)\)$", re.I)
MOST_FILES, MOST_LINES = 10, 200
MOST_OF_A_CAUSE = 16 << 20
# Kinds of labels that come of blame.
BLAMED = ("memory", "security")
VERDICTS = Path(__file__).resolve().parent / "label-verdicts.tsv"


def git(repository, *arguments, seconds=120):
    command = ["git", "-C", str(repository), *arguments]
    done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


class History:
    """Every commit behind HEAD, and to which unit each belongs."""

    def __init__(self, repository):
        self.repository = repository
        self.parents, self.time, self.subject, self.body = {}, {}, {}, {}
        text = git(repository, "log", "-z", "--format=%H%x1f%P%x1f%ct%x1f%s%x1f%b", "HEAD", seconds=900)
        order = []
        for record in text.split("\0"):
            # A body may hold anything but this.
            if record.count("\x1f") < 4:
                continue
            commit, parents, time, subject, body = record.split("\x1f", 4)
            self.parents[commit], self.time[commit] = parents.split(), int(time)
            self.subject[commit], self.body[commit] = subject, body
            order.append(commit)
        line, commit = [], order[0] if order else None
        while commit:
            line.append(commit)
            commit = next((it for it in self.parents.get(commit, [])[:1] if it in self.parents), None)
        self.line = line[::-1]
        self.place = {commit: number for number, commit in enumerate(self.line)}
        self.unit = {commit: commit for commit in self.line}
        for commit in self.line:
            left = self.parents[commit][1:]
            while left:
                other = left.pop()
                if other in self.unit or other not in self.parents:
                    continue
                self.unit[other] = commit
                left += self.parents[other]
        self.number = {}
        self.of_number = {}
        for commit in self.line:
            found = NUMBER.search(self.subject[commit])
            if found:
                self.number[commit] = int(next(it for it in found.groups() if it))
                self.of_number[self.number[commit]] = commit


def fixes(history):
    for commit, parents in history.parents.items():
        subject = history.subject[commit]
        if len(parents) == 1 and MEMORY.search(subject) and MENDING.search(subject) and not OTHER.search(subject):
            yield commit


def removed(history, fix, sources):
    """Lines of sources that a fix takes away, by file and their numbers before it."""
    parent = history.parents[fix][0]
    text = git(history.repository, "diff", "-U0", "-w", "--no-color", "--no-ext-diff", parent, fix)
    gone, file, lines, at = {}, None, 0, 0
    for line in text.split("\n"):
        if line.startswith("--- "):
            file = line[6:] if line.startswith("--- a/") and sources.search(line[6:]) else None
        elif line.startswith("@@") and file:
            at = int(re.match(r"@@ -(\d+)", line).group(1))
        elif line.startswith("-") and file:
            content = line[1:].strip()
            if content and not content.startswith(("//", "/*", "*", "#")) and len(content) > 2:
                gone.setdefault(file, {})[at] = content
                lines += 1
            at += 1
    if len(gone) > MOST_FILES or lines > MOST_LINES:
        return None
    return gone


def took(history, commit):
    """Lines that a commit takes away, anywhere."""
    text = git(history.repository, "show", "-U0", "-w", "--no-color", "--no-ext-diff", "--format=", commit)[:MOST_OF_A_CAUSE]
    return {line[1:].strip() for line in text.split("\n") if line.startswith("-")}


def blamed(history, fix, sources):
    gone = removed(history, fix, sources)
    commits, taken = {}, {}
    for file, lines in (gone or {}).items():
        asked = [f"-L{number},{number}" for number in lines]
        try:
            text = git(history.repository, "blame", "-w", "--porcelain", *asked, history.parents[fix][0], "--", file)
        except subprocess.TimeoutExpired:
            continue
        for line in text.split("\n"):
            found = re.match(r"^([0-9a-f]{40}) \d+ (\d+)", line)
            if not found:
                continue
            commit = found[1]
            if commit not in taken:
                taken[commit] = took(history, commit)
            if lines.get(int(found[2])) not in taken[commit]:
                commits.setdefault(commit, []).append(file)
    return fix, commits


def led_to(history, all_fixes, sources, jobs):
    """The units that brought what these fixes mend, by blame."""
    labels, usable = {}, 0
    with ThreadPoolExecutor(jobs) as pool:
        for fix, commits in pool.map(lambda it: blamed(history, it, sources), all_fixes):
            unit = history.unit.get(fix)
            usable += bool(commits)
            for commit, files in commits.items():
                cause = history.unit.get(commit)
                if cause and unit and history.place[cause] < history.place[unit]:
                    known = labels.setdefault(cause, [])
                    known.append({"fix": fix, "day": history.time[unit], "commit": commit, "files": sorted(set(files)), "subject": history.subject[fix]})
    return labels, {"fixes": len(all_fixes), "usable": usable, "units": len(labels)}


def memory(history, jobs):
    return led_to(history, list(fixes(history)), SOURCES, jobs)


def security(history, named, jobs):
    """The same of fixes of vulnerabilities; each label says which advisories name its fix."""
    subject_of = lambda commit: git(history.repository, "log", "-1", "--format=%s", commit).strip()
    mended = security_fixes.fixes(history, named, subject_of)
    labels, counts = led_to(history, sorted(mended), security_fixes.SOURCES, jobs)
    for it in (it for known in labels.values() for it in known):
        it["advisories"] = mended[it["fix"]]
    return labels, {"by advisories": sum(map(bool, mended.values())), **counts}


def reverts(history):
    labels = {}
    for commit, subject in history.subject.items():
        if re.match(r'^(\w+: *)?revert "?(\w+: *)?revert', subject, re.I):
            continue
        unit, causes = history.unit.get(commit), set()
        for short in re.findall(r"[Tt]his reverts commit ([0-9a-f]{7,40})", history.body[commit]):
            full = short if short in history.parents else git(history.repository, "rev-parse", "-q", "--verify", short + "^{commit}").strip()
            causes.add(history.unit.get(full))
        if re.match(r'^(\w+: *)?revert', subject, re.I):
            inner = re.search(r'[Rr]evert.*?".*\(?#(\d+)\)?.*"', subject) or re.search(r"[Rr]evert.*(?:PR|pull request|gh-) *#?(\d+)", subject)
            causes.add(history.of_number.get(int(inner.group(1))) if inner else None)
        branch = re.search(r"/revert-(\d+)-", subject)
        causes.add(history.of_number.get(int(branch.group(1))) if branch else None)
        for cause in causes - {None, unit}:
            if unit and history.place[cause] < history.place[unit]:
                labels.setdefault(cause, []).append({"fix": commit, "day": history.time[unit], "subject": subject})
    return labels, {"units": len(labels)}


def verdicts_of_readers():
    """Project, cause, fix, verdict, reason and draw of each label that was read."""
    return [line.split("\t") for line in VERDICTS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def sifted(labels):
    """The labels without those that were read and are wrong."""
    wrong = {tuple(it[:3]) for it in verdicts_of_readers() if it[3] == "wrong"}
    for name, told in labels.items():
        for own in (told.get(kind, {}) for kind in BLAMED):
            for unit, known in list(own.items()):
                own[unit] = [it for it in known if (name, it["commit"][:12], it["fix"][:12]) not in wrong]
                if not own[unit]:
                    del own[unit]
    return labels


def check(labels):
    """How many of the labels that were read are right: of each draw, and of those of it that are labels still."""
    verdicts = verdicts_of_readers()
    still = set()
    for name, told in labels.items():
        pulls = {it["commit"] for it in told["units"] if it["pull"] is not None}
        for unit, known in told.get("memory", {}).items():
            still.update((name, it["commit"][:12], it["fix"][:12]) for it in known if unit in pulls)
    print(f"{len(still)} labels of pull requests: a cause and a fix each")
    parts = []
    for draw in dict.fromkeys(it[5] for it in verdicts):
        drawn = [it for it in verdicts if it[5] == draw]
        parts += [(f"{draw} draw, read", drawn), ("of these labels still", [it for it in drawn if tuple(it[:3]) in still])]
    for title, part in parts:
        counts = collections.Counter(it[3] for it in part)
        print(f"{title}: {len(part)}; right {counts['right']}, wrong {counts['wrong']}, cannot be told {counts['unclear']}")
        judged = counts["right"] + counts["wrong"]
        low, high = wilson(counts["right"], judged)
        print(f"    right of those that can be told: {counts['right'] / max(judged, 1):.2f} ({low:.2f} to {high:.2f})")
        for name in dict.fromkeys(sorted(it[0] for it in part)):
            own = collections.Counter(it[3] for it in part if it[0] == name)
            print(f"    {name}: right {own['right']}, wrong {own['wrong']}, cannot be told {own['unclear']}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repository", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--memory", action="append", default=[], metavar="NAME")
    parser.add_argument("--advisories", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--hosted", action="append", default=[], metavar="NAME=OWNER/NAME")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--check", type=Path, metavar="LABELS")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.check:
        return check(json.loads(arguments.check.read_text()))
    if not arguments.advisories:
        print("skipped: fixes that advisories name; no file is given by --advisories", flush=True)
    named = security_fixes.named(arguments.advisories)
    hosted = dict(it.split("=", 1) for it in arguments.hosted)
    result = {}
    for item in arguments.repository:
        name, _, place = item.partition("=")
        history = History(place)
        told = {"units": [{"commit": it, "time": history.time[it], "pull": history.number.get(it)} for it in history.line]}
        told["revert"], told["revert_counts"] = reverts(history)
        if name in arguments.memory:
            told["memory"], told["memory_counts"] = memory(history, arguments.jobs)
        named_here = named.get(hosted.get(name, f"{name}/{name}").lower(), {})
        told["security"], told["security_counts"] = security(history, named_here, arguments.jobs)
        result[name] = told
        print(f"{name}: {len(history.line)} units, {len(history.number)} with a number; taken back {told['revert_counts']}, memory {told.get('memory_counts')}, security {told['security_counts']}", flush=True)
        arguments.output.write_text(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
