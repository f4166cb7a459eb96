//! How fast past advisories came out with a version without the fault.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail};
use bartizan_model::{Timestamp, hosting::HostedAdvisory, severity::SeverityLevel};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

pub(super) static CHECK: Check = Check {
    id: "slow-advisory-fix",
    title: "vulnerabilities stayed open for long",
    spec: None,
    severity: SeverityLevel::Low,
    what: "Of the advisories that the repository published in the last three years, half came out within 90 days of when \
              they were first written down, and none stays without a version that mends it for 90 days. `--online` asks the \
              code host. An advisory that was written afterwards counts as fast; that cannot be seen.",
    why: "Ninety days is the time that most reporters give before they publish by themselves.",
    remedy: "Agree on who answers reports, publish an advisory with the release that mends it, and write \
              `patched_versions` into it.",
    example: Example {
        file: "online/advisories.json",
        passing: "\"created_at\": \"2026-05-01T00:00:00Z\"",
        failing: "\"created_at\": \"2025-05-01T00:00:00Z\"",
        overlaps: &[],
    },
    supports: &[osps("OSPS-VM-04.01"), ssdf("RV.1.3")],
    judge,
};

/// How many days are not long.
const LONG: i64 = 90;

fn judge(facts: &Facts) -> Judgement {
    let advisories = match facts.hosted(|it| &it.advisories) {
        None => {
            let needs = "the advisories of the repository, through the hosting API (`--online`)";
            return attested(facts, CHECK.id, needs);
        }
        Some(Err(unseen)) => {
            let statement = hidden("which advisories there are", unseen, Vec::new());
            return seen_or_attested(facts, CHECK.id, vec![statement], "");
        }
        Some(Ok(all)) => all,
    };
    let since = facts.today.saturating_sub(3.years());
    let recent = advisories.iter().filter(|it| {
        let published = it.published.map(day);
        !it.is_withdrawn && published.is_some_and(|it| it >= since)
    });
    let recent: Vec<&HostedAdvisory> = recent.collect();
    let mut spans: Vec<i64> = recent.iter().filter_map(|it| span(it)).collect();
    spans.sort_unstable();
    let open = recent.iter().filter(|it| is_open(it, facts.today));
    let mut statements: Vec<Statement> = open
        .map(|it| {
            let message = format!("the advisory `{}` names no version that mends it", it.id);
            fail(message, Vec::new())
        })
        .collect();
    let Some(median) = spans.get(spans.len() / 2).copied() else {
        let message = "no advisory was published within three years";
        if statements.is_empty() {
            return Judgement::not_applicable(message);
        }
        return Judgement::of(statements, "");
    };
    if median > LONG {
        let message = format!(
            "half of the {} advisories of three years took {median} days or more until they were published",
            spans.len()
        );
        statements.push(fail(message, Vec::new()));
    }
    let pass = format!(
        "half of the {} advisories of three years took {median} days or less until they were published",
        spans.len()
    );
    Judgement::of(statements, pass)
}

fn is_open(advisory: &HostedAdvisory, today: Date) -> bool {
    let published = advisory.published.map(day);
    !advisory.is_fixed && published.is_some_and(|it| it.saturating_add(LONG.days()) < today)
}

/// How many days passed before it was published.
fn span(advisory: &HostedAdvisory) -> Option<i64> {
    let (from, to) = (advisory.created?, advisory.published?);
    Some(to.as_second().saturating_sub(from.as_second()).max(0) / 86_400)
}

fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}
