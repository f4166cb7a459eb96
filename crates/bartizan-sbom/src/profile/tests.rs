//! Every element of every profile, in every format: there, and taken away. The bills are made up here; one that lacks
//! nothing is changed at one place for each element, and exactly that element must be missing then.

mod bills;

use serde_json::Value;

use super::*;
use crate::{document, facts};

/// How an element is taken away from a bill.
enum Change {
    /// What these JSON pointers lead to is taken out.
    Without(&'static [&'static str]),
    /// What a pointer leads to is put in place of what is there.
    With(&'static str, &'static str),
    /// The format has no field for it, so that it is always missing.
    Never,
    /// The format cannot do without it, or has another element's field for it; what is taken out then takes more with it.
    Shared(&'static [&'static str]),
}

use Change::{Never, Shared, With, Without};

/// Element, and how it is taken away in `CycloneDX` 1.6, SPDX 2.3 and SPDX 3.0.1.
const CHANGES: &[(&str, [Change; 3])] = &[
    (
        "ntia/components",
        [
            Shared(&["/metadata/component", "/components"]),
            Shared(&["/packages"]),
            Shared(&["/@graph/5", "/@graph/4"]),
        ],
    ),
    (
        "ntia/author",
        [
            Shared(&["/metadata/authors", "/metadata/manufacturer"]),
            Shared(&["/creationInfo/creators/0"]),
            Shared(&["/@graph/0/createdBy"]),
        ],
    ),
    (
        "ntia/timestamp",
        [
            Without(&["/metadata/timestamp"]),
            Without(&["/creationInfo/created"]),
            Without(&["/@graph/0/created"]),
        ],
    ),
    (
        "ntia/supplier",
        [
            Without(&["/components/0/supplier"]),
            Without(&["/packages/1/supplier"]),
            Without(&["/@graph/5/suppliedBy"]),
        ],
    ),
    (
        "ntia/name",
        [
            Without(&["/components/0/name"]),
            Without(&["/packages/1/name"]),
            Without(&["/@graph/5/name"]),
        ],
    ),
    (
        "ntia/version",
        [
            Without(&["/components/0/version"]),
            Without(&["/packages/1/versionInfo"]),
            Without(&["/@graph/5/software_packageVersion"]),
        ],
    ),
    (
        "ntia/identifier",
        [
            Without(&["/components/0/purl"]),
            Without(&["/packages/1/externalRefs"]),
            Without(&["/@graph/5/software_packageUrl"]),
        ],
    ),
    (
        "ntia/dependencies",
        [
            Without(&["/dependencies"]),
            Without(&["/relationships"]),
            Without(&["/@graph/12", "/@graph/12"]),
        ],
    ),
    (
        "cisa/components",
        [
            Shared(&["/metadata/component", "/components"]),
            Shared(&["/packages"]),
            Shared(&["/@graph/5", "/@graph/4"]),
        ],
    ),
    (
        "cisa/author",
        [
            Shared(&["/metadata/authors", "/metadata/manufacturer"]),
            Shared(&["/creationInfo/creators/0"]),
            Shared(&["/@graph/0/createdBy"]),
        ],
    ),
    (
        "cisa/tool",
        [
            Without(&["/metadata/tools"]),
            Without(&["/creationInfo/creators/1"]),
            Without(&["/@graph/0/createdUsing"]),
        ],
    ),
    (
        "cisa/timestamp",
        [
            With("/metadata/timestamp", "\"yesterday\""),
            With("/creationInfo/created", "\"2026-11-26\""),
            With("/@graph/0/created", "\"\""),
        ],
    ),
    (
        "cisa/context",
        [
            Without(&["/metadata/lifecycles"]),
            Without(&["/creationInfo/comment"]),
            Without(&["/@graph/3/software_sbomType"]),
        ],
    ),
    (
        "cisa/producer",
        [
            Shared(&["/components/0/supplier", "/components/0/manufacturer"]),
            Shared(&["/packages/1/originator", "/packages/1/supplier"]),
            Shared(&["/@graph/5/originatedBy", "/@graph/5/suppliedBy"]),
        ],
    ),
    (
        "cisa/name",
        [
            With("/components/0/name", "\" \""),
            With("/packages/1/name", "\"NOASSERTION\""),
            Without(&["/@graph/5/name"]),
        ],
    ),
    (
        "cisa/version",
        [
            Without(&["/components/0/version"]),
            Without(&["/packages/1/versionInfo"]),
            Without(&["/@graph/5/software_packageVersion"]),
        ],
    ),
    (
        "cisa/identifier",
        [
            Without(&["/components/0/purl"]),
            Without(&["/packages/1/externalRefs"]),
            Without(&["/@graph/5/software_packageUrl"]),
        ],
    ),
    (
        "cisa/hash",
        [
            Shared(&["/components/0/hashes", "/components/0/externalReferences"]),
            Shared(&["/packages/1/checksums"]),
            Shared(&["/@graph/5/verifiedUsing", "/@graph/7/verifiedUsing"]),
        ],
    ),
    (
        "cisa/licence",
        [
            Shared(&["/components/0/licenses"]),
            Shared(&[
                "/packages/1/licenseDeclared",
                "/packages/1/licenseConcluded",
            ]),
            Shared(&["/@graph/11/to", "/@graph/10/to"]),
        ],
    ),
    (
        "cisa/dependencies",
        [
            Without(&["/dependencies"]),
            Without(&["/relationships"]),
            Without(&["/@graph/12", "/@graph/12"]),
        ],
    ),
    (
        "bsi/format",
        [
            With("/specVersion", "\"1.5\""),
            Never,
            With(
                "/@context",
                "\"https://spdx.org/rdf/3.0.0/spdx-context.jsonld\"",
            ),
        ],
    ),
    (
        "bsi/components",
        [
            Shared(&["/metadata/component", "/components"]),
            Shared(&["/packages"]),
            Shared(&["/@graph/5", "/@graph/4"]),
        ],
    ),
    (
        "bsi/creator",
        [
            Without(&["/metadata/manufacturer/url", "/metadata/authors/0/email"]),
            With("/creationInfo/creators/0", "\"Organization: The Lab\""),
            Without(&["/@graph/1/externalIdentifier"]),
        ],
    ),
    (
        "bsi/timestamp",
        [
            Without(&["/metadata/timestamp"]),
            Without(&["/creationInfo/created"]),
            Without(&["/@graph/0/created"]),
        ],
    ),
    (
        "bsi/no-vulnerabilities",
        [
            With("/vulnerabilities", "[{\"id\": \"CVE-2099-1\"}]"),
            Shared(&[]),
            With("/@graph/3/type", "\"security_Vulnerability\""),
        ],
    ),
    (
        "bsi/component-creator",
        [
            Without(&["/components/0/manufacturer/url"]),
            With("/packages/1/originator", "\"Organization: Up\""),
            Without(&["/@graph/5/originatedBy"]),
        ],
    ),
    (
        "bsi/name",
        [
            Without(&["/components/0/name"]),
            Without(&["/packages/1/name"]),
            Without(&["/@graph/5/name"]),
        ],
    ),
    (
        "bsi/version",
        [
            Without(&["/components/0/version"]),
            Without(&["/packages/1/versionInfo"]),
            Without(&["/@graph/5/software_packageVersion"]),
        ],
    ),
    (
        "bsi/filename",
        [
            Without(&["/components/0/properties/0"]),
            Without(&["/packages/1/packageFileName"]),
            Without(&["/@graph/7/name"]),
        ],
    ),
    (
        "bsi/dependencies",
        [
            Without(&["/compositions"]),
            Never,
            Without(&["/@graph/13/completeness"]),
        ],
    ),
    (
        "bsi/distribution-licences",
        [
            Without(&["/components/0/licenses/1"]),
            Without(&["/packages/1/licenseConcluded"]),
            Without(&["/@graph/10"]),
        ],
    ),
    (
        "bsi/deployable-hash",
        [
            Without(&["/components/0/externalReferences/0/hashes"]),
            Without(&["/packages/1/checksums/0"]),
            Without(&["/@graph/7/verifiedUsing"]),
        ],
    ),
    (
        "bsi/executable",
        [
            Without(&["/components/0/properties/1"]),
            Never,
            Shared(&["/@graph/15"]),
        ],
    ),
    (
        "bsi/archive",
        [
            Without(&["/components/0/properties/2"]),
            Never,
            Shared(&["/@graph/15"]),
        ],
    ),
    (
        "bsi/structured",
        [
            Without(&["/components/0/properties/3"]),
            Never,
            Without(&["/@graph/7/software_additionalPurpose"]),
        ],
    ),
    (
        "bsi/sbom-uri",
        [
            Without(&["/serialNumber"]),
            Without(&["/documentNamespace"]),
            Without(&["/@graph/2/spdxId", "/@graph/3/spdxId"]),
        ],
    ),
    (
        "bsi/source-uri",
        [
            Without(&["/components/0/externalReferences/1"]),
            Without(&["/packages/1/externalRefs/1"]),
            Without(&["/@graph/5/software_sourceInfo"]),
        ],
    ),
    (
        "bsi/deployable-uri",
        [
            Without(&["/components/0/externalReferences/0/url"]),
            Without(&["/packages/1/downloadLocation"]),
            Without(&["/@graph/5/software_downloadLocation"]),
        ],
    ),
    (
        "bsi/identifier",
        [
            Without(&["/components/0/purl"]),
            Shared(&["/packages/1/externalRefs"]),
            Without(&["/@graph/5/software_packageUrl"]),
        ],
    ),
    (
        "bsi/original-licences",
        [
            Without(&["/components/0/licenses/0"]),
            Without(&["/packages/1/licenseDeclared"]),
            Without(&["/@graph/11"]),
        ],
    ),
];

fn missing(profile: &Profile, json: &Value) -> Vec<String> {
    let bytes = serde_json::to_vec(json).expect("JSON");
    let document = document::read(&bytes).expect("a document");
    let gaps = profile.gaps(&facts::read(&document));
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
        .filter(|(_, changes)| matches!(changes[place], Never));
    never.map(|(id, _)| (*id).to_owned()).collect()
}

#[test]
fn every_element_is_told_in_every_format_when_it_is_there_and_when_it_is_not() {
    let mut changed = 0;
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
                let (_, changes) = row.unwrap_or_else(|| panic!("{id} has no row"));
                let mut bill = bill.clone();
                let is_alone = match &changes[place] {
                    Never | Shared([]) => continue,
                    Without(pointers) => {
                        pointers.iter().for_each(|it| without(&mut bill, it));
                        true
                    }
                    Shared(pointers) => {
                        pointers.iter().for_each(|it| without(&mut bill, it));
                        false
                    }
                    With(pointer, text) => {
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
                    assert_eq!(now, [id.clone()], "format {place}");
                }
                changed += 1;
            }
        }
    }
    assert_eq!(
        CHANGES.len(),
        ALL.iter().map(|it| it.elements.len()).sum::<usize>()
    );
    assert_eq!(changed, CHANGES.len() * 3 - 6);
}

#[test]
fn a_gap_tells_which_components_lack_it_and_where_to_write_it() {
    let mut bill = bills::all()[0].clone();
    without(&mut bill, "/components/0/purl");
    let document = document::read(&serde_json::to_vec(&bill).expect("JSON")).expect("a document");
    let gaps = ntia::PROFILE.gaps(&facts::read(&document));
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
