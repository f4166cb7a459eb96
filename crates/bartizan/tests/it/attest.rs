//! `bartizan attest` as a user and a job run it, against an instance of Sigstore on loopback; what it writes is verified by
//! `bartizan verify` with the root of trust of that instance.

use std::process::Command;

use bartizan_sigstore_laboratory::{Claims, Fault, Instance, Served};
use insta::assert_snapshot;

use super::{
    schema::check_schema,
    workspace::{Run, Workspace},
};

const SDIST: &str = "lab-1.0.tar.gz";

/// A project with two distributions and what signing needs.
struct Bench {
    workspace: Workspace,
    instance: Served,
}

impl Bench {
    fn new(versions: &[u32]) -> Self {
        let workspace = Workspace::new();
        let instance = Instance::serve();
        workspace
            .file(&format!("project/{SDIST}"), "a source distribution")
            .file("project/lab-1.0-py3-none-any.whl", "a wheel")
            .file(
                "project/trust.json",
                instance.trust_config(versions).to_string(),
            )
            .file("project/root.json", instance.trusted_root().to_string())
            .file("project/token", instance.token(&Claims::default()));
        Self {
            workspace,
            instance,
        }
    }

    /// Signs with the token in the file.
    fn attest(&self, arguments: &[&str]) -> Run {
        let common = [
            "attest",
            "--trust-config=trust.json",
            "--identity-token-file=token",
        ];
        self.run(&[&common, arguments].concat())
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.scrubbed(&mut self.workspace.command(arguments))
    }

    fn scrubbed(&self, command: &mut Command) -> Run {
        let mut run = self.workspace.ended(&command.output().unwrap());
        run.stdout = run.stdout.replace(&self.instance.address, "http://HOST");
        run.stderr = run.stderr.replace(&self.instance.address, "http://HOST");
        // The name of the claim is an address below an index, which no file of ours names.
        let index = ["docs.py", "pi.org"].concat();
        run.stdout = run.stdout.replace(&index, "INDEX");
        run
    }

    /// Everything in the project that was not put there before.
    fn written(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.workspace.path("project")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names
            .filter(|name| {
                name.ends_with(".attestation") || name.contains("sigstore") || name.starts_with('.')
            })
            .collect();
        names.sort();
        names
    }
}

/// The first lines of how a verification ended.
fn verified(bench: &Bench, arguments: &[&str]) -> String {
    let common = [
        "verify",
        "--trusted-root=root.json",
        "--no-content",
        "--format=json",
    ];
    let run = bench.run(&[&common, arguments].concat());
    let value: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.shown()));
    let artifacts = value["artifacts"].as_array().unwrap().iter();
    let levels: Vec<&str> = artifacts.map(|it| it["level"].as_str().unwrap()).collect();
    format!("{levels:?} exit {}", run.code)
}

#[test]
fn what_a_job_signs_verifies() {
    for (versions, form) in [
        (&[1, 2][..], "bundle"),
        (&[1], "bundle"),
        (&[1, 2], "pep740"),
    ] {
        let bench = Bench::new(versions);
        let run = bench.attest(&[SDIST, "lab-1.0-py3-none-any.whl", "--form", form]);
        assert_eq!(run.code, 0, "{}", run.shown());
        assert_eq!(bench.written().len(), 2, "{:?}", bench.written());
        let both = [SDIST, "lab-1.0-py3-none-any.whl"];
        assert_eq!(
            verified(&bench, &both),
            r#"["verified", "verified"] exit 0"#
        );
        let expected = [
            "--repository=lab/lab",
            "--workflow=release.yml",
            "--environment=release",
        ];
        let pinned = [&both[..], &expected, &["--require=pinned"]].concat();
        assert_eq!(verified(&bench, &pinned), r#"["pinned", "pinned"] exit 0"#);
        // The same bytes under another name, other bytes under this name.
        let copy = bench.workspace.path("project/lab-1.1.tar.gz");
        std::fs::copy(bench.workspace.path(&format!("project/{SDIST}")), copy).unwrap();
        let evidence = bench
            .written()
            .into_iter()
            .find(|name| name.contains("tar.gz"))
            .unwrap();
        let named = format!("--provenance={evidence}");
        assert_eq!(
            verified(&bench, &["lab-1.1.tar.gz", &named]),
            r#"["unverified"] exit 1"#
        );
        bench.workspace.file(&format!("project/{SDIST}"), "others");
        assert_eq!(verified(&bench, &[SDIST]), r#"["unverified"] exit 1"#);
    }
}

#[test]
fn what_is_signed_is_told() {
    let bench = Bench::new(&[1, 2]);
    assert_snapshot!(bench.attest(&[SDIST]).shown(), @r"
    signed lab-1.0.tar.gz
      by https://github.com/lab/lab/.github/workflows/release.yml@refs/tags/v1.0
      (vouched for by https://token.actions.githubusercontent.com)
      into lab-1.0.tar.gz.sigstore.json

    --- stderr
    Signing lab-1.0.tar.gz
    --- exit 0
    ");
    assert_snapshot!(bench.attest(&[SDIST]).shown(), @r"

    --- stderr
    error: `lab-1.0.tar.gz.sigstore.json` is there already
    hint: `--force` writes over it; `--into DIR` writes elsewhere
    --- exit 2
    ");
    let run = bench.attest(&[SDIST, "--force", "--format=json"]);
    check_schema(&bench.workspace, "attest", &run);
    let run = bench.attest(&[SDIST, "--dry-run", "--format=json"]);
    check_schema(&bench.workspace, "attest", &run);
}

#[test]
fn a_plan_comes_before_effects() {
    let bench = Bench::new(&[1]);
    assert_snapshot!(bench.run(&["attest", SDIST, "--dry-run"]).shown(), @r#"
    would sign lab-1.0.tar.gz
      into lab-1.0.tar.gz.sigstore.json
      {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
          {
            "name": "lab-1.0.tar.gz",
            "digest": {
              "sha256": "c9f706c2e7860dd338c88b315ab1be58b899b52db73dc40cfe92cb10eadb7c64"
            }
          }
        ],
        "predicateType": "https://INDEX/attestations/publish/v1",
        "predicate": null
      }

    --- stderr
    --- exit 0
    "#);
    assert_eq!(bench.written(), Vec::<String>::new());
    assert_eq!(bench.instance.asked(), Vec::<String>::new());
}

#[test]
fn the_job_is_asked_for_its_token_where_it_has_one() {
    let bench = Bench::new(&[1]);
    let place = format!("{}/issuer/token?api-version=2.0", bench.instance.address);
    let job = |secret: &str| {
        let mut command =
            bench
                .workspace
                .command(&["attest", SDIST, "--trust-config=trust.json", "--force"]);
        command
            .env("ACTIONS_ID_TOKEN_REQUEST_URL", &place)
            .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", secret);
        bench.scrubbed(&mut command)
    };
    assert_eq!(job("request-secret").code, 0);
    assert_snapshot!(job("wrong-secret").shown(), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: the issuer of tokens at `http://HOST/issuer/token` answered with status 401
    hint: the job needs `permissions: id-token: write`; run it again if the issuer is unwell
    --- exit 4
    ");
    let mut command =
        bench
            .workspace
            .command(&["attest", SDIST, "--trust-config=trust.json", "--force"]);
    command.env(
        "SIGSTORE_ID_TOKEN",
        bench.instance.token(&Claims::default()),
    );
    assert_eq!(bench.scrubbed(&mut command).code, 0);
    assert_snapshot!(bench.run(&["attest", SDIST, "--trust-config=trust.json", "--force"]).shown(), @r"

    --- stderr
    error: there is no identity token to sign with
    hint: give the job `permissions: id-token: write` (GitHub) or `id_tokens: SIGSTORE_ID_TOKEN: aud: sigstore` (GitLab), name a token by `--identity-token-file`, or sign with a key by `--key`
    --- exit 2
    ");
}

/// How signing ends where a service fails; nothing is written then.
fn told_of(fault: Fault) -> String {
    let bench = Bench::new(&[1]);
    bench.instance.fail(fault);
    let run = bench.attest(&[SDIST]);
    assert_eq!(bench.written(), Vec::<String>::new());
    run.shown()
}

#[test]
fn what_goes_wrong_is_told_with_a_remedy_and_nothing_is_written() {
    let told = told_of;
    assert_snapshot!(told(Fault::Authority(403)), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: cannot sign `lab-1.0.tar.gz`: the certificate authority `http://HOST/fulcio/api/v2/signingCert` refused with status 403: the authority is unwell
    hint: the token is of an issuer that this authority does not know, has ended, or is made out for somebody else; the job needs `id-token: write` (GitHub) or `id_tokens` (GitLab)
    --- exit 4
    ");
    assert_snapshot!(told(Fault::Log(409)), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: cannot sign `lab-1.0.tar.gz`: the transparency log `http://HOST/rekor/api/v1/log/entries` refused with status 409: an equivalent entry already exists in the transparency log
    hint: the same signature is in the log already; look for the evidence that came of it
    --- exit 4
    ");
    assert_snapshot!(told(Fault::Log(500)), @r#"

    --- stderr
    Signing lab-1.0.tar.gz
    error: cannot sign `lab-1.0.tar.gz`: the transparency log `http://HOST/rekor/api/v1/log/entries` refused with status 500: {\"code\": 3, \"message\": \"the log\u{1b}[31m is unwell\"}
    hint: the service is unwell; sign again later, nothing was written
    --- exit 4
    "#);
}

#[test]
fn what_does_not_verify_is_not_written() {
    let told = told_of;
    assert_snapshot!(told(Fault::OtherEntry), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: what was signed does not verify: log-entry: log entry does not match the bundle: DSSE signature in bundle does not match any signature in Rekor entry (signature or verifier mismatch) [entry-mismatch]
    hint: root of trust and signing configuration must be of the same instance; if they are, do not trust the service; nothing was written
    --- exit 4
    ");
    assert_snapshot!(told(Fault::Flood), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: cannot sign `lab-1.0.tar.gz`: the certificate authority `http://HOST/fulcio/api/v2/signingCert` does not answer: cannot fetch `http://HOST/fulcio/api/v2/signingCert`: the body is larger than 1048576 bytes
    hint: look at the address in the signing configuration and at the network, and sign again
    --- exit 4
    ");
    assert_snapshot!(told(Fault::Redirect), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: cannot sign `lab-1.0.tar.gz`: the certificate authority `http://HOST/fulcio/api/v2/signingCert` refused with status 307:
    hint: look at the address in the signing configuration: it may be another service, or another version of it
    --- exit 4
    ");
}

#[test]
fn a_token_that_cannot_be_meant_is_shown_to_nobody() {
    let bench = Bench::new(&[1]);
    let old = Claims {
        ends_in: -90,
        ..Claims::default()
    };
    bench
        .workspace
        .file("project/token", bench.instance.token(&old));
    let run = bench.attest(&[SDIST]);
    assert!(
        run.stderr.contains("the identity token ended 9"),
        "{}",
        run.shown()
    );
    let other = Claims {
        audience: "index".to_owned(),
        ..Claims::default()
    };
    bench
        .workspace
        .file("project/token", bench.instance.token(&other));
    assert_snapshot!(bench.attest(&[SDIST]).shown(), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: the identity token is made out for `index`, not for `sigstore`
    hint: ask the issuer for a token with that audience (GitLab: `id_tokens`, `aud: sigstore`), or name the instance's own with `--audience`
    --- exit 2
    ");
    bench.workspace.file("project/token", "hello");
    assert_snapshot!(bench.attest(&[SDIST]).shown(), @r"

    --- stderr
    Signing lab-1.0.tar.gz
    error: it is no identity token
    hint: it has three parts with points between them, as the issuer gives it
    --- exit 2
    ");
    assert_snapshot!(bench.attest(&[SDIST, "--offline"]).shown(), @r"

    --- stderr
    error: signing keyless asks the network for a certificate and a log entry, and `--offline` forbids it
    hint: sign with a key by `--key FILE`, or leave out `--offline`
    --- exit 2
    ");
    assert_eq!(bench.written(), Vec::<String>::new());
    assert_eq!(bench.instance.asked(), Vec::<String>::new());
}

/// Of several artifacts, the second cannot be signed: neither has evidence then.
#[test]
fn one_failure_leaves_nothing_half_done() {
    let bench = Bench::new(&[1]);
    std::fs::remove_file(bench.workspace.path("project/token")).unwrap();
    let run = bench.attest(&[SDIST, "lab-1.0-py3-none-any.whl"]);
    assert_eq!((run.code, bench.written().len()), (2, 0), "{}", run.shown());
    let run = bench.attest(&[SDIST, "lab-2.0-py3-none-any.whl"]);
    assert_eq!((run.code, bench.written().len()), (2, 0), "{}", run.shown());
}

#[test]
fn neither_token_nor_key_is_ever_shown_or_kept() {
    let bench = Bench::new(&[1]);
    let token = bench.instance.token(&Claims::default());
    bench.workspace.file("project/token", &token);
    let mut shown = String::new();
    for fault in [None, Some(Fault::Echo), Some(Fault::Log(500))] {
        if let Some(fault) = fault {
            bench.instance.fail(fault);
        }
        let run = bench.attest(&[SDIST, "--force", "--verbose", "--format=json"]);
        shown += &run.shown();
    }
    for name in bench.written() {
        let text = std::fs::read(bench.workspace.path(&format!("project/{name}"))).unwrap();
        shown += &String::from_utf8_lossy(&text);
    }
    for part in token.split('.') {
        assert!(!shown.contains(part), "{shown}");
    }
}

#[test]
fn a_federation_signs_with_a_key_of_its_own() {
    let bench = Bench::new(&[1]);
    let run = bench.run(&["attest", "--new-key=lab.key"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    assert!(!run.stdout.contains("PRIVATE"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |name: &str| {
            let metadata = std::fs::metadata(bench.workspace.path(name)).unwrap();
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(
            (mode("project/lab.key"), mode("project/lab.key.pub")),
            (0o600, 0o644)
        );
    }
    assert_snapshot!(bench.run(&["attest", "--new-key=lab.key"]).shown(), @r"

    --- stderr
    error: `lab.key` is there already
    hint: a key is never written over; name another file
    --- exit 2
    ");
    let run = bench.run(&["attest", SDIST, "--key=lab.key", "--offline"]);
    assert_eq!(run.code, 0, "{}", run.shown());
    let by_key = [
        "--key=lab.key.pub",
        "--trusted-root=lab.key.trusted_root.json",
    ];
    let verify = |more: &[&str]| {
        let run = bench.run(&[&["verify", SDIST, "--no-content"], &by_key[..], more].concat());
        (run.code, run.stdout.contains("verified"))
    };
    assert_eq!(verify(&["--require=verified"]), (0, true));
    bench.workspace.file(&format!("project/{SDIST}"), "others");
    assert_eq!(verify(&[]).0, 1);
}

#[test]
fn what_a_key_cannot_do_is_told() {
    let bench = Bench::new(&[1]);
    assert_eq!(bench.run(&["attest", "--new-key=lab.key"]).code, 0);
    assert_snapshot!(bench.run(&["attest", SDIST, "--key=lab.key", "--form=pep740"]).shown(), @r"

    --- stderr
    error: an index takes no attestations by keys
    hint: sign keyless, without `--key`, or leave out `--form pep740`
    --- exit 2
    ");
    assert_snapshot!(bench.run(&["attest", SDIST, "--key=lab.key.pub", "--force"]).shown(), @r"

    --- stderr
    error: cannot sign with `lab.key.pub`: it holds a `PUBLIC KEY`, not a `PRIVATE KEY` (PKCS#8)
    hint: convert it with `openssl pkcs8 -topk8 -nocrypt -in KEY -out NEW`, or make one with `--new-key`
    --- exit 2
    ");
    // With the log of the instance, which its root of trust then asks for.
    let run = bench.run(&[
        "attest",
        SDIST,
        "--key=lab.key",
        "--log",
        "--trust-config=trust.json",
        "--force",
    ]);
    assert_eq!(run.code, 0, "{}", run.shown());
    let run = bench.run(&[
        "verify",
        SDIST,
        "--no-content",
        "--key=lab.key.pub",
        "--trusted-root=root.json",
    ]);
    assert_eq!(run.code, 0, "{}", run.shown());
}

#[test]
fn claims_of_each_kind() {
    let bench = Bench::new(&[1]);
    bench
        .workspace
        .file(
            "project/lab.cdx.json",
            r#"{"bomFormat": "CycloneDX", "specVersion": "1.6"}"#,
        )
        .file("project/lab-1.0-h0.conda", "a conda package");
    let kind = |arguments: &[&str]| {
        let run = bench.run(&[&["attest", "--dry-run", "--format=json"], arguments].concat());
        let value: serde_json::Value = match serde_json::from_str(&run.stdout) {
            Ok(value) => value,
            Err(_) => return run.stderr,
        };
        let artifact = &value["artifacts"][0];
        let predicate = &artifact["statement"]["predicate"];
        format!(
            "{} {predicate}",
            artifact["predicate_type"].as_str().unwrap()
        )
    };
    assert_snapshot!(kind(&[SDIST, "--sbom=lab.cdx.json"]), @r#"https://cyclonedx.org/bom {"bomFormat":"CycloneDX","specVersion":"1.6"}"#);
    assert_snapshot!(kind(&["lab-1.0-h0.conda", "--claim=conda", "--channel=https://conda.example/lab"]), @r#"https://schemas.conda.org/attestations-publish-1.schema.json {"targetChannel":"https://conda.example/lab"}"#);
    assert_snapshot!(kind(&["lab-1.0-h0.conda"]), @r"
    error: cannot sign `lab-1.0-h0.conda`: it is a conda package
    hint: claim `conda`, with the channel by `--channel URL`
    ");
    assert_snapshot!(kind(&[SDIST, "--claim=conda"]), @r"
    error: cannot sign `lab-1.0.tar.gz`: it is no conda package
    hint: only `.conda` and `.tar.bz2` are published to channels
    ");
    assert_snapshot!(kind(&[SDIST, "--claim=provenance"]), @r"
    error: cannot tell how this was built: `GITHUB_SERVER_URL` is not set, as a GitHub workflow sets it
    hint: elsewhere write the provenance into a file, and name it by `--predicate`
    ");
    assert_snapshot!(kind(&[SDIST, "--predicate=lab.cdx.json", "--predicate-type=https://lab.example/review/v1"]), @r#"https://lab.example/review/v1 {"bomFormat":"CycloneDX","specVersion":"1.6"}"#);
    assert_snapshot!(kind(&[SDIST, "--predicate=lab.cdx.json"]), @r"
    error: `--predicate` does not say of what kind it is
    hint: name the kind by `--predicate-type URI`, or add `--claim provenance`
    ");
    assert_snapshot!(kind(&["token"]), @r"
    error: cannot sign `token`: its name is not that of a wheel or source distribution
    hint: only those are published on a package index; say what is claimed by `--claim`
    ");
}
