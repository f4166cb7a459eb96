//! A history as it was at a time.

use bartizan_model::Timestamp;

use super::arrival::{head, places};
use crate::history::History;

/// What the main line stood on at a time: its last commit until then, with everything behind it, and the tags made until then.
/// A commit's own clock decides only on the main line; what it brought in stays, whatever time it claims.
pub(super) fn until(mut history: History, time: Timestamp) -> History {
    let places = places(&history);
    let mut left: Vec<u32> = Vec::new();
    let mut next = head(&history, &places);
    // A damaged history may go in a circle only if hashes do, so the line ends; it is bounded all the same.
    for _ in 0..history.commits.len() {
        let Some(commit) = next.and_then(|it| history.commits.get(it as usize)) else {
            break;
        };
        if commit.committer.1.is_some_and(|it| it <= time) {
            left.extend(next);
            break;
        }
        next = commit
            .parents
            .first()
            .and_then(|it| places.get(it))
            .copied();
    }
    let mut is_kept = vec![false; history.commits.len()];
    while let Some(place) = left.pop() {
        let Some(is_kept) = is_kept.get_mut(place as usize) else {
            continue;
        };
        if !std::mem::replace(is_kept, true)
            && let Some(commit) = history.commits.get(place as usize)
        {
            left.extend(commit.parents.iter().filter_map(|it| places.get(it)));
        }
    }
    let mut is_kept = is_kept.into_iter();
    history
        .commits
        .retain(|_| is_kept.next().unwrap_or_default());
    history.tags.retain(|tag| {
        let made = tag.tagger.and_then(|(_, made)| made);
        made.is_some_and(|it| it <= time)
    });
    history.pulls.clear();
    history.proposed.clear();
    history
}
