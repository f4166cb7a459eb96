//! What the projects of an ecosystem have in common, for people and for programs: figures without names of persons.

use bartizan_people::together::{LATELY_DAYS, LEAST_INTEGRATED, LONG_YEARS, Together};
use serde::Serialize;

use crate::{
    render::words::{amount, count},
    term::{Sheet, Terminal},
};

/// The width of the column of names.
const NAMES: usize = 16;

/// The width of a column of figures.
const COLUMN: usize = 11;

/// How many pairs of projects are told to people; programs are told all.
const MOST_PAIRS: usize = 20;

#[derive(Serialize)]
pub(super) struct TogetherJson<'a> {
    until: String,
    lately_days: i64,
    projects: Vec<ProjectJson<'a>>,
    persons_across: Vec<AcrossJson>,
    shared: Vec<SharedJson<'a>>,
    resting_on: Vec<RestingJson>,
}

#[derive(Serialize)]
struct ProjectJson<'a> {
    name: &'a str,
    authors: usize,
    active: usize,
    works: usize,
    works_with_known_integrator: usize,
    carriers: usize,
    keepers: usize,
    keepers_elsewhere_too: usize,
}

#[derive(Serialize)]
struct AcrossJson {
    projects: usize,
    authors: usize,
    authors_of_long_standing: usize,
    active: usize,
    keepers: usize,
}

#[derive(Serialize)]
struct SharedJson<'a> {
    projects: [&'a str; 2],
    active: usize,
    keepers: usize,
    percent_of_works: [usize; 2],
}

#[derive(Serialize)]
struct RestingJson {
    persons: usize,
    projects: usize,
}

impl<'a> TogetherJson<'a> {
    pub(super) fn of(together: &'a Together) -> Self {
        let name = |place: usize| {
            let project = together.projects.get(place);
            project.map_or("", |it| it.name.as_str())
        };
        Self {
            until: together.until.to_string(),
            lately_days: LATELY_DAYS,
            projects: together
                .projects
                .iter()
                .map(|it| ProjectJson {
                    name: &it.name,
                    authors: it.authors,
                    active: it.active,
                    works: it.works,
                    works_with_known_integrator: it.known_hands,
                    carriers: it.carriers,
                    keepers: it.keepers,
                    keepers_elsewhere_too: it.shared_keepers,
                })
                .collect(),
            persons_across: together
                .across
                .iter()
                .map(|it| AcrossJson {
                    projects: it.projects,
                    authors: it.authors,
                    authors_of_long_standing: it.of_long_standing,
                    active: it.active,
                    keepers: it.keepers,
                })
                .collect(),
            shared: together
                .shared
                .iter()
                .map(|it| SharedJson {
                    projects: [name(it.one), name(it.other)],
                    active: it.active,
                    keepers: it.keepers,
                    percent_of_works: [it.percent_of_one, it.percent_of_other],
                })
                .collect(),
            resting_on: together
                .resting
                .iter()
                .map(|it| RestingJson {
                    persons: it.persons,
                    projects: it.projects,
                })
                .collect(),
        }
    }
}

/// For people at a terminal.
pub(super) fn text(terminal: Terminal, together: &Together) -> String {
    let mut sheet = Sheet::new(terminal);
    let day: String = together.until.to_string().chars().take(10).collect();
    sheet.heading(&format!("Two years up to {day}"));
    let heads = [
        "works",
        "authors",
        "keepers",
        "elsewhere",
        "carry half",
        "by whom",
    ];
    let row = |name: &str, cells: &[String]| {
        let cells: String = cells.iter().map(|it| format!("{it:>COLUMN$}")).collect();
        format!(
            "{:<NAMES$}{cells}",
            terminal.cut(&terminal.clean(name), NAMES - 1)
        )
    };
    sheet.line(&row("", &heads.map(str::to_owned)));
    for it in &together.projects {
        let figures = [
            it.works,
            it.active,
            it.keepers,
            it.shared_keepers,
            it.carriers,
        ];
        let mut cells: Vec<String> = figures.iter().map(|it| amount(*it as u64)).collect();
        cells.push(format!("{} %", it.known_hands * 100 / it.works.max(1)));
        sheet.line(&row(&it.name, &cells));
    }
    sheet.gap();
    sheet.wrapped(0, &format!("Keepers: the fewest who wrote half of the works, whoever put in at least {LEAST_INTEGRATED} works of others, and whoever tagged a release; elsewhere: of these, those who keep another of the projects too. By whom: works of which it is known who put them in. Nobody is named."));
    across(&mut sheet, together);
    shared(&mut sheet, together);
    resting(&mut sheet, together);
    sheet.text
}

fn across(sheet: &mut Sheet, together: &Together) {
    sheet.gap();
    sheet.heading("Persons in several projects");
    for it in &together.across {
        sheet.line(&format!(
            "  in at least {}: {} who ever wrote something ({} over {LONG_YEARS} years or longer), {} lately; {} keep as many",
            it.projects, amount(it.authors as u64), it.of_long_standing, it.active, it.keepers
        ));
    }
}

fn shared(sheet: &mut Sheet, together: &Together) {
    if together.shared.is_empty() {
        return;
    }
    sheet.gap();
    sheet.heading("Projects that the same persons keep");
    let mut pairs: Vec<_> = together.shared.iter().collect();
    pairs.sort_by_key(|it| {
        let least = it.percent_of_one.min(it.percent_of_other);
        (std::cmp::Reverse((least, it.keepers)), it.one, it.other)
    });
    let terminal = sheet.terminal;
    let name = |place: usize| {
        let project = together.projects.get(place);
        terminal.clean(project.map_or("", |it| it.name.as_str()))
    };
    for it in pairs.iter().take(MOST_PAIRS) {
        let line = format!(
            "  {} and {}: {}, who wrote {} % and {} % of the works",
            name(it.one),
            name(it.other),
            count(it.keepers, "person", "persons"),
            it.percent_of_one,
            it.percent_of_other
        );
        sheet.line(&line);
    }
    if pairs.len() > MOST_PAIRS {
        sheet.line(&format!("  and {} more", pairs.len() - MOST_PAIRS));
    }
}

fn resting(sheet: &mut Sheet, together: &Together) {
    let all = together.projects.len();
    let mut told = 0;
    let steps = together
        .resting
        .iter()
        .filter(|it| std::mem::replace(&mut told, it.projects) < it.projects);
    let steps: Vec<String> = steps
        .map(|it| {
            format!(
                "{} of {}",
                count(it.persons, "person", "persons"),
                count(it.projects, "project", "projects")
            )
        })
        .collect();
    if !steps.is_empty() {
        sheet.gap();
        sheet.wrapped(
            0,
            &format!(
                "Of {all}, half of the works was written by: {}.",
                steps.join(", ")
            ),
        );
    }
}
