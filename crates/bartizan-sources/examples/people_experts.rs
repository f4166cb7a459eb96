//! How often the owners of an area stand among the first of those who know it: `people experts` against a project's own
//! `CODEOWNERS`, beside two simple ways. Nobody is named in what it prints.
//!
//!     cargo run -p bartizan-sources --example people_experts -- HOME NAME=REPOSITORY CODEOWNERS [AS-OF]
#![allow(
    clippy::allow_attributes,
    clippy::print_stdout,
    reason = "an example talks"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error,
    fs,
    path::PathBuf,
};

use bartizan_formats::code_owners::CodeOwners;
use bartizan_model::{Timestamp, team::Member};
use bartizan_people::{
    accounts::Accounts,
    corpus::{Corpus, PersonNumber, Project},
    corrections::Corrections,
    decay,
    expertise::Expertise,
};
use bartizan_sources::{
    home::Home,
    past::{self, NamedRepository, Reader},
};

/// How many are looked at.
const FIRST: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [home, repository, owners, rest @ ..] = arguments.as_slice() else {
        return Err("HOME NAME=REPOSITORY CODEOWNERS [AS-OF]".into());
    };
    let home = Home::new(PathBuf::from(home));
    let key = past::key(&home)?;
    let reader = Reader {
        home: &home,
        key: &key,
        corrections: &Corrections::default(),
        lines: false,
    };
    let named = NamedRepository::of(repository.as_ref());
    let corpus = past::corpus(&[named], reader, |_| ()).corpus;
    let now = match rest.first() {
        Some(day) => format!("{day}T00:00:00Z").parse()?,
        None => corpus.last().ok_or("an empty history")?,
    };
    let corpus = corpus.until(now);
    let owners = CodeOwners::read(&fs::read(owners)?);
    let project = corpus.projects.first().ok_or("no history")?;
    tell(&corpus, project, &owners, now);
    Ok(())
}

/// An area: its pattern, its files, its owners.
struct Area<'a> {
    pattern: &'a str,
    files: BTreeSet<&'a str>,
    owners: BTreeSet<PersonNumber>,
}

fn tell(corpus: &Corpus, project: &Project, owners: &CodeOwners, now: Timestamp) {
    let expertise = Expertise::of(corpus, project, now);
    let areas = areas(corpus, &expertise, owners);
    let mut hits: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for area in &areas {
        let of_area = |path: &str| area.files.contains(path);
        let experts: Vec<PersonNumber> = expertise
            .experts(of_area)
            .iter()
            .map(|it| it.person)
            .collect();
        let ways = [
            ("people experts", experts),
            ("commits", counted(corpus, project, &of_area, |_| 1.0)),
            (
                "commits, halved every two years",
                counted(corpus, project, &of_area, |time| decay::weight(time, now)),
            ),
        ];
        let mut line = format!(
            "{:<40} {:>4} files {} owners:",
            area.pattern,
            area.files.len(),
            area.owners.len()
        );
        for (way, persons) in ways {
            let place = persons.iter().position(|it| area.owners.contains(it));
            hits.entry(way)
                .or_default()
                .push(place.is_some_and(|it| it < FIRST));
            line += &place.map_or(" -".to_owned(), |it| format!(" {}", it + 1));
        }
        println!("{line}");
    }
    println!("{} areas of {} rules", areas.len(), owners.rules.len());
    for (way, hits) in hits {
        let hit = hits.iter().filter(|it| **it).count();
        let (low, high) = wilson(hit, hits.len());
        println!(
            "hit@{FIRST} {:.3} ({hit} of {}, {low:.2} to {high:.2}) by {way}",
            hit as f64 / hits.len().max(1) as f64,
            hits.len()
        );
    }
}

/// The areas that have files, and owners whom the history knows.
fn areas<'a>(corpus: &Corpus, expertise: &Expertise<'a>, owners: &'a CodeOwners) -> Vec<Area<'a>> {
    let accounts = Accounts::of(corpus);
    let mut files: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for path in expertise.paths() {
        if let Some(rule) = owners.rule_of(path) {
            files.entry(rule).or_default().insert(path);
        }
    }
    let areas = files.into_iter().filter_map(|(rule, files)| {
        let rule = owners.rules.get(rule)?;
        let persons = rule.logins.iter().filter_map(|login| {
            let login = Some(login.clone());
            accounts.person(&Member {
                login,
                ..Member::default()
            })
        });
        let owners: BTreeSet<PersonNumber> = persons.collect();
        (!owners.is_empty()).then_some(Area {
            pattern: &rule.pattern,
            files,
            owners,
        })
    });
    areas.collect()
}

/// Everybody by what their commits on the files count together, the most first.
fn counted(
    corpus: &Corpus,
    project: &Project,
    is_asked: &dyn Fn(&str) -> bool,
    count: impl Fn(Option<Timestamp>) -> f64,
) -> Vec<PersonNumber> {
    let mut counts: BTreeMap<PersonNumber, f64> = BTreeMap::new();
    for work in &project.works {
        let mut paths = project.changes(work).iter().map(|it| project.path(it.path));
        if !corpus.is_program(work.author) && paths.any(is_asked) {
            *counts.entry(work.author).or_default() += count(work.written);
        }
    }
    let mut counts: Vec<(PersonNumber, f64)> = counts.into_iter().collect();
    counts.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    counts.into_iter().map(|(person, _)| person).collect()
}

/// The interval of a share that holds 95 of 100 times (Wilson).
fn wilson(hits: usize, of: usize) -> (f64, f64) {
    let (n, z) = (of.max(1) as f64, 1.96);
    let share = hits as f64 / n;
    let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    (middle - half, middle + half)
}
