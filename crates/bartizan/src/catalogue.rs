//! Every check of every capability, with what `explain`, SARIF and the reference say of it.

use bartizan_model::check::Explanation;
use bartizan_posture::{check::Support, frameworks};
use bartizan_review::rule::Rules;
use bartizan_vulnerability::checks;

use crate::term::is_treacherous;

/// A check, whatever it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    /// The stable id.
    pub id: &'static str,
    /// One line that says what is wrong.
    pub title: &'static str,
    /// What a user needs to understand and mend it.
    pub explanation: Explanation,
    /// The requirement of a SPEC that it asks for.
    pub spec: Option<&'static str>,
    /// Which requirements of frameworks it supports.
    pub supports: &'static [Support],
}

/// Every check, sorted by id.
pub fn all() -> Vec<Explained> {
    let of_scan = checks::ALL.iter().map(|check| Explained {
        id: check.id(),
        title: check.title(),
        explanation: check.explanation(),
        spec: None,
        supports: &[],
    });
    let of_check = bartizan_posture::checks::ALL.iter().map(|check| Explained {
        id: check.id,
        title: check.title,
        explanation: check.explanation(),
        spec: check.spec,
        supports: check.supports,
    });
    let of_verify = bartizan_provenance::checks::ALL
        .iter()
        .map(|check| Explained {
            id: check.id,
            title: check.title,
            explanation: check.explanation,
            spec: None,
            supports: &[],
        });
    let of_access = bartizan_access::checks::ALL.iter().map(|check| Explained {
        id: check.id,
        title: check.title,
        explanation: check.explanation,
        spec: None,
        supports: &[],
    });
    let of_sbom = bartizan_sbom::checks::ALL.iter().map(|check| Explained {
        id: check.id,
        title: check.title,
        explanation: check.explanation,
        spec: None,
        supports: &[],
    });
    let of_review = Rules::built_in().all().map(|rule| Explained {
        id: &rule.id,
        title: &rule.title,
        explanation: Explanation {
            what: &rule.what,
            why: &rule.why,
            failing: &rule.example.failing,
            passing: &rule.example.passing,
            remedy: &rule.remedy,
        },
        spec: None,
        supports: &[],
    });
    let mut all: Vec<Explained> = of_scan
        .chain(of_check)
        .chain(of_verify)
        .chain(of_sbom)
        .chain(of_access)
        .chain(of_review)
        .collect();
    all.sort_by_key(|check| check.id);
    all
}

/// Every requirement of a framework that some check supports: framework, its version, id and meaning.
pub fn requirements() -> Vec<[&'static str; 4]> {
    let all = frameworks::REQUIREMENTS.iter();
    all.map(|it| {
        let framework = it.framework;
        [framework.title(), framework.version(), it.id, it.meaning]
    })
    .collect()
}

/// A line in which characters that act, and are not shown, stand as their numbers.
pub fn visible(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for character in line.chars() {
        if character != '\t' && is_treacherous(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The check of an id.
pub fn find(id: &str) -> Option<Explained> {
    all().into_iter().find(|check| check.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_checks_share_an_id() {
        let ids: Vec<&str> = all().iter().map(|check| check.id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(find("known-vulnerability").is_some() && find("template-injection").is_some());
        assert!(find("x").is_none());
    }
}
