//! What a CVE record says is affected, as the ranges of the model.
//!
//! A product has entries for versions and stretches of versions, each affected, unaffected or unknown,
//! and a status for everything else. Each affected entry becomes a range or an enumerated version. Where
//! everything else is affected, the unaffected stretches are cut out of one range. Doubt errs towards
//! "affected": a version that is not stated is every version, a single unaffected version cuts nothing
//! out, a change from affected to unknown ends nothing.

use bartizan_model::{
    advisory::{Affected, Event, Range, RangeKind},
    ecosystem::{Ecosystem, Package},
    purl::Purl,
};

use super::{Container, Object, Place, Reader};

/// What stands where a version is not stated or is any.
const UNSTATED: [&str; 3] = ["*", "unspecified", "n/a"];

/// What starts a range before every version.
const BEFORE_ALL: &str = "0";

/// The parts of one container.
pub(super) fn affected(container: Container<'_>, reader: &mut Reader<'_>) -> Vec<Affected> {
    let list = container.place.field("affected");
    let mut parts = Vec::new();
    for (index, product) in reader.objects(container.object, "affected", container.place) {
        let place = list.item(index);
        let mut part = Affected {
            package: package(product, place, reader),
            ..Affected::default()
        };
        let repository = reader.word(product, "repo", place).map(str::to_owned);
        let entries = entries(product, place, reader);
        if reader.text(product, "defaultStatus", place) == Some("affected") {
            part.ranges.extend(all_but(&entries, repository.as_deref()));
        } else {
            for entry in entries
                .iter()
                .filter(|entry| entry.status == Status::Affected)
            {
                entry.add_to(&mut part, repository.as_deref());
            }
        }
        parts.push(part);
    }
    parts
}

/// The package that a product is: by its package URL (CVE 5.2), or else `vendor/product` in an ecosystem
/// of its own, which later knowledge ties to libraries. Products without a name are no package.
fn package(product: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Option<Package> {
    let purl = reader
        .word(product, "packageURL", place)
        .and_then(|purl| purl.parse::<Purl>().ok());
    if let Some((package, _)) = purl.and_then(|purl| purl.package()) {
        return Some(package);
    }
    let mut named = |key: &str| {
        let name = reader.word(product, key, place)?.trim().to_lowercase();
        (!name.is_empty() && name != "n/a").then_some(name)
    };
    let (vendor, product) = (named("vendor")?, named("product")?);
    Some(Package::new(
        Ecosystem::new("CVE"),
        &format!("{vendor}/{product}"),
    ))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Affected,
    Unaffected,
    Unknown,
}

impl Status {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "affected" => Some(Self::Affected),
            "unaffected" => Some(Self::Unaffected),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// Where a stretch of versions ends.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// It is one version.
    Single,
    /// Before this version.
    Before(String),
    /// With this version.
    With(String),
    /// Never.
    Open,
}

/// A version or a stretch of versions.
struct Entry {
    start: String,
    end: End,
    kind: RangeKind,
    status: Status,
    changes: Vec<(String, Status)>,
}

fn entries(product: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Vec<Entry> {
    let list = place.field("versions");
    let mut entries = Vec::new();
    for (index, entry) in reader.objects(product, "versions", place) {
        let place = list.item(index);
        let Some(status) = status(entry, place, reader) else {
            continue;
        };
        let Some(start) = reader.word(entry, "version", place) else {
            reader.wrong(place.field("version"), "a version");
            continue;
        };
        let kind = match reader.text(entry, "versionType", place) {
            Some("git") => RangeKind::Git,
            Some("semver") => RangeKind::SemVer,
            _ => RangeKind::Ecosystem,
        };
        let start = if UNSTATED.contains(&start) {
            BEFORE_ALL
        } else {
            start
        };
        entries.push(Entry {
            start: start.to_owned(),
            end: end(entry, start, place, reader),
            kind,
            status,
            changes: changes(entry, place, reader),
        });
    }
    entries
}

fn status(entry: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Option<Status> {
    let status = reader.text(entry, "status", place).and_then(Status::parse);
    if status.is_none() {
        reader.wrong(
            place.field("status"),
            "`affected`, `unaffected` or `unknown`",
        );
    }
    status
}

fn end(entry: &Object, start: &str, place: Place<'_>, reader: &mut Reader<'_>) -> End {
    let before = reader.word(entry, "lessThan", place);
    let with = reader.word(entry, "lessThanOrEqual", place);
    match (before, with) {
        (Some(end), _) | (None, Some(end)) if UNSTATED.contains(&end) => End::Open,
        (Some(end), _) => End::Before(end.to_owned()),
        (None, Some(end)) => End::With(end.to_owned()),
        (None, None) if start == BEFORE_ALL => End::Open,
        (None, None) => End::Single,
    }
}

fn changes(entry: &Object, place: Place<'_>, reader: &mut Reader<'_>) -> Vec<(String, Status)> {
    let list = place.field("changes");
    let mut changes = Vec::new();
    for (index, change) in reader.objects(entry, "changes", place) {
        let place = list.item(index);
        let at = reader.word(change, "at", place).map(str::to_owned);
        if let (Some(at), Some(status)) = (at, status(change, place, reader)) {
            changes.push((at, status));
        }
    }
    changes
}

impl Entry {
    /// Adds an affected entry of a product that is otherwise unaffected.
    fn add_to(&self, part: &mut Affected, repository: Option<&str>) {
        if self.end == End::Single && self.kind != RangeKind::Git {
            part.versions.push(&self.start);
            return;
        }
        let mut events = vec![Event::Introduced(self.start.clone())];
        let mut is_affected = true;
        self.turn(&mut events, &mut is_affected);
        if is_affected {
            match &self.end {
                End::Before(end) => events.push(Event::Fixed(end.clone())),
                End::With(end) => events.push(Event::LastAffected(end.clone())),
                End::Single => events.push(Event::LastAffected(self.start.clone())),
                End::Open => {}
            }
        }
        part.ranges.push(Range {
            kind: self.kind,
            repository: repository.map(str::to_owned),
            events,
        });
    }

    /// Adds the points at which the status changes within the stretch.
    fn turn(&self, events: &mut Vec<Event>, is_affected: &mut bool) {
        for (at, status) in &self.changes {
            let becomes_affected = *status != Status::Unaffected;
            match (*is_affected, becomes_affected) {
                (true, false) => events.push(Event::Fixed(at.clone())),
                (false, true) => events.push(Event::Introduced(at.clone())),
                _ => continue,
            }
            *is_affected = becomes_affected;
        }
    }
}

/// A range for each way of numbering that holds everywhere but in the unaffected stretches.
fn all_but(entries: &[Entry], repository: Option<&str>) -> Vec<Range> {
    let cut_out = |entry: &&Entry| entry.status == Status::Unaffected && entry.end != End::Single;
    let mut kinds: Vec<RangeKind> = entries
        .iter()
        .filter(cut_out)
        .map(|entry| entry.kind)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.is_empty() {
        kinds.push(RangeKind::Ecosystem);
    }
    let range = |kind: RangeKind| {
        let mut events = vec![Event::Introduced(BEFORE_ALL.to_owned())];
        for entry in entries
            .iter()
            .filter(cut_out)
            .filter(|entry| entry.kind == kind)
        {
            entry.cut_out_of(&mut events);
        }
        Range {
            kind,
            repository: repository.map(str::to_owned),
            events,
        }
    };
    kinds.into_iter().map(range).collect()
}

impl Entry {
    /// Ends what holds so far where this unaffected stretch starts, and starts it again at its end.
    fn cut_out_of(&self, events: &mut Vec<Event>) {
        if self.start == BEFORE_ALL && events.len() == 1 {
            events.clear();
        } else {
            events.push(Event::Fixed(self.start.clone()));
        }
        let mut is_affected = false;
        self.turn(events, &mut is_affected);
        if let End::Before(end) | End::With(end) = &self.end
            && !is_affected
        {
            // The last unaffected version itself counts as affected: there is no event for "after it".
            events.push(Event::Introduced(end.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::{Value, json};

    use super::*;

    fn check(default: &str, versions: &Value) -> String {
        let container = json!({"affected": [{"repo": "https://example.org/x.git", "vendor": "Lab", "product": "X",
            "defaultStatus": default, "versions": versions}]});
        let mut reader = Reader::new("x");
        let container = Container {
            object: container.as_object().unwrap(),
            place: Place::ROOT,
        };
        let part = affected(container, &mut reader).remove(0);
        assert_eq!(reader.into_problems(), []);
        let ranges = part
            .ranges
            .iter()
            .map(|range| format!("{:?} {:?}\n", range.kind, range.events));
        format!("{:?}\n{}", part.versions, ranges.collect::<String>())
    }

    #[test]
    fn affected_entries_are_ranges_and_versions() {
        assert_snapshot!(check("unaffected", &json!([
            {"version": "1.0", "status": "affected"},
            {"version": "2.0", "status": "affected", "lessThan": "2.5", "versionType": "python"},
            {"version": "3.0", "status": "affected", "lessThanOrEqual": "3.2", "versionType": "semver"},
            {"version": "4.0", "status": "affected", "lessThan": "*"},
            {"version": "5.0", "status": "unknown", "lessThan": "6"},
            {"version": "unspecified", "status": "affected", "lessThan": "0.9"},
            {"version": "n/a", "status": "affected"},
        ])), @r#"
        ["1.0"]
        Ecosystem [Introduced("2.0"), Fixed("2.5")]
        SemVer [Introduced("3.0"), LastAffected("3.2")]
        Ecosystem [Introduced("4.0")]
        Ecosystem [Introduced("0"), Fixed("0.9")]
        Ecosystem [Introduced("0")]
        "#);
    }

    #[test]
    fn changes_within_a_stretch_turn_it_off_and_on() {
        assert_snapshot!(check("unaffected", &json!([{
            "version": "1.0", "status": "affected", "lessThan": "2.0", "changes": [
                {"at": "1.2", "status": "unaffected"}, {"at": "1.4", "status": "unknown"}]
        }, {
            "version": "3.0", "status": "affected", "lessThan": "*", "changes": [{"at": "3.2", "status": "unaffected"}]
        }])), @r#"
        []
        Ecosystem [Introduced("1.0"), Fixed("1.2"), Introduced("1.4"), Fixed("2.0")]
        Ecosystem [Introduced("3.0"), Fixed("3.2")]
        "#);
    }

    #[test]
    fn commits_are_never_versions() {
        assert_snapshot!(check("unaffected", &json!([
            {"version": "aaa", "status": "affected", "versionType": "git"},
            {"version": "bbb", "status": "affected", "lessThan": "ccc", "versionType": "git"},
        ])), @r#"
        []
        Git [Introduced("aaa"), LastAffected("aaa")]
        Git [Introduced("bbb"), Fixed("ccc")]
        "#);
    }

    #[test]
    fn unaffected_stretches_are_cut_out_where_everything_else_is_affected() {
        assert_snapshot!(check("affected", &json!([])), @r#"
        []
        Ecosystem [Introduced("0")]
        "#);
        assert_snapshot!(check("affected", &json!([
            {"version": "4.14", "status": "affected"},
            {"version": "0", "status": "unaffected", "lessThan": "4.14", "versionType": "semver"},
            {"version": "5.10.3", "status": "unaffected", "lessThanOrEqual": "5.10.*", "versionType": "semver"},
            {"version": "6.1", "status": "unaffected", "lessThanOrEqual": "*", "versionType": "semver"},
            {"version": "aaa", "status": "unaffected", "lessThan": "bbb", "versionType": "git"},
        ])), @r#"
        []
        SemVer [Introduced("4.14"), Fixed("5.10.3"), Introduced("5.10.*"), Fixed("6.1")]
        Git [Introduced("0"), Fixed("aaa"), Introduced("bbb")]
        "#);
    }
}
