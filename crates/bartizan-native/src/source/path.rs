//! Paths within a tree, with `/` between folders, and what their names say.

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FileKind {
    /// C, C++, assembler and templates of them.
    C,
    /// Fortran of any form.
    Fortran,
    /// Python.
    Python,
    /// Cython: wrappers, which are no component by themselves.
    Cython,
    /// Scripts for browsers, which documentation carries.
    Script,
    /// A notice, a read-me, a licence.
    Text,
    /// Anything else.
    Other,
}

const C: [&str; 16] = [
    "c", "h", "cc", "cpp", "cxx", "c++", "hh", "hpp", "hxx", "inl", "ipp", "tpp", "s", "asm", "cu",
    "cuh",
];
const FORTRAN: [&str; 8] = ["f", "for", "ftn", "f77", "f90", "f95", "f03", "f08"];
const TEMPLATES: [&str; 6] = ["src", "in", "tp", "templ", "tmpl", "inc"];

/// Folders whose content is no part of what is built: it says nothing of what is carried.
const ASIDE: [&str; 17] = [
    "test",
    "tests",
    "test cases",
    "manual tests",
    "failing tests",
    "unittest",
    "unittests",
    "test_data",
    "testdata",
    "example",
    "examples",
    "_examples",
    "samples",
    "fuzz",
    "fuzzing",
    "packagecache",
    "packagefiles",
];

/// The file's name without its folders.
pub(super) fn base(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, base)| base)
}

/// The folder that it lies in; of the root, nothing.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path below a folder; the folder may be the root.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Whether a path is a folder or lies in it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The name up to its first full stop that is not its first letter.
pub(super) fn stem(name: &str) -> &str {
    let dot = name
        .char_indices()
        .skip(1)
        .find(|(_, letter)| *letter == '.');
    dot.and_then(|(end, _)| name.get(..end)).unwrap_or(name)
}

/// Names are compared without case and separators: `UNU.RAN` and `unuran` are one.
pub(super) fn fold(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether it lies in a folder of tests or examples.
pub(super) fn is_aside(path: &str) -> bool {
    let mut folders = folder(path).split('/');
    folders.any(|part| ASIDE.iter().any(|aside| part.eq_ignore_ascii_case(aside)))
}

/// What a file is, by its name. Of a template it is what is made from it: `npy_math.c.src` is C.
pub(super) fn kind(path: &str) -> FileKind {
    let name = base(path).to_ascii_lowercase();
    let mut parts = name.rsplit('.').take(3);
    let mut extension = parts.next().unwrap_or_default();
    if TEMPLATES.contains(&extension)
        && let Some(inner) = parts.next().filter(|inner| is_code(inner))
    {
        extension = inner;
    }
    if name == stem(&name) || ["md", "txt", "rst"].contains(&extension) {
        return FileKind::Text;
    }
    match extension {
        "py" | "pyi" => FileKind::Python,
        "pyx" | "pxd" | "pxi" => FileKind::Cython,
        "js" => FileKind::Script,
        "scipy" | "bsd" => FileKind::Text,
        "inc" => FileKind::C,
        _ if C.contains(&extension) => FileKind::C,
        _ if FORTRAN.contains(&extension) => FileKind::Fortran,
        _ => FileKind::Other,
    }
}

fn is_code(extension: &str) -> bool {
    C.contains(&extension)
        || FORTRAN.contains(&extension)
        || ["pyx", "pxd", "pxi", "py"].contains(&extension)
}

/// Whether a file's name says that it is a licence.
pub(super) fn is_licence(name: &str) -> bool {
    let folded = name.to_ascii_lowercase();
    let is_code = !matches!(kind(name), FileKind::Text | FileKind::Other);
    !is_code
        && ["licen", "copying", "copyright"]
            .iter()
            .any(|word| folded.contains(word))
}

/// Whether a text is about the folder that it lies in: documentation and news speak of anything.
pub(super) fn speaks_of_its_folder(file: &str) -> bool {
    let name = base(file);
    is_licence(name) || name.to_ascii_lowercase().starts_with("readme")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_file_is() {
        let kinds = [
            ("a/b.c.src", FileKind::C),
            ("a/b.h.in", FileKind::C),
            ("x.F90", FileKind::Fortran),
            ("x.pyx.tp", FileKind::Cython),
            ("six.py", FileKind::Python),
            ("README", FileKind::Text),
            ("a.d/LICENSE", FileKind::Text),
            (".hidden", FileKind::Text),
            ("a.png", FileKind::Other),
            ("", FileKind::Text),
        ];
        for (path, expected) in kinds {
            assert_eq!(kind(path), expected, "{path}");
        }
    }

    #[test]
    fn places_and_names() {
        assert!(is_within("a/b/c", "a/b") && is_within("a", "") && !is_within("a/bc", "a/b"));
        assert!(is_aside("a/test cases/x.c") && !is_aside("tests.c") && !is_aside("testing/x.c"));
        assert!(is_licence("dragon4_LICENSE.txt") && !is_licence("license.py"));
        assert_eq!(
            (stem("a.min.js"), stem(".x.y"), fold("L-BFGS-B")),
            ("a", ".x", "lbfgsb".to_owned())
        );
    }
}
