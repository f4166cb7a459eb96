//! What somebody says, as a statement that is signed here or elsewhere.

use std::path::{Path, PathBuf};

use bartizan_formats::{attestation::LARGEST_EVIDENCE, signature::SigningKey};
use bartizan_model::Timestamp;
use bartizan_people::vouch::{
    Deed, Handle, LARGEST_STATEMENT, Proof, Record, Statement, StatementError,
};
use bartizan_sources::disk;
use clap::Args;

use crate::{
    commands::signing_key,
    error::{Failure, chain},
};

/// Who says what, and how it is signed.
#[derive(Debug, Args)]
pub(crate) struct WordArguments {
    /// Who says so: your own account, as `platform:login`
    #[arg(long, value_name = "ACCOUNT", value_parser = handle, required_unless_present = "statement")]
    pub(crate) by: Option<Handle>,

    /// Why, in a line; it is public
    #[arg(long, value_name = "TEXT", required_unless_present = "statement")]
    pub(crate) reason: Option<String>,

    /// Sign with this private key (OpenSSH's format, Ed25519 or ECDSA P-256, without a passphrase)
    #[arg(long, value_name = "KEY", conflicts_with = "signature")]
    pub(crate) sign: Option<PathBuf>,

    /// The statement that was printed before and is signed now, with `--signature`
    #[arg(long, value_name = "FILE", requires = "signature")]
    pub(crate) statement: Option<PathBuf>,

    /// What signs the statement: a signature of `ssh-keygen -Y sign -n bartizan`, or a Sigstore bundle
    #[arg(long, value_name = "FILE", requires = "statement")]
    pub(crate) signature: Option<PathBuf>,

    /// The moment that counts as now, such as `2026-11-26`
    #[arg(long, value_name = "TIME", value_parser = crate::arguments::time)]
    pub(crate) as_of: Option<Timestamp>,
}

/// What is to be said.
pub(crate) struct Wish {
    pub(crate) deed: Deed,
    pub(crate) whom: Handle,
    pub(crate) days: Option<i64>,
}

/// What came of it.
pub(crate) enum Word {
    /// It is signed.
    Signed(Box<Statement>, Record),
    /// It is to be signed elsewhere: its text.
    Unsigned(String),
}

impl WordArguments {
    /// Makes the statement and signs it; or takes one that was signed elsewhere.
    pub(crate) fn word(
        &self,
        wish: &Wish,
        project: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<Word, Failure> {
        if let (Some(statement), Some(signature)) = (&self.statement, &self.signature) {
            return self.signed_elsewhere(wish, statement, signature);
        }
        let (Some(by), Some(reason)) = (&self.by, &self.reason) else {
            return Err(Failure::usage("nobody says so, or not why")
                .hint("name `--by ACCOUNT` and `--reason TEXT`"));
        };
        // The text of a statement has whole seconds.
        let now = self.as_of.unwrap_or_else(Timestamp::now).as_second();
        let moment = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        let statement = Statement {
            deed: wish.deed,
            project: project()?,
            whom: wish.whom.clone(),
            by: by.clone(),
            at: moment(now),
            until: wish.days.map(|days| moment(now + days * 24 * 60 * 60)),
            reason: reason.clone(),
        };
        let text = statement.text();
        statement.check().map_err(|error| unmeant(&error))?;
        let Some(key) = &self.sign else {
            return Ok(Word::Unsigned(text));
        };
        let key = signing_key(key)?;
        let record = Record {
            proof: Proof::Ssh(signed(&key, &text)?),
            statement: text,
        };
        Ok(Word::Signed(Box::new(statement), record))
    }

    fn signed_elsewhere(
        &self,
        wish: &Wish,
        statement: &Path,
        signature: &Path,
    ) -> Result<Word, Failure> {
        let text = text(statement, LARGEST_STATEMENT)?;
        let read = Statement::read(&text).map_err(|error| unmeant(&error))?;
        let is_meant = read.deed == wish.deed && read.whom == wish.whom;
        let is_by = self.by.as_ref().is_none_or(|by| *by == read.by);
        if !is_meant || !is_by {
            return Err(Failure::usage(format!(
                "`{}` says something else: {} of {} by {}",
                statement.display(),
                read.deed.id(),
                read.whom,
                read.by
            )));
        }
        let proof = self::text(signature, LARGEST_EVIDENCE)?;
        let proof = if proof.trim_start().starts_with('{') {
            Proof::Sigstore(proof)
        } else {
            Proof::Ssh(proof)
        };
        let record = Record {
            statement: text,
            proof,
        };
        Ok(Word::Signed(Box::new(read), record))
    }
}

pub(crate) fn signed(key: &SigningKey, text: &str) -> Result<String, Failure> {
    key.sign(text.as_bytes())
        .map_err(|error| Failure::usage(error.to_string()).hint(error.hint()))
}

/// Reads an account, as an argument.
pub(crate) fn handle(text: &str) -> Result<Handle, String> {
    match Handle::read(text) {
        Ok(handle) if handle.platform.is_some() => Ok(handle),
        Ok(_) => Err("write `platform:login`, such as `github:ann`".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn unmeant(error: &StatementError) -> Failure {
    Failure::usage(chain(error)).hint("see `bartizan people vouch add --help`")
}

fn text(path: &Path, limit: usize) -> Result<String, Failure> {
    let failed = |why: String| Failure::usage(format!("cannot read `{}`: {why}", path.display()));
    let bytes = disk::read_small(path, limit).map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_error| failed("it is no text".to_owned()))
}
