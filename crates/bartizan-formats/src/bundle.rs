//! The advisory database as one signed file, for machines without a network.
//!
//! A bundle is a plain tar archive, so that anybody can look into it, with its members in one order and nothing
//! else in it: [`MANIFEST`], where it is signed [`SIGNATURE`], and the content, which is a snapshot or the
//! changes to one. The signature is over the manifest, the manifest names size and digest of the content. So
//! nothing of the content is looked at before it is known who stands for it, and nothing is unpacked: members
//! are stored as they are.

mod error;
mod frame;
mod manifest;
mod wire;

use std::io::{Read, Write};

use bartizan_model::Timestamp;

pub use self::{
    error::BundleError,
    manifest::{BundleManifest, BundleSource, Content, SnapshotName},
};
use crate::{
    digest::Digesting,
    signature::{AllowedSigners, LARGEST_SIGNATURE, Signer, verify},
};

/// The member that says what the bundle is.
pub const MANIFEST: &str = "bundle.json";

/// The member that signs the first.
pub const SIGNATURE: &str = "bundle.json.sig";

/// The largest manifest: some thousand sources.
const LARGEST_MANIFEST: u64 = 4 << 20;

/// The largest content. Everything that is published today makes a snapshot of below 2 GiB.
const LARGEST_CONTENT: u64 = 64 << 30;

/// Whom a bundle is believed from.
#[derive(Debug, Clone, Copy)]
pub enum Trust<'a> {
    /// From these only.
    Signers(&'a AllowedSigners),
    /// From anybody: the user vouches for the file.
    Anybody,
}

/// A bundle as far as its content, of which nothing is believed yet.
#[derive(Debug)]
pub struct UnverifiedBundle {
    manifest: Vec<u8>,
    signature: Option<Vec<u8>>,
    content: (String, u64),
}

/// A bundle for which somebody who is trusted stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// What it says about itself.
    pub manifest: BundleManifest,
    /// Who signed it; `None` where the user vouches for it.
    pub signer: Option<Signer>,
}

/// Whether a file that starts with these bytes is a bundle. The first 512 suffice.
pub fn recognises(head: &[u8]) -> bool {
    frame::Header::read(head)
        .is_ok_and(|header| header.is_some_and(|header| header.name == MANIFEST))
}

impl UnverifiedBundle {
    /// Reads a bundle up to its content, where it leaves the reader.
    pub fn read(reader: &mut impl Read) -> Result<Self, BundleError> {
        let header = frame::header(reader)?.filter(|header| header.name == MANIFEST);
        let header = header.ok_or(BundleError::NotABundle)?;
        let manifest = frame::member(reader, &header, LARGEST_MANIFEST)?;
        let mut header = frame::header(reader)?.ok_or(BundleError::Torn)?;
        let mut signature = None;
        if header.name == SIGNATURE {
            signature = Some(frame::member(reader, &header, LARGEST_SIGNATURE as u64)?);
            header = frame::header(reader)?.ok_or(BundleError::Torn)?;
        }
        Ok(Self {
            manifest,
            signature,
            content: (header.name, header.size),
        })
    }

    /// Checks who stands for the bundle, and then whether what it says about itself makes sense now.
    pub fn verify(self, trust: Trust<'_>, now: Timestamp) -> Result<Bundle, BundleError> {
        let signer = match (trust, &self.signature) {
            (Trust::Anybody, _) => None,
            (Trust::Signers(_), None) => return Err(BundleError::Unsigned),
            (Trust::Signers(signers), Some(signature)) => {
                Some(verify(&self.manifest, signature, signers, now)?)
            }
        };
        let manifest = wire::manifest(&self.manifest)?;
        manifest.check_times(now)?;
        let (name, size) = &self.content;
        if name != manifest.content_name() || *size != manifest.content.size {
            let what = "the member after the manifest is not the content that it names";
            return Err(BundleError::Inconsistent { what });
        }
        Ok(Bundle { manifest, signer })
    }
}

impl Bundle {
    /// Copies the content to `target` and checks that it is the one that the manifest names, and the last thing
    /// in the bundle. Before this returns, nothing of what was written may be used.
    pub fn copy_content(
        &self,
        reader: &mut impl Read,
        target: impl Write,
    ) -> Result<(), BundleError> {
        let Content { size, digest } = self.manifest.content;
        if size > LARGEST_CONTENT {
            return Err(BundleError::TooLarge {
                what: "the content",
                limit: LARGEST_CONTENT,
            });
        }
        let mut target = Digesting::new(target);
        frame::copy(reader, &mut target, size)?;
        target.flush().map_err(BundleError::Write)?;
        if target.finish() != (size, digest) {
            return Err(BundleError::Changed);
        }
        frame::end(reader, size)
    }
}

/// The text of a manifest: what is signed, and what [`write()`] writes.
pub fn manifest_text(manifest: &BundleManifest) -> String {
    wire::text(manifest)
}

/// Writes a bundle. The content must be the one that the manifest names; what was written is worthless when it
/// is not ([`BundleError::Changed`]).
pub fn write(
    manifest: &BundleManifest,
    signature: Option<&str>,
    content: &mut impl Read,
    mut target: impl Write,
) -> Result<(), BundleError> {
    let time = manifest.created;
    let text = manifest_text(manifest);
    frame::write_member(&mut target, MANIFEST, text.as_bytes(), time)?;
    if let Some(signature) = signature {
        frame::write_member(&mut target, SIGNATURE, signature.as_bytes(), time)?;
    }
    let Content { size, digest } = manifest.content;
    frame::write_header(&mut target, manifest.content_name(), size, time)?;
    let mut digesting = Digesting::new(&mut target);
    frame::copy(content, &mut digesting, size)?;
    if digesting.finish() != (size, digest) {
        return Err(BundleError::Changed);
    }
    frame::write_padding(&mut target, size)?;
    frame::write_end(&mut target)
}

#[cfg(test)]
mod tests;
