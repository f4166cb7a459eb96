//! What a project holds beyond its code host: read where there is an interface, else attested with a date.

use std::fmt;

use bartizan_formats::moment;
use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Level, tidy};
use crate::name::{Login, RepositoryName, Text};

/// Something beyond the host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its kind.
    pub kind: EntryKind,
    /// Its name there.
    pub name: Text,
    /// How this is known.
    pub basis: Basis,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<EntryHolder>,
    /// The organisation of that service that owns it, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Text>,
    /// Workflows that may publish it without anybody's password, as far as they were seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publishers: Vec<Publisher>,
}

impl Entry {
    pub(super) fn sort(&mut self) {
        tidy(&mut self.holders);
        tidy(&mut self.publishers);
    }
}

/// The kind of something beyond the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A project of a package index.
    Package,
    /// A feedstock of conda-forge.
    Feedstock,
    /// A channel of conda packages.
    Channel,
    /// Hosting of documentation.
    Documentation,
    /// A name in the domain name system.
    Domain,
    /// A list of letters, or a forum.
    MailList,
    /// A service of another kind.
    Service,
}

/// How something is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Basis {
    /// It was read from an interface.
    Read {
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
    },
    /// Somebody says so.
    Attested {
        /// When.
        #[serde(with = "moment")]
        at: Timestamp,
        /// Who.
        by: Text,
    },
}

/// Somebody who holds an entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryHolder {
    /// The name there.
    pub account: Text,
    /// The account at the code host, where it is known whose that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login: Option<Login>,
    /// `Maintainer` or `Owner`.
    pub level: Level,
}

/// A workflow that may publish.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// The repository.
    pub repository: RepositoryName,
    /// The file of the workflow.
    pub workflow: Text,
    /// The environment that it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Text>,
}

impl EntryKind {
    /// The word that documents use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Feedstock => "feedstock",
            Self::Channel => "channel",
            Self::Documentation => "documentation",
            Self::Domain => "domain",
            Self::MailList => "mail-list",
            Self::Service => "service",
        }
    }
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
