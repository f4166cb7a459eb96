//! Whether a Python file holds nothing but data: the files that a build writes, with a version in them, do no more.
//!
//! What is not known to be harmless is not plain. Names may be used, as nothing that they can stand for does anything; calls
//! may be made of the few functions that are named.

use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

/// What a plain file may use.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// Modules that it may import from.
    pub modules: &'static [&'static str],
    /// Functions that it may call, dotted as they are written.
    pub calls: &'static [&'static str],
}

/// What a file with a version needs.
pub const VERSION_FILE: Allowed = Allowed {
    modules: &["__future__", "typing", "json"],
    calls: &["json.loads"],
};

/// What a `setup.py` needs that only hands data to setuptools.
pub const SETUP_FILE: Allowed = Allowed {
    modules: &["setuptools", "distutils.core"],
    calls: &["setup"],
};

/// Whether a text is Python that holds nothing but data.
pub fn is_plain(text: &str, allowed: &Allowed) -> bool {
    if text.len() > super::MAX_TEXT || !super::depth::is_bounded(text) {
        return false;
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    if parsed.has_invalid_syntax() {
        return false;
    }
    let module = parsed.try_into_module();
    module.is_some_and(|module| all(module.suite(), allowed))
}

fn all(suite: &[Stmt], allowed: &Allowed) -> bool {
    suite
        .iter()
        .all(|statement| is_statement(statement, allowed))
}

fn is_statement(statement: &Stmt, allowed: &Allowed) -> bool {
    let plain = |it: &Expr| is_expression(it, allowed);
    let optional = |it: &Option<Box<Expr>>| it.as_deref().is_none_or(plain);
    let is_known = |name: &str| allowed.modules.contains(&name);
    match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(it) => plain(&it.value),
        Stmt::Import(it) => it.names.iter().all(|it| is_known(it.name.as_str())),
        Stmt::ImportFrom(it) => {
            let module = it.module.as_ref();
            it.level == 0 && module.is_some_and(|it| is_known(it.as_str()))
        }
        Stmt::Assign(it) => it.targets.iter().all(is_name) && plain(&it.value),
        Stmt::AnnAssign(it) => is_name(&it.target) && plain(&it.annotation) && optional(&it.value),
        Stmt::If(it) => {
            let clauses = it.elif_else_clauses.iter();
            let mut clauses =
                clauses.map(|it| it.test.as_ref().is_none_or(plain) && all(&it.body, allowed));
            plain(&it.test) && all(&it.body, allowed) && clauses.all(|it| it)
        }
        Stmt::Return(it) => optional(&it.value),
        Stmt::FunctionDef(it) => is_function(it, allowed),
        _ => false,
    }
}

fn is_function(function: &StmtFunctionDef, allowed: &Allowed) -> bool {
    let parameters = &function.parameters;
    let has_none = parameters.is_empty();
    let returns = function.returns.as_deref();
    function.decorator_list.is_empty()
        && has_none
        && returns.is_none_or(|it| is_expression(it, allowed))
        && all(&function.body, allowed)
}

/// What is assigned to: a plain name, or several.
fn is_name(target: &Expr) -> bool {
    match target {
        Expr::Name(_) => true,
        Expr::Tuple(it) => it.elts.iter().all(is_name),
        _ => false,
    }
}

fn is_expression(expression: &Expr, allowed: &Allowed) -> bool {
    let plain = |it: &Expr| is_expression(it, allowed);
    match expression {
        Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_)
        | Expr::Name(_) => true,
        Expr::Tuple(it) => it.elts.iter().all(plain),
        Expr::List(it) => it.elts.iter().all(plain),
        Expr::Set(it) => it.elts.iter().all(plain),
        Expr::Dict(it) => it
            .items
            .iter()
            .all(|it| it.key.as_ref().is_none_or(plain) && plain(&it.value)),
        Expr::Subscript(it) => plain(&it.value) && plain(&it.slice),
        Expr::Attribute(it) => plain(&it.value),
        Expr::UnaryOp(it) => plain(&it.operand),
        // `|` of types, `+` of texts: neither multiplies nor raises, so that nothing grows.
        Expr::BinOp(it) => {
            matches!(it.op.as_str(), "|" | "+") && plain(&it.left) && plain(&it.right)
        }
        Expr::BoolOp(it) => it.values.iter().all(plain),
        Expr::Compare(it) => plain(&it.left) && it.comparators.iter().all(plain),
        Expr::Call(it) => {
            let name = dotted(&it.func);
            let is_allowed = name.is_some_and(|it| allowed.calls.contains(&it.as_str()));
            is_allowed
                && it.arguments.args.iter().all(plain)
                && it.arguments.keywords.iter().all(|it| plain(&it.value))
        }
        _ => false,
    }
}

fn dotted(function: &Expr) -> Option<String> {
    match function {
        Expr::Name(it) => Some(it.id.to_string()),
        Expr::Attribute(it) => Some(format!("{}.{}", dotted(&it.value)?, it.attr)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn files_with_a_version_are_plain() {
        for text in [
            "'''by a build'''\n__all__ = ['v']\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Tuple, Union\n    T = Tuple[Union[int, str], ...]\nelse:\n    T = object\nversion: str\n__version__ = version = '1.0'\n__version_tuple__ = version_tuple = (1, 0)\n",
            "import json\nversion_json = '''{}'''\ndef get_versions():\n    return json.loads(version_json)\n",
            "version = '1.0'\nrelease = 'dev' not in version and '+' not in version\nif not release:\n    version = version + '1'\n",
            "",
        ] {
            assert!(is_plain(text, &VERSION_FILE), "{text}");
        }
    }

    #[test]
    fn what_does_something_is_not() {
        for text in [
            "import os",
            "version = __import__('os').system('x')",
            "version = '1.0'; exec('x')",
            "def f():\n    import os\n    return 1",
            "@f\ndef g(): pass",
            "def f(a=exec('x')): pass",
            "class A: pass",
            "x = [y for y in z]",
            "x[f] = 1",
            "x.y = 1",
            "from . import x",
            "v = f'{x}'",
            "x = 9 ** 9 ** 9",
            "no python at all",
            "lambda: 0",
        ] {
            assert!(!is_plain(text, &VERSION_FILE), "{text}");
        }
        let setup =
            "from setuptools import setup\nsetup_kwargs = {'name': 'lab'}\nsetup(**setup_kwargs)\n";
        assert!(is_plain(setup, &SETUP_FILE));
        assert!(!is_plain(setup, &VERSION_FILE));
        assert!(!is_plain(&format!("{setup}import os\n"), &SETUP_FILE));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a-z =()\\[\\]'\n:{}*]{0,60}") {
            is_plain(&text, &VERSION_FILE);
        }
    }
}
