//! The procedure of signing. Without a lasting key: a key for a moment, a certificate for whoever shows the token, a signature, a
//! timestamp, an entry of the log. The key is gone when the function returns.

use bartizan_formats::{attestation::encode_base64, digest::Digest};
use serde::Deserialize;
use serde_json::json;

use super::{
    courier::{Courier, Delivered, Parcel, Service},
    error::SigningError,
    evidence::{Signed, SignedStatement, message},
    key::SigningKey,
    log::{self, Submission, Verifier},
    pem,
    services::Services,
    token::IdentityToken,
};

/// Where an authority answers requests for certificates, in version 2 of its interface, which services of version 1 have too.
const CERTIFY: &str = "/api/v2/signingCert";

/// The longest timestamp that is kept. Real ones have less than three kilobytes.
const LARGEST_STAMP: usize = 64 << 10;

/// Signs a statement for the holder of a token.
pub fn sign_keyless(
    statement: &[u8],
    token: &IdentityToken,
    services: &Services,
    courier: &dyn Courier,
) -> Result<SignedStatement, SigningError> {
    let key = SigningKey::passing()?;
    let certificate = certify(&key, token, services, courier)?;
    let signature = key.sign(&message(statement))?;
    drop(key);
    let submission = Submission {
        statement,
        signature: &signature,
        verifier: Verifier::Certificate(&certificate),
    };
    let stamp = stamp(&signature, services, courier)?;
    let entry = log::put(submission, services, courier)?;
    Ok(SignedStatement {
        statement: statement.to_vec(),
        signature,
        signer: Signed::Certificate(certificate),
        entry: Some(entry),
        stamp,
    })
}

/// Signs a statement with a key that lies here; with services, it goes into their log too.
pub fn sign_with_key(
    statement: &[u8],
    key: &SigningKey,
    log: Option<(&Services, &dyn Courier)>,
) -> Result<SignedStatement, SigningError> {
    let signature = key.sign(&message(statement))?;
    let (mut entry, mut stamped) = (None, None);
    if let Some((services, courier)) = log {
        stamped = stamp(&signature, services, courier)?;
        let submission = Submission {
            statement,
            signature: &signature,
            verifier: Verifier::Key(key.public_der(), key.kind()),
        };
        entry = Some(log::put(submission, services, courier)?);
    }
    Ok(SignedStatement {
        statement: statement.to_vec(),
        signature,
        signer: Signed::Key(key.fingerprint()),
        entry,
        stamp: stamped,
    })
}

/// A certificate for the key, as DER.
fn certify(
    key: &SigningKey,
    token: &IdentityToken,
    services: &Services,
    courier: &dyn Courier,
) -> Result<Vec<u8>, SigningError> {
    let service = Service::Authority;
    let Some(authority) = &services.authority else {
        return Err(SigningError::Unreachable {
            service,
            address: "none".to_owned(),
            why: "the signing configuration names none for this moment".to_owned(),
        });
    };
    // Whoever shows a public key signs the name in the token, so that nobody has another's key certified.
    let proof = key.sign(token.identity().as_bytes())?;
    let body = json!({
        "credentials": { "oidcIdentityToken": token.reveal() },
        "publicKeyRequest": {
            "publicKey": { "algorithm": "ECDSA", "content": key.public_pem() },
            "proofOfPossession": encode_base64(&proof),
        },
    });
    let address = format!("{authority}{CERTIFY}");
    let delivered = courier.post(Parcel {
        to: &address,
        kind: "application/json",
        accept: "application/json",
        body: body.to_string().as_bytes(),
    });
    let delivered = delivered.map_err(|error| SigningError::Unreachable {
        service,
        address: address.clone(),
        why: error.why,
    })?;
    let secret = Some(token.reveal());
    if let Some(refused) = SigningError::refused((service, &address), &delivered, secret) {
        return Err(refused);
    }
    leaf(&delivered).map_err(|why| SigningError::Malformed {
        service,
        address,
        why: why.to_owned(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Certified {
    #[serde(default)]
    signed_certificate_embedded_sct: Option<Issued>,
}

#[derive(Deserialize)]
struct Issued {
    chain: Chain,
}

#[derive(Deserialize)]
struct Chain {
    certificates: Vec<String>,
}

/// The first certificate of the answer. One that is in its log only by a word beside it is of no use: a bundle has no place for
/// that word.
fn leaf(delivered: &Delivered) -> Result<Vec<u8>, &'static str> {
    let certified: Certified =
        serde_json::from_slice(&delivered.body).map_err(|_cause| "no certificate")?;
    let issued = certified
        .signed_certificate_embedded_sct
        .ok_or("the certificate does not hold the word of its log")?;
    let first = issued.chain.certificates.first().ok_or("an empty chain")?;
    match pem::read(first) {
        Some(("CERTIFICATE", der)) => Ok(der),
        _ => Err("the certificate is no PEM"),
    }
}

/// A timestamp over the signature, as the authority answers it.
fn stamp(
    signature: &[u8],
    services: &Services,
    courier: &dyn Courier,
) -> Result<Option<Vec<u8>>, SigningError> {
    let Some(address) = &services.clock else {
        return Ok(None);
    };
    let service = Service::Clock;
    let delivered = courier.post(Parcel {
        to: address,
        kind: "application/timestamp-query",
        accept: "application/timestamp-reply",
        body: &stamp_request(Digest::of(signature)),
    });
    let delivered = delivered.map_err(|error| SigningError::Unreachable {
        service,
        address: address.clone(),
        why: error.why,
    })?;
    if let Some(refused) = SigningError::refused((service, address), &delivered, None) {
        return Err(refused);
    }
    if delivered.body.len() > LARGEST_STAMP || delivered.body.first() != Some(&0x30) {
        return Err(SigningError::Malformed {
            service,
            address: address.clone(),
            why: "no timestamp".to_owned(),
        });
    }
    Ok(Some(delivered.body))
}

/// A request for a timestamp over a digest, as DER ([RFC 3161](https://www.rfc-editor.org/rfc/rfc3161) section 2.4.1):
/// version 1, SHA-256, with certificates. No nonce: nobody can have asked about this signature before.
fn stamp_request(digest: Digest) -> Vec<u8> {
    const BEFORE: [u8; 24] = [
        0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
        0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
    ];
    [&BEFORE[..], &digest.0, &[0x01, 0x01, 0xff]].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_request_for_a_timestamp_has_the_lengths_that_it_states() {
        let request = stamp_request(Digest([9; 32]));
        assert_eq!(request.len(), 0x39 + 2);
        assert_eq!(request.get(5..7), Some(&[0x30, 0x31][..]));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\[\\]{}\":,a-zA-Z-]{0,60}") {
            let delivered = Delivered { status: 200, body: text.into_bytes() };
            let _ = leaf(&delivered);
        }
    }
}
