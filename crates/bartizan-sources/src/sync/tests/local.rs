use super::*;

const EPSS: &str = "#model_version:v2025.03.14,score_date:2025-01-01T00:00:00Z\ncve,epss,percentile\nCVE-2023-4863,0.5,0.9\nCVE-2024-1,0.1,0.2\n";
const KEV: &str = r#"{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2024.01.01","dateReleased":"2024-01-01T00:00:00.000Z","count":1,"vulnerabilities":[{"cveID":"CVE-2023-4863","vendorProject":"Google","product":"Chromium","vulnerabilityName":"x","dateAdded":"2023-09-13","shortDescription":"x","requiredAction":"x","dueDate":"2023-10-04","knownRansomwareCampaignUse":"Unknown"}]}"#;

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_kind_of_input_is_recognised_by_its_content() {
    let bench = Bench::new();
    let archive = zipped(&[
        ("PYSEC-2024-1.json", &pysec(1)),
        ("LICENSE", "text"),
        (".github/x.json", "{}"),
    ]);
    bench.write("feeds/no-extension", archive);
    bench.write("feeds/tree/a/PYSEC-2024-2.json", pysec(2));
    bench.write("feeds/tree/PYSEC-2024-3.yaml", "id: PYSEC-2024-3\nmodified: 2024-01-01T00:00:00Z\naffected:\n- package:\n    ecosystem: PyPI\n    name: demo\n  versions: ['1']\n");
    bench.write("feeds/tree/.git/objects/x.json", "{}");
    bench.write("feeds/README.md", "text");
    let epss = bench.write("scores", gzipped(EPSS));
    let kev = bench.write("kev.json", KEV);
    let told = bench.import(&[&bench.path("feeds"), &epss, &kev]);
    insta::assert_snapshot!(told, @r"
    epss: 2 (0 withdrawn), 2 new, 0 changed, 0 removed
    kev: 1 (0 withdrawn), 1 new, 0 changed, 0 removed
    pypa: 3 (0 withdrawn), 3 new, 0 changed, 0 removed
    ");
    let database = bench.open();
    assert_eq!(ids(&database), "PYSEC-2024-1 PYSEC-2024-2 PYSEC-2024-3");
    let package = database.snapshot_package("demo");
    assert_eq!(package.entries.len(), 3);
    assert_eq!(package.entries[0].group, "CVE-2024-PYSEC-2024-1");
    assert!(database.epss("cve-2024-1").unwrap().is_some());
    assert!(database.known_exploited("CVE-2023-4863").unwrap().is_some());
    assert_eq!(
        database.groups_of("cve-2024-pysec-2024-1").unwrap().len(),
        1
    );
    assert_eq!(bench.files(), ["snapshot.bdb", "sync.json", "sync.lock"]);
}

trait SnapshotPackage {
    fn snapshot_package(&self, name: &str) -> bartizan_model::advisory::PackageAdvisories;
}

impl SnapshotPackage for Database {
    fn snapshot_package(&self, name: &str) -> bartizan_model::advisory::PackageAdvisories {
        Snapshot::<DatabaseReader>::package(self, &Package::pypi(name))
            .unwrap()
            .unwrap()
    }
}

#[test]
fn what_is_no_advisory_is_told_and_does_not_stop_the_rest() {
    let bench = Bench::new();
    let good = bench.write("good.json", pysec(1));
    let text = bench.write("notes.txt", "hello");
    let torn = bench.write("torn.zip", &zipped(&[("a.json", &pysec(2))])[..60]);
    let broken = bench.write(
        "broken.json",
        r#"{"id":"PYSEC-2024-9","modified":"2024-01-01T00:00:00Z","affected":["#,
    );
    let mixed = bench.write(
        "mixed.zip",
        zipped(&[
            ("a.json", &pysec(3)),
            ("statements.json", "{}"),
            ("b.json", "{}"),
        ]),
    );
    let absent = bench.path("absent");
    insta::assert_snapshot!(bench.import(&[&good, &text, &torn, &broken, &mixed, &absent]), @r"
    pypa: 2 (0 withdrawn), 2 new, 0 changed, 0 removed
    ROOT/notes.txt: not in a format of advisories that is known here
    ROOT/torn.zip: not a complete zip archive
    ROOT/broken.json: not valid JSON: EOF while parsing a list at line 1 column 67
    ROOT/mixed.zip: 2 files are no advisories: ROOT/mixed.zip: statements.json, ROOT/mixed.zip: b.json, …
    ROOT/absent: cannot be read: No such file or directory (os error 2)
    ");
    assert_eq!(
        bench.import(&[&text]),
        "nothing\nROOT/notes.txt: not in a format of advisories that is known here\n"
    );
    assert_eq!(bench.ids(), "PYSEC-2024-1 PYSEC-2024-3");
}

#[test]
fn a_source_that_is_not_read_now_is_kept() {
    let mut bench = Bench::new();
    let records = bench.write("records.zip", zipped(&[("1.json", &pysec(1))]));
    let epss = bench.write("epss.csv", EPSS);
    let kev = bench.write("kev.json", KEV);
    bench.import(&[&records, &kev]);
    bench.days_later(1);
    insta::assert_snapshot!(bench.import(&[&epss]), @r"
    epss: 2 (0 withdrawn), 2 new, 0 changed, 0 removed
    kev: 1 (0 withdrawn), 0 new, 0 changed, 0 removed, kept
    pypa: 1 (0 withdrawn), 0 new, 0 changed, 0 removed, kept
    ");
    let manifest = bench.open().manifest().clone();
    let imported = |id: &str| {
        let source = manifest
            .sources
            .iter()
            .find(|source| source.id == id)
            .unwrap();
        (
            source.imported.to_string(),
            source.origin.rsplit('/').next().unwrap().to_owned(),
        )
    };
    assert_eq!(
        imported("pypa"),
        ("2026-11-01T00:00:00Z".to_owned(), "records.zip".to_owned())
    );
    assert_eq!(
        imported("kev"),
        ("2026-11-01T00:00:00Z".to_owned(), "kev.json".to_owned())
    );
    assert_eq!(
        imported("epss"),
        ("2026-11-02T00:00:00Z".to_owned(), "epss.csv".to_owned())
    );
    let changed = bench.write(
        "epss.csv",
        EPSS.replace("0.1,", "0.3,").replace("2023-4863", "2023-5"),
    );
    insta::assert_snapshot!(bench.import(&[&changed]), @r"
    epss: 2 (0 withdrawn), 1 new, 1 changed, 1 removed
    kev: 1 (0 withdrawn), 0 new, 0 changed, 0 removed, kept
    pypa: 1 (0 withdrawn), 0 new, 0 changed, 0 removed, kept
    ");
}

#[test]
fn an_origin_takes_back_only_what_it_stated() {
    let bench = Bench::new();
    let a = bench.write(
        "a.zip",
        zipped(&[("1", ""), ("1.json", &pysec(1)), ("2.json", &pysec(2))]),
    );
    let b = bench.write(
        "b.zip",
        zipped(&[("2.json", &pysec(2)), ("3.json", &pysec(3))]),
    );
    bench.import(&[&a, &b]);
    assert_eq!(bench.ids(), "PYSEC-2024-1 PYSEC-2024-2 PYSEC-2024-3");
    let a = bench.write("a.zip", zipped(&[("4.json", &pysec(4))]));
    assert_eq!(
        bench.import(&[&a]),
        "pypa: 3 (0 withdrawn), 1 new, 0 changed, 1 removed\n"
    );
    assert_eq!(bench.ids(), "PYSEC-2024-2 PYSEC-2024-3 PYSEC-2024-4");
    // A part that cannot be read may hold what is missing: nothing is taken back.
    let a = bench.write(
        "a.zip",
        zipped(&[
            ("5.json", &pysec(5)),
            ("4.json", r#"{"id":"PYSEC-2024-4","modified":"x"#),
        ]),
    );
    assert!(
        bench
            .import(&[&a])
            .starts_with("pypa: 4 (0 withdrawn), 1 new, 0 changed, 0 removed\n")
    );
    let b = bench.write("b.zip", zipped(&[("2.json", &pysec(2))]));
    bench.import(&[&b]);
    assert_eq!(bench.ids(), "PYSEC-2024-2 PYSEC-2024-4 PYSEC-2024-5");
}

#[test]
fn the_newest_statement_wins_wherever_it_comes_from() {
    let bench = Bench::new();
    let id = "PYSEC-2024-1";
    let newer = bench.write("newer.json", record(id, "2024-03-01T00:00:00Z", "newer"));
    let older = bench.write("older.json", record(id, "2024-02-01T00:00:00Z", "older"));
    for order in [[&newer, &older], [&older, &newer]] {
        let bench = Bench::new();
        bench.import(&[order[0], order[1]]);
        bench.open().snapshot_package("newer");
        bench.import(&[order[0]]);
        bench.import(&[order[1]]);
        bench.open().snapshot_package("newer");
    }
    // The same origin may also go back.
    bench.import(&[&newer]);
    fs::write(&newer, record(id, "2024-01-01T00:00:00Z", "again")).unwrap();
    assert_eq!(
        bench.import(&[&newer]),
        "pypa: 1 (0 withdrawn), 0 new, 1 changed, 0 removed\n"
    );
    bench.open().snapshot_package("again");
}

#[test]
fn equal_input_gives_an_equal_snapshot() {
    let mut bench = Bench::new();
    let zip = bench.write(
        "a.zip",
        zipped(&[("1.json", &pysec(1)), ("2.json", &pysec(2))]),
    );
    bench.import(&[&zip]);
    let first = bench.open().manifest().clone();
    bench.days_later(3);
    assert_eq!(
        bench.import(&[&zip]),
        "pypa: 2 (0 withdrawn), 0 new, 0 changed, 0 removed\n"
    );
    let second = bench.open().manifest().clone();
    assert_eq!(first.snapshot, second.snapshot);
    assert!(first.sources[0].imported < second.sources[0].imported);
    let other = bench.write(
        "b.zip",
        zipped(&[("2.json", &pysec(2)), ("1.json", &pysec(1))]),
    );
    let fresh = Bench::new();
    fresh.import(&[&other]);
    assert_eq!(fresh.open().manifest().snapshot, first.snapshot);
}

#[test]
fn a_fresh_start_forgets() {
    let bench = Bench::new();
    let one = bench.write("1.json", pysec(1));
    let two = bench.write("2.json", pysec(2));
    bench.import(&[&one]);
    let request = SyncRequest {
        base: Base::Fresh,
        ..bench.request(Feeds::Local(vec![two.into()]))
    };
    sync(&request, &mut Silent).unwrap();
    assert_eq!(bench.ids(), "PYSEC-2024-2");
}

#[test]
fn the_shared_feeds_give_the_counts_that_are_known_of_them() {
    let data = std::env::var_os("BARTIZAN_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let feeds = data.join("advisories");
    if !feeds.is_dir() {
        println!("skipped: no feeds at {}", feeds.display());
        return;
    }
    let bench = Bench::new();
    let report = bench.run(Feeds::Local(vec![feeds.into()])).unwrap();
    let counts: Vec<(&str, u64)> = report
        .manifest
        .sources
        .iter()
        .map(|source| (source.id.as_str(), source.records))
        .collect();
    assert_eq!(
        counts,
        [
            ("cve", 272),
            ("julia", 1703),
            ("oss-fuzz", 4021),
            ("psf", 132),
            ("pypa", 2661)
        ]
    );
    // `statements.json` of OpenSSL is no record.
    assert_eq!(report.problems.len(), 1);
    bench.open().verify().unwrap();
}
