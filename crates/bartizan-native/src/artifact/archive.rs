//! Wheels, source distributions and conda packages: members are read in memory, one at a time for each thread.

use std::{io::Read, ops::ControlFlow};

use bartizan_formats::{
    archive::{
        ArchiveError, Limits, Member, Packing, tar,
        zip::{Index, Located, MemberReader},
    },
    file_name,
    tree::{self, ReadSeek},
};
use bartizan_model::native::Contents;

use super::{
    InspectError, Place,
    collection::{Collection, MOST_FILES, Seen, look},
    kind,
    part::Part,
    workers,
};

const LIMITS: Limits = Limits::NATIVE;

/// A file of machine code on its own.
pub(super) fn single(place: Place<'_>) -> Result<Contents, InspectError> {
    let mut buffer = Vec::new();
    let name = kind::name(place.path);
    let seen = look(
        place.knowledge,
        (name, Part::Any, 0),
        &mut buffer,
        |buffer, is_wanted| {
            tree::read_if(
                place.tree,
                place.path,
                LIMITS.member_bytes,
                buffer,
                is_wanted,
            )
        },
    );
    let mut collection = Collection::new(place.shown(), None);
    collection.add(name, Part::Any, seen);
    Ok(collection.finish(place.knowledge))
}

/// A wheel, a source distribution in zip, or a conda package.
pub(super) fn zip(place: Place<'_>) -> Result<Contents, InspectError> {
    let file = place
        .tree
        .open(place.path)
        .map_err(|cause| place.tree_error(cause))?;
    let index = Index::read(file, &LIMITS).map_err(|cause| place.archive_error(cause))?;
    let mut collection = collection(&place);
    let mut parts = Vec::new();
    for member in index.files() {
        let name = member.name();
        collection.check_name(&name);
        if is_conda_part(&name) {
            conda_part(&place, &member, &mut collection);
            continue;
        }
        let part = Part::of(&name);
        if part != Part::Other && parts.len() < MOST_FILES {
            let name = name.into_owned();
            parts.push((member, name, part));
        } else if part != Part::Other {
            collection.problem(&name, "not looked at: too many files");
        }
    }
    let seen = workers::work(
        &parts,
        |(member, ..)| member.size(),
        || {
            let file = place
                .tree
                .open(place.path)
                .map_err(|error| error.to_string())?;
            Ok::<_, String>(MemberReader::new(file, &LIMITS))
        },
        |reader, buffer, (member, name, part)| match reader {
            Ok(reader) => {
                let of = (name.as_str(), *part, member.size());
                look(place.knowledge, of, buffer, |buffer, is_wanted| {
                    reader.read_if(member, buffer, is_wanted)
                })
            }
            Err(error) => Seen::Bad(error.clone()),
        },
    );
    for ((_, name, part), seen) in parts.iter().zip(seen) {
        collection.add(name, *part, seen);
    }
    Ok(collection.finish(place.knowledge))
}

fn collection(place: &Place<'_>) -> Collection {
    let name = kind::name(place.path);
    let carrier = file_name::wheel(name).or_else(|| file_name::source(name));
    Collection::new(place.shown(), carrier)
}

/// Whether a member of a zip archive is one of the two halves of a conda package: `pkg-NAME.tar.zst`, `info-NAME.tar.zst`.
fn is_conda_part(name: &str) -> bool {
    let is_half = name.starts_with("pkg-") || name.starts_with("info-");
    is_half && name.ends_with(".tar.zst")
}

fn conda_part(place: &Place<'_>, member: &Located, collection: &mut Collection) {
    let outcome = place
        .tree
        .open(place.path)
        .map_err(|error| error.to_string())
        .and_then(|file| {
            let mut reader = MemberReader::new(file, &LIMITS);
            let stream = reader.stream(member).map_err(|error| error.to_string())?;
            walk(place, stream, Packing::Zstd, collection).map_err(|error| error.to_string())
        });
    if let Err(message) = outcome {
        collection.problem(&member.name(), &message);
    }
}

/// A source distribution or a conda package in tar.
pub(super) fn tar(place: Place<'_>, packing: Packing) -> Result<Contents, InspectError> {
    let file: Box<dyn ReadSeek + '_> = place
        .tree
        .open(place.path)
        .map_err(|cause| place.tree_error(cause))?;
    let mut collection = collection(&place);
    match walk(&place, file, packing, &mut collection) {
        Ok(()) => {}
        Err(cause) if collection.is_empty() => return Err(place.archive_error(cause)),
        // What came before the damage was seen.
        Err(cause) => collection.problem(&place.shown(), &cause.to_string()),
    }
    Ok(collection.finish(place.knowledge))
}

/// Looks at the files of a tar archive one by one.
fn walk(
    place: &Place<'_>,
    packed: impl Read,
    packing: Packing,
    collection: &mut Collection,
) -> Result<(), ArchiveError> {
    let mut buffer = Vec::new();
    let mut visitor = |member: &mut Member<'_>| {
        let name = member.name().strip_prefix("./").unwrap_or(member.name());
        let name = name.to_owned();
        collection.check_name(&name);
        let part = Part::of(&name);
        if part != Part::Other {
            let of = (name.as_str(), part, member.size());
            let seen = look(place.knowledge, of, &mut buffer, |buffer, is_wanted| {
                member.read_if(buffer, is_wanted)
            });
            collection.add(&name, part, seen);
        }
        Ok::<_, ArchiveError>(ControlFlow::Continue(()))
    };
    tar::visit_packed(packed, packing, &LIMITS, &mut visitor)
}
