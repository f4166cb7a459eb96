//! `bartizan verify` of files that somebody signed: over a loopback index in both of its forms, and two hundred by a lock.

use std::collections::BTreeMap;

use bartizan_formats::digest::Digest;
use insta::assert_snapshot;
use serde_json::Value;

use super::{
    loopback::{Served, serve},
    signer::{ISSUER, Signer, wheel, wheel_name},
    workspace::Workspace,
};

/// The form of an index's pages.
#[derive(Clone, Copy)]
enum Form {
    Json,
    Html,
}

/// What the index says of provenance.
enum Said<'a> {
    Nothing,
    None,
    This(&'a str),
}

/// An index with one file.
fn index(form: Form, said: &Said<'_>, stated: &str) -> Served {
    let name = wheel_name("lab");
    let (kind, page) = match form {
        Form::Json => {
            let provenance = match said {
                Said::Nothing => "",
                Said::None => r#", "provenance": null"#,
                Said::This(_) => r#", "provenance": "/provenance""#,
            };
            let page = format!(
                r#"{{"meta": {{"api-version": "1.3"}}, "files": [{{"filename": "{name}", "url": "/{name}", "hashes": {{"sha256": "{stated}"}}{provenance}}}]}}"#
            );
            ("application/vnd.pypi.simple.v1+json", page)
        }
        Form::Html => {
            let provenance = match said {
                // HTML has no word for none.
                Said::Nothing | Said::None => "",
                Said::This(_) => " data-provenance=\"/provenance\"",
            };
            let page = format!(
                "<!DOCTYPE html><a href=\"/{name}#sha256={stated}\"{provenance}>{name}</a>"
            );
            ("text/html", page)
        }
    };
    let mut files = BTreeMap::from([("/lab/".to_owned(), (kind, page.into_bytes()))]);
    if let Said::This(text) = said {
        let text = ("application/json", text.as_bytes().to_vec());
        files.insert("/provenance".to_owned(), text);
    }
    serve(files)
}

/// A user with a wheel.
struct User {
    workspace: Workspace,
}

impl User {
    fn new(signer: &Signer, bytes: &[u8]) -> Self {
        let workspace = Workspace::new();
        workspace
            .file(&format!("project/{}", wheel_name("lab")), bytes)
            .file("project/root.json", signer.trusted_root());
        Self { workspace }
    }

    /// The level, what was found at the index, the findings with their codes, and how it ends.
    fn told(&self, index: &Served, more: &[&str]) -> String {
        let name = wheel_name("lab");
        let all = [
            "verify",
            &name,
            "--index",
            "--trusted-root=root.json",
            "--format=json",
        ];
        let mut command = self.workspace.command(&[&all[..], more].concat());
        command
            .env("PIP_CONFIG_FILE", "/dev/null")
            .env("PIP_INDEX_URL", &index.address);
        let ended = self.workspace.ended(&command.output().unwrap());
        let value: Value =
            serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.shown()));
        let artifact = &value["artifacts"][0];
        let place = artifact["places"].as_array().unwrap().last().unwrap();
        let failed = codes(artifact);
        let findings = artifact["findings"].as_array().unwrap().iter();
        let findings: Vec<&str> = findings.map(|it| it["check"].as_str().unwrap()).collect();
        format!(
            "{} by {}, {} {findings:?} {failed:?} exit {}",
            artifact["level"], artifact["expected_by"], place["outcome"], ended.code
        )
    }
}

/// The codes of the steps that failed.
fn codes(artifact: &Value) -> Vec<String> {
    let attestations = artifact["attestations"].as_array().unwrap().iter();
    let steps = attestations.flat_map(|it| it["steps"].as_array().unwrap());
    let failed = steps.filter(|step| step["outcome"] == "failed");
    failed
        .map(|step| step["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Every way in which a file on an index may stand, in one form of its pages.
fn check(form: Form) -> String {
    let signer = Signer::new();
    let name = wheel_name("lab");
    let (bytes, other) = (wheel("lab", "x = 1\n"), wheel("lab", "import os\n"));
    let digest = Digest::of(&bytes).to_string();
    let own = signer.provenance(&name, &bytes, "lab/lab");
    let stolen = signer.provenance(&name, &bytes, "thief/lab");
    let served = index(form, &Said::This(&own), &digest);
    let taken_over = index(form, &Said::This(&stolen), &digest);
    let user = User::new(&signer, &bytes);
    let issuer = format!("--issuer={ISSUER}");
    let mut told = Vec::new();
    let mut tell = |what: &str, text: String| told.push(format!("{what}: {text}"));
    tell(
        "not served",
        user.told(&index(form, &Said::Nothing, &digest), &[]),
    );
    tell("none", user.told(&index(form, &Said::None, &digest), &[]));
    tell("served", user.told(&served, &[]));
    tell(
        "right identity",
        user.told(&served, &["--repository=lab/lab", &issuer]),
    );
    tell(
        "wrong identity",
        user.told(&served, &["--repository=lab/other", &issuer]),
    );
    tell("pinned at first use", user.told(&served, &["--pin"]));
    tell("as pinned", user.told(&served, &["--require=pinned"]));
    tell("another publisher", user.told(&taken_over, &[]));
    let swapped = User::new(&signer, &other);
    tell("changed, by the index too", swapped.told(&served, &[]));
    // An index that states the digest of what it now serves.
    let hiding = index(form, &Said::This(&own), &Digest::of(&other).to_string());
    tell(
        "changed, and the index hides it",
        swapped.told(&hiding, &[]),
    );
    told.join("\n")
}

#[test]
fn files_of_an_index_in_json_are_told_apart() {
    assert_snapshot!(check(Form::Json), @r#"
    not served: "none" by null, "not-served" ["missing-attestation"] [] exit 3
    none: "none" by null, "none" ["missing-attestation"] [] exit 3
    served: "verified" by null, "found" ["unpinned-publisher"] [] exit 0
    right identity: "pinned" by "command-line", "found" [] [] exit 0
    wrong identity: "unverified" by "command-line", "found" ["unexpected-publisher"] ["repository-mismatch"] exit 1
    pinned at first use: "verified" by null, "found" ["unpinned-publisher"] [] exit 0
    as pinned: "pinned" by "identities", "found" [] [] exit 0
    another publisher: "unverified" by "identities", "found" ["unexpected-publisher"] ["changed-publisher"] exit 1
    changed, by the index too: "unverified" by null, "other-bytes" ["invalid-attestation"] [] exit 1
    changed, and the index hides it: "unverified" by null, "found" ["invalid-attestation"] ["digest-mismatch"] exit 1
    "#);
}

#[test]
fn files_of_an_index_in_html_are_told_apart() {
    assert_snapshot!(check(Form::Html), @r#"
    not served: "none" by null, "not-served" ["missing-attestation"] [] exit 3
    none: "none" by null, "not-served" ["missing-attestation"] [] exit 3
    served: "verified" by null, "found" ["unpinned-publisher"] [] exit 0
    right identity: "pinned" by "command-line", "found" [] [] exit 0
    wrong identity: "unverified" by "command-line", "found" ["unexpected-publisher"] ["repository-mismatch"] exit 1
    pinned at first use: "verified" by null, "found" ["unpinned-publisher"] [] exit 0
    as pinned: "pinned" by "identities", "found" [] [] exit 0
    another publisher: "unverified" by "identities", "found" ["unexpected-publisher"] ["changed-publisher"] exit 1
    changed, by the index too: "unverified" by null, "other-bytes" ["invalid-attestation"] [] exit 1
    changed, and the index hides it: "unverified" by null, "found" ["invalid-attestation"] ["digest-mismatch"] exit 1
    "#);
}

const COUNT: usize = 200;

/// How a run over the folder ends, with the artifacts that anything is wrong with.
fn all_of_them(workspace: &Workspace) -> (i32, String) {
    let issuer = format!("--issuer={ISSUER}");
    let ended = workspace.run(&[
        "verify",
        "wheels",
        "--lock=requirements.txt",
        "--policy=policy.toml",
        "--trusted-root=root.json",
        "--repository=lab/lab",
        &issuer,
        "--format=json",
    ]);
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    let wrong = value["artifacts"].as_array().unwrap().iter();
    let wrong: Vec<String> = wrong
        .filter(|it| !it["findings"].as_array().unwrap().is_empty())
        .map(|it| {
            let findings = it["findings"].as_array().unwrap().iter();
            let findings: Vec<&str> = findings.map(|it| it["check"].as_str().unwrap()).collect();
            format!(
                "{} {findings:?} {:?}",
                it["path"].as_str().unwrap(),
                codes(it)
            )
        })
        .collect();
    let count = value["artifacts"].as_array().unwrap().len();
    assert_eq!(count, COUNT);
    assert_eq!(value["lock"]["absent"].as_array().unwrap().len(), 0);
    (ended.code, wrong.join("\n"))
}

#[test]
fn one_swapped_of_two_hundred_is_found() {
    let signer = Signer::new();
    let workspace = Workspace::new();
    let mut lock = String::new();
    for number in 0..COUNT {
        let project = format!("lab{number:03}");
        let (name, bytes) = (
            wheel_name(&project),
            wheel(&project, &format!("x = {number}\n")),
        );
        let provenance = signer.provenance(&name, &bytes, "lab/lab");
        lock += &format!("{project}==1.0 --hash=sha256:{}\n", Digest::of(&bytes));
        workspace
            .file(&format!("project/wheels/{name}"), &bytes)
            .file(&format!("project/wheels/{name}.provenance"), provenance);
    }
    workspace
        .file("project/requirements.txt", lock)
        .file("project/root.json", signer.trusted_root())
        .file(
            "project/policy.toml",
            "[default]\nlevel = 'pinned'\ntags-only = true\nhosted-only = true\n",
        );
    assert_eq!(all_of_them(&workspace), (0, String::new()));
    let name = wheel_name("lab117");
    workspace.file(
        &format!("project/wheels/{name}"),
        wheel("lab117", "import os\n"),
    );
    let (code, wrong) = all_of_them(&workspace);
    assert_snapshot!(wrong, @r#"wheels/lab117-1.0-py3-none-any.whl ["invalid-attestation", "policy-violation", "unlocked-artifact"] ["digest-mismatch"]"#);
    assert_eq!(code, 1);
}
