//! Comparisons for people.

use bartizan_provenance::divergence::{BuildComparison, Comparison};

use super::{Compared, Outcome};
use crate::term::Sheet;

impl Compared {
    /// For people.
    pub(in super::super) fn write(&self, sheet: &mut Sheet, is_verbose: bool) {
        let with = self.described();
        match &self.outcome {
            Outcome::Source(it) | Outcome::Commit(_, it) => {
                sheet.wrapped(2, &format!("against {with}: {}", summary(it)));
                if is_verbose {
                    for it in &it.explained {
                        sheet.wrapped(4, &format!("{}: {} ({})", it.path, it.how, it.rule));
                    }
                    for it in it.uncompared.iter().filter(|it| it.is_built) {
                        sheet.wrapped(4, &format!("{}: {}", it.path, it.why));
                    }
                }
            }
            Outcome::NoCommit(why) => sheet.wrapped(2, &format!("against {with}: {why}")),
            Outcome::Build(is_identical, it) => {
                let line = format!("against {with}: {}", build_summary(*is_identical, it));
                sheet.wrapped(2, &line);
            }
        }
    }
}

fn summary(comparison: &Comparison) -> String {
    let built = comparison
        .uncompared
        .iter()
        .filter(|it| it.is_built)
        .count();
    let uncompared = comparison.uncompared.len() - built;
    let mut text = format!(
        "{} files the same, {} explained, {} unexplained",
        comparison.same,
        comparison.explained.len(),
        comparison.unexplained.len()
    );
    for (count, what) in [
        (uncompared, "not compared"),
        (built, "built and not comparable"),
        (comparison.left_out, "of the source left out"),
    ] {
        if count > 0 {
            text += &format!(", {count} {what}");
        }
    }
    text
}

fn build_summary(is_identical: bool, comparison: &BuildComparison) -> String {
    if is_identical {
        return "the same file".to_owned();
    }
    let taken: Vec<String> = comparison
        .normalised
        .iter()
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    let taken = if taken.is_empty() {
        "times, owners or packing".to_owned()
    } else {
        format!("times, owners, packing; {}", taken.join(", "))
    };
    match comparison.differences.len() {
        0 => format!(
            "equal after normalisation ({} files; taken away: {taken})",
            comparison.same
        ),
        count => format!(
            "{count} differences after normalisation, {} files the same (taken away: {taken})",
            comparison.same
        ),
    }
}
