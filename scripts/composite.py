"""A stand-in for the runner of GitHub's workflows, as far as a composite action needs one.

Steps that `run` are run, with the files, variables and outputs that the runner gives; steps that use another action are
recorded with what they would be given, and nothing of theirs is fetched. Expressions are evaluated as the service documents
them: loose comparison, `&&`, `||`, `!`, status functions, `contains`, `startsWith`, `format`. What is not known here is an error.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import subprocess
import uuid

# What a runner's own processes hold beside the step; a step that sees one of them by accident would print it here too.
KEPT = ("PATH", "LANG", "TZ", "PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_NO_INDEX", "PIP_FIND_LINKS")

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<mark>&&|\|\||==|!=|!|\(|\)|,|\.)|(?P<name>[A-Za-z_][A-Za-z0-9_-]*))"
)


class ExpressionError(Exception):
    """An expression holds what this stand-in does not know, or what an action may not use."""


class Expression:
    """One expression over some contexts: a parser that evaluates as it goes."""

    def __init__(self, text: str, contexts: dict, *, failed: bool = False) -> None:
        self.tokens = list(self.split(text))
        self.contexts = contexts
        self.failed = failed
        self.at = 0
        # Whether a status function was asked; without one a step waits for `success()`.
        self.asked_status = False

    @staticmethod
    def split(text: str):
        at = 0
        text = text.strip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match or match.end() == at:
                raise ExpressionError(f"cannot read `{text[at:]}`")
            at = match.end()
            kind = match.lastgroup
            yield kind, match.group(kind)

    def value(self):
        value = self.either()
        if self.at != len(self.tokens):
            raise ExpressionError(f"cannot read on at {self.tokens[self.at]}")
        return value

    def take(self, *marks: str) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at] in [("mark", mark) for mark in marks]:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def either(self):
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value if truth(value) else other
        return value

    def both(self):
        value = self.equal()
        while self.take("&&"):
            other = self.equal()
            value = other if truth(value) else value
        return value

    def equal(self):
        value = self.single()
        while mark := self.take("==", "!="):
            value = same(value, self.single()) == (mark == "==")
        return value

    def single(self):
        if self.take("!"):
            return not truth(self.single())
        if self.take("("):
            value = self.either()
            if not self.take(")"):
                raise ExpressionError("`)` is missing")
            return value
        if self.at >= len(self.tokens):
            raise ExpressionError("the expression ends too early")
        kind, word = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return float(word)
        if kind != "name":
            raise ExpressionError(f"cannot read `{word}`")
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        return self.call(word) if self.take("(") else self.path(word)

    def call(self, name: str):
        arguments = []
        while not self.take(")"):
            arguments.append(self.either())
            if not self.take(",") and self.tokens[self.at : self.at + 1] != [("mark", ")")]:
                raise ExpressionError(f"`{name}` is called strangely")
        status = {"success": not self.failed, "failure": self.failed, "always": True, "cancelled": False}
        if name in status:
            self.asked_status = True
            return status[name]
        if name == "contains":
            return text_of(arguments[1]).lower() in text_of(arguments[0]).lower()
        if name == "startsWith":
            return text_of(arguments[0]).lower().startswith(text_of(arguments[1]).lower())
        if name == "format":
            return re.sub(r"\{(\d+)\}", lambda it: text_of(arguments[1 + int(it[1])]), arguments[0])
        raise ExpressionError(f"the function `{name}` is not known here")

    def path(self, name: str):
        if name not in self.contexts:
            raise ExpressionError(f"an action cannot use the context `{name}`")
        value = self.contexts[name]
        while self.take("."):
            kind, key = self.tokens[self.at]
            if kind != "name":
                raise ExpressionError(f"cannot read `.{key}`")
            self.at += 1
            value = value.get(key) if hasattr(value, "get") else None
        return value


def truth(value) -> bool:
    return value not in (None, False, 0, "") and value == value


def number(value) -> float:
    if value is None or value is False or value == "":
        return 0.0
    if value is True:
        return 1.0
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def same(a, b) -> bool:
    """Texts without regard to case; values of two kinds as numbers."""
    if isinstance(a, str) and isinstance(b, str):
        return a.lower() == b.lower()
    if type(a) is type(b):
        return a == b
    return number(a) == number(b)


def text_of(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


class Recorded(dict):
    """A context that remembers which of its values were read."""

    def __init__(self, *arguments, **keys) -> None:
        super().__init__(*arguments, **keys)
        self.read: set[str] = set()

    def get(self, key, default=None):
        self.read.add(key)
        return super().get(key, default)


@dataclasses.dataclass
class Step:
    """What became of one step."""

    name: str
    ran: bool = False
    uses: str | None = None
    given: dict[str, str] = dataclasses.field(default_factory=dict)
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    code: int | None = None
    log: str = ""
    outputs: dict[str, str] = dataclasses.field(default_factory=dict)
    summary: str = ""


@dataclasses.dataclass
class Run:
    """What became of an action."""

    steps: list[Step]
    outputs: dict[str, str]
    failed: bool
    read_of_github: set[str]

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def commands(self) -> list[tuple[str, str]]:
        """Every line of a log that the runner takes for a command, old form or new, as (command, line)."""
        found = []
        for step in self.steps:
            for line in step.log.splitlines():
                new = re.match(r"\s*::([a-zA-Z-]+)", line)
                old = re.search(r"##\[([a-zA-Z-]+)", line)
                if match := new or old:
                    found.append((match[1], line))
        return found


class Runner:
    """Runs one action in one workspace."""

    def __init__(self, action: pathlib.Path, workspace: pathlib.Path, temporary: pathlib.Path, *, event: str, payload: dict, token: str) -> None:
        import yaml

        self.folder = action.resolve()
        self.definition = yaml.safe_load((action / "action.yml").read_text(encoding="utf-8"))
        self.workspace, self.temporary = workspace.resolve(), temporary.resolve()
        self.github = Recorded(event_name=event, event=payload, token=token, action_path=str(self.folder), workspace=str(self.workspace))
        self.variables: dict[str, str] = {}
        self.path: list[str] = []
        self.steps: dict[str, dict] = {}

    def contexts(self, inputs: dict[str, str]) -> dict:
        # `secrets` is missing on purpose: a composite action has none.
        return {
            "inputs": inputs,
            "github": self.github,
            "runner": {"os": "Linux", "arch": "X64", "temp": str(self.temporary)},
            "steps": self.steps,
            "env": self.variables,
        }

    def run(self, given: dict[str, str], *, stand_ins: dict[str, dict[str, str]] | None = None) -> Run:
        """Runs every step; `stand_ins` are the outputs of actions that are not run, by their name without a version."""
        inputs = {}
        for name, about in self.definition["inputs"].items():
            if about.get("required") and name not in given:
                raise ExpressionError(f"the input `{name}` is missing")
            inputs[name] = text_of(given.get(name, about.get("default", "")))
        if unknown := set(given) - set(inputs):
            raise ExpressionError(f"there is no input {sorted(unknown)}")
        done, failed = [], False
        for definition in self.definition["runs"]["steps"]:
            step = self.step(definition, inputs, failed, stand_ins or {})
            failed = failed or bool(step.code)
            done.append(step)
        outputs = {name: self.filled(about["value"], inputs) for name, about in self.definition.get("outputs", {}).items()}
        return Run(done, outputs, failed, self.github.read)

    def filled(self, text, inputs: dict[str, str]) -> str:
        contexts = self.contexts(inputs)
        return re.sub(r"\$\{\{(.*?)\}\}", lambda it: text_of(Expression(it[1], contexts).value()), text_of(text), flags=re.DOTALL)

    def step(self, definition: dict, inputs: dict[str, str], failed: bool, stand_ins: dict[str, dict[str, str]]) -> Step:
        step = Step(definition.get("name", definition.get("id", "?")), uses=definition.get("uses"))
        condition = text_of(definition.get("if", "success()")).strip()
        condition = condition.removeprefix("${{").removesuffix("}}")
        expression = Expression(condition, self.contexts(inputs), failed=failed)
        holds = truth(expression.value())
        if not holds or (failed and not expression.asked_status):
            return step
        step.ran = True
        if step.uses:
            step.given = {key: self.filled(value, inputs) for key, value in definition.get("with", {}).items()}
            step.outputs = stand_ins.get(step.uses.split("@")[0], {})
        else:
            self.execute(step, definition, inputs)
        if "id" in definition:
            self.steps[definition["id"]] = {"outputs": step.outputs, "outcome": "failure" if step.code else "success"}
        return step

    def execute(self, step: Step, definition: dict, inputs: dict[str, str]) -> None:
        if definition.get("shell") != "bash":
            raise ExpressionError(f"`{step.name}` names no bash")
        files = {name: self.temporary / f"{name}-{uuid.uuid4().hex}" for name in ("OUTPUT", "STEP_SUMMARY", "ENV", "PATH")}
        for file in files.values():
            file.touch()
        own = {key: self.filled(value, inputs) for key, value in definition.get("env", {}).items()}
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        environment |= {
            "HOME": str(self.temporary / "home"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.folder),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_EVENT_NAME": self.github["event_name"],
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_OS": "Linux",
        }
        environment |= {f"GITHUB_{name}": str(file) for name, file in files.items()}
        environment |= self.variables | own
        environment["PATH"] = os.pathsep.join([*reversed(self.path), environment.get("PATH", "")])
        step.environment = environment
        script = self.temporary / f"step-{uuid.uuid4().hex}.sh"
        script.write_text(self.filled(definition["run"], inputs) + "\n", encoding="utf-8")
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        step.code, step.log = ended.returncode, ended.stdout.decode("utf-8", "replace")
        step.outputs = assignments(files["OUTPUT"].read_text(encoding="utf-8"))
        step.summary = files["STEP_SUMMARY"].read_text(encoding="utf-8")
        self.variables |= assignments(files["ENV"].read_text(encoding="utf-8"))
        self.path += files["PATH"].read_text(encoding="utf-8").split()


def assignments(text: str) -> dict[str, str]:
    """The lines of an output file: `name=value`, or `name<<END` to a line `END`."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if match := re.match(r"([^=]+?)<<(.+)$", line):
            value = []
            for inner in lines:
                if inner == match[2]:
                    break
                value.append(inner)
            found[match[1]] = "\n".join(value)
        elif "=" in line:
            name, value = line.split("=", 1)
            found[name] = value
        elif line:
            raise ExpressionError(f"an output file holds `{line}`")
    return found
