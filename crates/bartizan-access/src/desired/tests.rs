use proptest::prelude::*;

use super::*;
use crate::snapshot::tests::sample;

pub(crate) const DESIRED: &str = r#"
organisation = "lab"
base = "read"
second-factor = true
owners = ["ann", "ben"]
emeriti = { team = "emeriti", people = ["fay"] }

[[team]]
name = "core"
role = "integrator"
people = ["ben"]
repositories = ["*"]

[[team]]
name = "gpu"
role = "reviewer"
parent = "core"
people = ["dan"]
maintainers = ["ben"]
repositories = ["arr*"]
paths = ["*.cu", "kernels/"]

[[team]]
name = "Release Managers"
role = "release-manager"
people = ["ann"]
repositories = ["array"]

[[team]]
name = "security"
role = "security"
people = ["ann"]

[[bot]]
login = "robot"
repositories = ["array"]
reason = "opens pull requests"

[[exception]]
person = "eve"
repository = "site"
level = "admin"
reason = "moves the site"
expires = "2027-01-31"

[[rules]]
repositories = ["array"]
target = "branch"
names = ["~DEFAULT_BRANCH"]
kinds = ["deletion"]
reviews = 1
pass = ["Release Managers"]
"#;

pub(crate) fn desired(text: &str) -> Desired {
    Desired::read("lab.toml", text.as_bytes()).unwrap().0
}

fn check(text: &str) -> String {
    match Desired::read("lab.toml", text.as_bytes()) {
        Ok((_, problems)) => {
            let told: Vec<&str> = problems.iter().map(|it| it.message.as_str()).collect();
            told.join("\n")
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_catalogue_is_read() {
    let ids: Vec<&str> = roles().iter().map(|it| it.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "triage",
            "reviewer",
            "integrator",
            "release-manager",
            "ci-administrator",
            "security",
            "emeritus"
        ]
    );
}

#[test]
fn what_follows_from_roles() {
    let wanted = desired(DESIRED).wanted(&sample());
    let given = wanted
        .assignments
        .iter()
        .map(|it| format!("{}: {} {}", it.resource, it.holder, it.level));
    let mut told: Vec<String> = given.collect();
    told.extend(
        wanted
            .reviewers
            .iter()
            .map(|((at, name), teams)| format!("{at} {name}: {teams:?}")),
    );
    let array = crate::name::RepositoryName::new("lab/array").unwrap();
    told.push(wanted.code_owners_text(&array));
    insta::assert_snapshot!(told.join("\n"), @r#"
    organisation lab: @ann owner
    organisation lab: @ben owner
    organisation lab: @dan member
    organisation lab: @fay member
    organisation lab: team lab/security nothing
    team lab/core: @ben member
    team lab/emeriti: @fay member
    team lab/gpu: @ben maintainer
    team lab/gpu: @dan member
    team lab/release-managers: @ann member
    team lab/security: @ann member
    repository lab/array: @robot write
    repository lab/array: team lab/core write
    repository lab/array: team lab/gpu triage
    repository lab/array: team lab/release-managers write
    lab/array release: {TeamName("lab/release-managers")}
    * @lab/core
    *.cu @lab/gpu
    kernels/ @lab/gpu
    "#);
}

#[test]
fn what_cannot_be_wanted_is_said() {
    insta::assert_snapshot!(check(DESIRED), @"");
    let doubtful = DESIRED
        .replace("role = \"reviewer\"", "role = \"king\"")
        .replace("parent = \"core\"", "parent = \"other\"")
        .replace("owners = [\"ann\", \"ben\"]", "owners = []")
        .replace("people = [\"dan\"]", "people = [\"robot\"]")
        .replace("2027-01-31", "soon");
    insta::assert_snapshot!(check(&doubtful), @r"
    an organisation needs two owners at least
    the team `gpu` has the role `king`, which there is not
    the team `gpu` is part of one that is not wanted
    the bot `robot` is in the team `gpu`
    the exception of `eve` has no date as `2027-01-31`
    ");
    insta::assert_snapshot!(check("organisation = 1"), @"line 1: invalid type: integer `1`, expected a string");
    insta::assert_snapshot!(check("organisation = 'a'\nowner = []"), @"line 2: unknown field `owner`, expected one of `organisation`, `base`, `second-factor`, `owners`, `members`, `emeriti`, `role`, `team`, `bot`, `exception`, `rules`");
    // What stands in the line is not repeated: it may be of any length.
    assert!(check(&format!("a={}", "[".repeat(100_000))).len() < 400);
}

#[test]
fn patterns() {
    for (pattern, name, expect) in [
        ("*", "array", true),
        ("arr*", "array", true),
        ("*ray", "array", true),
        ("a*a*", "array", true),
        ("a*x*", "array", false),
        ("array", "arrays", false),
        ("a**y", "array", true),
    ] {
        assert_eq!(wanted::matches(pattern, name), expect, "{pattern} {name}");
    }
}

proptest! {
    #[test]
    fn never_panics(at in 0..DESIRED.len(), put in "[\\PC\"=\\[\\]]{0,6}", pattern in "[a*]{0,6}", name in "[a]{0,6}") {
        let mut text = DESIRED.to_owned();
        text.insert_str(at, &put);
        if let Ok((desired, _)) = Desired::read("x", text.as_bytes()) {
            crate::diff::diff(&sample(), &desired, sample().taken);
        }
        wanted::matches(&pattern, &name);
    }
}
