use proptest::prelude::*;

use super::*;
use crate::{
    exempt::Excuse,
    plan::tests::{account, collaboration, day, in_team, lab, membership},
};

fn act(by: &str, repository: &str, kind: ActKind, at: i64) -> Act {
    Act {
        by: account(by),
        place: format!("lab/{repository}"),
        kind,
        at: day(at),
        source: EvidenceSource::History,
    }
}

fn read(repository: &str, kinds: &[ActKind], since: i64, until: i64) -> Coverage {
    Coverage {
        source: EvidenceSource::Activity,
        place: format!("lab/{repository}"),
        kinds: kinds.iter().copied().collect(),
        of: None,
        since: day(since),
        until: day(until),
    }
}

const EVERYTHING: [ActKind; 9] = ActKind::ALL;

fn check(right: &Right, acts: &[Act], coverage: &[Coverage]) -> String {
    let excuse = Excuse {
        until: day(1_100),
        reason: "on leave".to_owned(),
        place: None,
        most: None,
    };
    let exempt = Exempt {
        bots: [account("ida")].into(),
        exceptions: [(account("hal"), vec![excuse])].into(),
    };
    let evidence = Evidence {
        acts: acts.to_vec(),
        coverage: coverage.to_vec(),
        ..Evidence::default()
    };
    let lines = ledger(&lab(), &evidence, &exempt, &Policy::default(), day(1_000));
    let line = lines.iter().find(|it| it.right == *right).unwrap();
    let last = line
        .last
        .as_ref()
        .map(|it| format!(", last {}", it.kind.id()));
    let seen = line
        .seen
        .as_ref()
        .map(|it| format!(", seen {}", it.kind.id()));
    let more = match &line.verdict {
        Verdict::Active => String::new(),
        Verdict::Inactive { would_do } => {
            would_do.map_or(String::new(), |it| format!(", {} would do", it.id()))
        }
        Verdict::Unknown { missing } => missing
            .iter()
            .map(|it| format!(", no {} of {}", it.kind.id(), it.place))
            .collect::<Vec<String>>()
            .concat(),
        Verdict::Exempt { why } => format!(", {why}"),
    };
    format!(
        "{}{more}{}{}",
        line.verdict.id(),
        last.unwrap_or_default(),
        seen.unwrap_or_default()
    )
}

#[test]
fn inactive_only_where_everything_was_read() {
    let dan = in_team("gpu", "dan");
    let all = [read("array", &EVERYTHING, 0, 1_000)];
    let merge = |at| act("dan", "array", ActKind::Merge, at);
    insta::assert_snapshot!(check(&dan, &[merge(900)], &[]), @"active, last merge, seen merge");
    insta::assert_snapshot!(check(&dan, &[merge(800)], &all), @"inactive, last merge, seen merge");
    insta::assert_snapshot!(check(&dan, &[merge(800)], &[]), @"unknown, no review of lab/array, no push of lab/array, no merge of lab/array, last merge, seen merge");
    // Half of it was read, or not for long enough, or not until now.
    insta::assert_snapshot!(check(&dan, &[], &[read("array", &[ActKind::Push], 0, 1_000)]), @"unknown, no review of lab/array, no merge of lab/array");
    insta::assert_snapshot!(check(&dan, &[], &[read("array", &EVERYTHING, 900, 1_000)]), @"unknown, no review of lab/array, no push of lab/array, no merge of lab/array");
    insta::assert_snapshot!(check(&dan, &[], &[read("array", &EVERYTHING, 0, 900)]), @"unknown, no review of lab/array, no push of lab/array, no merge of lab/array");
    insta::assert_snapshot!(check(&dan, &[], &[read("site", &EVERYTHING, 0, 1_000)]), @"unknown, no review of lab/array, no push of lab/array, no merge of lab/array");
    // It was read of others only.
    let mut of_others = read("array", &EVERYTHING, 0, 1_000);
    of_others.of = Some([account("eve")].into());
    insta::assert_snapshot!(check(&dan, &[], &[of_others.clone()]), @"unknown, no review of lab/array, no push of lab/array, no merge of lab/array");
    of_others.of = Some([account("dan")].into());
    insta::assert_snapshot!(check(&dan, &[], &[of_others]), @"inactive");
    // Whoever only writes does not use the right to push, and is seen.
    insta::assert_snapshot!(check(&dan, &[act("dan", "array", ActKind::Author, 990)], &all), @"inactive, seen author");
    // Whoever only reviews needs less than a right to push, and so is not told to have nothing to do: that a team's level would do.
    insta::assert_snapshot!(check(&collaboration("site", "eve"), &[act("eve", "site", ActKind::Review, 990)], &[read("site", &EVERYTHING, 0, 1_000)]), @"inactive, triage would do, seen review");
    // What others did, and what is to come, says nothing.
    insta::assert_snapshot!(check(&dan, &[act("eve", "array", ActKind::Merge, 990), merge(1_001)], &all), @"inactive");
}

#[test]
fn levels_are_asked_for_what_they_are_for() {
    let all = [
        read("array", &EVERYTHING, 0, 1_000),
        read("site", &EVERYTHING, 0, 1_000),
    ];
    let eve = collaboration("site", "eve");
    insta::assert_snapshot!(check(&eve, &[act("eve", "site", ActKind::Push, 990)], &all), @"inactive, write would do, seen push");
    insta::assert_snapshot!(check(&eve, &[act("eve", "site", ActKind::Administration, 990)], &all), @"active, last administration, seen administration");
    insta::assert_snapshot!(check(&collaboration("array", "fay"), &[act("fay", "array", ActKind::Review, 990)], &all), @"active, last review, seen review");
    insta::assert_snapshot!(check(&membership("dan"), &[act("dan", "site", ActKind::Review, 990)], &all), @"active, last review, seen review");
    insta::assert_snapshot!(check(&membership("dan"), &[], &all), @"inactive");
    insta::assert_snapshot!(check(&membership("cy"), &[], &all), @"unknown, no administration of lab");
    insta::assert_snapshot!(check(&in_team("gpu", "hal"), &[], &all), @"exempt, an exception until 2026-11-18T22:13:20Z: on leave");
    insta::assert_snapshot!(check(&in_team("gpu", "ida"), &[], &all), @"exempt, a program");
}

#[test]
fn members_of_an_organisation_may_work_where_nobody_looks() {
    let all = [
        read("array", &EVERYTHING, 0, 1_000),
        read("site", &EVERYTHING, 0, 1_000),
    ];
    let of = |evidence: Evidence| {
        let whole = Evidence {
            coverage: all.to_vec(),
            ..evidence
        };
        let lines = ledger(
            &lab(),
            &whole,
            &Exempt::default(),
            &Policy::default(),
            day(1_000),
        );
        let line = lines.into_iter().find(|it| it.right == membership("dan"));
        format!("{:?}", line.unwrap().verdict)
    };
    insta::assert_snapshot!(of(Evidence::default()), @"Inactive { would_do: None }");
    let more = Evidence {
        repositories: ["lab/new".to_owned()].into(),
        ..Evidence::default()
    };
    insta::assert_snapshot!(of(more), @r#"Unknown { missing: [Missing { place: "lab/new", kind: Author }, Missing { place: "lab/new", kind: Review }, Missing { place: "lab/new", kind: Push }, Missing { place: "lab/new", kind: Merge }] }"#);
    let partial = Evidence {
        partial: ["lab".to_owned()].into(),
        ..Evidence::default()
    };
    insta::assert_snapshot!(of(partial), @r#"Unknown { missing: [Missing { place: "lab", kind: Author }, Missing { place: "lab", kind: Review }, Missing { place: "lab", kind: Push }, Missing { place: "lab", kind: Merge }] }"#);
}

proptest! {
    /// Without evidence nobody is called inactive; and more evidence of acts never turns active into something else.
    #[test]
    fn never_inactive_from_nothing(acts in prop::collection::vec((0..6_usize, 0..9_usize, 0..1_000_i64), 0..20)) {
        let logins = ["ann", "ben", "cy", "dan", "eve", "fay"];
        let acts: Vec<Act> = acts.into_iter().map(|(who, kind, at)| act(logins[who], "array", ActKind::ALL[kind], at)).collect();
        let of = |acts: &[Act], coverage: &[Coverage]| {
            let evidence = Evidence { acts: acts.to_vec(), coverage: coverage.to_vec(), ..Evidence::default() };
            ledger(&lab(), &evidence, &Exempt::default(), &Policy::default(), day(1_000))
        };
        for line in of(&acts, &[]) {
            prop_assert!(matches!(line.verdict, Verdict::Active | Verdict::Unknown { .. }), "{line:?}");
        }
        let all = [read("array", &EVERYTHING, 0, 1_000), read("site", &EVERYTHING, 0, 1_000)];
        let (fewer, more) = (of(&acts[..acts.len() / 2], &all), of(&acts, &all));
        for (fewer, more) in fewer.iter().zip(&more) {
            prop_assert!(fewer.verdict != Verdict::Active || more.verdict == Verdict::Active);
        }
    }
}

/// The places of a right, as the profile speaks of them; said once more, so that the ledger is held against something else.
fn places(right: &Right, level: Held) -> Vec<(String, RoleOf, Held)> {
    let rights = lab();
    match right {
        Right::Collaboration { repository, .. } => {
            vec![(repository.clone(), RoleOf::Repository, level)]
        }
        Right::TeamMembership { team, .. } => {
            let own = rights.all().filter_map(|(it, level)| match it {
                Right::TeamAccess {
                    team: of,
                    repository,
                } if of == team => Some((repository.clone(), RoleOf::Repository, level)),
                _ => None,
            });
            own.collect()
        }
        Right::Membership { organisation, .. } if level == Held::Owner => {
            vec![(organisation.clone(), RoleOf::Organisation, level)]
        }
        Right::Membership { .. } => {
            let is_one =
                |it: &Right| matches!(it, Right::TeamAccess { .. } | Right::Collaboration { .. });
            let mut all: Vec<String> = Vec::new();
            for (right, _) in rights.all().filter(|(it, _)| is_one(it)) {
                all.push(match right {
                    Right::TeamAccess { repository, .. } => repository.clone(),
                    other => other.place().to_owned(),
                });
            }
            let members = all.into_iter();
            members
                .map(|it| (it, RoleOf::Organisation, level))
                .collect()
        }
        Right::IndexRole { project, .. } => vec![(project.clone(), RoleOf::Index, level)],
        _ => Vec::new(),
    }
}

fn kinds() -> impl Strategy<Value = BTreeSet<ActKind>> {
    prop::collection::btree_set((0..9_usize).prop_map(|it| ActKind::ALL[it]), 1..9)
}

proptest! {
    /// Whatever a profile requires: a right is inactive only where all of it was read, of this account, from before the limit until
    /// now, at every place; where a part is missing and nothing young is seen, it is unknown.
    #[test]
    fn unknown_whenever_something_required_was_not_read(
        roles in prop::collection::vec((kinds(), kinds(), 1..900_i64), 9),
        acts in prop::collection::vec((0..6_usize, 0..9_usize, 0..1_000_i64, any::<bool>()), 0..12),
        read in prop::collection::vec((0..4_usize, kinds(), 0..1_000_i64, 900..1_001_i64, prop::option::of(0..6_usize)), 0..12),
        more in prop::option::of("x"),
        is_partial in any::<bool>(),
    ) {
        let logins = ["ann", "ben", "cy", "dan", "eve", "fay"];
        let sites = ["lab/array", "lab/site", "lab", "lab/x"];
        let mut text = String::new();
        let named = [("repository", "read"), ("repository", "triage"), ("repository", "write"), ("repository", "maintain"), ("repository", "admin"),
            ("organisation", "member"), ("organisation", "owner"), ("index", "maintainer"), ("index", "owner")];
        for ((of, level), (needs, requires, days)) in named.iter().zip(&roles) {
            let list = |kinds: &BTreeSet<ActKind>| kinds.iter().map(|it| format!("'{}'", it.id())).collect::<Vec<_>>().join(", ");
            text += &format!("[[role]]\nof = '{of}'\nlevel = '{level}'\nneeds = [{}]\nrequires = [{}]\ndays = {days}\n", list(needs), list(requires));
        }
        let policy = Policy::read(&text).unwrap();
        let evidence = Evidence {
            acts: acts.into_iter().map(|(who, kind, at, is_site)| act(logins[who], if is_site { "site" } else { "array" }, ActKind::ALL[kind], at)).collect(),
            coverage: read.into_iter().map(|(place, kinds, since, until, of)| Coverage {
                source: EvidenceSource::Import,
                place: sites[place].to_owned(),
                kinds,
                of: of.map(|it| [account(logins[it])].into()),
                since: day(since),
                until: day(until),
            }).collect(),
            repositories: more.iter().map(|it| format!("lab/{it}")).collect(),
            partial: is_partial.then(|| "lab".to_owned()).into_iter().collect(),
        };
        let rights = lab();
        for line in ledger(&rights, &evidence, &Exempt::default(), &policy, day(1_000)) {
            let who = line.right.holder().unwrap();
            let is_member = matches!(line.right, Right::Membership { .. }) && line.level == Held::Member;
            let mut places = places(&line.right, line.level);
            places.extend(more.iter().filter(|_| is_member).map(|it| (format!("lab/{it}"), RoleOf::Organisation, Held::Member)));
            let is_read = |place: &str, kind: ActKind, days: i64| evidence.coverage.iter().any(|it| {
                it.place == place && it.kinds.contains(&kind) && it.since <= day(1_000 - days) && it.until >= day(993)
                    && it.of.as_ref().is_none_or(|of| of.contains(who))
            });
            let is_unsure = places.is_empty() || (is_member && is_partial);
            let all_read = !is_unsure && places.iter().all(|(place, of, level)| {
                let role = policy.role(*of, *level);
                role.requires.iter().all(|kind| is_read(place, *kind, role.days))
            });
            let is_used = places.iter().any(|(place, of, level)| {
                let role = policy.role(*of, *level);
                let mut acts = evidence.acts.iter();
                acts.any(|it| it.by == *who && it.place == *place && role.needs.contains(&it.kind) && it.at >= day(1_000 - role.days) && it.at <= day(1_000))
            });
            let expected = if is_used { "active" } else if all_read { "inactive" } else { "unknown" };
            prop_assert_eq!(line.verdict.id(), expected, "{:?}", line);
        }
    }
}
