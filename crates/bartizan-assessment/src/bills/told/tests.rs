use bartizan_formats::digest::Digest;
use bartizan_native::declared::{Comparison, Difference, Kind};

use super::*;
use crate::bills::{ExaminedBill, ReadBill};
use bartizan_sbom::lacking::{Maker, Origin};

/// A bill that is valid, is not, or of which nobody knows.
fn bill(validity: &str) -> ExaminedBill {
    ExaminedBill {
        name: "lab-1.0.dist-info/sboms/lab.cdx.json".to_owned(),
        read: Ok(ReadBill {
            format: "CycloneDX 1.6".to_owned(),
            components: 1,
            lacking: Vec::new(),
            origin: Origin {
                maker: Maker::Project,
                backend: None,
            },
        }),
        validity: match validity {
            "valid" => Validity::Valid,
            "invalid" => Validity::Invalid {
                errors: vec!["the document: it has too much".to_owned()],
                count: 1,
            },
            _ => Validity::Unknown("no schema".to_owned()),
        },
    }
}

/// A release with so many native components, of which so many are declared; without a bill where no validity is given.
fn release(
    version: &str,
    day: &str,
    examined: Option<(usize, usize, Option<&str>)>,
) -> ReleaseBills {
    let examined = examined.map(|(shown, declared, validity)| {
        let undeclared = (declared..shown).map(|number| Difference {
            kind: Kind::Undeclared,
            name: format!("lib{number}"),
            stated: None,
            shown: Some("1.0".to_owned()),
            purl: None,
            bill: None,
            id: None,
            files: Vec::new(),
        });
        Examined {
            file: format!("lab-{version}-py3-none-any.whl"),
            sha256: Digest::of(b"lab"),
            bills: validity.map(bill).into_iter().collect(),
            comparison: Comparison {
                differences: undeclared.collect(),
                shown,
                declared,
                shown_native: shown,
                declared_native: declared,
                ..Comparison::default()
            },
            unread: 0,
        }
    });
    let with = examined.as_ref().is_some_and(|it| !it.bills.is_empty());
    ReleaseBills {
        version: version.to_owned(),
        uploaded: format!("{day}T00:00:00Z").parse().ok(),
        wheels: (2, if with { 2 } else { 0 }),
        examined,
    }
}

fn said(releases: Vec<ReleaseBills>, is_short: bool) -> ProjectAssessment {
    let package = PackageBills {
        package: Package::pypi("lab"),
        latest: releases.first().map(|it| it.version.clone()),
        releases,
    };
    let ground = Ground {
        schemas: String::new(),
        observed: "2026-11-01T00:00:00Z".parse().unwrap(),
    };
    let mut said = ProjectAssessment::default();
    tell(&[package], &ground, is_short, &mut said);
    said
}

fn check(releases: Vec<ReleaseBills>) -> String {
    shown(&said(releases, false))
}

fn shown(said: &ProjectAssessment) -> String {
    let figures = said.figures.iter().map(|it| {
        let whole = it.whole.map(|it| format!(" of {it}")).unwrap_or_default();
        let shares: Vec<String> = it
            .shares
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        format!("{} {}{whole} {shares:?}", it.measure, it.value)
    });
    let findings = said
        .findings
        .iter()
        .map(|it| format!("{} {}", it.check, it.message));
    figures.chain(findings).collect::<Vec<_>>().join("\n")
}

#[test]
fn figures_tell_what_is_there_valid_true_and_declared() {
    let releases = vec![
        release("1.2", "2026-08-01", Some((2, 2, Some("valid")))),
        release("1.1", "2026-07-01", Some((3, 1, Some("invalid")))),
        release("1.0", "2026-01-01", Some((3, 0, None))),
        release("0.9", "2025-12-31", None),
    ];
    insta::assert_snapshot!(check(releases), @r#"
    release-sboms 4 ["there, valid and true 1", "not valid 1", "none 1", "none, need not known 1"]
    releases-with-sbom 2 of 4 []
    releases-with-valid-sbom 1 of 2 []
    releases-with-true-sbom 1 of 2 []
    sound-sbom-latest-release 1 of 1 []
    declared-components 2 of 2 ["declared 2", "undeclared 0"]
    release-sboms:2025-q4 1 ["none, need not known 1"]
    release-sboms:2026-q1 1 ["none 1"]
    declared-components:2026-q1 0 of 3 ["declared 0", "undeclared 3"]
    release-sboms:2026-q3 2 ["there, valid and true 1", "not valid 1"]
    declared-components:2026-q3 3 of 5 ["declared 3", "undeclared 2"]
    "#);
}

#[test]
fn findings_are_of_the_latest_release() {
    let old = || release("1.0", "2026-01-01", Some((1, 0, Some("invalid"))));
    let newest = |it| vec![release("1.1", "2026-07-01", it), old()];
    let findings = |it| {
        let said = said(newest(it), false);
        let all = said.findings.iter();
        all.map(|it| format!("{} {}", it.check, it.message))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!(findings(Some((8, 1, Some("invalid")))), @"
    invalid-sbom 1.1: a bill of materials in a wheel is not valid: lab.cdx.json: the document: it has too much
    undeclared-component 1.1: an artifact carries a component that its bill of materials leaves out: lib1 1.0, lib2 1.0, lib3 1.0, lib4 1.0, lib5 1.0, lib6 1.0, 1 more
    ");
    insta::assert_snapshot!(findings(Some((1, 0, None))), @"missing-sbom 1.1: carries and declares nowhere: lib0 1.0");
    assert_eq!(findings(Some((0, 0, None))), "");
    assert_eq!(findings(Some((2, 2, Some("unknown")))), "");
    assert_eq!(findings(None), "");
}

#[test]
fn where_nothing_decides_there_is_no_figure() {
    let sound = |it| {
        let said = said(vec![release("1.0", "2026-01-01", it)], false);
        let mut figures = said.figures.into_iter();
        figures
            .find(|it| it.measure == SOUND_SBOM_LATEST.id)
            .map(|it| it.value > 0.0)
    };
    assert_eq!(
        sound(Some((2, 2, Some("unknown")))),
        None,
        "valid is not known"
    );
    assert_eq!(sound(Some((0, 0, None))), None, "nothing to declare");
    assert_eq!(sound(None), None, "not looked at");
    assert_eq!(sound(Some((2, 1, Some("unknown")))), Some(false));
    assert_eq!(sound(Some((2, 0, None))), Some(false));
    assert_eq!(sound(Some((2, 2, Some("valid")))), Some(true));
}

#[test]
fn what_could_not_be_looked_at_leaves_what_was_known() {
    let said = said(
        vec![
            release("1.1", "2026-07-01", None),
            release("1.0", "2026-01-01", Some((2, 0, None))),
        ],
        true,
    );
    insta::assert_snapshot!(shown(&said), @"releases-with-sbom 0 of 2 []");
    let documents: Vec<&str> = said.documents.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(documents, ["lab 1.0"]);
    let mut marked = ProjectAssessment::default();
    unseen(&mut marked);
    for figure in &self::said(
        vec![release("1.0", "2026-01-01", Some((2, 1, Some("valid"))))],
        false,
    )
    .figures
    {
        let is_kept = marked.unseen.holds_measure(&figure.measure);
        assert_eq!(
            is_kept,
            figure.measure != RELEASES_WITH_SBOM.id,
            "{}",
            figure.measure
        );
    }
}
