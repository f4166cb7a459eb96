//! The table for programs; `bartizan schema check-profile` publishes its schema.

use bartizan_assessment::{matrix::Line, posture::Sights};
use bartizan_model::assessment::Outcome;
use bartizan_posture::adoption::Adoption;
use serde_json::{Value, json};

use super::{Matrix, not_looked_at};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

pub(super) fn text(matrix: &Matrix<'_>) -> Result<String, Failure> {
    let standards = matrix.ids.iter().map(|id| {
        let known = matrix.standards.all.iter().find(|it| it.id == *id);
        json!({
            "id": id,
            "title": known.map(|it| it.title.as_str()),
            "is_draft": known.map(|it| it.is_draft),
        })
    });
    to_text(&json!({
        "schema_version": SCHEMA_VERSION,
        "profile": {
            "name": matrix.ecosystem.file.profile.name,
            "digest": matrix.ecosystem.digest.to_string(),
        },
        "as_of": matrix.now.to_string(),
        "endorsements_commit": matrix.standards.commit,
        "standards": standards.collect::<Vec<_>>(),
        "projects": matrix.lines.iter().map(|line| project(matrix, line)).collect::<Vec<_>>(),
        "problems": matrix.standards.problems.iter().map(|it| json!({
            "subject": it.subject,
            "message": it.message,
        })).collect::<Vec<_>>(),
    }))
}

fn project(matrix: &Matrix<'_>, line: &Line<'_>) -> Value {
    let seen = line.seen();
    let facts = matrix.ids.iter().map(|id| {
        let facts = matrix.facts(line, id);
        json!({
            "standard": id,
            "is_endorsed": facts.is_endorsed,
            "is_declared": facts.is_declared,
            "measured": facts.measured.zip(seen).map(|(it, seen)| measured(it, seen)),
        })
    });
    json!({
        "name": line.project.name,
        "repository": seen.map(|it| it.leading.repository.as_str()),
        "commit": seen.map(|it| it.leading.commit.as_str()),
        "not_looked_at": not_looked_at(line),
        "standards": facts.collect::<Vec<_>>(),
    })
}

fn measured(it: &Adoption, seen: &Sights) -> Value {
    let requirements = it.requirements.iter().map(|it| {
        let sight = seen.of_requirement(it);
        json!({
            "requirement": it.check.spec,
            "check": it.check.id,
            "outcome": it.outcome.as_str(),
            "message": it.message,
            "at": it.place.as_ref().map(ToString::to_string),
            "repository": sight.repository,
            "commit": sight.commit,
            "needs": it.needs,
        })
    });
    json!({
        "outcome": it.outcome().as_str(),
        "holds": it.count(Outcome::Pass),
        "applicable": it.applicable(),
        "declared_at": it.declared.as_ref().map(ToString::to_string),
        "requirements": requirements.collect::<Vec<_>>(),
    })
}
