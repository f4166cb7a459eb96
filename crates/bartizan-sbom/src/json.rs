//! JSON of strangers in little memory: texts stay where they were written, and an object is a sorted list.
//!
//! [`serde_json::Value`] takes some 650 bytes for an object of one field; a bill of a hundred megabytes would take more than a
//! gigabyte. Objects behave as there: fields are sorted, and of two with one name the last counts.

mod validated;

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Number, Value};

pub(crate) use self::validated::Validated;

/// A value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Json<'a> {
    /// Nothing.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Box<[Self]>),
    /// Fields, sorted by name.
    Object(Box<[Field<'a>]>),
}

/// A field of an object.
pub type Field<'a> = (Cow<'a, str>, Json<'a>);

/// The most levels of a value that is shown whole in a message.
const SHOWN_DEPTH: usize = 3;

/// The most entries of a list or object that is shown whole in a message.
const SHOWN_ENTRIES: usize = 8;

impl<'a> Json<'a> {
    /// The value of a field.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        let place = fields.binary_search_by(|(name, _)| name.as_ref().cmp(key));
        fields.get(place.ok()?).map(|(_, value)| value)
    }

    /// The text that it is.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The entries of the list that it is.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::List(entries) => Some(entries),
            _ => None,
        }
    }

    /// The fields of the object that it is.
    pub fn as_object(&self) -> Option<&[Field<'a>]> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        self.as_object().is_some()
    }

    /// The same as a value of `serde_json`, where it is small; of what is large or deep a few words.
    pub fn shown(&self) -> Value {
        self.shown_within(SHOWN_DEPTH)
    }

    fn shown_within(&self, depth: usize) -> Value {
        let is_large = |count: usize| depth == 0 || count > SHOWN_ENTRIES;
        match self {
            Self::Null => Value::Null,
            Self::Bool(it) => Value::Bool(*it),
            Self::Number(it) => Value::Number(it.clone()),
            Self::Text(it) => Value::String(it.clone().into_owned()),
            Self::List(all) if is_large(all.len()) => {
                Value::String(format!("a list of {}", all.len()))
            }
            Self::Object(all) if is_large(all.len()) => {
                Value::String(format!("an object of {} fields", all.len()))
            }
            Self::List(all) => all.iter().map(|it| it.shown_within(depth - 1)).collect(),
            Self::Object(all) => {
                let fields = all.iter();
                let fields =
                    fields.map(|(name, it)| (name.to_string(), it.shown_within(depth - 1)));
                Value::Object(fields.collect())
            }
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

/// A name or text that stays where it was written, unless something in it was escaped.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_str(AnyValue)? {
            Json::Text(text) => Ok(Self(text)),
            _ => Err(D::Error::custom("a name that is no text")),
        }
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(it.into()))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(it.into()))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(it).map_or(Json::Null, Json::Number))
    }

    fn visit_borrowed_str<E>(self, it: &'de str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(it)))
    }

    fn visit_str<E>(self, it: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(it.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element()? {
            entries.push(entry);
        }
        Ok(Json::List(entries.into_boxed_slice()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Vec<Field<'de>> = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        // Sorting keeps the order of equal names; turned round, the last one comes first and stays.
        fields.reverse();
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        fields.dedup_by(|later, first| later.0 == first.0);
        Ok(Json::Object(fields.into_boxed_slice()))
    }
}

#[cfg(test)]
mod tests;
