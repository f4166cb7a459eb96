//! What would be signed, and where its evidence would be written: a value, before anything is done.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use bartizan_formats::{digest::Digest, file_name, tree::Tree as _};
use bartizan_provenance::signing::{self, Claim};
use bartizan_sources::disk;

use super::{Arguments, Form};
use crate::{context::Context, error::Failure};

/// All that would be signed.
pub(super) struct Plan {
    pub(super) artifacts: Vec<Planned>,
}

/// A statement about one artifact.
pub(super) struct Planned {
    pub(super) path: PathBuf,
    /// Its file name, which is signed.
    pub(super) name: String,
    pub(super) digest: Digest,
    /// The kind of claim.
    pub(super) kind: String,
    /// The bytes that are signed.
    pub(super) statement: Vec<u8>,
    /// Where the evidence is written.
    pub(super) evidence: PathBuf,
}

impl Plan {
    pub(super) fn new(ctx: &Context, arguments: &Arguments) -> Result<Self, Failure> {
        let claim = arguments.claim.claim(ctx)?;
        let ending = ending(&claim, arguments)?;
        if let Some(folder) = arguments.into.as_deref().filter(|folder| !folder.is_dir()) {
            return Err(
                Failure::usage(format!("`{}` is no folder", folder.display()))
                    .hint("make it first; evidence is written into folders that exist"),
            );
        }
        let mut artifacts = Vec::new();
        let mut written = BTreeSet::new();
        for path in &arguments.artifacts {
            let planned = Planned::new(path, &claim, (arguments, ending))?;
            if !written.insert(planned.evidence.clone()) {
                return Err(Failure::usage(format!(
                    "two artifacts would have the evidence `{}`",
                    planned.evidence.display()
                ))
                .hint("name each artifact once, or sign them into different folders"));
            }
            artifacts.push(planned);
        }
        Ok(Self { artifacts })
    }
}

impl Planned {
    fn new(
        path: &Path,
        claim: &Claim,
        (arguments, ending): (&Arguments, &str),
    ) -> Result<Self, Failure> {
        let cannot = |why: &dyn std::fmt::Display| {
            Failure::usage(format!("cannot sign `{}`: {why}", path.display()))
        };
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| cannot(&"its name is no text").hint("rename it"))?;
        fits(name, claim).map_err(|(why, hint)| cannot(&why).hint(hint))?;
        let bytes = disk::DiskTree.open(path).map_err(|error| cannot(&error));
        let digest = Digest::of_reader(&mut bytes?).map_err(|error| cannot(&error))?;
        let statement = signing::statement(name, digest, claim);
        let statement = statement.map_err(|error| cannot(&error))?;
        let folder = arguments.into.as_deref().or(path.parent());
        let evidence = folder
            .unwrap_or(Path::new(""))
            .join(format!("{name}{ending}"));
        if evidence.exists() && !arguments.force && !arguments.dry_run {
            return Err(
                Failure::usage(format!("`{}` is there already", evidence.display()))
                    .hint("`--force` writes over it; `--into DIR` writes elsewhere"),
            );
        }
        Ok(Self {
            path: path.to_owned(),
            name: name.to_owned(),
            digest,
            kind: claim.kind().map_err(|error| cannot(&error))?,
            statement,
            evidence,
        })
    }
}

/// What the evidence is called behind the name of its artifact.
fn ending(claim: &Claim, arguments: &Arguments) -> Result<&'static str, Failure> {
    match (arguments.form, claim) {
        (Form::Bundle, _) => Ok(".sigstore.json"),
        (Form::Pep740, _) if arguments.key.is_some() => {
            Err(Failure::usage("an index takes no attestations by keys")
                .hint("sign keyless, without `--key`, or leave out `--form pep740`"))
        }
        (Form::Pep740, Claim::Publication) => Ok(".publish.attestation"),
        (Form::Pep740, Claim::Build(_)) => Ok(".slsa.attestation"),
        (Form::Pep740, _) => Err(Failure::usage("an index takes no claims of this kind")
            .hint("claim `publish` or `provenance`, or leave out `--form pep740`")),
    }
}

/// Whether a claim can be about a file of this name.
fn fits(name: &str, claim: &Claim) -> Result<(), (&'static str, &'static str)> {
    let is_conda = [".conda", ".tar.bz2"].iter().any(|it| name.ends_with(it));
    match claim {
        Claim::Publication if is_conda => Err((
            "it is a conda package",
            "claim `conda`, with the channel by `--channel URL`",
        )),
        Claim::Publication
            if file_name::wheel(name).is_none() && file_name::source(name).is_none() =>
        {
            Err((
                "its name is not that of a wheel or source distribution",
                "only those are published on a package index; say what is claimed by `--claim`",
            ))
        }
        Claim::Channel(_) if !is_conda => Err((
            "it is no conda package",
            "only `.conda` and `.tar.bz2` are published to channels",
        )),
        _ => Ok(()),
    }
}
