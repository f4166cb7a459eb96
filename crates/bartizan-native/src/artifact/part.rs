//! What a file is to us by its name, and whether its first bytes are those of machine code.

use crate::source::vendored_python;

/// What a file of an artifact is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The metadata of a wheel or source distribution.
    Metadata,
    /// The index of a conda package.
    CondaIndex,
    /// A bill of materials.
    Sbom,
    /// A module, metadata or a list below a folder of vendored Python packages.
    Python,
    /// Anything that may hold machine code.
    Any,
    /// Text and data, by the ending of the name.
    Other,
}

/// Endings of what is no machine code. What is not named here is told by its first bytes.
const OTHERS: &[&str] = &[
    "py", "pyc", "pyi", "pyx", "pxd", "pxi", "txt", "md", "rst", "json", "h", "hpp", "hh", "inc",
    "c", "cc", "cpp", "cxx", "cu", "cuh", "f", "f90", "for", "html", "css", "js", "mjs", "ts",
    "map", "png", "jpg", "jpeg", "gif", "svg", "ico", "pdf", "ttf", "otf", "woff", "woff2", "afm",
    "csv", "tsv", "npy", "npz", "gz", "bz2", "xz", "zip", "xml", "yaml", "yml", "toml", "cfg",
    "ini", "in", "po", "mo", "ipynb", "pkl", "mat", "parquet", "fits", "hdf5", "nc", "wav", "tif",
    "tiff", "cmake", "tcl", "typed", "tmpl", "sh", "bat",
];

/// Names of bills of materials that stand beside the metadata or the data of a library that brought its own.
const SBOM_ENDINGS: [&str; 3] = [".cdx.json", ".spdx.json", ".cyclonedx.json"];

impl Part {
    /// By the path in the artifact.
    pub(super) fn of(path: &str) -> Self {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let last = folder.rsplit('/').next().unwrap_or_default();
        if is_sbom(folder, name) {
            return Self::Sbom;
        }
        match name {
            "METADATA" if folder == last && last.ends_with(".dist-info") => return Self::Metadata,
            "PKG-INFO" if folder == last => return Self::Metadata,
            "index.json" if folder == "info" => return Self::CondaIndex,
            _ if vendored_python::is_interesting(path) => return Self::Python,
            _ => {}
        }
        match name.rsplit_once('.') {
            Some((_, ending)) if OTHERS.contains(&ending) => Self::Other,
            _ if last.ends_with(".dist-info") => Self::Other,
            _ => Self::Any,
        }
    }
}

/// The folder for bills in a package of conda, as rattler-build fills it.
pub(super) const BILLS_OF_CONDA: &str = "info/sboms";

/// Whether a file is a bill of materials: in the folder for them ([PEP 770](https://peps.python.org/pep-0770/)), or by
/// the ending of its name anywhere, as package managers of C and C++ leave them.
fn is_sbom(folder: &str, name: &str) -> bool {
    let mut folders = folder.split('/');
    let in_folder = folders.any(|part| part.ends_with(".dist-info"))
        && folders.next() == Some("sboms")
        && !name.is_empty();
    let of_conda = folder == BILLS_OF_CONDA && !name.is_empty();
    in_folder || of_conda || SBOM_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file begins as machine code does: ELF, Mach-O, PE.
pub(super) fn is_machine_code(head: &[u8]) -> bool {
    match head {
        [0x7f, b'E', b'L', b'F', ..]
        | [b'M', b'Z', ..]
        | [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..]
        | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => true,
        // A class of Java begins in the same way; what follows is a version that is higher than there are machines.
        [0xca, 0xfe, 0xba, 0xbe | 0xbf, 0, 0, 0, count, ..] => *count < 30,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_worth_reading() {
        let check = |path: &str| format!("{:?}", Part::of(path));
        assert_eq!(check("a-1.0.dist-info/METADATA"), "Metadata");
        assert_eq!(check("a-1.0/PKG-INFO"), "Metadata");
        assert_eq!(check("a/METADATA"), "Any");
        assert_eq!(check("a-1.0.dist-info/sboms/x.json"), "Sbom");
        assert_eq!(check("env/a-1.0.dist-info/sboms/x/y.json"), "Sbom");
        assert_eq!(check("a/data/vcpkg.spdx.json"), "Sbom");
        assert_eq!(check("a/sboms/x.json"), "Other");
        assert_eq!(check("info/sboms/x.json"), "Sbom");
        assert_eq!(check("lib/info/sboms/x.json"), "Other");
        assert_eq!(check("a-1.0.dist-info/RECORD"), "Other");
        assert_eq!(check("info/index.json"), "CondaIndex");
        assert_eq!(check("a/b.cpython-312-x86_64-linux-gnu.so"), "Any");
        assert_eq!(check("a.libs/libz-1a2b.so.1.3"), "Any");
        assert_eq!(check("a-1.0.data/scripts/tool"), "Any");
        assert_eq!(check("a/b.py"), "Other");
        assert_eq!(check("a/_vendor/b/__init__.py"), "Python");
        assert_eq!(check("a/_vendor/b-1.0.dist-info/METADATA"), "Python");
        assert_eq!(check("a/_vendor/b/c.so"), "Any");
    }

    #[test]
    fn machine_code_is_told_by_its_beginning() {
        assert!(is_machine_code(b"\x7fELF\x02") && is_machine_code(b"MZ\x90"));
        assert!(is_machine_code(&[0xcf, 0xfa, 0xed, 0xfe]));
        assert!(is_machine_code(&[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]));
        assert!(!is_machine_code(&[0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52]));
        assert!(!is_machine_code(b"") && !is_machine_code(b"#!/bin/sh"));
    }
}
