//! Entries that were looked at and set aside, in a file: a multiset, so that one of them hides no second one of its kind.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use bartizan_formats::digest::Digest;
use bartizan_review::Entry;
use jiff::civil::Date;
use serde::Deserialize;

use super::feed::small;
use crate::error::Failure;

/// The largest file, and how many entries it has.
const LARGEST: usize = 32 << 20;
const MOST_ENTRIES: usize = 100_000;

/// What the file says.
#[derive(Debug, Clone, Default)]
pub(super) struct Baseline {
    pub(super) entries: BTreeMap<Name, Accepted>,
}

/// What an entry is called: its rule, its file, and a digest of what is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) file: String,
    pub(super) rule: String,
    digest: String,
}

/// How many of it, why, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) count: usize,
    pub(super) reason: String,
    pub(super) until: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileToml {
    #[serde(default)]
    entry: Vec<EntryToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryToml {
    rule: String,
    file: String,
    digest: String,
    count: usize,
    reason: String,
    until: String,
}

impl Name {
    pub(super) fn of(entry: &Entry<'_>) -> Self {
        Self {
            file: entry.file.clone(),
            rule: entry.rule.id.clone(),
            digest: Digest::of(entry.identity.as_bytes()).to_string(),
        }
    }
}

impl Baseline {
    /// Reads a file that the user names.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = String::from_utf8_lossy(&small(path, LARGEST)?).into_owned();
        Self::parse(&text).map_err(|why| {
            Failure::usage(format!(
                "cannot read the baseline `{}`: {why}",
                path.display()
            ))
            .hint("`bartizan review --write-baseline FILE` writes one")
        })
    }

    /// Reads a text; the reason is a fragment of a sentence.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: FileToml = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        if file.entry.len() > MOST_ENTRIES {
            return Err(format!("it has more than {MOST_ENTRIES} entries"));
        }
        let mut entries = BTreeMap::new();
        for it in file.entry {
            let until = it
                .until
                .parse()
                .map_err(|_none| format!("`{}` is no day, such as `2027-01-31`", it.until))?;
            if it.reason.trim().is_empty() {
                return Err(format!("an entry of `{}` gives no reason", it.file));
            }
            let name = Name {
                file: it.file,
                rule: it.rule,
                digest: it.digest,
            };
            let accepted = Accepted {
                count: it.count,
                reason: it.reason,
                until,
            };
            entries.insert(name, accepted);
        }
        Ok(Self { entries })
    }

    /// What is in this one and was in the other one too: never more of an entry, never for longer.
    pub(super) fn within(&self, other: &Self) -> Self {
        let both = self.entries.iter().filter_map(|(name, it)| {
            let known = other.entries.get(name)?;
            let accepted = Accepted {
                count: it.count.min(known.count),
                reason: it.reason.clone(),
                until: it.until.min(known.until),
            };
            Some((name.clone(), accepted))
        });
        Self {
            entries: both.collect(),
        }
    }

    /// One with these entries, each for the same reason until the same day.
    pub(super) fn of<'e>(
        entries: impl Iterator<Item = &'e Entry<'e>>,
        reason: &str,
        until: Date,
    ) -> Self {
        let mut baseline = Self::default();
        for entry in entries {
            let accepted = baseline.entries.entry(Name::of(entry)).or_insert(Accepted {
                count: 0,
                reason: reason.to_owned(),
                until,
            });
            accepted.count += 1;
        }
        baseline
    }

    /// Takes another one in; of what both have, the other's reason and day stand.
    pub(super) fn add(&mut self, other: Self) {
        for (name, mut it) in other.entries {
            let known = self.entries.get(&name).map_or(0, |known| known.count);
            it.count = it.count.saturating_add(known);
            self.entries.insert(name, it);
        }
    }

    /// It as a file.
    pub(super) fn text(&self) -> String {
        let mut text = "# Entries of `bartizan review` that were looked at. Each counts as often as it says, until its day.\n".to_owned();
        for (name, it) in &self.entries {
            // Writing into a text cannot fail.
            let _ = write!(
                text,
                "\n[[entry]]\nrule = {}\nfile = {}\ndigest = \"{}\"\ncount = {}\nreason = {}\nuntil = \"{}\"\n",
                quoted(&name.rule),
                quoted(&name.file),
                name.digest,
                it.count,
                quoted(&it.reason),
                it.until,
            );
        }
        text
    }
}

/// A text as TOML writes it: as JSON does, but for the one sign that JSON lets stand.
fn quoted(text: &str) -> String {
    let text = serde_json::Value::from(text).to_string();
    text.replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        match Baseline::parse(text) {
            Ok(baseline) => baseline.text(),
            Err(why) => why,
        }
    }

    const ONE: &str = "[[entry]]\nrule = \"r\"\nfile = \"a \\\"b\\\"\"\ndigest = \"d\"\ncount = 2\nreason = \"why\"\nuntil = \"2027-01-31\"\n";

    #[test]
    fn what_is_written_is_read_and_what_is_wrong_is_told() {
        let text = check(ONE);
        assert_eq!(check(&text), text);
        assert!(
            text.contains("count = 2") && text.contains(r#""a \"b\"""#),
            "{text}"
        );
        assert_eq!(
            check(&ONE.replace("why", " ")),
            "an entry of `a \"b\"` gives no reason"
        );
        assert_eq!(
            check(&ONE.replace("01-31", "02-31")),
            "`2027-02-31` is no day, such as `2027-01-31`"
        );
        assert!(check("[[entry]]\nrule = 'r'\n").contains("missing field"));
    }

    #[test]
    fn what_a_change_adds_is_not_within_what_was() {
        let was = Baseline::parse(ONE).unwrap();
        let more = ONE
            .replace("count = 2", "count = 3")
            .replace("2027", "2029");
        let more = Baseline::parse(&(more + &ONE.replace("\"d\"", "\"e\""))).unwrap();
        assert_eq!(more.within(&was).text(), was.text());
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\[\\[entry\\]\\]\n|rule = |file = |count = |\"a\"|1|\n|until = \"2027-01-01\"){0,20}") {
            check(&text);
        }
    }
}
