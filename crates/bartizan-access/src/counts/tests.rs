use proptest::prelude::*;

use super::*;
use crate::{
    laboratory::{Size, large},
    ledger::{Evidence, Policy, ledger},
    right::of_snapshot::Read,
};

const SIZE: Size = Size {
    people: 40,
    teams: 3,
    repositories: 6,
};

fn counted(snapshot: &Snapshot) -> Vec<Counts> {
    let (policy, read) = (Policy::default(), Read::of(snapshot));
    let evidence = Evidence::default();
    let ledger = ledger(
        &read.rights,
        &evidence,
        &policy.exempt,
        &policy,
        snapshot.taken,
    );
    Counts::of(snapshot, &ledger)
}

#[test]
fn an_organisation_in_numbers() {
    let snapshot = large(SIZE).unwrap();
    let counted = counted(&snapshot);
    let lines: Vec<String> = counted.iter().map(Counts::line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"{"organisation":"lab","taken":"2026-09-21T14:13:20Z","required":false,"members":{"all":40,"missing":2,"insecure":3,"unknown":0},"owners":{"all":5,"missing":1,"insecure":1,"unknown":0},"outside":{"all":0,"missing":0,"insecure":0,"unknown":0},"rights":{"used":0,"stale":0,"unknown":108,"exempt":0}}"#);
    for it in &counted {
        assert_eq!(Counts::read(it.line().as_bytes()).as_ref(), Some(it));
        assert!(it.is_public());
    }
    assert!(!lines.join("").contains("person"));
}

#[test]
fn a_summary_has_one_text() {
    let snapshot = large(SIZE).unwrap();
    let summary = Summary::of(&snapshot);
    let text = summary.text();
    insta::assert_snapshot!(text, @r#"{"bartizan":"second-factors/1","organisations":[{"organisation":"lab","required":false,"members":{"all":40,"missing":2,"insecure":3,"unknown":0},"owners":{"all":5,"missing":1,"insecure":1,"unknown":0},"outside":{"all":0,"missing":0,"insecure":0,"unknown":0}}],"taken":"2026-09-21T14:13:20Z"}"#);
    assert_eq!(Summary::read(&text).unwrap(), summary);
    for wrong in [
        format!("{text}\n"),
        text.replace("\"missing\":2", "\"missing\":200"),
        text.replace("second-factors/1", "second-factors/2"),
        text.replace("\"all\":5", "\"all\":41"),
        text.replace("\"required\":false", "\"required\":false,\"who\":\"ann\""),
    ] {
        assert_ne!(wrong, text);
        assert_eq!(Summary::read(&wrong), Err(SummaryError), "{wrong}");
    }
    let by: Account = "github:ann".parse().unwrap();
    let stated = Counts::of_summary(&summary, &by);
    assert_eq!(stated[0].rights, None);
    assert_eq!(stated[0].members, counted(&snapshot)[0].members);
}

#[test]
fn few_people_have_no_course() {
    let at = |people, seconds| {
        let mut made = large(Size { people, ..SIZE }).unwrap();
        made.taken = Timestamp::from_second(seconds).unwrap();
        counted(&made).remove(0)
    };
    assert!(Course::of_each([at(4, 0)]).is_empty());
    let summary = Summary::of(&large(SIZE).unwrap());
    let by: Account = "github:ann".parse().unwrap();
    let mut stated = Counts::of_summary(&summary, &by).remove(0);
    stated.taken = Timestamp::from_second(300).unwrap();
    let courses = Course::of_each([at(30, 200), stated.clone(), at(20, 100)]);
    let course = &courses["lab"];
    assert_eq!(course.newest(), Some(&stated));
    assert_eq!(course.newest_judged().unwrap().members.all, 30);
    assert_eq!(course.first_judged().unwrap().members.all, 20);
    let times: Vec<i64> = course.times().map(Timestamp::as_second).collect();
    assert_eq!(times, [100, 200, 300]);
    let before = course.before(Timestamp::from_second(200).unwrap());
    assert_eq!(before.newest().unwrap().members.all, 20);
}

proptest! {
    #[test]
    fn never_panics(line in "\\PC{0,200}", cut in 0_usize..400, put in "[0-9\"{}:,]{0,6}") {
        let _ = Counts::read(line.as_bytes());
        let _ = Summary::read(&line);
        let mut text = Summary::of(&large(SIZE).unwrap()).text();
        text.insert_str(cut.min(text.len()), &put);
        // What is read is written as it was.
        if let Ok(read) = Summary::read(&text) {
            prop_assert_eq!(read.text(), text);
        }
    }
}
