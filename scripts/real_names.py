#!/usr/bin/env python3
"""Which real names resemble a popular one: writes `real.txt` of the check `look-alike-name`.

    scripts/real_names.py --source conda-forge=FILE --source spack=FILE … [--malicious FILE] [--check]

A real name is one that somebody packaged by hand elsewhere: a collection with people who look at what they take in
(a distribution, a channel, a build system) has the project of that name. The lists are made by whoever runs this, one
name of the package index a line, and are none that the alarms are measured with; nothing here knows where they come from.
Only collections count that say the name on the index itself: Debian's do not (its `python3-pandas-lib` is
no `pandas-lib` of the index). A name in the file of `--malicious` is
left out whoever has it. Only names that the rules would call an imitation are written, each with the
collections that have it; `--check` says whether the file would change. Needs `cargo`; no network.
"""

import argparse
import subprocess
import sys

from look_alikes import REAL, Program, names_of

HEADER = """\
# Names that resemble a popular one and are those of real packages: a collection that people look after has each.
#
# Written by scripts/real_names.py, not by hand. {names} names of {collections} were looked at
# ({sizes}); of them, {written} are near a popular name.
"""

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", action="append", required=True, metavar="NAME=FILE")
    parser.add_argument("--malicious", action="append", default=[], metavar="FILE")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()

    sources = {}
    for source in arguments.source:
        name, file = source.split("=", 1)
        sources[name] = set(names_of(file))
    malicious = {name for file in arguments.malicious for name in names_of(file)}
    everything = set().union(*sources.values())

    program = Program()
    near = {name for name, _, _ in program.alarms_without_real(sorted(everything))}
    for name in sorted(near & malicious):
        print(f"left out, recorded as malicious: {name}", file=sys.stderr)
    taken = sorted(near - malicious)
    sizes = ", ".join(f"{name} {len(names):,}" for name, names in sorted(sources.items()))
    text = HEADER.format(
        names=f"{len(everything):,}", collections=f"{len(sources)} collections", sizes=sizes, written=len(taken)
    )
    for name in taken:
        having = " ".join(sorted(source for source, names in sources.items() if name in names))
        text += f"{name} # {having}\n"
    print(f"{len(taken)} names of {len(everything):,}")
    if arguments.check:
        return int(REAL.read_text(encoding="utf-8") != text)
    REAL.write_text(text, encoding="utf-8")
    return 0

if __name__ == "__main__":
    sys.exit(main())
