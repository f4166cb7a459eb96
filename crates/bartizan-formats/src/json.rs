//! JSON of strangers, taken apart value by value with the line each stands in.
//!
//! A software bill of materials may have a hundred megabytes. It is not built up in memory: a value is the
//! stretch of text that it was written in, and only what is asked for is looked at. What is missing and what is
//! of another type than asked for are the same: absent.

use std::{borrow::Cow, fmt, path::Path};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::{target::TargetError, tree::Tree};

/// The largest file of JSON that is read. A bill of an image with a record of each file has some ten megabytes.
pub(crate) const LARGEST_JSON: u64 = 256 << 20;

/// The most entries of one list. Each costs sixteen bytes besides its text.
const MOST_ENTRIES: usize = 2_000_000;

/// Why a file of JSON cannot be taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonError {
    /// It is not text.
    #[error("not UTF-8")]
    NotText,
    /// It is not JSON.
    #[error("not valid JSON: {message}")]
    Syntax {
        /// What is wrong, and where.
        message: String,
    },
}

/// The text of a file of JSON, without a byte order mark.
pub(crate) fn read_text(tree: &dyn Tree, path: &Path) -> Result<String, TargetError> {
    let bytes = tree
        .read(path, LARGEST_JSON)
        .map_err(|cause| TargetError::Tree {
            path: path.to_owned(),
            cause,
        })?;
    let text = String::from_utf8(bytes).map_err(|_not_text| TargetError::Json {
        path: path.to_owned(),
        cause: JsonError::NotText,
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// A text of JSON, and where its lines begin.
pub(crate) struct Document<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Document<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let lines = text.match_indices('\n').map(|(place, _)| place + 1);
        Self {
            text,
            lines: lines.collect(),
        }
    }

    /// The whole of it. The text is checked to be JSON from end to end.
    pub(crate) fn root(&self) -> Result<Json<'a>, JsonError> {
        Json::whole(self.text)
    }

    /// The line in which a value begins, from 1.
    pub(crate) fn line(&self, value: Json<'a>) -> usize {
        let place = (value.0.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        1 + self.lines.partition_point(|&begin| begin <= place)
    }
}

/// A value, as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// A whole text, checked to be JSON from end to end.
    pub(crate) fn whole(text: &'a str) -> Result<Self, JsonError> {
        match serde_json::from_str::<&RawValue>(text) {
            Ok(raw) => Ok(Self(raw.get())),
            Err(error) => Err(JsonError::Syntax {
                message: error.to_string(),
            }),
        }
    }

    /// The values of an object under these keys; the last counts where a key stands twice.
    pub(crate) fn fields<const N: usize>(self, keys: [&str; N]) -> [Option<Self>; N] {
        let mut deserializer = serde_json::Deserializer::from_str(self.0);
        // A value that is no object has no fields.
        Fields(keys)
            .deserialize(&mut deserializer)
            .unwrap_or([None; N])
    }

    /// The value of an object under a key.
    pub(crate) fn field(self, key: &str) -> Option<Self> {
        let [value] = self.fields([key]);
        value
    }

    /// The entries of a list, and whether there were more than are read.
    pub(crate) fn entries(self) -> (Vec<Self>, bool) {
        let Entries(entries, is_cut) = serde_json::from_str(self.0).unwrap_or_default();
        (entries, is_cut)
    }

    /// Whether it is a list.
    pub(crate) fn is_list(self) -> bool {
        self.0.starts_with('[')
    }

    /// The entries of a list; a value that is no list is its only entry.
    pub(crate) fn one_or_many(self) -> Vec<Self> {
        if self.is_list() {
            self.entries().0
        } else {
            vec![self]
        }
    }

    /// The value as it is written: `7`, `"a"`.
    pub(crate) fn written(self) -> &'a str {
        self.0
    }

    /// A text that is not empty.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        struct Text<'a>(Cow<'a, str>);
        impl<'de> Deserialize<'de> for Text<'de> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor).map(Text)
            }
        }
        let Text(text) = serde_json::from_str(self.0).ok()?;
        Some(text).filter(|text| !text.trim().is_empty())
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Takes some fields of an object, and passes over the others without keeping them.
struct Fields<'k, const N: usize>([&'k str; N]);

impl<'de, const N: usize> DeserializeSeed<'de> for Fields<'_, N> {
    type Value = [Option<Json<'de>>; N];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const N: usize> Visitor<'de> for Fields<'_, N> {
    type Value = [Option<Json<'de>>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(Key(key)) = map.next_key()? {
            let wanted = self.0.iter().position(|wanted| *wanted == key);
            match wanted.and_then(|place| found.get_mut(place)) {
                Some(place) => {
                    let raw: &RawValue = map.next_value()?;
                    *place = Some(Json(raw.get()));
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Key)
    }
}

#[derive(Default)]
struct Entries<'a>(Vec<Json<'a>>, bool);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut entries = Entries::default();
                while let Some(raw) = list.next_element::<&RawValue>()? {
                    if entries.0.len() >= MOST_ENTRIES {
                        entries.1 = true;
                        while list.next_element::<IgnoredAny>()?.is_some() {}
                        break;
                    }
                    entries.0.push(Json(raw.get()));
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str =
        "{\"a\": [1,\n {\"b\\u0063\": \"x\\ny\"}, null],\n \"a2\": 7, \"a2\": 8, \"e\": \"\"}";

    #[test]
    fn values_are_found_with_their_lines() {
        let document = Document::new(TEXT);
        let root = document.root().unwrap();
        let [list, number, empty, none] = root.fields(["a", "a2", "e", "none"]);
        let (entries, is_cut) = list.unwrap().entries();
        assert!(!is_cut && none.is_none() && entries.len() == 3);
        assert_eq!(document.line(entries[1]), 2);
        assert_eq!(entries[1].field("bc").unwrap().text().unwrap(), "x\ny");
        assert_eq!(number.unwrap().written(), "8");
        assert_eq!(document.line(number.unwrap()), 3);
        assert_eq!(empty.unwrap().text(), None);
    }

    #[test]
    fn what_has_another_type_is_absent() {
        let root = Document::new(TEXT).root().unwrap();
        assert!(root.text().is_none() && root.entries().0.is_empty());
        assert!(root.field("a2").unwrap().field("x").is_none());
        assert_eq!(root.field("a2").unwrap().one_or_many().len(), 1);
        assert!(Document::new("{\"a\": 1,}").root().is_err());
        assert!(Document::new("{} {}").root().is_err());
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1 << 20), "]".repeat(1 << 20));
        let document = Document::new(&deep);
        assert!(document.root().unwrap().field("a").is_some());
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}:,\"a0 \n\\\\]{0,40}") {
            let document = Document::new(&text);
            if let Ok(root) = document.root() {
                let [a, b] = root.fields(["a", ""]);
                for value in [a, b].into_iter().flatten() {
                    prop_assert!(document.line(value) <= 1 + text.matches('\n').count());
                    let _ = (value.text(), value.entries());
                }
            }
        }
    }
}
