//! `bartizan check` as a user runs it.

use serde_json::Value;

use super::workspace::Workspace;

/// A day on which no attestation and no support ends by itself.
pub(crate) const TODAY: &str = "--as-of=2026-11-25";

pub(crate) const RELEASE: &str = "\
on:
  push:
    branches: [main]
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - run: echo ${{ github.event.head_commit.message }}
      - uses: pypa/gh-action-pypi-publish@release/v1
        with:
          password: ${{ secrets.INDEX_TOKEN }}
";

pub(crate) fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .file("project/.github/workflows/release.yml", RELEASE)
        .file(
            "project/pyproject.toml",
            "[project]\nname = 'lab'\nrequires-python = '>=3.12'\n",
        )
        .file(
            "project/README.md",
            "![SPEC](https://img.shields.io/badge/SPEC-0,4-green)\n",
        );
    workspace
}

#[test]
fn the_worst_comes_first_with_its_line() {
    let workspace = workspace();
    let ended = workspace.run(&["check", TODAY]);
    assert_eq!(ended.code, 1, "{}", ended.shown());
    insta::assert_snapshot!(ended.stdout.split("\nmedium").next().unwrap(), @r#"
    high spec-6-publishing-password (SPEC 6.8): a password is used where a trusted publisher could be
      .github/workflows/release.yml:12: a release is published with `password`
      → Register a trusted publisher, and delete the password.

    high spec-8-stored-publishing-credential (SPEC 8.10): a release is published with a stored credential
      .github/workflows/release.yml:12: the job `publish` publishes with a stored
      credential (`password`)
      → Register the workflow and its environment as a trusted publisher, give the
      job `id-token: write`, and delete the token.

    high template-injection: what a stranger writes is put into a script
      .github/workflows/release.yml:9: a script holds
      `github.event.head_commit.message`, which a stranger writes
      → Give the value to the script by a variable (`env:`), and use it in quotes:
      `"$TITLE"`.
    "#);
    let tail: Vec<&str> = ended.stdout.lines().rev().take(3).collect();
    insta::assert_snapshot!(tail.into_iter().rev().collect::<Vec<_>>().join("\n"), @"
    apply.
    Declared by badge: SPEC 0, 4.
    Looked at ..
    ");
}

#[test]
fn one_check_alone_in_every_format() {
    let workspace = workspace();
    let check = |format: &str| {
        let ended = workspace.run(&[
            "check",
            TODAY,
            "--only=template-injection",
            "--format",
            format,
        ]);
        assert_eq!(ended.code, 1);
        ended.stdout
    };
    insta::assert_snapshot!(check("github"), @r#"
    ::error file=.github/workflows/release.yml,line=9,title=template-injection (high)::a script holds `github.event.head_commit.message`, which a stranger writes. Give the value to the script by a variable (`env:`), and use it in quotes: `"$TITLE"`.
    Of 1 checks 0 pass, 1 fail, 0 cannot be told from a checkout, 0 do not apply.
    "#);
    insta::assert_snapshot!(check("markdown"), @r"
    ### Bartizan check

    Of 1 checks 0 pass, 1 fail, 0 cannot be told from a checkout, 0 do not apply.

    | Severity | Check | Place | What |
    |---|---|---|---|
    | high | `template-injection` | `.github/workflows/release.yml:9` | a script holds \`github.event.head\_commit.message\`, which a stranger writes |
    ");
    let log: Value = serde_json::from_str(&check("sarif")).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "template-injection");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        ".github/workflows/release.yml"
    );
    assert_eq!(place["region"]["startLine"], 9);
    let report: Value = serde_json::from_str(&check("json")).unwrap();
    assert_eq!(report["results"][0]["evidence"][0]["line"], 9);
    assert_eq!(report["declared_specs"], serde_json::json!([0, 4]));
}

#[test]
fn thresholds_ignores_and_wrong_use() {
    let workspace = workspace();
    let code = |arguments: &[&str]| workspace.run(&[&["check", TODAY], arguments].concat()).code;
    assert_eq!(code(&["--only=spec-0-outdated-python"]), 0);
    assert_eq!(code(&["--only=persisted-credentials"]), 0);
    assert_eq!(code(&["--only=persisted-credentials", "--fail-on=low"]), 1);
    assert_eq!(code(&["--exit-zero"]), 0);
    assert_eq!(code(&["--only=no-such"]), 2);
    assert_eq!(code(&["none"]), 2);
    assert_eq!(code(&["--capabilities", "--format=sarif"]), 2);
    workspace.file("empty/.hidden/x", "");
    assert_eq!(code(&["../empty"]), 3);
    workspace.file(
        "project/bartizan.toml",
        "[[ignore]]\nid = 'template-injection'\nreason = 'r'\n",
    );
    assert_eq!(code(&["--only=template-injection"]), 0);
}

#[test]
fn the_map_of_capabilities_becomes_a_policy() {
    let workspace = workspace();
    let map = workspace.run(&["check", "--capabilities"]);
    insta::assert_snapshot!(map.stdout, @"
    .github/workflows/release.yml
      publish, on push
        secret: INDEX_TOKEN (line 12), a token with the default rights of the
        repository
    ");
    assert_eq!(workspace.run(&["check", "--start-policy"]).code, 0);
    assert_eq!(workspace.run(&["check", "--start-policy"]).code, 2);
    let ended = workspace.run(&[
        "check",
        TODAY,
        "--only=undesignated-capability",
        "--verbose",
    ]);
    assert!(
        ended.stdout.contains("all 1 capabilities are designated"),
        "{}",
        ended.shown()
    );
}

#[test]
fn what_is_safe_is_mended_once() {
    let workspace = workspace();
    let text = || {
        std::fs::read_to_string(workspace.path("project/.github/workflows/release.yml")).unwrap()
    };
    let shown = workspace.run(&["check", "--fix"]);
    insta::assert_snapshot!(shown.shown(), @r#"
    --- /dev/null
    +++ b/.github/dependabot.yml
    @@ -0,0 +1,9 @@
    +version: 2
    +updates:
    +  - package-ecosystem: github-actions
    +    directory: /
    +    schedule:
    +      interval: monthly
    +    groups:
    +      actions:
    +        patterns: ["*"]
    --- a/.github/workflows/release.yml
    +++ b/.github/workflows/release.yml
    @@ -9,4 +9,5 @@
           - run: echo ${{ github.event.head_commit.message }}
           - uses: pypa/gh-action-pypi-publish@release/v1
             with:
    +          print-hash: true
               password: ${{ secrets.INDEX_TOKEN }}

    --- stderr
    .github/workflows/release.yml:10: no permissions were put in: `pypa/gh-action-pypi-publish@release/v1` may write
    .github/workflows/release.yml:8: `actions/checkout` was not pinned in 1 place: no release of it is known; give them by `--tags`
    .github/workflows/release.yml:10: `pypa/gh-action-pypi-publish` was not pinned in 1 place: no release of it is known; give them by `--tags`
    2 files would be changed; `--apply` writes them
    --- exit 0
    "#);
    assert_eq!(text(), RELEASE);
    assert_eq!(workspace.run(&["check", "--fix", "--apply"]).code, 0);
    assert!(text().contains("          print-hash: true\n          password:"));
    let again = workspace.run(&["check", "--fix", "-q"]);
    assert_eq!((again.stdout.as_str(), again.code), ("", 0));
}

/// A project with files that do harm where they are read without bounds, and links that lead out of it.
#[cfg(unix)]
fn hostile() -> Workspace {
    let workspace = workspace();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 8].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    workspace
        .file("secret.yml", "on: push\njobs: {}\n")
        .file("project/.github/workflows/bomb.yml", bomb)
        .file("project/.github/workflows/deep.yml", "[".repeat(100_000))
        .file("project/.github/workflows/huge.yml", "#".repeat(3 << 20));
    workspace
        .file(
            "project/.github/workflows/malformed.yml",
            "on: push\njobs:\n\t- x\n",
        )
        .file(
            "project/.github/workflows/several.yml",
            "on: push\n---\non: pull_request\n",
        )
        .file(
            "project/.github/workflows/shapes.yml",
            "on: {push: 3}\njobs: [1, {a: b}]\npermissions: {a: [b]}\n",
        )
        .file(
            "project/.github/workflows/anchors.yml",
            "on: push\npermissions: {}\njobs:\n  a: &a {runs-on: x, steps: [{run: ls}]}\n  b: *a\n",
        )
        .file(
            "project/.github/workflows/bytes.yml",
            b"on: push\nname: \xff\xfe\njobs: {}\n".as_slice(),
        )
        .file("project/.circleci/config.yml", "a: &a [x]\nb: *none\n")
        .file("project/lab/__init__.py", "(".repeat(200_000))
        .file("elsewhere/workflows/w.yml", "on: push\njobs: {}\n")
        .file("project/RESOURCES.toml", "[[resource]]\nname = ");
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, workspace.path(from)).unwrap();
    link("../../../secret.yml", "project/.github/workflows/link.yml");
    link("../../elsewhere/workflows", "project/.github/actions");
    link("../elsewhere", "project/.gitlab");
    link("none.yml", "project/.github/broken.yml");
    workspace
}

#[cfg(unix)]
#[test]
fn bombs_and_links_cost_one_entry_each() {
    let workspace = hostile();
    let ended = workspace.run(&[
        "check",
        TODAY,
        "--only=unreadable-repository-file",
        "--verbose",
    ]);
    insta::assert_snapshot!(ended.shown(), @"
    high unreadable-repository-file: a file that matters could not be read
      .circleci/config.yml:2: is no CircleCI: line 2: while parsing node, found
      unknown anchor
      .github/actions: is a link to a directory, a broken link or no regular file;
      it was not followed
      .github/broken.yml: is a link to a directory, a broken link or no regular
      file; it was not followed
      .github/workflows/bomb.yml:5: is no workflow: line 5: more than 50000 values
      or 4194304 bytes once aliases are resolved
      .github/workflows/deep.yml:1: is no workflow: line 1: recursion limit exceeded
      .github/workflows/huge.yml: larger than 1048576 bytes
      .github/workflows/link.yml: cannot be read: it leads out of the repository
      .github/workflows/malformed.yml:3: is no workflow: line 3: tabs disallowed
      within this context (block indentation)
      .github/workflows/several.yml:3: is no workflow: line 3: more than one
      document
      .gitlab: is a link to a directory, a broken link or no regular file; it was
      not followed
      RESOURCES.toml: string values must be quoted, expected literal string
      → Mend the file at the line that is named.

    Of 1 checks 0 pass, 1 fail, 0 cannot be told from a checkout, 0 do not apply.
    Declared by badge: SPEC 0, 4.
    Looked at ..

    --- stderr
    --- exit 1
    ");
}

/// A finding of zizmor, as its JSON says it; rows are counted from zero.
fn of_zizmor(id: &str, severity: &str, row: u32) -> String {
    format!(
        r#"{{"ident": "{id}", "desc": "told by zizmor", "url": "https://zizmor.example/#{id}", "determinations": {{"severity": "{severity}"}},
            "locations": [{{"symbolic": {{"key": {{"Local": {{"verbatim_path": "/elsewhere/project/.github/workflows/release.yml"}}}}, "kind": "Primary"}},
            "concrete": {{"location": {{"start_point": {{"row": {row}}}, "end_point": {{"row": {row}}}}}}}}}]}}"#
    )
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "most of them are what is printed, in each format"
)]
fn findings_of_others_are_laid_beside_ours() {
    let workspace = workspace();
    let findings = [
        of_zizmor("template-injection", "High", 8),
        of_zizmor("anonymous-definition", "Medium", 3),
        of_zizmor("template-injection", "Low", 4),
    ];
    workspace
        .file("zizmor.json", format!("[{}]", findings.join(",")))
        .file(
            "review.json",
            r#"{"families": {}, "checks": {"GH105": {"result": true}, "PC160": {"result": false, "description": "Uses a spell checker"}}}"#,
        );
    let check = |format: &str| {
        workspace.run(&[
            "check",
            TODAY,
            "--only=template-injection",
            "--import=../zizmor.json",
            "--import=../review.json",
            "--format",
            format,
        ])
    };
    insta::assert_snapshot!(check("human").shown(), @r#"
    high template-injection: what a stranger writes is put into a script
      .github/workflows/release.yml:9: a script holds
      `github.event.head_commit.message`, which a stranger writes (also
      zizmor/template-injection)
      → Give the value to the script by a variable (`env:`), and use it in quotes:
      `"$TITLE"`.

    medium zizmor/anonymous-definition
      .github/workflows/release.yml:4: told by zizmor
      → https://zizmor.example/#anonymous-definition

    low zizmor/template-injection
      .github/workflows/release.yml:5: told by zizmor
      → https://zizmor.example/#template-injection

    low repo-review/PC160
      does not hold: Uses a spell checker

    Of 1 checks 0 pass, 1 fail, 0 cannot be told from a checkout, 0 do not apply.
    From zizmor: 3 findings, 1 of them found here too, 2 of its own.
    From repo-review: 1 findings, 0 of them found here too, 1 of its own.
    Declared by badge: SPEC 0, 4.
    Looked at ..

    --- stderr
    --- exit 1
    "#);
    insta::assert_snapshot!(check("github").stdout, @r#"
    ::error file=.github/workflows/release.yml,line=9,title=template-injection (high)::a script holds `github.event.head_commit.message`, which a stranger writes. Give the value to the script by a variable (`env:`), and use it in quotes: `"$TITLE"`.
    ::warning file=.github/workflows/release.yml,line=4,title=zizmor/anonymous-definition (medium)::told by zizmor
    ::notice file=.github/workflows/release.yml,line=5,title=zizmor/template-injection (low)::told by zizmor
    ::notice title=repo-review/PC160 (low)::does not hold: Uses a spell checker
    Of 1 checks 0 pass, 1 fail, 0 cannot be told from a checkout, 0 do not apply.
    From zizmor: 3 findings, 1 of them found here too, 2 of its own.
    From repo-review: 1 findings, 0 of them found here too, 1 of its own.
    "#);
    insta::assert_snapshot!(check("markdown").stdout, @r"
    ### Bartizan check

    Of 1 checks 0 pass, 1 fail, 0 cannot be told from a checkout, 0 do not apply.

    | Severity | Check | Place | What |
    |---|---|---|---|
    | high | `template-injection`, `zizmor/template-injection` | `.github/workflows/release.yml:9` | a script holds \`github.event.head\_commit.message\`, which a stranger writes |
    | medium | `zizmor/anonymous-definition` | `.github/workflows/release.yml:4` | told by zizmor |
    | low | `zizmor/template-injection` | `.github/workflows/release.yml:5` | told by zizmor |
    | low | `repo-review/PC160` | - | does not hold\: Uses a spell checker |

    From zizmor\: 3 findings, 1 of them found here too, 2 of its own.

    From repo-review\: 1 findings, 0 of them found here too, 1 of its own.
    ");
    let log: Value = serde_json::from_str(&check("sarif").stdout).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let ids: Vec<&str> = rules
        .iter()
        .filter_map(|rule| rule["id"].as_str())
        .collect();
    insta::assert_snapshot!(ids.join(" "), @"template-injection repo-review/PC160 zizmor/anonymous-definition zizmor/template-injection");
    let report: Value = serde_json::from_str(&check("json").stdout).unwrap();
    let told = &report["imports"][0]["results"];
    assert_eq!(told[0]["id"], "template-injection");
    assert_eq!(told[0]["joined"], true);
    assert_eq!(
        report["results"][0]["also"][0]["id"],
        "zizmor/template-injection"
    );
    let page = [
        "check",
        TODAY,
        "--import=../zizmor.json",
        "--report=report.html",
    ];
    assert_eq!(workspace.run(&page).code, 1);
    let page = std::fs::read_to_string(workspace.path("project/report.html")).unwrap();
    assert!(page.contains("zizmor/anonymous-definition"));
}

#[test]
fn imported_findings_count_and_are_ignored_by_their_own_id() {
    let workspace = workspace();
    workspace.file(
        "zizmor.json",
        format!("[{}]", of_zizmor("misfeature", "High", 3)),
    );
    let arguments = ["check", TODAY, "--only=spec-0-outdated-python"];
    let code = |import: &str| workspace.run(&[&arguments[..], &[import]].concat()).code;
    assert_eq!(code("--import=../zizmor.json"), 1);
    workspace.file(
        "project/bartizan.toml",
        "[[ignore]]\nid = 'zizmor/misfeature'\nreason = 'r'\n",
    );
    assert_eq!(code("--import=../zizmor.json"), 0);
    // A report of which nothing can be read is no report without findings.
    workspace.file("empty.json", "");
    assert_eq!(code("--import=../empty.json"), 4);
    assert_eq!(code("--import=../none.json"), 2);
}

/// Git in the project; `None` where there is none.
fn git(workspace: &Workspace, arguments: &[&str]) -> Option<()> {
    let output = std::process::Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@lab.example"])
        .args(arguments)
        .current_dir(workspace.path("project"))
        // There is no such file.
        .env("GIT_CONFIG_GLOBAL", workspace.path("no-config"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output();
    output.ok()?.status.success().then_some(())
}

#[test]
fn what_a_change_gives_to_whom_is_told() {
    let workspace = workspace();
    if git(&workspace, &["init", "--quiet"]).is_none() {
        println!("skipped: there is no git");
        return;
    }
    git(&workspace, &["add", "--all"]).unwrap();
    git(&workspace, &["commit", "--quiet", "--message=x"]).unwrap();
    git(&workspace, &["tag", "before"]).unwrap();
    let gained = RELEASE.replace(
        "    steps:",
        "    permissions: {id-token: write}\n    steps:",
    );
    workspace
        .file("project/.github/workflows/release.yml", gained)
        .file(
            "project/.github/workflows/new.yml",
            "on: issue_comment\npermissions: {}\njobs: {}\n",
        );
    insta::assert_snapshot!(workspace.run(&["check", "--since=before"]).shown(), @"
    .github/workflows/new.yml
      a new workflow
      line 1: `issue_comment`, which anybody causes, now starts it

    .github/workflows/release.yml
      line 7: the job `publish` gains `id-token: write`

    3 things that workflows gain since before.

    --- stderr
    --- exit 0
    ");
    let told: Value = serde_json::from_str(
        &workspace
            .run(&["check", "--since=before", "--format=json"])
            .stdout,
    )
    .unwrap();
    assert_eq!(told["changes"][2]["kind"], "gained_capability");
    assert_eq!(told["changes"][2]["line"], 7);
    assert_eq!(workspace.run(&["check", "--since=none"]).code, 2);
}

#[test]
fn resources_become_a_page_and_tables_make_pins() {
    let workspace = workspace();
    assert_eq!(workspace.run(&["check", "--resources"]).code, 3);
    workspace.file(
        "project/RESOURCES.toml",
        "reviewed = 2026-05-01\n[[resource]]\nname = \"d\"\nkind = \"domain\"\nmaintainers = [\"a\", \"b\"]\n",
    );
    insta::assert_snapshot!(workspace.run(&["check", "--resources"]).stdout, @"
    # Restricted resources

    Last looked through on 2026-05-01.

    | resource | kind | maintainers | purpose | recovery | made anew | ends |
    |---|---|---|---|---|---|---|
    | d | domain | a, b | — | — | — | — |
    ");
    let commit = "1".repeat(40);
    workspace
        .file(
            "tags.toml",
            format!("[tags.'actions/checkout']\n'v6.0.1' = '{commit}'\n"),
        )
        .file("wrong.toml", "[tags]\n'a/b' = 3\n");
    let fixed = workspace.run(&["check", "--fix", "--tags=../tags.toml"]);
    let pinned = format!("+      - uses: actions/checkout@{commit} # v6.0.1\n");
    assert!(fixed.stdout.contains(&pinned), "{}", fixed.shown());
    assert!(
        fixed
            .stdout
            .contains("-      - uses: actions/checkout@v6\n")
    );
    assert_eq!(workspace.run(&["check", "--tags=../wrong.toml"]).code, 2);
    assert_eq!(workspace.run(&["check", "--tags=../none.toml"]).code, 2);
}
