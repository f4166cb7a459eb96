//! What several projects have in common: people. How many work in several, how many keep several, and how much rests on how few.
//!
//! Figures only: who they are is not told. A small number is a reason to help, and nothing is said of anybody's worth. What is
//! merged in a browser with its commits made one does not say by whom: a project that works so shows fewer keepers than it has.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::Timestamp;

use crate::corpus::{Corpus, PersonNumber, Project, Work};

/// How far back "lately" goes: two years, in which people of every project come and go.
pub const LATELY_DAYS: i64 = 730;

/// How many works of others somebody put in lately who keeps a project: what happens by chance is left out.
pub const LEAST_INTEGRATED: usize = 5;

/// How long somebody has been there who counts as of long standing.
pub const LONG_YEARS: i64 = 5;

/// For how many persons it is told what rests on them.
const MOST_RESTING: usize = 50;

const DAY: i64 = 86_400;

/// What several projects have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    /// The end of the time that it is told of.
    pub until: Timestamp,
    /// Each project, in the order of the corpus.
    pub projects: Vec<Kept>,
    /// Persons in at least two projects, in at least three, and so on, as long as there are any; all persons first.
    pub across: Vec<Across>,
    /// Pairs of projects that share somebody who keeps both, by their places.
    pub shared: Vec<Shared>,
    /// What rests on one person, on two, and so on.
    pub resting: Vec<Resting>,
}

/// One project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// Persons who ever wrote something.
    pub authors: usize,
    /// Persons who did so lately.
    pub active: usize,
    /// Commits that were written lately, merges and programs left out.
    pub works: usize,
    /// Of these, those of which it is known who put them in.
    pub known_hands: usize,
    /// The fewest persons who wrote half of them.
    pub carriers: usize,
    /// Those, and whoever put in the work of others or tagged a release lately.
    pub keepers: usize,
    /// Of these, those who keep another of the projects too.
    pub shared_keepers: usize,
}

/// Persons in at least so many projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Across {
    /// How many projects.
    pub projects: usize,
    /// Persons who ever wrote something in as many.
    pub authors: usize,
    /// Of these, those whose first and last work lie [`LONG_YEARS`] apart.
    pub of_long_standing: usize,
    /// Persons who wrote something in as many lately.
    pub active: usize,
    /// Persons who keep as many.
    pub keepers: usize,
}

/// Two projects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// The place of the one.
    pub one: usize,
    /// The place of the other.
    pub other: usize,
    /// Persons who lately wrote something in both.
    pub active: usize,
    /// Persons who keep both.
    pub keepers: usize,
    /// How much of the works of the one are theirs, in percent.
    pub percent_of_one: usize,
    /// How much of the works of the other.
    pub percent_of_other: usize,
}

/// What rests on so many persons, chosen one after the other so that each adds most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resting {
    /// How many persons.
    pub persons: usize,
    /// Projects of which they wrote half of the works lately.
    pub projects: usize,
}

/// What one project is to whom.
#[derive(Default)]
struct Side {
    authors: BTreeSet<PersonNumber>,
    /// How many works each wrote lately.
    works: BTreeMap<PersonNumber, usize>,
    known_hands: usize,
    carriers: usize,
    keepers: BTreeSet<PersonNumber>,
}

impl Together {
    /// Looks at a corpus as of a time; what claims to be later is left out.
    pub fn of(corpus: &Corpus, until: Timestamp) -> Self {
        let lately = Lately::before(until);
        let sides: Vec<Side> = corpus
            .projects
            .iter()
            .map(|project| Side::of(corpus, project, lately))
            .collect();
        let named = corpus.projects.iter().zip(&sides).enumerate();
        Self {
            until,
            projects: named
                .map(|(place, (project, side))| Kept::of(&project.name, place, side, &sides))
                .collect(),
            across: across(&sides, &of_long_standing(corpus, until)),
            shared: shared(&sides),
            resting: resting(&sides),
        }
    }
}

/// Two years.
#[derive(Clone, Copy)]
struct Lately {
    from: i64,
    until: i64,
}

impl Lately {
    fn before(until: Timestamp) -> Self {
        let until = until.as_second();
        Self {
            from: until.saturating_sub(LATELY_DAYS * DAY),
            until,
        }
    }

    fn holds(self, time: Option<Timestamp>) -> bool {
        time.is_some_and(|it| (self.from..=self.until).contains(&it.as_second()))
    }
}

impl Side {
    fn of(corpus: &Corpus, project: &Project, lately: Lately) -> Self {
        let mut side = Self::default();
        let mut integrated: BTreeMap<PersonNumber, usize> = BTreeMap::new();
        for work in project
            .works
            .iter()
            .filter(|it| !corpus.is_program(it.author))
        {
            side.authors.insert(work.author);
            if lately.holds(work.integrated) {
                *side.works.entry(work.author).or_default() += 1;
                side.known_hands += usize::from(work.integrator.is_some());
                if let Some(person) = work.by_another() {
                    *integrated.entry(person).or_default() += 1;
                }
            }
        }
        side.keepers = side.carriers();
        side.carriers = side.keepers.len();
        let integrators = integrated
            .into_iter()
            .filter(|(_, works)| *works >= LEAST_INTEGRATED)
            .map(|(person, _)| person);
        let tagged = project.releases.iter().filter(|it| lately.holds(it.time));
        let keepers = integrators.chain(tagged.map(|it| it.by));
        side.keepers
            .extend(keepers.filter(|it| !corpus.is_program(*it)));
        side
    }

    fn all_works(&self) -> usize {
        self.works.values().sum()
    }

    /// The fewest persons who wrote half of the works.
    fn carriers(&self) -> BTreeSet<PersonNumber> {
        let mut by_works: Vec<(usize, PersonNumber)> = self
            .works
            .iter()
            .map(|(person, works)| (*works, *person))
            .collect();
        by_works.sort_by_key(|(works, person)| (std::cmp::Reverse(*works), *person));
        let (mut carriers, mut carried) = (BTreeSet::new(), 0);
        for (works, person) in by_works {
            if carried * 2 >= self.all_works() {
                break;
            }
            carried += works;
            carriers.insert(person);
        }
        carriers
    }

    /// How much of the works some wrote, in percent.
    fn percent(&self, persons: &BTreeSet<PersonNumber>) -> usize {
        let works = persons.iter().filter_map(|it| self.works.get(it));
        works.sum::<usize>() * 100 / self.all_works().max(1)
    }
}

impl Kept {
    fn of(name: &str, place: usize, side: &Side, sides: &[Side]) -> Self {
        let others = || {
            sides
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != place)
        };
        let is_shared =
            |person: &&PersonNumber| others().any(|(_, it)| it.keepers.contains(person));
        Self {
            name: name.to_owned(),
            authors: side.authors.len(),
            active: side.works.len(),
            works: side.all_works(),
            known_hands: side.known_hands,
            carriers: side.carriers,
            keepers: side.keepers.len(),
            shared_keepers: side.keepers.iter().filter(is_shared).count(),
        }
    }
}

/// Persons whose first and last work, in whichever projects, lie far apart.
fn of_long_standing(corpus: &Corpus, until: Timestamp) -> BTreeSet<PersonNumber> {
    let mut spans: BTreeMap<PersonNumber, (Timestamp, Timestamp)> = BTreeMap::new();
    let works = corpus.projects.iter().flat_map(|it| &it.works);
    let written = |work: &Work| work.written.filter(|it| *it <= until);
    for (work, time) in works.filter_map(|it| Some((it, written(it)?))) {
        let span = spans.entry(work.author).or_insert((time, time));
        *span = (span.0.min(time), span.1.max(time));
    }
    let is_long = |(first, last): (Timestamp, Timestamp)| {
        last.as_second() - first.as_second() >= LONG_YEARS * 365 * DAY
    };
    let long = spans.into_iter().filter(|(_, span)| is_long(*span));
    long.map(|(person, _)| person).collect()
}

fn across(sides: &[Side], long: &BTreeSet<PersonNumber>) -> Vec<Across> {
    let mut authors: BTreeMap<PersonNumber, usize> = BTreeMap::new();
    let mut active = authors.clone();
    let mut keepers = authors.clone();
    for side in sides {
        side.authors
            .iter()
            .for_each(|it| *authors.entry(*it).or_default() += 1);
        side.works
            .keys()
            .for_each(|it| *active.entry(*it).or_default() += 1);
        side.keepers
            .iter()
            .for_each(|it| *keepers.entry(*it).or_default() += 1);
    }
    let at_least = |counts: &BTreeMap<PersonNumber, usize>, projects: usize| {
        counts.values().filter(|it| **it >= projects).count()
    };
    let across = (1..=sides.len()).map(|projects| Across {
        projects,
        authors: at_least(&authors, projects),
        of_long_standing: authors
            .iter()
            .filter(|(person, count)| **count >= projects && long.contains(person))
            .count(),
        active: at_least(&active, projects),
        keepers: at_least(&keepers, projects),
    });
    across
        .take_while(|it| it.authors + it.keepers > 0)
        .collect()
}

fn shared(sides: &[Side]) -> Vec<Shared> {
    let mut shared = Vec::new();
    for (one, first) in sides.iter().enumerate() {
        for (other, second) in sides.iter().enumerate().skip(one + 1) {
            let keepers = first.keepers.intersection(&second.keepers);
            let keepers: BTreeSet<PersonNumber> = keepers.copied().collect();
            if !keepers.is_empty() {
                let active = first.works.keys();
                shared.push(Shared {
                    one,
                    other,
                    active: active.filter(|it| second.works.contains_key(it)).count(),
                    keepers: keepers.len(),
                    percent_of_one: first.percent(&keepers),
                    percent_of_other: second.percent(&keepers),
                });
            }
        }
    }
    shared
}

/// Each time whoever adds most to what is still missing to half of each project.
fn resting(sides: &[Side]) -> Vec<Resting> {
    let halves: Vec<usize> = sides.iter().map(|it| it.all_works().div_ceil(2)).collect();
    let mut carried = vec![0; sides.len()];
    let mut left: BTreeSet<PersonNumber> = sides
        .iter()
        .flat_map(|it| it.works.keys())
        .copied()
        .collect();
    let mut resting = Vec::new();
    for persons in 1..=MOST_RESTING {
        let gain = |person: PersonNumber| {
            let parts = sides.iter().zip(&halves).zip(&carried);
            let parts = parts.map(|((side, half), carried)| {
                let works = side.works.get(&person).copied().unwrap_or_default();
                let missing = half.saturating_sub(*carried);
                // Millionths: whole numbers, so that the order does not hang on how a machine rounds.
                works.min(missing) * 1_000_000 / (*half).max(1)
            });
            parts.sum::<usize>()
        };
        let best = left
            .iter()
            .copied()
            .max_by_key(|it| (gain(*it), std::cmp::Reverse(*it)));
        let Some(best) = best.filter(|it| gain(*it) > 0) else {
            break;
        };
        left.remove(&best);
        for (carried, side) in carried.iter_mut().zip(sides) {
            *carried += side.works.get(&best).copied().unwrap_or_default();
        }
        let is_half = |(carried, half): &(&usize, &usize)| **half > 0 && carried >= half;
        resting.push(Resting {
            persons,
            projects: carried.iter().zip(&halves).filter(is_half).count(),
        });
    }
    resting
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::corpus::sample;

    fn check(projects: &[(&str, &str)], until: &str) -> String {
        let corpus = sample::corpus(projects);
        let together = Together::of(&corpus, sample::day(until));
        let mut text = String::new();
        for it in &together.projects {
            let Kept {
                name,
                authors,
                active,
                works,
                known_hands,
                carriers,
                keepers,
                shared_keepers,
            } = it;
            writeln!(text, "{name}: {authors} authors, {active} active, {works} works, {known_hands} by known hands; {carriers} carry, {keepers} keep, {shared_keepers} elsewhere too").unwrap();
        }
        for it in &together.across {
            writeln!(
                text,
                "in {}: {} ({} long), {} lately, {} keepers",
                it.projects, it.authors, it.of_long_standing, it.active, it.keepers
            )
            .unwrap();
        }
        for it in &together.shared {
            writeln!(
                text,
                "{} and {}: {} active, {} keep both, {} % and {} %",
                it.one, it.other, it.active, it.keepers, it.percent_of_one, it.percent_of_other
            )
            .unwrap();
        }
        let resting = together
            .resting
            .iter()
            .map(|it| format!("{} {}", it.persons, it.projects));
        writeln!(text, "resting: {}", resting.collect::<Vec<_>>().join(", ")).unwrap();
        text
    }

    /// `ann` writes most of two projects, `ben` puts in what others write, `dependabot[bot]` is nobody.
    #[test]
    fn two_projects_on_one_person() {
        let one = "
            a ann 2014-01-01
            b ann 2020-01-02
            c ann 2020-01-03
            d cy 2020-01-04
            e dependabot[bot] 2020-01-05
            f dependabot[bot] 2020-01-05
        ";
        let other = "
            a ann 2020-01-01
            b ann 2020-01-02
            c cy>ben 2020-01-03
            d cy>ben 2020-01-03
            e cy>ben 2020-01-03
            f eve>ben 2020-01-03
            g eve>ben 2020-01-03
            h ann 2020-01-04
            i ann 2020-01-05
            j ann>github 2020-01-06
            k ann 2999-01-01
        ";
        let third = "
            a dan 2019-12-01
            tag v1 ann 2019-12-02
        ";
        insta::assert_snapshot!(check(&[("p", one), ("q", other), ("r", third)], "2020-02-01"), @r"
        p: 2 authors, 2 active, 3 works, 3 by known hands; 1 carry, 1 keep, 1 elsewhere too
        q: 3 authors, 3 active, 10 works, 9 by known hands; 1 carry, 2 keep, 1 elsewhere too
        r: 1 authors, 1 active, 1 works, 1 by known hands; 1 carry, 2 keep, 1 elsewhere too
        in 1: 4 (1 long), 4 lately, 3 keepers
        in 2: 2 (1 long), 2 lately, 1 keepers
        in 3: 0 (0 long), 0 lately, 1 keepers
        0 and 1: 2 active, 1 keep both, 66 % and 50 %
        0 and 2: 0 active, 1 keep both, 66 % and 0 %
        1 and 2: 0 active, 1 keep both, 50 % and 0 %
        resting: 1 2, 2 3
        ");
    }

    #[test]
    fn nothing_in_common() {
        insta::assert_snapshot!(check(&[("p", "a ann 2020-01-01"), ("q", "a ben 2010-01-01")], "2020-02-01"), @r"
        p: 1 authors, 1 active, 1 works, 1 by known hands; 1 carry, 1 keep, 0 elsewhere too
        q: 1 authors, 0 active, 0 works, 0 by known hands; 0 carry, 0 keep, 0 elsewhere too
        in 1: 2 (0 long), 1 lately, 1 keepers
        resting: 1 1
        ");
        assert_eq!(check(&[], "2020-02-01"), "resting: \n");
    }
}
