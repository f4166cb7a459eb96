"""`bartizan check --online` against GitHub's own description of its interface, served by a mock that nobody here wrote.

The npm packages ``@octokit/openapi`` (the description) and ``@stoplight/prism-cli`` (the mock, which checks every request
against it) are installed by whoever runs this, outside the repository:

    npm install --ignore-scripts --prefix DIR @octokit/openapi @stoplight/prism-cli
    python scripts/hosting_openapi.py --packages DIR

Prism listens on loopback; between it and Bartizan stands a proxy of ours that passes each request on, asks for a documented
status of one operation at a time (``Prefer: code=404``), and adds what a stateless mock has not: links to further pages, tags
of entities, statuses that the description leaves out. A request that the description does not allow fails the run.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bartizan_process import find_binary

TOKEN = "token-that-nobody-may-print"
PERMISSION = "administration=read"
WORKFLOW = """\
on: workflow_dispatch
permissions: {contents: read}
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: staging
    permissions: {id-token: write}
    steps:
      - uses: actions/checkout@1111111111111111111111111111111111111111 # v6.0.1
      - uses: actions/setup-python@v6
      - uses: pypa/gh-action-pypi-publish@2222222222222222222222222222222222222222 # v1.13.0
"""
"""The environment is that of the description's example, so that its rules are asked for."""

COMMIT = "3333333333333333333333333333333333333333"

UNDOCUMENTED = (401, 403, 404, 410, 422, 451, 503)
"""What any operation may be answered with, whatever the description says of it."""


class Description:
    """The operations of a description of an interface."""

    def __init__(self, path: Path) -> None:
        self.whole = json.loads(path.read_text())
        self.operations: list[tuple[re.Pattern[str], str, list[int]]] = []
        for template, item in self.whole["paths"].items():
            if get := item.get("get"):
                pattern = re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(template)) + "$")
                statuses = [int(status) for status in get["responses"] if status.isdecimal()]
                self.operations.append((pattern, get["operationId"], statuses))
        # A path of fixed words counts before one with gaps.
        self.operations.sort(key=lambda it: it[0].pattern.count("[^/]+"))

    def operation(self, target: str) -> tuple[str, list[int]]:
        """Id and documented statuses of what a request asks for."""
        path = urlsplit(target).path
        for pattern, identifier, statuses in self.operations:
            if pattern.match(path):
                return identifier, statuses
        raise SystemExit(f"the description has no operation `GET {path}`")

    def reads(self, into: Path) -> Path:
        """The description with the operations that only read, for a mock that is there sooner."""
        paths = {path: {"get": item["get"], **{key: item[key] for key in ("parameters",) if key in item}}
                 for path, item in self.whole["paths"].items() if "get" in item}
        into.write_text(json.dumps({**self.whole, "paths": paths}))
        return into


def changed(operation: str, target: str, reply: Any) -> None:
    """What examples leave out so that further operations are asked for: each change keeps to the description."""
    if operation == "repos/get":
        reply["owner"]["type"] = "Organization"
    if operation == "git/get-ref":
        reply["ref"] = "refs/" + urlsplit(target).path.rsplit("/", 1)[1].replace("%2F", "/")
        reply["object"]["type"] = "tag"
    if operation == "repos/get-branch":
        reply["protected"] = True
    if operation == "git/list-matching-refs":
        reply[0]["ref"] = "refs/tags/v6.1.0"
        reply[0]["object"] = {**reply[0]["object"], "type": "commit", "sha": COMMIT}


Answer = tuple[int, dict[str, str], bytes]


class Proxy:
    """Passes requests on to the mock, and answers some otherwise."""

    def __init__(self, description: Description, mock: int) -> None:
        self.description = description
        self.mock = mock
        self.kept: dict[tuple[str, int], Answer] = {}
        self.asked: list[tuple[str, str, int]] = []
        self.faults: list[str] = []
        self.forced: dict[str, int] = {}
        self.made_up: dict[str, Answer] = {}
        self.is_paged = False
        self.is_tagged = False
        self.lock = threading.Lock()
        self.base = ""

    def reset(self) -> None:
        self.asked, self.forced, self.made_up = [], {}, {}
        self.is_paged = self.is_tagged = False

    def answer(self, target: str, headers: dict[str, str]) -> Answer:
        operation, _ = self.description.operation(target)
        if headers.get("authorization") != f"Bearer {TOKEN}":
            self.faults.append(f"{target}: no token")
        if operation in self.made_up:
            reply = self.made_up[operation]
        else:
            reply = self.of_mock(operation, target, headers, self.forced.get(operation, 200))
        status, out, body = reply
        is_list = body.startswith(b"[") or b'"total_count"' in body
        if status == 200 and self.is_paged and is_list and "page=2" not in target:
            separator = "&" if "?" in target else "?"
            out = {**out, "Link": f'<{self.base}{target}{separator}page=2>; rel="next"'}
        if status == 200 and self.is_tagged:
            tag = '"' + hashlib.sha256(body).hexdigest() + '"'
            if headers.get("if-none-match") == tag:
                status, body = 304, b""
            out = {**out, "ETag": tag}
        with self.lock:
            self.asked.append((operation, target, status))
        return status, out, body

    def of_mock(self, operation: str, target: str, headers: dict[str, str], status: int) -> Answer:
        """What the mock answers. The same request was checked once; it is not sent again."""
        key = (target, status)
        with self.lock:
            if key not in self.kept:
                self.kept[key] = self.ask_mock(operation, target, headers, status)
            return self.kept[key]

    def ask_mock(self, operation: str, target: str, headers: dict[str, str], status: int) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.mock, timeout=120)
        passed = {name: headers[name] for name in ("accept", "x-github-api-version", "authorization", "user-agent")}
        prefer = {} if status == 200 else {"Prefer": f"code={status}"}
        connection.request("GET", target, headers={**passed, **prefer})
        reply = connection.getresponse()
        body = reply.read()
        # Examples of the description that break its own schemas are not our fault.
        violations = json.loads(reply.getheader("sl-violations") or "[]")
        ours = [it for it in violations if it["location"][0] == "request"]
        if ours or b"stoplight.io/prism/errors" in body:
            self.faults.append(f"{target}: {ours or body.decode(errors='replace')}")
        if reply.status != status:
            self.faults.append(f"{target}: the mock answered {reply.status}, not {status}")
        elif status == 200:
            value = json.loads(body)
            changed(operation, target, value)
            body = json.dumps(value).encode()
        return reply.status, {"Content-Type": "application/json"}, body


@contextmanager
def served(proxy: Proxy) -> Iterator[None]:
    """The proxy on a port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, out, body = proxy.answer(self.path, headers)
            self.send_response(status)
            for name, value in out.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Talks to nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def mocked(packages: Path, description: Path, port: int) -> Iterator[None]:
    """Prism on loopback, until it is no longer needed."""
    prism = packages / "node_modules" / ".bin" / "prism"
    command = [str(prism), "mock", "-h", "127.0.0.1", "-p", str(port), str(description)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit(f"`{' '.join(command)}` ended with {process.returncode}")
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()
                break
            except OSError:
                time.sleep(0.5)
        yield
    finally:
        process.terminate()
        process.wait()


class Runs:
    """Runs of Bartizan, and what is expected of each."""

    def __init__(self, binary: Path, proxy: Proxy, work: Path) -> None:
        self.binary, self.proxy, self.work = binary, proxy, work
        self.faults: list[str] = []
        self.count = 0
        workflow = work / "checkout" / ".github" / "workflows" / "release.yml"
        workflow.parent.mkdir(parents=True)
        workflow.write_text(WORKFLOW)

    def run(self, what: str, home: str = "") -> dict[str, Any]:
        """The report of one run. Nothing that is printed may hold the token; the program may end with 0, 1 or 4."""
        done = self.started(["--hosted-at", "octocat/Hello-World", "--format", "json"], home)
        if done.returncode not in (0, 1, 4):
            self.faults.append(f"{what}: ended with {done.returncode}: {done.stderr}")
            return {"online": {"unseen": [], "requests": 0, "unchanged": 0}, "results": []}
        if TOKEN in done.stdout + done.stderr:
            self.faults.append(f"{what}: the token was printed")
        return {**json.loads(done.stdout), "exit": done.returncode}

    def started(self, options: list[str], home: str = "") -> subprocess.CompletedProcess[str]:
        """One run with a home of its own, unless it is named."""
        self.count += 1
        environment = {
            "PATH": os.environ["PATH"],
            "BARTIZAN_HOME": str(self.work / (home or f"home-{self.count}")),
            "GITHUB_API_URL": self.proxy.base,
            "GITHUB_TOKEN": TOKEN,
        }
        command = [self.binary, "check", self.work / "checkout", "--online", *options]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.faults.append(what)

    def unseen(self, report: dict[str, Any], operation: str) -> list[dict[str, Any]]:
        """The questions without an answer that an operation answers."""
        all_unseen = [it for it in report["online"]["unseen"] if it["path"]]
        encode = {f"/{target}": it for it in all_unseen for target in [encoded(it["path"])]}
        return [it for target, it in encode.items() if self.proxy.description.operation(target)[0] == operation]


def encoded(path: str) -> str:
    """A path as it was asked for: a name of a reference is one part of it."""
    before, separator, name = path.partition("/git/ref/")
    return before + separator + name.replace("/", "%2F")


def all_of_it(runs: Runs) -> list[str]:
    """Everything answers: which operations are asked."""
    report = runs.run("all answers")
    runs.expect(report["online"]["unseen"] == [], f"all answers: {report['online']['unseen']}")
    runs.expect(report["exit"] != 4, "all answers: out of reach")
    return sorted({operation for operation, _, _ in runs.proxy.asked})


def documented(runs: Runs, operations: list[str]) -> int:
    """Each operation with each of its documented errors."""
    count = 0
    by_id = {identifier: statuses for _, identifier, statuses in runs.proxy.description.operations}
    for operation in operations:
        for status in sorted(by_id[operation]):
            if status == 200:
                continue
            count += 1
            runs.proxy.reset()
            runs.proxy.forced = {operation: status}
            report = runs.run(f"{operation} {status}")
            told = runs.unseen(report, operation)
            is_told = bool(told) and all(f"the host answered {status}" in it["why"] for it in told)
            # A tag that is not there is an answer.
            is_answer = operation == "git/get-ref" and status == 404
            runs.expect(is_told or is_answer, f"{operation} {status}: {report['online']['unseen']}")
            runs.expect((report["exit"] == 4) == (status >= 500), f"{operation} {status}: exit {report['exit']}")
    return count


def undocumented(runs: Runs, operations: list[str]) -> int:
    """Each operation with what any may be answered with; a permission that is missing is named."""
    count = 0
    for operation in operations:
        for status in UNDOCUMENTED:
            count += 1
            runs.proxy.reset()
            body = json.dumps({"message": f"Made up {status}", "documentation_url": "x", "status": str(status)}).encode()
            headers = {"X-Accepted-GitHub-Permissions": PERMISSION} if status == 403 else {}
            runs.proxy.made_up = {operation: (status, headers, body)}
            report = runs.run(f"{operation} {status} (made up)")
            told = runs.unseen(report, operation)
            is_told = bool(told) and all(f"the host answered {status}: Made up {status}" in it["why"] for it in told)
            runs.expect(is_told, f"{operation} {status} (made up): {report['online']['unseen']}")
            if status == 403:
                is_named = all(it["permission"] == f"`{PERMISSION}`" for it in told)
                runs.expect(is_named, f"{operation}: the missing permission is not named: {told}")
            needs_data = status in (401, 503)
            runs.expect((report["exit"] == 4) == needs_data, f"{operation} {status} (made up): exit {report['exit']}")
    return count


def broken(runs: Runs, operations: list[str]) -> int:
    """Each operation with bodies that are none."""
    count = 0
    for operation in operations:
        for body in (b"<html>", b"", b"null", b'"text"', b"[[]]", b"[" * 100_000):
            count += 1
            runs.proxy.reset()
            runs.proxy.made_up = {operation: (200, {}, body)}
            runs.run(f"{operation} {body[:6]!r}")
    return count


def pages(runs: Runs) -> int:
    """Lists of two pages: the second is asked for as the description has it."""
    runs.proxy.reset()
    runs.proxy.is_paged = True
    report = runs.run("pages")
    second = [target for _, target, _ in runs.proxy.asked if "page=2" in target]
    runs.expect(report["online"]["unseen"] == [], f"pages: {report['online']['unseen']}")
    runs.expect(len(second) >= 5, f"pages: only {second}")
    return len(second)


def tags(runs: Runs) -> int:
    """A second run is answered with "not changed" throughout."""
    for expected in (False, True):
        runs.proxy.reset()
        runs.proxy.is_tagged = True
        report = runs.run("tags", home="home-of-tags")
        online = report["online"]
        # Whatever is asked twice in one run is unchanged the second time.
        is_unchanged = online["unchanged"] == online["requests"]
        runs.expect(is_unchanged == expected, f"tags: {online['unchanged']} of {online['requests']} unchanged")
        for file in (runs.work / "home-of-tags").rglob("*"):
            runs.expect(file.is_dir() or TOKEN.encode() not in file.read_bytes(), f"the token lies in {file}")
    return int(report["online"]["unchanged"])


def releases(runs: Runs) -> int:
    """`--fix` pins what the host says of an action, and says why where it says nothing."""
    operation = "git/list-matching-refs"
    by_id = {identifier: statuses for _, identifier, statuses in runs.proxy.description.operations}
    for status in by_id[operation]:
        runs.proxy.reset()
        runs.proxy.forced = {operation: status}
        done = runs.started(["--fix"])
        is_pinned = f"actions/setup-python@{COMMIT} # v6.1.0" in done.stdout
        is_told = f"the host answered {status}" in done.stderr
        holds = done.returncode == 0 and (is_pinned if status == 200 else is_told)
        runs.expect(holds, f"{operation} {status}: {done.stdout}{done.stderr}")
    return len(by_id[operation])


def control(proxy: Proxy, mock: int) -> None:
    """The mock does tell what the description does not allow."""
    def refused(target: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", mock, timeout=120)
        connection.request("GET", target, headers={"accept": "application/json"})
        # Where the description knows an answer to wrong questions, the mock gives that one.
        return connection.getresponse().status in (404, 422)

    for target in ("/repos/a/b/collaborators?permission=everything", "/orgs/a/members?role=king", "/repos/a/b/nothing"):
        if not refused(target):
            raise SystemExit(f"the mock lets `{target}` pass, so that it checks nothing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True, help="where the two npm packages are installed")
    parser.add_argument("--bartizan", type=Path, help="the program; the newest that cargo built by default")
    parser.add_argument("--port", type=int, default=4010, help="where the mock listens on loopback")
    arguments = parser.parse_args()
    path = arguments.packages / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    description = Description(path)
    binary = find_binary(arguments.bartizan)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        proxy = Proxy(description, arguments.port)
        with mocked(arguments.packages, description.reads(work / "description.json"), arguments.port), served(proxy):
            control(proxy, arguments.port)
            runs = Runs(binary, proxy, work)
            operations = all_of_it(runs)
            print(f"{len(operations)} operations asked: {', '.join(operations)}", flush=True)
            steps: list[tuple[str, Callable[[], int]]] = [
                ("documented errors (operation x status)", lambda: documented(runs, operations)),
                ("other errors (operation x status)", lambda: undocumented(runs, operations)),
                ("bodies that are none (operation x body)", lambda: broken(runs, operations)),
                ("answers about releases of actions, for `--fix`", lambda: releases(runs)),
                ("second pages asked for", lambda: pages(runs)),
                ("requests answered with `not changed`", lambda: tags(runs)),
            ]
            for title, step in steps:
                print(f"{step():5} {title}", flush=True)
            targets = {target for target, _ in proxy.kept}
            print(f"{runs.count:5} runs, {len(targets)} different requests checked against the description")
            faults = runs.faults + proxy.faults
    for fault in dict.fromkeys(faults):
        print(f"fault: {fault[:600]}")
    print(f"{len(faults)} faults")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
