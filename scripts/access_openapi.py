"""`bartizan access snapshot`, and every change that a plan can ask for, against GitHub's own descriptions of its interfaces.

The npm packages are installed by whoever runs this, outside the repository:

    npm install --ignore-scripts --prefix DIR @octokit/openapi @stoplight/prism-cli @octokit/graphql-schema graphql @octokit/fixtures
    cargo build -p bartizan -p bartizan-sources --example access_actions
    python scripts/access_openapi.py --packages DIR

Requests go through a proxy of ours to prism, which knows the description and refuses what it does not allow. Queries are checked by the
validator of the package `graphql` against the schema of the host, and answered with data of ours of the shape that the query asks for. Recorded sequences
of `@octokit/fixtures` are replayed: the same changes must give the same requests and take the recorded answers.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bartizan_process import ROOT, find_binary
from hosting_openapi import TOKEN, Description, mocked

QUERIES = ROOT / "crates" / "bartizan-access" / "src" / "host"
STATUSES = (401, 403, 404, 410, 422, 451, 503)
"""What any operation may be answered with, whatever the description says of it."""

VALIDATE = """
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const [packages, ...files] = process.argv.slice(2);
const require = createRequire(packages + "/package.json");
const { buildSchema, parse, validate } = require("graphql");
const text = readFileSync(packages + "/node_modules/@octokit/graphql-schema/schema.graphql", "utf8");
const schema = buildSchema(text, { assumeValid: true });
const told = files.map((file) => validate(schema, parse(readFileSync(file, "utf8"))).map((it) => it.message));
console.log(JSON.stringify(told));
"""

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


def validated(packages: Path) -> list[str]:
    """What the schema does not allow of the queries, and whether the validator tells a wrong one."""
    files = sorted(QUERIES.glob("*.graphql"))
    with tempfile.TemporaryDirectory() as folder:
        wrong = Path(folder) / "wrong.graphql"
        wrong.write_text(files[0].read_text().replace("login", "loginn", 1))
        script = Path(folder) / "validate.mjs"
        script.write_text(VALIDATE)
        command = ["node", str(script), str(packages.resolve()), *map(str, files), str(wrong)]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    if not told.pop():
        raise SystemExit("the validator lets a wrong query pass, so that it checks nothing")
    print(f"{len(files)} queries checked against the schema")
    return [f"{file.name}: {message}" for file, messages in zip(files, told, strict=True) for message in messages]


def whole(path: Path, into: Path) -> Path:
    """The description with all its operations below organisations, repositories and the user, for a mock that is there sooner."""
    description = json.loads(path.read_text())
    kept = ("/orgs/{org}", "/repos/{owner}/{repo}", "/user")
    description["paths"] = {
        name: item for name, item in description["paths"].items()
        if name in kept or name.startswith(("/orgs/{org}/", "/repos/{owner}/{repo}/"))
    }
    into.write_text(json.dumps(description))
    return into


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
        self.made_up: dict[str, int] = {}
        self.kept: dict[tuple[str, str, bytes], tuple[int, bytes]] = {}
        self.lock = threading.Lock()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if headers.get("authorization") != f"Bearer {TOKEN}":
            self.faults.append(f"{target}: no token")
        if target == "/graphql":
            return 200, json.dumps({"data": GRAPH}).encode()
        try:
            operation, _ = self.operations.find(method, target)
        except LookupError as error:
            self.faults.append(str(error))
            return 404, b"{}"
        if status := self.made_up.get(operation):
            self.asked.append((operation, status))
            return status, json.dumps({"message": f"Made up {status}"}).encode()
        key = (method, target, body)
        with self.lock:
            if key not in self.kept:
                self.kept[key] = self.of_mock(method, target, headers, body)
            reply = self.kept[key]
        self.asked.append((operation, reply[0]))
        return reply

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

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            status, out = proxy.answer(self.command, self.path, headers, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(0 if status == 204 else len(out)))
            self.end_headers()
            if status != 204:
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


def snapshot(binary: Path, base: str, home: Path) -> tuple[int, dict[str, Any], str]:
    """One snapshot: how it ended, its numbers, what it said."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "BARTIZAN_HOME": str(home), "GITHUB_API_URL": base,
                   "GITHUB_TOKEN": TOKEN}
    command = [str(binary), "access", "snapshot", "github", "--format", "json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if TOKEN in done.stdout + done.stderr:
        raise SystemExit("the token was printed")
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def snapshots(binary: Path, proxy: Proxy, base: str, work: Path) -> list[str]:
    """Everything answers; then each operation is answered with each status that it may have."""
    faults = []
    proxy.asked.clear()
    status, told, said = snapshot(binary, base, work / "whole")
    if status != 0:
        faults.append(f"the snapshot ended with {status}: {said}")
    # The examples of the description leave these out for everybody.
    faults += [f"not read: {it}" for it in told.get("unread", []) if it["part"] not in ("organisation", "bypass")]
    operations = sorted({operation for operation, _ in proxy.asked})
    print(f"{len(operations)} operations asked: {', '.join(operations)}")
    count = 0
    by_id = {entry[1]: entry[2] for entry in proxy.operations.by_method["GET"]}
    for operation in operations:
        for code in sorted({*STATUSES, *(it for it in by_id[operation] if it >= 300)} - {304}):
            count += 1
            proxy.made_up = {operation: code}
            status, told, said = snapshot(binary, base, work / f"home-{count}")
            words = f"the host answered {code}"
            is_told = words in said or any(words in it["words"] for it in told.get("unread", []))
            # Whose token it is matters to nobody; a wrong token and a host that is down end the run.
            expected = 4 if code in (401, 503, 500) and operation != "users/get-authenticated" else 0
            if operation == "users/get-authenticated":
                is_told, expected = True, status if code in (401, 503) else 0
            if not is_told or status != expected:
                faults.append(f"{operation} {code}: exit {status}, {told.get('unread')} {said[-200:]}")
    proxy.made_up = {}
    print(f"{count:5} errors (operation x status)")
    return faults


def actions(example: Path, base: str) -> list[str]:
    """Every change is made once; the mock says whether the description allows it."""
    done = subprocess.run([str(example), base, TOKEN], capture_output=True, text=True, check=False)
    print(done.stdout, end="")
    return [] if done.returncode == 0 else [f"changes: {done.stdout[-300:]}{done.stderr}"]


class Replay:
    """A recorded sequence: each request must be the next one of the record."""

    def __init__(self, record: list[dict[str, Any]]) -> None:
        self.left = list(record)
        self.faults: list[str] = []
        self.taken = 0

    def answer(self, method: str, target: str, _: dict[str, str], body: bytes) -> tuple[int, bytes]:
        path = urlsplit(target).path.lower()
        while self.left:
            # What others than us would ask in between is passed over.
            entry = self.left.pop(0)
            if entry["method"].upper() == method and urlsplit(entry["path"]).path.lower() == path:
                wanted = entry.get("body")
                if wanted and body and json.loads(body) != wanted and not set(wanted) <= set(json.loads(body)):
                    self.faults.append(f"{method} {target}: sent {body.decode()}, recorded {wanted}")
                self.taken += 1
                out = entry.get("response", "")
                return entry["status"], out.encode() if isinstance(out, str) else json.dumps(out).encode()
        self.faults.append(f"{method} {target}: not in the record")
        return 404, b'{"message": "Not Found"}'


def replayed(example: Path, packages: Path) -> list[str]:
    """The recorded sequence of a collaborator who is added and removed."""
    name = "add-and-remove-repository-collaborator"
    folder = packages / "node_modules" / "@octokit" / "fixtures" / "scenarios" / "api.github.com" / name
    files = sorted(folder.glob("normalized-*.json"))
    if not files:
        raise SystemExit(f"no record of `{name}` in {folder}")
    record = json.loads(files[-1].read_text())
    replay = Replay(record)
    put = next(it for it in record if it["method"].upper() == "PUT")
    _, _, owner, repository, _, login = urlsplit(put["path"]).path.split("/")
    with served(replay) as base:
        command = [str(example), base, TOKEN, "collaborator", f"{owner}/{repository}", login]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(f"{replay.taken} recorded answers of `{name}` taken")
    faults = replay.faults
    if done.returncode != 0 or replay.taken < 3:
        faults.append(f"replay: {done.stdout}{done.stderr}")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True, help="where the npm packages are installed")
    parser.add_argument("--bartizan", type=Path, help="the program; the newest that cargo built by default")
    parser.add_argument("--actions", type=Path, help="the example `access_actions`; that beside the program by default")
    parser.add_argument("--port", type=int, default=4011, help="where the mock listens on loopback")
    arguments = parser.parse_args()
    binary = find_binary(arguments.bartizan)
    example = arguments.actions or binary.parent / "examples" / "access_actions"
    path = arguments.packages / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    faults = validated(arguments.packages)
    faults += replayed(example, arguments.packages)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        proxy = Proxy(Operations(path), arguments.port)
        small = whole(path, work / "description.json")
        with mocked(arguments.packages, small, arguments.port), served(proxy) as base:
            faults += actions(example, base)
            faults += snapshots(binary, proxy, base, work)
            faults += proxy.faults
    for fault in dict.fromkeys(faults):
        print(f"fault: {fault[:600]}")
    print(f"{len(faults)} faults")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
