//! Wheels that differ, and attestations of them by an instance of the laboratory in memory.

use std::io::{Cursor, Write};

use bartizan_formats::digest::Digest;
use bartizan_provenance::signing::{
    Claim, Courier, Delivered, IdentityToken, Parcel, Services, TrustConfig, Undelivered, Use,
    sign_keyless, statement,
};
use bartizan_sigstore_laboratory::{Claims, Instance, Request};
use zip::{ZipWriter, write::SimpleFileOptions};

const BASE: &str = "http://127.0.0.1:1";

/// Who vouches for the identities of the laboratory.
pub(crate) const ISSUER: &str = "https://token.actions.githubusercontent.com";

/// An instance, and its services for attestations of an index.
pub(crate) struct Signer {
    instance: Instance,
    services: Services,
}

impl Courier for Signer {
    fn post(&self, parcel: Parcel<'_>) -> Result<Delivered, Undelivered> {
        let (status, body) = self.instance.answer(Request {
            method: "POST",
            path: parcel.to.strip_prefix(BASE).unwrap(),
            authorization: "",
            body: parcel.body,
        });
        Ok(Delivered { status, body })
    }
}

impl Signer {
    pub(crate) fn new() -> Self {
        let instance = Instance::new(BASE);
        let config = instance.trust_config(&[1]).to_string();
        let (config, _) = TrustConfig::read(config.as_bytes()).unwrap();
        let now = bartizan_model::Timestamp::now();
        let services = config.services(Use::Index, now).unwrap();
        Self { instance, services }
    }

    /// The root of trust of the instance.
    pub(crate) fn trusted_root(&self) -> String {
        self.instance.trusted_root().to_string()
    }

    /// The provenance of a file as an index serves it, signed by a workflow of this repository.
    pub(crate) fn provenance(&self, name: &str, bytes: &[u8], repository: &str) -> String {
        let token = self.instance.token(&Claims {
            repository: repository.to_owned(),
            ..Claims::default()
        });
        let token = IdentityToken::read(&token).unwrap();
        let statement = statement(name, Digest::of(bytes), &Claim::Publication).unwrap();
        let signed = sign_keyless(&statement, &token, &self.services, self).unwrap();
        let attestation = signed.attestation().unwrap();
        let attestation = attestation.trim_end();
        format!(
            r#"{{"version": 1, "attestation_bundles": [{{"publisher": {{"kind": "GitHub", "repository": "{repository}", "workflow": "release.yml"}}, "attestations": [{attestation}]}}]}}"#
        )
    }
}

/// The name of a wheel of a project.
pub(crate) fn wheel_name(project: &str) -> String {
    format!("{project}-1.0-py3-none-any.whl")
}

/// A wheel of one module that its RECORD vouches for.
pub(crate) fn wheel(project: &str, code: &str) -> Vec<u8> {
    let record = format!(
        "{}{project}-1.0.dist-info/RECORD,,\n",
        line(&format!("{project}.py"), code)
    );
    let files = [
        (format!("{project}.py"), code),
        (format!("{project}-1.0.dist-info/RECORD"), &record),
    ];
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = SimpleFileOptions::default();
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A line of a RECORD.
pub(crate) fn line(name: &str, text: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut digest = String::new();
    for chunk in Digest::of(text.as_bytes()).0.chunks(3) {
        let mut word = 0u32;
        for place in 0..3 {
            word = word << 8 | chunk.get(place).copied().map_or(0, u32::from);
        }
        for place in 0..=chunk.len() {
            digest.push(char::from(
                LETTERS[(word >> (18 - 6 * place) & 63) as usize],
            ));
        }
    }
    format!("{name},sha256={digest},{}\n", text.len())
}
