use std::fmt::Write as _;

use proptest::prelude::*;

use super::{signal::ALL, *};
use crate::corpus::sample;

/// What is said of the last project of some at a day: the level, what holds and why, and what is unknown.
fn check(projects: &[(&str, &str)], day: &str) -> String {
    let corpus = sample::corpus(projects);
    let known = Known::of(&corpus);
    let project = corpus.projects.last().unwrap();
    let structure = Timeline::new(&corpus, project, &known).at(sample::day(day));
    let mut text = format!("{}\n", structure.level().as_str());
    for signal in ALL {
        let state = structure.state(signal);
        if state == State::DoesNot {
            continue;
        }
        let (word, why) = (signal.as_str(), structure.because(signal));
        writeln!(text, "{} {word}: {why}", state.as_str()).unwrap();
        if let Some(against) = structure.against(signal).filter(|_| state == State::Holds) {
            writeln!(text, "  but {against}").unwrap();
        }
    }
    text
}

/// Works of somebody, one a week from a day on, brought in by somebody.
fn works(prefix: &str, who: &str, (year, month): (i32, u32), count: u32) -> String {
    let mut text = String::new();
    for number in 0..count {
        let day = number % 27 + 1;
        let months = month - 1 + number / 27;
        let (year, month) = (year + i32::try_from(months / 12).unwrap(), months % 12 + 1);
        writeln!(
            text,
            "{prefix}{number} {who} {year}-{month:02}-{day:02} ~{prefix}{}",
            number % 12
        )
        .unwrap();
    }
    text
}

fn old() -> String {
    let files: Vec<String> = (0..12).map(|it| format!("+a{it}")).collect();
    format!("a ann 2015-01-01 {}\n", files.join(" "))
}

#[test]
fn a_newcomer_who_leads_is_a_risk_of_the_project() {
    let whole = old()
        + &works("b", "cy>ann", (2019, 1), 20)
        + &works("c", "dee>cy", (2019, 12), 4)
        + &works("d", "cy", (2020, 1), 20)
        + &works("e", "ann", (2020, 2), 6);
    insta::assert_snapshot!(check(&[("p", &whole)], "2020-03-01"), @r"
    high
    holds newcomer-leads: 66 % of the 30 works of the last half year are by somebody whose work has been taken in for 425 days; 1 person brings work in
      but 2 others wrote 10 of them as well
    holds backed-by-one: who came to bring in others' work 334 days after their first own had all 20 looked at by one person; 0 people bring work in beside them
      but 20 of their works had been looked at and taken in before
    holds one-author: 1 person would have to go before most of 46 files have nobody left who knows them
      but 3 people wrote something within a year
    holds few-hands: 1 person brings work in
      but 3 people wrote something within a year
    holds one-hand: 80 % of what came in within a year came by one hand
    unknown one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
    ");
    // In another project the same person's work had been taken in for years.
    let other = "z cy 2012-01-01 +x";
    insta::assert_snapshot!(check(&[("o", other), ("p", &whole)], "2020-03-01"), @r"
    high
    holds backed-by-one: who came to bring in others' work 334 days after their first own had all 20 looked at by one person; 0 people bring work in beside them
      but 20 of their works had been looked at and taken in before
    holds one-author: 1 person would have to go before most of 46 files have nobody left who knows them
      but 3 people wrote something within a year
    holds few-hands: 1 person brings work in
      but 3 people wrote something within a year
    holds one-hand: 80 % of what came in within a year came by one hand
    unknown one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
    ");
}

#[test]
fn several_who_look_are_no_risk() {
    let whole = old()
        + &works("b", "cy>ann", (2019, 1), 20)
        + &works("c", "dee>eve", (2019, 11), 20)
        + &works("d", "cy>fay", (2020, 1), 20)
        + &works("e", "ann>dee", (2020, 2), 20);
    insta::assert_snapshot!(check(&[("p", &whole)], "2020-03-01"), @r"
    usual
    unknown one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
    ");
}

#[test]
fn what_a_code_host_does_not_say_is_unknown() {
    let whole =
        old() + &works("b", "ben>github", (2019, 3), 27) + &works("c", "ann>github", (2020, 1), 27);
    insta::assert_snapshot!(check(&[("p", &whole)], "2020-03-01"), @r"
    usual
    unknown backed-by-one: of 52 of 52 works within a year the history does not say who brought them in
    holds one-author: 1 person would have to go before most of 36 files have nobody left who knows them
      but 2 people wrote something within a year
    unknown few-hands: of 52 of 52 works within a year the history does not say who brought them in
    unknown one-hand: of 52 of 52 works within a year the history does not say who brought them in
    unknown one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
    ");
}

#[test]
fn a_project_that_slept_and_was_woken() {
    let whole = old() + &works("b", "ann", (2015, 2), 10) + &works("c", "new", (2019, 1), 20);
    insta::assert_snapshot!(check(&[("p", &whole)], "2019-03-01"), @r"
    high
    holds newcomer-leads: 100 % of the 20 works of the last half year are by somebody whose work has been taken in for 59 days; 1 person brings work in
    holds revived-by-newcomer: after a year of sleep 100 % of the 20 works of the last half year are by somebody whose work has been taken in for 59 days
    holds one-author: 1 person would have to go before most of 34 files have nobody left who knows them
    holds few-hands: 1 person brings work in
    holds one-hand: 100 % of what came in within a year came by one hand
    unknown one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
    ");
}

#[test]
fn little_and_nothing() {
    insta::assert_snapshot!(check(&[("p", "a ann 2020-01-01 +x")], "2020-02-01"), @r"
    usual
    unknown newcomer-leads: 1 work came in within half a year; the project is too young, or that is too few to tell
    unknown one-author: 1 file and too few to tell
    unknown few-hands: 0 people bring work in
    unknown one-hand: 100 % of what came in within a year came by one hand
    unknown one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
    ");
    insta::assert_snapshot!(check(&[("p", "a ann 2020-01-01 +x")], "2019-02-01"), @r"
    usual
    unknown newcomer-leads: 0 works came in within half a year; the project is too young, or that is too few to tell
    unknown backed-by-one: nothing came in within a year
    unknown one-author: 0 files and too few to tell
    unknown few-hands: nothing came in within a year
    unknown one-hand: nothing came in within a year
    unknown one-releaser: 0 tags with a message within two years, made by 0 people; 0 claim to be signed, by 0 keys
    ");
}

#[test]
fn knowledge_moves_with_files_and_goes_with_them() {
    let truck = |text: &str| {
        let corpus = sample::corpus(&[("p", text)]);
        let known = Known::of(&corpus);
        let mut timeline = Timeline::new(&corpus, &corpus.projects[0], &known);
        let truck = timeline.at(sample::day("2021-01-01")).truck;
        (truck.factor, truck.files)
    };
    let many = |mark: &str, name: &str| {
        let words: Vec<String> = (0..10).map(|it| format!("{mark}{name}{it}")).collect();
        words.join(" ")
    };
    let one = format!("a ann 2020-01-01 {}", many("+", "x"));
    assert_eq!(truck(&one), (Some(1), 10));
    let two = format!("{one}\nb ben 2020-01-02 {}", many("+", "y"));
    assert_eq!(truck(&two), (Some(2), 20));
    let gone = format!("{two}\nc cy 2020-01-03 {}", many("-", "y"));
    assert_eq!(truck(&gone), (Some(1), 10));
    let moved = format!("{one}\nb ben 2020-01-02 x0>z0 -x0 x1>z1 -x1");
    assert_eq!(truck(&moved), (Some(1), 10));
}

/// Histories by few people, with whatever hand and time.
fn some() -> impl Strategy<Value = Vec<(usize, usize, u8, u8, usize)>> {
    prop::collection::vec(
        (0..5_usize, 0..6_usize, 0..12_u8, 0..27_u8, 0..14_usize),
        1..80,
    )
}

fn text(some: &[(usize, usize, u8, u8, usize)], names: &[&str; 6]) -> String {
    let mut text = String::new();
    for (number, (author, hand, month, day, path)) in some.iter().enumerate() {
        let year = 2014 + number / 12;
        let (author, hand) = (names[*author], names[*hand]);
        writeln!(
            text,
            "c{number} {author}>{hand} {year}-{:02}-{:02} +f{path}",
            month + 1,
            day + 1
        )
        .unwrap();
    }
    text
}

proptest! {
    /// Whoever people are: only who is the same counts.
    #[test]
    fn renaming_changes_nothing(some in some()) {
        let said = |names: &[&str; 6]| check(&[("p", &text(&some, names))], "2020-01-01");
        prop_assert_eq!(
            said(&["ann", "ben", "cy", "dee", "eve", "github"]),
            said(&["zhao", "yusuf", "xenia", "wanjiku", "v\u{e9}ra", "github"])
        );
    }

    /// Going forward step by step ends where one step ends.
    #[test]
    fn steps_do_not_matter(some in some(), days in prop::collection::btree_set(0..2_000_i64, 0..6)) {
        let text = text(&some, &["ann", "ben", "cy", "dee", "eve", "github"]);
        let corpus = sample::corpus(&[("p", &text)]);
        let known = Known::of(&corpus);
        let at = |day: i64| Timestamp::from_second(sample::day("2014-01-01").as_second() + day * DAY).unwrap();
        let mut slow = Timeline::new(&corpus, &corpus.projects[0], &known);
        for day in days {
            slow.at(at(day));
        }
        let mut fast = Timeline::new(&corpus, &corpus.projects[0], &known);
        prop_assert_eq!(slow.at(at(2_000)), fast.at(at(2_000)));
    }

    /// Parts are parts of their whole.
    #[test]
    fn parts_add_up(some in some()) {
        let text = text(&some, &["ann", "ben", "cy", "dee", "eve", "github"]);
        let corpus = sample::corpus(&[("p", &text)]);
        let known = Known::of(&corpus);
        let structure = Timeline::new(&corpus, &corpus.projects[0], &known).at(sample::day("2019-01-01"));
        let hands = &structure.hands;
        prop_assert_eq!(hands.of_others.all + hands.of_own.all + hands.unnamed, structure.recent.all);
        prop_assert!(structure.recent.by.len() <= structure.contributors);
        prop_assert!(structure.truck.people.len() <= structure.contributors);
    }
}
