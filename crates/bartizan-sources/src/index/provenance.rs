//! The provenance that an index serves of a file ([PEP 740](https://peps.python.org/pep-0740/)).
//!
//! An index that says nothing of provenance is told apart from one that says there is none.

use bartizan_formats::{
    attestation::LARGEST_EVIDENCE,
    digest::Digest,
    index::{ListedFile, Provenance},
};
use bartizan_model::ecosystem::Package;

use super::{Asked, IndexClient};
use crate::http::{Address, Fetched, Validators};

/// What the indexes say of where a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServedProvenance {
    /// No index lists the file.
    NotListed,
    /// The index that lists it says nothing of provenance, which is not the same as none.
    NotServed {
        /// The index, without secrets.
        index: String,
        /// The digest that it states of the file.
        sha256: Option<Digest>,
    },
    /// The index says that there is none.
    None {
        /// The index, without secrets.
        index: String,
        /// The digest that it states of the file.
        sha256: Option<Digest>,
    },
    /// This. Nobody has verified it.
    Served {
        /// The index, without secrets.
        index: String,
        /// The digest that it states of the file.
        sha256: Option<Digest>,
        /// The provenance, as it was served.
        body: Vec<u8>,
    },
    /// An index did not answer.
    Unanswered {
        /// Why.
        why: String,
    },
}

impl IndexClient {
    /// The provenance of a file by the first index that lists it.
    pub fn provenance(&self, package: &Package, file: &str) -> ServedProvenance {
        for asked in &self.indexes {
            match self.provenance_by(asked, package, file) {
                Ok(None) => {}
                Ok(Some(served)) => return served,
                Err(why) => return ServedProvenance::Unanswered { why },
            }
        }
        ServedProvenance::NotListed
    }

    fn provenance_by(
        &self,
        asked: &Asked,
        package: &Package,
        name: &str,
    ) -> Result<Option<ServedProvenance>, String> {
        let Some((listing, _)) = self.listing(asked, package)? else {
            return Ok(None);
        };
        let mut files = listing.releases.values().flat_map(|(_, files)| files);
        let Some(file) = files.find(|file| file.name == name) else {
            return Ok(None);
        };
        let index = asked.address.to_string();
        let sha256 = file.sha256;
        Ok(Some(match &file.provenance {
            Provenance::Served(address) => ServedProvenance::Served {
                index,
                sha256,
                body: self.body(asked, file, address)?,
            },
            Provenance::None => ServedProvenance::None { index, sha256 },
            Provenance::NotServed => ServedProvenance::NotServed { index, sha256 },
        }))
    }

    fn body(&self, asked: &Asked, file: &ListedFile, address: &str) -> Result<Vec<u8>, String> {
        if self.is_offline {
            return Err(format!(
                "the provenance of `{}` is not kept, and `--offline` forbids asking for it",
                file.name
            ));
        }
        let bare = address.parse::<Address>();
        // With the credentials of the index where it is on the same host.
        let of_index = asked.address.follow(address).ok();
        let address = match of_index.filter(Address::has_credentials) {
            Some(address) => address,
            None => {
                bare.map_err(|error| format!("the provenance of `{}` is {error}", file.name))?
            }
        };
        let fetched = self
            .files
            .bytes(&address, &Validators::default(), LARGEST_EVIDENCE as u64);
        match fetched {
            Ok(Fetched::New { body, .. }) => Ok(body),
            Ok(Fetched::NotModified) => {
                Err("answered that nothing has changed, unasked".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }
}
