//! The affected parts: package, ranges, versions.

use std::cmp::Ordering;

use bartizan_model::{
    ecosystem::{Ecosystem, Package},
    purl::Purl,
    version::{Version, VersionOrder},
};
use serde_json::Value;

use super::{Judge, Object, at, below, names, severity::severities};

/// Types of ranges.
const RANGES: &[&str] = &["GIT", "SEMVER", "ECOSYSTEM"];

/// Kinds of events, in the order in which they count where they name one version.
const EVENTS: &[&str] = &["introduced", "fixed", "last_affected", "limit"];

/// The most versions that are compared with each other in one range.
const MOST_COMPARED: usize = 2_000;

/// Judges the affected parts of a record.
pub(super) fn affected(judge: &mut Judge<'_>, record: &Object, has_severity: bool) {
    if record.get("affected") == Some(&Value::Null) {
        return;
    }
    let parts = judge.objects(record, "", "affected");
    if parts.is_empty() && !record.contains_key("withdrawn") {
        judge.warn("", "nothing is affected", "name a package in `affected`");
    }
    for (pointer, part) in parts {
        let known = [
            "package",
            "severity",
            "ranges",
            "versions",
            "ecosystem_specific",
            "database_specific",
        ];
        judge.only(part, &pointer, &known);
        let order = package(judge, part, &pointer);
        if severities(judge, part, &pointer) && has_severity {
            let remedy = "state it for the whole record or for each part, not for both";
            judge.error(
                &below(&pointer, "severity"),
                "the record states a severity too",
                remedy,
            );
        }
        let ranges = judge.objects(part, &pointer, "ranges");
        for (place, range) in &ranges {
            self::range(judge, range, place, order);
        }
        let versions = versions(judge, part, &pointer, order);
        if ranges.is_empty() && versions == 0 {
            let remedy = "state ranges or versions; an `introduced` of \"0\" alone stands for all";
            judge.warn(&pointer, "no version is affected", remedy);
        }
        judge.object(part, &pointer, "ecosystem_specific");
        judge.object(part, &pointer, "database_specific");
    }
}

/// Judges the package, and says in which order its versions stand.
fn package(judge: &mut Judge<'_>, part: &Object, pointer: &str) -> Option<VersionOrder> {
    let Some(package) = judge.object(part, pointer, "package") else {
        if !part.contains_key("package") {
            judge.warn(
                pointer,
                "there is no `package`",
                "without one, only commits can be matched",
            );
        }
        return None;
    };
    let pointer = &below(pointer, "package");
    judge.only(package, pointer, &["ecosystem", "name", "purl"]);
    for key in ["ecosystem", "name"] {
        if !package.contains_key(key) {
            judge.error(
                pointer,
                format_args!("there is no `{key}`"),
                "the schema wants both",
            );
        }
    }
    let ecosystem = judge.text(package, pointer, "ecosystem");
    let name = judge.text(package, pointer, "name");
    let purl = judge.text(package, pointer, "purl");
    if ecosystem.is_some_and(|ecosystem| !names::known_ecosystem(ecosystem)) {
        let remedy = "ecosystems are spelt as the schema spells them, as in PyPI or npm";
        judge.error(
            &below(pointer, "ecosystem"),
            "not an ecosystem that the schema knows",
            remedy,
        );
    }
    if name.is_some_and(|name| name.trim().is_empty()) {
        judge.error(&below(pointer, "name"), "empty", "name the package");
    }
    let named = ecosystem
        .zip(name)
        .map(|(ecosystem, name)| Package::new(Ecosystem::new(ecosystem), name));
    if let (Some(named), Some(name)) = (&named, name)
        && named.name() != name
    {
        let remedy = "readers that do not normalise names will not find it otherwise";
        let message = format_args!("the normal form is `{}`", named.name());
        judge.warn(&below(pointer, "name"), message, remedy);
    }
    if let Some(purl) = purl {
        self::purl(judge, purl, &below(pointer, "purl"), named.as_ref());
    }
    named.and_then(|named| named.ecosystem().version_order())
}

fn purl(judge: &mut Judge<'_>, text: &str, pointer: &str, named: Option<&Package>) {
    let Ok(purl) = text.parse::<Purl>() else {
        judge.error(pointer, "not a package URL", "write it as in pkg:pypi/name");
        return;
    };
    if purl.version().is_some() {
        judge.error(
            pointer,
            "has a version",
            "the versions stand in `ranges` and `versions`",
        );
    }
    if let (Some((stated, _)), Some(named)) = (purl.package(), named) {
        let is_same = stated.name() == named.name()
            && stated.ecosystem().family() == named.ecosystem().family();
        if !is_same {
            judge.error(
                pointer,
                "names another package than `ecosystem` and `name`",
                "let them agree",
            );
        }
    }
}

/// Judges a range.
fn range(judge: &mut Judge<'_>, range: &Object, pointer: &str, order: Option<VersionOrder>) {
    judge.only(
        range,
        pointer,
        &["type", "repo", "events", "database_specific"],
    );
    let kind = judge.one_of(range, pointer, ("type", RANGES));
    let repository = judge.text(range, pointer, "repo");
    judge.object(range, pointer, "database_specific");
    if kind == Some("GIT") && repository.is_none() {
        judge.error(
            pointer,
            "there is no `repo`",
            "name the repository whose commits these are",
        );
    }
    let events = judge.objects(range, pointer, "events");
    let place = below(pointer, "events");
    if !range.contains_key("events") {
        judge.error(
            pointer,
            "there are no `events`",
            "say where it was introduced",
        );
        return;
    }
    let mut stated = Vec::new();
    for (place, event) in &events {
        stated.extend(self::event(judge, event, place));
    }
    let has = |kind: &str| stated.iter().any(|(stated, ..)| *stated == kind);
    if !has("introduced") {
        judge.error(
            &place,
            "nothing is `introduced`",
            "add {\"introduced\": \"0\"} where it was always there",
        );
    }
    if has("fixed") && has("last_affected") {
        judge.error(
            &place,
            "both `fixed` and `last_affected`",
            "state `fixed` where it is known, and only that",
        );
    }
    let order = match kind {
        Some("GIT") => {
            for (_, commit, place) in &stated {
                self::commit(judge, commit, place);
            }
            return;
        }
        // As matching does: Julia's packages have ranges of this type and an order of their own.
        Some("SEMVER") => order.or(Some(VersionOrder::SemVer)),
        Some(_) => order,
        None => None,
    };
    if let Some(order) = order {
        sequence(judge, &stated, (&place, order));
    }
}

/// An event: its kind, its version, its place.
type Stated<'v> = (&'static str, &'v str, String);

fn event<'v>(judge: &mut Judge<'_>, event: &'v Object, pointer: &str) -> Option<Stated<'v>> {
    judge.only(event, pointer, EVENTS);
    let mut kinds = EVENTS.iter().filter(|kind| event.contains_key(**kind));
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        let remedy = "write each event in braces of its own";
        judge.error(
            pointer,
            format_args!("not one of {}", EVENTS.join(", ")),
            remedy,
        );
        return None;
    };
    let version = judge.text(event, pointer, kind)?;
    let place = below(pointer, kind);
    if version.is_empty() {
        judge.error(&place, "empty", "name the version");
        return None;
    }
    Some((kind, version, place))
}

fn commit(judge: &mut Judge<'_>, commit: &str, place: &str) {
    let is_hexadecimal = commit
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if commit != "0" && !(is_hexadecimal && matches!(commit.len(), 40 | 64)) {
        judge.error(
            place,
            "not the whole hash of a commit",
            "`git rev-parse` gives it whole",
        );
    }
}

/// Judges versions by their order: each must have a place in it, and something must lie between introduced and
/// fixed.
fn sequence(judge: &mut Judge<'_>, stated: &[Stated<'_>], (pointer, order): (&str, VersionOrder)) {
    let mut parsed: Vec<(&str, Option<Version>, &str)> = Vec::new();
    for (kind, version, place) in stated.iter().take(MOST_COMPARED) {
        let is_open = matches!((*kind, *version), ("introduced", "0") | ("limit", "*"));
        let version = order.parse(version);
        if version.is_none() && !is_open {
            judge.error(
                place,
                "not a version of this ecosystem",
                "readers could not place it",
            );
            return;
        }
        parsed.push((kind, version.filter(|_| !is_open), place));
    }
    let earliest = |kinds: &[&str]| {
        let mut found: Option<&(&str, Option<Version>, &str)> = None;
        for event in parsed.iter().filter(|(kind, ..)| kinds.contains(kind)) {
            let is_before =
                found.is_none_or(|(_, known, _)| before(event.1.as_ref(), known.as_ref()));
            found = if is_before { Some(event) } else { found };
        }
        found
    };
    let (Some(introduced), Some(ended)) = (
        earliest(&["introduced"]),
        earliest(&["fixed", "last_affected"]),
    ) else {
        return;
    };
    let is_same = ended.0 == "fixed" && !before(introduced.1.as_ref(), ended.1.as_ref());
    if before(ended.1.as_ref(), introduced.1.as_ref()) || is_same {
        judge.error(
            pointer,
            "it ends before it is introduced",
            "no version would be affected; exchange them",
        );
    }
}

/// Whether a version comes before another; `None` comes before all.
fn before(version: Option<&Version>, other: Option<&Version>) -> bool {
    match (version, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(version), Some(other)) => version.compare(other) == Some(Ordering::Less),
    }
}

/// Judges enumerated versions, and says how many there are.
fn versions(
    judge: &mut Judge<'_>,
    part: &Object,
    pointer: &str,
    order: Option<VersionOrder>,
) -> usize {
    let list = below(pointer, "versions");
    let versions = judge.list(part, pointer, "versions");
    for (index, version) in versions.iter().enumerate() {
        let place = || at(&list, index);
        match version.as_str() {
            None => judge.error(&place(), "not a text", "write versions in quotes"),
            Some("") => judge.error(&place(), "empty", "name the version"),
            Some(text) if order.is_some_and(|order| order.parse(text).is_none()) => {
                let remedy = "it matches only a version that is spelt the same";
                judge.warn(&place(), "not a version of this ecosystem", remedy);
            }
            Some(_) => {}
        }
    }
    versions.len()
}
