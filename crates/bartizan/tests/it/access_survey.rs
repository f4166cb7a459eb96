//! Access over time: surveys, signed summaries and reports, notices that are answered, checkpoints in notes. Numbers are for
//! everybody, and nobody is in them.

use std::process::Command;

use serde_json::{Value, json};

use super::{
    access_plans::{JUDGED, PEOPLE, access, approve, plan, workspace},
    workspace::Workspace,
};

fn content(workspace: &Workspace, path: &str) -> String {
    std::fs::read_to_string(workspace.path(path)).unwrap_or_default()
}

fn names_nobody(text: &str) {
    for name in PEOPLE {
        assert!(!text.contains(name), "{name} in {text}");
    }
}

#[test]
fn a_survey_keeps_numbers_and_names_apart() {
    let workspace = workspace(&["kim-it", "lou-it"]);
    let survey = format!("survey {JUDGED}");
    let ended = access(&workspace, &survey);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    insta::assert_snapshot!(ended.stdout, @"lab: 4 of 21 rights were not used, of 3 more it is not known; 0 of 12 people have no sound second factor, of 0 it is not known");
    names_nobody(&ended.shown());
    let counts = content(&workspace, "home/access/counts.jsonl");
    names_nobody(&counts);
    let line: Value = serde_json::from_str(counts.trim()).unwrap();
    assert_eq!(line["rights"]["stale"], json!(4));
    let judged = std::fs::read_dir(workspace.path("home/access/judged")).unwrap();
    let judged: Vec<_> = judged.map(|it| it.unwrap().path()).collect();
    assert_eq!(judged.len(), 1);
    assert!(
        std::fs::read_to_string(&judged[0])
            .unwrap()
            .contains("kim-it")
    );
    // Without a token, or a network, there is nothing to survey, which is no failure of the job.
    for more in ["", "--offline"] {
        let ended = access(&workspace, &format!("survey {more}"));
        assert_eq!(ended.code, 3, "{}", ended.shown());
    }
}

/// A summary that an owner signs, as a file.
fn summary(workspace: &Workspace, taken: &str) {
    let text = content(workspace, "project/lab.json").replace("2026-11-26T10:00:00Z", taken);
    workspace.file("project/own.json", text);
    let ended = access(
        workspace,
        "snapshot --from own.json --counts-only --sign ann-it.key",
    );
    assert_eq!(ended.code, 0, "{}", ended.shown());
    names_nobody(&ended.stdout);
    workspace.file("project/summary.json", ended.stdout);
}

const VERIFY: &str = "verify summary.json --by github:ann-it --signers signers --as-of 2026-11-27";

#[test]
fn a_summary_of_owners_without_a_token_is_taken() {
    let workspace = workspace(&[]);
    summary(&workspace, "2026-11-26T10:00:00Z");
    let keep = format!("{VERIFY} --keep lab");
    let ended = access(&workspace, VERIFY);
    insta::assert_snapshot!(ended.stdout, @"a summary of second factors of lab, of 2026-11-26T10:00:00Z, signed by github:ann-it");
    assert!(!workspace.path("home/access/counts.jsonl").exists());
    // For an organisation that is not named nobody speaks.
    let other = access(&workspace, &format!("{VERIFY} --keep mill"));
    assert!(
        other.code == 2 && other.stderr.contains("it is of lab too"),
        "{}",
        other.shown()
    );
    assert_eq!(access(&workspace, &keep).code, 0);
    let counts = content(&workspace, "home/access/counts.jsonl");
    let line: Value = serde_json::from_str(counts.trim()).unwrap();
    assert_eq!(
        (&line["members"]["all"], &line["rights"]),
        (&json!(12), &Value::Null)
    );
    // The same once more, an older one, one that is to come.
    for (taken, why) in [
        ("2026-11-26T10:00:00Z", "there are numbers of"),
        ("2026-11-20T10:00:00Z", "there are numbers of"),
        ("2027-11-20T10:00:00Z", "which is to come"),
    ] {
        summary(&workspace, taken);
        let refused = access(&workspace, &keep);
        assert!(
            refused.code == 2 && refused.stderr.contains(why),
            "{}",
            refused.shown()
        );
    }
    assert_eq!(content(&workspace, "home/access/counts.jsonl"), counts);
    // Numbers that were changed, and somebody else's key.
    summary(&workspace, "2026-11-26T12:00:00Z");
    let good = content(&workspace, "project/summary.json");
    workspace.file(
        "project/summary.json",
        good.replace(r#"\"all\":12"#, r#"\"all\":13"#),
    );
    let changed = access(&workspace, &keep);
    assert_eq!(changed.code, 2, "{}", changed.shown());
    assert!(
        changed.stderr.contains("is not the word of"),
        "{}",
        changed.shown()
    );
    workspace.file("project/summary.json", good);
    let other = access(&workspace, &keep.replace("github:ann-it", "github:ben-it"));
    assert_eq!(other.code, 2, "{}", other.shown());
    assert_eq!(access(&workspace, &keep).code, 0);
}

/// The names of a report open its seals, and nothing else does.
fn seals_are_opened(
    workspace: &Workspace,
    (report, verify): (&str, &str),
    (names, seal): (&str, &str),
) {
    let opened = access(workspace, &format!("{verify} --names names.txt"));
    insta::assert_snapshot!(opened.stdout, @"a report of 2026Q4, of the snapshot that `names.txt` names, signed by github:ann-it");
    for (wrong, why) in [
        (
            names.replacen("salt: ", "salt: 0", 1),
            "does not begin as a file of names does",
        ),
        (
            names.replace("\nsnapshot: ", "\nbefore: "),
            "does not begin as a file of names does",
        ),
        (
            names.lines().skip(3).collect::<Vec<_>>().join("\n"),
            "does not begin as a file of names does",
        ),
    ] {
        workspace.file("project/wrong.txt", wrong);
        let refused = access(workspace, &format!("{verify} --names wrong.txt"));
        assert!(
            refused.code == 2 && refused.stderr.contains(why),
            "{}",
            refused.shown()
        );
    }
    // Another report of the same has another seal, which these names do not open.
    let again = report
        .replace("report.json", "again.json")
        .replace("names.txt", "others.txt");
    assert_eq!(access(workspace, &again).code, 0);
    assert!(!content(workspace, "project/again.json").contains(seal));
    let other = access(workspace, &format!("{verify} --names others.txt"));
    assert!(
        other.code == 2 && other.stderr.contains("is not of the snapshot"),
        "{}",
        other.shown()
    );
    // Without a file for the names there is nothing that could be opened.
    let without = report
        .replace(" --names names.txt", "")
        .replace("report.json", "without.json");
    assert_eq!(access(workspace, &without).code, 0);
    let without: Value = serde_json::from_str(&content(workspace, "project/without.json")).unwrap();
    assert_eq!(without["rights"]["sealed_snapshot"], Value::Null);
}

#[test]
fn a_report_of_a_quarter_is_signed_and_verified() {
    let workspace = workspace(&["kim-it"]);
    // Half a year before nobody had been seen for as long.
    let before = content(&workspace, "project/lab.json").replace("2026-11-26T10", "2026-05-01T10");
    workspace.file("project/before.json", before);
    let evidence = content(&workspace, "project/evidence.json");
    workspace.file("project/evidence.json", evidence);
    let report = format!(
        "report {JUDGED} --before before.json --quarter 2026Q4 --by github:ann-it --sign ann-it.key --output report.json --names names.txt"
    );
    let ended = access(&workspace, &report);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    let text = content(&workspace, "project/report.json");
    names_nobody(&text);
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["quarter"], json!("2026Q4"));
    assert_eq!(
        (&read["before"]["stale"], &read["rights"]["stale"]),
        (&json!(21), &json!(2))
    );
    assert_eq!(
        (&read["is_reached"], &read["milestone"]),
        (&json!(true), &json!(0.7))
    );
    let names = content(&workspace, "project/names.txt");
    assert!(names.contains("kim-it"));
    // The names hold the digests, which nothing public does, and open the seals.
    let digests: Vec<&str> = names
        .lines()
        .filter_map(|it| {
            it.strip_prefix("snapshot: ")
                .or(it.strip_prefix("before: "))
        })
        .collect();
    assert_eq!(digests.len(), 2, "{names}");
    for digest in digests {
        assert!(!text.contains(&digest[..12]), "{text}");
        assert_eq!(digest.len(), 64);
    }
    let seal = read["rights"]["sealed_snapshot"].as_str().unwrap();
    assert_eq!(seal.len(), 64);
    let verify = "verify report.json --by github:ann-it --signers signers";
    let ended = access(&workspace, verify);
    insta::assert_snapshot!(ended.stdout, @"a report of 2026Q4, signed by github:ann-it");
    assert_eq!(ended.code, 0, "{}", ended.shown());
    assert_eq!(
        access(&workspace, &verify.replace("ann-it", "ben-it")).code,
        2
    );
    assert_eq!(access(&workspace, &format!("{verify} --keep lab")).code, 2);
    seals_are_opened(&workspace, (&report, verify), (&names, seal));
    workspace.file(
        "project/report.json",
        text.replace("\"stale\": 2", "\"stale\": 1"),
    );
    assert_eq!(access(&workspace, verify).code, 2);
}

/// Logs that somebody was told, as applying a plan does, and gives the folder of the log.
fn told(workspace: &Workspace, day: &str) -> std::path::PathBuf {
    use bartizan_access::log::{Entry, Event};
    let folder = workspace.path("home/access-log");
    let mut log = bartizan_sources::access_log::AccessLog::open(&folder).unwrap();
    for who in ["github:kim-it", "github:lou-it"] {
        let entry = Entry {
            number: 0,
            at: format!("{day}T00:00:00Z").parse().unwrap(),
            event: Event::Noticed,
            by: "github:ann-it".to_owned(),
            about: Some(who.to_owned()),
            place: Some("lab".to_owned()),
            reference: None,
            content: None,
            detail: String::new(),
        };
        log.add(entry).unwrap();
    }
    folder
}

#[test]
fn who_was_told_is_reminded_once_and_may_object() {
    let workspace = workspace(&["kim-it", "lou-it"]);
    let remind = "remind --by github:ann-it --as-of 2026-11-26";
    let none = access(&workspace, remind);
    assert_eq!(none.code, 3, "{}", none.shown());
    let object = "object lab github:lou-it --by github:ann-it --as-of 2026-11-20";
    let nobody = access(&workspace, object);
    assert!(
        nobody.code == 2 && nobody.stderr.contains("nothing was told"),
        "{}",
        nobody.shown()
    );
    told(&workspace, "2026-11-10");
    assert_eq!(access(&workspace, object).code, 0);
    // Fourteen days later one is left who did not answer.
    let planned = plan(&workspace);
    assert!(
        planned
            .stderr
            .contains("1 who were told have to be reminded"),
        "{}",
        planned.shown()
    );
    let ended = access(&workspace, remind);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    names_nobody(&ended.shown());
    let text = content(&workspace, "project/notices/lab-kim-it-reminder.txt");
    assert!(
        text.contains("Dear @kim-it") && text.contains("2026-12-10"),
        "{text}"
    );
    assert!(
        !workspace
            .path("project/notices/lab-lou-it-reminder.txt")
            .exists()
    );
    assert_eq!(access(&workspace, remind).code, 3);
    assert_eq!(access(&workspace, "log show --output shown").code, 0);
    let shown = content(&workspace, "project/shown");
    for line in [
        "objected about github:lou-it in lab",
        "reminded about github:kim-it in lab",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    // Thirty days after the notice the plan takes something from who did not answer, and from nobody else.
    let later = JUDGED.replace("2026-11-26T10", "2026-12-12T10");
    let evidence = content(&workspace, "project/evidence.json");
    let evidence = evidence.replace("\"until\":\"2026-11-26T10", "\"until\":\"2026-12-12T10");
    workspace.file("project/evidence.json", evidence);
    let planned = access(
        &workspace,
        &format!("plan {later} --by github:zoe-it --actor github:ann-it --output later.json"),
    );
    assert_eq!(planned.code, 0, "{}", planned.shown());
    let text = content(&workspace, "project/later.json");
    assert!(
        text.contains("kim-it") && !text.contains("lou-it"),
        "{text}"
    );
}

fn git(workspace: &Workspace, line: &[&str]) -> bool {
    let mut command = Command::new("git");
    command
        .current_dir(workspace.path("project"))
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
        .args(line);
    command.output().is_ok_and(|it| it.status.success())
}

#[test]
fn checkpoints_in_notes_are_held_against_the_log() {
    let workspace = workspace(&["kim-it"]);
    if !git(&workspace, &["init", "--quiet", "notes"]) {
        println!("skipped: there is no git");
        return;
    }
    let folder = ["-C", "notes"];
    let git = |line: &[&str]| git(&workspace, &[&folder, line].concat());
    assert!(git(&[
        "commit",
        "--quiet",
        "--allow-empty",
        "--message",
        "one"
    ]));
    let verify = || access(&workspace, "log verify --notes notes");
    assert_eq!(verify().code, 2, "there is no note yet");
    assert_eq!(plan(&workspace).code, 0);
    let publish = |verb: &str| {
        assert_eq!(access(&workspace, "log checkpoint --output point").code, 0);
        assert!(git(&[
            "notes", "--ref", "access", verb, "--file", "../point"
        ]));
    };
    publish("add");
    assert_eq!(approve(&workspace, "ann-it", "").code, 0);
    publish("append");
    let held = verify();
    assert_eq!(
        held.stdout,
        "2 entries hold, against 2 checkpoints\n",
        "{}",
        held.shown()
    );
    // What was cut off at its end is seen by the note alone.
    let path = workspace.path("home/access-log/log.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let first = text.lines().next().unwrap();
    std::fs::write(&path, format!("{first}\n")).unwrap();
    assert_eq!(access(&workspace, "log verify").code, 0);
    let cut = verify();
    assert!(
        cut.code == 4 && cut.stderr.contains("it was shortened"),
        "{}",
        cut.shown()
    );
    std::fs::write(&path, &text).unwrap();
    assert_eq!(verify().code, 0);
    // A note that says something else cannot be passed over.
    assert!(git(&[
        "notes",
        "--ref",
        "access",
        "add",
        "--force",
        "--message",
        "all is well"
    ]));
    assert_eq!(verify().code, 2);
}
