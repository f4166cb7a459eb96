"""Tests of the yardstick itself, by hand-worked cases: `python -m unittest discover scripts`."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import risk_orders
import security_fixes
from alias_groups import AliasComponents
from check_fixes import outside_is_kept, plain, without_releases
from evaluation import index_of
from generate_records import generate
from hosting_openapi import Description, encoded
from julia_order import julia_key
from make_locks import choose, parents, uv_lock


def record(
    events: list[dict[str, str]], versions: list[str] | None = None, kind: str = "ECOSYSTEM", **more: Any
) -> dict[str, Any]:
    """A record about ``lab`` with one range."""
    affected = {"package": {"ecosystem": "PyPI", "name": "Lab"}, "ranges": [{"type": kind, "events": events}]}
    return {"id": "X-1", "modified": "2024-01-01T00:00:00Z", "affected": [{**affected, "versions": versions or []}], **more}


class Evaluation(unittest.TestCase):
    """The schema's algorithm."""

    def check(self, a_record: dict[str, Any], affected: str, unaffected: str) -> None:
        """Both lists are versions parted by spaces."""
        index = index_of([a_record])
        for versions, expected in ((affected, ["X-1"]), (unaffected, [])):
            for version in versions.split():
                self.assertEqual(index.matches("lab", version), expected, version)

    def test_a_pair(self) -> None:
        events = [{"introduced": "0"}, {"fixed": "1.0"}]
        self.check(record(events), "0.dev0 0.9 1.0rc1 1.0.dev1", "1.0 1.0+local 1.0.post1 1!0 nonsense")

    def test_unsorted_pairs(self) -> None:
        events = [{"fixed": "3.0"}, {"introduced": "2.0"}, {"fixed": "1.0"}, {"introduced": "0"}]
        self.check(record(events), "0.5 2.0 2.9", "1.0 1.9 2.0rc1 3.0")

    def test_last_affected(self) -> None:
        self.check(record([{"introduced": "1.0"}, {"last_affected": "1.0"}]), "1.0 1.0.0", "1.0.post1 1.0+local 0.9")

    def test_a_tie_takes_introduced_first(self) -> None:
        events = [{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "1.0"}]
        self.check(record(events), "0.9", "1.0 2.0")

    def test_limits(self) -> None:
        self.check(record([{"introduced": "0"}, {"limit": "1.0"}, {"limit": "2.0"}]), "1.5", "2.0 3")
        self.check(record([{"introduced": "0"}, {"limit": "1.0"}, {"limit": "*"}]), "1.5 3", "nonsense")

    def test_enumerated_versions_come_first(self) -> None:
        events = [{"introduced": "0"}, {"fixed": "1.0"}]
        self.check(record(events, ["1.0", "a3"]), "1.0 a3 0.1", "1.0.0 a4")

    def test_what_never_matches(self) -> None:
        self.check(record([{"introduced": "0"}], ["1.0"], withdrawn="2024-01-01T00:00:00Z"), "", "1.0 2.0")
        self.check(record([{"introduced": "0"}], kind="GIT"), "", "1.0")
        self.check(record([{"introduced": "0"}, {"fixed": "2019-09-12"}], ["1.0"]), "1.0", "0.5 2.0")


class Orders(unittest.TestCase):
    """Julia's order of versions."""

    def test_julia(self) -> None:
        ordered = "1.0.0- 1.0.0-1 1.0.0-a 1.0.0-a.1 1.0.0-rc1 1 1.0.0+ 1.0.0+0 1.0.0+2 1.0.0+10 1.0.0+a 1.0.1 1.10"
        keys = [julia_key(text) for text in ordered.split()]
        self.assertNotIn(None, keys)
        self.assertEqual(keys, sorted(keys))
        self.assertEqual(julia_key("v1.0"), julia_key("1.0.0"))
        self.assertEqual(julia_key("1.0rc1"), julia_key("1.0.0-rc1"))
        self.assertIsNone(julia_key("1.2.3.4"))


class Material(unittest.TestCase):
    """Generated records, groups and locks."""

    def test_equal_seeds_give_equal_records(self) -> None:
        self.assertEqual(generate(50, 3), generate(50, 3))
        self.assertNotEqual(generate(50, 3), generate(50, 4))

    def test_components(self) -> None:
        components = AliasComponents(
            [
                {"id": "P-1", "aliases": ["CVE-1", "G-1"]},
                {"id": "P-2", "aliases": ["G-1"]},
                {"id": "P-3", "aliases": ["CVE-2", "CVE-3"]},
            ]
        )
        self.assertEqual(components.component("P-2"), components.component("CVE-1"))
        self.assertTrue(components.is_plain(components.component("P-1")))
        self.assertFalse(components.is_plain(components.component("P-3")))
        self.assertEqual(components.conflicts(), 1)

    def test_a_lock_reaches_every_package(self) -> None:
        pins = choose(generate(100, 5), 60, 7)
        edges = parents(pins, 7)
        self.assertEqual(len(pins), 60)
        self.assertEqual(sorted(name for required in edges.values() for name in required), [pin.name for pin in pins])
        self.assertEqual(uv_lock(pins, edges).count("[[package]]"), 61)


class RiskOrders(unittest.TestCase):
    """The orders that `docs/risk.md` compares."""

    def test_equal_numbers_share_a_rank(self) -> None:
        self.assertEqual(risk_orders.ranks([0.5, None, 0.9, 0.5, 0.1]), [2, None, 1, 2, 4])

    def test_exploitability(self) -> None:
        self.assertEqual(risk_orders.exploitability("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), 1.0)
        low = risk_orders.exploitability("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:H/I:H/A:H")
        self.assertAlmostEqual(low or 0, 0.2 * 0.44 * 0.27 * 0.62 / (0.85 * 0.77 * 0.85 * 0.85))
        self.assertIsNone(risk_orders.exploitability("CVSS:3.1/AV:N"))

    def test_a_spread_keeps_the_first(self) -> None:
        self.assertEqual(risk_orders.spread(list(range(10)), 4), [0, 2, 5, 7])
        self.assertEqual(risk_orders.spread([1, 2], 4), [1, 2])

    def test_orders_are_compared_over_what_both_place(self) -> None:
        self.assertEqual(risk_orders.rank_distance([1, 2, 3], [3, None, 3]), (1, 2))


class Fixes(unittest.TestCase):
    """What holds `check --fix` to its word must see a word that is broken."""

    def test_only_what_stands_behind_the_at_may_change(self) -> None:
        before = b"on: push\njobs:\n  - uses: a/b@v1 # x\n    with: {c: d}\n"
        for after, is_kept in (
            (before, True),
            (b"on: push\npermissions: {}\njobs:\n  - uses: a/b@1234 # v1.2 # x\n    with: {c: d}\n", True),
            (b"on: push\njobs:\n  - uses: a/c@v1 # x\n    with: {c: d}\n", False),
            (b"on: push\njobs:\n  - uses: a/b@v1 # x\n    with: {c: e}\n", False),
            (b"on: push\njobs:\n  - uses: a/b@v1 # x\r\n    with: {c: d}\n", False),
            (b"jobs:\n  - uses: a/b@v1 # x\n    with: {c: d}\n", False),
        ):
            self.assertEqual(outside_is_kept(before, after, "w.yml") is None, is_kept, after)

    def test_what_is_mended_is_left_out_of_the_comparison(self) -> None:
        def told(node: dict[str, Any]) -> object:
            return without_releases(plain(node))

        before = {"jobs": {"a": {"steps": [{"uses": "a/b@v1"}]}}}
        after = {"permissions": {}, "jobs": {"a": {"steps": [{"uses": "a/b@12", "with": {"print-hash": True}}]}}}
        self.assertEqual(told(before), told(after))
        self.assertNotEqual(told(before), told({"jobs": {"a": {"steps": [{"uses": "a/c@v1"}]}}}))


class HostingDescription(unittest.TestCase):
    """Which operation a request asks for."""

    def test_a_path_of_fixed_words_counts_before_one_with_gaps(self) -> None:
        get = {"responses": {"200": {}, "404": {}, "default": {}}}
        paths = {"/a/{b}": {"get": {**get, "operationId": "gap"}}, "/a/c": {"get": {**get, "operationId": "fixed"}},
                 "/a/{b}/ref/{ref}": {"get": {**get, "operationId": "ref"}}, "/a": {"post": {}}}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "description.json"
            file.write_text(json.dumps({"paths": paths}))
            description = Description(file)
        self.assertEqual(description.operation("/a/c?x=/"), ("fixed", [200, 404]))
        self.assertEqual(description.operation("/a/x.y")[0], "gap")
        self.assertEqual(description.operation("/a/b/ref/tags%2Fv1")[0], "ref")
        for unknown in ("/a", "/a/b/c", "/a/b/ref/tags/v1"):
            with self.assertRaises(SystemExit):
                description.operation(unknown)

    def test_names_of_references_are_one_part(self) -> None:
        self.assertEqual(encoded("repos/a/b/git/ref/tags/v1"), "repos/a/b/git/ref/tags%2Fv1")
        self.assertEqual(encoded("repos/a/b/keys"), "repos/a/b/keys")


class Past:
    """A history as `review_labels.History` reads one: a merge of one commit, and commits on the line before and after it."""

    parents = {"aa": [], "bb": ["aa"], "cc": ["aa"], "dd" * 20: ["bb", "cc"], "ee": ["dd" * 20]}
    subject = {"aa": "first", "bb": "DOC: security policy, CVE-2020-1234", "cc": "BUG: a name by hand (#7)",
               "dd" * 20: "Merge pull request #9 from x/y", "ee": "BUG: say no"}
    body = {"aa": "", "bb": "", "cc": "", "dd" * 20: "", "ee": "Mends GHSA-aaaa-bbbb-cccc.\nCloses gh-8."}
    unit = {"aa": "aa", "bb": "bb", "cc": "dd" * 20, "dd" * 20: "dd" * 20, "ee": "ee"}
    of_number = {9: "dd" * 20}


class SecurityFixes(unittest.TestCase):
    """Which commits mended a vulnerability."""

    def check(self, urls: list[str], expected: dict[str, list[str]], fixed: str = "", **more: Any) -> None:
        ranges = [{"type": "GIT", "repo": "https://github.com/Lab/lab.git", "events": [{"introduced": "0"}, {"fixed": fixed}]}]
        record = {"id": "X-1", "modified": "2026-01-01T00:00:00Z", "references": [{"url": it} for it in urls], "affected": [{"ranges": ranges}], **more}
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "X-1.json").write_text(json.dumps(record))
            named = security_fixes.named([Path(folder)]).get("lab/lab", {})
        subject_of = {"ff" * 20: "first"}.get
        self.assertEqual(security_fixes.fixes(Past(), named, lambda it: subject_of(it, "")), expected)

    def test_a_message_says_so_and_a_policy_mends_nothing(self) -> None:
        self.check([], {"ee": []})

    def test_references_name_commits_pull_requests_and_issues(self) -> None:
        host = "https://github.com/Lab/lab"
        self.check([f"{host}/commit/{'dd' * 20}"], {"dd" * 20: ["X-1"], "ee": []})
        self.check([f"{host}/issues/7#issuecomment-1", f"{host}/pull/9"], {"dd" * 20: ["X-1"], "ee": []})
        self.check([f"{host}/issues/8"], {"ee": ["X-1"]})
        self.check(["https://github.com/other/lab/pull/9"], {"ee": []})

    def test_a_commit_of_a_branch_of_releases_stands_for_its_like(self) -> None:
        self.check([], {"aa": ["X-1"], "ee": []}, fixed="ff" * 20)

    def test_what_was_withdrawn_names_nothing(self) -> None:
        self.check(["https://github.com/lab/lab/pull/9"], {"ee": []}, withdrawn="2026-01-02T00:00:00Z")


if __name__ == "__main__":
    unittest.main()
