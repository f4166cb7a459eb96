"""A loopback stand-in for the OSV service, so that other scanners can be asked about the same records.

It answers ``POST /v1/query`` (what pip-audit asks), ``POST /v1/querybatch`` and ``GET /v1/vulns/{id}`` (what uv audit
asks) by `evaluation`. It listens on 127.0.0.1 only, keeps connections alive, and bounds what it reads.

    python scripts/osv_stand_in.py RECORDS...      prints its port and serves until interrupted
"""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from evaluation import Index, index_of
from feeds import read_records

MAX_BODY = 16 << 20
MAX_QUERIES = 1_000
"""What the real service takes in one batch."""
NO_SUCH_RECORD = {"code": 5, "message": "Bug not found."}


class BadQuery(Exception):
    """A request that the service's own rules refuse."""


def package_of_purl(purl: str) -> tuple[str, str, str | None]:
    """Ecosystem, name and version of a PyPI or Julia package URL."""
    body = purl.split("?", 1)[0].split("#", 1)[0]
    for prefix, ecosystem in (("pkg:pypi/", "PyPI"), ("pkg:julia/", "Julia")):
        if body.startswith(prefix):
            name, _, version = body.removeprefix(prefix).partition("@")
            return ecosystem, unquote(name), unquote(version) or None
    raise BadQuery("Invalid Package URL.")


class Answers:
    """The replies of the service for one set of records, as encoded JSON."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.vulnerability = lru_cache(maxsize=None)(self._vulnerability)
        self.query = lru_cache(maxsize=1 << 16)(self._query)

    def _vulnerability(self, identifier: str) -> bytes | None:
        record = self.index.records.get(identifier)
        return None if record is None else json.dumps(record, separators=(",", ":")).encode()

    def _query(self, ecosystem: str, name: str, version: str) -> bytes:
        found = self.index.matches(name, version, ecosystem)
        bodies = [body for identifier in found if (body := self.vulnerability(identifier)) is not None]
        return b'{"vulns":[' + b",".join(bodies) + b"]}" if bodies else b"{}"

    def asked(self, query: Any) -> tuple[str, str, str]:
        """Ecosystem, name and version that one query object asks about."""
        package = query.get("package") if isinstance(query, dict) else None
        if not isinstance(package, dict):
            raise BadQuery("Invalid query.")
        ecosystem, name, version = package.get("ecosystem"), package.get("name"), query.get("version")
        if isinstance(package.get("purl"), str):
            ecosystem, name, of_purl = package_of_purl(package["purl"])
            version = of_purl or version
        if not (isinstance(ecosystem, str) and isinstance(name, str) and isinstance(version, str)):
            raise BadQuery("Invalid query.")
        return ecosystem, name, version

    def batch(self, request: Any) -> bytes:
        """The reply to a batch: for each query the ids and dates of the records that match."""
        queries = request.get("queries") if isinstance(request, dict) else None
        if not isinstance(queries, list) or len(queries) > MAX_QUERIES:
            raise BadQuery("Too many queries.")
        results = []
        for query in queries:
            ecosystem, name, version = self.asked(query)
            found = self.index.matches(name, version, ecosystem)
            brief = [{"id": key, "modified": self.index.records[key]["modified"]} for key in found]
            results.append({"vulns": brief} if brief else {})
        return json.dumps({"results": results}, separators=(",", ":")).encode()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server: StandIn

    def do_GET(self) -> None:
        """Serve one record."""
        path = urlsplit(self.path).path
        identifier = unquote(path.removeprefix("/v1/vulns/"))
        body = self.server.answers.vulnerability(identifier) if path.startswith("/v1/vulns/") else None
        if body is None:
            self._send(404, json.dumps(NO_SUCH_RECORD).encode())
        else:
            self._send(200, body)

    def do_POST(self) -> None:
        """Serve one query or a batch of them."""
        try:
            request = self._read()
            path = urlsplit(self.path).path
            if path == "/v1/query":
                self._send(200, self.server.answers.query(*self.server.answers.asked(request)))
            elif path == "/v1/querybatch":
                self._send(200, self.server.answers.batch(request))
            else:
                self._send(404, b"{}")
        except (BadQuery, ValueError) as problem:
            self.close_connection = True
            self._send(400, json.dumps({"code": 3, "message": str(problem)}).encode())

    def _read(self) -> Any:
        length = int(self.headers.get("Content-Length", ""))
        if not 0 <= length <= MAX_BODY:
            raise BadQuery("Request too large.")
        return json.loads(self.rfile.read(length))

    def _send(self, status: int, body: bytes) -> None:
        self.server.count(f"{self.command} {urlsplit(self.path).path.split('/vulns/')[0]}")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: requests are counted instead."""


class StandIn(ThreadingHTTPServer):
    """The service, bound to a free loopback port."""

    daemon_threads = True
    request_queue_size = 1024

    def __init__(self, index: Index) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = Answers(index)
        self.requests: dict[str, int] = {}
        self._lock = threading.Lock()

    def count(self, kind: str) -> None:
        """Remember that a request of a kind was answered."""
        with self._lock:
            self.requests[kind] = self.requests.get(kind, 0) + 1

    @property
    def address(self) -> str:
        """The root of the service, without a final slash."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(index: Index) -> Iterator[StandIn]:
    """A stand-in that answers in the background for the length of a block."""
    server = StandIn(index)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main() -> None:
    """Serve the records named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", nargs="+", type=Path, help="zip, folder or file of OSV records")
    arguments = parser.parse_args()
    index = index_of(record for path in arguments.records for record in read_records(path))
    server = StandIn(index)
    print(server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print(json.dumps(server.requests, indent=1))


if __name__ == "__main__":
    main()
