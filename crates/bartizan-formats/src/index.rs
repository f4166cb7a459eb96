//! Pages of package indexes: the simple API as JSON or HTML
//! ([simple repository API](https://packaging.python.org/en/latest/specifications/simple-repository-api/)), versions 1.0 to 1.4.
//!
//! Only what checks ask for is kept: releases with their dates and whether they are yanked, and the status of the
//! project. JSON is asked for; an index that has HTML alone states no dates.

mod html;
mod listing;
pub mod provenance;
pub mod roles;

use std::collections::BTreeMap;

use bartizan_model::{
    Timestamp,
    ecosystem::Package,
    index::{ProjectFacts, ProjectStatus, ReleaseFacts},
};
use serde::Deserialize;
use thiserror::Error;

pub use listing::{ListedFile, Listing, Provenance, chosen, listing};

use crate::file_name;

/// What to ask an index for.
pub const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// The largest page that is read. Projects with ten thousand files take about 8 MiB.
pub const MAX_BYTES: usize = 32 << 20;

/// How many files of a project are looked at.
const MOST_FILES: usize = 200_000;

/// A reason or a word of others that is longer is cut.
const LONGEST_TEXT: usize = 300;

/// Why a page says nothing.
#[derive(Debug, Error)]
pub enum IndexError {
    /// It is larger than any page.
    #[error("the page is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// It is HTML that lists no file, as a page that asks for a password.
    #[error("the page is HTML and lists no file")]
    Html,
    /// It is no JSON, or not of this shape.
    #[error("the page is not JSON of the simple API")]
    Json(#[from] serde_json::Error),
    /// Its version is not known.
    #[error("the page is of version `{0}` of the simple API; versions 1.x are known")]
    UnknownVersion(String),
}

#[derive(Deserialize)]
struct Page {
    meta: Meta,
    #[serde(default)]
    files: Vec<File>,
    #[serde(default, rename = "project-status")]
    status: Option<Status>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "api-version")]
    version: String,
    /// Some indexes state the status here.
    #[serde(default, rename = "project-status")]
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Status {
    Word(String),
    Table {
        #[serde(default)]
        status: Option<String>,
        #[serde(default)]
        reason: Option<String>,
    },
}

#[derive(Deserialize)]
struct File {
    filename: String,
    #[serde(default)]
    yanked: Option<Yanked>,
    #[serde(default, rename = "upload-time")]
    uploaded: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Flag(bool),
    Reason(String),
}

/// Reads the page of a project. Files whose names tell no version of it are left out.
pub fn project(bytes: &[u8], package: &Package, index: &str) -> Result<ProjectFacts, IndexError> {
    if bytes.len() > MAX_BYTES {
        return Err(IndexError::TooLarge);
    }
    let page = if html::is_html(bytes) {
        Page::of_html(html::page(bytes).ok_or(IndexError::Html)?)
    } else {
        serde_json::from_slice(bytes)?
    };
    let minor = page
        .meta
        .version
        .strip_prefix("1.")
        .and_then(|minor| minor.parse::<u32>().ok());
    let Some(minor) = minor else {
        return Err(IndexError::UnknownVersion(cut(&page.meta.version)));
    };
    let mut releases: BTreeMap<String, ReleaseFacts> = BTreeMap::new();
    for file in page.files.into_iter().take(MOST_FILES) {
        let named = file_name::wheel(&file.filename).or_else(|| file_name::source(&file.filename));
        if let Some((_, version)) = named.filter(|(named, _)| named == package) {
            add(releases.entry(version).or_default(), file);
        }
    }
    let stated = page.status.or(page.meta.status).and_then(status);
    // From version 1.4 on, a project without a status is active.
    let active = (minor >= 4).then(|| ProjectStatus {
        word: "active".to_owned(),
        reason: None,
    });
    Ok(ProjectFacts {
        index: index.to_owned(),
        status: stated.or(active),
        releases,
    })
}

impl Page {
    fn of_html(page: html::HtmlPage) -> Self {
        let files = page.files.into_iter().map(|mut file| File {
            filename: file.name,
            yanked: file.data.remove("yanked").map(Yanked::Reason),
            uploaded: None,
        });
        let stated = page.status.map(|word| Status::Table {
            status: Some(word),
            reason: page.reason,
        });
        Self {
            meta: Meta {
                // Pages were written before there were versions.
                version: page.version.unwrap_or_else(|| "1.0".to_owned()),
                status: None,
            },
            files: files.collect(),
            status: stated,
        }
    }
}

fn add(release: &mut ReleaseFacts, file: File) {
    release.files += 1;
    match file.yanked {
        Some(Yanked::Flag(true)) => release.yanked += 1,
        Some(Yanked::Reason(reason)) => {
            release.yanked += 1;
            release.reason.get_or_insert_with(|| cut(&reason));
        }
        Some(Yanked::Flag(false)) | None => {}
    }
    let uploaded = file
        .uploaded
        .and_then(|text| text.parse::<Timestamp>().ok());
    release.uploaded = match (release.uploaded, uploaded) {
        (Some(first), Some(other)) => Some(first.min(other)),
        (first, other) => first.or(other),
    };
}

fn status(status: Status) -> Option<ProjectStatus> {
    let (word, reason) = match status {
        Status::Word(word) => (Some(word), None),
        Status::Table { status, reason } => (status, reason),
    };
    Some(ProjectStatus {
        word: cut(&word?),
        reason: reason.as_deref().map(cut),
    })
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(page: &str) -> String {
        match project(page.as_bytes(), &Package::pypi("lab"), "https://a.example") {
            Err(error) => error.to_string(),
            Ok(facts) => {
                let status = facts.status.map_or("no status".to_owned(), |status| {
                    format!("{} {}", status.word, status.reason.unwrap_or_default())
                });
                let line = |(version, release): (&String, &ReleaseFacts)| {
                    let uploaded = release
                        .uploaded
                        .map_or("?".to_owned(), |then| then.to_string());
                    let reason = release.reason.as_deref().unwrap_or_default();
                    format!(
                        "{version}: {uploaded}, {} of {} yanked {reason}",
                        release.yanked, release.files
                    )
                };
                let releases: Vec<String> = facts.releases.iter().map(line).collect();
                [vec![status.trim().to_owned()], releases]
                    .concat()
                    .join("\n")
                    .replace(" \n", "\n")
            }
        }
    }

    #[test]
    fn releases_are_gathered_from_files() {
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": "1.4"}, "name": "lab", "files": [
            {"filename": "lab-1.0-py3-none-any.whl", "yanked": "broken", "upload-time": "2024-02-01T00:00:00.5Z"},
            {"filename": "lab-1.0.tar.gz", "yanked": true, "upload-time": "2024-01-31T00:00:00Z"},
            {"filename": "Lab-2.0.tar.gz", "yanked": false, "upload-time": "soon"},
            {"filename": "other-3.0.tar.gz"}, {"filename": "notes.txt"}
        ]}"#), @r#"
        active
        1.0: 2024-01-31T00:00:00Z, 2 of 2 yanked broken
        2.0: ?, 0 of 1 yanked
        "#);
    }

    #[test]
    fn the_status_is_read_where_it_is_stated() {
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": "1.4"}, "project-status": {"status": "archived", "reason": "moved"}}"#), @"archived moved");
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": "1.4", "project-status": "quarantined"}}"#), @"quarantined");
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": "1.1"}, "files": []}"#), @"no status");
    }

    #[test]
    fn html_says_what_it_can() {
        insta::assert_snapshot!(check("<!DOCTYPE html><meta name='x:project-status' content='archived'><a href='lab-1.0.tar.gz#sha256=00' data-yanked='bad'>x</a><a href='lab-2.0.tar.gz'>y</a>"), @r"
        archived
        1.0: ?, 1 of 1 yanked bad
        2.0: ?, 0 of 1 yanked
        ");
    }

    #[test]
    fn what_is_no_page_is_refused() {
        insta::assert_snapshot!(check("<!DOCTYPE html><form>"), @"the page is HTML and lists no file");
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": "2.0"}}"#), @"the page is of version `2.0` of the simple API; versions 1.x are known");
        insta::assert_snapshot!(check(r#"{"meta": {"api-version": 1}}"#), @"the page is not JSON of the simple API");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,80}", name in "\\PC{0,30}") {
            let _ = check(&text);
            let page = serde_json::json!({"meta": {"api-version": "1.4"}, "files": [{"filename": name, "yanked": text}]});
            let _ = check(&page.to_string());
        }
    }
}
