//! Who may speak for what.
//!
//! The sources of the catalogue, and inputs that the user names without declaring them, are trusted: the user
//! vouches for them. A *declared feed* speaks with authority only about records whose ids carry its prefixes
//! and, where it is a project's feed, about its packages. Whatever else it states is an opinion: kept, shown,
//! and without any effect. A prefix that a feed claims is that feed's alone.
//!
//! An opinion is stored under the name of its feed, never under the source it speaks about. So it cannot
//! take the place of a record of that source, whatever its date says.

use std::path::PathBuf;

use bartizan_formats::advisory::source;
use bartizan_model::{
    advisory::{Advisory, Standing},
    ecosystem::Package,
};
use thiserror::Error;

/// The source of records whose prefix a feed claims, stated by an input that is not that feed.
const UNLISTED: &str = "unlisted";

/// The longest name of a feed.
const LONGEST_NAME: usize = 64;

/// A feed that the user declares, and what it may speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// A word that names it: the source of its records.
    pub name: String,
    /// Its name in words.
    pub title: Option<String>,
    /// The licence of its records.
    pub licence: Option<String>,
    /// The path or the address it is read from.
    pub from: String,
    /// The prefixes of the ids that it gives out, up to the first `-`, in capitals.
    pub prefixes: Vec<String>,
    /// The packages it may speak about; none stands for all.
    pub packages: Vec<Package>,
    /// The file of those who may sign it. Without one it need not be signed.
    pub signers: Option<PathBuf>,
}

/// Why feeds cannot be declared as they are.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FeedError {
    /// A name is no word, or is taken.
    #[error("`{name}` cannot be the name of a feed: {why}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A feed that claims nothing says nothing.
    #[error("the feed `{feed}` claims no prefix of ids")]
    NoPrefix {
        /// The feed.
        feed: String,
    },
    /// A prefix is not written as ids write it, or belongs to another.
    #[error("the feed `{feed}` cannot claim the prefix `{prefix}`: {why}")]
    Prefix {
        /// The feed.
        feed: String,
        /// The prefix.
        prefix: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// The declared feeds, each with a name and prefixes that no other has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authority {
    feeds: Vec<Feed>,
}

impl Authority {
    /// Takes feeds, when no two of them claim the same.
    pub fn new(feeds: Vec<Feed>) -> Result<Self, FeedError> {
        let mut authority = Self::default();
        for feed in feeds {
            authority.check_name(&feed.name)?;
            if feed.prefixes.is_empty() {
                return Err(FeedError::NoPrefix { feed: feed.name });
            }
            for prefix in &feed.prefixes {
                authority.check_prefix(&feed, prefix)?;
            }
            authority.feeds.push(feed);
        }
        Ok(authority)
    }

    fn check_name(&self, name: &str) -> Result<(), FeedError> {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let why = if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_word) {
            "a name is a word of small letters, digits and `-`"
        } else if source::by_id(name).is_some() || name == UNLISTED {
            "a source has it"
        } else if self.by_name(name).is_some() {
            "another feed has it"
        } else {
            return Ok(());
        };
        let name = name.to_owned();
        Err(FeedError::Name { name, why })
    }

    fn check_prefix(&self, feed: &Feed, prefix: &str) -> Result<(), FeedError> {
        let is_capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let is_claimed = || self.feeds.iter().any(|other| other.claims(prefix));
        let why = if prefix.is_empty() || !prefix.chars().all(is_capital) {
            "a prefix is what ids have before the first `-`, in capitals and digits"
        } else if !is_catalogued(prefix) && is_claimed() {
            "another feed claims it"
        } else if is_catalogued(prefix) && !feed.packages.is_empty() {
            "it belongs to a source of the catalogue, for which a feed of some packages cannot speak"
        } else {
            return Ok(());
        };
        let (feed, prefix) = (feed.name.clone(), prefix.to_owned());
        Err(FeedError::Prefix { feed, prefix, why })
    }

    /// The declared feeds.
    pub fn feeds(&self) -> &[Feed] {
        &self.feeds
    }

    /// The feed of this name.
    pub fn by_name(&self, name: &str) -> Option<&Feed> {
        self.feeds.iter().find(|feed| feed.name == name)
    }

    /// Judges a record that a feed states, or an input that no feed declares, and says whose it is.
    pub(crate) fn judge(&self, speaker: Option<&Feed>, advisory: &mut Advisory) -> Standing {
        let prefix = prefix_of(&advisory.id);
        let (source, standing) = match speaker {
            None if !self.is_claimed(prefix, &advisory.source) => return Standing::Trusted,
            None => (UNLISTED, Standing::Opinion),
            Some(feed) if feed.claims(prefix) && is_catalogued(prefix) => return Standing::Trusted,
            Some(feed) if feed.claims(prefix) => (feed.name.as_str(), Standing::Declared),
            Some(feed) => (feed.name.as_str(), Standing::Opinion),
        };
        source.clone_into(&mut advisory.source);
        standing
    }

    /// Judges a stored record again: feeds may have been declared or dropped since. `stated` is the source
    /// that its own text says it is of, `source` the one it is stored under.
    pub(crate) fn judge_stored(&self, id: &str, stated: &str, source: &str) -> Standing {
        let prefix = prefix_of(id);
        match self.by_name(source) {
            Some(feed) if feed.claims(prefix) && !is_catalogued(prefix) => Standing::Declared,
            None if stated == source && !self.is_claimed(prefix, source) => Standing::Trusted,
            _ => Standing::Opinion,
        }
    }

    /// Whether records of this prefix and source are some feed's, so that nobody else may state them.
    fn is_claimed(&self, prefix: &str, source: &str) -> bool {
        if is_catalogued(prefix) {
            return false;
        }
        let is_its = |feed: &Feed| feed.claims(prefix) || feed.name == source;
        self.feeds.iter().any(is_its)
    }
}

impl Feed {
    /// Whether it is read from an address.
    pub fn is_remote(&self) -> bool {
        ["https://", "http://"]
            .iter()
            .any(|scheme| self.from.starts_with(scheme))
    }

    fn claims(&self, prefix: &str) -> bool {
        self.prefixes
            .iter()
            .any(|own| own.eq_ignore_ascii_case(prefix))
    }

    /// Whether it may speak about a package.
    pub(crate) fn speaks_about(&self, package: &Package) -> bool {
        self.packages.is_empty() || self.packages.contains(package)
    }
}

fn prefix_of(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

/// Whether the catalogue of sources knows a prefix.
fn is_catalogued(prefix: &str) -> bool {
    let mut prefixes = source::ALL.iter().flat_map(|source| source.prefixes);
    prefixes.any(|known| known.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use bartizan_formats::advisory::source::{Schema, of_record};

    use super::*;

    fn feed(name: &str, prefixes: &[&str], packages: &[&str]) -> Feed {
        Feed {
            name: name.to_owned(),
            title: None,
            licence: None,
            from: String::new(),
            prefixes: prefixes.iter().map(|prefix| (*prefix).to_owned()).collect(),
            packages: packages.iter().map(|name| Package::pypi(name)).collect(),
            signers: None,
        }
    }

    fn authority() -> Authority {
        let feeds = vec![
            feed("scipy", &["SCIPY"], &["scipy"]),
            feed("institute", &["INST"], &[]),
            feed("mirror", &["PYSEC", "GHSA"], &[]),
        ];
        Authority::new(feeds).unwrap()
    }

    /// The standing and source of an id that a feed states, or nobody declared (`-`).
    fn check(speaker: &str, id: &str, expect: &str) {
        let authority = authority();
        let mut advisory = Advisory {
            id: id.to_owned(),
            source: of_record(id, Schema::Osv).into_owned(),
            ..Advisory::default()
        };
        let stated = advisory.source.clone();
        let standing = authority.judge(authority.by_name(speaker), &mut advisory);
        let again = authority.judge_stored(id, &stated, &advisory.source);
        assert_eq!(
            format!("{standing:?} {}", advisory.source),
            expect,
            "{speaker}: {id}"
        );
        assert_eq!(standing, again, "stored: {speaker}: {id}");
    }

    #[test]
    fn a_feed_speaks_for_its_own_prefixes() {
        check("scipy", "SCIPY-2026-1", "Declared scipy");
        check("scipy", "scipy-2026-1", "Declared scipy");
        check("mirror", "PYSEC-2023-175", "Trusted pypa");
        check("-", "PYSEC-2023-175", "Trusted pypa");
        check("-", "HOUSE-1", "Trusted house");
    }

    #[test]
    fn everything_else_is_an_opinion_under_its_own_name() {
        check("scipy", "PYSEC-2023-175", "Opinion scipy");
        check("scipy", "Pysec-2023-175", "Opinion scipy");
        check("scipy", "INST-1", "Opinion scipy");
        check("scipy", "CVE-2023-4863", "Opinion scipy");
        check("mirror", "CVE-2023-4863", "Opinion mirror");
        check("-", "SCIPY-2026-1", "Opinion unlisted");
        check("-", "INSTITUTE-1", "Opinion unlisted");
    }

    #[test]
    fn a_dropped_feed_leaves_opinions() {
        let none = Authority::default();
        let standing = none.judge_stored("INST-1", "inst", "institute");
        assert_eq!(standing, Standing::Opinion);
    }

    #[test]
    fn feeds_that_claim_the_same_are_refused() {
        let check = |feeds: Vec<Feed>, expect: &str| {
            assert_eq!(Authority::new(feeds).unwrap_err().to_string(), expect);
        };
        check(
            vec![feed("pypa", &["A"], &[])],
            "`pypa` cannot be the name of a feed: a source has it",
        );
        check(
            vec![feed("a b", &["A"], &[])],
            "`a b` cannot be the name of a feed: a name is a word of small letters, digits and `-`",
        );
        check(
            vec![feed("a", &["A"], &[]), feed("a", &["B"], &[])],
            "`a` cannot be the name of a feed: another feed has it",
        );
        check(
            vec![feed("a", &["X"], &[]), feed("b", &["X"], &[])],
            "the feed `b` cannot claim the prefix `X`: another feed claims it",
        );
        check(
            vec![feed("a", &["PYSEC"], &["numpy"])],
            "the feed `a` cannot claim the prefix `PYSEC`: it belongs to a source of the catalogue, for which a feed of some packages cannot speak",
        );
        check(
            vec![feed("a", &["x-1"], &[])],
            "the feed `a` cannot claim the prefix `x-1`: a prefix is what ids have before the first `-`, in capitals and digits",
        );
        check(
            vec![feed("a", &[], &[])],
            "the feed `a` claims no prefix of ids",
        );
    }
}
