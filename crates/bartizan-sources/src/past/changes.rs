//! In which files two trees differ.
//!
//! Trees that are equal by their hash are not opened, and those that were opened lately are kept: a commit and the one
//! before it share nearly all of them.

use std::{cmp::Ordering, collections::HashMap, rc::Rc};

use bartizan_people::history::{Change, Content, ContentKind, Hash, Lines};
use gix::objs::{Kind, TreeRefIter, tree::EntryKind, tree::EntryRef};

use super::{
    draft::Numbered,
    objects::{Lookup, Objects, hash},
    renames,
};

/// How deep trees are followed. The deepest of real projects have twenty levels.
const DEEPEST: usize = 128;

/// How many files of one commit are listed. The largest imports have a hundred thousand. Long paths count for several.
const MOST_CHANGES: usize = 400_000;

/// How many bytes of a path count as one.
const PATH: usize = 128;

/// The longest path in bytes; no system opens a longer one.
const LONGEST_PATH: usize = 4_096;

/// How many entries of trees are looked at for one commit: a tree may hold itself many times over.
const MOST_ENTRIES: usize = 4_000_000;

/// How many bytes of trees are open at once, from the top down to the deepest.
const MOST_OPEN: usize = 256 << 20;

/// How many bytes of opened trees are kept, by each thread.
const CACHE: usize = 32 << 20;

/// A commit's tree and the one before it.
pub(super) struct Pair {
    /// The number of the commit.
    pub(super) commit: usize,
    /// None where there was nothing before.
    pub(super) old: Option<Hash>,
    pub(super) new: Hash,
}

/// In which files they differ.
pub(super) struct Compared {
    pub(super) commit: usize,
    /// With the numbers that paths have in this batch.
    pub(super) changes: Vec<Change>,
    pub(super) is_cut: bool,
    pub(super) missing_trees: u32,
    pub(super) broken_trees: u32,
    /// How much room the changes take, in changes with paths of usual length.
    pub(super) weight: usize,
    /// Whether nothing was compared, because a bound of the whole was reached.
    pub(super) is_skipped: bool,
}

impl Compared {
    pub(super) fn skipped(commit: usize) -> Self {
        Self {
            is_skipped: true,
            ..empty(commit)
        }
    }
}

/// Compares trees.
pub(super) struct Comparer {
    objects: Objects,
    young: HashMap<Hash, Rc<[u8]>>,
    old: HashMap<Hash, Rc<[u8]>>,
    young_bytes: usize,
    paths: Numbered<String>,
    /// Of the pair at hand.
    entries: usize,
    open_bytes: usize,
    compared: Compared,
    path: Vec<u8>,
}

/// In which of two trees an entry is.
#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

impl Comparer {
    pub(super) fn new(objects: Objects) -> Self {
        Self {
            objects,
            young: HashMap::new(),
            old: HashMap::new(),
            young_bytes: 0,
            paths: Numbered::default(),
            entries: 0,
            open_bytes: 0,
            compared: empty(0),
            path: Vec::new(),
        }
    }

    /// In which files two trees differ.
    pub(super) fn compare(&mut self, pair: &Pair) -> Compared {
        self.compared = empty(pair.commit);
        (self.entries, self.open_bytes) = (0, 0);
        self.path.clear();
        self.trees(pair.old, Some(pair.new), 0);
        let mut compared = std::mem::replace(&mut self.compared, empty(0));
        renames::find(&mut compared.changes, &self.paths.items, &mut self.objects);
        compared
    }

    /// The paths that were numbered since the last call; numbers begin anew.
    pub(super) fn new_paths(&mut self) -> Vec<String> {
        std::mem::take(&mut self.paths).items
    }

    fn trees(&mut self, old: Option<Hash>, new: Option<Hash>, depth: usize) {
        if old == new {
            return;
        }
        if depth > DEEPEST {
            self.compared.is_cut = true;
            return;
        }
        let (Some(old), Some(new)) = (self.open(old), self.open(new)) else {
            return;
        };
        let bytes = old.len() + new.len();
        self.open_bytes += bytes;
        if self.open_bytes > MOST_OPEN {
            self.compared.is_cut = true;
        }
        self.entries_of(&old, &new, depth);
        self.open_bytes -= bytes;
    }

    fn entries_of(&mut self, old: &[u8], new: &[u8], depth: usize) {
        let kind = gix::hash::Kind::Sha1;
        let mut left = TreeRefIter::from_bytes(old, kind);
        let mut right = TreeRefIter::from_bytes(new, kind);
        let (mut one, mut other) = (self.next(&mut left), self.next(&mut right));
        while !self.compared.is_cut {
            let order = match (&one, &other) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(one), Some(other)) => order(one, other),
            };
            match order {
                Ordering::Less => self.one_sided(one.as_ref(), Side::Old, depth),
                Ordering::Greater => self.one_sided(other.as_ref(), Side::New, depth),
                Ordering::Equal => self.both(one.as_ref(), other.as_ref(), depth),
            }
            if order != Ordering::Greater {
                one = self.next(&mut left);
            }
            if order != Ordering::Less {
                other = self.next(&mut right);
            }
        }
    }

    /// The next entry; what cannot be read ends a tree.
    fn next<'a>(&mut self, entries: &mut TreeRefIter<'a>) -> Option<EntryRef<'a>> {
        self.entries += 1;
        if self.entries > MOST_ENTRIES {
            self.compared.is_cut = true;
            return None;
        }
        match entries.next()? {
            Ok(entry) => Some(entry),
            Err(_unreadable) => {
                self.compared.broken_trees += 1;
                None
            }
        }
    }

    fn one_sided(&mut self, entry: Option<&EntryRef<'_>>, side: Side, depth: usize) {
        let Some((entry, id)) = entry.and_then(|it| Some((it, hash(it.oid)?))) else {
            return;
        };
        let length = self.enter(entry);
        match (content(entry, id), side) {
            (None, Side::Old) => self.folder(Some(id), None, depth),
            (None, Side::New) => self.folder(None, Some(id), depth),
            (content, Side::Old) => self.change(content, None),
            (content, Side::New) => self.change(None, content),
        }
        self.path.truncate(length);
    }

    /// Entries of one name. One that is a tree is no file's equal: their names differ in the order of trees.
    fn both(&mut self, old: Option<&EntryRef<'_>>, new: Option<&EntryRef<'_>>, depth: usize) {
        let (Some(old), Some(new)) = (old, new) else {
            return;
        };
        if old.oid == new.oid && old.mode == new.mode {
            return;
        }
        let (Some(old_id), Some(new_id)) = (hash(old.oid), hash(new.oid)) else {
            return;
        };
        let length = self.enter(new);
        match (content(old, old_id), content(new, new_id)) {
            (None, None) => self.folder(Some(old_id), Some(new_id), depth),
            (old, new) if old != new => self.change(old, new),
            _ => {}
        }
        self.path.truncate(length);
    }

    fn folder(&mut self, old: Option<Hash>, new: Option<Hash>, depth: usize) {
        if self.path.len() > LONGEST_PATH {
            self.compared.is_cut = true;
            return;
        }
        self.path.push(b'/');
        self.trees(old, new, depth + 1);
    }

    /// Goes on to an entry; gives the length of the path before.
    fn enter(&mut self, entry: &EntryRef<'_>) -> usize {
        let length = self.path.len();
        self.path.extend_from_slice(entry.filename);
        length
    }

    fn change(&mut self, old: Option<Content>, new: Option<Content>) {
        if self.compared.weight >= MOST_CHANGES || self.path.len() > LONGEST_PATH {
            self.compared.is_cut = true;
            return;
        }
        self.compared.weight += 1 + self.path.len() / PATH;
        let path = String::from_utf8_lossy(&self.path).into_owned();
        self.compared.changes.push(Change {
            path: self.paths.number(path),
            old,
            new,
            renamed_from: None,
            lines: Lines::NotCounted,
        });
    }

    /// The bytes of a tree; nothing where there is none, none where it cannot be read.
    fn open(&mut self, tree: Option<Hash>) -> Option<Rc<[u8]>> {
        let Some(tree) = tree else {
            return Some(Rc::default());
        };
        if let Some(bytes) = self.young.get(&tree) {
            return Some(Rc::clone(bytes));
        }
        let bytes = match self.old.remove(&tree) {
            Some(bytes) => bytes,
            None => match self.objects.find(tree, Kind::Tree) {
                Lookup::Found => Rc::from(self.objects.data.as_slice()),
                Lookup::Missing => {
                    self.compared.missing_trees += 1;
                    return None;
                }
                Lookup::Broken => {
                    self.compared.broken_trees += 1;
                    return None;
                }
            },
        };
        self.young_bytes += bytes.len();
        if self.young_bytes > CACHE / 2 {
            self.young_bytes = bytes.len();
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(tree, Rc::clone(&bytes));
        Some(bytes)
    }
}

fn empty(commit: usize) -> Compared {
    Compared {
        commit,
        changes: Vec::new(),
        is_cut: false,
        missing_trees: 0,
        broken_trees: 0,
        weight: 0,
        is_skipped: false,
    }
}

/// What an entry is; none where it is a tree.
fn content(entry: &EntryRef<'_>, id: Hash) -> Option<Content> {
    let kind = match entry.mode.kind() {
        EntryKind::Tree => return None,
        EntryKind::Blob => ContentKind::File,
        EntryKind::BlobExecutable => ContentKind::Program,
        EntryKind::Link => ContentKind::Link,
        EntryKind::Commit => ContentKind::Submodule,
    };
    Some(Content { id, kind })
}

/// The order of entries in trees: as if the name of a tree ended with a slash.
fn order(one: &EntryRef<'_>, other: &EntryRef<'_>) -> Ordering {
    let end = |entry: &EntryRef<'_>| entry.mode.is_tree().then_some(b'/');
    let (first, second): (&[u8], &[u8]) = (one.filename, other.filename);
    let common = first.len().min(second.len());
    let whole = first.get(..common).cmp(&second.get(..common));
    whole.then_with(|| {
        let first = first.get(common).copied().or(end(one));
        let second = second.get(common).copied().or(end(other));
        first
            .cmp(&second)
            .then_with(|| one.filename.len().cmp(&other.filename.len()))
    })
}
