//! An export laid over a corpus.

use std::collections::BTreeSet;

use bartizan_model::team::Member;

use super::read::{Export, Verdict};
use crate::{
    accounts::Accounts,
    corpus::{Corpus, PersonNumber, Project, Way},
    history::Credit,
};

/// What an export added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Enriched {
    /// Changes of which it is known now who put them in.
    pub integrators: usize,
    /// Changes of which it is known now who reviewed them.
    pub reviewed: usize,
    /// Accounts that no history names.
    pub unknown_accounts: usize,
    /// Exports of projects that the corpus has not.
    pub unknown_projects: usize,
}

/// Fills what a history does not say: who put in what the code host committed for somebody, and who approved it.
pub fn enrich(corpus: &mut Corpus, exports: &[Export]) -> Enriched {
    let accounts = Accounts::of(corpus);
    let mut enriched = Enriched::default();
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for export in exports {
        let programs = &export.programs;
        let mut person = |login: &'_ str| -> Option<PersonNumber> {
            let member = Member {
                login: Some(login.to_owned()),
                ..Member::default()
            };
            let is_program = programs
                .binary_search_by(|it| it.as_str().cmp(login))
                .is_ok();
            accounts.person(&member).filter(|_| !is_program)
        };
        for pull in &export.pulls {
            let reviewers = pull.reviews.iter().map(|it| it.by.as_str());
            let named = reviewers.chain(pull.merged_by.as_deref());
            unknown.extend(named.filter(|it| person(it).is_none()));
        }
        let is_this = |it: &&mut Project| it.name == export.project;
        match corpus.projects.iter_mut().find(is_this) {
            Some(project) => fill(project, export, &mut person, &mut enriched),
            None => enriched.unknown_projects += 1,
        }
    }
    enriched.unknown_accounts = unknown.len();
    enriched
}

fn fill(
    project: &mut Project,
    export: &Export,
    person: &mut dyn FnMut(&str) -> Option<PersonNumber>,
    enriched: &mut Enriched,
) {
    for work in &mut project.works {
        let Some(pull) = work.pull.and_then(|it| export.pull(it)) else {
            continue;
        };
        let presser = pull.merged_by.as_deref().and_then(&mut *person);
        if let (Way::Host, None, Some(presser)) = (work.way, work.integrator, presser) {
            work.integrator = Some(presser);
            enriched.integrators += 1;
        }
        let approving = pull
            .reviews
            .iter()
            .filter(|it| it.verdict == Verdict::Approved);
        let approving: BTreeSet<PersonNumber> = approving
            .filter_map(|it| person(&it.by))
            .filter(|it| *it != work.author)
            .collect();
        let before = work.credits.len();
        work.credits
            .extend(approving.into_iter().map(|it| (Credit::Reviewed, it)));
        work.credits.sort_unstable();
        work.credits.dedup();
        enriched.reviewed += usize::from(work.credits.len() > before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        corpus::{Source, sample},
        corrections::Corrections,
        history::Address,
        keyed::Key,
    };

    /// What is known of each change of `history` with an export laid over it.
    fn check(pulls: &str) -> String {
        let history = "
            a ann 2020-01-01
            b ben 2020-01-02
            c cy 2020-01-03
            d<a+b ann>github 2020-01-04 #1
            e<d cy>github 2020-01-05 #5
        ";
        let mut history = sample::history(history);
        for actor in history.actors.iter_mut().filter(|it| it.name != "github") {
            // Accounts are known by what the code host says of them.
            let address = format!("{}@users.noreply.github.com", actor.name);
            actor.address = Address::new(address);
        }
        let source = Source {
            name: "lab".to_owned(),
            history,
        };
        let key = Key::new([1; 32]);
        let mut corpus = Corpus::of(vec![source], &Corrections::default(), &key);
        let text = format!(
            r#"{{"schema_version": 1, "project": "lab", "accounts": [{{"login": "robot", "is_program": true}}], "pulls": [{pulls}]}}"#
        );
        let export = Export::read("x", text.as_bytes()).unwrap();
        let enriched = enrich(&mut corpus, &[export]);
        let name = |it: PersonNumber| corpus.person(it).unwrap().name.clone();
        let works = corpus.projects[0].works.iter().map(|work| {
            let by = work.integrator.map_or("-".to_owned(), name);
            let credits: Vec<String> = work
                .credits
                .iter()
                .map(|(credit, who)| format!(" {credit:?} {}", name(*who)))
                .collect();
            format!("{} by {by}{}", name(work.author), credits.concat())
        });
        let mut lines: Vec<String> = works.collect();
        lines.push(format!(
            "{} {} {}",
            enriched.integrators, enriched.reviewed, enriched.unknown_accounts
        ));
        lines.join("\n")
    }

    #[test]
    fn only_what_is_none_is_filled() {
        insta::assert_snapshot!(check(""), @r"
        cy by -
        cy by cy
        ben by ann
        ann by ann
        0 0 0
        ");
        insta::assert_snapshot!(check(r#"
            {"number": 5, "merged_by": "ben", "reviews": [{"by": "ann", "verdict": "approved"}, {"by": "cy", "verdict": "approved"}]},
            {"number": 1, "merged_by": "cy", "reviews": [{"by": "stranger", "verdict": "approved"}]}
        "#), @r"
        cy by ben Reviewed ann
        cy by cy
        ben by ann
        ann by ann
        1 1 1
        ");
    }
}
