//! `db match`: exact lines, in order, whatever the lines of the queries hold.

use insta::assert_snapshot;

use super::laboratory::{NOON, laboratory};

#[test]
fn a_query_gives_records_and_groups() {
    let workspace = laboratory();
    let queries = [
        "Imager==1.1",
        "imager==1.2",
        "imager==9",
        "unheard-of==1",
        "gitty==0.1",
        "pkg:pypi/solver@2.0.5",
    ];
    let ended = workspace.run(&[&["db", "match", NOON], queries.as_slice()].concat());
    assert_snapshot!(ended.shown(), @r#"
    {"query":"Imager==1.1","records":["GHSA-aaaa-bbbb-cccc","PYSEC-2026-1"],"groups":["CVE-2026-1001"]}
    {"query":"imager==1.2","records":["GHSA-aaaa-bbbb-cccc"],"groups":["CVE-2026-1001"]}
    {"query":"imager==9","records":[],"groups":[]}
    {"query":"unheard-of==1","records":[],"groups":[]}
    {"query":"gitty==0.1","records":[],"groups":[],"undecided":["PYSEC-2026-5"]}
    {"query":"pkg:pypi/solver@2.0.5","records":["PYSEC-2026-2"],"groups":["PYSEC-2026-2"]}

    --- stderr
    --- exit 0
    "#);
}

#[test]
fn a_malformed_query_has_its_own_line_and_the_others_are_answered() {
    let workspace = laboratory();
    let input = b"solver==3.0\n\n  solver == 2.1 \nsolver\nsolver==\xff\nsolver==3.1";
    let ended = workspace.run_with(&["db", "match", "--stdin", NOON], input);
    assert_snapshot!(ended.shown(), @r#"
    {"query":"solver==3.0","records":["PYSEC-2026-2"],"groups":["PYSEC-2026-2"]}
    {"query":"solver == 2.1","records":[],"groups":[]}
    {"query":"solver","records":[],"groups":[],"error":"write NAME==VERSION or a package URL with a version"}
    {"query":"solver==�","records":[],"groups":[],"undecided":["PYSEC-2026-2"]}
    {"query":"solver==3.1","records":["PYSEC-2026-2"],"groups":["PYSEC-2026-2"]}

    --- stderr
    --- exit 2
    "#);
}

#[test]
fn an_ecosystem_that_no_source_covers_is_not_clean() {
    let workspace = laboratory();
    let ended = workspace.run(&["db", "match", "pkg:npm/left-pad@1.0.0", NOON]);
    assert_snapshot!(ended.shown(), @r#"
    {"query":"pkg:npm/left-pad@1.0.0","records":[],"groups":[],"error":"no source of the database covers the ecosystem npm"}

    --- stderr
    --- exit 4
    "#);
}

#[test]
fn many_queries_are_answered_in_order() {
    let workspace = laboratory();
    let queries: Vec<String> = (0..20_000).map(|i| format!("imager==0.{i}")).collect();
    let input = queries.join("\n");
    let ended = workspace.run_with(&["db", "match", "--stdin", NOON], input.as_bytes());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().count(), 20_000);
    for (i, line) in ended.stdout.lines().enumerate() {
        assert!(
            line.starts_with(&format!(r#"{{"query":"imager==0.{i}","records":["GHSA"#)),
            "{line}"
        );
    }
}

/// The first lines of a search, without what the database is.
fn search(arguments: &[&str]) -> String {
    let ended = laboratory().run(&[&["db", "search", NOON], arguments].concat());
    let lines = ended.stdout.lines();
    let lines = lines.take_while(|line| !line.starts_with("Advisories:"));
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    format!("{}\n{}exit {}", lines.join("\n"), ended.stderr, ended.code)
}

#[test]
fn a_search_finds_by_package_id_words_and_severity() {
    assert_snapshot!(search(&["--package", "Imager"]), @"
    CVE-2026-1001  critical 9.8  imager
      code execution by a crafted image
    1 vulnerability.
    exit 0
    ");
    assert_snapshot!(search(&["pysec-2026", "--limit", "2"]), @"
    CVE-2026-1001  critical 9.8  imager
      code execution by a crafted image
    PYSEC-2026-2  unstated  solver
      Odd input makes
    5 vulnerabilities, 2 shown (--limit).
    exit 0
    ");
    assert_snapshot!(search(&["CODE", "--package=imager", "--ecosystem=pypi"]), @"
    CVE-2026-1001  critical 9.8  imager
      code execution by a crafted image
    1 vulnerability.
    exit 0
    ");
    assert_snapshot!(search(&["pysec", "--severity", "medium"]), @"
    CVE-2026-1001  critical 9.8  imager
      code execution by a crafted image
    1 vulnerability. 3 others are of unstated severity.
    exit 0
    ");
    assert_snapshot!(search(&["crafted", "strangers"]), @"
    Nothing of this is in the database.
    exit 3
    ");
    assert_snapshot!(search(&["--package=imager", "--ecosystem=Julia"]), @"
    Nothing of this is in the database.
    exit 3
    ");
    assert_snapshot!(search(&[]), @"
    error: nothing to search for
    hint: give words, `--package` or `--ecosystem`; `bartizan db status` counts what there is
    exit 2
    ");
}
