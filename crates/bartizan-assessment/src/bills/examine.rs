//! The wheel of a release, looked into for its bills and for what they should declare.

use std::sync::Arc;

use bartizan_formats::digest::Digest;
use bartizan_model::{Timestamp, ecosystem::Package};
use bartizan_native::{
    artifact::Bills,
    declared::{Packages, compare},
    knowledge::Knowledge,
};
use bartizan_provenance::ledger::ReleaseStanding;
use bartizan_sbom::{
    document::{self, Document},
    facts::{self, Facts},
    json::Json,
    lacking::{self, Backend, Maker, Origin},
};
use bartizan_sources::index::releases::IndexUniverse;
use serde::{Deserialize, Serialize};

use super::{Examined, ExaminedBill, Limits, ReadBill, ReleaseBills, Schemas, Validity};
use crate::artifact::{Artifacts, Found, KeptBill, LARGEST_REMOTE};

/// The largest bill that is looked at here. Those of the largest wheels have some hundred kilobytes.
const LARGEST_BILL: u64 = 8 << 20;

/// How many errors of a schema are told.
const MOST_ERRORS: usize = 8;

/// What came of looking at the releases of a package.
pub(crate) struct Looked {
    /// The releases, the newest first.
    pub(crate) releases: Vec<ReleaseBills>,
    /// Why the latest one was not looked into.
    pub(crate) latest: Result<(), String>,
    /// How many older wheels were left to the next assessment.
    pub(crate) left: usize,
}

/// What a look needs.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// Files of releases.
    pub(crate) artifacts: &'a Artifacts<'a>,
    /// What is kept by the digests of files.
    pub(crate) universe: &'a IndexUniverse<'a>,
    /// What validates bills.
    pub(crate) schemas: &'a Schemas,
    /// How far older wheels are looked into.
    pub(crate) limits: Limits,
}

/// Looks at the bills of the releases of a package. `latest` is the version that people get.
pub(crate) fn look(
    ground: Ground<'_>,
    package: &Package,
    latest: Option<&str>,
    standings: &[ReleaseStanding<'_>],
) -> Looked {
    let examiner = Examiner { ground, package };
    let mut budget = ground.limits;
    let mut looked = Looked {
        releases: Vec::new(),
        latest: Ok(()),
        left: 0,
    };
    let mut is_latest_told = latest.is_none();
    for standing in standings {
        let is_latest = latest == Some(standing.version);
        let found = if is_latest {
            is_latest_told = true;
            let answer = examiner.release(standing.version, None);
            answer.unwrap_or_else(|why| {
                looked.latest = Err(why);
                None
            })
        } else {
            // Why an older one cannot be had was told when it was the latest, or is told by the ledger.
            examiner
                .release(standing.version, Some((&mut budget, &mut looked.left)))
                .unwrap_or_default()
        };
        looked.releases.push(ReleaseBills {
            version: standing.version.to_owned(),
            uploaded: standing.uploaded,
            wheels: standing.sboms(),
            examined: found,
        });
    }
    if !is_latest_told {
        // Files at hand that no ledger dates, or a latest release from before the time that is told.
        if let Some(version) = latest {
            match examiner.release(version, None) {
                Ok(None) => {}
                Ok(Some(found)) => looked.releases.insert(0, alone(version, None, found)),
                Err(why) => looked.latest = Err(why),
            }
        }
    }
    looked
}

/// A release of which nothing but its wheel is known.
fn alone(version: &str, uploaded: Option<Timestamp>, examined: Examined) -> ReleaseBills {
    ReleaseBills {
        version: version.to_owned(),
        uploaded,
        wheels: (0, 0),
        examined: Some(examined),
    }
}

struct Examiner<'a> {
    ground: Ground<'a>,
    package: &'a Package,
}

impl Examiner<'_> {
    /// What the wheel of a release holds; none where it has no wheel. Within a budget, one that would have to be fetched as a
    /// whole counts, and is left where nothing of the budget is.
    fn release(
        &self,
        version: &str,
        budget: Option<(&mut Limits, &mut usize)>,
    ) -> Result<Option<Examined>, String> {
        let Some(found) = self.ground.artifacts.wheel(self.package, version)? else {
            return Ok(None);
        };
        if self.ground.artifacts.is_known(&found) {
            return self.wheel(&found, version).map(Some);
        }
        if found.size().is_some_and(|size| size > LARGEST_REMOTE) {
            // Never read as a whole: what directories tell is all that will be known.
            return Ok(None);
        }
        if let Some((limits, left)) = budget {
            if found.size().is_none_or(|size| size > limits.bytes) {
                return Ok(None);
            }
            let Some(fewer) = limits.wheels.checked_sub(1) else {
                *left += 1;
                return Ok(None);
            };
            limits.wheels = fewer;
        }
        self.wheel(&found, version).map(Some)
    }

    fn wheel(&self, found: &Found<'_>, version: &str) -> Result<Examined, String> {
        let contents = self
            .ground
            .artifacts
            .contents(found, self.package, version)?;
        let kept = self.ground.artifacts.bills(found, LARGEST_BILL)?;
        let backend = kept.backend();
        let bills = kept.bills.iter().map(|it| self.bill(it, backend));
        let readable: Bills = kept
            .bills
            .iter()
            .filter_map(|it| {
                let bytes = it.text.as_ref().ok()?.clone().into_bytes();
                Some((it.name.clone(), Arc::new(bytes)))
            })
            .collect();
        let packages = Packages {
            installed: vec![(self.package.clone(), version.to_owned())],
            required: kept.required(),
            of_conda: false,
        };
        let unread = contents.problems.len();
        Ok(Examined {
            file: found.name.clone(),
            sha256: found.digest,
            bills: bills.collect(),
            comparison: compare(Knowledge::embedded(), &[contents], &readable, &packages),
            unread,
        })
    }

    fn bill(&self, kept: &KeptBill, backend: Backend) -> ExaminedBill {
        let text = match &kept.text {
            Ok(text) => text,
            Err(why) => {
                return ExaminedBill {
                    name: kept.name.clone(),
                    read: Err(why.clone()),
                    validity: Validity::Unknown(why.clone()),
                };
            }
        };
        let document = document::read(text.as_bytes());
        let read = document.and_then(|document| {
            let facts = facts::read(&document)?;
            Ok((document, facts))
        });
        match read {
            Ok((document, facts)) => ExaminedBill {
                name: kept.name.clone(),
                validity: self.validity(text, &document),
                read: Ok(ReadBill::of(&document, &facts, backend)),
            },
            Err(error) => {
                let why = error.to_string();
                ExaminedBill {
                    name: kept.name.clone(),
                    validity: if error.is_unread() {
                        Validity::Unknown(why.clone())
                    } else {
                        Validity::Invalid {
                            errors: vec![why.clone()],
                            count: 1,
                        }
                    },
                    read: Err(why),
                }
            }
        }
    }

    /// Whether a bill is valid, decided once for a bill and the schemas at hand.
    fn validity(&self, text: &str, document: &Document<Json<'_>>) -> Validity {
        let digest = Digest::of(text.as_bytes());
        let kind = format!("valid-{}", self.ground.schemas.mark);
        let universe = self.ground.universe;
        let kept = universe.kept_of(&digest, &kind);
        if let Some(kept) = kept.and_then(|it| serde_json::from_slice::<KeptValidity>(&it).ok()) {
            return kept.restored();
        }
        match self.ground.schemas.shelf.errors(document) {
            Ok(errors) => {
                let shown = errors.iter().take(MOST_ERRORS).map(|it| {
                    let place = if it.place.is_empty() {
                        "the document"
                    } else {
                        &it.place
                    };
                    format!("{place}: {}", it.message)
                });
                let kept = KeptValidity {
                    errors: shown.collect(),
                    count: errors.len(),
                };
                if let Ok(bytes) = serde_json::to_vec(&kept) {
                    universe.keep_of(&digest, &kind, &bytes);
                }
                kept.restored()
            }
            Err(error) => Validity::Unknown(error.to_string()),
        }
    }
}

impl ReadBill {
    /// What is told of a bill that could be read, in a wheel of a backend.
    pub fn of(document: &Document<Json<'_>>, facts: &Facts, backend: Backend) -> Self {
        Self {
            format: format!("{} {}", document.format.title(), document.version),
            components: facts.items.len(),
            lacking: lacking::of(document, facts),
            origin: Origin {
                maker: Maker::of(&facts.tools),
                backend: Some(backend),
            },
        }
    }
}

/// What a schema said, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptValidity {
    errors: Vec<String>,
    count: usize,
}

impl KeptValidity {
    fn restored(self) -> Validity {
        match self.count {
            0 => Validity::Valid,
            count => Validity::Invalid {
                errors: self.errors,
                count,
            },
        }
    }
}

#[cfg(test)]
mod tests;
