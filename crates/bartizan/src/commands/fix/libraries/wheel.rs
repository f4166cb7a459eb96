//! What is wrong with the libraries of one wheel of an index: looked into by parts, and kept by the wheel's digest.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::index::ListedFile;

use bartizan_model::{
    ecosystem::Package,
    inventory::{Component, Inventory},
    native::{Carrier, Confidence, Contents, Linkage, NativeComponent, Origin},
    purl::Purl,
    severity::{Severity, SeverityLevel},
};
use bartizan_native::{artifact, knowledge::Knowledge};
use bartizan_sources::index::releases::IndexUniverse;
use bartizan_vulnerability::{ignore, natives, scan::scan, upgrade::Universe as _};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::label;
use crate::{context::Context, database::Watched, hygiene, natives::names};

/// Looks into wheels.
pub(super) struct Wheels<'a> {
    ctx: &'a Context,
    universe: &'a IndexUniverse<'a>,
    advisories: &'a Watched<'a>,
    threshold: SeverityLevel,
    /// The day on which ignores hold.
    today: Date,
}

/// What is wrong with the libraries of a release.
pub(super) struct Wrong {
    /// What is known.
    pub(super) known: BTreeMap<String, Severity>,
    /// The libraries of which nothing is known, as no version of them is.
    pub(super) unknown: BTreeSet<String>,
}

/// A component as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    name: String,
    library: Option<String>,
    version: Option<String>,
    purl: Option<String>,
    origin: u8,
}

impl<'a> Wheels<'a> {
    pub(super) fn new(
        ctx: &'a Context,
        universe: &'a IndexUniverse<'a>,
        advisories: &'a Watched<'a>,
        (threshold, today): (SeverityLevel, Date),
    ) -> Self {
        Self {
            ctx,
            universe,
            advisories,
            threshold,
            today,
        }
    }

    /// The versions of a package, in any order.
    pub(super) fn versions(&self, package: &Package) -> Vec<String> {
        let releases = self.universe.releases(package).ok().flatten();
        let releases = releases.unwrap_or_default().into_iter();
        releases.map(|release| release.version).collect()
    }

    /// Whether a release has a wheel for the environment.
    pub(super) fn has_wheel(&self, package: &Package, version: &str) -> bool {
        self.universe
            .file(package, version)
            .is_some_and(|file| file.is_wheel() && !file.is_yanked)
    }

    /// What is known to be wrong with the libraries of a release.
    pub(super) fn wrong(&self, package: &Package, version: &str) -> Result<Wrong, String> {
        let file = self
            .universe
            .file(package, version)
            .ok_or("it has no file for this platform")?;
        if !file.is_wheel() {
            return Err("it has no wheel".to_owned());
        }
        let kind = format!("natives-{:08x}", Knowledge::embedded_fingerprint());
        let kept = self.universe.kept(&file, &kind);
        let kept = kept.and_then(|bytes| serde_json::from_slice::<Vec<Kept>>(&bytes).ok());
        let components = if let Some(kept) = kept {
            kept.into_iter().filter_map(Kept::restored).collect()
        } else {
            let components = self.look_into(&file)?;
            let kept: Vec<Kept> = components.iter().map(Kept::of).collect();
            if let Ok(bytes) = serde_json::to_vec(&kept) {
                self.universe.keep(&file, &kind, &bytes);
            }
            components
        };
        Ok(self.judged(package, version, components))
    }

    fn look_into(&self, file: &ListedFile) -> Result<Vec<NativeComponent>, String> {
        self.ctx.note(&format!("looking into {}", file.name));
        let tree = self.universe.open(file)?;
        let contents = artifact::inspect(&tree, tree.path(), Knowledge::embedded());
        let contents = contents.map_err(|error| error.describe())?;
        let mut problems = contents.iter().flat_map(|contents| &contents.problems);
        if let Some(problem) = problems.next() {
            return Err(format!("{}: {}", problem.subject, problem.message));
        }
        let components = contents
            .into_iter()
            .flat_map(|contents| contents.components);
        Ok(components.collect())
    }

    fn judged(&self, package: &Package, version: &str, components: Vec<NativeComponent>) -> Wrong {
        let mut inventory = Inventory {
            components: vec![Component::new(package.clone(), version, "")],
            ..Inventory::default()
        };
        let contents = Contents {
            carrier: Some(Carrier {
                package: package.clone(),
                version: version.to_owned(),
            }),
            components,
            ..Contents::default()
        };
        let knowledge = Knowledge::embedded();
        let name = |component: &NativeComponent| {
            Some(names(knowledge.library(component.library.as_deref()?)?))
        };
        natives::join(&mut inventory, vec![contents], &name);
        // A library of which one file tells a version is of that version.
        let of_components = inventory.components.iter();
        let known: BTreeSet<String> = of_components
            .filter_map(|component| Some(component.native.as_ref()?.component.name.clone()))
            .collect();
        let unknown = inventory
            .unknown_natives
            .iter()
            .map(|unknown| unknown.name.clone())
            .filter(|name| !known.contains(name))
            .collect();
        let mut scanned = scan(&[inventory], self.advisories);
        // What the user ignores, here or anywhere, is no reason against a release.
        let (_, ignores) = hygiene::split(&self.ctx.settings.ignores);
        drop(ignore::apply(&mut scanned.findings, &ignores, self.today));
        let wrong = scanned.findings.into_iter().filter(|finding| {
            finding.component.native.is_some()
                && finding.is_live()
                && finding.severity.reaches(self.threshold)
        });
        Wrong {
            known: wrong
                .map(|finding| (label(&finding), finding.severity))
                .collect(),
            unknown,
        }
    }
}

impl Kept {
    fn of(component: &NativeComponent) -> Self {
        Self {
            name: component.name.clone(),
            library: component.library.clone(),
            version: component.version.clone(),
            purl: component.purl.as_ref().map(ToString::to_string),
            origin: match component.origin {
                Origin::SelfBuilt => 0,
                Origin::DistributionBuilt => 1,
                Origin::Unknown => 2,
            },
        }
    }

    /// As much of it as judging asks for.
    fn restored(self) -> Option<NativeComponent> {
        let purl: Option<Purl> = match self.purl {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        Some(NativeComponent {
            name: self.name,
            library: self.library,
            version: self.version,
            reason: None,
            purl,
            cpe: None,
            confidence: Confidence::Low,
            origin: match self.origin {
                0 => Origin::SelfBuilt,
                1 => Origin::DistributionBuilt,
                _ => Origin::Unknown,
            },
            linkage: Linkage::Vendored,
            files: Vec::new(),
            evidence: Vec::new(),
        })
    }
}
