use proptest::prelude::*;

use super::*;
use crate::plan::tests::{account, day, plan, some, step, tampered};
use crate::{
    plan::{Rung, tests::membership},
    right::Held,
};

fn approval(plan: &Plan, by: &str, at: i64, way: Way) -> Checked {
    Checked {
        approval: Approval {
            plan: plan.hash(),
            by: account(by),
            at: day(at),
            way,
            reason: "looked at each step".to_owned(),
        },
        refusal: None,
    }
}

fn check(plan: &Plan, approvals: &[Checked], now: i64) -> String {
    let bots = [account("robot")].into();
    match judge(plan.clone(), approvals, &bots, day(now)) {
        Ok(approved) => {
            let by: Vec<String> = approved.by().iter().map(ToString::to_string).collect();
            format!("{} by {}", approved.way().id(), by.join(", "))
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn two_who_are_neither_subject_nor_proposer() {
    let plan = some();
    let of = |by: &str| approval(&plan, by, 1, Way::Ordinary);
    insta::assert_snapshot!(check(&plan, &[of("ann"), of("ben")], 2), @"ordinary by github:ann, github:ben");
    // Alone, twice, oneself, whom it concerns, a program.
    insta::assert_snapshot!(check(&plan, &[], 2), @"0 approvals of the plan count, 2 by different people are needed");
    insta::assert_snapshot!(check(&plan, &[of("ann")], 2), @"1 approval of the plan counts, 2 by different people are needed");
    insta::assert_snapshot!(check(&plan, &[of("ann"), of("Ann")], 2), @"1 approval of the plan counts, 2 by different people are needed");
    insta::assert_snapshot!(check(&plan, &[of("ann"), of("zoe")], 2), @"1 approval of the plan counts, 2 by different people are needed (github:zoe: whoever proposes does not approve)");
    insta::assert_snapshot!(check(&plan, &[of("ann"), of("dan")], 2), @"1 approval of the plan counts, 2 by different people are needed (github:dan: the plan changes their own rights)");
    insta::assert_snapshot!(check(&plan, &[of("ann"), of("robot")], 2), @"1 approval of the plan counts, 2 by different people are needed (github:robot: a program does not approve)");
    // Signed by nobody who may.
    let mut forged = of("ben");
    forged.refusal = Some("the signature does not fit the content".to_owned());
    insta::assert_snapshot!(check(&plan, &[of("ann"), forged], 2), @"1 approval of the plan counts, 2 by different people are needed (github:ben: the signature does not fit the content)");
    // Of another plan, of another time.
    let mut other = plan.clone();
    other.title = "another".to_owned();
    insta::assert_snapshot!(check(&plan, &[of("ann"), approval(&other, "ben", 1, Way::Ordinary)], 2), @"1 approval of the plan counts, 2 by different people are needed (github:ben: it is of another plan)");
    insta::assert_snapshot!(check(&plan, &[of("ann"), approval(&plan, "ben", 3, Way::Ordinary)], 2), @"1 approval of the plan counts, 2 by different people are needed (github:ben: it was given at a time at which the plan does not count)");
    insta::assert_snapshot!(check(&plan, &[of("ann"), of("ben")], 8), @"the plan is of another time: it counts from 2023-11-14T22:13:20Z to 2023-11-21T22:13:20Z");
    insta::assert_snapshot!(check(&plan, &[of("ann"), of("ben")], -1), @"the plan is of another time: it counts from 2023-11-14T22:13:20Z to 2023-11-21T22:13:20Z");
}

#[test]
fn an_emergency_only_lowers() {
    let lowers = plan(vec![step(
        Rung::Downgrade,
        membership("cy"),
        Some(Held::Owner),
        Some(Held::Member),
    )]);
    let removes = plan(vec![step(
        Rung::Membership,
        membership("cy"),
        Some(Held::Member),
        None,
    )]);
    let alone = |plan: &Plan, by: &str| approval(plan, by, 1, Way::Emergency);
    insta::assert_snapshot!(check(&lowers, &[alone(&lowers, "ben")], 2), @"emergency by github:ben");
    insta::assert_snapshot!(check(&lowers, &[alone(&lowers, "cy")], 2), @"0 approvals of the plan count, 2 by different people are needed (github:cy: the plan changes their own rights)");
    insta::assert_snapshot!(check(&removes, &[alone(&removes, "ben")], 2), @"one approval is enough only for a plan that lowers levels; this one does more");
    insta::assert_snapshot!(check(&removes, &[alone(&removes, "ben"), approval(&removes, "ann", 1, Way::Ordinary)], 2), @"ordinary by github:ann, github:ben");
    assert!(!some().only_lowers());
}

#[test]
fn a_plan_is_undone_for_a_month() {
    let plan = some();
    let approvals = [
        approval(&plan, "ann", 1, Way::Ordinary),
        approval(&plan, "ben", 1, Way::Ordinary),
    ];
    let undo = |at| judge_undo(plan.clone(), &approvals, &BTreeSet::new(), day(at)).is_ok();
    assert_eq!((undo(8), undo(30), undo(31)), (true, true, false));
}

#[test]
fn every_byte_of_an_approval_is_looked_at() {
    let plan = some();
    let signed = approval(&plan, "ann", 1, Way::Ordinary).approval;
    for bytes in tampered(signed.text().as_bytes()) {
        // What can be read is another text, which nobody signed.
        let text = String::from_utf8_lossy(&bytes);
        if let Ok(read) = Approval::read(&text) {
            assert_eq!(read.text(), text);
            assert_ne!(read, signed);
        }
    }
}

proptest! {
    /// No byte can be another one: what is read is the same text, which a signature is of.
    #[test]
    fn every_byte_counts(place in 0..10_000_usize, byte in 0x20..0x7f_u8) {
        let plan = some();
        let signed = approval(&plan, "ann", 1, Way::Ordinary).approval;
        let mut bytes = signed.text().into_bytes();
        let place = place % bytes.len();
        if bytes[place] != byte {
            bytes[place] = byte;
            let text = String::from_utf8(bytes).unwrap();
            if let Ok(read) = Approval::read(&text) {
                prop_assert_eq!(read.text(), text);
                prop_assert_ne!(read, signed);
            }
        }
    }

    #[test]
    fn never_panics(text in ".{0,200}") {
        let _ = Approval::read(&text);
    }
}
