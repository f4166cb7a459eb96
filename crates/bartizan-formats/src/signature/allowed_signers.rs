//! The file that says whose signatures count: ssh-keygen(1), ALLOWED SIGNERS.
//!
//! One difference: a time without `Z` is local to whoever reads it, so the same file would mean different
//! things on different machines. Such a line is refused, and told.

use bartizan_model::{Timestamp, problem::Problem};
use jiff::{civil::DateTime, tz::TimeZone};
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, PublicKey, public::KeyData};
use thiserror::Error;

use super::{NAMESPACE, pattern};

/// The largest file that is read.
pub const LARGEST_SIGNERS: usize = 1 << 20;

/// The longest line. The keys that are accepted have below 200 bytes.
const LONGEST_LINE: usize = 8 << 10;

/// The most lines that list keys.
const MOST_SIGNERS: usize = 2_000;

/// The most problems that are listed.
const MOST_PROBLEMS: usize = 50;

/// What the names of kinds of keys start with.
const KINDS: [&str; 3] = ["ssh-", "ecdsa-", "sk-"];

/// Whose signatures count.
#[derive(Debug, Clone, Default)]
pub struct AllowedSigners {
    signers: Vec<AllowedSigner>,
    problems: Vec<Problem>,
}

/// Why a file lists nobody.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignersError {
    /// It is larger than any such file.
    #[error("larger than {LARGEST_SIGNERS} bytes")]
    TooLarge,
    /// It is not text.
    #[error("not UTF-8 text")]
    NotText,
    /// It has more lines than anybody writes.
    #[error("more than {MOST_SIGNERS} signers")]
    TooMany,
    /// No line of it lists a key.
    #[error("it lists no key that is accepted{}", .first.as_ref().map(|first| format!(": {first}")).unwrap_or_default())]
    Nobody {
        /// The first thing that is wrong with it.
        first: Option<String>,
    },
}

impl SignersError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        "a line is `NAME namespaces=\"bartizan\" ssh-ed25519 AAAA…`, as ssh-keygen(1) says under ALLOWED SIGNERS"
    }
}

/// One line of the file.
#[derive(Debug, Clone)]
struct AllowedSigner {
    principals: String,
    namespaces: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    key: KeyData,
}

/// Why a key's signatures do not count. The later variants say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal<'a> {
    Unknown,
    NotForThis(&'a str),
    NotYet(&'a str, Timestamp),
    Expired(&'a str, Timestamp),
}

/// Whether keys of a kind are accepted: those whose signatures we can check.
pub(super) fn is_accepted(kind: &Algorithm) -> bool {
    let curve = EcdsaCurve::NistP256;
    matches!(
        kind,
        Algorithm::Ed25519 | Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256
    ) || *kind == Algorithm::Ecdsa { curve }
}

impl AllowedSigners {
    /// Reads a file. A line that cannot be read is one problem; a file without any signer is an error, because
    /// nothing could ever be verified with it. `name` is what problems are reported under.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, SignersError> {
        if bytes.len() > LARGEST_SIGNERS {
            return Err(SignersError::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_cause| SignersError::NotText)?;
        let mut read = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match signer(line) {
                Ok(_) if read.signers.len() == MOST_SIGNERS => return Err(SignersError::TooMany),
                Ok(signer) => read.signers.push(signer),
                Err(what) if read.problems.len() < MOST_PROBLEMS => {
                    let subject = format!("{name}:{number}");
                    read.problems.push(Problem::new(subject, what));
                }
                Err(_) => {}
            }
        }
        if read.signers.is_empty() {
            let first = read.problems.first();
            let first = first.map(|problem| format!("{}: {}", problem.subject, problem.message));
            return Err(SignersError::Nobody { first });
        }
        Ok(read)
    }

    /// Lines that could not be read.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Each signer: principals and fingerprint, in the order of the file.
    pub fn signers(&self) -> impl Iterator<Item = (&str, String)> {
        self.signers.iter().map(|signer| {
            let fingerprint = signer.key.fingerprint(HashAlg::Sha256).to_string();
            (signer.principals.as_str(), fingerprint)
        })
    }

    /// The principals of the first line that lets this key sign now, or why no line does.
    pub(super) fn find(&self, key: &KeyData, now: Timestamp) -> Result<&str, Refusal<'_>> {
        let mut refusal = Refusal::Unknown;
        for signer in self.signers.iter().filter(|signer| signer.key == *key) {
            let principals = signer.principals.as_str();
            let is_for_this = signer
                .namespaces
                .as_deref()
                .is_none_or(|list| pattern::list_accepts(list, NAMESPACE));
            refusal = match (signer.after, signer.before) {
                _ if !is_for_this => Refusal::NotForThis(principals),
                (Some(after), _) if now < after => Refusal::NotYet(principals, after),
                (_, Some(before)) if now > before => Refusal::Expired(principals, before),
                _ => return Ok(principals),
            };
        }
        Err(refusal)
    }
}

/// Reads a line: principals, options that may be missing, kind of key, key, comment.
fn signer(line: &str) -> Result<AllowedSigner, String> {
    if line.len() > LONGEST_LINE {
        return Err(format!("longer than {LONGEST_LINE} bytes"));
    }
    let (principals, rest) = word(line)?;
    if principals.is_empty() || principals.chars().any(char::is_control) {
        return Err("names no principal".to_owned());
    }
    let (first, after_first) = word(rest)?;
    let has_options = !KINDS
        .iter()
        .any(|kind| first.trim_start().starts_with(kind));
    let mut signer = AllowedSigner {
        principals: principals.replace('"', ""),
        namespaces: None,
        after: None,
        before: None,
        key: key(if has_options { after_first } else { rest })?,
    };
    if has_options {
        options_into(first.trim_start(), &mut signer)?;
    }
    if let (Some(after), Some(before)) = (signer.after, signer.before)
        && after >= before
    {
        return Err("`valid-after` is not before `valid-before`".to_owned());
    }
    Ok(signer)
}

/// The first word of a line, whose quoted parts may hold white space, and the rest.
fn word(line: &str) -> Result<(&str, &str), String> {
    let line = line.trim_start();
    let mut is_quoted = false;
    for (place, character) in line.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            _ if character.is_ascii_whitespace() && !is_quoted => return Ok(line.split_at(place)),
            _ => {}
        }
    }
    Err(if is_quoted {
        "a quotation has no end".to_owned()
    } else {
        "there is no key after the principals".to_owned()
    })
}

fn key(text: &str) -> Result<KeyData, String> {
    let mut words = text.split_ascii_whitespace();
    let (Some(kind), Some(key)) = (words.next(), words.next()) else {
        return Err("there is no key after the principals".to_owned());
    };
    // Without the comment, which may hold anything.
    let key = PublicKey::from_openssh(&format!("{kind} {key}"))
        .map_err(|_cause| "the key cannot be read".to_owned())?;
    if !is_accepted(&key.algorithm()) {
        return Err("keys of this kind are not accepted; Ed25519 and ECDSA P-256 are".to_owned());
    }
    Ok(key.key_data().clone())
}

/// Reads options with `,` between them. One that is not known may restrict the key, so it refuses the line.
fn options_into(options: &str, signer: &mut AllowedSigner) -> Result<(), String> {
    let mut is_quoted = false;
    let at_comma = |character: char| {
        is_quoted ^= character == '"';
        character == ',' && !is_quoted
    };
    for option in options.split(at_comma) {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        let twice = || {
            Err(format!(
                "the option `{}` stands twice",
                name.escape_default()
            ))
        };
        match name.to_ascii_lowercase().as_str() {
            "namespaces" if signer.namespaces.is_some() => return twice(),
            "namespaces" => signer.namespaces = Some(value.to_owned()),
            "valid-after" if signer.after.is_some() => return twice(),
            "valid-after" => signer.after = Some(time(value)?),
            "valid-before" if signer.before.is_some() => return twice(),
            "valid-before" => signer.before = Some(time(value)?),
            "cert-authority" => return Err("certificate authorities are not supported".to_owned()),
            other => {
                let other: String = other
                    .chars()
                    .take(40)
                    .flat_map(char::escape_default)
                    .collect();
                return Err(format!(
                    "neither a key nor an option that is known: `{other}`"
                ));
            }
        }
    }
    Ok(())
}

/// `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ`.
fn time(text: &str) -> Result<Timestamp, String> {
    let wrong =
        || "a time is written `20261231Z` or `202612312359Z`, in UTC and with the `Z`".to_owned();
    let digits = text.strip_suffix('Z').ok_or_else(wrong)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let padded = match digits.len() {
        8 => format!("{digits}000000"),
        12 => format!("{digits}00"),
        14 => digits.to_owned(),
        _ => return Err(wrong()),
    };
    let part =
        |range: std::ops::Range<usize>| padded.get(range).and_then(|part| part.parse::<i8>().ok());
    let year = padded.get(0..4).and_then(|part| part.parse::<i16>().ok());
    let parts = (
        year,
        part(4..6),
        part(6..8),
        part(8..10),
        part(10..12),
        part(12..14),
    );
    let (Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)) = parts else {
        return Err(wrong());
    };
    DateTime::new(year, month, day, hour, minute, second, 0)
        .and_then(|moment| moment.to_zoned(TimeZone::UTC))
        .map(|moment| moment.timestamp())
        .map_err(|_cause| wrong())
}
