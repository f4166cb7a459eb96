//! What a policy asks of verified attestations. It is asked after everything else: a rule about a build that is not verified
//! would be a rule about words.

use std::collections::BTreeSet;

use bartizan_formats::build_policy::{AskedLevel, BuildPolicy, BuildRule, Exception};
use bartizan_model::ecosystem::Package;
use jiff::civil::Date;

use crate::verified::{Attestation, Claims, Level, Signer};

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Which.
    pub rule: BuildRule,
    /// It in words.
    pub message: String,
    /// The exception that lets it through, where there is one.
    pub excepted: Option<Exception>,
}

/// What is wrong with an exception itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Its last day is over: it lets nothing through.
    Ended,
    /// It lets nothing through, because nothing needed it.
    Unused,
}

/// The exceptions that ended, and those that let nothing through although they count; in the order of the policy.
pub fn idle<'a>(
    policy: &'a BuildPolicy,
    used: &BTreeSet<Exception>,
    on: Date,
) -> Vec<(Standing, &'a Exception)> {
    let standing = |it: &'a Exception| {
        if it.expires < on {
            Some((Standing::Ended, it))
        } else {
            (!used.contains(it)).then_some((Standing::Unused, it))
        }
    };
    policy.exceptions.iter().filter_map(standing).collect()
}

/// What is known of an artifact when the policy is asked.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// The project.
    pub package: Option<&'a Package>,
    /// How far it came.
    pub level: Level,
    /// Every verified attestation.
    pub attestations: &'a [&'a Attestation],
    /// The day on which it is asked.
    pub on: Date,
}

/// Runners that the host runs.
const HOSTED: [&str; 2] = ["github-hosted", "gitlab-hosted"];

/// Every rule of the policy that does not hold.
pub fn violations(policy: &BuildPolicy, judged: Judged<'_>) -> Vec<Violation> {
    let rules = policy.rules(judged.package);
    let mut found: Vec<(BuildRule, String)> = Vec::new();
    if let Some(asked) = rules.level
        && reached(judged.level) < asked
    {
        found.push((BuildRule::Level, format!("it is {}", judged.level.title())));
    }
    if let Some(asked) = rules.slsa_level {
        let levels = judged.attestations.iter().map(|it| slsa_level(it, policy));
        let level = levels.max().unwrap_or(0);
        if level < asked {
            let message = format!("SLSA build level {level}, at least {asked} is asked for");
            found.push((BuildRule::SlsaLevel, message));
        }
    }
    for attestation in judged.attestations {
        if let Some(builders) = &rules.builders
            && !is_built_by(attestation, builders)
        {
            let message = "it was built by none of the builders that are named".to_owned();
            found.push((BuildRule::Builders, message));
        }
        let claims = claims(attestation);
        if rules.tags_only == Some(true) {
            let reference = claims.and_then(|it| it.reference.as_deref());
            if !reference.is_some_and(|it| it.starts_with("refs/tags/")) {
                let shown =
                    reference.map_or("nothing that is known".to_owned(), |it| format!("`{it}`"));
                found.push((BuildRule::TagsOnly, format!("{shown} was built, not a tag")));
            }
        }
        if rules.hosted_only == Some(true) && !is_hosted(claims) {
            let message = "nobody vouches that the host ran the build".to_owned();
            found.push((BuildRule::HostedOnly, message));
        }
    }
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|(rule, message)| violation(policy, judged, rule, message))
        .collect()
}

fn violation(
    policy: &BuildPolicy,
    judged: Judged<'_>,
    rule: BuildRule,
    message: String,
) -> Violation {
    let excepted = policy.exception(judged.package, rule, judged.on);
    let ended = policy.ended(judged.package, rule, judged.on);
    let ended = ended.map_or_else(String::new, |day| format!("; its exception ended on {day}"));
    Violation {
        rule,
        message: message + &ended,
        excepted: excepted.cloned(),
    }
}

fn reached(level: Level) -> AskedLevel {
    match level {
        Level::None | Level::Unverified => AskedLevel::None,
        Level::Verified => AskedLevel::Verified,
        Level::Pinned => AskedLevel::Pinned,
    }
}

fn claims(attestation: &Attestation) -> Option<&Claims> {
    match &attestation.signer {
        Signer::Certificate(claims) => Some(claims),
        Signer::Key { .. } => None,
    }
}

fn is_hosted(claims: Option<&Claims>) -> bool {
    let runner = claims.and_then(|it| it.runner.as_deref());
    runner.is_some_and(|it| HOSTED.contains(&it))
}

/// The build level that an attestation shows ([SLSA 1.0](https://slsa.dev/spec/v1.0/levels)): 1 for signed provenance, 2 where the
/// host ran the build and its identity signed, and what the policy says of the builder, where that is more and its identity
/// signed. More than 2 cannot be read off a certificate.
fn slsa_level(attestation: &Attestation, policy: &BuildPolicy) -> u8 {
    if attestation.build.is_none() {
        return 0;
    }
    let claims = claims(attestation);
    let own = if is_hosted(claims) { 2 } else { 1 };
    let signer = claims.and_then(|it| it.signer_workflow.as_deref());
    let trusted = policy
        .builders
        .iter()
        .filter_map(|(prefix, level)| signer?.starts_with(prefix).then_some(*level));
    trusted.max().unwrap_or(0).max(own)
}

/// Whether the workflow that signed, which the authority vouches for, is of one of the builders.
fn is_built_by(attestation: &Attestation, builders: &[String]) -> bool {
    let signer = claims(attestation).and_then(|it| it.signer_workflow.as_deref());
    signer.is_some_and(|signer| builders.iter().any(|prefix| signer.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use bartizan_formats::{attestation::Build, build_policy, digest::Digest};

    use super::*;

    fn attestation(reference: &str, runner: &str) -> Attestation {
        Attestation {
            signer: Signer::Certificate(Box::new(Claims {
                reference: Some(reference.to_owned()),
                runner: Some(runner.to_owned()),
                signer_workflow: Some(
                    "https://github.com/gen/x/.github/workflows/w.yml@refs/tags/v1".to_owned(),
                ),
                ..Claims::default()
            })),
            times: Vec::new(),
            digest: Digest([0; 32]),
            statement: None,
            build: Some(Build::default()),
            is_pinned: false,
        }
    }

    fn check(policy: &str, attestations: &[&Attestation], level: Level) -> String {
        let policy = build_policy::read(policy.as_bytes()).unwrap();
        let package = Package::pypi("lab");
        let judged = Judged {
            package: Some(&package),
            level,
            attestations,
            on: "2026-11-26".parse().unwrap(),
        };
        let told = |it: Violation| {
            format!(
                "{}: {}{}\n",
                it.rule.id(),
                it.message,
                it.excepted
                    .map(|it| format!(" ({})", it.reason))
                    .unwrap_or_default()
            )
        };
        violations(&policy, judged).into_iter().map(told).collect()
    }

    #[test]
    fn each_rule_is_asked() {
        let branch = attestation("refs/heads/main", "self-hosted");
        let policy = "[default]\nlevel = 'pinned'\nslsa-level = 2\ntags-only = true\nhosted-only = true\nbuilders = ['https://github.com/lab/']";
        insta::assert_snapshot!(check(policy, &[&branch], Level::Verified), @r"
        level: it is verified, identity unpinned
        slsa-level: SLSA build level 1, at least 2 is asked for
        builders: it was built by none of the builders that are named
        tags-only: `refs/heads/main` was built, not a tag
        hosted-only: nobody vouches that the host ran the build
        ");
        let tag = attestation("refs/tags/v1", "github-hosted");
        insta::assert_snapshot!(check(policy, &[&tag], Level::Pinned), @"builders: it was built by none of the builders that are named");
        insta::assert_snapshot!(check(policy, &[], Level::None), @r"
        level: it is no attestation
        slsa-level: SLSA build level 0, at least 2 is asked for
        ");
    }

    #[test]
    fn a_builder_is_trusted_as_far_as_the_policy_says() {
        let tag = attestation("refs/tags/v1", "github-hosted");
        let asked = "[default]\nslsa-level = 3\n";
        insta::assert_snapshot!(check(asked, &[&tag], Level::Verified), @"slsa-level: SLSA build level 2, at least 3 is asked for");
        let trusted =
            format!("{asked}[[builder]]\nprefix = 'https://github.com/gen/x/'\nslsa-level = 3\n");
        assert_eq!(check(&trusted, &[&tag], Level::Verified), "");
    }

    #[test]
    fn an_exception_is_told_with_its_reason() {
        let policy = "[default]\nlevel = 'verified'\n[[exception]]\npackage = 'lab'\nrule = 'level'\nreason = 'old'\nexpires = 2027-01-01\n";
        insta::assert_snapshot!(check(policy, &[], Level::None), @"level: it is no attestation (old)");
        let ended = policy.replace("2027", "2025");
        insta::assert_snapshot!(check(&ended, &[], Level::None), @"level: it is no attestation; its exception ended on 2025-01-01");
    }

    #[test]
    fn exceptions_that_let_nothing_through_are_told() {
        let exception = |package: &str, year: &str| {
            format!(
                "[[exception]]\npackage = '{package}'\nrule = 'level'\nreason = 'old'\nexpires = {year}-01-01\n"
            )
        };
        let text =
            exception("lab", "2027") + &exception("other", "2028") + &exception("gone", "2025");
        let policy = build_policy::read(text.as_bytes()).unwrap();
        let used = BTreeSet::from([policy.exceptions[0].clone()]);
        let told = |(standing, it): (Standing, &Exception)| format!("{standing:?} {}", it.package);
        let idle = idle(&policy, &used, "2026-11-26".parse().unwrap());
        let told: Vec<String> = idle.into_iter().map(told).collect();
        assert_eq!(told, ["Unused other", "Ended gone"]);
    }
}
