//! Wheels, source distributions and conda packages: members are read in memory, one at a time.

use std::ops::ControlFlow;

use bartizan_formats::{
    archive::{
        ArchiveError, Limits, Member, Packing, conda, tar,
        zip::{self, Index, Located, MemberReader},
    },
    file_name, tree,
};
use bartizan_model::native::Contents;

use super::{
    InspectError, Place,
    collection::{Collection, MOST_FILES, Seen, look},
    kind,
    members::Unseen,
    part::Part,
};
use crate::source::SourceSighting;

const LIMITS: Limits = Limits::NATIVE;

/// The largest file of source code that is read; amalgamations have some 10 MiB.
const LARGEST_SOURCE: u64 = 64 << 20;

/// A file of machine code on its own.
pub(super) fn single(place: Place<'_>) -> Contents {
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
    let mut collection = Collection::new(&place, None);
    collection.add(name, Part::Any, seen);
    collection.finish(place.knowledge)
}

/// A zip archive that was opened.
pub(super) enum Opened<'a> {
    /// What it holds: it had to be looked through from its beginning to its end.
    Done(Contents),
    /// Its members are still to be looked at.
    Unseen(Unseen<'a>),
}

/// Opens a wheel, a source distribution in zip, or a conda package.
pub(super) fn open(place: Place<'_>) -> Result<Opened<'_>, InspectError> {
    let file = place
        .tree
        .open(place.path)
        .map_err(|cause| place.tree_error(cause))?;
    let index = Index::read(file, &LIMITS).map_err(|cause| place.archive_error(cause))?;
    if is_source(&index, kind::name(place.path)) {
        return source_in_zip(place).map(Opened::Done);
    }
    let mut collection = collection(&place);
    let mut parts = Vec::new();
    for member in index.files() {
        let name = member.name();
        collection.check_name(&name);
        if conda::is_half(&name) {
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
    Ok(Opened::Unseen(Unseen {
        place,
        collection,
        parts,
    }))
}

/// Whether a zip archive is a source distribution: by its name, and because it has no metadata of a wheel.
fn is_source(index: &Index, name: &str) -> bool {
    let is_wheel_metadata = |member: Located| {
        let name = member.name();
        let folder = name.split_once('/').map_or("", |(folder, _)| folder);
        folder.ends_with(".dist-info") || conda::is_half(&name)
    };
    file_name::source(name).is_some() && !index.files().any(is_wheel_metadata)
}

fn collection(place: &Place<'_>) -> Collection {
    let name = kind::name(place.path);
    let carrier = file_name::wheel(name).or_else(|| file_name::source(name));
    Collection::new(place, carrier)
}

/// Whether a member is at the top of what conda lays over a prefix. A source distribution has all in one folder of its name.
fn is_of_conda(name: &str) -> bool {
    /// In the order of the archives: the first member tells.
    const FOLDERS: [&str; 12] = [
        "info",
        "bin",
        "conda-meta",
        "etc",
        "include",
        "lib",
        "Lib",
        "Library",
        "man",
        "Scripts",
        "share",
        "site-packages",
    ];
    name.split_once('/')
        .is_some_and(|(folder, _)| FOLDERS.contains(&folder))
}

fn conda_part(place: &Place<'_>, member: &Located, collection: &mut Collection) {
    let outcome = place
        .tree
        .open(place.path)
        .map_err(|error| error.to_string())
        .and_then(|file| {
            let mut reader = MemberReader::new(file, &LIMITS);
            let stream = reader.stream(member).map_err(|error| error.to_string())?;
            let mut walk = Walk::new(*place, std::mem::take(collection));
            let outcome = tar::visit_packed(stream, Packing::Zstd, &LIMITS, &mut |member| {
                walk.member(member);
                GO_ON
            });
            *collection = walk.collection;
            outcome.map_err(|error| error.to_string())
        });
    if let Err(message) = outcome {
        collection.problem(&member.name(), &message);
    }
}

/// A source distribution or a conda package in tar.
pub(super) fn tar(place: Place<'_>, packing: Packing) -> Result<Contents, InspectError> {
    let file = place
        .tree
        .open(place.path)
        .map_err(|cause| place.tree_error(cause))?;
    let mut walk = Walk::new(place, collection(&place));
    walk.source = Some(SourceSighting::new(place.knowledge));
    let outcome = tar::visit_packed(file, packing, &LIMITS, &mut |member| {
        walk.member(member);
        GO_ON
    });
    walk.finish(outcome)
}

/// A source distribution in zip.
fn source_in_zip(place: Place<'_>) -> Result<Contents, InspectError> {
    let file = place
        .tree
        .open(place.path)
        .map_err(|cause| place.tree_error(cause))?;
    let mut walk = Walk::new(place, collection(&place));
    walk.source = Some(SourceSighting::new(place.knowledge));
    let outcome = zip::visit(file, &LIMITS, &mut |member| {
        walk.member(member);
        GO_ON
    });
    walk.finish(outcome)
}

/// What a visitor says who never breaks off.
const GO_ON: Result<ControlFlow<()>, ArchiveError> = Ok(ControlFlow::Continue(()));

/// The members of an archive, one by one.
struct Walk<'a> {
    place: Place<'a>,
    collection: Collection,
    /// What its source code shows, unless it is none.
    source: Option<SourceSighting<'a>>,
    buffer: Vec<u8>,
}

impl<'a> Walk<'a> {
    fn new(place: Place<'a>, collection: Collection) -> Self {
        Self {
            place,
            collection,
            source: None,
            buffer: Vec::new(),
        }
    }

    fn member(&mut self, member: &mut Member<'_>) {
        let name = member.name().strip_prefix("./").unwrap_or(member.name());
        let name = name.to_owned();
        self.collection.check_name(&name);
        if is_of_conda(&name) {
            self.source = None;
        }
        let part = Part::of(&name);
        let size = member.size();
        let inner = name.split_once('/').map_or("", |(_, inner)| inner);
        let source = self.source.as_mut().filter(|_| size <= LARGEST_SOURCE);
        if let Some(source) = source.and_then(|it| it.wants(inner, size).then_some(it)) {
            match member.read_if(&mut self.buffer, &mut |_| true) {
                Ok(_) => {
                    source.file(inner, &self.buffer);
                    if matches!(part, Part::Metadata | Part::Sbom) {
                        let text = Seen::Text(self.buffer.clone());
                        self.collection.add(&name, part, text);
                    }
                }
                Err(error) => self.collection.problem(&name, &error.to_string()),
            }
        } else if part != Part::Other {
            let path = if self.source.is_some() { inner } else { &name };
            let of = (path, part, size);
            let seen = look(
                self.place.knowledge,
                of,
                &mut self.buffer,
                |buffer, is_wanted| member.read_if(buffer, is_wanted),
            );
            self.collection.add(&name, part, seen);
        }
    }

    fn finish(self, outcome: Result<(), ArchiveError>) -> Result<Contents, InspectError> {
        let Self {
            place,
            mut collection,
            source,
            ..
        } = self;
        match outcome {
            Ok(()) => {}
            Err(cause) if collection.is_empty() => return Err(place.archive_error(cause)),
            // What came before the damage was seen.
            Err(cause) => collection.problem(&place.shown(), &cause.to_string()),
        }
        Ok(match source {
            Some(source) => collection.finish_source(place.knowledge, source),
            None => collection.finish(place.knowledge),
        })
    }
}
