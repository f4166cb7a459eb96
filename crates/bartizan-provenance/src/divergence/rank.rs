//! How much a file matters that nothing explains.

use bartizan_model::severity::SeverityLevel;

use crate::checks::{
    Check, UNEXPLAINED_BINARY, UNEXPLAINED_BUILD_SCRIPT, UNEXPLAINED_CODE, UNEXPLAINED_DATA,
    UNEXPLAINED_METADATA,
};

/// What a file is to whoever installs or builds it, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Code that runs once it is installed.
    Code,
    /// What runs, or says what runs, while it is built.
    BuildScript,
    /// Bytes that nobody reads: the payload of a back door looks like that.
    Binary,
    /// Texts, pictures.
    Data,
    /// What only tools read of the artifact itself.
    Metadata,
}

/// Endings of code.
const CODE: [&str; 33] = [
    ".py", ".pyx", ".pxd", ".pxi", ".pyc", ".pyo", ".pth", ".c", ".h", ".cc", ".hh", ".cpp",
    ".hpp", ".cxx", ".hxx", ".cu", ".cuh", ".f", ".f90", ".f95", ".for", ".rs", ".go", ".js",
    ".mjs", ".ts", ".so", ".pyd", ".dll", ".dylib", ".exe", ".a", ".jar",
];

/// Endings of what builds.
const BUILD: [&str; 16] = [
    ".m4", ".am", ".ac", ".cmake", ".mk", ".mak", ".sh", ".bash", ".bat", ".cmd", ".ps1", ".bzl",
    ".gyp", ".pro", ".pl", ".awk",
];

/// Names of what builds.
const BUILD_NAMES: [&str; 31] = [
    "setup.py",
    "setup.cfg",
    "pyproject.toml",
    "meson.build",
    "meson.options",
    "meson_options.txt",
    "CMakeLists.txt",
    "configure",
    "configure.in",
    "aclocal.m4",
    "Makefile",
    "GNUmakefile",
    "makefile",
    "Makefile.in",
    "config.guess",
    "config.sub",
    "config.rpath",
    "install-sh",
    "missing",
    "depcomp",
    "compile",
    "test-driver",
    "ylwrap",
    "mkinstalldirs",
    "build.rs",
    "Cargo.toml",
    "Cargo.lock",
    "SConstruct",
    "BUILD",
    "WORKSPACE",
    "MANIFEST.in",
];

/// Endings of pictures, letters and documents, which have a form of their own.
const MEDIA: [&str; 16] = [
    ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".bmp", ".tif", ".tiff", ".ttf", ".otf",
    ".woff", ".woff2", ".pdf", ".gmo", ".mo",
];

impl Rank {
    /// What a file is, by its name and what its bytes are.
    pub(super) fn of(path: &str, is_binary: bool, head: &[u8]) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let has = |endings: &[&str]| {
            let small = name.to_ascii_lowercase();
            endings.iter().any(|ending| small.ends_with(ending))
        };
        let is_metadata = path
            .split('/')
            .any(|part| part.ends_with(".dist-info") || part.ends_with(".egg-info"));
        if is_metadata || name == "PKG-INFO" {
            return match name {
                "entry_points.txt" => Self::Code,
                "dependency_links.txt" => Self::BuildScript,
                _ if has(&CODE) || is_machine_code(head) => Self::Code,
                _ => Self::Metadata,
            };
        }
        if BUILD_NAMES.contains(&name) || has(&BUILD) {
            return Self::BuildScript;
        }
        let is_script = path.contains(".data/scripts/") || head.starts_with(b"#!");
        if has(&CODE) || is_script || is_machine_code(head) || name.contains(".so.") {
            return Self::Code;
        }
        if is_binary && !has(&MEDIA) {
            return Self::Binary;
        }
        Self::Data
    }

    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::BuildScript => "build-script",
            Self::Binary => "binary",
            Self::Data => "data",
            Self::Metadata => "metadata",
        }
    }

    /// It in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::BuildScript => "build script",
            Self::Binary => "binary file",
            Self::Data => "data",
            Self::Metadata => "metadata",
        }
    }

    /// The check that speaks of such a file.
    pub fn check(self) -> &'static Check {
        match self {
            Self::Code => &UNEXPLAINED_CODE,
            Self::BuildScript => &UNEXPLAINED_BUILD_SCRIPT,
            Self::Binary => &UNEXPLAINED_BINARY,
            Self::Data => &UNEXPLAINED_DATA,
            Self::Metadata => &UNEXPLAINED_METADATA,
        }
    }

    /// How much it matters.
    pub fn severity(self) -> SeverityLevel {
        self.check().severity
    }
}

/// Whether bytes begin as programs and libraries do: ELF, Mach-O, PE, archives of objects.
pub(super) fn is_machine_code(head: &[u8]) -> bool {
    let magics: [&[u8]; 8] = [
        b"\x7fELF",
        b"MZ",
        b"!<arch>\n",
        &[0xfe, 0xed, 0xfa, 0xce],
        &[0xfe, 0xed, 0xfa, 0xcf],
        &[0xce, 0xfa, 0xed, 0xfe],
        &[0xcf, 0xfa, 0xed, 0xfe],
        &[0xca, 0xfe, 0xba, 0xbe],
    ];
    magics.iter().any(|magic| head.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_comes_first() {
        let check = |path: &str| Rank::of(path, false, b"");
        for (path, rank) in [
            ("lab/a.py", Rank::Code),
            ("lab/libx.so.1", Rank::Code),
            ("lab-1.data/scripts/run", Rank::Code),
            ("lab-1.dist-info/entry_points.txt", Rank::Code),
            ("setup.py", Rank::BuildScript),
            ("m4/build-to-host.m4", Rank::BuildScript),
            ("build-aux/config.guess", Rank::BuildScript),
            ("docs/a.rst", Rank::Data),
            ("PKG-INFO", Rank::Metadata),
            ("lab-1.dist-info/evil.py", Rank::Code),
        ] {
            assert_eq!(check(path), rank, "{path}");
        }
        assert_eq!(Rank::of("tests/bad.xz", true, b"\xfd7zXZ"), Rank::Binary);
        assert_eq!(Rank::of("docs/a.png", true, b"\x89PNG"), Rank::Data);
        assert_eq!(Rank::of("docs/a.png", true, b"\x7fELF"), Rank::Code);
        assert!(Rank::Code < Rank::BuildScript && Rank::BuildScript < Rank::Metadata);
    }
}
