//! How well whoever carries a project is told, against teams that projects publish: those of now, and those who joined after a
//! time of whom only what was there before is known. Beside it stand simple ways. Nobody is named in what it prints.
//!
//!     cargo run -p bartizan-sources --example people_ranking -- HOME NAME=REPOSITORY… team:NAME=FILE… team:NAME@DAY=FILE…
//!
//! A team without a day is that of the end of the history; with a day it is the team as it was published then.
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an example talks"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fs,
    path::PathBuf,
};

use bartizan_formats::team;
use bartizan_model::Timestamp;
use bartizan_people::{
    accounts::Accounts,
    carriers::carriers,
    corpus::{Corpus, PersonNumber, Project, Way},
    corrections::Corrections,
    decay,
};
use bartizan_sources::{
    home::Home,
    past::{self, NamedRepository, Reader},
};

/// How often persons are drawn for an interval.
const DRAWS: usize = 1_000;

/// The ways, ours first.
const WAYS: [&str; 5] = [
    "carriers",
    "commits, halved every 2 years",
    "merges, halved every 2 years",
    "commits + 5 merges, halved",
    "all commits",
];

/// Somebody's place by each way counts; whether they are looked for.
type Persons = Vec<([f64; WAYS.len()], bool)>;

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
    let mut published: BTreeMap<(String, Option<String>), Team> = BTreeMap::new();
    let accounts = Accounts::of(&corpus);
    for team in teams {
        let (about, path) = team
            .trim_start_matches("team:")
            .split_once('=')
            .ok_or("team:NAME=FILE")?;
        let (project, day) = match about.split_once('@') {
            Some((project, day)) => (project, Some(day.to_owned())),
            None => (about, None),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let read = accounts.team(&team::read(name, &fs::read(path)?)?);
        let team = published.entry((project.to_owned(), day)).or_default();
        team.members.extend(read.members);
        team.former.extend(read.former);
        team.unknown += read.unknown;
    }
    now(&corpus, &published);
    later(&corpus, &published)?;
    Ok(())
}

#[derive(Default)]
struct Team {
    members: BTreeSet<PersonNumber>,
    former: BTreeSet<PersonNumber>,
    unknown: usize,
}

type Published = BTreeMap<(String, Option<String>), Team>;

/// The teams of now.
fn now(corpus: &Corpus, published: &Published) {
    println!("precision at k against the teams of now");
    let mut all: Vec<Persons> = Vec::new();
    for ((project, _), team) in published.iter().filter(|((_, day), _)| day.is_none()) {
        let Some(project) = corpus.project(project) else {
            continue;
        };
        let Some(now) = project.last() else {
            continue;
        };
        let persons = persons(corpus, project, now, &team.members, &BTreeSet::new());
        let unknown = team.unknown;
        line(
            &format!("{} ({unknown} members unknown)", project.name),
            &persons,
        );
        all.push(persons);
    }
    means(&all);
}

/// Who joined after each day for which a team is there: those who are in a later one, two years later at most, and not in this
/// one.
fn later(corpus: &Corpus, published: &Published) -> Result<(), Box<dyn Error>> {
    println!("precision at k of those who joined within two years after a day");
    let mut all: Vec<Persons> = Vec::new();
    for ((project, day), team) in published {
        let Some(day) = day else {
            continue;
        };
        let begin: Timestamp = format!("{day}T00:00:00Z").parse()?;
        let mut joined: BTreeSet<PersonNumber> = BTreeSet::new();
        for ((other, later), members) in published {
            let is_later = match later {
                Some(later) => {
                    let later: Timestamp = format!("{later}T00:00:00Z").parse()?;
                    later > begin && decay::days(begin, later) <= 731.0
                }
                None => false,
            };
            if other == project && is_later {
                joined.extend(members.members.difference(&team.members));
            }
        }
        let Some(project) = corpus.project(project) else {
            continue;
        };
        let before = Corpus {
            persons: corpus.persons.clone(),
            projects: vec![project.clone()],
        };
        let before = before.until(begin);
        let Some(project) = before.projects.first() else {
            continue;
        };
        let known: BTreeSet<PersonNumber> = team.members.union(&team.former).copied().collect();
        let joined: BTreeSet<PersonNumber> = joined.difference(&known).copied().collect();
        let persons = persons(&before, project, begin, &joined, &known);
        let here = persons.iter().filter(|it| it.1).count();
        let not_yet = joined.len() - here;
        if here > 0 {
            let label = format!("{} after {day} ({not_yet} came from nowhere)", project.name);
            line(&label, &persons);
            all.push(persons);
        }
    }
    means(&all);
    Ok(())
}

/// Everybody who did something until a time, but those left out.
fn persons(
    corpus: &Corpus,
    project: &Project,
    now: Timestamp,
    wanted: &BTreeSet<PersonNumber>,
    left_out: &BTreeSet<PersonNumber>,
) -> Persons {
    let mut simple: BTreeMap<PersonNumber, [f64; 3]> = BTreeMap::new();
    let mut decisions: BTreeSet<(PersonNumber, u32)> = BTreeSet::new();
    for work in &project.works {
        let of = simple.entry(work.author).or_default();
        of[0] += decay::weight(work.written, now);
        of[2] += 1.0;
        if let Some(by) = work.by_another() {
            let decision = match work.way {
                Way::Merged(merge) => merge,
                Way::Committed | Way::Host => work.commit,
            };
            if decisions.insert((by, decision)) {
                simple.entry(by).or_default()[1] += decay::weight(work.integrated, now);
            }
        }
    }
    let carriers = carriers(corpus, project, now).into_iter();
    let persons = carriers
        .filter(|it| !left_out.contains(&it.person))
        .map(|it| {
            let [commits, merges, all] = simple.get(&it.person).copied().unwrap_or_default();
            let weights = [it.weight, commits, merges, commits + 5.0 * merges, all];
            (weights, wanted.contains(&it.person))
        });
    persons.collect()
}

fn line(label: &str, persons: &Persons) {
    let wanted = persons.iter().filter(|it| it.1).count();
    let all = persons.len();
    let once = vec![1; persons.len()];
    let ways = (0..WAYS.len())
        .map(|way| format!(" {:.2}", precision(persons, &order(persons, way), &once)));
    println!("{label}: {wanted} of {all}:{}", ways.collect::<String>());
}

/// Everybody by one way, the first first.
fn order(persons: &Persons, way: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..persons.len()).collect();
    order.sort_by(|one, other| persons[*other].0[way].total_cmp(&persons[*one].0[way]));
    order
}

/// Which share of the first k are looked for, where k is how many are looked for; everybody may stand there several times.
fn precision(persons: &Persons, order: &[usize], times: &[usize]) -> f64 {
    let wanted: usize = persons
        .iter()
        .zip(times)
        .map(|(it, times)| usize::from(it.1) * times)
        .sum();
    let (mut left, mut hits) = (wanted, 0);
    for place in order {
        let taken = times[*place].min(left);
        hits += if persons[*place].1 { taken } else { 0 };
        left -= taken;
        if left == 0 {
            break;
        }
    }
    hits as f64 / wanted.max(1) as f64
}

/// The mean over projects by each way, and what ours is ahead by, with the interval that holds 95 of 100 draws of persons.
fn means(all: &[Persons]) {
    let orders: Vec<Vec<Vec<usize>>> = all
        .iter()
        .map(|persons| (0..WAYS.len()).map(|way| order(persons, way)).collect())
        .collect();
    let mean = |times: &[Vec<usize>], way: usize| {
        let sum: f64 = all
            .iter()
            .zip(&orders)
            .zip(times)
            .map(|((persons, orders), times)| precision(persons, &orders[way], times))
            .sum();
        sum / all.len().max(1) as f64
    };
    let once: Vec<Vec<usize>> = all.iter().map(|it| vec![1; it.len()]).collect();
    let mut chance = Chance(20_261_126);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); WAYS.len()];
    for _ in 0..DRAWS {
        let times: Vec<Vec<usize>> = all.iter().map(|it| chance.times(it.len())).collect();
        for (way, drawn) in drawn.iter_mut().enumerate() {
            drawn.push(mean(&times, way));
        }
    }
    for (way, name) in WAYS.iter().enumerate() {
        let mut ahead: Vec<f64> = drawn[0]
            .iter()
            .zip(&drawn[way])
            .map(|(one, other)| one - other)
            .collect();
        let mut own = drawn[way].clone();
        println!(
            "mean {:.3} ({}) by {name}; carriers ahead by {:.3} ({})",
            mean(&once, way),
            interval(&mut own),
            mean(&once, 0) - mean(&once, way),
            interval(&mut ahead)
        );
    }
}

fn interval(values: &mut [f64]) -> String {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
    format!("{:.3} to {:.3}", at(0.025), at(0.975))
}

/// Numbers that look as if they were drawn (`SplitMix64`), the same in each run.
struct Chance(u64);

impl Chance {
    /// How often each of so many is drawn in so many draws.
    fn times(&mut self, all: usize) -> Vec<usize> {
        let mut times = vec![0; all];
        for _ in 0..all {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            times[usize::try_from((z ^ (z >> 31)) >> 1).unwrap_or(0) % all] += 1;
        }
        times
    }
}
