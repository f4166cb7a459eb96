use std::fmt::Write as _;

use super::*;
use crate::corpus::{Corpus, sample};

/// Somebody's past, others' work, and what happens after a silence.
fn history(after: &str) -> String {
    let mut text = String::new();
    for day in 1..10 {
        writeln!(text, "a{day} ann 2019-01-0{day} ~doc/a").unwrap();
        writeln!(text, "d{day} dan>ann 2019-02-0{day} ~doc/d").unwrap();
    }
    text + after
}

/// The hints of a history, by names.
fn check(text: &str) -> String {
    let corpus = sample::corpus(&[("p", text)]);
    told(&corpus)
}

fn told(corpus: &Corpus) -> String {
    let acts = Acts::of(&corpus.projects[0], &|it| corpus.is_program(it));
    let (hints, returns) = hints(&acts, &MEASURED, THRESHOLD);
    let mut text = format!("{returns} returns");
    for hint in hints {
        let name = &corpus.person(hint.person).unwrap().name;
        let ids: Vec<&str> = hint.signals.iter().map(|it| it.id()).collect();
        write!(
            text,
            "\n{name} {:?} {:.1} {}",
            hint.told,
            hint.score,
            ids.join(" ")
        )
        .unwrap();
    }
    text
}

/// Much more than ever, on files that matter, with rights of their own.
fn loud(who: &str, year: u32) -> String {
    let mut text = String::new();
    for day in 1..25 {
        writeln!(
            text,
            "{who}{year}{day} {who} {year}-03-{day:02} ~src/c{day}/x ~setup.py"
        )
        .unwrap();
    }
    text
}

#[test]
fn who_comes_back_and_how() {
    for (after, expect) in [
        // Nobody came back, or not after so long.
        ("", "0 returns"),
        ("x dan>ann 2020-06-01 ~setup.py", "0 returns"),
        // As before, and quietly elsewhere; whoever puts it in comes back too.
        ("x dan>ann 2021-03-01 ~doc/d", "2 returns"),
        ("x dan>ann 2021-03-01 ~src/c ~setup.py", "2 returns"),
    ] {
        assert_eq!(check(&history(after)), expect, "{after}");
    }
    insta::assert_snapshot!(check(&history(&loud("dan", 2021))), @r"
    1 returns
    dan Yes 7.8 more-than-ever longer-than-ever first-use-of-a-right first-touch-of-sensitive-files new-parts-of-the-project
    ");
}

/// One hint is told in two years; another is held back and can be asked for.
#[test]
fn the_budget_of_a_project() {
    let both = loud("dan", 2021) + &loud("ann", 2022);
    insta::assert_snapshot!(check(&history(&both)), @r"
    2 returns
    dan Yes 7.8 more-than-ever longer-than-ever first-use-of-a-right first-touch-of-sensitive-files new-parts-of-the-project
    ann HeldBack 5.4 more-than-ever longer-than-ever first-touch-of-sensitive-files new-parts-of-the-project
    ");
}

/// Who is new has no past to differ from, however much they do; a program is nobody.
#[test]
fn to_be_new_is_nothing() {
    assert_eq!(check(&loud("new", 2021)), "0 returns");
    let twice = loud("robot[bot]", 2018) + &loud("robot[bot]", 2021);
    assert_eq!(check(&twice), "0 returns");
}

/// An account is held against itself: whoever else works there, and what they are called, changes nothing.
#[test]
fn nobody_is_held_against_others() {
    let text = history(&loud("dan", 2021));
    let own: Vec<&str> = text.lines().filter(|it| it.contains("dan")).collect();
    let alone = own.join("\n") + "\n";
    assert_eq!(check(&alone), check(&text));
    let renamed = text.replace("dan", "zoe").replace("ann", "bob");
    assert_eq!(check(&renamed).replace("zoe", "dan"), check(&text));
}
