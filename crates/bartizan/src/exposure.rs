//! `scan --exposure ADVISORY`: of what stands on an affected package, the share whose requirements still admit an affected
//! release, some days after the advisory.
//!
//! Dependants are looked for in a file of releases, or on the configured index among the packages of the targets and of
//! the profile. An index knows no reverse: what is not among them is not counted, and the answer says among how many.

mod human;
mod json;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use bartizan_formats::advisory::{self, Statement};
use bartizan_model::{
    Timestamp,
    advisory::{AliasGroup, Standing},
    ecosystem::{Ecosystem, Package},
    environment::MarkerEnvironment,
    inventory::Inventory,
    problem::Problem,
};
use bartizan_sources::{database::Database, disk};
use bartizan_vulnerability::{
    advisories::Advisories as _,
    matching::Known,
    risk::downstream::{
        Asked, DownstreamExposure, DownstreamFacts, USUAL_DAYS, admits, exposure, moment,
    },
    upgrade::Universe as _,
};

use crate::{
    context::Context,
    database,
    error::{Failure, chain},
    exit::Exit,
    freshness::Tolerance,
    profile::Profile,
    releases::{self, Indexes, Releases},
    report::DatabaseFacts,
    term::Terminal,
};

/// The version of Python that requirements are read for where nobody names one.
const PYTHON: &str = "3.14";

/// What is asked.
pub(crate) struct Question<'a> {
    /// The advisory.
    pub(crate) advisory: &'a str,
    /// A file of releases.
    pub(crate) universe: Option<&'a Path>,
    /// The Python that requirements are read for.
    pub(crate) python: Option<&'a str>,
    /// The targets, whose packages are asked where there is no file.
    pub(crate) inventories: &'a [Inventory],
    /// The profile, whose packages are asked as well.
    pub(crate) profile: &'a Profile,
}

/// The answer, ready to be shown.
struct Answer<'a> {
    advisory: &'a str,
    database: DatabaseFacts,
    /// Where releases were looked up, in words.
    universe: String,
    /// For which Python and platform requirements were read.
    environment: String,
    packages: Vec<OfPackage>,
    problems: Vec<Problem>,
}

/// The answer about one affected package.
struct OfPackage {
    package: Package,
    group: String,
    published: Option<Timestamp>,
    releases: usize,
    affected: usize,
    undecided: usize,
    /// Among how many packages dependants were looked for, and how many there are.
    asked: usize,
    dependants: usize,
    after: Vec<DownstreamExposure>,
}

/// The text of the answer, and the exit code.
pub(crate) fn answer(
    ctx: &Context,
    question: &Question<'_>,
    tolerance: Tolerance,
    (format, terminal): (&str, Terminal),
) -> Result<(String, Exit), Failure> {
    refuse_other(format)?;
    let opened = database::open(ctx, tolerance)?;
    let affected = affected_packages(&opened.database, question.advisory)?;
    let platform = disk::host_platform();
    let environment = MarkerEnvironment::cpython(question.python.unwrap_or(PYTHON), &platform);
    let indexes = match question.universe {
        Some(_) => None,
        None => Some(Indexes::configured(ctx, "looking for dependants")?),
    };
    let names = names(question, &affected);
    let mut problems = Vec::new();
    let (releases, universe) = match (&indexes, question.universe) {
        (Some(indexes), _) => {
            let names: Vec<Package> = names.iter().cloned().collect();
            let universe = indexes.pages(ctx, &environment, &names);
            (Releases::Index(Box::new(universe)), indexes.names.clone())
        }
        (None, file) => {
            let file = file.unwrap_or(Path::new(""));
            let (table, read) = releases::of_file(file)?;
            problems.extend(read);
            (Releases::File(table), file.display().to_string())
        }
    };
    let names = match &releases {
        Releases::File(table) => table.packages.keys().cloned().collect(),
        Releases::Index(_) => names,
    };
    let around = Around {
        releases: &releases,
        names: &names,
        environment: &environment,
        now: known_until(&releases, tolerance.now),
    };
    let mut packages = Vec::new();
    for (package, group, published) in &affected {
        let of = (group, *published);
        packages.push(around.of_package(&opened.database, package, of, &mut problems)?);
    }
    problems.sort();
    problems.dedup();
    let exit = exit(&opened.facts, &packages, releases.has_unanswered());
    let answer = Answer {
        advisory: question.advisory,
        database: opened.facts,
        universe,
        environment: environment.describe(),
        packages,
        problems,
    };
    database::warn_when_stale(ctx, &answer.database);
    let text = if format == "json" {
        json::text(&answer)?
    } else {
        human::text(terminal, ctx.is_verbose, &answer)
    };
    Ok((text, exit))
}

/// A file tells of releases up to its newest: what came after it was made is not in it.
fn known_until(releases: &Releases<'_>, now: Timestamp) -> Timestamp {
    let Releases::File(table) = releases else {
        return now;
    };
    let releases = table.packages.values().flatten();
    let newest = releases.filter_map(|(release, _)| release.uploaded).max();
    newest.unwrap_or(Timestamp::MIN).min(now)
}

fn refuse_other(format: &str) -> Result<(), Failure> {
    if matches!(format, "human" | "json") {
        return Ok(());
    }
    let message = format!("`--exposure` does not write `{format}`");
    Err(Failure::usage(message).hint("it writes `--format human` and `--format json`"))
}

fn exit(database: &DatabaseFacts, packages: &[OfPackage], has_unanswered: bool) -> Exit {
    let found = if packages.is_empty() {
        Exit::NothingToLookAt
    } else {
        Exit::Clean
    };
    let has_data = database.freshness.is_accepted() && !has_unanswered;
    found.and(if has_data { Exit::Clean } else { Exit::Data })
}

/// The Python packages that the records of an advisory name, each with its group.
fn affected_packages(
    database: &Database,
    id: &str,
) -> Result<Vec<(Package, AliasGroup, Option<Timestamp>)>, Failure> {
    let failed = |error| Failure::data(format!("cannot look up `{id}`: {}", chain(&error)));
    let mut found = Vec::new();
    for group in database.groups_of(id.trim()).map_err(failed)? {
        let (mut packages, mut published) = (BTreeSet::new(), None);
        for key in &group.records {
            let stored = database.record(key).map_err(failed)?;
            let Some(stored) = stored.filter(|it| it.standing != Standing::Opinion) else {
                continue;
            };
            let read = advisory::read(&key.id, stored.raw.as_bytes());
            for statement in read.statements {
                let Statement::Record(record) = statement else {
                    continue;
                };
                let record = record.advisory;
                if record.withdrawn.is_some() {
                    continue;
                }
                published = record.published.into_iter().chain(published).min();
                let named = record.affected.into_iter().filter_map(|part| part.package);
                packages.extend(named.filter(|it| *it.ecosystem() == Ecosystem::pypi()));
            }
        }
        found.extend(
            packages
                .into_iter()
                .map(|package| (package, group.clone(), published)),
        );
    }
    Ok(found)
}

/// What may stand on the packages: what the targets hold, and what the profile names.
fn names(
    question: &Question<'_>,
    affected: &[(Package, AliasGroup, Option<Timestamp>)],
) -> BTreeSet<Package> {
    let of_profile = question
        .profile
        .modules()
        .keys()
        .map(|name| Package::pypi(name));
    let components = question.inventories.iter().flat_map(|it| &it.components);
    let of_targets = components
        .map(|component| &component.package)
        .filter(|package| *package.ecosystem() == Ecosystem::pypi());
    let of_advisory = affected.iter().map(|(package, ..)| package);
    of_profile
        .chain(of_targets.chain(of_advisory).cloned())
        .collect()
}

/// Where dependants are looked for.
struct Around<'a> {
    releases: &'a Releases<'a>,
    names: &'a BTreeSet<Package>,
    environment: &'a MarkerEnvironment,
    /// The moment up to which releases are known.
    now: Timestamp,
}

impl Around<'_> {
    fn of_package(
        &self,
        database: &Database,
        package: &Package,
        (group, published): (&AliasGroup, Option<Timestamp>),
        problems: &mut Vec<Problem>,
    ) -> Result<OfPackage, Failure> {
        let listed = self.releases.releases(package).unwrap_or_else(|error| {
            problems.push(Problem::new(package.name(), chain(&error)));
            None
        });
        let listed = listed.unwrap_or_default();
        let yanked: BTreeSet<&str> = listed
            .iter()
            .filter(|release| release.is_yanked)
            .map(|release| release.version.as_str())
            .collect();
        let versions = listed.iter().map(|release| release.version.as_str());
        let affected = affected_releases(database, package, group, versions)?;
        let moments = published.iter().flat_map(|published| {
            let after = USUAL_DAYS
                .iter()
                .filter_map(|days| moment(*published, *days));
            std::iter::once(*published).chain(after)
        });
        let moments: Vec<Timestamp> = moments.filter(|moment| *moment <= self.now).collect();
        let asked = Asked {
            universe: self.releases,
            package,
            environment: self.environment,
            moments: &moments,
        };
        if let Some(index) = self.releases.index() {
            index.prepare(&asked.wanted(self.names));
        }
        let (dependants, unanswered) = asked.dependants(self.names);
        problems.extend(unanswered);
        let admits = |requirement: &str, release: &str| {
            admits(requirement, release, yanked.contains(release))
        };
        let facts = DownstreamFacts {
            published,
            as_of: self.now,
            releases: &affected,
            dependants: &dependants,
            admits: &admits,
        };
        let is = |what: Option<bool>| affected.values().filter(|it| **it == what).count();
        Ok(OfPackage {
            package: package.clone(),
            group: group.shown_as.clone(),
            published,
            releases: affected.len(),
            affected: is(Some(true)),
            undecided: is(None),
            asked: self.names.len().saturating_sub(1),
            dependants: dependants.len(),
            after: USUAL_DAYS
                .iter()
                .map(|days| exposure(&facts, *days))
                .collect(),
        })
    }
}

/// Which releases are affected by a vulnerability; `None` where no record decides.
fn affected_releases<'v>(
    database: &Database,
    package: &Package,
    group: &AliasGroup,
    versions: impl Iterator<Item = &'v str>,
) -> Result<BTreeMap<String, Option<bool>>, Failure> {
    let known = database
        .package(package)
        .map_err(|error| Failure::data(chain(&error)))?;
    let Some(mut known) = known else {
        return Ok(versions.map(|version| (version.to_owned(), None)).collect());
    };
    known.entries.retain(|entry| entry.group == group.key);
    let known = Known::of(&known);
    let judged = versions.map(|version| {
        let report = known.matches(version);
        let is_affected = match (report.matched.is_empty(), report.undecided.is_empty()) {
            (false, _) => Some(true),
            (true, false) => None,
            (true, true) => Some(false),
        };
        (version.to_owned(), is_affected)
    });
    Ok(judged.collect())
}
