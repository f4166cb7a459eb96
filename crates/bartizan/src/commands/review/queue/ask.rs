//! Whom to ask about pull requests: who knows the files, without the authors, without those who are away, and not always the
//! same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bartizan_assessment::review::queue::Looked;
use bartizan_model::{Timestamp, fingerprint::hexadecimal};
use bartizan_people::{
    corpus::{Corpus, PersonNumber, Project},
    expertise::{Change, Expertise},
    history::Proposed,
};

use crate::people::Names;

/// How many are suggested for one.
const SUGGESTED: usize = 2;

/// Out of how many who know most of it: whoever is further back knows too little.
const CANDIDATES: usize = 6;

/// The names of whom to ask about each, in its order.
pub(super) fn ask(
    (corpus, project): (&Corpus, &Project),
    names: &Names<'_>,
    looked: &[Looked],
    now: Timestamp,
) -> Vec<Vec<String>> {
    let expertise = Expertise::of(corpus, project, now);
    let proposed = project.history.proposed.iter();
    let proposed: HashMap<String, &Proposed> =
        proposed.map(|it| (hexadecimal(&it.head), it)).collect();
    let mut asked: BTreeMap<PersonNumber, usize> = BTreeMap::new();
    let suggest = |it: &Looked| {
        let Some(proposed) = proposed.get(&it.head) else {
            return Vec::new();
        };
        let mut reviewers = expertise.reviewers(&change(project, proposed));
        reviewers.truncate(CANDIDATES);
        // Whoever was suggested further up stands back, so that one person does not get all of it.
        let weight = |person: PersonNumber, weight: f64| {
            let times = asked.get(&person).copied().unwrap_or_default();
            weight / (1 + times) as f64
        };
        reviewers.sort_by(|one, other| {
            let by_weight =
                weight(other.person, other.weight).total_cmp(&weight(one.person, one.weight));
            by_weight.then(one.person.cmp(&other.person))
        });
        reviewers.truncate(SUGGESTED);
        for reviewer in &reviewers {
            *asked.entry(reviewer.person).or_default() += 1;
        }
        reviewers.iter().map(|it| names.whole(it.person)).collect()
    };
    looked.iter().map(suggest).collect()
}

/// What a pull request changes, and whose it is.
fn change(project: &Project, proposed: &Proposed) -> Change {
    let mut change = Change {
        paths: BTreeSet::new(),
        authors: BTreeSet::new(),
    };
    for commit in proposed.commits.iter().filter(|it| !it.is_merge()) {
        let credits = commit.credits.iter().map(|(_, actor)| *actor);
        let actors = std::iter::once(commit.author.0).chain(credits);
        let persons = actors.filter_map(|it| project.persons.get(it as usize));
        change.authors.extend(persons.copied());
        let paths = commit.changes.iter().map(|it| project.path(it.path));
        change.paths.extend(paths.map(str::to_owned));
    }
    change
}
