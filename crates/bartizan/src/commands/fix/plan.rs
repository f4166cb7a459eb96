//! The plan: what is wrong with what is there, and which releases are without it.

use std::{collections::BTreeSet, path::Path};

use bartizan_model::{
    ecosystem::Package, finding::VulnerabilityFinding, inventory::Inventory, problem::Problem,
    release::Metadata,
};
use bartizan_vulnerability::{
    ignore,
    scan::scan,
    upgrade::{Situation, Universe as _, UpgradePlan, Wishes},
};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    Arguments,
    answer::Answer,
    apply, install, instead,
    libraries::{Known, Libraries},
    look,
    rounds::Rounds,
};
use crate::{
    context::Context,
    database::{self, Watched},
    error::Failure,
    freshness::Tolerance,
    hygiene, natives,
    releases::{self, Indexes, Releases},
    vex,
};

/// Looks, judges and plans.
pub(super) fn answer(ctx: &Context, arguments: &Arguments) -> Result<Answer, Failure> {
    let tolerance = ctx.tolerance(&arguments.answer.freshness);
    let sources = instead::sources(&arguments.source)?;
    let mut inventories = [look::inventory(ctx, arguments)?];
    let wants_natives = !arguments.no_native && ctx.settings.native;
    if wants_natives {
        natives::look_into(&mut inventories);
    }
    let [inventory] = &inventories;
    let situation = look::situation(inventory, arguments);
    let opened = database::open(ctx, tolerance)?;
    let watched = Watched::new(&opened.database);
    let findings = findings(ctx, &inventories, (&watched, tolerance))?;
    let wishes = wishes(ctx, arguments, &findings);
    let configured = || Indexes::configured(ctx, "planning an upgrade");
    let indexes = arguments.universe.is_none().then(configured).transpose()?;
    let mut problems = inventory.problems.clone();
    let installed = installed(&situation);
    let asked = (&situation, installed.as_slice());
    let (releases, universe) = releases(ctx, arguments, indexes.as_ref(), asked, &mut problems)?;
    let known = Known {
        inventory,
        findings: &findings,
        situation: &situation,
        wishes: &wishes,
        today: today(tolerance),
    };
    let index = releases.index().filter(|_| wants_natives);
    let libraries = Libraries::new(ctx, &watched, known, index);
    let rounds = Rounds {
        situation: &situation,
        wishes: &wishes,
        releases: &releases,
        libraries: &libraries,
        undecided: &needed_but_absent(&situation, &releases),
    };
    let plan = rounds.plan()?;
    let price = rounds.price(&plan)?;
    problems.extend(libraries.problems());
    let applied = arguments
        .apply
        .then(|| apply::apply(inventory, &plan, &releases))
        .transpose()?;
    Ok(Answer {
        instead: instead::of(&opened.database, libraries.unmended(&plan), &sources)?,
        target: inventory.path.clone(),
        environment: situation.environment.describe(),
        universe,
        packages: installed.len(),
        findings: aims(&findings, &wishes) + libraries.findings(&wishes),
        commands: install::commands(inventory, &plan),
        libraries: libraries.told(),
        brought_in: libraries.brought_in(&plan),
        price,
        applied: applied.unwrap_or_default(),
        has_unanswered: watched.has_failed() || releases.has_unanswered(),
        problems: all_of(problems, &plan),
        plan,
        threshold: wishes.severity,
        database: opened.facts,
    })
}

/// All problems, those of the plan among them, each once.
fn all_of(mut problems: Vec<Problem>, plan: &UpgradePlan) -> Vec<Problem> {
    problems.extend(plan.problems.iter().cloned());
    problems.sort();
    problems.dedup();
    problems
}

/// Where releases are looked up, and what that is called.
fn releases<'i>(
    ctx: &Context,
    arguments: &Arguments,
    indexes: Option<&'i Indexes>,
    (situation, installed): (&Situation, &[(Package, String)]),
    problems: &mut Vec<Problem>,
) -> Result<(Releases<'i>, String), Failure> {
    if let Some(indexes) = indexes {
        let universe = indexes.releases(ctx, &situation.environment, installed);
        return Ok((Releases::Index(Box::new(universe)), indexes.names.clone()));
    }
    let file = arguments.universe.as_deref().unwrap_or(Path::new(""));
    let (table, read) = releases::of_file(file)?;
    problems.extend(read);
    Ok((Releases::File(table), file.display().to_string()))
}

/// What the versions that are there ask for and the target does not list: a list of pins need not be complete, and
/// which versions are taken of the rest is the installer's decision before and after.
fn needed_but_absent(situation: &Situation, releases: &Releases<'_>) -> BTreeSet<Package> {
    let mut absent = BTreeSet::new();
    for (package, installed) in &situation.installed {
        if let Ok(Metadata::Known(requirements)) = releases.metadata(package, &installed.version) {
            absent.extend(
                requirements
                    .into_iter()
                    .map(|requirement| requirement.package),
            );
        }
    }
    absent.retain(|package| !situation.installed.contains_key(package));
    absent
}

fn installed(situation: &Situation) -> Vec<(Package, String)> {
    let installed = situation.installed.iter();
    installed
        .map(|(package, installed)| (package.clone(), installed.version.clone()))
        .collect()
}

fn today(tolerance: Tolerance) -> Date {
    tolerance.now.to_zoned(TimeZone::UTC).date()
}

/// What a scan finds, with the ignores and VEX laid over it.
fn findings(
    ctx: &Context,
    inventories: &[Inventory],
    (watched, tolerance): (&Watched<'_>, Tolerance),
) -> Result<Vec<VulnerabilityFinding>, Failure> {
    let mut scanned = scan(inventories, watched);
    let (_, ignores) = hygiene::split(&ctx.settings.ignores);
    drop(ignore::apply(
        &mut scanned.findings,
        &ignores,
        today(tolerance),
    ));
    let stated = vex::read(&ctx.settings.vex)?;
    drop(bartizan_vulnerability::vex::apply(
        &mut scanned.findings,
        &stated.statements,
        inventories,
    ));
    Ok(scanned.findings)
}

fn wishes(ctx: &Context, arguments: &Arguments, findings: &[VulnerabilityFinding]) -> Wishes {
    let names = |names: &[String]| names.iter().map(|name| Package::pypi(name)).collect();
    let live: BTreeSet<&String> = findings
        .iter()
        .filter(|finding| finding.is_live())
        .map(|finding| &finding.group)
        .collect();
    let accepted = findings.iter().map(|finding| &finding.group);
    Wishes {
        severity: arguments.fail_on.unwrap_or(ctx.settings.fail_on),
        only: (!arguments.package.is_empty()).then(|| names(&arguments.package)),
        held: names(&arguments.hold),
        accepted: accepted
            .filter(|group| !live.contains(group))
            .cloned()
            .collect(),
        allows_downgrades: arguments.allow_downgrade,
        exclude_newer: arguments.exclude_newer,
        allows_prereleases: false,
    }
}

/// How many findings are to be removed.
fn aims(findings: &[VulnerabilityFinding], wishes: &Wishes) -> usize {
    let is_wanted = |finding: &&VulnerabilityFinding| {
        let package = &finding.component.package;
        finding.component.native.is_none()
            && finding.component.stated_as.is_none()
            && *package.ecosystem() == bartizan_model::ecosystem::Ecosystem::pypi()
            && wishes
                .only
                .as_ref()
                .is_none_or(|only| only.contains(package))
            && finding.severity.reaches(wishes.severity)
            && !wishes.accepted.contains(&finding.group)
    };
    findings.iter().filter(is_wanted).count()
}
