//! Moments as texts, for documents of ours: what `serde` calls for a field of theirs.

use bartizan_model::Timestamp;
use serde::{Deserialize, Deserializer, Serializer, de};

/// Writes one.
pub fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(time)
}

/// Reads one.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map_err(de::Error::custom)
}

/// One that may be missing.
pub mod optional {
    use super::{Deserialize, Deserializer, Serializer, Timestamp, de};

    /// Writes it.
    #[expect(
        clippy::ref_option,
        reason = "what is serialised with a module is borrowed so"
    )]
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => to.collect_str(time),
            None => to.serialize_none(),
        }
    }

    /// Reads it.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.map(|text| text.parse().map_err(de::Error::custom))
            .transpose()
    }
}

/// Several.
pub mod several {
    use serde::Serialize as _;

    use super::{Deserialize, Deserializer, Serializer, Timestamp, de};

    /// Writes them.
    pub fn serialize<S: Serializer>(times: &[Timestamp], to: S) -> Result<S::Ok, S::Error> {
        let texts: Vec<String> = times.iter().map(ToString::to_string).collect();
        texts.serialize(to)
    }

    /// Reads them.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Timestamp>, D::Error> {
        let texts: Vec<String> = Vec::deserialize(from)?;
        let times = texts.iter().map(|text| text.parse());
        times
            .collect::<Result<_, _>>()
            .map_err(|error: jiff::Error| de::Error::custom(error))
    }
}
