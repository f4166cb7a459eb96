//! What an expression does, in the order in which it does it, as far as words show it.

use super::{Span, Words, declaration};
use crate::tokens::Kind;

/// How deep values of assignments are read, and how many parts of one expression are kept.
const DEEPEST: usize = 30;
const MOST_PARTS: usize = 2_000;

/// The longest place: `a->b.c`.
const LONGEST_PLACE: usize = 8;

/// Something that an expression does.
#[derive(Debug, Clone)]
pub(super) enum Part<'a> {
    /// It speaks of a place.
    Use(Use<'a>),
    /// It calls a function.
    Call(Call<'a>),
    /// It gives a place another value.
    Assign(Assign<'a>),
}

/// A place that is spoken of.
#[derive(Debug, Clone)]
pub(super) struct Use<'a> {
    /// As it is written: `p`, `self->data`.
    pub(super) place: String,
    pub(super) at: usize,
    /// Whether what it leads to is reached: `*p`, `p[0]`.
    pub(super) is_reached: bool,
    /// Whether its address is taken.
    pub(super) is_address: bool,
    /// The function that is handed exactly this, and as which argument.
    pub(super) handed: Option<(&'a str, usize)>,
}

/// A call.
#[derive(Debug, Clone)]
pub(super) struct Call<'a> {
    pub(super) function: &'a str,
    /// Where its name stands.
    pub(super) at: usize,
    pub(super) arguments: Vec<Span>,
}

/// An assignment.
#[derive(Debug, Clone)]
pub(super) struct Assign<'a> {
    pub(super) place: String,
    pub(super) at: usize,
    pub(super) value: Span,
    /// The function whose answer is the whole value, and its arguments.
    pub(super) source: Option<Call<'a>>,
}

/// Words that look like places or functions and are neither.
const NO_PLACES: [&str; 14] = [
    "return", "sizeof", "if", "while", "for", "else", "const", "struct", "unsigned", "NULL", "nullptr", "new", "delete", "static",
];

/// What an expression or a declaration does.
pub(super) fn read<'a>(words: Words<'a>, span: Span) -> Vec<Part<'a>> {
    let mut reader = Reader { words, parts: Vec::new() };
    match declaration::read(words, span) {
        Some(declared) => {
            for it in declared {
                if let Some(value) = it.value {
                    reader.assign(it.name.to_owned(), it.at, value, 0);
                }
            }
        }
        None => reader.values(span, 0),
    }
    reader.parts
}

/// The place that begins with a name, and where it ends.
pub(super) fn place(words: Words<'_>, at: usize, end: usize) -> (String, usize) {
    let mut place = words.text(at).to_owned();
    let mut at = at + 1;
    let mut count = 1;
    while at + 1 < end && matches!(words.text(at), "->" | ".") && words.is_name(at + 1) && count < LONGEST_PLACE {
        place.push_str(words.text(at));
        place.push_str(words.text(at + 1));
        at += 2;
        count += 1;
    }
    (place, at)
}

/// The places through which a place is reached: `a` and `a->b` of `a->b->c`.
pub(super) fn ways(place: &str) -> impl Iterator<Item = &str> {
    place.match_indices("->").filter_map(|(at, _)| place.get(..at))
}

/// The call that is all of a span, casts and brackets apart.
pub(super) fn only_call<'a>(words: Words<'a>, span: Span) -> Option<Call<'a>> {
    let mut span = span;
    loop {
        if words.is_name(span.start) && words.text(span.start + 1) == "(" {
            let close = words.closing(span.start + 1, span.end);
            return (close + 1 == span.end).then(|| call(words, span.start, close));
        }
        if span.is_empty() || words.text(span.start) != "(" {
            return None;
        }
        let close = words.closing(span.start, span.end);
        span = if close + 1 == span.end {
            Span::new(span.start + 1, close)
        } else {
            // A cast.
            Span::new(close + 1, span.end)
        };
    }
}

fn call<'a>(words: Words<'a>, name: usize, close: usize) -> Call<'a> {
    let inside = Span::new(name + 2, close);
    let mut arguments = words.parts(inside, ",");
    if inside.is_empty() {
        arguments.clear();
    }
    Call { function: words.text(name), at: name, arguments }
}

struct Reader<'a> {
    words: Words<'a>,
    parts: Vec<Part<'a>>,
}

impl<'a> Reader<'a> {
    fn push(&mut self, part: Part<'a>) {
        if self.parts.len() < MOST_PARTS {
            self.parts.push(part);
        }
    }

    fn assign(&mut self, place: String, at: usize, value: Span, depth: usize) {
        self.values(value, depth + 1);
        let source = only_call(self.words, value);
        self.push(Part::Assign(Assign { place, at, value, source }));
    }

    fn values(&mut self, span: Span, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        // Brackets that are open: where each begins, and the call that it is of.
        let mut open: Vec<usize> = Vec::new();
        let mut at = span.start;
        while at < span.end {
            match self.words.text(at) {
                "(" => open.push(at),
                ")" => {
                    let begin = open.pop();
                    let name = begin.and_then(|it| it.checked_sub(1)).filter(|it| *it >= span.start);
                    if let Some(name) = name.filter(|it| self.is_function(*it)) {
                        let call = call(self.words, name, at);
                        self.push(Part::Call(call));
                    }
                }
                "sizeof" if self.words.text(at + 1) == "(" => {
                    at = self.words.closing(at + 1, span.end);
                }
                _ if self.words.is_name(at) => {
                    at = self.name(at, span.end, (depth, &open));
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn is_function(&self, at: usize) -> bool {
        self.words.is_name(at) && !NO_PLACES.contains(&self.words.text(at))
    }

    /// Takes a name, and says where to go on.
    fn name(&mut self, at: usize, end: usize, (depth, open): (usize, &[usize])) -> usize {
        let is_call = self.words.text(at + 1) == "(" && at + 1 < end;
        let is_part = matches!(self.words.before(at), "->" | ".");
        if is_call || is_part || !self.is_function(at) {
            return at + 1;
        }
        let (place, behind) = place(self.words, at, end);
        let before = at.checked_sub(1);
        let before_that = before.and_then(|it| it.checked_sub(1));
        let is_unary = |sign: &str| self.words.before(at) == sign && !self.words.ends_value(before_that);
        let next = if behind < end { self.words.text(behind) } else { "" };
        let is_reached = is_unary("*") || next == "[";
        if next == "=" && !is_reached {
            let stop = self.end_of_value(behind + 1, end);
            self.push_ways(&place, at);
            self.assign(place, at, Span::new(behind + 1, stop), depth);
            return stop;
        }
        let is_address = is_unary("&");
        let handed = self.handed(at, behind, end, open);
        self.push(Part::Use(Use { place, at, is_reached, is_address, handed }));
        behind
    }

    /// The way to a place is a use too.
    fn push_ways(&mut self, place: &str, at: usize) {
        if let Some(way) = ways(place).last() {
            let place = way.to_owned();
            self.push(Part::Use(Use { place, at, is_reached: true, is_address: false, handed: None }));
        }
    }

    fn end_of_value(&self, from: usize, end: usize) -> usize {
        let mut at = from;
        while at < end {
            match self.words.text(at) {
                ")" | "]" | "}" | "," | ";" => return at,
                "(" | "[" | "{" => at = self.words.closing(at, end),
                _ => {}
            }
            at += 1;
        }
        end
    }

    /// The function that is handed the place from one word to another, if that is all of an argument.
    fn handed(&self, at: usize, behind: usize, end: usize, open: &[usize]) -> Option<(&'a str, usize)> {
        let bracket = *open.last()?;
        let name = bracket.checked_sub(1).filter(|it| self.is_function(*it))?;
        let next = if behind < end { self.words.text(behind) } else { "" };
        let is_begin = matches!(self.words.before(at), "(" | "," | "&" | ")");
        if !matches!(next, "," | ")") || !is_begin {
            return None;
        }
        let commas = self.words.parts(Span::new(bracket + 1, at), ",").len();
        Some((self.words.text(name), commas.saturating_sub(1)))
    }
}

/// The names in a span that no bracket follows.
pub(super) fn names<'a>(words: Words<'a>, span: Span) -> impl Iterator<Item = &'a str> {
    span.places()
        .filter(move |at| words.is(*at, Kind::Name) && !matches!(words.before(*at), "->" | ".") && words.text(at + 1) != "(")
        .map(move |at| words.text(at))
        .filter(|it| !NO_PLACES.contains(it))
}
