//! What is wrong with the records of a feed, and what was published, for people, programs and workflows.

use std::path::Path;

use bartizan_formats::advisory::osv::validate::Weight;
use bartizan_sources::feed::{FeedComplaint, PublishPlan, Published};
use serde::Serialize;

use crate::{
    error::Failure,
    render::{
        github,
        json::{SCHEMA_VERSION, to_text},
        words,
    },
    term::Terminal,
};

/// One line a complaint, its remedy below, and a summary.
pub(super) fn human(
    terminal: Terminal,
    plan: &PublishPlan,
    published: Option<Published>,
) -> String {
    let mut lines = Vec::new();
    for complaint in &plan.complaints {
        lines.push(format!(
            "{}: {}: {}",
            place(complaint),
            kind(complaint),
            message(complaint)
        ));
        lines.push(format!("    hint: {}", complaint.complaint.remedy));
    }
    lines.push(summary(plan, published));
    let clean = |line: &String| terminal.clean(line) + "\n";
    lines.iter().map(clean).collect()
}

/// Annotations beside the lines of a pull request.
pub(super) fn github(directory: &Path, plan: &PublishPlan, published: Option<Published>) -> String {
    let mut text = String::new();
    for complaint in &plan.complaints {
        let file = directory.join(&complaint.path);
        let file = file
            .strip_prefix(".")
            .unwrap_or(&file)
            .display()
            .to_string();
        let message = format!("{}; {}", message(complaint), complaint.complaint.remedy);
        let place = (file.as_str(), complaint.complaint.line);
        text += &github::annotation(kind(complaint), place, "Bartizan: advisory", &message);
    }
    text + &summary(plan, published) + "\n"
}

#[derive(Serialize)]
struct PublishJson<'a> {
    schema_version: u32,
    feed: &'a str,
    sequence: u64,
    records: usize,
    errors: usize,
    is_published: bool,
    is_signed: bool,
    added: &'a [String],
    changed: &'a [String],
    removed: &'a [String],
    touched: Vec<&'a String>,
    complaints: Vec<ComplaintJson<'a>>,
}

#[derive(Serialize)]
struct ComplaintJson<'a> {
    path: &'a str,
    line: usize,
    pointer: &'a str,
    kind: &'static str,
    message: &'a str,
    remedy: &'static str,
}

/// The answer as JSON; `bartizan schema db-publish` publishes its schema.
pub(super) fn json(plan: &PublishPlan, published: Option<Published>) -> Result<String, Failure> {
    to_text(&PublishJson {
        schema_version: SCHEMA_VERSION,
        feed: &plan.manifest.name,
        sequence: plan.manifest.sequence,
        records: plan.manifest.files.len(),
        errors: plan.errors(),
        is_published: published.is_some(),
        is_signed: published.is_some_and(|published| published.is_signed),
        added: &plan.planned.added,
        changed: &plan.planned.changed,
        removed: &plan.planned.removed,
        touched: plan.touched.keys().collect(),
        complaints: plan.complaints.iter().map(ComplaintJson::of).collect(),
    })
}

impl<'a> ComplaintJson<'a> {
    fn of(complaint: &'a FeedComplaint) -> Self {
        Self {
            path: &complaint.path,
            line: complaint.complaint.line,
            pointer: &complaint.complaint.pointer,
            kind: kind(complaint),
            message: &complaint.complaint.message,
            remedy: complaint.complaint.remedy,
        }
    }
}

fn place(complaint: &FeedComplaint) -> String {
    format!("{}:{}", complaint.path, complaint.complaint.line)
}

fn kind(complaint: &FeedComplaint) -> &'static str {
    match complaint.complaint.weight {
        Weight::Error => "error",
        Weight::Warning => "warning",
    }
}

fn message(complaint: &FeedComplaint) -> String {
    match complaint.complaint.pointer.as_str() {
        "" => complaint.complaint.message.clone(),
        pointer => format!("`{pointer}`: {}", complaint.complaint.message),
    }
}

fn summary(plan: &PublishPlan, published: Option<Published>) -> String {
    let manifest = &plan.manifest;
    let records = words::count(manifest.files.len(), "record", "records");
    let planned = &plan.planned;
    let difference = format!(
        "{} new, {} changed, {} gone",
        planned.added.len(),
        planned.changed.len(),
        planned.removed.len()
    );
    let errors = plan.errors();
    match published {
        _ if errors > 0 => {
            let errors = words::count(errors, "error", "errors");
            format!("{records}, {errors}: nothing was published.")
        }
        None => format!("{records}, {difference}: nothing stands against publishing."),
        Some(_) if planned.is_empty() => {
            format!(
                "{records}: state {} of `{}` is published already.",
                manifest.sequence, manifest.name
            )
        }
        Some(published) => {
            let signed = if published.is_signed { ", signed" } else { "" };
            let sequence = manifest.sequence;
            format!(
                "{records}, {difference}: state {sequence} of `{}` is published{signed}.",
                manifest.name
            )
        }
    }
}
