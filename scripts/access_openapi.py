"""`bartizan access`, from the snapshot to undoing, against GitHub's own descriptions of its interfaces.

The npm packages are installed by whoever runs this, outside the repository:

    npm install --ignore-scripts --prefix DIR @octokit/openapi @stoplight/prism-cli @octokit/graphql-schema graphql @octokit/fixtures
    cargo build -p bartizan -p bartizan-sources --bin bartizan --example access_actions --example access_host --example access_told
    python scripts/access_openapi.py --packages DIR

Requests go through a proxy of ours to prism, which knows the description and refuses what it does not allow. Queries are checked by the
validator of the package `graphql` against the schema of the host, and answered with data of ours of the shape that the query asks for. Recorded sequences
of `@octokit/fixtures` are replayed (`access_recorded.py`). A plan is applied and taken back at a host in memory, and each of its requests is shown to prism
too; each operation is answered once with each error, after which the same plan must be gone on with (`access_applied.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from access_applied import applied
from access_proxy import Operations, Proxy, served
from access_recorded import replayed
from bartizan_process import ROOT, find_binary
from hosting_openapi import TOKEN, mocked

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
            proxy.made_up = {operation: (code, {}, f"Made up {code}", None)}
            status, told, said = snapshot(binary, base, work / f"home-{count}")
            words = f"the host answered {code}"
            is_told = words in said or any(words in it["words"] for it in told.get("unread", []))
            # Whose token it is matters to nobody; a wrong token, a host that is down and an organisation that cannot be seen end the run.
            ends = code in (401, 503, 500) or operation == "orgs/get"
            expected = 4 if ends and operation != "users/get-authenticated" else 0
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True, help="where the npm packages are installed")
    parser.add_argument("--bartizan", type=Path, help="the program; the newest that cargo built by default")
    parser.add_argument("--actions", type=Path, help="the example `access_actions`; that beside the program by default")
    parser.add_argument("--port", type=int, default=4011, help="where the mock listens on loopback")
    parser.add_argument("--only", choices=("snapshot", "applied"), help="leave the other long part out")
    arguments = parser.parse_args()
    binary = find_binary(arguments.bartizan)
    example = arguments.actions or binary.parent / "examples" / "access_actions"
    path = arguments.packages / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    faults = [*validated(arguments.packages), *replayed(example, arguments.packages)]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        proxy = Proxy(Operations(path), arguments.port)
        small = whole(path, work / "description.json")
        with mocked(arguments.packages, small, arguments.port), served(proxy) as base:
            faults += actions(example, base)
            if arguments.only != "applied":
                faults += snapshots(binary, proxy, base, work)
            if arguments.only != "snapshot":
                faults += applied(binary, proxy, work)
            faults += proxy.faults
    for fault in dict.fromkeys(faults):
        print(f"fault: {fault[:600]}")
    print(f"{len(faults)} faults")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
