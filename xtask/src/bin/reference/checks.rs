//! The page of checks.

use bartizan_vulnerability::checks::{ALL, Check};

/// What a report can say, each with its explanation; the same that `bartizan explain` shows.
pub(super) fn body() -> String {
    ALL.iter()
        .map(|check| section(*check))
        .collect::<Vec<_>>()
        .join("\n")
}

fn section(check: &dyn Check) -> String {
    let explanation = check.explanation();
    format!(
        "## {}\n\n{}.\n\n{}\n\n**Why.** {}\n\nReported:\n\n{}\n\nNot reported:\n\n{}\n\n**Remedy.** {}\n",
        check.id(),
        capital(check.title()),
        explanation.what,
        explanation.why,
        indented(explanation.failing),
        indented(explanation.passing),
        explanation.remedy,
    )
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}
