//! Holding a record against the rules of the OSV schema, for those who write records.
//!
//! Reading a record forgives what it can (`super::record`); publishing one must not, because every other
//! reader will meet it. Each complaint names the place as a JSON pointer with its line, and what to do. The
//! rules are those of the schema and of the text that explains it, <https://ossf.github.io/osv-schema/>.

mod affected;
mod mentions;
mod names;
mod place;
mod severity;

use std::fmt;

use bartizan_model::Timestamp;
use serde_json::{Map, Value};

use self::{affected::affected, names::known_prefix, severity::severities};
pub use self::{
    names::{is_feed_id, number_of},
    place::{line, replaced},
};
use super::super::{field, json};

/// The most complaints about one record.
const MOST: usize = 200;

/// How much a complaint matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// The record must not be published like this.
    Error,
    /// Readers will cope, or differ.
    Warning,
}

/// Something that is wrong with a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The line, from 1.
    pub line: usize,
    /// Where it is, as a JSON pointer (RFC 6901); empty for the whole record.
    pub pointer: String,
    /// How much it matters.
    pub weight: Weight,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: &'static str,
}

/// Complaints about one text, while it is judged.
struct Judge<'a> {
    text: &'a str,
    complaints: Vec<Complaint>,
}

type Object = Map<String, Value>;

/// What is wrong with a record, errors and warnings in the order of their lines. `now` bounds its times.
pub fn validate(bytes: &[u8], now: Timestamp) -> Vec<Complaint> {
    let whole = |line, message: String| {
        vec![Complaint {
            line,
            pointer: String::new(),
            weight: Weight::Error,
            message,
            remedy: "a record is one JSON object in UTF-8",
        }]
    };
    let text = match json::text(bytes) {
        Ok(text) => text,
        Err(error) => return whole(1, error.to_string()),
    };
    let value = match json::parse(text) {
        Ok(value) => value,
        Err(error) => {
            let line = match &error {
                super::AdvisoryError::Json(cause) => cause.line(),
                _ => 1,
            };
            return whole(line.max(1), error.in_full());
        }
    };
    let Value::Object(record) = value else {
        return whole(1, "not an object".to_owned());
    };
    let mut judge = Judge {
        text,
        complaints: Vec::new(),
    };
    judge.record(&record, now);
    let mut complaints = judge.complaints;
    complaints.sort();
    complaints
}

impl Judge<'_> {
    fn complain(
        &mut self,
        weight: Weight,
        pointer: &str,
        message: impl fmt::Display,
        remedy: &'static str,
    ) {
        if self.complaints.len() < MOST {
            self.complaints.push(Complaint {
                line: line(self.text, pointer),
                pointer: pointer.to_owned(),
                weight,
                message: message.to_string(),
                remedy,
            });
        }
    }

    fn error(&mut self, pointer: &str, message: impl fmt::Display, remedy: &'static str) {
        self.complain(Weight::Error, pointer, message, remedy);
    }

    fn warn(&mut self, pointer: &str, message: impl fmt::Display, remedy: &'static str) {
        self.complain(Weight::Warning, pointer, message, remedy);
    }

    fn record(&mut self, record: &Object, now: Timestamp) {
        for key in record
            .keys()
            .filter(|key| !super::KEYS.contains(&key.as_str()))
        {
            let pointer = below("", key);
            self.error(
                &pointer,
                "the schema knows no such field",
                "move it into `database_specific`",
            );
        }
        self.text(record, "", "schema_version");
        self.id(record);
        self.times(record, now);
        for key in ["aliases", "related", "upstream"] {
            self.ids(record, key);
        }
        self.words(record);
        let has_severity = severities(self, record, "");
        affected(self, record, has_severity);
        self.references(record);
        self.credits(record);
        self.object(record, "", "database_specific");
    }

    fn id(&mut self, record: &Object) {
        let Some(value) = record.get("id") else {
            self.error("", "there is no `id`", "`bartizan db new` gives one");
            return;
        };
        let Some(id) = value.as_str() else {
            self.error("/id", "not a text", "write it in quotes");
            return;
        };
        if !field::is_id(id) {
            self.error(
                "/id",
                "cannot be the id of an advisory",
                "use letters, digits and `-`, as in PREFIX-2026-1",
            );
        } else if !known_prefix(id) {
            self.warn(
                "/id",
                "the prefix is not registered with the OSV schema",
                "register it there, so that tools which hold records against the schema accept it",
            );
        }
    }

    fn times(&mut self, record: &Object, now: Timestamp) {
        const REMEDY: &str = "write UTC with `Z`, as in 2026-11-23T10:00:00Z";
        let mut time = |key: &str| {
            let value = record.get(key)?;
            let pointer = below("", key);
            let time = value.as_str().and_then(names::time);
            if time.is_none() {
                self.error(&pointer, "not a time in UTC (RFC 3339)", REMEDY);
            }
            time
        };
        let (modified, published, withdrawn) =
            (time("modified"), time("published"), time("withdrawn"));
        if !record.contains_key("modified") {
            self.error(
                "/modified",
                "there is no `modified`",
                "`bartizan db publish --touch` sets it",
            );
        }
        if modified.is_some_and(|modified| modified > now) {
            self.error(
                "/modified",
                "later than now",
                "readers would take no later change for news",
            );
        }
        if let Some(modified) = modified {
            for (key, time) in [("/published", published), ("/withdrawn", withdrawn)] {
                if time.is_some_and(|time| time > modified) {
                    self.warn(
                        key,
                        "later than `modified`",
                        "set `modified` to the time of the last change",
                    );
                }
            }
        }
    }

    /// Ids of other records.
    fn ids(&mut self, record: &Object, key: &str) {
        let items = match record.get(key) {
            // The schema lets only this one be null.
            Some(Value::Null) if key == "aliases" => return,
            _ => self.list(record, "", key),
        };
        let pointer = below("", key);
        let mut seen: Vec<&str> = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let place = at(&pointer, index);
            match item.as_str() {
                None => self.error(&place, "not a text", "write ids in quotes"),
                Some(id) if !field::is_id(id) => {
                    self.error(
                        &place,
                        "cannot be the id of an advisory",
                        "name one id in each text",
                    );
                }
                Some(id) if record.get("id").and_then(Value::as_str) == Some(id) => {
                    self.error(&place, "the record's own id", "name other records only");
                }
                Some(id) if seen.contains(&id) => self.warn(&place, "named twice", "name it once"),
                Some(id) => seen.push(id),
            }
        }
    }

    fn words(&mut self, record: &Object) {
        let summary = self.text(record, "", "summary");
        let details = self.text(record, "", "details");
        if summary.is_none_or(str::is_empty) && details.is_none_or(str::is_empty) {
            self.warn(
                "",
                "neither `summary` nor `details` say what it is",
                "write a summary of one line",
            );
        }
        if summary.is_some_and(|summary| summary.contains(['\n', '\r'])) {
            self.warn(
                "/summary",
                "more than one line",
                "move the rest to `details`",
            );
        }
        if summary.is_some_and(|summary| summary.chars().count() > 120) {
            self.warn(
                "/summary",
                "longer than 120 characters",
                "move the rest to `details`",
            );
        }
    }

    /// A field that holds a text where it is there.
    fn text<'v>(&mut self, of: &'v Object, pointer: &str, key: &str) -> Option<&'v str> {
        let value = of.get(key)?;
        let text = value.as_str();
        if text.is_none() {
            self.error(&below(pointer, key), "not a text", "write it in quotes");
        }
        text
    }

    /// A field that holds a list where it is there.
    fn list<'v>(&mut self, of: &'v Object, pointer: &str, key: &str) -> &'v [Value] {
        match of.get(key) {
            None => &[],
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.error(&below(pointer, key), "not a list", "write it in brackets");
                &[]
            }
        }
    }

    /// The objects of a list, each with its place.
    fn objects<'v>(
        &mut self,
        of: &'v Object,
        pointer: &str,
        key: &str,
    ) -> Vec<(String, &'v Object)> {
        let list = below(pointer, key);
        let mut objects = Vec::new();
        for (index, item) in self.list(of, pointer, key).iter().enumerate() {
            match item.as_object() {
                Some(object) => objects.push((at(&list, index), object)),
                None => self.error(&at(&list, index), "not an object", "write it in braces"),
            }
        }
        objects
    }

    /// A field that holds an object where it is there.
    fn object<'v>(&mut self, of: &'v Object, pointer: &str, key: &str) -> Option<&'v Object> {
        let object = of.get(key)?.as_object();
        if object.is_none() {
            self.error(&below(pointer, key), "not an object", "write it in braces");
        }
        object
    }

    /// A field that must hold one of some words.
    fn one_of<'v>(
        &mut self,
        of: &'v Object,
        pointer: &str,
        (key, words): (&str, &[&str]),
    ) -> Option<&'v str> {
        let Some(value) = of.get(key) else {
            self.error(
                pointer,
                format_args!("there is no `{key}`"),
                "the schema wants it",
            );
            return None;
        };
        let word = value.as_str().filter(|word| words.contains(word));
        if word.is_none() {
            let message = format_args!("not one of {}", words.join(", "));
            self.error(&below(pointer, key), message, "write one of these words");
        }
        word
    }

    /// Warns of fields that the schema does not know here. It lets them be; readers pass them over.
    fn only(&mut self, of: &Object, pointer: &str, keys: &[&str]) {
        for key in of.keys().filter(|key| !keys.contains(&key.as_str())) {
            self.warn(
                &below(pointer, key),
                "the schema knows no such field here",
                "readers will pass it over",
            );
        }
    }
}

/// The pointer to a field of what a pointer leads to.
fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The pointer to an item of what a pointer leads to.
fn at(pointer: &str, index: usize) -> String {
    format!("{pointer}/{index}")
}

#[cfg(test)]
mod tests;
