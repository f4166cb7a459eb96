//! What stands beside the entries of `bartizan review`: what is set aside, words of an assistant, people; and what is shown of it.

use serde_json::Value;

use super::{
    review::{commit, entries, git, laboratory},
    schema::check_schema,
    workspace::{Run, Workspace},
};

fn run(workspace: &Workspace, arguments: &[&str]) -> Run {
    let common = ["review", "--repository=../lab"];
    let is_dated = arguments.iter().any(|it| it.starts_with("--as-of"));
    let day: &[&str] = if is_dated {
        &[]
    } else {
        &["--as-of=2026-11-26"]
    };
    let mut command = workspace.command(&[&common[..], day, arguments].concat());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    workspace.ended(&command.output().unwrap())
}

/// Reports in JSON hold to their schema.
fn report(workspace: &Workspace, arguments: &[&str]) -> Value {
    let ended = run(
        workspace,
        &[&["--format=json", "--exit-zero"], arguments].concat(),
    );
    check_schema(workspace, "review", &ended);
    serde_json::from_str(&ended.stdout).unwrap()
}

/// What is set aside, and what is idle.
fn aside(report: &Value) -> String {
    let word = |it: &Value, key: &str| it[key].as_str().unwrap_or("-").to_owned();
    let set = report["set_aside"].as_array().unwrap().iter().map(|it| {
        format!(
            "{} {} by {}: {} until {}",
            word(it, "rule"),
            word(it, "file"),
            word(it, "by"),
            word(it, "reason"),
            word(it, "until")
        )
    });
    let idle = report["idle_suppressions"].as_array().unwrap().iter();
    let idle = idle.map(|it| {
        format!(
            "{} {} {}:{}",
            word(it, "standing"),
            word(it, "by"),
            word(it, "file"),
            it["line"]
        )
    });
    set.chain(idle).collect::<Vec<_>>().join("\n")
}

const MARKED: &str = "import os\n\n# bartizan: ignore[run-through-shell] fixed words, until 2027-01-01\nos.system(x)\n";

#[test]
fn nothing_that_comes_with_a_change_sets_anything_aside_in_it() {
    let Some(workspace) = laboratory() else {
        return;
    };
    workspace
        .file("lab/marked.py", MARKED)
        .file("lab/bartizan.toml", "");
    commit(&workspace, "marked");
    let added = report(&workspace, &["HEAD"]);
    insta::assert_snapshot!(aside(&added), @"added-in-this-change comment marked.py:3");
    assert_eq!(added["entries"].as_array().unwrap().len(), 1);
    // From the next change on it counts; and all of it at once.
    workspace.file("lab/marked.py", MARKED.replace("(x)", "(x + y)"));
    commit(&workspace, "changed");
    insta::assert_snapshot!(aside(&report(&workspace, &["HEAD"])), @"run-through-shell marked.py by comment: fixed words until 2027-01-01");
    let sarif = run(&workspace, &["HEAD", "--format=sarif"]).stdout;
    assert!(sarif.contains("\"kind\": \"inSource\""), "{sarif}");
    // A decision of the settings that comes with the change.
    let settings = "[[ignore]]\nid = 'run-through-shell'\nreason = 'r'\n";
    workspace
        .file("lab/bartizan.toml", settings)
        .file("lab/more.py", "import os\nos.system(x)\n");
    commit(&workspace, "settings");
    workspace.file("project/bartizan.toml", settings);
    insta::assert_snapshot!(aside(&report(&workspace, &["HEAD"])), @"added-in-this-change settings -:null");
    workspace.file("lab/more.py", "import os\nos.system(z)\n");
    commit(&workspace, "later");
    insta::assert_snapshot!(aside(&report(&workspace, &["HEAD"])), @"run-through-shell more.py by settings: r until -");
}

#[test]
fn a_baseline_counts_and_ends_and_what_is_added_to_it_waits() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let all = report(&workspace, &["--all"]);
    let count = all["entries"].as_array().unwrap().len();
    let written = run(
        &workspace,
        &[
            "--all",
            "--exit-zero",
            "--write-baseline=../lab/baseline.toml",
            "--reason=looked at",
            "--until=2027-06-30",
        ],
    );
    assert_eq!(written.code, 0, "{}", written.shown());
    let given = "--baseline=../lab/baseline.toml";
    let again = report(&workspace, &["--all", given]);
    assert_eq!(again["entries"].as_array().unwrap().len(), 0, "{again}");
    assert_eq!(again["set_aside"].as_array().unwrap().len(), count);
    assert_eq!(again["idle_suppressions"].as_array().unwrap().len(), 0);
    let later = report(&workspace, &["--all", given, "--as-of=2027-07-01"]);
    assert_eq!(later["entries"].as_array().unwrap().len(), count, "{later}");
    commit(&workspace, "baseline");
    // One more of the same is no part of it; and what a change adds to it waits for the next.
    workspace.file("lab/once.py", "import os\nos.system(x)\n");
    let staged = |workspace: &Workspace| {
        assert!(git(workspace, &["add", "-A"]));
        report(workspace, &["--staged", given])
    };
    let open = staged(&workspace);
    assert_eq!(open["entries"].as_array().unwrap().len(), 1, "{open}");
    let more = run(
        &workspace,
        &[
            "--staged",
            "--exit-zero",
            given,
            "--write-baseline=../lab/baseline.toml",
            "--reason=mine",
        ],
    );
    assert_eq!(more.code, 0, "{}", more.shown());
    let still = staged(&workspace);
    insta::assert_snapshot!(aside(&still), @"added-in-this-change baseline once.py:null");
    assert_eq!(
        entries(&still.to_string()),
        ["medium run-through-shell once.py:2"]
    );
    assert_eq!(run(&workspace, &["--all", "--write-baseline=x"]).code, 2);
}

#[test]
#[cfg(unix)]
fn words_of_an_assistant_are_marked_and_change_nothing() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let script = "grep -q broken-probe || exit 1\necho '{\"summary\": \"@all look [here](http://evil.example)\", \"entries\": [{\"number\": 1, \"text\": \"a stray sign\"}]}'\n";
    workspace.file("project/assistant.sh", script);
    let asked = ["HEAD~1", "--assistant=sh assistant.sh"];
    let with = report(&workspace, &asked);
    assert_eq!(with["entries"], report(&workspace, &["HEAD~1"])["entries"]);
    assert_eq!(with["assistant"]["entries"][0]["text"], "a stray sign");
    for format in ["human", "github", "sarif", "markdown"] {
        let text = run(&workspace, &[&asked[..], &["--format", format]].concat()).stdout;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("not of Bartizan") && text.contains("a stray sign"),
            "{text}"
        );
        assert!(
            format != "markdown" || !text.contains("[here](http:"),
            "{text}"
        );
    }
    workspace.file("project/assistant.sh", "exit 3");
    let without = run(&workspace, &asked);
    assert!(
        without.code == 1 && without.stderr.contains("the assistant failed"),
        "{}",
        without.shown()
    );
}

#[test]
fn people_are_context_and_nobody_is_named() {
    let Some(workspace) = laboratory() else {
        return;
    };
    let told = report(&workspace, &["HEAD~1..HEAD", "--with-people"]);
    let part = &told["people"]["parts"][0];
    assert!(
        part["files"].as_u64() > Some(0) && part["advice"].is_string(),
        "{told}"
    );
    assert_eq!(
        told["entries"],
        report(&workspace, &["HEAD~1..HEAD"])["entries"]
    );
    for format in ["json", "github", "sarif", "markdown"] {
        let text = run(
            &workspace,
            &["HEAD~1..HEAD", "--with-people", "--format", format],
        )
        .stdout;
        assert!(
            !text.contains("lab@example.org") && !text.contains("\"Lab\""),
            "{text}"
        );
    }
    let human = run(&workspace, &["HEAD~1..HEAD", "--with-people"]).stdout;
    assert!(human.contains("Advice: "), "{human}");
    // Whoever comes for the first time and changes a build gets a closer look by people, and no other entry.
    workspace.file(
        "lab/setup.py",
        "import subprocess\nsubprocess.run('make', shell=True)\n",
    );
    let author = "--author=Cy Dee <cy@example.net>";
    assert!(git(&workspace, &["add", "-A"]) && git(&workspace, &["commit", "-qm", "x", author]));
    let told = report(&workspace, &["HEAD~1..HEAD", "--with-people"]);
    assert_eq!(told["people"]["parts"][0]["standing"], "first-time");
    let without = report(&workspace, &["HEAD~1..HEAD"]);
    assert_eq!(told["entries"], without["entries"]);
    assert_ne!(told["entries"], serde_json::json!([]));
}

#[test]
fn nothing_of_a_change_is_interpreted_in_a_comment() {
    let workspace = Workspace::new();
    let name = "a/[x](http:evil.example)@all`|<b>.py";
    let line = "os.system(x) # @all #1 [y](http://evil.example) <img src=x> `";
    let lines = format!("+{line}\n").repeat(8);
    let patch = format!(
        "diff --git \"a/{name}\" \"b/{name}\"\nnew file mode 100644\n--- /dev/null\n+++ \"b/{name}\"\n@@ -0,0 +1,9 @@\n+import os\n{lines}"
    );
    workspace.file("project/change.patch", patch);
    let ended = workspace.run(&["review", "--diff=change.patch", "--format=markdown"]);
    insta::assert_snapshot!(ended.stdout, @r"
    ### Bartizan review

    1 file differs; 8 entries introduced, 0 at or above high.

    1. **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:2`: \`os.system\` runs a computed text through a shell
    2. **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:3`: \`os.system\` runs a computed text through a shell
    3. **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:4`: \`os.system\` runs a computed text through a shell
    4. **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:5`: \`os.system\` runs a computed text through a shell
    5. **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:6`: \`os.system\` runs a computed text through a shell

    What changes may newly: run programs.

    <details><summary>Further entries: 3</summary>

    - **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:7`: \`os.system\` runs a computed text through a shell
    - **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:8`: \`os.system\` runs a computed text through a shell
    - **medium** `run-through-shell` `a/[x](http:evil.example)@all'¦<b>.py:9`: \`os.system\` runs a computed text through a shell

    </details>
    ");
}
