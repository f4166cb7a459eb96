//! Every field of every sample flipped, removed, doubled, emptied and put in another order. What is still accepted must
//! mean the same: the same signer of the same bytes, the same statement, and no time of signing that was not there.

use std::collections::BTreeMap;

use bartizan_formats::attestation::decode_base64;
use bartizan_provenance::Attestation;
use serde_json::Value;

use super::samples::{self, Sample};

/// Where a value stands, and what is done to it.
struct Mutant {
    place: String,
    json: String,
}

#[test]
fn nothing_accepted_means_something_else() {
    let (mut made, mut accepted) = (0usize, BTreeMap::<&str, usize>::new());
    let mut unexplained = Vec::new();
    for sample in samples::all() {
        let original = sample.examine(&sample.bundle.to_string());
        let original = original.result.unwrap().get().clone();
        for mutant in mutants(&sample.bundle) {
            made += 1;
            let Ok(verified) = sample.examine(&mutant.json).result else {
                continue;
            };
            assert!(
                means_the_same(&original, verified.get()),
                "{}: {} changes what is verified",
                sample.name,
                mutant.place
            );
            match harmless(&sample, &mutant.place) {
                Some(why) => *accepted.entry(why).or_default() += 1,
                None => unexplained.push(format!("{}: {}", sample.name, mutant.place)),
            }
        }
    }
    println!("{made} mutants; accepted without a change of meaning: {accepted:#?}");
    assert!(
        unexplained.is_empty(),
        "accepted, and nobody has read why: {unexplained:#?}"
    );
}

/// Why a change leaves the meaning as it was: what nobody signed, and what is there besides enough of it.
fn harmless(sample: &Sample, place: &str) -> Option<&'static str> {
    let (path, change) = place.split_once(": ")?;
    let end = path.trim_start_matches("/verificationMaterial");
    let is_gone = matches!(change, "null" | "removed" | "emptied");
    let has_timestamp = sample.name.contains("timestamp") || sample.key.is_some();
    let is_v2 = sample.name.contains("log of version 2");
    match end {
        "/messageSignature/messageDigest" if is_gone => {
            Some("the digest is a hint that nobody signed")
        }
        "/publicKey/hint" => Some("the hint is the signer's word for a key that the user names"),
        "/timestampVerificationData/rfc3161Timestamps/0/signedTimestamp"
            if change.starts_with("bit") =>
        {
            Some(
                "certificates that come along with a timestamp, and its status, are not signed; the root of trust has its own",
            )
        }
        "/tlogEntries/0/inclusionPromise" if is_gone && has_timestamp => {
            Some("the entry is proven without the promise, and the time known without it")
        }
        "/tlogEntries/0/inclusionProof/checkpoint/envelope" if is_unsigned(sample, change) => Some(
            "a checkpoint is signed to its empty line; what follows are names and signatures, of which one must hold",
        ),
        "/tlogEntries/0/inclusionProof/logIndex"
        | "/tlogEntries/0/inclusionProof/rootHash"
        | "/tlogEntries/0/inclusionProof/treeSize"
            if is_v2 =>
        {
            Some("a log of version 2 states them in entry and checkpoint, which count")
        }
        _ if end.starts_with("/timestampVerificationData") && is_gone => {
            let is_needed = sample
                .bundle
                .pointer("/verificationMaterial/timestampVerificationData/rfc3161Timestamps/0")
                .is_some();
            (!is_needed || has_timestamp)
                .then_some("there is another source of time, or no need of one")
        }
        _ => None,
    }
}

/// Whether a change of a checkpoint is behind the text that is signed.
fn is_unsigned(sample: &Sample, change: &str) -> bool {
    let place = "/verificationMaterial/tlogEntries/0/inclusionProof/checkpoint/envelope";
    let text = sample.bundle.pointer(place).unwrap().as_str().unwrap();
    let (signed, _) = text.split_once("\n\n").unwrap();
    if let Some(place) = change.strip_prefix("bit of byte ") {
        return place.parse::<usize>().unwrap() > signed.len();
    }
    let line = change
        .strip_prefix("line ")
        .and_then(|rest| rest.split(' ').next()?.parse::<usize>().ok());
    line.is_some_and(|line| line >= signed.lines().count())
}

fn means_the_same(original: &Attestation, other: &Attestation) -> bool {
    original.signer == other.signer
        && original.digest == other.digest
        && original.statement == other.statement
        && original.build == other.build
        && other.times.iter().all(|time| original.times.contains(time))
        && !other.times.is_empty()
}

/// Everything that is done to a bundle.
fn mutants(bundle: &Value) -> Vec<Mutant> {
    let mut places = Vec::new();
    walk(bundle, &mut Vec::new(), &mut places);
    let mut mutants = Vec::new();
    for place in &places {
        let here = bundle.pointer(place).unwrap();
        for (what, changed) in changes(here) {
            mutants.push(mutant(bundle, place, &what, changed));
        }
        mutants.push(removed(bundle, place));
        mutants.extend(doubled_key(bundle, place));
    }
    mutants
}

/// Pointers to every value.
fn walk(value: &Value, path: &mut Vec<String>, places: &mut Vec<String>) {
    let mut below = |key: String, child: &Value, places: &mut Vec<String>| {
        path.push(key);
        places.push(format!("/{}", path.join("/")));
        walk(child, path, places);
        path.pop();
    };
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, child)| below(key.clone(), child, places)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(number, child)| below(number.to_string(), child, places)),
        _ => {}
    }
}

/// Other values in the place of one.
fn changes(value: &Value) -> Vec<(String, Value)> {
    let mut changes = vec![("null".to_owned(), Value::Null)];
    match value {
        Value::String(text) => {
            changes.push(("empty".to_owned(), "".into()));
            changes.extend(numbers(text));
            changes.extend(bytes(text));
            changes.extend(lines(text));
            changes.extend(inner(text));
        }
        Value::Number(number) => {
            let number = number.as_i64().unwrap();
            changes.push(("one more".to_owned(), (number + 1).into()));
            changes.push(("one less".to_owned(), (number - 1).into()));
        }
        Value::Array(list) => {
            let doubled: Vec<Value> = list.iter().chain(list.last()).cloned().collect();
            changes.push(("last doubled".to_owned(), doubled.into()));
            changes.push(("emptied".to_owned(), Value::Array(Vec::new())));
            if list.len() > 1 {
                let turned: Vec<Value> = list.iter().rev().cloned().collect();
                changes.push(("turned round".to_owned(), turned.into()));
                changes.push((
                    "last removed".to_owned(),
                    list[..list.len() - 1].to_vec().into(),
                ));
            }
        }
        _ => {}
    }
    changes
}

fn numbers(text: &str) -> Vec<(String, Value)> {
    let Ok(number) = text.parse::<i64>() else {
        return Vec::new();
    };
    [
        ("one more", number + 1),
        ("one less", number - 1),
        ("negative", -number - 1),
        ("zero", 0),
    ]
    .map(|(what, number)| (what.to_owned(), number.to_string().into()))
    .to_vec()
}

/// Bits of the bytes that a text stands for, or letters of the text.
fn bytes(text: &str) -> Vec<(String, Value)> {
    let mut changed = Vec::new();
    let decoded = decode_base64("x", text).unwrap_or_default();
    let is_encoded = decoded.len() > 2 && !text.contains('.');
    let source = if is_encoded {
        decoded
    } else {
        text.as_bytes().to_vec()
    };
    // Long values are certificates and bodies: fifty places of each, and both ends.
    let step = source.len().div_ceil(50).max(1);
    for place in (0..source.len())
        .step_by(step)
        .chain(source.len().checked_sub(1))
    {
        let mut other = source.clone();
        other[place] ^= 1;
        let other = if is_encoded {
            encode(&other)
        } else {
            String::from_utf8_lossy(&other).into_owned()
        };
        changed.push((format!("bit of byte {place}"), other.into()));
    }
    if is_encoded {
        changed.push(("cut".to_owned(), encode(&source[..source.len() - 1]).into()));
        changed.push((
            "longer".to_owned(),
            encode(&[&source[..], &[0]].concat()).into(),
        ));
    }
    changed
}

/// Lines removed, doubled and put in another order: a checkpoint is lines.
fn lines(text: &str) -> Vec<(String, Value)> {
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    if all.len() < 2 {
        return Vec::new();
    }
    let mut changed = Vec::new();
    for place in 0..all.len() {
        let mut without = all.clone();
        let line = without.remove(place);
        changed.push((format!("line {place} removed"), without.concat().into()));
        let mut doubled = all.clone();
        doubled.insert(place, line);
        changed.push((format!("line {place} doubled"), doubled.concat().into()));
    }
    let turned: String = all.iter().rev().copied().collect();
    changed.push(("lines turned round".to_owned(), turned.into()));
    changed
}

/// JSON in base64, as statements and bodies of entries are: every field of it, once each.
fn inner(text: &str) -> Vec<(String, Value)> {
    let decoded = decode_base64("x", text).unwrap_or_default();
    let Ok(value) = serde_json::from_slice::<Value>(&decoded) else {
        return Vec::new();
    };
    if !value.is_object() {
        return Vec::new();
    }
    let mut places = Vec::new();
    walk(&value, &mut Vec::new(), &mut places);
    let mut changed = Vec::new();
    for place in places {
        let here = value.pointer(&place).unwrap().clone();
        let other = match &here {
            Value::String(text) => Value::String(format!("{text}x")),
            Value::Array(list) => list.iter().chain(list.last()).cloned().collect(),
            _ => Value::Null,
        };
        for (what, json) in [
            ("changed", replaced(&value, &place, Some(other))),
            ("removed", replaced(&value, &place, None)),
        ] {
            changed.push((
                format!("inside {place} {what}"),
                encode(json.to_string().as_bytes()).into(),
            ));
        }
    }
    changed
}

fn mutant(bundle: &Value, place: &str, what: &str, value: Value) -> Mutant {
    Mutant {
        place: format!("{place}: {what}"),
        json: replaced(bundle, place, Some(value)).to_string(),
    }
}

fn removed(bundle: &Value, place: &str) -> Mutant {
    Mutant {
        place: format!("{place}: removed"),
        json: replaced(bundle, place, None).to_string(),
    }
}

/// The same key twice, the second with another value.
fn doubled_key(bundle: &Value, place: &str) -> Option<Mutant> {
    let (_, key) = place.rsplit_once('/')?;
    if key.parse::<usize>().is_ok() {
        return None;
    }
    let marked = replaced(bundle, place, Some("@@".into())).to_string();
    let original = bundle.pointer(place)?.to_string();
    Some(Mutant {
        place: format!("{place}: key doubled"),
        json: marked.replacen("\"@@\"", &format!("{original},\"{key}\":{original}"), 1),
    })
}

/// A value with another in a place, or with none there.
fn replaced(value: &Value, place: &str, other: Option<Value>) -> Value {
    let mut value = value.clone();
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap();
    match (parent, other) {
        (Value::Object(map), Some(other)) => {
            map.insert(key.to_owned(), other);
        }
        (Value::Object(map), None) => {
            map.remove(key);
        }
        (Value::Array(list), Some(other)) => list[key.parse::<usize>().unwrap()] = other,
        (Value::Array(list), None) => {
            list.remove(key.parse().unwrap());
        }
        _ => unreachable!("a pointer leads into an object or a list"),
    }
    value
}

/// The text that stands for bytes.
fn encode(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

/// A sample with an entry of its log there twice.
#[test]
fn an_entry_that_stands_twice_is_no_second_witness() {
    for sample in samples::all() {
        let entries = sample.bundle["verificationMaterial"]["tlogEntries"].as_array();
        let Some(entry) = entries.and_then(|entries| entries.first()) else {
            continue;
        };
        let twice = replaced(
            &sample.bundle,
            "/verificationMaterial/tlogEntries",
            Some(vec![entry.clone(), entry.clone()].into()),
        );
        assert_eq!(
            code(&sample, &twice),
            "distinct duplicate-entry",
            "{}",
            sample.name
        );
    }
}

fn code(sample: &Sample, bundle: &Value) -> String {
    match sample.examine(&bundle.to_string()).result {
        Ok(_) => "verified".to_owned(),
        Err(refusal) => format!("{} {}", refusal.step.id(), refusal.code),
    }
}
