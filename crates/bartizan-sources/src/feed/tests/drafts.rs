//! New records: their ids, and their ranges from commits.

use std::{fs, process::Command};

use insta::assert_snapshot;

use super::*;

fn request(bench: &Bench) -> DraftRequest {
    DraftRequest {
        directory: bench.path("feed"),
        id: None,
        prefix: None,
        package: None,
        summary: "s".to_owned(),
        introduced: None,
        fixed: Some("1.2".to_owned()),
        aliases: vec!["CVE-2026-1".to_owned()],
        commits: None,
        now: november(6),
    }
}

fn drafted(request: &DraftRequest) -> String {
    match draft(request) {
        Ok(drafted) => drafted.id,
        Err(error) => {
            assert!(!error.hint().is_empty());
            chain(&error)
        }
    }
}

#[test]
fn a_new_record_has_an_id_that_nobody_has() {
    let bench = Bench::published();
    let request = request(&bench);
    assert_eq!(drafted(&request), "LAB-2026-2");
    assert_eq!(drafted(&request), "LAB-2026-3");
    bench.record("sub/LAB-2026-7", 1, "x");
    assert_eq!(drafted(&request), "LAB-2026-8");
    assert_snapshot!(fs::read_to_string(bench.path("feed/LAB-2026-8.json")).unwrap(), @r#"
    {
      "schema_version": "1.7.0",
      "id": "LAB-2026-8",
      "modified": "2026-11-06T00:00:00Z",
      "published": "2026-11-06T00:00:00Z",
      "aliases": [
        "CVE-2026-1"
      ],
      "summary": "s",
      "details": "",
      "affected": [
        {
          "package": {
            "ecosystem": "PyPI",
            "name": "demo",
            "purl": "pkg:pypi/demo"
          },
          "ranges": [
            {
              "type": "ECOSYSTEM",
              "events": [
                {
                  "introduced": "0"
                },
                {
                  "fixed": "1.2"
                }
              ]
            }
          ]
        }
      ],
      "references": []
    }
    "#);
    let named = |id: &str| DraftRequest {
        id: Some(id.to_owned()),
        ..request.clone()
    };
    assert_eq!(drafted(&named("LAB-2025-7")), "LAB-2025-7");
    assert_snapshot!(drafted(&named("LAB-2025-1")), @"the id `LAB-2025-1` is taken");
    assert_snapshot!(drafted(&named("OTHER-2025-1")), @"`OTHER-2025-1` is not PREFIX-YEAR-NUMBER with a prefix of the feed");
    assert_snapshot!(drafted(&named("LAB-x")), @"`LAB-x` is not PREFIX-YEAR-NUMBER with a prefix of the feed");
    let wrong = DraftRequest {
        fixed: Some("one".to_owned()),
        ..request
    };
    assert_snapshot!(drafted(&wrong), @"the record would be wrong at `/affected/0/ranges/0/events/1/fixed`: not a version of this ecosystem");
}

#[test]
fn many_at_once_take_different_numbers() {
    let bench = Bench::published();
    let request = request(&bench);
    let mut ids: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| drafted(&request))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8, "{ids:?}");
}

/// Runs git in a folder, as nobody; says whether there is a git that does it.
fn git(folder: &Path, commands: &[&str]) -> bool {
    let author = [
        "-c",
        "user.name=x",
        "-c",
        "user.email=x@example.org",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "tag.gpgsign=false",
    ];
    commands.iter().all(|line| {
        let mut command = Command::new("git");
        command
            .args(author)
            .args(line.split(' '))
            .current_dir(folder);
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        command.output().is_ok_and(|output| output.status.success())
    })
}

#[test]
fn numbers_of_other_branches_and_of_the_past_are_taken() {
    let bench = Bench::published();
    let feed = bench.path("feed");
    if !git(&feed, &["init -q ."]) {
        println!("skipped: there is no `git`");
        return;
    }
    assert_eq!(drafted(&request(&bench)), "LAB-2026-2");
    bench.record("LAB-2026-20", 1, "on a branch");
    assert!(git(
        &feed,
        &["add .", "commit -qm all", "checkout -qb other"]
    ));
    bench.record("sub/LAB-2026-30", 1, "there only");
    assert!(git(
        &feed,
        &[
            "add .",
            "commit -qm other",
            "checkout -q main",
            "rm -q LAB-2026-20.json",
            "commit -qm gone"
        ]
    ));
    assert_eq!(drafted(&request(&bench)), "LAB-2026-31");
}

/// The history of a package with a fix on its new branch and another on its old one.
fn history(code: &Path) -> bool {
    git(
        code,
        &[
            "remote add origin https://example.org/lab/demo.git",
            "commit -q --allow-empty -m first",
            "tag v1.0",
            "branch old",
            "commit -q --allow-empty -m second",
            "tag v2.0rc1",
            "tag nightly",
            "commit -q --allow-empty -m third",
            "tag v2.0",
            "commit -q --allow-empty -m new",
            "tag fix-new",
            "tag v2.1",
            "commit -q --allow-empty -m fifth",
            "tag v3.0",
            "checkout -q old",
            "commit -q --allow-empty -m old",
            "tag fix-old",
            "tag v1.1",
        ],
    )
}

#[test]
fn ranges_come_from_tags_that_hold_the_fix() {
    let bench = Bench::published();
    let code = bench.path("code");
    fs::create_dir(&code).unwrap();
    if !git(&code, &["init -q ."]) {
        println!("skipped: there is no `git`");
        return;
    }
    assert!(history(&code));
    let request = DraftRequest {
        fixed: None,
        commits: Some(FromCommits {
            repository: code.clone(),
            revisions: vec!["fix-new".to_owned(), "fix-old".to_owned()],
        }),
        ..request(&bench)
    };
    let record = draft(&request).unwrap();
    assert_snapshot!(record.notes.join("\n"), @"tags that name no version: 3 (fix-new, fix-old, nightly)");
    let text = fs::read_to_string(&record.path).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_snapshot!(value["affected"][0]["ranges"][1], @r#"{"events":[{"introduced":"0"},{"fixed":"1.1"},{"introduced":"2.0rc1"},{"fixed":"2.1"}],"type":"ECOSYSTEM"}"#);
    assert_snapshot!(value["affected"][0]["versions"], @r#"["1.0","2.0rc1","2.0"]"#);
    assert_eq!(
        value["affected"][0]["ranges"][0]["events"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let unknown = DraftRequest {
        commits: Some(FromCommits {
            repository: code,
            revisions: vec!["--help".to_owned()],
        }),
        ..request
    };
    assert_snapshot!(drafted(&unknown), @"cannot ask git: there is no commit `--help`");
}
