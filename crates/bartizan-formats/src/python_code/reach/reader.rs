//! Walks over a file, and keeps its deeds and texts.

use ruff_python_ast::{
    Expr, ExprCall, Stmt,
    visitor::{self, Visitor},
};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Bound, Deed, File, LONGEST_TEXT, MOST_DEEDS, MOST_TEXTS, MOST_TEXTS_OF_CALL, Reach, Text,
};
use crate::python_code::read::Lines;

/// What a file does, in the order of a walk.
pub(super) fn reach<'a>(file: &File<'a>, suite: &'a [Stmt], lines: Lines) -> Reach {
    let mut reader = Reader {
        file,
        lines,
        within: Vec::new(),
        scope: 0,
        is_in_text: false,
        reach: Reach::default(),
    };
    reader.visit_body(suite);
    reader.reach
}

/// How many lists that were given names are read one within the other.
const DEEPEST_LIST: usize = 12;

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
            lists: Vec::new(),
            found: Vec::new(),
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
            texts: texts.found,
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
    /// The lists that were given names and are being read: one may hold its own name, `paths = [paths]`.
    lists: Vec<TextRange>,
    found: Vec<String>,
}

impl<'a> Visitor<'a> for Texts<'a, '_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.found.len() >= MOST_TEXTS_OF_CALL || !self.file.step() {
            return;
        }
        if let Some(text) = self.file.text(expression, self.scope, 0) {
            self.found.push(shortened(text));
        } else if let Expr::Name(it) = expression {
            // A list that was given a name.
            if let Some(Bound::Value(value, scope)) = self.file.scopes.only(&it.id, self.scope)
                && matches!(value, Expr::List(_) | Expr::Tuple(_))
                && self.lists.len() < DEEPEST_LIST
                && !self.lists.contains(&value.range())
            {
                let outer = std::mem::replace(&mut self.scope, scope);
                self.lists.push(value.range());
                visitor::walk_expr(self, value);
                self.lists.pop();
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
        let end = (0..=LONGEST_TEXT)
            .rev()
            .find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
    }
    text
}
