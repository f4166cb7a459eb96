//! Acts out of git histories, for the accounts that hold rights.
//!
//! A history tells who merged and pushed to the main line, unless the code host put it in for somebody: what came in that way
//! ends what is known. It tells nothing of accounts that it does not name, and nothing of other branches. A clone does not say
//! when it was brought up to date: without being told, it is taken for as old as its last commit.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_access::{
    ledger::{Act, ActKind, Coverage, Evidence, EvidenceSource},
    right::{Account, Rights},
};
use bartizan_model::{Timestamp, team::Member};
use bartizan_people::{
    accounts::Accounts,
    corpus::{Corpus, Merge, PersonNumber, Project, Way},
    history::Credit,
};

use super::EvidenceArguments;
use crate::{
    context::Context,
    error::Failure,
    people::{self, HistoryArguments},
};

pub(super) fn put(
    ctx: &Context,
    arguments: &EvidenceArguments,
    rights: &Rights,
    evidence: &mut Evidence,
) -> Result<(), Failure> {
    if arguments.history.is_empty() {
        return Ok(());
    }
    let is_pair = |it: &String| {
        it.split_once('=')
            .is_some_and(|(name, _)| name.contains('/'))
    };
    if let Some(wrong) = arguments.history.iter().find(|it| !is_pair(it)) {
        return Err(Failure::usage(format!("`{wrong}` names no history"))
            .hint("write `OWNER/NAME=PATH`, such as `numpy/numpy=mirrors/numpy.git`"));
    }
    let repositories: Vec<_> = arguments.history.iter().map(Into::into).collect();
    let wanted = HistoryArguments {
        people: None,
        export: Vec::new(),
        as_of: arguments.as_of,
    };
    let histories = people::histories(ctx, &repositories, &wanted)?;
    for problem in &histories.problems {
        ctx.note(&format!(
            "not read: {}: {}",
            problem.subject, problem.message
        ));
    }
    let known = Known::of(&histories.corpus, rights);
    ctx.note(&format!(
        "{} of {} accounts with rights are named in the histories",
        known.accounts.len(),
        known.asked.len()
    ));
    for project in &histories.corpus.projects {
        known.put_acts(project, evidence);
        known.put_branches(project, evidence);
        known.put_coverage(project, arguments.fetched, evidence);
    }
    Ok(())
}

/// The merges by which something was put in. Whoever merges the main line into their own branch needs no right for it.
fn put_in(project: &Project) -> impl Iterator<Item = &Merge> {
    let merges = project.merges.iter();
    merges.filter(|it| it.pull.is_some() || !it.authors.is_empty())
}

/// The accounts with rights, by who they are in the histories.
struct Known {
    of: BTreeMap<PersonNumber, Vec<Account>>,
    accounts: BTreeSet<Account>,
    /// All accounts with rights, named in the histories or not.
    asked: BTreeSet<Account>,
}

impl Known {
    fn of(corpus: &Corpus, rights: &Rights) -> Self {
        let accounts = Accounts::of(corpus);
        let holders: BTreeSet<&Account> = rights
            .all()
            .filter_map(|(right, _)| right.holder())
            .filter(|it| it.platform() == "github")
            .collect();
        let mut known = Self {
            of: BTreeMap::new(),
            accounts: BTreeSet::new(),
            asked: holders.iter().map(|it| (*it).clone()).collect(),
        };
        for account in holders {
            let member = Member {
                login: Some(account.login().to_owned()),
                number: None,
                name: None,
            };
            if let Some(person) = accounts.person(&member) {
                known.of.entry(person).or_default().push(account.clone());
                known.accounts.insert(account.clone());
            }
        }
        known
    }

    fn put_acts(&self, project: &Project, evidence: &mut Evidence) {
        let mut put = |by: PersonNumber, kind: ActKind, at: Option<Timestamp>| {
            let accounts = self.of.get(&by).into_iter().flatten();
            evidence.acts.extend(accounts.zip(at).map(|(by, at)| Act {
                by: by.clone(),
                place: project.name.to_lowercase(),
                kind,
                at,
                source: EvidenceSource::History,
            }));
        };
        for work in &project.works {
            // Whoever wrote something was there when it was put in, too: it had to be answered for.
            put(
                work.author,
                ActKind::Author,
                work.integrated.or(work.written),
            );
            for (credit, person) in &work.credits {
                match credit {
                    Credit::CoAuthored => put(*person, ActKind::Author, work.integrated),
                    Credit::Reviewed => put(*person, ActKind::Review, work.integrated),
                    _ => {}
                }
            }
            if let (Some(by), Way::Committed) = (work.integrator, work.way) {
                put(by, ActKind::Push, work.integrated);
            }
        }
        for merge in put_in(project) {
            if let Some(by) = merge.by {
                put(by, ActKind::Merge, merge.time);
            }
        }
        for release in &project.releases {
            put(release.by, ActKind::Release, release.time);
        }
    }

    /// Whose branches were merged: the subject names the account, so that nobody has to be known by an address.
    fn put_branches(&self, project: &Project, evidence: &mut Evidence) {
        for merge in &project.merges {
            let commit = project.history.commits.get(merge.commit as usize);
            let login = commit.and_then(|it| it.pull.as_ref()?.login.as_deref());
            let by = login.and_then(|it| Account::hosted(it).ok());
            let by = by.filter(|it| self.asked.contains(it));
            evidence.acts.extend(by.zip(merge.time).map(|(by, at)| Act {
                by,
                place: project.name.to_lowercase(),
                kind: ActKind::Author,
                at,
                source: EvidenceSource::History,
            }));
        }
    }

    fn put_coverage(&self, project: &Project, fetched: Option<Timestamp>, evidence: &mut Evidence) {
        let (Some(first), Some(last)) = (project.first(), project.last()) else {
            return;
        };
        let until = fetched.map_or(last, |it| it.max(last));
        let mut cover = |kinds: &[ActKind], since: Timestamp| {
            evidence.coverage.push(Coverage {
                source: EvidenceSource::History,
                place: project.name.to_lowercase(),
                kinds: kinds.iter().copied().collect(),
                of: Some(self.accounts.clone()),
                since,
                until,
            });
        };
        cover(&[ActKind::Author], first);
        // After the last change that nobody is known to have put in everybody is seen who does.
        let works = project.works.iter();
        let unseen = works
            .filter(|it| it.integrator.is_none())
            .filter_map(|it| it.integrated);
        let merges = put_in(project);
        let unseen = unseen.chain(merges.filter(|it| it.by.is_none()).filter_map(|it| it.time));
        cover(
            &[ActKind::Push, ActKind::Merge],
            unseen.max().unwrap_or(first),
        );
    }
}
