//! What answers have in common.

use bartizan_model::Timestamp;
use serde::{Deserialize, Deserializer};

/// An account, as both interfaces write it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Account {
    pub(super) login: String,
    #[serde(default, alias = "databaseId")]
    pub(super) id: Option<u64>,
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) name: Option<String>,
}

impl Account {
    /// Whether the host says that it is no person's.
    pub(super) fn is_bot(&self) -> bool {
        self.kind.as_deref() == Some("Bot") || self.login.ends_with("[bot]")
    }
}

/// Whether a list of a query goes on, and where.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    #[serde(default)]
    pub(super) has_next_page: bool,
    #[serde(default)]
    pub(super) end_cursor: Option<String>,
}

impl PageInfo {
    /// Where the list goes on.
    pub(super) fn next(&self) -> Option<String> {
        self.end_cursor.clone().filter(|_| self.has_next_page)
    }
}

/// A moment in whole seconds; what is none is not told.
pub(super) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = Option::deserialize(from)?;
    let time: Option<Timestamp> = text.and_then(|it| it.parse().ok());
    Ok(time.and_then(|it| Timestamp::from_second(it.as_second()).ok()))
}

/// The second, where the first is null: lists of queries are null where they cannot be seen.
pub(super) fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
