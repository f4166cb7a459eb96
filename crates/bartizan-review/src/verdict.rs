//! Verdicts: what maintainers say of entries, and how often rules were right by that.
//!
//! A verdict is about an entry, never about whoever wrote the change, and nobody is named in it. It changes no score, hides
//! nothing and comes from outside of what is reviewed: what a change brings along cannot speak for the change.

use std::{collections::BTreeMap, fmt, str::FromStr};

use bartizan_model::verdict::Verdict;
use thiserror::Error;

/// The longest name of a rule or project.
const LONGEST_NAME: usize = 200;

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

/// Whether a text may name a rule or a project.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_NAME && !text.chars().any(char::is_control)
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

    #[test]
    fn an_entry_is_named_by_rule_and_digits() {
        let check = |text: &str| text.parse::<EntryName>().map(|it| it.rule);
        let good = "opaque-content/0123456789abcdef";
        assert_eq!(check(good), Ok("opaque-content".to_owned()));
        assert_eq!(
            check(&format!("own/{good}")),
            Ok("own/opaque-content".to_owned())
        );
        for wrong in [
            "",
            "/0123456789abcdef",
            "a/0123456789ABCDEF",
            "a/01",
            "a\n/0123456789abcdef",
        ] {
            assert_eq!(check(wrong), Err(NoEntryName), "{wrong}");
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
        fn a_name_that_is_read_is_written_the_same(text in "(\\PC{0,40}|[a-z/-]{0,20}/[0-9a-f]{16})") {
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
