//! What a scan and the database's commands print, whole.

use insta::assert_snapshot;
use serde_json::Value;

use super::{
    laboratory::{AFTERNOON, SCAN, laboratory},
    workspace::Workspace,
};

/// The snapshot's digest is the content's, and changes with its format; the rest stays.
fn check(workspace: &Workspace, arguments: &[&str]) -> String {
    let shown = workspace.run(arguments).shown();
    let status = workspace.run(&["db", "status", "--format", "json", AFTERNOON]);
    let status: Value = serde_json::from_str(&status.stdout).unwrap();
    shown.replace(status["database"]["snapshot"].as_str().unwrap(), "SNAPSHOT")
}

fn scan(arguments: &[&str]) -> String {
    check(&laboratory(), &[SCAN.as_slice(), arguments].concat())
}

#[test]
fn human() {
    assert_snapshot!(scan(&[]), @r"
    imager 1.1                         critical 9.8  CVE-2026-1001
      code execution by a crafted image
      lab → reporter 2.0 → imager 1.1
      fixed in 1.3
    solver 3.4                             unstated  PYSEC-2026-2
      Odd input makes it slow
      lab → solver 3.4
      no fixed version is known
    plotter 3.1                             low 2.2  PYSEC-2026-3
      little harm
      lab → plotter 3.1
      fixed in 9

    3 findings in 3 of 5 components.
    1 below high. 1 of unstated severity, which counts as high. 1 question could not
    be decided (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.043 of 1 (64 % CVE-2026-1001 in imager 1.1, 31 % PYSEC-2026-2 in
    solver 3.4, 4 % PYSEC-2026-3 in plotter 3.1).
    Looked at for CPython 3.13.0 on linux x86_64 (as asked for).
    Advisories: 6 records of 2 sources, imported 2 h ago; newest record of
    2026-11-21 (snapshot SNAPSHOT).
    hint: `bartizan db show ID` shows what each source says about a vulnerability
    hint: `bartizan fix uv.lock` plans the smallest upgrade

    --- stderr
    --- exit 1
    ");
}

#[test]
fn human_with_everything() {
    let everything = ["--show=all", "--verbose"];
    let ended = laboratory().run(&[SCAN.as_slice(), &everything].concat());
    assert_snapshot!(ended.findings(), @r"
    imager 1.1                         critical 9.8  CVE-2026-1001
      code execution by a crafted image
      lab → reporter 2.0 → imager 1.1
      fixed in 1.3
      also GHSA-aaaa-bbbb-cccc, PYSEC-2026-1
      vector CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
      known from GHSA-aaaa-bbbb-cccc (ghsa): <1.3
      known from PYSEC-2026-1 (pypa): names this version
      stated in uv.lock:9
    solver 3.4                             unstated  PYSEC-2026-2
      Odd input makes it slow
      lab → solver 3.4
      no fixed version is known
      known from PYSEC-2026-2 (pypa): >=3.0
      stated in uv.lock:38
    plotter 3.1                             low 2.2  PYSEC-2026-3
      little harm
      lab → plotter 3.1
      fixed in 9
      vector CVSS:3.1/AV:L/AC:H/PR:L/UI:R/S:U/C:L/I:N/A:N
      known from PYSEC-2026-3 (pypa): <9
      stated in uv.lock:25

    undecided: gitty 0.1: 1 record with commit ranges only: not decidable by version
      PYSEC-2026-5
    undecided: archived-project, quarantined-project, shared-name,
    unsupported-release, yanked-release: the package index was not asked (`scan
    --index`)

    3 findings in 3 of 5 components.
    1 below high. 1 of unstated severity, which counts as high. 1 question could not
    be decided (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on
    disk tell.
    Risk of lab: 0.043 of 1 (64 % CVE-2026-1001 in imager 1.1, 31 % PYSEC-2026-2 in
    solver 3.4, 4 % PYSEC-2026-3 in plotter 3.1).
    --- stderr
    --- exit 1
    ");
}

#[test]
fn markdown() {
    assert_snapshot!(scan(&["--format=markdown"]), @r"
    ### Bartizan: 3 findings in 3 of 5 components.

    | Severity | Vulnerability | Component | Fixed in | Comes by |
    |---|---|---|---|---|
    | critical 9.8 | `CVE-2026-1001`<br>code execution by a crafted image | `imager 1.1` | `1.3` | `reporter 2.0` → `imager 1.1` |
    | unstated | `PYSEC-2026-2`<br>Odd input makes it slow | `solver 3.4` | none known | direct |
    | low 2.2 | `PYSEC-2026-3`<br>little harm | `plotter 3.1` | `9` | direct |

    1 below high. 1 of unstated severity, which counts as high. 1 question could not be decided (--show unknown).

    Native libraries of lab were not looked for\: only wheels and environments on disk tell.

    Risk of lab\: 0.043 of 1 (64 % CVE-2026-1001 in imager 1.1, 31 % PYSEC-2026-2 in solver 3.4, 4 % PYSEC-2026-3 in plotter 3.1).

    Looked at for CPython 3.13.0 on linux x86\_64 (as asked for).

    Advisories\: 6 records of 2 sources, imported 2 h ago; newest record of 2026-11-21 (snapshot SNAPSHOT).

    <details><summary>Could not be decided: 2</summary>

    - `gitty 0.1`: 1 record with commit ranges only\: not decidable by version
    - `archived-project, quarantined-project, shared-name, unsupported-release, yanked-release`: the package index was not asked (\`scan --index\`)

    </details>

    --- stderr
    --- exit 1
    ");
}

#[test]
fn github() {
    assert_snapshot!(scan(&["--format=github"]), @r"
    ::error file=uv.lock,line=9,title=CVE-2026-1001 in imager 1.1::Severity critical 9.8. Fixed in 1.3. Comes by reporter 2.0 -> imager 1.1. code execution by a crafted image
    ::error file=uv.lock,line=38,title=PYSEC-2026-2 in solver 3.4::Severity unstated. No fixed version is known. Odd input makes it slow
    ::warning file=uv.lock,line=25,title=PYSEC-2026-3 in plotter 3.1::Severity low 2.2. Fixed in 9. little harm
    3 findings in 3 of 5 components.
    1 below high. 1 of unstated severity, which counts as high. 1 question could not be decided (--show unknown).
    Native libraries of lab were not looked for: only wheels and environments on disk tell.
    Risk of lab: 0.043 of 1 (64 % CVE-2026-1001 in imager 1.1, 31 % PYSEC-2026-2 in solver 3.4, 4 % PYSEC-2026-3 in plotter 3.1).
    Looked at for CPython 3.13.0 on linux x86_64 (as asked for).
    Advisories: 6 records of 2 sources, imported 2 h ago; newest record of 2026-11-21 (snapshot SNAPSHOT).

    --- stderr
    --- exit 1
    ");
}

#[test]
fn the_starter_says_what_it_is() {
    let workspace = Workspace::new();
    workspace.file("project/requirements.txt", "pillow==10.0.0\n");
    let ended = workspace.run(&[
        "scan",
        "requirements.txt",
        "--python=3.13",
        "--platform=linux",
        AFTERNOON,
    ]);
    assert!(ended.stdout.contains("sample"), "{}", ended.shown());
    assert!(
        ended.stderr.contains("there is no advisory snapshot"),
        "{}",
        ended.shown()
    );
    assert_eq!(ended.code, 4);
}

#[test]
fn status() {
    assert_snapshot!(check(&laboratory(), &["db", "status", AFTERNOON]), @r#"
    Advisories: 6 records of 2 sources, imported 2 h ago; newest record of
    2026-11-21 (snapshot SNAPSHOT).
    They concern 4 packages, in 5 groups of aliases.

    source  records  withdrawn  imported  newest record  licence
    ghsa          1          0  2 h ago   2026-11-21     CC-BY-4.0
    pypa          5          1  2 h ago   2026-11-20     CC-BY-4.0

    In 1 group records disagree on ranges, fixed versions or severity (bartizan db
    show ID).

    --- stderr
    --- exit 0
    "#);
}

#[test]
fn show() {
    assert_snapshot!(check(&laboratory(), &["db", "show", "ghsa-AAAA-bbbb-cccc", AFTERNOON]), @r#"
    CVE-2026-1001  critical 9.8
      also        GHSA-aaaa-bbbb-cccc, PYSEC-2026-1

    GHSA-aaaa-bbbb-cccc (ghsa)
      summary     code execution by a crafted image
      dates       modified 2026-11-21
      severity    medium 6.5 CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N
      affects     imager (PyPI)
                  from the beginning, fixed in 1.3

    PYSEC-2026-1 (pypa)
      summary     images of strangers run code
      dates       published 2026-11-01, modified 2026-11-20
      severity    critical 9.8 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
      affects     imager (PyPI)
                  from the beginning, fixed in 1.2
                  2 versions enumerated

    Where the records disagree
      severity
        GHSA-aaaa-bbbb-cccc (ghsa): medium 6.5
        PYSEC-2026-1 (pypa): critical 9.8
      affected versions of imager
        GHSA-aaaa-bbbb-cccc (ghsa): >=0, <1.3
        PYSEC-2026-1 (pypa): >=0, <1.2
      fixed versions of imager
        GHSA-aaaa-bbbb-cccc (ghsa): 1.3
        PYSEC-2026-1 (pypa): 1.2

    Advisories: 6 records of 2 sources, imported 2 h ago; newest record of
    2026-11-21 (snapshot SNAPSHOT).

    --- stderr
    --- exit 0
    "#);
}

#[test]
fn show_withdrawn() {
    assert_snapshot!(check(&laboratory(), &["db", "show", "PYSEC-2026-4", AFTERNOON]), @r#"
    PYSEC-2026-4  unstated

    PYSEC-2026-4 (pypa)  withdrawn, never matches
      summary     was none
      dates       modified 2026-10-20, withdrawn 2026-10-21
      severity    unstated
      affects     plotter (PyPI)
                  from the beginning

    Advisories: 6 records of 2 sources, imported 2 h ago; newest record of
    2026-11-21 (snapshot SNAPSHOT).

    --- stderr
    --- exit 0
    "#);
}

#[test]
fn equal_input_gives_equal_bytes() {
    let workspace = laboratory();
    for format in ["human", "json", "sarif", "markdown", "github"] {
        let arguments = ["scan", "uv.lock", "--format", format, AFTERNOON];
        assert_eq!(
            workspace.run(&arguments).stdout,
            workspace.run(&arguments).stdout,
            "{format}"
        );
    }
}

#[test]
fn a_file_gets_what_standard_output_would() {
    let workspace = laboratory();
    let printed = workspace.run(&["scan", "uv.lock", "--format=markdown", AFTERNOON]);
    let arguments = [
        "scan",
        "uv.lock",
        "--format=markdown",
        "--output=report.md",
        AFTERNOON,
    ];
    assert_eq!(workspace.run(&arguments).stdout, "");
    let written = std::fs::read_to_string(workspace.path("project/report.md")).unwrap();
    assert_eq!(written, printed.stdout);
}
