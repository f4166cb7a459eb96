//! An artifact held against what it was made of: a wheel against its source distribution, either against a commit; and two
//! builds of one thing against each other.
//!
//! Every file is the same, explained by a rule of how artifacts are made, not comparable with a reason, or unexplained. A
//! rule looks at the content of what it explains: a name alone explains nothing. What is unexplained has a rank, because
//! code that runs matters more than a build script, and that more than metadata.

mod builds;
mod rank;
mod references;
mod release;
mod rules;
mod side;
mod wanted;

use std::collections::BTreeMap;

use bartizan_formats::{
    build_config::BuildConfig,
    contents::{Contents, FileFacts, Sameness, TextOf},
    git_attributes::Attributes,
};

pub use self::{
    builds::{BuildComparison, Difference, compare_builds, wanted_of_builds},
    rank::Rank,
    references::{Reference, References},
    release::ReleaseName,
    rules::{ALL as RULES, Rule},
    wanted::{Wanted, wanted, wanted_references},
};
use self::{
    rules::{Case, Verdict},
    side::Source,
};

/// How the artifact came of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// It was built: a wheel.
    Built,
    /// It was packed: a source distribution.
    Packed,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// What it holds.
    pub contents: &'a Contents,
    /// The bytes of what [`wanted()`] asks for.
    pub texts: &'a TextOf,
}

/// The question.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// How the artifact came of the source.
    pub relation: Relation,
    /// The artifact.
    pub artifact: Side<'a>,
    /// What it was made of.
    pub source: Side<'a>,
    /// The project and version that the name of the artifact states.
    pub release: Option<&'a ReleaseName>,
    /// What build tools ship, as far as it is at hand.
    pub references: &'a References,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// How many files are the same in the source.
    pub same: usize,
    /// Files that differ or are extra as they should.
    pub explained: Vec<Explained>,
    /// Files of which nobody can tell.
    pub uncompared: Vec<Uncompared>,
    /// Files that differ or are extra and should not, the worst first.
    pub unexplained: Vec<Unexplained>,
    /// How many files of the source are not in the artifact.
    pub left_out: usize,
}

/// A file that is as it should.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Explained {
    /// Its name in the artifact.
    pub path: String,
    /// The rule.
    pub rule: &'static str,
    /// How, in words.
    pub how: String,
}

/// A file that was not compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uncompared {
    /// Its name in the artifact.
    pub path: String,
    /// The rule that knows why.
    pub rule: &'static str,
    /// Why, in words.
    pub why: String,
    /// Whether it could be told if something were at hand that is missing: a content, a submodule, what a tool ships.
    pub is_missing: bool,
    /// Whether it is machine code that a build makes of sources, which nothing here could ever compare.
    pub is_built: bool,
}

/// A file that should not be there, or not so. The order is that of importance.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unexplained {
    /// How much it matters.
    pub rank: Rank,
    /// Its name in the artifact.
    pub path: String,
    /// Whether the source has such a file.
    pub is_extra: bool,
    /// What is wrong, in words.
    pub message: String,
}

/// Everything that rules may look at.
struct World<'a> {
    question: Question<'a>,
    source: Source<'a>,
    config: BuildConfig,
    attributes: Attributes,
}

/// Compares.
pub fn compare(question: Question<'_>) -> Comparison {
    let world = World::of(question);
    let mut comparison = Comparison::default();
    let mut used = std::collections::BTreeSet::new();
    // Where nothing or everything may be run, a file system without modes packed it.
    let modes = question.artifact.contents.files.values();
    let modes: std::collections::BTreeSet<bool> = modes.filter_map(|it| it.is_executable).collect();
    for (path, facts) in &question.artifact.contents.files {
        let counterpart = world.source.counterpart(path, facts);
        used.extend(counterpart);
        let case = Case::new(&world, path, facts, counterpart);
        judge(&case, modes.len() > 1, &mut comparison);
    }
    for (path, why) in &question.artifact.contents.problems {
        comparison.uncompared.push(Uncompared {
            path: path.clone(),
            rule: "unreadable",
            why: why.clone(),
            is_missing: true,
            is_built: false,
        });
    }
    let below = world.source.below();
    comparison.left_out = below.filter(|path| !used.contains(path)).count();
    comparison.explained.sort();
    comparison.uncompared.sort();
    comparison.unexplained.sort();
    comparison
}

fn judge(case: &Case<'_>, has_modes: bool, comparison: &mut Comparison) {
    let path = case.path.to_owned();
    if case.is_same() {
        comparison.same += 1;
        let is_packed = case.world.question.relation == Relation::Packed;
        if is_packed && has_modes && case.became_executable() {
            comparison.unexplained.push(Unexplained {
                rank: Rank::Metadata,
                path,
                is_extra: false,
                message: "may be run, and may not in the source".to_owned(),
            });
        }
        return;
    }
    let (rule, verdict) = verdict(case);
    match verdict {
        Verdict::Explained(how) => comparison.explained.push(Explained { path, rule, how }),
        Verdict::Uncompared { why, is_missing } => comparison.uncompared.push(Uncompared {
            path,
            rule,
            why,
            is_missing,
            is_built: rule == rules::BUILT,
        }),
        Verdict::Unexplained { rank, message } => comparison.unexplained.push(Unexplained {
            rank: rank.unwrap_or_else(|| case.rank()),
            path,
            is_extra: case.counterpart.is_none(),
            message,
        }),
    }
}

/// What the first rule says that knows the file; else what is at hand decides whether anything can be said.
fn verdict(case: &Case<'_>) -> (&'static str, Verdict) {
    let mut rules = rules::ALL.iter();
    let found = rules.find_map(|rule| Some((rule.id, (rule.judge)(case)?)));
    if let Some(found) = found {
        return found;
    }
    let missing = |why: String| Verdict::Uncompared {
        why,
        is_missing: true,
    };
    if case.counterpart.is_none() && case.world.source.is_incomplete() {
        let why = "is not among those files of the source that can be read here";
        return ("incomplete", missing(why.to_owned()));
    }
    if case.is_undecided() {
        return ("unread", missing(case.difference()));
    }
    let verdict = Verdict::Unexplained {
        rank: None,
        message: case.difference(),
    };
    ("none", verdict)
}

impl<'a> World<'a> {
    fn of(question: Question<'a>) -> Self {
        let source = Source::new(question.relation, question.artifact, question.source);
        let names = ["pyproject.toml", "setup.cfg", "setup.py"];
        let texts: BTreeMap<&str, &[u8]> = names
            .into_iter()
            .filter_map(|name| Some((name, source.text(&source.at_top(name))?)))
            .collect();
        let config = BuildConfig::read(&texts);
        let mut attributes = Attributes::default();
        for (path, text) in question.source.texts {
            let folder = path.strip_suffix(".gitattributes");
            if let (Some(folder), Ok(text)) = (folder, text) {
                let folder = folder.trim_end_matches('/');
                attributes.add(folder, &String::from_utf8_lossy(text));
            }
        }
        let source = source.with_roots(config.roots.iter().cloned());
        Self {
            question,
            source,
            config,
            attributes,
        }
    }
}

/// Whether two files are the same as far as anybody knows.
fn is_same(one: &FileFacts, other: &FileFacts) -> bool {
    one.link.is_some() == other.link.is_some()
        && one.identity.compare(&other.identity) == Sameness::Same
}

#[cfg(test)]
mod tests;
