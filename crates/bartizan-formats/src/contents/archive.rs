//! The contents of zip and tar archives, and the bytes of single members.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, SeekFrom},
    ops::ControlFlow,
};

use super::{Contents, FileFacts, Identity, Naming, is_binary};
use crate::{
    archive::{ArchiveError, ArchiveKind, Limits, Member, is_plain_name, tar, zip},
    tree::ReadSeek,
};

/// The largest releases of the index inflate to a few gigabytes.
const LIMITS: Limits = Limits {
    members: 500_000,
    member_bytes: 1 << 30,
    total_bytes: 16 << 30,
    ratio: 200,
};

/// The largest member whose bytes are kept.
const LARGEST_KEPT: u64 = 64 << 20;

/// The most bytes that are kept of all members: what differs is little, and what is asked for beside it is metadata.
const MOST_KEPT: usize = 256 << 20;

/// Where a mode of Unix says what kind a file is of.
const TYPE: u32 = 0o170_000;

/// What it says there of a link.
const LINK: u32 = 0o120_000;

/// The bytes of a file, or why they could not be had.
pub type TextOf = BTreeMap<String, Result<Vec<u8>, String>>;

/// What an archive holds. With `within`, the one folder that all of it is in is taken off the names.
pub fn of_archive(
    file: &mut dyn ReadSeek,
    is_within_folder: bool,
    naming: Option<Naming<'_>>,
) -> Result<Contents, ArchiveError> {
    within(file, is_within_folder, naming, u64::MAX)
}

/// The same, where of members of more than so many bytes nothing but their size is known: what they are costs their size in memory.
pub fn of_archive_up_to(
    file: &mut dyn ReadSeek,
    is_within_folder: bool,
    most: u64,
) -> Result<Contents, ArchiveError> {
    within(file, is_within_folder, None, most)
}

fn within(
    file: &mut dyn ReadSeek,
    is_within_folder: bool,
    naming: Option<Naming<'_>>,
    most: u64,
) -> Result<Contents, ArchiveError> {
    let mut contents = Contents::default();
    let mut buffer = Vec::new();
    walk(file, &mut |kind, member| {
        let name = plain(member.name());
        let found = if *kind == tar::Kind::File && member.size() > most {
            Some(Ok(unread(member)))
        } else {
            facts(kind, member, &contents, &mut buffer, naming)
        };
        let Some(facts) = found else {
            return Ok(());
        };
        if !is_plain_name(&name) {
            let why = "its name leads out of the archive".to_owned();
            contents.problems.insert(name, why);
            return Ok(());
        }
        match facts {
            Err(why) => drop(contents.problems.insert(name, why)),
            Ok(facts) => {
                if contents.files.insert(name.clone(), facts).is_some() {
                    let why = "it is in the archive twice".to_owned();
                    contents.problems.insert(name.clone(), why);
                }
                contents.order.push(name);
            }
        }
        Ok(())
    })?;
    if is_within_folder {
        leave_folder(&mut contents);
    }
    Ok(contents)
}

/// What is known of a member; nothing where it is none that counts.
fn facts(
    kind: &tar::Kind,
    member: &mut Member<'_>,
    contents: &Contents,
    buffer: &mut Vec<u8>,
    naming: Option<Naming<'_>>,
) -> Option<Result<FileFacts, String>> {
    match kind {
        tar::Kind::File => {
            let mode = member.mode();
            if let Err(error) = member.read_if(buffer, &mut |_| true) {
                return Some(Err(error.to_string()));
            }
            if mode.is_some_and(|mode| mode & TYPE == LINK) {
                let target = String::from_utf8_lossy(buffer).into_owned();
                return Some(Ok(link(target, buffer, naming)));
            }
            Some(Ok(FileFacts {
                size: Some(buffer.len() as u64),
                is_executable: mode.map(|mode| mode & 0o111 != 0),
                link: None,
                identity: Identity::of(buffer, naming),
                is_binary: Some(is_binary(buffer)),
            }))
        }
        tar::Kind::SymbolicLink(target) => {
            Some(Ok(link(target.clone(), target.as_bytes(), naming)))
        }
        // A second name of a file that came before it.
        tar::Kind::HardLink(target) => Some(
            contents
                .files
                .get(&plain(target))
                .cloned()
                .ok_or_else(|| "it is a link to something that is not there".to_owned()),
        ),
        tar::Kind::Directory => None,
        tar::Kind::Other => Some(Err("it is neither a file nor a link".to_owned())),
    }
}

/// What is known of a member whose bytes nobody looked at.
fn unread(member: &Member<'_>) -> FileFacts {
    FileFacts {
        size: Some(member.size()),
        is_executable: member.mode().map(|mode| mode & 0o111 != 0),
        ..FileFacts::default()
    }
}

fn link(target: String, bytes: &[u8], naming: Option<Naming<'_>>) -> FileFacts {
    FileFacts {
        size: Some(bytes.len() as u64),
        is_executable: None,
        link: Some(target),
        identity: Identity::of(bytes, naming),
        is_binary: Some(false),
    }
}

/// The bytes of some members, by the names that [`of_archive`] gave them.
pub fn texts(
    file: &mut dyn ReadSeek,
    folder: Option<&str>,
    names: &BTreeSet<String>,
) -> Result<TextOf, ArchiveError> {
    let mut kept = TextOf::new();
    let mut total = 0;
    if names.is_empty() {
        return Ok(kept);
    }
    walk(file, &mut |kind, member| {
        let name = plain(member.name());
        let inner = folder.map_or(Some(name.as_str()), |folder| {
            name.strip_prefix(folder)?.strip_prefix('/')
        });
        let Some(name) = inner.filter(|name| names.contains(*name)) else {
            return Ok(());
        };
        if *kind != tar::Kind::File {
            return Ok(());
        }
        let text = if member.size() > LARGEST_KEPT {
            Err("it is too large to be looked into".to_owned())
        } else if total > MOST_KEPT {
            Err("too much differs for all of it to be looked into".to_owned())
        } else {
            member.read().map_err(|error| error.to_string())
        };
        total += text.as_ref().map_or(0, Vec::len);
        kept.insert(name.to_owned(), text);
        Ok(())
    })?;
    Ok(kept)
}

/// Shown every member.
type Visitor<'v> = dyn FnMut(&tar::Kind, &mut Member<'_>) -> Result<(), ArchiveError> + 'v;

fn walk(file: &mut dyn ReadSeek, visitor: &mut Visitor<'_>) -> Result<(), ArchiveError> {
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    Read::take(&mut *file, ArchiveKind::HEAD).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    match ArchiveKind::of_content(&head) {
        Some(ArchiveKind::Zip) => zip::visit(file, &LIMITS, &mut |member| {
            visitor(&tar::Kind::File, member).map(|()| ControlFlow::Continue(()))
        }),
        Some(ArchiveKind::Tar(packing)) => {
            tar::visit_all_packed(file, packing, &LIMITS, &mut |kind, member| {
                visitor(kind, member).map(|()| ControlFlow::Continue(()))
            })
        }
        None => Err(ArchiveError::NotAnArchive { kind: "zip or tar" }),
    }
}

/// A name without what means nothing in it.
fn plain(name: &str) -> String {
    let mut name = name;
    while let Some(rest) = name.strip_prefix("./") {
        name = rest;
    }
    name.to_owned()
}

/// Takes the one folder that everything is in off the names.
fn leave_folder(contents: &mut Contents) {
    let first = |name: &str| name.split_once('/').map(|(folder, _)| folder.to_owned());
    let mut folders = contents.files.keys().map(|name| first(name));
    let Some(Some(folder)) = folders.next() else {
        return;
    };
    if !folders.all(|it| it.as_ref() == Some(&folder)) {
        return;
    }
    let inner = |name: &str| {
        let rest = name.strip_prefix(folder.as_str());
        let rest = rest.and_then(|rest| rest.strip_prefix('/'));
        rest.unwrap_or(name).to_owned()
    };
    let files = std::mem::take(&mut contents.files);
    contents.files = files.into_iter().map(|(k, v)| (inner(&k), v)).collect();
    let problems = std::mem::take(&mut contents.problems);
    contents.problems = problems.into_iter().map(|(k, v)| (inner(&k), v)).collect();
    contents.order = contents.order.iter().map(|name| inner(name)).collect();
    contents.folder = Some(folder);
}
