//! Seeds of the targets about where artifacts come from: pages, locks, records of installers, repositories of TUF. All of it is made
//! up here.

use super::Seed;

/// Target and text.
const TEXTS: &[(&str, &str)] = &[
    (
        "identities",
        r#"{"version":1,"projects":{"lab":[{"issuer":"https://i.example","repository":"https://r.example/lab","workflow":"w.yml","seen":"lab-1.0.tar.gz","since":"2026-11-26T00:00:00Z"}]}}"#,
    ),
    (
        "build_policy",
        "[default]\nlevel = \"verified\"\ntags-only = true\n[[package]]\nname = \"lab\"\nslsa-level = 2\nbuilders = [\"https://github.com/lab/\"]\n[[builder]]\nprefix = \"https://github.com/x/\"\nslsa-level = 3\n[[exception]]\npackage = \"lab\"\nrule = \"level\"\nreason = \"old\"\nexpires = 2027-01-01\n",
    ),
    (
        "locked",
        "lab==1.0 \\\n  --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000 # via x\n",
    ),
    (
        "locked",
        "[[packages]]\nname = 'lab'\nwheels = [{hashes = {sha256 = '0000000000000000000000000000000000000000000000000000000000000000'}}]\n",
    ),
    (
        "index_page",
        "<!DOCTYPE html><meta name=\"x:repository-version\" content=\"1.3\"><a href=\"lab-1.0.tar.gz#sha256=00\" data-yanked=\"bad\" data-provenance='https://h.example/p?a&amp;b' data-core-metadata=\"sha256=00\">x</a>",
    ),
    (
        "locked",
        "version: 6\npackages:\n- conda: https://h.example/linux-64/lab-1.0-0.conda\n  sha256: '0000000000000000000000000000000000000000000000000000000000000000'\n- pypi: https://h.example/lab-1.0-py3-none-any.whl\n  name: lab\n",
    ),
    (
        "locked",
        "@EXPLICIT\nhttps://h.example/linux-64/lab-1.0-0.conda#0000000000000000000000000000000000000000000000000000000000000000\n# pip lab @ https://h.example/lab-1.0.tar.gz --hash=sha256:00\n",
    ),
    (
        "locked",
        "{\"_meta\": {}, \"default\": {\"lab\": {\"hashes\": [\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"], \"version\": \"==1.0\"}}}",
    ),
    (
        "direct_url",
        r#"{"url":"https://h.example/lab-1.0-py3-none-any.whl","archive_info":{"hash":"sha256=00","hashes":{"sha256":"0000000000000000000000000000000000000000000000000000000000000000"}}}"#,
    ),
    (
        "direct_url",
        r#"{"url":"file:///x","dir_info":{"editable":true}}"#,
    ),
    (
        "direct_url",
        r#"{"url":"https://h.example/x","vcs_info":{"vcs":"git","commit_id":"c0ffee"}}"#,
    ),
    (
        "tuf",
        r#"{"signed":{"_type":"timestamp","spec_version":"1.0.31","version":1,"expires":"2030-01-01T00:00:00Z","meta":{"snapshot.json":{"version":1}}},"signatures":[{"keyid":"timestamp","sig":"00"}]}"#,
    ),
    (
        "tuf",
        r#"{"signed":{"_type":"root","spec_version":"1.0.31","version":2,"expires":"2030-01-01T00:00:00Z","consistent_snapshot":true,"keys":{},"roles":{}},"signatures":[]}"#,
    ),
];

pub(super) fn all() -> Vec<Seed> {
    let seed = |(target, text): &(&'static str, &str)| Seed {
        target,
        bytes: text.as_bytes().to_vec(),
    };
    TEXTS.iter().map(seed).collect()
}
