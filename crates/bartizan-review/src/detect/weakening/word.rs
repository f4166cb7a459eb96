//! Lines of which a word or a few go: a bound of a call, the width of a type, an alternative of a check, a reference.

use super::Hunk;
use crate::{
    code,
    kind::Language,
    tokens::{self, Kind, Token},
};

/// Functions that know how much room there is, and those that do not.
const BOUNDED: [(&str, &str); 9] = [
    ("snprintf", "sprintf"),
    ("PyOS_snprintf", "sprintf"),
    ("vsnprintf", "vsprintf"),
    ("strncpy", "strcpy"),
    ("strlcpy", "strcpy"),
    ("strncat", "strcat"),
    ("strlcat", "strcat"),
    ("fgets", "gets"),
    ("memcpy_s", "memcpy"),
];

/// What gives memory by a size.
const ALLOCATIONS: [&str; 9] = [
    "malloc",
    "PyMem_Malloc",
    "PyMem_RawMalloc",
    "PyObject_Malloc",
    "PyArray_malloc",
    "PyDataMem_NEW",
    "npy_alloc_cache",
    "realloc",
    "PyMem_Realloc",
];

/// Types that hold every size, and those that do not.
const WIDE: [&str; 6] = [
    "npy_intp",
    "Py_ssize_t",
    "size_t",
    "ssize_t",
    "intp_t",
    "npy_uintp",
];
const NARROW: [&str; 5] = ["int", "unsigned", "short", "int32_t", "npy_int"];

/// What leaves a function.
const LEAVES: [&str; 5] = ["return", "goto", "raise", "throw", "break"];

/// What is weaker, and how.
pub(super) fn weaker(hunk: &Hunk<'_>) -> Option<(&'static str, String)> {
    let (old, new) = (hunk.old.concat(), hunk.new.concat());
    let (was, is) = (tokens::of_c(&old), tokens::of_c(&new));
    if hunk.new.is_empty() {
        return uncounted(&was);
    }
    if hunk.old.len() != hunk.new.len() {
        return None;
    }
    unbounded(&was, &is)
        .or_else(|| narrowed(&was, &is))
        .or_else(|| smaller(&old, &new))
        .or_else(|| shorter(&was, &is, hunk.behind))
}

fn has(words: &[Token<'_>], wanted: &str) -> bool {
    words.iter().any(|it| it.text == wanted)
}

fn unbounded(was: &[Token<'_>], is: &[Token<'_>]) -> Option<(&'static str, String)> {
    let (old, new) = BOUNDED
        .iter()
        .find(|(old, new)| has(was, old) && !has(is, old) && has(is, new) && !has(was, new))?;
    Some((
        "lost-bound",
        format!("`{old}` has become `{new}`, which knows no bound"),
    ))
}

/// `npy_intp n` that has become `int n`.
fn narrowed(was: &[Token<'_>], is: &[Token<'_>]) -> Option<(&'static str, String)> {
    was.windows(2).find_map(|pair| {
        let [kind, name] = pair else {
            return None;
        };
        let is_wide = WIDE.contains(&kind.text) && name.kind == Kind::Name;
        let now = is.windows(2).find(|it| {
            matches!(it, [kind, other] if NARROW.contains(&kind.text) && other.text == name.text)
        })?;
        let narrow = now.first()?.text;
        is_wide.then(|| {
            let message = format!("`{}` was `{}`, and is `{narrow}`", name.text, kind.text);
            ("narrowed-declaration", message)
        })
    })
}

fn smaller(old: &str, new: &str) -> Option<(&'static str, String)> {
    let calls = |text: &str| code::calls(text, Language::C, false);
    let olds = calls(old);
    calls(new).into_iter().find_map(|call| {
        if !ALLOCATIONS.contains(&call.function.as_str()) {
            return None;
        }
        let was = olds.iter().find(|it| it.function == call.function)?;
        let (before, after) = (was.arguments.last()?, call.arguments.last()?);
        let gone = gone(&tokens::of_c(&before.text), &tokens::of_c(&after.text))?;
        let is_less = gone.iter().any(|it| matches!(it.as_str(), "+" | "*"));
        let message = format!(
            "the size of `{}` was `{}`, and is `{}`",
            call.function, before.text, after.text
        );
        is_less.then_some(("smaller-room", message))
    })
}

/// An alternative of a condition that goes.
fn shorter(was: &[Token<'_>], is: &[Token<'_>], behind: &[&str]) -> Option<(&'static str, String)> {
    let is_check = was.first().is_some_and(|it| it.text == "if") && has(is, "if");
    let gone = gone(was, is).filter(|_| is_check)?;
    let leaves = |line: &&str| LEAVES.iter().any(|it| line.trim_start().starts_with(it));
    let leaves = behind.iter().take(5).any(leaves) || LEAVES.iter().any(|it| has(is, it));
    let compares = gone
        .iter()
        .any(|it| matches!(it.as_str(), "<" | ">" | "<=" | ">=" | "NULL"));
    let is_alternative = gone.iter().any(|it| it == "||" || it == "or");
    let message = format!("`{}` is no longer looked at", gone.join(" "));
    (leaves && compares && is_alternative).then_some(("lost-alternative", message))
}

/// The words that go, where none comes.
fn gone(was: &[Token<'_>], is: &[Token<'_>]) -> Option<Vec<String>> {
    let mut kept = is.iter().peekable();
    let mut gone = Vec::new();
    for token in was {
        match kept.peek() {
            Some(next) if next.text == token.text => drop(kept.next()),
            _ => gone.push(token.text.to_owned()),
        }
    }
    (kept.peek().is_none() && !gone.is_empty()).then_some(gone)
}

/// Only lines that count references go.
fn uncounted(was: &[Token<'_>]) -> Option<(&'static str, String)> {
    let counts = |it: &[Token<'_>]| {
        it.is_empty()
            || matches!(it, [function, open, name, close]
                if matches!(function.text, "Py_INCREF" | "Py_XINCREF" | "Py_NewRef") && open.text == "(" && name.kind == Kind::Name && close.text == ")")
    };
    let mut statements = was.split(|it| it.text == ";");
    let is_all = !was.is_empty() && statements.all(counts);
    let name = was.get(2).filter(|_| is_all)?.text;
    Some((
        "lost-reference",
        format!("the reference to `{name}` is no longer counted"),
    ))
}
