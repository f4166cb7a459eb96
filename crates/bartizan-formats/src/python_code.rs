//! What a Python file defines, imports and calls at its outermost level, from its syntax tree. Nothing of it is run.
//!
//! The parser is that of ruff, pinned exactly; none of its types leaves this module. A text that is no Python costs only
//! what could not be understood of it: the tree of the rest is there, and `is_broken` says so. Where the import scan of
//! `bartizan-vulnerability` reads words, so that it takes in Cython and notebooks too, this one knows what is what.

mod broken;
pub mod call_sites;
mod depth;
pub mod plain;
pub mod reach;
mod read;

use thiserror::Error;

pub use self::broken::broken_lines;

/// The largest text that is parsed.
pub const MAX_TEXT: usize = 1 << 20;

/// Why a text was not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PythonError {
    /// It is too large.
    #[error("larger than {MAX_TEXT} bytes")]
    TooLarge,
    /// Its tree would be too deep.
    #[error("nested deeper than {} levels", depth::MAX_DEPTH)]
    TooDeep,
}

/// A Python file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Module {
    /// Functions of the file and methods of its classes, in the order of the text; none that stands in another function.
    pub functions: Vec<Function>,
    /// What is imported when the file is, sorted by line; what only type checkers see is left out.
    pub imports: Vec<Import>,
    /// Calls whose value is assigned or dropped when the file is imported.
    pub calls: Vec<Call>,
    /// The public names (`__all__`), where they are written down and not computed.
    pub public: Option<Vec<String>>,
    /// Whether something could not be understood.
    pub is_broken: bool,
}

/// A function or method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name, with those of the classes around it: `Class.method`.
    pub name: String,
    /// The line of its name.
    pub line: u32,
    /// Its parameters but for `*args` and `**kwargs`.
    pub parameters: Vec<Parameter>,
    /// The names of its decorators, dotted, without what they are called with.
    pub decorators: Vec<String>,
    /// What statements of its body import; not those of functions within it.
    pub imports: Vec<Import>,
    /// Whether its body names `import_module` or `__import__`, which import what a text says.
    pub imports_by_name: bool,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its line.
    pub line: u32,
}

/// Something that is imported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// The line.
    pub line: u32,
    /// How many packages up it begins: 0 for an absolute name.
    pub level: u32,
    /// The module that is named; empty for `from . import x`.
    pub module: String,
    /// The name that is taken from it; `None` for `import module`.
    pub name: Option<String>,
    /// What it is called here.
    pub binds: String,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The line.
    pub line: u32,
    /// What is called, dotted, as it is written.
    pub function: String,
}

/// Parses a text.
pub fn parse(text: &str) -> Result<Module, PythonError> {
    if text.len() > MAX_TEXT {
        return Err(PythonError::TooLarge);
    }
    if !depth::is_bounded(text) {
        return Err(PythonError::TooDeep);
    }
    Ok(read::module(text))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let module = match parse(text) {
            Ok(module) => module,
            Err(error) => return format!("error: {error}"),
        };
        let mut told = Vec::new();
        for it in &module.functions {
            let parameters: Vec<String> = it
                .parameters
                .iter()
                .map(|it| format!("{}@{}", it.name, it.line))
                .collect();
            let named =
                |it: &Import| " imports ".to_owned() + &".".repeat(it.level as usize) + &it.module;
            let mut within: String = it.imports.iter().map(named).collect();
            within += if it.imports_by_name {
                " imports by name"
            } else {
                ""
            };
            told.push(format!(
                "{}@{}({}) {:?}{within}",
                it.name,
                it.line,
                parameters.join(" "),
                it.decorators
            ));
        }
        for it in &module.imports {
            let name = it.name.as_deref().unwrap_or("-");
            told.push(format!(
                "import@{} {}{} {name} as {}",
                it.line,
                ".".repeat(it.level as usize),
                it.module,
                it.binds
            ));
        }
        told.extend(
            module
                .calls
                .iter()
                .map(|it| format!("call@{} {}", it.line, it.function)),
        );
        told.extend(
            module
                .public
                .iter()
                .map(|it| format!("all {}", it.join(" "))),
        );
        if module.is_broken {
            told.push("broken".to_owned());
        }
        told.join("\n")
    }

    #[test]
    fn functions_have_their_parameters_with_lines() {
        assert_snapshot!(check("def f(a, /, b=(1, ')'), *c, rng: int = None, **d): ...\n"), @"f@1(a@1 b@1 rng@1) []");
        assert_snapshot!(check("class C:\n    @a.b('x')\n    @c\n    async def m(\n        self,\n        # seed\n        rng,\n    ): ...\n    class D:\n        def n(s): pass\n"), @r#"
        C.m@4(self@5 rng@7) ["a.b", "c"]
        C.D.n@10(s@10) []
        "#);
        assert_snapshot!(check("if x:\n    def f(a): ...\nelif y:\n    pass\nelse:\n    try:\n        def g(b): ...\n    except E:\n        def h(c): ...\n    finally:\n        with x:\n            def i(d): ...\n"), @r#"
        f@2(a@2) []
        g@7(b@7) []
        h@9(c@9) []
        i@12(d@12) []
        "#);
        assert_snapshot!(check("def f():\n    def g(seed): ...\nx = 'def h(seed): ...'\n# def i(seed): ...\n"), @"f@1() []");
    }

    #[test]
    fn imports_calls_and_public_names_are_told_apart() {
        assert_snapshot!(check("import a.b, c as d\nfrom . import e\nfrom ..f import g as h\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import t\ntry:\n    import u\nexcept ImportError:\n    u = None\n"), @r#"
        import@1 a.b - as a
        import@1 c - as d
        import@2 . e as e
        import@3 ..f g as h
        import@4 typing TYPE_CHECKING as TYPE_CHECKING
        import@8 u - as u
        "#);
        assert_snapshot!(check("a, b = x.y(1)\nz(2)\nw: int = v()\n__all__ = ['f', 'g']\n__all__ += ['h']\n"), @r#"
        call@1 x.y
        call@2 z
        call@3 v
        all f g h
        "#);
        assert_snapshot!(check("__all__ = ['f'] + other\n"), @"");
        assert_snapshot!(check("__all__ = ('f',)\n__all__ += other\n"), @"");
        assert_snapshot!(check("def __getattr__(name):\n    import a\n    if b:\n        from .c import d\n    return a\ndef g():\n    return importlib.import_module('x')\ndef h(): return 'import x'\n"), @r#"
        __getattr__@1(name@1) [] imports a imports .c
        g@6() [] imports by name
        h@8() []
        "#);
    }

    #[test]
    fn what_is_no_python_costs_itself() {
        assert_snapshot!(check("def f(a): ...\nprint 'two'\ndef g(b): ...\n"), @r#"
        f@1(a@1) []
        g@3(b@3) []
        broken
        "#);
        assert_snapshot!(check(&"(".repeat(100_000)), @"error: nested deeper than 1000 levels");
        assert_snapshot!(check(&format!("x = {}1", "1+".repeat(100_000))), @"error: nested deeper than 1000 levels");
        assert_snapshot!(check(&" ".repeat(MAX_TEXT + 1)), @"error: larger than 1048576 bytes");
        assert_snapshot!(check(""), @"");
    }

    /// The deepest trees that the bound lets in fit on the stack of a thread of tests.
    #[test]
    fn what_is_let_in_fits_on_the_stack() {
        for part in [
            "(",
            "[",
            "{",
            "1+",
            "not ",
            "-",
            "lambda: ",
            "a if b else ",
            "f'{",
            "x.",
            "()",
            "async ",
            "await ",
            "with a: ",
            "match a: ",
            "class A: ",
            "a[",
            "a:",
            "**",
            "if a: ",
        ] {
            for count in [100, 400, depth::MAX_DEPTH] {
                drop(parse(&part.repeat(count)));
            }
        }
        let nested: String = (0..300).map(|it| " ".repeat(it) + "if a:\n").collect();
        drop(parse(&nested));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r##"(def |class |lambda |import |from |with |match |case |async |if |else|try|for |in |rng|[(),:;\n '"#\[\]{}=+.*é@\\ ]|f'|    )*{0,60}"##) {
            check(&text);
        }
    }
}
