use proptest::prelude::*;

use super::*;
use crate::{
    exempt::Excuse,
    plan::{
        Candidate, Ladder, Manner, Plan, Told,
        tests::{account, collaboration, day, in_team, lab, membership, plan, step, team_access},
    },
};

pub(crate) fn guard() -> Guard {
    Guard {
        actor: account("ann"),
        exempt: exempt([account("robot")], [account("hal")]),
        environments: vec![Environment {
            repository: "lab/array".to_owned(),
            name: "release".to_owned(),
            accounts: [account("ann"), account("cy"), account("gus")].into(),
            teams: ["lab/core".to_owned()].into(),
        }],
        dormant: [account("gus")].into(),
        most_percent: HARD_PERCENT,
    }
}

/// Programs, and people with an exception until day 50.
fn exempt(
    bots: impl IntoIterator<Item = Account>,
    people: impl IntoIterator<Item = Account>,
) -> Exempt {
    let mut exempt = Exempt::default();
    exempt.bots.extend(bots);
    for account in people {
        let excuse = Excuse {
            until: day(50),
            reason: "on leave".to_owned(),
            place: None,
            most: None,
        };
        exempt.excuse(account, excuse);
    }
    exempt
}

fn check(steps: &[Step]) -> String {
    check_with(&lab(), steps, &guard())
}

fn check_with(rights: &Rights, steps: &[Step], guard: &Guard) -> String {
    let broken = broken(rights, steps, guard, day(1));
    let lines: Vec<String> = broken.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn to_member(login: &str) -> Step {
    step(
        Rung::Downgrade,
        membership(login),
        Some(Held::Owner),
        Some(Held::Member),
    )
}

fn out_of(team: &str, login: &str) -> Step {
    step(
        Rung::Downgrade,
        in_team(team, login),
        Some(Held::Member),
        None,
    )
}

#[test]
fn what_has_to_hold() {
    // One owner of three may go, two may not; whoever applies stays.
    insta::assert_snapshot!(check(&[to_member("ben")]), @"");
    insta::assert_snapshot!(check(&[to_member("ben"), to_member("cy")]), @"the organisation lab would have 1 owners; 2 are needed");
    insta::assert_snapshot!(check(&[to_member("ann")]), @r"
    the environment release of lab/array would have 1 living reviewers; 2 are needed
    github:ann, with whose access the plan is applied, would lose some: github:ann in the organisation lab
    ");
    // The share, the exception, the program.
    let access = step(
        Rung::Downgrade,
        team_access("gpu", "array"),
        Some(Held::Write),
        Some(Held::Read),
    );
    insta::assert_snapshot!(check(std::slice::from_ref(&access)), @"");
    insta::assert_snapshot!(check(&[access, out_of("gpu", "dan")]), @"7 of 25 grants would change; a run may change 6");
    let mut usual = guard();
    usual.most_percent = USUAL_PERCENT;
    insta::assert_snapshot!(check_with(&lab(), &["dan", "eve", "fay"].map(|it| out_of("gpu", it)), &usual), @"3 of 25 grants would change; a run may change 2");
    insta::assert_snapshot!(check(&[out_of("gpu", "hal")]), @"github:hal has an exception until 2024-01-03T22:13:20Z");
    insta::assert_snapshot!(check(&[out_of("gpu", "robot")]), @"github:robot is a program, and would be treated as a person");
    insta::assert_snapshot!(check(&[step(Rung::Direct, collaboration("array", "fay"), Some(Held::Triage), Some(Held::Read))]), @"");
}

#[test]
fn places_keep_two_who_can_act() {
    let mut rights = lab();
    rights.set(membership("ben"), Some(Held::Member));
    rights.set(membership("cy"), Some(Held::Member));
    rights.set(membership("ann"), Some(Held::Owner));
    // Owners are too few before; that is not held against a plan that changes nothing of it.
    insta::assert_snapshot!(check_with(&rights, &[out_of("gpu", "dan")], &guard()), @"");
    insta::assert_snapshot!(check_with(&rights, &[out_of("core", "cy")], &guard()), @r"
    the repository lab/array would have 1 administrators; 2 are needed
    the environment release of lab/array would have 1 living reviewers; 2 are needed
    ");
    let project = |login: &str| Right::IndexRole {
        project: "array".to_owned(),
        account: account(login),
    };
    rights.set(project("ann"), Some(Held::Owner));
    rights.set(project("ben"), Some(Held::Owner));
    let step = step(
        Rung::Downgrade,
        project("ben"),
        Some(Held::Owner),
        Some(Held::Maintainer),
    );
    insta::assert_snapshot!(check_with(&rights, &[step], &guard()), @"the project array of the index would have 1 owners; 2 are needed");
}

#[test]
fn the_share_has_a_hard_limit() {
    assert_eq!(
        [most(0, 10), most(9, 10), most(100, 10), most(100, 90)],
        [1, 1, 10, 25]
    );
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) rights: Rights,
    pub(crate) guard: Guard,
    pub(crate) steps: Vec<Step>,
}

fn login(number: usize) -> String {
    format!("p{number}")
}

/// A random organisation with a random plan about it.
#[expect(clippy::too_many_lines, reason = "a table of what may be there")]
pub(crate) fn world() -> impl Strategy<Value = World> {
    let level = proptest::sample::select(vec![
        Held::Read,
        Held::Triage,
        Held::Write,
        Held::Maintain,
        Held::Admin,
    ]);
    let people = 2..12_usize;
    let given = prop::collection::vec(
        (0..5_u8, 0..12_usize, 0..3_usize, 0..3_usize, level.clone()),
        0..60,
    );
    let wanted = prop::collection::vec((0..60_usize, prop::option::of(level), 0..3_u8), 0..20);
    (
        people,
        given,
        wanted,
        0..12_usize,
        prop::collection::btree_set(0..12_usize, 0..4),
        1..40_usize,
    )
        .prop_map(|(people, given, wanted, actor, special, most_percent)| {
            let mut rights = Rights::default();
            for (kind, person, team, repository, level) in given {
                let who = login(person % people);
                let (right, level) = match kind {
                    0 => (
                        membership(&who),
                        if level == Held::Admin {
                            Held::Owner
                        } else {
                            Held::Member
                        },
                    ),
                    1 | 2 => (
                        in_team(&format!("t{team}"), &who),
                        if level == Held::Admin {
                            Held::Maintainer
                        } else {
                            Held::Member
                        },
                    ),
                    3 => (
                        team_access(&format!("t{team}"), &format!("r{repository}")),
                        level,
                    ),
                    _ => (collaboration(&format!("r{repository}"), &who), level),
                };
                rights.set(right, Some(level));
            }
            let held: Vec<(Right, Held)> = rights
                .all()
                .map(|(right, level)| (right.clone(), level))
                .collect();
            let mut after = rights.clone();
            for (which, to, how) in wanted {
                if let Some((right, _)) = held.get(which % held.len().max(1)) {
                    let to = match (right, how) {
                        (Right::Membership { .. } | Right::TeamMembership { .. }, 0) => {
                            Some(Held::Member)
                        }
                        (Right::Membership { .. } | Right::TeamMembership { .. }, _) => None,
                        _ => to,
                    };
                    after.set(right.clone(), to);
                }
            }
            let steps = crate::plan::tests::steps_between(&rights, &after, "random");
            let special: Vec<Account> = special.into_iter().map(|it| account(&login(it))).collect();
            let guard = Guard {
                actor: account(&login(actor % people)),
                exempt: exempt(
                    special.iter().take(1).cloned(),
                    special.iter().skip(1).take(1).cloned(),
                ),
                environments: vec![Environment {
                    repository: "lab/r0".to_owned(),
                    name: "release".to_owned(),
                    accounts: (0..4).map(|it| account(&login(it))).collect(),
                    teams: ["lab/t0".to_owned()].into(),
                }],
                dormant: special.iter().skip(2).cloned().collect(),
                most_percent,
            };
            World {
                rights,
                guard,
                steps,
            }
        })
}

/// The least of what there is, counted in another way than the invariants count it: one right after the other.
fn counts(rights: &Rights, guard: &Guard) -> Vec<usize> {
    let owners = (0..12)
        .filter(|it| rights.level(&membership(&login(*it))) == Some(Held::Owner))
        .count();
    let mut counts = vec![owners];
    for repository in 0..3 {
        let place = format!("lab/r{repository}");
        let admins = (0..12)
            .filter(|it| rights.in_repository(&account(&login(*it)), &place) == Some(Held::Admin));
        // A repository that nobody has any right to is not in the state at all.
        let is_known = rights.all().any(|(right, _)| right.place() == place);
        counts.push(if is_known { admins.count() } else { usize::MAX });
    }
    let reviewers = (0..12).filter(|it| {
        let who = account(&login(*it));
        let is_named = *it < 4 || rights.level(&in_team("t0", &login(*it))).is_some();
        let is_there = !guard.dormant.contains(&who) && !guard.exempt.bots.contains(&who);
        is_named && is_there && rights.in_repository(&who, "lab/r0").is_some()
    });
    counts.push(reviewers.count());
    counts
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever the organisation and the plan: one that is not refused leaves two who can act where there were two, takes nothing
    /// from whoever applies it, from programs and from those with an exception, and no more than its share.
    #[test]
    fn what_is_not_refused_breaks_nothing(world in world()) {
        let World { rights, guard, steps } = world;
        if broken(&rights, &steps, &guard, day(1)).is_empty() {
            let left = after(&rights, &steps);
            for (before, after) in counts(&rights, &guard).into_iter().zip(counts(&left, &guard)) {
                prop_assert!(after >= LEAST || after >= before || before == usize::MAX, "{before} {after}");
            }
            for (right, level) in rights.all() {
                let falls = left.level(right) < Some(level);
                if let (Some(holder), true) = (right.holder(), falls) {
                    prop_assert!(*holder != guard.actor);
                    prop_assert!(!guard.exempt.bots.contains(holder));
                    prop_assert!(guard.exempt.excused(holder, ("", None), day(1)).is_none());
                }
            }
            for repository in 0..3 {
                let place = format!("lab/r{repository}");
                prop_assert!(left.in_repository(&guard.actor, &place) >= rights.in_repository(&guard.actor, &place));
            }
            let fallen: usize = rights.all().filter(|(right, level)| left.level(right) < Some(*level)).map(|(right, _)| weight(&rights, right)).sum();
            prop_assert!(fallen <= 1.max(grants(&rights) * guard.most_percent.min(HARD_PERCENT) / 100));
        }
    }

    /// What the ladder makes is a plan, and reduces nobody who was not told thirty days before.
    #[test]
    fn the_ladder_makes_plans(world in world(), told in prop::collection::btree_map(0..12_usize, (0..100_i64, any::<bool>()), 0..12), most in 0..9_usize) {
        let World { rights, guard, .. } = world;
        let candidates: Vec<Candidate> = rights.all().map(|(right, _)| Candidate {
            right: right.clone(), reason: "unused".to_owned(), evidence: Vec::new(), keep: None,
        }).collect();
        let told = told.into_iter().map(|(who, (at, has_objected))| {
            (("lab".to_owned(), account(&login(who))), Told { at: day(at), has_objected })
        });
        let manner = Manner { told: told.collect(), exempt: guard.exempt.clone(), most, ..Manner::default() };
        let ladder = Ladder::climb(&rights, &candidates, &manner, day(100));
        let ladder = ladder.within(&rights, &guard, day(100));
        prop_assert_eq!(broken(&rights, &ladder.steps, &guard, day(100)), []);
        if ladder.steps.is_empty() {
            return Ok(());
        }
        let plan: Plan = plan(ladder.steps);
        prop_assert_eq!(plan.check(), Ok(()));
        prop_assert_eq!(crate::plan::read(crate::plan::text(&plan).as_bytes()), Ok(plan.clone()));
        let mut taken = 0;
        for step in &plan.steps {
            prop_assert_eq!(rights.level(&step.right), step.from);
            if let (Some(holder), true) = (step.right.holder(), step.right.is_grant() && step.to < step.from) {
                let told = manner.told.get(&("lab".to_owned(), holder.clone()));
                prop_assert!(told.is_some_and(|it| it.at <= day(70) && !it.has_objected));
                prop_assert!(!guard.exempt.bots.contains(holder));
            }
            taken += usize::from(step.right.is_grant() && step.to < step.from);
        }
        prop_assert!(taken <= most);
    }
}
