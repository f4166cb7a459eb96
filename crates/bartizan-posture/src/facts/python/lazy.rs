//! How the outermost module of a package loads its subpackages.

use bartizan_formats::python_code::{self, Function, Import, Module};

use super::Sources;
use crate::facts::Reader;

/// How many eager imports are kept.
const MAX_EAGER: usize = 100;

/// The outermost module of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSource {
    /// Its file.
    pub file: String,
    /// The packages that lie directly in it, but for private ones and tests; sorted.
    pub submodules: Vec<String>,
    /// How it loads them lazily, with the line.
    pub lazy: Option<(Lazy, u32)>,
    /// Those that it imports itself, with the line.
    pub eager: Vec<(String, u32)>,
    /// Whether a stub lies beside it.
    pub has_stub: bool,
}

/// How submodules are loaded when they are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lazy {
    /// `lazy_loader.attach_stub`.
    Stub,
    /// `lazy_loader.attach`.
    Attach,
    /// A `__getattr__` of the module that imports.
    Getattr,
}

pub(super) fn read(reader: &mut Reader<'_>, root: &str, sources: &mut Sources) {
    let file = format!("{root}/__init__.py");
    let Some(text) = reader.text(&file) else {
        return;
    };
    let module = python_code::parse(&text).unwrap_or_else(|error| {
        sources.gaps.push((file.clone(), error.to_string()));
        Module {
            is_broken: true,
            ..Module::default()
        }
    });
    let submodules = submodules(reader.files, root);
    let name = root.rsplit('/').next().unwrap_or(root);
    sources.packages.push(PackageSource {
        lazy: lazy(&module, name),
        eager: eager(&module, name, &submodules),
        has_stub: reader.has(&format!("{file}i")),
        submodules,
        file,
    });
}

fn submodules(files: &[String], root: &str) -> Vec<String> {
    let below = |path: &String| {
        let rest = path.strip_prefix(root)?.strip_prefix('/')?;
        let name = rest.strip_suffix("/__init__.py")?;
        let is_own = !name.contains('/') && !name.starts_with('_');
        (is_own && !matches!(name, "test" | "tests" | "testing")).then(|| name.to_owned())
    };
    files.iter().filter_map(below).collect()
}

fn lazy(module: &Module, package: &str) -> Option<(Lazy, u32)> {
    let by_call = module.calls.iter().find_map(|call| {
        let kind = match call.function.rsplit('.').next()? {
            "attach_stub" => Lazy::Stub,
            "attach" => Lazy::Attach,
            _ => return None,
        };
        let first = call.function.split('.').next()?;
        comes_from_loader(module, first).then_some((kind, call.line))
    });
    by_call.or_else(|| {
        let mut functions = module.functions.iter();
        let own = functions.find(|it| it.name == "__getattr__" && loads(it, package))?;
        Some((Lazy::Getattr, own.line))
    })
}

/// Whether a function imports parts of its own package. The version of a distribution is none.
fn loads(function: &Function, package: &str) -> bool {
    let is_own = |it: &Import| {
        let rest = it.module.strip_prefix(package);
        it.level > 0 || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    function.imports_by_name || function.imports.iter().any(is_own)
}

/// Whether a name is bound by an import of `lazy_loader`, or of a copy of it that a project keeps.
fn comes_from_loader(module: &Module, name: &str) -> bool {
    let says_lazy = |it: &Import| {
        it.module.contains("lazy") || it.name.as_ref().is_some_and(|name| name.contains("lazy"))
    };
    module
        .imports
        .iter()
        .any(|it| it.binds == name && says_lazy(it))
}

/// The subpackages that a module imports by itself, whatever it does besides.
fn eager(module: &Module, package: &str, submodules: &[String]) -> Vec<(String, u32)> {
    let mut found: Vec<(String, u32)> = Vec::new();
    for import in &module.imports {
        let inner = match import.level {
            1 => Some(import.module.as_str()),
            0 if import.module == package => Some(""),
            0 => import
                .module
                .strip_prefix(package)
                .and_then(|rest| rest.strip_prefix('.')),
            _ => None,
        };
        let Some(inner) = inner else {
            continue;
        };
        let first = match inner.split('.').next() {
            Some("") | None => import.name.as_deref().unwrap_or_default(),
            Some(first) => first,
        };
        let is_known = found.iter().any(|(name, _)| name == first);
        if !is_known && submodules.iter().any(|it| it == first) && found.len() < MAX_EAGER {
            found.push((first.to_owned(), import.line));
        }
    }
    found
}
