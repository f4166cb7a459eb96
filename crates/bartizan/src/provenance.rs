//! What the commands that verify have in common: the root of trust with its source and age, artifacts by path or digest,
//! and how an examination is told.

pub(crate) mod identities;
pub(crate) mod told;

use std::{
    fs,
    path::{Path, PathBuf},
};

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use bartizan_provenance::{Instance, TrustRoot, TrustRootError};
use bartizan_sources::disk;
use clap::ValueEnum;

use crate::error::Failure;

/// The largest file of a root of trust that is read.
const LARGEST_ROOT: usize = 4 << 20;

/// Days after which a root of trust is old: logs are sharded every half year, and a root that does not know the newest
/// refuses what it signs.
const OLD_AFTER: i64 = 180;

const SECONDS_A_DAY: i64 = 86_400;

/// An instance of Sigstore, as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum InstanceName {
    /// The public one
    PublicGood,
    /// The one for trying
    Staging,
    /// GitHub's, which signs attestations of private repositories
    Github,
}

impl From<InstanceName> for Instance {
    fn from(name: InstanceName) -> Self {
        match name {
            InstanceName::PublicGood => Self::PublicGood,
            InstanceName::Staging => Self::Staging,
            InstanceName::Github => Self::GitHub,
        }
    }
}

/// A root of trust, where it came from and how old it is.
pub(crate) struct RootInUse {
    pub(crate) root: TrustRoot,
    /// In words.
    pub(crate) source: String,
    /// The day it is of: that of its release, or of the file's last change.
    pub(crate) as_of: Option<Timestamp>,
    now: Timestamp,
}

impl RootInUse {
    /// The root in a file, or the embedded one of an instance.
    pub(crate) fn open(
        file: Option<&Path>,
        instance: Instance,
        now: Timestamp,
    ) -> Result<Self, RootFailure> {
        let Some(path) = file else {
            return Ok(Self {
                root: TrustRoot::embedded(instance).map_err(RootFailure::Root)?,
                source: format!("embedded, {}", instance.id()),
                as_of: TrustRoot::embedded_on(),
                now,
            });
        };
        let bytes = disk::read_small(path, LARGEST_ROOT).map_err(|error| {
            RootFailure::File(Failure::usage(format!(
                "cannot read `{}`: {error}",
                path.display()
            )))
        })?;
        let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
        Ok(Self {
            root: TrustRoot::read(&bytes).map_err(RootFailure::Root)?,
            source: format!("file {}", path.display()),
            as_of: changed.ok().and_then(|time| Timestamp::try_from(time).ok()),
            now,
        })
    }

    /// How many days old it is.
    pub(crate) fn age(&self) -> Option<i64> {
        let seconds = self.now.as_second() - self.as_of?.as_second();
        Some(seconds.div_euclid(SECONDS_A_DAY).max(0))
    }

    /// Whether it may not know the newest logs and authorities.
    pub(crate) fn is_old(&self) -> bool {
        self.age().is_none_or(|days| days > OLD_AFTER)
    }

    /// It in words.
    pub(crate) fn describe(&self) -> String {
        let age = match self.age() {
            None => "of unknown age".to_owned(),
            Some(1) => "1 day old".to_owned(),
            Some(days) => format!("{days} days old"),
        };
        let old = if self.is_old() {
            "; it may not know the newest logs and authorities"
        } else {
            ""
        };
        format!("{}, {age}{old}", self.source)
    }
}

/// Why there is no root of trust.
pub(crate) enum RootFailure {
    /// There is no such file.
    File(Failure),
    /// It cannot be used.
    Root(TrustRootError),
}

impl From<RootFailure> for Failure {
    fn from(failure: RootFailure) -> Self {
        match failure {
            RootFailure::File(failure) => failure,
            RootFailure::Root(error) => Self::usage(error.to_string())
                .hint("name a `trusted_root.json`, as the instance's TUF repository has it"),
        }
    }
}

/// An artifact that is named by its path, or by `sha256:` and its digest.
pub(crate) enum NamedArtifact {
    File(PathBuf),
    Digest(Digest),
}

impl NamedArtifact {
    /// What is no digest, or exists as a file, is a file.
    pub(crate) fn of(text: &Path) -> Self {
        let digest = text
            .to_str()
            .and_then(|text| text.strip_prefix("sha256:"))
            .and_then(|digits| Digest::parse(&digits.to_ascii_lowercase()));
        match digest {
            Some(digest) if !text.exists() => Self::Digest(digest),
            _ => Self::File(text.to_owned()),
        }
    }
}
