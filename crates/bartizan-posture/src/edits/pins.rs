//! Commits in the place of tags and branches, with the release in a comment.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::ci::uses::{Target, Uses};

use super::Planner;
use crate::facts::{
    Facts,
    tags::{KnownTags, is_moving_tag, release_in},
};

/// What is known of releases: the table, and what the repository's own pins say of themselves where no two of them differ.
pub(crate) fn known(facts: &Facts) -> KnownTags {
    let mut known = facts.tags.clone();
    let mut seen = KnownTags::default();
    let mut doubtful: BTreeSet<(String, String)> = BTreeSet::new();
    let pins = facts.uses().into_iter().filter_map(|(_, uses)| {
        let Target::Repository {
            reference: Some(commit),
            ..
        } = uses.target()
        else {
            return None;
        };
        let tag = uses
            .comment
            .as_deref()
            .and_then(release_in)
            .filter(|_| uses.is_commit())?;
        Some((uses.repository()?.to_lowercase(), tag, commit))
    });
    let pins: Vec<(String, &str, &str)> = pins.collect();
    for (repository, tag, commit) in &pins {
        seen.add(repository, tag, commit);
        if seen.commit(repository, tag) != Some(&commit.to_lowercase()) {
            doubtful.insert((repository.clone(), (*tag).to_owned()));
        }
    }
    for (repository, tag, commit) in pins {
        if !doubtful.contains(&(repository.clone(), tag.to_owned())) {
            known.add(&repository, tag, commit);
        }
    }
    known
}

impl Planner<'_> {
    /// A full commit for every action that is named by a tag or a branch, and the full release behind a commit that has none.
    pub(super) fn pins(&mut self, facts: &Facts) {
        let known = known(facts);
        let mut done: BTreeSet<(&str, u32)> = BTreeSet::new();
        // One entry for each action that nothing is known of, however often it is used.
        let mut unknown: BTreeMap<&str, (&str, u32, usize)> = BTreeMap::new();
        for (file, uses) in facts.uses() {
            let Target::Repository {
                reference: Some(reference),
                ..
            } = uses.target()
            else {
                continue;
            };
            let Some(repository) = uses.repository() else {
                continue;
            };
            if uses.is_commit() {
                self.comment(file, uses, reference, &known);
                continue;
            }
            if !done.insert((file, uses.line)) {
                continue;
            }
            let Some((tag, commit)) = known.release(repository, reference) else {
                if known.knows(repository) {
                    let why = format!(
                        "`{}` was not pinned: no full release is known that `{reference}` stands for",
                        uses.text
                    );
                    self.leave(file, uses.line, why);
                } else {
                    let (.., count) = unknown.entry(repository).or_insert((file, uses.line, 0));
                    *count = count.saturating_add(1);
                }
                continue;
            };
            match self
                .text(file)
                .and_then(|text| pinned(&text, uses, commit, tag))
            {
                Some(line) => self.replace(file, uses.line, line, "an action that cannot change"),
                None => self.leave(
                    file,
                    uses.line,
                    format!("`{}` was not pinned: it does not end its line", uses.text),
                ),
            }
        }
        for (repository, (file, line, count)) in unknown {
            let places = if count == 1 { "place" } else { "places" };
            let why = format!(
                "`{repository}` was not pinned in {count} {places}: no release of it is known; give them by `--tags`"
            );
            self.leave(file, line, why);
        }
    }
}

impl Planner<'_> {
    /// The full release behind a commit whose comment names none, where it is known.
    fn comment(&mut self, file: &str, uses: &Uses, commit: &str, known: &KnownTags) {
        let is_told = uses
            .comment
            .as_deref()
            .is_some_and(|it| release_in(it).is_some());
        let tag = uses
            .repository()
            .and_then(|repository| known.tag_of(repository, commit));
        let Some(tag) = tag.filter(|_| !is_told) else {
            return;
        };
        if let Some(line) = self
            .text(file)
            .and_then(|text| pinned(&text, uses, commit, tag))
        {
            self.replace(file, uses.line, line, "the full release of a pinned action");
        }
    }
}

/// The line with the commit in place of the reference and the release in a comment; whatever comment was there stays behind it.
fn pinned(text: &str, uses: &Uses, commit: &str, tag: &str) -> Option<String> {
    let number = usize::try_from(uses.line).ok()?.checked_sub(1)?;
    let line = text.split('\n').nth(number)?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let (head, tail) = line.split_once(uses.text.as_str())?;
    let quote = head
        .chars()
        .next_back()
        .filter(|it| matches!(it, '"' | '\''));
    let is_key = head
        .trim_end_matches(['"', '\''])
        .trim_end()
        .ends_with("uses:");
    let rest = match quote {
        Some(quote) => tail.strip_prefix(quote)?,
        None => tail,
    };
    let comment = rest.trim();
    let is_last = comment.is_empty() || (comment.starts_with('#') && rest.starts_with([' ', '\t']));
    if !is_key || !is_last {
        return None;
    }
    let (name, _) = uses.text.split_once('@')?;
    let quote = quote.map(String::from).unwrap_or_default();
    // A comment that is a moving tag and nothing else is what the release stands for.
    let old = comment.trim_start_matches('#').trim();
    let kept = match old {
        "" => String::new(),
        tag if is_moving_tag(tag) => String::new(),
        _ => format!(" {comment}"),
    };
    Some(format!("{head}{name}@{commit}{quote} # {tag}{kept}"))
}
