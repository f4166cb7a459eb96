//! Objects of a repository, read fast: one lookup each, into one buffer, with a cache for what deltas stand on.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bartizan_people::history::Hash;
use gix::{
    ObjectId,
    objs::{Find as _, Kind},
    odb::pack::cache::DecodeEntry,
};

use crate::git::Repository;

/// How many bytes of objects that deltas stand on are kept ready, by each thread.
const CACHE: usize = 64 << 20;

/// The largest object that is made use of. What opens the repository has a bound for what is read at all.
pub(super) const LARGEST: usize = 64 << 20;

/// The most deltas that one object may stand on: git makes no more than 4,095, and each is a copy of all that is below it.
const MOST_LINKS: usize = 4_096;

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
    /// How many deltas the object at hand stood on so far.
    links: Arc<AtomicUsize>,
}

impl Objects {
    /// Opens the repository once more, for the thread that is here.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let mut repository = Repository::open(path).ok()?;
        repository.inner.objects.unset_object_cache();
        let links = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&links);
        repository.inner.objects.set_pack_cache(move || {
            Box::new(PackCache {
                links: Arc::clone(&counted),
                ..PackCache::default()
            })
        });
        Some(Self {
            repository,
            data: Vec::new(),
            links,
        })
    }

    /// Looks for an object and leaves it in the buffer.
    pub(super) fn find(&mut self, hash: Hash, kind: Kind) -> Lookup {
        let id = object_id(hash);
        self.links.store(0, Ordering::Relaxed);
        if self.data.capacity() > LARGEST {
            self.data = Vec::new();
        }
        match self.repository.inner.objects.try_find(&id, &mut self.data) {
            Ok(Some(found)) if found.kind == kind && found.data.len() <= LARGEST => Lookup::Found,
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
    /// Of the object that is looked for.
    links: Arc<AtomicUsize>,
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
        let Some(entry) = self.young.get(&key) else {
            let links = self.links.fetch_add(1, Ordering::Relaxed);
            // Nothing in place of what the next delta stands on: it does not fit, and the object is broken.
            return (links > MOST_LINKS).then(|| {
                out.clear();
                (Kind::Tag, 0)
            });
        };
        out.clear();
        out.extend_from_slice(&entry.data);
        Some((entry.kind, entry.compressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_without_end_is_broken_off() {
        let mut cache = PackCache::default();
        cache.put(1, 7, b"base", Kind::Blob, 3);
        let mut out = b"something".to_vec();
        for link in 0..=MOST_LINKS {
            assert_eq!(cache.get(1, 100 + link as u64, &mut out), None);
        }
        assert_eq!(cache.get(1, 99, &mut out), Some((Kind::Tag, 0)));
        assert_eq!(out, b"");
        // The next object begins anew.
        cache.links.store(0, Ordering::Relaxed);
        assert_eq!(cache.get(1, 99, &mut out), None);
        assert_eq!(cache.get(1, 7, &mut out), Some((Kind::Blob, 3)));
        assert_eq!(out, b"base");
    }
}
