//! Statements: what begins one says how it is written.

use super::{
    cursor::{Cursor, split},
    declaration::{self, Declared},
    expression, header,
    pieces::Pieces,
};
use crate::tokens::{Kind, Token};

/// What the statements of a block are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// Statements of Python, and declarations that say so.
    Python,
    /// Declarations that do not say so.
    Declarations,
    /// Members of an enumeration.
    Members,
    /// Types, of which one is meant.
    Fused,
}

/// Words that begin a declaration within a block of them.
const DECLARE: [&str; 9] = [
    "struct", "union", "enum", "cppclass", "class", "packed", "fused", "inline", "public",
];

/// Words that begin what is no declaration, even there.
const DECLARE_NOT: [&str; 22] = [
    "IF", "ELIF", "ELSE", "DEF", "cimport", "include", "pass", "if", "elif", "else", "try", "except", "finally", "def", "import", "from", "return",
    "raise", "with", "for", "while", "del",
];

/// How many statements one line may hold within each other: `cdef class A: cdef struct B: …`.
const DEEPEST: usize = 8;

/// Writes statements with semicolons between them; gives what the block is that follows, where one does.
pub(super) fn write<'a>(
    words: &[Token<'a>],
    block: Block,
    pieces: &mut Pieces<'a>,
) -> Option<Block> {
    let mut opened = None;
    let parts = split(words, ";").into_iter().filter(|it| !it.is_empty());
    for (number, part) in parts.enumerate() {
        if number > 0 {
            pieces.put(";", part.first().map_or(0, |it| it.line));
        }
        opened = one(part, block, pieces);
    }
    opened.filter(|_| words.last().is_some_and(|it| it.text == ":"))
}

/// Writes what stands behind the colon of a header.
pub(super) fn body<'a>(words: &[Token<'a>], block: Block, pieces: &mut Pieces<'a>) {
    let colons = words.iter().filter(|it| it.text == ":").count();
    if colons > DEEPEST {
        expression::write(words, pieces);
    } else if !words.is_empty() {
        one(words, block, pieces);
    }
}

/// Writes a statement; gives what the block in it is.
fn one<'a>(words: &[Token<'a>], block: Block, pieces: &mut Pieces<'a>) -> Option<Block> {
    let first = words.first()?;
    let behind = words.get(1..).unwrap_or_default();
    let second = behind.first().map_or("", |it| it.text);
    // What is not understood is taken back and stays as it is: the parser then says what it is.
    let mut tried = Pieces::new(first.line);
    let declared = match first.text {
        _ if first.kind != Kind::Name => None,
        "cdef" | "cpdef" => declaration::write(behind, first.line, &mut tried),
        "ctypedef" => declaration::of_typedef(behind, first.line, &mut tried),
        text if block == Block::Declarations
            && (DECLARE.contains(&text) || !DECLARE_NOT.contains(&text))
            && second != "=" =>
        {
            declaration::write(words, first.line, &mut tried)
        }
        "def" => of_def(words, &mut tried).map(Declared::Opens),
        "async" if second == "def" => {
            tried.keep(first);
            of_def(behind, &mut tried).map(Declared::Opens)
        }
        text if block == Block::Members && !DECLARE_NOT.contains(&text) => {
            declaration::of_members(words, &mut tried).map(|()| Declared::Simple)
        }
        text if block == Block::Fused && text != "pass" && declaration::is_type(words) => {
            tried.put("pass", first.line);
            Some(Declared::Simple)
        }
        _ => None,
    };
    match declared {
        Some(Declared::Simple) => {
            pieces.append(tried);
            None
        }
        Some(Declared::Opens(block)) => {
            pieces.append(tried);
            Some(block)
        }
        None => {
            of_python(words, pieces);
            Some(if first.text == "class" || block == Block::Members {
                Block::Python
            } else {
                block
            })
        }
    }
}

/// `def f(int x, y=1) -> z:`
fn of_def<'a>(words: &[Token<'a>], pieces: &mut Pieces<'a>) -> Option<Block> {
    let mut cursor = Cursor::new(words);
    cursor.at = 2;
    if cursor.text() == "[" {
        cursor.take_brackets()?;
    }
    if cursor.text() != "(" {
        return None;
    }
    let name = words.get(1)?;
    let parameters = cursor.take_brackets()?;
    header::write(name, parameters, false, pieces);
    let answer = cursor.take_until(&[":"]);
    expression::write(answer, pieces);
    if !cursor.takes(":") {
        return None;
    }
    pieces.add(&[":"]);
    body(cursor.rest(), Block::Python, pieces);
    Some(Block::Python)
}

/// Statements that are Python but for a word.
fn of_python<'a>(words: &[Token<'a>], pieces: &mut Pieces<'a>) {
    let Some((first, behind)) = words.split_first() else {
        return;
    };
    let second = behind.first();
    let is_outside = |text: &str| Cursor::new(behind).take_until(&[text]).len() < behind.len();
    match first.text {
        "cimport" => {
            pieces.put("import", first.line);
            expression::write(behind, pieces);
        }
        "from" if is_outside("cimport") => of_cimport(words, pieces),
        "include" if second.is_some_and(|it| it.kind == Kind::Text) => {
            called(first, behind, pieces);
        }
        // Statements of Python 2.
        "print" | "exec" if second.is_some_and(is_operand) && !is_outside("=") => {
            called(first, behind, pieces);
        }
        "raise" if is_outside(",") => {
            pieces.keep(first);
            pieces.add(&["("]);
            expression::write(behind, pieces);
            pieces.add(&[")"]);
        }
        "except" if is_outside(",") => of_except(first, behind, pieces),
        "DEF" if second.is_some_and(|it| it.kind == Kind::Name) => {
            expression::write(behind, pieces);
        }
        "IF" | "ELIF" | "ELSE" => {
            let word = match first.text {
                "IF" => "if",
                "ELIF" => "elif",
                _ => "else",
            };
            pieces.put(word, first.line);
            expression::write(behind, pieces);
        }
        "property" if second.is_some_and(|it| it.kind == Kind::Name) => {
            pieces.put("class", first.line);
            expression::write(behind, pieces);
        }
        "with" => of_with(words, pieces),
        "for" if is_outside("from") && !is_outside("in") => of_loop(words, pieces),
        _ => expression::write(words, pieces),
    }
}

/// Whether a word begins an operand and is no bracket.
fn is_operand(word: &Token<'_>) -> bool {
    matches!(word.kind, Kind::Name | Kind::Text | Kind::Number)
        && !matches!(word.text, "in" | "is" | "and" | "or" | "if" | "not" | "as")
}

/// `print x` as `print(x)`.
fn called<'a>(first: &Token<'a>, behind: &[Token<'a>], pieces: &mut Pieces<'a>) {
    pieces.keep(first);
    pieces.add(&["("]);
    expression::write(behind, pieces);
    pieces.add(&[")"]);
}

/// `from x cimport y` as `from x import y`.
fn of_cimport<'a>(words: &[Token<'a>], pieces: &mut Pieces<'a>) {
    for word in words {
        match word.text {
            "cimport" => pieces.put("import", word.line),
            text if word.kind == Kind::Name && !matches!(text, "from" | "as") => {
                pieces.put(expression::name_of(text), word.line);
            }
            _ => pieces.keep(word),
        }
    }
}

/// `with nogil:` as `with nogil():`, so that it is seen as what it is.
fn of_with<'a>(words: &[Token<'a>], pieces: &mut Pieces<'a>) {
    let mut rest = words;
    while let Some(at) = rest.iter().position(|it| matches!(it.text, "nogil" | "gil")) {
        let (before, behind) = rest.split_at(at);
        let is_alone = behind.get(1).is_some_and(|it| matches!(it.text, ":" | ","))
            && before.last().is_some_and(|it| matches!(it.text, "with" | ","));
        expression::write(before, pieces);
        for word in behind.iter().take(1) {
            pieces.keep(word);
        }
        if is_alone {
            pieces.add(&["(", ")"]);
        }
        rest = behind.get(1..).unwrap_or_default();
    }
    expression::write(rest, pieces);
}

/// `except A, e:` as `except (A, e):`.
fn of_except<'a>(first: &Token<'a>, behind: &[Token<'a>], pieces: &mut Pieces<'a>) {
    let mut cursor = Cursor::new(behind);
    let caught = cursor.take_until(&[":"]);
    called(first, caught, pieces);
    expression::write(cursor.rest(), pieces);
}

/// `for i from 0 <= i < n by 2:` as `for i in 0 <= i < n, 2:`.
fn of_loop<'a>(words: &[Token<'a>], pieces: &mut Pieces<'a>) {
    let mut cursor = Cursor::new(words);
    expression::write(cursor.take_until(&["from"]), pieces);
    let line = cursor.word().map_or(0, |it| it.line);
    cursor.at += 1;
    pieces.put("in", line);
    expression::write(cursor.take_until(&["by", ":"]), pieces);
    if cursor.takes("by") {
        pieces.add(&[","]);
    }
    expression::write(cursor.rest(), pieces);
}
