//! Spans of commits in OSV records: between a build that had a fault and the next one, which had it no longer.
//!
//! OSS-Fuzz names the end of such a span as `fixed` and says beside it where the span begins. It is not part of the OSV
//! schema, so that it is not part of an advisory either.

use serde_json::Value;

use super::json;

/// The pairs of commits, before and after the mending, that a stored record states, in its order.
pub fn fixed_spans(raw: &str) -> Vec<(String, String)> {
    let Ok(record) = json::parse(raw) else {
        return Vec::new();
    };
    let parts = record.get("affected").and_then(Value::as_array);
    let parts = parts.into_iter().flatten();
    let spans = parts.flat_map(|part| {
        ["database_specific", "ecosystem_specific"]
            .into_iter()
            .filter_map(|key| part.get(key)?.get("fixed_range")?.as_str())
    });
    spans.filter_map(span).collect()
}

fn span(text: &str) -> Option<(String, String)> {
    let (after, until) = text.split_once(':')?;
    let is_hash = |text: &str| text.len() == 40 && text.bytes().all(|it| it.is_ascii_hexdigit());
    let is_span = is_hash(after) && is_hash(until);
    is_span.then(|| (after.to_ascii_lowercase(), until.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_of_whole_hashes_are_read() {
        let (one, two) = ("1".repeat(40), "2".repeat(40));
        let check = |span: &str| {
            fixed_spans(&format!(
                r#"{{"id":"OSV-1","affected":[{{"database_specific":{{"fixed_range":"{span}"}}}}]}}"#
            ))
        };
        assert_eq!(check(&format!("{one}:{two}")), [(one.clone(), two)]);
        assert_eq!(check(&format!("unknown:{one}")), []);
        assert_eq!(check(""), []);
        assert_eq!(fixed_spans("["), []);
    }

    proptest! {
        #[test]
        fn never_panics(value in super::super::describe::json(), text: String) {
            fixed_spans(&value.to_string());
            fixed_spans(&text);
        }
    }
}
