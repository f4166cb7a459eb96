//! What the commands that verify have in common: the root of trust with its source and age, artifacts by path or digest,
//! and how an examination is told.

pub(crate) mod identities;
pub(crate) mod told;
pub(crate) mod trust;

use std::{
    fs,
    path::{Path, PathBuf},
};

use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use bartizan_provenance::{Instance, TrustRoot, TrustRootError, tuf::RoleState};
use bartizan_sources::disk;
use trust::{InstanceChoice, KeptRoot};

use crate::{context::Context, error::Failure};

/// The largest file of a root of trust that is read.
const LARGEST_ROOT: usize = 4 << 20;

/// Days after which a root of trust is old: logs are sharded every half year, and a root that does not know the newest
/// refuses what it signs.
const OLD_AFTER: i64 = 180;

const SECONDS_A_DAY: i64 = 86_400;

/// A root of trust, where it came from and how old it is.
pub(crate) struct RootInUse {
    pub(crate) root: TrustRoot,
    /// In words.
    pub(crate) source: String,
    /// The day it is of: that of its release, of the file's last change, or of its refresh.
    pub(crate) as_of: Option<Timestamp>,
    /// Until when its repository vouches that it is the newest, where it came from one.
    pub(crate) fresh_until: Option<Timestamp>,
    /// The roles of its repository.
    pub(crate) roles: Vec<RoleState>,
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
                fresh_until: None,
                roles: Vec::new(),
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
            fresh_until: None,
            roles: Vec::new(),
            now,
        })
    }

    /// The root that is believed of an instance: that in a file, else the one that was refreshed last, else the embedded one.
    pub(crate) fn in_force(
        ctx: &Context,
        file: Option<&Path>,
        choice: &InstanceChoice,
        now: Timestamp,
    ) -> Result<Self, RootFailure> {
        let embedded = match choice {
            InstanceChoice::Known(instance) => Some(*instance),
            InstanceChoice::Own(_) => None,
        };
        if file.is_some() {
            return Self::open(file, embedded.unwrap_or(Instance::PublicGood), now);
        }
        let kept = KeptRoot::read(ctx, choice).map_err(RootFailure::File)?;
        // A program that was released after the refresh knows more.
        let is_newer = |kept: &KeptRoot| {
            embedded.is_none() || Some(kept.refreshed_at) > TrustRoot::embedded_on()
        };
        match (kept.filter(is_newer), embedded) {
            (Some(kept), _) => Self::kept(&kept, choice, now).map_err(RootFailure::File),
            (None, Some(instance)) => Self::open(None, instance, now),
            (None, None) => Err(RootFailure::File(
                Failure::usage(format!("no root of trust of `{}` is here", choice.name())).hint(
                    "`bartizan trust refresh --instance NAME --url URL --root FILE` fetches it once",
                ),
            )),
        }
    }

    fn kept(kept: &KeptRoot, choice: &InstanceChoice, now: Timestamp) -> Result<Self, Failure> {
        let refreshed = kept.open(choice)?;
        Ok(Self {
            fresh_until: Some(refreshed.fresh_until()),
            roles: refreshed.roles.to_vec(),
            root: refreshed.root,
            source: format!("refreshed from {}, {}", kept.url, choice.name()),
            as_of: Some(kept.refreshed_at),
            now,
        })
    }

    /// Whether its repository no longer vouches that it is the newest.
    fn is_stale(&self) -> bool {
        self.fresh_until.is_some_and(|end| end < self.now)
    }

    /// How many days old it is.
    pub(crate) fn age(&self) -> Option<i64> {
        let seconds = self.now.as_second() - self.as_of?.as_second();
        Some(seconds.div_euclid(SECONDS_A_DAY).max(0))
    }

    /// Whether it may not know the newest logs and authorities.
    pub(crate) fn is_old(&self) -> bool {
        self.is_stale() || self.age().is_none_or(|days| days > OLD_AFTER)
    }

    /// It in words.
    pub(crate) fn describe(&self) -> String {
        let age = match self.age() {
            None => "of unknown age".to_owned(),
            Some(1) => "1 day old".to_owned(),
            Some(days) => format!("{days} days old"),
        };
        let old = match self.fresh_until {
            Some(end) if self.is_stale() => {
                let day = end.strftime("%Y-%m-%d");
                format!(
                    "; nobody vouches since {day} that it is the newest: `bartizan trust refresh`"
                )
            }
            _ if self.is_old() => "; it may not know the newest logs and authorities".to_owned(),
            _ => String::new(),
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
