//! What a change of the workflows gives to whom: this checkout beside a revision of its own history.

use bartizan_assessment::review::sides::workflows_at;
use bartizan_posture::{
    capabilities::{Change, changes},
    facts::Facts,
};
use bartizan_sources::{checkout::CheckoutTree, git::Repository};
use serde::Serialize;

use super::Format;
use crate::{
    error::{Failure, chain},
    render::{
        json::{SCHEMA_VERSION, to_text},
        markdown::code,
        words,
    },
    term::{Ink, Sheet, Terminal},
};

#[derive(Serialize)]
struct ChangesJson<'a> {
    schema_version: u32,
    since: &'a str,
    changes: Vec<ChangeJson<'a>>,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    kind: &'static str,
    file: &'a str,
    line: Option<u32>,
    message: String,
}

pub(super) fn text(
    terminal: Terminal,
    format: Format,
    tree: &CheckoutTree,
    head: &Facts,
    revision: &str,
) -> Result<String, Failure> {
    let base = at(tree, revision, head)?;
    let changes = changes(&base, head);
    match format {
        Format::Human => Ok(human(terminal, revision, &changes)),
        Format::Json => json(revision, &changes),
        Format::Markdown => Ok(markdown(&changes)),
        Format::Github => Ok(github(&changes)),
        Format::Sarif => Err(Failure::usage("`--since` has no such format")
            .hint("it is written as human, json, markdown or github")),
    }
}

/// The workflows and actions at a revision of the repository that the checkout is of.
fn at(tree: &CheckoutTree, revision: &str, head: &Facts) -> Result<Facts, Failure> {
    let failed = |error: &dyn std::error::Error| {
        Failure::usage(format!(
            "cannot read the revision `{revision}`: {}",
            chain(error)
        ))
        .hint("name a commit, a branch or a tag that this clone has")
    };
    let repository = Repository::open(tree.root()).map_err(|error| failed(&error))?;
    let commit = repository
        .commit_of(revision)
        .map_err(|error| failed(&error))?;
    workflows_at(&repository, &commit, head.today).map_err(|path| {
        Failure::usage(format!(
            "`{path}` of the revision `{revision}` is not in this clone"
        ))
        .hint("fetch it; a shallow or partial clone may leave it out")
    })
}

fn place(change: &Change) -> String {
    match change.place.line {
        Some(line) => format!("{}:{line}", change.place.file),
        None => change.place.file.clone(),
    }
}

fn human(terminal: Terminal, revision: &str, changes: &[Change]) -> String {
    let mut sheet = Sheet::new(terminal);
    for of_file in changes.chunk_by(|a, b| a.place.file == b.place.file) {
        sheet.gap();
        let name = of_file.first().map_or("", |it| it.place.file.as_str());
        let name = terminal.paint(Ink::Strong, &terminal.clean(name));
        sheet.line(&name);
        for change in of_file {
            let line = change
                .place
                .line
                .map(|line| format!("line {line}: "))
                .unwrap_or_default();
            sheet.wrapped(2, &format!("{line}{}", change.kind.sentence()));
        }
    }
    let count = words::count(changes.len(), "thing", "things");
    sheet.gap();
    sheet.wrapped(0, &format!("{count} that workflows gain since {revision}."));
    sheet.text
}

fn markdown(changes: &[Change]) -> String {
    let mut text = "| Place | What changes |\n|---|---|\n".to_owned();
    for change in changes {
        text += &format!(
            "| {} | {} |\n",
            code(&place(change)),
            code(&change.kind.sentence())
        );
    }
    text
}

fn github(changes: &[Change]) -> String {
    let escaped = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| escaped(text).replace(':', "%3A").replace(',', "%2C");
    let lines = changes.iter().map(|change| {
        let line = change
            .place
            .line
            .map(|line| format!(",line={line}"))
            .unwrap_or_default();
        let file = property(&change.place.file);
        format!(
            "::notice file={file}{line},title={}::{}\n",
            change.kind.word(),
            escaped(&change.kind.sentence())
        )
    });
    lines.collect()
}

fn json(revision: &str, changes: &[Change]) -> Result<String, Failure> {
    let told = changes.iter().map(|change| ChangeJson {
        kind: change.kind.word(),
        file: &change.place.file,
        line: change.place.line,
        message: change.kind.sentence(),
    });
    to_text(&ChangesJson {
        schema_version: SCHEMA_VERSION,
        since: revision,
        changes: told.collect(),
    })
}
