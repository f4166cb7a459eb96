//! Access, judged, planned, approved, rehearsed: what is refused, and that nothing of people leaves by mistake.

use serde_json::{Value, json};
use ssh_key::{
    LineEnding, PrivateKey,
    private::{Ed25519Keypair, KeypairData},
};

use super::{
    schema::check_schema,
    workspace::{Run, Workspace},
};

/// Who must stand in no public output.
pub(super) const PEOPLE: [&str; 12] = [
    "ann-it", "ben-it", "cy-it", "dan-it", "eve-it", "fay-it", "gus-it", "hal-it", "ida-it",
    "joe-it", "kim-it", "lou-it",
];

const NOW: &str = "2026-11-26T10:00:00Z";

/// An organisation of twelve: two owners, a team with write access, a key that nothing uses.
fn snapshot() -> Value {
    let people: Vec<Value> = PEOPLE
        .iter()
        .map(|it| json!({"login": it, "second_factor": "secure"}))
        .collect();
    let member = |(place, login): (usize, &&str)| {
        let level = if place < 3 { "owner" } else { "member" };
        json!({"resource": {"organisation": "lab"}, "holder": {"person": login}, "level": level})
    };
    let in_team = |login: &&str| json!({"resource": {"team": "lab/core"}, "holder": {"person": login}, "level": "member"});
    let mut assignments: Vec<Value> = PEOPLE.iter().enumerate().map(member).collect();
    assignments.extend(PEOPLE.iter().map(in_team));
    assignments.push(json!({"resource": {"repository": "lab/array"}, "holder": {"team": "lab/core"}, "level": "write"}));
    json!({
        "version": 1, "taken": NOW, "origin": {"form": "test", "name": "test"},
        "organisations": [{"name": "lab", "requires_second_factor": true}],
        "people": people, "teams": [{"name": "lab/core"}], "repositories": [{"name": "lab/array"}],
        "assignments": assignments,
        "deploy_keys": [{"repository": "lab/array", "id": 5, "title": "old", "algorithm": "ssh-rsa", "can_write": true,
            "is_enabled": true, "created": "2019-01-01T00:00:00Z", "used": "2020-01-01T00:00:00Z"}],
    })
}

/// Everything was read, and all but one were active.
fn evidence(inactive: &[&str]) -> Value {
    let active = PEOPLE.iter().filter(|it| !inactive.contains(it));
    let acts: Vec<Value> = active
        .map(|it| json!({"by": format!("github:{it}"), "place": "lab/array", "kind": "merge", "at": "2026-11-01T00:00:00Z", "source": "activity"}))
        .collect();
    let kinds = ["author", "review", "triage", "push", "merge", "release"];
    json!({"acts": acts, "coverage": [{"source": "activity", "place": "lab/array", "kinds": kinds,
        "since": "2020-01-01T00:00:00Z", "until": NOW}]})
}

pub(super) fn workspace(inactive: &[&str]) -> Workspace {
    let workspace = Workspace::new();
    let mut signers = String::new();
    for (seed, name) in [(1, "ann-it"), (2, "ben-it"), (3, "lou-it"), (4, "zoe-it")] {
        let keypair = Ed25519Keypair::from_seed(&[seed; 32]);
        let key = PrivateKey::new(KeypairData::from(keypair), "").unwrap();
        workspace.file(
            &format!("project/{name}.key"),
            key.to_openssh(LineEnding::LF).unwrap().as_bytes(),
        );
        let public = key.public_key().to_openssh().unwrap();
        signers += &format!("github:{name} {public}\n");
    }
    workspace.file("project/signers", signers);
    workspace.file("project/lab.json", snapshot().to_string());
    workspace.file("project/evidence.json", evidence(inactive).to_string());
    workspace
}

pub(super) fn access(workspace: &Workspace, line: &str) -> Run {
    let words: Vec<&str> = line.split_whitespace().collect();
    workspace.run(&[&["access"], words.as_slice()].concat())
}

pub(super) const JUDGED: &str =
    "--from lab.json --evidence evidence.json --as-of 2026-11-26T10:00:00Z";

pub(super) fn plan(workspace: &Workspace) -> Run {
    access(
        workspace,
        &format!("plan {JUDGED} --by github:zoe-it --actor github:ann-it --output plan.json"),
    )
}

pub(super) fn approve(workspace: &Workspace, by: &str, more: &str) -> Run {
    let line = format!(
        "approve plan.json --by github:{by} --reason fine --sign {by}.key --as-of 2026-11-26T11:00:00Z {more}"
    );
    access(workspace, &line)
}

fn rehearse(workspace: &Workspace) -> Run {
    access(
        workspace,
        "apply plan.json --signers signers --rehearse lab.json --as-of 2026-11-26T12:00:00Z",
    )
}

#[test]
fn a_plan_needs_two_and_is_applied_as_it_stands() {
    let workspace = workspace(&["kim-it"]);
    let made = plan(&workspace);
    assert_eq!(made.code, 0, "{}", made.shown());
    let text = std::fs::read_to_string(workspace.path("project/plan.json")).unwrap();
    // The key comes first, and whoever has unused rights is only told.
    let read: Value = serde_json::from_str(&text).unwrap();
    let rungs: Vec<&str> = read["plan"]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["rung"].as_str().unwrap())
        .collect();
    assert_eq!(rungs, ["unused", "notice"]);
    assert_eq!(rehearse(&workspace).code, 2);
    assert_eq!(approve(&workspace, "ann-it", "").code, 0);
    assert_eq!(rehearse(&workspace).code, 2);
    // The proposer and a key that is somebody else's change nothing.
    assert_eq!(approve(&workspace, "zoe-it", "").code, 2);
    let forged = access(
        &workspace,
        "approve plan.json --by github:ben-it --reason fine --sign lou-it.key --as-of 2026-11-26T11:00:00Z",
    );
    assert_eq!(forged.code, 0);
    let refused = rehearse(&workspace);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("is not one of github:ben-it"),
        "{}",
        refused.stderr
    );
    assert_eq!(approve(&workspace, "lou-it", "").code, 0);
    let done = rehearse(&workspace);
    assert_eq!(done.code, 0, "{}", done.shown());
    assert!(
        done.stderr.contains("in memory: 2 steps done"),
        "{}",
        done.stderr
    );
    // Another day, another text: nothing of it counts.
    let late = access(
        &workspace,
        "apply plan.json --signers signers --rehearse lab.json --as-of 2026-12-26",
    );
    assert_eq!(late.code, 2);
    workspace.file(
        "project/plan.json",
        text.replace("\"key\": 5", "\"key\": 6"),
    );
    assert!(rehearse(&workspace).stderr.contains("was changed"));
}

#[test]
fn what_drifted_is_not_touched() {
    let workspace = workspace(&["kim-it"]);
    assert_eq!(plan(&workspace).code, 0);
    assert_eq!(approve(&workspace, "ann-it", "").code, 0);
    assert_eq!(approve(&workspace, "ben-it", "").code, 0);
    let mut drifted = snapshot();
    drifted["deploy_keys"][0]["can_write"] = json!(false);
    workspace.file("project/lab.json", drifted.to_string());
    let run = rehearse(&workspace);
    assert_eq!(run.code, 4, "{}", run.shown());
    assert!(
        run.stderr.contains("is read, the plan saw write"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_log_is_held_against_what_was_published() {
    let workspace = workspace(&["kim-it"]);
    assert_eq!(plan(&workspace).code, 0);
    assert_eq!(approve(&workspace, "ann-it", "").code, 0);
    assert_eq!(
        access(
            &workspace,
            "log checkpoint --output point --sign ann-it.key"
        )
        .code,
        0
    );
    assert_eq!(approve(&workspace, "ben-it", "").code, 0);
    let verify = || access(&workspace, "log verify --checkpoint point");
    assert_eq!(verify().code, 0);
    let log = find_log(&workspace);
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    for changed in [
        format!("{}\n", lines[0]),
        format!("{}\n{}\n", lines[1], lines[0]),
        text.replace("github:ann-it", "github:eve-it"),
        String::new(),
    ] {
        std::fs::write(&log, changed).unwrap();
        assert_eq!(verify().code, 4);
    }
    std::fs::write(&log, &text).unwrap();
    assert_eq!(verify().code, 0);
    // It names people, and goes into no pipe.
    assert_eq!(access(&workspace, "log show").code, 2);
    assert_eq!(access(&workspace, "log show --output shown").code, 0);
}

fn find_log(workspace: &Workspace) -> std::path::PathBuf {
    fn walk(folder: &std::path::Path) -> Option<std::path::PathBuf> {
        let entries = std::fs::read_dir(folder).ok()?.flatten();
        let paths: Vec<_> = entries.map(|it| it.path()).collect();
        let own = paths.iter().find(|it| it.ends_with("access-log/log.jsonl"));
        own.cloned().or_else(|| {
            paths
                .iter()
                .filter(|it| it.is_dir())
                .find_map(|it| walk(it))
        })
    }
    walk(&workspace.path("")).unwrap()
}

#[test]
fn nothing_of_people_is_public() {
    let workspace = workspace(&["kim-it", "lou-it"]);
    let runs = [
        access(&workspace, &format!("audit {JUDGED}")),
        access(&workspace, &format!("audit {JUDGED} --format json")),
        access(
            &workspace,
            &format!(
                "report {JUDGED} --quarter 2026Q4 --by github:ann-it --sign ann-it.key --output report.json --names names.txt"
            ),
        ),
    ];
    let json: Value = serde_json::from_str(&runs[1].stdout).unwrap();
    check_schema(&workspace, "access-audit", &runs[1]);
    assert_eq!(json["rights"]["inactive"], json!(4));
    let report = std::fs::read_to_string(workspace.path("project/report.json")).unwrap();
    let outputs = runs
        .iter()
        .map(|it| it.stdout.clone() + &it.stderr)
        .chain([report]);
    for output in outputs {
        for name in PEOPLE {
            assert!(!output.contains(name), "{name} in {output}");
        }
    }
    let names = std::fs::read_to_string(workspace.path("project/names.txt")).unwrap();
    assert!(names.contains("kim-it") && names.contains("lou-it") && !names.contains("ann-it"));
    // Names go into no pipe.
    assert_eq!(
        access(&workspace, &format!("audit {JUDGED} --private")).code,
        2
    );
    assert_eq!(
        access(
            &workspace,
            &format!("audit {JUDGED} --private --output who.txt")
        )
        .code,
        1
    );
}

#[test]
fn what_was_not_read_is_unknown() {
    let workspace = workspace(&["kim-it"]);
    let run = access(
        &workspace,
        "audit --from lab.json --as-of 2026-11-26T10:00:00Z --format json",
    );
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&json["rights"]["inactive"], &json["rights"]["unknown"]),
        (&json!(0), &json!(24))
    );
}

/// What is wanted of the organisation: all that there is but one in the team, with a role that there is or is not.
fn desired(organisation: &str, role: &str) -> String {
    let people: Vec<&str> = PEOPLE
        .iter()
        .copied()
        .filter(|it| *it != "kim-it")
        .collect();
    format!(
        "organisation = \"{organisation}\"\nowners = [\"ann-it\", \"ben-it\", \"cy-it\"]\nmembers = [\"kim-it\"]\n\
         [[role]]\nid = \"writes\"\ntitle = \"Writes\"\nsummary = \"writes\"\nlevel = \"write\"\n\
         [[team]]\nname = \"core\"\nrole = \"{role}\"\npeople = {people:?}\nrepositories = [\"array\"]\n"
    )
}

#[test]
fn no_plan_follows_from_a_mistake() {
    let workspace = workspace(&[]);
    workspace.file("project/lab.toml", desired("lab", "writes"));
    workspace.file("project/misspelt.toml", desired("lab", "wirtes"));
    workspace.file("project/other.toml", desired("other", "writes"));
    let plan = |desired: &str| {
        let line = format!(
            "plan {JUDGED} --desired {desired} --by github:zoe-it --actor github:ann-it --output wanted.json"
        );
        access(&workspace, &line)
    };
    let ended = plan("misspelt.toml");
    assert_eq!(ended.code, 2, "{}", ended.shown());
    assert!(
        ended.stderr.contains("does not fit together in 1 place"),
        "{}",
        ended.stderr
    );
    let ended = plan("other.toml");
    assert_eq!(ended.code, 2, "{}", ended.shown());
    let said = "the snapshot is of lab, and says nothing of `other`";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    let ended = access(
        &workspace,
        "diff other.toml --snapshot lab.json --output drift.txt",
    );
    assert_eq!(ended.code, 2, "{}", ended.shown());
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert!(!workspace.path("project/wanted.json").exists());
    let ended = plan("lab.toml");
    assert_eq!(ended.code, 0, "{}", ended.shown());
    // Whoever is told is told of what.
    let text = std::fs::read_to_string(workspace.path("project/wanted.json")).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    let steps = read["plan"]["steps"].as_array().unwrap().iter();
    let mut notices = steps.filter(|it| it["rung"] == "notice");
    let told = notices.next().unwrap()["evidence"][0].as_str().unwrap();
    insta::assert_snapshot!(told, @"github:kim-it in the team lab/core: member to nothing; it is more than what is wanted of lab wants");
    // A rehearsal on another organisation's snapshot would find nothing as it was.
    let mut other = snapshot();
    other["organisations"][0]["name"] = json!("other");
    workspace.file("project/elsewhere.json", other.to_string());
    assert_eq!(super::access_plans::plan(&workspace).code, 0);
    assert_eq!(approve(&workspace, "ann-it", "").code, 0);
    assert_eq!(approve(&workspace, "ben-it", "").code, 0);
    let ended = access(
        &workspace,
        "apply plan.json --signers signers --rehearse elsewhere.json --as-of 2026-11-26T12:00:00Z",
    );
    assert_eq!(ended.code, 2, "{}", ended.shown());
    assert!(
        ended.stderr.contains("says nothing of `lab`"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_report_is_of_its_quarter_and_organisations() {
    let workspace = workspace(&["kim-it"]);
    let mut other = snapshot();
    other["organisations"][0]["name"] = json!("other");
    workspace.file("project/other.json", other.to_string());
    let report = |more: &str| {
        let line = format!("report {JUDGED} --by github:ann-it --output report.json {more}");
        access(&workspace, &line)
    };
    let ended = report("--quarter 2025Q1");
    assert_eq!(ended.code, 2, "{}", ended.shown());
    let ended = report("--quarter 2026Q4 --before other.json");
    assert_eq!(ended.code, 2, "{}", ended.shown());
    assert!(
        ended
            .stderr
            .contains("rights of lab cannot be compared with those of other"),
        "{}",
        ended.stderr
    );
    // Of a handful of people numbers are names.
    let mut few = snapshot();
    few["people"].as_array_mut().unwrap().truncate(4);
    let people: Vec<Value> = PEOPLE[..4].iter().map(|it| json!({"person": it})).collect();
    let assignments = few["assignments"].as_array_mut().unwrap();
    assignments.retain(|it| it["holder"]["team"].is_string() || people.contains(&it["holder"]));
    workspace.file("project/few.json", few.to_string());
    let ended = report("--quarter 2026Q4 --before few.json");
    assert_eq!(ended.code, 2, "{}", ended.shown());
    assert!(ended.stderr.contains("has 4 people"), "{}", ended.stderr);
    let ended = report("--quarter 2026Q4");
    assert_eq!(ended.code, 0, "{}", ended.shown());
    let text = std::fs::read_to_string(workspace.path("project/report.json")).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["organisations"], json!(["lab"]));
}
