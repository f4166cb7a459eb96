use super::*;
use crate::snapshot::tests::sample;

fn check(person: &str) -> String {
    let snapshot = sample();
    let grants = snapshot.grants();
    let told = grants.iter().filter(|it| it.person.as_str() == person);
    let told = told.map(|it| format!("{} {} by {:?}", it.resource, it.level, it.source));
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_way_is_a_grant() {
    insta::assert_snapshot!(check("ann"), @"organisation lab owner by Organisation");
    insta::assert_snapshot!(check("ben"), @r#"
    organisation lab nothing by Role(Text("security"))
    organisation lab write by Organisation
    organisation lab member by Organisation
    team lab/gpu maintainer by Team(TeamName("lab/gpu"))
    repository lab/array triage by Team(TeamName("lab/gpu"))
    repository lab/array maintain by Team(TeamName("lab/core"))
    "#);
    insta::assert_snapshot!(check("eve"), @r#"
    repository lab/site admin by Direct
    package array owner by Direct
    "#);
}

#[test]
fn what_somebody_can_do_all_in_all() {
    let snapshot = sample();
    let reach = Reach::of(&snapshot);
    let repository = RepositoryName::new("lab/array").unwrap();
    let all = reach.everybody(&repository);
    let told: Vec<String> = all
        .iter()
        .map(|(who, level)| format!("{who} {level}"))
        .collect();
    insta::assert_snapshot!(told.join(", "), @"ann admin, ben maintain, robot maintain");
}

#[test]
fn teams_that_lie_in_each_other_end() {
    let mut snapshot = sample();
    let core = TeamName::new("lab/core").unwrap();
    let gpu = TeamName::new("lab/gpu").unwrap();
    for team in &mut snapshot.teams {
        let other = if team.name == core { &gpu } else { &core };
        team.parent = Some(other.clone());
    }
    assert_eq!(Reach::of(&snapshot).upward(&core).len(), 2);
    snapshot.grants();
}
