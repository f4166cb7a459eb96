//! `OpenMP`: what several threads write at once.

use std::collections::BTreeSet;

use super::{Flaw, Span, Words, function::Function, shape, statement::{self, Block, Statement}};

/// A region that threads share.
struct Region<'r, 'a> {
    /// What its line for the compiler says.
    clauses: &'a str,
    /// The counters of its loops.
    counters: Vec<&'a str>,
    body: &'r [Statement<'a>],
}

/// Words of signs that change what is there.
const CHANGES: [&str; 11] = ["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "=", "++", "--"];

pub(super) fn see<'a>(words: Words<'a>, function: &Function<'a>, flaws: &mut BTreeSet<Flaw>) {
    regions(words, &function.statements, &mut |region| {
        look(words, function, region, flaws);
    });
}

fn regions<'a>(words: Words<'a>, block: &Block<'a>, see: &mut impl FnMut(&Region<'_, 'a>)) {
    for (number, statement) in block.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|it| block.get(it));
        let clauses = match before {
            Some(Statement::Pragma(at)) => words.text(*at),
            _ => "",
        };
        let is_parallel = clauses.contains("omp") && clauses.contains("parallel");
        let one = std::slice::from_ref(statement);
        if is_parallel && !matches!(statement, Statement::Pragma(_)) {
            see(&Region { clauses, counters: counters(words, one), body: one });
            continue;
        }
        match statement {
            Statement::If { then, otherwise, .. } => {
                regions(words, then, see);
                regions(words, otherwise, see);
            }
            Statement::Loop { body, .. } | Statement::Switch { body, .. } | Statement::Block(body) => regions(words, body, see),
            _ => {}
        }
    }
}

/// The counters of the loops of a block.
fn counters<'a>(words: Words<'a>, block: &[Statement<'a>]) -> Vec<&'a str> {
    let mut counters = Vec::new();
    let mut see = |span: Span| {
        let first = words.parts(span, ";").into_iter().next().unwrap_or(span);
        if first.end < span.end {
            let name = first.places().find(|at| words.text(at + 1) == "=");
            counters.extend(name.map(|at| words.text(at)));
        }
    };
    statement::visit(block, &mut see);
    counters
}

fn look<'a>(words: Words<'a>, function: &Function<'a>, region: &Region<'_, 'a>, flaws: &mut BTreeSet<Flaw>) {
    let mut written = Vec::new();
    writes(words, region.body, &mut written);
    for (at, span) in written {
        let name = words.text(at);
        let is_outside = function.declared.contains_key(name) && !is_declared_within(words, region.body, name);
        let is_told = region.clauses.split(|it: char| !it.is_alphanumeric() && it != '_').any(|it| it == name);
        if is_outside && !is_told && !region.counters.contains(&name) {
            flaws.insert(Flaw {
                line: words.line(at),
                rule: "shared-write",
                within: function.name.to_owned(),
                snippet: words.joined(span),
                message: format!("every thread writes `{name}`, which they share, and no reduction or atomic statement guards it"),
            });
        }
    }
}

fn is_declared_within<'a>(words: Words<'a>, block: &[Statement<'a>], name: &str) -> bool {
    let mut is_declared = false;
    statement::visit(block, &mut |span| is_declared |= shape::declares(words, span, name));
    is_declared
}

/// Names that statements write which nothing guards, with the statement.
fn writes<'a>(words: Words<'a>, block: &[Statement<'a>], written: &mut Vec<(usize, Span)>) {
    for (number, statement) in block.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|it| block.get(it));
        if let Some(Statement::Pragma(at)) = before {
            let text = words.text(*at);
            if ["atomic", "critical", "single", "master", "masked", "reduction"].iter().any(|it| text.contains(it)) {
                continue;
            }
        }
        match statement {
            Statement::Plain(span) => written.extend(write(words, *span).map(|at| (at, *span))),
            Statement::If { then, otherwise, .. } => {
                writes(words, then, written);
                writes(words, otherwise, written);
            }
            Statement::Loop { body, .. } | Statement::Switch { body, .. } | Statement::Block(body) => writes(words, body, written),
            _ => {}
        }
    }
}

/// The plain name that a statement writes.
fn write(words: Words<'_>, span: Span) -> Option<usize> {
    let is_change = |sign: &str| CHANGES.contains(&sign);
    if words.is_name(span.start) && is_change(words.text(span.start + 1)) {
        return Some(span.start);
    }
    let is_counted = matches!(words.text(span.start), "++" | "--") && words.is_name(span.start + 1);
    (is_counted && span.start + 2 == span.end).then_some(span.start + 1)
}
