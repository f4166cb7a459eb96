use jsonschema::json::{Array, Node};
use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Json<'_>, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The same text as a value of `serde_json` reads it.
fn check(text: &str) {
    match (read(text), serde_json::from_str::<Value>(text)) {
        (Ok(own), Ok(value)) => {
            assert!((&own).equals_value(&value), "{text}");
            // What is small is shown as it is.
            assert!(
                !is_small(&value, SHOWN_DEPTH) || own.shown() == value,
                "{text}"
            );
        }
        (Err(own), Err(error)) => assert_eq!(own, error.to_string()),
        (own, value) => panic!("{text}: {own:?}, {value:?}"),
    }
}

fn is_small(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(all) => {
            depth > 0 && all.len() <= SHOWN_ENTRIES && all.iter().all(|it| is_small(it, depth - 1))
        }
        Value::Object(all) => {
            let mut values = all.values();
            depth > 0 && all.len() <= SHOWN_ENTRIES && values.all(|it| is_small(it, depth - 1))
        }
        _ => true,
    }
}

#[test]
fn texts_are_read_as_others_read_them() {
    for text in [
        "null",
        r#"{"b": 1, "a": [true, -1, 1.5e3, "\u00e9\n", ""], "b": {"c": 2}}"#,
        r#"{"\u0061": 1, "a": 2}"#,
        "[1, ",
        "1e999",
        "[]]",
    ] {
        check(text);
    }
    let own = read(r#"{"b": 1, "a": {}, "b": 2}"#).unwrap();
    assert_eq!(own.get("b"), Some(&Json::Number(2.into())));
    assert_eq!(own.get("c"), None);
    assert!(size_of::<Json<'_>>() <= 24, "{}", size_of::<Json<'_>>());
}

#[test]
fn equal_entries_are_found() {
    let check = |text: &str| {
        let own = read(text).unwrap();
        own.as_array().unwrap().is_unique()
    };
    for unique in [
        "[]",
        r#"[1, "1", true, null, [], {}]"#,
        r#"[{"a": 1}, {"a": 2}, {"b": 1}]"#,
    ] {
        assert!(check(unique), "{unique}");
    }
    for twice in [
        "[1, 2, 1.0]",
        "[0, -0.0]",
        r#"[{"a": 1, "b": [1]}, {"b": [1.0], "a": 1}]"#,
    ] {
        assert!(!check(twice), "{twice}");
    }
}

#[test]
fn what_is_large_is_not_shown_whole() {
    let large = format!(r#"{{"a": [{}0], "b": "c"}}"#, "0,".repeat(100));
    insta::assert_snapshot!(read(&large).unwrap().shown(), @r#"{"a":"a list of 101","b":"c"}"#);
}

proptest! {
    #[test]
    fn never_panics_and_agrees(text in "[\\[\\]{}\":, a-c0-9.e\\\\-]{0,60}") {
        check(&text);
    }

    #[test]
    fn agrees_on_what_is_json(entries in proptest::collection::vec("(\"[ab]{0,2}\"|-?[1-9]{1,3}(\\.[0-9]{1,2})?|\\{\"[ab]\": 1, \"[ab]\": \\[1\\]\\}|null)", 0..20)) {
        let text = format!("[{}]", entries.join(", "));
        check(&text);
        let own = read(&text).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(
            own.as_array().unwrap().is_unique(),
            jsonschema::json::unique::is_unique(value.as_array().unwrap())
        );
    }
}
