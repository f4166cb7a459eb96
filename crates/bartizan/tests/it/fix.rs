//! Upgrade plans as a user meets them, over a file of releases: no network.

use std::{
    io::{BufRead, BufReader, Cursor, Write},
    net::TcpListener,
};

use insta::assert_snapshot;

use super::{
    laboratory::{AFTERNOON, NOON, laboratory},
    workspace::{Run, Workspace},
};

const UNIVERSE: &str = r#"{"bartizan_universe": 1, "packages": {
    "imager": {"1.1": {"requires": []}, "1.2": {"requires": []}, "1.3": {"requires": []}, "2.0": {"requires": ["newcomer"]}},
    "reporter": {"2.0": {"requires": ["imager<1.3"]}, "2.1": {"requires": ["imager>=1.2"]}},
    "plotter": {"3.1": {"requires": []}, "9.0": {"requires": [], "uploaded": "2026-11-20T00:00:00Z"}},
    "solver": {"3.4": {"requires": []}},
    "gitty": {"0.1": {"requires": []}}
}}"#;

const REQUIREMENTS: &str = "\
# what the laboratory runs on
reporter==2.0  # makes reports
imager == 1.1
    # via reporter
solver==3.4
";

fn workspace() -> Workspace {
    let workspace = laboratory();
    workspace.file("project/universe.json", UNIVERSE);
    workspace.file("project/requirements.txt", REQUIREMENTS);
    workspace
}

fn fix(workspace: &Workspace, more: &[&str]) -> Run {
    let command = [
        "fix",
        "--universe=universe.json",
        "--offline",
        "--python=3.13",
        "--platform=linux",
    ];
    workspace.run(&[&command[..], more, &[AFTERNOON]].concat())
}

#[test]
fn a_plan_tells_what_changes_and_what_stays() {
    let ended = fix(&workspace(), &["requirements.txt"]);
    let shown = ended.stdout.split("3 packages in").next().unwrap();
    assert_snapshot!(format!("{shown}exit {}", ended.code), @"
    package   from  to   why
    imager    1.1   1.3  removes CVE-2026-1001; reporter 2.1 requires imager>=1.2
    reporter  2.0   2.1  the old version keeps imager at imager<1.3

    Stays unfixed
      PYSEC-2026-2 in solver 3.4 (unstated)
        the project asks for solver
        3.4 is the only release of solver
        solver 3.4 is affected by PYSEC-2026-2
        so PYSEC-2026-2 in solver cannot be removed

    To carry it out, with uv or with pip
      uv pip install imager==1.3 reporter==2.1
      python -m pip install imager==1.3 reporter==2.1

    Changing 2 packages removes 1 of 2 findings; 1 finding stays. No smaller change
    does as much.
    exit 1
    ");
}

#[test]
fn nothing_is_written_but_versions_and_only_when_asked_for() {
    let workspace = workspace();
    let text = || std::fs::read_to_string(workspace.path("project/requirements.txt")).unwrap();
    fix(&workspace, &["requirements.txt"]);
    assert_eq!(text(), REQUIREMENTS);
    let ended = fix(
        &workspace,
        &["requirements.txt", "--apply", "--constraints=fixed.txt"],
    );
    let expect = REQUIREMENTS
        .replace("==2.0", "==2.1")
        .replace("== 1.1", "== 1.3");
    assert_eq!(text(), expect, "{}", ended.shown());
    let constraints = std::fs::read_to_string(workspace.path("project/fixed.txt")).unwrap();
    assert_eq!(
        constraints,
        "# made by `bartizan fix`\nimager==1.3\nreporter==2.1\n"
    );
}

#[test]
fn hashes_that_cannot_be_had_keep_the_file_as_it_is() {
    let workspace = workspace();
    let text = "imager==1.1 --hash=sha256:00\n";
    workspace.file("project/requirements.txt", text);
    let ended = fix(&workspace, &["requirements.txt", "--apply"]);
    assert_eq!(
        std::fs::read_to_string(workspace.path("project/requirements.txt")).unwrap(),
        text
    );
    assert_snapshot!(format!("{}exit {}", ended.stderr, ended.code), @"
    error: cannot edit `requirements.txt`: it has hashes of imager, and those of 1.3 are not known
    hint: nothing was changed; leave out `--apply` and carry the plan out by its commands
    exit 2
    ");
}

#[test]
fn what_cannot_be_planned_is_refused() {
    let workspace = workspace();
    let check = |arguments: &[&str]| {
        let ended = workspace.run(&[&["fix"], arguments, &[NOON]].concat());
        format!("{}{}exit {}", ended.stdout, ended.stderr, ended.code)
    };
    assert_snapshot!(check(&["requirements.txt", "--offline"]), @"
    error: planning an upgrade asks the package index, and `--offline` forbids it
    hint: name a file of releases by `--universe FILE`, or leave out `--offline`
    exit 2
    ");
    assert_snapshot!(check(&["."]), @"
    error: `.` holds several targets, and an upgrade is planned for one
    hint: name one of them: `./requirements.txt`, `./uv.lock`
    exit 2
    ");
    assert_snapshot!(check(&["requirements.txt", "--universe=requirements.txt"]), @r#"
    error: cannot read the releases in `requirements.txt`: not a universe file: expected value at line 1 column 1
    hint: it begins with `{"bartizan_universe": 1, "packages": {`; `bartizan fix --help` shows one
    exit 2
    "#);
    workspace.file("empty/x", "");
    assert_snapshot!(check(&["../empty"]), @"
    error: no installed or pinned Python package is in `../empty`
    hint: name an environment, a lock file or a requirements file with pins
    exit 3
    ");
}

/// A wheel of `imager` that states which libwebp it carries.
fn wheel(version: &str, libwebp: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut add = |name: String, text: String| {
        writer.start_file(name, stored).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    };
    let folder = format!("imager-{version}.dist-info");
    add(
        format!("{folder}/METADATA"),
        format!("Metadata-Version: 2.4\nName: imager\nVersion: {version}\n\n"),
    );
    add(format!("{folder}/sboms/own.cdx.json"), bill(libwebp));
    writer.finish().unwrap().into_inner()
}

fn bill(libwebp: &str) -> String {
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{{"type": "library", "name": "libwebp",
        "version": "{libwebp}", "purl": "pkg:generic/libwebp@{libwebp}"}}]}}"#
    )
}

/// An index on this machine that serves these wheels as a whole.
fn index(wheels: &[(&str, &str)]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/simple", listener.local_addr().unwrap());
    let name = |version: &str| format!("imager-{version}-py3-none-any.whl");
    let files: Vec<String> = wheels
        .iter()
        .map(|(version, _)| {
            format!(
                r#"{{"filename": "{0}", "url": "../../{0}"}}"#,
                name(version)
            )
        })
        .collect();
    let page = format!(
        r#"{{"meta": {{"api-version": "1.1"}}, "files": [{}]}}"#,
        files.join(",")
    );
    let mut bodies = vec![("/simple/imager/".to_owned(), page.into_bytes())];
    for (version, libwebp) in wheels {
        bodies.push((format!("/{}", name(version)), wheel(version, libwebp)));
    }
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            let path = head.split(' ').nth(1).unwrap_or_default();
            let body = bodies.iter().find(|(name, _)| name == path);
            let status = if body.is_some() { "200 OK" } else { "404 No" };
            let body = body.map_or(&[][..], |(_, body)| body);
            let head = format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            // Whoever has read enough may hang up.
            let _ = stream
                .write_all(head.as_bytes())
                .and_then(|()| stream.write_all(body));
        }
    });
    address
}

/// A record about these versions of libwebp.
fn record(id: &str, versions: &str) -> String {
    format!(
        r#"{{"id":"{id}","modified":"2026-11-20T08:00:00Z","summary":"images overflow",
        "severity":[{{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}],
        "affected":[{{"package":{{"ecosystem":"OSS-Fuzz","name":"libwebp"}},"versions":[{versions}]}}]}}"#
    )
}

/// An environment with imager 1.4, which carries libwebp 1.3.0, and a plan for it over an index with these wheels.
fn fix_imager(records: &[(&str, &str)], wheels: &[(&str, &str)], more: &[&str]) -> (String, i32) {
    let workspace = workspace();
    for (id, versions) in records {
        workspace.file(&format!("records/{id}.json"), record(id, versions));
    }
    let synced = workspace.run(&["db", "sync", "--from", "../records", NOON]);
    assert_eq!(synced.code, 0, "{}", synced.shown());
    let site = "project/env/lib/python3.13/site-packages";
    workspace
        .file("project/env/pyvenv.cfg", "version = 3.13.0\n")
        .file(
            &format!("{site}/imager-1.4.dist-info/METADATA"),
            "Metadata-Version: 2.4\nName: imager\nVersion: 1.4\n\n",
        )
        .file(
            &format!("{site}/imager-1.4.dist-info/RECORD"),
            "imager-1.4.dist-info/METADATA,,\nimager-1.4.dist-info/sboms/own.cdx.json,,\n",
        )
        .file(
            &format!("{site}/imager-1.4.dist-info/sboms/own.cdx.json"),
            bill("1.3.0"),
        )
        .file(
            "project/accepted.toml",
            "[[ignore]]\nid = 'OSV-2026-10'\nreason = 'we read no images'\n",
        )
        .file("project/pins.txt", "imager==1.1\n");
    let address = index(wheels);
    let mut command = workspace.command(&[&["fix", AFTERNOON], more].concat());
    command.env("PIP_INDEX_URL", &address);
    let ended = workspace.ended(&command.output().unwrap());
    let shown = format!("{}--- stderr\n{}", ended.stdout, ended.stderr);
    let shown = shown.replace(&address, "INDEX");
    let words: Vec<&str> = shown.split_whitespace().collect();
    (words.join(" "), ended.code)
}

fn check_told((shown, code): (String, i32), expect: i32, told: &[&str]) {
    for told in told {
        assert!(shown.contains(told), "{told}\n{shown}");
    }
    assert_eq!(code, expect, "{shown}");
}

const OLD: (&str, &str) = ("OSV-2026-9", r#""1.3.0","1.3.1","v1.3.0","v1.3.1""#);
const NEW: (&str, &str) = ("OSV-2026-10", r#""1.3.2","v1.3.2""#);

#[test]
fn the_first_release_with_a_mended_library_is_found_by_looking_into_wheels() {
    let wheels = [
        ("1.4", "1.3.0"),
        ("1.5", "1.3.1"),
        ("1.6", "1.3.2"),
        ("1.7", "1.4.0"),
        ("1.8", "1.4.0"),
    ];
    let told = [
        "the first release without it is imager 1.6",
        "imager 1.4 1.6 removes OSV-2026-9 (libwebp)",
    ];
    check_told(fix_imager(&[OLD], &wheels, &["env"]), 0, &told);
}

#[test]
fn a_release_whose_library_brings_another_vulnerability_is_passed_over() {
    let wheels = [
        ("1.4", "1.3.0"),
        ("1.5", "1.3.1"),
        ("1.6", "1.3.2"),
        ("1.7", "1.4.0"),
        ("1.8", "1.4.0"),
    ];
    let told = [
        "the first release without it is imager 1.6",
        "imager 1.4 1.7 removes OSV-2026-9 (libwebp)",
    ];
    check_told(fix_imager(&[OLD, NEW], &wheels, &["env"]), 0, &told);
}

#[test]
fn where_every_release_brings_one_what_is_there_stays() {
    let wheels = [("1.4", "1.3.0"), ("1.5", "1.3.1"), ("1.6", "1.3.2")];
    let told = [
        "imager 1.6 would bring in OSV-2026-10 (libwebp) so OSV-2026-9 (libwebp) in imager cannot be removed",
        "No change removes anything",
        "Not proposed, as it brings something in changing imager 1.4 to 1.6 would remove OSV-2026-9 (libwebp) in imager 1.4 \
         imager 1.6 brings in OSV-2026-10 (libwebp)",
    ];
    check_told(fix_imager(&[OLD, NEW], &wheels, &["env"]), 1, &told);
    let told = ["imager 1.4 1.6 removes OSV-2026-9 (libwebp)"];
    let accepted = ["--config=accepted.toml", "env"];
    check_told(fix_imager(&[OLD, NEW], &wheels, &accepted), 0, &told);
}

/// Of a list of pins nobody has looked at the libraries: the wheels of what is pinned are looked into.
#[test]
fn what_pins_carry_already_is_not_brought_in() {
    let fix = |wheels: &[(&str, &str)]| fix_imager(&[OLD], wheels, &["pins.txt"]);
    let same = [("1.1", "1.3.0"), ("1.3", "1.3.1"), ("1.4", "1.4.0")];
    check_told(fix(&same), 0, &["imager 1.1 1.3 removes CVE-2026-1001"]);
    let new = [("1.1", "1.4.0"), ("1.3", "1.3.1"), ("1.4", "1.4.0")];
    check_told(fix(&new), 0, &["imager 1.1 1.4 removes CVE-2026-1001"]);
}
