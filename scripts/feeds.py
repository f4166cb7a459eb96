"""Reading and writing OSV records: a zip as OSV publishes one, a folder of JSON files, or a single file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The OSV records at a path, in the order of their file names; other JSON files are passed over."""
    if path.is_dir():
        texts: Iterable[bytes] = (entry.read_bytes() for entry in sorted(path.rglob("*.json")))
    elif zipfile.is_zipfile(path):
        texts = _texts_of_zip(path)
    else:
        texts = [path.read_bytes()]
    for text in texts:
        record = json.loads(text)
        if isinstance(record, dict) and "id" in record and "modified" in record:
            yield record


def _texts_of_zip(path: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".json"):
                yield archive.read(name)


def write_zip(records: Iterable[dict[str, Any]], path: Path) -> None:
    """Write records as an ``all.zip``: one file a record, named after its id."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
