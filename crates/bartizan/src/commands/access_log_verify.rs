//! `bartizan access log verify`: verify the access log, against checkpoints where there are some.

use std::path::{Path, PathBuf};

use bartizan_access::{
    log::{Checkpoint, Event, LARGEST_CHECKPOINT},
    webhook::{Doubt, Standing},
};
use bartizan_sources::git::{Lookup, Repository};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    access::{failed, store},
    accessing::{LogArguments, log, text},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessLogVerify = AccessLogVerify;

pub(super) struct AccessLogVerify;

#[derive(Debug, Args)]
struct Arguments {
    #[command(flatten)]
    log: LogArguments,

    /// What was published earlier; it has to hold still
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,

    /// A repository in whose notes (`refs/notes/access`) checkpoints were published; each has to hold still
    #[arg(long, value_name = "DIR")]
    notes: Vec<PathBuf>,
}

/// The largest note: some hundred checkpoints.
const LARGEST_NOTE: u64 = 256 << 10;

/// Where `git notes --ref access` keeps notes.
const NOTES: &str = "refs/notes/access";

const AFTER_HELP: &str = "\
Examples:
  bartizan access log verify --checkpoint checkpoint
  bartizan access log verify --notes ~/src/array

Without a checkpoint a change or another order is seen, and what was cut off at the end is not.

Deliveries that said again what had been undone may be replays, and those that were refused may have been meant: they are counted until a newer snapshot
agrees with the log. `bartizan access log show` and the page of the log say which.

Exit codes: 0 it holds, 1 it holds and a snapshot contradicts what was delivered, 2 wrong use, 3 it is empty, 4 it does not hold.";

impl Command for AccessLogVerify {
    fn path(&self) -> &'static [&'static str] {
        &["access", "log", "verify"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("verify"))
            .about("Verify the access log, against checkpoints where there are some")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let log = log(ctx, &arguments.log)?;
        let mut published: Vec<(String, Checkpoint)> = Vec::new();
        for path in &arguments.checkpoint {
            let name = path.display().to_string();
            let checkpoint = Checkpoint::read(&text(path, LARGEST_CHECKPOINT)?);
            let checkpoint = checkpoint
                .map_err(|error| Failure::usage(format!("cannot read `{name}`: {error}")))?;
            published.push((name, checkpoint));
        }
        for path in &arguments.notes {
            published.extend(of_notes(path)?);
        }
        for (name, checkpoint) in &published {
            log.log().holds(checkpoint).map_err(|error| {
                Failure::data(format!("`{name}` does not hold: {error}"))
                    .hint("compare with a copy of the log")
            })?;
        }
        let entries = log.log().entries().len();
        let checked = published.len();
        let doubts = store(ctx)?.doubts(log.log());
        let doubts = doubts.map_err(|error| failed(&error))?;
        let text = format!("{entries} entries hold, against {checked} checkpoints\n");
        output::write(&(text + &told(&doubts)), None)?;
        let is_contradicted = |it: &Doubt| it.standing == Standing::Contradicted;
        Ok(match entries {
            0 => Exit::NothingToLookAt,
            _ if doubts.iter().any(is_contradicted) => Exit::Findings,
            _ => Exit::Clean,
        })
    }
}

/// What was delivered and is not settled, in numbers.
fn told(doubts: &[Doubt]) -> String {
    let lines = [
        (Event::Repeated, "were said again"),
        (Event::Refused, "were refused"),
    ];
    let lines = lines.map(|(event, words)| {
        let all = doubts.iter().filter(|it| it.entry.event == event);
        let of = |standing| all.clone().filter(|it| it.standing == standing).count();
        match [of(Standing::Waits), of(Standing::Contradicted)] {
            [0, 0] => String::new(),
            [waiting, contradicted] => format!(
                "deliveries that {words}: {waiting} wait for a snapshot, {contradicted} are contradicted by the newest\n"
            ),
        }
    });
    lines.concat()
}

/// The checkpoints in the notes of a repository. A note that is not there, or says something else, is none that could be passed over.
fn of_notes(path: &Path) -> Result<Vec<(String, Checkpoint)>, Failure> {
    let unread = |why: String| {
        Failure::usage(format!(
            "cannot read the notes of `{}`: {why}",
            path.display()
        ))
        .hint("`git notes --ref access list` lists them")
    };
    let repository = Repository::open(path).map_err(|error| unread(error.to_string()))?;
    let commit = repository.commit_of(NOTES);
    let commit = commit.map_err(|error| unread(error.to_string()))?;
    let files = repository.files(&commit);
    if files.missing + files.broken > 0 || files.is_cut_short {
        return Err(unread("not all of them are in this clone".to_owned()));
    }
    let mut published = Vec::new();
    for file in files.items {
        let name = format!("{}, note of {}", path.display(), file.path.replace('/', ""));
        let Lookup::Content(bytes) = repository.content(&file.blob, LARGEST_NOTE) else {
            return Err(unread(format!("{name} is not here, or too large")));
        };
        let checkpoints = Checkpoint::read_all(&String::from_utf8_lossy(&bytes));
        let checkpoints = checkpoints.map_err(|error| unread(format!("{name}: {error}")))?;
        published.extend(checkpoints.into_iter().map(|it| (name.clone(), it)));
    }
    Ok(published)
}
