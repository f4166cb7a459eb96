//! Where values of a Python file come from, and what calls come down to by whatever way their names are written: by an import,
//! an alias, `getattr` and a text of pieces, tables of modules. What is a source and what is looked at, the caller says.
//!
//! It is no interpreter. Names are followed through assignments, loops, `with`, parameters of the file's own functions and
//! what these give back, without regard to order; texts are put together where all of their pieces stand in the file. A budget
//! of steps ends what somebody made to go on.

mod binding;
mod naming;
mod reader;
mod texts;

use std::{cell::Cell, cell::RefCell, collections::BTreeMap};

use ruff_python_ast::{
    Expr, ExprCall,
    visitor::{self, Visitor},
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use self::binding::{Bound, Scopes};
pub use self::texts::{of_base64, of_hexadecimal};
use super::{MAX_TEXT, PythonError, depth, read::Lines};

/// How many steps one file may take.
const MOST_STEPS: u32 = 600_000;

/// How many names are followed one behind the other.
const DEEPEST: u32 = 12;

/// How many deeds and texts of one file are kept, and how long a text.
const MOST_DEEDS: usize = 20_000;
const MOST_TEXTS: usize = 20_000;
const LONGEST_TEXT: usize = 8_000;
const MOST_TEXTS_OF_CALL: usize = 40;

/// What somebody looks for. Bits are the caller's own.
pub trait Meaning {
    /// What a call of this function gives; `text` is its first text, for whom that matters.
    fn source(&self, function: &str, text: &dyn Fn() -> Option<String>) -> u32;
    /// What a value of this dotted name is.
    fn value(&self, name: &str) -> u32;
    /// Whether calls of this function are told.
    fn is_looked_at(&self, function: &str) -> bool;
    /// Whether what an argument of this name is given does not matter.
    fn is_passed_over(&self, argument: &str) -> bool;
}

/// By what way a function is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// As it is called.
    Plain,
    /// Out of a table of names, by a text that is written down.
    Table,
    /// By a text of pieces, or letters that only look like its own.
    Pieces,
}

/// A call that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The line of its begin.
    pub line: u32,
    /// The function and the classes around it, dotted; empty outside of all.
    pub within: String,
    /// What it comes down to, dotted.
    pub function: String,
    /// How it is named.
    pub way: Way,
    /// What stands among its arguments.
    pub direct: u32,
    /// What comes to its arguments.
    pub reaches: u32,
    /// Texts among its arguments, put together; `{}` is what nobody knows.
    pub texts: Vec<String>,
    /// Named arguments whose values are names.
    pub named: Vec<(String, String)>,
    /// The call, as it is written.
    pub written: String,
}

/// A text outside of comments and documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The line of its begin.
    pub line: u32,
    /// The function and the classes around it.
    pub within: String,
    /// What it says; `{}` is what nobody knows.
    pub text: String,
}

/// What a file does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// The calls that are looked at, sorted by line.
    pub deeds: Vec<Deed>,
    /// Texts, sorted by line.
    pub texts: Vec<Text>,
    /// Classes with the dotted names of what they derive from.
    pub classes: BTreeMap<String, Vec<String>>,
}

/// Reads what a text does.
pub fn read(text: &str, meaning: &dyn Meaning) -> Result<Reach, PythonError> {
    if text.len() > MAX_TEXT {
        return Err(PythonError::TooLarge);
    }
    if !depth::is_bounded(text) {
        return Err(PythonError::TooDeep);
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let Some(parsed) = parsed.try_into_module() else {
        return Ok(Reach::default());
    };
    let file = File {
        text,
        meaning,
        scopes: Scopes::of(parsed.suite()),
        steps: Cell::new(MOST_STEPS),
        known: RefCell::default(),
    };
    let mut reach = reader::reach(&file, parsed.suite(), Lines::of(text));
    reach.deeds.sort_by_key(|it| it.line);
    reach.texts.sort_by_key(|it| it.line);
    Ok(reach)
}

/// A file that is read.
struct File<'a> {
    text: &'a str,
    meaning: &'a dyn Meaning,
    scopes: Scopes<'a>,
    steps: Cell<u32>,
    /// What comes to names, by scope and name; nothing while it is being found.
    known: RefCell<BTreeMap<(usize, String), u32>>,
}

impl<'a> File<'a> {
    /// Takes a step, if there is one left.
    fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// What stands in an expression, or comes to it.
    fn traits(&self, expression: &'a Expr, scope: usize, depth: u32, follows: bool) -> u32 {
        let mut traits = Traits {
            file: self,
            scope,
            depth,
            follows,
            bits: 0,
        };
        traits.visit_expr(expression);
        traits.bits
    }

    /// What comes to a name.
    fn comes_to(&self, name: &str, scope: usize, depth: u32) -> u32 {
        let Some((at, bounds)) = self.scopes.find(name, scope) else {
            return 0;
        };
        let key = (at, name.to_owned());
        if let Some(bits) = self.known.borrow().get(&key) {
            return *bits;
        }
        if depth >= DEEPEST {
            return 0;
        }
        self.known.borrow_mut().insert(key.clone(), 0);
        let mut bits = 0;
        for bound in bounds {
            bits |= self.traits(bound.value(), bound.scope(), depth + 1, true);
        }
        self.known.borrow_mut().insert(key, bits);
        bits
    }

    /// What a function of the file gives back.
    fn gives(&self, name: &str, depth: u32) -> u32 {
        let key = (usize::MAX, name.to_owned());
        if let Some(bits) = self.known.borrow().get(&key) {
            return *bits;
        }
        if depth >= DEEPEST {
            return 0;
        }
        self.known.borrow_mut().insert(key.clone(), 0);
        let mut bits = 0;
        for (scope, value) in self.scopes.returns(name) {
            bits |= self.traits(value, *scope, depth + 1, true);
        }
        self.known.borrow_mut().insert(key, bits);
        bits
    }

    /// The first text among the arguments of a call.
    fn first_text(&self, call: &'a ExprCall, scope: usize) -> Option<String> {
        self.text(call.arguments.args.first()?, scope, 1)
    }
}

/// Collects what an expression is made of.
struct Traits<'a, 'f> {
    file: &'f File<'a>,
    scope: usize,
    depth: u32,
    follows: bool,
    bits: u32,
}

impl<'a> Visitor<'a> for Traits<'a, '_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if !self.file.step() {
            return;
        }
        match expression {
            Expr::Call(call) => {
                if let Some(named) = self.file.name(&call.func, self.scope, self.depth) {
                    let text = || self.file.first_text(call, self.scope);
                    self.bits |= self.file.meaning.source(&named.name, &text);
                }
                if self.follows
                    && let Some(name) = callee(call)
                {
                    self.bits |= self.file.gives(name, self.depth);
                }
                // A method is not the value that it is of.
                let of = match &*call.func {
                    Expr::Attribute(it) => &it.value,
                    other => other,
                };
                if !matches!(of, Expr::Attribute(_)) {
                    self.visit_expr(of);
                }
                return self.visit_arguments(&call.arguments);
            }
            Expr::Subscript(it) => {
                // One entry of a table is asked for by its name.
                if let Some(named) = self.file.name(&it.value, self.scope, self.depth)
                    && self.file.meaning.value(&named.name) != 0
                {
                    let text = || self.file.text(&it.slice, self.scope, 1);
                    let function = format!("{}.get", named.name);
                    self.bits |= self.file.meaning.source(&function, &text);
                    return;
                }
            }
            Expr::Attribute(_) => {
                if let Some(named) = self.file.name(expression, self.scope, self.depth) {
                    self.bits |= self.file.meaning.value(&named.name);
                }
            }
            Expr::Name(it) => {
                if let Some(named) = self.file.name(expression, self.scope, self.depth) {
                    self.bits |= self.file.meaning.value(&named.name);
                }
                if self.follows {
                    self.bits |= self.file.comes_to(&it.id, self.scope, self.depth);
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}

/// The name of a function of the file that is called: `f()`, `self.f()`.
fn callee(call: &ExprCall) -> Option<&str> {
    match &*call.func {
        Expr::Name(it) => Some(it.id.as_str()),
        Expr::Attribute(it) if matches!(&*it.value, Expr::Name(on) if on.id.as_str() == "self") => {
            Some(it.attr.as_str())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
