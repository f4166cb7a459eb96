//! `bartizan people experts`, `trust` and `network` as a user runs them.

use insta::assert_snapshot;
use serde_json::Value;

use super::{people::laboratory, schema::validate::validate, workspace::Workspace};

/// What is told, without the place of the workspace.
fn told(workspace: &Workspace, arguments: &[&str]) -> String {
    let run = workspace.run(arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    run.stdout
}

/// The answer as JSON, which fits its schema.
fn json(workspace: &Workspace, schema: &str, arguments: &[&str]) -> Value {
    let text = told(workspace, &[arguments, &["--format", "json"]].concat());
    let value: Value = serde_json::from_str(&text).unwrap();
    let schema = serde_json::from_str(&workspace.run(&["schema", schema]).stdout).unwrap();
    assert_eq!(validate(&schema, &value), Vec::<String>::new());
    value
}

#[test]
fn experts_and_reviewers() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let lab = workspace.path("lab").display().to_string();
    let asked = [
        "people",
        "experts",
        "--repository",
        &lab,
        "--as-of",
        "2026-02-01",
    ];
    assert_snapshot!(told(&workspace, &[&asked[..], &["a.txt"]].concat()), @r"
    a.txt: 1 file, known to 1 person
      100 %  Ann Bee, author of 1 file, last on 2026-01-01
             a.txt
    ");
    assert_snapshot!(told(&workspace, &[&asked[..], &["--reviewers", "--author", "cy", "a.txt"]].concat()), @r"
    a change of 1 file: 2 persons may be asked
      Ed Eff: knows 1 file of it, last active on 2026-01-01
      Ann Bee: knows 1 file of it, last active on 2026-01-01, put in 100 % of the others' work of the last 90 days
    ");
    json(&workspace, "people-experts", &asked);
    json(
        &workspace,
        "people-experts",
        &[&asked[..], &["--reviewers"]].concat(),
    );
    let carriers = [&asked[..], &["--carriers"]].concat();
    json(&workspace, "people-experts", &carriers);
    assert_snapshot!(told(&workspace, &carriers), @r"
    3 persons did something; those who carry most:
      Ann Bee: 1 month, put in work of 1 person, credited 0.0 times lately, last active on 2026-01-01
      Cy Dee (@cy): 1 month, put in work of 0 persons, credited 0.0 times lately, last active on 2026-01-01
      Ed Eff: 0 months, put in work of 0 persons, credited 1.0 times lately, last active on 2026-01-01
    ");
    for (wrong, code) in [
        (&["--change", "HEAD"][..], 2),
        (&["--change", "none..HEAD"], 2),
        (&["--reviewers", "--author", "nobody"], 2),
        (&["nowhere/"], 3),
        (&["--change", "HEAD..HEAD"], 3),
    ] {
        assert_eq!(workspace.run(&[&asked[..], wrong].concat()).code, code);
    }
}

#[test]
fn trust_in_words() {
    let Some(workspace) = laboratory() else {
        return;
    };
    workspace
        .file("one.txt", "Ann Bee\n")
        .file("two.txt", "@cy\n")
        .file("none.txt", "");
    let lab = format!("lab={}", workspace.path("lab").display());
    let team = |project: &str, file: &str| format!("{project}={}", workspace.path(file).display());
    let (one, two) = (team("lab", "one.txt"), team("other", "two.txt"));
    let asked = [
        "people",
        "trust",
        "--repository",
        &lab,
        "--as-of",
        "2026-02-01",
    ];
    let with = |more: &[&str]| -> Vec<String> {
        let all = asked.iter().chain(more);
        all.map(|it| (*it).to_owned()).collect()
    };
    let run = |more: &[&str]| {
        let arguments = with(more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        told(&workspace, &arguments)
    };
    assert_snapshot!(run(&["cy", "--team", &one, "--team", &two, "--levels", "--names"]), @r"
    Cy Dee (@cy): known
      put in once by 1 person of 1 project, last on 2026-01-01
      1.000 from the team of other, being in it (to be a member is 1)
      0.375 from the team of lab (to be a member is 1)
      way: Ann Bee of the team of lab → Cy Dee (once)
      not core: enough comes from other only
      Ann Bee put in their work once in lab, last on 2026-01-01
    persons by level: known 1, some 2
    from lab: a team of 1 person
    from other: a team of 1 person
    ");
    // In a pipe nobody is named.
    let hidden = run(&["cy", "--team", &one]);
    assert!(
        !hidden.contains("Cy") && !hidden.contains("Ann"),
        "{hidden}"
    );
    let arguments = with(&["cy", "--team", &one, "--levels"]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    json(&workspace, "people-trust", &arguments);
    let none = team("lab", "none.txt");
    for wrong in [
        &["nobody", "--team", &one][..],
        &["cy", "--team", &none],
        &["cy"],
    ] {
        let arguments = with(wrong);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        assert_eq!(workspace.run(&arguments).code, 2, "{wrong:?}");
    }
}

#[test]
fn a_network_without_names() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let lab = workspace.path("lab").display().to_string();
    let asked = ["people", "network", &lab, "--as-of", "2026-02-01"];
    let mut public = String::new();
    for format in ["svg", "graphml", "json"] {
        public += &told(&workspace, &[&asked[..], &["--format", format]].concat());
    }
    for word in ["Ann", "Cy", "Ed", "secret", "example.org"] {
        assert!(!public.contains(word), "{word}");
    }
    assert!(public.contains("<title id=\"title\">") && public.contains("<desc id=\"desc\">"));
    json(&workspace, "people-network", &asked[..5]);
    let named = told(&workspace, &[&asked[..], &["--names"]].concat());
    assert!(named.contains("Ann Bee") && named.contains("Cy Dee"));
}
