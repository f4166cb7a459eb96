use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::corpus::sample::{self, day};

/// Two projects with teams of two; work goes from hand to hand.
const ONE: &str = "
    a ann 2023-01-01
    b cy>ann 2023-02-01
    c cy>ben 2023-03-01
    d dan>ann 2023-04-01 co:eve
    e fay>fay 2023-05-01 co:gil
    f gil>github 2023-05-02
";
const OTHER: &str = "
    a hal 2023-01-01
    b cy>hal 2023-02-01
    c ida>hal 2023-03-01
    d dan>hal 2023-04-01
";

fn seed(corpus: &Corpus, project: &str, names: &[&str]) -> Seed {
    let number = |name: &str| corpus.persons.persons.iter().position(|it| it.name == name);
    let members = names.iter().filter_map(|it| number(it));
    Seed {
        project: project.to_owned(),
        members: members.map(|it| u32::try_from(it).unwrap()).collect(),
    }
}

/// Everybody's level, what reaches them, and the way.
fn check(teams: &[(&str, &[&str])], vouches: &[(&str, &str)]) -> String {
    let corpus = sample::corpus(&[("one", ONE), ("other", OTHER)]);
    let seeds: Vec<Seed> = teams
        .iter()
        .map(|(project, names)| seed(&corpus, project, names))
        .collect();
    let of = |name: &str| *seed(&corpus, "", &[name]).members.first().unwrap();
    let vouches: Vec<Vouch> = vouches
        .iter()
        .map(|(by, for_whom)| Vouch {
            project: "one".to_owned(),
            by: of(by),
            of: of(for_whom),
            time: Some(day("2023-06-01")),
            weight: 1.0,
        })
        .collect();
    let trust = Trust::of(&corpus, &seeds, &vouches, day("2023-06-01"));
    let mut text = String::new();
    for (number, person) in (0..).zip(&corpus.persons.persons) {
        let answer = trust.answer(number);
        let standings: Vec<String> = answer
            .standings
            .iter()
            .map(|it| format!("{} {:.3}", seeds[it.seed].project, it.reached))
            .collect();
        let name = |it: &PersonNumber| corpus.person(*it).unwrap().name.clone();
        let path = answer.path.map_or("-".to_owned(), |it| {
            it.persons.iter().map(name).collect::<Vec<_>>().join(" > ")
        });
        writeln!(
            text,
            "{} {:?} ({}) {path}",
            person.name,
            answer.level,
            standings.join(", ")
        )
        .unwrap();
    }
    text
}

#[test]
fn trust_goes_from_hand_to_hand() {
    let teams: &[(&str, &[&str])] = &[("one", &["ann", "ben"]), ("other", &["hal"])];
    insta::assert_snapshot!(check(teams, &[]), @r"
    ann Some (one 1.000, other 0.000) -
    ben Some (one 1.000, other 0.000) -
    cy Known (one 0.993, other 0.245) ben > cy
    dan Known (other 0.255, one 0.253) hal > dan
    eve Some (one 0.253, other 0.000) ann > eve
    fay New (one 0.000, other 0.000) -
    gil New (one 0.000, other 0.000) -
    github New (one 0.000, other 0.000) -
    hal Some (other 1.000, one 0.000) -
    ida Some (other 0.250, one 0.000) hal > ida
    ");
}

#[test]
fn a_vouch_is_an_act() {
    let teams: &[(&str, &[&str])] = &[("one", &["ann", "ben"]), ("other", &["hal"])];
    insta::assert_snapshot!(check(teams, &[("ben", "gil"), ("gil", "gil")]), @r"
    ann Some (one 1.000, other 0.000) -
    ben Some (one 1.000, other 0.000) -
    cy Known (one 0.443, other 0.245) ann > cy
    dan Known (other 0.255, one 0.253) hal > dan
    eve Some (one 0.253, other 0.000) ann > eve
    fay New (one 0.000, other 0.000) -
    gil Some (one 0.550, other 0.000) ben > gil
    github New (one 0.000, other 0.000) -
    hal Some (other 1.000, one 0.000) -
    ida Some (other 0.250, one 0.000) hal > ida
    ");
}

/// One person whose word counts in both teams makes nobody known.
#[test]
fn one_person_is_not_enough() {
    let teams: &[(&str, &[&str])] = &[("one", &["hal", "ben"]), ("other", &["hal"])];
    let told = check(teams, &[]);
    assert!(told.lines().any(|it| it.starts_with("ida Some")), "{told}");
}

/// A graph of honest people and of false accounts.
#[derive(Debug, Clone)]
struct Case {
    honest: u32,
    false_accounts: u32,
    edges: Vec<Edge>,
    seeds: Vec<Seed>,
}

/// Honest people and false accounts with whatever edges among each; those from the honest to the false are the attack, and begin
/// at some of the honest only.
fn case(most_captured: u32) -> impl Strategy<Value = Case> {
    let sizes = (2..12_u32, 1..12_u32, 1..=most_captured);
    sizes.prop_flat_map(|(honest, false_accounts, captured)| {
        let all = honest + false_accounts;
        let captured = captured.min(honest);
        let weight = 0.01..4.0_f64;
        let within = (0..honest, 0..honest, weight.clone());
        let beyond = (honest..all, 0..all, weight.clone());
        let attack = (0..captured, honest..all, weight);
        let edge = |(from, to, weight)| Edge { from, to, weight };
        let edges = (
            prop::collection::vec(within.prop_map(edge), 0..40),
            prop::collection::vec(beyond.prop_map(edge), 0..40),
            prop::collection::vec(attack.prop_map(edge), 0..6),
        );
        let team = prop::collection::btree_set(0..honest, 1..4);
        (edges, prop::collection::vec(team, 1..4)).prop_map(move |((one, two, three), teams)| {
            let seeds = teams.into_iter().map(|members| Seed {
                project: String::new(),
                members,
            });
            Case {
                honest,
                false_accounts,
                edges: [one, two, three].concat(),
                seeds: seeds.collect(),
            }
        })
    })
}

impl Case {
    fn all(&self) -> u32 {
        self.honest + self.false_accounts
    }

    fn graph(&self) -> Graph {
        Graph::of(self.all() as usize, &self.edges)
    }
}

proptest! {
    /// What all false accounts get together is bounded by what is handed to them from outside, however many they are and
    /// whatever they do among themselves.
    #[test]
    fn false_accounts_gain_no_more_than_is_handed_to_them(case in case(12)) {
        let graph = case.graph();
        let flow = Flow::of(graph.clone(), &case.seeds);
        for (seed, _) in case.seeds.iter().enumerate() {
            let handed: f64 = (0..case.honest)
                .flat_map(|from| graph.towards(from).iter().map(move |it| (from, it)))
                .filter(|(_, (to, _))| *to >= case.honest)
                .map(|(from, (_, share))| share * flow.reached(seed, from))
                .sum();
            let gained: f64 = (case.honest..case.all()).map(|it| flow.reached(seed, it)).sum();
            let bound = (1.0 - LOST_AT_EACH_HAND) / LOST_AT_EACH_HAND * handed;
            prop_assert!(gained <= bound + 1e-9, "{} of {}", gained, bound);
        }
    }

    /// Divided over however many accounts it is at most `1 / LOST_AT_EACH_HAND` times what one alone would get.
    #[test]
    fn to_divide_gains_nothing(case in case(12)) {
        let honest = case.honest;
        let one = |it: u32| it.min(honest);
        let joined: Vec<Edge> = case.edges.iter().filter(|it| it.from < honest).map(|it| Edge { to: one(it.to), ..*it }).collect();
        let merged = Flow::of(Graph::of(honest as usize + 1, &joined), &case.seeds);
        let kept: Vec<Edge> = case.edges.iter().filter(|it| it.from < honest || it.to >= honest).copied().collect();
        let divided = Flow::of(Graph::of(case.all() as usize, &kept), &case.seeds);
        for (seed, _) in case.seeds.iter().enumerate() {
            let gained: f64 = (honest..case.all()).map(|it| divided.reached(seed, it)).sum();
            prop_assert!(gained <= merged.reached(seed, honest) / LOST_AT_EACH_HAND + 1e-9);
        }
    }

    /// Whoever is reached over one person only is never known, even if that person is in every team.
    #[test]
    fn one_captured_person_makes_nobody_known(case in case(1)) {
        let flow = Flow::of(case.graph(), &case.seeds);
        for person in case.honest..case.all() {
            prop_assert!(flow.level(person) >= Level::Some);
        }
    }

    /// Without an act of an honest person nothing is gained at all.
    #[test]
    fn alone_nobody_gains_anything(case in case(12)) {
        let edges: Vec<Edge> = case.edges.iter().filter(|it| it.from >= case.honest || it.to < case.honest).copied().collect();
        let flow = Flow::of(Graph::of(case.all() as usize, &edges), &case.seeds);
        for person in case.honest..case.all() {
            prop_assert_eq!(flow.level(person), Level::New);
        }
    }

    /// What influence says equals what flow says.
    #[test]
    fn influence_is_flow_seen_from_the_other_end(case in case(12)) {
        let graph = case.graph();
        let flow = Flow::of(graph.clone(), &case.seeds);
        for person in 0..case.all() {
            let influence = graph.influence(person);
            for (number, seed) in case.seeds.iter().enumerate() {
                let sum: f64 = seed.members.iter().filter_map(|it| influence.get(it)).sum();
                prop_assert!((sum - flow.reached(number, person)).abs() < 1e-3);
            }
        }
    }
}
