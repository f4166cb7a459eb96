//! A model as bytes: a head with versions and counts, then tables of equal rows, sorted, so that equal models give equal bytes.

use thiserror::Error;

use super::{
    VERSION,
    model::{CELLS, LONGEST_PATH, MOST_KEYS, MOST_PATHS, Model, Seen, Unit},
    proposals::{MOST_PROPOSALS, MOST_ROWS, Proposal, Proposals},
};

/// What a file begins with; the last byte is the version of the form.
const MAGIC: &[u8; 8] = b"BTZNOVL\x01";

/// How many units are read.
const MOST_UNITS: usize = 2_000_000;

/// Why bytes are no model.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum KeptError {
    /// They are something else, or damaged.
    #[error("is no model of what is usual, or is damaged")]
    NoModel,
    /// What was counted is not what is counted now.
    #[error("has features of version {found}, and version {VERSION} is needed")]
    OtherVersion {
        /// The version that it has.
        found: u32,
    },
}

impl Model {
    /// The model as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let counts = [
            self.units.len(),
            self.paths.len(),
            self.seen.len(),
            self.cells.len(),
        ];
        number(&mut bytes, VERSION);
        number(&mut bytes, u32::from(self.is_full));
        for count in counts {
            number(&mut bytes, u32::try_from(count).unwrap_or(u32::MAX));
        }
        bytes.extend(self.weight.to_le_bytes());
        for cell in &self.cells {
            bytes.extend(cell.to_le_bytes());
        }
        for unit in &self.units {
            bytes.extend(unit.commit);
            bytes.extend(unit.time.to_le_bytes());
        }
        text(&mut bytes, &self.paths);
        let mut rows: Vec<(&u64, &Seen)> = self.seen.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| **key);
        for (key, seen) in rows {
            bytes.extend(key.to_le_bytes());
            for value in [seen.count, seen.unit, seen.path] {
                number(&mut bytes, value);
            }
        }
        self.proposals.put(&mut bytes);
        bytes
    }

    /// The model that bytes are.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeptError> {
        let mut reader = Reader(bytes);
        if reader.take::<8>() != Some(*MAGIC) {
            return Err(KeptError::NoModel);
        }
        let found = reader.number().ok_or(KeptError::NoModel)?;
        if found != VERSION {
            return Err(KeptError::OtherVersion { found });
        }
        let model = read(&mut reader).ok_or(KeptError::NoModel)?;
        if reader.0.is_empty() {
            Ok(model)
        } else {
            Err(KeptError::NoModel)
        }
    }
}

fn read(reader: &mut Reader<'_>) -> Option<Model> {
    let mut model = Model::new();
    model.is_full = reader.count(1)? == 1;
    let units = reader.count(MOST_UNITS)?;
    let paths = reader.count(MOST_PATHS)?;
    let keys = reader.count(MOST_KEYS)?;
    if reader.count(CELLS)? != CELLS {
        return None;
    }
    model.weight = reader.real()?;
    for cell in &mut model.cells {
        *cell = reader.real()?;
    }
    for _ in 0..units {
        model.units.push(Unit {
            commit: reader.take()?,
            time: i64::from_le_bytes(reader.take()?),
        });
    }
    model.paths = reader.texts(paths)?;
    let mut last = None;
    for _ in 0..keys {
        let key = u64::from_le_bytes(reader.take()?);
        let seen = Seen {
            count: reader.number()?,
            unit: reader.number()?,
            path: reader.number()?,
        };
        // Rows are sorted, each once: anything else was not written here.
        if last.is_some_and(|last| last >= key) {
            return None;
        }
        last = Some(key);
        model.seen.insert(key, seen);
    }
    model.number_paths();
    model.proposals = Proposals::taken(reader)?;
    Some(model)
}

impl Proposals {
    fn put(&self, bytes: &mut Vec<u8>) {
        for count in [self.made.len(), self.paths.len(), self.rows.len()] {
            number(bytes, u32::try_from(count).unwrap_or(u32::MAX));
        }
        for it in &self.made {
            bytes.extend(it.time.to_le_bytes());
            number(bytes, it.number);
            bytes.extend(it.head);
            bytes.extend(it.base);
            number(bytes, it.parted);
        }
        text(bytes, &self.paths);
        for ((key, place), path) in &self.rows {
            bytes.extend(key.to_le_bytes());
            number(bytes, *place);
            number(bytes, *path);
        }
    }

    fn taken(reader: &mut Reader<'_>) -> Option<Self> {
        let made = reader.count(MOST_PROPOSALS)?;
        let paths = reader.count(MOST_ROWS)?;
        let rows = reader.count(MOST_ROWS)?;
        let mut proposals = Self::default();
        for _ in 0..made {
            proposals.made.push(Proposal {
                time: i64::from_le_bytes(reader.take()?),
                number: reader.number()?,
                head: reader.take()?,
                base: reader.take()?,
                parted: reader.number()?,
            });
        }
        proposals.paths = reader.texts(paths)?;
        let row = |reader: &mut Reader<'_>| {
            let key = u64::from_le_bytes(reader.take()?);
            Some(((key, reader.number()?), reader.number()?))
        };
        let rows: Option<Vec<_>> = (0..rows).map(|_| row(reader)).collect();
        let rows = rows?;
        // They are sorted, each once: a map is made of them at once.
        if !rows.is_sorted_by(|one, next| one.0 < next.0) {
            return None;
        }
        proposals.rows = rows.into_iter().collect();
        Some(proposals)
    }
}

fn text(bytes: &mut Vec<u8>, texts: &[String]) {
    for it in texts {
        number(bytes, u32::try_from(it.len()).unwrap_or(u32::MAX));
        bytes.extend(it.as_bytes());
    }
}

fn number(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend(number.to_le_bytes());
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn count(&mut self, most: usize) -> Option<usize> {
        usize::try_from(self.number()?)
            .ok()
            .filter(|it| *it <= most)
    }

    fn texts(&mut self, count: usize) -> Option<Vec<String>> {
        let text = |reader: &mut Self| {
            let length = reader.count(LONGEST_PATH)?;
            let (text, rest) = reader.0.split_at_checked(length)?;
            reader.0 = rest;
            String::from_utf8(text.to_vec()).ok()
        };
        (0..count).map(|_| text(self)).collect()
    }

    fn real(&mut self) -> Option<f64> {
        let real = f64::from_le_bytes(self.take()?);
        (real.is_finite() && real >= 0.0).then_some(real)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::deeds::deeds, *};
    use crate::{
        change::{File, FileChange},
        rule::Rules,
    };

    fn model(text: &str) -> Model {
        let mut model = Model::new();
        for number in 0..3 {
            let change = FileChange {
                before: None,
                after: Some(File::new(format!("lib/{number}.py"), text)),
            };
            let unit = Unit {
                commit: [number; 20],
                time: i64::from(number),
            };
            let found = deeds(&[change], Rules::built_in());
            model.learn(unit, &found);
            let proposal = Proposal {
                time: -1,
                number: u32::from(number),
                head: [7; 20],
                base: [8; 20],
                parted: 3,
            };
            model.propose(proposal, &found);
        }
        model
    }

    #[test]
    fn another_version_is_refused() {
        let mut bytes = model("import os\n").to_bytes();
        bytes[8] = 99;
        assert_eq!(
            Model::from_bytes(&bytes),
            Err(KeptError::OtherVersion { found: 99 })
        );
        assert_eq!(Model::from_bytes(b"x"), Err(KeptError::NoModel));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(text in "(import |os|x|\\(|\\)|\n){0,20}") {
            let model = model(&text);
            let bytes = model.to_bytes();
            prop_assert_eq!(Model::from_bytes(&bytes), Ok(model));
        }

        #[test]
        fn never_panics(at in 0_usize..40_000, byte: u8, end in 0_usize..40_000) {
            let mut bytes = model("import os\nf(x)\n").to_bytes();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(end);
            drop(Model::from_bytes(&bytes));
        }
    }
}
