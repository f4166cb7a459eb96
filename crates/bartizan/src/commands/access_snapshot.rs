//! `bartizan access snapshot`: who can do what in organisations, read once and kept as it was.

mod counts;
mod entries;

use std::path::{Path, PathBuf};

use bartizan_access::{
    host::{Wanted, read as read_host},
    name::Login,
    snapshot::{Part, Snapshot, Unread, Why},
};
use bartizan_assessment::access::organisations;
use bartizan_model::Timestamp;
use bartizan_sources::{
    access::{Journal, Subject},
    hosting::Patience,
};
use clap::{ArgMatches, Args, ValueEnum};

use self::entries::Beyond;
use super::{Command, read};
use crate::{
    access::{Calls, Summary, failed, of_file, organisation, store},
    code_host,
    context::Context,
    ecosystem,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessSnapshot = AccessSnapshot;

pub(super) struct AccessSnapshot;

/// The most requests of one run: a token has 5,000 an hour, and an organisation of 500 repositories takes about 3,700.
const MOST_REQUESTS: usize = 20_000;

#[derive(Debug, Args)]
struct Arguments {
    /// An organisation of the code host; several may be given
    #[arg(value_name = "ORGANISATION", value_parser = organisation, required_unless_present_any = ["profile", "from"])]
    organisations: Vec<Login>,

    /// The organisations, packages and feedstocks of a profile's projects: `scientific-python`, or a file
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "from")]
    profile: Option<String>,

    /// Take a snapshot that lies in a file, and ask nobody
    #[arg(long, value_name = "FILE", conflicts_with = "organisations")]
    from: Option<PathBuf>,

    /// Take the token from this file, which nobody else may read [default: the environment, then what `gh` keeps in a file]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// A package of the index whose owners are read too; several may be given
    #[arg(long, value_name = "NAME")]
    package: Vec<String>,

    /// A package of conda-forge whose maintainers are read from the recipe of its feedstock; several may be given
    #[arg(long, value_name = "NAME")]
    feedstock: Vec<String>,

    /// What lies beyond the host and the index, as somebody attests it: a file in TOML
    #[arg(long, value_name = "FILE")]
    attested: Option<PathBuf>,

    /// Print a summary of second factors by number, for owners who do not share a token, and keep nothing
    #[arg(long)]
    counts_only: bool,

    /// Sign that summary with this private key (OpenSSH's format, Ed25519 or ECDSA P-256, without a passphrase)
    #[arg(long, value_name = "KEY", requires = "counts_only")]
    sign: Option<PathBuf>,

    /// For how many minutes limits of the host are waited for, all in all
    #[arg(long, value_name = "MINUTES", default_value_t = 2)]
    patience: u64,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the snapshot itself to this file too, for its owner alone
    #[arg(short, long, value_name = "FILE", conflicts_with = "counts_only")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = crate::arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema access-snapshot`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access snapshot networkx
  bartizan access snapshot --profile scientific-python --format json
  bartizan access snapshot --from snapshot.json --offline
  bartizan access snapshot networkx --counts-only --sign ~/.ssh/id_ed25519

Reads people, teams, repositories, what was given to whom, second factors, invitations, keys, apps, tokens, environments, rules and
names of secrets, as far as the token may see them. What was hidden is listed with the permission that would have shown it, and is
never taken for none. The snapshot lies at home, named by its digest, for you alone; what is printed are numbers.

A run that was broken off, or met the host's limit, is gone on with by the next one within a day: what was answered is not asked again.

Exit codes: 0 taken, 2 wrong use, 3 no organisation, 4 the host is out of reach, or its limit was met.";

impl Command for AccessSnapshot {
    fn path(&self) -> &'static [&'static str] {
        &["access", "snapshot"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("snapshot"))
            .about("Read who can do what in organisations, and keep it as it was")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let (snapshot, calls) = match &arguments.from {
            Some(path) => (of_file(ctx, path)?, None),
            None => match taken(ctx, &arguments)? {
                Taken::Whole(snapshot, calls) => (*snapshot, Some(calls)),
                Taken::Nothing => return Ok(Exit::NothingToLookAt),
            },
        };
        if arguments.counts_only {
            let text = counts::text(&snapshot, arguments.sign.as_deref())?;
            output::write(&text, None)?;
            return Ok(Exit::Clean);
        }
        store(ctx)?.put(&snapshot).map_err(|error| failed(&error))?;
        if let Some(path) = &arguments.output {
            output::write_private(ctx, &snapshot.to_text(), Some(path))?;
        }
        let summary = Summary::of(&snapshot, calls);
        let text = match arguments.format {
            Format::Human => summary.human(),
            Format::Json => summary.json()?,
        };
        output::write(&text, None)?;
        Ok(Exit::Clean)
    }
}

/// The snapshot of the organisations and packages of a profile, kept at home; none where it has none.
pub(super) fn of_profile(
    ctx: &Context,
    profile: String,
    token_file: Option<PathBuf>,
) -> Result<Option<Snapshot>, Failure> {
    let arguments = Arguments {
        organisations: Vec::new(),
        profile: Some(profile),
        from: None,
        token_file,
        package: Vec::new(),
        feedstock: Vec::new(),
        attested: None,
        counts_only: false,
        sign: None,
        patience: PATIENCE,
        format: Format::Human,
        output: None,
        as_of: None,
    };
    let Taken::Whole(snapshot, _) = taken(ctx, &arguments)? else {
        return Ok(None);
    };
    store(ctx)?.put(&snapshot).map_err(|error| failed(&error))?;
    Ok(Some(*snapshot))
}

/// For so many minutes limits of the host are waited for by what runs by itself.
const PATIENCE: u64 = 90;

/// What came of asking.
enum Taken {
    Whole(Box<Snapshot>, Calls),
    /// There was nothing to ask about.
    Nothing,
}

/// What is asked about.
#[derive(Default)]
struct Subjects {
    organisations: Vec<Login>,
    beyond: Beyond,
}

fn subjects(ctx: &Context, arguments: &Arguments) -> Result<Subjects, Failure> {
    let mut subjects = Subjects {
        organisations: arguments.organisations.clone(),
        beyond: Beyond {
            packages: arguments.package.clone(),
            feedstocks: arguments.feedstock.clone(),
        },
    };
    if let Some(named) = &arguments.profile {
        let profile = ecosystem::load(named)?;
        profile.warn(ctx);
        for project in profile.projects(None)? {
            subjects.organisations.extend(organisations(project));
            let packages = project.packages.iter().map(|it| it.name().to_owned());
            subjects.beyond.packages.extend(packages);
            let feedstocks = project.conda.iter().cloned();
            subjects.beyond.feedstocks.extend(feedstocks);
        }
    }
    subjects.organisations.sort();
    subjects.organisations.dedup();
    for names in [
        &mut subjects.beyond.packages,
        &mut subjects.beyond.feedstocks,
    ] {
        names.sort();
        names.dedup();
    }
    Ok(subjects)
}

fn taken(ctx: &Context, arguments: &Arguments) -> Result<Taken, Failure> {
    let subjects = subjects(ctx, arguments)?;
    if subjects.organisations.is_empty() {
        return Ok(Taken::Nothing);
    }
    let patience = Patience {
        for_limits: std::time::Duration::from_secs(arguments.patience.saturating_mul(60)),
        for_all: std::time::Duration::from_hours(12),
        ..Patience::default()
    };
    let token = code_host::any_token(ctx, arguments.token_file.as_deref())?;
    if token.is_none() {
        ctx.warn(
            "there is no token: the host tells strangers little of organisations",
            "set `BARTIZAN_GITHUB_TOKEN`, or name a file with `--token-file`",
        );
    }
    let asks = "`access snapshot` asks the code host";
    let (client, address) = code_host::client_with(ctx, asks, (token, patience))?;
    let client = client.with_most_requests(MOST_REQUESTS);
    let host = address.to_string();
    let path = store(ctx)?.journal();
    let subject = Subject {
        host: host.clone(),
        organisations: subjects
            .organisations
            .iter()
            .map(ToString::to_string)
            .collect(),
        begun: arguments.as_of.unwrap_or_else(Timestamp::now),
    };
    let journal = Journal::open(&client, &path, subject).map_err(|error| unkept(&path, &error))?;
    let wanted = Wanted {
        organisations: subjects.organisations,
        now: journal.begun(),
        host,
    };
    let mut snapshot = read_host(&journal, &wanted, &|what| {
        ctx.note(&format!("reading {what}"));
    });
    let account = client.account();
    let calls = Calls {
        requests: account.requests,
        unchanged: account.unchanged,
        recalled: journal.recalled(),
    };
    if let Some(unread) = snapshot.unread.iter().find(|it| is_out_of_reach(it.why)) {
        let message = format!("not all of it was read: {}", unread.words);
        let hint = "run it again later: within a day what was answered is not asked again";
        return Err(Failure::data(message).hint(hint));
    }
    nothing_seen(ctx, &snapshot)?;
    entries::add(
        ctx,
        &mut snapshot,
        (&journal, &subjects.beyond),
        arguments.attested.as_deref(),
    )?;
    snapshot.sort();
    // What it was for is about to be kept.
    journal.finish().map_err(|error| unkept(&path, &error))?;
    Ok(Taken::Whole(Box::new(snapshot), calls))
}

/// Refuses a snapshot of organisations of which nothing at all could be seen, such as those whose names are misspelt; where
/// others were seen it is told of each that was not.
fn nothing_seen(ctx: &Context, snapshot: &Snapshot) -> Result<(), Failure> {
    let unseen = snapshot.unread.iter().filter(|it| {
        it.part == Part::Organisation && !snapshot.has_read(Part::Members, it.of.as_str())
    });
    let unseen: Vec<_> = unseen
        .filter(|it| is_bare(snapshot, it.of.as_str()))
        .collect();
    let hint = "look at the name, and whether the token may see the organisation";
    match unseen.as_slice() {
        [first, ..] if unseen.len() == snapshot.organisations.len() => {
            Err(Failure::data(nothing_of(first)).hint(hint))
        }
        some => {
            for it in some {
                ctx.warn(&nothing_of(it), hint);
            }
            Ok(())
        }
    }
}

fn nothing_of(it: &Unread) -> String {
    format!("nothing of `{}` could be seen: {}", it.of, it.words)
}

/// Whether a snapshot has nobody in an organisation, and no repository of it.
fn is_bare(snapshot: &Snapshot, name: &str) -> bool {
    let mut given = snapshot.assignments.iter();
    let mut repositories = snapshot.repositories.iter();
    !given.any(|it| it.resource.name() == name) && !repositories.any(|it| it.name.owner() == name)
}

/// Whether asking again later, and nothing else, would help.
fn is_out_of_reach(why: Why) -> bool {
    matches!(why, Why::Limited | Why::Unreachable | Why::Unauthenticated)
}

fn unkept(path: &Path, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::ResourceBusy {
        return Failure::data("another run reads organisations already")
            .hint("wait until it is ready: both would ask the same");
    }
    Failure::data(format!(
        "cannot keep answers in `{}`: {error}",
        path.display()
    ))
    .hint("name a directory that may be written to by `--home`")
}
