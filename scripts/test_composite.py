"""Tests of the stand-in for the runner: a leak, a command or an expression that it would not notice helps nobody."""

from __future__ import annotations

import os
import pathlib
import tempfile
import unittest

import composite

try:
    import yaml  # noqa: F401
except ImportError:
    yaml = None


class Expressions(unittest.TestCase):
    """What the service documents of expressions."""

    def check(self, text: str, expected: object) -> None:
        fork = {"pull_request": {"head": {"repo": {"fork": True}}}}
        contexts = {"inputs": {"mode": "scan", "none": ""}, "github": composite.Recorded(event=fork, event_name="push")}
        self.assertEqual(composite.Expression(text, contexts).value(), expected, text)

    def test_comparisons_are_loose(self) -> None:
        self.check("inputs.mode == 'SCAN'", True)
        self.check("inputs.none == inputs.absent", True)
        self.check("github.event.pull_request.head.repo.fork != true", False)
        self.check("github.event.pull_request.base.repo.fork != true", True)
        self.check("true == 'true'", False)
        self.check("1 == '1'", True)

    def test_operators_and_functions(self) -> None:
        self.check("inputs.none || 'x'", "x")
        self.check("!(inputs.mode == 'scan' && github.event_name == 'push')", False)
        self.check("'it''s'", "it's")
        self.check("startsWith(inputs.mode, 'sc') && contains('abc', 'B')", True)
        self.check("format('{0}-{1}', inputs.mode, 7)", "scan-7")
        self.check("success() || failure()", True)

    def test_what_is_not_known_is_an_error(self) -> None:
        for text in ("secrets.TOKEN", "inputs.mode ==", "hashFiles('x')", "a b", "inputs.mode = 'x'"):
            with self.assertRaises(composite.ExpressionError, msg=text):
                self.check(text, None)


@unittest.skipUnless(yaml, "PyYAML is not installed")
class Actions(unittest.TestCase):
    """Small actions that do what ours must not do."""

    def run_action(self, steps: str, **given: str) -> composite.Run:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "action.yml").write_text(f"inputs: {{x: {{default: d}}}}\nruns:\n  using: composite\n  steps:\n{steps}", encoding="utf-8")
            runner = composite.Runner(folder, folder, folder, event="pull_request", payload={}, token="canary-token-4f1c")
            return runner.run(given)

    def test_outputs_variables_and_paths_reach_later_steps(self) -> None:
        ended = self.run_action(
            "    - {id: a, name: A, shell: bash, run: 'echo o=1 >>\"$GITHUB_OUTPUT\"; printf \"v<<E\\n2\\n3\\nE\\n\" >>\"$GITHUB_ENV\"'}\n"
            "    - {name: B, shell: bash, run: 'echo \"$O $v\"', env: {O: '${{ steps.a.outputs.o }}-${{ inputs.x }}'}}\n",
            x="y",
        )
        self.assertEqual(ended.step("B").log, "1-y 2\n3\n")

    def test_a_failure_skips_what_does_not_ask_for_it(self) -> None:
        ended = self.run_action(
            "    - {name: A, shell: bash, run: 'exit 3'}\n"
            "    - {name: B, shell: bash, run: 'true'}\n"
            "    - {name: C, shell: bash, run: 'true', if: 'always()'}\n"
        )
        self.assertTrue(ended.failed and ended.step("C").ran and not ended.step("B").ran)

    def test_a_token_that_reaches_a_step_is_noticed(self) -> None:
        from run_action import leaks

        ended = self.run_action("    - {name: A, shell: bash, run: 'true', env: {T: '${{ github.token }}'}}\n")
        self.assertEqual(len(leaks(ended)), 2)
        ended = self.run_action("    - {name: A, shell: bash, run: 'true'}\n")
        self.assertEqual(leaks(ended), [])

    def test_variables_of_the_runner_reach_no_step(self) -> None:
        os.environ["ACTIONS_RUNTIME_TOKEN"] = "canary-runtime-77aa"
        ended = self.run_action("    - {name: A, shell: bash, run: env}\n")
        self.assertNotIn("canary", ended.step("A").log)

    def test_lines_that_the_runner_would_obey_are_noticed(self) -> None:
        ended = self.run_action("    - {name: A, shell: bash, run: 'echo \"  ::set-env name=x::1\"; echo \"a ##[add-mask]b\"; echo \"a ::error::b\"'}\n")
        self.assertEqual([command for command, _ in ended.commands()], ["set-env", "add-mask"])


if __name__ == "__main__":
    unittest.main()
