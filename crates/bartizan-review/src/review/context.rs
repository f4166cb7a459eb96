//! What the rest of a change says of an entry. It adds weight or takes it away; only what explains a content lowers how bad it is.

use bartizan_model::severity::SeverityLevel;

use crate::{
    kind::{Role, file_name},
    mentions::Mentions,
    sighting::{Opaque, Sighting},
};

/// From so many opaque files on one more is no accident.
const SEVERAL: usize = 2;

/// A smaller file of tests hides little, whoever names it.
const SMALL: u64 = 128;

/// Lays what the change as a whole says over each sighting.
pub(super) fn lay(sightings: &mut [Sighting<'_>], mentions: &Mentions) {
    let is_hidden = |it: &&Sighting<'_>| it.opaque.is_some() && it.severity > SeverityLevel::Low;
    let count = sightings.iter().filter(is_hidden).count();
    for it in sightings.iter_mut() {
        if let Some(opaque) = it.opaque {
            of_opaque(it, opaque, mentions, count);
        }
    }
}

fn of_opaque(it: &mut Sighting<'_>, opaque: Opaque, mentions: &Mentions, count: usize) {
    it.context.push(("size", of_size(opaque.size)));
    if opaque.is_swapped {
        it.message += "; it replaces what was there";
        it.context.push(("swapped", 50));
    }
    if count >= SEVERAL {
        it.context.push(("several", 20));
    }
    let name = file_name(&it.path);
    if it.role == Role::Test && opaque.size >= SMALL && mentions.holds_beyond_tests(name) {
        // A build or the package itself takes a file of tests: so the backdoor of xz came.
        it.message += "; code of the same change that is no test names it";
        it.context.push(("used", 150));
        it.severity = it.severity.max(SeverityLevel::High);
    } else if mentions.holds(name) {
        it.message += "; code of the same change names it";
        it.context.push(("named", -100));
        it.severity = lower(it.severity);
    } else if mentions.code_files == 0 {
        it.message += "; the change has no code that makes or reads it";
        it.context.push(("unexplained", 80));
    }
    if it.role == Role::Test {
        it.message += "; files of tests are where nobody looks";
    }
}

/// Ten for each doubling from 64 bytes on.
fn of_size(size: u64) -> i32 {
    let doublings = (size / 64).max(1).ilog2();
    i32::try_from(doublings)
        .unwrap_or(0)
        .saturating_mul(10)
        .min(120)
}

fn lower(severity: SeverityLevel) -> SeverityLevel {
    match severity {
        SeverityLevel::Critical => SeverityLevel::High,
        SeverityLevel::High => SeverityLevel::Medium,
        _ => SeverityLevel::Low,
    }
}
