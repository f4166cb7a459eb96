//! The contents as JSON; `bartizan schema inspect` publishes its schema.

use bartizan_model::{
    native::{Carrier, Contents, NativeComponent, NativeEvidence, NativeFile, NeededLibrary},
    problem::Problem,
};
use serde::Serialize;

use super::{
    LookedInto,
    summary::{self, Summary},
};
use crate::{
    error::Failure,
    render::json::{SCHEMA_VERSION, to_text},
};

#[derive(Serialize)]
struct InspectJson<'a> {
    schema_version: u32,
    artifacts: Vec<ArtifactJson<'a>>,
    problems: Vec<ProblemJson<'a>>,
    summary: SummaryJson,
}

#[derive(Serialize)]
struct ArtifactJson<'a> {
    file: &'a str,
    package: Option<PackageJson<'a>>,
    components: Vec<ComponentJson<'a>>,
    natives: Vec<NativeJson<'a>>,
    unidentified: Vec<&'a str>,
    expected: Vec<&'a str>,
    problems: Vec<ProblemJson<'a>>,
}

#[derive(Serialize)]
struct PackageJson<'a> {
    ecosystem: &'a str,
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct ComponentJson<'a> {
    name: &'a str,
    version: Option<&'a str>,
    purl: Option<String>,
    cpe: Option<&'a str>,
    library: Option<&'a str>,
    confidence: &'static str,
    origin: &'static str,
    linkage: &'static str,
    reason: Option<&'a str>,
    files: &'a [String],
    evidence: Vec<EvidenceJson<'a>>,
}

#[derive(Serialize)]
struct EvidenceJson<'a> {
    kind: &'static str,
    file: &'a str,
    offset: Option<u64>,
    line: Option<u32>,
    detail: &'a str,
    version: Option<&'a str>,
}

#[derive(Serialize)]
struct NativeJson<'a> {
    path: &'a str,
    format: &'static str,
    role: &'static str,
    architectures: &'a [String],
    soname: Option<&'a str>,
    needed: Vec<NeededJson<'a>>,
    build_id: Option<&'a str>,
    version_functions: &'a [String],
}

#[derive(Serialize)]
struct NeededJson<'a> {
    name: &'a str,
    carried: bool,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    subject: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
}

#[derive(Serialize)]
struct SummaryJson {
    artifacts: usize,
    natives: usize,
    vendored: usize,
    components: usize,
    with_version: usize,
    unidentified: usize,
    problems: usize,
}

/// The text of the answer.
pub(super) fn text(looked_into: &LookedInto) -> Result<String, Failure> {
    let Summary {
        artifacts,
        natives,
        vendored,
        components,
        with_version,
        unidentified,
        problems,
    } = Summary::of(&looked_into.contents);
    to_text(&InspectJson {
        schema_version: SCHEMA_VERSION,
        artifacts: looked_into.contents.iter().map(ArtifactJson::of).collect(),
        problems: looked_into.problems.iter().map(ProblemJson::of).collect(),
        summary: SummaryJson {
            artifacts,
            natives,
            vendored,
            components,
            with_version,
            unidentified,
            problems: problems + looked_into.problems.len(),
        },
    })
}

impl<'a> ArtifactJson<'a> {
    fn of(contents: &'a Contents) -> Self {
        let unidentified = summary::unidentified(contents).into_iter();
        Self {
            file: &contents.file,
            package: contents.carrier.as_ref().map(PackageJson::of),
            components: contents.components.iter().map(ComponentJson::of).collect(),
            natives: contents.natives.iter().map(NativeJson::of).collect(),
            unidentified: unidentified.map(|file| file.path.as_str()).collect(),
            expected: summary::expected(contents).into_iter().collect(),
            problems: contents.problems.iter().map(ProblemJson::of).collect(),
        }
    }
}

impl<'a> PackageJson<'a> {
    fn of(carrier: &'a Carrier) -> Self {
        Self {
            ecosystem: carrier.package.ecosystem().as_str(),
            name: carrier.package.name(),
            version: &carrier.version,
        }
    }
}

impl<'a> ComponentJson<'a> {
    fn of(component: &'a NativeComponent) -> Self {
        Self {
            name: &component.name,
            version: component.version.as_deref(),
            purl: component.purl.as_ref().map(ToString::to_string),
            cpe: component.cpe.as_deref(),
            library: component.library.as_deref(),
            confidence: component.confidence.id(),
            origin: component.origin.id(),
            linkage: component.linkage.id(),
            reason: component.reason.as_deref(),
            files: &component.files,
            evidence: component.evidence.iter().map(EvidenceJson::of).collect(),
        }
    }
}

impl<'a> EvidenceJson<'a> {
    fn of(evidence: &'a NativeEvidence) -> Self {
        Self {
            kind: evidence.kind.id(),
            file: &evidence.file,
            offset: evidence.offset,
            line: evidence.line,
            detail: &evidence.detail,
            version: evidence.version.as_deref(),
        }
    }
}

impl<'a> NativeJson<'a> {
    fn of(file: &'a NativeFile) -> Self {
        let needed = |library: &'a NeededLibrary| NeededJson {
            name: &library.name,
            carried: library.is_carried,
        };
        Self {
            path: &file.path,
            format: file.format.id(),
            role: file.role.id(),
            architectures: &file.architectures,
            soname: file.soname.as_deref(),
            needed: file.needed.iter().map(needed).collect(),
            build_id: file.build_id.as_deref(),
            version_functions: &file.version_functions,
        }
    }
}

impl<'a> ProblemJson<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            subject: &problem.subject,
            message: &problem.message,
            hint: problem.hint.as_deref(),
        }
    }
}
