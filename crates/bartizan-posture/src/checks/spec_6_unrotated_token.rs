//! Whether tokens are narrow, end, and are renewed.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, ssdf};
use crate::facts::Facts;
use crate::judgement::{Judgement, Statement, fail};
use bartizan_model::{Timestamp, hosting::DeployKey, severity::SeverityLevel};
use jiff::{ToSpan, civil::Date, tz::TimeZone};

pub(super) static CHECK: Check = Check {
    id: "spec-6-unrotated-token",
    title: "tokens live on without end",
    spec: Some("6.3"),
    severity: SeverityLevel::Medium,
    what: "Tokens and secrets are as narrow as they can be, end after a year at most, and how they are renewed is \
              written down. `--online` sees when secrets were set and keys were used; what tokens may do, only whoever \
              made them knows.",
    why: "A token that was copied once works as long as it lives.",
    remedy: "Give every token an end, renew it before, and prefer identities of runs over tokens.",
    example: Example {
        file: ".github/bartizan.toml",
        passing: "  { check = \"spec-6-unrotated-token\", by = \"grace\", on = 2026-05-05 },",
        failing: "  { check = \"spec-6-unrotated-token\", by = \"grace\", on = 2020-05-05 },",
        overlaps: &[],
    },
    supports: &[ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let Some(hosted) = &facts.outside.hosted else {
        let needs = "the ages of secrets and keys, through the hosting API (`--online`)";
        return attested(facts, CHECK.id, needs);
    };
    let a_year_ago = facts.today.saturating_sub(1.year());
    let mut statements: Vec<Statement> = Vec::new();
    let mut seen = 0_usize;
    match &hosted.secrets {
        Ok(secrets) => {
            seen = seen.saturating_add(secrets.len());
            for secret in secrets {
                let day = secret.updated.map(day);
                if let Some(day) = day.filter(|day| *day < a_year_ago) {
                    let message = format!(
                        "the secret `{}` ({}) was set on {day} and not since",
                        secret.name, secret.place
                    );
                    statements.push(fail(message, Vec::new()));
                }
            }
        }
        Err(unseen) => statements.push(hidden("when secrets were set", unseen, Vec::new())),
    }
    match &hosted.deploy_keys {
        Ok(keys) => {
            seen = seen.saturating_add(keys.len());
            let unused = keys.iter().filter_map(|key| of_key(key, a_year_ago));
            statements.extend(unused.map(|message| fail(message, Vec::new())));
        }
        Err(unseen) => statements.push(hidden("when keys were used", unseen, Vec::new())),
    }
    let pass = match seen {
        0 => "there is no stored secret and no deploy key".to_owned(),
        _ => format!("all {seen} secrets and keys were set or used within a year"),
    };
    seen_or_attested(facts, CHECK.id, statements, pass)
}

/// What is wrong with a key that nobody has used for a year.
fn of_key(key: &DeployKey, a_year_ago: Date) -> Option<String> {
    let last = key.used.or(key.created).map(day)?;
    let what = if key.used.is_some() {
        "used"
    } else {
        "made, and never used,"
    };
    (last < a_year_ago).then(|| format!("the deploy key `{}` was last {what} on {last}", key.title))
}

fn day(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}
