//! Reading fields of records that do not always have the type they should have.
//!
//! A field that is absent or null is absent. A field of the wrong type costs one problem that names its
//! place, and is absent too.

use std::fmt;

use bartizan_model::{Timestamp, problem::Problem};
use jiff::{civil, tz::TimeZone};
use serde_json::{Map, Value};

/// The most problems that are listed for one file; the rest is counted.
const MAX_PROBLEMS: usize = 20;

/// The longest id of an advisory, version or package name that is believed.
const MAX_TOKEN: usize = 1024;

/// An object of JSON.
pub(crate) type Object = Map<String, Value>;

/// Where in a record something stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Item(usize),
}

impl Place<'static> {
    /// The record itself.
    pub(crate) const ROOT: Self = Self {
        parent: None,
        step: Step::Root,
    };
}

impl<'a> Place<'a> {
    /// A field of the object that stands here.
    pub(crate) fn field(&'a self, key: &'a str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Field(key),
        }
    }

    /// An item of the list that stands here.
    pub(crate) fn item(&'a self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Item(index),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_first = self
            .parent
            .is_none_or(|parent| matches!(parent.step, Step::Root));
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Field(key) if is_first => f.write_str(key),
            Step::Field(key) => write!(f, ".{key}"),
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

/// Collects the problems of one file while its fields are read.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    subject: &'a str,
    problems: Vec<Problem>,
    unlisted: usize,
}

impl<'a> Reader<'a> {
    /// A reader of the file called `subject`.
    pub(crate) fn new(subject: &'a str) -> Self {
        Self {
            subject,
            problems: Vec::new(),
            unlisted: 0,
        }
    }

    /// What was wrong with the file.
    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        if self.unlisted > 0 {
            self.problems.push(Problem::new(
                self.subject,
                format!("{} more problems", self.unlisted),
            ));
        }
        self.problems
    }

    /// Notes that what stands at `place` is not `expected` (`a list`).
    pub(crate) fn wrong(&mut self, place: Place<'_>, expected: &str) {
        self.note(format_args!("`{place}` is not {expected}"));
    }

    /// Notes a problem in words.
    pub(crate) fn note(&mut self, message: impl fmt::Display) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems
                .push(Problem::new(self.subject, message.to_string()));
        } else {
            self.unlisted = self.unlisted.saturating_add(1);
        }
    }

    /// A field that holds an object.
    pub(crate) fn object<'v>(
        &mut self,
        of: &'v Object,
        key: &str,
        place: Place<'_>,
    ) -> Option<&'v Object> {
        match of.get(key)? {
            Value::Object(object) => Some(object),
            Value::Null => None,
            _ => self.absent(place.field(key), "an object"),
        }
    }

    /// The items of a field that holds a list; none when it is absent.
    pub(crate) fn list<'v>(&mut self, of: &'v Object, key: &str, place: Place<'_>) -> &'v [Value] {
        match of.get(key) {
            Some(Value::Array(items)) => items,
            None | Some(Value::Null) => &[],
            Some(_) => self.absent(place.field(key), "a list").unwrap_or_default(),
        }
    }

    /// The objects of a field that holds a list of objects, each with its index.
    pub(crate) fn objects<'v>(
        &mut self,
        of: &'v Object,
        key: &str,
        place: Place<'_>,
    ) -> Vec<(usize, &'v Object)> {
        let mut objects = Vec::new();
        for (index, item) in self.list(of, key, place).iter().enumerate() {
            match item {
                Value::Object(object) => objects.push((index, object)),
                _ => self.wrong(place.field(key).item(index), "an object"),
            }
        }
        objects
    }

    /// A field that holds text.
    pub(crate) fn text<'v>(
        &mut self,
        of: &'v Object,
        key: &str,
        place: Place<'_>,
    ) -> Option<&'v str> {
        match of.get(key)? {
            Value::String(text) => Some(text),
            Value::Null => None,
            _ => self.absent(place.field(key), "a text"),
        }
    }

    /// A field that holds a word: one line of bounded length without control characters.
    pub(crate) fn word<'v>(
        &mut self,
        of: &'v Object,
        key: &str,
        place: Place<'_>,
    ) -> Option<&'v str> {
        let text = self.text(of, key, place)?;
        if is_word(text) {
            Some(text)
        } else {
            self.absent(place.field(key), "a plain word")
        }
    }

    /// The words of a field that holds a list of them.
    pub(crate) fn words(&mut self, of: &Object, key: &str, place: Place<'_>) -> Vec<String> {
        let items = self.list(of, key, place);
        let mut words = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item.as_str().filter(|text| is_word(text)) {
                Some(word) => words.push(word.to_owned()),
                None => self.wrong(place.field(key).item(index), "a plain word"),
            }
        }
        words
    }

    /// A field that holds an instant; without an offset it is in UTC, and a day stands for its start.
    pub(crate) fn timestamp(
        &mut self,
        of: &Object,
        key: &str,
        place: Place<'_>,
    ) -> Option<Timestamp> {
        let text = self.text(of, key, place)?;
        match timestamp(text) {
            Some(instant) => Some(instant),
            None => self.absent(place.field(key), "a time"),
        }
    }

    fn absent<T>(&mut self, place: Place<'_>, expected: &str) -> Option<T> {
        self.wrong(place, expected);
        None
    }
}

/// Whether a text can be a name, a version or an id: it is printed and compared, so it holds no line
/// breaks, no control characters and not a novel.
pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TOKEN && !text.chars().any(char::is_control)
}

/// Whether a text can be the id of an advisory: ASCII letters, digits and `-._:+`, as every database
/// that exports the OSV schema gives them.
pub(crate) fn is_id(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:+".contains(&byte);
    (1..=128).contains(&text.len())
        && text.bytes().all(is_allowed)
        && text.bytes().any(|byte| byte.is_ascii_alphanumeric())
}

/// A text on one line: every run of white space and control characters is one space.
pub(crate) fn one_line(text: &str) -> String {
    let is_gap = |character: char| character.is_whitespace() || character.is_control();
    let words: Vec<&str> = text.split(is_gap).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn timestamp(text: &str) -> Option<Timestamp> {
    let instant = text.parse::<Timestamp>();
    let local = || {
        text.parse::<civil::DateTime>()
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()
    };
    instant
        .ok()
        .or_else(|| local().map(|zoned| zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_like_a_path() {
        let (root, affected) = (Place::ROOT, Place::ROOT.field("affected"));
        assert_eq!(root.field("id").to_string(), "id");
        assert_eq!(
            affected.item(2).field("ranges").item(0).to_string(),
            "affected[2].ranges[0]"
        );
    }

    #[test]
    fn an_instant_without_offset_is_in_utc() {
        for (text, expect) in [
            ("2023-08-01T10:00:00Z", "2023-08-01T10:00:00Z"),
            ("2023-08-01T10:00:00+02:00", "2023-08-01T08:00:00Z"),
            ("2023-08-01T10:00:00.5", "2023-08-01T10:00:00.5Z"),
            ("2023-08-01 10:00:00", "2023-08-01T10:00:00Z"),
            ("2023-08-01", "2023-08-01T00:00:00Z"),
        ] {
            assert_eq!(
                timestamp(text)
                    .map(|instant| instant.to_string())
                    .as_deref(),
                Some(expect),
                "{text}"
            );
        }
        assert_eq!(timestamp("yesterday"), None);
    }

    #[test]
    fn ids_are_what_databases_give() {
        for id in [
            "PYSEC-2023-175",
            "GHSA-j7hp-h8jx-5ppr",
            "RHSA-2023:0001",
            "openSUSE-SU-2020:1",
            "BIT-a_b-1",
        ] {
            assert!(is_id(id), "{id}");
        }
        for id in [
            "",
            "-",
            "a b",
            "../../x",
            "CVE-2023-1\u{1b}[31m",
            &"x".repeat(200),
        ] {
            assert!(!is_id(id), "{id}");
        }
    }

    #[test]
    fn the_rest_of_many_problems_is_counted() {
        let mut reader = Reader::new("x.json");
        (0..MAX_PROBLEMS + 7).for_each(|number| reader.note(number));
        let problems = reader.into_problems();
        assert_eq!(problems.len(), MAX_PROBLEMS + 1);
        assert_eq!(problems.last().unwrap().message, "7 more problems");
    }
}
