//! The plan: what is wrong with what is there, and which releases are without it.

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use bartizan_model::{
    ecosystem::Package, finding::VulnerabilityFinding, inventory::Inventory, problem::Problem,
    release::Metadata,
};
use bartizan_vulnerability::{
    ignore,
    scan::scan,
    upgrade::{self, Budget, Situation, Universe as _, UpgradePlan, Wishes},
};
use jiff::tz::TimeZone;

use super::{Arguments, answer::Answer, apply, install, instead, libraries::Libraries, look};
use crate::{
    context::Context,
    database::{self, Watched},
    error::{Failure, chain},
    freshness::Tolerance,
    hygiene, natives,
    releases::{self, Indexes, Releases},
    vex,
};

/// After so long the search gives up, and says so.
const LONGEST: Duration = Duration::from_mins(2);

/// How often it is planned again for what was seen in the wheels that were chosen.
const MOST_ROUNDS: usize = 4;

/// Looks, judges and plans.
pub(super) fn answer(ctx: &Context, arguments: &Arguments) -> Result<Answer, Failure> {
    let tolerance = ctx.tolerance(&arguments.answer.freshness);
    let sources = instead::sources(&arguments.source)?;
    let mut inventories = [look::inventory(ctx, arguments)?];
    if !arguments.no_native && ctx.settings.native {
        natives::look_into(&mut inventories);
    }
    let [inventory] = &inventories;
    let situation = look::situation(inventory, arguments);
    let opened = database::open(ctx, tolerance)?;
    let watched = Watched::new(&opened.database);
    let findings = findings(ctx, &inventories, (&watched, tolerance))?;
    let wishes = wishes(ctx, arguments, &findings);
    let indexes = match arguments.universe {
        Some(_) => None,
        None => Some(Indexes::configured(ctx, "planning an upgrade")?),
    };
    let mut problems = inventory.problems.clone();
    let installed = installed(&situation);
    let asked = (&situation, installed.as_slice());
    let (releases, universe) = releases(ctx, arguments, indexes.as_ref(), asked, &mut problems)?;
    let known = (findings.as_slice(), &situation, &wishes);
    let libraries = Libraries::new(ctx, &watched, known, releases.index());
    let mut plan = planned((&situation, &wishes), &releases, &libraries)?;
    let unpinned = needed_but_absent(&situation, &releases);
    plan.changes
        .retain(|change| change.from.is_some() || !unpinned.contains(&change.package));
    problems.extend(libraries.problems());
    problems.extend(plan.problems.iter().cloned());
    problems.sort();
    problems.dedup();
    let applied = if arguments.apply {
        apply::apply(inventory, &plan, &releases)?
    } else {
        Vec::new()
    };
    let unmended = libraries.unmended(&plan);
    Ok(Answer {
        instead: instead::of(&opened.database, unmended, &sources)?,
        target: inventory.path.clone(),
        environment: situation.environment.describe(),
        universe,
        packages: installed.len(),
        findings: aims(&findings, &wishes) + libraries.findings(&wishes),
        commands: install::commands(inventory, &plan),
        libraries: libraries.told(),
        brought_in: libraries.brought_in(&plan),
        applied,
        has_unanswered: watched.has_failed() || releases.has_unanswered(),
        plan,
        problems,
        threshold: wishes.severity,
        database: opened.facts,
    })
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

/// Plans. A release that is chosen and was not looked into for its libraries is looked into, and then it is planned
/// again.
fn planned(
    (situation, wishes): (&Situation, &Wishes),
    releases: &Releases<'_>,
    libraries: &Libraries<'_>,
) -> Result<UpgradePlan, Failure> {
    let start = Instant::now();
    let budget = Budget {
        is_over: &|| start.elapsed() > LONGEST,
        ..Budget::generous()
    };
    let plan = || {
        let plan = upgrade::plan(situation, wishes, releases, libraries, budget);
        plan.map_err(|error| Failure::data(chain(&error)))
    };
    let mut planned = plan()?;
    let mut rounds = 0;
    while rounds < MOST_ROUNDS && libraries.verify(&planned) {
        planned = plan()?;
        rounds += 1;
    }
    Ok(planned)
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

/// What a scan finds, with the ignores and VEX laid over it.
fn findings(
    ctx: &Context,
    inventories: &[Inventory],
    (watched, tolerance): (&Watched<'_>, Tolerance),
) -> Result<Vec<VulnerabilityFinding>, Failure> {
    let mut scanned = scan(inventories, watched);
    let today = tolerance.now.to_zoned(TimeZone::UTC).date();
    let (_, ignores) = hygiene::split(&ctx.settings.ignores);
    drop(ignore::apply(&mut scanned.findings, &ignores, today));
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
