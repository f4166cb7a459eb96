//! Versions that the Python package index took before PEP 440 (`0.1-bulbasaur`).
//!
//! They have no standard. The order is the one that setuptools had and OSV still uses for such versions: all of
//! them stand before every version that follows PEP 440.

use super::Version;
use crate::version::MAX_LENGTH;

/// A version as the Python package index holds it, in an order that knows every text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndexVersion {
    /// From before PEP 440, cut into parts.
    Legacy(LegacyVersion),
    /// By PEP 440.
    Pep440(Version),
}

/// A version that does not follow PEP 440.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegacyVersion(Vec<String>);

/// Stands for the end of the version: alphabetically before `post`, after `beta`.
const END: &str = "*final";
/// What a hyphen stands for: a patch level after the end.
const HYPHEN: &str = "*final-";
/// Nought, as wide as every number.
const NOUGHT: &str = "00000000";

impl IndexVersion {
    /// Reads any text.
    pub fn new(text: &str) -> Self {
        match text.parse() {
            Ok(version) => Self::Pep440(version),
            Err(_) => Self::Legacy(LegacyVersion::new(text)),
        }
    }
}

impl LegacyVersion {
    fn new(text: &str) -> Self {
        // What follows the limit cannot matter to anybody and must not cost us anything.
        let start = text.chars().take(MAX_LENGTH);
        let lower: String = start.flat_map(char::to_lowercase).collect();
        let mut parts: Vec<String> = Vec::new();
        for part in pieces(&lower)
            .filter(|&piece| piece != ".")
            .map(weigh)
            .chain([END.to_owned()])
        {
            if part.starts_with('*') {
                // A pre-release makes the hyphen before it meaningless, and any word the noughts before it.
                if part.as_str() < END {
                    drop_from_end(&mut parts, HYPHEN);
                }
                drop_from_end(&mut parts, NOUGHT);
            }
            parts.push(part);
        }
        Self(parts)
    }
}

/// Runs of digits, runs of letters, and the rest character by character.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest
            .find(|character| kind(character) != kind(first))
            .unwrap_or(rest.len());
        let end = if kind(first) == Kind::Other {
            first.len_utf8()
        } else {
            end
        };
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(piece)
    })
}

#[derive(PartialEq, Eq)]
enum Kind {
    Digit,
    Letter,
    Other,
}

fn kind(character: char) -> Kind {
    match character {
        '0'..='9' => Kind::Digit,
        'a'..='z' => Kind::Letter,
        _ => Kind::Other,
    }
}

/// Numbers are padded and words marked, so that comparing texts puts words before numbers and pre-releases first.
fn weigh(piece: &str) -> String {
    match piece {
        "pre" | "preview" | "rc" => "*c".to_owned(),
        "dev" => "*@".to_owned(),
        "-" => HYPHEN.to_owned(),
        number if number.starts_with(|first: char| first.is_ascii_digit()) => {
            format!("{number:0>8}")
        }
        word => format!("*{word}"),
    }
}

fn drop_from_end(parts: &mut Vec<String>, unwanted: &str) {
    while parts.last().is_some_and(|last| last == unwanted) {
        parts.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_versions_stand_in_their_old_order_before_all_others() {
        let ascending = [
            "0.1-bulbasaur",
            "0.1-charmander",
            "0.9-doduo",
            "0.9-eevee",
            "1.0x",
            "2.0-x",
            "0.dev0",
            "0.1",
        ];
        let versions: Vec<IndexVersion> = ascending
            .iter()
            .map(|text| IndexVersion::new(text))
            .collect();
        assert!(versions.is_sorted(), "{versions:#?}");
    }

    #[test]
    fn any_text_has_a_place() {
        for text in ["", "-", "é1", "…", "1.0.x-dev-pre"] {
            assert!(
                IndexVersion::new(text) < IndexVersion::new("0.dev0"),
                "{text}"
            );
        }
    }
}
