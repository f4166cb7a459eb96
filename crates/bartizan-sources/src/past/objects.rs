//! Objects of a repository, read fast: one lookup each, into one buffer, with a cache for what deltas stand on.

use std::{collections::HashMap, path::Path};

use bartizan_people::history::Hash;
use gix::{
    ObjectId,
    objs::{Find as _, Kind},
    odb::pack::cache::DecodeEntry,
};

use crate::git::Repository;

/// How many bytes of objects that deltas stand on are kept ready, by each thread.
const CACHE: usize = 64 << 20;

/// What became of looking for an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    /// It is in the buffer.
    Found,
    /// It is not there.
    Missing,
    /// It cannot be read, is another kind of object, or too large.
    Broken,
}

/// Reads objects.
pub(super) struct Objects {
    repository: Repository,
    /// The object that was found last.
    pub(super) data: Vec<u8>,
}

impl Objects {
    /// Opens the repository once more, for the thread that is here.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let mut repository = Repository::open(path).ok()?;
        repository.inner.objects.unset_object_cache();
        repository
            .inner
            .objects
            .set_pack_cache(|| Box::new(PackCache::default()));
        Some(Self {
            repository,
            data: Vec::new(),
        })
    }

    /// Looks for an object and leaves it in the buffer.
    pub(super) fn find(&mut self, hash: Hash, kind: Kind) -> Lookup {
        let id = object_id(hash);
        match self.repository.inner.objects.try_find(&id, &mut self.data) {
            Ok(Some(found)) if found.kind == kind => Lookup::Found,
            Ok(None) => Lookup::Missing,
            Ok(Some(_)) | Err(_) => Lookup::Broken,
        }
    }
}

pub(super) fn object_id(hash: Hash) -> ObjectId {
    ObjectId::Sha1(hash)
}

pub(super) fn hash(id: &gix::oid) -> Option<Hash> {
    id.as_bytes().try_into().ok()
}

/// What deltas stand on, in two generations: what is used moves to the young one, and when that is full it becomes the old
/// one and what was old is gone.
#[derive(Default)]
struct PackCache {
    young: HashMap<(u32, u64), Entry>,
    old: HashMap<(u32, u64), Entry>,
    young_bytes: usize,
}

struct Entry {
    data: Vec<u8>,
    kind: Kind,
    compressed: usize,
}

impl PackCache {
    fn keep(&mut self, key: (u32, u64), entry: Entry) {
        self.young_bytes += entry.data.len();
        if self.young_bytes > CACHE / 2 {
            self.young_bytes = entry.data.len();
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, entry);
    }
}

impl DecodeEntry for PackCache {
    fn put(&mut self, pack: u32, offset: u64, data: &[u8], kind: Kind, compressed: usize) {
        // What is larger would displace everything else.
        if data.len() <= CACHE / 16 {
            let entry = Entry {
                data: data.to_vec(),
                kind,
                compressed,
            };
            self.keep((pack, offset), entry);
        }
    }

    fn get(&mut self, pack: u32, offset: u64, out: &mut Vec<u8>) -> Option<(Kind, usize)> {
        let key = (pack, offset);
        if let Some(entry) = self.old.remove(&key) {
            self.keep(key, entry);
        }
        let entry = self.young.get(&key)?;
        out.clear();
        out.extend_from_slice(&entry.data);
        Some((entry.kind, entry.compressed))
    }
}
