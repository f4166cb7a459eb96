//! From ruff's tree to what is kept of it. Statements are walked with a list of what is left, expressions not at all.

use ruff_python_ast::{
    Decorator, ExceptHandler, Expr, Stmt, StmtFunctionDef, StmtImport, StmtImportFrom,
    token::{TokenKind, Tokens},
};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Call, Function, Import, Module, Parameter};

/// Calls that import.
const IMPORTING: [&str; 2] = ["import_module", "__import__"];

pub(super) fn module(text: &str) -> Module {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let is_broken = parsed.has_invalid_syntax();
    let Some(parsed) = parsed.try_into_module() else {
        return Module {
            is_broken: true,
            ..Module::default()
        };
    };
    let mut reader = Reader {
        text,
        tokens: parsed.tokens(),
        lines: Lines::of(text),
        module: Module {
            is_broken,
            ..Module::default()
        },
        is_computed: false,
    };
    reader.walk(parsed.suite());
    let mut module = reader.module;
    if reader.is_computed {
        module.public = None;
    }
    module.functions.sort_by_key(|it| it.line);
    module.calls.sort_by_key(|it| it.line);
    module.imports.sort();
    module
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a Tokens,
    lines: Lines,
    module: Module,
    /// Whether `__all__` is computed.
    is_computed: bool,
}

/// Statements that are left to look at, and the classes around them.
type Left<'a> = Vec<(&'a [Stmt], String)>;

impl Reader<'_> {
    fn walk(&mut self, suite: &[Stmt]) {
        let mut left: Left<'_> = vec![(suite, String::new())];
        while let Some((suite, within)) = left.pop() {
            for statement in suite {
                self.look(statement, &within, &mut left);
            }
        }
    }

    fn look<'a>(&mut self, statement: &'a Stmt, within: &str, left: &mut Left<'a>) {
        match statement {
            Stmt::FunctionDef(it) => self.function(it, within),
            Stmt::ClassDef(it) => left.push((&it.body, format!("{within}{}.", it.name))),
            Stmt::Import(it) => {
                let imports = self.import(it);
                self.module.imports.extend(imports);
            }
            Stmt::ImportFrom(it) => {
                let imports = self.import_from(it);
                self.module.imports.extend(imports);
            }
            Stmt::Assign(it) => {
                let is_all = it.targets.iter().any(is_all);
                self.value(&it.value, is_all && within.is_empty());
            }
            Stmt::AnnAssign(it) => {
                if let Some(value) = &it.value {
                    self.value(value, is_all(&it.target) && within.is_empty());
                }
            }
            Stmt::AugAssign(it) if is_all(&it.target) => self.public(&it.value),
            Stmt::Expr(it) => {
                let is_change =
                    dotted(&it.value, true).is_some_and(|it| it.starts_with("__all__."));
                self.is_computed |= is_change;
                self.value(&it.value, false);
            }
            _ => blocks(statement, &mut |suite| {
                left.push((suite, within.to_owned()));
            }),
        }
    }

    fn function(&mut self, it: &StmtFunctionDef, within: &str) {
        let parameters = it
            .parameters
            .iter_non_variadic_params()
            .map(|it| Parameter {
                name: it.name().to_string(),
                line: self.lines.of_start(it.range()),
            });
        let function = Function {
            name: format!("{within}{}", it.name),
            line: self.lines.of_start(it.name.range()),
            parameters: parameters.collect(),
            decorators: it.decorator_list.iter().filter_map(decorator).collect(),
            imports: self.imports(&it.body),
            imports_by_name: self.imports_by_name(&it.body),
        };
        self.module.functions.push(function);
    }

    /// What the statements of a body import, but for those of functions and classes within it.
    fn imports(&self, body: &[Stmt]) -> Vec<Import> {
        let mut found = Vec::new();
        let mut left: Vec<&[Stmt]> = vec![body];
        while let Some(suite) = left.pop() {
            for statement in suite {
                match statement {
                    Stmt::Import(it) => found.extend(self.import(it)),
                    Stmt::ImportFrom(it) => found.extend(self.import_from(it)),
                    _ => blocks(statement, &mut |suite| left.push(suite)),
                }
            }
        }
        found.sort();
        found
    }

    /// Whether the words of a body name what imports by a text.
    fn imports_by_name(&self, body: &[Stmt]) -> bool {
        let (Some(first), Some(last)) = (body.first(), body.last()) else {
            return false;
        };
        let range = TextRange::new(first.start(), last.end().max(first.start()));
        let within = self
            .tokens
            .iter()
            .filter(|it| range.contains_range(it.range()));
        within
            .filter(|it| it.kind() == TokenKind::Name)
            .filter_map(|it| self.text.get(it.range().to_std_range()))
            .any(|name| IMPORTING.contains(&name))
    }

    fn import(&self, it: &StmtImport) -> Vec<Import> {
        let imports = it.names.iter().map(|alias| {
            let module = alias.name.to_string();
            let first = module.split('.').next().unwrap_or_default().to_owned();
            Import {
                line: self.lines.of_start(alias.range()),
                level: 0,
                name: None,
                binds: alias.asname.as_ref().map_or(first, ToString::to_string),
                module,
            }
        });
        imports.collect()
    }

    fn import_from(&self, it: &StmtImportFrom) -> Vec<Import> {
        let imports = it.names.iter().map(|alias| {
            let name = alias.name.to_string();
            let module = it.module.as_ref().map(ToString::to_string);
            Import {
                line: self.lines.of_start(alias.range()),
                level: it.level,
                module: module.unwrap_or_default(),
                binds: alias
                    .asname
                    .as_ref()
                    .map_or_else(|| name.clone(), ToString::to_string),
                name: Some(name),
            }
        });
        imports.collect()
    }

    fn value(&mut self, value: &Expr, is_all: bool) {
        if is_all {
            self.public(value);
        }
        if let Expr::Call(call) = value
            && let Some(function) = dotted(&call.func, false)
        {
            let line = self.lines.of_start(call.range());
            self.module.calls.push(Call { line, function });
        }
    }

    fn public(&mut self, value: &Expr) {
        let items: &[Expr] = match value {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            _ => {
                self.is_computed = true;
                return;
            }
        };
        let public = self.module.public.get_or_insert_default();
        for item in items {
            match item {
                Expr::StringLiteral(text) => public.push(text.value.to_str().to_owned()),
                _ => self.is_computed = true,
            }
        }
    }
}

/// Hands out the blocks of a statement that run with it; not those for type checkers only.
fn blocks<'a>(statement: &'a Stmt, take: &mut dyn FnMut(&'a [Stmt])) {
    match statement {
        Stmt::If(it) => {
            if !is_of_type_checkers(&it.test) {
                take(&it.body);
            }
            it.elif_else_clauses.iter().for_each(|it| take(&it.body));
        }
        Stmt::Try(it) => {
            take(&it.body);
            for handler in &it.handlers {
                let ExceptHandler::ExceptHandler(handler) = handler;
                take(&handler.body);
            }
            take(&it.orelse);
            take(&it.finalbody);
        }
        Stmt::With(it) => take(&it.body),
        Stmt::For(it) => take(&it.body),
        Stmt::While(it) => take(&it.body),
        Stmt::Match(it) => it.cases.iter().for_each(|it| take(&it.body)),
        _ => {}
    }
}

fn is_all(target: &Expr) -> bool {
    matches!(target, Expr::Name(name) if name.id.as_str() == "__all__")
}

/// Whether a condition holds for type checkers only.
fn is_of_type_checkers(test: &Expr) -> bool {
    dotted(test, false).is_some_and(|it| it == "TYPE_CHECKING" || it.ends_with(".TYPE_CHECKING"))
}

fn decorator(it: &Decorator) -> Option<String> {
    dotted(&it.expression, true)
}

/// The dotted name that an expression is; of a call what is called, where that is asked for.
fn dotted(expression: &Expr, through_calls: bool) -> Option<String> {
    let mut names = Vec::new();
    let mut at = expression;
    loop {
        match at {
            Expr::Call(call) if through_calls => at = &call.func,
            Expr::Attribute(attribute) => {
                names.push(attribute.attr.as_str());
                at = &attribute.value;
            }
            Expr::Name(name) => {
                names.push(name.id.as_str());
                names.reverse();
                return Some(names.join("."));
            }
            _ => return None,
        }
    }
}

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<TextSize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = breaks.filter_map(|at| TextSize::try_from(at.saturating_add(1)).ok());
        Self(starts.collect())
    }

    /// The line, from 1, in which something begins.
    pub(super) fn of_start(&self, range: TextRange) -> u32 {
        let before = self.0.partition_point(|start| *start <= range.start());
        u32::try_from(before.saturating_add(1)).unwrap_or(u32::MAX)
    }
}
