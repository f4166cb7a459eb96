//! What the commands about access have in common: the snapshot, the evidence beside it, the profile, the log.

mod approvals;
mod errand;
mod evidence;
mod exempting;
mod history;
mod live;
mod told;
mod uploads;

use std::path::{Path, PathBuf};

use bartizan_access::{
    audit::{Audit, Question},
    desired::Desired,
    ledger::{Evidence, Line, Policy, ledger},
    log::{Entry, Event},
    plan::{self, LARGEST_PLAN, Plan},
    right::{Account, of_snapshot::Read},
    snapshot::Snapshot,
};
use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use bartizan_sources::{
    access_log::{AccessLog, AccessLogError},
    disk,
    home::Home,
};
use clap::Args;

pub(crate) use self::{
    approvals::{ApprovalArguments, approvals, beside, record},
    errand::Errand,
    exempting::ExemptArguments,
    live::{LiveArguments, Place},
    told::{due, notice, reminder, told},
};
use crate::{
    access::{covers, snapshot},
    arguments,
    context::Context,
    error::{Failure, chain},
};

/// The largest file of evidence or of a profile.
const LARGEST_EVIDENCE: usize = 256 << 20;

/// What is judged, and by what.
#[derive(Debug, Args)]
pub(crate) struct EvidenceArguments {
    /// The snapshot: a file, the beginning of its digest, or an organisation, of which the newest is meant
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) from: String,

    #[command(flatten)]
    pub(crate) exempt: ExemptArguments,

    /// A repository's history, as `OWNER/NAME=PATH`; what histories do not tell stays unknown
    #[arg(long, value_name = "OWNER/NAME=PATH")]
    pub(crate) history: Vec<String>,

    /// When the clones were brought up to date; without it nothing is known after the last commit of each
    #[arg(long, value_name = "TIME", value_parser = arguments::time, requires = "history")]
    pub(crate) fetched: Option<Timestamp>,

    /// Ask the code host who pushed and merged in the last year, for each repository of the snapshot
    #[arg(long, conflicts_with = "as_of")]
    pub(crate) activity: bool,

    /// Ask the code host who merged and reviewed within the time that counts, for each repository of the snapshot
    #[arg(long, conflicts_with = "as_of")]
    pub(crate) pull_requests: bool,

    /// Ask the package index which files people uploaded themselves, for each package of the snapshot
    #[arg(long, conflicts_with = "as_of")]
    pub(crate) uploads: bool,

    /// Acts, and what was read completely, from elsewhere: JSON with `acts` and `coverage`
    #[arg(long, value_name = "FILE")]
    pub(crate) evidence: Vec<PathBuf>,

    /// After so many days keys and tokens are stale
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(i64).range(1..=3650))]
    pub(crate) days: i64,

    /// The moment that counts as now, such as `2026-11-26` [default: now]
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    pub(crate) as_of: Option<Timestamp>,
}

/// Where the log of access is kept.
#[derive(Debug, Args)]
pub(crate) struct LogArguments {
    /// The folder of the access log [default: in the home]
    #[arg(long = "log", value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
}

/// All that was judged.
pub(crate) struct Judged {
    pub(crate) snapshot: Snapshot,
    pub(crate) read: Read,
    pub(crate) policy: Policy,
    pub(crate) desired: Option<Desired>,
    pub(crate) evidence: Evidence,
    pub(crate) ledger: Vec<Line>,
    pub(crate) audit: Audit,
    pub(crate) days: i64,
    pub(crate) now: Timestamp,
}

impl Judged {
    /// Reads everything and judges it.
    pub(crate) fn of(ctx: &Context, arguments: &EvidenceArguments) -> Result<Self, Failure> {
        let snapshot = snapshot(ctx, &arguments.from)?;
        let (mut policy, desired) = arguments.exempt.read(ctx)?;
        if let Some(desired) = &desired {
            covers(&snapshot, desired.organisation.as_str())?;
        }
        let read = Read::of(&snapshot);
        policy.exempt.bots.extend(read.bots.iter().cloned());
        // Who it is stands in the snapshot; this may be read by anybody.
        if !read.left_out.is_empty() {
            let count = read.left_out.len();
            ctx.note(&format!(
                "{count} grants are left out: levels of somebody's own, of which no plan speaks"
            ));
        }
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let evidence = evidence::read(ctx, arguments, (&snapshot, &read, &policy), now)?;
        let ledger = ledger(&read.rights, &evidence, &policy.exempt, &policy, now);
        let mut judged = Self {
            audit: Audit::default(),
            snapshot,
            read,
            policy,
            desired,
            evidence,
            ledger,
            days: arguments.days,
            now,
        };
        judged.audit = Audit::of(&judged.question());
        Ok(judged)
    }

    /// The same as a question.
    pub(crate) fn question(&self) -> Question<'_> {
        Question {
            snapshot: &self.snapshot,
            read: &self.read,
            ledger: &self.ledger,
            evidence: &self.evidence,
            exempt: &self.policy.exempt,
            most_owners: self.policy.most_owners,
            days: self.days,
            now: self.now,
        }
    }
}

/// Reads a plan, which has one text only.
pub(crate) fn plan_of(path: &Path) -> Result<Plan, Failure> {
    let bytes = bytes(path, LARGEST_PLAN)?;
    plan::read(&bytes).map_err(|error| {
        unreadable(path, &error.to_string())
            .hint("a plan is applied as it was approved; make another one")
    })
}

/// Where the log is.
pub(crate) fn log_folder(ctx: &Context, arguments: &LogArguments) -> Result<PathBuf, Failure> {
    Ok(match &arguments.folder {
        Some(folder) => folder.clone(),
        None => Home::new(ctx.home()?).access_log(),
    })
}

/// Opens the log, and believes it or nothing.
pub(crate) fn log(ctx: &Context, arguments: &LogArguments) -> Result<AccessLog, Failure> {
    AccessLog::open(&log_folder(ctx, arguments)?).map_err(|error| unusable(&error))
}

pub(crate) fn unusable(error: &AccessLogError) -> Failure {
    let hint = match error {
        AccessLogError::Open { .. } => "take the rights of others away: `chmod 700`",
        AccessLogError::Log(_) => {
            "somebody changed what only grows: compare with a copy; nothing is added until then"
        }
        AccessLogError::Unusable { .. } => "name a folder that may be written to with `--log`",
    };
    Failure::data(chain(error)).hint(hint)
}

/// Adds what happened.
pub(crate) fn add(
    log: &mut AccessLog,
    (at, event): (Timestamp, Event),
    by: &Account,
    content: Digest,
    detail: &str,
) -> Result<(), Failure> {
    let entry = Entry {
        number: 0,
        at: Timestamp::from_second(at.as_second()).unwrap_or(at),
        event,
        by: by.to_string(),
        about: None,
        place: None,
        reference: None,
        content: Some(content),
        detail: detail
            .chars()
            .filter(|it| !it.is_control())
            .take(1_000)
            .collect(),
    };
    log.add(entry).map_err(|error| unusable(&error))
}

/// Reads an account, as an argument.
pub(crate) fn account(text: &str) -> Result<Account, String> {
    text.parse::<Account>().map_err(|error| error.to_string())
}

/// Where the signature of a document lies.
pub(crate) fn signature_of(path: &Path) -> PathBuf {
    let mut name = path.to_path_buf().into_os_string();
    name.push(".sig");
    PathBuf::from(name)
}

pub(crate) fn text(path: &Path, limit: usize) -> Result<String, Failure> {
    let bytes = bytes(path, limit)?;
    String::from_utf8(bytes).map_err(|_error| unreadable(path, "it is no text"))
}

fn bytes(path: &Path, limit: usize) -> Result<Vec<u8>, Failure> {
    disk::read_small(path, limit).map_err(|error| unreadable(path, &error.to_string()))
}

fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::usage(format!("cannot read `{}`: {why}", path.display()))
}
