//! One wheel or source distribution: its metadata, and what is odd about it.

use std::{io::Read, ops::ControlFlow, path::Path};

use bartizan_model::{ecosystem::Package, problem::Problem};

use crate::{
    archive::{self, ArchiveError, ArchiveKind, Limits, Member},
    core_metadata::CoreMetadata,
    file_name,
    target::TargetError,
    tree::{ReadSeek, Tree},
};

/// The ending of the directory that holds a wheel's metadata.
const WHEEL_METADATA: &str = ".dist-info";

/// An artifact, read.
#[derive(Debug)]
pub(super) struct Artifact {
    pub(super) package: Package,
    pub(super) version: String,
    pub(super) locator: String,
    pub(super) metadata: CoreMetadata,
    pub(super) problems: Vec<Problem>,
}

/// Whether an archive has the metadata of a wheel or source distribution.
pub(super) fn is_artifact(tree: &dyn Tree, path: &Path) -> bool {
    scan(tree, path, Depth::UntilMetadata).is_ok_and(|scan| !scan.metadata.is_empty())
}

/// Reads an artifact.
pub(super) fn read(tree: &dyn Tree, path: &Path) -> Result<Artifact, TargetError> {
    let name = last_part(path);
    let locator = path.display().to_string();
    let scan = match (scan(tree, path, Depth::Everything), file_name::wheel(name)) {
        (Ok(scan), _) => scan,
        // The name of a wheel is binding, so a wheel that cannot be opened is still known.
        (Err(error @ TargetError::Archive { .. }), Some((package, version))) => {
            let problems = vec![Problem::new(locator.clone(), error.describe())];
            return Ok(Artifact {
                package,
                version,
                locator,
                metadata: CoreMetadata::default(),
                problems,
            });
        }
        (Err(error), _) => return Err(error),
    };
    let lacking = |what: &str| TargetError::Metadata {
        path: path.to_owned(),
        what: what.to_owned(),
    };
    let by_name = file_name::wheel(name).or_else(|| file_name::source(name));
    let bytes = scan.chosen(by_name.as_ref().map(|(package, _)| package));
    let bytes =
        bytes.ok_or_else(|| lacking("has no metadata of a wheel or source distribution"))?;
    let metadata = CoreMetadata::parse(bytes);
    let stated = metadata.package.clone().zip(metadata.version.clone());
    let mut problems = scan.problems(&locator);
    let faults = faults(&metadata, by_name.as_ref(), stated.as_ref());
    if !faults.is_empty() {
        problems.push(Problem::new(locator.clone(), faults.join(", ")));
    }
    let (package, version) = stated
        .or(by_name)
        .ok_or_else(|| lacking("has metadata without name or version"))?;
    Ok(Artifact {
        package,
        version,
        locator,
        metadata,
        problems,
    })
}

fn last_part(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}

/// What is wrong with the metadata, by itself and against the name of the file.
fn faults(
    metadata: &CoreMetadata,
    by_name: Option<&(Package, String)>,
    stated: Option<&(Package, String)>,
) -> Vec<String> {
    let mut faults = metadata.problems.clone();
    match (by_name, stated) {
        (_, None) => faults.push("the metadata lacks name or version".to_owned()),
        (Some((package, version)), Some((own_package, own_version)))
            if package != own_package || !is_same_version(version, own_version) =>
        {
            let own = format!("its metadata says {own_package} {own_version}");
            faults.push(format!("the file is named as {package} {version}, {own}"));
        }
        _ => {}
    }
    faults
}

/// Whether two spellings are one version.
fn is_same_version(one: &str, other: &str) -> bool {
    let parse = |text| bartizan_model::version::VersionOrder::Pep440.parse(text);
    one == other || parse(one).is_some_and(|version| Some(version) == parse(other))
}

/// What the members of an archive tell.
#[derive(Debug, Default)]
struct Scan {
    /// The metadata files: their directory and content.
    metadata: Vec<(String, Vec<u8>)>,
    /// The first member whose name leaves its folder.
    stray: Option<String>,
}

impl Scan {
    fn problems(&self, locator: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(stray) = &self.stray {
            let name: String = stray.chars().take(100).collect();
            let message = format!("the member `{name}` would be unpacked outside of its folder");
            problems.push(Problem::new(locator, message).with_hint("do not install it"));
        }
        if self.metadata.len() > 1 {
            let message =
                "more than one metadata file; the one that the name of the file announces counts";
            problems.push(Problem::new(locator, message));
        }
        problems
    }

    /// The metadata of the package that the file is named after, else the first.
    fn chosen(&self, package: Option<&Package>) -> Option<&[u8]> {
        let is_of = |(folder, _): &&(String, Vec<u8>)| {
            let stem = folder.strip_suffix(WHEEL_METADATA).unwrap_or(folder);
            file_name::metadata_directory(stem)
                .map(|(package, _)| package)
                .as_ref()
                == package
        };
        let found = self
            .metadata
            .iter()
            .find(is_of)
            .or_else(|| self.metadata.first());
        found.map(|(_, bytes)| bytes.as_slice())
    }

    fn member(&mut self, member: &mut Member<'_>) -> Result<(), ArchiveError> {
        if !member.has_plain_name() && self.stray.is_none() {
            self.stray = Some(member.name().to_owned());
        }
        let name = member.name().strip_prefix("./").unwrap_or(member.name());
        if let Some((folder, file)) = name.split_once('/') {
            let is_wheel = file == "METADATA" && folder.ends_with(WHEEL_METADATA);
            if is_wheel || file == "PKG-INFO" {
                let folder = folder.to_owned();
                self.metadata.push((folder, member.read()?));
            }
        }
        Ok(())
    }
}

/// How much of an archive is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    UntilMetadata,
    Everything,
}

fn scan(tree: &dyn Tree, path: &Path, depth: Depth) -> Result<Scan, TargetError> {
    let mut file = tree.open(path).map_err(|cause| TargetError::Tree {
        path: path.to_owned(),
        cause,
    })?;
    let outcome = scan_bytes(file.as_mut(), last_part(path), depth);
    outcome.map_err(|cause| TargetError::Archive {
        path: path.to_owned(),
        cause,
    })
}

fn scan_bytes(file: &mut dyn ReadSeek, name: &str, depth: Depth) -> Result<Scan, ArchiveError> {
    let mut head = Vec::new();
    Read::take(&mut *file, ArchiveKind::HEAD).read_to_end(&mut head)?;
    file.rewind()?;
    let mut scan = Scan::default();
    let is_named = file_name::source(name).is_some();
    let mut visitor = |member: &mut Member<'_>| {
        scan.member(member)?;
        // A source distribution has everything in one folder of its own name; a mere look at an archive
        // ends where that is not so.
        let folder = member
            .name()
            .split('/')
            .find(|part| *part != ".")
            .unwrap_or_default();
        let is_foreign = is_named && file_name::metadata_directory(folder).is_none();
        let is_enough = depth == Depth::UntilMetadata && (is_foreign || !scan.metadata.is_empty());
        Ok::<_, ArchiveError>(if is_enough {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    };
    match ArchiveKind::of_content(&head) {
        Some(ArchiveKind::Tar(packing)) => {
            archive::tar::visit_packed(file, packing, &Limits::ARTIFACT, &mut visitor)?;
        }
        _ => archive::zip::visit(file, &Limits::ARTIFACT, &mut visitor)?,
    }
    if scan
        .metadata
        .iter()
        .any(|(folder, _)| folder.ends_with(WHEEL_METADATA))
    {
        scan.metadata
            .retain(|(folder, _)| folder.ends_with(WHEEL_METADATA));
    }
    Ok(scan)
}
