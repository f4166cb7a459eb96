//! A record of the snapshot as OSV.

use bartizan_formats::{
    advisory::{self, Statement, to_osv},
    snapshot::SnapshotError,
};
use bartizan_model::advisory::{Advisory, RecordKey, Standing};
use bartizan_sources::database::Database;
use serde_json::Value;

/// The record; `None` where it is gone, cannot be read any more, or only an opinion.
pub(super) fn of(database: &Database, key: &RecordKey) -> Result<Option<Value>, SnapshotError> {
    let Some(stored) = database.record(key)? else {
        return Ok(None);
    };
    if stored.standing == Standing::Opinion {
        return Ok(None);
    }
    let raw: Option<Value> = serde_json::from_str(&stored.raw).ok();
    if let Some(raw) = raw.filter(|raw| is_osv(raw, &key.id)) {
        return Ok(Some(raw));
    }
    Ok(read(key, &stored.raw).map(|record| to_osv(&record, &[])))
}

/// When the record was changed, as OSV writes it.
pub(super) fn modified(database: &Database, key: &RecordKey) -> Result<String, SnapshotError> {
    let record = of(database, key)?;
    let modified = record
        .as_ref()
        .and_then(|record| record.get("modified")?.as_str());
    Ok(modified.unwrap_or("1970-01-01T00:00:00Z").to_owned())
}

/// What Bartizan understands of a record.
pub(crate) fn read(key: &RecordKey, raw: &str) -> Option<Advisory> {
    let statements = advisory::read(&key.id, raw.as_bytes())
        .statements
        .into_iter();
    let mut records = statements.filter_map(|statement| match statement {
        Statement::Record(record) => Some(record.advisory),
        _ => None,
    });
    let record = records.find(|record| record.id == key.id)?;
    Some(Advisory {
        source: key.source.clone(),
        ..record
    })
}

/// What every OSV record has, and no other format that the snapshot keeps.
fn is_osv(raw: &Value, id: &str) -> bool {
    raw.get("id").and_then(Value::as_str) == Some(id)
        && raw.get("modified").is_some_and(Value::is_string)
        && raw.get("affected").is_none_or(Value::is_array)
        && raw.get("dataType").is_none()
}
