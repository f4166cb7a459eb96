"""A plan that is applied and taken back at a host in memory, with each request shown to prism, and with each operation failing once."""

from __future__ import annotations

import http.client
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from access_proxy import Answer, Proxy, served
from access_real import Case, Host, after, document, hosted
from hosting_openapi import TOKEN

ORGANISATION = """\
members: [m1, m2, m3, m4, m5, m6, m7, m8]
default_repository_permission: read
teams:
  core: {members: [m1, m2, m3], maintainers: [m4], repos: {array: write, site: triage}}
  docs: {members: [m5, m6], repos: {site: write}}
  web: {members: [m6], repos: {site: read}}
"""

ROBOT = {"login": "robot", "repositories": ["array"], "level": "write", "reason": "opens pull requests"}

LIMIT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

ERRORS: list[tuple[int, dict[str, str], str, int | None]] = [
    *((status, {}, f"Made up {status}", None) for status in (401, 403, 404, 409, 410, 422, 500, 503)),
    # A limit passes by itself: the run waits for it and goes on.
    (403, {"Retry-After": "1"}, LIMIT, 1),
    (429, {"Retry-After": "1"}, "Too many requests", 1),
]


class Passing(Proxy):
    """Shows each request to the mock, and has it answered by the host in memory."""

    def __init__(self, proxy: Proxy, host: str) -> None:
        super().__init__(proxy.operations, proxy.mock)
        self.host = urlsplit(host).netloc

    def queried(self, headers: dict[str, str], body: bytes) -> Answer:
        return self.told("POST", "/graphql", headers, body)

    def told(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        connection = http.client.HTTPConnection(self.host, timeout=120)
        passed = {name: headers[name] for name in ("if-none-match",) if name in headers}
        connection.request(method, target, body=body or None, headers=passed)
        reply = connection.getresponse()
        out = {name: value for name, value in reply.getheaders() if name.lower() in ("etag", "link")}
        return reply.status, out, reply.read()


def wanted(desired: dict[str, Any]) -> dict[str, Any]:
    """Something of each kind is given, and something is taken."""
    desired["team"] = [it for it in desired["team"] if it["role"] != "has-triage"]
    teams = {it["name"]: it for it in desired["team"]}
    teams["core"].update(people=["m1", "m7", "newcomer"], maintainers=["m3", "m4"], repositories=["array", "site"])
    teams["docs"]["role"] = "triage"
    teams["docs"]["repositories"] = ["array", "site"]
    teams["web"]["repositories"] = []
    desired["members"] = [it for it in desired["members"] if it != "m8"]
    desired["bot"] = [ROBOT]
    return desired


def applied(binary: Path, proxy: Proxy, work: Path) -> list[str]:
    """Everything answers; then each operation is answered once with each error, and the plan is gone on with."""
    folder = work / "applied"
    (folder / "config" / "lab").mkdir(parents=True)
    (folder / "config" / "lab" / "org.yaml").write_text(ORGANISATION)
    case = Case(binary, binary.parent / "examples", folder, "lab")
    case.run("import", "config", "--organisation", "lab", "--output", "imported.json")
    case.keys()
    with hosted(case.examples / "access_host", folder / "imported.json") as host:
        passing = Passing(proxy, host.address)
        with served(passing) as base:
            case.environment |= {"GITHUB_API_URL": base, "GITHUB_TOKEN": TOKEN}
            case.snapshot()
            unchanged(case)
            (folder / "desired.toml").write_text(document(wanted(case.wanted(folder / "config"))))
            case.told([f"m{number}" for number in range(1, 9)])
            steps = case.plan()
            shutil.copytree(folder / "log", folder / "log-before")
            errors(case, passing, host, steps)
    return case.faults + passing.faults


def unchanged(case: Case) -> None:
    """A second snapshot is answered with "not changed", and is the same."""
    _, first = case.run("snapshot", "lab", "--format", "json")
    _, second = case.run("snapshot", "lab", "--format", "json")
    case.expect('"unchanged": 0' not in second, f"nothing was unchanged: {second[-400:]}")
    case.expect(first.count("{") == second.count("{"), "two snapshots of the same differ")


def errors(case: Case, passing: Passing, host: Host, steps: list[dict[str, Any]]) -> None:
    before = host.facts()
    expected = after(before, steps)
    # A collaborator is not removed again.
    back = after(before, [{**it, "to": "read"} for it in steps if it["right"]["kind"] == "collaboration" and not it["from"]])
    passing.asked.clear()
    for what, state in (("apply", expected), ("undo", back)):
        case.apply(what)
        host.ask("accept")
        case.expect(host.facts() == state, f"{what}: {sorted(host.facts() ^ state)[:4]}")
    methods = {entry[1]: method for method, entries in passing.operations.by_method.items() for entry in entries}
    operations = sorted({operation for operation, _ in passing.asked})
    changes = [it for it in operations if methods[it] != "GET"]
    print(f"a plan of {len(steps)} steps applied and taken back: {len(operations)} operations, {len(changes)} of them change something: "
          f"{', '.join(changes)}")
    count = stopped = 0
    for operation in operations:
        for error in ERRORS:
            for what, state in (("apply", expected), ("undo", back)):
                passing.made_up = {}
                if what == "apply":
                    host.ask("reset")
                    shutil.rmtree(case.work / "log")
                    shutil.copytree(case.work / "log-before", case.work / "log")
                passing.made_up = {operation: error}
                passing.asked.clear()
                code, said = case.run(what, *case.applying("log"), codes=(0, 2, 4))
                count += 1
                stopped += code != 0
                case.expect(TOKEN not in said, "the token was printed")
                if error[3] is not None:
                    case.expect(code == 0, f"{what}, {operation} {error[0]} for a while: {code} {said[-300:]}")
                elif operation in changes and (operation, error[0]) in passing.asked:
                    case.expect(code == 4, f"{what}, {operation} {error[0]}: {code} {said[-300:]}")
                passing.made_up = {}
                case.apply(what)
                host.ask("accept")
                case.expect(host.facts() == state, f"{what} after {operation} {error[0]}: {sorted(host.facts() ^ state)[:4]}")
    print(f"{count:5} errors while applying and undoing (operation x error), {stopped} stopped it; each was gone on with")
