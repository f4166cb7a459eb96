//! Every element of every profile, in every format: there, and taken away. The bills are made up here; one that lacks
//! nothing is changed at one place for each element, and exactly that element must be missing then.

mod bills;
mod changes;

use serde_json::Value;

use self::changes::{CHANGES, Change};
use super::*;
use crate::{document, facts};

fn missing(profile: &Profile, json: &Value) -> Vec<String> {
    let bytes = serde_json::to_vec(json).expect("JSON");
    let document = document::read(&bytes).expect("a document");
    let gaps = profile.gaps(&facts::read(&document).expect("facts"));
    gaps.iter()
        .map(|gap| format!("{}/{}", profile.id, gap.element.id))
        .collect()
}

fn without(json: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match json.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields
                .remove(key)
                .unwrap_or_else(|| panic!("{pointer} is there"));
        }
        Some(Value::Array(entries)) => {
            entries.remove(key.parse().expect("a number"));
        }
        _ => panic!("{pointer} is not there"),
    }
}

fn put(json: &mut Value, pointer: &str, text: &str) {
    let value = serde_json::from_str(text).expect("JSON");
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    match json.pointer_mut(parent).expect("a place") {
        Value::Object(fields) => drop(fields.insert(key.to_owned(), value)),
        Value::Array(entries) => entries[key.parse::<usize>().expect("a number")] = value,
        _ => panic!("{pointer} is no place"),
    }
}

/// What is missing of a bill that lacks nothing which its format can express.
fn always_missing(place: usize) -> Vec<String> {
    let never = CHANGES
        .iter()
        .filter(|(_, changes)| matches!(changes[place], Change::Never));
    never.map(|(id, _)| (*id).to_owned()).collect()
}

#[test]
fn every_element_is_told_in_every_format_when_it_is_there_and_when_it_is_not() {
    let mut asked = 0;
    for profile in ALL {
        for (place, bill) in bills::all().iter().enumerate() {
            let always: Vec<String> = always_missing(place)
                .into_iter()
                .filter(|id| id.starts_with(profile.id))
                .collect();
            assert_eq!(missing(profile, bill), always, "{} {place}", profile.id);
            for element in profile.elements {
                let id = format!("{}/{}", profile.id, element.id);
                let row = CHANGES.iter().find(|(name, _)| *name == id);
                let (_, ways) = row.unwrap_or_else(|| panic!("{id} has no row"));
                let mut bill = bill.clone();
                let is_alone = match &ways[place] {
                    Change::Never | Change::Shared([]) => continue,
                    Change::Without(pointers) => {
                        pointers.iter().for_each(|it| without(&mut bill, it));
                        true
                    }
                    Change::Shared(pointers) => {
                        pointers.iter().for_each(|it| without(&mut bill, it));
                        false
                    }
                    Change::With(pointer, text) => {
                        put(&mut bill, pointer, text);
                        true
                    }
                };
                let mut now = missing(profile, &bill);
                assert!(
                    now.contains(&id),
                    "{id} in format {place} is not missed: {now:?}"
                );
                now.retain(|it| !always.contains(it));
                if is_alone && element.id != "components" {
                    assert_eq!(now.as_slice(), std::slice::from_ref(&id), "format {place}");
                }
                asked += 1;
            }
        }
    }
    assert_eq!(
        CHANGES.len(),
        ALL.iter().map(|it| it.elements.len()).sum::<usize>()
    );
    assert_eq!(asked, CHANGES.len() * 3 - 6);
}

#[test]
fn a_gap_tells_which_components_lack_it_and_where_to_write_it() {
    let mut bill = bills::all()[0].clone();
    without(&mut bill, "/components/0/purl");
    let bytes = serde_json::to_vec(&bill).expect("JSON");
    let document = document::read(&bytes).expect("a document");
    let gaps = ntia::PROFILE.gaps(&facts::read(&document).expect("facts"));
    let shown: Vec<_> = gaps
        .iter()
        .map(|it| {
            format!(
                "{} ({} of {}): {:?}; {}",
                it.element.title,
                it.components.len(),
                it.total,
                it.components,
                it.remedy
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"other unique identifiers (1 of 2): ["libwebp 1.6.0"]; `purl` or `cpe` of the component"#);
}

#[test]
fn moments_have_a_day_a_time_and_an_offset() {
    for good in ["2026-11-26T06:20:00Z", "2026-11-26T06:20:00.5+01:00"] {
        assert!(is_moment(good), "{good}");
    }
    for bad in [
        "2026-11-26",
        "2026-11-26T06:20:00",
        "yesterdayTnoon",
        "",
        "T",
        "2026-11-26Té",
    ] {
        assert!(!is_moment(bad), "{bad}");
    }
}
