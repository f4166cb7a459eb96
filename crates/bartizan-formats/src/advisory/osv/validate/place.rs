//! From a JSON pointer to the line that it leads to.
//!
//! Only complaints ask for lines, so the text is walked along the pointer when there is one, and no parser
//! of our own is needed: raw values are parts of the text itself.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The line, from 1, of what a pointer leads to in a valid text; of as much of the pointer as leads somewhere.
pub fn line(text: &str, pointer: &str) -> usize {
    let mut here = text;
    let mut offset = text.len() - text.trim_start().len();
    for token in pointer.split('/').skip(1) {
        let Some(found) = step(here, token) else {
            break;
        };
        // A raw value is a part of the text that it was read from.
        offset = (found.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        here = found;
    }
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    memchr::memchr_iter(b'\n', before).count() + 1
}

/// The text with another value where a pointer leads to, and all else as it was; `None` where it leads nowhere.
pub fn replaced(text: &str, pointer: &str, value: &str) -> Option<String> {
    let mut here = text;
    for token in pointer.split('/').skip(1) {
        here = step(here, token)?;
    }
    let offset = (here.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let (before, rest) = text.split_at_checked(offset)?;
    let (_, after) = rest.split_at_checked(here.len())?;
    Some([before, value, after].concat())
}

fn step<'a>(text: &'a str, token: &str) -> Option<&'a str> {
    let raw: &RawValue = if text.trim_start().starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).ok()?;
        items.get(token.parse::<usize>().ok()?).copied()?
    } else {
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        fields
            .get(&token.replace("~1", "/").replace("~0", "~"))
            .copied()?
    };
    Some(raw.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_a_line() {
        let text = "\n{\n \"a\": [1,\n  {\"b/c\":\n   2}],\n \"d~\": 3\n}";
        let check =
            |pointer: &str, expect: usize| assert_eq!(line(text, pointer), expect, "{pointer}");
        check("", 2);
        check("/a", 3);
        check("/a/0", 3);
        check("/a/1", 4);
        check("/a/1/b~1c", 5);
        check("/d~0", 6);
        check("/a/7/x", 3);
        check("/none", 2);
        assert_eq!(line("", "/a"), 1);
        assert_eq!(
            replaced("{\"a\": [1, 22 ]}", "/a/1", "3").as_deref(),
            Some("{\"a\": [1, 3 ]}")
        );
        assert_eq!(replaced("{\"a\": 1}", "/b", "3"), None);
    }
}
