//! A signed feed as one more source of a sync.

use super::*;
use crate::{
    database,
    home::Home,
    sync::{Authority, Base, Feed, Feeds, Network, Silent, SyncError, SyncRequest, sync},
};

/// Syncs the feed of a bench from a folder. What the home then holds, or what was missed and why.
fn synced(bench: &Bench, folder: &str) -> String {
    let line = format!("lab {}", private().public_key().to_openssh().unwrap());
    fs::write(bench.path("signers"), line).unwrap();
    let feed = Feed {
        name: "laboratory".to_owned(),
        title: None,
        licence: None,
        from: bench.path(folder).display().to_string(),
        prefixes: vec!["LAB".to_owned()],
        packages: vec![Package::pypi("demo")],
        signers: Some(bench.path("signers")),
    };
    let home = Home::new(bench.path("home"));
    let request = SyncRequest {
        home: home.clone(),
        feeds: Feeds::Declared(vec!["laboratory".to_owned()]),
        authority: Authority::new(vec![feed]).unwrap(),
        now: november(20),
        base: Base::Keep,
        network: Network::Forbidden,
    };
    let complaints = match sync(&request, &mut Silent) {
        Ok(report) => {
            assert_eq!(report.missed.is_empty(), report.problems.is_empty());
            report.problems
        }
        Err(SyncError::Nothing { problems }) => problems,
        Err(error) => panic!("{error}"),
    };
    let mut told: Vec<String> = complaints
        .iter()
        .map(|problem| problem.message.clone())
        .collect();
    let database = database::open(&home).unwrap();
    let records = database.records().unwrap().map(Result::unwrap);
    told.extend(records.map(|record| format!("{} {}", record.key.id, record.standing.as_str())));
    told.join("\n")
}

#[test]
fn a_signed_feed_is_one_more_source() {
    let bench = Bench::published();
    assert_snapshot!(synced(&bench, "feed"), @"
    LAB-2025-1 declared
    LAB-2026-1 declared
    ");
    bench.record("LAB-2026-2", 3, "three");
    assert_eq!(bench.publish(4, false), "2: 1 0 0");
    assert_snapshot!(synced(&bench, "feed"), @"
    LAB-2025-1 declared
    LAB-2026-1 declared
    LAB-2026-2 declared
    ");
}

#[test]
fn a_mirror_that_changes_or_goes_back_changes_nothing() {
    let bench = Bench::published();
    let copy = |from: &str, to: &str| {
        fs::create_dir_all(bench.path(to).join("old")).unwrap();
        for name in [
            "feed.json",
            "feed.json.sig",
            "LAB-2026-1.json",
            "old/LAB-2025-1.json",
        ] {
            fs::copy(bench.path(from).join(name), bench.path(to).join(name)).unwrap();
        }
    };
    copy("feed", "yesterday");
    synced(&bench, "feed");
    bench.record("LAB-2026-1", 3, "changed");
    assert_eq!(bench.publish(4, false), "2: 0 1 0");
    synced(&bench, "feed");
    assert_snapshot!(synced(&bench, "yesterday"), @"
    the feed is in state 1; state 2 was seen before
    LAB-2025-1 declared
    LAB-2026-1 declared
    ");
    copy("feed", "mirror");
    let path = bench.path("mirror/LAB-2026-1.json");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("changed", "harmless");
    fs::write(path, text).unwrap();
    assert_snapshot!(synced(&bench, "mirror"), @"
    `LAB-2026-1.json` is not the file that `feed.json` lists
    LAB-2025-1 declared
    LAB-2026-1 declared
    ");
    fs::remove_file(bench.path("mirror/feed.json.sig")).unwrap();
    assert_snapshot!(synced(&bench, "mirror"), @"
    the feed is not signed
    LAB-2025-1 declared
    LAB-2026-1 declared
    ");
}

#[test]
fn a_lost_memory_of_states_is_an_error_and_no_beginning() {
    let bench = Bench::published();
    synced(&bench, "feed");
    let states = bench.path("home/advisories/feeds.json");
    fs::write(&states, "{").unwrap();
    let home = Home::new(bench.path("home"));
    let request = SyncRequest {
        home,
        feeds: Feeds::Declared(Vec::new()),
        authority: Authority::default(),
        now: november(20),
        base: Base::Keep,
        network: Network::Forbidden,
    };
    let error = sync(&request, &mut Silent).unwrap_err();
    assert!(error.to_string().contains("signed feeds"), "{error}");
}
