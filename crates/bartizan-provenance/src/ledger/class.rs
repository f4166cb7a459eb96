//! The classes that files and releases are counted by.

use std::collections::BTreeMap;

/// How a file or a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Verified, and the signer is who it should be.
    Pinned,
    /// Verified; nobody said who the signer should be.
    Verified,
    /// Verified, and the signer is somebody else than expected.
    Drifted,
    /// There is an attestation that does not hold.
    Unverified,
    /// There was an attestation, and the same place says now that there is none.
    Withdrawn,
    /// Some files of a release are attested, others are not.
    Partial,
    /// The index says that there is none.
    Missing,
    /// It was released when nobody could sign.
    BeforeAttestations,
    /// Its repository is at a host whose builds the index takes no attestations from.
    HostCannotAttest,
    /// The index says nothing of where files come from, which is not the same as none.
    NotServed,
    /// Nobody has looked yet, or could.
    Unknown,
}

impl Class {
    /// Every class, the best first, those that blame nobody last.
    pub const ALL: [Self; 11] = [
        Self::Pinned,
        Self::Verified,
        Self::Drifted,
        Self::Unverified,
        Self::Withdrawn,
        Self::Partial,
        Self::Missing,
        Self::BeforeAttestations,
        Self::HostCannotAttest,
        Self::NotServed,
        Self::Unknown,
    ];

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Verified => "verified",
            Self::Drifted => "drifted",
            Self::Unverified => "unverified",
            Self::Withdrawn => "withdrawn",
            Self::Partial => "partial",
            Self::Missing => "missing",
            Self::BeforeAttestations => "before-attestations",
            Self::HostCannotAttest => "host-cannot-attest",
            Self::NotServed => "not-served",
            Self::Unknown => "unknown",
        }
    }

    /// The class of a stable name.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.id() == id)
    }

    /// It in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Pinned => "verified and pinned",
            Self::Verified => "verified, identity unpinned",
            Self::Drifted => "signed by somebody else",
            Self::Unverified => "present but unverified",
            Self::Withdrawn => "attested before, not any more",
            Self::Partial => "some files only",
            Self::Missing => "no attestation",
            Self::BeforeAttestations => "before attestations",
            Self::HostCannotAttest => "host cannot attest",
            Self::NotServed => "not served here",
            Self::Unknown => "not looked at yet",
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Pinned => {
                "Every step of the verification holds, and the signer is a build of the project's repository or who the lock of identities names."
            }
            Self::Verified => {
                "Every step of the verification holds, and nobody said who the signer should be. Anybody can sign something."
            }
            Self::Drifted => {
                "The attestation holds, and the signer is somebody else than expected, or than in earlier releases."
            }
            Self::Unverified => {
                "There is an attestation, and a step of its verification does not hold."
            }
            Self::Withdrawn => {
                "The index served an attestation of this file before, and says now that there is none."
            }
            Self::Partial => {
                "Some files of the release are attested, and of others the index says that there is nothing."
            }
            Self::Missing => "The index says that there is no attestation.",
            Self::BeforeAttestations => {
                "Released before 14 November 2024, when package indexes began to take attestations. Nobody could sign; it is not counted."
            }
            Self::HostCannotAttest => {
                "The project's repository is at a host whose builds the index takes no attestations from. It is not counted."
            }
            Self::NotServed => {
                "The index says nothing of where files come from. Whether there are attestations is not known, and it is not counted."
            }
            Self::Unknown => "Nobody has looked yet, or could. It is not counted.",
        }
    }

    /// Whether it says something for or against the project. What nobody could have signed, and what nobody could see, does not.
    pub fn is_counted(self) -> bool {
        !matches!(
            self,
            Self::BeforeAttestations | Self::HostCannotAttest | Self::NotServed | Self::Unknown
        )
    }

    /// Whether there is an attestation, whatever it is worth.
    pub fn is_attested(self) -> bool {
        matches!(
            self,
            Self::Pinned | Self::Verified | Self::Drifted | Self::Unverified
        )
    }

    /// Whether every step holds that asks nothing of who signed.
    pub fn is_verified(self) -> bool {
        matches!(self, Self::Pinned | Self::Verified | Self::Drifted)
    }
}

/// How many stand how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage(BTreeMap<Class, u64>);

impl Coverage {
    /// How many are of a class.
    pub fn count(&self, class: Class) -> u64 {
        self.0.get(&class).copied().unwrap_or_default()
    }

    /// Each class that somebody is of, the best first.
    pub fn classes(&self) -> impl Iterator<Item = (Class, u64)> + '_ {
        self.0.iter().map(|(class, count)| (*class, *count))
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// How many are counted: all but those of which nothing can be said.
    pub fn counted(&self) -> u64 {
        self.matching(Class::is_counted)
    }

    /// How many have an attestation, whatever it is worth.
    pub fn attested(&self) -> u64 {
        self.matching(Class::is_attested)
    }

    /// How many are verified, by whomever.
    pub fn verified(&self) -> u64 {
        self.matching(Class::is_verified)
    }

    fn matching(&self, is_wanted: fn(Class) -> bool) -> u64 {
        let wanted = self.0.iter().filter(|(class, _)| is_wanted(**class));
        wanted.map(|(_, count)| count).sum()
    }
}

impl FromIterator<Class> for Coverage {
    fn from_iter<I: IntoIterator<Item = Class>>(classes: I) -> Self {
        let mut counts = BTreeMap::new();
        for class in classes {
            *counts.entry(class).or_default() += 1;
        }
        Self(counts)
    }
}
