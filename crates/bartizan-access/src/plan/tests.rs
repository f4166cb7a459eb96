use bartizan_formats::digest::Digest;
use bartizan_model::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    exempt::Exempt,
    right::{Held, Rights},
};

pub(crate) fn account(login: &str) -> Account {
    Account::hosted(login).unwrap()
}

pub(crate) fn day(day: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + day * DAY).unwrap()
}

pub(crate) fn membership(login: &str) -> Right {
    Right::Membership {
        organisation: "lab".to_owned(),
        account: account(login),
    }
}

pub(crate) fn in_team(team: &str, login: &str) -> Right {
    Right::TeamMembership {
        team: format!("lab/{team}"),
        account: account(login),
    }
}

pub(crate) fn team_access(team: &str, repository: &str) -> Right {
    Right::TeamAccess {
        team: format!("lab/{team}"),
        repository: format!("lab/{repository}"),
    }
}

pub(crate) fn collaboration(repository: &str, login: &str) -> Right {
    Right::Collaboration {
        repository: format!("lab/{repository}"),
        account: account(login),
    }
}

/// An organisation of ours with two owners, some teams and repositories, and somebody of each kind.
pub(crate) fn lab() -> Rights {
    let mut rights: Rights = [
        (membership("ann"), Held::Owner),
        (membership("ben"), Held::Owner),
        (membership("cy"), Held::Owner),
        (in_team("core", "cy"), Held::Maintainer),
        (team_access("core", "array"), Held::Admin),
        (team_access("gpu", "array"), Held::Write),
        (collaboration("site", "eve"), Held::Admin),
        (collaboration("array", "fay"), Held::Triage),
    ]
    .into_iter()
    .collect();
    for login in ["dan", "eve", "fay", "gus", "hal", "ida"] {
        rights.set(membership(login), Some(Held::Member));
        rights.set(in_team("gpu", login), Some(Held::Member));
    }
    let key = Right::DeployKey {
        repository: "lab/site".to_owned(),
        key: 7,
    };
    rights.set(key, Some(Held::Write));
    rights.put_into("lab/gpu", "lab/all");
    rights
}

/// A plan by `zoe`, applied as `ann`, of day 0.
pub(crate) fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        title: "rights that nobody uses".to_owned(),
        proposer: account("zoe"),
        actor: account("ann"),
        made: day(0),
        expires: day(PLAN_DAYS),
        snapshot: Digest::of(b"snapshot"),
        steps,
    }
}

pub(crate) fn step(rung: Rung, right: Right, from: Option<Held>, to: Option<Held>) -> Step {
    Step::new(rung, right, (from, to), "not used for 400 days")
}

/// One step of each kind that lowers something.
pub(crate) fn some() -> Plan {
    let key = Right::DeployKey {
        repository: "lab/site".to_owned(),
        key: 7,
    };
    plan(vec![
        step(
            Rung::Grant,
            in_team("emeriti", "dan"),
            None,
            Some(Held::Member),
        ),
        step(Rung::Unused, key, Some(Held::Write), None),
        step(
            Rung::Downgrade,
            membership("cy"),
            Some(Held::Owner),
            Some(Held::Member),
        ),
        step(
            Rung::Downgrade,
            in_team("gpu", "dan"),
            Some(Held::Member),
            None,
        ),
        step(
            Rung::Direct,
            collaboration("array", "fay"),
            Some(Held::Triage),
            Some(Held::Read),
        ),
    ])
}

/// The steps that lead from one state to another, as a plan orders them: what is wanted and not there is given, the rest is
/// reduced. A collaborator is never removed.
pub(crate) fn steps_between(before: &Rights, after: &Rights, reason: &str) -> Vec<Step> {
    let rights: std::collections::BTreeSet<&Right> =
        before.all().chain(after.all()).map(|(it, _)| it).collect();
    let mut steps: Vec<Step> = Vec::new();
    for right in rights {
        let (from, mut to) = (before.level(right), after.level(right));
        if matches!(right, Right::Collaboration { .. }) && to.is_none() {
            to = Some(Held::Read);
        }
        if from == to || matches!(right, Right::Notice { .. }) {
            continue;
        }
        let rung = match right {
            _ if to > from => Rung::Grant,
            Right::Membership { .. } if to.is_none() => Rung::Membership,
            Right::DeployKey { .. }
            | Right::Token { .. }
            | Right::Installation { .. }
            | Right::Invitation { .. } => Rung::Unused,
            Right::Collaboration { .. } if to == Some(Held::Read) => Rung::Direct,
            _ => Rung::Downgrade,
        };
        let mut step = Step::new(rung, right.clone(), (from, to), reason);
        step.put_concerned(before);
        steps.push(step);
    }
    steps.sort_by(|one, other| (one.rung, &one.right).cmp(&(other.rung, &other.right)));
    steps
}

fn check(plan: &Plan) -> String {
    match read(text(plan).as_bytes()) {
        Ok(again) => {
            assert_eq!(again, *plan);
            "a plan".to_owned()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_plan_has_one_text() {
    let plan = some();
    assert_eq!(check(&plan), "a plan");
    // What a hash is today it must stay, or no approval is of any plan any more.
    insta::assert_snapshot!(plan.hash(), @"ffedbf471a452819b1ec7bb25f9cb221c5ae6091228edba7f1196cdc7ab27925");
    let text = text(&plan);
    let other = text.replace("  \"schema_version\"", "\"schema_version\"");
    assert_eq!(read(other.as_bytes()), Err(PlanError::OtherText));
    let other = text.replace("\"member\"", "\"maintainer\"");
    assert_eq!(read(other.as_bytes()), Err(PlanError::Changed));
}

#[test]
fn what_no_plan_may_do() {
    let change = |change: &dyn Fn(&mut Plan)| {
        let mut plan = some();
        change(&mut plan);
        check(&plan)
    };
    let with = |step: Step| {
        let mut plan = some();
        plan.steps = vec![step];
        check(&plan)
    };
    insta::assert_snapshot!(change(&|it| it.expires = day(8)), @"the plan has to end within 7 days after it was made");
    insta::assert_snapshot!(change(&|it| it.steps.clear()), @"a plan has 1 to 500 steps, this one 0");
    insta::assert_snapshot!(change(&|it| it.title.clear()), @"the text of the title is empty, too long or more than one line");
    insta::assert_snapshot!(change(&|it| it.steps.reverse()), @"step 2: it belongs before the step that precedes it: the ladder has an order");
    insta::assert_snapshot!(change(&|it| { let last = it.steps[4].clone(); it.steps.push(last); }), @"step 6: an earlier step is about the same right");
    insta::assert_snapshot!(change(&|it| it.steps[1].reason = "two\nlines".to_owned()), @"step 2: a reason, a piece of evidence or a name is empty, too long or more than one line");
    insta::assert_snapshot!(change(&|it| it.steps[2].inverse = Inverse::Set { from: None, to: None }), @"step 3: its inverse does not lead back to the state before it");
    insta::assert_snapshot!(with(step(Rung::Direct, collaboration("array", "fay"), Some(Held::Read), None)), @"step 1: it removes a collaborator, which deletes their forks and takes them off issues; lower the level in its place");
    insta::assert_snapshot!(with(step(Rung::Downgrade, membership("dan"), Some(Held::Member), None)), @"step 1: what it does is not of its rung");
    insta::assert_snapshot!(with(step(Rung::Unused, membership("dan"), Some(Held::Member), None)), @"step 1: what it does is not of its rung");
    insta::assert_snapshot!(with(step(Rung::Grant, membership("cy"), Some(Held::Owner), Some(Held::Member))), @"step 1: what it does is not of its rung");
    insta::assert_snapshot!(with(step(Rung::Downgrade, membership("cy"), Some(Held::Owner), Some(Held::Admin))), @"step 1: the right has no such level");
    insta::assert_snapshot!(with(step(Rung::Downgrade, membership("cy"), Some(Held::Owner), Some(Held::Owner))), @"step 1: it changes nothing");
}

/// The ladder for some candidates, as lines.
fn climb(
    candidates: &[(Right, Option<Held>)],
    told: &[(&str, i64, bool)],
    alone: &[&str],
    most: usize,
) -> String {
    let candidates: Vec<Candidate> = candidates
        .iter()
        .map(|(right, keep)| Candidate {
            right: right.clone(),
            reason: "not used".to_owned(),
            evidence: Vec::new(),
            keep: *keep,
        })
        .collect();
    let manner = Manner {
        emeriti: [("lab".to_owned(), "lab/emeriti".to_owned())].into(),
        told: told
            .iter()
            .map(|(login, at, has_objected)| {
                let told = Told {
                    at: day(*at),
                    has_objected: *has_objected,
                };
                (("lab".to_owned(), account(login)), told)
            })
            .collect(),
        exempt: Exempt {
            bots: alone.iter().map(|it| account(it)).collect(),
            ..Exempt::default()
        },
        most,
    };
    let ladder = Ladder::climb(&lab(), &candidates, &manner, day(100));
    if !ladder.steps.is_empty() {
        plan(ladder.steps.clone()).check().unwrap();
    }
    let level = |it: Option<Held>| it.map_or("none", Held::id);
    let mut lines: Vec<String> = ladder
        .steps
        .iter()
        .map(|it| {
            format!(
                "{}: {} to {}",
                it.right.words(),
                level(it.from),
                level(it.to)
            )
        })
        .collect();
    lines.extend(
        ladder
            .waiting
            .iter()
            .map(|(right, why)| format!("waits: {}: {why}", right.words())),
    );
    lines.extend(
        ladder
            .reminders
            .iter()
            .map(|(_, who)| format!("remind {who}")),
    );
    lines.join("\n")
}

#[test]
fn the_ladder_is_climbed_slowly() {
    let gpu = |login| (in_team("gpu", login), None);
    // First a notice.
    insta::assert_snapshot!(climb(&[gpu("dan")], &[], &[], 9), @"the notice to github:dan of the organisation lab: none to given");
    // Then time passes.
    insta::assert_snapshot!(climb(&[gpu("dan")], &[("dan", 95, false)], &[], 9), @"waits: github:dan in the team lab/gpu: told; nothing is taken away before 2024-03-18T22:13:20Z");
    insta::assert_snapshot!(climb(&[gpu("dan")], &[("dan", 80, false)], &[], 9), @r"
    waits: github:dan in the team lab/gpu: told; nothing is taken away before 2024-03-03T22:13:20Z
    remind github:dan
    ");
    // Then they leave the team, and are named among those who were there once.
    insta::assert_snapshot!(climb(&[gpu("dan"), (membership("dan"), None)], &[("dan", 70, false)], &[], 9), @r"
    github:dan in the team lab/emeriti: none to member
    github:dan in the team lab/gpu: member to none
    waits: github:dan in the organisation lab: other rights of the same account come first, or nothing less can be kept
    ");
    // Whoever objects, is a program or has an exception keeps everything.
    insta::assert_snapshot!(climb(&[gpu("dan"), gpu("eve")], &[("dan", 0, true), ("eve", 0, false)], &["eve"], 9), @r"
    waits: github:dan in the team lab/gpu: they asked to keep it; an exception or a person decides
    waits: github:eve in the team lab/gpu: a program, or somebody with an exception
    ");
    // Owners become members, grants of their own shrink and are never removed.
    insta::assert_snapshot!(climb(&[(membership("cy"), None), (collaboration("site", "eve"), None), (collaboration("array", "fay"), None)], &[("cy", 0, false), ("eve", 0, false), ("fay", 0, false)], &[], 9), @r"
    github:cy in the organisation lab: owner to member
    github:eve by a grant of their own in the repository lab/site: admin to triage
    github:fay by a grant of their own in the repository lab/array: triage to read
    ");
    // Only so many at once.
    insta::assert_snapshot!(climb(&[gpu("dan"), gpu("eve")], &[("dan", 0, false), ("eve", 0, false)], &[], 1), @r"
    github:dan in the team lab/emeriti: none to member
    github:dan in the team lab/gpu: member to none
    waits: github:eve in the team lab/gpu: a plan may take only so many; it is left for the next one
    ");
}

/// Whoever was told more than a year ago is told again, and of what; whoever asked to keep it is not.
#[test]
fn a_notice_counts_for_a_year() {
    let told = |at: i64, has_objected: bool| {
        let at = day(at);
        let manner = Manner {
            told: [(
                ("lab".to_owned(), account("dan")),
                Told { at, has_objected },
            )]
            .into(),
            most: 5,
            ..Manner::default()
        };
        let candidate = Candidate {
            right: in_team("gpu", "dan"),
            reason: "not used".to_owned(),
            evidence: Vec::new(),
            keep: None,
        };
        let ladder = Ladder::climb(&lab(), &[candidate], &manner, day(400));
        let steps = ladder.steps.into_iter();
        let steps = steps.map(|it| format!("{:?} {:?}", it.rung, it.evidence));
        steps.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told(400 - NOTICE_HOLDS_DAYS + 1, false), @"Downgrade []");
    insta::assert_snapshot!(told(400 - NOTICE_HOLDS_DAYS, false), @r#"Notice ["github:dan in the team lab/gpu: member to nothing; not used"]"#);
    insta::assert_snapshot!(told(0, true), @"");
}

#[test]
fn what_is_wanted_becomes_steps() {
    let before = lab();
    let mut after = before.clone();
    after.set(collaboration("array", "fay"), None);
    after.set(in_team("core", "ida"), Some(Held::Member));
    after.set(membership("gus"), None);
    let steps = steps_between(&before, &after, "as it is wanted");
    plan(steps.clone()).check().unwrap();
    let lines: Vec<String> = steps
        .iter()
        .map(|it| format!("{:?} {}", it.rung, it.right.words()))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    Grant github:ida in the team lab/core
    Direct github:fay by a grant of their own in the repository lab/array
    Membership github:gus in the organisation lab
    ");
}

/// A document with one change, at each of its bytes: each bit turned, the byte left out, another one put before it.
pub(crate) fn tampered(document: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..document.len()).flat_map(move |place| {
        let bits = (0..8).map(move |bit| {
            let mut bytes = document.to_vec();
            bytes[place] ^= 1 << bit;
            bytes
        });
        let mut less = document.to_vec();
        less.remove(place);
        let mut more = document.to_vec();
        more.insert(place, b' ');
        bits.chain([less, more])
    })
}

#[test]
fn every_byte_of_a_plan_is_looked_at() {
    let text = text(&some());
    let mut count = 0;
    for bytes in tampered(text.as_bytes()) {
        assert!(read(&bytes).is_err(), "{}", String::from_utf8_lossy(&bytes));
        count += 1;
    }
    assert_eq!(count, 10 * text.len());
}

proptest! {
    /// No byte can be another one.
    #[test]
    fn every_byte_counts(place in 0..100_000_usize, byte in any::<u8>()) {
        let mut bytes = text(&some()).into_bytes();
        let place = place % bytes.len();
        if bytes[place] != byte {
            bytes[place] = byte;
            prop_assert!(read(&bytes).is_err());
        }
    }

    #[test]
    fn never_panics(cut in 0..3_000_usize, put in "[\\PC\"{}\\[\\]:,0-9]{0,8}") {
        let mut text = text(&some());
        if text.is_char_boundary(cut) {
            text.insert_str(cut, &put);
        }
        let _ = read(text.as_bytes());
        let _ = read(put.as_bytes());
    }
}
