#!/usr/bin/env python3
"""How the signals of structural risk behave over the histories of real projects.

    people_structure.py --bartizan PROGRAM --case NAME=PATH [--case NAME=PATH ...] --project NAME=PATH [--project NAME=PATH ...]

`--project` names the projects in which every alarm is counted as false, `--case` those that are read with them and of which
one is a known attack. It prints, from `bartizan people risk --history`:

- base rates: in how many quarters of the projects each signal held, of those in which it was known;
- alarms: distinct pairs of a project and a person of whom an alarm speaks, for 1,000 contributors, with its interval;
- leave one out: the same without each project in turn;
- thresholds from the others: for each project, and for each case, the thresholds of the rule "a newcomer leads" are chosen on
  the other projects alone (the loosest within the budget of 1 for 1,000), and applied to the one that was left out.

Everything is counted once, with the thresholds that are in the program. One attack proves little, and the script says so.
"""

import argparse
import json
import math
import subprocess
import sys

BUDGET = 1.0
SHARES = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7]
DAYS = [182, 365, 547, 730, 912, 1095]
HANDS = 2


def risk(program, repositories, as_of):
    command = [program, "people", "risk", "--history", "--no-pulls", "--format", "json"]
    if as_of:
        command += ["--as-of", as_of]
    ended = subprocess.run(command + repositories, capture_output=True, text=True, check=False)
    if ended.returncode not in (0, 3):
        sys.exit(ended.stderr)
    return json.loads(ended.stdout)


def poisson_interval(count, level=0.95):
    """The exact interval of a count (Garwood), by bisection."""

    def cumulative(upto, mean):
        term = total = math.exp(-mean)
        for number in range(1, upto + 1):
            term *= mean / number
            total += term
        return total

    def solve(holds):
        low, high = 0.0, count * 4.0 + 20.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if holds(middle) else (low, middle)
        return low

    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else solve(lambda mean: 1 - cumulative(count - 1, mean) < tail)
    upper = solve(lambda mean: cumulative(count, mean) > tail)
    return lower, upper


def alarms(project, wanted=None):
    """Distinct persons of whom an alarm spoke, with the first day."""
    found = {}
    for quarter in project["history"]:
        for alarm in quarter["alarms"]:
            if wanted is None or alarm["signal"] == wanted:
                found.setdefault(alarm["who"], (quarter["as_of"][:10], alarm["signal"]))
    return found


def leading(project, share, days, hands=HANDS):
    """Whom the rule "a newcomer leads" names at other thresholds."""
    found = {}
    for quarter in project["history"]:
        window = quarter["window"]
        few = quarter["hands"] is None or quarter["hands"] <= hands
        if (
            window["is_telling"]
            and few
            and window["top_share"] >= share
            and window["top_known_days"] is not None
            and window["top_known_days"] <= days
        ):
            found.setdefault(window["top"], quarter["as_of"][:10])
    return found


def contributors(project):
    return max((quarter["contributors"] for quarter in project["history"]), default=0)


def rate(count, people):
    return 1000 * count / max(people, 1)


def base_rates(projects):
    print("base rates (quarters in which a signal held, of those in which it was known)")
    names = [signal["signal"] for signal in projects[0]["signals"]]
    for name in names:
        quarters = [quarter for project in projects for quarter in project["history"]]
        known = [quarter for quarter in quarters if name not in quarter["unknown"]]
        held = sum(name in quarter["holds"] for quarter in known)
        of_projects = sum(any(name in quarter["holds"] for quarter in project["history"]) for project in projects)
        share = 100 * held / max(len(known), 1)
        print(f"  {name:<22} {held:>5} of {len(known):>5} ({share:4.1f} %), ever in {of_projects} of {len(projects)} projects")
    for level in ["usual", "raised", "high"]:
        count = sum(quarter["level"] == level for project in projects for quarter in project["history"])
        print(f"  level {level:<16} {count:>5}")


def false_alarms(projects, people):
    print("alarms (distinct persons of a project)")
    total = 0
    for project in projects:
        found = alarms(project)
        total += len(found)
        print(f"  {project['project']:<18} {len(found):>2} of {contributors(project):>5} contributors  " + ", ".join(f"{day} {signal}" for day, signal in sorted(found.values())))
    for signal in ["newcomer-leads", "revived-by-newcomer", "backed-by-one"]:
        print(f"  {signal:<22} {sum(len(alarms(project, signal)) for project in projects)}")
    low, high = poisson_interval(total)
    print(f"  in all {total} for {people} people: {rate(total, people):.2f} for 1,000 (95 %: {rate(low, people):.2f} to {rate(high, people):.2f}); budget {BUDGET}")
    quarters = sum(len(project["history"]) for project in projects)
    print(f"  {total / max(quarters / 8, 1):.2f} for each project and two years")
    return total


def leave_one_out(projects, people):
    print("without one project")
    for left in projects:
        rest = [project for project in projects if project is not left]
        count = sum(len(alarms(project)) for project in rest)
        # People of several projects are counted once in the whole; without one project its own are at most those of its own.
        remaining = max(people - contributors(left), 1)
        print(f"  without {left['project']:<18} {count:>2}, at most {rate(count, remaining):.2f} for 1,000")


def chosen(projects, people):
    """The loosest thresholds within the budget: the lowest share, then the longest time."""
    for share in SHARES:
        for days in sorted(DAYS, reverse=True):
            count = sum(len(leading(project, share, days)) for project in projects)
            if rate(count, people) <= BUDGET:
                return share, days, count
    return None


def thresholds_of_others(projects, cases, people):
    print("thresholds chosen on the others (share, days), and what they say of the one left out")
    for left in projects:
        rest = [project for project in projects if project is not left]
        found = chosen(rest, max(people - contributors(left), 1))
        if found:
            share, days, _ = found
            print(f"  {left['project']:<18} {share:.2f} {days:>5}: {len(leading(left, share, days))} alarms")
    found = chosen(projects, people)
    if not found:
        print("  no thresholds keep the budget")
        return
    share, days, count = found
    print(f"  on all of them {share:.2f} {days}: {count} alarms; no case had a part in that")
    for case in cases:
        fired = sorted(leading(case, share, days).values())
        print(f"  {case['project']:<18} " + (f"first on {fired[0]}" if fired else "silent"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bartizan", required=True, help="the program")
    parser.add_argument("--project", action="append", default=[], help="NAME=PATH of a project without a known attack")
    parser.add_argument("--case", action="append", default=[], help="NAME=PATH of a project of a known attack, and of others of the same time")
    parser.add_argument("--as-of", help="the day that counts as now")
    parser.add_argument("--replay", default="2023-06-30", help="the day on which cases are looked at")
    arguments = parser.parse_args()
    if arguments.project:
        answer = risk(arguments.bartizan, arguments.project, arguments.as_of)
        projects, people = answer["projects"], answer["contributors"]
        print(f"{len(projects)} projects, {people} contributors, {sum(len(project['history']) for project in projects)} quarters, as of {answer['as_of'][:10]}")
        base_rates(projects)
        false_alarms(projects, people)
        leave_one_out(projects, people)
    if arguments.case:
        cases = risk(arguments.bartizan, arguments.case, arguments.as_of)["projects"]
        for project in risk(arguments.bartizan, arguments.case, arguments.replay)["projects"]:
            print(f"{project['project']} on {arguments.replay}: {project['level']}")
            for signal in project["signals"]:
                print(f"  {signal['state']:<8} {signal['signal']:<22} {signal['because']}")
        for project in cases:
            print(f"{project['project']}: " + ", ".join(f"{day} {signal}" for day, signal in sorted(alarms(project).values())))
        if arguments.project:
            thresholds_of_others(projects, cases, people)
        print("One attack is one case: that a rule speaks of it says little about the next.")


if __name__ == "__main__":
    main()
