//! `bartizan scan`: known vulnerabilities of what is installed or locked.

use std::path::{Path, PathBuf};

use bartizan_model::{finding::VulnerabilityFinding, severity::SeverityLevel};
use bartizan_vulnerability::{
    hygiene::Hygiene,
    ignore,
    remedy::remedies,
    scan::scan,
    since::{compare, hygiene as since_hygiene},
};
use clap::{ArgMatches, Args, ValueEnum, builder::PossibleValuesParser};
use jiff::tz::TimeZone;

use super::{Command, read};
use crate::{
    arguments::{self, FreshnessArguments},
    blast,
    context::Context,
    database::{self, Watched},
    error::Failure,
    exit::Exit,
    exposure,
    freshness::Tolerance,
    graph,
    hygiene::{self, Asked},
    natives, output,
    profile::{self, Profile},
    render::{self, Show, View},
    report::{NativeFacts, ScanReport, VexFacts},
    risk,
    since::{self, EarlierReport, SinceFacts},
    targets::{self, LookedAt, Wanted},
    vex::{self, Stated},
};

pub(super) static COMMAND: Scan = Scan;

pub(super) struct Scan;

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
struct Arguments {
    /// Environments, lock files, requirements files, wheels, SBOMs, container images, or directories that hold them
    #[arg(value_name = "TARGET", default_value = ".")]
    targets: Vec<PathBuf>,

    /// Version of Python that markers are evaluated for, such as 3.13 [default: the active environment's, else the newest that the target allows]
    #[arg(long, value_name = "VERSION", value_parser = arguments::python)]
    python: Option<String>,

    /// Platform that markers are evaluated for: host, any, linux, macos, windows, linux-aarch64 … [default: host]
    #[arg(long, value_name = "PLATFORM", value_parser = arguments::platform)]
    platform: Option<String>,

    /// Severity from which a finding leads to exit code 1; an unstated one counts as at it [default: high]
    #[arg(long, value_name = "LEVEL", value_parser = arguments::level())]
    fail_on: Option<SeverityLevel>,

    /// Exit with 0 where it would be 1; nothing else changes
    #[arg(long)]
    exit_zero: bool,

    /// VEX document in JSON, of any format that is known, whose statements are laid over the findings; repeatable
    #[arg(long, value_name = "FILE")]
    vex: Vec<PathBuf>,

    /// Show, and count, only what is new or changed since an earlier report (--format json)
    #[arg(long, value_name = "REPORT")]
    since: Option<PathBuf>,

    /// Ask the package index that pip or uv is configured with about each package: yanked, quarantined, archived and
    /// long unsupported releases, and names that several indexes serve. Tells the index what is scanned
    #[arg(long, conflicts_with = "no_hygiene")]
    index: bool,

    /// Judge no hygiene: only known vulnerabilities
    #[arg(long)]
    no_hygiene: bool,

    /// Look for no native libraries in wheels and environments: only for packages
    #[arg(long)]
    no_native: bool,

    /// Write the dependency graph with its risk to this file: .json and .dot hold all of it, .svg is a picture of the
    /// riskiest part
    #[arg(long, value_name = "FILE")]
    graph: Option<PathBuf>,

    /// List who stands on this component, with the shortest ways down to it, in place of the report
    #[arg(long, value_name = "NAME", conflicts_with_all = ["since", "index", "graph"])]
    blast: Option<String>,

    /// Of what stands on the packages of this advisory, count whose requirements still admit an affected release 30 and
    /// 90 days after it, in place of the report: among the releases of --universe, or on the package index that pip or
    /// uv is configured with, among the packages of the targets and of the profile
    #[arg(long, value_name = "ADVISORY", conflicts_with_all = ["since", "index", "graph", "blast"])]
    exposure: Option<String>,

    /// Look for dependants among the releases in this file
    #[arg(long, value_name = "FILE", requires = "exposure")]
    universe: Option<PathBuf>,

    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = formats())]
    format: String,

    /// Write the report to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// List more in the human format
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    show: Vec<Shown>,

    #[command(flatten)]
    freshness: FreshnessArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// What could not be decided
    Unknown,
    /// What the settings ignore
    Ignored,
    /// Hygiene of low severity, and all of it in full
    Hygiene,
    /// Every vulnerability, path and problem
    All,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan scan                          what lies below the current directory
  bartizan scan .venv                    an environment
  bartizan scan uv.lock --python 3.12    a lock file, for one Python
  bartizan scan pixi.lock --platform macos        what a lock holds for one platform
  bartizan scan bom.cdx.json             an SBOM in CycloneDX or SPDX
  bartizan scan image.tar                a container image: OCI, docker save or Apptainer
  bartizan scan dist/ --format sarif -o bartizan.sarif
  bartizan scan --format github --fail-on critical
  bartizan scan uv.lock --graph risk.svg          the riskiest part of the dependency graph, as a picture
  bartizan scan .venv --blast libwebp             who stands on a component
  bartizan scan .venv --exposure PYSEC-2023-175   who could still get an affected release, 30 and 90 days later

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong use, 3 nothing to look at, 4 advisories missing or too old.";

fn formats() -> PossibleValuesParser {
    let value = |format: &&dyn render::ReportFormat| {
        clap::builder::PossibleValue::new(format.id()).help(format.title())
    };
    PossibleValuesParser::new(render::ALL.iter().map(value))
}

impl Command for Scan {
    fn path(&self) -> &'static [&'static str] {
        &["scan"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("scan"))
            .about("Find known vulnerabilities of an environment, lock file, wheel, SBOM or image")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let format = render::find(&arguments.format)
            .ok_or_else(|| Failure::internal(format!("no format `{}`", arguments.format)))?;
        if let Some(file) = &arguments.graph {
            graph::format_of(file)?;
        }
        let tolerance = ctx.tolerance(&arguments.freshness);
        let wanted = Wanted {
            python: arguments
                .python
                .clone()
                .or_else(|| ctx.settings.python.clone()),
            platform: arguments
                .platform
                .clone()
                .or_else(|| ctx.settings.platform.clone()),
        };
        if let Some(advisory) = arguments.exposure.as_deref() {
            return exposed(ctx, &arguments, advisory, wanted);
        }
        let mut seen = targets::look_at(ctx, &arguments.targets, wanted)?;
        let natives = (!arguments.no_native && ctx.settings.native)
            .then(|| natives::look_into(&mut seen.inventories));
        if let Some(name) = &arguments.blast {
            return stands_on(ctx, &arguments, &seen, name);
        }
        let threshold = arguments.fail_on.unwrap_or(ctx.settings.fail_on);
        let vex: Vec<PathBuf> = ctx
            .settings
            .vex
            .iter()
            .chain(&arguments.vex)
            .cloned()
            .collect();
        let laid_over = LaidOver {
            stated: vex::read(&vex)?,
            earlier: arguments.since.as_deref().map(since::read).transpose()?,
            natives,
            hygiene: Asked::prepare(ctx, hygiene_wanted(ctx, &arguments), &seen.inventories)?,
            profile: profile::load(ctx.settings.profile.as_deref())?,
        };
        let report = report(ctx, &seen, laid_over, (tolerance, threshold))?;
        if let Some(file) = &arguments.graph {
            graph::write(file, &seen.inventories, &report.risk)?;
        }
        let view = view(ctx, &arguments);
        output::write(&format.render(&report, view)?, arguments.output.as_deref())?;
        database::warn_when_stale(ctx, &report.database);
        let exit = match report.exit() {
            Exit::Findings if arguments.exit_zero => Exit::Clean,
            exit => exit,
        };
        // The process ends here, and takes thousands of texts with it that need not be given back one by one.
        std::mem::forget((report, seen));
        Ok(exit)
    }
}

/// What others said, and said before.
struct LaidOver {
    stated: Stated,
    earlier: Option<EarlierReport>,
    /// The targets whose native libraries were not looked at; `None` where none were wanted.
    natives: Option<Vec<String>>,
    /// `None` where no hygiene is wanted.
    hygiene: Option<Asked>,
    profile: Profile,
}

/// Writes who stands on a component. It needs no advisories.
fn stands_on(
    ctx: &Context,
    arguments: &Arguments,
    seen: &LookedAt,
    name: &str,
) -> Result<Exit, Failure> {
    let file = arguments.output.as_deref();
    let how = (arguments.format.as_str(), ctx.terminal(file));
    let (text, exit) = blast::answer(&seen.inventories, name, how)?;
    output::write(&text, file)?;
    for problem in &seen.problems {
        let hint = problem
            .hint
            .as_deref()
            .unwrap_or("who stands on it there is not known");
        ctx.warn(&format!("{}: {}", problem.subject, problem.message), hint);
    }
    Ok(if seen.wrong > 0 { Exit::Usage } else { exit })
}

/// Writes whose requirements still admit an affected release. A file of releases makes looking at targets needless.
fn exposed(
    ctx: &Context,
    arguments: &Arguments,
    advisory: &str,
    wanted: Wanted,
) -> Result<Exit, Failure> {
    let python = wanted.python.clone();
    let seen = match arguments.universe {
        Some(_) => LookedAt::default(),
        None => targets::look_at(ctx, &arguments.targets, wanted)?,
    };
    let question = exposure::Question {
        advisory,
        universe: arguments.universe.as_deref(),
        python: python.as_deref(),
        inventories: &seen.inventories,
        profile: &profile::load(ctx.settings.profile.as_deref())?,
    };
    let file = arguments.output.as_deref();
    let how = (arguments.format.as_str(), ctx.terminal(file));
    let tolerance = ctx.tolerance(&arguments.freshness);
    let (text, exit) = exposure::answer(ctx, &question, tolerance, how)?;
    output::write(&text, file)?;
    Ok(if seen.wrong > 0 { Exit::Usage } else { exit })
}

/// Asks the advisories about what was seen, and lays the ignores, VEX and an earlier report over it.
fn report(
    ctx: &Context,
    seen: &LookedAt,
    laid_over: LaidOver,
    (tolerance, threshold): (Tolerance, SeverityLevel),
) -> Result<ScanReport, Failure> {
    let opened = database::open(ctx, tolerance)?;
    let watched = Watched::new(&opened.database);
    let mut scanned = scan(&seen.inventories, &watched);
    let today = tolerance.now.to_zoned(TimeZone::UTC).date();
    let (hygiene_ignores, ignores) = hygiene::split(&ctx.settings.ignores);
    let mut ignores = ignore::apply(&mut scanned.findings, &ignores, today);
    let LaidOver {
        stated,
        earlier,
        natives,
        hygiene,
        profile,
    } = laid_over;
    let vex = VexFacts {
        unused: bartizan_vulnerability::vex::apply(
            &mut scanned.findings,
            &stated.statements,
            &seen.inventories,
        ),
        documents: stated.documents,
    };
    let mut judged = hygiene.as_ref().map(|asked| {
        let given = (hygiene_ignores.as_slice(), tolerance.now);
        let (judged, idle) = asked.judge(&seen.inventories, &scanned, given);
        ignores.extend(idle);
        judged
    });
    let risk = risk::weigh(&seen.inventories, &scanned.findings, &profile);
    let since = earlier.map(|it| since_facts(it, &mut scanned.findings, judged.as_mut()));
    let live = scanned.findings.iter().filter(|finding| finding.is_live());
    let remedies = remedies(live, &scanned.clean);
    let mut problems = seen.problems.clone();
    problems.extend(scanned.problems);
    problems.extend(stated.problems);
    let index_problem = hygiene.as_ref().and_then(Asked::problem);
    let has_unanswered = watched.has_failed() || index_problem.is_some();
    problems.extend(index_problem);
    Ok(ScanReport {
        has_unanswered,
        database: opened.facts,
        targets: seen.inventories.iter().map(targets::facts).collect(),
        empty_targets: seen.empty,
        wrong_targets: seen.wrong,
        components: scanned.components,
        natives: natives.map(|passed_over| NativeFacts {
            libraries: scanned.natives,
            passed_over,
        }),
        findings: scanned.findings,
        remedies,
        unknown: scanned.unknown,
        problems,
        ignores,
        hygiene: judged.unwrap_or_default(),
        vex,
        risk,
        since,
        threshold,
    })
}

/// Compares with an earlier report; what is neither new nor changed is left out of the findings.
fn since_facts(
    earlier: EarlierReport,
    findings: &mut Vec<VulnerabilityFinding>,
    judged: Option<&mut Hygiene>,
) -> SinceFacts {
    SinceFacts {
        comparison: compare(findings, &earlier.findings),
        hygiene: judged.map(|Hygiene { findings, unknown }| {
            since_hygiene::compare(findings, &earlier.hygiene, unknown)
        }),
        report: earlier.path,
        as_of: earlier.as_of,
    }
}

fn hygiene_wanted(ctx: &Context, arguments: &Arguments) -> hygiene::Wanted {
    match (
        arguments.index,
        arguments.no_hygiene || !ctx.settings.hygiene,
    ) {
        (true, _) => hygiene::Wanted::WithIndex,
        (false, true) => hygiene::Wanted::Nothing,
        (false, false) => hygiene::Wanted::Offline,
    }
}

fn view<'a>(ctx: &'a Context, arguments: &Arguments) -> View<'a> {
    let everything = arguments.show.contains(&Shown::All);
    let file: Option<&Path> = arguments.output.as_deref();
    View {
        terminal: ctx.terminal(file),
        show: Show {
            unknown: everything || arguments.show.contains(&Shown::Unknown),
            ignored: everything || arguments.show.contains(&Shown::Ignored),
            hygiene: everything || arguments.show.contains(&Shown::Hygiene),
            everything,
        },
        is_verbose: ctx.is_verbose,
        root: &ctx.directory,
    }
}
