//! Headers of functions: `cdef inline double f(double[::1] x, int n=3) except -1 nogil:` is written as `def f(x, n=3):`.

use super::{
    cursor::{Cursor, split},
    expression::{self, name_of},
    pieces::Pieces,
};
use crate::tokens::{Kind, Token};

/// Words after the parameters that say how a function is called.
const BEHIND: [&str; 5] = ["noexcept", "nogil", "gil", "const", "override"];

/// What stands in a declaration behind its type: a name, and what is in the brackets behind it.
#[derive(Debug, Default)]
pub(super) struct Declarator<'a, 'w> {
    pub(super) name: Option<&'w Token<'a>>,
    /// What a function takes; nothing where it is none.
    pub(super) parameters: Option<&'w [Token<'a>]>,
}

/// Reads a declarator, and goes on behind it.
pub(super) fn declarator<'a, 'w>(cursor: &mut Cursor<'a, 'w>) -> Option<Declarator<'a, 'w>> {
    let mut read = Declarator::default();
    let mut is_pointer = false;
    cursor.take_stars();
    if cursor.text() == "(" && starts_pointer(cursor) {
        let inner = cursor.take_brackets()?;
        read = inner_declarator(inner)?;
        is_pointer = read.parameters.is_none();
    } else if cursor.takes("operator") {
        read.name = cursor.words.get(cursor.at - 1);
        of_operator(cursor);
    } else {
        cursor.takes("~");
        if cursor.is_name() || is_free_word(cursor) {
            read.name = cursor.word();
            cursor.at += 1;
        }
    }
    loop {
        match cursor.text() {
            "[" => drop(cursor.take_brackets()?),
            "(" => {
                let inner = cursor.take_brackets()?;
                if !is_pointer && read.parameters.is_none() {
                    read.parameters = Some(inner);
                }
                behind(cursor);
            }
            _ if cursor.is_text() => cursor.at += 1,
            _ => return Some(read),
        }
    }
}

/// Whether brackets hold a declarator: `(*name)(…)`, `(*)(…)`, `(__stdcall *name)(…)`.
pub(super) fn starts_pointer(cursor: &Cursor<'_, '_>) -> bool {
    let mut behind = *cursor;
    let Some(inner) = behind.take_brackets() else {
        return false;
    };
    let texts: Vec<&str> = inner.iter().take(2).map(|it| it.text).collect();
    match texts.as_slice() {
        ["*" | "**" | "&", ..] => true,
        [_, "*"] => behind.text() == "(",
        _ => false,
    }
}

/// `*name`, `*name(parameters)`, `__stdcall *name[3]`.
fn inner_declarator<'a, 'w>(inner: &'w [Token<'a>]) -> Option<Declarator<'a, 'w>> {
    let mut cursor = Cursor::new(inner);
    if cursor.is_name() {
        cursor.at += 1;
    }
    cursor.take_stars();
    let mut read = Declarator::default();
    if cursor.is_name() {
        read.name = cursor.word();
        cursor.at += 1;
    }
    while cursor.is_text() {
        cursor.at += 1;
    }
    match cursor.text() {
        "(" => read.parameters = Some(cursor.take_brackets()?),
        "[" => drop(cursor.take_brackets()?),
        _ => {}
    }
    cursor.is_done().then_some(read)
}

/// Goes on over the signs behind `operator`, to the parameters.
fn of_operator(cursor: &mut Cursor<'_, '_>) {
    let is_empty_pair = |cursor: &Cursor<'_, '_>| {
        let closes = cursor.words.get(cursor.at + 1).map_or("", |it| it.text);
        matches!((cursor.text(), closes), ("(", ")") | ("[", "]"))
    };
    if is_empty_pair(cursor) {
        cursor.at += 2;
        return;
    }
    while !cursor.is_done() && cursor.text() != "(" {
        cursor.at += 1;
    }
}

/// Words of Python that name something in C.
fn is_free_word(cursor: &Cursor<'_, '_>) -> bool {
    let is_name = cursor.word().is_some_and(|it| it.kind == Kind::Name);
    is_name && !matches!(cursor.text(), "not" | "or" | "if" | "except" | "with" | "from")
}

/// Goes on over what says which errors a function has and whether it holds the lock.
fn behind(cursor: &mut Cursor<'_, '_>) {
    loop {
        match cursor.text() {
            "except" => {
                cursor.at += 1;
                cursor.take_any(&["?", "+"]);
                if !cursor.takes("*") {
                    cursor.take_until(&[":", ",", "=", "nogil", "noexcept", "with"]);
                }
            }
            "with" if cursor.words.get(cursor.at + 1).map(|it| it.text) == Some("gil") => {
                cursor.at += 2;
            }
            word if BEHIND.contains(&word) => cursor.at += 1,
            _ => return,
        }
    }
}

/// Writes `def name(parameters)`.
pub(super) fn write<'a>(
    name: &Token<'a>,
    parameters: &[Token<'a>],
    is_prototype: bool,
    pieces: &mut Pieces<'a>,
) {
    pieces.put("def", name.line);
    pieces.put(name_of(name.text), name.line);
    pieces.add(&["("]);
    write_parameters(parameters, is_prototype, pieces);
    pieces.add(&[")"]);
}

/// Writes parameters without their types.
pub(super) fn write_parameters<'a>(
    words: &[Token<'a>],
    is_prototype: bool,
    pieces: &mut Pieces<'a>,
) {
    for (number, part) in split(words, ",").into_iter().enumerate() {
        let Some(first) = part.first() else {
            continue;
        };
        if number > 0 {
            pieces.put(",", first.line);
        }
        if !parameter(part, number, is_prototype, pieces) {
            // What is not understood stays as it is, and is told as what it is.
            expression::write(part, pieces);
        }
    }
}

/// Writes a parameter; nothing where it is not understood.
fn parameter<'a>(
    words: &[Token<'a>],
    number: usize,
    is_prototype: bool,
    pieces: &mut Pieces<'a>,
) -> bool {
    let mut cursor = Cursor::new(words);
    let head = cursor.take_until(&["=", ":"]);
    let annotation = cursor.takes(":").then(|| cursor.take_until(&["="]));
    let default = cursor.takes("=").then(|| cursor.rest());
    let Some(first) = head.first() else {
        return false;
    };
    match named(head, is_prototype) {
        Named::Odd => return false,
        Named::As(name) => pieces.put(name_of(name.text), name.line),
        Named::Nameless => pieces.put(format!("_{number}"), first.line),
        Named::Rest => pieces.put("*_", first.line),
        Named::Signs => expression::write(head, pieces),
    }
    if let Some(annotation) = annotation {
        pieces.add(&[":"]);
        expression::write(annotation, pieces);
    }
    if let Some(default) = default {
        pieces.add(&["="]);
        match default {
            [one] if matches!(one.text, "*" | "?") => pieces.add(&["None"]),
            _ => expression::write(default, pieces),
        }
    }
    true
}

/// What a parameter is called.
enum Named<'a, 'w> {
    As(&'w Token<'a>),
    /// It has a type only.
    Nameless,
    /// `...`: any number of them.
    Rest,
    /// `*`, `/`, `*names`, `**names`: as they are.
    Signs,
    /// It is not understood.
    Odd,
}

fn named<'a, 'w>(words: &'w [Token<'a>], is_prototype: bool) -> Named<'a, 'w> {
    match words {
        [one] if one.text == "..." => return Named::Rest,
        [one] if one.kind == Kind::Name && !is_prototype => return Named::As(one),
        [first, ..] if matches!(first.text, "*" | "**" | "/") => return Named::Signs,
        _ => {}
    }
    let mut cursor = Cursor::new(words);
    if !cursor.take_type() {
        return Named::Odd;
    }
    let Some(read) = declarator(&mut cursor) else {
        return Named::Odd;
    };
    if matches!(cursor.text(), "not" | "or") {
        cursor.at += 1;
        cursor.takes("None");
    }
    match read.name {
        _ if !cursor.is_done() => Named::Odd,
        Some(name) => Named::As(name),
        None => Named::Nameless,
    }
}
