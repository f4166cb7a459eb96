//! Severities: a scheme and a vector in that scheme.
//!
//! A vector is held against the metrics of its standard: CVSS 2.0, 3.0, 3.1 and 4.0 by FIRST. The schema asks for
//! less and lets incomplete vectors be, which no calculator accepts.

use serde_json::Value;

use super::{Judge, Object, below};

/// Schemes.
const SCHEMES: &[&str] = &["CVSS_V2", "CVSS_V3", "CVSS_V4", "Ubuntu"];

/// Levels of the scheme of Ubuntu.
const UBUNTU: &[&str] = &["negligible", "low", "medium", "high", "critical"];

/// A metric and the values that it can have.
type Metric = (&'static str, &'static str);

const V2: (&[Metric], &[Metric]) = (
    &[
        ("AV", "N A L"),
        ("AC", "L M H"),
        ("Au", "M S N"),
        ("C", "N P C"),
        ("I", "N P C"),
        ("A", "N P C"),
    ],
    &[
        ("E", "U POC F H ND"),
        ("RL", "OF TF W U ND"),
        ("RC", "UC UR C ND"),
        ("CDP", "N L LM MH H ND"),
        ("TD", "N L M H ND"),
        ("CR", "L M H ND"),
        ("IR", "L M H ND"),
        ("AR", "L M H ND"),
    ],
);

const V3: (&[Metric], &[Metric]) = (
    &[
        ("AV", "N A L P"),
        ("AC", "L H"),
        ("PR", "N L H"),
        ("UI", "N R"),
        ("S", "U C"),
        ("C", "N L H"),
        ("I", "N L H"),
        ("A", "N L H"),
    ],
    &[
        ("E", "X U P F H"),
        ("RL", "X O T W U"),
        ("RC", "X U R C"),
        ("CR", "X L M H"),
        ("IR", "X L M H"),
        ("AR", "X L M H"),
        ("MAV", "X N A L P"),
        ("MAC", "X L H"),
        ("MPR", "X N L H"),
        ("MUI", "X N R"),
        ("MS", "X U C"),
        ("MC", "X N L H"),
        ("MI", "X N L H"),
        ("MA", "X N L H"),
    ],
);

const V4: (&[Metric], &[Metric]) = (
    &[
        ("AV", "N A L P"),
        ("AC", "L H"),
        ("AT", "N P"),
        ("PR", "N L H"),
        ("UI", "N P A"),
        ("VC", "H L N"),
        ("VI", "H L N"),
        ("VA", "H L N"),
        ("SC", "H L N"),
        ("SI", "H L N"),
        ("SA", "H L N"),
    ],
    &[
        ("E", "X A P U"),
        ("CR", "X H M L"),
        ("IR", "X H M L"),
        ("AR", "X H M L"),
        ("MAV", "X N A L P"),
        ("MAC", "X L H"),
        ("MAT", "X N P"),
        ("MPR", "X N L H"),
        ("MUI", "X N P A"),
        ("MVC", "X N L H"),
        ("MVI", "X N L H"),
        ("MVA", "X N L H"),
        ("MSC", "X N L H"),
        ("MSI", "X N L H S"),
        ("MSA", "X N L H S"),
        ("S", "X N P"),
        ("AU", "X N Y"),
        ("R", "X A U I"),
        ("V", "X D C"),
        ("RE", "X L M H"),
        ("U", "X Clear Green Amber Red"),
    ],
);

/// Judges the severities of a record or of a part of it. Says whether it states any.
pub(super) fn severities(judge: &mut Judge<'_>, of: &Object, pointer: &str) -> bool {
    if matches!(of.get("severity"), None | Some(Value::Null)) {
        return false;
    }
    for (place, severity) in judge.objects(of, pointer, "severity") {
        judge.only(severity, &place, &["type", "score"]);
        let scheme = judge.one_of(severity, &place, ("type", SCHEMES));
        if !severity.contains_key("score") {
            judge.error(&place, "there is no `score`", "write the vector");
        }
        let score = judge.text(severity, &place, "score");
        if let (Some(scheme), Some(score)) = (scheme, score)
            && let Some(message) = wrong_score(scheme, score)
        {
            let remedy = "copy the vector from a calculator of that version";
            judge.error(&below(&place, "score"), message, remedy);
        }
    }
    true
}

/// What is wrong with a score in a scheme.
fn wrong_score(scheme: &str, score: &str) -> Option<String> {
    let in_version = |prefixes: &[&str], metrics, is_ordered| {
        let vector = prefixes
            .iter()
            .find_map(|prefix| score.strip_prefix(prefix));
        match vector {
            Some(vector) => wrong_vector(vector, metrics, is_ordered),
            None => Some(format!("does not start with `{}`", prefixes.join("` or `"))),
        }
    };
    match scheme {
        "CVSS_V2" => wrong_vector(score, V2, false),
        "CVSS_V3" => in_version(&["CVSS:3.1/", "CVSS:3.0/"], V3, false),
        "CVSS_V4" => in_version(&["CVSS:4.0/"], V4, true),
        _ if UBUNTU.contains(&score) => None,
        _ => Some(format!("not one of {}", UBUNTU.join(", "))),
    }
}

fn wrong_vector(
    vector: &str,
    (base, others): (&[Metric], &[Metric]),
    is_ordered: bool,
) -> Option<String> {
    let metrics = || base.iter().chain(others);
    let mut places: Vec<usize> = Vec::new();
    for part in vector.split('/') {
        let shown: String = part
            .chars()
            .take(20)
            .flat_map(char::escape_default)
            .collect();
        let (name, value) = part.split_once(':').unwrap_or((part, ""));
        let Some(place) = metrics().position(|(known, _)| *known == name) else {
            return Some(format!("`{shown}` is not a metric of this version"));
        };
        let mut values = metrics()
            .nth(place)
            .map_or("", |(_, values)| values)
            .split(' ');
        if !values.any(|known| known == value) {
            return Some(format!("`{shown}` has no such value"));
        }
        if places.contains(&place) {
            return Some(format!("`{shown}` repeats a metric"));
        }
        if is_ordered && places.last().is_some_and(|last| *last > place) {
            return Some(format!("`{shown}` is out of the order of the standard"));
        }
        places.push(place);
    }
    let missing = (0..base.len()).find(|place| !places.contains(place));
    let missing = missing.and_then(|place| base.get(place));
    missing.map(|(name, _)| format!("the metric `{name}` is missing"))
}
