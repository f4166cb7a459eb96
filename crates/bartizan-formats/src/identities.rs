//! The lock of identities: who signed the files of each project when they were first verified. A file that Bartizan keeps
//! and people review, so it is JSON in one order.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest lock that is read: some ten thousand projects.
pub const LARGEST_IDENTITIES: usize = 16 << 20;

/// The only version there is.
const VERSION: u32 = 1;

/// Who signs the files of which project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identities {
    /// By the normalised name of the project; several where it has several publishers.
    pub projects: BTreeMap<String, Vec<PinnedIdentity>>,
}

/// Somebody who signs files of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedIdentity {
    /// Who vouches for the identity.
    pub issuer: String,
    /// The identity itself, where it is no build of a repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The repository whose builds sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// The number of the repository at its host, which survives its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository_id: Option<String>,
    /// The file that describes the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// The environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The file that it was first seen on.
    pub seen: String,
    /// When.
    #[serde(with = "instant")]
    pub since: Timestamp,
}

/// A moment as text.
mod instant {
    use bartizan_model::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Why a lock of identities cannot be read.
#[derive(Debug, Error)]
pub enum IdentitiesError {
    /// It is larger than any.
    #[error("the lock of identities is larger than {LARGEST_IDENTITIES} bytes")]
    TooLarge,
    /// It is no JSON, or not of this shape.
    #[error("not a lock of identities")]
    Shape(#[source] serde_json::Error),
    /// It is of another version.
    #[error("locks of identities of the version {found} are not known")]
    Version {
        /// Its version.
        found: u32,
    },
    /// An entry pins nobody.
    #[error("an entry of `{project}` names neither an identity nor a repository")]
    Nobody {
        /// Whose.
        project: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    version: u32,
    projects: BTreeMap<String, Vec<PinnedIdentity>>,
}

/// Reads a lock.
pub fn read(bytes: &[u8]) -> Result<Identities, IdentitiesError> {
    if bytes.len() > LARGEST_IDENTITIES {
        return Err(IdentitiesError::TooLarge);
    }
    let wire: Wire = serde_json::from_slice(bytes).map_err(IdentitiesError::Shape)?;
    if wire.version != VERSION {
        return Err(IdentitiesError::Version {
            found: wire.version,
        });
    }
    for (project, pins) in &wire.projects {
        if pins
            .iter()
            .any(|pin| pin.identity.is_none() && pin.repository.is_none())
        {
            let project = project.chars().take(100).collect();
            return Err(IdentitiesError::Nobody { project });
        }
    }
    Ok(Identities {
        projects: wire.projects,
    })
}

impl Identities {
    /// The lock as a file holds it.
    pub fn to_text(&self) -> String {
        let wire = Wire {
            version: VERSION,
            projects: self.projects.clone(),
        };
        // Texts, maps by texts and numbers can always be written.
        let text = serde_json::to_string_pretty(&wire).unwrap_or_default();
        text + "\n"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = r#"{
  "version": 1,
  "projects": {
    "lab": [
      {
        "issuer": "https://i.example",
        "repository": "https://r.example/lab",
        "workflow": ".github/workflows/w.yml",
        "seen": "lab-1.0.tar.gz",
        "since": "2026-11-26T00:00:00Z"
      }
    ]
  }
}
"#;

    fn check(from: &str, to: &str) -> String {
        match read(TEXT.replacen(from, to, 1).as_bytes()) {
            Ok(identities) => format!("{} projects", identities.projects.len()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_read_is_written_again() {
        assert_eq!(read(TEXT.as_bytes()).unwrap().to_text(), TEXT);
    }

    #[test]
    fn what_is_no_lock_is_refused() {
        insta::assert_snapshot!(check("\"version\": 1", "\"version\": 2"), @"locks of identities of the version 2 are not known");
        insta::assert_snapshot!(check("\"repository\": \"https://r.example/lab\",", ""), @"an entry of `lab` names neither an identity nor a repository");
        insta::assert_snapshot!(check("\"seen\"", "\"sein\""), @"not a lock of identities");
        insta::assert_snapshot!(check("{", "["), @"not a lock of identities");
    }

    /// The text with another letter in a place.
    fn replaced(text: &str, place: proptest::sample::Index, letter: &str) -> String {
        let place = place.index(text.len());
        let other = letter.chars().next().unwrap();
        let letters = text.char_indices();
        letters
            .map(|(at, old)| if at == place { other } else { old })
            .collect()
    }

    proptest! {
        #[test]
        fn never_panics(place: proptest::sample::Index, letter in "[\\[\\]{}\":0-9a-z,-]") {
            let _ = read(replaced(TEXT, place, &letter).as_bytes());
        }
    }
}
