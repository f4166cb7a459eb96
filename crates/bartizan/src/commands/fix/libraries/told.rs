//! What is to be said about libraries: which release mends them, what no release mends, what comes in.

use bartizan_model::{ecosystem::Package, version::pep440::Version};
use bartizan_vulnerability::upgrade::UpgradePlan;

use super::{Libraries, group};

/// What is to be said about a vulnerable library.
pub(in super::super) struct LibraryFix {
    /// What carries it.
    pub(in super::super) package: Package,
    pub(in super::super) from: String,
    pub(in super::super) library: String,
    pub(in super::super) version: String,
    pub(in super::super) groups: Vec<String>,
    /// The first release of the carrier without any of them.
    pub(in super::super) first: Option<String>,
    /// Why there is none.
    pub(in super::super) why: Option<&'static str>,
    /// How many releases were looked into.
    pub(in super::super) looked_into: usize,
    /// Whether an earlier release than the first may do, which was not looked into.
    pub(in super::super) is_cut_short: bool,
}

/// A vulnerability of a library that an upgrade does not remove.
pub(in super::super) struct Unmended {
    pub(in super::super) package: Package,
    pub(in super::super) from: String,
    pub(in super::super) library: String,
    pub(in super::super) version: String,
    pub(in super::super) group: String,
}

impl Unmended {
    /// What it is called in a plan.
    pub(in super::super) fn label(&self) -> String {
        format!("{} ({})", self.group, self.library)
    }
}

impl Libraries<'_> {
    /// Each vulnerable library, with the first release of its carrier that was seen to be without what is wrong with it.
    pub(in super::super) fn told(&self) -> Vec<LibraryFix> {
        let mut told = Vec::new();
        for (package, carrier) in self.carriers.borrow().iter() {
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
                    from: carrier.installed.clone().unwrap_or_default(),
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
    pub(in super::super) fn unmended(&self, plan: &UpgradePlan) -> Vec<Unmended> {
        let mut unmended = Vec::new();
        for (package, carrier) in self.carriers.borrow().iter() {
            for ((library, version), labels) in &carrier.libraries {
                let stays = |label: &String| {
                    let mut unfixed = plan.unfixed.iter();
                    unfixed.any(|one| one.package == *package && one.group == *label)
                };
                let is_left =
                    |label: &&String| carrier.first_without(label).is_none() || stays(label);
                unmended.extend(labels.iter().filter(is_left).map(|label| Unmended {
                    package: package.clone(),
                    from: carrier.installed.clone().unwrap_or_default(),
                    library: library.clone(),
                    version: version.clone(),
                    group: group(label).to_owned(),
                }));
            }
        }
        unmended
    }

    /// What the releases that a plan chose carry and what is there does not: package, version, what it is.
    pub(in super::super) fn brought_in(
        &self,
        plan: &UpgradePlan,
    ) -> Vec<(Package, String, String)> {
        let mut brought = Vec::new();
        for change in &plan.changes {
            let carriers = self.carriers.borrow();
            let (Some(carrier), Some(to)) = (carriers.get(&change.package), &change.to) else {
                continue;
            };
            let new = to
                .parse::<Version>()
                .map(|version| carrier.new_in(&version));
            let new = new.unwrap_or_default().into_iter();
            brought.extend(new.map(|label| (change.package.clone(), to.clone(), label)));
        }
        brought
    }
}
