//! Records and a lock file of a laboratory that does not exist, made for these tests.

use super::workspace::Workspace;

const RECORDS: [(&str, &str); 6] = [
    (
        "PYSEC-2026-1.json",
        r#"{"id":"PYSEC-2026-1","modified":"2026-11-20T08:00:00Z","published":"2026-11-01T00:00:00Z",
        "aliases":["CVE-2026-1001"],"summary":"images of strangers run code","details":"",
        "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected":[{"package":{"ecosystem":"PyPI","name":"imager"},"versions":["1.0","1.1"],
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.2"}]}]}]}"#,
    ),
    (
        "GHSA-aaaa-bbbb-cccc.json",
        r#"{"id":"GHSA-aaaa-bbbb-cccc","modified":"2026-11-21T08:00:00Z","aliases":["CVE-2026-1001","PYSEC-2026-1"],
        "summary":"code execution by a crafted image","severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N"}],
        "affected":[{"package":{"ecosystem":"PyPI","name":"Imager"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.3"}]}]}]}"#,
    ),
    (
        "PYSEC-2026-2.json",
        r#"{"id":"PYSEC-2026-2","modified":"2026-10-20T08:00:00Z","details":"Odd input makes\nit slow. Nothing else is known.",
        "affected":[{"package":{"ecosystem":"PyPI","name":"solver"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"2.0"},{"fixed":"2.1"},{"introduced":"3.0"}]}]}]}"#,
    ),
    (
        "PYSEC-2026-3.json",
        r#"{"id":"PYSEC-2026-3","modified":"2026-10-20T08:00:00Z","summary":"little harm",
        "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N"}],
        "affected":[{"package":{"ecosystem":"PyPI","name":"plotter"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"9"}]}]}]}"#,
    ),
    (
        "PYSEC-2026-4.json",
        r#"{"id":"PYSEC-2026-4","modified":"2026-10-20T08:00:00Z","withdrawn":"2026-10-21T00:00:00Z","summary":"was none",
        "affected":[{"package":{"ecosystem":"PyPI","name":"plotter"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#,
    ),
    (
        "PYSEC-2026-5.json",
        r#"{"id":"PYSEC-2026-5","modified":"2026-10-20T08:00:00Z","summary":"only commits are known",
        "affected":[{"package":{"ecosystem":"PyPI","name":"gitty"},
        "ranges":[{"type":"GIT","repo":"https://example.org/gitty","events":[{"introduced":"0"},{"fixed":"0123456789abcdef0123456789abcdef01234567"}]}]}]}"#,
    ),
];

/// A lock file whose packages are affected: `reporter` brings `imager`, the others are asked for.
pub(crate) const UV_LOCK: &str = r#"version = 1
requires-python = ">=3.12"

[[package]]
name = "gitty"
version = "0.1"
source = { registry = "https://index.example/simple" }

[[package]]
name = "imager"
version = "1.1"
source = { registry = "https://index.example/simple" }

[[package]]
name = "lab"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "gitty" },
    { name = "plotter" },
    { name = "reporter" },
    { name = "solver" },
]

[[package]]
name = "plotter"
version = "3.1"
source = { registry = "https://index.example/simple" }

[[package]]
name = "reporter"
version = "2.0"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "imager" },
]

[[package]]
name = "solver"
version = "3.4"
source = { registry = "https://index.example/simple" }
"#;

/// Noon of 23 November 2026, when the records are fetched.
pub(crate) const NOON: &str = "--as-of=2026-11-23T12:00:00Z";
/// Two hours later.
pub(crate) const AFTERNOON: &str = "--as-of=2026-11-23T14:00:00Z";
/// A scan whose answer is that of every machine.
pub(crate) const SCAN: [&str; 5] = [
    "scan",
    "uv.lock",
    "--python=3.13",
    "--platform=linux",
    AFTERNOON,
];

/// A workspace whose project is the laboratory, and whose home holds the records, fetched at [`NOON`].
pub(crate) fn laboratory() -> Workspace {
    let workspace = Workspace::new();
    for (name, text) in RECORDS {
        workspace.file(&format!("records/{name}"), text);
    }
    workspace.file("project/uv.lock", UV_LOCK);
    let ended = workspace.run(&["db", "sync", "--from", "../records", NOON]);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    workspace
}
