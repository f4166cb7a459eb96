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
    assert_snapshot!(check(ignore, &["--fail-on", "medium", "--no-hygiene"]), @r#"
    exit 0
    unused_ignores: yanked-release
    "#);
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
