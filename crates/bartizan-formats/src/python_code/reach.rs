//! Where values of a Python file come from, and what calls come down to by whatever way their names are written: by an import,
//! an alias, `getattr` and a text of pieces, tables of modules. What is a source and what is looked at, the caller says.
//!
//! It is no interpreter. Names are followed through assignments, loops, `with`, parameters of the file's own functions and
//! what these give back, without regard to order; texts are put together where all of their pieces stand in the file. A budget
//! of steps ends what somebody made to go on.

mod binding;
mod naming;
mod texts;

use std::{cell::Cell, cell::RefCell, collections::BTreeMap};

use ruff_python_ast::{
    Expr, ExprCall, Stmt,
    visitor::{self, Visitor},
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

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
    let mut reader = Reader {
        file: &file,
        lines: Lines::of(text),
        within: Vec::new(),
        scope: 0,
        is_in_text: false,
        reach: Reach::default(),
    };
    reader.visit_body(parsed.suite());
    let mut reach = reader.reach;
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

struct Reader<'a, 'f> {
    file: &'f File<'a>,
    lines: Lines,
    within: Vec<&'a str>,
    scope: usize,
    /// Whether a text around it is told already.
    is_in_text: bool,
    reach: Reach,
}

impl<'a> Visitor<'a> for Reader<'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let name = match statement {
            Stmt::FunctionDef(it) => it.name.as_str(),
            Stmt::ClassDef(it) => {
                self.class(it);
                it.name.as_str()
            }
            // Documentation, or nothing.
            Stmt::Expr(it) if matches!(&*it.value, Expr::StringLiteral(_)) => return,
            other => return visitor::walk_stmt(self, other),
        };
        let outer = self.scope;
        self.scope = self.file.scopes.of_statement(statement).unwrap_or(outer);
        self.within.push(name);
        visitor::walk_stmt(self, statement);
        self.within.pop();
        self.scope = outer;
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if !self.file.step() {
            return;
        }
        if let Expr::Call(call) = expression {
            self.call(call);
        }
        let was_in_text = self.is_in_text;
        if !was_in_text
            && self.reach.texts.len() < MOST_TEXTS
            && is_of_text(expression)
            && let Some(text) = self.file.text(expression, self.scope, 0)
        {
            self.is_in_text = true;
            self.reach.texts.push(Text {
                line: self.lines.of_start(expression.range()),
                within: self.within.join("."),
                text: shortened(text),
            });
        }
        visitor::walk_expr(self, expression);
        self.is_in_text = was_in_text;
    }
}

/// Whether an expression may be a text of its own; a name is told where its text stands.
fn is_of_text(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::FString(_)
            | Expr::BinOp(_)
            | Expr::Call(_)
            | Expr::Subscript(_)
    )
}

impl<'a> Reader<'a, '_> {
    fn class(&mut self, class: &'a ruff_python_ast::StmtClassDef) {
        let bases = class.arguments.iter().flat_map(|it| it.args.iter());
        let bases = bases.filter_map(|it| self.file.name(it, self.scope, 0));
        let bases = bases.map(|it| it.name).collect();
        self.reach.classes.insert(class.name.to_string(), bases);
    }

    fn call(&mut self, call: &'a ExprCall) {
        self.deed(call, &call.func);
        // A function that is handed over to be called: `map(os.system, …)`, `Thread(target=…)`.
        let handed = call.arguments.args.first();
        let target = call
            .arguments
            .keywords
            .iter()
            .find(|it| it.arg.as_ref().is_some_and(|it| it.as_str() == "target"));
        for it in handed.into_iter().chain(target.map(|it| &it.value)) {
            if matches!(it, Expr::Attribute(_) | Expr::Name(_)) {
                self.deed(call, it);
            }
        }
    }

    fn deed(&mut self, call: &'a ExprCall, function: &'a Expr) {
        if self.reach.deeds.len() >= MOST_DEEDS {
            return;
        }
        let Some(named) = self.file.name(function, self.scope, 0) else {
            return;
        };
        if !self.file.meaning.is_looked_at(&named.name) {
            return;
        }
        let plain = call.arguments.args.iter();
        let keywords = call.arguments.keywords.iter().filter(|it| {
            let name = it.arg.as_ref();
            !name.is_some_and(|it| self.file.meaning.is_passed_over(it))
        });
        let values = plain.chain(keywords.map(|it| &it.value));
        let (mut direct, mut reaches) = (0, 0);
        let mut texts = Texts {
            file: self.file,
            scope: self.scope,
            texts: Vec::new(),
        };
        for value in values {
            direct |= self.file.traits(value, self.scope, 0, false);
            reaches |= self.file.traits(value, self.scope, 0, true);
            texts.visit_expr(value);
        }
        if let Expr::Attribute(it) = &*call.func {
            texts.visit_expr(&it.value);
        }
        let written = self.file.text.get(call.range().to_std_range());
        let deed = Deed {
            line: self.lines.of_start(call.range()),
            within: self.within.join("."),
            function: named.name,
            way: named.way,
            direct,
            reaches,
            texts: texts.texts,
            named: self.named(call),
            written: written.unwrap_or_default().to_owned(),
        };
        self.reach.deeds.push(deed);
    }

    fn named(&self, call: &'a ExprCall) -> Vec<(String, String)> {
        let named = call.arguments.keywords.iter().filter_map(|it| {
            let value = match &it.value {
                Expr::BooleanLiteral(it) if it.value => "True".to_owned(),
                other => self.file.name(other, self.scope, 0)?.name,
            };
            Some((it.arg.as_ref()?.to_string(), value))
        });
        named.collect()
    }
}

/// Collects texts among arguments.
struct Texts<'a, 'f> {
    file: &'f File<'a>,
    scope: usize,
    texts: Vec<String>,
}

impl<'a> Visitor<'a> for Texts<'a, '_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.texts.len() >= MOST_TEXTS_OF_CALL || !self.file.step() {
            return;
        }
        if let Some(text) = self.file.text(expression, self.scope, 0) {
            self.texts.push(shortened(text));
        } else if let Expr::Name(it) = expression {
            // A list that was given a name.
            if let Some(Bound::Value(value, scope)) = self.file.scopes.only(&it.id, self.scope)
                && matches!(value, Expr::List(_) | Expr::Tuple(_))
            {
                let outer = std::mem::replace(&mut self.scope, scope);
                visitor::walk_expr(self, value);
                self.scope = outer;
            }
        } else {
            visitor::walk_expr(self, expression);
        }
    }
}

/// The begin of a text that is too long.
fn shortened(mut text: String) -> String {
    if text.len() > LONGEST_TEXT {
        let end = (0..=LONGEST_TEXT).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
    }
    text
}

#[cfg(test)]
mod tests;
