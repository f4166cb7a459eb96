#!/usr/bin/env python3
"""Compare Bartizan's reading of Python versions with that of the `packaging` library.

Generates cases from a grammar with a fixed seed (odd spellings, huge numbers and invalid texts among them), asks
`packaging` and the example `oracle` of `bartizan-model`, prints how many cases there were and every difference, and
exits 1 when there is one. With `--pairs FILE --order pypi|pep440|semver|julia` it also checks lists of lines `a < b`.

Where the two differ on purpose, no case is generated or only validity is compared:
- markers: `\\N{...}` and halves of surrogate pairs in quoted texts are refused; nesting is bounded (64); a literal with
  a backslash, a line end or both kinds of quotes is printed so that it reads back, which `packaging` does not do;
- several extras at once: `extra == 'x'` asks whether `x` is among them; `packaging` knows one extra only;
- versions and specifiers longer than 65,536 bytes, requirements and markers longer than 262,144 are refused;
- requirements with `===` before a comma and with other white space than blanks and tabs: `packaging` has a second, older grammar
  for these, by which `===` takes the comma and what follows it too, and mostly refuses them. Here one grammar reads all, as
  `packaging` reads the same text with blanks; that is what is compared.
"""

import argparse
import random
import re
import subprocess
import sys
import warnings
from pathlib import Path

try:
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.utils import canonicalize_name
    from packaging.version import InvalidVersion, Version
    import packaging
except ImportError as error:
    print(f"skipped: comparison with `packaging` (cannot import it: {error})")
    sys.exit(0)

INVALID = "invalid"
SHOWN = 40


class Text:
    """Random texts from a grammar."""

    SPACES = [" ", "  ", "\t", "\n", "\u00a0", "\u2003", "\x1f", "\x85", "\r\n"]
    NOISE = "v.!+-_*abc019 \t;,()=<>~'\"[]@\u00e9\u0663\u017f"

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, items):
        return self.random.choice(items)

    def space(self):
        return self.pick([" ", " ", "\t", "  "]) if self.chance(0.3) else ""

    def odd_space(self):
        return self.pick(self.SPACES) if self.chance(0.1) else ""

    def case(self, text):
        return "".join(self.pick([c.upper(), c]) for c in text) if self.chance(0.15) else text

    def number(self):
        kind = self.random.random()
        if kind < 0.75:
            return str(self.random.randint(0, 3))
        if kind < 0.85:
            return "0" * self.random.randint(1, 3) + str(self.random.randint(0, 12))
        if kind < 0.93:
            return str(self.random.randint(0, 40))
        if kind < 0.97:
            return str(2**64 + self.random.randint(-2, 2))
        if kind < 0.995:
            return str(self.random.randint(10**17, 10**24))
        return str(10 ** self.random.randint(30, 5000) + self.random.randint(0, 2))

    def separator(self):
        return self.pick(["", "", ".", "-", "_"])

    def labelled(self, labels):
        number = self.number() if self.chance(0.8) else ""
        return self.separator() + self.case(self.pick(labels)) + self.separator() + number

    def release(self, least=1):
        return ".".join(self.number() for _ in range(max(least, self.pick([1, 2, 2, 3, 3, 4]))))

    def local(self):
        words = ["a", "B", "abc", "ubuntu", "1a", "x9"]
        part = lambda: self.number() if self.chance(0.5) else self.pick(words)
        return "+" + self.pick(".-_").join(part() for _ in range(self.pick([1, 1, 2, 3])))

    def public(self, least=1):
        text = self.case("v") if self.chance(0.05) else ""
        if self.chance(0.08):
            text += self.number() + "!"
        text += self.release(least)
        if self.chance(0.25):
            text += self.labelled(["a", "b", "c", "rc", "alpha", "beta", "pre", "preview"])
        if self.chance(0.2):
            text += self.labelled(["post", "rev", "r"]) if self.chance(0.7) else "-" + self.number()
        if self.chance(0.2):
            text += self.labelled(["dev"])
        return text

    def broken(self, text):
        for _ in range(self.pick([1, 1, 2])):
            place = self.random.randint(0, len(text))
            kind = self.random.random()
            if kind < 0.4:
                text = text[:place] + self.pick(self.NOISE) + text[place:]
            elif kind < 0.8:
                text = text[:place] + text[place + 1 :]
            else:
                text = text[:place] + text[max(0, place - 2) : place] + text[place:]
        return text

    def version(self):
        text = self.public() + (self.local() if self.chance(0.15) else "")
        if self.chance(0.08):
            text = self.broken(text)
        return self.odd_space() + text + self.odd_space()

    def neighbour(self, version):
        """A version that is close to another: most mistakes hide there."""
        base = version.strip()
        change = self.random.random()
        if change < 0.25:
            return re.split(r"[-_+abcdprv]", base, maxsplit=1)[0] or base
        if change < 0.4:
            return base + self.pick([".0", ".0.0", ".1", "a0", ".post0", ".dev0", "+x", "+1", "-1", "rc1", ".post1.dev1"])
        if change < 0.7:
            return re.sub(r"\d+", lambda m: self.pick([m[0], "0" + m[0], str(int(m[0][:30]) + 1)]), base)
        if change < 0.85:
            return base.split("+")[0] + (self.local() if self.chance(0.5) else "")
        return self.broken(base)

    def specifier(self, near=None):
        operator = self.pick(["==", "==", "!=", "<=", ">=", "<", ">", "~=", "==="])
        version = near if near and self.chance(0.6) else self.public(2 if operator == "~=" else 1)
        version = version.strip() or "1"
        if operator in ("==", "!="):
            if self.chance(0.3):
                version = re.split(r"[-_+abcdpr]", version, maxsplit=1)[0].rstrip(".") + ".*"
            elif self.chance(0.2):
                version = version.split("+")[0] + self.local()
        elif operator == "===":
            version = self.pick([version, version.upper(), "odd", "", "A-b.C"])
        elif self.chance(0.9):
            version = version.split("+")[0]
        text = operator + self.space() + self.odd_space() + version
        return self.broken(text) if self.chance(0.06) else text

    def specifiers(self, near=None):
        count = self.pick([0, 1, 1, 1, 2, 2, 3])
        text = ",".join(self.space() + self.specifier(near) + self.space() for _ in range(count))
        return text + "," if self.chance(0.03) else text

    def name(self):
        odd = ["x_", "_x", "x.", "-a", "a-\u00e9", "a\u00e9", "a--", ""]
        return self.pick(odd if self.chance(0.1) else ["a", "numpy", "Zope.Interface", "a__b", "A-.b", "3d", "os_name"])

    def literal(self, values):
        value = self.pick(values)
        if self.chance(0.05):
            escapes = ["\\n", "\\d", "\\x41", "\\u00e9", "\\101", "\\x4", "\\\\", "\\", "\n", "\\\n", "\\'", "\\8", "\\777"]
            value += self.pick(escapes)
        quote = self.pick("'\"")
        return quote + value + quote

    VALUES = {
        "python_version": ["3.9", "3.10", "3.11", "3.12", "3", "3.*", "3.12.*", "2.7", "x", "3.9, 3.12", ">3", "=3.12", "3.12rc1", ""],
        "python_full_version": ["3.12.4", "3.12", "3.12.4rc1", "3.12.*", "3.13.0+", "3.12.4+local", "x"],
        "implementation_version": ["3.12.4", "3.12", "7.3.11", "x"],
        "platform_release": ["6.1.0-18-amd64", "5.15", "6", "", "10"],
        "platform_version": ["#1 SMP", "5.15", "6"],
        "os_name": ["posix", "nt", "java", "posix nt", "os_name", "sys_platform", ""],
        "sys_platform": ["linux", "win32", "darwin", "linux2", "win", "b"],
        "platform_machine": ["x86_64", "aarch64", "AMD64", "x86_64 aarch64"],
        "platform_system": ["Linux", "Windows", "Darwin"],
        "platform_python_implementation": ["CPython", "PyPy"],
        "implementation_name": ["cpython", "pypy"],
        "extra": ["a", "Foo_Bar", "foo-bar", "extra-5-foo-bar", "", "FOO..bar", " a"],
        "extras": ["a", "Foo_Bar", "b"],
        "dependency_groups": ["dev", "Dev", "docs_x"],
    }
    SPELLINGS = {
        "os_name": ["os.name"], "sys_platform": ["sys.platform"], "platform_machine": ["platform.machine"],
        "platform_version": ["platform.version"],
        "platform_python_implementation": ["platform.python_implementation", "python_implementation"],
    }
    OPERATORS = ["==", "==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "in", "not in", "not  in"]

    def comparison(self, variables):
        variable = self.pick(variables)
        spelling = self.pick(self.SPELLINGS.get(variable, [variable]) + [variable])
        literal = self.literal(self.VALUES[variable])
        operator = self.pick(self.OPERATORS)
        if variable in ("extras", "dependency_groups") and self.chance(0.8):
            sides, operator = [literal, spelling], self.pick(["in", "not in"])
        elif variable == "extra" and self.chance(0.7):
            sides, operator = [spelling, literal], self.pick(["==", "!="])
        else:
            sides = [spelling, literal] if self.chance(0.7) else [literal, spelling]
        if self.chance(0.03):
            sides[self.pick([0, 1])] = self.pick(["os_name", "python_version", "'os_name'", "extra"])
        space = " " if operator[0] in "in" else self.pick(["", " ", " ", "\t"])
        return sides[0] + space + operator + space + sides[1]

    def marker(self, variables, depth=0):
        terms = []
        for _ in range(self.pick([1, 1, 2, 3]) if depth < 4 else 1):
            if self.chance(0.25) and depth < 4:
                terms.append("(" + self.space() + self.marker(variables, depth + 1) + self.space() + ")")
            else:
                terms.append(self.comparison(variables))
        text = terms[0]
        for term in terms[1:]:
            text += self.pick([" ", "  ", ""]) + self.pick(["and", "or"]) + self.pick([" ", " ", ""]) + term
        return self.broken(text) if depth == 0 and self.chance(0.05) else text

    def environment(self):
        return {
            "python_version": self.pick(["3.9", "3.12", "3.13"]),
            "python_full_version": self.pick(["3.9.1", "3.12.4", "3.13.0rc1", "3.13.0+"]),
            "implementation_version": self.pick(["3.12.4", "7.3.11"]),
            "platform_release": self.pick(["6.1.0-18-amd64", "5.15", "", "10"]),
            "platform_version": self.pick(["#1 SMP", "5.15"]),
            "os_name": self.pick(["posix", "nt"]),
            "sys_platform": self.pick(["linux", "win32", "darwin"]),
            "platform_machine": self.pick(["x86_64", "aarch64", "AMD64"]),
            "platform_system": self.pick(["Linux", "Windows", "Darwin"]),
            "platform_python_implementation": self.pick(["CPython", "PyPy"]),
            "implementation_name": self.pick(["cpython", "pypy"]),
        }

    def requirement(self):
        text = self.space() + self.name() + self.space()
        if self.chance(0.3):
            extras = [self.space() + self.name() + self.space() for _ in range(self.pick([0, 1, 1, 2, 3]))]
            text += "[" + ",".join(extras) + "]" + self.space()
        if self.chance(0.15):
            url = self.pick(["https://example.org/a-1.0.zip#sha256=0", "file:///x;y", "git+ssh://h/x@v1", "./x", ""])
            text += "@" + self.space() + url + self.pick([" ", " ", "", "\u00a0"])
        else:
            specifiers = self.specifiers()
            text += "(" + specifiers + ")" if self.chance(0.15) else specifiers
        if self.chance(0.4):
            text += self.space() + ";" + self.space() + self.marker(list(self.VALUES)) + self.space()
        return self.broken(text) if self.chance(0.08) else text


def try_version(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def expect_comparison(a, b):
    a, b = try_version(a), try_version(b)
    if a is None or b is None:
        return INVALID
    return "<" if a < b else ">" if a > b else "="


def expect_norm(text):
    version = try_version(text)
    return INVALID if version is None else str(version)


def expect_of_set(text, question):
    try:
        return question(SpecifierSet(text))
    except InvalidSpecifier:
        return INVALID


def boolean(value):
    return "true" if value else "false"


def prints_differently(text):
    """Whether a marker holds a literal that is printed so that it reads back."""
    return "\\" in text or any(c in text for c in "\n\r\0") or ("'" in text and '"' in text and re.search(r"'[^']*\"|\"[^\"]*'", text))


VALID = object()


def expect_marker_norm(text):
    try:
        marker = Marker(text)
    except InvalidMarker:
        return INVALID
    return VALID if prints_differently(text) else str(marker)


def expect_marker(text, environment, extras, groups):
    names = dict(environment, extra=extras[0] if len(extras) == 1 else "", extras=set(extras), dependency_groups=set(groups))
    try:
        return boolean(Marker(text).evaluate(names))
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return INVALID


def with_plain_blanks(text):
    """The specifiers of a requirement as the grammar reads them that `packaging` has for printable texts."""
    if "===" not in text or "," not in text:
        return text
    specifiers, semicolon, marker = text.partition(";")
    return re.sub(r"(?<=[=<>~,])\s+(?=\S)", " ", specifiers) + semicolon + marker


def expect_requirement(text):
    try:
        requirement = Requirement(with_plain_blanks(text))
    except InvalidRequirement:
        return INVALID
    if requirement.marker and prints_differently(text.split(";", 1)[-1]):
        return VALID
    extras = ",".join(sorted({canonicalize_name(extra) for extra in requirement.extras}))
    normal = canonicalize_name(requirement.name) + (f"[{extras}]" if extras else "") + str(requirement.specifier)
    if requirement.url:
        normal += f" @ {requirement.url}" + (" " if requirement.marker else "")
    return normal + (f"; {requirement.marker}" if requirement.marker else "")


def cases_of_versions(text, count):
    for _ in range(count):
        a = text.version()
        b = text.neighbour(a) if text.chance(0.6) else text.version()
        yield ("cmp", a, b), lambda a=a, b=b: expect_comparison(a, b)
    for _ in range(count // 3):
        a = text.version()
        yield ("norm", a), lambda a=a: expect_norm(a)


def cases_of_specifiers(text, count):
    for _ in range(count):
        version = text.version()
        spec = text.specifiers(text.neighbour(version))
        yield ("contains", spec, version), lambda s=spec, v=version: expect_of_set(s, lambda x: boolean(x.contains(v, prereleases=True)))
        yield ("contains-default", spec, version), lambda s=spec, v=version: expect_of_set(s, lambda x: boolean(x.contains(v)))
        yield ("specifier", spec), lambda s=spec: expect_of_set(s, str)
        if text.chance(0.3):
            versions = [v.replace(";", "") for v in [version, text.neighbour(version), text.version(), text.version()]]
            yield ("select", spec, ";".join(versions)), lambda s=spec, v=versions: expect_of_set(s, lambda x: ";".join(x.filter(v)))


def cases_of_markers(text, count):
    variables = list(Text.VALUES)
    for _ in range(count):
        extras = text.pick([[], [], ["a"], ["foo-bar"], ["Foo_Bar"], ["a", "b"]])
        groups = text.pick([[], ["dev"], ["dev", "docs-x"]])
        # Several extras at once have no meaning in `packaging` where the marker asks for a single one.
        marker = text.marker([v for v in variables if v != "extra"] if len(extras) > 1 else variables)
        yield ("marker-norm", marker), lambda m=marker: expect_marker_norm(m)
        if len(extras) > 1 and re.search(r"\bextra\b", marker):
            continue
        environment = text.environment()
        fields = dict(environment, extras=",".join(extras), dependency_groups=",".join(groups))
        joined = ";".join(f"{key}={value}" for key, value in fields.items())
        yield ("marker", marker, joined), lambda m=marker, e=environment, x=extras, g=groups: expect_marker(m, e, x, g)


def cases_of_requirements(text, count):
    for _ in range(count):
        requirement = text.requirement()
        yield ("requirement", requirement), lambda r=requirement: expect_requirement(r)


def cases_of_pairs(path, order):
    question = {"pypi": "cmp-pypi", "pep440": "cmp", "semver": "cmp-semver", "julia": "cmp-julia"}[order]
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        match = re.fullmatch(r"(\S.*?) ([<=>]) (.*\S)", line.strip())
        if match and not line.startswith(("//", "#")):
            yield (question, match[1], match[3]), lambda sign=match[2]: sign


def escape(field):
    return field.replace("%", "%25").replace("\t", "%09").replace("\n", "%0A").replace("\r", "%0D")


def unescape(field):
    return field.replace("%0A", "\n").replace("%0D", "\r").replace("%09", "\t").replace("%25", "%")


def ask(command, questions):
    lines = "".join("\t".join(map(escape, question)) + "\n" for question in questions)
    root = Path(__file__).resolve().parents[1]
    reply = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True, cwd=root)
    answers = reply.stdout.decode().split("\n")[:-1]
    if len(answers) != len(questions):
        sys.exit(f"error: asked {len(questions)} questions and got {len(answers)} answers")
    return list(map(unescape, answers))


def compare(name, cases, command, tolerates_refusal=False):
    """Prints one line for the group and every difference; returns the number of differences."""
    cases = list(cases)
    answers = ask(command, [question for question, _ in cases])
    differences, invalid, refused = [], 0, []
    for (question, expect), answer in zip(cases, answers):
        expected = expect()
        invalid += expected == INVALID
        if tolerates_refusal and answer == INVALID:
            refused.append(question)
        elif (answer == INVALID) if expected is VALID else (answer != expected):
            differences.append((question, "anything valid" if expected is VALID else expected, answer))
    notes = [f"{invalid} invalid"] if invalid else []
    notes += [f"{len(refused)} refused"] if refused else []
    print(f"{name}: {len(cases)} cases{' (' + ', '.join(notes) + ')' if notes else ''}, {len(differences)} differences")
    for question in refused:
        print(f"  refused: {question!r}")
    for question, expected, answer in differences[:SHOWN]:
        print(f"  {question!r}: expected {expected!r}, got {answer!r}")
    if len(differences) > SHOWN:
        print(f"  … and {len(differences) - SHOWN} more")
    return len(differences)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--oracle", help="the built example; by default cargo builds and runs it")
    parser.add_argument("--seed", type=int, default=440)
    parser.add_argument("--scale", type=int, default=1, help="how many times the usual number of cases")
    parser.add_argument("--pairs", action="append", default=[], metavar="FILE", help="a list of lines `a < b`")
    parser.add_argument("--order", action="append", default=[], choices=["pypi", "pep440", "semver", "julia"], help="the order of the list")
    arguments = parser.parse_args()
    if len(arguments.pairs) != len(arguments.order):
        parser.error("each --pairs needs its --order")
    command = [str(Path(arguments.oracle).resolve())] if arguments.oracle else "cargo run --quiet -p bartizan-model --example oracle".split()
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    warnings.simplefilter("ignore")
    text, scale = Text(arguments.seed), arguments.scale
    print(f"comparing with packaging {packaging.__version__}, seed {arguments.seed}")
    wrong = compare("versions", cases_of_versions(text, 60_000 * scale), command)
    wrong += compare("specifiers", cases_of_specifiers(text, 8_000 * scale), command)
    wrong += compare("markers", cases_of_markers(text, 8_000 * scale), command)
    wrong += compare("requirements", cases_of_requirements(text, 8_000 * scale), command)
    for path, order in zip(arguments.pairs, arguments.order):
        # SemVer refuses what has four numbers; the lists hold such lines.
        wrong += compare(f"{path} ({order})", cases_of_pairs(path, order), command, tolerates_refusal=order == "semver")
    print(f"{wrong} differences in all")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
