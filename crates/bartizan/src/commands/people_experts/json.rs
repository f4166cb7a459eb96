//! The same as JSON.

use serde::Serialize;

use super::Answer;
use crate::{
    error::Failure,
    people::Names,
    render::{
        json::{SCHEMA_VERSION, to_text},
        words::day,
    },
};

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    /// What was asked about.
    paths: Vec<&'a str>,
    /// How many persons there are, of whom the first are listed.
    persons: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    experts: Option<Vec<ExpertJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewers: Option<Vec<ReviewerJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carriers: Option<Vec<CarrierJson<'a>>>,
}

#[derive(Serialize)]
struct ExpertJson<'a> {
    name: String,
    account: Option<&'a str>,
    weight: f64,
    share: f64,
    last: Option<String>,
    author_of: usize,
    files: Vec<FileJson<'a>>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    authorship: f64,
    changes: u32,
    of_changes: u32,
    handled: u32,
    is_first: bool,
    last: Option<String>,
}

#[derive(Serialize)]
struct ReviewerJson<'a> {
    name: String,
    account: Option<&'a str>,
    weight: f64,
    knows: f64,
    load: f64,
    last: Option<String>,
    files: &'a [String],
}

#[derive(Serialize)]
struct CarrierJson<'a> {
    name: String,
    account: Option<&'a str>,
    weight: f64,
    months: usize,
    people: usize,
    credits: f64,
    last: Option<String>,
}

/// How many files are listed of each.
const MOST_FILES: usize = 20;

pub(super) fn text(names: &Names<'_>, answer: &Answer<'_>) -> Result<String, Failure> {
    let mut document = Document {
        schema_version: SCHEMA_VERSION,
        paths: Vec::new(),
        persons: 0,
        experts: None,
        reviewers: None,
        carriers: None,
    };
    match answer {
        Answer::Experts {
            paths, experts, of, ..
        } => {
            document.paths = paths.iter().map(String::as_str).collect();
            document.persons = *of;
            document.experts = Some(experts.iter().map(|it| expert(names, it)).collect());
        }
        Answer::Reviewers {
            change,
            reviewers,
            of,
        } => {
            document.paths = change.paths.iter().map(String::as_str).collect();
            document.persons = *of;
            document.reviewers = Some(reviewers.iter().map(|it| reviewer(names, it)).collect());
        }
        Answer::Carriers { carriers, of } => {
            document.persons = *of;
            document.carriers = Some(carriers.iter().map(|it| carrier(names, it)).collect());
        }
    }
    to_text(&document)
}

fn expert<'a>(
    names: &'a Names<'_>,
    it: &'a bartizan_people::expertise::Expert<'_>,
) -> ExpertJson<'a> {
    let files = it.files.iter().take(MOST_FILES);
    let files = files.map(|(path, degree)| FileJson {
        path,
        authorship: rounded(degree.share),
        changes: degree.changes,
        of_changes: degree.of_changes,
        handled: degree.handled,
        is_first: degree.is_first,
        last: degree.last.map(day),
    });
    ExpertJson {
        name: names.name(it.person),
        account: names.login(it.person),
        weight: rounded(it.weight),
        share: rounded(it.share),
        last: it.last.map(day),
        author_of: it.files.len(),
        files: files.collect(),
    }
}

fn reviewer<'a>(
    names: &'a Names<'_>,
    it: &'a bartizan_people::expertise::Reviewer,
) -> ReviewerJson<'a> {
    ReviewerJson {
        name: names.name(it.person),
        account: names.login(it.person),
        weight: rounded(it.weight),
        knows: rounded(it.knows),
        load: rounded(it.load),
        last: it.last.map(day),
        files: &it.files,
    }
}

fn carrier<'a>(names: &'a Names<'_>, it: &bartizan_people::carriers::Carrier) -> CarrierJson<'a> {
    CarrierJson {
        name: names.name(it.person),
        account: names.login(it.person),
        weight: rounded(it.weight),
        months: it.months,
        people: it.people,
        credits: rounded(it.credits),
        last: it.last.map(day),
    }
}

/// More digits than that say nothing.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}
