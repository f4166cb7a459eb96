//! Native code: what an artifact carries of C, C++, Fortran and Rust, and how that is known.
//!
//! Python's metadata names none of it. A component of this kind is therefore never stated but concluded, so
//! it carries its evidence with it; what could not be concluded is a reason, not a guess.

use crate::{ecosystem::Package, problem::Problem, purl::Purl, version::VersionOrder};

/// What one artifact, environment or source tree holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contents {
    /// The file or directory, as the user wrote it.
    pub file: String,
    /// The Python package that carries it, where there is one.
    pub carrier: Option<Carrier>,
    /// The files of machine code, sorted by path.
    pub natives: Vec<NativeFile>,
    /// What is in it, sorted by name and version.
    pub components: Vec<NativeComponent>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// The package and version that an artifact is a build of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Carrier {
    /// The package.
    pub package: Package,
    /// The version as its metadata writes it.
    pub version: String,
}

/// A file of machine code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NativeFile {
    /// Its path within the artifact.
    pub path: String,
    /// Its format.
    pub format: ObjectFormat,
    /// The machines that it is for, as purl and wheels write them (`x86_64`, `aarch64`), sorted.
    pub architectures: Vec<String>,
    /// The name by which others ask for it: `DT_SONAME`, `LC_ID_DYLIB`, the name in a DLL's export table.
    pub soname: Option<String>,
    /// The libraries that it asks for, in its order.
    pub needed: Vec<NeededLibrary>,
    /// `NT_GNU_BUILD_ID`, `LC_UUID` or the PDB's GUID and age, in lower-case hexadecimal digits.
    pub build_id: Option<String>,
    /// The exported functions that tell a version, sorted.
    pub version_functions: Vec<String>,
    /// What the file is in its artifact.
    pub role: FileRole,
}

/// A library that a file asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NeededLibrary {
    /// The name that is asked for.
    pub name: String,
    /// Whether a file of the same artifact answers to it; otherwise it is expected from the system.
    pub is_carried: bool,
}

/// How machine code is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectFormat {
    /// Linux.
    Elf,
    /// macOS.
    MachO,
    /// Windows.
    Pe,
}

/// What a native file is in its artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRole {
    /// A library of others, put in by auditwheel, delocate, delvewheel or by hand.
    Vendored,
    /// A module that Python imports.
    Module,
    /// Anything else: a program, a plug-in, a library of the project itself.
    Other,
}

/// A library that is in an artifact or source tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NativeComponent {
    /// The name that people use: `libwebp`, `openssl`.
    pub name: String,
    /// The key of its entry in the table of libraries, where it has one.
    pub library: Option<String>,
    /// The version; `None` where it cannot be known, and then [`NativeComponent::reason`] says why.
    pub version: Option<String>,
    /// Why there is no version, or why one that was seen was not believed.
    pub reason: Option<String>,
    /// The package URL. For what a distribution built it is the distribution's package (`pkg:rpm/almalinux/openssl-libs@1.1.1k-15.el8_6`).
    pub purl: Option<Purl>,
    /// The vendor and product of its CPE 2.3 name, where the table knows them: `openssl:openssl`.
    pub cpe: Option<String>,
    /// How sure the version, or without one the identity, is.
    pub confidence: Confidence,
    /// Who built it.
    pub origin: Origin,
    /// How it is in the artifact.
    pub linkage: Linkage,
    /// The files that it is in, sorted.
    pub files: Vec<String>,
    /// What it is known from, the strongest first.
    pub evidence: Vec<NativeEvidence>,
}

/// A native component as part of an inventory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NativeLibrary {
    /// What was concluded of it.
    pub component: NativeComponent,
    /// How advisories speak of it; `None` where they know it by the package itself (a crate, a copied Python package).
    pub names: Option<LibraryNames>,
}

/// How advisories speak of a library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LibraryNames {
    /// The packages that it is to the sources that may speak of it, sorted: upstream's for what was built from
    /// upstream's source, the distribution's own for what a distribution built, never both.
    pub packages: Vec<Package>,
    /// The order of its versions.
    pub order: VersionOrder,
}

/// Native code of which no version, or not even a name, is known. Never clean.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownNative {
    /// The library, or the file where not even that is known.
    pub name: String,
    /// The package that carries it, as `name version`, or the file that was looked at.
    pub carrier: String,
    /// Why it is not known.
    pub reason: String,
    /// The files that it is in, sorted.
    pub files: Vec<String>,
}

/// How sure a conclusion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A file's name alone, or signals that contradict each other.
    Low,
    /// A unique text, or a map from a SONAME to a release.
    Medium,
    /// Stated by who built it, or returned by the library's own version function.
    High,
}

/// Who built a component, which decides whose advisories speak about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// From upstream's source: upstream's versions and advisories hold.
    SelfBuilt,
    /// By a distribution, which mends without changing upstream's version: only its own advisories hold.
    DistributionBuilt,
    /// It does not say.
    Unknown,
}

/// How a component is in what carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Linkage {
    /// A file of its own.
    Vendored,
    /// Linked into another file.
    Static,
    /// Source code, to be built.
    Source,
    /// A package of pure Python, copied into another.
    Python,
    /// Stated by an SBOM; no file was found that shows it.
    Stated,
}

/// One thing that a component is known from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NativeEvidence {
    /// What kind of thing; kinds are in the order of their strength.
    pub kind: EvidenceKind,
    /// The file, within the artifact.
    pub file: String,
    /// Where in the file: bytes from its start.
    pub offset: Option<u64>,
    /// Where in a file of text: a line, from 1.
    pub line: Option<u32>,
    /// What stands there: `WebPGetDecoderVersion returns 0x010301`.
    pub detail: String,
    /// The version that it speaks for, if any.
    pub version: Option<String>,
}

/// Kinds of evidence, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// An SBOM in the artifact.
    Sbom,
    /// What a distribution's packaging tools wrote into the file: its version and release.
    PackagingNote,
    /// A function of the library that returns its version.
    VersionFunction,
    /// A macro in the library's own header.
    VersionMacro,
    /// A submodule, a wrap, a fetched archive, a recipe's source: the pin that a source tree states.
    SourcePin,
    /// The metadata of a copied Python package, or its `__version__`.
    PackageMetadata,
    /// A text that only this library has.
    VersionText,
    /// The path of a crate's source in a panic message.
    CratePath,
    /// The version resource of a file for Windows.
    VersionResource,
    /// The SONAME, by the table of its releases.
    SonameRelease,
    /// The name of the file.
    FileName,
    /// Another library of the same release in the same artifact.
    Sibling,
    /// Functions or files that only this library has; they tell no version.
    Presence,
    /// A licence or notice that names it.
    Licence,
}

impl EvidenceKind {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sbom => "sbom",
            Self::PackagingNote => "packaging-note",
            Self::VersionFunction => "version-function",
            Self::VersionMacro => "version-macro",
            Self::SourcePin => "source-pin",
            Self::PackageMetadata => "package-metadata",
            Self::VersionText => "version-text",
            Self::CratePath => "crate-path",
            Self::VersionResource => "version-resource",
            Self::SonameRelease => "soname-release",
            Self::FileName => "file-name",
            Self::Sibling => "sibling",
            Self::Presence => "presence",
            Self::Licence => "licence",
        }
    }
}

impl Confidence {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl Origin {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::SelfBuilt => "self-built",
            Self::DistributionBuilt => "distribution-built",
            Self::Unknown => "unknown",
        }
    }
}

impl Linkage {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Vendored => "vendored",
            Self::Static => "static",
            Self::Source => "source",
            Self::Python => "python",
            Self::Stated => "stated",
        }
    }
}

impl ObjectFormat {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Elf => "elf",
            Self::MachO => "mach-o",
            Self::Pe => "pe",
        }
    }
}

impl FileRole {
    /// The name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::Vendored => "vendored",
            Self::Module => "module",
            Self::Other => "other",
        }
    }
}
