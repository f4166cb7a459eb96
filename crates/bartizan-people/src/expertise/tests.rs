use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::corpus::sample::{self, day};

const HISTORY: &str = "
    a ann 2020-01-01 +lab/a.py +lab/b.py +doc/x
    b ben>ann 2021-01-01 ~lab/a.py co:cy
    c ben>ann 2022-01-01 ~lab/a.py ~lab/b.py
    d dependabot[bot]>ann 2022-06-01 ~doc/x
    e cy 2023-01-01 +lab/c.py lab/b.py>lab/new.py
    f ann 2023-06-01 -doc/x
    g dan>cy 2023-12-01 ~lab/new.py
";

/// Experts as lines.
fn check(history: &str, folder: &str) -> String {
    let corpus = sample::corpus(&[("p", history)]);
    let expertise = Expertise::of(&corpus, &corpus.projects[0], day("2024-01-01"));
    let mut text = String::new();
    for expert in expertise.experts(|path| path.starts_with(folder)) {
        let name = &corpus.person(expert.person).unwrap().name;
        let last = expert.last.unwrap().to_string();
        let files: Vec<String> = expert
            .files
            .iter()
            .map(|(path, it)| format!(" {path} {:.2}", it.share))
            .collect();
        let (weight, share) = (expert.weight, expert.share);
        writeln!(
            text,
            "{name} {weight:.2} {share:.2} {}{}",
            last.get(..10).unwrap(),
            files.concat()
        )
        .unwrap();
    }
    text
}

#[test]
fn authors_by_degree_and_age() {
    insta::assert_snapshot!(check(HISTORY, "lab/"), @r"
    ann 1.23 0.50 2022-01-01 lab/a.py 1.00 lab/new.py 1.00
    cy 0.83 0.34 2023-12-01 lab/c.py 1.00
    ben 0.40 0.16 2022-01-01 lab/a.py 0.81
    ");
    assert_eq!(check(HISTORY, "doc/"), "");
}

/// The figures of the formula, worked out by hand.
#[test]
fn the_degree_of_authorship() {
    let corpus = sample::corpus(&[(
        "p",
        "a ann 2020-01-01 +x\nb ben 2020-01-02 ~x\nc ben 2020-01-03 ~x",
    )]);
    let expertise = Expertise::of(&corpus, &corpus.projects[0], day("2020-01-03"));
    let shares: Vec<f64> = expertise.degrees("x").iter().map(|it| it.share).collect();
    let ann = 3.293 + 1.098 + 0.164 - 0.321 * 3.0_f64.ln();
    let ben = 3.293 + 0.164 * 2.0 - 0.321 * 2.0_f64.ln();
    assert!((shares[0] - 1.0).abs() < 1e-9);
    assert!((shares[1] - ben / ann).abs() < 1e-9);
}

fn reviewers(history: &str, paths: &[&str], authors: &[&str]) -> String {
    let corpus = sample::corpus(&[("p", history)]);
    let expertise = Expertise::of(&corpus, &corpus.projects[0], day("2024-01-01"));
    let named = |name: &str| corpus.persons.persons.iter().position(|it| it.name == name);
    let change = Change {
        paths: paths.iter().map(|it| (*it).to_owned()).collect(),
        authors: authors
            .iter()
            .map(|it| u32::try_from(named(it).unwrap()).unwrap())
            .collect(),
    };
    let mut text = String::new();
    for it in expertise.reviewers(&change) {
        let name = &corpus.person(it.person).unwrap().name;
        let files = it.files.join(" ");
        writeln!(
            text,
            "{name} {:.2} of {:.2}, load {:.2}: {files}",
            it.weight, it.knows, it.load
        )
        .unwrap();
    }
    text
}

#[test]
fn neither_authors_nor_the_inactive_are_asked() {
    insta::assert_snapshot!(reviewers(HISTORY, &["lab/new.py", "lab/c.py"], &["dan"]), @r"
    ann 0.78 of 0.78, load 0.00: lab/new.py
    cy 0.55 of 1.11, load 1.00: lab/c.py lab/new.py
    ");
    insta::assert_snapshot!(reviewers(HISTORY, &["lab/none.py"], &["cy"]), @"ann 0.50 of 0.50, load 0.00:");
    assert_eq!(reviewers(HISTORY, &[], &[]), "");
}

/// Whoever put in everything lately is asked after whoever knows less and carries nothing.
#[test]
fn load_is_spread() {
    let history = "
        a ann 2023-01-01 +x
        b ben 2023-11-01 ~x
        c cy>ann 2023-12-20 +y
    ";
    insta::assert_snapshot!(reviewers(history, &["x"], &[]), @r"
    ben 0.70 of 0.70, load 0.00: x
    ann 0.60 of 1.21, load 1.00: x
    cy 0.41 of 0.41, load 0.00:
    ");
}

proptest! {
    #[test]
    fn shares_are_shares(lines in prop::collection::vec((0..4_usize, 0..4_usize, 0..6_usize, 0..6_usize), 1..30)) {
        let mut history = String::new();
        for (number, (author, committer, one, other)) in lines.iter().enumerate() {
            let sign = ['+', '~', '~', '-'][(one + other + number) % 4];
            let moved = if number % 5 == 0 { format!("p{one}/f>p{other}/f") } else { String::new() };
            writeln!(history, "c{number} a{author}>a{committer} 2020-01-01 {sign}p{one}/f {moved}").unwrap();
        }
        let corpus = sample::corpus(&[("p", &history)]);
        let expertise = Expertise::of(&corpus, &corpus.projects[0], day("2020-01-02"));
        let experts = expertise.experts(|_| true);
        let all: f64 = experts.iter().map(|it| it.share).sum();
        prop_assert!(experts.is_empty() || (all - 1.0).abs() < 1e-9);
        for path in expertise.paths() {
            for degree in expertise.degrees(path) {
                prop_assert!((0.0..=1.0 + 1e-9).contains(&degree.share));
                prop_assert!(degree.changes + degree.handled <= 2 * degree.of_changes);
            }
        }
        let change = Change { paths: ["p0/f".to_owned()].into(), authors: [0].into() };
        for reviewer in expertise.reviewers(&change) {
            prop_assert!(reviewer.person != 0 && (0.0..=1.0).contains(&reviewer.load));
        }
    }
}
