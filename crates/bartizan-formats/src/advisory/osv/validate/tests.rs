//! Records that are right, and one for each way to be wrong.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::advisory::describe;

const NOW: &str = "2026-11-23T12:00:00Z";

fn check(text: &str) -> String {
    let complaints = validate(text.as_bytes(), NOW.parse().unwrap());
    let show = |complaint: &Complaint| {
        let Complaint {
            line,
            pointer,
            weight,
            message,
            remedy,
        } = complaint;
        assert!(!remedy.is_empty());
        format!("{line} {pointer} {weight:?}: {message}")
    };
    complaints.iter().map(show).collect::<Vec<_>>().join("\n")
}

/// A record with these fields beside id, time and summary.
fn with(fields: &str) -> String {
    check(&format!(
        "{{\"id\": \"PYSEC-2026-1\", \"modified\": \"2026-11-01T00:00:00Z\", \"summary\": \"s\",\n{fields}}}"
    ))
}

/// A record that affects one part, a package of the index unless told otherwise.
fn part(fields: &str) -> String {
    let package = if fields.contains("\"package\"") {
        ""
    } else {
        "\"package\": {\"ecosystem\": \"PyPI\", \"name\": \"demo\"},"
    };
    with(&format!("\"affected\": [{{{package}\n{fields}}}]"))
}

fn range(kind: &str, events: &str) -> String {
    part(&format!(
        r#""ranges": [{{"type": "{kind}", "repo": "https://example.org/demo", "events": [{events}]}}]"#
    ))
}

#[test]
fn a_right_record_gives_no_complaint() {
    assert_snapshot!(check(r#"{"schema_version": "1.7.0", "id": "PYSEC-2026-1", "modified": "2026-11-01T00:00:00.5Z",
        "published": "2026-10-01T00:00:00Z", "withdrawn": "2026-11-01T00:00:00Z", "aliases": ["CVE-2026-1"], "related": ["CVE-2026-2"],
        "upstream": [], "summary": "s", "details": "d", "affected": [{"package": {"ecosystem": "PyPI", "name": "demo", "purl": "pkg:pypi/demo"},
        "severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A/U:Clear"}],
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0rc1"}, {"fixed": "2.0.post1"}]},
        {"type": "GIT", "repo": "https://example.org/demo", "events": [{"introduced": "0"},
        {"fixed": "0123456789abcdef0123456789abcdef01234567"}], "database_specific": {}}], "versions": ["1.0"], "ecosystem_specific": {},
        "database_specific": {}}], "references": [{"type": "FIX", "url": "https://example.org/demo/commit/1"}],
        "credits": [{"name": "A Person", "contact": ["mailto:a@example.org"], "type": "FINDER"}], "database_specific": {"x": 1}}"#), @"");
    assert_snapshot!(with(r#""aliases": null, "affected": [{"package": {"ecosystem": "crates.io", "name": "demo"}, "severity": null,
        "ranges": [{"type": "SEMVER", "events": [{"introduced": "0.0.0-0"}, {"last_affected": "1.2.3"}, {"limit": "*"}]}]}], "references": null,
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/S:U/AV:N/AC:L/PR:N/UI:N/C:H/I:H/A:H/E:P"}, {"type": "CVSS_V2", "score":
        "AV:N/AC:L/Au:N/C:P/I:P/A:P"}, {"type": "Ubuntu", "score": "low"}]"#), @"");
}

#[test]
fn what_is_no_record_is_one_complaint() {
    assert_snapshot!(check("{\n\"id\": 1,,}"), @"2  Error: not valid JSON: key must be a string at line 2 column 9");
    assert_snapshot!(check("[]"), @"1  Error: not an object");
    assert_snapshot!(check("id: X-1"), @"1  Error: not valid JSON: expected value at line 1 column 1");
    assert_snapshot!(check("{}"), @"
    1  Error: there is no `id`
    1  Warning: neither `summary` nor `details` say what it is
    1  Warning: nothing is affected
    1 /modified Error: there is no `modified`
    ");
}

#[test]
fn the_fields_of_the_record() {
    assert_snapshot!(check(r#"{"schema_version": 1, "id": "HOUSE-2026-1",
        "modified": "2027-01-01T00:00:00Z", "published": "2026-01-01",
        "withdrawn": "2026-01-01T00:00:00+01:00", "aliases": ["HOUSE-2026-1", "CVE-1", "CVE-1", 3, "a b"],
        "related": null, "upstream": "CVE-1", "summary": "a\nb", "details": 4, "notes": 5, "database_specific": []}"#), @"
    1 /id Warning: the prefix is not registered with the OSV schema
    1 /schema_version Error: not a text
    2 /modified Error: later than now
    2 /published Error: not a time in UTC (RFC 3339)
    3 /aliases/0 Error: the record's own id
    3 /aliases/2 Warning: named twice
    3 /aliases/3 Error: not a text
    3 /aliases/4 Error: cannot be the id of an advisory
    3 /withdrawn Error: not a time in UTC (RFC 3339)
    4 /database_specific Error: not an object
    4 /details Error: not a text
    4 /notes Error: the schema knows no such field
    4 /related Error: not a list
    4 /summary Warning: more than one line
    4 /upstream Error: not a list
    ");
    assert_snapshot!(check(r#"{"id": "../x", "modified": "2026-01-01T00:00:00Z", "published": "2026-02-01T00:00:00Z", "affected": []}"#), @"
    1  Warning: neither `summary` nor `details` say what it is
    1  Warning: nothing is affected
    1 /id Error: cannot be the id of an advisory
    1 /published Warning: later than `modified`
    ");
    assert_snapshot!(check(r#"{"id": 5, "modified": 6}"#), @"
    1  Warning: neither `summary` nor `details` say what it is
    1  Warning: nothing is affected
    1 /id Error: not a text
    1 /modified Error: not a time in UTC (RFC 3339)
    ");
}

#[test]
fn severities_are_vectors_of_their_version() {
    let score = |scheme: &str, score: &str| {
        with(&format!(
            r#""affected": null, "severity": [{{"type": "{scheme}", "score": "{score}"}}]"#
        ))
    };
    assert_snapshot!(score("CVSS_V3", "7.5"), @"2 /severity/0/score Error: does not start with `CVSS:3.1/` or `CVSS:3.0/`");
    assert_snapshot!(score("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H"), @"2 /severity/0/score Error: the metric `A` is missing");
    assert_snapshot!(score("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Z"), @"2 /severity/0/score Error: `A:Z` has no such value");
    assert_snapshot!(score("CVSS_V3", "CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:N"), @"2 /severity/0/score Error: `AV:L` repeats a metric");
    assert_snapshot!(score("CVSS_V3", "CVSS:3.1/AV:N/Au:N"), @"2 /severity/0/score Error: `Au:N` is not a metric of this version");
    assert_snapshot!(score("CVSS_V4", "CVSS:4.0/AC:L/AV:N"), @"2 /severity/0/score Error: `AV:N` is out of the order of the standard");
    assert_snapshot!(score("CVSS_V5", ""), @"2 /severity/0/type Error: not one of CVSS_V2, CVSS_V3, CVSS_V4, Ubuntu");
    assert_snapshot!(score("Ubuntu", "severe"), @"2 /severity/0/score Error: not one of negligible, low, medium, high, critical");
    assert_snapshot!(with(r#""affected": [{"package": {"ecosystem": "PyPI", "name": "demo"}, "versions": ["1"], "severity": []}], "severity": [{}]"#), @"
    2 /affected/0/severity Error: the record states a severity too
    2 /severity/0 Error: there is no `score`
    2 /severity/0 Error: there is no `type`
    ");
}

#[test]
fn packages_are_named_one_way() {
    let package = |fields: &str| part(&format!(r#""versions": ["1"], "package": {{{fields}}}"#));
    assert_snapshot!(package(r#""ecosystem": "pypi", "name": "Demo_Tool""#), @"3 /affected/0/package/ecosystem Error: not an ecosystem that the schema knows");
    assert_snapshot!(package(r#""ecosystem": "PyPI", "name": "Demo_Tool", "purl": "pkg:pypi/demo-tool""#), @"3 /affected/0/package/name Warning: the normal form is `demo-tool`");
    assert_snapshot!(package(r#""ecosystem": "PyPI", "name": "demo", "purl": "pkg:pypi/other@1.0""#), @"
    3 /affected/0/package/purl Error: has a version
    3 /affected/0/package/purl Error: names another package than `ecosystem` and `name`
    ");
    assert_snapshot!(package(r#""ecosystem": "Debian:", "name": " ", "purl": "demo", "version": "1""#), @"
    3 /affected/0/package/ecosystem Error: not an ecosystem that the schema knows
    3 /affected/0/package/name Error: empty
    3 /affected/0/package/name Warning: the normal form is ``
    3 /affected/0/package/purl Error: not a package URL
    3 /affected/0/package/version Warning: the schema knows no such field here
    ");
    assert_snapshot!(package(r#""name": 7"#), @"
    3 /affected/0/package Error: there is no `ecosystem`
    3 /affected/0/package/name Error: not a text
    ");
    assert_snapshot!(with(r#""affected": [{}, 3, {"package": []}]"#), @"
    2 /affected/0 Warning: no version is affected
    2 /affected/0 Warning: there is no `package`
    2 /affected/1 Error: not an object
    2 /affected/2 Warning: no version is affected
    2 /affected/2/package Error: not an object
    ");
}

#[test]
fn ranges_have_a_beginning_and_an_order() {
    assert_snapshot!(range("ECOSYSTEM", r#"{"fixed": "1.0"}"#), @"3 /affected/0/ranges/0/events Error: nothing is `introduced`");
    assert_snapshot!(range("ECOSYSTEM", r#"{"introduced": "0"}, {"fixed": "1.0"}, {"last_affected": "0.9"}"#), @"3 /affected/0/ranges/0/events Error: both `fixed` and `last_affected`");
    assert_snapshot!(range("ECOSYSTEM", r#"{"introduced": "0", "fixed": "1.0"}, {}, {"introduced": 0}, {"introduced": ""}"#), @"
    3 /affected/0/ranges/0/events Error: nothing is `introduced`
    3 /affected/0/ranges/0/events/0 Error: not one of introduced, fixed, last_affected, limit
    3 /affected/0/ranges/0/events/1 Error: not one of introduced, fixed, last_affected, limit
    3 /affected/0/ranges/0/events/2/introduced Error: not a text
    3 /affected/0/ranges/0/events/3/introduced Error: empty
    ");
    assert_snapshot!(range("ECOSYSTEM", r#"{"introduced": "0"}, {"fixed": "1.0-bulbasaur"}"#), @"3 /affected/0/ranges/0/events/1/fixed Error: not a version of this ecosystem");
    assert_snapshot!(range("ECOSYSTEM", r#"{"introduced": "2.0"}, {"fixed": "1.0"}"#), @"3 /affected/0/ranges/0/events Error: it ends before it is introduced");
    assert_snapshot!(range("ECOSYSTEM", r#"{"introduced": "1.0"}, {"fixed": "1.0.0"}"#), @"3 /affected/0/ranges/0/events Error: it ends before it is introduced");
    assert_snapshot!(range("ECOSYSTEM", r#"{"introduced": "1.0"}, {"last_affected": "1.0.0"}"#), @"");
    assert_snapshot!(range("SEMVER", r#"{"introduced": "0"}, {"fixed": "1.0"}"#), @"");
    assert_snapshot!(range("GIT", r#"{"introduced": "0"}, {"fixed": "0123abc"}, {"limit": "0123456789ABCDEF0123456789abcdef01234567"}"#), @"
    3 /affected/0/ranges/0/events/1/fixed Error: not the whole hash of a commit
    3 /affected/0/ranges/0/events/2/limit Error: not the whole hash of a commit
    ");
    assert_snapshot!(range("ODD", r#"{"introduced": "0"}"#), @"3 /affected/0/ranges/0/type Error: not one of GIT, SEMVER, ECOSYSTEM");
    assert_snapshot!(part(r#""ranges": [{"type": "GIT"}, {"events": {}}], "versions": ["1.0", "", "0.1-odd", 2], "notes": 1"#), @"
    3 /affected/0/notes Warning: the schema knows no such field here
    3 /affected/0/ranges/0 Error: there are no `events`
    3 /affected/0/ranges/0 Error: there is no `repo`
    3 /affected/0/ranges/1 Error: there is no `type`
    3 /affected/0/ranges/1/events Error: not a list
    3 /affected/0/ranges/1/events Error: nothing is `introduced`
    3 /affected/0/versions/1 Error: empty
    3 /affected/0/versions/2 Warning: not a version of this ecosystem
    3 /affected/0/versions/3 Error: not a text
    ");
}

/// Two builds of one version are one to SemVer, and two to Julia.
#[test]
fn an_ecosystem_keeps_its_own_order() {
    let julia = |ecosystem: &str| {
        part(&format!(
            r#""package": {{"ecosystem": "{ecosystem}", "name": "demo"}}, "ranges": [{{"type": "SEMVER", "events":
            [{{"introduced": "1.0.0+0"}}, {{"fixed": "1.0.0+1"}}]}}]"#
        ))
    };
    assert_eq!(julia("Julia"), "");
    assert!(julia("npm").contains("it ends before it is introduced"));
}

#[test]
fn references_and_credits() {
    assert_snapshot!(with(r#""affected": null, "references": [{"type": "PAGE", "url": "example.org"}, {"url": 3}, "x"],
        "credits": [{"type": "HERO", "contact": ["a@example.org", 3]}, {"name": 5, "role": "x"}]"#), @"
    2 /references/0/type Error: not one of ADVISORY, ARTICLE, DETECTION, DISCUSSION, REPORT, FIX, INTRODUCED, GIT, PACKAGE, EVIDENCE, WEB
    2 /references/0/url Error: not a URI
    2 /references/1 Error: there is no `type`
    2 /references/1/url Error: not a URI
    2 /references/2 Error: not an object
    3 /credits/0 Error: there is no `name`
    3 /credits/0/contact/0 Warning: not a URI
    3 /credits/0/contact/1 Error: not a text
    3 /credits/0/type Error: not one of FINDER, REPORTER, ANALYST, COORDINATOR, REMEDIATION_DEVELOPER, REMEDIATION_REVIEWER, REMEDIATION_VERIFIER, TOOL, SPONSOR, OTHER
    3 /credits/1/name Error: not a text
    3 /credits/1/role Warning: the schema knows no such field here
    ");
}

#[test]
fn ids_of_a_feed() {
    for (id, expect) in [
        ("LAB-2026-1", true),
        ("LAB-2026-120", true),
        ("LAB-26-1", false),
        ("LAB-2026-01", false),
        ("LAB-2026-", false),
        ("LABOR-2026-1", false),
        ("LAB-2026-1-2", false),
        ("LAB-2026", false),
    ] {
        assert_eq!(is_feed_id(id, "LAB"), expect, "{id}");
    }
}

#[test]
fn the_complaints_about_one_record_have_an_end() {
    let many = "{\"introduced\": 0},".repeat(1000);
    let complaints = range("ECOSYSTEM", &format!("{many}{{\"introduced\": \"0\"}}"));
    assert_eq!(complaints.lines().count(), MOST);
}

proptest! {
    #[test]
    fn strangers_never_make_it_panic(value in describe::json(), key in 0..5_usize, text in "\\PC{0,100}") {
        let key = ["affected", "severity", "references", "credits", "id"][key];
        let record = serde_json::json!({"id": "X-1", "modified": "2026-01-01T00:00:00Z", key: value});
        let now = NOW.parse().unwrap();
        prop_assert!(validate(record.to_string().as_bytes(), now).len() <= MOST);
        // A record cannot come about by chance.
        prop_assert!(!validate(text.as_bytes(), now).is_empty());
    }
}
