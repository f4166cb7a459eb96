//! What the history says of the people around a change: context for whoever reviews it. It changes no severity and no score, and
//! goes without a name into everything but a report for people.

use std::{collections::BTreeSet, path::Path};

use bartizan_model::Timestamp;
use bartizan_people::{
    corpus::{Corpus, PersonNumber, Project},
    expertise::{Change, Expertise},
    review::{self, Acquaintance, Advice, Proposal},
    structure::{Known, Level, Timeline},
};
use bartizan_sources::{
    git::CommitId,
    past::{Loaded, Proposals},
};

use crate::{
    context::Context,
    error::Failure,
    people::{self, Asked, Names, hash},
};

/// How many people are named.
const NAMED: usize = 3;

/// What is said.
#[derive(Debug, Clone, Default)]
pub(super) struct PeopleTold {
    /// Of each author's part.
    pub(super) parts: Vec<PartTold>,
    /// How many people who were active within a year know some of the files.
    pub(super) acquainted: usize,
    /// How many files differ that none of them knows.
    pub(super) unknown_files: usize,
    /// Those who know most, where names may be told.
    pub(super) names: Vec<String>,
}

/// One author's part.
#[derive(Debug, Clone)]
pub(super) struct PartTold {
    pub(super) advice: Advice,
    /// Files that this author never worked on before.
    pub(super) new_files: usize,
}

/// Reads the history, and says what it says of a change.
pub(super) fn told(
    ctx: &Context,
    (repository, output): (&Path, Option<&Path>),
    (base, head): &(CommitId, CommitId),
    now: Timestamp,
) -> Result<Option<PeopleTold>, Failure> {
    let repositories = [repository.to_owned()];
    let asked = Asked {
        repositories: &repositories,
        people: None,
    };
    let proposals = Proposals::Commits(vec![base.clone(), head.clone()]);
    let (loaded, _) = people::load(ctx, &asked, |_| proposals.clone())?;
    let Loaded { corpus, .. } = loaded;
    let (Some(project), Some(base), Some(head)) = (corpus.projects.first(), hash(base), hash(head))
    else {
        return Ok(None);
    };
    let Some(proposal) = review::change_of(&corpus, project, base, head) else {
        return Ok(None);
    };
    let now = proposal.taken_in.map_or(now, |taken_in| taken_in.min(now));
    let advice = advice(&corpus, project, &proposal, now);
    let may_name = people::may_name(ctx, output).is_ok();
    // What came in with it or later says nothing of who knew the files.
    Ok(Some(knowledge(
        &corpus.until(now),
        (&proposal, advice),
        now,
        may_name,
    )))
}

fn advice(corpus: &Corpus, project: &Project, proposal: &Proposal, now: Timestamp) -> Vec<Advice> {
    let known = Known::of(corpus);
    let is_fragile = Timeline::new(corpus, project, &known).at(now).level() == Level::High;
    let mut acquaintance = Acquaintance::new(corpus, project);
    acquaintance.read_before(now);
    let parts = proposal.parts.iter();
    parts
        .map(|part| review::advise(&acquaintance, (proposal, part), is_fragile, now))
        .collect()
}

fn knowledge(
    corpus: &Corpus,
    (proposal, advice): (&Proposal, Vec<Advice>),
    now: Timestamp,
    may_name: bool,
) -> PeopleTold {
    let Some(project) = corpus.projects.first() else {
        return PeopleTold::default();
    };
    let expertise = Expertise::of(corpus, project, now);
    let files = proposal.parts.iter().flat_map(|it| &it.files);
    let paths: BTreeSet<String> = files.cloned().collect();
    let authors: BTreeSet<PersonNumber> = proposal.parts.iter().map(|it| it.author).collect();
    let experts = expertise.experts(|path| paths.contains(path));
    let parts = advice
        .into_iter()
        .zip(&proposal.parts)
        .map(|(advice, part)| {
            let own = experts.iter().find(|it| it.person == advice.author);
            let own: BTreeSet<&str> = own
                .map(|it| it.files.iter().map(|(path, _)| *path).collect())
                .unwrap_or_default();
            let new = part.files.iter().filter(|it| !own.contains(it.as_str()));
            PartTold {
                advice,
                new_files: new.count(),
            }
        });
    let parts = parts.collect();
    let reviewers = expertise.reviewers(&Change {
        paths: paths.clone(),
        authors,
    });
    let known: BTreeSet<&String> = reviewers.iter().flat_map(|it| &it.files).collect();
    let names = Names::of(corpus, true);
    let acquainted = reviewers
        .iter()
        .filter(|it| may_name && !it.files.is_empty());
    PeopleTold {
        parts,
        acquainted: reviewers.iter().filter(|it| !it.files.is_empty()).count(),
        unknown_files: paths.len().saturating_sub(known.len()),
        names: acquainted
            .take(NAMED)
            .map(|it| names.whole(it.person))
            .collect(),
    }
}
