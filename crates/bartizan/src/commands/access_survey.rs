//! `bartizan access survey`: read who has access in the organisations of a profile, judge it, and keep numbers for everybody and
//! names for those who may know them.

use std::path::{Path, PathBuf};

use bartizan_access::{counts::Counts, dossier::Dossier, snapshot::Snapshot};
use bartizan_assessment::repository::Repositories;
use bartizan_formats::hosting::remote::remote;
use bartizan_model::Timestamp;
use bartizan_sources::home::Home;
use clap::{ArgMatches, Args};

use super::{Command, access_snapshot, read};
use crate::{
    access::{failed, of_file, store},
    accessing::{EvidenceArguments, ExemptArguments, Judged},
    arguments, code_host,
    context::Context,
    ecosystem,
    error::Failure,
    exit::Exit,
    output,
};

pub(super) static COMMAND: AccessSurvey = AccessSurvey;

pub(super) struct AccessSurvey;

#[derive(Debug, Args)]
struct Arguments {
    /// The ecosystem whose organisations are meant: a profile that Bartizan carries, or a TOML file
    #[arg(value_name = "PROFILE", default_value = ecosystem::EMBEDDED_NAME)]
    profile: String,

    /// Judge a snapshot that lies in a file, and ask nobody
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,

    /// Take the token from this file, which nobody else may read [default: the environment, then what `gh` keeps in a file]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// Directory of clones whose histories are read, each named as its repository or its project [default: the mirrors at home]
    #[arg(long, value_name = "DIR")]
    repositories: Option<PathBuf>,

    #[command(flatten)]
    exempt: ExemptArguments,

    /// Acts, and what was read completely, from elsewhere: JSON with `acts` and `coverage`
    #[arg(long, value_name = "FILE")]
    evidence: Vec<PathBuf>,

    /// After so many days keys and tokens are stale
    #[arg(long, value_name = "DAYS", default_value_t = 180, value_parser = clap::value_parser!(i64).range(1..=3650))]
    days: i64,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = arguments::time, requires = "from")]
    as_of: Option<Timestamp>,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan access survey
  bartizan access survey --from lab.json --evidence activity.json --as-of 2026-11-26

Without `--policy` the home's `access/policy.toml` counts, where it is there. This is the job `access`, which a profile schedules each quarter. Without a token there is nothing that it could read, and it says so.
Numbers go into the home's `access/counts.jsonl`, from which the next assessment takes its figures; whom they mean lies beside it, for its
owner alone, and is shown by `bartizan serve` to this machine only. Of an organisation of fewer than five people no number is shown.

Exit codes: 0 surveyed, 2 wrong use, 3 there is no token, or no organisation, 4 the host is out of reach, or its limit was met.";

impl Command for AccessSurvey {
    fn path(&self) -> &'static [&'static str] {
        &["access", "survey"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("survey"))
            .about("Read and judge the access to a profile's organisations; keep numbers, and names apart")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let Some(snapshot) = snapshot(ctx, &arguments)? else {
            return Ok(Exit::NothingToLookAt);
        };
        let store = store(ctx)?;
        let evidence = evidence(ctx, &arguments, snapshot.digest().to_string())?;
        let judged = Judged::of(ctx, &evidence)?;
        let counts = Counts::of(&judged.snapshot, &judged.ledger);
        let dossier = Dossier::of(&judged.question(), &judged.audit);
        store
            .put_dossier(&dossier)
            .map_err(|error| failed(&error))?;
        store.put_counts(&counts).map_err(|error| failed(&error))?;
        let lines: String = counts.iter().map(line).collect();
        output::write(&lines, None)?;
        Ok(Exit::Clean)
    }
}

/// The snapshot, which is kept at home; none where there is nothing to read it with, or of.
fn snapshot(ctx: &Context, arguments: &Arguments) -> Result<Option<Snapshot>, Failure> {
    if let Some(path) = &arguments.from {
        let snapshot = of_file(ctx, path)?;
        store(ctx)?.put(&snapshot).map_err(|error| failed(&error))?;
        return Ok(Some(snapshot));
    }
    if ctx.settings.is_offline {
        ctx.note("no network may be asked, so that nothing is surveyed");
        return Ok(None);
    }
    let token = arguments.token_file.as_deref();
    if code_host::any_token(ctx, token)?.is_none() {
        ctx.warn(
            "there is no token, and the host tells strangers nothing of access",
            "set `BARTIZAN_GITHUB_TOKEN`, or name a file with `--token-file`",
        );
        return Ok(None);
    }
    access_snapshot::of_profile(ctx, arguments.profile.clone(), arguments.token_file.clone())
}

/// By what it is judged: histories that are here, and, where the host was asked, its log of pushes and merges.
fn evidence(
    ctx: &Context,
    arguments: &Arguments,
    from: String,
) -> Result<EvidenceArguments, Failure> {
    let at_home = ctx.home()?.join("access").join("policy.toml");
    let mut exempt = arguments.exempt.clone();
    if exempt.policy.is_none() && at_home.exists() {
        exempt.policy = Some(at_home);
    }
    Ok(EvidenceArguments {
        from,
        exempt,
        history: histories(ctx, arguments)?,
        fetched: None,
        activity: arguments.from.is_none(),
        pull_requests: arguments.from.is_none(),
        uploads: false,
        evidence: arguments.evidence.clone(),
        days: arguments.days,
        as_of: arguments.as_of,
    })
}

/// The clones of the profile's repositories that are here, as `OWNER/NAME=PATH`.
fn histories(ctx: &Context, arguments: &Arguments) -> Result<Vec<String>, Failure> {
    let profile = ecosystem::load(&arguments.profile)?;
    let repositories = Repositories {
        directory: arguments.repositories.clone(),
        mirrors: Home::new(ctx.home()?).repositories(),
        is_offline: true,
        ..Repositories::default()
    };
    let mut histories = Vec::new();
    for project in profile.projects(None)? {
        for repository in &project.repositories {
            let Some(name) = remote(&repository.url).map(|it| it.repository) else {
                continue;
            };
            // One that is not here is not known, and its rights stay so.
            if let Ok(found) = repositories.open(&repository.url, &project.name) {
                histories.push(format!("{name}={}", shown(found.path())));
            }
        }
    }
    histories.sort();
    histories.dedup();
    Ok(histories)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// An organisation in numbers.
fn line(it: &Counts) -> String {
    let rights = it.rights.unwrap_or_default();
    let all = it.everybody();
    format!(
        "{}: {} of {} rights were not used, of {} more it is not known; {} of {} people have no sound second factor, of {} it is not known\n",
        it.organisation,
        rights.stale,
        rights.stale.saturating_add(rights.used),
        rights.unknown,
        all.missing.saturating_add(all.insecure),
        all.all,
        all.unknown
    )
}
