//! What a ledger asks about files of releases: the evidence that an index serves, and which bills of materials a wheel carries.

use bartizan_formats::{
    attestation::LARGEST_EVIDENCE,
    index::{ListedFile, Provenance},
    wheel_bills::{self, WheelBills},
};

use super::IndexUniverse;
use crate::{
    http::{Address, Fetched, Validators},
    index::remote::{Pace, RemoteFile},
};

/// The directory of an archive stands at its end, and most fit into one part. A server that sends nothing but the whole is not
/// asked for wheels larger than this.
const DIRECTORY: Pace = Pace {
    block: 64 << 10,
    limit: 2 << 20,
    requests: 40,
};

impl IndexUniverse<'_> {
    /// The evidence that the index serves of a file; an error where it serves none, or does not answer.
    pub fn evidence(&self, file: &ListedFile) -> Result<Vec<u8>, String> {
        let Provenance::Served(link) = &file.provenance else {
            return Err(format!("no evidence of `{}` is served", file.name));
        };
        self.count()?;
        let address = self.with_credentials(link)?;
        let http = self.client.files.clone().accepting(EVIDENCE);
        let fetched = http.bytes(&address, &Validators::default(), LARGEST_EVIDENCE as u64);
        match fetched.map_err(|error| error.to_string())? {
            Fetched::New { body, .. } => Ok(body),
            Fetched::NotModified => Err(format!("`{address}` sent nothing")),
        }
    }

    /// How many bills of materials a wheel carries
    /// ([PEP 770](https://peps.python.org/pep-0770/)), by its directory alone.
    pub fn sboms(&self, file: &ListedFile) -> Result<u32, String> {
        let remote = self.parts(file)?;
        wheel_bills::count(remote).map_err(|error| format!("`{}`: {error}", file.name))
    }

    /// The bills of materials of a wheel, each up to a number of bytes, with its metadata.
    pub fn bills(&self, file: &ListedFile, largest: u64) -> Result<WheelBills, String> {
        let remote = self.parts(file)?;
        wheel_bills::read(remote, largest).map_err(|error| format!("`{}`: {error}", file.name))
    }

    /// A file of which little is wanted.
    fn parts(&self, file: &ListedFile) -> Result<RemoteFile, String> {
        self.count()?;
        let address = self.with_credentials(&file.address)?;
        let remote = RemoteFile::open(self.client.files.clone(), address, DIRECTORY);
        remote.map_err(|error| error.to_string())
    }

    /// An address, with the credentials of an index where it is on the same host.
    pub(super) fn with_credentials(&self, link: &str) -> Result<Address, String> {
        let bare: Address = link
            .parse()
            .map_err(|_error| "it has no address".to_owned())?;
        let of_index = self
            .client
            .indexes
            .iter()
            .filter_map(|asked| asked.address.follow(link).ok());
        let mut with_credentials = of_index.filter(Address::has_credentials);
        Ok(with_credentials.next().unwrap_or(bare))
    }
}

/// What to ask for.
const EVIDENCE: &str = bartizan_formats::index::provenance::ACCEPT;
