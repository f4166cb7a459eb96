"""Runs cve-bin-tool's scanner on wheels and prints the products that it names for each; started by `native_benchmark.py`.

It runs in the environment of that tool. The checker of SQLite asks the network when it is loaded, and what reads the metadata
of Python packages asks a database of vulnerabilities: both are left out.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path


def main() -> None:
    """Scan each wheel."""
    # Neither is there where the other scripts are checked.
    from cve_bin_tool import checkers, version_scanner  # type: ignore[import-not-found]  # pylint: disable=import-error

    logging.disable(logging.CRITICAL)
    loaded = {name: entry.load() for name, entry in checkers.BUILTIN_CHECKERS.items() if name != "sqlite"}
    version_scanner.parse = lambda *_: iter(())
    scanner = version_scanner.VersionScanner(should_extract=True, checkers=loaded, validate=False)
    found = {}
    for path in sys.argv[1:]:
        names = {info.product_info.product for info in scanner.recursive_scan(path)}
        found[Path(path).name] = sorted(names)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
