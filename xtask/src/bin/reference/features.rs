//! The page of the numbers that the learnt order may use.

use bartizan_review::order::{FEATURES, VERSION};

use super::table;

/// Every feature, in the order of weights and tables.
pub(super) fn body() -> String {
    let rows = FEATURES
        .iter()
        .map(|it| vec![format!("`{}`", it.name), it.says.to_owned()]);
    format!(
        "Numbers of a change that the order of review is learnt from (version {VERSION}; weights and tables of another are refused). Counts are \
         given as the logarithm to base 2 of one more. `known-most`, `known-least` and `busy` stand in tables of evaluations only: a review does \
         not ask for them. `bartizan review --explain-order` tells what each makes of a change.\n\n{}",
        table(&["feature", "says"], rows)
    )
}
