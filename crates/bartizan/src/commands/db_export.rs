//! `bartizan db export`: the advisories in one signed file, for machines without a network.

use std::path::{Path, PathBuf};

use bartizan_formats::{bundle::BundleSource, signature::SigningKey};
use bartizan_model::Timestamp;
use bartizan_sources::{
    bundle::{ExportError, ExportRequest, Exported, export},
    disk,
    home::Home,
};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    render::words,
};

pub(super) static COMMAND: DbExport = DbExport;

pub(super) struct DbExport;

#[derive(Debug, Args)]
struct Arguments {
    /// Write a bundle to this file, whole or not at all
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,

    /// Sign it with this private key (OpenSSH's format, Ed25519 or ECDSA P-256, without a passphrase)
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,

    /// Write only what changed since this whole bundle, or this copy of a snapshot
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,

    /// The moment that counts as the time of the export, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db export --bundle advisories.tar --sign ~/.ssh/bartizan
  bartizan db export --bundle changes.tar --sign ~/.ssh/bartizan --since advisories.tar

Where the network ends, `bartizan db sync --from advisories.tar --signers FILE` verifies and installs it.
A bundle tells where the advisories were read from; addresses are without credentials, paths are as they are.
A key behind a passphrase or in hardware signs in three steps: export without `--sign`, take `bundle.json` out with
`tar`, sign it with `ssh-keygen -Y sign -n bartizan`, and pack bundle.json, bundle.json.sig and the content in this order.";

impl Command for DbExport {
    fn path(&self) -> &'static [&'static str] {
        &["db", "export"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("export"))
            .about("Write the advisories into one signed file, for machines without a network")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments {
            bundle,
            sign,
            since,
            as_of,
        } = read(arguments)?;
        let key = sign.as_deref().map(signing_key).transpose()?;
        let exported = export(&ExportRequest {
            home: &Home::new(ctx.home()?),
            target: &bundle,
            since: since.as_deref(),
            key: key.as_ref(),
            now: as_of.unwrap_or_else(Timestamp::now),
        });
        let exported = exported.map_err(|error| failed(&error))?;
        if !ctx.is_quiet {
            for line in lines(&exported, key.as_ref()) {
                output::write(&(ctx.stdout.clean(&line) + "\n"), None)?;
            }
        }
        if key.is_none() {
            ctx.warn(
                "the bundle is not signed",
                "`--sign KEY` signs it; an unsigned one is only read with `--allow-unsigned`",
            );
        }
        Ok(Exit::Clean)
    }
}

/// Reads a private key.
pub(crate) fn signing_key(path: &Path) -> Result<SigningKey, Failure> {
    let cannot =
        |why: String| Failure::usage(format!("cannot sign with `{}`: {why}", path.display()));
    let bytes =
        disk::read_small(path, bartizan_formats::signature::LARGEST_KEY).map_err(|error| {
            cannot(error.to_string()).hint("`--sign` takes the file of a private key")
        })?;
    SigningKey::read(&bytes).map_err(|error| cannot(error.to_string()).hint(error.hint()))
}

fn failed(error: &ExportError) -> Failure {
    let exit = match error {
        ExportError::Database(_) | ExportError::Snapshot(_) => Exit::Data,
        _ => Exit::Usage,
    };
    Failure {
        exit,
        message: chain(error),
        hint: Some(error.hint().to_owned()),
    }
}

fn lines(exported: &Exported, key: Option<&SigningKey>) -> Vec<String> {
    let manifest = &exported.manifest;
    let line = |source: &BundleSource| {
        let records = words::count_u64(source.records, "record", "records");
        let (imported, licence) = (source.imported, &source.licence);
        format!(
            "{:<20}{records}, imported {imported}, licence {licence}",
            source.id
        )
    };
    let mut lines: Vec<String> = manifest.sources.iter().map(line).collect();
    let what = match (&manifest.base, exported.changes) {
        (Some(base), Some(changes)) => format!(
            "Changes from snapshot {} to {}: {} changed, {} removed",
            base.id(),
            manifest.snapshot.id(),
            words::count_u64(changes.changed, "entry", "entries"),
            words::amount(changes.removed),
        ),
        _ => format!("Snapshot {}", manifest.snapshot.id()),
    };
    let size = words::count_u64(manifest.content.size, "byte", "bytes");
    let signed = key.map_or_else(String::new, |key| {
        format!(", signed by {}", key.fingerprint())
    });
    lines.push(format!("{what}; {size} of content{signed}."));
    lines
}
