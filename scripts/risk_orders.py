"""How findings are ordered by our risk, by CVSS alone and by EPSS alone, as a table in Markdown.

    python scripts/risk_orders.py [--count 50] REPORT...
    python scripts/risk_orders.py --predictions epss_scores.csv.gz --records all.zip...

A REPORT is what `bartizan scan --format json` wrote, of a database that EPSS and KEV were synced into. Of all findings, one a
vulnerability (where it weighs most), COUNT are taken at equal distances in the order of their risk. Equal numbers share a rank.

With `--predictions` it prints, for the records that have a CVSS 3 vector and a CVE with a prediction, the mean prediction by the
vector's exploitability: where the weights `vector-least`, `vector-most` and `unstated` of the profile come from.
"""

import argparse
import gzip
import json
import statistics
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

METRICS = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
}
PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
GREATEST = 0.85 * 0.77 * 0.85 * 0.85


def exploitability(vector: str) -> float | None:
    """The exploitability of a CVSS 3 vector, divided by the greatest there is."""
    values = dict(part.split(":", 1) for part in vector.split("/")[1:] if ":" in part)
    try:
        product = PRIVILEGES[values["S"]][values["PR"]]
        for metric, weights in METRICS.items():
            product *= weights[values[metric]]
    except KeyError:
        return None
    return product / GREATEST


def predictions(path: Path) -> dict[str, float]:
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    with opened as lines:
        rows = (line.split(",") for line in lines if line.startswith("CVE-"))
        return {row[0]: float(row[1]) for row in rows}


def vectors(archive: Path) -> Iterator[tuple[str, str]]:
    """The CVE and the vector of each record that has one of each."""
    with zipfile.ZipFile(archive) as members:
        for name in members.namelist():
            if not name.endswith(".json"):
                continue
            record = json.loads(members.read(name))
            if not isinstance(record, dict):
                continue
            ids = [record.get("id", ""), *record.get("aliases", []), *record.get("upstream", [])]
            cves = [one for one in ids if one.startswith("CVE-")]
            stated = [one["score"] for one in record.get("severity", []) if one["type"] == "CVSS_V3"]
            if len(cves) == 1 and stated:
                yield cves[0], stated[0]


def calibrate(asked: argparse.Namespace) -> None:
    predicted = predictions(asked.predictions)
    pairs: dict[str, tuple[float, float]] = {}
    for archive in asked.records:
        for cve, vector in vectors(archive):
            ease = exploitability(vector)
            if ease is not None and cve in predicted:
                pairs[cve] = (ease, predicted[cve])
    by_ease: dict[float, list[float]] = defaultdict(list)
    for ease, prediction in pairs.values():
        by_ease[round(ease, 1)].append(prediction)
    print("| Exploitability | Vulnerabilities | Mean EPSS | Median |\n|---|---|---|---|")
    for ease, found in [*sorted(by_ease.items()), ("all", [prediction for _, prediction in pairs.values()])]:
        print(f"| {ease} | {len(found)} | {statistics.mean(found):.4f} | {statistics.median(found):.4f} |")


def findings(reports: list[Path]) -> list[dict[str, Any]]:
    """The vulnerabilities of all reports, each where it weighs most, the greatest risk first."""
    seen: dict[str, dict[str, Any]] = {}
    for path in reports:
        report = json.loads(path.read_text(encoding="utf-8"))
        shares = {
            (share["group"], share["name"], share["version"]): share
            for target in report["risk"]["targets"]
            for share in target["shares"]
        }
        for finding in report["findings"]:
            share = shares.get((finding["group"], finding["component"]["name"], finding["component"]["version"]))
            # What counts at another finding has no share of its own.
            if share and share["risk"] > seen.get(finding["group"], {"share": {"risk": -1}})["share"]["risk"]:
                seen[finding["group"]] = {"finding": finding, "share": share}
    return sorted(seen.values(), key=lambda row: (-row["share"]["risk"], row["finding"]["group"]))


def spread(rows: list[Any], count: int) -> list[Any]:
    """`count` of the rows, at equal distances."""
    if len(rows) <= count:
        return rows
    return [rows[index * len(rows) // count] for index in range(count)]


def ranks(values: list[float | None]) -> list[int | None]:
    known = sorted((value for value in values if value is not None), reverse=True)
    return [None if value is None else known.index(value) + 1 for value in values]


def rank_distance(one: list[int | None], other: list[int | None]) -> tuple[float, int]:
    """The mean distance of two orders, over what both of them place, and how many that is."""
    both = [abs(left - right) for left, right in zip(one, other, strict=True) if left and right]
    return (statistics.mean(both) if both else 0.0), len(both)


def table(rows: list[dict[str, Any]]) -> None:
    ours = ranks([row["share"]["risk"] for row in rows])
    scores = [row["finding"]["severity"]["score"] for row in rows]
    cvss = ranks(scores)
    chances = [(row["finding"]["epss"] or {}).get("probability") for row in rows]
    epss = ranks(chances)
    print("| Ours | Risk | CVSS alone | EPSS alone | KEV | Finding | Component | Exposure | Likelihood from |\n|" + "---|" * 9)
    for at, row in enumerate(rows):
        finding, share = row["finding"], row["share"]
        level = finding["severity"]["level"]
        by_cvss = f"{cvss[at]} ({scores[at]})" if cvss[at] else "none" + (f" ({level})" if level else "")
        by_epss = f"{epss[at]} ({chances[at]:.4f})" if epss[at] else "none"
        component = finding["component"]
        cells = [
            str(ours[at]), f"{share['risk']:.4f}", by_cvss, by_epss, "yes" if finding["kev"] else "", finding["group"],
            f"{component['name']} {component['version']}", share["exposure"]["class"] or "", share["likelihood"]["basis"],
        ]  # fmt: skip
        print("| " + " | ".join(cells) + " |")
    for name, order in (("CVSS", cvss), ("EPSS", epss)):
        distance, both = rank_distance(ours, order)
        print(f"\nMean distance of our rank from that by {name} alone: {distance:.1f} places over {both} findings.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", type=Path, metavar="REPORT")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--predictions", type=Path, help="EPSS scores as they are published")
    parser.add_argument("--records", nargs="+", type=Path, default=[], help="exports of advisories")
    asked = parser.parse_args()
    if asked.predictions:
        calibrate(asked)
    rows = findings(asked.reports)
    if rows:
        print(f"{len(rows)} vulnerabilities in {len(asked.reports)} reports\n")
        table(spread(rows, asked.count))
    return 0


if __name__ == "__main__":
    sys.exit(main())
