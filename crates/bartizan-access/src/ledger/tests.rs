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
    insta::assert_snapshot!(check(&dan, &[merge(800)], &[]), @"unknown, no push of lab/array, no merge of lab/array, last merge, seen merge");
    // Half of it was read, or not for long enough, or not until now.
    insta::assert_snapshot!(check(&dan, &[], &[read("array", &[ActKind::Push], 0, 1_000)]), @"unknown, no merge of lab/array");
    insta::assert_snapshot!(check(&dan, &[], &[read("array", &EVERYTHING, 900, 1_000)]), @"unknown, no push of lab/array, no merge of lab/array");
    insta::assert_snapshot!(check(&dan, &[], &[read("array", &EVERYTHING, 0, 900)]), @"unknown, no push of lab/array, no merge of lab/array");
    insta::assert_snapshot!(check(&dan, &[], &[read("site", &EVERYTHING, 0, 1_000)]), @"unknown, no push of lab/array, no merge of lab/array");
    // It was read of others only.
    let mut of_others = read("array", &EVERYTHING, 0, 1_000);
    of_others.of = Some([account("eve")].into());
    insta::assert_snapshot!(check(&dan, &[], &[of_others.clone()]), @"unknown, no push of lab/array, no merge of lab/array");
    of_others.of = Some([account("dan")].into());
    insta::assert_snapshot!(check(&dan, &[], &[of_others]), @"inactive");
    // Whoever only writes does not use the right to push, and is seen.
    insta::assert_snapshot!(check(&dan, &[act("dan", "array", ActKind::Author, 990)], &all), @"inactive, seen author");
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

proptest! {
    /// Without evidence nobody is called inactive; and more evidence of acts never turns active into something else.
    #[test]
    fn never_inactive_from_nothing(acts in prop::collection::vec((0..6_usize, 0..9_usize, 0..1_000_i64), 0..20)) {
        let logins = ["ann", "ben", "cy", "dan", "eve", "fay"];
        let acts: Vec<Act> = acts.into_iter().map(|(who, kind, at)| act(logins[who], "array", ActKind::ALL[kind], at)).collect();
        let of = |acts: &[Act], coverage: &[Coverage]| {
            let evidence = Evidence { acts: acts.to_vec(), coverage: coverage.to_vec() };
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
