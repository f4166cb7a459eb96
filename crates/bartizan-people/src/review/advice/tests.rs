use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::{
    corpus::{Corpus, Source, sample},
    corrections::Corrections,
    history::{History, Proposed},
    keyed::Key,
    review::{change_of, proposals, survey},
    structure::Known,
};

/// The first project with its last commits taken out of the history and proposed as pull request 1, and others.
fn proposed(projects: &[(&str, &str)], count: usize) -> Corpus {
    let sources = projects.iter().enumerate().map(|(number, (name, text))| {
        let mut history = sample::history(text);
        if number == 0 {
            propose(&mut history, count);
        }
        Source {
            name: (*name).to_owned(),
            history,
        }
    });
    Corpus::of(
        sources.collect(),
        &Corrections::default(),
        &Key::new([1; 32]),
    )
}

fn propose(history: &mut History, count: usize) {
    let rest = history.commits.split_off(count);
    let commits = std::mem::replace(&mut history.commits, rest);
    history.pulls.push(crate::history::Pull {
        number: 1,
        head: commits[0].id,
        merged: crate::history::Merged::Unseen,
    });
    history.proposed.push(Proposed {
        pull: Some(1),
        head: commits[0].id,
        commits,
        is_cut: false,
    });
}

fn told(corpus: &Corpus, proposal: &Proposal, now: Timestamp) -> String {
    let project = &corpus.projects[0];
    let mut acquaintance = Acquaintance::new(corpus, project);
    acquaintance.read_before(proposal.taken_in.unwrap_or(now));
    let mut text = String::new();
    for part in &proposal.parts {
        let advice = advise(&acquaintance, (proposal, part), true, now);
        let (standing, words) = (advice.standing.as_str(), advice.words());
        writeln!(text, "{standing}, {} points: {words}", advice.points.len()).unwrap();
        for point in &advice.points {
            writeln!(text, "  {}: {}", point.reason.as_str(), point.evidence).unwrap();
            if let Some(against) = &point.against {
                writeln!(text, "    but {against}").unwrap();
            }
        }
    }
    text
}

/// Advice on the last commits of the first project, which is fragile, when they are proposed at a day.
fn check(projects: &[(&str, &str)], count: usize, day: &str) -> String {
    let corpus = proposed(projects, count);
    let proposals = proposals(&corpus, &corpus.projects[0]);
    told(&corpus, &proposals[0], sample::day(day))
}

const HISTORY: &str = "
    a ann 2019-01-01 +src/a.py +setup.py +.github/workflows/w.yml
    b ben>ann 2019-02-01 ~src/a.py
    c cy>ann 2019-02-02 ~setup.py
";

#[test]
fn ordinary_files_get_no_point_from_anybody() {
    for who in ["new", "ben", "ann"] {
        let text = format!("{HISTORY}\nd {who} 2022-01-01 ~src/a.py +doc/x.rst");
        assert!(check(&[("p", &text)], 1, "2022-01-02").contains(" 0 points: the usual review"));
    }
}

#[test]
fn what_acts_on_other_machines_gets_points_with_what_speaks_against_them() {
    let text = format!("{HISTORY}\nd new 2022-01-01 ~setup.py ~.github/workflows/w.yml");
    insta::assert_snapshot!(check(&[("p", &text)], 1, "2022-01-02"), @r"
    first-time, 2 points: one more person, who knows such files and looks at what they do when built, tested or run
      new-to-all: no work of the author has been taken in yet, and the change touches what runs on the code host's machines (`.github/workflows/w.yml`)
        but such files were changed here 1 times, 1 of them by somebody whose first work that was
      fragile-project: the project's structural risk is high, and the change touches what runs on the code host's machines (`.github/workflows/w.yml`)
        but such files were changed here 1 times, 1 of them by somebody whose first work that was
    ");
    let other = "x eve 2018-01-01 +a\ny new>eve 2018-01-02 ~a\nz new>fay 2018-01-03 ~a";
    insta::assert_snapshot!(check(&[("p", &text), ("o", other)], 1, "2022-01-02"), @r"
    first-time, 2 points: one more person, who knows such files and looks at what they do when built, tested or run
      unfamiliar-files: no work of the author has been taken in here yet, and the change touches what runs on the code host's machines (`.github/workflows/w.yml`)
        but 2 works taken in by another project, by 2 people
      fragile-project: the project's structural risk is high, and the change touches what runs on the code host's machines (`.github/workflows/w.yml`)
        but such files were changed here 1 times, 1 of them by somebody whose first work that was
    ");
    let back = format!("{HISTORY}\nd ben 2022-01-01 ~setup.py");
    insta::assert_snapshot!(check(&[("p", &back)], 1, "2022-01-02"), @r"
    returning, 2 points: one more person, who knows such files and looks at what they do when built, tested or run
      unfamiliar-files: none of 1 files that the author changed here was of that kind, and the change touches what builds run (`setup.py`)
        but 1 work taken in here, by one person
      fragile-project: the project's structural risk is high, and the change touches what builds run (`setup.py`)
        but such files were changed here 2 times, 2 of them by somebody whose first work that was
    ");
    let known = format!("{HISTORY}\nd cy 2019-03-01 ~setup.py");
    insta::assert_snapshot!(check(&[("p", &known)], 1, "2019-03-02"), @r"
    regular, 1 points: one more person, who knows such files
      fragile-project: the project's structural risk is high, and the change touches what builds run (`setup.py`)
        but such files were changed here 2 times, 2 of them by somebody whose first work that was
    ");
}

#[test]
fn a_range_that_is_in_already_says_by_whose_hand() {
    let text = format!("{HISTORY}\nd ann 2019-03-01 ~setup.py\ne ann 2019-03-02 ~src/a.py");
    let corpus = sample::corpus(&[("p", &text)]);
    let project = &corpus.projects[0];
    let commits = &project.history.commits;
    let proposal = change_of(&corpus, project, commits[2].id, commits[0].id).unwrap();
    insta::assert_snapshot!(told(&corpus, &proposal, sample::day("2019-04-01")), @r"
    regular, 2 points: one more person, who knows such files and looks at what they do when built, tested or run
      self-integrated: it is in already, by the author's own hand
        but a review that a history does not show may have happened
      fragile-project: the project's structural risk is high, and the change touches what builds run (`setup.py`)
        but such files were changed here 2 times, 2 of them by somebody whose first work that was
    ");
    assert_eq!(
        change_of(&corpus, project, commits[0].id, commits[0].id),
        None
    );
}

#[test]
fn what_is_rare_for_somebody() {
    let mut text = HISTORY.to_owned();
    for number in 0..60 {
        writeln!(text, "r{number} ben>ann 2019-03-01 ~src/a{number}.py").unwrap();
    }
    writeln!(text, "z ben 2019-06-01 +tests/data/good.lzma").unwrap();
    insta::assert_snapshot!(check(&[("p", &text)], 1, "2019-06-02"), @r"
    regular, 3 points: two people besides the author, one of whom releases; look at generated and binary contents, and at what they do when built
      unfamiliar-files: none of 61 files that the author changed here was of that kind, and the change touches contents that nobody can read as text (`tests/data/good.lzma`)
        but 61 works taken in here, by one person
      rare-for-author: 1 of 1 files are contents that nobody can read as text; before, 0 of 61 that the author changed here were
        but 61 works taken in here, by one person
      fragile-project: the project's structural risk is high, and the change touches contents that nobody can read as text (`tests/data/good.lzma`)
        but such files were changed here 0 times, 0 of them by somebody whose first work that was
    ");
}

#[test]
fn chances() {
    let text: Vec<String> = [(0, 1.0), (1, 1.0), (1, 0.005), (2, 0.5), (1, 0.0), (3, 1e9)]
        .iter()
        .map(|(count, expected)| format!("{:.4}", at_least(*count, *expected)))
        .collect();
    assert_eq!(text.join(" "), "1.0000 0.6321 0.0050 0.0902 0.0000 1.0000");
}

/// Histories by few people with whatever files, the last commits proposed.
fn some() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0..5_usize, 0..6_usize, 0..6_usize), 2..40)
}

const FILES: [&str; 6] = [
    "src/a.py",
    "setup.py",
    "doc/b.rst",
    ".github/workflows/w.yml",
    "t/x.xz",
    "src/c.py",
];

fn text(some: &[(usize, usize, usize)], names: &[&str; 6]) -> String {
    let mut text = String::new();
    for (number, (author, hand, file)) in some.iter().enumerate() {
        let (year, day) = (2014 + number / 6, number % 27 + 1);
        writeln!(
            text,
            "c{number} {}>{} {year}-03-{day:02} ~{}",
            names[*author], names[*hand], FILES[*file]
        )
        .unwrap();
    }
    text
}

proptest! {
    /// Whoever people are: only who is the same counts.
    #[test]
    fn renaming_changes_nothing(some in some()) {
        let said = |names: &[&str; 6]| check(&[("p", &text(&some, names))], 1, "2022-01-01");
        prop_assert_eq!(
            said(&["ann", "ben", "cy", "dee", "eve", "github"]),
            said(&["zhao", "yusuf", "xenia", "wanjiku", "v\u{e9}ra", "github"])
        );
    }

    /// No point without a file that acts on others' machines, and never more than there are.
    #[test]
    fn only_files_that_act_get_points(some in some()) {
        let corpus = proposed(&[("p", &text(&some, &["ann", "ben", "cy", "dee", "eve", "github"]))], some.len() / 2);
        let project = &corpus.projects[0];
        let known = Known::of(&corpus);
        let proposals = proposals(&corpus, project);
        let counted = survey((&corpus, project, &known), &proposals, &[]);
        for (row, points) in &counted.rows {
            prop_assert!(!row.is_ordinary || points[1..].iter().all(|it| *it == 0));
        }
        let all: usize = counted.rows.values().flatten().sum();
        prop_assert_eq!(all, proposals.len());
    }
}
