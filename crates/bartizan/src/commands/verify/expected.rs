//! Who should have signed an artifact, and who says so: the command line before the lock of identities before the profile.

use std::cell::OnceCell;

use bartizan_formats::profile::ProfileFile;
use bartizan_model::ecosystem::Package;
use bartizan_provenance::{ExpectedIdentity, builds, expected};

use super::pins::Pins;
use crate::{ecosystem, error::Failure};

/// Who says who should have signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SaidBy {
    CommandLine,
    Identities,
    Profile,
}

impl SaidBy {
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::CommandLine => "command-line",
            Self::Identities => "identities",
            Self::Profile => "profile",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::CommandLine => "the command line",
            Self::Identities => "the lock of identities",
            Self::Profile => "the ecosystem's profile",
        }
    }
}

/// The profile, which is read when somebody first asks for it.
pub(super) struct ProfileInUse {
    /// Its name or file; nothing where none is wanted.
    pub(super) named: Option<String>,
    file: OnceCell<ProfileFile>,
}

impl ProfileInUse {
    pub(super) fn new(named: Option<String>) -> Self {
        Self {
            named,
            file: OnceCell::new(),
        }
    }

    fn file(&self, named: &str) -> Result<&ProfileFile, Failure> {
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let file = ecosystem::load(named)?.file;
        Ok(self.file.get_or_init(|| file))
    }

    /// Any of the repositories of the project.
    fn expected(&self, package: &Package) -> Result<Option<ExpectedIdentity>, Failure> {
        let Some(named) = &self.named else {
            return Ok(None);
        };
        Ok(builds(&self.file(named)?.publishers(package)))
    }
}

/// Who should have signed an artifact of a package.
pub(super) fn who(
    stated: Option<&ExpectedIdentity>,
    pins: &Pins,
    profile: &ProfileInUse,
    package: Option<&Package>,
) -> Result<Option<(ExpectedIdentity, SaidBy)>, Failure> {
    if let Some(stated) = stated {
        return Ok(Some((stated.clone(), SaidBy::CommandLine)));
    }
    let Some(package) = package else {
        return Ok(None);
    };
    if let Some(pinned) = expected(pins.of(package)) {
        return Ok(Some((pinned, SaidBy::Identities)));
    }
    let of_profile = profile.expected(package)?;
    Ok(of_profile.map(|it| (it, SaidBy::Profile)))
}
