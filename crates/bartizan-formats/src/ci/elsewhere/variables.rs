//! Variables that hold secrets, by their names.

use crate::ci::step::Placed;

/// Keys under which variables stand.
pub(super) fn holds(key: &str) -> bool {
    matches!(key, "env" | "environment" | "variables" | "global")
}

/// Parts of names that speak of a secret.
const PARTS: [&str; 8] = [
    "TOKEN",
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "CREDENTIAL",
];

/// Names that speak of one and hold none: where one lies, what it is called, whether there is one.
const NOT: [&str; 6] = ["_FILE", "_PATH", "_NAME", "_URL", "_AUDIENCE", "HAS_"];

/// Whether a name speaks of a secret.
pub(super) fn speaks_of_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    PARTS.iter().any(|part| name.contains(part)) && !NOT.iter().any(|part| name.contains(part))
}

/// The shortest value that is taken for a secret.
const SHORTEST: usize = 8;

/// Whether a value is written down, and neither computed nor encrypted nor a word that says something else.
pub(super) fn is_plain(text: &str) -> bool {
    let is_computed = ["$", "<<", "{{", "ENCRYPTED[", "%"]
        .iter()
        .any(|sign| text.contains(sign));
    let is_one_word = !text.chars().any(char::is_whitespace);
    let has_digit = text.bytes().any(|it| it.is_ascii_digit());
    text.len() >= SHORTEST && is_one_word && has_digit && !is_computed
}

/// The variables of a script whose names speak of a secret: `$NAME`, `${NAME}`, `$(NAME)`, `%NAME%`.
pub(super) fn secrets_in(script: &Placed<String>) -> Vec<Placed<String>> {
    let mut found = Vec::new();
    for (number, line) in (script.line..).zip(script.value.lines()) {
        let parts = line.split(['$', '%']).skip(1);
        for part in parts {
            let name = part.trim_start_matches(['{', '(']);
            let end = name
                .find(|it: char| !(it.is_ascii_alphanumeric() || it == '_'))
                .unwrap_or(name.len());
            let name = name.get(..end).unwrap_or_default();
            if speaks_of_secret(name) {
                found.push(Placed {
                    value: name.to_owned(),
                    line: number,
                });
            }
        }
    }
    found
}
