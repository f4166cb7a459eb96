//! What `cdef`, `cpdef` and `ctypedef` declare: variables become assignments of what they begin with, functions and classes
//! become those of Python, types without a value become nothing.

use super::{
    cursor::{Cursor, split},
    expression::{self, name_of},
    header::{self, Declarator},
    pieces::Pieces,
    statement::{Block, body},
};
use crate::tokens::Token;

/// Words before a declaration that say who sees it.
const MODIFIERS: [&str; 9] = [
    "public", "readonly", "api", "inline", "packed", "static", "extern", "virtual", "cpdef",
];

/// What a declaration opens and how far it was understood.
pub(super) enum Declared {
    /// It opens no block.
    Simple,
    /// A block of this kind follows.
    Opens(Block),
}

/// Writes a declaration, without the word before it; nothing where it is not understood.
pub(super) fn write<'a>(
    words: &[Token<'a>],
    line: u32,
    pieces: &mut Pieces<'a>,
) -> Option<Declared> {
    let mut cursor = Cursor::new(words);
    if cursor.text() == "extern" && cursor.words.get(1).map(|it| it.text) == Some("from") {
        return of_extern(cursor, line, pieces);
    }
    cursor.take_any(&MODIFIERS);
    if let Some(declared) = of_aggregate(cursor, line, pieces) {
        return Some(declared);
    }
    if matches!(cursor.text(), "nogil" | ":") {
        cursor.takes("nogil");
        return opens(cursor, line, Block::Declarations, pieces);
    }
    of_names(cursor, line, pieces)
}

/// `typedef`: names of types, which do nothing.
pub(super) fn of_typedef<'a>(
    words: &[Token<'a>],
    line: u32,
    pieces: &mut Pieces<'a>,
) -> Option<Declared> {
    let mut cursor = Cursor::new(words);
    cursor.take_any(&MODIFIERS);
    if let Some(declared) = of_aggregate(cursor, line, pieces) {
        return Some(declared);
    }
    if !cursor.take_type() {
        return None;
    }
    loop {
        header::declarator(&mut cursor)?;
        if !cursor.takes(",") {
            break;
        }
    }
    cursor.is_done().then(|| {
        pieces.put("pass", line);
        Declared::Simple
    })
}

/// Whether words are a type and nothing else.
pub(super) fn is_type(words: &[Token<'_>]) -> bool {
    let mut cursor = Cursor::new(words);
    let is_one = cursor.take_type();
    cursor.take_stars();
    is_one && cursor.is_done()
}

/// `if True:` in place of a header that only says what its block is.
fn opens<'a>(
    mut cursor: Cursor<'a, '_>,
    line: u32,
    block: Block,
    pieces: &mut Pieces<'a>,
) -> Option<Declared> {
    if !cursor.takes(":") {
        return None;
    }
    pieces.put("if", line);
    pieces.add(&["True", ":"]);
    body(cursor.rest(), block, pieces);
    Some(Declared::Opens(block))
}

/// `extern from "x.h" namespace "y" nogil:`
fn of_extern<'a>(
    mut cursor: Cursor<'a, '_>,
    line: u32,
    pieces: &mut Pieces<'a>,
) -> Option<Declared> {
    cursor.at += 2;
    if !(cursor.is_text() || cursor.text() == "*") {
        return None;
    }
    cursor.at += 1;
    if cursor.takes("namespace") {
        cursor.at += usize::from(cursor.is_text());
    }
    cursor.take_any(&["nogil", "noexcept"]);
    opens(cursor, line, Block::Declarations, pieces)
}

/// A class, structure, union, enumeration or fused type; nothing where it is none, or a variable of such a type.
fn of_aggregate<'a>(
    mut cursor: Cursor<'a, '_>,
    line: u32,
    pieces: &mut Pieces<'a>,
) -> Option<Declared> {
    let block = match cursor.text() {
        "struct" | "union" | "cppclass" => Block::Declarations,
        "class" => Block::Python,
        "enum" => Block::Members,
        "fused" => Block::Fused,
        _ => return None,
    };
    let is_enumeration = block == Block::Members;
    cursor.at += 1;
    if is_enumeration {
        cursor.take_any(&["class", "struct"]);
    }
    let name = cursor.take_dotted();
    while cursor.is_text() {
        cursor.at += 1;
    }
    let mut bases = None;
    loop {
        match cursor.text() {
            "[" => drop(cursor.take_brackets()?),
            "(" => bases = Some(cursor.take_brackets()?),
            "nogil" => cursor.at += 1,
            "except" => drop(cursor.take_until(&[":"])),
            _ => break,
        }
    }
    // Declared here and defined elsewhere.
    if let Some(name) = name.filter(|_| cursor.is_done()) {
        pieces.put("class", line);
        pieces.put(name_of(name.text), name.line);
        pieces.add(&[":", "..."]);
        return Some(Declared::Simple);
    }
    if !cursor.takes(":") {
        return None;
    }
    pieces.put("class", line);
    match name {
        Some(name) => pieces.put(name_of(name.text), name.line),
        None => pieces.add(&["_"]),
    }
    if let Some(bases) = bases {
        pieces.add(&["("]);
        expression::write(bases, pieces);
        pieces.add(&[")"]);
    }
    pieces.add(&[":"]);
    body(cursor.rest(), block, pieces);
    Some(Declared::Opens(block))
}

/// Variables and functions.
fn of_names<'a>(
    mut cursor: Cursor<'a, '_>,
    line: u32,
    pieces: &mut Pieces<'a>,
) -> Option<Declared> {
    take_type_before_name(&mut cursor)?;
    let first = header::declarator(&mut cursor)?;
    if let Declarator {
        name: Some(name),
        parameters: Some(parameters),
    } = first
    {
        if cursor.takes(":") {
            header::write(name, parameters, false, pieces);
            pieces.add(&[":"]);
            body(cursor.rest(), Block::Python, pieces);
            return Some(Declared::Opens(Block::Python));
        }
        if cursor.is_done() {
            header::write(name, parameters, true, pieces);
            pieces.add(&[":", "..."]);
            return Some(Declared::Simple);
        }
    }
    of_variables(first, cursor, line, pieces)
}

/// Goes on over the type, where one stands before the name.
fn take_type_before_name(cursor: &mut Cursor<'_, '_>) -> Option<()> {
    let mut behind = *cursor;
    if cursor.text() == "operator" || cursor.text() == "~" {
        return Some(());
    }
    if !behind.take_type() {
        return None;
    }
    let is_pointer_to_function = behind.text() == "(" && header::starts_pointer(&behind);
    // `cdef f(x):` and `cdef x = 1` have none; constructors of C++ have none either.
    let is_name = !is_pointer_to_function
        && (behind.is_done() || matches!(behind.text(), "(" | "=" | "," | ":"));
    if !is_name {
        *cursor = behind;
    }
    Some(())
}

/// `a = 1, *b, c[3]`: each that has a value gets it.
fn of_variables<'a, 'w>(
    first: Declarator<'a, 'w>,
    mut cursor: Cursor<'a, 'w>,
    line: u32,
    pieces: &mut Pieces<'a>,
) -> Option<Declared> {
    let mut read = first;
    let mut values = Vec::new();
    loop {
        let name = read.name?;
        if cursor.takes("=") {
            values.push((name, cursor.take_until(&[","])));
        }
        if cursor.is_done() {
            break;
        }
        if !cursor.takes(",") {
            return None;
        }
        // A comma at the end is no variable.
        if cursor.is_done() {
            break;
        }
        read = header::declarator(&mut cursor)?;
    }
    if values.is_empty() {
        pieces.put("pass", line);
    }
    for (number, (name, value)) in values.into_iter().enumerate() {
        if number > 0 {
            pieces.put(";", name.line);
        }
        pieces.put(name_of(name.text), name.line);
        pieces.add(&["="]);
        expression::write(value, pieces);
    }
    Some(Declared::Simple)
}

/// Members of an enumeration: `A, B "c_name" = 3`.
pub(super) fn of_members<'a>(words: &[Token<'a>], pieces: &mut Pieces<'a>) -> Option<()> {
    let mut is_first = true;
    for part in split(words, ",").into_iter().filter(|it| !it.is_empty()) {
        let mut cursor = Cursor::new(part);
        let name = cursor.word()?;
        cursor.at += 1;
        while cursor.is_text() {
            cursor.at += 1;
        }
        if !(cursor.is_done() || cursor.text() == "=") {
            return None;
        }
        if !is_first {
            pieces.put(";", name.line);
        }
        is_first = false;
        pieces.put(name_of(name.text), name.line);
        if cursor.takes("=") {
            pieces.add(&["="]);
            expression::write(cursor.rest(), pieces);
        }
    }
    (!is_first).then_some(())
}
