//! Bundles on this machine: the snapshot of a home written into one signed file, and taken out of it elsewhere.
//!
//! A bundle replaces the snapshot whole; nothing is merged, because a machine without a network has nothing to
//! merge it with. The ages that scans go by are those that the publisher's imports had: carrying a file on a
//! stick makes no advisory younger.

mod error;
mod export;
mod install;
mod state;

use std::{fs::File, io::Read, path::Path};

use bartizan_formats::bundle;

pub use self::{
    error::{ExportError, InstallError},
    export::{ExportRequest, Exported, export},
    install::{InstallRequest, Installed, Waivers, install},
};

/// How many bytes tell a bundle.
const HEAD: usize = 512;

/// Whether a file is a bundle, by its content. One that cannot be read is none; whoever reads it says why.
pub fn is_bundle(path: &Path) -> bool {
    let mut head = [0; HEAD];
    // A pipe is not waited for.
    path.is_file()
        && File::open(path)
            .and_then(|mut file| file.read_exact(&mut head))
            .is_ok_and(|()| bundle::recognises(&head))
}

#[cfg(test)]
mod tests;
