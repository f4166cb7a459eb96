use proptest::prelude::*;

use super::*;
use crate::{keyed::Address, object::actor};

/// Persons as lines `NAME: actors`, and the reasons.
fn check(list: &[(&str, &str)], mailmap: &str, corrections: &str) -> String {
    let actors: Vec<Actor> = list
        .iter()
        .map(|(name, address)| actor(name, address))
        .collect();
    let mailmap = Mailmap::read(mailmap.as_bytes());
    let corrections = Corrections::read(corrections).unwrap();
    let found = persons(&actors, &mailmap, &corrections, &Key::new([1; 32]));
    let mut lines: Vec<String> = found
        .persons
        .iter()
        .map(|it| {
            let numbers = if it.host_numbers.is_empty() {
                String::new()
            } else {
                format!(" account {:?}", it.host_numbers)
            };
            format!("{}: {:?}{numbers}", it.name, it.actors)
        })
        .collect();
    lines.extend(
        found
            .merges
            .iter()
            .map(|it| format!("{} = {} by {:?}", it.one, it.other, it.reason)),
    );
    if found.kept_apart > 0 {
        lines.push(format!("kept apart {}", found.kept_apart));
    }
    lines.join("\n")
}

#[test]
fn each_reason_in_its_turn() {
    let list = [
        ("ann", "ann@old.example"),
        ("Ann Proper", "ann@new.example"),
        ("Ben Ny", "17+ben@users.noreply.github.com"),
        ("benny", "17+benny@users.noreply.github.com"),
        ("ben", "ben@users.noreply.github.com"),
        ("Ben Ny", "ben@home.example"),
        ("Cy", "CY@example.net"),
        ("cyril", "cy@example.net"),
        ("J. X", "jx@example.net"),
        ("J X", "other@example.net"),
    ];
    insta::assert_snapshot!(check(&list, "Ann Proper <ann@new.example> <ann@old.example>", ""), @r"
    Ann Proper: [0, 1]
    Ben Ny: [2, 3, 4, 5] account [17]
    Cy: [6, 7]
    J X: [9]
    J. X: [8]
    0 = 1 by Mailmap
    2 = 3 by HostNumber
    2 = 4 by HostLogin
    6 = 7 by Address
    2 = 5 by Name
    ");
}

#[test]
fn what_is_not_one_persons_merges_nobody() {
    let list = [
        ("Same Name", "1+one@users.noreply.github.com"),
        ("Same Name", "2+two@users.noreply.github.com"),
        ("Same Name", "same@example.net"),
        ("one", "3+one@users.noreply.github.com"),
        ("one", "one@users.noreply.github.com"),
        ("A Aa", "root@localhost"),
        ("B Bb", "root@localhost"),
        ("GitHub", "noreply@github.com"),
        ("Your Name", "x@example.net"),
        ("Your Name", "y@example.net"),
        ("dependabot[bot]", "b@example.net"),
    ];
    insta::assert_snapshot!(check(&list, "", ""), @r"
    A Aa: [5]
    B Bb: [6]
    GitHub: [7]
    Same Name: [0] account [1]
    Same Name: [1] account [2]
    Same Name: [2]
    Your Name: [8]
    Your Name: [9]
    dependabot[bot]: [10]
    one: [3] account [3]
    one: [4]
    ");
    let shared = [
        ("Ana Aa", "s@x.net"),
        ("Ben Bb", "s@x.net"),
        ("Cyd Cc", "s@x.net"),
        ("Dan Dd", "s@x.net"),
    ];
    insta::assert_snapshot!(check(&shared, "", ""), @r"
    Ana Aa: [0]
    Ben Bb: [1]
    Cyd Cc: [2]
    Dan Dd: [3]
    ");
}

#[test]
fn what_a_person_says_stands_above() {
    let list = [
        ("Ann B", "a@x.net"),
        ("Ann B", "b@x.net"),
        ("Zed", "5+zed@users.noreply.github.com"),
    ];
    let corrections = "
        [[join]]
        who = ['name:zed', 'name:ann b']
        reason = 'the same'
    ";
    insta::assert_snapshot!(check(&list, "", corrections), @r"
    Ann B: [0, 1, 2] account [5]
    0 = 1 by Joined
    0 = 2 by Joined
    ");
    let hash = Address::new("b@x.net").keyed(&Key::new([1; 32]));
    let corrections = format!(
        "[[split]]\nwho = ['hash:{hash}', 'account:5']\nreason = 'two'\n[[join]]\nwho = ['name:ann b', 'account:zed']\nreason = 'one'"
    );
    insta::assert_snapshot!(check(&list, "", &corrections), @r"
    Ann B: [0, 1]
    Zed: [2] account [5]
    0 = 1 by Joined
    kept apart 1
    ");
}

/// Names and addresses with few choices, so that many are equal.
fn some() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0..6_usize, 0..6_usize, 0..4_usize), 0..25)
}

fn groups(list: &[(String, String)]) -> (Vec<Vec<usize>>, Vec<Merge>) {
    let actors: Vec<Actor> = list
        .iter()
        .map(|(name, address)| actor(name, address))
        .collect();
    let found = persons(
        &actors,
        &Mailmap::default(),
        &Corrections::default(),
        &Key::new([1; 32]),
    );
    let mut groups: Vec<Vec<usize>> = found.persons.into_iter().map(|it| it.actors).collect();
    groups.sort();
    (groups, found.merges)
}

proptest! {
    /// Whoever people are and wherever they have their addresses: only what is equal counts.
    #[test]
    fn renaming_changes_nothing(some in some()) {
        let named = |first: &str, second: &str, host: &str| -> Vec<(String, String)> {
            some.iter().map(|(name, address, account)| {
                let address = match account {
                    0 => format!("{account}{address}+login{address}@users.noreply.github.com"),
                    _ => format!("{first}{address}@{host}"),
                };
                // One of three names has one word only.
                let name = if *name < 2 { format!("{first}{name}x") } else { format!("{first}{name}x {second}y") };
                (name, address)
            }).collect()
        };
        prop_assert_eq!(groups(&named("anna", "brown", "university.example.net")), groups(&named("\u{674e}w", "\u{5a1c}w", "mail.example.cn")));
    }

    #[test]
    fn each_is_one_person_and_merges_explain_it(some in some()) {
        let list: Vec<(String, String)> = some.iter().map(|(name, address, account)| {
            let address = if *account == 0 { format!("{address}+l@users.noreply.github.com") } else { format!("a{address}@x.net") };
            (format!("nn{name} mm{name}"), address)
        }).collect();
        let (groups, merges) = groups(&list);
        let mut all: Vec<usize> = groups.iter().flatten().copied().collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..list.len()).collect::<Vec<_>>());
        prop_assert_eq!(merges.len(), list.len() - groups.len());
    }
}
