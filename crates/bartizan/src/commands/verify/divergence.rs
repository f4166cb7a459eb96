//! Content against what it was made of: `--source`, `--checkout`, and another build: `--against`.

mod commit;
mod human;
mod json;

use std::path::{Path, PathBuf};

use bartizan_formats::{
    archive::ArchiveError,
    contents::{self, Contents, Naming, TextOf},
    file_name,
    tree::{ReadSeek, Tree},
};
use bartizan_provenance::{
    checks::{Check, DIFFERING_BUILD, UNCOMPARED_FILE},
    divergence::{
        BuildComparison, Comparison, Question, Reference, References, Relation, ReleaseName, Side,
        compare, compare_builds, wanted, wanted_of_builds, wanted_references,
    },
};
use bartizan_sources::{disk::DiskTree, git::Repository, toolchain};
use clap::Args;

use super::{answer::ArtifactAnswer, finding::Finding};
use crate::error::Failure;

pub(super) use json::{ComparedJson, compared_json};

/// The most findings of one kind that are told one by one.
const MOST_FINDINGS: usize = 100;

#[derive(Debug, Args, Default)]
pub(super) struct DivergenceArguments {
    /// Hold wheels against this source distribution: files that differ or are extra
    #[arg(long, value_name = "SDIST")]
    source: Option<PathBuf>,

    /// Hold artifacts against a commit of this git repository: the one that a verified attestation names, else the tag of the version
    #[arg(long, value_name = "DIR")]
    checkout: Option<PathBuf>,

    /// The commit or tag in place of the one that is found
    #[arg(long, value_name = "REVISION", requires = "checkout")]
    commit: Option<String>,

    /// Another build of the only artifact that is named: what differs but for times, order and packing
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,

    /// A folder with the files that autotools ship; repeatable [default: where systems keep them]
    #[arg(long, value_name = "DIR")]
    toolchain: Vec<PathBuf>,
}

/// What an artifact was compared with, and what came out.
pub(super) struct Compared {
    /// The other side, in words.
    pub(super) with: String,
    pub(super) outcome: Outcome,
}

pub(super) enum Outcome {
    /// A source distribution.
    Source(Comparison),
    /// A commit.
    Commit(commit::Chosen, Comparison),
    /// No commit was found.
    NoCommit(String),
    /// Another build; whether it is the same file, and what differs.
    Build(bool, BuildComparison),
}

impl DivergenceArguments {
    /// What cannot be meant.
    pub(super) fn check(&self, artifacts: usize) -> Result<(), Failure> {
        if self.against.is_some() && artifacts > 1 {
            return Err(
                Failure::usage("`--against` is another build of one artifact")
                    .hint("name one artifact"),
            );
        }
        Ok(())
    }

    /// Compares an artifact with everything that is named.
    pub(super) fn compare(&self, path: &Path, answer: &mut ArtifactAnswer) -> Result<(), Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_wheel = file_name::is_wheel(&name);
        if let Some(source) = self.source.as_deref().filter(|_| is_wheel) {
            let outcome = Outcome::Source(self.with_source(path, source)?);
            answer.add_comparison(source.display().to_string(), outcome);
        }
        if let Some(checkout) = &self.checkout {
            let repository = Repository::open(checkout).map_err(|error| {
                Failure::usage(error.to_string()).hint("`--checkout` takes a clone, bare ones too")
            })?;
            let named = self.commit.as_deref();
            let (chosen, findings) = commit::choose(&repository, named, &name, answer)?;
            answer.findings.extend(findings);
            let outcome = match chosen {
                Err(why) => Outcome::NoCommit(why),
                Ok(chosen) => {
                    let comparison = self.with_commit(path, &repository, &chosen)?;
                    Outcome::Commit(chosen, comparison)
                }
            };
            answer.add_comparison(checkout.display().to_string(), outcome);
        }
        if let Some(other) = &self.against {
            let outcome = with_build(path, other, answer)?;
            answer.add_comparison(other.display().to_string(), outcome);
        }
        Ok(())
    }

    fn with_source(&self, path: &Path, source: &Path) -> Result<Comparison, Failure> {
        let artifact = Archive::open(path, None)?;
        let source = Archive::open(source, None)?;
        let wanted = wanted(Relation::Built, &artifact.contents, &source.contents);
        let texts = (
            artifact.texts(&wanted.artifact)?,
            source.texts(&wanted.source)?,
        );
        Ok(self.ask(
            Relation::Built,
            path,
            (&artifact.contents, &texts.0),
            (&source.contents, &texts.1),
        ))
    }

    fn with_commit(
        &self,
        path: &Path,
        repository: &Repository,
        chosen: &commit::Chosen,
    ) -> Result<Comparison, Failure> {
        let name = |bytes: &[u8]| repository.blob_name(bytes);
        let artifact = Archive::open(path, Some(&name))?;
        let source = repository.contents(&chosen.commit);
        let relation = if artifact.is_wheel {
            Relation::Built
        } else {
            Relation::Packed
        };
        let wanted = wanted(relation, &artifact.contents, &source);
        let texts = (
            artifact.texts(&wanted.artifact)?,
            repository.texts(&source, &wanted.source),
        );
        Ok(self.ask(
            relation,
            path,
            (&artifact.contents, &texts.0),
            (&source, &texts.1),
        ))
    }

    fn ask(
        &self,
        relation: Relation,
        path: &Path,
        artifact: (&Contents, &TextOf),
        source: (&Contents, &TextOf),
    ) -> Comparison {
        let names = wanted_references(artifact.0, source.0);
        let folders = match self.toolchain.as_slice() {
            [] => toolchain::folders(),
            folders => folders.to_vec(),
        };
        let shipped = toolchain::shipped(&folders, &names).into_iter();
        let reference = |(origin, text)| Reference { origin, text };
        let references = shipped
            .map(|(name, files)| (name, files.into_iter().map(reference).collect()))
            .collect();
        let side = |(contents, texts)| Side { contents, texts };
        compare(Question {
            relation,
            artifact: side(artifact),
            source: side(source),
            release: release(path).as_ref(),
            references: &References(references),
        })
    }
}

/// An archive on disk with what it holds.
struct Archive {
    path: PathBuf,
    contents: Contents,
    is_wheel: bool,
}

impl Archive {
    fn open(path: &Path, naming: Option<Naming<'_>>) -> Result<Self, Failure> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_wheel = file_name::is_wheel(&name);
        let contents = with(path, |file| contents::of_archive(file, !is_wheel, naming))?;
        Ok(Self {
            path: path.to_owned(),
            contents,
            is_wheel,
        })
    }

    fn texts(&self, names: &std::collections::BTreeSet<String>) -> Result<TextOf, Failure> {
        let folder = self.contents.folder.as_deref();
        with(&self.path, |file| contents::texts(file, folder, names))
    }
}

fn with<T>(
    path: &Path,
    read: impl FnOnce(&mut dyn ReadSeek) -> Result<T, ArchiveError>,
) -> Result<T, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("cannot compare `{}`: {why}", path.display()))
            .hint("wheels, source distributions, conda packages and other zip and tar archives can be compared")
    };
    let mut file = DiskTree
        .open(path)
        .map_err(|error| failed(error.to_string()))?;
    read(file.as_mut()).map_err(|error| failed(error.to_string()))
}

/// The project and version that a file's name states.
fn release(path: &Path) -> Option<ReleaseName> {
    let name = path.file_name()?.to_string_lossy();
    let (package, version) = file_name::wheel(&name).or_else(|| file_name::source(&name))?;
    Some(ReleaseName {
        project: package.name().to_owned(),
        version,
    })
}

fn with_build(path: &Path, other: &Path, answer: &ArtifactAnswer) -> Result<Outcome, Failure> {
    let is_identical = Some(super::digest(other)?) == answer.digest;
    let (one, two) = (Archive::open(path, None)?, Archive::open(other, None)?);
    let names = wanted_of_builds(&one.contents, &two.contents);
    let texts = (one.texts(&names)?, two.texts(&names)?);
    let side = |contents, texts| Side { contents, texts };
    let comparison = compare_builds(side(&one.contents, &texts.0), side(&two.contents, &texts.1));
    Ok(Outcome::Build(is_identical, comparison))
}

impl ArtifactAnswer {
    fn add_comparison(&mut self, with: String, outcome: Outcome) {
        let compared = Compared { with, outcome };
        self.findings.extend(compared.findings());
        self.compared.push(compared);
    }
}

impl Compared {
    /// Whether something that is missing kept a file from being compared.
    pub(super) fn is_incomplete(&self) -> bool {
        match &self.outcome {
            Outcome::Source(it) | Outcome::Commit(_, it) => {
                it.uncompared.iter().any(|it| it.is_missing)
            }
            Outcome::NoCommit(_) => true,
            Outcome::Build(..) => false,
        }
    }

    /// The other side, in words.
    fn described(&self) -> String {
        match &self.outcome {
            Outcome::Commit(chosen, _) => format!("{} of `{}`", chosen.described(), self.with),
            _ => format!("`{}`", self.with),
        }
    }

    /// What is wrong, the worst first.
    fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        match &self.outcome {
            Outcome::Source(it) | Outcome::Commit(_, it) => {
                let all = it.unexplained.iter().map(|it| {
                    let message = format!("{}: {}", it.path, it.message);
                    (it.rank.check(), message)
                });
                told(all, &mut findings);
                let all = it.uncompared.iter().filter(|it| !it.is_built);
                let all = all.map(|it| (&UNCOMPARED_FILE, format!("{}: {}", it.path, it.why)));
                told(all, &mut findings);
            }
            Outcome::Build(_, it) => {
                let all = it.differences.iter().map(|it| {
                    let message = format!("{} ({}): {}", it.path, it.rank.title(), it.message);
                    (&DIFFERING_BUILD, message)
                });
                told(all, &mut findings);
            }
            Outcome::NoCommit(_) => {}
        }
        findings
    }
}

/// Adds findings, and one that counts those beyond the bound of each check.
fn told(all: impl Iterator<Item = (&'static Check, String)>, findings: &mut Vec<Finding>) {
    let mut counts = std::collections::BTreeMap::<&str, (usize, &'static Check)>::new();
    for (check, message) in all {
        let (count, _) = counts.entry(check.id).or_insert((0, check));
        *count += 1;
        if *count <= MOST_FINDINGS {
            findings.push(finding(check, message));
        }
    }
    for (count, check) in counts
        .into_values()
        .filter(|(count, _)| *count > MOST_FINDINGS)
    {
        let message = format!("and {} more files", count - MOST_FINDINGS);
        findings.push(finding(check, message));
    }
}

fn finding(check: &'static Check, message: String) -> Finding {
    Finding {
        check,
        severity: check.severity,
        message,
        excepted: None,
    }
}
