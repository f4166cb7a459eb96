//! What was verified. A value of these types cannot be made elsewhere: each part of it is made by the step that vouches
//! for it.

use bartizan_formats::{
    attestation::{Build, Statement},
    digest::Digest,
};
use bartizan_model::Timestamp;

use crate::{identity::Recognised, sigstore::Authentic, statement::Bound};

/// Something that went through every step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// It.
    pub fn get(&self) -> &T {
        &self.0
    }
}

impl Verified<Attestation> {
    /// What the steps vouch for, put together. The tokens cannot be made but by the steps.
    pub(crate) fn new(authentic: Authentic, bound: Bound, recognised: &Recognised) -> Self {
        let (signer, times) = authentic.into_parts();
        let (digest, statement, build) = bound.into_parts();
        Self(Attestation {
            signer,
            times,
            digest,
            statement,
            build,
            is_pinned: recognised.is_pinned(),
        })
    }
}

/// Who signed what of an artifact, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// Who.
    pub signer: Signer,
    /// When, by every source of time that vouches for it; sorted.
    pub times: Vec<Timestamp>,
    /// The digest of the artifact.
    pub digest: Digest,
    /// What was signed of it; nothing where the artifact itself was signed.
    pub statement: Option<Statement>,
    /// What the statement claims of the build.
    pub build: Option<Build>,
    /// Whether the signer is who was expected.
    pub is_pinned: bool,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The holder of a certificate.
    Certificate(Box<Claims>),
    /// The holder of a key that the user named.
    Key {
        /// The digest of the key.
        fingerprint: Digest,
    },
}

/// What the authority wrote into the certificate of the identity's token
/// ([Fulcio's extensions](https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md)).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The identity: an address of a workflow, or of a mailbox.
    pub identity: String,
    /// Who vouched for the identity, where the certificate says it. That of GitHub's own instance does not.
    pub issuer: Option<String>,
    /// The source repository.
    pub repository: Option<String>,
    /// Its number at its host, which no other repository ever gets.
    pub repository_id: Option<String>,
    /// The number of its owner.
    pub owner_id: Option<String>,
    /// The file that describes the build, with the reference it was read at.
    pub workflow: Option<String>,
    /// The file that asked for the signature, where it is another.
    pub signer_workflow: Option<String>,
    /// The commit that was built.
    pub commit: Option<String>,
    /// The reference that was built.
    pub reference: Option<String>,
    /// What started the build.
    pub trigger: Option<String>,
    /// Whether the host ran it, or the owner.
    pub runner: Option<String>,
    /// The environment.
    pub environment: Option<String>,
    /// The run.
    pub run: Option<String>,
}

/// How far an artifact came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// There is no attestation where it was looked for.
    None,
    /// There is one, and it is not verified.
    Unverified,
    /// It is verified; nobody said who the signer should be.
    Verified,
    /// It is verified, and the signer is who it should be.
    Pinned,
}

impl Level {
    /// Its stable name.
    pub fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unverified => "unverified",
            Self::Verified => "verified",
            Self::Pinned => "pinned",
        }
    }

    /// It in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::None => "no attestation",
            Self::Unverified => "present but unverified",
            Self::Verified => "verified, identity unpinned",
            Self::Pinned => "verified and pinned",
        }
    }
}
