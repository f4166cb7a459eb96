//! `bartizan check`: which requirements of the SPECs a repository meets, and how its continuous integration is hardened.

mod badges;
mod capabilities;
mod changes;
mod ecosystem;
mod evidence;
mod fix;
mod github;
mod history;
mod human;
mod import;
mod json;
mod markdown;
mod online;
mod outputs;
mod page;
mod policy;
mod recorded;
mod report;
mod resources;
mod sarif;
mod tags;

use std::path::{Path, PathBuf};

use bartizan_formats::tree::{Tree, TreeError};
use bartizan_model::{Timestamp, severity::SeverityLevel};
use bartizan_posture::{
    checks,
    edits::Wanted,
    facts::{self, Facts},
};
use bartizan_sources::{checkout::CheckoutTree, git::Repository};
use clap::{ArgMatches, Args, ValueEnum};
use jiff::tz::TimeZone;

use super::{Command, read};
use crate::{
    arguments,
    context::Context,
    error::{Failure, chain},
    exit::Exit,
    output, settings,
};
use online::{Asked, OnlineArguments};
use recorded::RecordedTree;
use report::{CheckReport, Checkout};

pub(crate) use report::ignored;

pub(super) static COMMAND: Check = Check;

pub(super) struct Check;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
struct Arguments {
    /// The checkout of a repository
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,

    /// Ask this check only; repeatable
    #[arg(long, value_name = "CHECK")]
    only: Vec<String>,

    /// Lay the report of another tool beside the checks: JSON or SARIF of zizmor, JSON of repo-review; repeatable
    #[arg(long, value_name = "FILE")]
    import: Vec<PathBuf>,

    /// Severity from which a finding leads to exit code 1 [default: high]
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    fail_on: Option<SeverityLevel>,

    /// Exit with 0 where it would be 1; nothing else changes
    #[arg(long)]
    exit_zero: bool,

    /// Show which job holds which write permission, secret and identity, in place of the checks
    #[arg(long)]
    capabilities: bool,

    /// Write a policy to start from, `.github/bartizan.toml`, that designates what is held now; an existing one is left alone
    #[arg(long, conflicts_with = "capabilities")]
    start_policy: bool,

    /// Show as a patch what can be mended without judgement, in place of the checks: blocks of permissions, pins by
    /// known releases, an entry of Dependabot, printed hashes
    #[arg(long, conflicts_with_all = ["capabilities", "start_policy"])]
    fix: bool,

    /// Tell what workflows gain since a revision of this repository, in place of the checks: new and renamed ones, capabilities of
    /// jobs, environments left, events that anybody causes
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["capabilities", "start_policy", "fix"])]
    since: Option<String>,

    /// Write the restricted resources of `RESOURCES.toml` as a page in Markdown, in place of the checks
    #[arg(long, conflicts_with_all = ["capabilities", "start_policy", "fix", "since"])]
    resources: bool,

    /// A table of releases of actions with their commits, beside `.github/bartizan-tags.toml`; repeatable
    #[arg(long, value_name = "FILE")]
    tags: Vec<PathBuf>,

    /// With `--fix`: a workflow that publishes releases, where none does and nothing is compiled
    #[arg(long, requires = "fix")]
    release_workflow: bool,

    #[command(flatten)]
    online: OnlineArguments,

    /// Write what `--fix` shows
    #[arg(long, requires = "fix")]
    apply: bool,

    #[command(flatten)]
    ecosystem: ecosystem::EcosystemArguments,

    #[command(flatten)]
    outputs: outputs::OutputArguments,

    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the report to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-23`, for runs that repeat
    #[arg(long, value_name = "TIME", value_parser = arguments::time)]
    as_of: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal; `--verbose` shows what passes too
    Human,
    /// For programs; see `bartizan schema check`
    Json,
    /// For code scanning (SARIF 2.1.0)
    Sarif,
    /// Annotations of a GitHub workflow
    Github,
    /// For step summaries and pull requests
    Markdown,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan check                         the repository in the current directory
  bartizan check ../numpy --verbose      another one, with what passes
  bartizan check --format sarif -o bartizan.sarif
  bartizan check --only template-injection --fail-on medium
  zizmor --format json-v1 . > zizmor.json; bartizan check --import zizmor.json
  bartizan check --capabilities          who holds which permission, secret and identity
  bartizan check --start-policy          write that down as a policy to review
  bartizan check --since main            what workflows gain in a change: new ones, capabilities, events
  bartizan check --resources             `RESOURCES.toml` as a page
  bartizan check --online                also ask the code host and the package index
  bartizan check --report check.html     a page of its own, to read, send or print
  bartizan check --evidence evidence     findings, files with digests, requirements of frameworks
  bartizan check --profile scientific-python --repositories clones --cohort core
  bartizan check --fix                   a patch of what can be mended without judgement; `--apply` writes it

Nothing is run, nothing is fetched without `--online`, and no link out of the repository is followed. What a checkout cannot show is unknown, never
passed. `bartizan explain CHECK` tells more about each check.

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong use, 3 nothing to look at; 4 where nothing of a report of
--import could be read, with --profile where the SPECs or a project could not be looked at, and where a source that
--online asks is out of reach.";

impl Command for Check {
    fn path(&self) -> &'static [&'static str] {
        &["check"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("check"))
            .about("Check a repository against the SPECs, and how its continuous integration is hardened")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        arguments.only.iter().try_for_each(|id| known(id))?;
        let now = arguments.as_of.unwrap_or_else(Timestamp::now);
        let file = arguments.output.as_deref();
        if let Some(profile) = &arguments.ecosystem.profile {
            let shape = (arguments.format, file, now);
            return ecosystem::run(ctx, profile, &arguments.ecosystem, shape);
        }
        let tree = open(&arguments.directory)?;
        let recorded = RecordedTree::new(&tree);
        // Digests are taken where somebody wants them.
        let looked: &dyn Tree = match arguments.outputs.evidence {
            Some(_) => &recorded,
            None => &tree,
        };
        let mut facts = facts::read(looked, now.to_zoned(TimeZone::UTC).date());
        tags::add(&mut facts, &arguments.tags)?;
        let history = history::open(&tree);
        facts.outside.tag = history.as_ref().and_then(history::newest);
        if facts.files.is_empty() {
            ctx.note(&format!(
                "`{}` holds no file",
                arguments.directory.display()
            ));
            return Ok(Exit::NothingToLookAt);
        }
        let asked = looked_up(ctx, &arguments, history.as_ref(), &mut facts)?;
        if let Some(exit) = instead(ctx, &arguments, &tree, &facts)? {
            return Ok(exit);
        }
        let checkout = Checkout {
            directory: &arguments.directory,
            commit: tree.commit(),
            now,
            asked,
        };
        let imported = import::read(&arguments.import)?;
        let mut report =
            CheckReport::new(ctx, &facts, checkout, &arguments.only, arguments.fail_on);
        report.import(ctx, &facts, imported);
        output::write(&rendered(ctx, arguments.format, &report, file)?, file)?;
        outputs::write(
            ctx,
            &arguments.outputs,
            (&report, &facts),
            &recorded.into_seen(),
        )?;
        Ok(match report.exit() {
            Exit::Findings if arguments.exit_zero => Exit::Clean,
            exit => exit,
        })
    }
}

/// What code host and index say, where they are to be asked.
fn looked_up(
    ctx: &Context,
    arguments: &Arguments,
    history: Option<&Repository>,
    facts: &mut Facts,
) -> Result<Option<Asked>, Failure> {
    if !arguments.online.online {
        return Ok(None);
    }
    if arguments.fix {
        online::releases(ctx, facts)?;
        return Ok(None);
    }
    online::ask(ctx, history, facts, &arguments.online).map(Some)
}

/// What is asked for in place of the checks.
fn instead(
    ctx: &Context,
    arguments: &Arguments,
    tree: &CheckoutTree,
    facts: &Facts,
) -> Result<Option<Exit>, Failure> {
    let file = arguments.output.as_deref();
    if arguments.start_policy {
        return policy::start(ctx, tree, facts).map(Some);
    }
    if arguments.fix {
        let asked = fix::Asked {
            wanted: Wanted {
                release_workflow: arguments.release_workflow,
            },
            is_applied: arguments.apply,
            file,
        };
        return fix::run(ctx, tree, facts, &asked).map(Some);
    }
    if arguments.resources {
        return resources::run(ctx, facts, file).map(Some);
    }
    let (terminal, format) = (ctx.terminal(file), arguments.format);
    let text = match &arguments.since {
        Some(revision) => changes::text(terminal, format, tree, facts, revision)?,
        None if arguments.capabilities => capabilities::text(terminal, format, facts)?,
        None => return Ok(None),
    };
    output::write(&text, file)?;
    Ok(Some(Exit::Clean))
}

fn rendered(
    ctx: &Context,
    format: Format,
    report: &CheckReport,
    file: Option<&Path>,
) -> Result<String, Failure> {
    match format {
        Format::Human => Ok(human::text(ctx.terminal(file), ctx.is_verbose, report)),
        Format::Json => json::text(report),
        Format::Sarif => sarif::text(report),
        Format::Github => Ok(github::text(report)),
        Format::Markdown => Ok(markdown::text(report)),
    }
}

fn open(directory: &Path) -> Result<CheckoutTree, Failure> {
    CheckoutTree::open(directory).map_err(|error| {
        let why = match &error {
            TreeError::NotFound => error.to_string(),
            _ => chain(&error),
        };
        Failure::usage(format!("cannot look into `{}`: {why}", directory.display()))
            .hint("name the directory of a checkout")
    })
}

fn known(id: &str) -> Result<(), Failure> {
    if checks::find(id).is_some() {
        return Ok(());
    }
    let hint = match settings::nearest(id, checks::ALL.iter().map(|check| check.id)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`bartizan explain` lists all checks".to_owned(),
    };
    Err(Failure::usage(format!("no check of repositories is called `{id}`")).hint(hint))
}
