//! Hygiene beside vulnerabilities, as a user meets it.

use insta::assert_snapshot;

use super::{
    laboratory::{NOON, laboratory},
    workspace::Run,
};

const REQUIREMENTS: &str = "\
--extra-index-url https://user:secret@packages.example/simple
nunpy==1.26.0
requests>=2
our-numpy==1.0 --hash=sha256:00
";

fn scan(settings: &str, more: &[&str]) -> Run {
    let workspace = laboratory();
    workspace.file("project/requirements.txt", REQUIREMENTS);
    workspace.file("project/bartizan.toml", settings);
    let command = ["scan", "requirements.txt", NOON, "--platform", "any"];
    workspace.run(&[&command, more].concat())
}

/// The rows of hygiene in the JSON report, one a line, with the exit code.
fn check(settings: &str, more: &[&str]) -> String {
    let ended = scan(settings, &[&["--format", "json"], more].concat());
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let mut lines = vec![format!("exit {}", ended.code)];
    for row in report["hygiene"].as_array().unwrap() {
        let places = row["evidence"].as_array().unwrap().iter();
        let places: Vec<String> = places.map(|place| place["line"].to_string()).collect();
        lines.push(format!(
            "{} {} {} ({}){}{}",
            row["severity"].as_str().unwrap(),
            row["check"].as_str().unwrap(),
            row["subject"]["name"].as_str().unwrap(),
            places.join(" "),
            if row["ignored"].is_null() {
                ""
            } else {
                " ignored"
            },
            if row["fails"].as_bool().unwrap() {
                " fails"
            } else {
                ""
            },
        ));
    }
    for key in ["unused_ignores", "expired_ignores"] {
        for ignore in report[key].as_array().unwrap() {
            lines.push(format!("{key}: {}", ignore["id"].as_str().unwrap()));
        }
    }
    assert!(!ended.stdout.contains("secret"), "{}", ended.shown());
    lines.join("\n")
}

#[test]
fn deceptive_names_and_loose_requirements_are_told() {
    assert_snapshot!(check("fail-on = \"critical\"", &[]), @r#"
    exit 0
    medium look-alike-name nunpy (2)
    low requirement-without-hash requirements.txt (2 3)
    low several-indexes requirements.txt (1)
    low unpinned-requirement requests (3)
    "#);
    assert!(
        check("fail-on = \"medium\"", &[])
            .starts_with("exit 1\nmedium look-alike-name nunpy (2) fails")
    );
    assert_snapshot!(check("", &["--no-hygiene"]), @"exit 0");
    assert_snapshot!(check("hygiene = false", &[]), @"exit 0");
}

#[test]
fn ignores_and_thresholds_hold_for_hygiene() {
    let ignore = "
[[ignore]]
id = \"look-alike-name\"
package = \"nunpy\"
reason = \"ours\"
[[ignore]]
id = \"yanked-release\"
reason = \"nothing is yanked\"
[[ignore]]
id = \"several-indexes\"
reason = \"until the index is merged\"
expires = 2026-01-01
";
    assert_snapshot!(check(ignore, &["--fail-on", "medium"]), @r#"
    exit 0
    medium look-alike-name nunpy (2) ignored
    low requirement-without-hash requirements.txt (2 3)
    low several-indexes requirements.txt (1)
    low unpinned-requirement requests (3)
    unused_ignores: yanked-release
    expired_ignores: several-indexes
    "#);
    assert_snapshot!(check(ignore, &["--fail-on", "medium", "--no-hygiene"]), @"exit 0");
}

#[test]
fn another_list_of_popular_names_takes_the_place_of_ours() {
    let workspace = laboratory();
    workspace.file(
        "project/requirements.txt",
        "nunpy==1 --hash=sha256:00\nimagger==1 --hash=sha256:00\n",
    );
    workspace.file("project/names.txt", "imager\n");
    workspace.file("project/bartizan.toml", "popular = \"names.txt\"\n");
    let ended = workspace.run(&["scan", "requirements.txt", NOON, "--platform", "any"]);
    assert_snapshot!(ended.stdout.split("\n\n").next().unwrap(), @r#"
    look-alike-name                          medium  1 finding
      imagger 1 differs by one letter from the popular `imager` (requirements.txt:2)
      Look whether this is the package that you mean. Where it is, write an
      `[[ignore]]` with this id and `package`; where it is not, remove it and treat
      the machine as exposed.
    "#);
    workspace.file("project/names.txt", "# none\n");
    let ended = workspace.run(&["scan", "requirements.txt"]);
    assert_eq!(ended.code, 2, "{}", ended.shown());
    assert!(
        ended.stderr.contains("no popular name is in"),
        "{}",
        ended.shown()
    );
}

#[test]
fn every_format_has_it() {
    for (format, expect) in [
        ("human", "look-alike-name"),
        ("sarif", "\"ruleId\": \"look-alike-name\""),
        ("markdown", "`look-alike-name`"),
        ("github", "title=look-alike-name (medium)"),
    ] {
        let ended = scan("", &["--format", format]);
        assert!(ended.stdout.contains(expect), "{}", ended.shown());
    }
}

/// A loopback index that serves one project on every path that ends in its name.
fn index(name: &'static str, page: &'static str) -> String {
    use std::io::{BufRead, BufReader, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            let is_known = head.contains(&format!("/{name}/ "));
            let (status, body) = if is_known {
                ("200 OK", page)
            } else {
                ("404 No", "")
            };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            stream.write_all(head.as_bytes()).unwrap();
        }
    });
    address
}

const PAGE: &str = r#"{"meta": {"api-version": "1.4"}, "project-status": {"status": "quarantined", "reason": "under review"},
    "files": [{"filename": "lab-1.0.tar.gz", "yanked": "wrong licence", "upload-time": "2019-01-01T00:00:00Z"},
              {"filename": "lab-2.0.tar.gz", "upload-time": "2020-01-01T00:00:00Z"}]}"#;

#[test]
fn the_index_is_asked_only_where_it_is_wanted() {
    let workspace = laboratory();
    workspace.file(
        "project/requirements.txt",
        "lab==1.0 --hash=sha256:00\nabsent==1 --hash=sha256:00\n",
    );
    let address = index("lab", PAGE);
    let run = |more: &[&str]| {
        let command = [
            "scan",
            "requirements.txt",
            "--as-of",
            "2026-11-23T12:00:00Z",
            "--platform",
            "any",
            "--show",
            "hygiene,unknown",
        ];
        let mut command = workspace.command(&[&command, more].concat());
        command
            .env("PIP_CONFIG_FILE", "/dev/null")
            .env("PIP_INDEX_URL", &address);
        let ended = workspace.ended(&command.output().unwrap());
        let text = ended.stdout.replace(&address, "http://INDEX");
        let end = text.find("Looked at").unwrap_or(text.len());
        format!("{}exit {}", &text[..end], ended.code)
    };
    assert_snapshot!(run(&[]), @r#"
    undecided: archived-project, quarantined-project, shared-name,
    unsupported-release, yanked-release: the package index was not asked (`scan
    --index`)

    No known vulnerability affects the 2 components.
    Native libraries of requirements.txt were not looked for: only wheels and
    environments on disk tell.
    exit 0
    "#);
    assert_snapshot!(run(&["--index"]), @r#"
    quarantined-project                        high  1 finding
      lab 1.0 is quarantined on http://INDEX: under review
      (requirements.txt:1)
      Remove it until the index has decided, and treat the machine as exposed.
    yanked-release                           medium  1 finding
      lab 1.0 was yanked on http://INDEX: wrong licence
      (requirements.txt:1)
      Read the reason, and move to the next release.
    unsupported-release                         low  1 finding
      lab 1.0 is of 2019-01-01 and was followed by 2.0 on 2020-01-01
      (requirements.txt:1)
      Move to a release that is supported; `bartizan db show` tells what is known of
      the versions between.

    undecided: archived-project, quarantined-project, unsupported-release,
    yanked-release: no index that was asked has the project (absent)

    No known vulnerability affects the 2 components.
    Native libraries of requirements.txt were not looked for: only wheels and
    environments on disk tell.
    Hygiene: 1 high, 1 medium, 1 low (--show hygiene).
    exit 1
    "#);
    assert_eq!(run(&["--index", "--offline"]), "exit 2");
    assert_eq!(run(&["--index", "--no-hygiene"]), "exit 2");
}

#[test]
fn an_index_that_does_not_answer_is_no_clean_answer() {
    let workspace = laboratory();
    workspace.file("project/requirements.txt", "lab==1.0 --hash=sha256:00\n");
    let address = index("lab", "<html>");
    let mut command = workspace.command(&[
        "scan",
        "requirements.txt",
        "--as-of",
        "2026-11-23T12:00:00Z",
        "--index",
    ]);
    command
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_INDEX_URL", &address);
    let ended = workspace.ended(&command.output().unwrap());
    assert_eq!(ended.code, 4, "{}", ended.shown());
    assert!(
        ended.stdout.contains("no answer about 1 project"),
        "{}",
        ended.shown()
    );
}

#[test]
#[cfg(unix)]
fn pip_is_asked_for_its_default_where_nothing_names_an_index() {
    use std::os::unix::fs::PermissionsExt;
    let workspace = laboratory();
    workspace.file("project/requirements.txt", "lab==1.0 --hash=sha256:00\n");
    let help =
        "Usage\n  -i, --index-url <url>  Base URL of the index (default\n    ADDRESS/simple).\n";
    let help = help.replace("ADDRESS", &index("lab", PAGE));
    let script =
        format!("#!/bin/sh\n[ \"$*\" = \"-I -m pip install --help\" ] && cat <<'END'\n{help}END\n");
    workspace.file("bin/python3", script);
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(workspace.path("bin/python3"), mode).unwrap();
    let mut command = workspace.command(&[
        "scan",
        "requirements.txt",
        "--as-of",
        "2026-11-23T12:00:00Z",
        "--index",
    ]);
    command.env("PIP_CONFIG_FILE", "/dev/null").env(
        "PATH",
        format!("{}:/usr/bin:/bin", workspace.path("bin").display()),
    );
    let ended = workspace.ended(&command.output().unwrap());
    assert_eq!(ended.code, 1, "{}", ended.shown());
    assert!(
        ended.stdout.contains("quarantined-project"),
        "{}",
        ended.shown()
    );
    assert!(
        ended.stderr.contains("about 1 project"),
        "{}",
        ended.shown()
    );
}

#[test]
fn since_compares_what_the_checks_say() {
    let workspace = laboratory();
    let requirements = "nunpy==1.26.0\nrequests>=2\nour-numpy==1.0 --hash=sha256:00\n";
    workspace.file("project/requirements.txt", requirements);
    let run = |more: &[&str]| {
        let command = [
            "scan",
            "requirements.txt",
            NOON,
            "--platform",
            "any",
            "--fail-on=low",
        ];
        workspace.run(&[&command, more].concat())
    };
    run(&["--format=json", "--output=earlier.json"]);
    let same = run(&["--since=earlier.json"]);
    assert_eq!(same.code, 0, "{}", same.shown());
    workspace.file(
        "project/requirements.txt",
        requirements.replace("nunpy==1.26.0", "panadas==1.0"),
    );
    let human = run(&["--since=earlier.json", "--show=hygiene"]);
    let lines = human
        .stdout
        .lines()
        .take_while(|line| !line.starts_with("Looked at"));
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
    look-alike-name                          medium  1 finding
      panadas 1.0 differs by one letter from the popular `pandas`
      (requirements.txt:1)
        new
      Look whether this is the package that you mean. Where it is, write an
      `[[ignore]]` with this id and `package`; where it is not, remove it and treat
      the machine as exposed.

    gone: look-alike-name of nunpy 1.26.0: not found any more

    No new or changed vulnerability affects the 2 components, but 1 question could
    not be decided (--show unknown).
    Native libraries of requirements.txt were not looked for: only wheels and
    environments on disk tell.
    Since the report of 2026-11-23: 0 new, 0 changed, 0 gone, 0 unchanged and not
    shown. Of hygiene: 1 new, 0 changed, 1 gone, 2 unchanged and not shown.
    Hygiene: 1 medium (--show hygiene).
    ");
    assert_eq!(human.code, 1, "{}", human.shown());
    let report = run(&["--since=earlier.json", "--format=json"]);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap();
    assert_snapshot!(report["since"]["hygiene"], @r#"{"changed":0,"gone":[{"check":"look-alike-name","name":"nunpy","version":"1.26.0","why":"not found any more"}],"new":1,"unchanged":2}"#);
    assert_snapshot!(report["hygiene"][0]["change"], @r#"{"details":[],"kind":"new"}"#);
    let without = run(&["--since=earlier.json", "--format=json", "--no-hygiene"]);
    let without: serde_json::Value = serde_json::from_str(&without.stdout).unwrap();
    assert_snapshot!(without["since"]["hygiene"], @"null");
}
