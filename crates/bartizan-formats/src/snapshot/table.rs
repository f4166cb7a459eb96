//! The tables of a snapshot. Adding one is one line here and one codec in `wire`.

/// A sorted table of keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Records whole, by folded id, id and source.
    Records,
    /// Alias groups by key.
    Groups,
    /// Keys of groups by the folded form of every id in them.
    Identifiers,
    /// What matching needs, by ecosystem and package.
    Packages,
    /// Exploit predictions by CVE.
    Epss,
    /// Known exploited vulnerabilities by CVE.
    KnownExploited,
}

impl Table {
    /// Every table, in the order in which they are written.
    pub const ALL: [Self; 6] = [
        Self::Records,
        Self::Groups,
        Self::Identifiers,
        Self::Packages,
        Self::Epss,
        Self::KnownExploited,
    ];

    /// The table's name in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Groups => "groups",
            Self::Identifiers => "identifiers",
            Self::Packages => "packages",
            Self::Epss => "exploit predictions",
            Self::KnownExploited => "known exploited vulnerabilities",
        }
    }

    /// The number that stands for the table in files. Never reused.
    pub(super) fn tag(self) -> u8 {
        match self {
            Self::Records => 1,
            Self::Groups => 2,
            Self::Identifiers => 3,
            Self::Packages => 4,
            Self::Epss => 5,
            Self::KnownExploited => 6,
        }
    }
}
