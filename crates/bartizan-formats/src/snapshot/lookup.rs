//! Asking a snapshot.

use bartizan_model::{
    advisory::{AliasGroup, Epss, KnownExploited, PackageAdvisories, RecordKey},
    ecosystem::Package,
};

use super::{
    Snapshot, StoredRecord,
    cursor::{Cursor, Entry, Root},
    error::SnapshotError,
    key,
    package::WirePackage,
    read_at::ReadAt,
    table::Table,
    wire::{WireEpss, WireExploited, WireGroup, WireRecord, decode, decode_group_keys},
};

impl<R: ReadAt> Snapshot<R> {
    /// Everything that matching needs of a package; `None` where no record names it.
    pub fn package(&self, package: &Package) -> Result<Option<PackageAdvisories>, SnapshotError> {
        let names = [package.ecosystem().as_str(), package.name()];
        if !key::is_sound(&names) {
            return Ok(None);
        }
        let prefix = key::package(package);
        let mut cursor = self.seek(Table::Packages, &prefix)?;
        let (mut entries, mut expanded) = (Vec::new(), 0);
        while let Some(entry) = cursor
            .next()?
            .filter(|entry| entry.key().starts_with(&prefix))
        {
            let part: WirePackage = decode(entry.value(), "a package")?;
            entries.append(&mut part.entries(package, &mut expanded)?);
        }
        Ok((!entries.is_empty()).then(|| PackageAdvisories {
            package: package.clone(),
            entries,
        }))
    }

    /// A record whole.
    pub fn record(&self, key: &RecordKey) -> Result<Option<StoredRecord>, SnapshotError> {
        let entry = self.get(Table::Records, &key::record(key))?;
        entry.as_ref().map(stored_record).transpose()
    }

    /// The records with this id, in any case of its letters, of every source.
    pub fn records_of(&self, id: &str) -> Result<Vec<StoredRecord>, SnapshotError> {
        let mut records = Vec::new();
        if !key::is_sound(&[id, id]) {
            return Ok(records);
        }
        let prefix = key::records_of(id);
        let mut cursor = self.seek(Table::Records, &prefix)?;
        while let Some(entry) = cursor
            .next()?
            .filter(|entry| entry.key().starts_with(&prefix))
        {
            records.push(stored_record(&entry)?);
        }
        Ok(records)
    }

    /// The groups that an id belongs to, in any case of its letters. Of the id of a record or an alias that
    /// is one group, save where groups were split.
    pub fn groups_of(&self, id: &str) -> Result<Vec<AliasGroup>, SnapshotError> {
        let Some(entry) = self.get(Table::Identifiers, &key::folded(id))? else {
            return Ok(Vec::new());
        };
        let mut groups = Vec::new();
        for key in decode_group_keys(entry.value())? {
            groups.extend(self.group(&key)?);
        }
        Ok(groups)
    }

    /// The group with this key.
    pub fn group(&self, key: &str) -> Result<Option<AliasGroup>, SnapshotError> {
        let entry = self.get(Table::Groups, key.as_bytes())?;
        entry.as_ref().map(group).transpose()
    }

    /// The exploit prediction of a CVE.
    pub fn epss(&self, cve: &str) -> Result<Option<Epss>, SnapshotError> {
        let Some(entry) = self.get(Table::Epss, &key::folded(cve))? else {
            return Ok(None);
        };
        decode(entry.value(), "an exploit prediction").map(|wire: WireEpss| Some(wire.epss()))
    }

    /// The entry of a CVE among known exploited vulnerabilities.
    pub fn known_exploited(&self, cve: &str) -> Result<Option<KnownExploited>, SnapshotError> {
        let Some(entry) = self.get(Table::KnownExploited, &key::folded(cve))? else {
            return Ok(None);
        };
        known_exploited(&entry).map(Some)
    }

    /// Every record, in the order of [`key::record`].
    pub fn records(&self) -> Result<Records<'_, R>, SnapshotError> {
        Ok(Records(Walk::new(self, Table::Records)?))
    }

    /// Every alias group, by its key.
    pub fn groups(&self) -> Result<Groups<'_, R>, SnapshotError> {
        Ok(Groups(Walk::new(self, Table::Groups)?))
    }

    /// Calls `each` with every exploit prediction, until it fails.
    pub fn each_epss<E: From<SnapshotError>>(
        &self,
        mut each: impl FnMut(&str, Epss) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut cursor = self.seek(Table::Epss, &[])?;
        while let Some(entry) = cursor.next()? {
            let wire: WireEpss = decode(entry.value(), "an exploit prediction")?;
            let cve = String::from_utf8_lossy(entry.key()).to_ascii_uppercase();
            each(&cve, wire.epss())?;
        }
        Ok(())
    }

    /// Calls `each` with every known exploited vulnerability, until it fails.
    pub fn each_known_exploited<E: From<SnapshotError>>(
        &self,
        mut each: impl FnMut(KnownExploited) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut cursor = self.seek(Table::KnownExploited, &[])?;
        while let Some(entry) = cursor.next()? {
            each(known_exploited(&entry)?)?;
        }
        Ok(())
    }

    fn seek(&self, table: Table, target: &[u8]) -> Result<Cursor<'_, R>, SnapshotError> {
        let state = self.footer.tables.iter().find(|state| state.table == table);
        let none = Root {
            location: None,
            levels: 0,
        };
        Cursor::seek(
            &self.blocks,
            &state.map_or(none, |state| state.root),
            target,
        )
    }

    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Entry>, SnapshotError> {
        let entry = self.seek(table, key)?.next()?;
        Ok(entry.filter(|entry| entry.key() == key))
    }
}

/// The records of a snapshot. See [`Snapshot::records`].
pub struct Records<'s, R>(Walk<'s, R>);

impl<R: ReadAt> Iterator for Records<'_, R> {
    type Item = Result<StoredRecord, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_as(stored_record)
    }
}

/// The alias groups of a snapshot. See [`Snapshot::groups`].
pub struct Groups<'s, R>(Walk<'s, R>);

impl<R: ReadAt> Iterator for Groups<'_, R> {
    type Item = Result<AliasGroup, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_as(group)
    }
}

/// A walk that ends at its first error.
struct Walk<'s, R>(Option<Cursor<'s, R>>);

impl<'s, R: ReadAt> Walk<'s, R> {
    fn new(snapshot: &'s Snapshot<R>, table: Table) -> Result<Self, SnapshotError> {
        snapshot.seek(table, &[]).map(|cursor| Self(Some(cursor)))
    }

    fn next_as<T>(
        &mut self,
        decode: fn(&Entry) -> Result<T, SnapshotError>,
    ) -> Option<Result<T, SnapshotError>> {
        let entry = self.0.as_mut()?.next();
        let item = entry.and_then(|entry| entry.as_ref().map(decode).transpose());
        if !matches!(item, Ok(Some(_))) {
            self.0 = None;
        }
        item.transpose()
    }
}

fn stored_record(entry: &Entry) -> Result<StoredRecord, SnapshotError> {
    let damaged = || SnapshotError::damaged("the key of a record");
    let wire: WireRecord = decode(entry.value(), "a record")?;
    let key = std::str::from_utf8(entry.key()).map_err(|_error| damaged())?;
    let mut names = key.splitn(3, '\0').skip(1);
    let (Some(id), Some(source)) = (names.next(), names.next()) else {
        return Err(damaged());
    };
    Ok(StoredRecord {
        key: RecordKey {
            id: id.to_owned(),
            source: source.to_owned(),
        },
        raw: wire.raw.to_owned(),
        origins: wire.origins,
        standing: wire.standing.into(),
    })
}

fn group(entry: &Entry) -> Result<AliasGroup, SnapshotError> {
    decode(entry.value(), "a group").map(|wire: WireGroup<'_>| wire.group())
}

fn known_exploited(entry: &Entry) -> Result<KnownExploited, SnapshotError> {
    decode(entry.value(), "a known exploited vulnerability")
        .map(|wire: WireExploited<'_>| wire.entry())
}
