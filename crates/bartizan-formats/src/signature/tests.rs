//! Signatures and lists of signers, with keys that are made from fixed seeds. That `ssh-keygen` takes ours and we
//! its is tested with the program.

use insta::assert_snapshot;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use ssh_key::{
    LineEnding, PrivateKey, Signature,
    private::{Ed25519Keypair, KeypairData},
    public::{KeyData, SkEd25519},
};

use super::*;

const NOW: &str = "2026-11-23T12:00:00Z";
const MESSAGE: &[u8] = b"what is signed\n";

fn private(seed: u8) -> PrivateKey {
    let keypair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::from(keypair), "a comment").unwrap()
}

pub(crate) fn signing(seed: u8) -> SigningKey {
    let text = private(seed).to_openssh(LineEnding::LF).unwrap();
    SigningKey::read(text.as_bytes()).unwrap()
}

pub(crate) fn public(seed: u8) -> String {
    private(seed).public_key().to_openssh().unwrap()
}

/// Whether a signature by key 1 counts for a file of signers in which `KEY` and `OTHER` stand for keys 1 and 2.
fn check(signers: &str) -> String {
    check_at(signers, &signing(1).sign(MESSAGE).unwrap())
}

fn check_at(signers: &str, signature: &str) -> String {
    let text = signers
        .replace("KEY", &public(1))
        .replace("OTHER", &public(2));
    let signers = match AllowedSigners::read("signers", text.as_bytes()) {
        Ok(signers) => signers,
        Err(error) => return error.to_string(),
    };
    let mut told: Vec<String> = signers
        .problems()
        .iter()
        .map(|problem| format!("{}: {}", problem.subject, problem.message))
        .collect();
    told.push(
        match verify(
            MESSAGE,
            signature.as_bytes(),
            &signers,
            NOW.parse().unwrap(),
        ) {
            Ok(signer) => format!("{} {}", signer.principal, signer.fingerprint),
            Err(error) => error.to_string(),
        },
    );
    told.join("\n")
}

#[test]
fn a_listed_key_signs() {
    assert_snapshot!(check("# who\n\nalice@example.org KEY\n"), @"alice@example.org SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8");
    assert_snapshot!(check("bob OTHER\nalice,carol namespaces=\"git,bartizan\" KEY"), @"alice,carol SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8");
    assert_snapshot!(check("\"alice a\" valid-after=\"20260101Z\",valid-before=\"202612312359Z\" KEY"), @"alice a SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8");
}

#[test]
fn a_key_counts_only_where_and_when_its_line_says() {
    assert_snapshot!(check("bob OTHER"), @"the key SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8 is not one of the allowed signers");
    assert_snapshot!(check("alice namespaces=\"git\" KEY"), @"alice may not sign in the namespace `bartizan`");
    assert_snapshot!(check("alice namespaces=\"*,!bartizan\" KEY"), @"alice may not sign in the namespace `bartizan`");
    assert_snapshot!(check("alice valid-before=\"20261123115959Z\" KEY"), @"the key of alice counted until 2026-11-23T11:59:59Z");
    assert_snapshot!(check("alice valid-after=\"20261124Z\" KEY"), @"the key of alice counts from 2026-11-24T00:00:00Z");
    assert_snapshot!(check("alice valid-before=\"20250101Z\" KEY\nalice valid-after=\"20250101Z\" KEY"), @"alice SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8");
}

#[test]
fn a_line_that_cannot_be_read_lists_nobody() {
    assert_snapshot!(check("bob OTHER\nalice\nalice ssh-ed25519 AAAA\nalice valid-before=\"20270101\" KEY\nalice cert-authority KEY\n\
        alice no-such-option KEY\nalice namespaces=\"a\",namespaces=\"bartizan\" KEY\nalice \"no end KEY\n\
        alice valid-after=\"20260101Z\",valid-before=\"20260101Z\" KEY\nalice valid-after=\"20261301Z\" KEY"), @"
    signers:2: there is no key after the principals
    signers:3: the key cannot be read
    signers:4: a time is written `20261231Z` or `202612312359Z`, in UTC and with the `Z`
    signers:5: certificate authorities are not supported
    signers:6: neither a key nor an option that is known: `no-such-option`
    signers:7: the option `namespaces` stands twice
    signers:8: a quotation has no end
    signers:9: `valid-after` is not before `valid-before`
    signers:10: a time is written `20261231Z` or `202612312359Z`, in UTC and with the `Z`
    the key SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8 is not one of the allowed signers
    ");
    assert_snapshot!(check(""), @"it lists no key that is accepted");
    assert_snapshot!(check("alice"), @"it lists no key that is accepted: signers:1: there is no key after the principals");
}

#[test]
fn a_signature_of_something_else_does_not_count() {
    let signed = |namespace: &str, message: &[u8]| {
        let signature = private(1)
            .sign(namespace, HashAlg::Sha256, message)
            .unwrap();
        check_at("alice KEY", &signature.to_pem(LineEnding::LF).unwrap())
    };
    assert_snapshot!(signed("bartizan", MESSAGE), @"alice SHA256:fe85JkIjo8VPe+XqXJGH5Mau1EMFdK1OdKvJUFicyA8");
    assert_snapshot!(signed("bartizan", b"another"), @"the signature does not fit the content");
    assert_snapshot!(signed("git", MESSAGE), @"the signature is for the namespace `git`, not for `bartizan`");
    assert_snapshot!(signed("bartizan\u{1b}[31m", MESSAGE), @r"the signature is for the namespace `bartizan\u{1b}[31m`, not for `bartizan`");
}

/// The signature names key 1 and was made by key 2.
#[test]
fn the_key_that_a_signature_names_must_have_made_it() {
    let forged = private(2)
        .sign(NAMESPACE, HashAlg::Sha512, MESSAGE)
        .unwrap();
    let key = private(1).public_key().key_data().clone();
    let forged = SshSig::new(key, NAMESPACE, HashAlg::Sha512, forged.signature().clone()).unwrap();
    assert_snapshot!(check_at("alice KEY", &forged.to_pem(LineEnding::LF).unwrap()), @"the signature does not fit the content");
}

fn raw<K: ssh_key::SigningKey>(key: &K, data: &[u8]) -> Signature {
    key.try_sign(data).unwrap()
}

/// What a hardware key does, done by a key in memory (PROTOCOL.u2f, "SSH U2F Signatures").
fn hardware(flags: u8) -> String {
    let KeyData::Ed25519(key) = private(1).public_key().key_data().clone() else {
        panic!()
    };
    let public = KeyData::SkEd25519(SkEd25519::new(key, "ssh:"));
    let data = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, MESSAGE).unwrap();
    let counter = 7_u32.to_be_bytes();
    let mut signed = Sha256::digest(b"ssh:").to_vec();
    signed.push(flags);
    signed.extend(counter);
    signed.extend(Sha256::digest(&data));
    let signature = raw(&private(1), &signed);
    let raw = [signature.as_bytes(), &[flags], &counter].concat();
    let signature = Signature::new(Algorithm::SkEd25519, raw).unwrap();
    let signature = SshSig::new(public.clone(), NAMESPACE, HashAlg::Sha512, signature).unwrap();
    let line = format!("alice {}", PublicKey::from(public).to_openssh().unwrap());
    check_at(&line, &signature.to_pem(LineEnding::LF).unwrap())
}

#[test]
fn a_hardware_key_signs_when_it_is_touched() {
    assert_snapshot!(hardware(1), @"alice SHA256:YG3t2mfQVCQetnbah3nMQxIVlZS5igmgsbqk9DU7sts");
    assert_snapshot!(hardware(0), @"the hardware key signed without anybody touching it");
}

#[test]
fn what_is_no_signature_is_refused() {
    let good = signing(1).sign(MESSAGE).unwrap();
    for text in [
        "",
        "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        good.split_at(good.len() / 2).0,
        &good.replace("U1NIU0lH", "U1NIU0lI"),
        &private(1).to_openssh(LineEnding::LF).unwrap(),
    ] {
        assert_eq!(
            check_at("alice KEY", text),
            "not an SSH signature",
            "{text}"
        );
    }
    assert_snapshot!(check_at("alice KEY", &" ".repeat(LARGEST_SIGNATURE + 1)), @"the signature is larger than 16384 bytes");
    assert!(check_at("alice KEY", &format!("\n{good}\n\n")).starts_with("alice"));
}

#[test]
fn a_changed_byte_is_seen() {
    let signers =
        AllowedSigners::read("signers", format!("alice {}", public(1)).as_bytes()).unwrap();
    let good = signing(1).sign(MESSAGE).unwrap();
    let now = NOW.parse().unwrap();
    for place in 0..MESSAGE.len() {
        let mut message = MESSAGE.to_vec();
        message[place] ^= 1;
        assert_eq!(
            verify(&message, good.as_bytes(), &signers, now),
            Err(SignatureError::Mismatch)
        );
    }
    let body = good.find('\n').unwrap() + 1..good.rfind("\n-----END").unwrap();
    for place in body.filter(|place| good.as_bytes()[*place] != b'\n') {
        let mut changed = good.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        assert!(verify(MESSAGE, &changed, &signers, now).is_err(), "{place}");
    }
}

#[test]
fn keys_that_cannot_sign_here_are_refused_with_a_remedy() {
    let refuse = |text: &str| {
        let error = SigningKey::read(text.as_bytes()).unwrap_err();
        assert!(!error.hint().is_empty());
        error.to_string()
    };
    assert_snapshot!(refuse(""), @"not a private key in OpenSSH's format");
    assert_snapshot!(refuse(&public(1)), @"not a private key in OpenSSH's format");
    assert_eq!(format!("{:?}", signing(1)), "SigningKey(***)");
    assert_eq!(signing(1).sign(b"x"), signing(1).sign(b"x"));
}

proptest! {
    #[test]
    fn strangers_never_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,200}") {
        let signers = AllowedSigners::read("x", format!("alice {}\n{text}", public(1)).as_bytes()).unwrap();
        let now = NOW.parse().unwrap();
        prop_assert!(verify(MESSAGE, &bytes, &signers, now).is_err());
        let armored = format!("-----BEGIN SSH SIGNATURE-----\nU1NIU0lH{text}\n-----END SSH SIGNATURE-----\n");
        prop_assert!(verify(MESSAGE, armored.as_bytes(), &signers, now).is_err());
        drop(AllowedSigners::read("x", &bytes));
        prop_assert!(SigningKey::read(&bytes).is_err());
    }
}
