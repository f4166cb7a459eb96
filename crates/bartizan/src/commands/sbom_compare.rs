//! `bartizan sbom compare`: what bills of materials declare, held against what an artifact really holds.

mod correct;
mod human;
mod json;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bartizan_assessment::bills::check_of;
use bartizan_formats::core_metadata;
use bartizan_model::{release::Metadata, severity::SeverityLevel};
use bartizan_native::{
    artifact::{Bills, Counted},
    declared::{Comparison, Difference, Packages, compare},
    knowledge::Knowledge,
};
use bartizan_sbom::{document, facts};
use clap::{ArgMatches, Args, ValueEnum};

use super::{Command, read};
use crate::{
    bills::{self, conda::CondaTarget, lacks::Lacks, make},
    context::Context,
    error::Failure,
    exit::Exit,
    output,
    targets::{self, Wanted},
};

pub(super) static COMMAND: SbomCompare = SbomCompare;

pub(super) struct SbomCompare;

#[derive(Debug, Args)]
struct Arguments {
    /// A bill of materials in JSON, and the artifact that it is of; or wheels and conda packages, each for the bills that it carries
    #[arg(value_name = "SBOM|WHEEL", required = true)]
    paths: Vec<PathBuf>,

    /// Write the bill with everything set right, in `CycloneDX`, to this file
    #[arg(long, value_name = "FILE")]
    corrected: Option<PathBuf>,

    /// The level from which a difference ends with exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "low", value_parser = level)]
    fail_on: SeverityLevel,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,

    /// Write the answer to this file, whole or not at all
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn level(text: &str) -> Result<SeverityLevel, String> {
    let levels = [
        SeverityLevel::Low,
        SeverityLevel::Medium,
        SeverityLevel::High,
    ];
    let found = levels.into_iter().find(|it| it.as_str() == text);
    found.ok_or_else(|| "write low, medium or high".to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people at a terminal
    Human,
    /// For programs; see `bartizan schema sbom-compare`
    Json,
}

const AFTER_HELP: &str = "\
Examples:
  bartizan sbom compare pillow-13.0.0-cp311-cp311-manylinux_2_28_x86_64.whl
  bartizan sbom compare sbom.cdx.json dist/lab-1.0-cp312-cp312-linux_x86_64.whl --corrected sbom.cdx.json
  bartizan sbom compare environment.spdx.json .venv --format json
  bartizan sbom compare dist/*.whl                                   each wheel against the bills that it carries
  bartizan sbom compare output/linux-64/*.conda                      the same of conda packages

Four things are told: what the artifact carries and no bill names, what a bill names and the artifact does not carry, other
versions, and components without a package URL. What leaves no trace in files is told as unconfirmed and is no fault.
`bartizan explain undeclared-component` tells more.

Exit codes: 0 the bill is true, 1 differences at or above `--fail-on`, 2 wrong use, 3 nothing to compare with.";

impl Command for SbomCompare {
    fn path(&self) -> &'static [&'static str] {
        &["sbom", "compare"]
    }

    fn arguments(&self) -> clap::Command {
        Arguments::augment_args(clap::Command::new("compare"))
            .about("Hold bills of materials against what an artifact really holds")
            .after_help(AFTER_HELP)
    }

    fn run(&self, ctx: &Context, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let arguments: Arguments = read(arguments)?;
        let pairs = pairs(&arguments.paths)?;
        let is_for_one = arguments.corrected.is_some() || arguments.format == Format::Json;
        if pairs.len() > 1 && is_for_one {
            return Err(
                Failure::usage("several artifacts were named, and this is written of one")
                    .hint("`--corrected` and `--format json` are about one: name one"),
            );
        }
        let mut texts = Vec::new();
        let mut exit = Exit::Clean;
        for (bill, artifact) in pairs {
            let answer = answer(ctx, &arguments, bill, artifact)?;
            exit = exit.and(answer.exit());
            texts.push(match arguments.format {
                Format::Human => human::text(
                    ctx.terminal(arguments.output.as_deref()),
                    ctx.is_verbose,
                    &answer,
                ),
                Format::Json => json::text(&answer)?,
            });
        }
        output::write(&texts.join("\n"), arguments.output.as_deref())?;
        Ok(exit)
    }
}

/// What holds the bills, and the artifact that they are held against: each wheel for itself, or a bill and its artifact.
fn pairs(paths: &[PathBuf]) -> Result<Vec<(&Path, &Path)>, Failure> {
    let no_wheel = |path: &Path| {
        let shown = path.display();
        let message = format!("`{shown}` is no wheel or conda package that could carry a bill");
        Failure::usage(message)
            .hint("name wheels and packages alone, or a bill and the artifact that it is of")
    };
    let is_wheel = bills::is_carrier;
    match paths {
        [bill, artifact] if !is_wheel(bill) => Ok(vec![(bill, artifact)]),
        _ => paths
            .iter()
            .map(|it| {
                is_wheel(it)
                    .then_some((it.as_path(), it.as_path()))
                    .ok_or_else(|| no_wheel(it))
            })
            .collect(),
    }
}

/// One artifact held against the bills in a file or wheel.
fn answer(
    ctx: &Context,
    arguments: &Arguments,
    bill: &Path,
    artifact: &Path,
) -> Result<Answer, Failure> {
    let (bills, lacks) = read_bills(ctx, bill)?;
    let contents = make::look_into(artifact, &Counted::Given(bills.clone()))?;
    let packages = packages(ctx, artifact);
    let comparison = compare(Knowledge::embedded(), &contents, &bills, &packages);
    if comparison.shown == 0 && bills.is_empty() && packages.installed.is_empty() {
        ctx.note("no bill, and nothing of others' code was seen");
    }
    if let Some(file) = &arguments.corrected {
        let text = correct::text(ctx, artifact, &bills, &packages)?;
        output::write(&text, Some(file))?;
    }
    Ok(Answer {
        artifact: artifact.display().to_string(),
        bills: bills.into_iter().map(|(name, _)| name).collect(),
        lacks,
        fail_on: arguments.fail_on,
        comparison,
    })
}

/// The bills that count, with what the components of each lack; one that cannot be read as a whole is told when it is compared.
fn read_bills(ctx: &Context, path: &Path) -> Result<(Bills, Vec<(String, Lacks)>), Failure> {
    let mut read = Bills::new();
    let mut lacks = Vec::new();
    for bill in bills::read(path)? {
        match bill.bytes {
            Ok(bytes) => {
                if let Ok(document) = document::read(&bytes)
                    && let Ok(facts) = facts::read(&document)
                {
                    let of = Lacks::of(&document, &facts, bill.backend);
                    lacks.push((bill.name.clone(), of));
                }
                read.push((bill.name, Arc::new(bytes)));
            }
            Err(why) => ctx.note(&format!("{}: {why}", bill.name)),
        }
    }
    read.sort();
    lacks.sort_by(|one, other| one.0.cmp(&other.0));
    Ok((read, lacks))
}

/// The packages that are in an artifact besides native code, and those that it only asks for.
fn packages(ctx: &Context, artifact: &Path) -> Packages {
    if let Some(conda) = CondaTarget::at(artifact) {
        return conda.packages();
    }
    let wanted = Wanted {
        python: None,
        platform: None,
    };
    let seen = targets::look_at(ctx, &[artifact.to_owned()], wanted);
    // What is no target of a scan, such as a single library, has no packages.
    let inventories = seen.map(|it| it.inventories).unwrap_or_default();
    let components = inventories.iter().flat_map(|it| &it.components);
    let installed = components
        .map(|it| (it.package.clone(), it.version.clone()))
        .collect();
    let metadata = make::metadata_of(artifact).unwrap_or_default();
    let required = match core_metadata::of_wheel(&metadata) {
        Metadata::Known(requirements) => requirements.into_iter().map(|it| it.package).collect(),
        Metadata::Unknown(_) => Vec::new(),
    };
    Packages {
        installed,
        required,
        of_conda: false,
    }
}

/// What came of a comparison.
struct Answer {
    artifact: String,
    bills: Vec<String>,
    /// What the components of each bill lack.
    lacks: Vec<(String, Lacks)>,
    fail_on: SeverityLevel,
    comparison: Comparison,
}

impl Answer {
    fn exit(&self) -> Exit {
        let fails = |it: &Difference| check_of(it.kind).severity >= self.fail_on;
        // A bill that cannot be read is not true.
        let is_true =
            self.comparison.problems.is_empty() && !self.comparison.differences.iter().any(fails);
        if is_true { Exit::Clean } else { Exit::Findings }
    }
}
