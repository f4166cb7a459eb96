//! A validator of the part of JSON Schema that the published schemas use. A word that it does not know is
//! a complaint, so that no rule is passed over. Keys that a schema does not list are complaints too: what is
//! printed is documented.

use serde_json::Value;

/// What in `value` does not fit `schema`.
pub(crate) fn validate(schema: &Value, value: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    check(schema, schema, value, "$", &mut complaints);
    complaints
}

/// The words that are understood, apart from those that only describe.
const WORDS: [&str; 12] = [
    "type",
    "const",
    "enum",
    "minimum",
    "maximum",
    "pattern",
    "$ref",
    "anyOf",
    "properties",
    "additionalProperties",
    "items",
    "required",
];
const DESCRIPTIONS: [&str; 5] = ["$schema", "$id", "$defs", "title", "description"];

fn check(root: &Value, schema: &Value, value: &Value, at: &str, complaints: &mut Vec<String>) {
    for (word, rule) in schema.as_object().unwrap() {
        let is_known = WORDS.contains(&word.as_str()) || DESCRIPTIONS.contains(&word.as_str());
        if !is_known || !fits(word, rule, value) {
            complaints.push(format!("{at}: {value} does not fit `{word}`: {rule}"));
        }
    }
    if let Some(name) = schema["$ref"].as_str() {
        check(
            root,
            root.pointer(name.strip_prefix('#').unwrap()).unwrap(),
            value,
            at,
            complaints,
        );
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let of = |choice: &Value| {
            let mut complaints = Vec::new();
            check(root, choice, value, at, &mut complaints);
            complaints
        };
        let all: Vec<Vec<String>> = choices.iter().map(of).collect();
        if all.iter().all(|complaints| !complaints.is_empty()) {
            complaints.extend(all.into_iter().flatten());
        }
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        for (i, value) in values.iter().enumerate() {
            check(root, items, value, &format!("{at}[{i}]"), complaints);
        }
    }
    let others = schema
        .get("additionalProperties")
        .filter(|it| it.is_object());
    let properties = schema["properties"].as_object();
    if let (true, Some(values)) = (
        properties.or(others.and_then(Value::as_object)).is_some(),
        value.as_object(),
    ) {
        for required in schema["required"].as_array().into_iter().flatten() {
            if !values.contains_key(required.as_str().unwrap()) {
                complaints.push(format!("{at}: {required} is missing"));
            }
        }
        for (key, value) in values {
            match properties.and_then(|it| it.get(key)).or(others) {
                Some(property) => check(root, property, value, &format!("{at}.{key}"), complaints),
                None => complaints.push(format!("{at}: `{key}` is not documented")),
            }
        }
    }
}

/// Whether a value fits a rule that speaks of nothing below it.
fn fits(word: &str, rule: &Value, value: &Value) -> bool {
    match word {
        "type" => fits_type(rule, value),
        "const" => rule == value,
        "enum" => rule.as_array().is_some_and(|values| values.contains(value)),
        "minimum" => value
            .as_f64()
            .is_none_or(|value| rule.as_f64().is_some_and(|rule| value >= rule)),
        "maximum" => value
            .as_f64()
            .is_none_or(|value| rule.as_f64().is_some_and(|rule| value <= rule)),
        "pattern" => match rule.as_str() {
            Some("^[a-z]+(-[a-z]+)*$") => is_stable_word(value),
            Some("^[0-9a-f]{64}$") => is_digest(value),
            _ => false,
        },
        _ => true,
    }
}

fn fits_type(rule: &Value, value: &Value) -> bool {
    let names: Vec<&str> = match rule {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => name.as_str().into_iter().collect(),
    };
    names.into_iter().any(|name| match name {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64() || value.is_i64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => false,
    })
}

fn is_digest(value: &Value) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    value
        .as_str()
        .is_some_and(|text| text.len() == 64 && text.bytes().all(is_digit))
}

fn is_stable_word(value: &Value) -> bool {
    value.as_str().is_some_and(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    })
}
