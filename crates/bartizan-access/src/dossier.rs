//! What an audit says of people, as it is kept for those who may know it: the ledger, the findings, what would happen if second
//! factors were required. It names people and is private; what is public is in [`crate::counts`].

use std::collections::BTreeMap;

use bartizan_formats::{digest::Digest, moment};
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    audit::{Audit, FactorCounts, Question, evidence},
    ledger::{Line, MOST_MISSING, Missing, Verdict},
};

/// The largest that is read: a line has some hundred bytes, and organisations of 2,000 people some 20,000 rights.
pub const LARGEST_DOSSIER: usize = 256 << 20;

/// The version of the form.
const VERSION: u32 = 1;

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dossier {
    /// The version of the form.
    pub version: u32,
    /// The digest of the snapshot that was judged.
    pub snapshot: String,
    /// The moment that counted as now.
    #[serde(with = "moment")]
    pub as_of: Timestamp,
    /// The ledger, by right.
    pub ledger: Vec<RightLine>,
    /// What was found.
    pub findings: Vec<FoundLine>,
    /// What would happen if second factors were required, by organisation.
    pub enforcement: Vec<Simulated>,
    /// What could not be judged.
    pub unjudged: Vec<UnjudgedLine>,
}

/// A right and whether it is used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RightLine {
    /// The right in words.
    pub right: String,
    /// Where it holds.
    pub place: String,
    /// Whose it is.
    pub account: String,
    /// How much of it is held.
    pub level: String,
    /// `active`, `inactive`, `unknown`, `exempt`.
    pub verdict: String,
    /// Why, where the verdict does not say it: what was not read, which exception, what would do.
    pub why: String,
    /// What it rests on.
    pub evidence: Vec<String>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FoundLine {
    /// The id of the check.
    pub check: String,
    /// Where.
    pub place: String,
    /// About whom.
    pub about: Option<String>,
    /// What was seen.
    pub detail: String,
}

/// Something that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UnjudgedLine {
    /// The id of the check.
    pub check: String,
    /// Where.
    pub place: String,
    /// Why.
    pub why: String,
}

/// What would happen if an organisation required a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Simulated {
    /// The organisation.
    pub organisation: String,
    /// Whether it does already.
    pub is_required: Option<bool>,
    /// By role.
    pub by_role: BTreeMap<String, RoleFactors>,
    /// Who would lose access.
    pub would_lose: Vec<String>,
    /// Of how many it is not known.
    pub not_known: u64,
    /// What would be left with fewer than two who can act, with how many.
    pub left_alone: Vec<(String, u64)>,
}

/// How many have which second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleFactors {
    /// A sound one.
    pub secure: u64,
    /// One of which no more is known.
    pub enabled: u64,
    /// One that can be taken over.
    pub insecure: u64,
    /// None.
    pub missing: u64,
    /// It is not told.
    pub unknown: u64,
}

/// A file is no dossier.
#[derive(Debug, Error)]
pub enum DossierError {
    /// It is larger than any.
    #[error("what was judged is larger than {LARGEST_DOSSIER} bytes")]
    TooLarge,
    /// It is none.
    #[error("this is nothing that was judged")]
    Unreadable(#[source] serde_json::Error),
    /// A later program wrote it.
    #[error("what was judged is of version {0}, and this program knows {VERSION}")]
    Version(u32),
}

impl Dossier {
    /// What was judged.
    pub fn of(question: &Question<'_>, audit: &Audit) -> Self {
        let found = audit.findings.iter().map(|it| FoundLine {
            check: it.check.id.to_owned(),
            place: it.place.clone(),
            about: it.about.as_ref().map(ToString::to_string),
            detail: it.detail.clone(),
        });
        let unjudged = audit.unjudged.iter().map(|it| UnjudgedLine {
            check: it.check.to_owned(),
            place: it.place.clone(),
            why: it.why.clone(),
        });
        let simulated = audit.enforcement.iter().map(|it| Simulated {
            organisation: it.organisation.clone(),
            is_required: it.is_required,
            by_role: it
                .by_role
                .iter()
                .map(|(role, counts)| ((*role).to_owned(), RoleFactors::of(*counts)))
                .collect(),
            would_lose: it.would_lose.iter().map(ToString::to_string).collect(),
            not_known: count(it.not_known),
            left_alone: it
                .left_alone
                .iter()
                .map(|(place, left)| (place.clone(), count(*left)))
                .collect(),
        });
        Self {
            version: VERSION,
            snapshot: Digest::to_string(&question.snapshot.digest()),
            as_of: question.now,
            ledger: question.ledger.iter().map(right).collect(),
            findings: found.collect(),
            enforcement: simulated.collect(),
            unjudged: unjudged.collect(),
        }
    }

    /// Its text.
    pub fn text(&self) -> String {
        // Numbers and texts can always be written.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// Reads one.
    pub fn read(bytes: &[u8]) -> Result<Self, DossierError> {
        if bytes.len() > LARGEST_DOSSIER {
            return Err(DossierError::TooLarge);
        }
        let read: Self = serde_json::from_slice(bytes).map_err(DossierError::Unreadable)?;
        match read.version {
            VERSION => Ok(read),
            other => Err(DossierError::Version(other)),
        }
    }
}

impl RoleFactors {
    fn of(counts: FactorCounts) -> Self {
        Self {
            secure: count(counts.secure),
            enabled: count(counts.enabled),
            insecure: count(counts.insecure),
            missing: count(counts.missing),
            unknown: count(counts.unknown),
        }
    }
}

fn count(it: usize) -> u64 {
    u64::try_from(it).unwrap_or(u64::MAX)
}

fn right(line: &Line) -> RightLine {
    let holder = line.right.holder();
    RightLine {
        right: line.right.words(),
        place: line.right.place().to_owned(),
        account: holder.map(ToString::to_string).unwrap_or_default(),
        level: line.level.id().to_owned(),
        verdict: line.verdict.id().to_owned(),
        why: why(&line.verdict),
        evidence: evidence(line),
    }
}

/// What a verdict does not say by its name.
pub fn why(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Unknown { missing } => {
            if missing.is_empty() {
                return "it leads nowhere that was read".to_owned();
            }
            // A verdict lists the first of them only.
            let is_cut = missing.len() == MOST_MISSING;
            let more = if is_cut { "; and so on" } else { "" };
            format!("not read: {}{more}", of_places(missing))
        }
        Verdict::Inactive { would_do: Some(it) } => format!("{} would do", it.id()),
        Verdict::Exempt { why } => why.clone(),
        Verdict::Active | Verdict::Inactive { would_do: None } => String::new(),
    }
}

/// What was not read where: places of which the same was not read are told together, by the first of them.
fn of_places(missing: &[Missing]) -> String {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in missing {
        kinds.entry(&it.place).or_default().push(it.kind.id());
    }
    let mut places: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for (place, kinds) in kinds {
        places.entry(kinds).or_default().push(place);
    }
    let told = places.into_iter().map(|(kinds, places)| {
        let further = places.len().saturating_sub(1);
        let more = if further == 0 {
            String::new()
        } else {
            format!(" and {further} more")
        };
        let first = places.first().copied().unwrap_or_default();
        format!("{} of {first}{more}", kinds.join(", "))
    });
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        laboratory::{Size, large},
        ledger::{Evidence, Policy, ledger},
        right::of_snapshot::Read,
    };

    fn dossier() -> Dossier {
        let size = Size {
            people: 6,
            teams: 1,
            repositories: 1,
        };
        let snapshot = large(size).unwrap();
        let (policy, read) = (Policy::default(), Read::of(&snapshot));
        let evidence = Evidence::default();
        let ledger = ledger(
            &read.rights,
            &evidence,
            &policy.exempt,
            &policy,
            snapshot.taken,
        );
        let question = Question {
            snapshot: &snapshot,
            read: &read,
            ledger: &ledger,
            evidence: &evidence,
            exempt: &policy.exempt,
            most_owners: policy.most_owners,
            days: 180,
            now: snapshot.taken,
        };
        Dossier::of(&question, &Audit::of(&question))
    }

    #[test]
    fn what_was_judged_is_read_again() {
        let dossier = dossier();
        assert!(dossier.ledger.len() > 6 && dossier.enforcement.len() == 1);
        assert_eq!(Dossier::read(dossier.text().as_bytes()).unwrap(), dossier);
        insta::assert_snapshot!(serde_json::to_string(&dossier.ledger[0]).unwrap(), @r#"{"right":"github:person-00000 in the organisation lab","place":"lab","account":"github:person-00000","level":"owner","verdict":"unknown","why":"not read: administration of lab","evidence":["no act that needed it was seen"]}"#);
        let later = dossier.text().replace("\"version\":1", "\"version\":2");
        insta::assert_snapshot!(Dossier::read(later.as_bytes()).unwrap_err(), @"what was judged is of version 2, and this program knows 1");
        insta::assert_snapshot!(Dossier::read(b"[").unwrap_err(), @"this is nothing that was judged");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..2_000) {
            let _ = Dossier::read(&bytes);
            let text = dossier().text();
            let _ = Dossier::read(text.get(..cut).unwrap_or_default().as_bytes());
        }
    }
}
