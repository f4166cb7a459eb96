"""What stands between Bartizan and prism: passes requests on, answers queries itself, and makes errors up."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hosting_openapi import TOKEN, Description

Answer = tuple[int, dict[str, str], bytes]

MadeUp = tuple[int, dict[str, str], str, int | None]
"""A status, headers, words, and how often it is answered so; always where nothing is said."""

COLLABORATOR = {"permissionSources": [{"permission": "ADMIN", "roleName": "admin", "source": {"__typename": "Repository"}}],
                "node": {"login": "octocat", "databaseId": 1, "name": None}}
END = {"hasNextPage": False, "endCursor": None}
GRAPH = {"organization": {
    "teams": {"pageInfo": END, "nodes": [{"databaseId": 1, "slug": "justice-league", "privacy": "VISIBLE", "parentTeam": None,
        "members": {"pageInfo": END, "edges": [{"role": "MEMBER", "node": {"login": "octocat", "databaseId": 1, "name": None}}]},
        "repositories": {"pageInfo": END, "edges": [{"permission": "WRITE", "node": {"nameWithOwner": "github/Hello-World"}}]}}]},
    "repositories": {"pageInfo": END, "nodes": [{"databaseId": 1, "nameWithOwner": "github/Hello-World", "visibility": "PUBLIC",
        "isArchived": False, "isFork": False, "pushedAt": "2026-01-01T00:00:00Z", "defaultBranchRef": {"name": "main"},
        "collaborators": {"pageInfo": END, "edges": [COLLABORATOR]}, "rulesets": {"pageInfo": END, "nodes": []},
        "branchProtectionRules": {"pageInfo": END, "nodes": []}, "github": None, "root": None, "docs": None}]}}}


class Operations(Description):
    """All operations, by method."""

    def __init__(self, path: Path) -> None:
        self.whole = json.loads(path.read_text())
        self.by_method: dict[str, list[tuple[re.Pattern[str], str, list[int]]]] = {}
        for template, item in self.whole["paths"].items():
            for method in ("get", "put", "post", "patch", "delete"):
                if operation := item.get(method):
                    pattern = re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(template)) + "$")
                    statuses = [int(status) for status in operation["responses"] if status.isdecimal()]
                    entry = (pattern, operation["operationId"], statuses)
                    self.by_method.setdefault(method.upper(), []).append(entry)
        for entries in self.by_method.values():
            entries.sort(key=lambda it: it[0].pattern.count("[^/]+"))

    def find(self, method: str, target: str) -> tuple[str, list[int]]:
        path = urlsplit(target).path
        for pattern, identifier, statuses in self.by_method[method]:
            if pattern.match(path):
                return identifier, statuses
        raise LookupError(f"the description has no operation `{method} {path}`")


class Proxy:
    """Passes requests on to the mock, answers queries itself, and gives a made-up status to one operation at a time."""

    def __init__(self, operations: Operations, mock: int) -> None:
        self.operations, self.mock = operations, mock
        self.asked: list[tuple[str, int]] = []
        self.faults: list[str] = []
        self.made_up: dict[str, MadeUp] = {}
        self.kept: dict[tuple[str, str, bytes], tuple[int, bytes]] = {}
        self.lock = threading.Lock()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        if headers.get("authorization") != f"Bearer {TOKEN}":
            self.faults.append(f"{target}: no token")
        if target == "/graphql":
            return self.queried(headers, body)
        try:
            operation, _ = self.operations.find(method, target)
        except LookupError as error:
            self.faults.append(str(error))
            return 404, {}, b"{}"
        if made_up := self.made_up.get(operation):
            status, out, words, times = made_up
            if times is None or times > 0:
                self.made_up[operation] = (status, out, words, times and times - 1)
                self.asked.append((operation, status))
                return status, out, json.dumps({"message": words}).encode()
        key = (method, target, body)
        with self.lock:
            if key not in self.kept:
                self.kept[key] = self.of_mock(method, target, headers, body)
        status, out, text = self.told(method, target, headers, body)
        self.asked.append((operation, status))
        return status, out, text

    def queried(self, _: dict[str, str], __: bytes) -> Answer:
        """The answer to a query, which the mock does not know."""
        return 200, {}, json.dumps({"data": GRAPH}).encode()

    def told(self, method: str, target: str, _: dict[str, str], body: bytes) -> Answer:
        """The answer to a request that was shown to the mock."""
        status, text = self.kept[(method, target, body)]
        return status, {}, text

    def of_mock(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.mock, timeout=120)
        names = ("accept", "x-github-api-version", "authorization", "user-agent", "content-type")
        passed = {name: headers[name] for name in names if name in headers}
        connection.request(method, target, body=body or None, headers=passed)
        reply = connection.getresponse()
        text = reply.read()
        violations = json.loads(reply.getheader("sl-violations") or "[]")
        ours = [it for it in violations if it["location"][0] == "request"]
        if ours or b"stoplight.io/prism/errors" in text or reply.status >= 300:
            self.faults.append(f"{method} {target}: {reply.status} {ours or text.decode(errors='replace')[:400]}")
        return reply.status, text


@contextmanager
def served(proxy: Any) -> Iterator[str]:
    """A server of ours on a port of loopback, which asks `proxy` for answers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are sent apart, and the second would wait for the first.
        disable_nagle_algorithm = True

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            status, more, out = proxy.answer(self.command, self.path, headers, body)
            out = b"" if status in (204, 304) else out
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(out)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(out)

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Talks to nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
