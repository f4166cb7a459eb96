//! `bartizan db publish`: a project's own advisories, checked, listed and signed.

mod report;

use std::path::PathBuf;

use bartizan_model::{
    Timestamp,
    ecosystem::{Ecosystem, Package},
};
use bartizan_sources::feed::{FeedDetails, PublishError, PublishRequest, Published, apply, plan};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, db_export::signing_key, read};
use crate::{
    arguments,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
};

pub(super) static COMMAND: DbPublish = DbPublish;

pub(super) struct DbPublish;

#[derive(Debug, Args)]
struct Arguments {
    /// The feed: a directory of OSV records, one JSON file each
    #[arg(default_value = ".")]
    directory: PathBuf,

    /// Only check the records, and write nothing
    #[arg(long, conflicts_with_all = ["sign", "touch"])]
    check: bool,

    /// Sign the list with this private key (OpenSSH's format, Ed25519 or ECDSA P-256, without a passphrase)
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,

    /// Set `modified` in records that changed without saying so
    #[arg(long)]
    touch: bool,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// The moment that counts as now, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,

    #[command(flatten)]
    details: DetailArguments,
}

/// What the feed says about itself; kept from state to state.
#[derive(Debug, Args)]
struct DetailArguments {
    /// A word that names the feed
    #[arg(long, value_name = "WORD", help_heading = "About the feed")]
    name: Option<String>,

    /// Its name in words
    #[arg(long, value_name = "TEXT", help_heading = "About the feed")]
    title: Option<String>,

    /// The licence of its records, as an SPDX expression
    #[arg(long, value_name = "LICENCE", help_heading = "About the feed")]
    licence: Option<String>,

    /// A prefix of its ids; may be given several times
    #[arg(long, value_name = "PREFIX", value_parser = prefix, help_heading = "About the feed")]
    prefix: Vec<String>,

    /// A package that it speaks about, as ECOSYSTEM/NAME; may be given several times, and none stands for all
    #[arg(long, value_name = "PACKAGE", value_parser = package, help_heading = "About the feed")]
    package: Vec<Package>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema db-publish`
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db publish --name lab --title \"Our laboratory\" --licence CC-BY-4.0 --prefix LAB --package PyPI/labtools
  bartizan db publish --sign ~/.ssh/bartizan
  bartizan db publish advisories --check --format github

Checked are the rules of the OSV schema, that each file is called after its id, that ids are the feed's and unique, and
that `modified` moved with each change. `feed.json` then lists the records; `feed.json.sig` signs it.
A key behind a passphrase or in hardware signs with `ssh-keygen -Y sign -n bartizan -f KEY feed.json`.

Exit codes: 0 nothing stands against publishing, 1 records are wrong, 2 the feed is not described.";

impl Command for DbPublish {
    fn path(&self) -> &'static [&'static str] {
        &["db", "publish"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("publish"))
            .about("Check a project's own advisories, list them and sign the list")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments {
            directory,
            check,
            sign,
            touch,
            format,
            as_of,
            details,
        } = read(arguments)?;
        let key = sign.as_deref().map(signing_key).transpose()?;
        let plan = plan(&PublishRequest {
            directory: directory.clone(),
            details: FeedDetails {
                name: details.name,
                title: details.title,
                licence: details.licence,
                prefixes: details.prefix,
                packages: details.package,
            },
            touch,
            now: as_of.unwrap_or_else(Timestamp::now),
        });
        let plan = plan.map_err(|error| failed(&error))?;
        let is_broken = plan.errors() > 0;
        let published = if check || is_broken {
            None
        } else {
            Some(apply(&plan, key.as_ref()).map_err(|error| failed(&error))?)
        };
        let text = match format {
            Format::Human => report::human(ctx.stdout, &plan, published),
            Format::Github => report::github(&directory, &plan, published),
            Format::Json => report::json(&plan, published)?,
        };
        if !ctx.is_quiet || format != Format::Human {
            output::write(&text, None)?;
        }
        if let Some(published) = published {
            warn_unsigned(ctx, published);
        }
        Ok(if is_broken {
            Exit::Findings
        } else {
            Exit::Clean
        })
    }
}

fn warn_unsigned(ctx: &Context, published: Published) {
    if published.is_signature_removed {
        ctx.warn(
            "the signature of the earlier list was removed",
            "sign the new one with `--sign KEY`, or with `ssh-keygen -Y sign -n bartizan -f KEY feed.json`",
        );
    } else if !published.is_signed {
        ctx.note("The list is not signed; `--sign KEY` signs it.");
    }
}

fn failed(error: &PublishError) -> Failure {
    Failure::usage(chain(error)).hint(error.hint())
}

/// What ids of a feed have before the first `-`.
pub(super) fn prefix(text: &str) -> Result<String, String> {
    let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    if text.is_empty() || text.len() > 32 || !text.chars().all(is_capital) {
        return Err("write it in capitals and digits, as in LAB".to_owned());
    }
    Ok(text.to_owned())
}

/// A package as ECOSYSTEM/NAME.
pub(super) fn package(text: &str) -> Result<Package, String> {
    match text.split_once('/') {
        Some((ecosystem, name)) if !ecosystem.is_empty() && !name.is_empty() => {
            Ok(Package::new(Ecosystem::new(ecosystem), name))
        }
        _ => Err("write ECOSYSTEM/NAME, as in PyPI/numpy".to_owned()),
    }
}
