//! What a line of code or of a build newly does, by its words. Texts in quotes are no calls, and comments are nothing.

use super::{
    deeds::DeedKind,
    imports::{Names, modules},
};
use crate::{kind::Language, lines::cut};

/// The longest text of a deed.
const LONGEST: usize = 100;

/// Hands over what a line does.
pub(super) fn read(
    line: &str,
    language: Language,
    names: &Names<'_>,
    told: &mut dyn FnMut(DeedKind, String),
) {
    hosts(line, told);
    match language {
        Language::Python | Language::Cython => {
            for module in modules(line).into_iter().filter(|it| !it.starts_with('.')) {
                let parts: Vec<&str> = module.splitn(3, '.').take(2).collect();
                told(DeedKind::Import, cut(&parts.join("."), LONGEST).to_owned());
            }
            calls(line, '#', names, told);
        }
        Language::C | Language::Cpp => {
            let trimmed = line.trim_start();
            if let Some(rest) = trimmed.strip_prefix("#include") {
                let name = rest.trim_start().trim_start_matches(['<', '"']);
                let name = name.split(['>', '"']).next().unwrap_or(name).trim_end();
                told(DeedKind::Import, cut(name, LONGEST).to_owned());
            } else if !trimmed.starts_with(['*', '/']) {
                calls(line, '\0', names, told);
            }
        }
        Language::Prose | Language::Translation | Language::Other => {}
        Language::Fortran | Language::Script | Language::Code => calls(line, '\0', names, told),
        Language::Yaml
        | Language::Shell
        | Language::M4
        | Language::Make
        | Language::Cmake
        | Language::Meson
        | Language::Settings
        | Language::Docker
        | Language::Wrap => words(line, told),
    }
}

/// Hosts of addresses.
fn hosts(line: &str, told: &mut dyn FnMut(DeedKind, String)) {
    let mut rest = line;
    while let Some((_, behind)) = rest.split_once("://") {
        let is_host = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '@' | ':');
        let end = behind.find(|it| !is_host(it)).unwrap_or(behind.len());
        let (host, left) = behind.split_at(end);
        let host = host.rsplit('@').next().unwrap_or(host);
        let host = host.split(':').next().unwrap_or(host).to_ascii_lowercase();
        if host.contains('.') {
            told(DeedKind::Host, cut(&host, LONGEST).to_owned());
        }
        rest = left;
    }
}

/// Words of builds and settings; of an action only its name, as pins change all the time.
fn words(line: &str, told: &mut dyn FnMut(DeedKind, String)) {
    let line = line.trim();
    if line.starts_with('#') || line.starts_with("dnl ") {
        return;
    }
    let uses = line.trim_start_matches("- ").strip_prefix("uses:");
    if let Some(action) = uses {
        let action = action.trim().trim_matches(['"', '\'']);
        let name = action.split(['@', ' ']).next().unwrap_or(action);
        told(DeedKind::Action, cut(name, LONGEST).to_owned());
        return;
    }
    let is_part =
        |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.' | '/' | '$' | '|');
    for word in line.split(|it| !is_part(it)) {
        let word = word.trim_matches(['.', '/', '-']);
        let has_digits = word.chars().filter(char::is_ascii_digit).count();
        if word.len() > 1 && word.len() <= LONGEST && has_digits * 3 < word.len() {
            told(DeedKind::Word, word.to_owned());
        }
    }
}

/// Names before a bracket.
fn calls(line: &str, comment: char, names: &Names<'_>, told: &mut dyn FnMut(DeedKind, String)) {
    let trimmed = line.trim_start();
    let is_definition = [
        "def ",
        "class ",
        "cdef ",
        "cpdef ",
        "async def ",
        "#define ",
        "@",
    ];
    if is_definition.iter().any(|it| trimmed.starts_with(it)) && !trimmed.contains('=') {
        return;
    }
    let (mut start, mut quote, mut is_escaped) = (None, None, false);
    for (at, sign) in line.char_indices() {
        if let Some(open) = quote {
            if is_escaped {
                is_escaped = false;
            } else if sign == '\\' {
                is_escaped = true;
            } else if sign == open {
                quote = None;
            }
            continue;
        }
        match sign {
            '"' | '\'' => {
                quote = Some(sign);
                start = None;
            }
            _ if sign == comment => return,
            '/' if line.get(at..).is_some_and(|it| it.starts_with("//")) && comment == '\0' => {
                return;
            }
            '(' => {
                let name = start.take().and_then(|start| line.get(start..at));
                if let Some(name) = name {
                    call(name, names, told);
                }
            }
            _ if sign.is_alphanumeric() || matches!(sign, '_' | '.' | ':' | '>' | '-') => {
                let is_part = sign.is_alphanumeric() || sign == '_';
                if start.is_none() && (is_part || sign == '.') {
                    start = Some(at);
                }
            }
            _ => start = None,
        }
    }
}

/// Words of languages that stand before brackets.
const NO_CALLS: [&str; 16] = [
    "if", "for", "while", "switch", "return", "sizeof", "and", "or", "not", "in", "is", "elif",
    "lambda", "assert", "yield", "print",
];

fn call(name: &str, names: &Names<'_>, told: &mut dyn FnMut(DeedKind, String)) {
    let name = name.rsplit([':', '>', '-']).next().unwrap_or(name);
    let first = name.chars().next().unwrap_or(' ');
    if NO_CALLS.contains(&name) || first.is_ascii_digit() || name.len() > LONGEST {
        return;
    }
    let (root, rest) = name.split_once('.').unwrap_or((name, ""));
    match names.get(root) {
        // What is its own is nobody else's.
        Some(known) if known.starts_with('.') => told(DeedKind::Name, last(name).to_owned()),
        Some(known) if rest.is_empty() => told(DeedKind::Call, cut(known, LONGEST).to_owned()),
        Some(known) => told(
            DeedKind::Call,
            cut(&format!("{known}.{rest}"), LONGEST).to_owned(),
        ),
        None if rest.is_empty() => told(DeedKind::Name, name.to_owned()),
        None => told(DeedKind::Method, last(name).to_owned()),
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::imports, *};

    fn check(line: &str, language: Language) -> String {
        let names = imports::names("import numpy as np\nfrom os import system\nfrom .x import y");
        let mut told = Vec::new();
        read(line, language, &names, &mut |kind, text| {
            told.push(format!("{kind:?} {text}"));
        });
        told.join("; ")
    }

    #[test]
    fn lines_do_what_their_words_say() {
        let check = |line| check(line, Language::Python);
        insta::assert_snapshot!(check("x = np.linalg.solve(a, eval(b)).sum()  # f(x)"), @"Call numpy.linalg.solve; Name eval; Method sum");
        insta::assert_snapshot!(check("system('rm(x)'); y(1)"), @"Call os.system; Name y");
        insta::assert_snapshot!(check("def f(x):"), @"");
        insta::assert_snapshot!(check("import os.path.x, sys"), @"Import os.path; Import sys");
        insta::assert_snapshot!(check("u = 'https://user@Example.org:80/x'"), @"Host example.org");
    }

    #[test]
    fn other_languages_too() {
        insta::assert_snapshot!(check("  if (p->free(x)) memcpy(a, \"f(\", n); // g(x)", Language::C), @"Name free; Name memcpy");
        insta::assert_snapshot!(check("#include <Python.h>", Language::C), @"Import Python.h");
        insta::assert_snapshot!(check("#include \"a.h\" /* for f(x) */", Language::C), @"Import a.h");
        insta::assert_snapshot!(check("- uses: actions/checkout@v4", Language::Yaml), @"Action actions/checkout");
        insta::assert_snapshot!(check("curl -s https://x.org/a | bash 2>1", Language::Shell), @"Host x.org; Word curl; Word https; Word x.org/a; Word bash");
        insta::assert_snapshot!(check("see f(x)", Language::Prose), @"");
    }

    proptest! {
        #[test]
        fn never_panics(line in "([a-zé.:/(){}'\"\\\\@#0-9<>-]| |uses: |://|import ){0,40}") {
            for language in [Language::Python, Language::C, Language::Yaml, Language::Code] {
                check(&line, language);
            }
        }
    }
}
