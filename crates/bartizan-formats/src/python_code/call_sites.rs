//! The calls of a Python file, with what they are called with, in words of our own: what is called is named as the imports
//! of the file say it, and layout is gone.

use std::collections::BTreeMap;

use ruff_python_ast::{
    Expr, ExprCall, Operator, Stmt,
    token::{TokenKind, Tokens},
    visitor::{self, Visitor},
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::{MAX_TEXT, PythonError, depth, read::Lines};

/// How many words of one call or argument are kept.
const MOST_WORDS: usize = 120;

/// How many names of one argument are kept.
const MOST_NAMES: usize = 64;

/// How many calls of one file are kept: their words are kept with them.
const MOST_CALLS: usize = 200_000;

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSite {
    /// The line of its begin.
    pub line: u32,
    /// What is called, dotted, with the names that imports give: `subprocess.run` for `sp.run`; a method of what another call
    /// gives has `()` in it.
    pub function: String,
    /// The function and the classes around it, dotted; empty outside of all.
    pub within: String,
    /// Its arguments, in the order of the text.
    pub arguments: Vec<ArgumentSite>,
    /// Whether `*a` or `**b` stands among them.
    pub has_spread: bool,
    /// Its words.
    pub words: Vec<String>,
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentSite {
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it is.
    pub value: Value,
    /// The dotted names in it, with the names that imports give.
    pub names: Vec<String>,
    /// Its words.
    pub words: Vec<String>,
}

/// What an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A text or bytes, written down.
    Text,
    /// A list of texts, written down.
    Texts,
    /// A number, written down.
    Number,
    /// `True`.
    True,
    /// `False`.
    False,
    /// `None`.
    None,
    /// A dotted name.
    Name,
    /// A multiplication.
    Product,
    /// Anything else.
    Other,
}

/// Reads the calls of a text, sorted by line.
pub fn read(text: &str) -> Result<Vec<CallSite>, PythonError> {
    if text.len() > MAX_TEXT {
        return Err(PythonError::TooLarge);
    }
    if !depth::is_bounded(text) {
        return Err(PythonError::TooDeep);
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let Some(parsed) = parsed.try_into_module() else {
        return Ok(Vec::new());
    };
    let mut imports = Imports::default();
    imports.visit_body(parsed.suite());
    let mut reader = Reader {
        text,
        tokens: parsed.tokens(),
        lines: Lines::of(text),
        imports: imports.names,
        within: Vec::new(),
        calls: Vec::new(),
    };
    reader.visit_body(parsed.suite());
    reader.calls.sort_by_key(|it| it.line);
    Ok(reader.calls)
}

/// What imported names stand for, wherever in the file they are imported.
#[derive(Default)]
pub(super) struct Imports {
    pub(super) names: BTreeMap<String, String>,
}

impl<'a> Visitor<'a> for Imports {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(it) => {
                for alias in &it.names {
                    if let Some(binds) = &alias.asname {
                        self.names.insert(binds.to_string(), alias.name.to_string());
                    }
                }
            }
            Stmt::ImportFrom(it) if it.level == 0 => {
                let module = it
                    .module
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                for alias in &it.names {
                    let binds = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    self.names.insert(binds, format!("{module}.{}", alias.name));
                }
            }
            other => visitor::walk_stmt(self, other),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a Tokens,
    lines: Lines,
    imports: BTreeMap<String, String>,
    within: Vec<&'a str>,
    calls: Vec<CallSite>,
}

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let name = match statement {
            Stmt::FunctionDef(it) => it.name.as_str(),
            Stmt::ClassDef(it) => it.name.as_str(),
            other => return visitor::walk_stmt(self, other),
        };
        self.within.push(name);
        visitor::walk_stmt(self, statement);
        self.within.pop();
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Call(call) = expression
            && self.calls.len() < MOST_CALLS
            && let Some(function) = self.name(&call.func)
        {
            let site = self.site(call, function);
            self.calls.push(site);
        }
        visitor::walk_expr(self, expression);
    }
}

impl Reader<'_> {
    fn site(&self, call: &ExprCall, function: String) -> CallSite {
        let plain = call.arguments.args.iter().map(|value| (None, value));
        let named = call.arguments.keywords.iter();
        let named = named.map(|it| (it.arg.as_ref().map(ToString::to_string), &it.value));
        let has_spread = call
            .arguments
            .args
            .iter()
            .any(|it| matches!(it, Expr::Starred(_)))
            || call.arguments.keywords.iter().any(|it| it.arg.is_none());
        let arguments = plain
            .chain(named)
            .map(|(name, value)| self.argument(name, value));
        CallSite {
            line: self.lines.of_start(call.range()),
            function,
            within: self.within.join("."),
            arguments: arguments.collect(),
            has_spread,
            words: self.words(call.range()),
        }
    }

    fn argument(&self, name: Option<String>, value: &Expr) -> ArgumentSite {
        let mut names = Names {
            reader: self,
            names: Vec::new(),
        };
        names.visit_expr(value);
        ArgumentSite {
            name,
            value: value_of(value),
            names: names.names,
            words: self.words(value.range()),
        }
    }

    /// The dotted name of an expression as imports say it; of a method of a call's value with `()`.
    fn name(&self, expression: &Expr) -> Option<String> {
        let mut parts = Vec::new();
        let mut at = expression;
        loop {
            match at {
                Expr::Attribute(it) => {
                    parts.push(format!(".{}", it.attr));
                    at = &it.value;
                }
                Expr::Call(it) => {
                    parts.push("()".to_owned());
                    at = &it.func;
                }
                Expr::Subscript(it) => {
                    parts.push("[]".to_owned());
                    at = &it.value;
                }
                Expr::Name(it) => {
                    let name = it.id.as_str();
                    parts.push(
                        self.imports
                            .get(name)
                            .map_or(name, String::as_str)
                            .to_owned(),
                    );
                    break;
                }
                _ if parts.is_empty() => return None,
                // A method of a text, or of anything else that has no name.
                _ => break,
            }
            if parts.len() > MOST_WORDS {
                return None;
            }
        }
        parts.reverse();
        Some(parts.concat())
    }

    /// The words of a range, as many as are kept: texts in one kind of quotes, no line breaks, no comments, no commas before
    /// closing brackets.
    fn words(&self, range: TextRange) -> Vec<String> {
        let first = self
            .tokens
            .partition_point(|token| token.start() < range.start());
        let tokens = self.tokens.iter().skip(first);
        let mut words: Vec<String> = Vec::new();
        for token in tokens.take_while(|token| token.end() <= range.end()) {
            if words.len() >= MOST_WORDS {
                break;
            }
            let kind = token.kind();
            if matches!(
                kind,
                TokenKind::NonLogicalNewline | TokenKind::Newline | TokenKind::Comment
            ) {
                continue;
            }
            let closes = matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace);
            if closes && words.last().is_some_and(|it| it == ",") {
                words.pop();
            }
            let text = self
                .text
                .get(token.range().to_std_range())
                .unwrap_or_default();
            words.push(match kind {
                TokenKind::String => requoted(text),
                _ => text.to_owned(),
            });
        }
        words
    }
}

/// A text in double quotes, where that changes nothing.
fn requoted(text: &str) -> String {
    let inner = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    match inner {
        Some(inner) if !inner.contains(['"', '\'', '\\']) => format!("\"{inner}\""),
        _ => text.to_owned(),
    }
}

/// Collects the names in an expression.
struct Names<'a, 'b> {
    reader: &'b Reader<'a>,
    names: Vec<String>,
}

impl<'c> Visitor<'c> for Names<'_, '_> {
    fn visit_expr(&mut self, expression: &'c Expr) {
        if self.names.len() >= MOST_NAMES {
            return;
        }
        let name = match expression {
            Expr::Call(it) => self.reader.name(&it.func),
            Expr::Name(_) | Expr::Attribute(_) => self.reader.name(expression),
            _ => None,
        };
        if let Some(name) = name.filter(|name| !self.names.contains(name)) {
            self.names.push(name);
        }
        visitor::walk_expr(self, expression);
    }
}

fn value_of(value: &Expr) -> Value {
    let is_text = |it: &Expr| matches!(it, Expr::StringLiteral(_) | Expr::BytesLiteral(_));
    match value {
        it if is_text(it) => Value::Text,
        Expr::List(it) if !it.elts.is_empty() && it.elts.iter().all(is_text) => Value::Texts,
        Expr::Tuple(it) if !it.elts.is_empty() && it.elts.iter().all(is_text) => Value::Texts,
        Expr::NumberLiteral(_) => Value::Number,
        Expr::BooleanLiteral(it) if it.value => Value::True,
        Expr::BooleanLiteral(_) => Value::False,
        Expr::NoneLiteral(_) => Value::None,
        Expr::Name(_) | Expr::Attribute(_) => Value::Name,
        Expr::BinOp(it) if it.op == Operator::Mult => Value::Product,
        _ => Value::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let shown = read(text).unwrap_or_default().into_iter().map(|it| {
            let arguments = it.arguments.iter().map(|it| {
                let name = it.name.as_deref().unwrap_or("-");
                format!("{name} {:?} [{}]", it.value, it.names.join(" "))
            });
            let arguments: Vec<String> = arguments.collect();
            format!(
                "{}@{} in {}: {} | {}",
                it.function,
                it.line,
                it.within,
                arguments.join(", "),
                it.words.concat()
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn calls_have_the_names_of_imports() {
        insta::assert_snapshot!(check("import subprocess as sp\nfrom os import system\nclass C:\n    def f(self):\n        sp.run(['a', 'b'], shell=True,\n               env=None,)\n        system('x' + y)\n        open(p).read()\n        f(*a, n=2 * k)\n''.join(g(x.y))\n"), @r#"
        subprocess.run@5 in C.f: - Texts [], shell True [], env None [] | sp.run(["a","b"],shell=True,env=None)
        os.system@7 in C.f: - Other [y] | system("x"+y)
        open().read@8 in C.f:  | open(p).read()
        open@8 in C.f: - Name [p] | open(p)
        f@9 in C.f: - Other [a], n Product [k] | f(*a,n=2*k)
        .join@10 in : - Other [g x.y x] | "".join(g(x.y))
        g@10 in : - Name [x.y x] | g(x.y)
        "#);
    }

    #[test]
    fn layout_is_gone() {
        assert_eq!(
            read("f(a,'b')")
                .unwrap()
                .first()
                .map(|it| it.words.concat()),
            read("f(\n  a,  # x\n  \"b\",\n)")
                .unwrap()
                .first()
                .map(|it| it.words.concat())
        );
    }

    proptest! {
        #[test]
        fn never_panics(text in r#"(def |class |lambda |import |from |with |as |if |else|[(),:;\n '"\[\]{}=+.*é@\\ ]|f'|    ){0,60}"#) {
            check(&text);
        }
    }
}
