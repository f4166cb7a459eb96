use super::{
    server::{Bucket, Page},
    *,
};

/// A bucket with an export of one ecosystem and the other feeds.
struct Feed {
    bench: Bench,
    bucket: Bucket,
    ecosystems: Vec<&'static str>,
}

impl Feed {
    fn new() -> Self {
        let feed = Self {
            bench: Bench::new(),
            bucket: Bucket::start(),
            ecosystems: vec!["PyPI"],
        };
        feed.export(&[1, 2]);
        feed
    }

    /// Publishes the export with these records, and the list of changes.
    fn export(&self, numbers: &[u32]) {
        let records: Vec<(String, String)> = numbers
            .iter()
            .map(|number| (format!("PYSEC-2024-{number}.json"), at(*number)))
            .collect();
        let members: Vec<(&str, &str)> = records
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        self.bucket.put("/PyPI/all.zip", zipped(&members));
        self.list(numbers);
    }

    /// Publishes the list of changes, and each record by itself.
    fn list(&self, numbers: &[u32]) {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        let lines = numbers
            .iter()
            .rev()
            .map(|number| format!("{},PYSEC-2024-{number}\n", time(*number)));
        self.bucket
            .put("/PyPI/modified_id.csv", lines.collect::<String>());
        for number in numbers {
            self.bucket
                .put(&format!("/PyPI/PYSEC-2024-{number}.json"), at(number));
        }
    }

    fn feeds(&self) -> RemoteFeeds {
        RemoteFeeds {
            base: self.bucket.address.clone(),
            ecosystems: self
                .ecosystems
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            epss: None,
            known_exploited: None,
        }
    }

    /// A sync, what it says, and what was asked for.
    fn sync(&self) -> String {
        let told = self.bench.tell(self.bench.run(Feeds::Remote(self.feeds())));
        let told = told.replace(&self.bucket.address, "SERVER");
        format!("{told}{}", self.bucket.asked())
    }
}

/// Record 7 was changed on the seventh hour.
fn time(number: u32) -> String {
    format!("2024-01-{:02}T{:02}:00:00Z", 1 + number / 24, number % 24)
}

fn at(number: u32) -> String {
    record(&format!("PYSEC-2024-{number}"), &time(number), "demo")
}

#[test]
fn an_export_is_fetched_whole_and_then_only_its_changes() {
    let mut feed = Feed::new();
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 2 (0 withdrawn), 2 new, 0 changed, 0 removed
    200 /PyPI/all.zip
    ");
    assert_eq!(
        feed.bench.files(),
        ["snapshot.bdb", "sync.json", "sync.lock"]
    );
    let first = feed.bench.open().manifest().clone();
    // The list is read once, and then says that nothing changed.
    feed.bench.days_later(1);
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 2 (0 withdrawn), 0 new, 0 changed, 0 removed
    200 /PyPI/modified_id.csv
    ");
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 2 (0 withdrawn), 0 new, 0 changed, 0 removed
    304 /PyPI/modified_id.csv
    ");
    let second = feed.bench.open().manifest().clone();
    assert_eq!(first.snapshot, second.snapshot);
    assert_eq!(second.sources[0].imported, feed.bench.now);
    assert_eq!(second.origins[0].imported, feed.bench.now);
    // New and changed records come one by one; what the list no longer names stays.
    feed.list(&[2, 5, 30]);
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 4 (0 withdrawn), 2 new, 0 changed, 0 removed
    200 /PyPI/PYSEC-2024-30.json
    200 /PyPI/PYSEC-2024-5.json
    200 /PyPI/modified_id.csv
    ");
    // After a month the whole export is looked at, and what is deleted goes away.
    feed.bench.days_later(31);
    feed.export(&[2, 5, 30]);
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 3 (0 withdrawn), 0 new, 0 changed, 1 removed
    200 /PyPI/all.zip
    ");
    feed.bench.days_later(31);
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 3 (0 withdrawn), 0 new, 0 changed, 0 removed
    304 /PyPI/all.zip
    ");
}

#[test]
fn a_record_that_cannot_be_had_is_asked_for_again() {
    let feed = Feed::new();
    feed.sync();
    feed.list(&[1, 2, 8, 9]);
    feed.bucket.delete("/PyPI/PYSEC-2024-8.json");
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 3 (0 withdrawn), 1 new, 0 changed, 0 removed
    SERVER/PyPI/PYSEC-2024-8.json: cannot fetch `SERVER/PyPI/PYSEC-2024-8.json`: the server answered 404
    200 /PyPI/PYSEC-2024-9.json
    200 /PyPI/modified_id.csv
    404 /PyPI/PYSEC-2024-8.json
    ");
    feed.list(&[1, 2, 8, 9]);
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 4 (0 withdrawn), 1 new, 0 changed, 0 removed
    200 /PyPI/PYSEC-2024-8.json
    200 /PyPI/PYSEC-2024-9.json
    200 /PyPI/modified_id.csv
    ");
}

#[test]
fn too_many_changes_or_no_list_mean_the_whole_export() {
    let feed = Feed::new();
    feed.sync();
    feed.bucket.put(
        "/PyPI/modified_id.csv",
        "2024-02-01T00:00:00Z,PYSEC-2024-3\n".repeat(2001),
    );
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 2 (0 withdrawn), 0 new, 0 changed, 0 removed
    200 /PyPI/all.zip
    200 /PyPI/modified_id.csv
    ");
    feed.export(&[1, 3]);
    feed.bucket.delete("/PyPI/modified_id.csv");
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 2 (0 withdrawn), 1 new, 0 changed, 1 removed
    200 /PyPI/all.zip
    404 /PyPI/modified_id.csv
    ");
}

#[test]
fn a_feed_that_cannot_be_had_leaves_what_is_here() {
    let mut feed = Feed::new();
    feed.sync();
    let before = feed.bench.now;
    feed.bench.days_later(2);
    feed.ecosystems.push("Julia");
    feed.bucket.delete("/PyPI/modified_id.csv");
    feed.bucket.serve(
        "/PyPI/all.zip",
        Page {
            failures: 99,
            ..Page::default()
        },
    );
    feed.bucket.put(
        "/Julia/all.zip",
        zipped(&[(
            "x.json",
            &record("JLSEC-2024-1", "2024-01-01T00:00:00Z", "x"),
        )]),
    );
    insta::assert_snapshot!(feed.sync(), @r"
    julia: 1 (0 withdrawn), 1 new, 0 changed, 0 removed
    pypa: 2 (0 withdrawn), 0 new, 0 changed, 0 removed, kept
    SERVER/PyPI/all.zip: cannot fetch `SERVER/PyPI/all.zip`: the server answered 500
    missed SERVER/PyPI/all.zip
    200 /Julia/all.zip
    404 /PyPI/modified_id.csv
    500 /PyPI/all.zip
    500 /PyPI/all.zip
    500 /PyPI/all.zip
    500 /PyPI/all.zip
    ");
    let manifest = feed.bench.open().manifest().clone();
    assert_eq!(manifest.sources[1].imported, before);
}

#[test]
fn a_server_that_stumbles_is_asked_again() {
    let feed = Feed::new();
    feed.bucket.serve(
        "/PyPI/all.zip",
        Page {
            failures: 2,
            body: zipped(&[("x.json", &at(1))]),
            ..Page::default()
        },
    );
    insta::assert_snapshot!(feed.sync(), @r"
    pypa: 1 (0 withdrawn), 1 new, 0 changed, 0 removed
    200 /PyPI/all.zip
    500 /PyPI/all.zip
    500 /PyPI/all.zip
    ");
}

#[test]
fn a_body_that_breaks_off_every_time_is_no_export() {
    let feed = Feed::new();
    feed.bucket.serve(
        "/PyPI/all.zip",
        Page {
            body: zipped(&[("x.json", &at(1))]),
            breaks_at: Some(100),
            ..Page::default()
        },
    );
    let told = feed.sync();
    assert!(
        told.starts_with(
            "nothing\nSERVER/PyPI/all.zip: cannot fetch `SERVER/PyPI/all.zip`: the body broke off"
        ),
        "{told}"
    );
    assert!(database::open(&feed.bench.home()).is_err());
}

#[test]
fn an_export_that_is_none_takes_nothing_back() {
    let mut feed = Feed::new();
    feed.sync();
    feed.bench.days_later(40);
    feed.bucket
        .put("/PyPI/all.zip", "<html>sign in first</html>");
    insta::assert_snapshot!(feed.sync(), @r"
    nothing
    SERVER/PyPI/all.zip: not a complete zip archive
    200 /PyPI/all.zip
    ");
    assert_eq!(feed.bench.ids(), "PYSEC-2024-1 PYSEC-2024-2");
}

#[test]
fn facts_about_cves_come_with_their_versions() {
    let feed = Feed::new();
    feed.bucket.put("/epss", "#model_version:v1,score_date:2025-01-01T00:00:00Z\ncve,epss,percentile\nCVE-2024-1,0.1,0.2\n");
    let feeds = RemoteFeeds {
        epss: Some(format!("{}/epss?token=secret", feed.bucket.address)),
        ecosystems: Vec::new(),
        ..feed.feeds()
    };
    feed.bucket.serve("/epss?token=secret", Page {
        body: b"#model_version:v1,score_date:2025-01-01T00:00:00Z\ncve,epss,percentile\nCVE-2024-1,0.1,0.2\n".to_vec(),
        etag: Some("\"1\"".to_owned()),
        ..Page::default()
    });
    let run = || {
        let told = feed
            .bench
            .tell(feed.bench.run(Feeds::Remote(feeds.clone())));
        format!("{told}{}", feed.bucket.asked())
    };
    insta::assert_snapshot!(run(), @r"
    epss: 1 (0 withdrawn), 1 new, 0 changed, 0 removed
    200 /epss?token=secret
    ");
    insta::assert_snapshot!(run(), @r"
    epss: 1 (0 withdrawn), 0 new, 0 changed, 0 removed
    304 /epss?token=secret
    ");
    for file in feed.bench.files() {
        let bytes = fs::read(feed.bench.home().advisories().join(&file)).unwrap();
        assert!(
            !String::from_utf8_lossy(&bytes).contains("secret"),
            "{file}"
        );
    }
}

#[test]
fn a_state_of_another_snapshot_is_not_believed() {
    let feed = Feed::new();
    feed.sync();
    let state = fs::read(feed.bench.home().sync_state()).unwrap();
    let local = feed.bench.write("x.json", pysec(77));
    feed.bench.import(&[&local]);
    fs::write(feed.bench.home().sync_state(), &state).unwrap();
    assert!(feed.sync().ends_with("200 /PyPI/all.zip"));
    fs::write(feed.bench.home().sync_state(), "{ torn").unwrap();
    assert!(feed.sync().ends_with("200 /PyPI/all.zip"));
    fs::remove_file(feed.bench.home().snapshot()).unwrap();
    assert!(feed.sync().ends_with("200 /PyPI/all.zip"));
    // A local import in between keeps the state of the feeds.
    feed.bench.import(&[&local]);
    assert!(feed.sync().ends_with("200 /PyPI/modified_id.csv"));
}

#[test]
fn nothing_is_fetched_offline_or_from_no_address() {
    let feed = Feed::new();
    let request = SyncRequest {
        network: Network::Forbidden,
        ..feed.bench.request(Feeds::Remote(feed.feeds()))
    };
    assert_eq!(
        feed.bench.tell(sync(&request, &mut Silent)),
        "cannot fetch advisories: offline\n"
    );
    assert_eq!(feed.bucket.asked(), "");
    let feeds = RemoteFeeds {
        base: "ftp://user:secret@host".to_owned(),
        ..feed.feeds()
    };
    let error = feed.bench.run(Feeds::Remote(feeds)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`host` of the settings is not an address"
    );
}
