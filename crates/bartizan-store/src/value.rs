//! What goes into a statement and what comes out of a row, the same for both engines.

use std::borrow::Cow;

use jiff::Timestamp;
use sqlx::{Decode, Row as _, Type, postgres::PgRow, sqlite::SqliteRow};

use crate::error::StoreError;

/// A value bound to a statement.
#[derive(Debug, Clone)]
pub(crate) enum Value<'v> {
    Integer(Option<i64>),
    Number(Option<f64>),
    Text(Option<Cow<'v, str>>),
}

/// The values of a statement, in the order of their placeholders.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
pub(crate) use values;

impl<'v> From<&'v str> for Value<'v> {
    /// PostgreSQL keeps no zero character in a text; neither engine gets one.
    fn from(text: &'v str) -> Self {
        Self::Text(Some(if text.contains('\0') {
            Cow::Owned(text.replace('\0', "\u{fffd}"))
        } else {
            Cow::Borrowed(text)
        }))
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(text: &'v String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Some(Cow::Owned(if text.contains('\0') {
            text.replace('\0', "\u{fffd}")
        } else {
            text
        })))
    }
}

impl<'v> From<Option<&'v str>> for Value<'v> {
    fn from(text: Option<&'v str>) -> Self {
        text.map_or(Self::Text(None), Self::from)
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Text(None), Self::from)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Integer(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(Some(i64::from(number)))
    }
}

impl From<bool> for Value<'_> {
    fn from(holds: bool) -> Self {
        Self::Integer(Some(i64::from(holds)))
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<f64>> for Value<'_> {
    fn from(number: Option<f64>) -> Self {
        Self::Number(number)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(instant: Timestamp) -> Self {
        Self::Integer(Some(instant.as_millisecond()))
    }
}

/// A row of either engine.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// Reads the columns of a row one after the other.
pub(crate) struct Columns<'r> {
    row: &'r Row,
    next: usize,
    doing: &'static str,
}

impl Row {
    pub(crate) fn columns(&self, doing: &'static str) -> Columns<'_> {
        Columns {
            row: self,
            next: 0,
            doing,
        }
    }
}

impl Columns<'_> {
    fn next<T>(&mut self) -> Result<T, StoreError>
    where
        T: for<'d> Decode<'d, sqlx::Sqlite>
            + Type<sqlx::Sqlite>
            + for<'d> Decode<'d, sqlx::Postgres>
            + Type<sqlx::Postgres>,
    {
        let index = self.next;
        self.next += 1;
        match self.row {
            Row::Sqlite(row) => row.try_get(index),
            Row::Postgres(row) => row.try_get(index),
        }
        .map_err(|cause| StoreError::of(self.doing, cause))
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.next()
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>, StoreError> {
        self.next()
    }

    pub(crate) fn integer(&mut self) -> Result<i64, StoreError> {
        self.next()
    }

    pub(crate) fn optional_integer(&mut self) -> Result<Option<i64>, StoreError> {
        self.next()
    }

    pub(crate) fn number(&mut self) -> Result<f64, StoreError> {
        self.next()
    }

    pub(crate) fn optional_number(&mut self) -> Result<Option<f64>, StoreError> {
        self.next()
    }

    pub(crate) fn holds(&mut self) -> Result<bool, StoreError> {
        Ok(self.integer()? != 0)
    }

    /// A count, which is never negative.
    pub(crate) fn count(&mut self) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.integer()?).unwrap_or_default())
    }

    pub(crate) fn instant(&mut self) -> Result<Timestamp, StoreError> {
        let milliseconds = self.integer()?;
        self.instant_of(milliseconds)
    }

    pub(crate) fn optional_instant(&mut self) -> Result<Option<Timestamp>, StoreError> {
        match self.optional_integer()? {
            Some(milliseconds) => self.instant_of(milliseconds).map(Some),
            None => Ok(None),
        }
    }

    fn instant_of(&self, milliseconds: i64) -> Result<Timestamp, StoreError> {
        Timestamp::from_millisecond(milliseconds).map_err(|_out_of_range| {
            StoreError::row(self.doing, format!("{milliseconds} is no time"))
        })
    }

    /// A word that the model knows.
    pub(crate) fn word<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let word = self.text()?;
        parse(&word)
            .ok_or_else(|| StoreError::row(self.doing, format!("`{word}` is no word of the model")))
    }

    /// JSON that this crate wrote.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        self.json_of(&text)
    }

    pub(crate) fn optional_json<T: serde::de::DeserializeOwned>(
        &mut self,
    ) -> Result<Option<T>, StoreError> {
        match self.optional_text()? {
            Some(text) => self.json_of(&text).map(Some),
            None => Ok(None),
        }
    }

    fn json_of<T: serde::de::DeserializeOwned>(&self, text: &str) -> Result<T, StoreError> {
        serde_json::from_str(text).map_err(|cause| StoreError::row(self.doing, cause.to_string()))
    }
}
