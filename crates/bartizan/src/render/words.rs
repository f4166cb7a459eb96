//! Numbers, ages and severities in words, alike in every format for people.

use bartizan_model::{
    Timestamp,
    finding::{FindingLink, IgnoreReason, MatchRule, VulnerabilityFinding},
    native::{EvidenceKind, NativeComponent, Origin},
    severity::Severity,
    vex::{VexJustification, VexStatement, VexStatus, VexVerdict},
};

use crate::{
    freshness::Freshness,
    report::{DatabaseFacts, days_between},
};

/// `1 finding`, `2,661 findings`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    count_u64(number as u64, one, many)
}

/// The same for a number that a file states.
pub(crate) fn count_u64(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        amount(number),
        if number == 1 { one } else { many }
    )
}

/// A number with thousands set apart.
pub(crate) fn amount(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// An age: `40 min`, `2 h`, `1 d`.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let minutes = (days_between(then, now) * 1440.0).floor();
    match minutes {
        minutes if minutes < 1.0 => "under 1 min".to_owned(),
        minutes if minutes < 60.0 => format!("{minutes:.0} min"),
        minutes if minutes < 48.0 * 60.0 => format!("{:.0} h", (minutes / 60.0).floor()),
        minutes => format!("{:.0} d", (minutes / 1440.0).floor()),
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day(time: Timestamp) -> String {
    time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// `critical 9.8`, `high`, or `unstated` where nobody states one.
pub(crate) fn severity(severity: &Severity) -> String {
    match (severity.level, severity.score) {
        (Some(level), Some(score)) => format!("{level} {score:.1}"),
        (Some(level), None) => level.to_string(),
        (None, _) => "unstated".to_owned(),
    }
}

/// A probability as a whole percentage; small ones are not called nothing.
pub(crate) fn percent(probability: f64) -> String {
    if probability < 0.01 {
        "<1 %".to_owned()
    } else {
        format!("{:.0} %", (probability * 100.0).floor())
    }
}

/// A risk between 0 and 1 with two digits that say something; small ones are not called nothing.
pub(crate) fn risk(risk: f64) -> String {
    match risk {
        it if it == 0.0 || it >= 0.1 => format!("{it:.2}"),
        it if it >= 0.01 => format!("{it:.3}"),
        it if it >= 0.000_1 => format!("{it:.4}"),
        _ => "<0.0001".to_owned(),
    }
}

/// The rule by which a record matched.
pub(crate) fn rule(rule: &MatchRule) -> String {
    match rule {
        MatchRule::Enumerated => "names this version".to_owned(),
        MatchRule::Range(range) => range.clone(),
    }
}

/// What a finding is about: `libwebp 1.3.1`, and what carries it where it is native code.
pub(crate) fn subject(finding: &VulnerabilityFinding) -> String {
    let component = &finding.component;
    let own = format!("{} {}", component.package, component.version);
    match finding.carriers().as_slice() {
        [] => own,
        [carrier] => format!("{carrier} carries {own}"),
        [first, others @ ..] => {
            format!(
                "{first} and {} more carry {own}",
                amount(others.len() as u64)
            )
        }
    }
}

/// The first fixed version and, for native code, whose release is needed.
pub(crate) fn fixed(finding: &VulnerabilityFinding) -> Option<String> {
    let version = finding.fixed.first()?;
    Some(match release_needed(finding) {
        Some(release) => format!("{} {version}; {release}", finding.component.package),
        None => version.clone(),
    })
}

/// Whose release mends what is wrong with native code: whoever has the package cannot upgrade the library in it.
pub(crate) fn release_needed(finding: &VulnerabilityFinding) -> Option<String> {
    let carriers = finding.carriers();
    let name = |carrier: &&str| {
        let name = carrier.rsplit_once(' ').map_or(*carrier, |(name, _)| name);
        name.to_owned()
    };
    let mut names: Vec<String> = carriers.iter().map(name).collect();
    names.dedup();
    let names = match names.as_slice() {
        [] => return None,
        [only] => only.clone(),
        [first, others @ ..] => format!("{first} and {} more", amount(others.len() as u64)),
    };
    Some(format!("a release of {names} that carries it is needed"))
}

/// What native code is known from, at best: `its version function in a.so: f returns 2 (built from upstream's source)`.
pub(crate) fn evidence(component: &NativeComponent) -> Option<String> {
    let first = component.evidence.first()?;
    let kind = match first.kind {
        EvidenceKind::Sbom => "an SBOM",
        EvidenceKind::VersionFunction => "its version function",
        EvidenceKind::VersionMacro => "its header",
        EvidenceKind::SourcePin => "the source that is pinned",
        EvidenceKind::PackageMetadata => "its metadata",
        EvidenceKind::VersionText => "a text",
        EvidenceKind::CratePath => "the path of its source",
        EvidenceKind::VersionResource => "its version resource",
        EvidenceKind::SonameRelease => "the SONAME",
        EvidenceKind::PackagingNote => "a note of who packed it",
        EvidenceKind::FileName => "the name of the file",
        EvidenceKind::Sibling => "a library of the same release",
        EvidenceKind::Presence => "what only it defines",
        EvidenceKind::Licence => "its licence",
    };
    let build = match component.origin {
        Origin::SelfBuilt => "upstream build",
        Origin::DistributionBuilt => "built by a distribution",
        Origin::Unknown => "who built it is not known",
    };
    let detail = match first.detail.as_str() {
        "" => String::new(),
        detail => format!(": {detail}"),
    };
    Some(format!(
        "known from {kind} in {}{detail} ({build})",
        first.file
    ))
}

/// What native code is known from, and where the same vulnerability is found besides, each as a sentence.
pub(crate) fn sentences(finding: &VulnerabilityFinding) -> Vec<String> {
    let native = finding.component.native.as_ref();
    let evidence = native.and_then(|native| evidence(&native.component));
    let links = finding.see_also.iter().map(link);
    let sentence = |text: String| {
        let mut letters = text.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        format!("{}{}.", first.unwrap_or_default(), letters.as_str())
    };
    evidence.into_iter().chain(links).map(sentence).collect()
}

/// Where the same vulnerability is found one step up or down.
pub(crate) fn link(link: &FindingLink) -> String {
    let FindingLink {
        group, component, ..
    } = link;
    if link.is_carried {
        format!("it is about {component}, which is carried: see {group} there")
    } else {
        format!("{group} of {component} is about the same")
    }
}

/// Why a finding is set aside by a decision of ours.
pub(crate) fn ignored(ignored: &IgnoreReason) -> String {
    let word = if ignored.is_risk {
        "accepted risk"
    } else {
        "ignored"
    };
    let owner = ignored.owner.as_ref().map(|owner| format!("by {owner}"));
    let accepted = ignored.accepted.as_ref().map(|day| format!("on {day}"));
    let until = ignored.expires.as_ref().map(|day| format!("until {day}"));
    let facts: Vec<String> = [owner, accepted, until].into_iter().flatten().collect();
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(" ({})", facts.join(", "))
    };
    format!("{word}: {}{facts}", ignored.reason)
}

/// What VEX statements say of a finding, and who says it.
pub(crate) fn vex(verdict: &VexVerdict, now: Timestamp) -> String {
    let said: Vec<String> = verdict
        .statements
        .iter()
        .map(|statement| vex_statement(statement, now))
        .collect();
    let said = said.join("; ");
    if verdict.is_disputed {
        format!("VEX statements disagree, and the most cautious one holds: {said}")
    } else {
        said
    }
}

fn vex_statement(statement: &VexStatement, now: Timestamp) -> String {
    let status = match statement.status {
        VexStatus::NotAffected => "not affected by VEX",
        VexStatus::Fixed => "fixed by VEX",
        VexStatus::UnderInvestigation => "under investigation by VEX",
        VexStatus::Affected => "affected by VEX",
    };
    let reason = statement.justification.map(VexJustification::as_str);
    let words: Vec<&str> = [Some(status), reason, statement.note.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    let document = &statement.document;
    let author = document.author.as_ref().unwrap_or(&document.path);
    let age = statement
        .stated
        .map(|stated| format!(", {}, {} ago", day(stated), ago(stated, now)));
    format!("{} ({author}{})", words.join(": "), age.unwrap_or_default())
}

/// Where the answer comes from and how old that is.
pub(crate) fn database(database: &DatabaseFacts) -> String {
    let records = count_u64(database.records(), "record", "records");
    if let Freshness::Starter { date, .. } = &database.freshness {
        return format!(
            "Advisories: a sample of {records} of {date} that ships with Bartizan. It shows what a report looks \
             like; it does not say that anything is safe."
        );
    }
    let sources = count(database.sources.len(), "source", "sources");
    let ages = ages(database)
        .map(|ages| format!(", imported {ages} ago"))
        .unwrap_or_default();
    let newest = database
        .sources
        .iter()
        .filter_map(|source| source.newest)
        .max();
    let newest = newest
        .map(|time| format!("; newest record of {}", day(time)))
        .unwrap_or_default();
    format!(
        "Advisories: {records} of {sources}{ages}{newest} (snapshot {}).",
        database.snapshot
    )
}

/// `2 h`, or `2 h to 1 d` where the sources were not imported together.
fn ages(database: &DatabaseFacts) -> Option<String> {
    let latest = ago(database.latest()?, database.as_of);
    let oldest = ago(database.oldest()?, database.as_of);
    Some(if latest == oldest {
        oldest
    } else {
        format!("{latest} to {oldest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_ages_read_well() {
        assert_eq!(
            [0, 12, 999, 1000, 8517, 1_234_567].map(amount),
            ["0", "12", "999", "1,000", "8,517", "1,234,567"]
        );
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let check = |then: &str| ago(then.parse().unwrap(), now);
        assert_eq!(check("2026-11-23T11:59:30Z"), "under 1 min");
        assert_eq!(check("2026-11-23T11:20:00Z"), "40 min");
        assert_eq!(check("2026-11-22T11:20:00Z"), "24 h");
        assert_eq!(check("2026-11-20T11:20:00Z"), "3 d");
        assert_eq!(check("2027-11-20T11:20:00Z"), "under 1 min");
    }

    #[test]
    fn a_small_probability_is_not_nothing() {
        assert_eq!(
            [0.0004, 0.01, 0.944, 1.0].map(percent),
            ["<1 %", "1 %", "94 %", "100 %"]
        );
    }
}
