//! Rules as TOML.

use bartizan_model::severity::SeverityLevel;
use regex_lite::{Regex, RegexBuilder};
use serde::Deserialize;
use thiserror::Error;

use super::{Calls, Capability, Condition, Confidence, Example, Lines, Look, Rule, When};
use crate::kind::{Language, Role};

/// The largest program of a pattern: patterns of users may be anything.
const LARGEST_PATTERN: usize = 1 << 20;

/// Why rules cannot be used.
#[derive(Debug, Error)]
pub enum RuleError {
    /// The text is not TOML of this form.
    #[error("cannot read the rules: {why}")]
    Form {
        /// What is wrong.
        why: String,
    },
    /// A pattern cannot be understood.
    #[error("cannot read the pattern of the rule `{id}`")]
    Pattern {
        /// The rule.
        id: String,
        /// What is wrong.
        #[source]
        source: regex_lite::Error,
    },
    /// A severity is none.
    #[error("`{word}` is no severity, in the rule `{id}`")]
    Severity {
        /// The rule.
        id: String,
        /// What stands there.
        word: String,
    },
    /// A rule looks in two ways.
    #[error("the rule `{id}` has both `lines` and `calls`")]
    TwoLooks {
        /// The rule.
        id: String,
    },
    /// A rule of lines names no word.
    #[error("the rule `{id}` names no word that its lines hold")]
    NoWord {
        /// The rule.
        id: String,
    },
    /// What only C shows is asked of another language.
    #[error("`{key}` is known in C and C++ only, and the rule `{id}` is not for these alone")]
    OnlyOfC {
        /// The rule.
        id: String,
        /// What is asked.
        key: &'static str,
    },
    /// A rule of calls names no function.
    #[error("the rule `{id}` names no function")]
    NoFunction {
        /// The rule.
        id: String,
    },
    /// Two rules have one id.
    #[error("there are two rules `{id}`")]
    Twice {
        /// The id.
        id: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    rule: Vec<RuleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: String,
    title: String,
    severity: String,
    confidence: Confidence,
    cwe: Vec<u32>,
    capability: Option<Capability>,
    #[serde(default)]
    when: When,
    what: String,
    why: String,
    remedy: String,
    #[serde(default)]
    languages: Vec<Language>,
    #[serde(default)]
    roles: Vec<Role>,
    lines: Option<LinesText>,
    calls: Option<CallsText>,
    example: Example,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinesText {
    words: Vec<String>,
    pattern: String,
    unless: Option<String>,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallsText {
    functions: Vec<String>,
    #[serde(default, rename = "where")]
    conditions: Vec<Condition>,
    #[serde(default, rename = "given-to")]
    given_to: Vec<String>,
    #[serde(default, rename = "is-dropped")]
    is_dropped: bool,
    message: String,
}

pub(super) fn read(text: &str) -> Result<Vec<Rule>, RuleError> {
    let file: FileText = toml::from_str(text).map_err(|error| RuleError::Form {
        why: error.to_string(),
    })?;
    file.rule.into_iter().map(rule).collect()
}

fn rule(text: RuleText) -> Result<Rule, RuleError> {
    let id = text.id;
    let severity = SeverityLevel::parse(&text.severity).ok_or_else(|| RuleError::Severity {
        id: id.clone(),
        word: text.severity.clone(),
    })?;
    let look = match (text.lines, text.calls) {
        (None, None) => Look::Detector,
        (Some(it), None) => Look::Lines(lines(&id, it)?),
        (None, Some(it)) => Look::Calls(calls(&id, &text.languages, it)?),
        (Some(_), Some(_)) => return Err(RuleError::TwoLooks { id }),
    };
    Ok(Rule {
        id,
        title: text.title,
        severity,
        confidence: text.confidence,
        cwe: text.cwe,
        capability: text.capability,
        when: text.when,
        what: text.what,
        why: text.why,
        remedy: text.remedy,
        languages: text.languages,
        roles: text.roles,
        look,
        example: text.example,
    })
}

fn calls(id: &str, languages: &[Language], text: CallsText) -> Result<Calls, RuleError> {
    if text.functions.is_empty() || text.functions.iter().any(String::is_empty) {
        return Err(RuleError::NoFunction { id: id.to_owned() });
    }
    let is_of_c = !languages.is_empty()
        && languages
            .iter()
            .all(|it| matches!(it, Language::C | Language::Cpp));
    let asked = [
        ("given-to", !text.given_to.is_empty()),
        ("is-dropped", text.is_dropped),
    ];
    if let Some((key, _)) = asked.into_iter().find(|(_, is_asked)| *is_asked && !is_of_c) {
        let id = id.to_owned();
        return Err(RuleError::OnlyOfC { id, key });
    }
    Ok(Calls {
        functions: text.functions,
        conditions: text.conditions,
        given_to: text.given_to,
        is_dropped: text.is_dropped,
        message: text.message,
    })
}

fn lines(id: &str, text: LinesText) -> Result<Lines, RuleError> {
    if text.words.is_empty() || text.words.iter().any(String::is_empty) {
        return Err(RuleError::NoWord { id: id.to_owned() });
    }
    let regex = |pattern: &str| -> Result<Regex, RuleError> {
        let mut builder = RegexBuilder::new(pattern);
        let builder = builder.case_insensitive(true).size_limit(LARGEST_PATTERN);
        builder.build().map_err(|source| RuleError::Pattern {
            id: id.to_owned(),
            source,
        })
    };
    Ok(Lines {
        words: text
            .words
            .iter()
            .map(|it| it.to_ascii_lowercase())
            .collect(),
        pattern: regex(&text.pattern)?,
        unless: text.unless.as_deref().map(regex).transpose()?,
        message: text.message,
    })
}
