//! `bartizan ledger` as a user runs it, against an index on loopback, with attestations that an instance of the laboratory
//! signs.

use std::process::{Command, Stdio};

use bartizan_formats::digest::Digest;
use insta::assert_snapshot;
use serde_json::Value;

use super::{
    loopback::{Files, Served, serve},
    schema::check_schema,
    signer::Signer,
    workspace::{Run, Workspace},
};

const TODAY: &str = "--as-of=2026-11-26";

/// An index that lists these files of `lab`.
fn index(page: Vec<u8>) -> Served {
    serve(Files::from([(
        "/simple/lab/".to_owned(),
        ("application/vnd.pypi.simple.v1+json", page),
    )]))
}

/// A page that lists files: name, bytes, day and what is said of the provenance.
fn page(files: &[(&str, &[u8], &str, &str)]) -> Vec<u8> {
    let file = |(name, bytes, day, provenance): &(&str, &[u8], &str, &str)| {
        let digest = Digest::of(bytes);
        format!(
            r#"{{"filename": "{name}", "url": "/files/{name}", "hashes": {{"sha256": "{digest}"}}, "upload-time": "{day}T00:00:00Z"{provenance}}}"#
        )
    };
    let files: Vec<String> = files.iter().map(file).collect();
    format!(
        r#"{{"meta": {{"api-version": "1.3"}}, "files": [{}]}}"#,
        files.join(",")
    )
    .into_bytes()
}

fn run(workspace: &Workspace, index: &Served, arguments: &[&str]) -> Run {
    let mut command = workspace.command(&[&["ledger", TODAY], arguments].concat());
    command
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_INDEX_URL", format!("{}/simple", index.address));
    let mut ended = workspace.ended(&command.output().unwrap());
    ended.stdout = ended.stdout.replace(&index.address, "INDEX");
    ended
}

const SILENT: [(&str, &[u8], &str, &str); 3] = [
    ("lab-1.0.tar.gz", b"1.0", "2024-11-13", ""),
    ("lab-1.1.tar.gz", b"1.1", "2026-01-01", ""),
    ("lab-1.2.tar.gz", b"1.2", "2026-02-01", ""),
];

#[test]
fn an_index_that_is_silent_is_never_taken_for_none() {
    let workspace = Workspace::new();
    let index = index(page(&SILENT));
    let ended = run(&workspace, &index, &["lab"]);
    assert_snapshot!(ended.shown(), @"
    package              files pinned verif.  wrong   none      ?   SBOM   tags
    lab                      2      -      -      -      -      2      -      -
    
    Files of releases: verified and pinned; verified, by whomever; wrong (does not
    hold, signed by somebody else, withdrawn); without an attestation; ? of which
    nothing can be said. Wheels with a bill of materials of those looked into.
    Releases with a signed tag.
    
    2 files: not served here. The index says nothing of where files come from.
    Whether there are attestations is not known, and it is not counted.
    Nothing can be said of 2 files since 2024-11-14: whether they are signed is not
    known here.
    Root of trust: embedded, public-good, 34 days old.
    
    --- stderr
    --- exit 0
    ");
    assert!(ended.stdout.lines().all(|line| line.len() <= 80));
    let ended = run(
        &workspace,
        &index,
        &["lab", "--since=2024-01-01", "--by=release"],
    );
    assert_snapshot!(ended.stdout, @"
    lab
      1.2              2026-02-01  1 file    not served here, SBOM -, tag -
      1.1              2026-01-01  1 file    not served here, SBOM -, tag -
      1.0              2024-11-13  1 file    before attestations, SBOM -, tag -
    
    1 file: before attestations. Released before 14 November 2024, when package
    indexes began to take attestations. Nobody could sign; it is not counted.
    2 files: not served here. The index says nothing of where files come from.
    Whether there are attestations is not known, and it is not counted.
    Nothing can be said of 3 files since 2024-01-01: whether they are signed is not
    known here.
    Root of trust: embedded, public-good, 34 days old.
    ");
    let json = run(&workspace, &index, &["lab", "--format=json"]);
    check_schema(&workspace, "ledger", &json);
    assert_eq!(run(&workspace, &index, &["absent"]).code, 4);
    assert_eq!(
        run(&workspace, &index, &["lab", "--since=2026-06-01"]).code,
        3
    );
    assert_eq!(run(&workspace, &index, &["lab", "--at-a-time=99"]).code, 2);
    assert_eq!(
        run(&workspace, &index, &["lab", "--repositories=none"]).code,
        2
    );
    // What was seen stands without a network.
    let offline = run(&workspace, &index, &["lab", "--offline"]);
    assert_eq!(offline.code, 0, "{}", offline.shown());
}

/// Runs git in a folder with fixed names and times; says whether it is there and succeeded.
fn git(workspace: &Workspace, folder: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command.arg("-C").arg(workspace.path(folder)).args([
        "-c",
        "user.name=Lab",
        "-c",
        "user.email=lab@example.org",
        "-c",
        "commit.gpgsign=false",
    ]);
    for variable in ["GIT_COMMITTER_DATE", "GIT_AUTHOR_DATE"] {
        command.env(variable, "2026-03-01T03:04:05Z");
    }
    let command = command
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE");
    command.status().is_ok_and(|status| status.success())
}

/// An index with a release by builds here, one by builds elsewhere, and one without; what it says of the first may change.
fn signed(signer: &Signer, first: &str) -> Served {
    let served = index(signed_page(first));
    let mut files = served.files.lock().unwrap();
    for (version, repository) in [("1.0", "lab/lab"), ("1.1", "other/lab")] {
        let name = format!("lab-{version}.tar.gz");
        let provenance = signer.provenance(&name, version.as_bytes(), repository);
        let kind = "application/vnd.pypi.integrity.v1+json";
        files.insert(format!("/p/{version}"), (kind, provenance.into_bytes()));
    }
    drop(files);
    served
}

fn signed_page(first: &str) -> Vec<u8> {
    page(&[
        ("lab-1.0.tar.gz", b"1.0", "2026-01-01", first),
        (
            "lab-1.1.tar.gz",
            b"1.1",
            "2026-02-01",
            r#", "provenance": "/p/1.1""#,
        ),
        (
            "lab-1.2.tar.gz",
            b"1.2",
            "2026-03-01",
            r#", "provenance": null"#,
        ),
    ])
}

/// The classes of releases, with the checks that say something, and the exit code.
fn classes(ended: &Run) -> String {
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    let releases = value["packages"][0]["releases"].as_array().unwrap().iter();
    let told = releases.map(|it| {
        let findings = it["findings"].as_array().unwrap().iter();
        let findings: Vec<&str> = findings.map(|it| it["check"].as_str().unwrap()).collect();
        let (version, class) = (&it["version"], &it["class"]);
        format!(
            "{} {} {findings:?}",
            version.as_str().unwrap(),
            class.as_str().unwrap()
        )
    });
    let told: Vec<String> = told.collect();
    format!("{}\nexit {}", told.join("\n"), ended.code)
}

/// A user, and an index that serves releases of `lab` with evidence by a signer.
struct Bench {
    workspace: Workspace,
    signer: Signer,
    served: Served,
}

impl Bench {
    fn new() -> Self {
        let (workspace, signer) = (Workspace::new(), Signer::new());
        workspace.file("project/root.json", signer.trusted_root());
        let served = signed(&signer, r#", "provenance": "/p/1.0""#);
        Self {
            workspace,
            signer,
            served,
        }
    }

    /// Says who should sign.
    fn pin(&self) {
        self.workspace.file(
            "home/identities.json",
            r#"{"version": 1, "projects": {"lab": [{"issuer": "https://token.actions.githubusercontent.com",
                "repository": "https://github.com/lab/lab", "seen": "x", "since": "2026-01-01T00:00:00Z"}]}}"#,
        );
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let root = "--trusted-root=root.json";
        let arguments = [&["lab", root], arguments].concat();
        run(&self.workspace, &self.served, &arguments)
    }

    fn json(&self) -> Run {
        let ended = self.run(&["--format=json"]);
        check_schema(&self.workspace, "ledger", &ended);
        ended
    }

    /// What the index says of the first release from now on.
    fn say(&self, first: &str) {
        let mut files = self.served.files.lock().unwrap();
        files.get_mut("/simple/lab/").unwrap().1 = signed_page(first);
    }
}

#[test]
fn what_was_verified_counts_for_whoever_should_sign() {
    let bench = Bench::new();
    assert_snapshot!(classes(&bench.json()), @r#"
    1.2 missing ["lapsed-attestation"]
    1.1 verified []
    1.0 verified []
    exit 0
    "#);
    let asked = || {
        bench
            .served
            .asked
            .load(std::sync::atomic::Ordering::Relaxed)
    };
    let before = asked();
    // Who should sign is known now: nothing is verified again, and the same evidence counts for more.
    bench.pin();
    let ended = bench.run(&[]);
    assert_eq!(asked() - before, 1, "the page alone");
    assert!(
        ended.stdout.lines().all(|line| line.len() <= 80),
        "{}",
        ended.shown()
    );
    let words: Vec<&str> = ended.stdout.split_whitespace().collect();
    let words = words.join(" ");
    for told in [
        "1 of 3 files that count since 2024-11-14 are verified and pinned, 2 verified, 2 have an attestation.",
        "high unexpected-publisher, 1 time lab 1.1: identity: ",
        "medium lapsed-attestation, 1 time lab 1.2: 1 of 1 files have no attestation",
    ] {
        assert!(words.contains(told), "{}", ended.shown());
    }
    assert_eq!(bench.run(&["--exit-zero"]).code, 0);
    let value: Value = serde_json::from_str(&bench.json().stdout).unwrap();
    let evidence = &value["packages"][0]["releases"][2]["evidence"][0];
    assert_eq!(evidence["level"], "pinned");
    assert_eq!(evidence["steps"].as_array().unwrap().len(), 17);
}

#[test]
fn what_disappears_is_found() {
    let bench = Bench::new();
    bench.pin();
    assert!(classes(&bench.json()).contains("1.0 pinned"));
    // The index forgets an attestation, and says so.
    bench.say(r#", "provenance": null"#);
    let withdrawn = classes(&bench.json());
    assert!(
        withdrawn.contains(r#"1.0 withdrawn ["withdrawn-attestation"]"#),
        "{withdrawn}"
    );
    assert!(withdrawn.ends_with("exit 1"), "{withdrawn}");
    // Silence after that is no second thought.
    bench.say("");
    assert!(classes(&bench.json()).contains("1.0 withdrawn"));
    bench.say(r#", "provenance": "/p/1.0""#);
    assert!(classes(&bench.json()).contains("1.0 pinned"));
    // Evidence that is swapped is asked for again where somebody wants it.
    let other = bench
        .signer
        .provenance("lab-1.0.tar.gz", b"other", "lab/lab");
    let mut files = bench.served.files.lock().unwrap();
    files.get_mut("/p/1.0").unwrap().1 = other.into_bytes();
    drop(files);
    assert!(classes(&bench.json()).contains("1.0 pinned"));
    let ended = bench.run(&["--again", "--format=json"]);
    assert!(classes(&ended).contains(r#"1.0 unverified ["invalid-attestation"]"#));
}

#[test]
fn tags_are_held_against_releases() {
    let workspace = Workspace::new();
    workspace.file("clones/lab/README.md", "lab\n");
    let signed = "1.1\n\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n";
    let git = |arguments: &[&str]| git(&workspace, "clones/lab", arguments);
    let is_made = git(&["init", "-q"])
        && git(&["add", "."])
        && git(&["commit", "-qm", "first"])
        && git(&["tag", "-a", "v1.1", "-m", signed])
        && git(&["tag", "v1.3"]);
    if !is_made {
        println!("skipped: no git");
        return;
    }
    let index = index(page(&SILENT));
    let ended = run(&workspace, &index, &["lab", "--repositories=../clones"]);
    assert_snapshot!(ended.stdout, @"
    package              files pinned verif.  wrong   none      ?   SBOM   tags
    lab                      2      -      -      -      -      2      -    1/2
    
    Files of releases: verified and pinned; verified, by whomever; wrong (does not
    hold, signed by somebody else, withdrawn); without an attestation; ? of which
    nothing can be said. Wheels with a bill of materials of those looked into.
    Releases with a signed tag.
    
    lab: 1 release without a tag: 1.2
    
    lab: 1 tag without a release: v1.3
    
    2 files: not served here. The index says nothing of where files come from.
    Whether there are attestations is not known, and it is not counted.
    Nothing can be said of 2 files since 2024-11-14: whether they are signed is not
    known here.
    Root of trust: embedded, public-good, 34 days old.
    ");
}
