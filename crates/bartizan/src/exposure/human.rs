//! The exposure for people.

use std::collections::BTreeMap;

use bartizan_vulnerability::risk::downstream::{Counted, DownstreamExposure};

use super::{Answer, OfPackage};
use crate::{
    render::words,
    term::{Sheet, Terminal},
};

/// How many names are listed unless all are asked for.
const NAMES: usize = 20;

/// How many problems are.
const PROBLEMS: usize = 5;

/// The text of the answer.
pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer<'_>) -> String {
    let mut sheet = Sheet::new(terminal);
    let most = |few: usize| if is_verbose { usize::MAX } else { few };
    if answer.packages.is_empty() {
        sheet.wrapped(
            0,
            &format!(
                "No record of `{}` is about a Python package.",
                answer.advisory
            ),
        );
    }
    for of in &answer.packages {
        sheet.heading(&head(of));
        sheet.wrapped(2, &stand(of));
        for after in &of.after {
            one(&mut sheet, after, most(NAMES));
        }
    }
    if !answer.problems.is_empty() {
        sheet.gap();
    }
    for problem in answer.problems.iter().take(most(PROBLEMS)) {
        sheet.wrapped(
            0,
            &format!("problem: {}: {}", problem.subject, problem.message),
        );
    }
    if answer.problems.len() > most(PROBLEMS) {
        let more = words::count(
            answer.problems.len() - PROBLEMS,
            "more problem",
            "more problems",
        );
        sheet.line(&format!("and {more} (--verbose)"));
    }
    sheet.gap();
    sheet.wrapped(
        0,
        &format!(
            "Requirements as for {}; releases of {}.",
            answer.environment, answer.universe
        ),
    );
    sheet.wrapped(0, &words::database(&answer.database));
    sheet.text
}

fn head(of: &OfPackage) -> String {
    let published = of.published.map_or_else(
        || "on a day that no record tells".to_owned(),
        |at| at.strftime("%Y-%m-%d").to_string(),
    );
    format!("{} in {}, published {published}", of.group, of.package)
}

fn stand(of: &OfPackage) -> String {
    let undecided = match of.undecided {
        0 => String::new(),
        count => format!(", of {} it is not known", words::amount(count as u64)),
    };
    format!(
        "{} of {} of {} are affected{undecided}; {} among {} looked at",
        words::amount(of.affected as u64),
        words::count(of.releases, "release", "releases"),
        of.package,
        words::count(of.dependants, "dependant", "dependants"),
        words::count(of.asked, "package", "packages"),
    )
}

fn one(sheet: &mut Sheet, after: &DownstreamExposure, names: usize) {
    let days = after.days;
    let counted = match &after.answer {
        Ok(counted) => counted,
        Err(needed) => {
            let text = format!(
                "after {days} days: not known; needed is {}",
                needed.as_str()
            );
            sheet.wrapped(2, &text);
            return;
        }
    };
    sheet.wrapped(2, &format!("after {days} days: {}", share(counted)));
    if !counted.exposed.is_empty() {
        sheet.wrapped(4, &listed("exposed", &counted.exposed, names));
    }
    let mut unknown: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, needed) in &counted.unknown {
        unknown
            .entry(needed.as_str())
            .or_default()
            .push(name.clone());
    }
    for (needed, of) in unknown {
        sheet.wrapped(
            4,
            &listed(&format!("not known, needed is {needed}"), &of, names),
        );
    }
}

fn share(counted: &Counted) -> String {
    let known = counted.exposed.len() + counted.safe;
    let Some(share) = counted.share() else {
        return "of no dependant it is known".to_owned();
    };
    let unknown = match counted.unknown.len() {
        0 => String::new(),
        count => format!("; of {} more it is not known", words::amount(count as u64)),
    };
    let only = match counted.locked_in {
        0 => String::new(),
        count => format!(" ({} of them nothing else)", words::amount(count as u64)),
    };
    format!(
        "{:.0} %: {} of {} still admit an affected release{only}{unknown}",
        share * 100.0,
        words::amount(counted.exposed.len() as u64),
        words::count(known, "dependant", "dependants"),
    )
}

fn listed(what: &str, names: &[String], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
    let more = names.len().saturating_sub(most);
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more (--verbose)")
    };
    format!("{what}: {}{more}", shown.join(", "))
}
