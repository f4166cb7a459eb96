//! What the repository's own Python code shows about SPEC 1 and SPEC 7: how submodules are loaded, how randomness is asked for.
//!
//! No syntax tree: signatures of functions are found by their brackets, with comments and texts left out.

use std::path::Path;

use memchr::memmem;

use super::Reader;

/// How many files of a package are read.
const MAX_SOURCES: usize = 8_000;

/// How many bytes of them.
const MAX_BYTES: usize = 64 << 20;

/// How many parameters are kept.
const MAX_PARAMETERS: usize = 5_000;

/// Folders of a repository that are no part of what users import.
const BESIDE: [&str; 16] = [
    "tests",
    "test",
    "testing",
    "benchmarks",
    "examples",
    "doc",
    "docs",
    "tools",
    "scripts",
    "_vendor",
    "vendored",
    "externals",
    "extern",
    "_build_utils",
    "conftest",
    "_external",
];

/// What the code shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The outermost `__init__.py` of each package.
    pub packages: Vec<PackageSource>,
    /// Parameters of public functions by which randomness is asked for.
    pub seeds: Vec<SeedParameter>,
    /// Whether not everything could be read within the bounds.
    pub is_cut: bool,
}

/// The outermost module of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageSource {
    /// Its file.
    pub file: String,
    /// How many packages lie directly in it.
    pub submodules: usize,
    /// How it loads them lazily, with the line.
    pub lazy: Option<(Lazy, u32)>,
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
    /// A `__getattr__` of the module.
    Getattr,
}

/// A parameter by which randomness is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeedParameter {
    /// The file.
    pub file: String,
    /// The line of the function.
    pub line: u32,
    /// The function.
    pub function: String,
    /// Its parameter: `rng`, `random_state` or `seed`.
    pub name: &'static str,
}

/// Names of parameters, the recommended first.
pub const PARAMETERS: [&str; 3] = ["rng", "random_state", "seed"];

pub(super) fn read(reader: &mut Reader<'_>, name: Option<&str>) -> Sources {
    let roots = roots(reader.files, name);
    let mut sources = Sources::default();
    for root in &roots {
        let file = format!("{root}/__init__.py");
        let Some(text) = reader.text(&file) else {
            continue;
        };
        let below = |path: &&String| {
            let rest = path
                .strip_prefix(root.as_str())
                .and_then(|rest| rest.strip_prefix('/'));
            rest.is_some_and(|rest| {
                rest.matches('/').count() == 1
                    && rest.ends_with("/__init__.py")
                    && !rest.starts_with(['_', 't'])
            })
        };
        sources.packages.push(PackageSource {
            submodules: reader.files.iter().filter(below).count(),
            lazy: lazy(&text),
            has_stub: reader.has(&format!("{file}i")),
            file,
        });
    }
    let files: Vec<&String> = reader
        .files
        .iter()
        .filter(|path| is_public_source(path, &roots))
        .collect();
    let mut left = MAX_BYTES;
    for (number, path) in files.into_iter().enumerate() {
        if number >= MAX_SOURCES || left == 0 || sources.seeds.len() >= MAX_PARAMETERS {
            sources.is_cut = true;
            break;
        }
        let Some(text) = reader.text(path) else {
            continue;
        };
        left = left.saturating_sub(text.len());
        sources.seeds.extend(seeds(path, &text));
    }
    sources
}

/// The folders of the packages of a repository: at its top, or in `src`, `lib` or `python`; where one has the project's
/// name, that one only.
fn roots(files: &[String], name: Option<&str>) -> Vec<String> {
    let folder = |path: &String| {
        let folder = path.strip_suffix("/__init__.py")?;
        let name = last_of(folder);
        let is_top =
            !name.contains('/') && !BESIDE.contains(&name) && !name.starts_with(['.', '_']);
        is_top.then(|| folder.to_owned())
    };
    let all: Vec<String> = files.iter().filter_map(folder).collect();
    let name = name
        .unwrap_or_default()
        .to_lowercase()
        .replace(['-', '.'], "_");
    let own: Vec<String> = all
        .iter()
        .filter(|root| last_of(root).to_lowercase() == name)
        .cloned()
        .collect();
    if own.is_empty() { all } else { own }
}

fn last_of(folder: &str) -> &str {
    let tops = ["src/", "lib/", "python/"];
    tops.iter()
        .find_map(|top| folder.strip_prefix(top))
        .unwrap_or(folder)
}

fn is_public_source(path: &str, roots: &[String]) -> bool {
    let rest = roots
        .iter()
        .find_map(|root| path.strip_prefix(root.as_str())?.strip_prefix('/'));
    rest.is_some_and(|rest| is_python(rest) && !rest.split('/').any(is_beside))
}

fn is_python(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|ending| ending == "py")
}

/// Tests, what is of others, and folders that are marked as private.
fn is_beside(part: &str) -> bool {
    let is_private = part.starts_with('_') && !part.contains('.');
    is_private || BESIDE.contains(&part) || part.starts_with("test_")
}

fn lazy(text: &str) -> Option<(Lazy, u32)> {
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.split('#').next().unwrap_or_default();
        let found = if code.contains("attach_stub(") {
            Lazy::Stub
        } else if code.contains("attach(")
            && (code.contains("lazy") || text.contains("lazy_loader"))
        {
            Lazy::Attach
        } else if code.starts_with("def __getattr__(") && text.contains("import_module") {
            Lazy::Getattr
        } else {
            continue;
        };
        return Some((found, number));
    }
    None
}

/// The parameters of a module's public functions by which randomness is asked for.
fn seeds(path: &str, text: &str) -> Vec<SeedParameter> {
    let bytes = text.as_bytes();
    if !PARAMETERS
        .iter()
        .any(|name| memmem::find(bytes, name.as_bytes()).is_some())
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut line = 1_u32;
    let mut counted = 0;
    for at in memmem::find_iter(bytes, b"def ") {
        let between = bytes.get(counted..at).unwrap_or_default();
        line = line.saturating_add(
            u32::try_from(memchr::memchr_iter(b'\n', between).count()).unwrap_or_default(),
        );
        counted = at;
        let start = bytes
            .get(..at)
            .and_then(|before| memchr::memrchr(b'\n', before))
            .map_or(0, |it| it.saturating_add(1));
        let indent = bytes.get(start..at).unwrap_or_default();
        if !indent.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let Some((function, parameters)) =
            signature(text.get(at.saturating_add(4)..).unwrap_or_default())
        else {
            continue;
        };
        let is_public = !function.starts_with('_') || function == "__init__";
        let name = PARAMETERS
            .into_iter()
            .find(|name| parameters.iter().any(|it| it == name));
        if let Some(name) = name.filter(|_| is_public) {
            found.push(SeedParameter {
                file: path.to_owned(),
                line,
                function: function.to_owned(),
                name,
            });
        }
    }
    found
}

/// The longest signature that is read.
const MAX_SIGNATURE: usize = 16 << 10;

/// The name of a function, and the names of its parameters.
fn signature(text: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = text.split_once('(')?;
    let name = name.split('[').next().unwrap_or_default().trim();
    if name.is_empty() || !name.chars().all(|it| it.is_alphanumeric() || it == '_') {
        return None;
    }
    let (mut depth, mut start, mut names) = (0_usize, 0_usize, Vec::new());
    let mut quote: Option<char> = None;
    let mut in_comment = false;
    for (at, character) in rest.char_indices() {
        if at > MAX_SIGNATURE {
            return None;
        }
        if in_comment {
            in_comment = character != '\n';
            if !in_comment
                && depth == 0
                && rest
                    .get(start..at)
                    .is_some_and(|it| it.trim_start().starts_with('#'))
            {
                start = at;
            }
            continue;
        }
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '#') => in_comment = true,
            (None, '(' | '[' | '{') => depth = depth.saturating_add(1),
            (None, ')') if depth == 0 => {
                names.extend(rest.get(start..at).and_then(parameter));
                return Some((name, names));
            }
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                names.extend(rest.get(start..at).and_then(parameter));
                start = at.saturating_add(1);
            }
            _ => {}
        }
    }
    None
}

fn parameter(text: &str) -> Option<&str> {
    let text = text.trim();
    let end = text
        .find(|it: char| !(it.is_alphanumeric() || it == '_'))
        .unwrap_or(text.len());
    text.get(..end).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str) -> String {
        let found = seeds("a.py", text);
        let shown: Vec<String> = found
            .iter()
            .map(|it| format!("{}:{} {}", it.line, it.function, it.name))
            .collect();
        shown.join(", ")
    }

    #[test]
    fn parameters_are_found_in_signatures_only() {
        insta::assert_snapshot!(check("def f(a, *, random_state=None):\n  pass\n\nclass C:\n    def __init__(\n        self,\n        # seed\n        rng: int = f(1, (2)),\n    ): ...\n"), @"1:f random_state, 5:__init__ rng");
        insta::assert_snapshot!(check("def f(a='seed', b=\")\", c=[')']):\n  seed = 1\ndef _g(seed): ...\n# def h(seed):\n"), @"");
        insta::assert_snapshot!(check("async def f(seed): ...\nx = 'def g(seed)'\n"), @"");
        assert_eq!(
            lazy(
                "import lazy_loader as lazy\n__getattr__, *_ = lazy.attach_stub(__name__, __file__)\n"
            ),
            Some((Lazy::Stub, 2))
        );
        assert_eq!(
            lazy("def __getattr__(name):\n    return import_module(name)\n"),
            Some((Lazy::Getattr, 1))
        );
        assert_eq!(lazy("x.attach(y)\n"), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r##"(def |seed|rng|[(),:\n '"#\[\]=éa])*{0,40}"##) {
            check(&text);
        }
    }
}
