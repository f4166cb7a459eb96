//! The differences for people, one kind after the other.

use bartizan_assessment::bills::check_of;
use bartizan_native::declared::{Difference, Kind};

use super::Answer;
use crate::{
    render::words,
    term::{Ink, Sheet, Terminal},
};

/// The kinds, in the order in which they are read.
const KINDS: [Kind; 4] = [
    Kind::Undeclared,
    Kind::WrongVersion,
    Kind::Phantom,
    Kind::WithoutPurl,
];

/// How many entries of the last kinds are listed unless all are asked for.
const LISTED: usize = 20;

pub(super) fn text(terminal: Terminal, is_verbose: bool, answer: &Answer) -> String {
    let mut sheet = Sheet::new(terminal);
    let comparison = &answer.comparison;
    let head = terminal.paint(Ink::Strong, &terminal.clean(&answer.artifact));
    sheet.line(&head);
    match answer.bills.len() {
        0 => sheet.wrapped(2, "carries no bill of materials"),
        _ => sheet.wrapped(2, &format!("held against {}", names(answer).join(", "))),
    }
    for kind in KINDS {
        let of_kind: Vec<&Difference> = comparison
            .differences
            .iter()
            .filter(|it| it.kind == kind)
            .collect();
        if of_kind.is_empty() {
            continue;
        }
        let check = check_of(kind);
        sheet.wrapped(2, &format!("{} [{}]", check.title, check.id));
        let shown = if is_verbose { of_kind.len() } else { LISTED };
        for difference in of_kind.iter().take(shown) {
            sheet.wrapped(4, &line(difference));
            if is_verbose {
                sheet.wrapped(6, &difference.files.join(", "));
            }
        }
        if of_kind.len() > shown {
            sheet.wrapped(
                4,
                &format!("and {} more (--verbose lists them)", of_kind.len() - shown),
            );
        }
    }
    if !comparison.unconfirmed.is_empty() {
        sheet.wrapped(
            2,
            &format!(
                "stated, and nothing in files would show it: {}",
                comparison.unconfirmed.join(", ")
            ),
        );
    }
    for problem in &comparison.problems {
        sheet.wrapped(2, &format!("{}: {}", problem.subject, problem.message));
    }
    lacking(&mut sheet, answer, is_verbose);
    sheet.gap();
    let components = words::count(comparison.shown, "component", "components");
    let differences = words::count(comparison.differences.len(), "difference", "differences");
    sheet.wrapped(
        0,
        &format!(
            "{components} seen in files, {} of them declared. {differences}.",
            comparison.declared
        ),
    );
    sheet.text
}

/// What the components of each bill lack.
fn lacking(sheet: &mut Sheet, answer: &Answer, is_verbose: bool) {
    for (bill, lacks) in &answer.lacks {
        if !lacks.is_empty() {
            sheet.wrapped(2, &format!("of {}:", within(answer, bill)));
            lacks.tell(sheet, 4, is_verbose);
        }
    }
}

/// The bills; one in the artifact by its name there.
fn names(answer: &Answer) -> Vec<&str> {
    let bills = answer.bills.iter();
    bills.map(|it| within(answer, it)).collect()
}

fn within<'a>(answer: &Answer, bill: &'a str) -> &'a str {
    let prefix = format!("{}!", answer.artifact);
    bill.strip_prefix(&prefix).unwrap_or(bill)
}

fn line(difference: &Difference) -> String {
    let version =
        |it: &Option<String>| it.clone().unwrap_or_else(|| "without a version".to_owned());
    let name = &difference.name;
    let purl = difference
        .purl
        .as_ref()
        .map(|it| format!("  {it}"))
        .unwrap_or_default();
    match difference.kind {
        Kind::Undeclared => format!("{name} {}{purl}", version(&difference.shown)),
        Kind::Phantom => format!("{name} {}", version(&difference.stated)),
        Kind::WrongVersion => format!(
            "{name}: {} is stated, {} is there",
            version(&difference.stated),
            version(&difference.shown)
        ),
        Kind::WithoutPurl => format!("{name} {}{purl}", version(&difference.stated)),
    }
}
