//! Edits every pin of real files and takes the edits back: what comes out has to be what went in.
//!
//!     cargo run -p bartizan-formats --example edit_round_trip -- FILE...
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a measurement for developers"
)]

use std::{collections::BTreeMap, path::Path};

use bartizan_formats::{
    digest::Digest,
    edit::{self, Editor, PinEdit, PinFile},
    target::{PlatformChoice, TargetContext, discover},
    tree::MemoryTree,
};
use bartizan_model::environment::Platform;

/// A version that nobody has.
const OTHER: &str = "9999.0.1";

fn main() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for path in std::env::args().skip(1) {
        let outcome = one(&path);
        if !matches!(outcome, "same" | "no pins") {
            println!("{outcome}: {path}");
        }
        *counts.entry(outcome.to_owned()).or_default() += 1;
    }
    println!("{counts:?}");
}

fn one(path: &str) -> &'static str {
    let name = Path::new(path).file_name().unwrap().to_str().unwrap();
    let Ok(text) = std::fs::read_to_string(path) else {
        return "not text";
    };
    let Some(editor) = edit::find(name) else {
        return "no editor";
    };
    let Ok(untouched) = editor.apply(&text, &[]) else {
        return "refused";
    };
    if untouched.text != text {
        return "CHANGED WITHOUT EDITS";
    }
    let pins = pins(name, &text);
    if pins.is_empty() {
        return "no pins";
    }
    let there: Vec<PinEdit> = pins
        .iter()
        .map(|(package, version)| edit(package, version, OTHER))
        .collect();
    let back: Vec<PinEdit> = pins
        .iter()
        .map(|(package, version)| edit(package, OTHER, version))
        .collect();
    match round(editor, &text, &there, &back) {
        Some(after) if without_hashes(&after) == without_hashes(&text) => "same",
        Some(_) => "DIFFERENT",
        None => "refused",
    }
}

fn round(editor: &dyn Editor, text: &str, there: &[PinEdit], back: &[PinEdit]) -> Option<String> {
    let edited = editor.apply(text, there).ok()?;
    if edited.made.is_empty() || edited.text == text {
        return Some(String::new());
    }
    Some(editor.apply(&edited.text, back).ok()?.text)
}

/// The digests of what was are not known any more.
fn without_hashes(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--hash"));
    let bare = |line: &str| {
        let words: Vec<&str> = line
            .split(' ')
            .filter(|word| !word.starts_with("--hash"))
            .collect();
        words.join(" ").trim_end_matches('\\').trim_end().to_owned()
    };
    lines.map(bare).collect::<Vec<_>>().join("\n")
}

fn pins(name: &str, text: &str) -> BTreeMap<String, String> {
    let tree = MemoryTree::new([(name, text)]);
    let context = TargetContext {
        tree: &tree,
        python: Some("3.12".to_owned()),
        platform: PlatformChoice::Named(Platform::parse("linux").unwrap()),
        active_python: None,
    };
    let found = discover(&context, Path::new(name)).unwrap_or_default();
    let components = found
        .inventories
        .into_iter()
        .flat_map(|inventory| inventory.components);
    components
        .map(|component| (component.package.name().to_owned(), component.version))
        .collect()
}

fn edit(package: &str, from: &str, to: &str) -> PinEdit {
    PinEdit {
        package: bartizan_model::ecosystem::Package::pypi(package),
        from: Some(from.to_owned()),
        to: Some(to.to_owned()),
        files: vec![PinFile {
            name: format!("{package}-{to}-py3-none-any.whl"),
            address: format!("https://files.example/{package}-{to}-py3-none-any.whl"),
            sha256: Some(Digest::of(to.as_bytes())),
            size: Some(1),
            uploaded: None,
        }],
    }
}
