//! Libraries that packages carry: which release of the carrier is the first whose copy is without a vulnerability.
//!
//! Metadata tell nothing of them, so that wheels of candidates are looked into: the next release, the newest, and then
//! halves, as many as [`MOST_WHEELS`] for one package. A release between two of which the same was seen is taken to be
//! like them; one that a plan chooses is always looked into.

mod wheel;

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use bartizan_model::{
    ecosystem::Package, finding::VulnerabilityFinding, problem::Problem, severity::Severity,
    version::pep440::Version,
};
use bartizan_sources::index::releases::IndexUniverse;
use bartizan_vulnerability::{
    advisories::AdvisoriesError,
    upgrade::{Judge, KnownVulnerability, Situation, UpgradePlan, Wishes},
};

use crate::{context::Context, database::Watched};
use wheel::Wheels;

/// How many wheels of one package are looked into.
const MOST_WHEELS: usize = 24;

/// A judge that knows of libraries too.
pub(super) struct Libraries<'a> {
    inner: &'a Watched<'a>,
    carriers: BTreeMap<Package, Carrier>,
    wheels: Option<Wheels<'a>>,
    problems: RefCell<BTreeSet<Problem>>,
}

/// A package with vulnerable libraries.
struct Carrier {
    installed: String,
    /// What is wrong with what it carries, by what it is called in the plan: `CVE-2023-4863 (libwebp)`.
    wrong: BTreeMap<String, Severity>,
    /// The same by library and its version.
    libraries: BTreeMap<(String, String), BTreeSet<String>>,
    /// Of releases that were looked into, what is wrong with them; `None` where that cannot be known.
    seen: RefCell<BTreeMap<Version, Seen>>,
    /// Whether more would have to be looked into to know which release is the first.
    is_cut_short: Cell<bool>,
}

/// A version as it is written, and what is wrong with it.
type Seen = (String, Option<BTreeMap<String, Severity>>);

/// What is to be said about a vulnerable library.
pub(super) struct LibraryFix {
    /// What carries it.
    pub(super) package: Package,
    pub(super) from: String,
    pub(super) library: String,
    pub(super) version: String,
    pub(super) groups: Vec<String>,
    /// The first release of the carrier without any of them.
    pub(super) first: Option<String>,
    /// Why there is none.
    pub(super) why: Option<&'static str>,
    /// How many releases were looked into.
    pub(super) looked_into: usize,
    /// Whether an earlier release than the first may do, which was not looked into.
    pub(super) is_cut_short: bool,
}

/// A vulnerability of a library that an upgrade does not remove.
pub(super) struct Unmended {
    pub(super) package: Package,
    pub(super) from: String,
    pub(super) library: String,
    pub(super) version: String,
    pub(super) group: String,
}

impl Unmended {
    /// What it is called in a plan.
    pub(super) fn label(&self) -> String {
        format!("{} ({})", self.group, self.library)
    }
}

impl<'a> Libraries<'a> {
    /// The libraries of what is installed, by the findings about them.
    pub(super) fn new(
        ctx: &'a Context,
        inner: &'a Watched<'a>,
        (findings, situation, wishes): (&[VulnerabilityFinding], &Situation, &Wishes),
        universe: Option<&'a IndexUniverse<'a>>,
    ) -> Self {
        let mut carriers: BTreeMap<Package, Carrier> = BTreeMap::new();
        let is_wanted = |finding: &&VulnerabilityFinding| {
            finding.component.native.is_some()
                && finding.is_live()
                && finding.severity.reaches(wishes.severity)
        };
        for finding in findings.iter().filter(is_wanted) {
            for carrier in finding.carriers() {
                let Some((name, _)) = carrier.rsplit_once(' ') else {
                    continue;
                };
                let package = Package::pypi(name);
                let Some(installed) = situation.installed.get(&package) else {
                    continue;
                };
                let new = Carrier {
                    installed: installed.version.clone(),
                    wrong: BTreeMap::new(),
                    libraries: BTreeMap::new(),
                    seen: RefCell::default(),
                    is_cut_short: Cell::new(false),
                };
                let carrier = carriers.entry(package).or_insert(new);
                carrier
                    .wrong
                    .insert(label(finding), finding.severity.clone());
                let version = finding.component.version.clone();
                let labels = carrier
                    .libraries
                    .entry((library(finding).to_owned(), version));
                labels.or_default().insert(label(finding));
            }
        }
        Self {
            inner,
            carriers,
            wheels: universe.map(|universe| Wheels::new(ctx, universe, inner, wishes.severity)),
            problems: RefCell::default(),
        }
    }

    /// How many findings are to be removed. Where no wheel can be had, nothing of this kind can be planned.
    pub(super) fn findings(&self, wishes: &Wishes) -> usize {
        if self.wheels.is_none() {
            return 0;
        }
        let wanted = self.carriers.iter().filter(|(package, _)| {
            wishes
                .only
                .as_ref()
                .is_none_or(|only| only.contains(*package))
        });
        wanted.map(|(_, carrier)| carrier.wrong.len()).sum()
    }

    /// Looks into the releases that a plan chose; says whether any of them is new to it.
    pub(super) fn verify(&self, plan: &UpgradePlan) -> bool {
        let mut is_new = false;
        for change in &plan.changes {
            let (Some(carrier), Some(to)) = (self.carriers.get(&change.package), &change.to) else {
                continue;
            };
            let Ok(version) = to.parse::<Version>() else {
                continue;
            };
            if !carrier.seen.borrow().contains_key(&version) {
                self.look(&change.package, carrier, to, &version);
                is_new = true;
            }
        }
        is_new
    }

    /// Each vulnerable library, with the first release of its carrier that was seen to be without what is wrong with it.
    pub(super) fn told(&self) -> Vec<LibraryFix> {
        let mut told = Vec::new();
        for (package, carrier) in &self.carriers {
            for ((library, version), labels) in &carrier.libraries {
                let firsts = labels.iter().map(|label| carrier.first_without(label));
                let first: Option<Vec<Version>> = firsts.collect();
                let first = first.and_then(|versions| versions.into_iter().max());
                let why = match (&first, &self.wheels) {
                    (Some(_), _) => None,
                    (None, None) => Some("the releases of a file tell nothing of libraries"),
                    (None, Some(_)) => Some(
                        "no later release was seen to be without all of them: build against a mended library of the system",
                    ),
                };
                told.push(LibraryFix {
                    package: package.clone(),
                    from: carrier.installed.clone(),
                    library: library.clone(),
                    version: version.clone(),
                    groups: labels.iter().map(|label| group(label).to_owned()).collect(),
                    first: first.and_then(|first| carrier.spelled(&first)),
                    why,
                    looked_into: carrier.seen.borrow().len(),
                    is_cut_short: carrier.is_cut_short.get(),
                });
            }
        }
        told
    }

    /// The vulnerabilities of libraries of which no later release of the carrier was seen to be without, and those that
    /// a plan leaves.
    pub(super) fn unmended(&self, plan: &UpgradePlan) -> Vec<Unmended> {
        let mut unmended = Vec::new();
        for (package, carrier) in &self.carriers {
            for ((library, version), labels) in &carrier.libraries {
                let stays = |label: &String| {
                    let mut unfixed = plan.unfixed.iter();
                    unfixed.any(|one| one.package == *package && one.group == *label)
                };
                let is_left =
                    |label: &&String| carrier.first_without(label).is_none() || stays(label);
                unmended.extend(labels.iter().filter(is_left).map(|label| Unmended {
                    package: package.clone(),
                    from: carrier.installed.clone(),
                    library: library.clone(),
                    version: version.clone(),
                    group: group(label).to_owned(),
                }));
            }
        }
        unmended
    }

    /// What the releases that a plan chose carry and what is there does not: package, version, what it is.
    pub(super) fn brought_in(&self, plan: &UpgradePlan) -> Vec<(Package, String, String)> {
        let mut brought = Vec::new();
        for change in &plan.changes {
            let (Some(carrier), Some(to)) = (self.carriers.get(&change.package), &change.to) else {
                continue;
            };
            let seen = carrier.seen.borrow();
            let seen = to
                .parse::<Version>()
                .ok()
                .and_then(|version| seen.get(&version)?.1.clone());
            for label in seen
                .unwrap_or_default()
                .into_keys()
                .filter(|label| !carrier.wrong.contains_key(label))
            {
                brought.push((change.package.clone(), to.clone(), label));
            }
        }
        brought
    }

    /// What could not be looked into.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.problems.borrow().iter().cloned().collect()
    }

    /// Looks into one release.
    fn look(&self, package: &Package, carrier: &Carrier, text: &str, version: &Version) {
        let Some(wheels) = &self.wheels else { return };
        let seen = wheels.wrong(package, text).map(|wrong| {
            let is_unknown = |label: &&String| {
                let mut unknown = wrong.unknown.iter();
                unknown.any(|library| label.ends_with(&format!(" ({library})")))
            };
            // A library of which no version is known is not known to be mended.
            let stays = carrier.wrong.iter().filter(|(label, _)| is_unknown(label));
            let stays: Vec<_> = stays
                .map(|(label, severity)| (label.clone(), severity.clone()))
                .collect();
            wrong.known.into_iter().chain(stays).collect()
        });
        let seen = seen.map_err(|reason| {
            let message = format!("its libraries are not known: {reason}");
            self.problems
                .borrow_mut()
                .insert(Problem::new(format!("{package} {text}"), message));
        });
        carrier
            .seen
            .borrow_mut()
            .insert(version.clone(), (text.to_owned(), seen.ok()));
    }

    /// Looks into as many releases as it takes to know between which two each vulnerability goes.
    fn explore(&self, package: &Package, carrier: &Carrier, versions: &[&str]) {
        let installed = carrier.installed.parse::<Version>().ok();
        let mut later: Vec<(Version, &str)> = versions
            .iter()
            .filter_map(|text| Some((text.parse::<Version>().ok()?, *text)))
            .filter(|(version, _)| installed.as_ref().is_none_or(|own| version > own))
            .filter(|(version, _)| !version.is_prerelease())
            .filter(|(_, text)| {
                self.wheels
                    .as_ref()
                    .is_none_or(|wheels| wheels.has_wheel(package, text))
            })
            .collect();
        later.sort();
        let mut spent = 0;
        let mut look = |place: usize| {
            let Some((version, text)) = later.get(place) else {
                return;
            };
            if carrier.seen.borrow().contains_key(version) {
                return;
            }
            if spent >= MOST_WHEELS {
                carrier.is_cut_short.set(true);
                return;
            }
            spent += 1;
            self.look(package, carrier, text, version);
        };
        let Some(last) = later.len().checked_sub(1) else {
            return;
        };
        look(0);
        look(last);
        for label in carrier.wrong.keys() {
            let is_wrong = |place: usize| {
                let version = later.get(place).map(|(version, _)| version);
                let seen = carrier.seen.borrow();
                let seen = version.and_then(|version| seen.get(version));
                // What cannot be known is no remedy.
                seen.is_some_and(|(_, seen)| {
                    seen.as_ref().is_none_or(|wrong| wrong.contains_key(label))
                })
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

impl Carrier {
    /// What of that which is wrong now is wrong with a release too: what was seen in it, else in the next earlier one
    /// that was looked into. What comes in with a release is told of the plan, and does not forbid it: nearly every
    /// wheel carries a library of which something is known.
    fn wrong_in(&self, text: &str) -> BTreeMap<String, Severity> {
        let Ok(version) = text.parse::<Version>() else {
            return self.wrong.clone();
        };
        let seen = self.seen.borrow();
        let nearest = seen.range(..=&version).next_back();
        let mut wrong = match nearest {
            Some((_, (_, Some(wrong)))) if text != self.installed => wrong.clone(),
            _ => self.wrong.clone(),
        };
        wrong.retain(|label, _| self.wrong.contains_key(label));
        wrong
    }

    /// The first release that was seen without it, and after which it was not seen again.
    fn first_without(&self, label: &str) -> Option<Version> {
        let seen = self.seen.borrow();
        let is_without = |seen: &Seen| {
            seen.1
                .as_ref()
                .is_some_and(|wrong| !wrong.contains_key(label))
        };
        let later = seen.iter().rev().take_while(|(_, seen)| is_without(seen));
        later.last().map(|(version, _)| version.clone())
    }

    /// A version as the index writes it.
    fn spelled(&self, version: &Version) -> Option<String> {
        self.seen
            .borrow()
            .get(version)
            .map(|(text, _)| text.clone())
    }
}

impl Judge for Libraries<'_> {
    fn judge(
        &self,
        package: &Package,
        versions: &[&str],
    ) -> Result<Vec<Vec<KnownVulnerability>>, AdvisoriesError> {
        let mut judged = self.inner.judge(package, versions)?;
        let carrier = self.carriers.get(package).filter(|_| self.wheels.is_some());
        let Some(carrier) = carrier else {
            return Ok(judged);
        };
        if versions.len() > 1 && carrier.seen.borrow().is_empty() {
            self.explore(package, carrier, versions);
        }
        for (known, version) in judged.iter_mut().zip(versions) {
            let wrong = carrier.wrong_in(version);
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

fn library(finding: &VulnerabilityFinding) -> &str {
    let native = finding.component.native.as_ref();
    native.map_or(finding.component.package.name(), |native| {
        &native.component.name
    })
}
