//! What a change introduces: what is seen afterwards, less what was seen before.
//!
//! Both are multisets: two of the same afterwards and one before leave one. They are matched closest first: the same file and
//! function, then the same function anywhere (a file was renamed, a function moved), then the same text anywhere (a function
//! was renamed). Layout is not part of what is compared, lines are none either.

use std::collections::HashMap;

use crate::sighting::Sighting;

/// How near two sightings must be, round after round.
#[derive(Debug, Clone, Copy)]
enum Nearness {
    /// In the same function of the same file.
    Place,
    /// In the same function of any file.
    Function,
    /// Anywhere.
    Text,
}

const ROUNDS: [Nearness; 3] = [Nearness::Place, Nearness::Function, Nearness::Text];

/// What is in the second and has no counterpart in the first, in its order.
pub fn without_counterpart<'r>(
    before: &[Sighting<'r>],
    after: Vec<Sighting<'r>>,
) -> Vec<Sighting<'r>> {
    let mut is_open = vec![true; before.len()];
    let mut left = after;
    for nearness in ROUNDS {
        let mut is_left = of_round(before, &left, &mut is_open, nearness).into_iter();
        left.retain(|_| is_left.next().unwrap_or(true));
    }
    left
}

/// Which of the second have no counterpart that is near enough among the open ones of the first.
fn of_round(
    before: &[Sighting<'_>],
    after: &[Sighting<'_>],
    is_open: &mut [bool],
    nearness: Nearness,
) -> Vec<bool> {
    let mut open: HashMap<Key<'_>, Vec<usize>> = HashMap::new();
    for (number, it) in before.iter().enumerate() {
        if is_open.get(number) == Some(&true) {
            open.entry(key(it, nearness)).or_default().push(number);
        }
    }
    let matched = after.iter().map(|it| {
        let found = open.get_mut(&key(it, nearness)).and_then(Vec::pop);
        if let Some(place) = found.and_then(|number| is_open.get_mut(number)) {
            *place = false;
        }
        found.is_none()
    });
    matched.collect()
}

/// What is compared in a round: rule and snippet, file and function.
type Key<'a> = [&'a str; 4];

fn key<'a>(it: &'a Sighting<'_>, nearness: Nearness) -> Key<'a> {
    let (path, within) = match nearness {
        Nearness::Place => (it.path.as_str(), it.within.as_str()),
        Nearness::Function => ("", it.within.as_str()),
        Nearness::Text => ("", ""),
    };
    [&it.rule.id, &it.snippet, path, within]
}
