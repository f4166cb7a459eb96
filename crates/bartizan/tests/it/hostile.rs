//! Input by somebody who means harm: nothing of it acts on the terminal, the log or the page.

use super::{
    laboratory::NOON,
    workspace::{Run, Workspace},
};

const SUMMARY: &str =
    r"\u001b]0;owned\u0007\r\n::error::pwned | <script>alert(1)</script> `x` @everybody \u202egpj";

/// A record whose every text is an attack, and a lock file whose version and path are.
fn attacked() -> Workspace {
    let workspace = Workspace::new();
    workspace.file(
        "records/PYSEC-2026-9.json",
        format!(
            r#"{{"id":"PYSEC-2026-9","modified":"2026-11-20T08:00:00Z","aliases":["{SUMMARY}"],"summary":"{SUMMARY}",
            "affected":[{{"package":{{"ecosystem":"PyPI","name":"victim"}},"versions":["{SUMMARY}","1.0"],
            "ranges":[{{"type":"ECOSYSTEM","events":[{{"introduced":"0"}},{{"fixed":"{SUMMARY}"}}]}}]}}]}}"#
        ),
    );
    let lock = format!(
        "version = 1\nrequires-python = \">=3.12\"\n[[package]]\nname = \"victim\"\nversion = \"{}\"\n\
         source = {{ registry = \"https://index.example/simple\" }}\n\
         [[package]]\nname = \"victim\"\nversion = \"1.0\"\nsource = {{ registry = \"https://index.example/simple\" }}\n",
        SUMMARY.replace("\\r\\n", "\\r\\n\\t")
    );
    workspace.file("project/::error::a,b\n%0A<b>`/uv.lock", lock);
    let ended = workspace.run(&["db", "sync", "--from", "../records", NOON]);
    assert_eq!(ended.code, 0, "{}", ended.shown());
    workspace
}

fn check(workspace: &Workspace, arguments: &[&str]) -> Run {
    let ended = workspace.run(&[arguments, &[NOON]].concat());
    for text in [&ended.stdout, &ended.stderr] {
        let is_harmless =
            |c: char| c == '\n' || (!c.is_control() && !('\u{202a}'..='\u{202e}').contains(&c));
        assert!(
            text.chars().all(is_harmless),
            "{arguments:?}\n{}",
            ended.shown()
        );
    }
    ended
}

#[test]
fn no_command_sees_its_text_act() {
    let workspace = attacked();
    for format in ["human", "json", "sarif", "markdown", "github"] {
        let ended = check(
            &workspace,
            &["scan", ".", "--format", format, "--show=all", "--verbose"],
        );
        assert_eq!(ended.code, 1, "{}", ended.shown());
    }
    check(&workspace, &["db", "show", "PYSEC-2026-9", "--verbose"]);
    check(&workspace, &["db", "match", "victim==1.0"]);
    check(&workspace, &["db", "status", "--verify"]);
    check(&workspace, &["explain", "\u{1b}[31m"]);
    check(&workspace, &["scan", "no\u{1b}[31m\nsuch"]);
}

#[test]
fn a_log_line_is_never_a_command_of_others() {
    let workspace = attacked();
    let ended = check(&workspace, &["scan", ".", "--format=github"]);
    for line in ended.stdout.lines() {
        let is_ours = ["::error file=", "::warning file=", "::warning title="]
            .iter()
            .any(|start| line.starts_with(start));
        assert!(is_ours || !line.contains("::"), "{line}");
    }
}
