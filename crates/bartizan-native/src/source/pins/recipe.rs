//! Conda recipes (`meta.yaml`, `recipe.yaml`): their sources are pins, what they ask for is expected.
//!
//! Both are templates, `meta.yaml` even no YAML before it is filled in; they are read by their lines.

use std::collections::BTreeMap;

use super::{Pin, numbered};
use crate::source::release;

/// Lists of requirements. What a build asks for itself (compilers) is no part of what is made.
const EXPECTED: [&str; 2] = ["host", "run"];

pub(super) fn read(_file: &str, text: &str) -> Vec<Pin> {
    let mut variables: BTreeMap<&str, &str> = BTreeMap::new();
    let mut pins: Vec<Pin> = Vec::new();
    let mut sections: Vec<(usize, &str)> = Vec::new();
    for (line, content) in numbered(text) {
        if let Some((name, value)) = variable(content) {
            variables.insert(name, value);
            continue;
        }
        let indent = content.len() - content.trim_start().len();
        let bare = content.trim().trim_start_matches("- ").trim();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let is_item = content.trim_start().starts_with('-');
        sections.retain(|(at, _)| *at < indent || (is_item && *at == indent));
        let section = |name: &str| sections.iter().any(|(_, it)| *it == name);
        let (key, value) = bare
            .split_once(':')
            .map_or(("", bare), |(key, value)| (key.trim(), value.trim()));
        if ["url", "git", "git_url"].contains(&key) && section("source") {
            pins.push(source(&filled(value, &variables), line));
        } else if ["tag", "rev", "git_rev", "git_tag"].contains(&key) && section("source") {
            if let Some(pin) = pins.last_mut() {
                pin.revision = Some(filled(value, &variables));
            }
        } else if is_item && EXPECTED.iter().any(|name| section(name)) && section("requirements") {
            pins.extend(expected(bare, line));
        } else if value.is_empty() {
            sections.push((indent, key));
        } else if indent > 0 && sections.last().is_some_and(|(_, name)| *name == "context") {
            variables.insert(key, value.trim_matches(['"', '\'']));
        }
    }
    pins
}

fn source(url: &str, line: u32) -> Pin {
    let name = release::project(url).to_owned();
    Pin {
        name,
        url: Some(url.to_owned()),
        line,
        ..Pin::default()
    }
}

fn expected(item: &str, line: u32) -> Option<Pin> {
    let name = item
        .split(|letter: char| letter.is_whitespace() || "<>=!".contains(letter))
        .next()?;
    let is_plain = !name.is_empty() && !name.contains(['{', '$', '(']);
    is_plain.then(|| Pin {
        name: name.to_owned(),
        line,
        is_expected: true,
        ..Pin::default()
    })
}

/// `{% set NAME = "VALUE" %}`.
fn variable(line: &str) -> Option<(&str, &str)> {
    let inside = line
        .trim()
        .strip_prefix("{%")?
        .trim_start_matches('-')
        .trim_start();
    let (name, value) = inside.strip_prefix("set ")?.split_once('=')?;
    let value = value
        .split("%}")
        .next()?
        .trim()
        .trim_end_matches('-')
        .trim();
    Some((name.trim(), value.trim_matches(['"', '\''])))
}

/// The text with `{{ NAME }}` and `${{ NAME }}` put in.
fn filled(text: &str, variables: &BTreeMap<&str, &str>) -> String {
    let mut filled = text.trim_matches(['"', '\'']).to_owned();
    for (name, value) in variables {
        for form in ["${{ NAME }}", "{{ NAME }}", "${{NAME}}", "{{NAME}}"] {
            if filled.len() < 1_000 {
                filled = filled.replace(&form.replace("NAME", name), value);
            }
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> String {
        super::super::shown(&read("meta.yaml", text))
    }

    #[test]
    fn sources_are_pins_and_requirements_expected() {
        insta::assert_snapshot!(check("{% set version = \"1.3.1\" %}\npackage:\n  name: x\nsource:\n  - url: https://example.org/zlib-{{ version }}.tar.gz\n    sha256: 00\nrequirements:\n  build:\n    - cmake\n  host:\n    - hdf5 >=1.14\n    - {{ compiler('c') }}\n  run:\n  - libpng\nabout:\n  home: y\n"), @"
        5 zlib https://example.org/zlib-1.3.1.tar.gz - in ``
        11 hdf5 - - in `` expected
        14 libpng - - in `` expected
        ");
        insta::assert_snapshot!(check("context:\n  version: \"2.1\"\nsource:\n  git: https://github.com/a/b\n  tag: v${{ version }}\n"), @"4 b https://github.com/a/b v2.1 in ``");
    }
}
