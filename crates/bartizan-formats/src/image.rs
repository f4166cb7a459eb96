//! Container images: what a container would see of them, without unpacking them.
//!
//! An image is a stack of archives. Each is read once, from its first byte to its last; of what it holds only the shape
//! of directories is kept, and the content of those few files that say what is installed. The result is a [`Tree`], so that
//! a search finds in it what it would find in the container.
//!
//! [`Tree`]: crate::tree::Tree

mod files;
mod inside;
mod layer;
pub(crate) mod manifest;
mod platform;
pub(crate) mod squashfs;
pub(crate) mod store;
mod system;
mod view;

use std::io;

use thiserror::Error;

pub(crate) use self::{
    files::FileSystem,
    inside::inside,
    layer::{apply, is_kept},
    manifest::{Blob, Image, images},
    platform::choose,
    view::ImageTree,
};
use crate::{
    archive::{ArchiveError, Limits},
    json::JsonError,
    tree::TreeError,
};

/// The bounds of all layers of an image together. The largest images with everything for machine learning have some
/// twenty gigabytes in some hundred thousand files; sparse files pack a thousand to one in gzip and thirty thousand to one
/// in zstd, so that the ratio tells nothing.
pub(crate) const LIMITS: Limits = Limits {
    members: 4_000_000,
    member_bytes: 16 << 20,
    total_bytes: 64 << 30,
    ratio: u64::MAX,
};

/// Why an image cannot be looked at.
#[derive(Debug, Error)]
pub enum ImageError {
    /// It names a part that is not there.
    #[error("the part `{name}` is missing")]
    Missing {
        /// The part's file.
        name: String,
    },
    /// A part is not what its description says.
    #[error("the part `{name}` has {found}, its description says {stated}")]
    Differs {
        /// The part's file.
        name: String,
        /// What it has.
        found: String,
        /// What was said.
        stated: String,
    },
    /// A description cannot be read.
    #[error("`{name}` cannot be read")]
    Description {
        /// The file.
        name: String,
        /// What is wrong.
        #[source]
        cause: JsonError,
    },
    /// A description lacks something, or has it in a form that nobody uses.
    #[error("`{name}` {what}")]
    Malformed {
        /// The file.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// None of the images is for the platform.
    #[error("no image for {wanted}; there is {available}")]
    NoPlatform {
        /// The platform that was asked for.
        wanted: String,
        /// Those of the images.
        available: String,
    },
    /// A layer cannot be read.
    #[error("the layer `{name}` cannot be read")]
    Layer {
        /// The layer's file.
        name: String,
        /// What is wrong.
        #[source]
        cause: ArchiveError,
    },
    /// A file of it cannot be had.
    #[error("cannot be read")]
    Tree(#[from] TreeError),
    /// The bytes cannot be had.
    #[error("cannot be read")]
    Io(#[from] io::Error),
}
