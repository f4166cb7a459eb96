#!/usr/bin/env python3
"""What changes that were made to be a burden cost: memory and time of `bartizan review`.

    python scripts/review_bounds.py --into DIR [--bartizan PATH] [--only NAME...]

Each case is a repository of two commits, a patch, or two artifacts, made by this script and removed after its run. Told are the exit code, the
highest resident memory, the processor time and the number of entries; exit status 1 where one takes more than 500 MB or a minute, ends by a signal, or with
the code 70. Needs git.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bartizan_process import environment, find_binary
from measuring import measure

MOST_MEGABYTES = 500
MOST_SECONDS = 60
GIGABYTE = 1 << 30
WORKFLOW = ".github/workflows/a.yml"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", type=Path, required=True)
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--only", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--format", default="json")
    given = parser.parse_args()
    into = given.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    binary = find_binary(given.bartizan)
    variables = environment((into / "home").resolve())
    wrong = 0
    for name in given.only:
        folder = into / name
        folder.mkdir(exist_ok=True)
        arguments = CASES[name](folder)
        said = folder / "said.json"
        cost = measure([str(binary), "review", f"--format={given.format}", *arguments], said, folder, variables)
        megabytes = cost.memory / 1e6
        is_wrong = megabytes > MOST_MEGABYTES or cost.cpu > MOST_SECONDS or cost.status < 0 or cost.status == 70
        wrong += is_wrong
        print(f"{name:22} exit {cost.status:3}  {megabytes:6.0f} MB {cost.cpu:6.1f} s  {told(said.read_bytes())}{'  WRONG' if is_wrong else ''}", flush=True)
        subprocess.run(["rm", "-rf", str(folder)], check=True)
    print(f"{len(given.only)} cases, {wrong} wrong")
    return 1 if wrong else 0


def told(report: bytes) -> str:
    try:
        entries = json.loads(report)["entries"]
    except (ValueError, KeyError):
        return f"{len(report)} bytes"
    rules = sorted({entry["rule"] for entry in entries})
    return f"{len(entries)} entries: {', '.join(rules[:6])}"


# Chunks of a file, so that no content need be in memory as a whole.
Chunks = Iterable[bytes]


def repository(folder: Path, before: dict[str, Chunks], after: Iterable[tuple[str, int, Chunks]]) -> list[str]:
    """A bare repository of two commits; of the second each file with its size."""
    bare = folder / "lab.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
    command = ["git", "-C", str(bare), "-c", "core.bigFileThreshold=10g", "fast-import", "--quiet", "--date-format=now"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        out = process.stdin
        assert out

        def commit(mark: int) -> None:
            parent = f"from :{mark - 1}\n" if mark > 1 else ""
            out.write(f"commit refs/heads/main\nmark :{mark}\ncommitter t <t@example.invalid> now\ndata 1\nx{parent}".encode())

        def file(path: str, size: int, chunks: Chunks) -> None:
            out.write(f"M 100644 inline {path}\ndata {size}\n".encode())
            for chunk in chunks:
                out.write(chunk)
            out.write(b"\n")

        commit(1)
        file("README", 2, [b"x\n"])
        for path, chunks in before.items():
            whole = b"".join(chunks)
            file(path, len(whole), [whole])
        commit(2)
        for path, size, chunks in after:
            file(path, size, chunks)
        out.close()
    if process.returncode:
        raise SystemExit("git fast-import failed")
    subprocess.run(["git", "-C", str(bare), "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    return [f"--repository={bare}", "HEAD~1..HEAD"]


Texts = Callable[[], dict[str, bytes]]


def of_texts(texts: Texts, before: Texts = dict) -> Callable[[Path], list[str]]:
    """A case whose second commit has these files."""
    def case(folder: Path) -> list[str]:
        first = {path: [text] for path, text in before().items()}
        return repository(folder, first, [(path, len(text), [text]) for path, text in texts().items()])
    return case


def zeros(size: int) -> Iterator[bytes]:
    block = bytes(1 << 20)
    for _ in range(size >> 20):
        yield block


def long_diff(folder: Path) -> list[str]:
    """50,000 lines in 100 files of Python and C, each line a call."""
    with (folder / "change.patch").open("w", encoding="utf-8") as out:
        for number in range(100):
            name, line = (f"a{number}.py", "+    os.system(x{})\n") if number % 2 else (f"a{number}.c", "+    strcpy(a[{}], b);\n")
            out.write(f"diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -1,1 +1,501 @@\n import os\n")
            out.writelines(line.format(it) for it in range(500))
    return ["--diff=change.patch"]


def large_diff(folder: Path) -> list[str]:
    """A patch of 190 MB."""
    with (folder / "change.patch").open("w", encoding="utf-8") as out:
        for number in range(200):
            name = f"a{number}.py"
            out.write(f"diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -1,1 +1,35001 @@\n import os\n")
            out.writelines(f"+value = compute({it:8})\n" for it in range(35_000))
    return ["--diff=change.patch"]


def blob(folder: Path) -> list[str]:
    return repository(folder, {}, [("tests/data.bin", GIGABYTE, zeros(GIGABYTE)), ("a.py", GIGABYTE, zeros(GIGABYTE))])


def zip_member(folder: Path) -> list[str]:
    for name, size in (("old.zip", 1 << 20), ("new.zip", GIGABYTE)):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("lab-1/setup.py", "x = 1\n")
            with archive.open("lab-1/tests/data.bin", "w", force_zip64=True) as member:
                for chunk in zeros(size):
                    member.write(chunk)
    return ["--artifacts", "old.zip", "new.zip"]


def tar_member(folder: Path) -> list[str]:
    for name, size in (("old.tar.gz", 1 << 20), ("new.tar.gz", GIGABYTE)):
        with gzip.open(folder / name, "wb", compresslevel=1) as packed:
            head = tarfile.TarInfo("lab-1/tests/data.bin")
            head.size = size
            packed.write(head.tobuf())
            for chunk in zeros(size):
                packed.write(chunk)
            packed.write(bytes(1024))
    return ["--artifacts", "old.tar.gz", "new.tar.gz"]


def many_members(folder: Path) -> list[str]:
    """300 MB of random members that differ on both sides."""
    for name in ("old.tar", "new.tar"):
        with tarfile.open(folder / name, "w") as archive:
            for number in range(300):
                head = tarfile.TarInfo(f"lab-1/a{number}.bin")
                head.size = 1 << 20
                archive.addfile(head, io.BytesIO(os.urandom(1 << 20)))
    return ["--artifacts", "old.tar", "new.tar"]


def many_files(folder: Path) -> list[str]:
    files = ((f"a{number // 1000}/b{number}.py", len(text), [text]) for number in range(100_000) for text in [b"import os\nos.system(x%d)\n" % number])
    return repository(folder, {}, files)


def many_entries(folder: Path) -> list[str]:
    """Two hundred files of 20,000 calls each."""
    text = b"import os\n" + b"".join(b"os.system(x%d)\n" % it for it in range(20_000))
    return repository(folder, {}, ((f"a{number}.py", len(text), [text]) for number in range(200)))


DEEP = 1_000_000
CASES: dict[str, Callable[[Path], list[str]]] = {
    "50000-line-diff": long_diff,
    "190-mb-diff": large_diff,
    "1-gb-blob": blob,
    "1-gb-zip-member": zip_member,
    "1-gb-tar-member": tar_member,
    "300-mb-of-members": many_members,
    "million-lines-python": of_texts(lambda: {"a.py": b"x = f(1)\n" * 800_000, "b.py": b"x=1\n" * 1_000_000}),
    "million-lines-c": of_texts(lambda: {"a.c": b"f(1);\n" * 1_000_000, "b.c": b"void f(void) {\n" + b"g(1);\n" * 1_000_000 + b"}\n"}),
    "million-lines-text": of_texts(lambda: {"a.txt": b"some words\n" * 1_000_000, "b.sh": b"echo $x\n" * 1_000_000, "c.pyx": b"x = 1\n" * 1_000_000}),
    "one-line-python": of_texts(lambda: {"a.py": b"x = [" + b"f(1), " * 1_300_000 + b"]\n"}),
    "one-line-c": of_texts(lambda: {"a.c": b"void f(void) {" + b"g(a*b,1);" * 800_000 + b"}\n"}),
    "one-line-text": of_texts(lambda: {"a.txt": b"x" * (8 << 20), "b.js": b"var x=1;" * (8 << 20), "c.sh": b"echo $x;" * (1 << 20), "d.yml": b"a: " + b"b " * (4 << 20)}),
    "one-line-encoded": of_texts(lambda: {"a.py": b"x = '" + b"QUJDREVG" * (1 << 20) + b"'\n", "b.c": b"char x[] = {" + b"0x41," * 1_600_000 + b"};\n"}),
    "deep-python": of_texts(lambda: {"a.py": b"(" * DEEP, "b.py": b"f(" * DEEP + b")" * DEEP, "c.py": b"x=" + b"[" * DEEP, "d.py": b"not " * DEEP + b"x", "e.py": b"\n".join(b" " * it + b"if x:" for it in range(3_000))}),
    "deep-c": of_texts(lambda: {"a.c": b"void f(void) {" + b"g(" * DEEP + b")" * DEEP + b"}", "b.c": b"{" * DEEP, "c.c": b"void f(void) {" + b"g(" * 1_900 + b"a*b," * 900_000 + b"1" + b")" * 1_900 + b";}"}),
    "deep-workflow": of_texts(lambda: {WORKFLOW: b"[" * DEEP, ".github/workflows/b.yml": b"on: push\njobs: " + b"{a: " * 100_000, ".github/workflows/c.yml": b"".join(b" " * it + b"a:\n" for it in range(3_000)), "d.json": b'{"a":' * DEEP, "e.toml": b"a = " + b"[" * DEEP}),
    "wide-workflow": of_texts(lambda: {WORKFLOW: b"on: push\njobs:\n" + b"".join(b"  a%d:\n    runs-on: x\n    steps: [{run: make}]\n" % it for it in range(100_000))}),
    "million-changed-lines": of_texts(lambda: {"a.c": b"".join(b"g(%d);\n" % it for it in range(700_000))}, lambda: {"a.c": b"".join(b"g(%d);\n" % it for it in range(1, 700_001))}),
    "100000-files": many_files,
    "4000000-calls": many_entries,
}


if __name__ == "__main__":
    sys.exit(main())
