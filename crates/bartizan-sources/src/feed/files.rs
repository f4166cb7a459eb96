//! The files of a feed, from a directory or a zip archive: list, signature and records, nothing else.

use std::{
    collections::BTreeMap,
    fs::File,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use bartizan_formats::{
    archive::{ArchiveError, Limits, Member, zip},
    feed::{
        FeedError, LARGEST_MANIFEST, LARGEST_RECORD, MANIFEST, MOST_FILES, SIGNATURE, is_record,
    },
    signature::LARGEST_SIGNATURE,
    tree::{Entry, EntryKind, Tree, TreeError},
};

use crate::disk::DiskTree;

/// How deep records may lie.
const DEEPEST: usize = 8;

/// The most bytes of all files. They are in memory together, as one state.
const MOST_BYTES: usize = 512 << 20;

/// What an archive of a feed may hold besides.
const LIMITS: Limits = Limits {
    members: 1_000_000,
    member_bytes: LARGEST_MANIFEST as u64,
    total_bytes: MOST_BYTES as u64,
    ratio: 200,
};

/// Paths below the feed, with `/` between folders, and bytes.
type Files = BTreeMap<String, Vec<u8>>;

/// Reads the files of a feed.
pub(super) fn read(path: &Path) -> Result<Files, FeedError> {
    if path.is_dir() {
        return directory(path);
    }
    let unreadable = |why: String| FeedError::Unreadable {
        path: path.display().to_string(),
        why,
    };
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    archive(file, &unreadable)
}

/// Reads the files of a feed in a directory. Hidden files and links to directories are passed over.
pub(super) fn directory(root: &Path) -> Result<Files, FeedError> {
    let mut files = Files::new();
    let mut bytes = 0;
    let mut open = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        for Entry { path, kind, .. } in DiskTree
            .list(&folder)
            .map_err(|error| unreadable(&folder, &error))?
        {
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            let name = format!("{prefix}{name}");
            match (kind, limit(&name)) {
                (EntryKind::Directory, _) if is_shown(&name) && depth < DEEPEST => {
                    open.push((path, name + "/", depth + 1));
                }
                (EntryKind::File, Some(limit)) => {
                    let content =
                        DiskTree
                            .read(&path, limit as u64)
                            .map_err(|error| match error {
                                TreeError::TooLarge { .. } => FeedError::TooLarge {
                                    path: name.clone(),
                                    limit,
                                },
                                other => unreadable(&path, &other),
                            })?;
                    add(&mut files, &mut bytes, (name, content))?;
                }
                _ => {}
            }
        }
    }
    Ok(files)
}

fn unreadable(path: &Path, error: &TreeError) -> FeedError {
    FeedError::Unreadable {
        path: path.display().to_string(),
        why: error.to_string(),
    }
}

/// Reads the files of a feed in a zip archive. What hosting services pack has a folder around everything: the feed
/// begins where its list lies, and a record elsewhere is one that is not listed.
fn archive(file: File, unreadable: &dyn Fn(String) -> FeedError) -> Result<Files, FeedError> {
    let mut files = Files::new();
    let mut bytes = 0;
    let outcome = zip::visit(file, &LIMITS, &mut |member: &mut Member<'_>| {
        let name = member.name().to_owned();
        let base = name.rsplit('/').next().unwrap_or_default();
        let limit = if base == MANIFEST {
            Some(LARGEST_MANIFEST)
        } else {
            limit(&name)
        };
        if let Some(limit) = limit.filter(|_| member.has_plain_name() || base == MANIFEST) {
            if member.size() > limit as u64 {
                return Err(Stop::Feed(FeedError::TooLarge { path: name, limit }));
            }
            let content = member.read()?;
            add(&mut files, &mut bytes, (name, content)).map_err(Stop::Feed)?;
        }
        Ok(ControlFlow::Continue(()))
    });
    match outcome {
        Ok(()) => {}
        Err(Stop::Feed(error)) => return Err(error),
        Err(Stop::Archive(error)) => return Err(unreadable(error.to_string())),
    }
    let is_list = |name: &&String| name.rsplit('/').next() == Some(MANIFEST);
    let list = files.keys().filter(is_list).min_by_key(|name| name.len());
    let Some(list) = list.cloned() else {
        return Err(FeedError::NoManifest);
    };
    let prefix = list.strip_suffix(MANIFEST).unwrap_or_default();
    files
        .into_iter()
        .map(|(name, content)| match name.strip_prefix(prefix) {
            Some(name) => Ok((name.to_owned(), content)),
            None => Err(FeedError::Added { path: name }),
        })
        .collect()
}

enum Stop {
    Feed(FeedError),
    Archive(ArchiveError),
}

impl From<ArchiveError> for Stop {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error)
    }
}

fn add(
    files: &mut Files,
    bytes: &mut usize,
    (name, content): (String, Vec<u8>),
) -> Result<(), FeedError> {
    *bytes += content.len();
    if files.len() > MOST_FILES + 2 {
        return Err(FeedError::TooMany { limit: MOST_FILES });
    }
    if *bytes > MOST_BYTES {
        let limit = MOST_BYTES;
        return Err(FeedError::TooLarge { path: name, limit });
    }
    if let Some(_twice) = files.insert(name.clone(), content) {
        return Err(FeedError::Added { path: name });
    }
    Ok(())
}

/// How large a file may be that belongs to a feed; `None` of one that does not.
fn limit(name: &str) -> Option<usize> {
    let base = name.rsplit('/').next().unwrap_or_default();
    match name {
        MANIFEST => Some(LARGEST_MANIFEST),
        SIGNATURE => Some(LARGEST_SIGNATURE),
        _ if base == SIGNATURE => Some(LARGEST_SIGNATURE),
        _ => is_record(name).then_some(LARGEST_RECORD),
    }
}

fn is_shown(name: &str) -> bool {
    !name.split('/').any(|part| part.starts_with('.'))
}

/// The place of a record on the disk.
pub(super) fn place(root: &Path, name: &str) -> PathBuf {
    name.split('/')
        .fold(root.to_owned(), |path, part| path.join(part))
}
