//! Workflows, as they are read.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

fn check(text: &str) -> String {
    let workflow = match read(text) {
        Ok(workflow) => workflow,
        Err(error) => return format!("error: {error}"),
    };
    let mut lines: Vec<String> = workflow
        .triggers
        .iter()
        .map(|it| {
            format!(
                "on {}@{} tag only {} {:?} {:?}",
                it.event,
                it.line,
                it.is_tag_only(),
                it.types,
                it.crons
            )
        })
        .collect();
    lines.push(format!("{:?}", workflow.permissions));
    for job in &workflow.jobs {
        lines.push(format!("job {}@{} {:?}", job.id, job.line, job.permissions));
        let show = |all: &[Placed<String>]| -> Vec<String> {
            all.iter()
                .map(|it| format!("{}@{}", it.value, it.line))
                .collect()
        };
        lines.push(format!(
            "  {:?} {:?} {:?}",
            show(job.environment.as_slice()),
            show(&job.runs_on),
            show(&job.images)
        ));
        lines.push(format!("  needs {:?} secrets {:?}", job.needs, job.secrets));
        for step in &job.steps {
            let uses = step
                .uses
                .as_ref()
                .map(|uses| (uses.text.as_str(), uses.comment.as_deref()));
            lines.push(format!(
                "  step@{} {uses:?} {:?} {:?}",
                step.line, step.run, step.with
            ));
        }
    }
    lines.join("\n")
}

#[test]
fn a_workflow_is_read_with_lines() {
    let text = "\
on:
  push:
    tags: ['v*']
  schedule:
    - cron: '0 1 * * 1'
  release: {types: [published]}
permissions:
  contents: read
jobs:
  build:
    runs-on: [self-hosted, gpu]
    container: python:3
    services: {db: {image: 'postgres:16'}}
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v6.0.1
        with: {persist-credentials: false}
      - run: |
          make
          echo ${{ github.head_ref }}
  publish:
    needs: build
    environment: {name: release, url: x}
    permissions: {id-token: write}
    runs-on: {group: big, labels: [x]}
  called:
    needs: [build, publish]
    uses: ./.github/workflows/x.yml
    secrets: inherit
";
    assert_snapshot!(check(text), @r#"
    on push@2 tag only true [] []
    on schedule@4 tag only false [] ["0 1 * * 1"]
    on release@6 tag only false ["published"] []
    Scopes(7, [Scope { name: "contents", level: Read, line: 8 }])
    job build@10 Absent
      [] ["self-hosted@11", "gpu@11"] ["python:3@12", "postgres:16@13"]
      needs [] secrets Named([])
      step@15 Some(("actions/checkout@0123456789012345678901234567890123456789", Some("v6.0.1"))) None [Named { name: "persist-credentials", text: "false", line: 16 }]
      step@17 None Some(Placed { value: "make\necho ${{ github.head_ref }}\n", line: 18 }) []
    job publish@20 Scopes(23, [Scope { name: "id-token", level: Write, line: 23 }])
      ["release@22"] ["big@24", "x@24"] []
      needs ["build"] secrets Named([])
    job called@25 Absent
      [] [] []
      needs ["build", "publish"] secrets All(28)
    "#);
}

#[test]
fn odd_shapes_cost_themselves_only() {
    assert_snapshot!(check("on: push\npermissions: [x]\njobs:\n  a: 3\n  b: {steps: [1, {run: x}], runs-on: {}}\n"), @r#"
    on push@1 tag only false [] []
    Unreadable(2)
    job a@4 Absent
      [] [] []
      needs [] secrets Named([])
    job b@5 Absent
      [] [] []
      needs [] secrets Named([])
      step@5 None None []
      step@5 None Some(Placed { value: "x", line: 5 }) []
    "#);
    assert_snapshot!(check("jobs: 3"), @"Absent");
    assert_snapshot!(check("a: [1"), @"error: line 2: while parsing a flow sequence, expected ',' or ']'");
}

proptest! {
    #[test]
    fn nothing_panics(text in r"(on|jobs|steps|permissions|uses|with|secrets|[-: \n{}\[\]#@/a'])*{0,60}") {
        drop(check(&text));
    }
}
