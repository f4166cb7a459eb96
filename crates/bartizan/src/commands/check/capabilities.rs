//! Which job holds which write permission, secret and identity.

use bartizan_posture::{
    capabilities::{Holder, holders},
    facts::Facts,
};
use serde::Serialize;

use super::Format;
use crate::{
    error::Failure,
    render::{
        json::{SCHEMA_VERSION, to_text},
        markdown::code,
    },
    term::{Ink, Sheet, Terminal},
};

#[derive(Serialize)]
struct MapJson<'a> {
    schema_version: u32,
    holders: Vec<HolderJson<'a>>,
}

#[derive(Serialize)]
struct HolderJson<'a> {
    workflow: &'a str,
    job: &'a str,
    line: u32,
    environment: Option<&'a str>,
    events: &'a [String],
    capabilities: Vec<CapabilityJson<'a>>,
    has_default_token: bool,
}

#[derive(Serialize)]
struct CapabilityJson<'a> {
    name: &'a str,
    line: u32,
}

pub(super) fn text(terminal: Terminal, format: Format, facts: &Facts) -> Result<String, Failure> {
    let holders = holders(facts);
    match format {
        Format::Human => Ok(human(terminal, &holders)),
        Format::Json => json(&holders),
        Format::Markdown => Ok(markdown(&holders)),
        Format::Sarif | Format::Github => {
            Err(Failure::usage("`--capabilities` has no such format")
                .hint("it is written as human, json or markdown"))
        }
    }
}

fn human(terminal: Terminal, holders: &[Holder]) -> String {
    let mut sheet = Sheet::new(terminal);
    for of_file in holders.chunk_by(|a, b| a.workflow == b.workflow) {
        sheet.gap();
        let name = of_file.first().map_or("", |it| it.workflow.as_str());
        let name = terminal.paint(Ink::Strong, &terminal.clean(name));
        sheet.line(&name);
        for holder in of_file {
            let environment = holder
                .environment
                .as_ref()
                .map(|it| format!(" in the environment {it}"))
                .unwrap_or_default();
            let events = holder.events.join(", ");
            sheet.wrapped(2, &format!("{}{environment}, on {events}", holder.job));
            sheet.wrapped(4, &held(holder));
        }
    }
    if holders.is_empty() {
        sheet.line("No job holds a write permission, a stored secret or an identity.");
    }
    sheet.text
}

fn held(holder: &Holder) -> String {
    let mut names: Vec<String> = holder
        .capabilities
        .iter()
        .map(|it| format!("{} (line {})", it.name, it.line))
        .collect();
    if holder.has_default_token {
        names.push("a token with the default rights of the repository".to_owned());
    }
    names.join(", ")
}

fn markdown(holders: &[Holder]) -> String {
    let mut text =
        "| Workflow | Job | Environment | Started by | Holds |\n|---|---|---|---|---|\n".to_owned();
    for holder in holders {
        let environment = holder
            .environment
            .as_deref()
            .map_or_else(|| "-".to_owned(), code);
        text += &format!(
            "| {} | {} | {environment} | {} | {} |\n",
            code(&holder.workflow),
            code(&holder.job),
            code(&holder.events.join(", ")),
            code(&held(holder)),
        );
    }
    text
}

pub(super) fn json(holders: &[Holder]) -> Result<String, Failure> {
    let holders = holders.iter().map(|holder| HolderJson {
        workflow: &holder.workflow,
        job: &holder.job,
        line: holder.line,
        environment: holder.environment.as_deref(),
        events: &holder.events,
        capabilities: holder
            .capabilities
            .iter()
            .map(|it| CapabilityJson {
                name: &it.name,
                line: it.line,
            })
            .collect(),
        has_default_token: holder.has_default_token,
    });
    to_text(&MapJson {
        schema_version: SCHEMA_VERSION,
        holders: holders.collect(),
    })
}
