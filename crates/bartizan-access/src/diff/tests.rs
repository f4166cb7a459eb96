use super::*;
use crate::{
    desired::tests::{DESIRED, desired},
    snapshot::tests::sample,
};

fn check(text: &str, day: &str) -> String {
    let now = format!("{day}T12:00:00Z").parse().unwrap();
    let diff = diff(&sample(), &desired(text), now);
    let told = diff.differences.iter().map(|it| {
        let excused = it
            .excused
            .as_ref()
            .map_or(String::new(), |it| format!(" (excused {it})"));
        format!(
            "{} {}: wanted {:?}, found {:?}{excused}",
            it.kind.word(),
            it.subject,
            it.wanted,
            it.found
        )
    });
    let mut told: Vec<String> = told.collect();
    told.extend(
        diff.unread
            .iter()
            .map(|it| format!("not compared: {} of {}", it.part.word(), it.of)),
    );
    told.extend(diff.expired.iter().map(|it| format!("expired: {it}")));
    told.join("\n")
}

#[test]
fn drift_is_told_both_ways() {
    insta::assert_snapshot!(check(DESIRED, "2026-11-26"), @r#"
    missing organisation lab: @dan: wanted "member", found ""
    missing organisation lab: @fay: wanted "member", found ""
    missing organisation lab: team lab/security: role security_manager: wanted "nothing", found ""
    missing repository lab/array: @robot: wanted "write", found ""
    missing repository lab/array: CODEOWNERS of `*`: wanted "team lab/core", found ""
    missing repository lab/array: CODEOWNERS of `kernels/`: wanted "team lab/gpu", found ""
    missing repository lab/array: rules of branch `~DEFAULT_BRANCH`: wanted "1 reviews", found ""
    missing repository lab/array: team lab/release-managers: wanted "write", found ""
    missing team lab/core: @ben: wanted "member", found ""
    missing team lab/emeriti: wanted "no team", found ""
    missing team lab/emeriti: @fay: wanted "member", found ""
    missing team lab/gpu: @dan: wanted "member", found ""
    missing team lab/release-managers: wanted "no team", found ""
    missing team lab/release-managers: @ann: wanted "member", found ""
    missing team lab/security: wanted "no team", found ""
    missing team lab/security: @ann: wanted "member", found ""
    surplus organisation lab: @robot: wanted "", found "member"
    surplus organisation lab: team lab/core: role security: wanted "", found "nothing"
    surplus repository lab/site: @eve: wanted "", found "admin" (excused until 2027-01-31: moves the site)
    surplus team lab/core: @robot: wanted "", found "member"
    lower organisation lab: @ben: wanted "owner", found "member"
    higher organisation lab: what every member may do: wanted "read", found "write"
    higher repository lab/array: team lab/core: wanted "write", found "maintain"
    other organisation lab: a second factor is required: wanted "true", found "false"
    other repository lab/array: environment release: reviewers: wanted "team lab/release-managers", found "@ann, team lab/core"
    "#);
}

#[test]
fn exceptions_end() {
    insta::assert_snapshot!(check(DESIRED, "2027-02-01").lines().filter(|it| it.contains("eve:") || it.contains("eve until")).collect::<Vec<_>>().join("\n"), @r#"
    surplus repository lab/site: @eve: wanted "", found "admin"
    expired: eve until 2027-01-31: moves the site
    "#);
}

#[test]
fn a_draft_of_what_there_is_wants_what_there_is() {
    let snapshot = sample();
    let draft = Desired::draft(&snapshot, &crate::name::Login::new("lab").unwrap(), &[]);
    let (again, _) = Desired::read("x", draft.to_text().as_bytes()).unwrap();
    assert_eq!(again, draft);
    // What teams do not say is left: what somebody was given by name, roles of the organisation, owners of code.
    insta::assert_snapshot!(check(&draft.to_text(), "2026-11-26"), @r#"
    surplus organisation lab: team lab/core: role security: wanted "", found "nothing"
    surplus repository lab/site: @eve: wanted "", found "admin"
    "#);
}

#[test]
fn what_was_not_read_is_no_drift() {
    let mut snapshot = sample();
    let unseen =
        bartizan_model::hosting::Unseen::new(bartizan_model::hosting::UnseenKind::Forbidden, "x");
    for part in [
        Part::TeamMembers,
        Part::Environments,
        Part::CodeOwners,
        Part::Rules,
        Part::Teams,
    ] {
        snapshot.unread.push(Unread::new(part, "lab", &unseen));
    }
    let now = "2026-11-26T00:00:00Z".parse().unwrap();
    let diff = diff(&snapshot, &desired(DESIRED), now);
    let hidden = |it: &&Difference| it.kind == Kind::Missing && it.subject.starts_with("team ");
    assert_eq!(diff.differences.iter().filter(hidden).count(), 0);
    assert_eq!(diff.unread.len(), 5);
}
