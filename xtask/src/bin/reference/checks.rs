//! The page of checks.

use bartizan::catalogue::{self, Explained};

/// What a report can say, each with its explanation; the same that `bartizan explain` shows.
pub(super) fn body() -> String {
    let sections: Vec<String> = catalogue::all().iter().map(section).collect();
    format!("{}\n{}", sections.join("\n"), frameworks())
}

/// What the requirements ask for that checks support, and of which version of each framework.
fn frameworks() -> String {
    let mut text = "## Requirements of frameworks\n\nWhat checks support, in our own words. None of these is met by a check alone.\n\n\
                    | Requirement | Version | What it asks for |\n|---|---|---|\n"
        .to_owned();
    for [framework, version, id, meaning] in catalogue::requirements() {
        text += &format!("| {framework} {id} | {version} | {meaning} |\n");
    }
    text
}

fn section(check: &Explained) -> String {
    let explanation = check.explanation;
    format!(
        "## {}\n\n{}.{}\n\n{}\n\n**Why.** {}\n\nReported:\n\n{}\n\nNot reported:\n\n{}\n\n**Remedy.** {}\n{}",
        check.id,
        capital(check.title),
        check
            .spec
            .map(|spec| format!(" SPEC {spec}."))
            .unwrap_or_default(),
        explanation.what,
        explanation.why,
        indented(explanation.failing),
        indented(explanation.passing),
        explanation.remedy,
        supports(check),
    )
}

fn supports(check: &Explained) -> String {
    let named = check
        .supports
        .iter()
        .map(|it| format!("{} {}", it.framework.title(), it.requirement));
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        return String::new();
    }
    format!("\n**Supports.** {}.\n", named.join(", "))
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {}", catalogue::visible(line)))
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
