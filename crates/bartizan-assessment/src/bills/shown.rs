//! The bills of a release as JSON, for the documents of an assessment, the pages and programs.

use bartizan_native::declared::Difference;
use bartizan_sbom::lacking::Lacking;
use serde_json::{Value, json};

use super::{Examined, ExaminedBill, ReadBill, ReleaseBills, Validity, check_of, word_of};

/// How many differences of a wheel are shown, how many files of each, and how many names of what is lacking.
const MOST_DIFFERENCES: usize = 300;
const MOST_FILES: usize = 10;
const MOST_NAMES: usize = 40;

/// How many bills of a wheel are shown.
const MOST_BILLS: usize = 40;

/// What is known of the bills of a release.
pub fn release(release: &ReleaseBills) -> Value {
    let known = release.known();
    let (looked, with) = release.wheels;
    let native = release.examined.as_ref().map(|it| &it.comparison);
    json!({
        "version": release.version,
        "uploaded": release.uploaded.map(|it| it.to_string()),
        "standing": release.standing().id(),
        "is_present": known.is_present,
        "is_valid": known.is_valid,
        "is_true": known.is_true,
        "wheels_looked_into": looked,
        "wheels_with_sbom": with,
        "shown_native": native.map(|it| it.shown_native),
        "declared_native": native.map(|it| it.declared_native),
    })
}

/// What the wheel of a release holds.
pub fn examined(examined: &Examined) -> Value {
    let comparison = &examined.comparison;
    let shown = comparison.differences.iter().take(MOST_DIFFERENCES);
    let left_out = comparison
        .differences
        .len()
        .saturating_sub(MOST_DIFFERENCES);
    let problems = comparison.problems.iter().take(MOST_NAMES);
    json!({
        "file": examined.file,
        "sha256": examined.sha256.to_string(),
        "shown": comparison.shown,
        "declared": comparison.declared,
        "shown_native": comparison.shown_native,
        "declared_native": comparison.declared_native,
        "bills": examined.bills.iter().take(MOST_BILLS).map(bill).collect::<Vec<_>>(),
        "differences": shown.map(difference).collect::<Vec<_>>(),
        "differences_left_out": left_out,
        "unconfirmed": comparison.unconfirmed.iter().take(MOST_NAMES).collect::<Vec<_>>(),
        "problems": problems.map(|it| &it.message).collect::<Vec<_>>(),
        "unread": examined.unread,
    })
}

fn bill(bill: &ExaminedBill) -> Value {
    let (validity, errors, count, why) = match &bill.validity {
        Validity::Valid => ("valid", &[][..], 0, None),
        Validity::Invalid { errors, count } => ("invalid", errors.as_slice(), *count, None),
        Validity::Unknown(why) => ("unknown", &[][..], 0, Some(why)),
    };
    let read = bill.read.as_ref().ok();
    let lacking = read.map_or(&[][..], |it| it.lacking.as_slice());
    json!({
        "name": bill.name,
        "format": read.map(|it| &it.format),
        "components": read.map(|it| it.components),
        "problem": bill.read.as_ref().err(),
        "validity": validity,
        "errors": errors,
        "error_count": count,
        "why_unknown": why,
        "lacking": lacking.iter().map(lacks).collect::<Vec<_>>(),
        "add_it": read.filter(|it| !it.lacking.is_empty()).map(place),
    })
}

fn place(read: &ReadBill) -> &'static str {
    read.origin.place()
}

fn lacks(lacking: &Lacking) -> Value {
    json!({
        "what": lacking.lack.id(),
        "components": lacking.components.iter().take(MOST_NAMES).collect::<Vec<_>>(),
        "lacking": lacking.lacking,
        "total": lacking.total,
        "field": lacking.field,
    })
}

fn difference(difference: &Difference) -> Value {
    json!({
        "check": check_of(difference.kind).id,
        "kind": word_of(difference.kind),
        "name": difference.name,
        "stated": difference.stated,
        "shown": difference.shown,
        "purl": difference.purl.as_ref().map(ToString::to_string),
        "bill": difference.bill,
        "files": difference.files.iter().take(MOST_FILES).collect::<Vec<_>>(),
    })
}
