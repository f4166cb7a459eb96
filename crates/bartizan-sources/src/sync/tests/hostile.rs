//! A hostile feed: it withdraws, narrows, re-aliases and floods what others state. No answer changes, and
//! what it tried is there to be seen.

use bartizan_model::{advisory::Standing, ecosystem::Package};
use bartizan_vulnerability::advisories::Advisories as _;

use super::*;

/// What the public sources state.
const PUBLIC: &[&str] = &[
    r#"{"id":"PYSEC-2024-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-1"],"summary":"real","affected":[{"package":{"ecosystem":"PyPI","name":"numpy"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}"#,
    r#"{"id":"GHSA-aaaa-aaaa-aaaa","modified":"2024-01-01T00:00:00Z","aliases":["PYSEC-2024-2"],"summary":"real","affected":[{"package":{"ecosystem":"PyPI","name":"numpy"},"versions":["1.5"]}]}"#,
    r#"{"id":"GHSA-bbbb-bbbb-bbbb","modified":"2024-01-01T00:00:00Z","summary":"real","affected":[{"package":{"ecosystem":"PyPI","name":"scipy"},"versions":["1.0"]}]}"#,
];

fn feed(from: &Path, packages: &[&str]) -> Feed {
    Feed {
        name: "mallory".to_owned(),
        title: None,
        licence: None,
        from: from.display().to_string(),
        prefixes: vec!["MALL".to_owned()],
        packages: packages.iter().map(|name| Package::pypi(name)).collect(),
        signers: None,
    }
}

/// A bench with the public sources, and with what a hostile feed states about packages named `own`.
fn attacked(records: &[&str], own: &[&str]) -> (Bench, Bench, String) {
    let mut benches = [Bench::new(), Bench::new()];
    let mut told = String::new();
    for (place, bench) in benches.iter_mut().enumerate() {
        for (number, record) in PUBLIC.iter().enumerate() {
            bench.write(&format!("public/{number}.json"), record);
        }
        let public = bench.path("public");
        bench.import(&[&public]);
        if place == 0 {
            continue;
        }
        for (number, record) in records.iter().enumerate() {
            bench.write(&format!("hostile/{number}.json"), record);
        }
        let hostile = feed(&bench.path("hostile"), own);
        let request = SyncRequest {
            authority: Authority::new(vec![hostile]).unwrap(),
            ..bench.request(Feeds::Declared(vec!["mallory".to_owned()]))
        };
        let report = sync(&request, &mut Silent);
        told = bench.tell(report);
        // And once more, from the stored texts only.
        bench.days_later(1);
        let public = bench.write(
            "public/3.json",
            r#"{"id":"PYSEC-2020-9","modified":"2020-01-01T00:00:00Z"}"#,
        );
        let request = SyncRequest {
            authority: request.authority,
            ..bench.request(Feeds::Local(vec![public.into()]))
        };
        sync(&request, &mut Silent).unwrap();
    }
    let [without, with] = benches;
    (without, with, told)
}

/// Everything that is answered about the packages of the public sources: entries and groups as they are
/// shown.
fn answers(bench: &Bench) -> String {
    let database = bench.open();
    let mut text = String::new();
    for name in ["numpy", "scipy"] {
        let known = database.package(&Package::pypi(name)).unwrap().unwrap();
        for entry in known.entries {
            let group = database.group(&entry.group).unwrap().unwrap();
            text += &format!(
                "{name}: {} {} {:?} {:?} {} as {} ~ {:?} conflict {:?}\n",
                entry.id,
                entry.is_withdrawn,
                entry.affected.versions,
                entry.affected.ranges,
                entry.group,
                group.shown_as,
                group.related,
                group.conflicts,
            );
        }
    }
    text
}

/// The answers stay as they are without the feed; what it states is stored as `expect` says.
fn check(records: &[&str], expect: &str) {
    let (without, with, told) = attacked(records, &["mallory"]);
    assert_eq!(answers(&with), answers(&without), "{records:?}");
    let database = with.open();
    let stored = database.records().unwrap().map(Result::unwrap);
    let of_feed = stored.filter(|record| record.key.source == "mallory");
    let standings: Vec<String> = of_feed
        .map(|record| format!("{} {}", record.key.id, record.standing.as_str()))
        .collect();
    assert_eq!(standings.join(", "), expect, "{told}");
    let opinions = standings
        .iter()
        .filter(|text| text.ends_with("opinion"))
        .count() as u64;
    let sources = &database.manifest().sources;
    let state = sources.iter().find(|state| state.id == "mallory").unwrap();
    assert_eq!(state.opinions, opinions);
}

#[test]
fn withdrawing_what_others_state_has_no_effect() {
    check(
        &[
            r#"{"id":"PYSEC-2024-1","modified":"2099-01-01T00:00:00Z","withdrawn":"2099-01-01T00:00:00Z","aliases":["CVE-2024-1"]}"#,
        ],
        "PYSEC-2024-1 opinion",
    );
    check(
        &[
            r#"{"id":"pysec-2024-1","modified":"2099-01-01T00:00:00Z","withdrawn":"2099-01-01T00:00:00Z"}"#,
        ],
        "pysec-2024-1 opinion",
    );
}

#[test]
fn narrowing_and_widening_what_others_state_has_no_effect() {
    check(
        &[
            r#"{"id":"PYSEC-2024-1","modified":"2099-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"numpy"},"versions":["0.1"]}]}"#,
            r#"{"id":"GHSA-bbbb-bbbb-bbbb","modified":"2099-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"scipy"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#,
        ],
        "GHSA-bbbb-bbbb-bbbb opinion, PYSEC-2024-1 opinion",
    );
}

#[test]
fn own_records_about_packages_of_others_do_not_match() {
    let record = r#"{"id":"MALL-1","modified":"2099-01-01T00:00:00Z","aliases":["CVE-2024-1"],"affected":[{"package":{"ecosystem":"PyPI","name":"numpy"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#;
    check(&[record], "MALL-1 declared");
    let (_, _, told) = attacked(&[record], &["mallory"]);
    assert!(
        told.contains("mallory: records (1) name packages that the feed may not speak about"),
        "{told}"
    );
    let (_, _, told) = attacked(&[record], &["numpy"]);
    assert!(!told.contains("may not speak"), "{told}");
}

#[test]
fn aliases_of_a_feed_join_no_groups_of_others() {
    check(
        &[
            r#"{"id":"MALL-1","modified":"2099-01-01T00:00:00Z","aliases":["CVE-2024-1","GHSA-bbbb-bbbb-bbbb"]}"#,
            r#"{"id":"MALL-2","modified":"2099-01-01T00:00:00Z","aliases":["GHSA-bbbb-bbbb-bbbb","CVE-2020-1"],"related":["CVE-2020-2"]}"#,
            r#"{"id":"GHSA-aaaa-aaaa-aaaa","modified":"2099-01-01T00:00:00Z","aliases":["CVE-2024-1","CVE-2020-3"]}"#,
            r#"{"id":"CVE-2024-1","modified":"2099-01-01T00:00:00Z","aliases":["GHSA-aaaa-aaaa-aaaa","GHSA-bbbb-bbbb-bbbb"]}"#,
        ],
        "CVE-2024-1 opinion, GHSA-aaaa-aaaa-aaaa opinion, MALL-1 declared, MALL-2 declared",
    );
}

#[test]
fn a_flood_about_one_vulnerability_has_no_effect() {
    let flood: Vec<String> = (0..300)
        .map(|number| {
            format!(
                r#"{{"id":"MALL-{number:03}","modified":"2099-01-01T00:00:00Z","aliases":["CVE-2024-1","MALL-{:03}"],"affected":[{{"package":{{"ecosystem":"PyPI","name":"numpy"}},"versions":["1.{number}"]}}]}}"#,
                number + 1
            )
        })
        .collect();
    let records: Vec<&str> = flood.iter().map(String::as_str).collect();
    let expect: Vec<String> = (0..300)
        .map(|number| format!("MALL-{number:03} declared"))
        .collect();
    check(&records, &expect.join(", "));
}

#[test]
fn facts_about_exploitation_are_refused_of_a_feed() {
    let csv = "#model_version:v1,score_date:2024-01-01T00:00:00+0000\ncve,epss,percentile\nCVE-2024-1,0.0,0.0\n";
    let bench = Bench::new();
    bench.write("hostile/epss.csv", csv);
    bench.write(
        "hostile/1.json",
        r#"{"id":"MALL-1","modified":"2099-01-01T00:00:00Z"}"#,
    );
    let request = SyncRequest {
        authority: Authority::new(vec![feed(&bench.path("hostile"), &[])]).unwrap(),
        ..bench.request(Feeds::Declared(vec!["mallory".to_owned()]))
    };
    let told = bench.tell(sync(&request, &mut Silent));
    assert!(
        told.contains("CVE-2024-1: a declared feed cannot state facts"),
        "{told}"
    );
    assert!(bench.open().epss("CVE-2024-1").unwrap().is_none());
}

#[test]
fn a_feed_is_believed_about_its_own_packages() {
    let own = r#"{"id":"MALL-1","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-1"],"affected":[{"package":{"ecosystem":"PyPI","name":"mallory"},"versions":["1.0"]}]}"#;
    let (_, with, told) = attacked(&[own], &["mallory"]);
    let known = with
        .open()
        .package(&Package::pypi("mallory"))
        .unwrap()
        .unwrap();
    assert_eq!(known.entries[0].group, "CVE-2024-1", "{told}");
    let group = with.open().group("CVE-2024-1").unwrap().unwrap();
    assert_eq!(group.ids, ["CVE-2024-1", "MALL-1", "PYSEC-2024-1"]);
}

#[test]
fn nobody_else_states_what_a_feed_gives_out() {
    let mut bench = Bench::new();
    bench.write("own/1.json", r#"{"id":"MALL-1","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"mallory"},"versions":["1.0"]}]}"#);
    let authority = Authority::new(vec![feed(&bench.path("own"), &[])]).unwrap();
    let request = SyncRequest {
        authority: authority.clone(),
        ..bench.request(Feeds::Declared(vec!["mallory".to_owned()]))
    };
    sync(&request, &mut Silent).unwrap();
    bench.days_later(1);
    let other = bench.write(
        "other/1.json",
        r#"{"id":"MALL-1","modified":"2099-01-01T00:00:00Z","withdrawn":"2099-01-01T00:00:00Z"}"#,
    );
    let request = SyncRequest {
        authority,
        ..bench.request(Feeds::Local(vec![other.into()]))
    };
    sync(&request, &mut Silent).unwrap();
    let known = bench
        .open()
        .package(&Package::pypi("mallory"))
        .unwrap()
        .unwrap();
    assert!(!known.entries[0].is_withdrawn);
    let standings = bench.open().records_of("MALL-1").unwrap();
    let standings: Vec<_> = standings
        .iter()
        .map(|record| (record.key.source.as_str(), record.standing))
        .collect();
    assert_eq!(
        standings,
        [
            ("mallory", Standing::Declared),
            ("unlisted", Standing::Opinion)
        ]
    );
}
