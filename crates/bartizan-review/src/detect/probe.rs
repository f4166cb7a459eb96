//! Probes of a build that cannot succeed: programs that are compiled to see what there is, with something in them that no
//! compiler takes. What they ask for is then switched off, and nobody notices.

use super::Subject;
use crate::{
    kind::Language,
    lines::{line_at, normalised},
    sighting::Seen,
    tokens::{self, Kind, Token},
};

/// What begins a probe, and between what its program stands.
const PROBES: &[(&str, &str, &str)] = &[
    ("check_c_source_compiles", "\"", "\""),
    ("check_c_source_runs", "\"", "\""),
    ("check_cxx_source_compiles", "\"", "\""),
    ("check_cxx_source_runs", "\"", "\""),
    ("check_c_source_compiles", "[[", "]]"),
    ("check_c_source_compiles", "[=[", "]=]"),
    ("check_source_compiles", "\"", "\""),
    ("AC_LANG_SOURCE", "[[", "]]"),
    ("AC_LANG_PROGRAM", "[[", "]]"),
    (".compiles", "'''", "'''"),
    (".links", "'''", "'''"),
    (".run", "'''", "'''"),
];

/// How far behind its name the program of a probe begins.
const NEAR: usize = 200;

/// How many probes of one file are looked at, and how long a program is.
const MOST_PROBES: usize = 2_000;
const LONGEST: usize = 100_000;

/// What a sandbox, a hardening or a limit is called.
const OF_PROTECTION: [&str; 12] = [
    "landlock",
    "pledge",
    "capsicum",
    "seccomp",
    "sandbox",
    "no_new_privs",
    "cap_rights",
    "stack_protector",
    "fortify",
    "relro",
    "unveil",
    "apparmor",
];

pub(super) fn see(subject: &Subject<'_>, seen: &mut Vec<Seen>) {
    let is_build = matches!(
        subject.language,
        Language::Cmake | Language::M4 | Language::Meson
    );
    let Some(text) = subject.text.filter(|_| is_build) else {
        return;
    };
    for (name, begin, end) in PROBES {
        let places = memchr::memmem::find_iter(text.as_bytes(), name.as_bytes());
        for place in places.take(MOST_PROBES) {
            if let Some((start, program)) = program(text, place + name.len(), begin, end) {
                look(text, (start, program), seen);
            }
        }
    }
    seen.sort_by(|one, other| (one.line, &one.snippet).cmp(&(other.line, &other.snippet)));
    seen.dedup();
}

/// The program that stands behind a place, and where.
fn program<'a>(text: &'a str, from: usize, begin: &str, end: &str) -> Option<(usize, &'a str)> {
    let behind = text.get(from..)?;
    let near = crate::lines::cut(behind, NEAR);
    let start = from + near.find(begin)? + begin.len();
    let rest = crate::lines::cut(text.get(start..)?, LONGEST);
    let mut length = rest.find(end)?;
    // A quote that a backslash stands before belongs to the program.
    while end == "\"" && rest.get(..length).is_some_and(|it| it.ends_with('\\')) {
        length += 1 + rest.get(length + 1..)?.find(end)?;
    }
    Some((start, rest.get(..length)?))
}

fn look(text: &str, (start, program): (usize, &str), seen: &mut Vec<Seen>) {
    // In a text of `CMake` quotes have a backslash before them.
    let unescaped = program.replace("\\\"", " \"");
    // Variables of the build may stand for anything.
    let tokens = tokens::of_c(&unescaped);
    let Some((token, why)) = stray(&tokens) else {
        return;
    };
    let line = line_at(text, start).saturating_add(token.line.saturating_sub(1));
    let lower = program.to_ascii_lowercase();
    let protection = OF_PROTECTION.iter().find(|word| lower.contains(**word));
    let what = protection.map_or(String::new(), |word| {
        format!(", and so `{word}`, which it asks for, is never found")
    });
    let message = format!("no compiler takes the program of this probe, because of {why}{what}");
    let line_text = text
        .split('\n')
        .nth(line.saturating_sub(1) as usize)
        .unwrap_or_default();
    seen.push(Seen::new(
        "broken-probe",
        Some(line),
        normalised(line_text),
        message,
    ));
}

/// The first word of a program that cannot stand where it stands.
fn stray<'a>(tokens: &'a [Token<'a>]) -> Option<(&'a Token<'a>, String)> {
    // Of templates nobody knows what will be there.
    let is_template = |it: &Token<'_>| {
        it.text.contains(['@', '$']) || it.text.starts_with("AC_") || it.text.starts_with("AS_")
    };
    if tokens.iter().any(is_template) {
        return None;
    }
    let mut depth = 0_usize;
    let mut before: Option<&Token<'_>> = None;
    for token in tokens.iter().filter(|it| it.kind != Kind::Directive) {
        let is_outside = depth == 0;
        match token.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" if is_outside => {
                return Some((token, format!("a `{}` that nothing opened", token.text)));
            }
            "}" | ")" | "]" => depth -= 1,
            "." | "->" | "?" | "!" | "%" | "^" | "|" | "/" | "+" | "-"
                if is_outside && token.kind == Kind::Sign && !follows_value(before, token) =>
            {
                return Some((
                    token,
                    format!("a stray `{}` outside of every function", token.text),
                ));
            }
            "`" | "\\" => return Some((token, format!("a stray `{}`", token.text))),
            _ => {}
        }
        before = Some(token);
    }
    let last = tokens.last().filter(|_| depth > 0)?;
    Some((last, "a bracket that nothing closes".to_owned()))
}

/// Whether a sign outside of functions stands in a value: `int a = 1 + 2;`, on the line of what comes before it.
fn follows_value(before: Option<&Token<'_>>, token: &Token<'_>) -> bool {
    before.is_some_and(|before| {
        let is_value = matches!(before.kind, Kind::Name | Kind::Number | Kind::Text)
            || matches!(before.text, ")" | "=" | ",");
        is_value && token.text != "." && token.text != "->"
    })
}
