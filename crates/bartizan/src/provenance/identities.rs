//! The lock of identities, read for whoever asks.

use std::path::{Path, PathBuf};

use bartizan_formats::{
    identities::{self, Identities, LARGEST_IDENTITIES},
    tree::TreeError,
};
use bartizan_sources::{disk, home::Home};

use crate::{
    context::Context,
    error::{Failure, chain},
};

/// The lock with its path; empty where there is none and nobody named one.
pub(crate) fn read(ctx: &Context, named: Option<&Path>) -> Result<(PathBuf, Identities), Failure> {
    open(ctx, named, named.is_none())
}

/// The lock with its path; empty where there is none and it may be absent.
pub(crate) fn open(
    ctx: &Context,
    named: Option<&Path>,
    may_be_absent: bool,
) -> Result<(PathBuf, Identities), Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => Home::new(ctx.home()?).identities(),
    };
    let wrong = |why: String| {
        Failure::usage(format!("cannot read `{}`: {why}", path.display()))
            .hint("`bartizan verify --pin` writes one")
    };
    let identities = match disk::read_small(&path, LARGEST_IDENTITIES) {
        Ok(bytes) => identities::read(&bytes).map_err(|error| wrong(chain(&error)))?,
        Err(TreeError::NotFound) if may_be_absent => Identities::default(),
        Err(error) => return Err(wrong(chain(&error))),
    };
    Ok((path, identities))
}
