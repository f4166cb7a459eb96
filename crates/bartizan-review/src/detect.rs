//! What is seen in one file, and what only both sides of it show.

mod calls;
mod characters;
mod cython;
mod deeds;
mod encoded;
mod flow;
#[cfg(test)]
mod laboratory;
mod lines;
mod name;
mod opaque;
mod pin;
mod probe;
mod shape;
mod statements;
mod taken;
mod together;
mod weakening;

use std::{cell::OnceCell, collections::BTreeSet};

use crate::{
    change::{Content, File},
    code::{self, Call},
    kind::{Language, Role},
    rule::{Rules, When},
    sighting::{Seen, Sighting},
};

pub(crate) use opaque::is_opaque;

/// How many sightings of one file are kept.
const MOST_SIGHTINGS: usize = 5_000;

/// One side of a file, with what it is.
pub(crate) struct Subject<'a> {
    pub(crate) file: &'a File,
    pub(crate) language: Language,
    pub(crate) role: Role,
    pub(crate) text: Option<&'a str>,
    /// Whether all of it is at hand.
    pub(crate) is_whole: bool,
    /// Its calls, once somebody asks for them.
    calls: OnceCell<Vec<Call>>,
}

/// A detector of one side.
type Detector = fn(&Subject<'_>, &mut Vec<Seen>);

const DETECTORS: &[Detector] = &[
    opaque::see,
    name::see,
    characters::see,
    encoded::see,
    probe::see,
    shape::see,
    flow::see,
    cython::see,
    together::see,
    deeds::see,
    taken::see,
];

/// A detector that needs both.
type Comparer = fn(&Subject<'_>, &Subject<'_>, &mut Vec<Seen>);

const COMPARERS: &[Comparer] = &[
    pin::compare,
    shape::compare,
    taken::compare,
    weakening::compare,
];

impl<'a> Subject<'a> {
    pub(crate) fn of(file: &'a File) -> Self {
        let head = file.bytes().unwrap_or_default();
        let head = head.get(..200).unwrap_or(head);
        let language = Language::of(&file.path, head);
        Self {
            role: Role::of(&file.path, language),
            text: file.text(),
            is_whole: !matches!(file.content, Content::Excerpt(_)),
            calls: OnceCell::new(),
            language,
            file,
        }
    }

    /// The calls in it, sorted by line.
    pub(crate) fn calls(&self) -> &[Call] {
        self.calls.get_or_init(|| {
            let text = self.text.unwrap_or_default();
            code::calls(text, self.language, self.is_whole)
        })
    }

    fn place<'r>(&self, rules: &'r Rules, seen: Seen) -> Option<Sighting<'r>> {
        let rule = rules.find(seen.rule)?;
        if !rule.is_for(self.language, self.role) {
            return None;
        }
        Some(Sighting {
            severity: seen.severity.unwrap_or(rule.severity),
            rule,
            path: self.file.path.clone(),
            role: self.role,
            line: seen.line,
            snippet: seen.snippet,
            within: seen.within,
            message: seen.message,
            context: Vec::new(),
            opaque: seen.opaque,
        })
    }
}

/// What rules see in one side of a file; those that ask for what goes and those that ask for what comes, apart.
pub(crate) fn see<'r>(subject: &Subject<'_>, rules: &'r Rules) -> Vec<Sighting<'r>> {
    let mut seen = Vec::new();
    for detector in DETECTORS {
        detector(subject, &mut seen);
    }
    let mut sightings: Vec<Sighting<'r>> = seen
        .into_iter()
        .filter_map(|it| subject.place(rules, it))
        .collect();
    lines::see(subject, rules, &mut sightings);
    calls::see(subject, rules, &mut sightings);
    without_echoes(&mut sightings);
    sightings.truncate(MOST_SIGHTINGS);
    sightings
}

/// Rules that see the same thing by another way, with those that tell it better.
const ECHOES: [(&str, &str); 8] = [
    ("hidden-call", "disguised-name"),
    ("hidden-code", "hidden-call"),
    ("hidden-code", "run-of-hidden-data"),
    ("run-of-hidden-data", "run-of-decoded-code"),
    ("run-of-hidden-data", "fetched-code-run"),
    ("install-hook", "install-time-action"),
    ("sent-secret-data", "sent-secret"),
    ("sent-secret-data", "secrets-beside-network"),
];

/// Leaves out what another rule tells of the same line.
fn without_echoes(sightings: &mut Vec<Sighting<'_>>) {
    let told: BTreeSet<(&str, Option<u32>)> = sightings
        .iter()
        .map(|it| (it.rule.id.as_str(), it.line))
        .filter(|(id, _)| ECHOES.iter().any(|(_, of)| of == id))
        .collect();
    if told.is_empty() {
        return;
    }
    sightings.retain(|it| {
        !ECHOES
            .iter()
            .any(|(echo, of)| *echo == it.rule.id && told.contains(&(*of, it.line)))
    });
}

/// What only both sides show.
pub(crate) fn compare<'r>(
    before: &Subject<'_>,
    after: &Subject<'_>,
    rules: &'r Rules,
) -> Vec<Sighting<'r>> {
    let mut seen = Vec::new();
    for comparer in COMPARERS {
        comparer(before, after, &mut seen);
    }
    let mut sightings: Vec<Sighting<'r>> = seen
        .into_iter()
        .filter_map(|it| after.place(rules, it))
        .collect();
    sightings.retain(|it| it.rule.when == When::Introduced);
    sightings.truncate(MOST_SIGHTINGS);
    sightings
}
