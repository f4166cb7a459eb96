//! What an expression names, by whatever way.

use ruff_python_ast::{Expr, ExprCall, ExprSubscript};
use ruff_text_size::Ranged;

use super::{Bound, DEEPEST, File, Way, binding::elements};

/// A dotted name, and how it was come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    pub(super) way: Way,
}

/// How long a name may become.
const LONGEST: usize = 300;

/// Tables of all names of a module.
const TABLES: [&str; 6] = [
    "globals()",
    "locals()",
    "vars()",
    "__builtins__",
    "__dict__",
    "builtins.__dict__",
];

impl<'a> File<'a> {
    /// The dotted name of an expression; what a call gives ends with `()`.
    pub(super) fn name(&self, expression: &'a Expr, scope: usize, depth: u32) -> Option<Named> {
        if depth >= DEEPEST || !self.step() {
            return None;
        }
        match expression {
            Expr::Name(it) => {
                let id = it.id.as_str();
                let written = self.text.get(expression.range().to_std_range());
                let is_other = !id.is_empty() && written.is_some_and(|it| it != id);
                let mut named = self.name_of(id, scope, depth);
                if is_other {
                    named.way = Way::Pieces;
                }
                Some(named)
            }
            Expr::Attribute(it) => {
                let attribute = it.attr.as_str();
                let Some(of) = self.name(&it.value, scope, depth + 1) else {
                    return plain(&format!(".{attribute}"));
                };
                if attribute == "__call__" {
                    return Some(of);
                }
                member(&of, attribute, Way::Plain)
            }
            Expr::Call(it) => self.name_of_call(it, scope, depth),
            Expr::Subscript(it) => self.name_of_entry(it, scope, depth),
            Expr::Named(it) => self.name(&it.value, scope, depth + 1),
            Expr::Await(it) => self.name(&it.value, scope, depth + 1),
            _ => None,
        }
    }

    fn name_of(&self, id: &str, scope: usize, depth: u32) -> Named {
        if let Some((_, bounds)) = self.scopes.find(id, scope)
            && let Some(Bound::Value(value, at)) = bounds.first()
            && !matches!(value, Expr::Name(it) if it.id.as_str() == id)
            && let Some(named) = self.name(value, *at, depth + 1)
        {
            return named;
        }
        let imported = self.scopes.imports.get(id).map_or(id, String::as_str);
        Named {
            name: bare(imported).to_owned(),
            way: Way::Plain,
        }
    }

    fn name_of_call(&self, call: &'a ExprCall, scope: usize, depth: u32) -> Option<Named> {
        let function = self.name(&call.func, scope, depth + 1)?;
        let argument = |at: usize| call.arguments.args.get(at);
        let text = |at: usize| {
            let it = argument(at)?;
            Some((self.word(it, scope, depth + 1)?, way_of(it)))
        };
        let name = function.name.as_str();
        let found = match name {
            "getattr" => {
                let of = self.name(argument(0)?, scope, depth + 1);
                text(1)
                    .zip(of)
                    .and_then(|((word, way), of)| member(&of, &word, way))
            }
            "__import__" | "importlib.import_module" | "importlib.__import__" | "eval" => {
                text(0).map(|(word, way)| Named {
                    name: bare(&word).to_owned(),
                    way,
                })
            }
            "globals().get" | "locals().get" | "vars().get" | "sys.modules.get" => {
                text(0).map(|(word, way)| Named {
                    name: bare(&word).to_owned(),
                    way,
                })
            }
            "functools.partial" => self.name(argument(0)?, scope, depth + 1),
            _ => name.strip_suffix(".__getattribute__").and_then(|of| {
                let of = Named {
                    name: of.to_owned(),
                    way: function.way,
                };
                text(0).and_then(|(word, way)| member(&of, &word, way))
            }),
        };
        found.or_else(|| {
            Some(Named {
                name: bounded(format!("{name}()"))?,
                way: function.way,
            })
        })
    }

    fn name_of_entry(&self, it: &'a ExprSubscript, scope: usize, depth: u32) -> Option<Named> {
        let word = || {
            let word = self.word(&it.slice, scope, depth + 1)?;
            Some((word, way_of(&it.slice)))
        };
        // `vars(os)["system"]`
        if let Expr::Call(call) = &*it.value
            && matches!(&*call.func, Expr::Name(it) if it.id.as_str() == "vars")
            && let Some(of) = call.arguments.args.first()
        {
            let of = self.name(of, scope, depth + 1)?;
            return word().and_then(|(word, way)| member(&of, &word, way));
        }
        if let Some(named) = self.name_in_literal(it, scope, depth) {
            return Some(named);
        }
        let of = self.name(&it.value, scope, depth + 1)?;
        if let Some(owner) = of.name.strip_suffix(".__dict__")
            && let Some((word, way)) = word()
        {
            let owner = Named {
                name: owner.to_owned(),
                way: of.way,
            };
            return member(&owner, &word, way);
        }
        if (TABLES.contains(&of.name.as_str()) || of.name == "sys.modules")
            && let Some((word, way)) = word()
        {
            return Some(Named {
                name: bare(&word).to_owned(),
                way: way.max(of.way),
            });
        }
        plain(&format!("{}[]", of.name))
    }

    /// An element of a list that stands there, `[os.system][0]`, or an entry of a table with a name.
    fn name_in_literal(&self, it: &'a ExprSubscript, scope: usize, depth: u32) -> Option<Named> {
        let (value, scope, way) = match &*it.value {
            Expr::Name(name) => match self.scopes.only(&name.id, scope)? {
                Bound::Value(value, at) => (value, at, Way::Plain),
                _ => return None,
            },
            other => (other, scope, Way::Table),
        };
        let element = match value {
            Expr::List(_) | Expr::Tuple(_) => {
                let at = usize::try_from(self.number(&it.slice, None)?).ok()?;
                elements(value).get(at)
            }
            Expr::Dict(table) => {
                let key = self.word(&it.slice, scope, depth + 1)?;
                let is_it = |item: &&'a ruff_python_ast::DictItem| {
                    let found = item.key.as_ref().and_then(|it| self.text(it, scope, depth + 1));
                    found.as_ref() == Some(&key)
                };
                table.items.iter().find(is_it).map(|it| &it.value)
            }
            _ => None,
        };
        let mut named = self.name(element?, scope, depth + 1)?;
        named.way = named.way.max(way);
        Some(named)
    }

    /// A text that can be a dotted name.
    fn word(&self, expression: &'a Expr, scope: usize, depth: u32) -> Option<String> {
        let text = self.text(expression, scope, depth)?;
        let is_word = |it: &str| {
            !it.is_empty()
                && !it.starts_with(|it: char| it.is_ascii_digit())
                && it.chars().all(|it| it.is_alphanumeric() || it == '_')
        };
        (text.len() <= LONGEST && text.split('.').all(is_word)).then_some(text)
    }
}

/// By what way a text that is written so names something.
fn way_of(expression: &Expr) -> Way {
    match expression {
        Expr::StringLiteral(_) | Expr::Name(_) => Way::Table,
        _ => Way::Pieces,
    }
}

fn member(of: &Named, attribute: &str, way: Way) -> Option<Named> {
    let name = bounded(format!("{}.{attribute}", of.name))?;
    Some(Named {
        name: bare(&name).to_owned(),
        way: way.max(of.way),
    })
}

fn plain(name: &str) -> Option<Named> {
    Some(Named {
        name: bounded(name.to_owned())?,
        way: Way::Plain,
    })
}

fn bounded(name: String) -> Option<String> {
    (name.len() <= LONGEST).then_some(name)
}

/// A name without the module of built-in functions.
fn bare(name: &str) -> &str {
    let mut name = name;
    for of in ["builtins.", "__builtins__.", "__builtin__."] {
        name = name.strip_prefix(of).unwrap_or(name);
    }
    name
}
