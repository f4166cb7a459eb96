//! One file of each system, and shapes that are none.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

fn check(system: System, text: &str) -> String {
    let pipeline = match read(system, text) {
        Ok(pipeline) => pipeline,
        Err(error) => return format!("error: {error}"),
    };
    let mut told = Vec::new();
    let mut list = |name: &str, all: &[Placed<String>]| {
        told.extend(
            all.iter()
                .map(|it| format!("{name}@{} {:?}", it.line, it.value)),
        );
    };
    list("run", &pipeline.scripts);
    list("image", &pipeline.images);
    list("secret", &pipeline.secrets);
    list("exposed", &pipeline.exposed);
    for it in &pipeline.taken {
        told.push(format!("taken@{} {} {}", it.line, it.text, it.is_pinned));
    }
    told.extend(
        pipeline
            .deployments
            .iter()
            .map(|line| format!("deploys@{line}")),
    );
    if pipeline.has_identity {
        told.push("identity".to_owned());
    }
    told.join("\n")
}

#[test]
fn circleci() {
    assert_snapshot!(check(System::CircleCi, "\
version: 2.1
m: &m {image: ubuntu:1}
orbs:
  a: circleci/python@2.1.1
  b: circleci/node@5
  c: {jobs: {}}
executors:
  x: {docker: [{image: 'cimg/base:1'}], environment: {API_TOKEN: abcdef123456, B: c}}
jobs:
  j:
    machine:
      <<: *m
    steps:
      - checkout
      - run: make
      - run:
          name: up
          command: |
            twine upload -p $PYPI_TOKEN x
workflows:
  w:
    jobs:
      - j: {context: [pub]}
"), @r#"
    run@15 "make"
    run@19 "twine upload -p $PYPI_TOKEN x\n"
    image@8 "cimg/base:1"
    secret@19 "PYPI_TOKEN"
    secret@23 "pub"
    exposed@8 "API_TOKEN"
    taken@4 circleci/python@2.1.1 true
    taken@5 circleci/node@5 false
    "#);
}

#[test]
fn gitlab() {
    assert_snapshot!(check(System::GitLab, "\
include:
  - local: /x.yml
  - template: Y.gitlab-ci.yml
  - project: a/b
    ref: main
    file: z.yml
  - remote: https://e/x.yml
  - component: gitlab.com/a/b@0123456789012345678901234567890123456789
image: {name: 'python:3'}
variables: {TWINE_PASSWORD: $PYPI, TOKEN_FILE: abcdefgh1}
j:
  services: ['postgres:1']
  id_tokens: {PYPI_ID_TOKEN: {aud: pypi}}
  script:
    - make
    - [twine, 'x ${MY_SECRET}']
"), @r#"
    run@15 "make"
    run@16 "twine"
    run@16 "x ${MY_SECRET}"
    image@9 "python:3"
    image@12 "postgres:1"
    secret@16 "MY_SECRET"
    secret@10 "TWINE_PASSWORD"
    taken@4 a/b@main false
    taken@7 https://e/x.yml false
    taken@8 gitlab.com/a/b@0123456789012345678901234567890123456789 true
    identity
    "#);
    assert_snapshot!(check(System::GitLab, "include: https://e/x.yml\n"), @"taken@1 https://e/x.yml false");
}

#[test]
fn azure_cirrus_travis_and_appveyor() {
    assert_snapshot!(check(System::Azure, "\
resources:
  repositories:
    - {repository: t, type: github, name: o/t, ref: refs/tags/v1}
variables:
  - group: release
  - {name: MY_PASSWORD, value: hunter22222}
jobs:
  - job: a
    pool: {vmImage: ubuntu-latest}
    container: quay.io/x/y:1
    steps:
      - script: make
        env: {T_TOKEN: $(tok)}
      - task: Bash@3
        inputs: {targetType: inline, inlineScript: 'ls'}
"), @r#"
    run@12 "make"
    run@15 "ls"
    image@10 "quay.io/x/y:1"
    secret@13 "T_TOKEN"
    secret@5 "release"
    exposed@6 "MY_PASSWORD"
    taken@3 o/t@refs/tags/v1 false
    "#);
    assert_snapshot!(check(System::Cirrus, "env: {T_TOKEN: 'ENCRYPTED[!abc1!]'}\na_task:\n  container: {image: 'x:1'}\n  build_script: [a, b]\n  macos_instance: {image: m}\n"), @r#"
    run@4 "a"
    run@4 "b"
    image@3 "x:1"
    secret@1 "T_TOKEN"
    "#);
    assert_snapshot!(check(System::Travis, "script: make\nenv: {global: [{secure: abc}]}\ndeploy: {provider: pypi, password: {secure: x}}\n"), @r#"
    run@1 "make"
    secret@2 "global"
    secret@3 "password"
    deploys@3
    "#);
    assert_snapshot!(check(System::AppVeyor, "image: vs\ntest_script:\n  - cmd: pytest %X_TOKEN%\n"), @r#"
    run@3 "pytest %X_TOKEN%"
    secret@3 "X_TOKEN"
    "#);
    assert_snapshot!(check(System::Cirrus, "a: [1"), @"error: line 2: while parsing a flow sequence, expected ',' or ']'");
}

#[test]
fn files_are_known_by_their_paths() {
    for (path, system) in [
        (".circleci/config.yml", Some(System::CircleCi)),
        (".gitlab/ci/x.yml", Some(System::GitLab)),
        ("azure-pipelines.docs.yml", Some(System::Azure)),
        (".azure-pipelines/x.yaml", Some(System::Azure)),
        ("docs/azure-pipelines.yml", None),
        (".cirrus.star", None),
        ("a.yml", None),
    ] {
        assert_eq!(System::of_path(path), system, "{path}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in r"(orbs|include|script|image|env|secure|name|value|run|[-: \n{}\[\]$%@a])*{0,40}") {
        for system in [System::AppVeyor, System::Azure, System::CircleCi, System::Cirrus, System::GitLab, System::Travis] {
            check(system, &text);
        }
    }
}
