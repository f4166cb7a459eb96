//! How trust falls out over real histories, and what false accounts gain there. Nobody is named in what it prints.
//!
//!     cargo run -p bartizan-sources --example people_trust -- HOME NAME=REPOSITORY… team:NAME=FILE…
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an example talks"
)]

use std::{collections::BTreeMap, env, error::Error, fs, path::PathBuf};

use bartizan_formats::team;
use bartizan_people::{
    accounts::Accounts,
    corpus::Corpus,
    corrections::Corrections,
    trust::{Edge, Flow, Graph, LOST_AT_EACH_HAND, Level, Seed, Trust},
};
use bartizan_sources::{
    home::Home,
    past::{self, NamedRepository, Reader},
};

/// How often each attack is tried.
const TRIES: usize = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (home, rest) = arguments.split_first().ok_or("HOME and what follows")?;
    let home = Home::new(PathBuf::from(home));
    let key = past::key(&home)?;
    let reader = Reader {
        home: &home,
        key: &key,
        corrections: &Corrections::default(),
        lines: false,
    };
    let (teams, repositories): (Vec<&String>, Vec<&String>) =
        rest.iter().partition(|it| it.starts_with("team:"));
    let named: Vec<NamedRepository> = repositories
        .iter()
        .map(|it| NamedRepository::of(it.as_ref()))
        .collect();
    let corpus = past::corpus(&named, reader, |_| ()).corpus;
    let now = corpus.last().ok_or("no history")?;
    let accounts = Accounts::of(&corpus);
    let mut seeds: Vec<Seed> = Vec::new();
    for team in teams {
        let (project, path) = team
            .trim_start_matches("team:")
            .split_once('=')
            .ok_or("team:NAME=FILE")?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let members = accounts.team(&team::read(name, &fs::read(path)?)?).members;
        println!("{project}: {} members known", members.len());
        seeds.push(Seed {
            project: project.to_owned(),
            members,
        });
    }
    let trust = Trust::of(&corpus, &seeds, &[], now);
    let edges = trust.acts().edges();
    println!(
        "{} persons, {} edges, as of {now}",
        corpus.persons.persons.len(),
        edges.len()
    );
    println!("levels: {:?}", trust.levels());
    members(&seeds, &edges, corpus.persons.persons.len());
    separate(&corpus, &trust);
    attack(&seeds, &edges, corpus.persons.persons.len());
    Ok(())
}

/// The levels of each team's members where their own team is no seed.
fn members(seeds: &[Seed], edges: &[Edge], persons: usize) {
    for (place, seed) in seeds.iter().enumerate() {
        let others: Vec<Seed> = seeds
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != place)
            .map(|(_, it)| it.clone())
            .collect();
        let flow = Flow::of(Graph::of(persons, edges), &others);
        let mut levels: BTreeMap<Level, usize> = BTreeMap::new();
        for member in &seed.members {
            *levels.entry(flow.level(*member)).or_default() += 1;
        }
        println!(
            "without {} as a seed its members are {levels:?}",
            seed.project
        );
    }
}

/// What reaches the members of a team from the others', those who put in work of others, and everybody else.
fn separate(corpus: &Corpus, trust: &Trust<'_>) {
    let mut of: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (number, person) in (0..).zip(&corpus.persons.persons) {
        if person.is_program {
            continue;
        }
        let mut reached: Vec<f64> = (0..trust.flow().seeds().len())
            .map(|it| trust.flow().reached(it, number))
            .collect();
        reached.sort_by(f64::total_cmp);
        let second = reached.iter().rev().nth(1).copied().unwrap_or_default();
        let is_member = trust
            .flow()
            .seeds()
            .iter()
            .any(|it| it.members.contains(&number));
        let hands_on = !trust.flow().graph().towards(number).is_empty();
        let kind = match (is_member, hands_on) {
            (true, _) => "members",
            (false, true) => "others who put in work of others",
            (false, false) => "all others",
        };
        of.entry(kind).or_default().push(second);
    }
    for (kind, mut seconds) in of {
        seconds.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * (seconds.len() - 1) as f64).round() as usize;
            seconds.get(place).copied().unwrap_or_default()
        };
        println!(
            "second most reached, {kind} ({}): 10 % {:.4}, 50 % {:.4}, 75 % {:.4}, 90 % {:.4}, 99 % {:.4}",
            seconds.len(),
            at(0.1),
            at(0.5),
            at(0.75),
            at(0.9),
            at(0.99)
        );
    }
}

/// False accounts that get so many acts from people who do put in others' work, and do whatever they like among themselves.
fn attack(seeds: &[Seed], edges: &[Edge], persons: usize) {
    println!(
        "false accounts; deceived persons; acts each; reached by all (median, most); share of the bound (most); known or more (most)"
    );
    let mut chance = Chance(20_261_126);
    for accounts in [1_u32, 10, 100, 1_000] {
        for deceived in [1_u32, 2, 5, 10] {
            for acts in [1.0, 5.0, 20.0] {
                let mut reached: Vec<f64> = Vec::new();
                let (mut of_bound, mut known) = (0.0_f64, 0);
                for _ in 0..TRIES {
                    let false_edges =
                        false_edges(edges, persons, (accounts, deceived, acts), &mut chance);
                    let all = persons + accounts as usize;
                    let graph = Graph::of(all, &[edges, &false_edges].concat());
                    let flow = Flow::of(graph, seeds);
                    let begin = u32::try_from(persons).unwrap_or(u32::MAX);
                    let them = begin..begin + accounts;
                    for seed in 0..seeds.len() {
                        let all: f64 = them.clone().map(|it| flow.reached(seed, it)).sum();
                        reached.push(all);
                        let handed: f64 = (0..begin)
                            .flat_map(|from| {
                                let towards = flow.graph().towards(from).iter();
                                towards.map(move |it| (from, it))
                            })
                            .filter(|(_, (to, _))| *to >= begin)
                            .map(|(from, (_, share))| share * flow.reached(seed, from))
                            .sum();
                        let bound = (1.0 - LOST_AT_EACH_HAND) / LOST_AT_EACH_HAND * handed;
                        of_bound = of_bound.max(all / bound.max(f64::MIN_POSITIVE));
                    }
                    // Those that are handed something directly stand first; what is behind them gets less.
                    let first = them.take(20);
                    known = known.max(first.filter(|it| flow.level(*it) <= Level::Known).count());
                }
                reached.sort_by(f64::total_cmp);
                println!(
                    "{accounts} {deceived} {acts} {:.4} {:.4} {of_bound:.3} {known}",
                    reached.get(reached.len() / 2).copied().unwrap_or_default(),
                    reached.last().copied().unwrap_or_default()
                );
            }
        }
    }
}

/// From deceived persons to the first false account each, and a ring among the false ones with everybody tied to the first.
fn false_edges(
    edges: &[Edge],
    persons: usize,
    (accounts, deceived, acts): (u32, u32, f64),
    chance: &mut Chance,
) -> Vec<Edge> {
    let begin = u32::try_from(persons).unwrap_or(u32::MAX);
    let mut false_edges = Vec::new();
    for number in 0..deceived {
        // Whoever does more acts is met more often, as an edge is drawn, and not a person.
        let place = chance.below(edges.len());
        if let Some(edge) = edges.get(place) {
            false_edges.push(Edge {
                from: edge.from,
                to: begin + number % accounts,
                weight: f64::ln_1p(acts),
            });
        }
    }
    for number in 0..accounts {
        for to in [(number + 1) % accounts, 0] {
            false_edges.push(Edge {
                from: begin + number,
                to: begin + to,
                weight: 3.0,
            });
        }
    }
    false_edges
}

/// Numbers that look as if they were drawn (`SplitMix64`), the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 1).unwrap_or(0) % end.max(1)
    }
}
