//! For people at a terminal.

use std::collections::BTreeSet;

use bartizan_people::trust::{self, Bond, Level, Limit};

use super::{Answer, word};
use crate::{
    people::Names,
    render::words::{count, day},
    term::Terminal,
};

/// How many bonds are told.
const MOST_BONDS: usize = 5;

pub(super) fn text(terminal: Terminal, names: &Names<'_>, answer: &Answer<'_>) -> String {
    let mut lines = Vec::new();
    if let Some(about) = &answer.about {
        lines.extend(person(names, answer, about));
    }
    if let Some(levels) = &answer.levels {
        let levels = levels
            .iter()
            .map(|(level, count)| format!("{} {count}", word(*level)));
        let levels: Vec<String> = levels.collect();
        lines.push(format!("persons by level: {}", levels.join(", ")));
    }
    for seed in answer.seeds {
        lines.push(format!(
            "from {}: a team of {}",
            seed.project,
            count(seed.members.len(), "person", "persons")
        ));
    }
    for problem in answer.problems {
        lines.push(format!(
            "not read: {}: {}",
            problem.subject, problem.message
        ));
    }
    // What cannot be shown is taken out of the words, not out of the space before them.
    let lines = lines.iter().map(|line| {
        let words = line.trim_start_matches(' ');
        let space = line.len() - words.len();
        format!("{:space$}{}", "", terminal.clean(words))
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn person(names: &Names<'_>, answer: &Answer<'_>, about: &trust::Answer) -> Vec<String> {
    let mut lines = vec![format!(
        "{}: {}",
        names.whole(about.person),
        word(about.level)
    )];
    lines.push(format!("  {}", summary(about)));
    for standing in about.standings.iter().filter(|it| it.reached > 0.0) {
        let project = project(answer, standing.seed);
        let member = if standing.is_member {
            ", being in it"
        } else {
            ""
        };
        lines.push(format!(
            "  {:.3} from the team of {project}{member} (to be a member is 1)",
            standing.reached
        ));
    }
    lines.extend(path(names, answer, about).map(|it| format!("  {it}")));
    lines.extend(limit(names, answer, about).map(|it| format!("  {it}")));
    for bond in about.bonds.iter().take(MOST_BONDS) {
        lines.push(format!("  {} {}", names.name(bond.by), deeds(bond)));
    }
    if about.bonds.len() > MOST_BONDS {
        let more = about.bonds.len() - MOST_BONDS;
        lines.push(format!("  and {more} more"));
    }
    lines
}

/// All acts towards somebody in one sentence.
fn summary(about: &trust::Answer) -> String {
    let integrated: u32 = about.bonds.iter().map(|it| it.integrated).sum();
    let credited: u32 = about.bonds.iter().map(|it| it.credited).sum();
    let vouched: u32 = about.bonds.iter().map(|it| it.vouched).sum();
    let by: BTreeSet<u32> = about.bonds.iter().map(|it| it.by).collect();
    let projects: BTreeSet<&str> = about.bonds.iter().map(|it| it.project.as_str()).collect();
    let last = about.bonds.iter().filter_map(|it| it.last).max();
    if by.is_empty() {
        return "nobody has put in their work or vouched for them here; everybody begins so"
            .to_owned();
    }
    let mut deeds = vec![format!("put in {}", times(integrated))];
    if credited > 0 {
        deeds.push(format!("credited {}", times(credited)));
    }
    if vouched > 0 {
        deeds.push(format!("vouched for {}", times(vouched)));
    }
    format!(
        "{} by {} of {}, last on {}",
        deeds.join(", "),
        count(by.len(), "person", "persons"),
        count(projects.len(), "project", "projects"),
        last.map(day).unwrap_or_default()
    )
}

fn deeds(bond: &Bond) -> String {
    let mut deeds = Vec::new();
    if bond.integrated > 0 {
        deeds.push(format!("put in their work {}", times(bond.integrated)));
    }
    if bond.credited > 0 {
        deeds.push(format!(
            "put in what they are credited for {}",
            times(bond.credited)
        ));
    }
    if bond.vouched > 0 {
        deeds.push(format!("vouched for them {}", times(bond.vouched)));
    }
    let last = bond.last.map(day).unwrap_or_default();
    format!(
        "{} in {}, last on {last}",
        deeds.join(" and "),
        bond.project
    )
}

/// The strongest way in words.
fn path(names: &Names<'_>, answer: &Answer<'_>, about: &trust::Answer) -> Option<String> {
    let path = about.path.as_ref()?;
    let first = path.persons.first().filter(|_| path.persons.len() > 1)?;
    let mut words = format!(
        "way: {} of the team of {}",
        names.name(*first),
        project(answer, path.seed)
    );
    for pair in path.persons.windows(2) {
        let [by, of] = pair else { continue };
        let acts = answer.trust.acts().between(*by, *of);
        let times: u32 = acts
            .iter()
            .map(|it| it.integrated + it.credited + it.vouched)
            .sum();
        words += &format!(" → {} ({})", names.name(*of), self::times(times));
    }
    Some(words)
}

/// Why the level is no higher one.
fn limit(names: &Names<'_>, answer: &Answer<'_>, about: &trust::Answer) -> Option<String> {
    let next = match about.level {
        Level::Core | Level::New => return None,
        Level::Known => "core",
        Level::Some => "known",
    };
    let why = match about.limit? {
        Limit::Nobody | Limit::TooLittle => "too little comes from any project".to_owned(),
        Limit::OneProject(seed) => {
            format!("enough comes from {} only", project(answer, seed))
        }
        Limit::OnePerson(person) => {
            format!("it hangs on one person, {}", names.name(person))
        }
    };
    Some(format!("not {next}: {why}"))
}

fn project<'a>(answer: &Answer<'a>, seed: usize) -> &'a str {
    let seed = answer.seeds.get(seed);
    seed.map_or("", |it| it.project.as_str())
}

fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}
