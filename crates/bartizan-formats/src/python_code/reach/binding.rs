//! What names of a file are bound to, by scope.

use std::collections::BTreeMap;

use ruff_python_ast::{
    Expr, ExprCall, Stmt, StmtFunctionDef,
    visitor::{self, Visitor},
};
use ruff_text_size::{Ranged, TextSize};

use super::callee;

/// How many values of one name are kept.
const MOST_VALUES: usize = 24;

/// How many scopes are told apart.
const MOST_SCOPES: usize = 20_000;

/// What a name is bound to, with the scope in which that is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound<'a> {
    /// This.
    Value(&'a Expr, usize),
    /// A part of this, or something that is made of it.
    Part(&'a Expr, usize),
    /// This is added to what it is already.
    Added(&'a Expr, usize),
}

impl<'a> Bound<'a> {
    pub(super) fn value(self) -> &'a Expr {
        match self {
            Self::Value(it, _) | Self::Part(it, _) | Self::Added(it, _) => it,
        }
    }

    pub(super) fn scope(self) -> usize {
        match self {
            Self::Value(_, it) | Self::Part(_, it) | Self::Added(_, it) => it,
        }
    }
}

/// The scopes of a file: functions and classes, 0 for what is outside of all.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    /// What imported names stand for.
    pub(super) imports: BTreeMap<String, String>,
    names: BTreeMap<(usize, &'a str), Vec<Bound<'a>>>,
    parents: Vec<usize>,
    by_start: BTreeMap<TextSize, usize>,
    functions: BTreeMap<&'a str, (usize, &'a StmtFunctionDef)>,
    returns: BTreeMap<&'a str, Vec<(usize, &'a Expr)>>,
}

impl<'a> Scopes<'a> {
    pub(super) fn of(suite: &'a [Stmt]) -> Self {
        let mut imports = super::super::call_sites::Imports::default();
        imports.visit_body(suite);
        let mut binder = Binder {
            scopes: Self {
                imports: imports.names,
                parents: vec![0],
                ..Self::default()
            },
            scope: 0,
            within: Vec::new(),
            calls: Vec::new(),
        };
        binder.visit_body(suite);
        binder.hand_over();
        binder.scopes
    }

    /// The scope of a function or class.
    pub(super) fn of_statement(&self, statement: &Stmt) -> Option<usize> {
        self.by_start.get(&statement.range().start()).copied()
    }

    /// What a name is bound to, in this scope or one around it, and in which.
    pub(super) fn find<'b>(&'b self, name: &'b str, scope: usize) -> Option<(usize, &'b [Bound<'a>])> {
        let mut at = scope;
        loop {
            if let Some(bounds) = self.names.get(&(at, name)) {
                return Some((at, bounds));
            }
            if at == 0 {
                return None;
            }
            at = self.parents.get(at).copied().unwrap_or(0);
        }
    }

    /// The one value of a name, where it has only one.
    pub(super) fn only(&self, name: &str, scope: usize) -> Option<Bound<'a>> {
        match self.find(name, scope)?.1 {
            [one @ Bound::Value(..)] => Some(*one),
            _ => None,
        }
    }

    /// What a function of the file gives back.
    pub(super) fn returns(&self, name: &str) -> &[(usize, &'a Expr)] {
        self.returns.get(name).map_or(&[], Vec::as_slice)
    }

    fn bind(&mut self, name: &'a str, scope: usize, bound: Bound<'a>) {
        let bounds = self.names.entry((scope, name)).or_default();
        if bounds.len() < MOST_VALUES {
            bounds.push(bound);
        }
    }
}

struct Binder<'a> {
    scopes: Scopes<'a>,
    scope: usize,
    within: Vec<&'a str>,
    /// Calls of functions of the file, with the scopes in which they stand.
    calls: Vec<(usize, &'a ExprCall)>,
}

impl<'a> Binder<'a> {
    /// Binds a target of an assignment.
    fn bind(&mut self, target: &'a Expr, bound: Bound<'a>) {
        match (target, bound) {
            (Expr::Name(it), _) => self.scopes.bind(it.id.as_str(), self.scope, bound),
            (Expr::Starred(it), _) => self.bind(&it.value, bound),
            (Expr::Tuple(_) | Expr::List(_), _) => {
                let targets = elements(target);
                let values = elements(bound.value());
                let is_each = matches!(bound, Bound::Value(..)) && values.len() == targets.len();
                for (at, target) in targets.iter().enumerate() {
                    let each = values.get(at).filter(|_| is_each);
                    let part = Bound::Part(bound.value(), bound.scope());
                    let bound = each.map_or(part, |it| Bound::Value(it, bound.scope()));
                    self.bind(target, bound);
                }
            }
            // What a table or an object is given, it then has.
            (Expr::Subscript(it), _) => self.bind(&it.value, part(bound)),
            (Expr::Attribute(it), _) => self.scopes.bind(it.attr.as_str(), 0, part(bound)),
            _ => {}
        }
    }

    fn enter(&mut self, statement: &'a Stmt, name: &'a str) {
        let outer = self.scope;
        if self.scopes.parents.len() < MOST_SCOPES {
            self.scope = self.scopes.parents.len();
            self.scopes.parents.push(outer);
            let start = statement.range().start();
            self.scopes.by_start.insert(start, self.scope);
        }
        if let Stmt::FunctionDef(it) = statement {
            self.scopes.functions.insert(name, (self.scope, it));
        }
        self.within.push(name);
        visitor::walk_stmt(self, statement);
        self.within.pop();
        self.scope = outer;
    }

    /// What calls hand over comes to the parameters of the file's own functions.
    fn hand_over(&mut self) {
        for (scope, call) in std::mem::take(&mut self.calls) {
            let Some(name) = callee(call) else {
                continue;
            };
            let Some((inner, function)) = self.scopes.functions.get(name).copied() else {
                continue;
            };
            let names = function.parameters.posonlyargs.iter();
            let names = names.chain(&function.parameters.args);
            let names = names.map(|it| it.parameter.name.as_str());
            let names = names.filter(|it| *it != "self" && *it != "cls");
            for (name, value) in names.zip(&call.arguments.args) {
                self.scopes.bind(name, inner, Bound::Part(value, scope));
            }
            for keyword in &call.arguments.keywords {
                if let Some(name) = &keyword.arg {
                    let bound = Bound::Part(&keyword.value, scope);
                    self.scopes.bind(name.as_str(), inner, bound);
                }
            }
        }
    }
}

/// The elements of a list or tuple.
pub(super) fn elements(expression: &Expr) -> &[Expr] {
    match expression {
        Expr::Tuple(it) => &it.elts,
        Expr::List(it) => &it.elts,
        _ => &[],
    }
}

fn part(bound: Bound<'_>) -> Bound<'_> {
    Bound::Part(bound.value(), bound.scope())
}

impl<'a> Visitor<'a> for Binder<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let scope = self.scope;
        match statement {
            Stmt::FunctionDef(it) => return self.enter(statement, it.name.as_str()),
            Stmt::ClassDef(it) => return self.enter(statement, it.name.as_str()),
            Stmt::Assign(it) => {
                for target in &it.targets {
                    self.bind(target, Bound::Value(&it.value, scope));
                }
            }
            Stmt::AnnAssign(it) => {
                if let Some(value) = &it.value {
                    self.bind(&it.target, Bound::Value(value, scope));
                }
            }
            Stmt::AugAssign(it) => self.bind(&it.target, Bound::Added(&it.value, scope)),
            Stmt::For(it) => self.bind(&it.target, Bound::Part(&it.iter, scope)),
            Stmt::With(it) => {
                for item in &it.items {
                    if let Some(target) = &item.optional_vars {
                        self.bind(target, Bound::Value(&item.context_expr, scope));
                    }
                }
            }
            Stmt::Return(it) => {
                if let (Some(value), Some(name)) = (&it.value, self.within.last()) {
                    let returns = self.scopes.returns.entry(name).or_default();
                    if returns.len() < MOST_VALUES {
                        returns.push((scope, value));
                    }
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        let scope = self.scope;
        match expression {
            Expr::Call(call) => self.calls.push((scope, call)),
            Expr::Named(it) => self.bind(&it.target, Bound::Value(&it.value, scope)),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_comprehension(&mut self, it: &'a ruff_python_ast::Comprehension) {
        self.bind(&it.target, Bound::Part(&it.iter, self.scope));
        visitor::walk_comprehension(self, it);
    }
}
