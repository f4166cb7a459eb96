//! Who pushed to a repository and merged in it, as the code host remembers for a year: the one place where it says who pressed the
//! button of a squashed pull request.

use std::collections::BTreeSet;

use bartizan_formats::hosting::{self, Host, MOST_PAGES, Question};
use bartizan_model::{Timestamp, hosting::Seen};
use serde::Deserialize;

use crate::{
    ledger::{Act, ActKind, Coverage, EvidenceSource},
    name::RepositoryName,
    right::Account,
};

/// So long the host remembers.
const DAYS: i64 = 365;

/// Entries of a page.
const OF_A_PAGE: usize = 100;

#[derive(Deserialize)]
struct Entry {
    actor: Option<Actor>,
    timestamp: String,
    activity_type: String,
}

#[derive(Deserialize)]
struct Actor {
    login: String,
}

/// Pushes and merges of a year, and how far back all of them are known.
pub fn activity(
    host: &dyn Host,
    repository: &RepositoryName,
    now: Timestamp,
) -> Seen<(Vec<Act>, Coverage)> {
    let path = ["repos", repository.owner(), repository.name(), "activity"];
    let question = Question::new("who pushed and merged", &path).listed();
    let question = question
        .asking("time_period=year&per_page=100")
        .with("contents=read");
    let entries: Vec<Entry> = hosting::all(host, &question, None)?;
    let year = now.as_second().saturating_sub(DAYS * 24 * 60 * 60);
    let mut since = Timestamp::from_second(year).unwrap_or(Timestamp::MIN);
    let is_cut = entries.len() >= MOST_PAGES * OF_A_PAGE;
    let mut acts = Vec::new();
    for entry in entries {
        let at: Option<Timestamp> = entry.timestamp.parse().ok();
        let by = entry.actor.and_then(|it| Account::hosted(&it.login).ok());
        // Something that nobody did, or at no time, could have been anybody's, and at any time.
        let (Some(at), Some(by)) = (at, by) else {
            since = at.unwrap_or(now).max(since);
            continue;
        };
        let kind = match entry.activity_type.as_str() {
            "pr_merge" | "merge_queue_merge" => ActKind::Merge,
            _ => ActKind::Push,
        };
        acts.push(Act {
            by,
            place: repository.to_string(),
            kind,
            at,
            source: EvidenceSource::Activity,
        });
    }
    // The newest come first: of what was cut off nothing is known.
    if is_cut {
        let oldest = acts.iter().map(|it| it.at).min();
        since = oldest.unwrap_or(now).max(since);
    }
    let coverage = Coverage {
        source: EvidenceSource::Activity,
        place: repository.to_string(),
        kinds: BTreeSet::from([ActKind::Push, ActKind::Merge]),
        of: None,
        since,
        until: now,
    };
    Ok((acts, coverage))
}

#[cfg(test)]
mod tests {
    use bartizan_formats::hosting::MemoryHost;
    use proptest::prelude::*;

    use super::*;

    fn check(answer: &str) -> String {
        let answers = [("repos/lab/array/activity".to_owned(), answer.to_owned())];
        let host = MemoryHost {
            answers: answers.into_iter().collect(),
        };
        let repository = RepositoryName::new("lab/array").unwrap();
        let now = "2026-11-26T00:00:00Z".parse().unwrap();
        match activity(&host, &repository, now) {
            Ok((acts, coverage)) => {
                let mut lines: Vec<String> = acts
                    .iter()
                    .map(|it| format!("{} by {} at {}", it.kind.id(), it.by, it.at))
                    .collect();
                lines.push(format!("all since {}", coverage.since));
                lines.join("\n")
            }
            Err(unseen) => unseen.why,
        }
    }

    #[test]
    fn who_pushed_and_merged() {
        insta::assert_snapshot!(check(r#"[{"actor": {"login": "Ann"}, "timestamp": "2026-11-01T00:00:00Z", "activity_type": "pr_merge", "ref": "refs/heads/main"},
            {"actor": {"login": "ben"}, "timestamp": "2026-10-01T00:00:00Z", "activity_type": "force_push"}]"#), @r"
        merge by github:ann at 2026-11-01T00:00:00Z
        push by github:ben at 2026-10-01T00:00:00Z
        all since 2025-11-26T00:00:00Z
        ");
        // What nobody did could have been anybody.
        insta::assert_snapshot!(check(r#"[{"actor": null, "timestamp": "2026-11-01T00:00:00Z", "activity_type": "push"}]"#), @"all since 2026-11-01T00:00:00Z");
        insta::assert_snapshot!(check("[]"), @"all since 2025-11-26T00:00:00Z");
        insta::assert_snapshot!(check("{}"), @"the answer is no list");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\PC\"{}\\[\\]:,]{0,80}") {
            check(&text);
        }
    }
}
