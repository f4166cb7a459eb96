//! Files that moved within one commit: the same content first, then one that is similar enough.
//!
//! The rules are git's (`--find-renames` at half), so that both tell the same: a file that kept its name and whose name no
//! other has goes first, then the most similar. The bounds are narrower: what is large is not looked at, and a commit that
//! moves too much at once has only what moved unchanged.

use std::collections::{HashMap, HashSet};

use bartizan_people::{
    history::{Change, Content, ContentKind, Hash},
    similarity::{MOVED, MOVED_UNDER_ITS_NAME, Pieces},
};
use gix::objs::Kind;

use super::objects::{Lookup, Objects};

/// How many pairs of files of one commit are compared, as git has it.
const MOST_PAIRS: usize = 1_000_000;

/// The largest content that is compared.
const LARGEST: usize = 4 << 20;

/// How many bytes of contents are read for one commit.
const MOST_BYTES: usize = 64 << 20;

/// How many pieces are held against each other for one commit: a fraction of a second.
const MOST_STEPS: usize = 1 << 27;

/// Says of files that have come from where they moved.
pub(super) fn find(changes: &mut [Change], paths: &[String], objects: &mut Objects) {
    if changes.iter().all(|it| it.new.is_some()) || changes.iter().all(|it| it.old.is_some()) {
        return;
    }
    unchanged(changes, paths);
    let found = Search::of(changes, paths).run(objects);
    for (to, from) in found {
        let path = changes.get(from).map(|it| it.path);
        if let Some(change) = changes.get_mut(to) {
            change.renamed_from = path;
        }
    }
}

fn name(paths: &[String], path: u32) -> Option<&str> {
    paths.get(path as usize)?.rsplit('/').next()
}

/// A file that is gone and one that has come with the same content are one that moved: the one of the same name first.
fn unchanged(changes: &mut [Change], paths: &[String]) {
    let mut gone: HashMap<Hash, Vec<u32>> = HashMap::new();
    for change in changes.iter().filter(|it| it.new.is_none()) {
        if let Some(old) = change.old {
            gone.entry(old.id).or_default().push(change.path);
        }
    }
    for change in changes.iter_mut().filter(|it| it.old.is_none()) {
        let Some(from) = change.new.and_then(|new| gone.get_mut(&new.id)) else {
            continue;
        };
        let same = from
            .iter()
            .position(|path| name(paths, *path) == name(paths, change.path));
        if !from.is_empty() {
            change.renamed_from = Some(from.remove(same.unwrap_or(0)));
        }
    }
}

/// A file that is gone or has come, by the number of its change.
struct File<'a> {
    change: usize,
    name: &'a str,
    content: Hash,
    /// None where it is too large, not there, or was not read yet.
    pieces: Option<Pieces>,
    is_taken: bool,
}

/// What is left when all that moved unchanged is known.
struct Search<'a> {
    gone: Vec<File<'a>>,
    come: Vec<File<'a>>,
    bytes: usize,
    steps: usize,
    found: Vec<(usize, usize)>,
}

impl<'a> Search<'a> {
    fn of(changes: &[Change], paths: &'a [String]) -> Self {
        let moved: HashSet<u32> = changes.iter().filter_map(|it| it.renamed_from).collect();
        let file = |number: usize, change: &Change, content: Option<Content>| {
            let content = content.filter(is_file)?;
            Some(File {
                change: number,
                name: name(paths, change.path)?,
                content: content.id,
                pieces: None,
                is_taken: false,
            })
        };
        let numbered = || changes.iter().enumerate();
        let gone = numbered().filter(|(_, it)| it.new.is_none() && !moved.contains(&it.path));
        let come = numbered().filter(|(_, it)| it.old.is_none() && it.renamed_from.is_none());
        Self {
            gone: gone
                .filter_map(|(number, it)| file(number, it, it.old))
                .collect(),
            come: come
                .filter_map(|(number, it)| file(number, it, it.new))
                .collect(),
            bytes: 0,
            steps: 0,
            found: Vec::new(),
        }
    }

    /// Pairs of changes: what has come, and what is gone for it.
    fn run(mut self, objects: &mut Objects) -> Vec<(usize, usize)> {
        let pairs = self.gone.len().saturating_mul(self.come.len());
        if pairs > 0 && pairs <= MOST_PAIRS {
            self.under_their_names(objects);
            self.most_similar(objects);
        }
        self.found
    }

    /// Files that kept their name, where no other of this commit has it.
    fn under_their_names(&mut self, objects: &mut Objects) {
        let (gone, come) = (only(&self.gone), only(&self.come));
        let mut pairs: Vec<(usize, usize)> = come
            .into_iter()
            .filter_map(|(name, to)| Some((to?, (*gone.get(name)?)?)))
            .collect();
        pairs.sort_unstable();
        for (to, from) in pairs {
            self.read(to, from, objects);
            if self.shared(to, from, MOVED_UNDER_ITS_NAME).is_some() {
                self.take(to, from);
            }
        }
    }

    /// The rest, the most similar first.
    fn most_similar(&mut self, objects: &mut Objects) {
        let free = |files: &[File<'_>]| -> Vec<usize> {
            let files = files.iter().enumerate().filter(|(_, it)| !it.is_taken);
            files.map(|(number, _)| number).collect()
        };
        let (gone, come) = (free(&self.gone), free(&self.come));
        let mut pairs = Vec::new();
        for to in &come {
            for from in &gone {
                self.read(*to, *from, objects);
                if let Some(shared) = self.shared(*to, *from, MOVED) {
                    let is_named = self.is_named_alike(*to, *from);
                    pairs.push((std::cmp::Reverse((shared, is_named)), *to, *from));
                }
            }
        }
        pairs.sort_unstable();
        for (_, to, from) in pairs {
            let is_free =
                |files: &[File<'_>], at: usize| files.get(at).is_some_and(|it| !it.is_taken);
            if is_free(&self.come, to) && is_free(&self.gone, from) {
                self.take(to, from);
            }
        }
    }

    fn is_named_alike(&self, to: usize, from: usize) -> bool {
        let name = |files: &[File<'a>], at: usize| files.get(at).map(|it| it.name);
        name(&self.come, to) == name(&self.gone, from)
    }

    fn take(&mut self, to: usize, from: usize) {
        if let (Some(to), Some(from)) = (self.come.get_mut(to), self.gone.get_mut(from)) {
            (to.is_taken, from.is_taken) = (true, true);
            self.found.push((to.change, from.change));
        }
    }

    /// How much they have in common, where that is enough and there is time to tell.
    fn shared(&mut self, to: usize, from: usize, least: u32) -> Option<u32> {
        let to = self.come.get(to)?.pieces.as_ref()?;
        let from = self.gone.get(from)?.pieces.as_ref()?;
        if !from.may_share(to, least) || self.steps > MOST_STEPS {
            return None;
        }
        self.steps += to.len() + from.len();
        Some(from.shared(to)).filter(|shared| *shared >= least)
    }

    fn read(&mut self, to: usize, from: usize, objects: &mut Objects) {
        let files = [self.come.get_mut(to), self.gone.get_mut(from)];
        for file in files.into_iter().flatten() {
            if file.pieces.is_some() {
                continue;
            }
            let is_there =
                self.bytes < MOST_BYTES && objects.find(file.content, Kind::Blob) == Lookup::Found;
            // What is not there has no pieces, and shares none.
            let mut pieces = Pieces::default();
            if is_there {
                self.bytes += objects.data.len();
                if objects.data.len() <= LARGEST {
                    pieces = Pieces::of(&objects.data);
                }
            }
            file.pieces = Some(pieces);
        }
    }
}

fn is_file(content: &Content) -> bool {
    matches!(content.kind, ContentKind::File | ContentKind::Program)
}

/// Names with the only file that has each; none where several have it.
fn only<'a>(files: &[File<'a>]) -> HashMap<&'a str, Option<usize>> {
    let mut only = HashMap::new();
    for (number, file) in files.iter().enumerate() {
        let one = only.entry(file.name).or_insert(Some(number));
        if *one != Some(number) {
            *one = None;
        }
    }
    only
}
