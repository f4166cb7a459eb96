//! What the validator of schemas asks of a value.

use std::{
    borrow::Cow,
    hash::{BuildHasher, Hash, Hasher, RandomState},
};

use jsonschema::{
    JsonType,
    json::{self, NodeIdentity, cmp::equal},
};
use serde_json::{Number, Value};

use super::{Field, Json};

/// The representation, for the validator.
pub(crate) struct Validated;

impl json::Json for Validated {
    type Node<'a> = &'a Json<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    const KEYS_PER_LOOKUP: usize = 2;
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Self::Node<'_>) -> T) -> T {
        f(&Json::Text(Cow::Borrowed(string)))
    }
}

impl<'a> json::Node<'a, Validated> for &'a Json<'a> {
    type Object = &'a [Field<'a>];
    type Array = &'a [Json<'a>];
    type Number = &'a Number;

    fn as_object(&self) -> Option<Self::Object> {
        match self {
            Json::Object(fields) => Some(fields),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Self::Array> {
        match self {
            Json::List(entries) => Some(entries),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Json::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<&'a Number> {
        match self {
            Json::Number(number) => Some(number),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            Json::Bool(it) => Some(*it),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    fn json_type(&self) -> JsonType {
        match self {
            Json::Null => JsonType::Null,
            Json::Bool(_) => JsonType::Boolean,
            Json::Number(_) => JsonType::Number,
            Json::Text(_) => JsonType::String,
            Json::List(_) => JsonType::Array,
            Json::Object(_) => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        equals(self, expected)
    }

    /// For messages only: what compares does so by itself.
    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(self.shown())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(
            std::ptr::from_ref::<Json<'_>>(*self) as usize
        ))
    }
}

/// The fields of an object, one by one.
pub(crate) struct Members<'a>(std::slice::Iter<'a, Field<'a>>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name.as_ref(), value))
    }
}

impl<'a> json::Object<'a, Validated> for &'a [Field<'a>] {
    type Node = &'a Json<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        <[Field<'_>]>::len(self)
    }

    fn get(&self, key: &String) -> Option<&'a Json<'a>> {
        let place = self.binary_search_by(|(name, _)| name.as_ref().cmp(key.as_str()));
        <[Field<'_>]>::get(self, place.ok()?).map(|(_, value)| value)
    }

    fn members(&self) -> Members<'a> {
        Members(self.iter())
    }
}

impl<'a> json::Array<'a, Validated> for &'a [Json<'a>] {
    type Node = &'a Json<'a>;
    type ElementsIter = std::slice::Iter<'a, Json<'a>>;

    fn len(&self) -> usize {
        <[Json<'_>]>::len(self)
    }

    fn elements(&self) -> Self::ElementsIter {
        self.iter()
    }

    /// By keyed hashes, so that nobody can make a list whose entries all have the same one.
    fn is_unique(&self) -> bool {
        let state = RandomState::new();
        let mut hashed: Vec<(u64, &Json<'_>)> = self
            .iter()
            .map(|it| {
                let mut hasher = state.build_hasher();
                digest(it, &mut hasher);
                (hasher.finish(), it)
            })
            .collect();
        hashed.sort_unstable_by_key(|(hash, _)| *hash);
        let mut rest = hashed.as_slice();
        while let Some(((hash, first), more)) = rest.split_first() {
            let mut alike = more.iter().take_while(|(other, _)| other == hash);
            if alike.any(|(_, it)| same(first, it)) {
                return false;
            }
            rest = more;
        }
        true
    }
}

/// Equal values have equal hashes: `1` and `1.0` are equal.
fn digest(it: &Json<'_>, into: &mut impl Hasher) {
    std::mem::discriminant(it).hash(into);
    match it {
        Json::Null => {}
        Json::Bool(it) => it.hash(into),
        // Zero has two signs, and is one number.
        Json::Number(it) => it.as_f64().map(|it| (it + 0.0).to_bits()).hash(into),
        Json::Text(it) => it.hash(into),
        Json::List(all) => {
            all.len().hash(into);
            all.iter().for_each(|it| digest(it, into));
        }
        Json::Object(all) => {
            all.len().hash(into);
            for (name, value) in all {
                name.hash(into);
                digest(value, into);
            }
        }
    }
}

fn same(one: &Json<'_>, other: &Json<'_>) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => numbers(one, other),
        (Json::List(one), Json::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same(a, b))
        }
        (Json::Object(one), Json::Object(other)) => {
            let mut pairs = one.iter().zip(other);
            one.len() == other.len() && pairs.all(|(a, b)| a.0 == b.0 && same(&a.1, &b.1))
        }
        _ => one == other,
    }
}

/// The same with a value of a schema.
fn equals(one: &Json<'_>, other: &Value) -> bool {
    match (one, other) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(one), Value::Bool(other)) => one == other,
        (Json::Number(one), Value::Number(other)) => numbers(one, other),
        (Json::Text(one), Value::String(other)) => one == other,
        (Json::List(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| equals(a, b))
        }
        (Json::Object(fields), Value::Object(other)) => {
            let has = |(name, value): &Field<'_>| {
                other.get(name.as_ref()).is_some_and(|it| equals(value, it))
            };
            fields.len() == other.len() && fields.iter().all(has)
        }
        _ => false,
    }
}

fn numbers(one: &Number, other: &Number) -> bool {
    equal(&Value::Number(one.clone()), &Value::Number(other.clone()))
}
