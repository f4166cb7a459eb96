//! How surely rules find what they look for in real files, and what moves, renames and another layout of real files introduce.
//!
//! For each rule its failing example is inserted 20 times, with other names, another layout and at other places, into files of
//! bare repositories; and every file is laid out anew, renamed, and its functions are moved.
//!
//!     cargo run -p bartizan-review --example rule_insertions -- [--times N] [--rule ID] [--show] REPOSITORY...
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a measurement for developers"
)]

mod insertion;
mod sources;
mod variation;

use std::collections::BTreeMap;

use bartizan_review::{
    change::{File, FileChange},
    kind::Role,
    rule::{Confidence, Rule, Rules},
};

use crate::{
    insertion::{Real, entries, file_of, fits, harmless, insertion, is_of_file, seen},
    variation::Dice,
};

/// What `check` sees over all workflows at once, and no file shows alone.
const OF_WORKFLOWS: &str = "workflow-gain";

struct Wanted {
    times: usize,
    rule: Option<String>,
    shows: bool,
    lists: Option<String>,
}

fn main() {
    let mut wanted = Wanted {
        times: 20,
        rule: None,
        shows: false,
        lists: None,
    };
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--times" => wanted.times = arguments.next().unwrap().parse().unwrap(),
            "--rule" => wanted.rule = arguments.next(),
            "--show" => wanted.shows = true,
            "--list" => wanted.lists = arguments.next(),
            repository => files.extend(sources::read(repository)),
        }
    }
    println!("{} files", files.len());
    if wanted.lists.is_some() {
        standing(&files, wanted.lists.as_ref());
        return;
    }
    insertions(&files, &wanted);
    if wanted.rule.is_none() {
        standing(&files, None);
        moves(&files, &wanted);
    }
}

/// How often each rule finds what was inserted.
fn insertions(files: &[Real], wanted: &Wanted) {
    let rules = Rules::built_in();
    println!(
        "{:32} {:8} {:>6} {:>6} {:>6}",
        "rule", "", "files", "found", "others"
    );
    let (mut tried, mut short) = (0, Vec::new());
    for rule in rules.all().filter(|rule| {
        rule.id != OF_WORKFLOWS && wanted.rule.as_ref().is_none_or(|it| *it == rule.id)
    }) {
        let candidates: Vec<&Real> = files.iter().filter(|it| is_candidate(rule, it)).collect();
        let (mut found, mut others) = (0, 0);
        for number in 0..wanted.times {
            let mut dice = Dice(number as u64 * 7_919 + rule.id.len() as u64);
            let Some(real) = candidates.get(dice.below(candidates.len())) else {
                break;
            };
            let change = if is_of_file(rule) {
                file_of(rule, real, &mut dice)
            } else {
                insertion(rule, real, &mut dice)
            };
            let seen = seen(rules, std::slice::from_ref(&change));
            let is_found = seen.contains(&rule.id);
            found += usize::from(is_found);
            others += seen.iter().filter(|it| **it != rule.id).count();
            if !is_found && wanted.shows {
                let text = change
                    .after
                    .as_ref()
                    .and_then(|it| it.text())
                    .unwrap_or_default();
                let old = change
                    .before
                    .as_ref()
                    .and_then(|it| it.text())
                    .unwrap_or_default();
                let new = text.lines().filter(|it| !old.contains(it));
                println!(
                    "MISSED {} in {}\n{}",
                    rule.id,
                    real.path,
                    new.take(30).collect::<Vec<_>>().join("\n")
                );
            }
        }
        let kind = if rule.confidence == Confidence::Hint {
            "hint"
        } else {
            ""
        };
        println!(
            "{:32} {kind:8} {:>6} {found:>6} {others:>6}",
            rule.id,
            candidates.len()
        );
        if kind.is_empty() {
            tried += 1;
            // 19 of 20.
            if found * 20 < wanted.times * 19 {
                short.push(rule.id.clone());
            }
        }
    }
    println!(
        "{tried} rules that are no hints, {} below 19 of 20: {}",
        short.len(),
        short.join(" ")
    );
}

/// Whether a rule is tried on a file.
fn is_candidate(rule: &Rule, real: &Real) -> bool {
    match rule.id.as_str() {
        // A script says what runs it, and documentation is read only.
        "executable-bit" => !real.text.starts_with("#!") && real.role != Role::Documentation,
        _ if is_of_file(rule) => real.language.is_code(),
        _ => fits(rule, real),
    }
}

/// What rules see in files as they stand.
fn standing(files: &[Real], lists: Option<&String>) {
    let rules = Rules::built_in();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for real in files {
        let file = File::new(&real.path, real.text.clone());
        let change = FileChange {
            before: None,
            after: Some(file),
        };
        for entry in entries(rules, std::slice::from_ref(&change)) {
            let id = entry.rule.id.clone();
            if lists == Some(&id) {
                println!(
                    "{}:{}: {}",
                    entry.file,
                    entry.line.unwrap_or(0),
                    entry.message
                );
            }
            *counts.entry(id).or_default() += 1;
        }
    }
    println!("\nin whole trees: {counts:?}");
}

/// What harmless changes introduce.
fn moves(files: &[Real], wanted: &Wanted) {
    let rules = Rules::built_in();
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, real) in files.iter().enumerate() {
        let mut dice = Dice(number as u64);
        for (what, changes) in harmless(real, &mut dice) {
            *tried.entry(what).or_default() += 1;
            for id in seen(rules, &changes) {
                if wanted.shows {
                    println!("INTRODUCED by {what}: {id} in {}", real.path);
                }
                *counts.entry((what, id)).or_default() += 1;
            }
        }
    }
    println!("\nharmless changes of real files: {tried:?}");
    for ((what, id), count) in &counts {
        println!("{what:8} {id:32} {count:>5}");
    }
    println!("{} introduced", counts.values().sum::<usize>());
}
