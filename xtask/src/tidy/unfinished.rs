//! Nothing unfinished is left behind, and no test is switched off.

use super::{Checkout, Rule};

pub(crate) const RULE: Rule = Rule {
    title: "no code is left for later and no test is switched off",
    check,
};

/// What such code looks like, each in two halves so that this file does not hold it.
const MARKS: &[(&str, &str)] = &[
    ("todo", "!("),
    ("unimplemented", "!("),
    ("#[ign", "ore"),
    ("#[should_", "panic"),
    ("FIX", "ME"),
    ("XX", "X:"),
];

fn check(checkout: &Checkout<'_>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in checkout.rust() {
        for (number, line) in text.lines().enumerate() {
            let marks = MARKS
                .iter()
                .map(|(first, second)| format!("{first}{second}"));
            complaints.extend(
                marks
                    .filter(|mark| line.contains(mark.as_str()))
                    .map(|mark| format!("{path}:{}: `{mark}`", number + 1)),
            );
        }
    }
    complaints
}
