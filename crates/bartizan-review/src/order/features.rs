//! The numbers that an order may use, each with what it says. Nothing of them is about a person but how well they know the files.

use std::collections::BTreeSet;

use bartizan_model::severity::SeverityLevel;

use crate::{
    kind::{Language, Role},
    novelty::{DeedKind, Deeds, Novelty, deeds::Touched},
    review::Report,
};

/// A number with its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Its name in data.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
}

const fn feature(name: &'static str, says: &'static str) -> Feature {
    Feature { name, says }
}

/// Every feature, in the order of the numbers. Counts are given as the logarithm to base 2 of one more.
pub const FEATURES: [Feature; 38] = [
    feature("files", "files that differ"),
    feature("folders", "folders that they are in"),
    feature("lines-come", "lines that come"),
    feature("lines-gone", "lines that go"),
    feature("lines-native", "lines that come in C, C++ and Cython"),
    feature(
        "lines-build",
        "lines that come in what runs at builds, at installation and on machines of the project",
    ),
    feature("share-of-tests", "share of lines that come in tests"),
    feature(
        "share-of-prose",
        "share of lines that come in documentation",
    ),
    feature("spread", "entropy of the lines over the files, in bits"),
    feature(
        "memory-words",
        "words of memory and counted references in lines that come",
    ),
    feature(
        "dangerous-words",
        "words that attacks need in lines that come",
    ),
    feature("entries", "entries of the review"),
    feature("entries-high", "entries at or above high"),
    feature("entries-medium", "entries at or above medium"),
    feature("score-most", "the largest score"),
    feature("score-three", "the three largest scores together"),
    feature("evidence", "the largest evidence"),
    feature("criticality", "the largest criticality"),
    feature("capability", "the largest share for a new capability"),
    feature("context", "the largest share of the context"),
    feature(
        "unsafe-memory",
        "entries with the capability of unsafe memory",
    ),
    feature(
        "novelty",
        "novelty of the three newest kinds of deeds, in bits",
    ),
    feature("novelty-most", "the largest novelty of a deed, in bits"),
    feature("never", "deeds that the project never had"),
    feature("new-import", "the newest import, in bits"),
    feature("new-call", "the newest call of an import, in bits"),
    feature("new-name", "the newest call of a name, in bits"),
    feature("new-method", "the newest method, in bits"),
    feature(
        "new-word",
        "the newest word of builds and settings, in bits",
    ),
    feature("new-action", "the newest action, in bits"),
    feature("new-host", "the newest host, in bits"),
    feature("new-form", "the newest form of a file, in bits"),
    feature(
        "new-nature",
        "the newest program, link or opaque file, in bits",
    ),
    feature("new-shape", "the newest shape of lines, in bits"),
    feature("new-capability", "the newest capability, in bits"),
    feature(
        "known-most",
        "earlier changes of its author to the file of the change that they know best",
    ),
    feature(
        "known-least",
        "share of the files that its author never changed",
    ),
    feature("busy", "earlier changes of anybody to its busiest file"),
];

/// How well the author knows the files, and how often they change.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Knowledge {
    /// Earlier changes of the author to the file that they know best.
    pub most: u32,
    /// Share of files that the author never changed.
    pub unknown: f64,
    /// Earlier changes of anybody to the busiest file.
    pub busy: u32,
}

/// The numbers of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Features(pub [f64; FEATURES.len()]);

impl Features {
    /// Of a change, as everything else says it.
    pub fn of(
        report: &Report<'_>,
        deeds: &Deeds,
        novelty: &Novelty<'_>,
        knowledge: Knowledge,
    ) -> Self {
        let mut values = Vec::with_capacity(FEATURES.len());
        effort(&mut values, deeds);
        review(&mut values, report);
        let most = novelty.by_kind.values().copied().fold(0.0, f64::max);
        values.extend([novelty.bits, most, logarithm(novelty.never)]);
        let of_kind = |kind: &DeedKind| novelty.by_kind.get(kind).copied().unwrap_or(0.0);
        values.extend(DeedKind::ALL.iter().map(of_kind));
        values.extend([
            logarithm(knowledge.most as usize),
            knowledge.unknown,
            logarithm(knowledge.busy as usize),
        ]);
        let mut features = Self([0.0; FEATURES.len()]);
        for (place, value) in features.0.iter_mut().zip(values) {
            *place = if value.is_finite() { value } else { 0.0 };
        }
        features
    }
}

fn logarithm(count: usize) -> f64 {
    (count as f64 + 1.0).log2()
}

fn effort(values: &mut Vec<f64>, deeds: &Deeds) {
    let files = &deeds.files;
    let come = |it: &Touched| it.lines.first().copied().unwrap_or(0) as usize;
    let sum = |is_of: &dyn Fn(&Touched) -> bool| -> usize {
        files.iter().filter(|it| is_of(it)).map(come).sum()
    };
    let folders: BTreeSet<&str> = files
        .iter()
        .map(|it| it.path.rsplit_once('/').map_or("", |(folder, _)| folder))
        .collect();
    let all = sum(&|_| true);
    let gone: usize = files
        .iter()
        .map(|it| it.lines.last().copied().unwrap_or(0) as usize)
        .sum();
    let is_native =
        |it: &Touched| matches!(it.language, Language::C | Language::Cpp | Language::Cython);
    let is_build = |it: &Touched| matches!(it.role, Role::Install | Role::Build | Role::Automation);
    let share = |count: usize| count as f64 / all.max(1) as f64;
    values.extend(
        [
            files.len(),
            folders.len(),
            all,
            gone,
            sum(&is_native),
            sum(&is_build),
        ]
        .map(logarithm),
    );
    values.push(share(sum(&|it| it.role == Role::Test)));
    values.push(share(sum(&|it| it.role == Role::Documentation)));
    let parts = files
        .iter()
        .map(|it| share(come(it)))
        .filter(|it| *it > 0.0);
    values.push(-parts.map(|it| it * it.log2()).sum::<f64>());
    let memory = files
        .iter()
        .filter(|it| is_native(it))
        .map(|it| it.words.memory as usize);
    values.push(logarithm(memory.sum()));
    values.push(logarithm(
        files.iter().map(|it| it.words.dangerous as usize).sum(),
    ));
}

fn review(values: &mut Vec<f64>, report: &Report<'_>) {
    let entries = &report.entries;
    let from = |level| entries.iter().filter(|it| it.severity >= level).count();
    values.push(logarithm(entries.len()));
    values.push(logarithm(from(SeverityLevel::High)));
    values.push(logarithm(from(SeverityLevel::Medium)));
    let scores: Vec<f64> = entries
        .iter()
        .map(|it| it.score.value.as_number())
        .collect();
    values.push(scores.iter().copied().fold(0.0, f64::max));
    values.push(scores.iter().take(3).fold(0.0, |sum, it| sum + it));
    for name in ["evidence", "criticality", "capability", "context"] {
        let shares = entries
            .iter()
            .flat_map(|it| &it.score.shares)
            .filter(|it| it.0 == name);
        values.push(
            shares
                .map(|it| it.1.as_number())
                .reduce(f64::max)
                .unwrap_or(0.0),
        );
    }
    let memory = entries
        .iter()
        .filter(|it| it.rule.capability == Some(crate::rule::Capability::UnsafeMemory));
    values.push(logarithm(memory.count()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Review,
        change::{File, FileChange},
        novelty::{Model, deeds},
        rule::Rules,
    };

    fn check(path: &str, text: &str) -> String {
        let rules = Rules::built_in();
        let changes = [FileChange {
            before: Some(File::new(path, "")),
            after: Some(File::new(path, text)),
        }];
        let mut review = Review::new(rules);
        review.look(&changes[0]);
        let found = deeds(&changes, rules);
        let model = Model::new();
        let features = Features::of(
            &review.finish(),
            &found,
            &model.novelty(&found),
            Knowledge {
                most: 3,
                unknown: 0.5,
                busy: 7,
            },
        );
        let told = FEATURES.iter().zip(features.0).filter(|it| it.1 != 0.0);
        told.map(|(it, value)| format!("{} {value:.2}", it.name))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn features_have_their_names() {
        insta::assert_snapshot!(check("lib/a.c", "void f(char *a)\n{\n    memcpy(a, b, n);\n}\n"), @"
        files 1.00
        folders 1.00
        lines-come 2.32
        lines-native 2.32
        memory-words 1.00
        novelty 1.00
        novelty-most 1.00
        never 1.58
        new-name 1.00
        known-most 2.00
        known-least 0.50
        busy 3.00
        ");
    }

    #[test]
    fn names_are_distinct() {
        let names: BTreeSet<&str> = FEATURES.iter().map(|it| it.name).collect();
        assert_eq!(names.len(), FEATURES.len());
    }
}
