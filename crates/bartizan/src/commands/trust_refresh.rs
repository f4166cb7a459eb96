//! `bartizan trust refresh`: asks an instance's TUF repository for its root of trust. The only command that does.

use std::{path::PathBuf, sync::Arc};

use bartizan_model::Timestamp;
use bartizan_provenance::tuf::{self, Anchor, Kept, Refreshed, TufError, repository};
use bartizan_sources::{
    disk,
    http::{Address, HttpClient},
};
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
        trust::{InstanceChoice, KeptRoot, Mirror, told},
    },
    render::json::{SCHEMA_VERSION, to_text},
    term::{Sheet, Terminal},
};

pub(super) static COMMAND: TrustRefresh = TrustRefresh;

pub(super) struct TrustRefresh;

/// The largest root metadata that is read.
const LARGEST_ROOT: usize = 512_000;

#[derive(Debug, Args)]
struct Arguments {
    /// The instance of Sigstore: public-good, staging, github, or a name for one of your own
    #[arg(long, value_name = "INSTANCE", default_value = "public-good")]
    instance: InstanceChoice,

    /// Its TUF repository, or a mirror of it [default: where the instance has it, or where it was refreshed from]
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// The root metadata with which trust in an instance of your own begins: its `root.json`, got in a way that you trust
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,

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
    /// For programs; see `bartizan schema trust-refresh`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan trust refresh                                         the public instance
  bartizan trust refresh --instance github
  bartizan trust refresh --instance lab --url https://tuf.example.org --root root.json   one of your own; then `verify --instance lab`

What is fetched is verified from root metadata that this program knows, or that you name: signatures, versions that never go
back, ends that are not over. `verify` then believes what was refreshed last, verified again each time, without a network.

Exit codes: 0 refreshed, 2 wrong use, 4 the repository did not answer, or what it answered is refused; then nothing has changed.";

impl Command for TrustRefresh {
    fn path(&self) -> &'static [&'static str] {
        &["trust", "refresh"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("refresh"))
            .about("Ask the TUF repository of an instance of Sigstore for its root of trust")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let file = arguments.output.as_deref();
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let answer = refresh(ctx, &arguments, now)?;
        let text = match arguments.format {
            Format::Human => human(ctx.terminal(file), &answer),
            Format::Json => json(&answer)?,
        };
        output::write(&text, file)?;
        Ok(Exit::Clean)
    }
}

/// What a refresh brought.
struct Answer {
    instance: String,
    /// Whether the root of trust is another than the one that was believed before.
    is_changed: bool,
    root: RootInUse,
}

fn refresh(ctx: &Context, arguments: &Arguments, now: Timestamp) -> Result<Answer, Failure> {
    let choice = &arguments.instance;
    if ctx.settings.is_offline {
        return Err(Failure::usage(
            "`trust refresh` asks a repository, and `--offline` forbids it",
        )
        .hint("`--trusted-root FILE` names a root of trust that is here"));
    }
    let kept = KeptRoot::read(ctx, choice)?;
    let (anchor, given) = begins(arguments, kept.as_ref())?;
    let url = url(arguments, kept.as_ref())?;
    let base: Address = url.parse().map_err(|error| {
        Failure::usage(format!("`{url}` is {error}")).hint("name the address of a TUF repository")
    })?;
    // What was kept from another beginning says nothing about this one.
    let files = kept.filter(|it| it.anchor == given).map(|it| it.files);
    let before = RootInUse::in_force(ctx, None, choice, now).ok();
    let before = before.map(|it| it.root.digest());
    let mirror = Mirror {
        client: HttpClient::default(),
        base,
    };
    let refreshed = ask(&anchor, mirror, &files.unwrap_or_default(), now);
    let refreshed = refreshed.map_err(|error| refused(&error, choice))?;
    let kept = KeptRoot {
        url,
        refreshed_at: now,
        anchor: given,
        files: refreshed.kept,
    };
    kept.write(ctx, choice)?;
    let root = RootInUse::in_force(ctx, None, choice, now)?;
    Ok(Answer {
        instance: choice.name().to_owned(),
        is_changed: before != Some(root.root.digest()),
        root,
    })
}

fn ask(
    anchor: &Anchor,
    mirror: Mirror,
    files: &Kept,
    now: Timestamp,
) -> Result<Refreshed, TufError> {
    tuf::refresh(anchor, Arc::new(mirror), files, now)
}

fn refused(error: &TufError, choice: &InstanceChoice) -> Failure {
    let failure = Failure::data(format!(
        "cannot refresh the root of trust of `{}`: {}",
        choice.name(),
        told(error)
    ));
    match error {
        TufError::Unanswered { .. } => failure.hint("nothing has changed; try again, or name a mirror by `--url`"),
        TufError::Rollback { .. } | TufError::Expired { .. } => failure.hint(
            "nothing has changed; a mirror may be behind, or somebody holds back what is newer: ask another by `--url`",
        ),
        _ => failure.hint("nothing has changed; ask another mirror by `--url`"),
    }
}

/// Where trust begins, and the root metadata that is kept for it.
fn begins(
    arguments: &Arguments,
    kept: Option<&KeptRoot>,
) -> Result<(Anchor, Option<Vec<u8>>), Failure> {
    match (&arguments.instance, &arguments.root) {
        (InstanceChoice::Known(instance), None) => Ok((repository(*instance).1, None)),
        (InstanceChoice::Known(instance), Some(_)) => Err(Failure::usage(format!(
            "trust in `{}` begins with what this program knows",
            instance.id()
        ))
        .hint("give an instance of your own another name by `--instance`")),
        (InstanceChoice::Own(_), Some(path)) => {
            let bytes = disk::read_small(path, LARGEST_ROOT).map_err(|error| {
                Failure::usage(format!("cannot read `{}`: {error}", path.display()))
            })?;
            Ok((Anchor::Given(bytes.clone()), Some(bytes)))
        }
        (InstanceChoice::Own(name), None) => {
            let anchor = kept.and_then(|it| it.anchor.clone()).ok_or_else(|| {
                Failure::usage(format!("nothing says where trust in `{name}` begins"))
                    .hint("name its root metadata by `--root` once")
            })?;
            Ok((Anchor::Given(anchor.clone()), Some(anchor)))
        }
    }
}

/// Where the repository is.
fn url(arguments: &Arguments, kept: Option<&KeptRoot>) -> Result<String, Failure> {
    if let Some(url) = &arguments.url {
        return Ok(url.clone());
    }
    match (&arguments.instance, kept) {
        (InstanceChoice::Known(instance), _) => Ok(repository(*instance).0.to_owned()),
        (InstanceChoice::Own(_), Some(kept)) => Ok(kept.url.clone()),
        (InstanceChoice::Own(name), None) => Err(Failure::usage(format!(
            "the repository of `{name}` is not known"
        ))
        .hint("name its address by `--url` once")),
    }
}

fn human(terminal: Terminal, answer: &Answer) -> String {
    let mut sheet = Sheet::new(terminal);
    let changed = if answer.is_changed {
        "the root of trust is another than before"
    } else {
        "the root of trust is the same as before"
    };
    sheet.line(&format!("{}: refreshed; {changed}", answer.instance));
    write_root(&mut sheet, 2, &answer.root);
    sheet.text
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema_version: u32,
    instance: &'a str,
    is_changed: bool,
    trust_root: RootJson<'a>,
    roles: Vec<RoleJson>,
}

fn json(answer: &Answer) -> Result<String, Failure> {
    to_text(&AnswerJson {
        schema_version: SCHEMA_VERSION,
        instance: &answer.instance,
        is_changed: answer.is_changed,
        trust_root: RootJson::of(&answer.root),
        roles: roles_json(&answer.root),
    })
}
