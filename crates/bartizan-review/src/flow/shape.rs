//! What the form of a function shows, without a walk.

use std::collections::BTreeSet;

use super::{
    Flaw, Span, Words, declaration, expression,
    function::Function,
    is_relation,
    statement::{self, Statement},
};
use crate::tokens::Kind;

/// Names that say that somebody looked at what an array holds, or made it so.
const OF_ARRAYS: [&str; 13] = [
    "PyArray_TYPE", "PyArray_DESCR", "PyArray_ISCARRAY", "PyArray_ISCARRAY_RO", "PyArray_ISCONTIGUOUS", "PyArray_IS_C_CONTIGUOUS", "PyArray_CHKFLAGS",
    "PyArray_FROM", "PyArray_Contiguous", "PyArray_Simple", "PyArray_EquivTypenums", "PyArray_New", "PyArray_ISFLOAT",
];

pub(super) fn see<'a>(words: Words<'a>, function: &Function<'a>, flaws: &mut BTreeSet<Flaw>) {
    let mut tell = |rule: &'static str, span: Span, message: String| {
        flaws.insert(Flaw {
            line: words.line(span.start),
            rule,
            within: function.name.to_owned(),
            snippet: words.joined(span),
            message,
        });
    };
    arrays_of_computed_size(words, function, &mut tell);
    data_of_arrays(words, function, &mut tell);
    kernel(words, function, &mut tell);
    blocks(words, &function.statements, &mut tell);
}

/// Who is told.
type Tell<'t> = dyn FnMut(&'static str, Span, String) + 't;

/// `double work[n];`
fn arrays_of_computed_size<'a>(words: Words<'a>, function: &Function<'a>, tell: &mut Tell<'_>) {
    for it in function.declared.values().filter(|it| !it.is_given) {
        let Some(room) = it.room else {
            continue;
        };
        let is_variable = |name: &str| {
            function.declared.get(name).is_some_and(|it| !it.is_constant && it.name.bytes().any(|byte| byte.is_ascii_lowercase()))
        };
        if let Some(name) = expression::names(words, room).find(|name| is_variable(name)) {
            let message = format!("`{}` takes room on the stack by the size `{name}`", it.name);
            tell("computed-array", Span::new(it.at, room.end + 1), message);
        }
    }
}

/// `(double *)PyArray_DATA(a)` in a function that never asks what the array holds.
fn data_of_arrays<'a>(words: Words<'a>, function: &Function<'a>, tell: &mut Tell<'_>) {
    let is_asked = |it: &str| OF_ARRAYS.iter().any(|name| it.starts_with(name));
    if words.mentions(function.body, is_asked) {
        return;
    }
    for at in function.body.places().filter(|at| matches!(words.text(*at), "PyArray_DATA" | "PyArray_BYTES")) {
        let cast = at.checked_sub(1).filter(|it| words.text(*it) == ")").and_then(|it| words.opening(it, function.body.start));
        let Some(cast) = cast else {
            continue;
        };
        let is_typed = words.before(at.saturating_sub(1)) == "*" && !matches!(words.text(cast + 1), "char" | "void" | "const");
        let is_cast = matches!(words.before(cast), "=" | "," | "(" | ";" | "{" | "return");
        if is_typed && is_cast {
            let close = words.closing(at + 1, function.body.end);
            let message = "the data of an array is used as of one type, and nobody asked for its type".to_owned();
            tell("unchecked-array-data", Span::new(cast, close + 1), message);
        }
    }
}

/// A kernel of CUDA that writes by the number of its thread, and compares nothing.
fn kernel<'a>(words: Words<'a>, function: &Function<'a>, tell: &mut Tell<'_>) {
    let is_kernel = words.mentions(function.head, |it| it == "__global__");
    if !is_kernel || !words.mentions(function.body, |it| it == "threadIdx") {
        return;
    }
    let compares = function.body.places().any(|at| is_relation(words.text(at)) || matches!(words.text(at), "min" | "max"));
    let writes = function.body.places().find(|at| words.text(*at) == "[" && words.ends_value(at.checked_sub(1)));
    if let Some(at) = writes.filter(|_| !compares) {
        let close = words.closing(at, function.body.end);
        let message = format!("the kernel `{}` reaches memory by the number of its thread, and compares it with nothing", function.name);
        tell("unbounded-kernel", Span::new(at.saturating_sub(1), close + 1), message);
    }
}

fn blocks<'a>(words: Words<'a>, block: &[Statement<'a>], tell: &mut Tell<'_>) {
    for it in block {
        match it {
            Statement::If { condition, then, otherwise } => {
                guard(words, *condition, then, tell);
                blocks(words, then, tell);
                blocks(words, otherwise, tell);
            }
            Statement::Loop { head, is_for, body } => {
                if *is_for {
                    one_too_far(words, *head, body, tell);
                }
                blocks(words, body, tell);
            }
            Statement::Switch { body, .. } | Statement::Block(body) => blocks(words, body, tell),
            _ => {}
        }
    }
}

/// A check of a bound or of NULL whose failure leaves.
fn guard<'a>(words: Words<'a>, condition: Span, then: &[Statement<'a>], tell: &mut Tell<'_>) {
    let leaves = matches!(then.last(), Some(Statement::Return(_) | Statement::Goto(_)));
    let is_bound = condition.places().any(|at| matches!(words.text(at), "<" | ">" | "<=" | ">="));
    let tests = super::test::read(words, condition).tests;
    let is_of_nothing = tests.iter().any(|it| it.is_of_nothing);
    // The answer of a call is no bound.
    let has_call = condition.places().any(|at| words.is_name(at) && words.text(at + 1) == "(" && at + 1 < condition.end);
    if leaves && (is_bound && !has_call || is_of_nothing && !has_call) {
        tell("lost-check", condition, "this check was here before the change".to_owned());
    }
}

/// `for (i = 0; i <= n; i++) a[i] …`
fn one_too_far<'a>(words: Words<'a>, head: Span, body: &[Statement<'a>], tell: &mut Tell<'_>) {
    let [first, condition, _] = words.parts(head, ";").try_into().unwrap_or([Span::default(); 3]);
    let counter = words.text(condition.start);
    let begins_at_zero = words.text(first.end.saturating_sub(1)) == "0" && words.text(first.end.saturating_sub(2)) == "=";
    let bound = Span::new(condition.start + 2, condition.end);
    let is_plain = words.text(condition.start + 1) == "<=" && bound.places().all(|at| words.is_name(at) || matches!(words.text(at), "->" | "."));
    let name = words.text(bound.end.saturating_sub(1)).to_ascii_lowercase();
    let is_last = ["last", "max", "end", "degree", "order", "upper", "hi"].iter().any(|it| name.contains(it));
    if !begins_at_zero || !is_plain || is_last || bound.is_empty() {
        return;
    }
    let mut indexed = None;
    let mut see = |span: Span| {
        let of_counter = |at: &usize| words.text(*at) == "[" && words.text(at + 1) == counter && words.text(at + 2) == "]";
        indexed = indexed.or(span.places().find(of_counter));
    };
    statement::visit(body, &mut see);
    if indexed.is_some() {
        let message = format!("`{counter}` goes up to `{}` itself, and indexes with it", words.joined(bound));
        tell("one-too-far", head, message);
    }
}

/// Whether a statement declares one of the names.
pub(super) fn declares(words: Words<'_>, span: Span, name: &str) -> bool {
    let first = words.parts(span, ";").into_iter().next().unwrap_or(span);
    let declared = declaration::read(words, first).unwrap_or_default();
    declared.iter().any(|it| it.name == name) && words.is(span.start, Kind::Name)
}
