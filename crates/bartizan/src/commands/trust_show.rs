//! `bartizan trust show`: which roots of trust are believed, where they came from, and how old they are. Asks nobody.

use std::path::PathBuf;

use bartizan_model::Timestamp;
use clap::{ArgMatches, Args, ValueEnum};
use serde::Serialize;

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    provenance::{
        RootInUse,
        told::{RoleJson, RootJson, roles_json, write_root},
        trust::{InstanceChoice, KNOWN, own},
    },
    render::json::{SCHEMA_VERSION, to_text},
    term::{Sheet, Terminal},
};

pub(super) static COMMAND: TrustShow = TrustShow;

pub(super) struct TrustShow;

#[derive(Debug, Args)]
struct Arguments {
    /// Only this instance [default: those whose roots are embedded, and your own]
    #[arg(long, value_name = "INSTANCE")]
    instance: Option<InstanceChoice>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-23`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema trust-show`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan trust show
  bartizan trust show --format json

A root that was refreshed by `bartizan trust refresh` goes before the embedded one, unless that is newer. `--trusted-root FILE` of
`verify` goes before both.

Exit codes: 0 none is old, 2 a kept root cannot be used, 4 one is old.";

impl Command for TrustShow {
    fn path(&self) -> &'static [&'static str] {
        &["trust", "show"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("show"))
            .about("Show which roots of trust are believed, where they came from, and how old they are")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let choices = match arguments.instance {
            Some(choice) => vec![choice],
            None => KNOWN
                .map(InstanceChoice::Known)
                .into_iter()
                .chain(own(ctx))
                .collect(),
        };
        let mut roots = Vec::new();
        for choice in choices {
            let root = RootInUse::in_force(ctx, None, &choice, now)?;
            roots.push((choice.name().to_owned(), root));
        }
        let text = match arguments.format {
            Format::Human => human(ctx.terminal(file), &roots),
            Format::Json => json(&roots, now)?,
        };
        output::write(&text, file)?;
        if roots.iter().any(|(_, root)| root.is_old()) {
            return Ok(Exit::Data);
        }
        Ok(Exit::Clean)
    }
}

fn human(terminal: Terminal, roots: &[(String, RootInUse)]) -> String {
    let mut sheet = Sheet::new(terminal);
    for (name, root) in roots {
        sheet.line(name);
        write_root(&mut sheet, 2, root);
    }
    sheet.text
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema_version: u32,
    as_of: String,
    roots: Vec<ShownJson<'a>>,
}

#[derive(Serialize)]
struct ShownJson<'a> {
    instance: &'a str,
    trust_root: RootJson<'a>,
    roles: Vec<RoleJson>,
}

fn json(roots: &[(String, RootInUse)], now: Timestamp) -> Result<String, Failure> {
    to_text(&AnswerJson {
        schema_version: SCHEMA_VERSION,
        as_of: now.to_string(),
        roots: roots.iter().map(shown).collect(),
    })
}

fn shown((instance, root): &(String, RootInUse)) -> ShownJson<'_> {
    ShownJson {
        instance,
        trust_root: RootJson::of(root),
        roles: roles_json(root),
    }
}
