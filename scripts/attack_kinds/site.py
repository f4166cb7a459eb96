"""Where an attack is planted: the tree of a real pull request, which only grows in a scratch repository.

Nothing here is run. Encoded texts decode to one harmless sentence, binaries are random bytes behind the first bytes of a
known form, and addresses are from the ranges that documents use (RFC 5737, RFC 2606), so that what is written reaches nobody.
"""

import base64
import binascii
import codecs
import lzma
import random
import re
import subprocess
import zlib

INERT = "print('inert sample of a review test: it does nothing')"

ADJECTIVES = "fast local shared cached stable legacy native inner packed aligned strided lazy common global reduced sparse dense chunked".split()
NOUNS = "layout buffer cache config index table state kernel window profile marker bundle offset header record sample channel context".split()
VERBS = "load build check sync refresh update resolve prepare collect finalize restore compute gather expand normalize detect".split()
HOSTS = ["192.0.2.17", "192.0.2.201", "198.51.100.23", "198.51.100.8", "203.0.113.5", "203.0.113.77"]
DOMAINS = ["metrics.example.org", "cdn-assets.example.com", "files.example.net", "telemetry.example.com", "mirror.example.org", "status-check.example.net"]
PLACES = ["v1/collect", "api/events", "u", "static/init", "ping", "t/submit", "data/latest", "health"]
NOTES = [
    "Work around a problem on older runners, see gh-%d.",
    "Needed for reproducible builds (gh-%d).",
    "Keep in sync with the release scripts.",
    "Speeds up CI by reusing what is there already.",
    "Temporary, until the new runners are available (gh-%d).",
    "See the discussion in gh-%d.",
    "Compatibility with musl and older glibc.",
    "Collect information for the bug report template.",
]


class Site:
    """One attack: files that are put into the tree of a pull request, and where in them the attack is."""

    def __init__(self, repository, commit, package, seed):
        self.repository, self.commit, self.package = repository, commit, package
        self.random = random.Random(seed)
        self.changed, self.executable, self.planted = {}, set(), []
        listed = git(repository, "ls-tree", "-r", "-z", commit).split("\0")
        self.modes = {it.split("\t", 1)[1]: it.split(" ", 1)[0] for it in listed if it}
        self.files = [path for path, mode in self.modes.items() if mode.startswith("100")]
        self.words = {}
        # Files that both sides have beside those of the pull request.
        self.ground = {}

    # What there is.

    def has(self, path):
        return path in self.modes

    def find(self, pattern, but="\0"):
        """A file whose path is like this, and not like that."""
        found = [it for it in self.files if re.search(pattern, it) and not re.search(but, it)]
        if not found:
            raise LookupError(pattern)
        return self.random.choice(sorted(found))

    def read(self, path):
        return self.changed[path] if path in self.changed else self.committed(path)

    def committed(self, path):
        return subprocess.run(["git", "-C", self.repository, "cat-file", "blob", f"{self.commit}:{path}"], capture_output=True, check=True).stdout

    def text(self, path):
        return self.read(path).decode("utf-8", "replace")

    def module(self):
        """A Python module of the package, deep in it."""
        deep = rf"^(src/)?_?{self.package}2?/(\w+/)+\w+\.py$"
        for _ in range(40):
            path = self.find(deep, r"test|/_?(version|vendor|extern)|__init__")
            if len(self.text(path)) > 1_500:
                return path
        return path

    def test_folder(self):
        """A folder of tests, one with data if there is one."""
        return self.find(r"(^|/)tests?/(.*/)?data/[^/]+$" if any("/data/" in it and "test" in it for it in self.files) else r"/tests/[^/]+$").rsplit("/", 1)[0]

    def build_script(self):
        """A script that runs before or while something is built; made where there is none."""
        try:
            return self.find(r"(before_build|setup-build-env|build_libomp)[^/]*\.sh$")
        except LookupError:
            return "tools/before_build.sh"

    def workflow(self):
        return self.find(r"^\.github/workflows/[^_][^/]*\.ya?ml$", "codeql|scorecard|label|milestone|dormant")

    # Words.

    def fill(self, text):
        """Puts names, addresses and encoded text in place of `«...»`; the same mark is the same name within one attack."""
        return re.sub(r"«(\w+)»", lambda it: self.word(it[1]), text)

    def word(self, mark):
        if mark not in self.words:
            kind = mark.rstrip("0123456789")
            make = getattr(self, "_" + kind)
            self.words[mark] = make()
        return self.words[mark]

    def _name(self):
        return f"{self.random.choice(ADJECTIVES)}_{self.random.choice(NOUNS)}"

    def _function(self):
        return f"_{self.random.choice(VERBS)}_{self.random.choice(NOUNS)}"

    def _short(self):
        return self.random.choice("abcdefghkmnpqstuvwxyz") + self.random.choice(["", "1", "2", "_", "x"])

    def _host(self):
        return self.random.choice(HOSTS + DOMAINS)

    def _domain(self):
        return self.random.choice(DOMAINS)

    def _url(self):
        return f"{self.random.choice(['https', 'https', 'http'])}://{self._host()}/{self.random.choice(PLACES)}"

    def _number(self):
        return str(self.random.randrange(3, 9_000))

    def _hex(self):
        return "".join(self.random.choice("0123456789abcdef") for _ in range(64))

    def _sha(self):
        return "".join(self.random.choice("0123456789abcdef") for _ in range(40))

    def _note(self):
        note = self.random.choice(NOTES)
        return note % self.random.randrange(9_000, 31_000) if "%d" in note else note

    def _inert(self):
        # Of different sizes, as real ones are.
        return INERT + "\n" + "\n".join(f"# {self.random.getrandbits(200):x}" for _ in range(self.random.randrange(0, 9)))

    def _blob(self):
        return base64.b64encode(self._inert().encode()).decode()

    def _zblob(self):
        return base64.b64encode(zlib.compress(self._inert().encode())).decode()

    def _hexblob(self):
        return binascii.hexlify(self._inert().encode()).decode()

    def _rotblob(self):
        return codecs.encode(base64.b64encode(self._inert().encode()).decode(), "rot13")

    def _backwards(self):
        return self._blob()[::-1]

    def _numbers(self):
        key = self.random.randrange(1, 120)
        return f"{[it ^ key for it in INERT.encode()]}, {key}"

    def bytes(self, begin=b"", size=None):
        """Random bytes behind what a form begins with."""
        size = size or self.random.choice([900, 2_400, 7_000, 30_000])
        return begin + self.random.randbytes(size)

    def packed(self):
        """Something packed that unpacks to the harmless sentence, behind random bytes."""
        return lzma.compress(self.random.randbytes(self.random.choice([200, 3_000])) + self._inert().encode())

    # Planting.

    def put(self, path, content, executable=False):
        """A whole file that is the attack."""
        content = content if isinstance(content, bytes) else self.fill(content).encode()
        self.changed[path] = content
        if executable:
            self.executable.add(path)
        self.planted.append({"file": path, "first": None, "last": None})
        return path

    def insert(self, path, text, after=None, at=None):
        """Lines behind the first line that is like `after`, or at a share of the file; made where there is none."""
        begin = ["#!/bin/sh", "set -e", ""] if path.endswith(".sh") else [""]
        lines = self.text(path).split("\n") if self.has(path) or path in self.changed else begin
        new = self.fill(text).rstrip("\n").split("\n")
        place = min(int(len(lines) * at), max(len(lines) - 1, 0)) if at is not None else len(lines) - 1
        if at is not None:
            # Between two parts of the file.
            while place < len(lines) - 1 and lines[place - 1].strip():
                place += 1
        if after:
            found = [number for number, line in enumerate(lines, 1) if re.search(after, line)]
            if not found:
                raise LookupError(after)
            place = found[self.random.randrange(len(found))] if at is None else found[-1]
        lines[place:place] = new
        self.changed[path] = "\n".join(lines).encode()
        self.planted.append({"file": path, "first": place + 1, "last": place + len(new)})
        return path

    def replace(self, path, pattern, replacement, pick=None):
        """One place that is like this becomes something else; `replacement` may be a function of the match."""
        text = self.text(path)
        found = list(re.finditer(pattern, text, re.M))
        if pick:
            found = [it for it in found if pick(it)]
        if not found:
            raise LookupError(pattern)
        match = self.random.choice(found)
        new = replacement(match) if callable(replacement) else self.fill(match.expand(replacement))
        first = text.count("\n", 0, match.start()) + 1
        self.changed[path] = (text[: match.start()] + new + text[match.end() :]).encode()
        self.planted.append({"file": path, "first": first, "last": first + new.count("\n")})
        return path

    def import_lines(self, path, text):
        """Lines among the imports of a Python module."""
        return self.insert(path, text, after=r"^(import|from) \w[\w.]*( import [\w, ]+)?$", at=1)

    def between_functions(self, path, text):
        """Lines before a function or class of a Python module."""
        lines = self.text(path).split("\n")
        places = [number for number, line in enumerate(lines) if re.match(r"(def |class |@)", line) and number and not lines[number - 1].strip()]
        # A decorator belongs to what it decorates: only places behind an empty line are taken.
        if not places:
            return self.insert(path, "\n" + text, at=1)
        place = self.random.choice(places)
        new = self.fill(text).rstrip("\n").split("\n") + ["", ""]
        lines[place:place] = new
        self.changed[path] = "\n".join(lines).encode()
        self.planted.append({"file": path, "first": place + 1, "last": place + len(new)})
        return path


def git(repository, *arguments, **more):
    return subprocess.run(["git", "-C", repository, *arguments], capture_output=True, text=True, errors="surrogateescape", check=True, **more).stdout
