//! When two names are the same.

/// Names of nobody: what programs put where nobody set up a name.
const OF_NOBODY: [&str; 10] = [
    "your name",
    "unknown author",
    "unknown user",
    "no author",
    "no name",
    "first last",
    "root user",
    "ubuntu user",
    "github actions",
    "pre commit ci",
];

/// Names that programs go by, in addition to those that end with `[bot]`.
const OF_PROGRAMS: [&str; 6] = [
    "dependabot",
    "github actions",
    "pre-commit-ci",
    "renovate",
    "github-actions",
    "meeseeksmachine",
];

/// The words of a name in lower case, where it has at least two that are no initials: what may tell one person from another.
pub(crate) fn several_words(name: &str) -> Option<String> {
    let words: Vec<String> = name
        .split(|it: char| !it.is_alphanumeric() && it != '\'' && it != '\u{2019}')
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() > 1)
        .collect();
    let joined = words.join(" ");
    let is_somebody = words.len() > 1 && !OF_NOBODY.contains(&joined.as_str()) && !is_program(name);
    is_somebody.then_some(joined)
}

/// Whether a name is a program's.
pub(super) fn is_program(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    name.ends_with("[bot]") || OF_PROGRAMS.contains(&name.as_str())
}
