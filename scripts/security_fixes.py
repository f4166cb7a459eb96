"""Which changes of a history mended a vulnerability: those that advisories name, and those whose message says so.

Advisories are OSV records (`scripts/feeds.py`). They name a fix by its commit (a reference, or the end of a range of a repository),
by its pull request, or by an issue that a commit names in its subject or says it closes. A commit of a branch of releases stands for the one of the same
subject on HEAD. Withdrawn records name nothing.
A pull request that is named is one fix, whatever commits it has.
"""

from __future__ import annotations

import re

from feeds import read_records

# Anywhere in a message, and words in its subject that people use of nothing else.
NUMBER = re.compile(r"\bCVE-\d{4}-\d{4,}|\bGHSA(-[0-9a-z]{4}){3}", re.I)
SUBJECT = re.compile(
    r"vulnerab|\binsecure|\bsecurity[- ](fix(es)?|issues?|bugs?|hole|flaw|problem|patch)\b|^security:|\barbitrary code\b|code injection|\bXXE\b|\b(path|directory) traversal",
    re.I,
)
# Policies, pages, alarms of tools and dependencies of others mend nothing of the project.
OTHER = re.compile(r"polic|report|^docs?\b|\.md\b|readme|template|alert|scanning|best practices|\bbump\b|warning|^(CI|TST|TEST)\b", re.I)
SOURCES = re.compile(r"^(?!(.*/)?(tests?|testing|docs?|benchmarks?|examples?)/).*\.(c|h|cc|cpp|cxx|hpp|pyx|pxd|pxi|py)(\.src|\.in|\.tp|\.tmpl)?$")
ADDRESS = re.compile(r"^https?://github\.com/([^/]+/[^/]+)/(commit|pull|issues)/([0-9a-f]+)\b", re.I)
NAMES = re.compile(r"(?:\bgh-|#)(\d+)\b", re.I)
CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? +(?:gh-|#|https://github\.com/[^/\s]+/[^/\s]+/issues/)(\d+)\b", re.I)
REPOSITORY = re.compile(r"^https?://github\.com/([^/]+/[^/]+?)(?:\.git)?/?$", re.I)


def named(files):
    """What advisories name in each repository: `owner/name` to (kind, what) to the ids of the advisories."""
    found = {}

    def add(repository, kind, what, record):
        found.setdefault(repository.lower(), {}).setdefault((kind, what), set()).add(record["id"])

    for file in files:
        for record in read_records(file):
            if record.get("withdrawn"):
                continue
            for reference in record.get("references") or []:
                address = ADDRESS.match(reference.get("url", ""))
                if address:
                    add(address[1], address[2].lower(), address[3].lower(), record)
            for span in (it for affected in record.get("affected") or [] for it in affected.get("ranges") or []):
                repository = REPOSITORY.match(span.get("repo") or "")
                for event in span.get("events") or []:
                    if repository and "fixed" in event:
                        add(repository[1], "commit", event["fixed"].lower(), record)
    return found


def fixes(history, named_here, subject_of):
    """Commits that mended a vulnerability, and the ids of the advisories that say so; none where only their message does.

    `subject_of` tells the subject of a commit that the clone has and HEAD has not.
    """
    found = {}
    on_head, closing = {}, {}
    for commit, subject in history.subject.items():
        on_head.setdefault(subject, []).append(commit)
        message = subject + "\n" + history.body[commit]
        for number in NAMES.findall(subject) + CLOSES.findall(message):
            closing.setdefault(number, []).append(commit)
        says_so = NUMBER.search(message) or SUBJECT.search(subject)
        if len(history.parents[commit]) == 1 and says_so and not OTHER.search(subject):
            found[commit] = set()
    for (kind, what), ids in named_here.items():
        if kind == "pull":
            commits = [history.of_number.get(int(what))] if what.isdecimal() else []
        elif kind == "issues":
            commits = closing.get(what, [])
        else:
            full = [it for it in history.parents if it.startswith(what)] if len(what) >= 10 else []
            same = on_head.get(subject_of(what), [])
            commits = full or (same if len(same) == 1 else [])
        for commit in filter(None, commits):
            found.setdefault(commit, set()).update(ids)
    # A pull request that is named stands for each of its commits.
    for commit in list(found):
        unit = history.unit.get(commit)
        if unit != commit and unit in found:
            found[unit] |= found.pop(commit)
    return {commit: sorted(ids) for commit, ids in found.items() if commit in history.unit}
