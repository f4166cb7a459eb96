//! Calls of C and C++, by words and brackets alone.
//!
//! A grammar leaves four to ten lines of a hundred of the core projects' C in nodes of errors (macros, templates); words leave
//! none. Of types it knows what declarations of the same function say in words.

use std::collections::HashMap;

use super::{Argument, Call, MOST_CALLS, MOST_PARTS, Shape};
use crate::{
    flow::{Span, Words, declaration},
    lines::joined,
    tokens::{self, Kind, Token},
};

/// How many brackets may stand open.
const DEEPEST: usize = 2_000;

/// How many declarations of one function are kept, and how far before its block its brackets may begin.
const MOST_DECLARED: usize = 2_000;
const FARTHEST: usize = 1_000;

/// Words that brackets follow and that call nothing.
const NO_FUNCTIONS: [&str; 12] = [
    "if",
    "while",
    "for",
    "switch",
    "return",
    "sizeof",
    "defined",
    "alignof",
    "decltype",
    "catch",
    "__attribute__",
    "case",
];

pub(super) fn calls(text: &str, is_whole: bool) -> Vec<Call> {
    let tokens = tokens::of_c(text);
    let mut reader = Reader {
        tokens: &tokens,
        is_whole,
        function: None,
        candidate: None,
        blocks: 0,
        outer: 0,
        open: Vec::new(),
        begin: 0,
        declared: HashMap::new(),
        calls: Vec::new(),
    };
    for at in 0..tokens.len() {
        reader.take(at);
        if reader.calls.len() >= MOST_CALLS || reader.open.len() > DEEPEST {
            break;
        }
    }
    let mut calls = reader.calls;
    calls.sort_by_key(|it| it.line);
    calls
}

/// A bracket that is open.
struct Open {
    /// The place of the name before it, where that is called.
    name: Option<usize>,
    start: usize,
    /// Places of the commas directly within.
    commas: Vec<usize>,
}

struct Reader<'a> {
    tokens: &'a [Token<'a>],
    is_whole: bool,
    /// The function around the place at hand.
    function: Option<&'a str>,
    /// What may be the name of a function that begins.
    candidate: Option<&'a str>,
    /// Braces open within the function.
    blocks: usize,
    /// Braces open outside of any: namespaces, classes, lists.
    outer: usize,
    open: Vec<Open>,
    /// Where the statement at hand begins.
    begin: usize,
    /// Types of what the function is given and declares.
    declared: HashMap<&'a str, String>,
    calls: Vec<Call>,
}

impl<'a> Reader<'a> {
    fn token(&self, at: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(at)
    }

    fn take(&mut self, at: usize) {
        let Some(token) = self.token(at) else {
            return;
        };
        if token.kind != Kind::Sign {
            return;
        }
        match token.text {
            "(" => self.open_bracket(at),
            ")" => self.close_bracket(at),
            "," => {
                if let Some(open) = self.open.last_mut() {
                    open.commas.push(at);
                }
            }
            "{" => self.open_brace(at),
            "}" => self.close_brace(),
            ";" if self.function.is_none() && self.open.is_empty() => self.candidate = None,
            _ => {}
        }
        if matches!(token.text, ";" | "{" | "}") {
            self.declare(Span::new(self.begin, at));
            self.begin = at + 1;
        }
    }

    /// Takes in what a statement declares.
    fn declare(&mut self, span: Span) {
        let words = Words::of(self.tokens);
        for it in declaration::read(words, span).unwrap_or_default() {
            if self.function.is_some() && self.declared.len() < MOST_DECLARED {
                self.declared.insert(it.name, it.kind);
            }
        }
    }

    /// Takes in what a function is given: what stands in the brackets before its block.
    fn declare_given(&mut self, brace: usize) {
        self.declared.clear();
        let words = Words::of(self.tokens);
        let close = brace.checked_sub(1).filter(|at| words.text(*at) == ")");
        let open = close.and_then(|at| words.opening(at, at.saturating_sub(FARTHEST)));
        if let (Some(open), Some(close)) = (open, close) {
            for part in words.parts(Span::new(open + 1, close), ",") {
                self.declare(part);
            }
        }
    }

    fn open_bracket(&mut self, at: usize) {
        let name = at.checked_sub(1).filter(|before| {
            self.token(*before)
                .is_some_and(|it| it.kind == Kind::Name && !NO_FUNCTIONS.contains(&it.text))
        });
        if self.function.is_none() && self.open.is_empty() && self.candidate.is_none() {
            self.candidate = name.and_then(|name| self.token(name)).map(|it| it.text);
        }
        self.open.push(Open {
            name,
            start: at,
            commas: Vec::new(),
        });
    }

    fn close_bracket(&mut self, at: usize) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let is_inside = self.function.is_some() || !self.is_whole;
        if let Some(name) = open.name.filter(|_| is_inside) {
            let call = self.call(name, &open, at);
            self.calls.push(call);
        }
    }

    fn open_brace(&mut self, at: usize) {
        if self.function.is_some() {
            self.blocks += 1;
            return;
        }
        // Brackets that nothing closed are of macros.
        self.open.clear();
        let is_list = at
            .checked_sub(1)
            .and_then(|it| self.token(it))
            .is_some_and(|it| it.text == "=");
        match self.candidate.take().filter(|_| !is_list) {
            Some(name) => {
                (self.function, self.blocks) = (Some(name), 1);
                self.declare_given(at);
            }
            None => self.outer += 1,
        }
    }

    fn close_brace(&mut self) {
        if self.function.is_none() {
            self.outer = self.outer.saturating_sub(1);
            self.candidate = None;
            return;
        }
        self.blocks = self.blocks.saturating_sub(1);
        if self.blocks == 0 {
            self.function = None;
            self.candidate = None;
            self.open.clear();
        }
    }

    fn call(&self, name: usize, open: &Open, end: usize) -> Call {
        let text_of = |from: usize, to: usize| {
            let tokens = self.tokens.get(from..to).unwrap_or_default();
            joined(tokens.iter().map(|it| it.text))
        };
        let mut arguments = Vec::new();
        let mut start = open.start + 1;
        for stop in open.commas.iter().copied().take(MOST_PARTS).chain([end]) {
            if stop > start {
                let tokens = self.tokens.get(start..stop).unwrap_or_default();
                arguments.push(argument(tokens, text_of(start, stop)));
            }
            start = stop + 1;
        }
        let before = |count: usize| name.checked_sub(count).and_then(|it| self.token(it));
        let is_assigned = before(1).is_some_and(|it| it.text == "=");
        let is_begin = before(1).is_none_or(|it| matches!(it.text, ";" | "{" | "}"));
        let is_end = self.token(end + 1).is_some_and(|it| it.text == ";");
        Call {
            is_dropped: is_begin && is_end,
            given_to: self.given_to(name).filter(|_| is_assigned),
            line: self.token(name).map_or(0, |it| it.line),
            function: self.token(name).map_or("", |it| it.text).to_owned(),
            within: self.function.unwrap_or_default().to_owned(),
            arguments,
            has_spread: false,
            assigned: if is_assigned {
                self.left_of(name - 1)
            } else {
                None
            },
            text: text_of(name, end + 1),
        }
    }

    /// The type of what stands left of the sign before a name.
    fn given_to(&self, name: usize) -> Option<String> {
        let sign = name.checked_sub(1)?;
        let words = Words::of(self.tokens);
        let declared = declaration::read(words, Span::new(self.begin, sign)).unwrap_or_default();
        let place = words.before(sign);
        let kind = declared.into_iter().find(|it| it.name == place).map(|it| it.kind);
        kind.or_else(|| self.declared.get(place).cloned())
    }

    /// What stands left of a sign, as far as the statement goes.
    fn left_of(&self, sign: usize) -> Option<String> {
        let begin = (sign.saturating_sub(12)..sign).rev().find(|at| {
            self.token(*at)
                .is_some_and(|it| matches!(it.text, ";" | "{" | "}" | ")" | "(" | ","))
        });
        let begin = begin.map_or(sign.saturating_sub(12), |it| it + 1);
        let tokens = self.tokens.get(begin..sign)?;
        Some(joined(tokens.iter().map(|it| it.text)))
    }
}

fn argument(tokens: &[Token<'_>], text: String) -> Argument {
    let names = tokens.iter().filter(|it| it.kind == Kind::Name);
    let is_product = tokens.iter().enumerate().any(|(at, it)| {
        let before = at.checked_sub(1).and_then(|it| tokens.get(it));
        let is_value =
            before.is_some_and(|it| matches!(it.kind, Kind::Name | Kind::Number) || it.text == ")");
        it.text == "*" && is_value
    });
    let shape = match tokens {
        [one] if one.kind == Kind::Number => Shape::Number,
        [one] if matches!(one.text, "NULL" | "nullptr") => Shape::None,
        [one] if one.kind == Kind::Name => Shape::Name,
        // Texts side by side are one, and macros of formats stand between them.
        [first, ..] if first.kind == Kind::Text => Shape::Text,
        [sizeof, ..] if sizeof.text == "sizeof" && !is_product => Shape::Number,
        _ if is_product => Shape::Product,
        _ => Shape::Other,
    };
    Argument {
        name: None,
        shape,
        text,
        names: names
            .take(MOST_PARTS)
            .map(|it| it.text.to_owned())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let shown = calls(text, true).into_iter().map(|it| {
            let arguments: Vec<String> = it
                .arguments
                .iter()
                .map(|it| format!("{:?} {}", it.shape, it.text))
                .collect();
            let assigned = it.assigned.map(|it| format!("{it} = ")).unwrap_or_default();
            format!(
                "{}@{} in {}: {assigned}{}",
                it.function,
                it.line,
                it.within,
                arguments.join(", ")
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn calls_stand_within_functions() {
        insta::assert_snapshot!(check("void *memcpy(void *, int);\nstatic int\nf(int n)\n{\n  p = realloc(p, n * 8);\n  if (g(\"%d\" X, NULL, sizeof(a))) { h(a->b + 1); }\n}\nint t[] = { g(1) };\nnamespace a { void k() { m(); } }\n"), @r#"
        realloc@5 in f: p = Name p, Product n*8
        g@6 in f: Text "%d"X, None NULL, Number sizeof(a)
        h@6 in f: Other a->b+1
        m@9 in k:
        "#);
    }

    #[test]
    fn layout_changes_nothing_but_lines() {
        let of = |text: &str| {
            let calls = calls(text, true).into_iter();
            calls
                .map(|it| (it.function, it.within, it.text))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("void f(){g(a,b);}"),
            of("void f( )\n{\n  g( a, /* x */\n     b );\n}\n")
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a-z(){},;=*\"\n ]){0,120}") {
            calls(&text, true);
            calls(&text, false);
        }
    }
}
