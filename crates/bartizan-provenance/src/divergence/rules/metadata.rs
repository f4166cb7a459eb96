//! The metadata of a distribution, field by field.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::core_metadata;
use bartizan_model::requirement::Requirement;

use super::{Case, Rank, Rule, Verdict};
use crate::divergence::Relation;

pub(super) static RULE: Rule = Rule {
    id: "metadata",
    title: "`METADATA` and `PKG-INFO`, compared field by field",
    judge,
};

/// Fields that say how the metadata are written, and not what of.
const OF_FORM: [&str; 5] = [
    "metadata-version",
    "dynamic",
    "description-content-type",
    "description",
    "license-file",
];

/// Fields that older tools leave out of a source distribution.
const OFTEN_LEFT_OUT: [&str; 3] = ["requires-dist", "provides-extra", "requires-python"];

type Fields = BTreeMap<String, BTreeSet<String>>;

fn judge(case: &Case<'_>) -> Option<Verdict> {
    let is_metadata = match case.name() {
        "METADATA" => case.path.contains(".dist-info/"),
        "PKG-INFO" => true,
        _ => false,
    };
    if !is_metadata {
        return None;
    }
    let (own, own_body) = read(case.text()?);
    let world = case.world;
    let packed = packed_metadata(case);
    let (differing, with) = match packed.and_then(|path| Some((path, world.source.text(path)?))) {
        Some((path, text)) => {
            let (theirs, body) = read(text);
            let mut differing = compare(&own, &theirs);
            if own_body != body && !own.contains_key("description") && !body.is_empty() {
                differing.insert("the description".to_owned());
            }
            (differing, format!("`{path}`"))
        }
        None => (
            against_stated(case, &own),
            "what the project states".to_owned(),
        ),
    };
    if differing.is_empty() {
        return Verdict::explained(format!("says the same as {with}"));
    }
    let decides = ["requires-dist", "name", "version"];
    let rank = decides.iter().any(|it| differing.contains(*it));
    let told: Vec<&str> = differing.iter().take(8).map(String::as_str).collect();
    Some(Verdict::Unexplained {
        rank: rank.then_some(Rank::BuildScript),
        message: format!("says something else than {with}: {}", told.join(", ")),
    })
}

/// The metadata of the source that a wheel's are made of.
fn packed_metadata<'a>(case: &Case<'a>) -> Option<&'a str> {
    if case.world.question.relation == Relation::Packed {
        return None;
    }
    let source = &case.world.source;
    let mut paths: Vec<&str> = source.named("PKG-INFO").collect();
    paths.sort_by_key(|it| it.matches('/').count());
    let top = source.at_top("PKG-INFO");
    let found = paths.iter().copied().find(|it| *it == top);
    // Older tools state requirements in that of the egg alone.
    let of_egg = paths.iter().copied().find(|it| it.contains(".egg-info/"));
    found.or(of_egg)
}

fn read(text: &[u8]) -> (Fields, String) {
    let (header, body) = core_metadata::header_and_body(text);
    let mut fields = Fields::new();
    for (key, value) in header {
        fields.entry(key).or_default().insert(value);
    }
    (
        fields,
        body.split_whitespace().collect::<Vec<_>>().join(" "),
    )
}

/// The fields that differ.
fn compare(own: &Fields, theirs: &Fields) -> BTreeSet<String> {
    let dynamic: BTreeSet<String> = theirs
        .get("dynamic")
        .into_iter()
        .flatten()
        .map(|it| it.to_ascii_lowercase())
        .collect();
    let is_new = theirs
        .get("metadata-version")
        .and_then(|it| it.first())
        .is_some_and(|it| !matches!(it.as_str(), "1.0" | "1.1" | "1.2" | "2.0" | "2.1"));
    let keys: BTreeSet<&String> = own.keys().chain(theirs.keys()).collect();
    let differs = |key: &&&String| {
        let key = key.as_str();
        let may_lack = !is_new && OFTEN_LEFT_OUT.contains(&key) && !theirs.contains_key(key);
        // What a build may decide is often stated all the same, and then holds.
        let is_decided = dynamic.contains(key) && !theirs.contains_key(key);
        let is_free = OF_FORM.contains(&key) || is_decided || may_lack;
        !is_free && values(key, own) != values(key, theirs)
    };
    keys.iter()
        .filter(differs)
        .map(|it| (*it).clone())
        .collect()
}

/// The fields that `[project]` fixes and that say something else; the name and the version of the file's name where it is silent.
fn against_stated(case: &Case<'_>, own: &Fields) -> BTreeSet<String> {
    let mut differing = BTreeSet::new();
    for (field, stated) in &case.world.config.stated {
        let stated = Fields::from([((*field).to_owned(), stated.clone())]);
        let mut own = values(field, own);
        // What an extra asks for stands elsewhere in the project file.
        own.retain(|it| !it.contains("extra =="));
        if own != values(field, &stated) {
            differing.insert((*field).to_owned());
        }
    }
    if let Some(release) = case.world.question.release {
        let of = |field: &str| own.get(field).and_then(|it| it.first());
        let name = of("name").map(|it| bartizan_model::ecosystem::normalise_pypi(it));
        if name.as_deref() != Some(release.project.as_str()) {
            differing.insert("name".to_owned());
        }
        if !of("version").is_some_and(|it| release.is_version(it)) {
            differing.insert("version".to_owned());
        }
    }
    differing
}

/// The values of a field in one form.
fn values(key: &str, fields: &Fields) -> BTreeSet<String> {
    let values = fields.get(key).into_iter().flatten();
    let plain = |value: &String| match key {
        "requires-dist" => value
            .parse::<Requirement>()
            .map_or_else(|_| value.clone(), |it| it.to_string()),
        "name" | "provides-extra" => bartizan_model::ecosystem::normalise_pypi(value),
        "version" => value
            .parse::<bartizan_model::version::pep440::Version>()
            .map_or_else(|_| value.clone(), |it| it.to_string()),
        "requires-python" => {
            let clauses: BTreeSet<String> = value
                .split(',')
                .map(|it| it.chars().filter(|c| !c.is_whitespace()).collect())
                .collect();
            clauses.into_iter().collect::<Vec<_>>().join(",")
        }
        "keywords" => value.replace(", ", ",").replace(' ', ","),
        _ => value.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    values.map(plain).filter(|it| !it.is_empty()).collect()
}
