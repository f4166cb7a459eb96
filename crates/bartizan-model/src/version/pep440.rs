//! Python versions by [PEP 440](https://peps.python.org/pep-0440/), in the order of the `packaging` library.
//!
//! The reader is our own because numbers of any length must keep their order (`docs/decisions/0002-own-pep440.md`).

mod legacy;
mod parse;

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

use super::number::Number;

pub use legacy::{IndexVersion, LegacyVersion};

/// A version. Equality and order ignore spelling: `1.0` equals `v1.0.0`. It prints in its normal form.
#[derive(Debug, Clone)]
pub struct Version {
    epoch: Number,
    /// Never empty.
    release: Vec<Number>,
    pre: Option<(PreKind, Number)>,
    post: Option<Number>,
    dev: Option<Number>,
    /// Empty where the version has no local part.
    local: Vec<LocalSegment>,
}

/// The kind of a pre-release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum PreKind {
    Alpha,
    Beta,
    Candidate,
}

/// A segment of the local part; words stand before numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum LocalSegment {
    /// In lower case.
    Word(Box<str>),
    Number(Number),
}

impl Version {
    /// The epoch, nought where none is written.
    pub fn epoch(&self) -> &Number {
        &self.epoch
    }

    /// The numbers of the release part, as many as are written.
    pub fn release(&self) -> &[Number] {
        &self.release
    }

    /// Whether it is a pre-release or a development release.
    pub fn is_prerelease(&self) -> bool {
        self.pre.is_some() || self.dev.is_some()
    }

    /// Whether it is a post-release.
    pub fn is_postrelease(&self) -> bool {
        self.post.is_some()
    }

    /// Whether it is a development release.
    pub fn is_development_release(&self) -> bool {
        self.dev.is_some()
    }

    /// Whether it has a local part (`1.0+ubuntu.1`).
    pub fn is_local(&self) -> bool {
        !self.local.is_empty()
    }

    /// Whether both differ at most in their local parts.
    pub fn has_same_public_part(&self, other: &Self) -> bool {
        self.compare_public_part(other).is_eq()
    }

    /// Whether both are of one release, or of one pre-release: only post, development and local parts may differ.
    pub fn is_of_same_release(&self, other: &Self) -> bool {
        self.epoch == other.epoch
            && self.significant_release() == other.significant_release()
            && self.pre == other.pre
    }

    /// Whether epoch and release start with those given; missing numbers count as nought.
    pub fn starts_with(&self, epoch: &Number, release: &[Number]) -> bool {
        let own = self.release.iter().chain(std::iter::repeat(&Number::ZERO));
        self.epoch == *epoch && own.zip(release).all(|(own, wanted)| own == wanted)
    }

    /// Whether it has an epoch and numbers only.
    pub fn is_plain_release(&self) -> bool {
        self.pre.is_none() && self.post.is_none() && self.dev.is_none() && self.local.is_empty()
    }

    /// The same version in its shortest spelling: `1` for `1.0.0`.
    #[must_use]
    pub fn without_trailing_noughts(&self) -> Self {
        let significant = self.significant_release();
        let release = if significant.is_empty() {
            vec![Number::ZERO]
        } else {
            significant.to_vec()
        };
        Self {
            release,
            ..self.clone()
        }
    }

    /// The version's own development release number nought, which stands before each of its pre-releases.
    #[must_use]
    pub fn first_development_release(&self) -> Self {
        Self {
            dev: Some(Number::ZERO),
            local: Vec::new(),
            ..self.clone()
        }
    }

    /// The release without noughts at its end.
    fn significant_release(&self) -> &[Number] {
        let length = self
            .release
            .iter()
            .rposition(|number| !number.is_zero())
            .map_or(0, |last| last + 1);
        self.release.get(..length).unwrap_or_default()
    }

    fn compare_public_part(&self, other: &Self) -> Ordering {
        let by_release = self
            .epoch
            .cmp(&other.epoch)
            .then_with(|| compare_releases(&self.release, &other.release));
        if by_release.is_ne() {
            return by_release;
        }
        self.phase()
            .cmp(&other.phase())
            .then_with(|| self.post.cmp(&other.post))
            .then_with(|| match (&self.dev, &other.dev) {
                (Some(own), Some(other)) => own.cmp(other),
                (own, other) => own.is_none().cmp(&other.is_none()),
            })
    }

    /// Where the version stands within its release: a development release without more comes first.
    fn phase(&self) -> Phase<'_> {
        match (&self.pre, &self.post, &self.dev) {
            (Some((kind, number)), _, _) => Phase::Pre(*kind, number),
            (None, None, Some(_)) => Phase::Development,
            (None, _, _) => Phase::Final,
        }
    }
}

/// Compares releases; numbers that one of them lacks count as nought.
fn compare_releases(a: &[Number], b: &[Number]) -> Ordering {
    let mut numbers = a.iter().zip(b).map(|(a, b)| a.cmp(b));
    let goes_on = |numbers: &[Number], from: usize| {
        let rest = numbers.get(from..).unwrap_or_default();
        rest.iter().any(|number| !number.is_zero())
    };
    numbers
        .find(|ordering| ordering.is_ne())
        .unwrap_or_else(|| goes_on(a, b.len()).cmp(&goes_on(b, a.len())))
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Phase<'a> {
    Development,
    Pre(PreKind, &'a Number),
    Final,
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare_public_part(other)
            .then_with(|| self.local.cmp(&other.local))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.epoch.hash(state);
        self.significant_release().hash(state);
        self.pre.hash(state);
        self.post.hash(state);
        self.dev.hash(state);
        self.local.hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.epoch.is_zero() {
            write!(f, "{}!", self.epoch)?;
        }
        write_joined(f, &self.release)?;
        if let Some((kind, number)) = &self.pre {
            let letter = match kind {
                PreKind::Alpha => "a",
                PreKind::Beta => "b",
                PreKind::Candidate => "rc",
            };
            write!(f, "{letter}{number}")?;
        }
        if let Some(number) = &self.post {
            write!(f, ".post{number}")?;
        }
        if let Some(number) = &self.dev {
            write!(f, ".dev{number}")?;
        }
        if self.is_local() {
            f.write_str("+")?;
            write_joined(f, &self.local)?;
        }
        Ok(())
    }
}

impl fmt::Display for LocalSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Number(number) => number.fmt(f),
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[impl fmt::Display]) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        let separator = if index == 0 { "" } else { "." };
        write!(f, "{separator}{part}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
