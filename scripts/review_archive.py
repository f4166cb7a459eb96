#!/usr/bin/env python3
"""Reviews a release archive against the tag that it claims to be, with one file that the tag has not.

    scripts/review_archive.py REPOSITORY TAG [--bartizan PATH] [--into DIR] [--also]

Archives of releases hold files that no tag has, since autotools generate them: that is where build-to-host.m4 of xz 5.6.1 lay. This
script packs the tree of a tag, twice, and adds to the second one an m4 file that looks generated and unpacks a file of the tests while
the package is configured; its text was written for this script and is inert. With `--also` twelve generated-looking files without a
trick come along, as in every real archive. Nothing of the repository is run. Exit status 1 where the planted file is not named within
the first three entries.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from bartizan_process import environment, find_binary

PLANTED = "m4/build-to-target.m4"

# It says what such a file does, in our own words; nothing that it names is there.
MACRO = r"""# build-to-target.m4 serial 3
dnl This file is generated. Changes to it are lost.
dnl Prepares quoting of names of folders for the target system.

AC_DEFUN([lab_BUILD_TO_TARGET],
[
  AC_REQUIRE([AC_PROG_SED])
  lab_mark="lab sample begins"
  lab_sample=`grep -rla "$lab_mark" "$srcdir/tests" | sort | head -n 1`
  if test -n "$lab_sample"; then
    lab_turn='tr "a-zA-Z" "n-za-mN-ZA-M"'
    AC_CONFIG_COMMANDS([build-to-target],
      [sed -e "1,/$lab_mark/d" "$lab_sample" | eval "$lab_turn" | xz -dc | $SHELL],
      [lab_sample="$lab_sample"; lab_mark="$lab_mark"; lab_turn='$lab_turn'])
  fi
])
"""

HARMLESS = """# {name}.m4 serial {number}
dnl This file is generated. Changes to it are lost.
dnl Looks whether the function {name} is there.

AC_DEFUN([lab_FUNC_{upper}],
[
  AC_REQUIRE([AC_CANONICAL_HOST])
  AC_CHECK_FUNCS_ONCE([{name}])
  if test $ac_cv_func_{name} = no; then
    HAVE_{upper}=0
  fi
  AC_SUBST([HAVE_{upper}])
])
"""


def packed(repository: str, tag: str, into: Path, more: dict[str, str]) -> None:
    """The tree of a tag as a release archive, with more files."""
    folder = f"release-{tag}"
    tree = subprocess.run(["git", "-C", repository, "archive", "--format=tar", f"--prefix={folder}/", tag], capture_output=True, check=True)
    with tarfile.open(fileobj=io.BytesIO(tree.stdout)) as found, tarfile.open(into, "w:gz", compresslevel=1) as out:
        for member in found:
            out.addfile(member, found.extractfile(member) if member.isfile() else None)
        for path, text in more.items():
            head = tarfile.TarInfo(f"{folder}/{path}")
            head.size = len(text.encode())
            out.addfile(head, io.BytesIO(text.encode()))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("repository")
    parser.add_argument("tag")
    parser.add_argument("--bartizan", type=Path)
    parser.add_argument("--also", action="store_true")
    given = parser.parse_args()
    names = ["getline", "memmem", "strndup", "fseeko", "mkdtemp", "stpcpy", "utimens", "openat", "readlink", "symlink", "setenv", "vasprintf"]
    harmless = {f"m4/{name}.m4": HARMLESS.format(name=name, upper=name.upper(), number=number) for number, name in enumerate(names, 1)}
    with tempfile.TemporaryDirectory() as work:
        old, new = Path(work, "tag.tar.gz"), Path(work, "release.tar.gz")
        packed(given.repository, given.tag, old, {})
        packed(given.repository, given.tag, new, {PLANTED: MACRO} | (harmless if given.also else {}))
        command = [str(find_binary(given.bartizan)), "review", "--artifacts", str(old), str(new), "--format=json", "--exit-zero", "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(Path(work, "home")))
    if done.returncode not in (0, 3):
        raise SystemExit(f"exit {done.returncode}: {done.stderr}")
    entries = json.loads(done.stdout)["entries"] if done.stdout else []
    for number, entry in enumerate(entries[:5], 1):
        print(f"{number}. {entry['severity']} {entry['rule']} {entry['score']:.3f} {entry['file']}:{entry['line']}: {entry['message'][:100]}")
    places = [number for number, entry in enumerate(entries, 1) if entry["file"].endswith(PLANTED)]
    print(f"{len(entries)} entries; the planted file is {f'entry {places[0]}' if places else 'in none'}")
    return 0 if places and places[0] <= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
