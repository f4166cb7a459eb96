#!/usr/bin/env python3
"""What bills of materials of a hundred megabytes cost: memory and time of the program on made-up documents.

    python scripts/sbom_bounds.py --into DIR [--bartizan PATH] [--home DIR] [--megabytes 105] [--only NAME...]

Each document is written, looked at by `sbom validate` with all profiles (and the official schemas, where `--home` names a home that has them by
`bartizan sbom schemas --fetch`) and by `sbom compare` against a small wheel, and removed. Told are the exit code, the highest resident memory and the time; exit
status 1 where one takes more than 800 MB or a minute, ends by a signal, or with the code 70.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bartizan_process import environment, find_binary

MOST_MEGABYTES = 800
MOST_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--megabytes", type=int, default=105)
    parser.add_argument("--only", nargs="*", default=sorted(DOCUMENTS), choices=sorted(DOCUMENTS))
    given = parser.parse_args()
    into = given.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    binary = find_binary(given.bartizan)
    variables = environment((given.home or into / "home").resolve())
    wheel = into / "lab-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("lab-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: lab\nVersion: 1.0\n")
    profiles = ["--profile", "ntia", "--profile", "cisa", "--profile", "bsi"]
    schema = [] if given.home else ["--no-schema"]
    wrong = 0
    for name in given.only:
        file = into / f"{name}.json"
        with file.open("w", encoding="utf-8") as out:
            for part in DOCUMENTS[name](given.megabytes * 1_000_000):
                out.write(part)
        size = file.stat().st_size / 1e6
        for title, command in (("validate", ["sbom", "validate", file, *profiles, *schema]), ("compare", ["sbom", "compare", file, wheel])):
            code, megabytes, seconds, last = cost([str(binary), *map(str, command)], variables)
            is_wrong = megabytes > MOST_MEGABYTES or seconds > MOST_SECONDS or code < 0 or code == 70
            wrong += is_wrong
            print(f"{name:24} {size:6.0f} MB  {title:8} exit {code:3}  {megabytes:6.0f} MB {seconds:6.1f} s{'  WRONG' if is_wrong else ''}  {last[:110]}", flush=True)
        file.unlink()
    print(f"{len(given.only)} documents, {wrong} wrong")
    return 1 if wrong else 0


def cost(command: list[str], variables: dict[str, str]) -> tuple[int, float, float, str]:
    """How a command ended, its highest memory in MB, its seconds, and a line of what it said."""
    begin = time.monotonic()
    said = Path(variables["BARTIZAN_HOME"]).parent / "said.txt"
    with said.open("wb") as out, subprocess.Popen(command, env=variables, stdout=out, stderr=subprocess.STDOUT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines()
    told = next((it.strip() for it in lines[1:] if it.strip()), "")
    return process.returncode, usage.ru_maxrss / 1e3, time.monotonic() - begin, told


def until(size: int, head: str, entry: Callable[[int], str], tail: str) -> Iterator[str]:
    """A head, entries with commas between them until there are enough bytes, and a tail."""
    yield head
    written, number = len(head), 0
    while written < size:
        text = (", " if number else "") + entry(number)
        written += len(text)
        number += 1
        yield text
    yield tail


CDX = '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, '
HASH = "ab" * 32


def component(number: int) -> str:
    """A component as generators of bills of images write it."""
    return json.dumps({
        "bom-ref": f"pkg:pypi/name-{number}@1.{number}", "type": "library", "name": f"name-{number}", "version": f"1.{number}", "purl": f"pkg:pypi/name-{number}@1.{number}",
        "supplier": {"name": "The Lab", "url": ["https://lab.example"]}, "hashes": [{"alg": "SHA-256", "content": HASH}], "licenses": [{"license": {"id": "MIT"}}],
        "externalReferences": [{"type": "vcs", "url": f"https://lab.example/{number}"}],
        "properties": [{"name": "syft:location:0:path", "value": f"/usr/lib/{number}"}, {"name": "syft:package:type", "value": "python"}],
    })


def cycle(number: int) -> str:
    return json.dumps({"ref": f"r{number}", "dependsOn": [f"r{number + 1}", f"r{max(number - 1, 0)}", f"r{number}"]})


def components_with_cycles(size: int) -> Iterator[str]:
    yield from until(size * 2 // 3, CDX + '"components": [', component, "], ")
    yield from until(size // 3, '"dependencies": [', cycle, "]}")


def nested_components(size: int) -> Iterator[str]:
    def tower(number: int) -> str:
        inner = f'{{"type": "library", "name": "n{number}"}}'
        for level in range(50):
            inner = f'{{"type": "library", "name": "n{number}-{level}", "components": [{inner}]}}'
        return inner
    yield from until(size, CDX + '"components": [', tower, "]}")


def spdx2(size: int) -> Iterator[str]:
    head = '{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x", "dataLicense": "CC0-1.0", "documentNamespace": "https://lab.example/x", "creationInfo": {"created": "2026-11-26T00:00:00Z", "creators": ["Tool: x"]}, "packages": ['
    def package(number: int) -> str:
        return json.dumps({"SPDXID": f"SPDXRef-{number}", "name": f"name-{number}", "versionInfo": f"1.{number}", "downloadLocation": "NOASSERTION", "supplier": "Organization: The Lab", "licenseConcluded": "MIT", "licenseDeclared": "MIT", "filesAnalyzed": False,
            "checksums": [{"algorithm": "SHA256", "checksumValue": HASH}], "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:pypi/name-{number}@1.{number}"}]})
    def link(number: int) -> str:
        return json.dumps({"spdxElementId": f"SPDXRef-{number}", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": f"SPDXRef-{number // 2}"})
    yield from until(size * 2 // 3, head, package, "], ")
    yield from until(size // 3, '"relationships": [', link, "]}")


def spdx3_of(size: int, ids: int) -> Iterator[str]:
    """Packages and relationships among so many ids."""
    head = '{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [{"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-11-26T00:00:00Z", "createdBy": ["https://lab.example/me"]}, '
    def element(number: int) -> str:
        own = f"https://lab.example/{number % ids}"
        if number % 2:
            return json.dumps({"type": "Relationship", "spdxId": f"https://lab.example/r{number}", "creationInfo": "_:c", "from": own, "relationshipType": "dependsOn", "to": [f"https://lab.example/{(number + 2) % ids}", own]})
        return json.dumps({"type": "software_Package", "spdxId": own, "creationInfo": "_:c", "name": f"name-{number}", "software_packageVersion": f"1.{number}", "software_packageUrl": f"pkg:pypi/name-{number}@1.{number}",
            "verifiedUsing": [{"type": "Hash", "algorithm": "sha256", "hashValue": HASH}]})
    yield from until(size, head, element, "]}")


def entities(_size: int) -> Iterator[str]:
    lines = "".join(f'<!ENTITY e{n} "{"&e" + str(n - 1) + ";" if n else "x"}{("&e" + str(n - 1) + ";") * 9 if n else ""}">' for n in range(30))
    yield f'<?xml version="1.0"?><!DOCTYPE bom [{lines}<!ENTITY f SYSTEM "file:///etc/passwd">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6">&e29;&f;</bom>'


DOCUMENTS: dict[str, Callable[[int], Iterator[str]]] = {
    "cyclonedx-cycles": components_with_cycles,
    "cyclonedx-nested": nested_components,
    "cyclonedx-broken": lambda size: until(size, CDX + '"components": [', lambda n: '{"name": 1, "type": 2}', "]}"),
    "cyclonedx-empty": lambda size: until(size, CDX + '"components": [', lambda n: "{}", "]}"),
    "cyclonedx-equal": lambda size: until(size, CDX + '"components": [', lambda n: component(7), "]}"),
    "cyclonedx-one-text": lambda size: iter([CDX, '"serialNumber": "', "x" * size, '"}']),
    "cyclonedx-fields": lambda size: until(size, "{" + CDX[1:], lambda n: f'"field-{n}": {n}', "}"),
    "deep-lists": lambda size: iter(["[" * size]),
    "many-lists": lambda size: until(size, "[", lambda n: "[]", "]"),
    "spdx-2.3": spdx2,
    "spdx-3.0": lambda size: spdx3_of(size, 1 << 40),
    "spdx-3.0-one-id": lambda size: spdx3_of(size, 2),
    "xml-entities": entities,
}


if __name__ == "__main__":
    sys.exit(main())
