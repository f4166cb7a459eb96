//! The affected parts of an OSV record: package, versions, ranges.
//!
//! Doubt errs towards "affected": an `introduced` that cannot be read counts from the start, a `fixed`
//! that cannot be read ends nothing. Each is a problem of the record as well.

use bartizan_model::{
    advisory::{Affected, Event, Range, RangeKind},
    ecosystem::{Ecosystem, Package},
    purl::Purl,
    severity::SeverityLevel,
};
use serde_json::Value;

use super::{Object, Place, Reader, severities, stated_level};

/// What starts a range before every version.
const BEFORE_ALL: &str = "0";

/// The keys of an event; it has one of them.
const EVENTS: [&str; 4] = ["introduced", "fixed", "last_affected", "limit"];

/// The affected parts of a record, and the worst level that one of them states in words.
pub(super) fn affected(
    record: &Object,
    id: &str,
    reader: &mut Reader<'_>,
) -> (Vec<Affected>, Option<SeverityLevel>) {
    let list = Place::ROOT.field("affected");
    let mut parts = Vec::new();
    let mut level = None;
    for (index, part) in reader.objects(record, "affected", Place::ROOT) {
        let place = list.item(index);
        level = level.max(stated_level(part));
        parts.push(Affected {
            package: package(part, id, place, reader),
            versions: reader.words(part, "versions", place).into_iter().collect(),
            ranges: ranges(part, place, reader),
            severities: severities(part, place, reader),
        });
    }
    (parts, level)
}

fn package(part: &Object, id: &str, place: Place<'_>, reader: &mut Reader<'_>) -> Option<Package> {
    let Some(package) = reader.object(part, "package", place) else {
        return unnamed_package(id);
    };
    let place = place.field("package");
    let name = reader.word(package, "name", place);
    let ecosystem = reader.word(package, "ecosystem", place);
    if let (Some(name), Some(ecosystem)) = (name, ecosystem) {
        return Some(Package::new(Ecosystem::new(ecosystem), name));
    }
    let purl = reader
        .word(package, "purl", place)
        .and_then(|purl| purl.parse::<Purl>().ok());
    let named = purl.and_then(|purl| {
        let package = purl.package().map(|(package, _)| package);
        package.or_else(|| purl.library())
    });
    if named.is_none() {
        reader.wrong(place, "a package with an ecosystem and a name");
    }
    named
}

/// The package of a record that names none. The Python Software Foundation's records are about the
/// interpreter and give commits of its repository only; they are filed under `pkg:generic/cpython`, so
/// that a scan can say that they are not decidable by version.
fn unnamed_package(id: &str) -> Option<Package> {
    id.starts_with("PSF-")
        .then(|| Package::new(Ecosystem::new("CPython"), "cpython"))
}

fn ranges(part: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Vec<Range> {
    let list = place.field("ranges");
    let mut ranges = Vec::new();
    for (index, range) in reader.objects(part, "ranges", place) {
        let place = list.item(index);
        let kind = match reader.text(range, "type", place) {
            Some("ECOSYSTEM") => RangeKind::Ecosystem,
            Some("SEMVER") => RangeKind::SemVer,
            Some("GIT") => RangeKind::Git,
            _ => {
                reader.wrong(place.field("type"), "`ECOSYSTEM`, `SEMVER` or `GIT`");
                continue;
            }
        };
        let repository = reader.word(range, "repo", place).map(str::to_owned);
        ranges.push(Range {
            kind,
            repository,
            events: events(range, place, reader),
        });
    }
    ranges
}

fn events(range: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Vec<Event> {
    let list = place.field("events");
    let mut events = Vec::new();
    for (index, event) in reader.objects(range, "events", place) {
        let place = list.item(index);
        if !EVENTS.iter().any(|key| event.contains_key(*key)) {
            reader.wrong(place, "an event");
        }
        if event.contains_key("introduced") {
            let introduced = version(event, "introduced", place, reader);
            let introduced = introduced.unwrap_or_else(|| BEFORE_ALL.to_owned());
            events.push(Event::Introduced(introduced));
        }
        events.extend(version(event, "fixed", place, reader).map(Event::Fixed));
        events.extend(version(event, "last_affected", place, reader).map(Event::LastAffected));
        events.extend(version(event, "limit", place, reader).map(Event::Limit));
    }
    events
}

/// A version as text; a whole number, which some generators write without quotes, is one too.
fn version(event: &Object, key: &str, place: Place<'_>, reader: &mut Reader<'_>) -> Option<String> {
    match event.get(key)? {
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        Value::Null => {
            reader.wrong(place.field(key), "a version");
            None
        }
        _ => reader.word(event, key, place).map(str::to_owned),
    }
}
