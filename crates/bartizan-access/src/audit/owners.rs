//! How many can act for a place: two are needed, and not many more.

use std::collections::BTreeSet;

use super::{Audit, Finding, Question};
use crate::{checks, invariant::LEAST, right::Right, snapshot::Part};

pub(super) fn put(audit: &mut Audit, question: &Question<'_>) {
    let rights = &question.read.rights;
    let (mut organisations, mut projects) = (BTreeSet::new(), BTreeSet::new());
    for (right, _) in rights.all() {
        match right {
            Right::Membership { organisation, .. } => organisations.insert(organisation.as_str()),
            Right::IndexRole { project, .. } => projects.insert(project.as_str()),
            _ => false,
        };
    }
    for organisation in organisations {
        if !question.snapshot.has_read(Part::Members, organisation) {
            continue;
        }
        let owners = rights.owners(organisation).len();
        few(audit, organisation, owners, "owners");
        let most = question.most_owners;
        if owners > most {
            audit.findings.push(Finding {
                check: &checks::TOO_MANY_OWNERS,
                place: organisation.to_owned(),
                about: None,
                detail: format!("{owners} owners; {most} are enough"),
            });
        }
    }
    for project in projects {
        let is_owned = question
            .snapshot
            .entries
            .iter()
            .any(|it| it.name.as_str() == project && it.organisation.is_some());
        if !is_owned && question.snapshot.has_read(Part::IndexOwners, project) {
            few(
                audit,
                project,
                rights.index_owners(project).len(),
                "owners at the index",
            );
        }
    }
    for (repository, administrators) in rights.administrators() {
        let is_read = question.snapshot.has_read(Part::Collaborators, repository)
            && question.snapshot.has_read(Part::Members, repository);
        if is_read {
            few(audit, repository, administrators.len(), "administrators");
        }
    }
    audit.unread(question, &checks::TOO_FEW_OWNERS, Part::Members);
    audit.unread(question, &checks::TOO_FEW_OWNERS, Part::Collaborators);
    audit.unread(question, &checks::TOO_FEW_OWNERS, Part::IndexOwners);
}

fn few(audit: &mut Audit, place: &str, count: usize, what: &str) {
    if count < LEAST {
        audit.findings.push(Finding {
            check: &checks::TOO_FEW_OWNERS,
            place: place.to_owned(),
            about: None,
            detail: format!("{count} {what}; {LEAST} are needed"),
        });
    }
}
