//! Apps that do nothing. No host says when one was used last, so that it is told by what they were seen doing.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use super::{Audit, Question, Unjudged, date, keys::is_older, unused};
use crate::{
    checks,
    ledger::{Act, ActKind, Evidence},
    right::{Account, Right},
    snapshot::{App, Part, Snapshot},
};

/// The permission whose use is seen.
const CONTENTS: &str = "contents";

/// What whoever may change contents does.
const CHANGES: [ActKind; 2] = [ActKind::Push, ActKind::Merge];

pub(super) fn put(audit: &mut Audit, question: &Question<'_>) {
    audit.unread(question, &checks::STALE_APP, Part::Apps);
    for app in &question.snapshot.apps {
        let right = Right::Installation {
            organisation: app.organisation.to_string(),
            app: app.slug.to_string(),
        };
        match app.suspended {
            Some(at) if is_older(at, question.days, question.now) => {
                let detail = format!("suspended since {}", date(at).0);
                unused(audit, &checks::STALE_APP, right, None, detail);
            }
            None if may_write(app) && is_settled(app, question) => {
                match use_of(app, question) {
                    Use::Seen => {}
                    Use::None => {
                        let detail = "it may change contents, and did not within the limit";
                        unused(audit, &checks::STALE_APP, right, None, detail.to_owned());
                    }
                    Use::NotRead(place) => audit.unjudged.push(Unjudged {
                        check: checks::STALE_APP.id,
                        place: app.organisation.to_string(),
                        why: format!(
                            "whether {} changes contents is not known: not all pushes and merges of {place} were read",
                            app.slug
                        ),
                    }),
                }
            }
            Some(_) | None => {}
        }
    }
}

fn may_write(app: &App) -> bool {
    let mut permissions = app.permissions.iter();
    permissions.any(|(name, level)| name.as_str() == CONTENTS && level.as_str() == "write")
}

/// Whether it is installed for long enough to have been used.
fn is_settled(app: &App, question: &Question<'_>) -> bool {
    let made = app.created;
    made.is_none_or(|it| is_older(it, question.days, question.now))
}

enum Use {
    Seen,
    None,
    NotRead(String),
}

fn use_of(app: &App, question: &Question<'_>) -> Use {
    let Ok(account) = Account::hosted(&format!("{}[bot]", app.slug)) else {
        return Use::Seen;
    };
    let places = places(app, question.snapshot);
    let is_own = |it: &&Act| it.by == account && CHANGES.contains(&it.kind);
    let is_young = |it: &Act| !is_older(it.at, question.days, question.now);
    let mut acts = question.evidence.acts.iter().filter(is_own);
    if acts.any(|it| places.contains(&it.place.as_str()) && is_young(it)) {
        return Use::Seen;
    }
    if !question
        .snapshot
        .has_read(Part::Repositories, app.organisation.as_str())
    {
        return Use::NotRead(app.organisation.to_string());
    }
    let covered = covered(question.evidence, question.now);
    for place in &places {
        for kind in CHANGES {
            let since = covered.get(&(*place, kind));
            if since.is_none_or(|it| !is_older(*it, question.days, question.now)) {
                return Use::NotRead((*place).to_owned());
            }
        }
    }
    // Without any repository there is nothing that could have been seen.
    if places.is_empty() {
        Use::Seen
    } else {
        Use::None
    }
}

/// Which repositories it may have worked in: those of its organisation that are not archived.
fn places<'a>(app: &App, snapshot: &'a Snapshot) -> Vec<&'a str> {
    let all = snapshot.repositories.iter();
    let own = all.filter(|it| it.name.owner() == app.organisation.as_str() && !it.is_archived);
    own.map(|it| it.name.as_str()).collect()
}

/// Since when everybody's acts of a kind were read at a place, up to now.
fn covered(evidence: &Evidence, now: Timestamp) -> BTreeMap<(&str, ActKind), Timestamp> {
    let mut covered = BTreeMap::new();
    let whole = evidence.coverage.iter();
    for it in whole.filter(|it| it.of.is_none() && it.reaches(now)) {
        for kind in &it.kinds {
            let since = covered
                .entry((it.place.as_str(), *kind))
                .or_insert(it.since);
            *since = it.since.min(*since);
        }
    }
    covered
}
