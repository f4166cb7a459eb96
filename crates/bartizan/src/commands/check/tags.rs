//! Tables of releases of actions that a user gives.

use std::path::Path;

use bartizan_posture::facts::{Facts, tags};
use bartizan_sources::disk::read_small;

use crate::error::{Failure, chain};

/// The largest table.
const MAX_FILE: usize = 4 << 20;

/// Adds what the tables say to what the repository's own says; the repository's own comes first.
pub(super) fn add(facts: &mut Facts, files: &[impl AsRef<Path>]) -> Result<(), Failure> {
    for file in files {
        let file = file.as_ref();
        let failed = |why: String| {
            Failure::usage(format!("cannot read the table of releases `{}`: {why}", file.display()))
                .hint("its form: `[tags.\"owner/name\"]`, and below it lines such as `\"v1.2.3\" = \"<40 digits>\"`")
        };
        let bytes = read_small(file, MAX_FILE).map_err(|error| failed(chain(&error)))?;
        let text = String::from_utf8(bytes).map_err(|error| failed(error.to_string()))?;
        facts.tags.extend(&tags::parse(&text).map_err(failed)?);
    }
    Ok(())
}
