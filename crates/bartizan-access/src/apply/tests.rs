use std::collections::BTreeSet;

use bartizan_model::hosting::Unseen;
use proptest::prelude::*;

use super::{
    fake::{Fake, Full, Paper, deaths},
    *,
};
use crate::{
    approval::{Approval, Checked, Way, judge},
    invariant::tests::guard,
    laboratory::Death,
    plan::{
        Ladder, Rung,
        tests::{account, collaboration, day, in_team, lab, membership, plan, some, step},
    },
};

fn approved(plan: &Plan) -> Approved {
    approved_by(plan, ["ben", "ida"])
}

fn approved_by(plan: &Plan, by: [&str; 2]) -> Approved {
    let approvals = by.map(|by| Checked {
        approval: Approval {
            plan: plan.hash(),
            by: account(by),
            at: day(1),
            way: Way::Ordinary,
            reason: "looked at".to_owned(),
        },
        refusal: None,
    });
    judge(plan.clone(), &approvals, &BTreeSet::new(), day(1)).unwrap()
}

type Ended = Result<Outcome, Stop<Unseen, Full>>;

fn apply(approved: &Approved, fake: &mut Fake, paper: &mut Paper) -> Ended {
    let history = paper.notes.clone();
    let live = fake.rights();
    let mut run = Run {
        approved,
        host: fake,
        journal: paper,
        history: &history,
    };
    run.apply(&live, &guard(), || day(1))
}

fn undo(approved: &Approved, fake: &mut Fake, paper: &mut Paper) -> Ended {
    let history = paper.notes.clone();
    let mut run = Run {
        approved,
        host: fake,
        journal: paper,
        history: &history,
    };
    run.undo()
}

#[test]
fn it_does_what_the_plan_says_and_takes_it_back() {
    let approved = approved(&some());
    let (mut fake, mut paper) = (Fake::of(&lab()), Paper::default());
    let expected = crate::invariant::after(&lab(), &some().steps);
    assert_eq!(
        apply(&approved, &mut fake, &mut paper),
        Ok(Outcome {
            done: 5,
            before: 0,
            left: 0
        })
    );
    assert_eq!(fake.rights(), expected);
    // Again: nothing is done.
    let lines = paper.notes.len();
    assert_eq!(
        apply(&approved, &mut fake, &mut paper),
        Ok(Outcome {
            done: 0,
            before: 5,
            left: 0
        })
    );
    assert_eq!((fake.rights(), paper.notes.len()), (expected, lines));
    // Back: all but the key, which cannot be put back.
    assert_eq!(
        undo(&approved, &mut fake, &mut paper),
        Ok(Outcome {
            done: 4,
            before: 0,
            left: 1
        })
    );
    let mut back = lab();
    back.set(some().steps[1].right.clone(), None);
    assert_eq!(fake.rights(), back);
    assert_eq!(
        undo(&approved, &mut fake, &mut paper),
        Ok(Outcome {
            done: 0,
            before: 4,
            left: 1
        })
    );
    assert_eq!(fake.rights(), back);
}

#[test]
fn a_run_that_is_killed_anywhere_is_gone_on_with() {
    let approved = approved(&some());
    let expected = crate::invariant::after(&lab(), &some().steps);
    let mut back = lab();
    back.set(some().steps[1].right.clone(), None);
    for (death, room) in deaths(5) {
        let (mut fake, mut paper) = (Fake::of(&lab()), Paper::default());
        fake.host.die(death);
        paper.room = room;
        assert!(
            apply(&approved, &mut fake, &mut paper).is_err(),
            "{death:?} {room:?}"
        );
        fake.host.die(None);
        paper.room = None;
        apply(&approved, &mut fake, &mut paper).unwrap();
        assert_eq!(fake.rights(), expected, "{death:?} {room:?}");
        for step in 1..=5 {
            assert!(
                paper.begun(Direction::Apply, step) >= 1,
                "{death:?} {room:?}"
            );
        }
        // The same on the way back.
        for (death, room) in deaths(4) {
            let (mut fake, mut paper) = (fake.again(), paper.clone());
            fake.host.die(death);
            paper.room = room.map(|it| paper.notes.len() + it);
            assert!(
                undo(&approved, &mut fake, &mut paper).is_err(),
                "{death:?} {room:?}"
            );
            fake.host.die(None);
            paper.room = None;
            undo(&approved, &mut fake, &mut paper).unwrap();
            assert_eq!(fake.rights(), back, "{death:?} {room:?}");
        }
    }
}

#[test]
fn killed_halfway_it_can_be_taken_back_too() {
    let approved = approved(&some());
    for (death, room) in deaths(5) {
        let (mut fake, mut paper) = (Fake::of(&lab()), Paper::default());
        fake.host.die(death);
        paper.room = room;
        apply(&approved, &mut fake, &mut paper).unwrap_err();
        fake.host.die(None);
        paper.room = None;
        undo(&approved, &mut fake, &mut paper).unwrap();
        let mut back = lab();
        back.set(
            some().steps[1].right.clone(),
            fake.rights().level(&some().steps[1].right),
        );
        assert_eq!(fake.rights(), back, "{death:?} {room:?}");
    }
}

#[test]
fn drift_stops_it_before_anything_is_done() {
    let approved = approved(&some());
    let mut drifted = lab();
    drifted.set(collaboration("array", "fay"), Some(Held::Write));
    let (mut fake, mut paper) = (Fake::of(&drifted), Paper::default());
    let stop = apply(&approved, &mut fake, &mut paper).unwrap_err();
    insta::assert_snapshot!(stop, @"step 5: github:fay by a grant of their own in the repository lab/array is write, the plan saw triage: nothing further was done");
    assert_eq!((fake.rights(), paper.notes.len()), (drifted, 0));
}

#[test]
fn what_others_did_is_not_undone() {
    let approved = approved(&some());
    let mut before = lab();
    before.set(in_team("gpu", "dan"), None);
    let (mut fake, mut paper) = (Fake::of(&before), Paper::default());
    assert_eq!(
        apply(&approved, &mut fake, &mut paper),
        Ok(Outcome {
            done: 4,
            before: 1,
            left: 0
        })
    );
    undo(&approved, &mut fake, &mut paper).unwrap();
    assert_eq!(fake.rights().level(&in_team("gpu", "dan")), None);
}

#[test]
fn invariants_are_asked_of_what_is_there_now() {
    let approved = approved(&some());
    let mut fewer = lab();
    fewer.set(membership("ben"), Some(Held::Member));
    let (mut fake, mut paper) = (Fake::of(&fewer), Paper::default());
    let stop = apply(&approved, &mut fake, &mut paper).unwrap_err();
    insta::assert_snapshot!(stop, @"the plan breaks what has to hold: the organisation lab would have 1 owners; 2 are needed");
    assert!(paper.notes.is_empty());
}

#[test]
fn it_ends_with_its_time_and_waits_for_people() {
    let approved_some = approved(&some());
    let (mut fake, mut paper) = (Fake::of(&lab()), Paper::default());
    let mut days = (1..).map(|it| day(if it < 4 { 1 } else { 9 }));
    let live = fake.rights();
    let mut run = Run {
        approved: &approved_some,
        host: &mut fake,
        journal: &mut paper,
        history: &[],
    };
    let stop = run
        .apply(&live, &guard(), || days.next().unwrap())
        .unwrap_err();
    insta::assert_snapshot!(stop, @"the plan ended before step 3");
    let index = |login: &str| Right::IndexRole {
        project: "array".to_owned(),
        account: account(login),
    };
    let mut rights = lab();
    for login in ["ann", "ben", "gus"] {
        rights.set(index(login), Some(Held::Owner));
    }
    let by_hand = approved(&plan(vec![step(
        Rung::Downgrade,
        index("gus"),
        Some(Held::Owner),
        None,
    )]));
    let mut fake = Fake::of(&rights);
    let stop = apply(&by_hand, &mut fake, &mut paper).unwrap_err();
    insta::assert_snapshot!(stop, @"step 1 is a person's to do: github:gus in the project array of the package index from owner to none; then apply again");
    fake.beside.set(index("gus"), None);
    assert_eq!(
        apply(&by_hand, &mut fake, &mut paper),
        Ok(Outcome {
            done: 0,
            before: 1,
            left: 0
        })
    );
}

#[test]
fn whoever_left_is_invited_back() {
    let mut rights = lab();
    rights.set(in_team("gpu", "dan"), None);
    let leaves = approved(&plan(vec![step(
        Rung::Membership,
        membership("dan"),
        Some(Held::Member),
        None,
    )]));
    let (mut fake, mut paper) = (Fake::of(&rights), Paper::default());
    apply(&leaves, &mut fake, &mut paper).unwrap();
    undo(&leaves, &mut fake, &mut paper).unwrap();
    assert_eq!(fake.rights().level(&membership("dan")), None);
    fake.host.accept();
    assert_eq!(fake.rights(), rights);
    assert_eq!(
        undo(&leaves, &mut fake, &mut paper),
        Ok(Outcome {
            done: 0,
            before: 1,
            left: 0
        })
    );
}

/// What is only offered is taken back as what is held; whoever was given something by name keeps reading.
#[test]
fn what_was_given_is_taken_back() {
    let given = plan(vec![
        step(Rung::Grant, membership("new"), None, Some(Held::Member)),
        step(Rung::Grant, in_team("gpu", "new"), None, Some(Held::Member)),
        step(
            Rung::Grant,
            collaboration("site", "out"),
            None,
            Some(Held::Write),
        ),
    ]);
    for accepts in [false, true] {
        let approved = approved(&given);
        let (mut fake, mut paper) = (Fake::of(&lab()), Paper::default());
        apply(&approved, &mut fake, &mut paper).unwrap();
        assert_eq!(fake.rights(), lab());
        if accepts {
            fake.host.accept();
            assert_eq!(
                fake.rights().level(&collaboration("site", "out")),
                Some(Held::Write)
            );
        }
        undo(&approved, &mut fake, &mut paper).unwrap();
        fake.host.accept();
        let mut back = lab();
        back.set(collaboration("site", "out"), Some(Held::Read));
        assert_eq!(fake.rights(), back);
    }
}

/// Somebody in a team belongs to its organisation: hosts have no others.
fn joined(mut rights: Rights) -> Rights {
    let within: Vec<crate::right::Account> = rights
        .all()
        .filter_map(|(right, _)| match right {
            Right::TeamMembership { account, .. } => Some(account.clone()),
            _ => None,
        })
        .collect();
    for account in within {
        let membership = membership(account.login());
        if rights.level(&membership).is_none() {
            rights.set(membership, Some(Held::Member));
        }
    }
    rights
}

proptest! {
    /// Whatever the organisation, the plan and the moment at which it is killed: gone on with it gives what the plan says, and
    /// taken back what was before.
    #[test]
    fn random_plans_are_applied_and_taken_back(
        world in crate::invariant::tests::world(),
        kill in (0..40_usize, 0..3_usize), back in (0..40_usize, 0..3_usize),
    ) {
        let before = joined(world.rights);
        let steps = world.steps.into_iter().filter(|it| before.level(&it.right) == it.from);
        let now = || day(1);
        // Of a random plan what breaks nothing.
        let ladder = Ladder { steps: steps.collect(), ..Ladder::default() };
        let steps = ladder.within(&before, &world.guard, day(1)).steps;
        if steps.is_empty() {
            return Ok(());
        }
        let plan = Plan { actor: world.guard.actor.clone(), ..plan(steps) };
        plan.check().unwrap();
        let approved = approved_by(&plan, ["someone", "somebody"]);
        let expected = crate::invariant::after(&before, &plan.steps);
        let (mut fake, mut paper) = (Fake::of(&before), Paper::default());
        let count = plan.steps.len();
        for (is_undo, (at, how), expected) in [(false, kill, &expected), (true, back, &before)] {
            let written = paper.notes.len();
            match how {
                0 => fake.host.die(Some(Death::Before(at % count))),
                1 => fake.host.die(Some(Death::After(at % count))),
                _ => paper.room = Some(written + at % (2 * count)),
            }
            for is_killed in [true, false] {
                let history = paper.notes.clone();
                let live = fake.rights();
                let mut run = Run { approved: &approved, host: &mut fake, journal: &mut paper, history: &history };
                let ended = if is_undo { run.undo() } else { run.apply(&live, &world.guard, now) };
                prop_assert_eq!(ended.is_err(), is_killed, "{:?}", ended);
                fake.host.die(None);
                paper.room = None;
            }
            // Whoever comes back is invited.
            fake.host.accept();
            prop_assert_eq!(&fake.rights(), expected);
        }
    }
}
