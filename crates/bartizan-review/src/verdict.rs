//! Verdicts: what maintainers say of entries, and how often rules were right by that.
//!
//! A verdict is about an entry, never about whoever wrote the change, and nobody is named in it. It changes no score, hides
//! nothing and comes from outside of what is reviewed: what a change brings along cannot speak for the change.

use std::{collections::BTreeMap, fmt, str::FromStr};

use bartizan_model::{
    Timestamp,
    problem::Problem,
    verdict::{NoVerdict, Verdict},
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest log that is read.
pub const LARGEST_LOG: usize = 64 << 20;

/// The longest name of a rule or project, and the longest reason.
const LONGEST_NAME: usize = 200;
const LONGEST_REASON: usize = 2_000;

/// What an entry is called: its rule, and sixteen digits that stand for what it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName {
    /// The rule.
    pub rule: String,
    /// The digits.
    pub id: String,
}

/// A text that names no entry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the name of an entry is expected, such as `opaque-content/0123456789abcdef`")]
pub struct NoEntryName;

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.rule, self.id)
    }
}

impl FromStr for EntryName {
    type Err = NoEntryName;

    fn from_str(text: &str) -> Result<Self, NoEntryName> {
        let (rule, id) = text.rsplit_once('/').ok_or(NoEntryName)?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_id = id.len() == 16 && id.bytes().all(is_digit);
        if !is_id || !is_name(rule) {
            return Err(NoEntryName);
        }
        Ok(Self {
            rule: rule.to_owned(),
            id: id.to_owned(),
        })
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_NAME && !text.chars().any(char::is_control)
}

/// A verdict that somebody gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When.
    pub at: Timestamp,
    /// In which project.
    pub project: String,
    /// Of which entry.
    pub entry: EntryName,
    /// What.
    pub verdict: Verdict,
    /// Why, where that was said.
    pub reason: Option<String>,
}

/// Why a verdict cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VerdictError {
    /// The name of the project is none.
    #[error("`{0}` is no name of a project")]
    Project(String),
    /// The reason is too long.
    #[error("the reason has more than {LONGEST_REASON} bytes")]
    Reason,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: String,
    project: String,
    entry: String,
    verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl Given {
    /// The line of the log that it is, without its end.
    pub fn line(&self) -> Result<String, VerdictError> {
        if !is_name(&self.project) {
            return Err(VerdictError::Project(self.project.clone()));
        }
        if self
            .reason
            .as_ref()
            .is_some_and(|it| it.len() > LONGEST_REASON)
        {
            return Err(VerdictError::Reason);
        }
        let line = Line {
            at: self.at.to_string(),
            project: self.project.clone(),
            entry: self.entry.to_string(),
            verdict: self.verdict.as_str().to_owned(),
            reason: self.reason.clone(),
        };
        // A record of texts has no value that JSON cannot write.
        Ok(serde_json::to_string(&line).unwrap_or_default())
    }

    fn read(line: &str) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let given = Self {
            at: line
                .at
                .parse()
                .map_err(|_no_time| "its time is none".to_owned())?,
            entry: line
                .entry
                .parse()
                .map_err(|error: NoEntryName| error.to_string())?,
            verdict: line
                .verdict
                .parse()
                .map_err(|error: NoVerdict| error.to_string())?,
            project: line.project,
            reason: line.reason,
        };
        given.line().map_err(|error| error.to_string())?;
        Ok(given)
    }
}

/// Verdicts as they were given, one a line, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// All of them.
    pub given: Vec<Given>,
    /// Lines that are none.
    pub problems: Vec<Problem>,
}

impl Log {
    /// Reads a log. A line that is broken costs that line.
    pub fn read(name: &str, bytes: &[u8]) -> Self {
        let mut log = Self::default();
        for (number, line) in (1_usize..).zip(bytes.split(|byte| *byte == b'\n')) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let read = std::str::from_utf8(line)
                .map_err(|_no_text| "it is no text".to_owned())
                .and_then(Given::read);
            match read {
                Ok(given) => log.given.push(given),
                Err(why) => log.problems.push(
                    Problem::new(format!("{name}, line {number}"), why)
                        .with_hint("the line does not count; the others do"),
                ),
            }
        }
        log
    }

    /// What holds now: of every entry of a project the last that was said of it.
    pub fn now(&self) -> Vec<&Given> {
        let mut last: BTreeMap<(&str, &EntryName), &Given> = BTreeMap::new();
        for given in &self.given {
            last.insert((&given.project, &given.entry), given);
        }
        last.into_values().collect()
    }
}

/// How often a rule was right in a project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tally {
    /// The project.
    pub project: String,
    /// The rule.
    pub rule: String,
    /// Entries that are right.
    pub right: u64,
    /// Entries that are so and do no harm.
    pub harmless: u64,
    /// Entries that are wrong.
    pub wrong: u64,
}

impl Tally {
    /// How many entries there are verdicts of.
    pub fn of(&self) -> u64 {
        self.right + self.harmless + self.wrong
    }

    /// Which part was right; none where there is no verdict.
    pub fn precision(&self) -> Option<f64> {
        (self.of() > 0).then(|| self.right as f64 / self.of() as f64)
    }

    /// Between which bounds that lies in 95 of 100 cases.
    pub fn interval(&self) -> Option<(f64, f64)> {
        wilson(self.right, self.of())
    }

    fn add(&mut self, verdict: Verdict, amount: u64) {
        match verdict {
            Verdict::Right => self.right += amount,
            Verdict::Wrong => self.wrong += amount,
            Verdict::Harmless => self.harmless += amount,
        }
    }
}

/// How often rules were right, by project and rule, from counts: project, rule, verdict, and how many entries.
pub fn tallies<'a>(
    counts: impl IntoIterator<Item = (&'a str, &'a str, Verdict, u64)>,
) -> Vec<Tally> {
    let mut tallies: BTreeMap<(&str, &str), Tally> = BTreeMap::new();
    for (project, rule, verdict, amount) in counts {
        let tally = tallies.entry((project, rule)).or_insert_with(|| Tally {
            project: project.to_owned(),
            rule: rule.to_owned(),
            ..Tally::default()
        });
        tally.add(verdict, amount);
    }
    tallies.into_values().collect()
}

/// The interval of a share that holds 95 of 100 times (Wilson 1927); none where nothing was counted.
pub fn wilson(hits: u64, of: u64) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_964;
    if of == 0 || hits > of {
        return None;
    }
    let (hits, of) = (hits as f64, of as f64);
    let share = hits / of;
    let square = Z * Z / of;
    let middle = (share + square / 2.0) / (1.0 + square);
    let half = Z / (1.0 + square) * (share * (1.0 - share) / of + square / (4.0 * of)).sqrt();
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ONE: &str = r#"{"at":"2026-11-26T10:00:00Z","project":"lab","entry":"opaque-content/0123456789abcdef","verdict":"wrong"}"#;
    const AGAIN: &str = r#"{"at":"2026-11-26T11:00:00Z","project":"lab","entry":"opaque-content/0123456789abcdef","verdict":"right","reason":"on a second look"}"#;

    fn check(text: &str) -> String {
        let log = Log::read("verdicts.jsonl", text.as_bytes());
        let now = log
            .now()
            .into_iter()
            .map(|it| format!("{} {} {}", it.project, it.entry, it.verdict));
        let problems = log
            .problems
            .iter()
            .map(|it| format!("{}: {}", it.subject, it.message));
        now.chain(problems).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_last_word_counts_and_a_broken_line_costs_itself() {
        insta::assert_snapshot!(check(&format!("{ONE}\n\n{AGAIN}\n")), @"lab opaque-content/0123456789abcdef right");
        insta::assert_snapshot!(check(&format!("{AGAIN}\nnonsense\n{}\n", ONE.replace("wrong", "worse"))), @r"
        lab opaque-content/0123456789abcdef right
        verdicts.jsonl, line 2: expected ident at line 1 column 2
        verdicts.jsonl, line 3: `right`, `wrong` or `harmless` is expected
        ");
        insta::assert_snapshot!(check(&ONE.replace("0123456789abcdef", "01")), @"verdicts.jsonl, line 1: the name of an entry is expected, such as `opaque-content/0123456789abcdef`");
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        for line in [ONE, AGAIN] {
            assert_eq!(Given::read(line).unwrap().line().unwrap(), line);
        }
    }

    #[test]
    fn nothing_is_claimed_of_nothing() {
        let none = Tally::default();
        assert_eq!((none.precision(), none.interval()), (None, None));
        let told = tallies([
            ("lab", "a", Verdict::Right, 8),
            ("lab", "a", Verdict::Harmless, 1),
            ("lab", "a", Verdict::Wrong, 1),
            ("lab", "b", Verdict::Wrong, 1),
        ]);
        let shown = told.iter().map(|it| {
            let (low, high) = it.interval().unwrap();
            let share = it.precision().unwrap();
            format!(
                "{} {share:.2} of {}, {low:.3} to {high:.3}",
                it.rule,
                it.of()
            )
        });
        // Of Wilson's paper's formula, as statsmodels gives it too.
        insta::assert_snapshot!(shown.collect::<Vec<_>>().join("\n"), @r"
        a 0.80 of 10, 0.490 to 0.943
        b 0.00 of 1, 0.000 to 0.793
        ");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "\\PC{0,60}") {
            let log = Log::read("x", &bytes);
            let _ = log.now();
            let _ = Log::read("x", text.as_bytes());
            if let Ok(name) = text.parse::<EntryName>() {
                prop_assert_eq!(name.to_string(), text);
            }
        }

        #[test]
        fn an_interval_holds_the_share(of in 1..10_000_u64, part in 0..=1_000_u64) {
            let hits = of * part / 1_000;
            let (low, high) = wilson(hits, of).unwrap();
            let share = hits as f64 / of as f64;
            prop_assert!(0.0 <= low && low <= share + 1e-9 && share <= high + 1e-9 && high <= 1.0);
        }
    }
}
