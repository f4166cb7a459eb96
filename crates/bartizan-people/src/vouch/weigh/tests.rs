use proptest::prelude::*;

use super::*;

fn time(year: &str) -> Timestamp {
    let text = if year.len() == 4 {
        format!("{year}-01-01")
    } else {
        year.to_owned()
    };
    format!("{text}T00:00:00Z").parse().unwrap()
}

/// A statement out of `DEED WHOM BY YEAR`, `!` behind it where its signature does not hold, `@` where it is another project's.
fn statement(line: &str) -> Checked {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [deed, whom, by, year, rest @ ..] = words.as_slice() else {
        panic!("`{line}` is short");
    };
    let deed = if *deed == "vouch" {
        Deed::Vouch
    } else {
        Deed::Revoke
    };
    let at = time(year);
    let handle = |name: &str| Handle::read(&format!("github:{name}")).unwrap();
    Checked {
        statement: Statement {
            deed,
            project: if rest.contains(&"@") { "other" } else { "lab" }.to_owned(),
            whom: handle(whom),
            by: handle(by),
            at,
            until: (deed == Deed::Vouch)
                .then(|| Timestamp::from_second(at.as_second() + 730 * 86_400).unwrap()),
            reason: "why".to_owned(),
        },
        refusal: rest.contains(&"!").then(|| "no".to_owned()),
    }
}

fn vouches(list: &str, statements: &str, now: &str) -> Vouches {
    let list = VouchList::read("x", list.as_bytes());
    let checked: Vec<Checked> = statements
        .lines()
        .filter(|it| !it.trim().is_empty())
        .map(statement)
        .collect();
    weigh("lab", &list, &checked, time(now))
}

fn check(list: &str, statements: &str, now: &str) -> String {
    let vouches = vouches(list, statements, now);
    let lines = vouches.judged.iter().map(|it| {
        let by = it.by.as_ref().map_or("-", |it| it.login.as_str());
        let why = it.why.as_ref().map(|it| format!(" ({it})"));
        format!(
            "{} by {by}: {} {:.2}{}",
            it.whom.login,
            it.state.id(),
            it.weight,
            why.unwrap_or_default()
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_state() {
    let list = "github:ann\ngithub:ben\ngithub:cy\n-github:dan spam\nfay\n";
    let statements = "
        vouch ann maintainer 2025
        vouch ann maintainer 2026
        vouch ben old 2020
        vouch cy forger 2026 !
        vouch cy cy 2026
        vouch cy visitor 2026 @
        vouch cy hasty 2027
        vouch dan kind 2026
        vouch eve careful 2026
        vouch ben strict 2025-06-01
        revoke ben other 2026
    ";
    insta::assert_snapshot!(check(list, statements, "2026-06-01"), @r"
    fay by -: unsigned 0.00
    ann by maintainer: renewed 0.00
    ann by maintainer: counts 1.00
    ben by old: expired 0.00
    ben by strict: revoked 0.00 (by github:other: why)
    cy by cy: own-word 0.00
    cy by forger: unproven 0.00 (no)
    cy by hasty: early 0.00
    cy by visitor: elsewhere 0.00 (other)
    dan by kind: denounced 0.00 (spam)
    eve by careful: not-listed 0.00
    ");
}

#[test]
fn who_was_wrong_counts_for_less() {
    let list = "github:a\ngithub:b\ngithub:c\ngithub:d\n";
    let statements = "
        vouch a ann 2026
        vouch b ann 2026
        vouch c ann 2026
        vouch d ann 2026
        vouch a ben 2026
        revoke d cy 2026-02-01
    ";
    insta::assert_snapshot!(check(list, statements, "2026-06-01"), @r"
    a by ann: counts 0.75
    a by ben: counts 1.00
    b by ann: counts 0.75
    c by ann: counts 0.75
    d by ann: revoked 0.00 (by github:cy: why)
    ");
    // Given again, it is no longer taken back.
    let again = format!("{statements}\nvouch d ann 2026-03-01");
    let weight = vouches(list, &again, "2026-06-01").counting("lab")[0].weight;
    assert!((weight - 1.0).abs() < 1e-9, "{weight}");
}

/// What another project says of somebody changes nothing here, and a list without the account gives no edge.
#[test]
fn denouncements_do_not_travel() {
    let statements = "vouch a ann 2026\nrevoke a ann 2026-02-01 @";
    let here = vouches("github:a\n", statements, "2026-06-01").counting("lab");
    assert_eq!(here.len(), 1);
    assert!((here[0].weight - 1.0).abs() < 1e-9);
    assert!(
        vouches("-github:a\n", statements, "2026-06-01")
            .counting("lab")
            .is_empty()
    );
    assert!(
        vouches("", statements, "2026-06-01")
            .counting("lab")
            .is_empty()
    );
}

proptest! {
    /// Every weight lies between 0 and 1, only what counts has one, and more revocations never raise any.
    #[test]
    fn weights_are_shares(given in prop::collection::vec((0..4_u8, 0..4_u8, 1..13_u8), 0..12), back in prop::collection::vec((0..4_u8, 1..13_u8), 0..4)) {
        let list = "github:p0\ngithub:p1\ngithub:p2\ngithub:p3\n";
        let lines = |revocations: usize| {
            let given = given.iter().map(|(whom, by, month)| format!("vouch p{whom} g{by} 2025-{month:02}-01"));
            let back = back.iter().take(revocations).map(|(whom, month)| format!("revoke p{whom} g9 2025-{month:02}-02"));
            given.chain(back).collect::<Vec<_>>().join("\n")
        };
        let before = vouches(list, &lines(0), "2026-01-01");
        let after = vouches(list, &lines(back.len()), "2026-01-01");
        prop_assert_eq!(before.judged.len(), after.judged.len());
        for it in before.judged.iter().chain(&after.judged) {
            prop_assert!((0.0..=1.0).contains(&it.weight));
            prop_assert!(it.state == State::Counts || it.weight == 0.0);
        }
        let sum = |it: &Vouches| it.judged.iter().map(|it| it.weight).sum::<f64>();
        prop_assert!(sum(&after) <= sum(&before) + 1e-9);
    }
}
