//! What names of a Python file stand for, by its lines of imports. No grammar: files of which only parts are at hand, and
//! Cython, are read alike.

use std::collections::HashMap;

/// How many names of a file are kept.
const MOST_NAMES: usize = 5_000;

/// A name, and what it stands for.
pub(super) type Names<'a> = HashMap<&'a str, String>;

/// The names that a text imports.
pub(super) fn names(text: &str) -> Names<'_> {
    let mut names = Names::new();
    let mut open: Option<&str> = None;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(module) = open {
            take_in(&mut names, module, line);
            if line.contains(')') {
                open = None;
            }
        } else if let Some((module, rest)) = of_from(line) {
            take_in(&mut names, module, rest);
            if rest.trim_start().starts_with('(') && !rest.contains(')') {
                open = Some(module);
            }
        } else if let Some(rest) = of_import(line) {
            for part in rest.split(',') {
                let (module, alias) = aliased(part);
                if let Some(alias) = alias {
                    keep(&mut names, alias, module.to_owned());
                } else {
                    let root = module.split('.').next().unwrap_or(module);
                    keep(&mut names, root, root.to_owned());
                }
            }
        }
        if names.len() >= MOST_NAMES {
            break;
        }
    }
    names
}

/// The modules that a line imports.
pub(super) fn modules(line: &str) -> Vec<&str> {
    let line = line.split('#').next().unwrap_or_default().trim();
    if let Some((module, _)) = of_from(line) {
        return vec![module];
    }
    let parts = of_import(line).unwrap_or_default().split(',');
    let modules = parts.map(|part| aliased(part).0);
    modules.filter(|it| is_dotted(it)).collect()
}

fn of_from(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("from ")?;
    let (module, rest) = rest
        .split_once(" import ")
        .or_else(|| rest.split_once(" cimport "))
        .or_else(|| rest.split_once(" import("))?;
    is_dotted(module.trim()).then_some((module.trim(), rest))
}

fn of_import(line: &str) -> Option<&str> {
    line.strip_prefix("import ")
        .or_else(|| line.strip_prefix("cimport "))
}

fn is_dotted(name: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    !name.is_empty() && name.chars().all(is_part)
}

fn aliased(part: &str) -> (&str, Option<&str>) {
    let part = part.trim().trim_matches(['(', ')']).trim();
    match part.split_once(" as ") {
        Some((name, alias)) => (name.trim(), Some(alias.trim())),
        None => (part, None),
    }
}

fn take_in<'a>(names: &mut Names<'a>, module: &str, rest: &'a str) {
    for part in rest.split(',') {
        let (name, alias) = aliased(part);
        if is_dotted(name) {
            keep(names, alias.unwrap_or(name), format!("{module}.{name}"));
        }
    }
}

fn keep<'a>(names: &mut Names<'a>, name: &'a str, stands_for: String) {
    if names.len() < MOST_NAMES && !name.is_empty() {
        names.insert(name, stands_for);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let names = names(text);
        let mut shown: Vec<String> = names
            .iter()
            .map(|(name, it)| format!("{name}={it}"))
            .collect();
        shown.sort();
        shown.join(" ")
    }

    #[test]
    fn names_stand_for_what_is_imported() {
        assert_eq!(
            check("import os.path, subprocess as sp # x"),
            "os=os sp=subprocess"
        );
        assert_eq!(
            check("from a.b import (c as d,\n  e)\nimport x"),
            "d=a.b.c e=a.b.e x=x"
        );
        assert_eq!(
            check("from . import x\nfrom libc.stdlib cimport malloc"),
            "malloc=libc.stdlib.malloc x=..x"
        );
        assert_eq!(check("imports = 1\nfrom x, y import"), "");
        assert_eq!(modules("  import os, sys as s"), ["os", "sys"]);
        assert_eq!(modules("from os.path import join"), ["os.path"]);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(from|import|cimport|as|x|é|[ .,()#\n]){0,40}") {
            names(&text);
            text.lines().for_each(|line| drop(modules(line)));
        }
    }
}
