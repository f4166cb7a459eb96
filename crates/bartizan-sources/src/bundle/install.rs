//! Taking a snapshot out of a bundle and putting it into force.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use bartizan_formats::{
    bundle::{Bundle, BundleError, Trust, UnverifiedBundle},
    snapshot::{CopyError, Manifest, Snapshot, WriteError, apply_changes},
};
use bartizan_model::Timestamp;

use super::{error::InstallError, state::BundleState};
use crate::{
    database::{self, Database, DatabaseError, DatabaseReader, FileReader},
    home::Home,
    sync::{
        SyncError,
        install::{Draft, Workshop},
    },
};

/// What the publisher of bundles that nobody signed is called.
const NOBODY: &str = "nobody who signs";

/// What to install, and on whose word.
#[derive(Debug)]
pub struct InstallRequest<'a> {
    /// Where the snapshot goes.
    pub home: &'a Home,
    /// The bundle.
    pub bundle: &'a Path,
    /// Whom it is believed from.
    pub trust: Trust<'a>,
    /// What the user accepts.
    pub waivers: Waivers,
    /// The time: keys count for a while only.
    pub now: Timestamp,
}

/// What the user accepts that is refused otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waivers {
    /// A bundle that is older than one of the same publisher.
    pub older: bool,
    /// The loss of a snapshot that did not come from this publisher.
    pub replace: bool,
}

/// What was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// The bundle.
    pub bundle: Bundle,
    /// The snapshot that is now in force.
    pub manifest: Manifest,
    /// The id of the snapshot that was in force before.
    pub replaced: Option<String>,
}

/// Verifies a bundle and puts its snapshot into force. On every error the old snapshot stays in force.
pub fn install(request: &InstallRequest<'_>) -> Result<Installed, InstallError> {
    let refused = |source| InstallError::Bundle {
        path: request.bundle.to_owned(),
        source,
    };
    let file = File::open(request.bundle).map_err(|error| refused(BundleError::Read(error)))?;
    let mut reader = BufReader::with_capacity(256 << 10, file);
    let bundle = UnverifiedBundle::read(&mut reader)
        .and_then(|read| read.verify(request.trust, request.now))
        .map_err(refused)?;
    let publisher = match &bundle.signer {
        Some(signer) => signer.principal.as_str(),
        None => NOBODY,
    };
    let workshop = Workshop::open(request.home, request.now)?;
    let old = old_snapshot(request)?;
    let mut state = BundleState::load(&request.home.bundle_state())?;
    check_place(request, &bundle, publisher, (&state, old.as_ref()))?;
    let draft = workshop.draft()?;
    if bundle.manifest.base.is_some() {
        let changes = workshop.spool()?;
        bundle
            .copy_content(&mut reader, &changes)
            .map_err(refused)?;
        make(&workshop, old.as_ref(), changes, &draft)?;
    } else {
        let mut writer = draft.writer()?;
        bundle
            .copy_content(&mut reader, &mut writer)
            .map_err(refused)?;
        let flushed = writer.flush();
        flushed.map_err(SyncError::home("write to", workshop.directory()))?;
    }
    let manifest = checked(&bundle, &draft).map_err(|error| match error {
        Unsound::Snapshot(error) => InstallError::Content(error),
        Unsound::Bundle(error) => refused(error),
        Unsound::Home(error) => InstallError::Home(error),
    })?;
    // Before the swap: where it fails, the same bundle may come again, and no older one.
    state.note(publisher, &bundle.manifest);
    workshop.save(&request.home.bundle_state(), &state.text())?;
    forget_feeds(&request.home.sync_state())?;
    draft.install(&request.home.snapshot())?;
    Ok(Installed {
        manifest,
        replaced: old.map(|old| old.manifest().snapshot.clone()),
        bundle,
    })
}

/// Whether the bundle may take the place of what is there.
fn check_place(
    request: &InstallRequest<'_>,
    bundle: &Bundle,
    publisher: &str,
    (state, old): (&BundleState, Option<&Database>),
) -> Result<(), InstallError> {
    if let Some(seen) = state.newer(publisher, &bundle.manifest)
        && !request.waivers.older
    {
        return Err(InstallError::Older {
            created: bundle.manifest.created,
            publisher: publisher.to_owned(),
            seen,
        });
    }
    let found = old.map(|old| old.manifest().snapshot.clone());
    if let Some(base) = bundle.manifest.base {
        // Changes to the very snapshot that is there lose nothing that their publisher did not know.
        return match old {
            Some(old) if old.content_digest() == base.0 => Ok(()),
            _ => Err(InstallError::Base {
                wanted: base.id(),
                found,
            }),
        };
    }
    let may_go = |old: &Database| {
        let content = old.content_digest();
        content == bundle.manifest.snapshot.0 || state.put(publisher, content)
    };
    match found {
        Some(found) if !request.waivers.replace && !old.is_some_and(may_go) => {
            Err(InstallError::Replaces {
                found,
                publisher: publisher.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

/// The snapshot in force. One that cannot be read may be replaced, as one that was never there.
fn old_snapshot(request: &InstallRequest<'_>) -> Result<Option<Database>, InstallError> {
    match database::open(request.home) {
        Ok(database) => Ok(Some(database)),
        Err(DatabaseError::Missing { .. } | DatabaseError::Refused { .. }) => Ok(None),
        Err(DatabaseError::Open { path, source }) => {
            Err(SyncError::home("open the snapshot", &path)(source).into())
        }
    }
}

/// Makes the new snapshot of the old one and the changes.
fn make(
    workshop: &Workshop,
    old: Option<&Database>,
    changes: File,
    draft: &Draft,
) -> Result<(), InstallError> {
    let changes = Snapshot::open(DatabaseReader::File(FileReader::new(changes)))?;
    // `check_place` has seen that there is the right one.
    let Some(old) = old else {
        return Ok(());
    };
    let writer: BufWriter<File> = draft.writer()?;
    match apply_changes(&**old, &changes, writer) {
        Ok(_manifest) => Ok(()),
        Err(CopyError::Read(error)) => Err(InstallError::Content(error)),
        Err(CopyError::Write(WriteError::Io(error))) => {
            Err(SyncError::home("write to", workshop.directory())(error).into())
        }
        Err(CopyError::Write(error)) => Err(SyncError::Build(error).into()),
    }
}

enum Unsound {
    Snapshot(bartizan_formats::snapshot::SnapshotError),
    Bundle(BundleError),
    Home(SyncError),
}

/// Reads the new snapshot from end to end, and sees that it is the one that the bundle promises.
fn checked(bundle: &Bundle, draft: &Draft) -> Result<Manifest, Unsound> {
    let file = draft.reader().map_err(Unsound::Home)?;
    let snapshot = Snapshot::open(DatabaseReader::File(FileReader::new(file)));
    let snapshot = snapshot.map_err(Unsound::Snapshot)?;
    snapshot.verify().map_err(Unsound::Snapshot)?;
    let manifest = snapshot.manifest().clone();
    bundle
        .manifest
        .check_snapshot(&manifest, snapshot.content_digest())
        .map_err(Unsound::Bundle)?;
    Ok(manifest)
}

/// What the last sync noted of its feeds holds for the snapshot that it wrote.
fn forget_feeds(path: &PathBuf) -> Result<(), InstallError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(SyncError::home("delete", path)(error).into())
        }
        _ => Ok(()),
    }
}
