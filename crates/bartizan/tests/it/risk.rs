//! The score in a scan, its graphs, and who stands on a component.

use serde_json::Value;

use super::{
    laboratory::{NOON, laboratory},
    workspace::Workspace,
};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn read(workspace: &Workspace, file: &str) -> String {
    std::fs::read_to_string(workspace.path("project").join(file)).unwrap()
}

#[test]
fn shares_add_up_to_the_score() {
    let workspace = laboratory();
    let ended = workspace.run(&["scan", "uv.lock", "--format=json", NOON]);
    let target = &json(&ended.stdout)["risk"]["targets"][0];
    let millionths = |value: &Value| (value.as_f64().unwrap() * 1e6).round();
    let shares = target["shares"].as_array().unwrap();
    let sum: f64 = shares.iter().map(|it| millionths(&it["share"])).sum();
    assert!(sum > 0.0 && (sum - millionths(&target["score"])).abs() < 0.5);
    assert_eq!(target["files_read_for_imports"], Value::Null);
}

#[test]
fn code_that_does_not_import_a_package_lowers_its_share() {
    let workspace = laboratory();
    let profile = include_str!("../../../../profiles/scientific-python.toml");
    workspace.file(
        "project/p.toml",
        format!("{profile}\nreporter = [\"reporter\"]\n"),
    );
    let score = |name: &str, text: &str| {
        workspace.file(&format!("project/{name}"), text);
        let mut command = workspace.command(&["scan", "uv.lock", "--format=json", NOON]);
        let ended = workspace.ended(&command.env("BARTIZAN_PROFILE", "p.toml").output().unwrap());
        json(&ended.stdout)["risk"]["targets"][0]["score"]
            .as_f64()
            .unwrap()
    };
    let nothing_known = score("note.txt", "");
    let not_imported = score("a.py", "import json");
    let imported = score("a.py", "from reporter import x");
    assert!(not_imported < imported && imported <= nothing_known);
}

#[test]
fn what_is_asked_for_to_develop_with_counts_less() {
    let workspace = laboratory();
    let score = |table: &str| {
        let package = |name: &str| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"1.1\"\nsource = {{ registry = \"r\" }}\n"
            )
        };
        let member = "version = 1\n[[package]]\nname = \"lab\"\nsource = { editable = \".\" }\n";
        let text = format!("{member}{table}\n{}", package("imager"));
        workspace.file("project/uv.lock", text);
        let ended = workspace.run(&["scan", "uv.lock", "--format=json", NOON]);
        let share = json(&ended.stdout)["risk"]["targets"][0]["shares"][0].clone();
        share["attenuation"].to_string()
    };
    let asked = [
        score("dependencies = [{ name = \"imager\" }]"),
        score("[package.optional-dependencies]\nx = [{ name = \"imager\" }]"),
        score("[package.dev-dependencies]\ndev = [{ name = \"imager\" }]"),
    ];
    assert_eq!(asked, ["1.0", "0.3", "0.2"]);
}

#[test]
fn graphs_are_written_in_the_format_of_their_ending() {
    let workspace = laboratory();
    let plain = workspace.run(&["scan", "uv.lock", NOON]);
    for file in ["g.svg", "g.json", "g.dot"] {
        let graph = format!("--graph={file}");
        let ended = workspace.run(&["scan", "uv.lock", NOON, &graph]);
        assert_eq!((ended.code, &ended.stdout), (plain.code, &plain.stdout));
    }
    assert!(read(&workspace, "g.svg").contains("imager 1.1"));
    assert!(read(&workspace, "g.dot").starts_with("digraph"));
    assert_eq!(json(&read(&workspace, "g.json"))["schema_version"], 1);
    let wrong = workspace.run(&["scan", "uv.lock", NOON, "--graph=g.png"]);
    insta::assert_snapshot!(wrong.shown(), @r"
    --- stderr
    error: `--graph` does not know how to write `g.png`
    hint: name a file that ends in `.json`, `.dot` or `.svg`
    --- exit 2
    ");
}

#[test]
fn who_stands_on_a_component_needs_no_advisories() {
    let workspace = Workspace::new();
    workspace.file("project/uv.lock", super::laboratory::UV_LOCK);
    let ended = workspace.run(&["scan", "uv.lock", "--blast=Imager"]);
    insta::assert_snapshot!(ended.shown(), @r"
    imager 1.1 in lab: 1 of 4 other components stand on it.
      reporter 2.0 → imager 1.1 (asked for)

    --- stderr
    --- exit 0
    ");
    let none = workspace.run(&["scan", "uv.lock", "--blast=numpy"]);
    insta::assert_snapshot!(none.shown(), @r"
    No target has a component `numpy`.

    --- stderr
    --- exit 3
    ");
}

#[test]
fn a_profile_that_would_break_the_score_is_refused() {
    let workspace = laboratory();
    let profile = include_str!("../../../../profiles/scientific-python.toml");
    workspace.file(
        "project/p.toml",
        profile.replace("high = 0.75", "high = 0.1"),
    );
    workspace.file("project/bartizan.toml", "profile = \"p.toml\"\n");
    let ended = workspace.run(&["scan", "uv.lock", NOON]);
    insta::assert_snapshot!(ended.shown(), @r"
    --- stderr
    error: profile `ROOT/project/p.toml`: `impact.high` is below `impact.medium`
    hint: `profile` names a TOML file like `profiles/scientific-python.toml`, with every key of its `[risk]`
    --- exit 2
    ");
}
