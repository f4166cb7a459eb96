//! `bartizan ledger`: how far the signing of releases has come, file by file, and what of it is a step back.

mod human;
mod json;
mod subject;

use std::path::{Path, PathBuf};

use bartizan_assessment::{
    artifact::Artifacts,
    ledger::{Book, Keeper, Limits, Looked, shown, tags::Tags},
    repository::Repositories,
};
use bartizan_formats::identities::Identities;
use bartizan_model::{
    Timestamp,
    ecosystem::Package,
    environment::{MarkerEnvironment, Platform},
    severity::SeverityLevel,
};
use bartizan_provenance::ledger::{
    Coverage, Expectation, Note, ReleaseStanding, Span, attestations_began, releases,
};
use bartizan_sources::{
    home::Home,
    http::HttpClient,
    index::{IndexClient, releases::IndexUniverse},
};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::Failure,
    exit::{DEFAULT_THRESHOLD, Exit},
    indexes, output,
    progress::Line,
    provenance::{RootInUse, identities, trust::InstanceChoice},
};
use subject::Subject;

pub(super) static COMMAND: LedgerCommand = LedgerCommand;

pub(super) struct LedgerCommand;

/// Files are looked at for no environment in particular; a universe asks for one.
const PYTHON: &str = "3.13";

#[derive(Debug, Args)]
struct Arguments {
    /// Packages, projects of the profile that Bartizan carries, or profiles: `scientific-python`, or a TOML file
    #[arg(value_name = "PROJECT|PROFILE", required = true)]
    targets: Vec<String>,

    /// Of profiles, the projects of this cohort only
    #[arg(long, value_name = "NAME")]
    cohort: Option<String>,

    /// Releases since this day [default: 2024-11-14, when attestations came to exist]
    #[arg(long, value_name = "DATE", value_parser = arguments::time)]
    since: Option<Timestamp>,

    /// Directory of clones, each named as its repository, its project or its package: their tags are held against the releases
    #[arg(long, value_name = "DIR")]
    repositories: Option<PathBuf>,

    /// Directory of files of releases with their evidence beside them
    #[arg(long, value_name = "DIR")]
    artifacts: Option<PathBuf>,

    /// The lock of identities [default: `identities.json` in the home of Bartizan]
    #[arg(long, value_name = "FILE")]
    pins: Option<PathBuf>,

    /// The instance of Sigstore whose root of trust is believed: public-good, staging, github, or one of your own that
    /// `trust refresh` fetched
    #[arg(long, value_name = "INSTANCE", default_value = "public-good")]
    instance: InstanceChoice,

    /// Believe the authorities and logs in this file in place of those
    #[arg(long, value_name = "FILE")]
    trusted_root: Option<PathBuf>,

    /// Look at so many releases of a package, the newest
    #[arg(long, value_name = "COUNT", default_value_t = 500)]
    releases: usize,

    /// Make so many requests for evidence and directories of wheels a package; the next run goes on
    #[arg(long, value_name = "COUNT", default_value_t = 2_000)]
    requests: usize,

    /// Make so many of them at a time
    #[arg(long, value_name = "COUNT", default_value_t = 4, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=16))]
    at_a_time: usize,

    /// Do not look into wheels for bills of materials
    #[arg(long)]
    no_sboms: bool,

    /// Ask again for evidence that was verified before
    #[arg(long)]
    again: bool,

    /// What a row of the table is
    #[arg(long, value_name = "WHAT", default_value = "project")]
    by: By,

    /// Severity from which a finding leads to exit code 1 [default: high]
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    fail_on: Option<SeverityLevel>,

    /// Exit with 0 where it would be 1; nothing else changes
    #[arg(long)]
    exit_zero: bool,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-23`, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

/// What a row of the table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// A package
    Project,
    /// A release
    Release,
    /// A file
    File,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table for people at a terminal
    Human,
    /// For programs; see `bartizan schema ledger`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan ledger networkx --by release                     every file of every release since attestations came to exist
  bartizan ledger scientific-python --cohort core --repositories clones
  bartizan ledger lab --offline --artifacts dist --format json

What was seen is kept in the home of Bartizan: evidence that was verified once is not asked for again, and an attestation that
disappears later is a finding. Who should sign is whom the lock of identities names, else a build of a repository of the profile.
Releases from before attestations, of hosts that cannot attest, and files of which the index says nothing blame nobody.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong use, 3 no release since, 4 the index did not answer.";

impl Command for LedgerCommand {
    fn path(&self) -> &'static [&'static str] {
        &["ledger"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("ledger"))
            .about("Tell how far the signing of releases has come: every file of every release, and what is a step back")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let file = arguments.trusted_root.as_deref();
        let root = RootInUse::in_force(ctx, file, &arguments.instance, now)?;
        let (path, identities) = identities::read(ctx, arguments.pins.as_deref())?;
        let subjects = subject::all(&arguments.targets, arguments.cohort.as_deref())?;
        let looks = look(ctx, &arguments, (&subjects, &root, &identities, now))?;
        let span = Span {
            since: arguments.since(),
            most: arguments.releases,
        };
        let rows: Vec<Row<'_>> = looks.iter().map(|look| look.row(span)).collect();
        let answer = Answer {
            rows,
            failed: failed(&looks),
            root,
            pins: path,
            span,
            now,
            is_offline: ctx.settings.is_offline,
            threshold: arguments.fail_on.unwrap_or(DEFAULT_THRESHOLD),
        };
        let file = arguments.output.as_deref();
        let text = match arguments.format {
            Format::Human => human::text(ctx.terminal(file), arguments.by, &answer),
            Format::Json => json::text(&answer)?,
        };
        output::write(&text, file)?;
        Ok(match answer.exit() {
            Exit::Findings if arguments.exit_zero => Exit::Clean,
            exit => exit,
        })
    }
}

impl Arguments {
    fn since(&self) -> Timestamp {
        self.since.unwrap_or_else(attestations_began)
    }

    fn limits(&self) -> Limits {
        Limits {
            since: self.since(),
            releases: self.releases,
            requests: self.requests,
            at_a_time: self.at_a_time,
            with_sboms: !self.no_sboms,
            is_again: self.again,
        }
    }
}

/// What came of the look at one package.
struct Look<'s> {
    subject: &'s Subject,
    package: &'s Package,
    expectation: Expectation,
    looked: Result<Looked, String>,
    /// The tags of its clone, where clones are looked at.
    tags: Option<Result<Tags, String>>,
}

/// A package that was looked at.
struct Row<'l> {
    look: &'l Look<'l>,
    looked: Option<&'l Looked>,
    releases: Vec<ReleaseStanding<'l>>,
}

/// The whole answer.
struct Answer<'l> {
    rows: Vec<Row<'l>>,
    /// Packages of which nothing could be had, and why.
    failed: Vec<(&'l str, &'l str)>,
    root: RootInUse,
    pins: PathBuf,
    span: Span,
    now: Timestamp,
    is_offline: bool,
    threshold: SeverityLevel,
}

impl<'s> Look<'s> {
    fn row(&'s self, span: Span) -> Row<'s> {
        let looked = self.looked.as_ref().ok();
        Row {
            look: self,
            looked,
            releases: looked
                .map_or_else(Vec::new, |it| releases(&it.ledger, &self.expectation, span)),
        }
    }
}

impl Row<'_> {
    fn files(&self) -> Coverage {
        let files = self.releases.iter().flat_map(|it| &it.files);
        files.map(|(_, it)| it.class).collect()
    }

    fn coverage(&self) -> Coverage {
        self.releases.iter().map(|it| it.class).collect()
    }

    /// The tags of its clone, where they could be read.
    fn tags(&self) -> Option<&Tags> {
        self.look.tags.as_ref()?.as_ref().ok()
    }

    /// Tags of which there is no release.
    fn without_release(&self, since: Timestamp) -> Vec<&str> {
        let known = self.releases.iter().map(|it| &it.order).collect();
        self.tags()
            .map_or_else(Vec::new, |tags| tags.without_release(&known, since))
    }

    /// What is wrong, release by release.
    fn notes(&self) -> impl Iterator<Item = (&ReleaseStanding<'_>, &Note)> {
        let releases = self.releases.iter();
        releases.flat_map(|it| shown::notes(it).map(move |note| (it, note)))
    }
}

impl Answer<'_> {
    fn exit(&self) -> Exit {
        let mut exit = Exit::Clean;
        let mut notes = self.rows.iter().flat_map(Row::notes);
        if notes.any(|(_, note)| note.check.severity >= self.threshold) {
            exit = exit.and(Exit::Findings);
        }
        let mut looked = self.rows.iter().filter_map(|it| it.looked);
        let is_unanswered = looked.any(|it| !it.is_listed) && !self.is_offline;
        if is_unanswered || !self.failed.is_empty() {
            exit = exit.and(Exit::Data);
        }
        if self.rows.iter().all(|it| it.releases.is_empty()) {
            exit = exit.and(Exit::NothingToLookAt);
        }
        exit
    }
}

fn failed<'l>(looks: &'l [Look<'_>]) -> Vec<(&'l str, &'l str)> {
    let failed = looks.iter().filter_map(|it| {
        let why = it.looked.as_ref().err()?;
        Some((it.package.name(), why.as_str()))
    });
    failed.collect()
}

/// Looks at every package, one after the other.
fn look<'s>(
    ctx: &Context,
    arguments: &Arguments,
    (subjects, root, identities, now): (&'s [Subject], &RootInUse, &Identities, Timestamp),
) -> Result<Vec<Look<'s>>, Failure> {
    let home = Home::new(ctx.home()?);
    let is_offline = ctx.settings.is_offline;
    let addresses = match indexes::configured(&ctx.environment) {
        Err(_) if is_offline => Vec::new(),
        other => other?,
    };
    let client = IndexClient::new(HttpClient::default(), addresses, home.index_cache());
    let client = if is_offline { client.offline() } else { client };
    let platform = Platform::parse("linux")
        .ok_or_else(|| Failure::internal("the platform `linux` is not known"))?;
    let packages = subjects.iter().map(|it| it.packages.len()).sum::<usize>();
    let universe = IndexUniverse::new(
        &client,
        MarkerEnvironment::cpython(PYTHON, &platform),
        home.index_files(),
    )
    .allowing(packages.saturating_mul(arguments.requests.saturating_add(10)));
    let artifacts = Artifacts::new(&universe, existing(arguments.artifacts.as_deref())?);
    let keeper = Keeper {
        universe: &universe,
        artifacts: &artifacts,
        book: Book::new(home.ledgers()),
        root: &root.root,
        identities,
        limits: arguments.limits(),
        now,
    };
    let clones = existing(arguments.repositories.as_deref())?.map(|directory| Repositories {
        directory: Some(directory.to_owned()),
        is_offline: true,
        ..Repositories::default()
    });
    let (mut line, mut looks) = (Line::new(ctx), Vec::new());
    for subject in subjects {
        for package in &subject.packages {
            line.assessing(package.name(), looks.len() as u64, packages as u64);
            let publishers = subject.publishers(package);
            looks.push(Look {
                subject,
                package,
                expectation: keeper.expectation(package, &publishers),
                looked: keeper.look(package),
                tags: clones.as_ref().map(|clones| tags(clones, subject, package)),
            });
        }
    }
    Ok(looks)
}

/// The tags of the clone of a package's leading repository.
fn tags(clones: &Repositories, subject: &Subject, package: &Package) -> Result<Tags, String> {
    let url = subject.repositories.first().map_or("", String::as_str);
    let opened = clones
        .open(url, &subject.name)
        .or_else(|_| clones.open("", package.name()))?;
    Tags::read(&opened, &[package.name(), &subject.name])
}

fn existing(directory: Option<&Path>) -> Result<Option<&Path>, Failure> {
    match directory {
        Some(path) if !path.is_dir() => Err(Failure::usage(format!(
            "`{}` is no directory",
            path.display()
        ))
        .hint("name a directory that is there, or leave the option out")),
        other => Ok(other),
    }
}
