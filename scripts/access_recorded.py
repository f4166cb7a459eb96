"""Sequences that were recorded at the real service (`@octokit/fixtures`): the same requests must be sent, and the recorded answers be taken."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from access_proxy import Answer, served
from hosting_openapi import TOKEN

HEADERS = ("link", "location", "etag")

SEQUENCES: list[tuple[str, list[tuple[list[str], str]], int]] = [
    ("add-and-remove-repository-collaborator",
     [(["collaborator", "{0}/{1}", "octokit-fixture-user-b"], ": 204")], 4),
    ("get-organization", [(["ask", "orgs/octokit-fixture-org", ""], "1 pages")], 1),
    ("paginate-issues", [(["ask", "repos/{0}/{1}/issues", "per_page=3"], "5 pages")], 5),
    ("errors", [(["send", "POST", "repos/{0}/{1}/labels", "{body}"], "the host answered 422")], 1),
    ("branch-protection",
     [(["ask", "repos/{0}/{1}/branches/main/protection", ""], "the host answered 404"),
      (["send", "PUT", "repos/{0}/{1}/branches/main/protection", "{body}"], ": 200"),
      (["send", "PUT", "repos/{0}/{1}/branches/main/protection", "{body}"], ": 200"),
      (["send", "DELETE", "repos/{0}/{1}/branches/main/protection", ""], ": 204")], 4),
    # A question goes on where something has moved to; a change does not.
    ("rename-repository",
     [(["send", "PATCH", "repos/{0}/{1}", "{body}"], ": 200"), (["ask", "repos/{0}/{1}", ""], "1 pages"),
      (["send", "PATCH", "repos/{0}/{1}", "{body}"], "the host answered 307")], 4),
]
"""Each with what is asked for, what must be said then, and how many of its answers are taken."""


class Replay:
    """A recorded sequence: each request must be the next one of the record."""

    def __init__(self, record: list[dict[str, Any]]) -> None:
        self.left = list(record)
        self.faults: list[str] = []
        self.taken = 0
        self.base = ""

    def answer(self, method: str, target: str, _: dict[str, str], body: bytes) -> Answer:
        path = urlsplit(target).path.lower()
        while self.left:
            # What others than us would ask in between is passed over.
            entry = self.left.pop(0)
            if entry["method"].upper() != method or urlsplit(entry["path"]).path.lower() != path:
                continue
            wanted = entry.get("body")
            if wanted and json.loads(body or b"{}") != wanted:
                self.faults.append(f"{method} {target}: sent {body.decode()}, recorded {wanted}")
            self.taken += 1
            out = entry.get("response", "")
            headers = {name: value.replace("https://api.github.com", self.base)
                       for name, value in entry["headers"].items() if name.lower() in HEADERS}
            return entry["status"], headers, out.encode() if isinstance(out, str) else json.dumps(out).encode()
        self.faults.append(f"{method} {target}: not in the record")
        return 404, {}, b'{"message": "Not Found"}'


def replayed(example: Path, packages: Path) -> list[str]:
    """All sequences about what is asked and changed here."""
    faults = []
    for name, steps, count in SEQUENCES:
        folder = packages / "node_modules" / "@octokit" / "fixtures" / "scenarios" / "api.github.com" / name
        files = sorted(folder.glob("normalized-*.json"))
        if not files:
            raise SystemExit(f"no record of `{name}` in {folder}")
        record = json.loads(files[-1].read_text())
        bodies = [it["body"] for it in record if it.get("body")]
        replay = Replay(record)
        with served(replay) as replay.base:
            for words, told in steps:
                body = json.dumps(bodies.pop(0)) if "{body}" in words else ""
                command = [body if it == "{body}" else it.format("octokit-fixture-org", name) for it in words]
                done = subprocess.run([str(example), replay.base, TOKEN, *command], capture_output=True, text=True, check=False)
                if told not in done.stdout + done.stderr:
                    faults.append(f"{name}: {command[:3]} said {done.stdout}{done.stderr}")
        print(f"{replay.taken} recorded answers of `{name}` taken")
        if replay.taken != count:
            faults.append(f"{name}: {replay.taken} answers taken, not {count}")
        faults += [f"{name}: {it}" for it in replay.faults]
    return faults
