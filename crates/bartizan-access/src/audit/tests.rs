use super::*;
use crate::{
    ledger::{Act, ActKind, Coverage, Evidence, EvidenceSource, Policy, ledger},
    name::{Login, RepositoryName},
    snapshot::{App, Holder, Publisher, tests::sample},
};

fn check(change: impl Fn(&mut Snapshot), covered: bool) -> Audit {
    let mut snapshot = sample();
    change(&mut snapshot);
    snapshot.sort();
    let read = of_snapshot::Read::of(&snapshot);
    let now: Timestamp = "2026-11-26T00:00:00Z".parse().unwrap();
    let coverage = |place: &str| Coverage {
        source: EvidenceSource::Import,
        place: place.to_owned(),
        kinds: ActKind::ALL.into(),
        of: None,
        since: "2020-01-01T00:00:00Z".parse().unwrap(),
        until: now,
    };
    let places = ["lab", "lab/array", "lab/site", "array"];
    let evidence = Evidence {
        acts: vec![Act {
            by: "github:eve".parse().unwrap(),
            place: "lab/site".to_owned(),
            kind: ActKind::Push,
            at: "2026-11-01T00:00:00Z".parse().unwrap(),
            source: EvidenceSource::History,
        }],
        coverage: if covered {
            places.map(coverage).to_vec()
        } else {
            Vec::new()
        },
        ..Evidence::default()
    };
    let exempt = Exempt {
        bots: ["github:robot".parse().unwrap()].into(),
        ..Exempt::default()
    };
    let ledger = ledger(&read.rights, &evidence, &exempt, &Policy::default(), now);
    Audit::of(&Question {
        snapshot: &snapshot,
        read: &read,
        ledger: &ledger,
        evidence: &evidence,
        exempt: &exempt,
        most_owners: Policy::default().most_owners,
        days: 180,
        now,
    })
}

fn text(audit: &Audit) -> String {
    let mut lines: Vec<String> = audit
        .findings
        .iter()
        .map(|it| format!("{} in {}: {}", it.check.id, it.place, it.detail))
        .collect();
    lines.extend(
        audit
            .unjudged
            .iter()
            .map(|it| format!("not judged: {} in {}: {}", it.check, it.place, it.why)),
    );
    for it in &audit.enforcement {
        lines.push(format!(
            "enforced in {}: {:?} would lose access, {} not known, alone {:?}",
            it.organisation,
            it.would_lose
                .iter()
                .map(Account::as_str)
                .collect::<Vec<_>>(),
            it.not_known,
            it.left_alone
        ));
    }
    lines.join("\n")
}

#[test]
fn what_is_found_where_everything_was_read() {
    insta::assert_snapshot!(text(&check(|_| {}, true)), @r#"
    optional-second-factor in lab: the setting is off
    stale-deploy-key in lab/site: the deploy key 5 of the repository lab/site: last used on 2020-01-01
    stale-right in array: github:eve in the project array of the package index: owner; no act that needed it was seen
    stale-right in array: pypi:zoe in the project array of the package index: maintainer; no act that needed it was seen
    stale-right in lab: github:ann in the organisation lab: owner; no act that needed it was seen
    stale-right in lab: github:ben in the organisation lab: member; no act that needed it was seen
    stale-right in lab/gpu: github:ben in the team lab/gpu: maintainer; no act that needed it was seen
    too-few-owners in array: 1 owners at the index; 2 are needed
    too-few-owners in lab: 1 owners; 2 are needed
    too-few-owners in lab/array: 1 administrators; 2 are needed
    weak-second-factor in lab: none
    wide-role in lab/site: github:eve by a grant of their own in the repository lab/site: admin; no act that needed it was seen; last seen: push in lab/site on 2026-11-01, by history
    not judged: left-with-keys in array: it is not told which accounts at the host 1 of its holders have
    not judged: stale-token in lab: for apps only, needs `x=read`
    enforced in lab: ["github:ben"] would lose access, 0 not known, alone []
    "#);
}

#[test]
fn what_was_not_read_is_not_found() {
    let audit = check(|it| it.deploy_keys.clear(), false);
    assert_eq!(
        (audit.standing.inactive, audit.counts()["stale-right"]),
        (0, 0)
    );
    assert!(audit.unjudged.iter().any(|it| it.check == "stale-right"));
}

#[test]
fn checks_are_sorted_and_explained() {
    assert!(checks::ALL.windows(2).all(|pair| pair[0].id < pair[1].id));
    for check in checks::ALL {
        let of = check.explanation;
        let texts = [of.what, of.why, of.failing, of.passing, of.remedy];
        assert!(texts.iter().all(|it| it.ends_with('.')), "{}", check.id);
    }
}

/// An app that may change contents and does not is told only where everybody's pushes and merges were read.
#[test]
fn apps_that_do_nothing() {
    let installed = |scope: &str, suspended: &str| -> App {
        serde_json::from_str(&format!(
            r#"{{"organisation": "lab", "id": 1, "slug": "tool", "scope": "all", "permissions": {{"contents": "{scope}"}}, "created": "2024-01-01T00:00:00Z"{suspended}}}"#
        ))
        .unwrap()
    };
    let told = |app: App, covered: bool| {
        let audit = check(|it| it.apps = vec![app.clone()], covered);
        let found = audit
            .findings
            .iter()
            .filter(|it| it.check.id == "stale-app");
        let unjudged = audit.unjudged.iter().filter(|it| it.check == "stale-app");
        let found = found.map(|it| it.detail.clone());
        found
            .chain(unjudged.map(|it| it.why.clone()))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(told(installed("write", ""), true), @"the program tool in the organisation lab: it may change contents, and did not within the limit");
    insta::assert_snapshot!(told(installed("write", ""), false), @"whether tool changes contents is not known: not all pushes and merges of lab/array were read");
    insta::assert_snapshot!(told(installed("read", ""), true), @"");
    let suspended = r#", "suspended": "2025-01-01T00:00:00Z""#;
    insta::assert_snapshot!(told(installed("read", suspended), false), @"the program tool in the organisation lab: suspended since 2025-01-01");
    insta::assert_snapshot!(told(installed("read", r#", "suspended": "2026-11-01T00:00:00Z""#), false), @"");
}

/// What somebody who is gone left: their role in a package, a publisher, a key.
#[test]
fn what_is_left_of_those_who_left() {
    let audit = check(
        |it| {
            it.assignments
                .retain(|given| given.holder != Holder::Person(Login::new("eve").unwrap()));
            it.entries[0].publishers.push(Publisher {
                repository: RepositoryName::new("eve/array").unwrap(),
                workflow: "release.yml".into(),
                environment: None,
            });
        },
        false,
    );
    let left = audit
        .findings
        .iter()
        .filter(|it| it.check.id == "left-with-keys");
    let left: Vec<String> = left
        .map(|it| format!("{}: {}", it.place, it.detail))
        .collect();
    insta::assert_snapshot!(left.join("\n"), @r"
    array: the workflow release.yml of eve/array may publish the package, and lies in none of the organisations
    array: github:eve, as owner of the package; trusted publishers to look at: 1
    lab/site: they added the deploy key 5 of lab/site
    ");
}

/// What can be published of an audit holds no name of anybody.
#[test]
fn counts_name_nobody() {
    let audit = check(|_| {}, true);
    let counts = format!("{:?} {:?}", audit.counts(), audit.standing);
    for name in ["ann", "ben", "eve", "zoe", "robot"] {
        let named = format!(" {name}");
        assert!(!counts.contains(&named), "{name}");
    }
}
