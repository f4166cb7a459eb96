//! Whether a statement is the word of whom it names.
//!
//! An SSH signature is, where the file of allowed signers has its key under the account's own name; a Sigstore bundle is,
//! where the file of identities says that the account signs with that identity. What an identity is called may be an
//! address: it is never part of an answer.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    attestation::{self, BundleError},
    signature::{AllowedSigners, LARGEST_SIGNERS, SignatureError, verify},
};
use bartizan_model::Timestamp;
use bartizan_people::vouch::{Checked, Handle, Proof, Record, Statement, StatementError};
use bartizan_provenance::{Artifact, ExpectedIdentity, Instance, Question, Rules, examine};
use bartizan_sources::disk;
use clap::Args;
use serde::Deserialize;

use super::handle;
use crate::{
    context::Context,
    error::{Failure, chain},
    provenance::{RootInUse, trust::InstanceChoice},
};

/// The largest file of identities.
const LARGEST_IDENTITIES: usize = 1 << 20;

/// Who may sign.
#[derive(Debug, Args)]
pub(crate) struct SignerArguments {
    /// Whose SSH signatures count: OpenSSH's `allowed_signers`, where a principal is an account such as `github:ann`
    #[arg(long, value_name = "FILE")]
    pub(crate) signers: Option<PathBuf>,

    /// Whose Sigstore identities count: tables `[[identity]]` with `who`, `identity` and `issuer`
    #[arg(long, value_name = "FILE")]
    pub(crate) identities: Option<PathBuf>,

    /// Believe the authorities and logs in this file in place of those that were refreshed or embedded
    #[arg(long, value_name = "FILE", requires = "identities")]
    pub(crate) trusted_root: Option<PathBuf>,
}

/// Says whose word a statement is.
pub(crate) struct Prover {
    signers: Option<AllowedSigners>,
    identities: Option<(Vec<Identity>, RootInUse)>,
}

/// Which identity an account signs with.
struct Identity {
    who: Handle,
    expected: ExpectedIdentity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityFile {
    #[serde(default)]
    identity: Vec<IdentityToml>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityToml {
    who: String,
    identity: String,
    issuer: String,
}

impl Prover {
    /// Reads who may sign.
    pub(crate) fn open(
        ctx: &Context,
        arguments: &SignerArguments,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let signers = arguments.signers.as_deref().map(signers).transpose()?;
        let identities = match &arguments.identities {
            None => None,
            Some(path) => {
                let choice = InstanceChoice::Known(Instance::PublicGood);
                let root =
                    RootInUse::in_force(ctx, arguments.trusted_root.as_deref(), &choice, now)?;
                Some((identities(path)?, root))
            }
        };
        Ok(Self {
            signers,
            identities,
        })
    }

    /// One who believes SSH signatures only.
    #[cfg(test)]
    pub(crate) fn of_signers(signers: AllowedSigners) -> Self {
        Self {
            signers: Some(signers),
            identities: None,
        }
    }

    /// Reads a statement, and says whether it is the word of whom it names.
    pub(crate) fn check(&self, record: &Record, now: Timestamp) -> Result<Checked, StatementError> {
        let statement = Statement::read(&record.statement)?;
        let refusal = self.prove(record, &statement.by, now).err();
        Ok(Checked { statement, refusal })
    }

    /// Whether somebody signed a text, whatever it says.
    pub(crate) fn prove(&self, record: &Record, by: &Handle, now: Timestamp) -> Result<(), String> {
        match &record.proof {
            Proof::Ssh(signature) => self.ssh(&record.statement, signature, by, now),
            Proof::Sigstore(bundle) => self.sigstore(&record.statement, bundle, by),
        }
    }

    fn ssh(&self, text: &str, signature: &str, by: &Handle, now: Timestamp) -> Result<(), String> {
        let Some(signers) = &self.signers else {
            return Err("nobody is named whose SSH signatures count".to_owned());
        };
        let signer = verify(text.as_bytes(), signature.as_bytes(), signers, now)
            .map_err(|error| without_names(&error))?;
        let mut principals = signer.principal.split(',').map(str::trim);
        if principals.any(|it| handle(it).is_ok_and(|it| it == *by)) {
            Ok(())
        } else {
            let fingerprint = signer.fingerprint;
            Err(format!(
                "signed by the key {fingerprint}, which is not one of {by}"
            ))
        }
    }

    fn sigstore(&self, text: &str, bundle: &str, by: &Handle) -> Result<(), String> {
        let Some((identities, root)) = &self.identities else {
            return Err("nobody is named whose Sigstore identities count".to_owned());
        };
        let own = identities.iter().filter(|it| it.who == *by);
        let own: Vec<ExpectedIdentity> = own.map(|it| it.expected.clone()).collect();
        if own.is_empty() {
            return Err(format!("no Sigstore identity of {by} is named"));
        }
        let bundle = attestation::read(bundle.as_bytes()).and_then(|evidence| {
            let [item] = <[_; 1]>::try_from(evidence.items)
                .map_err(|_several| BundleError::NotOne { what: "bundle" })?;
            item.bundle
        });
        let examination = examine(&Question {
            bundle: bundle.as_ref(),
            artifact: Artifact::Bytes(text.as_bytes()),
            name: None,
            root: &root.root,
            key: None,
            rules: Rules::Any,
            expected: Some(&ExpectedIdentity::AnyOf(own)),
        });
        match examination.result {
            Ok(_) => Ok(()),
            // The message may hold the identity of who signed, which may be an address.
            Err(refusal) => Err(format!(
                "the Sigstore bundle does not hold ({})",
                refusal.code
            )),
        }
    }
}

/// Why a signature does not count, without the principals of the file: they may be addresses.
fn without_names(error: &SignatureError) -> String {
    match error {
        SignatureError::NotForThis { .. } => "its key may not sign here".to_owned(),
        SignatureError::NotYet { after, .. } => format!("its key counts from {after}"),
        SignatureError::Expired { before, .. } => format!("its key counted until {before}"),
        other => other.to_string(),
    }
}

/// Reads a file of allowed signers.
pub(crate) fn signers(path: &Path) -> Result<AllowedSigners, Failure> {
    let name = path.display().to_string();
    let cannot =
        |why: String| Failure::usage(format!("cannot read the signers in `{name}`: {why}"));
    let bytes = disk::read_small(path, LARGEST_SIGNERS).map_err(|error| {
        cannot(error.to_string())
            .hint("`--signers` takes a file in the format of `allowed_signers`")
    })?;
    AllowedSigners::read(&name, &bytes).map_err(|error| cannot(chain(&error)).hint(error.hint()))
}

fn identities(path: &Path) -> Result<Vec<Identity>, Failure> {
    let failed = |why: &str| {
        Failure::usage(format!(
            "cannot read the identities in `{}`: {why}",
            path.display()
        ))
        .hint("it holds tables `[[identity]]` with `who`, `identity` and `issuer`")
    };
    let bytes =
        disk::read_small(path, LARGEST_IDENTITIES).map_err(|error| failed(&error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_error| failed("it is no text"))?;
    let file: IdentityFile = toml::from_str(&text).map_err(|error| failed(error.message()))?;
    let identity = |it: IdentityToml| {
        Ok(Identity {
            who: handle(&it.who).map_err(|why| failed(&why))?,
            expected: ExpectedIdentity::Exact {
                identity: it.identity,
                issuer: it.issuer,
            },
        })
    };
    file.identity.into_iter().map(identity).collect()
}
