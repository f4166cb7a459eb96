//! `bartizan db sync`: bring the advisories up to date, from the network or from files.

mod bundle;

use std::path::{Path, PathBuf};

use bartizan_model::Timestamp;
use bartizan_sources::{
    home::Home,
    sync::{
        Authority, Base, Feed, Feeds, LocalInput, Network, RemoteFeeds, SourceReport, SyncError,
        SyncReport, SyncRequest, sync,
    },
};
use clap::{ArgMatches, Args};

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output,
    progress::Line,
    render::words,
    settings::{OFF, SyncSettings},
    term::Terminal,
};

pub(super) static COMMAND: DbSync = DbSync;

pub(super) struct DbSync;

#[derive(Debug, Args)]
struct Arguments {
    /// Import these files and directories in place of fetching; each is recognised by its content
    #[arg(long, value_name = "PATH", num_args = 1..)]
    from: Vec<PathBuf>,

    /// Read only these declared feeds; with `--from`, what is read there is stated by this feed
    #[arg(long, value_name = "NAME")]
    feed: Vec<String>,

    /// Start from nothing in place of adding to what is there; the old snapshot stays in force until the new one is complete
    #[arg(long)]
    fresh: bool,

    /// The moment that counts as the time of the import, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,

    #[command(flatten)]
    bundle: bundle::BundleArguments,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan db sync                                    fetch what the settings name
  bartizan db sync --from osv-PyPI.zip advisories/    import files, with no network
  bartizan db sync --from epss.csv.gz known_exploited_vulnerabilities.json
  bartizan db sync --feed scipy                       only a feed that the settings declare
  bartizan db sync --from advisories.tar --signers allowed_signers    a bundle of `bartizan db export`

Read are: OSV records (JSON or YAML) in files, directories, zips and checkouts; CVE records (JSON 5);
exploit predictions (EPSS, CSV); known exploited vulnerabilities (KEV, JSON).
What you name with `--from` you vouch for. A declared feed (`[[feed]]` in your settings) is believed only about the
ids and packages that it may speak for; whatever else it states is shown by `db show` and has no effect.
A bundle is verified and replaces the snapshot whole; ages count from the publisher's imports.
A sync that is interrupted leaves the old snapshot in force.";

/// How many problems are listed before the rest is counted.
const PROBLEMS: usize = 10;

impl Command for DbSync {
    fn path(&self) -> &'static [&'static str] {
        &["db", "sync"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("sync"))
            .about("Bring the advisories up to date")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let Arguments {
            from,
            feed,
            fresh,
            as_of,
            bundle,
        } = read(arguments)?;
        if let Some(path) = bundle::among(&from)? {
            if fresh || !feed.is_empty() {
                return Err(Failure::usage("`--fresh` and `--feed` with a bundle")
                    .hint("a bundle replaces the snapshot whole, and says itself who made it"));
            }
            return bundle::run(ctx, path, &bundle, as_of.unwrap_or_else(Timestamp::now));
        }
        bundle::refuse_without(&bundle)?;
        let authority = ctx.settings.authority.clone();
        let request = SyncRequest {
            home: Home::new(ctx.home()?),
            feeds: feeds(&ctx.settings.sync, &authority, (from, feed))?,
            authority,
            now: as_of.unwrap_or_else(Timestamp::now),
            base: if fresh { Base::Fresh } else { Base::Keep },
            network: if ctx.settings.is_offline {
                Network::Forbidden
            } else {
                Network::Allowed
            },
        };
        let mut line = Line::new(ctx);
        let synced = sync(&request, &mut line);
        drop(line);
        let report = synced.map_err(|error| failed(ctx, &error))?;
        tell_problems(ctx, &report);
        if !ctx.is_quiet {
            output::write(&text(ctx.stdout, &report, request.now), None)?;
        }
        if report.missed.is_empty() {
            return Ok(Exit::Clean);
        }
        ctx.warn(
            &format!("could not be fetched: {}", report.missed.join(", ")),
            "what was imported from there before is kept; run `bartizan db sync` again later",
        );
        Ok(Exit::Data)
    }
}

/// The files and feeds that are named, or else the addresses of the settings.
fn feeds(
    settings: &SyncSettings,
    authority: &Authority,
    (from, names): (Vec<PathBuf>, Vec<String>),
) -> Result<Feeds, Failure> {
    if let Some(name) = names.iter().find(|name| authority.by_name(name).is_none()) {
        let known: Vec<&str> = authority
            .feeds()
            .iter()
            .map(|feed| feed.name.as_str())
            .collect();
        let hint = match known.as_slice() {
            [] => "declare it as a `[[feed]]` in your own settings".to_owned(),
            known => format!("declared are {}", known.join(", ")),
        };
        return Err(Failure::usage(format!("there is no feed `{name}`")).hint(hint));
    }
    if let Some(path) = from.iter().find(|path| !path.exists()) {
        return Err(
            Failure::usage(format!("there is nothing at `{}`", path.display()))
                .hint("`--from` takes files and directories that exist"),
        );
    }
    if !from.is_empty() {
        let ([] | [_]) = names.as_slice() else {
            return Err(Failure::usage("`--from` with several feeds")
                .hint("name the one feed that states what is read"));
        };
        let input = |path: PathBuf| LocalInput {
            feed: names
                .first()
                .cloned()
                .or_else(|| declared_at(authority, &path)),
            path,
        };
        return Ok(Feeds::Local(from.into_iter().map(input).collect()));
    }
    if !names.is_empty() {
        return Ok(Feeds::Declared(names));
    }
    let default = RemoteFeeds::default();
    let address = |stated: &Option<String>, default: Option<String>| match stated.as_deref() {
        Some(OFF) => None,
        Some(address) => Some(address.to_owned()),
        None => default,
    };
    Ok(Feeds::Remote(RemoteFeeds {
        base: settings.base.clone().unwrap_or(default.base),
        ecosystems: settings.ecosystems.clone().unwrap_or(default.ecosystems),
        epss: address(&settings.epss, default.epss),
        known_exploited: address(&settings.known_exploited, default.known_exploited),
    }))
}

/// The declared feed that a path belongs to, so that naming its place gives it no more authority.
fn declared_at(authority: &Authority, path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let holds = |feed: &&Feed| {
        let place = Path::new(&feed.from).canonicalize();
        !feed.is_remote() && place.is_ok_and(|place| path.starts_with(place))
    };
    authority
        .feeds()
        .iter()
        .find(holds)
        .map(|feed| feed.name.clone())
}

fn failed(ctx: &Context, error: &SyncError) -> Failure {
    if let SyncError::Nothing { problems } = error {
        for problem in problems.iter().take(PROBLEMS) {
            ctx.note(&format!("{}: {}", problem.subject, problem.message));
        }
    }
    let exit = match error {
        SyncError::Offline | SyncError::Address { .. } => Exit::Usage,
        SyncError::Build(_) => Exit::Internal,
        _ => Exit::Data,
    };
    Failure {
        exit,
        message: chain(error),
        hint: Some(error.hint().to_owned()),
    }
}

fn tell_problems(ctx: &Context, report: &SyncReport) {
    let listed = if ctx.is_verbose { usize::MAX } else { PROBLEMS };
    for problem in report.problems.iter().take(listed) {
        ctx.note(&format!(
            "problem: {}: {}",
            problem.subject, problem.message
        ));
    }
    let all = report.problems.len() as u64 + report.unlisted_problems;
    let more = all.saturating_sub(listed.min(report.problems.len()) as u64);
    if more > 0 {
        ctx.note(&format!(
            "and {} more problems (--verbose)",
            words::amount(more)
        ));
    }
}

fn text(terminal: Terminal, report: &SyncReport, now: Timestamp) -> String {
    let counts = &report.manifest.counts;
    let mut text = String::new();
    for source in &report.sources {
        text += &terminal.clean(&line(source, now));
        text.push('\n');
    }
    text += &format!(
        "{} about {}, in {} (snapshot {}), in {:.1} s.\n",
        words::count_u64(counts.records, "record", "records"),
        words::count_u64(counts.packages, "package", "packages"),
        words::count_u64(counts.groups, "group of aliases", "groups of aliases"),
        report.manifest.snapshot,
        report.duration.as_secs_f64(),
    );
    text
}

/// `pypa  2,661 records, 10 withdrawn: 4 new, 1 changed, 0 gone`.
fn line(source: &SourceReport, now: Timestamp) -> String {
    let SourceReport {
        state,
        new,
        changed,
        removed,
        is_refreshed,
    } = source;
    let records = words::count_u64(state.records, "record", "records");
    let what = if *is_refreshed {
        let [new, changed, removed] = [*new, *changed, *removed].map(words::amount);
        format!("{new} new, {changed} changed, {removed} gone")
    } else {
        format!("kept, imported {} ago", words::ago(state.imported, now))
    };
    let opinions = match state.opinions {
        0 => String::new(),
        count => {
            let count = words::count_u64(count, "opinion", "opinions");
            format!(", {count} about what others state")
        }
    };
    format!(
        "{:<20}{records}, {} withdrawn{opinions}: {what}",
        state.id,
        words::amount(state.withdrawn)
    )
}
