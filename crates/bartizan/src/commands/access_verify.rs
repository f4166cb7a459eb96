//! `bartizan access verify`: verify who signed a report, a checkpoint or a summary of second factors; keep the numbers of a summary.

use std::path::{Path, PathBuf};

use bartizan_access::{
    counts::{Counts, LARGEST_SUMMARY, Summary},
    log::Checkpoint,
    name::Login,
    right::Account,
    seal::Opening,
};
use bartizan_model::Timestamp;
use bartizan_people::vouch::{Proof, Record, read_records};
use clap::{ArgMatches, Args};
use serde_json::Value;

use super::{Command, read};
use crate::{
    access::{failed, organisation, store},
    accessing::{account, signature_of, text},
    arguments,
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    vouching::{Prover, SignerArguments, handle},
};

pub(super) static COMMAND: AccessVerify = AccessVerify;

pub(super) struct AccessVerify;

/// The largest document or signature: a summary with a Sigstore bundle.
const LARGEST: usize = 2 << 20;

/// The largest file of names: a line has some hundred bytes.
const LARGEST_NAMES: usize = 256 << 20;

/// A summary may be so much ahead of our clock, in seconds.
const AHEAD: i64 = 24 * 60 * 60;

#[derive(Debug, Args)]
struct Arguments {
    /// The document: a report, a checkpoint, or what `access snapshot --counts-only --sign` prints
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Whose word it has to be, as `platform:login`
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    by: Account,

    /// The signature, as `ssh-keygen -Y sign -n bartizan` or Sigstore makes it [default: beside the file; a summary has it within]
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,

    #[command(flatten)]
    signers: SignerArguments,

    /// The file with the names of a report: it has to open the seals of its snapshots
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,

    /// Keep the numbers of a summary for pages, as those of these organisations, for which the signer may speak
    #[arg(long, value_name = "ORGANISATION", value_parser = organisation, num_args = 1..)]
    keep: Vec<Login>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access verify report.json --by github:ann --signers .github/allowed_signers
  bartizan access verify report.json --by github:ann --signers .github/allowed_signers --names names.txt
  bartizan access verify summary.json --by github:ann --signers .github/allowed_signers --keep networkx

Owners who share no token hand in a signed summary of second factors, which holds numbers and no name. With `--keep` its numbers count like those of
a survey from the next assessment on; it has to be of the organisations that are named, and newer than what is kept of them.

A report names its snapshot by a seal. With `--names` it is proved that it is the snapshot whose digest stands in that file.

Exit codes: 0 it is their word, 2 wrong use, or it is not theirs, or not to be kept.";

impl Command for AccessVerify {
    fn path(&self) -> &'static [&'static str] {
        &["access", "verify"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("verify"))
            .about("Verify who signed a report, a checkpoint or a summary of second factors")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let prover = Prover::open(ctx, &arguments.signers, now)?;
        let name = arguments.file.display().to_string();
        let (record, document) = document(&arguments)?;
        let by = handle(arguments.by.as_str()).map_err(Failure::usage)?;
        prover
            .prove(&record, &by, now)
            .map_err(|why| Failure::usage(format!("`{name}` is not the word of {by}: {why}")))?;
        let of = match &arguments.names {
            Some(names) => opened(&document, &name, names)?,
            None => String::new(),
        };
        let text = format!("{}{of}, signed by {by}\n", document.words());
        match (&document, arguments.keep.as_slice()) {
            (_, []) => {}
            (Document::Summary(summary), organisations) => {
                keep(ctx, (summary, organisations), &arguments.by, now)?;
            }
            _ => {
                return Err(
                    Failure::usage(format!("`{name}` holds no numbers to be kept"))
                        .hint("`--keep` is for what `access snapshot --counts-only --sign` prints"),
                );
            }
        }
        output::write(&text, None)?;
        Ok(Exit::Clean)
    }
}

/// What may be signed.
enum Document {
    Summary(Summary),
    Checkpoint(Checkpoint),
    Report {
        quarter: String,
        /// What it names its snapshots by: that of the quarter, and the one before.
        seals: [Option<String>; 2],
    },
}

impl Document {
    fn words(&self) -> String {
        match self {
            Self::Summary(it) => {
                let names = it
                    .organisations
                    .iter()
                    .map(|it| it.organisation.to_string());
                let names: Vec<String> = names.collect();
                format!(
                    "a summary of second factors of {}, of {}",
                    names.join(", "),
                    it.taken
                )
            }
            Self::Checkpoint(it) => format!("a checkpoint of {} entries, of {}", it.entries, it.at),
            Self::Report { quarter, .. } => format!("a report of {quarter}"),
        }
    }

    /// What a text is.
    fn read(text: &str) -> Option<Self> {
        if let Ok(summary) = Summary::read(text) {
            return Some(Self::Summary(summary));
        }
        if let Ok(checkpoint) = Checkpoint::read(text) {
            return Some(Self::Checkpoint(checkpoint));
        }
        let value: Value = serde_json::from_str(text).ok()?;
        let version = value.get("schema_version")?.as_u64()?;
        let is_report = (1..=2).contains(&version)
            && value.get("rights").is_some()
            && value.get("milestone").is_some();
        let quarter = value.get("quarter")?.as_str()?;
        let seals = ["rights", "before"].map(|part| {
            let seal = value.get(part)?.get("sealed_snapshot")?.as_str()?;
            Some(seal.to_owned())
        });
        is_report.then(|| Self::Report {
            quarter: quarter.chars().take(6).collect(),
            seals,
        })
    }
}

/// What was signed with its proof, and what it is.
fn document(arguments: &Arguments) -> Result<(Record, Document), Failure> {
    let path = &arguments.file;
    let whole = text(path, LARGEST)?;
    let (records, _) = read_records("", whole.as_bytes());
    let record = match <[Record; 1]>::try_from(records) {
        Ok([record]) if record.statement.len() <= LARGEST_SUMMARY => record,
        _ => {
            let beside = arguments
                .signature
                .clone()
                .unwrap_or_else(|| signature_of(path));
            let signature = text(&beside, LARGEST)?;
            let is_ssh = signature.trim_start().starts_with("-----BEGIN");
            Record {
                statement: whole,
                proof: if is_ssh {
                    Proof::Ssh(signature)
                } else {
                    Proof::Sigstore(signature)
                },
            }
        }
    };
    match Document::read(&record.statement) {
        Some(document) => Ok((record, document)),
        None => Err(Failure::usage(format!(
            "`{}` is no report, checkpoint or summary, or was changed",
            path.display()
        ))),
    }
}

/// Whether the names of a report open its seals, in words. The digests themselves are told to nobody.
fn opened(document: &Document, name: &str, names: &Path) -> Result<String, Failure> {
    let Document::Report { seals, .. } = document else {
        return Err(Failure::usage(format!("`{name}` is no report"))
            .hint("`--names` is for the file that `access report --names` writes"));
    };
    let shown = names.display();
    let opening = Opening::read(&text(names, LARGEST_NAMES)?);
    let opening = opening.ok_or_else(|| {
        Failure::usage(format!("`{shown}` does not begin as a file of names does"))
    })?;
    let (snapshot, before) = opening.seals();
    if seals.clone() == [Some(snapshot), before].map(|it| it.map(|it| it.to_string())) {
        return Ok(format!(", of the snapshot that `{shown}` names"));
    }
    Err(Failure::usage(format!(
        "`{name}` is not of the snapshot that `{shown}` names"
    )))
}

/// Keeps the numbers of a summary, where it is of the organisations that its signer may speak for, and new.
fn keep(
    ctx: &Context,
    (summary, organisations): (&Summary, &[Login]),
    by: &Account,
    now: Timestamp,
) -> Result<(), Failure> {
    let refused = |why: String| Err(Failure::usage(format!("the summary is not kept: {why}")));
    let others = summary.organisations.iter();
    if let Some(other) = others
        .map(|it| &it.organisation)
        .find(|it| !organisations.contains(it))
    {
        return refused(format!(
            "it is of {other} too, which `--keep` does not name"
        ));
    }
    if summary.taken.as_second() > now.as_second().saturating_add(AHEAD) {
        return refused(format!("it is of {}, which is to come", summary.taken));
    }
    let store = store(ctx)?;
    let (known, _) = store.counts().map_err(|error| failed(&error))?;
    let newer = known
        .iter()
        .find(|it| organisations.contains(&it.organisation) && it.taken >= summary.taken);
    if let Some(newer) = newer {
        return refused(format!(
            "of {} there are numbers of {} already",
            newer.organisation, newer.taken
        ));
    }
    let counts = Counts::of_summary(summary, by);
    store.put_counts(&counts).map_err(|error| failed(&error))
}
