//! By which parameter public functions ask for randomness.

use bartizan_formats::python_code::{Function, Module};
use memchr::memmem;

/// A parameter by which randomness is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeedParameter {
    /// The file.
    pub file: String,
    /// The line of the parameter.
    pub line: u32,
    /// The function, with the classes around it.
    pub function: String,
    /// Its parameter: `rng`, `random_state` or `seed`.
    pub name: &'static str,
}

/// Names of parameters, the recommended first.
pub const PARAMETERS: [&str; 3] = ["rng", "random_state", "seed"];

/// Whether a text may hold such a parameter, so that it is worth a syntax tree.
pub(super) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut names = PARAMETERS.iter();
    names.any(|name| memmem::find(bytes, name.as_bytes()).is_some())
}

/// The parameters of a module's public functions by which randomness is asked for. One that takes `rng` counts as that,
/// whatever else it takes for a while.
pub(super) fn of(path: &str, module: &Module) -> Vec<SeedParameter> {
    let public = module.functions.iter().filter(|it| is_public(it, module));
    let seeds = public.filter_map(|function| {
        let (name, parameter) = PARAMETERS.into_iter().find_map(|name| {
            let parameter = function.parameters.iter().find(|it| it.name == name)?;
            Some((name, parameter))
        })?;
        Some(SeedParameter {
            file: path.to_owned(),
            line: parameter.line,
            function: function.name.clone(),
            name,
        })
    });
    seeds.collect()
}

/// Whether users call a function: no part of its name is private, and where the module lists what is public, it is listed.
fn is_public(function: &Function, module: &Module) -> bool {
    let mut parts = function.name.split('.');
    let is_open =
        |part: &str| !part.starts_with('_') || matches!(part, "__init__" | "__call__" | "__new__");
    let first = parts.next().unwrap_or_default();
    let is_setter = function.decorators.iter().any(|it| it.ends_with(".setter"));
    let is_listed = module
        .public
        .as_ref()
        .is_none_or(|all| all.iter().any(|it| it == first));
    !is_setter && is_listed && is_open(first) && parts.all(is_open)
}
