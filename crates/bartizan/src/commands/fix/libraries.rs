//! Libraries that packages carry: which release of the carrier is the first whose copy is without a vulnerability, and
//! which releases would bring in another one.
//!
//! Metadata tell nothing of them, so that wheels of candidates are looked into: the next release, the newest, and then
//! halves, as many as [`MOST_WHEELS`] for one package. A release between two of which the same was seen is taken to be
//! like them; one that a plan chooses is always looked into, whatever package it is of, and where it brings something in
//! it is forbidden, and planned again.

mod carrier;
mod told;
mod wheel;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use bartizan_model::{
    ecosystem::Package, finding::VulnerabilityFinding, inventory::Inventory, problem::Problem,
    version::pep440::Version,
};
use bartizan_sources::index::releases::IndexUniverse;
use bartizan_vulnerability::{
    advisories::AdvisoriesError,
    upgrade::{Change, Judge, KnownVulnerability, Situation, UpgradePlan, Wishes},
};

use jiff::civil::Date;

use super::look;
use crate::{context::Context, database::Watched};
use carrier::Carrier;
use wheel::Wheels;

pub(super) use told::{LibraryFix, Unmended};

/// How many wheels of one package are looked into to find out where something begins or ends.
const MOST_WHEELS: usize = 24;

/// A judge that knows of libraries too.
pub(super) struct Libraries<'a> {
    inner: &'a Watched<'a>,
    carriers: RefCell<BTreeMap<Package, Rc<Carrier>>>,
    wheels: Option<Wheels<'a>>,
    /// Whether the libraries of what is there were looked at; else its wheels are.
    knows_present: bool,
    accepted: BTreeSet<String>,
    /// Whether a release that brings something in is forbidden.
    forbids_new: Cell<bool>,
    problems: RefCell<BTreeSet<Problem>>,
}

/// What is known before wheels are looked into.
#[derive(Clone, Copy)]
pub(super) struct Known<'k> {
    pub(super) inventory: &'k Inventory,
    pub(super) findings: &'k [VulnerabilityFinding],
    pub(super) situation: &'k Situation,
    pub(super) wishes: &'k Wishes,
    /// The day on which ignores hold.
    pub(super) today: Date,
}

impl<'a> Libraries<'a> {
    /// The libraries of what is installed, by the findings about them. Without an index none can be looked into.
    pub(super) fn new(
        ctx: &'a Context,
        inner: &'a Watched<'a>,
        known: Known<'_>,
        universe: Option<&'a IndexUniverse<'a>>,
    ) -> Self {
        let when = (known.wishes.severity, known.today);
        let carriers = carriers(known).into_iter();
        Self {
            inner,
            carriers: RefCell::new(carriers.map(|(it, of)| (it, Rc::new(of))).collect()),
            wheels: universe.map(|universe| Wheels::new(ctx, universe, inner, when)),
            knows_present: look::is_environment(known.inventory),
            accepted: known.wishes.accepted.clone(),
            forbids_new: Cell::new(true),
            problems: RefCell::default(),
        }
    }

    /// How many findings are to be removed. Where no wheel can be had, nothing of this kind can be planned.
    pub(super) fn findings(&self, wishes: &Wishes) -> usize {
        if self.wheels.is_none() {
            return 0;
        }
        let is_wanted = |package: &Package| {
            let only = wishes.only.as_ref();
            only.is_none_or(|only| only.contains(package))
        };
        let carriers = self.carriers.borrow();
        let wanted = carriers.iter().filter(|(package, _)| is_wanted(package));
        wanted.map(|(_, carrier)| carrier.wrong.len()).sum()
    }

    /// Whether what a release brings in forbids it, or is only told.
    pub(super) fn forbid_new(&self, forbids: bool) {
        self.forbids_new.set(forbids);
    }

    /// Whether a release was looked into that brings something in.
    pub(super) fn forbids_any(&self) -> bool {
        let carriers = self.carriers.borrow();
        carriers.values().any(|carrier| {
            let seen = carrier.seen.borrow();
            seen.keys()
                .any(|version| !carrier.new_in(version).is_empty())
        })
    }

    /// Looks into the releases that a plan chose, but for those that were not decided by it; says whether any of them is
    /// new to it.
    pub(super) fn verify(&self, plan: &UpgradePlan, undecided: &BTreeSet<Package>) -> bool {
        let mut is_new = false;
        let decided = plan
            .changes
            .iter()
            .filter(|change| change.from.is_some() || !undecided.contains(&change.package));
        for change in decided {
            let version = change.to.as_ref().and_then(|to| to.parse::<Version>().ok());
            let (Some(to), Some(version)) = (&change.to, version) else {
                continue;
            };
            let Some(carrier) = self.carrier(change) else {
                continue;
            };
            let known = carrier.seen.borrow().len();
            if !carrier.seen.borrow().contains_key(&version) {
                self.look(&change.package, &carrier, to, &version);
            }
            if self.forbids_new.get() {
                self.narrow_new(&change.package, &carrier, &version);
            }
            is_new |= carrier.seen.borrow().len() > known;
        }
        is_new
    }

    /// Finds out up to which release something comes in: after the one that was chosen, where it does there, or else
    /// before it, where it did in an earlier one.
    fn narrow_new(&self, package: &Package, carrier: &Carrier, chosen: &Version) {
        let new = carrier.new_in(chosen);
        if !new.is_empty() {
            let after = self.wheels_from(package, |it| it >= chosen);
            return self.narrow(package, carrier, &after, &new);
        }
        let Some(before) = carrier.last_with_new(chosen) else {
            return;
        };
        let between = self.wheels_from(package, |it| (&before..=chosen).contains(&it));
        self.narrow(package, carrier, &between, &carrier.new_in(&before));
    }

    /// What is known of a package that changes; none where no wheel can be looked into.
    fn carrier(&self, change: &Change) -> Option<Rc<Carrier>> {
        let wheels = self.wheels.as_ref()?;
        if let Some(known) = self.carriers.borrow().get(&change.package) {
            return Some(Rc::clone(known));
        }
        let mut carrier = Carrier {
            installed: change.from.clone(),
            accepted: self.accepted.clone(),
            ..Carrier::default()
        };
        if let Some(from) = change.from.as_ref().filter(|_| !self.knows_present) {
            match wheels.wrong(&change.package, from) {
                Ok(wrong) => {
                    carrier.present = wrong.known.into_keys().collect();
                    carrier.unknown = wrong.unknown;
                }
                Err(reason) => {
                    carrier.is_present_unknown = true;
                    let reason =
                        format!("{reason}; what other releases carry is not held against it");
                    self.problem(&change.package, from, &reason);
                }
            }
        }
        let carrier = Rc::new(carrier);
        let mut carriers = self.carriers.borrow_mut();
        carriers.insert(change.package.clone(), Rc::clone(&carrier));
        Some(carrier)
    }

    /// What could not be looked into.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.problems.borrow().iter().cloned().collect()
    }

    fn problem(&self, package: &Package, version: &str, reason: &str) {
        let message = format!("its libraries are not known: {reason}");
        let problem = Problem::new(format!("{package} {version}"), message);
        self.problems.borrow_mut().insert(problem);
    }

    /// Looks into one release.
    fn look(&self, package: &Package, carrier: &Carrier, text: &str, version: &Version) {
        let Some(wheels) = &self.wheels else { return };
        let seen = wheels.wrong(package, text).map(|wrong| {
            // A library of which no version is known is not known to be mended.
            let stays = carrier.wrong.iter();
            let stays = stays.filter(|(label, _)| wrong.unknown.contains(library_of(label)));
            let stays: Vec<_> = stays
                .map(|(label, severity)| (label.clone(), severity.clone()))
                .collect();
            wrong.known.into_iter().chain(stays).collect()
        });
        let seen = seen.map_err(|reason| self.problem(package, text, &reason));
        let mut all = carrier.seen.borrow_mut();
        all.insert(version.clone(), (text.to_owned(), seen.ok()));
    }

    /// The releases of a package that have a wheel, lowest first.
    fn wheels_from(
        &self,
        package: &Package,
        is_wanted: impl Fn(&Version) -> bool,
    ) -> Vec<(Version, String)> {
        let Some(wheels) = &self.wheels else {
            return Vec::new();
        };
        let listed = wheels.versions(package).into_iter();
        let parsed = listed.filter_map(|text| Some((text.parse::<Version>().ok()?, text)));
        let mut wanted: Vec<(Version, String)> = parsed
            .filter(|(version, text)| {
                is_wanted(version) && !version.is_prerelease() && wheels.has_wheel(package, text)
            })
            .collect();
        wanted.sort();
        wanted
    }

    /// Looks into as many releases as it takes to know between which two each vulnerability goes.
    fn narrow(
        &self,
        package: &Package,
        carrier: &Carrier,
        later: &[(Version, String)],
        labels: &[String],
    ) {
        let look = |place: usize| {
            let Some((version, text)) = later.get(place) else {
                return;
            };
            if carrier.seen.borrow().contains_key(version) {
                return;
            }
            if carrier.spent.get() >= MOST_WHEELS {
                carrier.is_cut_short.set(true);
                return;
            }
            carrier.spent.set(carrier.spent.get() + 1);
            self.look(package, carrier, text, version);
        };
        let Some(last) = later.len().checked_sub(1) else {
            return;
        };
        look(0);
        look(last);
        for label in labels {
            let is_wrong = |place: usize| {
                let version = later.get(place).map(|(version, _)| version);
                version.is_some_and(|version| carrier.is_wrong(version, label))
            };
            if !is_wrong(0) || is_wrong(last) {
                continue;
            }
            let (mut bad, mut good) = (0, last);
            while good - bad > 1 {
                let middle = bad + (good - bad) / 2;
                look(middle);
                if is_wrong(middle) {
                    bad = middle;
                } else {
                    good = middle;
                }
            }
        }
    }
}

/// What carries libraries of which something is known, in what is there.
fn carriers(known: Known<'_>) -> BTreeMap<Package, Carrier> {
    let wishes = known.wishes;
    let mut carriers: BTreeMap<Package, Carrier> = BTreeMap::new();
    let is_wanted = |finding: &&VulnerabilityFinding| {
        finding.component.native.is_some() && finding.severity.reaches(wishes.severity)
    };
    let package_of = |carrier: &str| {
        let (name, _) = carrier.rsplit_once(' ')?;
        let package = Package::pypi(name);
        let installed = known.situation.installed.get(&package)?;
        Some((package, installed.version.clone()))
    };
    for finding in known.findings.iter().filter(is_wanted) {
        for (package, installed) in finding.carriers().into_iter().filter_map(package_of) {
            let carrier = carriers.entry(package).or_default();
            carrier.installed = Some(installed);
            carrier.accepted.clone_from(&wishes.accepted);
            carrier.present.insert(label(finding));
            if !finding.is_live() {
                continue;
            }
            carrier
                .wrong
                .insert(label(finding), finding.severity.clone());
            let of = (
                library(finding).to_owned(),
                finding.component.version.clone(),
            );
            carrier
                .libraries
                .entry(of)
                .or_default()
                .insert(label(finding));
        }
    }
    for unknown in &known.inventory.unknown_natives {
        if let Some((package, installed)) = package_of(&unknown.carrier) {
            let carrier = carriers.entry(package).or_default();
            carrier.installed = Some(installed);
            carrier.accepted.clone_from(&wishes.accepted);
            carrier.unknown.insert(unknown.name.clone());
        }
    }
    carriers
}

impl Judge for Libraries<'_> {
    fn judge(
        &self,
        package: &Package,
        versions: &[&str],
    ) -> Result<Vec<Vec<KnownVulnerability>>, AdvisoriesError> {
        let mut judged = self.inner.judge(package, versions)?;
        let carrier = self.carriers.borrow().get(package).map(Rc::clone);
        let Some(carrier) = carrier.filter(|_| self.wheels.is_some()) else {
            return Ok(judged);
        };
        let is_new = versions.len() > 1 && carrier.seen.borrow().is_empty();
        if is_new && !carrier.wrong.is_empty() {
            let installed = carrier.installed.as_ref();
            let installed = installed.and_then(|it| it.parse::<Version>().ok());
            let is_later = |it: &Version| installed.as_ref().is_none_or(|own| it > own);
            let labels: Vec<String> = carrier.wrong.keys().cloned().collect();
            self.narrow(
                package,
                &carrier,
                &self.wheels_from(package, is_later),
                &labels,
            );
        }
        for (known, version) in judged.iter_mut().zip(versions) {
            let wrong = carrier.wrong_in(version, self.forbids_new.get());
            known.extend(
                wrong
                    .into_iter()
                    .map(|(group, severity)| KnownVulnerability { group, severity }),
            );
        }
        Ok(judged)
    }
}

/// What a finding about a library is called in a plan.
fn label(finding: &VulnerabilityFinding) -> String {
    format!("{} ({})", finding.group, library(finding))
}

/// The group of such a label.
fn group(label: &str) -> &str {
    label.rsplit_once(" (").map_or(label, |(group, _)| group)
}

/// The library of such a label.
fn library_of(label: &str) -> &str {
    let library = label.rsplit_once(" (").map(|(_, library)| library);
    library.map_or("", |library| library.trim_end_matches(')'))
}

fn library(finding: &VulnerabilityFinding) -> &str {
    let native = finding.component.native.as_ref();
    native.map_or(finding.component.package.name(), |native| {
        &native.component.name
    })
}
