//! Upgrade plans as a user meets them, over a file of releases: no network.

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
