//! Who merged, reviewed and wrote what came in by pull requests: what a history hides where a project squashes.
//!
//! The ones that changed last come first, and a merge or a review changes one: whatever happened since some moment is in those that changed
//! since then. What a program put in, it put in for somebody of whom nothing is told, and so that ends what is known of merges.

use std::collections::BTreeSet;

use bartizan_formats::hosting::graph::{GraphHost, Query};
use bartizan_model::{Timestamp, hosting::Seen};
use serde::Deserialize;
use serde_json::json;

use super::{
    answers::{moment, or_default},
    teams::{Connection, connection},
};
use crate::{
    ledger::{Act, ActKind, Coverage, EvidenceSource},
    name::RepositoryName,
    right::Account,
};

pub(super) const PULL_REQUESTS: &str = include_str!("pull_requests.graphql");

/// So many times fifty pull requests are asked for at most: more than the largest projects change in a year.
const MOST_PAGES: usize = 400;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullRequest {
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    merged_at: Option<Timestamp>,
    #[serde(default)]
    author: Option<Actor>,
    #[serde(default)]
    merged_by: Option<Actor>,
    #[serde(default)]
    reviews: Option<Reviews>,
}

#[derive(Deserialize)]
struct Actor {
    login: String,
    #[serde(default, rename = "__typename")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reviews {
    #[serde(default, deserialize_with = "or_default")]
    page_info: Before,
    #[serde(default, deserialize_with = "or_default")]
    nodes: Vec<Option<Review>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    #[serde(default)]
    has_previous_page: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Review {
    #[serde(default, deserialize_with = "moment")]
    submitted_at: Option<Timestamp>,
    #[serde(default)]
    author: Option<Actor>,
}

/// Acts in pull requests since a moment, and since when all merges and all reviews are known.
pub fn pull_requests(
    host: &dyn GraphHost,
    repository: &RepositoryName,
    (since, now): (Timestamp, Timestamp),
) -> Seen<(Vec<Act>, Vec<Coverage>)> {
    let mut reading = Reading {
        repository,
        acts: Vec::new(),
        merges: since,
        reviews: since,
    };
    let mut after = None;
    let mut reached = now;
    for page in 0..MOST_PAGES {
        let found = reading.page(host, after.as_deref(), now)?;
        reached = found.0.unwrap_or(reached).min(reached);
        after = found.1;
        if after.is_none() || reached < since {
            // What changed meanwhile went from a page that was still to come to the first one.
            if page > 0 {
                reading.page(host, None, now)?;
            }
            break;
        }
    }
    if after.is_some() && reached >= since {
        reading.merges = reached.max(reading.merges);
        reading.reviews = reached.max(reading.reviews);
    }
    reading.acts.sort();
    reading.acts.dedup();
    let coverage = [
        (ActKind::Merge, reading.merges),
        (ActKind::Review, reading.reviews),
    ];
    let coverage = coverage.map(|(kind, since)| Coverage {
        source: EvidenceSource::PullRequests,
        place: repository.to_string(),
        kinds: BTreeSet::from([kind]),
        of: None,
        since,
        until: now,
    });
    Ok((reading.acts, coverage.to_vec()))
}

struct Reading<'a> {
    repository: &'a RepositoryName,
    acts: Vec<Act>,
    /// Since when every merge is somebody's.
    merges: Timestamp,
    /// Since when every review is listed.
    reviews: Timestamp,
}

impl Reading<'_> {
    /// Reads a page; says how far back it goes, and where the list goes on.
    fn page(
        &mut self,
        host: &dyn GraphHost,
        after: Option<&str>,
        now: Timestamp,
    ) -> Seen<(Option<Timestamp>, Option<String>)> {
        let (owner, name) = (self.repository.owner(), self.repository.name());
        let query = Query {
            about: "reviews and merges",
            text: PULL_REQUESTS,
            variables: json!({"owner": owner, "repository": name, "after": after}),
            permission: Some("pull_requests=read"),
        };
        let found: Connection<PullRequest> = connection(host, &query, "repository/pullRequests")?;
        let mut oldest = None;
        for pull in found.nodes.into_iter().flatten() {
            // One that does not say when it changed does not say how far back the list goes either.
            oldest = pull.updated_at.or(oldest);
            self.put(&pull, now);
        }
        Ok((oldest, found.page_info.next()))
    }

    fn put(&mut self, pull: &PullRequest, now: Timestamp) {
        if let Some(at) = pull.merged_at {
            self.act(pull.author.as_ref(), ActKind::Author, at);
            let is_program = |it: &Actor| it.kind.as_deref() == Some("Bot");
            let by = pull.merged_by.as_ref().filter(|it| !is_program(it));
            if !self.act(by, ActKind::Merge, at) {
                self.merges = at.max(self.merges);
            }
        }
        let Some(reviews) = &pull.reviews else {
            self.reviews = now;
            return;
        };
        let listed = || reviews.nodes.iter().flatten();
        for review in listed() {
            // An account that is gone holds no right any more, so that of its reviews nothing is missed.
            if let Some(at) = review.submitted_at {
                self.act(review.author.as_ref(), ActKind::Review, at);
            }
        }
        if reviews.page_info.has_previous_page {
            let oldest = listed().filter_map(|it| it.submitted_at).min();
            self.reviews = oldest.unwrap_or(now).max(self.reviews);
        }
    }

    /// Notes an act, where somebody is named.
    fn act(&mut self, by: Option<&Actor>, kind: ActKind, at: Timestamp) -> bool {
        let Some(by) = by.and_then(|it| Account::hosted(&it.login).ok()) else {
            return false;
        };
        self.acts.push(Act {
            by,
            place: self.repository.to_string(),
            kind,
            at,
            source: EvidenceSource::PullRequests,
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use bartizan_formats::hosting::{
        Host, Question,
        graph::{Graph, GraphHost},
    };
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Answers each query with the next text.
    struct Pages(Mutex<Vec<String>>);

    impl Host for Pages {
        fn ask(&self, question: &Question) -> Seen<Vec<Value>> {
            panic!("asked `{}`", question.about);
        }
    }

    impl GraphHost for Pages {
        fn query(&self, _query: &Query) -> Seen<Graph> {
            Graph::read(self.0.lock().unwrap().remove(0).as_bytes())
        }
    }

    fn check(pages: &[&str]) -> String {
        let mut texts: Vec<String> = pages.iter().map(|it| (*it).to_owned()).collect();
        texts.extend(std::iter::repeat_n("{}".to_owned(), 3));
        let host = Pages(texts.into());
        let repository = RepositoryName::new("lab/array").unwrap();
        let since = "2026-06-01T00:00:00Z".parse().unwrap();
        let now = "2026-11-26T00:00:00Z".parse().unwrap();
        match pull_requests(&host, &repository, (since, now)) {
            Ok((acts, coverage)) => {
                let acts = acts
                    .iter()
                    .map(|it| format!("{} by {} at {}", it.kind.id(), it.by, it.at));
                let all = coverage
                    .iter()
                    .map(|it| format!("all of {:?} since {}", it.kinds, it.since));
                acts.chain(all).collect::<Vec<_>>().join("\n")
            }
            Err(unseen) => unseen.why,
        }
    }

    fn page(nodes: &str, next: &str) -> String {
        format!(
            r#"{{"data": {{"repository": {{"pullRequests": {{"pageInfo": {{"hasNextPage": {}, "endCursor": "{next}"}}, "nodes": [{nodes}]}}}}}}}}"#,
            !next.is_empty()
        )
    }

    const SQUASHED: &str = r#"{"updatedAt": "2026-11-01T00:00:00Z", "mergedAt": "2026-10-31T00:00:00Z", "author": {"login": "Eve"},
        "mergedBy": {"__typename": "User", "login": "ann"}, "reviews": {"pageInfo": {"hasPreviousPage": false},
        "nodes": [{"submittedAt": "2026-10-30T00:00:00Z", "author": {"login": "ben"}}, {"submittedAt": "2026-10-29T00:00:00Z", "author": null}, null]}}"#;

    #[test]
    fn who_merged_and_reviewed() {
        insta::assert_snapshot!(check(&[&page(SQUASHED, "")]), @r"
        merge by github:ann at 2026-10-31T00:00:00Z
        review by github:ben at 2026-10-30T00:00:00Z
        author by github:eve at 2026-10-31T00:00:00Z
        all of {Merge} since 2026-06-01T00:00:00Z
        all of {Review} since 2026-06-01T00:00:00Z
        ");
        // A second page is asked for only while what changed is young enough.
        let old = r#"{"updatedAt": "2026-05-01T00:00:00Z", "reviews": {"nodes": []}}"#;
        let (first, second) = (page(SQUASHED, "x"), page(old, "y"));
        insta::assert_snapshot!(check(&[&first, &second, &first]).lines().count(), @"5");
        insta::assert_snapshot!(check(&[&page(old, "x")]), @r"
        all of {Merge} since 2026-06-01T00:00:00Z
        all of {Review} since 2026-06-01T00:00:00Z
        ");
    }

    #[test]
    fn what_is_not_told_ends_what_is_known() {
        let by_program = SQUASHED.replace("\"User\"", "\"Bot\"");
        insta::assert_snapshot!(check(&[&page(&by_program, "")]), @r"
        review by github:ben at 2026-10-30T00:00:00Z
        author by github:eve at 2026-10-31T00:00:00Z
        all of {Merge} since 2026-10-31T00:00:00Z
        all of {Review} since 2026-06-01T00:00:00Z
        ");
        let cut = SQUASHED.replace("\"hasPreviousPage\": false", "\"hasPreviousPage\": true");
        insta::assert_snapshot!(check(&[&page(&cut, "")]).lines().last().unwrap(), @"all of {Review} since 2026-10-29T00:00:00Z");
        let hidden = r#"{"updatedAt": "2026-11-01T00:00:00Z", "reviews": null}"#;
        insta::assert_snapshot!(check(&[&page(hidden, "")]).lines().last().unwrap(), @"all of {Review} since 2026-11-26T00:00:00Z");
        insta::assert_snapshot!(check(&["{}"]), @"the host shows no such list");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\PC\"{}\\[\\]:,]{0,80}") {
            check(&[&text]);
        }
    }
}
