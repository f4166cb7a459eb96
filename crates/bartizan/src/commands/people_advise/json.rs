//! The same as JSON. Nobody is named: whoever has the change knows whose it is.

use std::collections::BTreeMap;

use bartizan_people::review::{Advice, Standing, Survey};
use serde::Serialize;

use super::Answer;
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    project: String,
    parts: Vec<PartJson>,
    parts_left_out: usize,
    is_cut: bool,
    pulls: Option<SurveyJson>,
    problems: Vec<ProblemJson>,
}

#[derive(Serialize)]
struct ProblemJson {
    subject: String,
    message: String,
    hint: Option<String>,
}

#[derive(Serialize)]
struct PartJson {
    standing: &'static str,
    days_away: Option<i64>,
    files: usize,
    files_that_act: BTreeMap<&'static str, usize>,
    points: Vec<PointJson>,
    advice: &'static str,
}

#[derive(Serialize)]
struct PointJson {
    reason: &'static str,
    evidence: String,
    against: Option<String>,
}

#[derive(Serialize)]
struct SurveyJson {
    rows: Vec<RowJson>,
    reasons: Vec<ReasonJson>,
}

#[derive(Serialize)]
struct RowJson {
    standing: &'static str,
    is_ordinary: bool,
    points: Vec<usize>,
    taken_in: usize,
}

#[derive(Serialize)]
struct ReasonJson {
    standing: &'static str,
    reason: &'static str,
    times: usize,
}

pub(super) fn text(answer: &Answer) -> Result<String, Failure> {
    let problems = answer.problems.iter().map(|it| ProblemJson {
        subject: it.subject.clone(),
        message: it.message.clone(),
        hint: it.hint.clone(),
    });
    to_text(&Document {
        schema_version: SCHEMA_VERSION,
        project: answer.project.clone(),
        parts: answer.advice.iter().map(part).collect(),
        parts_left_out: answer.leaves_out,
        is_cut: answer.is_cut,
        pulls: answer.survey.as_ref().map(survey),
        problems: problems.collect(),
    })
}

fn part(advice: &Advice) -> PartJson {
    let places = advice.places.iter();
    PartJson {
        standing: advice.standing.as_str(),
        days_away: match advice.standing {
            Standing::Returning(days) => Some(days),
            Standing::FirstTime | Standing::Regular => None,
        },
        files: advice.files,
        files_that_act: places
            .map(|(place, (count, _))| (place.as_str(), *count))
            .collect(),
        points: advice
            .points
            .iter()
            .map(|it| PointJson {
                reason: it.reason.as_str(),
                evidence: it.evidence.clone(),
                against: it.against.clone(),
            })
            .collect(),
        advice: advice.words(),
    }
}

fn survey(survey: &Survey) -> SurveyJson {
    let rows = survey.rows.iter().map(|(row, points)| RowJson {
        standing: row.standing,
        is_ordinary: row.is_ordinary,
        points: points.to_vec(),
        taken_in: survey.taken_in.get(row).copied().unwrap_or_default(),
    });
    let reasons = survey
        .reasons
        .iter()
        .map(|((standing, reason), times)| ReasonJson {
            standing,
            reason: reason.as_str(),
            times: *times,
        });
    SurveyJson {
        rows: rows.collect(),
        reasons: reasons.collect(),
    }
}
