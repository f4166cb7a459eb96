//! `bartizan access diff`: where a host has something else than is wanted.

use std::path::PathBuf;

use bartizan_access::{
    desired::Desired,
    diff::{Diff, diff},
    name::{RepositoryName, Text},
    snapshot::{Origin, Repository, Snapshot},
};
use bartizan_model::Timestamp;
use clap::{ArgMatches, Args, ValueEnum};
use serde_json::json;

use super::{Command, read};
use crate::{
    access::{covers, desired, snapshot, unread},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessDiff = AccessDiff;

pub(super) struct AccessDiff;

#[derive(Debug, Args)]
struct Arguments {
    /// What is wanted: a file in TOML
    #[arg(value_name = "DESIRED")]
    desired: PathBuf,

    /// What there is: a snapshot as a file, the beginning of its digest, or an organisation, of which the newest is meant [default: the
    /// organisation of what is wanted]
    #[arg(long, value_name = "SNAPSHOT")]
    snapshot: Option<String>,

    /// Print the `CODEOWNERS` that follow for a repository, and compare nothing
    #[arg(long, value_name = "NAME", conflicts_with = "snapshot")]
    code_owners: Option<String>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, for its owner alone
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = crate::arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema access-diff`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access diff networkx.toml
  bartizan access diff networkx.toml --snapshot snapshot.json --format json --output drift.json
  bartizan access diff networkx.toml --code-owners networkx

Memberships, accesses, teams, reviewers of environments, owners of code and rules are compared both ways: what is missing and what is too
much. What an exception excuses is told with its end and counts as no drift. What the snapshot did not read is listed and never
counts as missing.

Exit codes: 0 no drift, 1 drift, 2 wrong use, 4 no snapshot.";

impl Command for AccessDiff {
    fn path(&self) -> &'static [&'static str] {
        &["access", "diff"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("diff"))
            .about("Say where a host has something else than is wanted")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let desired = desired(ctx, &arguments.desired)?;
        let named = arguments.snapshot.as_deref();
        let output = arguments.output.as_deref();
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        if let Some(name) = &arguments.code_owners {
            // Names of teams stand in it, as in the file of the repository, which is public.
            output::write(&code_owners(&desired, name, now)?, output)?;
            return Ok(Exit::Clean);
        }
        let organisation = desired.organisation.as_str();
        let snapshot = snapshot(ctx, named.unwrap_or(organisation))?;
        covers(&snapshot, organisation)?;
        let diff = diff(&snapshot, &desired, now);
        let text = match arguments.format {
            Format::Human => human(&diff),
            Format::Json => json(&diff, &snapshot.digest().to_string())?,
        };
        output::write_private(ctx, &text, output)?;
        let has_drift = diff.drift().next().is_some();
        Ok(if has_drift {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }
}

/// The `CODEOWNERS` of a repository. They follow from what is wanted alone, whatever there is.
fn code_owners(desired: &Desired, name: &str, now: Timestamp) -> Result<String, Failure> {
    let nobody = || {
        Failure::usage(format!("nobody owns code of `{name}`"))
            .hint("name a repository that a team's role owns code of")
    };
    let whole = format!("{}/{name}", desired.organisation);
    let repository = RepositoryName::new(&whole).map_err(|_error| nobody())?;
    let origin = Origin {
        form: Text::new("desired"),
        name: Text::new(""),
        reader: None,
    };
    let mut snapshot = Snapshot::empty(now, origin);
    snapshot
        .repositories
        .push(Repository::named(repository.clone()));
    match desired.wanted(&snapshot).code_owners_text(&repository) {
        none if none.is_empty() => Err(nobody()),
        text => Ok(text),
    }
}

fn human(diff: &Diff) -> String {
    let mut text = String::new();
    for it in &diff.differences {
        let words = match (it.wanted.as_str(), it.found.as_str()) {
            (wanted, "") => wanted.to_owned(),
            ("", found) => found.to_owned(),
            (wanted, found) => format!("{found}, wanted {wanted}"),
        };
        let excused = it.excused.as_ref().map(|it| format!(" (excused {it})"));
        let excused = excused.unwrap_or_default();
        text += &format!("{:8} {}: {words}{excused}\n", it.kind.word(), it.subject);
    }
    for expired in &diff.expired {
        text += &format!("an exception is over: {expired}\n");
    }
    text += &unread(&diff.unread);
    let drift = diff.drift().count();
    let excused = diff.differences.len() - drift;
    text += &format!("{drift} differences, {excused} excused\n");
    text
}

fn json(diff: &Diff, digest: &str) -> Result<String, Failure> {
    let differences = diff.differences.iter().map(|it| {
        json!({"kind": it.kind.word(), "subject": it.subject, "wanted": it.wanted, "found": it.found,
            "excused": it.excused})
    });
    let answer = json!({
        "schema_version": 1,
        "snapshot": digest,
        "drift": diff.drift().count(),
        "differences": differences.collect::<Vec<_>>(),
        "expired": diff.expired,
        "unread": diff.unread,
    });
    let text = serde_json::to_string_pretty(&answer);
    let text = text.map_err(|error| Failure::internal(error.to_string()))?;
    Ok(text + "\n")
}
