//! Which commit an artifact is held against: the one that the user names, else the one of a verified attestation, else that of
//! the tag of its version.

use bartizan_formats::file_name;
use bartizan_provenance::{
    Signer,
    checks::{MISSING_SOURCE_COMMIT, MOVED_TAG},
};
use bartizan_sources::git::{CommitId, Repository, version_of};

use super::finding;
use crate::{
    commands::verify::{answer::ArtifactAnswer, finding::Finding},
    error::Failure,
};

/// The commit that was chosen.
pub(in super::super) struct Chosen {
    pub(in super::super) commit: CommitId,
    pub(in super::super) by: By,
}

/// Who says that it is this commit.
pub(in super::super) enum By {
    CommandLine,
    Attestation,
    Tag(String),
}

impl Chosen {
    /// It in words.
    pub(super) fn described(&self) -> String {
        let commit: String = self.commit.as_str().chars().take(12).collect();
        match &self.by {
            By::CommandLine => format!("commit {commit}"),
            By::Attestation => format!("commit {commit}, which the attestation names,"),
            By::Tag(tag) => format!("commit {commit}, tag `{tag}`,"),
        }
    }
}

/// The commit, or why there is none; and what is wrong with what says so.
type Choice = (Result<Chosen, String>, Vec<Finding>);

/// Chooses.
pub(super) fn choose(
    repository: &Repository,
    named: Option<&str>,
    file: &str,
    answer: &ArtifactAnswer,
) -> Result<Choice, Failure> {
    if let Some(revision) = named {
        let commit = repository.commit_of(revision).map_err(|error| {
            Failure::usage(error.to_string()).hint("`--commit` takes a hash, a tag or a branch")
        })?;
        let by = By::CommandLine;
        return Ok((Ok(Chosen { commit, by }), Vec::new()));
    }
    let tagged = tagged(repository, file);
    let missing = |why: String| {
        let found = finding(&MISSING_SOURCE_COMMIT, why.clone());
        (Err(why), vec![found])
    };
    let Some(attested) = attested(answer) else {
        return Ok(match tagged {
            Ok((tag, commit)) => {
                let by = By::Tag(tag);
                (Ok(Chosen { commit, by }), Vec::new())
            }
            Err(why) => missing(why),
        });
    };
    let Ok(commit) = repository.commit_of(&attested) else {
        return Ok(missing(format!(
            "the attestation names commit {attested}, which is not in this clone"
        )));
    };
    let mut findings = Vec::new();
    if let Ok((tag, other)) = tagged
        && other != commit
    {
        let message = format!("`{tag}` names {other}, and the attestation {commit}");
        findings.push(finding(&MOVED_TAG, message));
    }
    let by = By::Attestation;
    Ok((Ok(Chosen { commit, by }), findings))
}

/// The commit that a verified attestation names.
fn attested(answer: &ArtifactAnswer) -> Option<String> {
    let results = answer.examined.iter();
    let mut verified = results.filter_map(|it| it.examination.result.as_ref().ok());
    verified.find_map(|verified| match &verified.get().signer {
        Signer::Certificate(claims) => claims.commit.clone(),
        Signer::Key { .. } => None,
    })
}

/// The tag of the version that a file's name states, and its commit.
fn tagged(repository: &Repository, file: &str) -> Result<(String, CommitId), String> {
    let release = file_name::wheel(file).or_else(|| file_name::source(file));
    let (package, version) = release.ok_or("the name of the file states no version")?;
    let version = version.parse().ok();
    let tags = repository.tags().map_err(|error| error.to_string())?;
    let names = [package.name()];
    let mut found = tags.items.into_iter().filter_map(|tag| {
        let is_it = version.is_some() && version_of(&tag.name, &names) == version;
        Some((tag.name, tag.commit.filter(|_| is_it)?))
    });
    let first = found
        .next()
        .ok_or("no tag of its version is in this clone")?;
    match found.find(|(_, commit)| *commit != first.1) {
        Some((other, _)) => Err(format!(
            "the tags `{}` and `{other}` of its version name different commits; `--commit` chooses",
            first.0
        )),
        None => Ok(first),
    }
}
