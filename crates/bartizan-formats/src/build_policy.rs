//! The policy file of `verify`: what a user asks of attestations and builds, in general and of single projects, and the
//! exceptions that somebody made, with reason and end.
//!
//! ```toml
//! [default]
//! level = "verified"
//! tags-only = true
//!
//! [[package]]
//! name = "lab"
//! level = "pinned"
//! slsa-level = 2
//! hosted-only = true
//! builders = ["https://github.com/lab/"]
//!
//! [[builder]]
//! prefix = "https://github.com/slsa-framework/slsa-github-generator/"
//! slsa-level = 3
//!
//! [[exception]]
//! package = "old-lab"
//! rule = "level"
//! reason = "published before attestations existed"
//! expires = 2027-01-01
//! ```
//!
//! A key that is not known is an error: a rule that nobody applies would look like one that holds.

use bartizan_model::ecosystem::Package;
use jiff::civil::Date;
use serde::Deserialize;
use thiserror::Error;

/// The largest policy that is read.
pub const LARGEST_POLICY: usize = 1 << 20;

/// The most entries of one list.
const MOST_ENTRIES: usize = 10_000;

/// What is asked of attestations and builds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildPolicy {
    /// Of every project that no entry is about.
    pub default: BuildRules,
    /// Of single projects, in place of the default, key by key.
    pub packages: Vec<(Package, BuildRules)>,
    /// Builders that are trusted to a level, by how their address begins.
    pub builders: Vec<(String, u8)>,
    /// What is let through.
    pub exceptions: Vec<Exception>,
}

/// Rules; what is not stated is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BuildRules {
    /// How far an artifact must come.
    pub level: Option<AskedLevel>,
    /// The least SLSA build level.
    pub slsa_level: Option<u8>,
    /// How the address of the builder, or of the workflow that signed, must begin: any of these.
    pub builders: Option<Vec<String>>,
    /// Whether only tags may be built.
    pub tags_only: Option<bool>,
    /// Whether the host must have run the build.
    pub hosted_only: Option<bool>,
}

/// How far an artifact must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskedLevel {
    /// Anything.
    None,
    /// Verified, by whomever.
    Verified,
    /// Verified, by who it should be.
    Pinned,
}

/// Something that is let through until a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exception {
    /// Of which project.
    pub package: Package,
    /// Which rule.
    pub rule: BuildRule,
    /// Why.
    pub reason: String,
    /// The last day of it.
    pub expires: Date,
}

/// A rule by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildRule {
    /// `level`.
    Level,
    /// `slsa-level`.
    SlsaLevel,
    /// `builders`.
    Builders,
    /// `tags-only`.
    TagsOnly,
    /// `hosted-only`.
    HostedOnly,
}

impl BuildRule {
    /// Its name in a policy.
    pub fn id(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::SlsaLevel => "slsa-level",
            Self::Builders => "builders",
            Self::TagsOnly => "tags-only",
            Self::HostedOnly => "hosted-only",
        }
    }
}

/// Why a policy cannot be read.
#[derive(Debug, Error)]
pub enum BuildPolicyError {
    /// It is larger than any.
    #[error("the policy is larger than {LARGEST_POLICY} bytes")]
    TooLarge,
    /// It is no TOML, or has a key that is not known.
    #[error("the policy cannot be read: {why}")]
    Shape {
        /// What is wrong, and where.
        why: String,
    },
    /// A value means nothing.
    #[error("{what}")]
    Value {
        /// Which, and why.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Wire {
    #[serde(default)]
    default: WireRules,
    #[serde(default)]
    package: Vec<WirePackage>,
    #[serde(default)]
    builder: Vec<WireBuilder>,
    #[serde(default)]
    exception: Vec<WireException>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WireRules {
    level: Option<AskedLevel>,
    slsa_level: Option<u8>,
    builders: Option<Vec<String>>,
    tags_only: Option<bool>,
    hosted_only: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WirePackage {
    name: String,
    level: Option<AskedLevel>,
    slsa_level: Option<u8>,
    builders: Option<Vec<String>>,
    tags_only: Option<bool>,
    hosted_only: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WireBuilder {
    prefix: String,
    slsa_level: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireException {
    package: String,
    rule: BuildRule,
    reason: String,
    expires: toml::value::Datetime,
}

/// Reads a policy.
pub fn read(bytes: &[u8]) -> Result<BuildPolicy, BuildPolicyError> {
    if bytes.len() > LARGEST_POLICY {
        return Err(BuildPolicyError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_cause| shape("not UTF-8"))?;
    let wire: Wire = toml::from_str(text).map_err(|error| shape(error.message()))?;
    let counts = [wire.package.len(), wire.builder.len(), wire.exception.len()];
    if counts.iter().any(|count| *count > MOST_ENTRIES) {
        return Err(value(format!(
            "a list has more than {MOST_ENTRIES} entries"
        )));
    }
    let packages = wire.package.into_iter().map(|it| {
        let rules = WireRules {
            level: it.level,
            slsa_level: it.slsa_level,
            builders: it.builders,
            tags_only: it.tags_only,
            hosted_only: it.hosted_only,
        };
        Ok((Package::pypi(&it.name), rules.read()?))
    });
    let builders = wire
        .builder
        .into_iter()
        .map(|it| Ok((prefix(it.prefix)?, slsa_level(it.slsa_level)?)));
    Ok(BuildPolicy {
        default: wire.default.read()?,
        packages: packages.collect::<Result<_, _>>()?,
        builders: builders.collect::<Result<_, _>>()?,
        exceptions: wire
            .exception
            .into_iter()
            .map(exception)
            .collect::<Result<_, _>>()?,
    })
}

fn shape(why: &str) -> BuildPolicyError {
    BuildPolicyError::Shape {
        why: why.to_owned(),
    }
}

fn value(what: String) -> BuildPolicyError {
    BuildPolicyError::Value { what }
}

impl WireRules {
    fn read(self) -> Result<BuildRules, BuildPolicyError> {
        let builders = self
            .builders
            .map(|all| all.into_iter().map(prefix).collect());
        Ok(BuildRules {
            level: self.level,
            slsa_level: self.slsa_level.map(slsa_level).transpose()?,
            builders: builders.transpose()?,
            tags_only: self.tags_only,
            hosted_only: self.hosted_only,
        })
    }
}

fn slsa_level(level: u8) -> Result<u8, BuildPolicyError> {
    if level <= 3 {
        Ok(level)
    } else {
        Err(value(format!(
            "`slsa-level` is {level}; SLSA has build levels 0 to 3"
        )))
    }
}

/// An address that ends in the middle of a name would let another name in.
fn prefix(address: String) -> Result<String, BuildPolicyError> {
    if address.starts_with("https://") && address.ends_with(['/', '@']) {
        Ok(address)
    } else {
        Err(value(format!(
            "the builder `{}` does not begin with `https://` and end with `/` or `@`",
            address.chars().take(100).collect::<String>()
        )))
    }
}

fn exception(wire: WireException) -> Result<Exception, BuildPolicyError> {
    let of = |what: &str| value(format!("the exception of `{}` {what}", wire.package));
    if wire.reason.trim().is_empty() {
        return Err(of("has no reason"));
    }
    let date = wire.expires.to_string();
    let expires = date
        .parse()
        .map_err(|_cause| of("does not end on a day, such as 2027-01-01"))?;
    Ok(Exception {
        package: Package::pypi(&wire.package),
        rule: wire.rule,
        reason: wire.reason,
        expires,
    })
}

impl BuildPolicy {
    /// The rules for a project: its own over the default.
    pub fn rules(&self, package: Option<&Package>) -> BuildRules {
        let mut entries = self.packages.iter();
        let own = package.and_then(|package| entries.find(|(known, _)| known == package));
        let Some((_, own)) = own else {
            return self.default.clone();
        };
        let default = &self.default;
        BuildRules {
            level: own.level.or(default.level),
            slsa_level: own.slsa_level.or(default.slsa_level),
            builders: own.builders.clone().or_else(|| default.builders.clone()),
            tags_only: own.tags_only.or(default.tags_only),
            hosted_only: own.hosted_only.or(default.hosted_only),
        }
    }

    /// The exception for a rule of a project that counts on a day.
    pub fn exception(
        &self,
        package: Option<&Package>,
        rule: BuildRule,
        on: Date,
    ) -> Option<&Exception> {
        let mut all = self.exceptions_of(package, rule);
        all.find(|it| on <= it.expires)
    }

    /// The day on which the last exception for a rule of a project ended, where none counts any more.
    pub fn ended(&self, package: Option<&Package>, rule: BuildRule, on: Date) -> Option<Date> {
        let last = self.exceptions_of(package, rule).map(|it| it.expires).max();
        last.filter(|expires| *expires < on)
    }

    fn exceptions_of(
        &self,
        package: Option<&Package>,
        rule: BuildRule,
    ) -> impl Iterator<Item = &Exception> {
        let all = self.exceptions.iter();
        all.filter(move |it| Some(&it.package) == package && it.rule == rule)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = r#"
[default]
level = "verified"
tags-only = true
[[package]]
name = "Lab"
level = "pinned"
slsa-level = 2
builders = ["https://github.com/lab/"]
[[builder]]
prefix = "https://github.com/generator/"
slsa-level = 3
[[exception]]
package = "old-lab"
rule = "level"
reason = "published before attestations existed"
expires = 2027-01-01
"#;

    fn check(from: &str, to: &str) -> String {
        match read(TEXT.replacen(from, to, 1).as_bytes()) {
            Ok(_) => "read".to_owned(),
            Err(error) => error
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }

    #[test]
    fn rules_of_a_project_go_over_the_default() {
        let policy = read(TEXT.as_bytes()).unwrap();
        let lab = policy.rules(Some(&Package::pypi("lab")));
        assert_eq!(
            (lab.level, lab.slsa_level, lab.tags_only),
            (Some(AskedLevel::Pinned), Some(2), Some(true))
        );
        let other = policy.rules(None);
        assert_eq!(
            (other.level, other.slsa_level),
            (Some(AskedLevel::Verified), None)
        );
        let old = Package::pypi("old_lab");
        let on = |day: &str| {
            policy
                .exception(Some(&old), BuildRule::Level, day.parse().unwrap())
                .is_some()
        };
        assert!(on("2027-01-01") && !on("2027-01-02"));
        assert!(
            policy
                .exception(
                    Some(&old),
                    BuildRule::TagsOnly,
                    "2026-01-01".parse().unwrap()
                )
                .is_none()
        );
    }

    #[test]
    fn what_nobody_would_apply_is_refused() {
        insta::assert_snapshot!(check("tags-only", "tag-only"), @"the policy cannot be read: unknown field `tag-only`, expected one of `level`, `slsa-level`, `builders`, `tags-only`, `hosted-only`");
        insta::assert_snapshot!(check("slsa-level = 2", "slsa-level = 4"), @"`slsa-level` is 4; SLSA has build levels 0 to 3");
        insta::assert_snapshot!(check("com/lab/", "com/lab"), @"the builder `https://github.com/lab` does not begin with `https://` and end with `/` or `@`");
        insta::assert_snapshot!(check("published before attestations existed", " "), @"the exception of `old-lab` has no reason");
        insta::assert_snapshot!(check("2027-01-01", "10:00:00"), @"the exception of `old-lab` does not end on a day, such as 2027-01-01");
    }

    /// The text with another letter in a place.
    fn replaced(text: &str, place: proptest::sample::Index, letter: &str) -> String {
        let place = place.index(text.len());
        let other = letter.chars().next().unwrap();
        let letters = text.char_indices();
        letters
            .map(|(at, old)| if at == place { other } else { old })
            .collect()
    }

    proptest! {
        #[test]
        fn never_panics(place: proptest::sample::Index, letter in "[\\[\\]=\":0-9a-z\n-]") {
            let _ = read(replaced(TEXT, place, &letter).as_bytes());
        }
    }
}
