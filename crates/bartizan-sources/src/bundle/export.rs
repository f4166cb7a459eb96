//! Writing a bundle.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, Write},
    path::Path,
};

use bartizan_formats::{
    bundle::{
        BundleManifest, Content, SnapshotName, Trust, UnverifiedBundle, manifest_text, write,
    },
    digest::Digesting,
    signature::SigningKey,
    snapshot::{Changes, CopyError, Snapshot, write_changes},
};
use bartizan_model::Timestamp;
use tempfile::NamedTempFile;

use super::{error::ExportError, is_bundle};
use crate::{
    database::{DatabaseError, DatabaseReader, FileReader},
    home::Home,
};

/// What to write, and where.
#[derive(Debug)]
pub struct ExportRequest<'a> {
    /// Whose snapshot.
    pub home: &'a Home,
    /// The file to write, whole or not at all.
    pub target: &'a Path,
    /// A snapshot, or a bundle that holds one whole: only what changed since is written.
    pub since: Option<&'a Path>,
    /// What to sign with.
    pub key: Option<&'a SigningKey>,
    /// The time of the export.
    pub now: Timestamp,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// What the bundle says about itself.
    pub manifest: BundleManifest,
    /// How much changed, where only changes were written.
    pub changes: Option<Changes>,
}

type Opened = Snapshot<DatabaseReader>;

/// Writes the snapshot of a home into a bundle. The snapshot is read from end to end before: damage is not
/// signed.
pub fn export(request: &ExportRequest<'_>) -> Result<Exported, ExportError> {
    let path = request.home.snapshot();
    let mut file = open(&path)?;
    let snapshot = snapshot(&path, &file)?;
    snapshot.verify()?;
    let sources = &snapshot.manifest().sources;
    let imported = sources.iter().map(|source| source.imported).max();
    if let Some(imported) = imported.filter(|imported| *imported > request.now) {
        return Err(ExportError::Clock { imported });
    }
    let directory = directory_of(request.target);
    let mut increment = None;
    if let Some(path) = request.since {
        let base = base(path, directory, request.now)?;
        let scratch = scratch(directory)?;
        let writer = BufWriter::new(scratch.try_clone().map_err(disk("write to", directory))?);
        let changes = write_changes(&base, &snapshot, writer).map_err(changes_error)?;
        increment = Some((SnapshotName(base.content_digest()), changes));
        file = scratch;
    }
    let manifest = BundleManifest {
        created: request.now,
        snapshot: SnapshotName(snapshot.content_digest()),
        base: increment.map(|(base, _)| base),
        content: content(&mut file).map_err(disk("read", &path))?,
        sources: sources.iter().map(Into::into).collect(),
    };
    file.rewind().map_err(disk("read", &path))?;
    save(request, &manifest, &mut file)?;
    Ok(Exported {
        manifest,
        changes: increment.map(|(_, changes)| changes),
    })
}

fn save(
    request: &ExportRequest<'_>,
    manifest: &BundleManifest,
    content: &mut File,
) -> Result<(), ExportError> {
    let text = manifest_text(manifest);
    let signature = request
        .key
        .map(|key| key.sign(text.as_bytes()))
        .transpose()?;
    let cannot = || disk("write", request.target);
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // Made to be passed on: what others may do with it is up to the umask, as with any file of the user.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let draft = builder
        .tempfile_in(directory_of(request.target))
        .map_err(cannot())?;
    let mut writer = BufWriter::with_capacity(256 << 10, draft.as_file());
    write(manifest, signature.as_deref(), content, &mut writer).map_err(ExportError::Bundle)?;
    writer.flush().map_err(cannot())?;
    drop(writer);
    draft.as_file().sync_all().map_err(cannot())?;
    persist(draft, request.target).map_err(cannot())
}

fn persist(draft: NamedTempFile, target: &Path) -> io::Result<()> {
    draft.persist(target).map(drop).map_err(|error| error.error)
}

/// The snapshot that an increment starts from: a file of its own, or in a bundle.
fn base(path: &Path, directory: &Path, now: Timestamp) -> Result<Opened, ExportError> {
    let mut file = open(path)?;
    if !is_bundle(path) {
        return snapshot(path, &file);
    }
    let refused = |source| ExportError::Base {
        path: path.to_owned(),
        source,
    };
    // Whose it is makes no difference: what is written are changes to whatever it holds.
    let bundle =
        UnverifiedBundle::read(&mut file).and_then(|read| read.verify(Trust::Anybody, now));
    let bundle = bundle.map_err(refused)?;
    if bundle.manifest.base.is_some() {
        let path = path.to_owned();
        return Err(ExportError::NotWhole { path });
    }
    let unpacked = scratch(directory)?;
    bundle.copy_content(&mut file, &unpacked).map_err(refused)?;
    snapshot(path, &unpacked)
}

fn snapshot(path: &Path, file: &File) -> Result<Opened, ExportError> {
    let file = file.try_clone().map_err(disk("read", path))?;
    Ok(Snapshot::open(DatabaseReader::File(FileReader::new(file)))?)
}

fn open(path: &Path) -> Result<File, ExportError> {
    File::open(path).map_err(|source| {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => DatabaseError::Missing { path }.into(),
            _ => DatabaseError::Open { path, source }.into(),
        }
    })
}

/// A file without a name beside the one that is written: there must be room for both.
fn scratch(directory: &Path) -> Result<File, ExportError> {
    tempfile::tempfile_in(directory).map_err(disk("make a temporary file in", directory))
}

fn content(file: &mut File) -> io::Result<Content> {
    file.rewind()?;
    let mut digesting = Digesting::new(io::sink());
    io::copy(file, &mut digesting)?;
    let (size, digest) = digesting.finish();
    Ok(Content { size, digest })
}

fn changes_error(error: CopyError) -> ExportError {
    match error {
        CopyError::Read(error) => ExportError::Snapshot(error),
        error @ CopyError::Write(_) => ExportError::Changes(error),
    }
}

fn directory_of(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

fn disk(operation: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ExportError + use<> {
    let path = path.to_owned();
    move |source| ExportError::Disk {
        operation,
        path,
        source,
    }
}
