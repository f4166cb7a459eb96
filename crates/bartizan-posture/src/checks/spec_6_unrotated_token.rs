//! Whether tokens are narrow, end, and are renewed.

use crate::attestation::{attested, hidden, seen_or_attested};
use crate::check::{Check, Example, osps, ssdf};
use crate::facts::Facts;
use crate::facts::resources::{Resource, Resources};
use crate::judgement::{Judgement, Place, Statement, fail};
use bartizan_model::{
    Timestamp,
    hosting::{DeployKey, HostedRepository},
    severity::SeverityLevel,
};
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
    supports: &[osps("OSPS-BR-07.02"), ssdf("PO.5.1")],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let resources = facts.resources.iter();
    let listed: Vec<(&Resources, &Resource)> = resources
        .flat_map(|list| list.resources.iter().map(move |it| (list, it)))
        .filter(|(_, it)| it.rotates())
        .collect();
    let old: Vec<Statement> = listed
        .iter()
        .filter_map(|(list, it)| of_resource(facts, list, it))
        .collect();
    if let Some(hosted) = &facts.outside.hosted {
        return of_host(facts, hosted, old);
    }
    if !old.is_empty() {
        return Judgement::of(old, "");
    }
    let is_dated = |it: &&(&Resources, &Resource)| it.1.rotated.is_some() || it.1.expires.is_some();
    if !listed.is_empty() && listed.iter().filter(is_dated).count() == listed.len() {
        let places = listed
            .iter()
            .map(|(list, it)| Place::line(&list.file, it.line))
            .collect();
        let message = format!(
            "each of {} secrets was made anew within a year, or ends",
            listed.len()
        );
        return Judgement::pass(message, places);
    }
    attested(
        facts,
        CHECK.id,
        "`rotated` or `expires` of each secret in `RESOURCES.toml`, or the ages of secrets and keys through the hosting API (`--online`)",
    )
}

/// What the code host shows, besides what is written down.
fn of_host(facts: &Facts, hosted: &HostedRepository, old: Vec<Statement>) -> Judgement {
    let a_year_ago = facts.today.saturating_sub(1.year());
    let mut statements = old;
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

/// What is wrong with the dates of a secret: it has ended, or lives for longer than a year without being made anew.
fn of_resource(facts: &Facts, list: &Resources, it: &Resource) -> Option<Statement> {
    let place = vec![Place::line(&list.file, it.line)];
    let a_year_ago = facts.today.saturating_sub(1.year());
    match (it.rotated, it.expires) {
        (_, Some(ends)) if ends < facts.today => {
            Some(fail(format!("`{}` ended on {ends}", it.name), place))
        }
        (Some(made), _) if made < a_year_ago => Some(fail(
            format!("`{}` was last made anew on {made}", it.name),
            place,
        )),
        (None, Some(ends)) if ends > facts.today.saturating_add(1.year()) => {
            Some(fail(format!("`{}` ends on {ends} only", it.name), place))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::laboratory::{only, told};

    #[test]
    fn the_dates_of_secrets_are_read_where_they_are_written_down() {
        let check = |dates: &str| {
            let text =
                format!("[[resource]]\nname = 't'\nkind = 'token'\nmaintainers = []\n{dates}");
            told(
                "spec-6-unrotated-token",
                &only(&[("RESOURCES.toml", &text)]),
            )
        };
        insta::assert_snapshot!(check("rotated = 2026-01-01\n"), @"pass: each of 1 secrets was made anew within a year, or ends [RESOURCES.toml:1]");
        insta::assert_snapshot!(check("rotated = 2025-01-01\n"), @"fail: `t` was last made anew on 2025-01-01 [RESOURCES.toml:1]");
        insta::assert_snapshot!(check("expires = 2026-01-01\n"), @"fail: `t` ended on 2026-01-01 [RESOURCES.toml:1]");
        insta::assert_snapshot!(check("expires = 2036-01-01\n"), @"fail: `t` ends on 2036-01-01 only [RESOURCES.toml:1]");
        insta::assert_snapshot!(check(""), @"unknown: cannot be seen in a checkout []");
    }
}
