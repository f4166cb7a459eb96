//! The files of an image while its layers are laid over each other.
//!
//! Most files of an image say nothing about what is installed. They are not kept, not even by name; but they count, and
//! they take the place of what lay there before.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::archive::ArchiveError;

/// The most directories, links and kept files. An image of an operating system has some ten thousand.
const MOST_NODES: usize = 1_000_000;

/// The most bytes of all kept contents together.
const MOST_KEPT: u64 = 512 << 20;

/// The most bytes of all names together.
const MOST_NAMES: usize = 128 << 20;

/// The longest path and the longest name in it, as Linux has them.
pub(super) const LONGEST_PATH: usize = 4096;
const LONGEST_NAME: usize = 255;

/// How many links are followed for one path, as Linux does it.
const MOST_LINKS: usize = 40;

/// How many directories are entered and nodes taken away in all. A million files ten directories deep cost ten million.
const MOST_STEPS: u64 = 100_000_000;

/// How many links to files are remembered that may say what is installed.
const MOST_REMEMBERED: usize = 1_000;

const ROOT: usize = 0;

#[derive(Debug)]
pub(crate) enum What {
    Directory(BTreeMap<Box<str>, usize>),
    File(Content),
    Link(Box<str>),
}

/// The content of a file.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Kept(Arc<[u8]>),
    /// It is too large, with its size.
    Left(u64),
}

impl Content {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Kept(bytes) => bytes.len() as u64,
            Self::Left(size) => *size,
        }
    }
}

#[derive(Debug)]
struct Node {
    what: What,
    /// The layer that it comes from, or that changed it last.
    layer: u32,
}

/// The files.
#[derive(Debug)]
pub(crate) struct FileSystem {
    nodes: Vec<Node>,
    names: usize,
    kept: u64,
    steps: u64,
    /// How many entries the layers had.
    pub(crate) entries: u64,
    /// How many entries had no place: their path is too long, or leads over a link to nowhere.
    pub(crate) lost: u64,
    /// How many files may say what is installed and are too large to be kept.
    pub(crate) left: u64,
    /// Links that may stand for files that say what is installed.
    remembered: BTreeSet<String>,
    /// Directories that have nothing of the layers below this one.
    clean: (u32, BTreeSet<usize>),
}

impl Default for FileSystem {
    fn default() -> Self {
        let root = Node {
            what: What::Directory(BTreeMap::new()),
            layer: 0,
        };
        Self {
            nodes: vec![root],
            names: 0,
            kept: 0,
            steps: 0,
            entries: 0,
            lost: 0,
            left: 0,
            remembered: BTreeSet::new(),
            clean: (0, BTreeSet::new()),
        }
    }
}

/// A path taken apart; `None` for one that no file system would take.
fn parts(path: &str) -> Option<Vec<&str>> {
    let is_part = |part: &&str| !part.is_empty() && *part != ".";
    let parts: Vec<_> = path.split('/').filter(is_part).collect();
    let is_possible = path.len() <= LONGEST_PATH
        && !path.contains('\0')
        && parts.iter().all(|part| part.len() <= LONGEST_NAME);
    is_possible.then_some(parts)
}

impl FileSystem {
    /// What is at a path. Links are followed, the last one too where that is asked for.
    pub(crate) fn find(&self, path: &str, follow_last: bool) -> Option<usize> {
        self.find_counting(path, follow_last, &mut 0)
    }

    /// The same for a path that a layer states, of which there may be millions.
    pub(crate) fn find_in_bounds(
        &mut self,
        path: &str,
        follow_last: bool,
    ) -> Result<Option<usize>, ArchiveError> {
        let mut steps = 0;
        let found = self.find_counting(path, follow_last, &mut steps);
        self.step(steps)?;
        Ok(found)
    }

    fn find_counting(&self, path: &str, follow_last: bool, steps: &mut u64) -> Option<usize> {
        let mut pending: Vec<&str> = parts(path)?;
        pending.reverse();
        let mut stack = vec![ROOT];
        let mut links = 0;
        while let Some(part) = pending.pop() {
            *steps += 1;
            if part == ".." {
                stack.truncate(stack.len().saturating_sub(1).max(1));
                continue;
            }
            let What::Directory(children) = self.what(*stack.last()?)? else {
                return None;
            };
            let id = *children.get(part)?;
            match self.what(id)? {
                What::Link(target) if follow_last || !pending.is_empty() => {
                    links += 1;
                    if links > MOST_LINKS {
                        return None;
                    }
                    if target.starts_with('/') {
                        stack.truncate(1);
                    }
                    pending.extend(parts(target)?.into_iter().rev());
                }
                _ => stack.push(id),
            }
        }
        stack.last().copied()
    }

    /// What a node is.
    pub(crate) fn what(&self, id: usize) -> Option<&What> {
        self.nodes.get(id).map(|node| &node.what)
    }

    /// The directory that a path of a layer lies in, made where it is not there, and the last part of the path.
    pub(crate) fn place<'a>(
        &mut self,
        path: &'a str,
        layer: u32,
    ) -> Result<Option<(usize, &'a str)>, ArchiveError> {
        self.entries += 1;
        let Some(mut parts) = parts(path) else {
            self.lost += 1;
            return Ok(None);
        };
        let Some(name) = parts.pop().filter(|name| *name != "..") else {
            // The root itself has its entry in many layers.
            self.lost += u64::from(path.contains(".."));
            return Ok(None);
        };
        self.step(1 + parts.len() as u64)?;
        let directory = self.directory(&parts, layer)?;
        self.lost += u64::from(directory.is_none());
        Ok(directory.map(|directory| (directory, name)))
    }

    fn directory(&mut self, parts: &[&str], layer: u32) -> Result<Option<usize>, ArchiveError> {
        let mut here = ROOT;
        for (depth, part) in (1..).zip(parts) {
            let child = match self.what(here) {
                Some(What::Directory(children)) if *part != ".." => children.get(*part).copied(),
                _ => return Ok(None),
            };
            here = match child.and_then(|id| Some((id, self.what(id)?))) {
                Some((id, What::Directory(_))) => id,
                Some((_, What::Link(_))) => {
                    let walked = parts.get(..depth).unwrap_or_default().join("/");
                    match self.find_in_bounds(&walked, true)? {
                        Some(id) if matches!(self.what(id), Some(What::Directory(_))) => id,
                        _ => return Ok(None),
                    }
                }
                Some((_, What::File(_))) | None => {
                    self.put(here, part, What::Directory(BTreeMap::new()), layer)?
                }
            };
        }
        Ok(Some(here))
    }

    /// Puts something into a directory, in the place of what was there. A directory keeps what is in it.
    pub(crate) fn put(
        &mut self,
        directory: usize,
        name: &str,
        what: What,
        layer: u32,
    ) -> Result<usize, ArchiveError> {
        if let Some(id) = self.child(directory, name) {
            if let (What::Directory(_), Some(node)) = (&what, self.nodes.get_mut(id))
                && matches!(node.what, What::Directory(_))
            {
                node.layer = layer;
                return Ok(id);
            }
            self.remove(directory, name, None)?;
        }
        self.names += name.len();
        if let What::File(content) = &what {
            self.kept += content.kept();
        }
        if self.nodes.len() >= MOST_NODES || self.names > MOST_NAMES {
            return Err(ArchiveError::TooManyMembers {
                limit: MOST_NODES as u64,
            });
        }
        let id = self.nodes.len();
        self.nodes.push(Node { what, layer });
        if let Some(What::Directory(children)) =
            self.nodes.get_mut(directory).map(|node| &mut node.what)
        {
            children.insert(name.into(), id);
        }
        Ok(id)
    }

    fn child(&self, directory: usize, name: &str) -> Option<usize> {
        match self.what(directory)? {
            What::Directory(children) => children.get(name).copied(),
            _ => None,
        }
    }

    /// How much more may be kept.
    pub(crate) fn room(&self) -> u64 {
        MOST_KEPT.saturating_sub(self.kept)
    }

    /// Remembers a link that may stand for a file that says what is installed.
    pub(crate) fn remember(&mut self, link: &str) {
        if self.remembered.len() < MOST_REMEMBERED {
            self.remembered.insert(link.to_owned());
        }
    }

    /// The remembered links that lead to nothing that was kept.
    pub(crate) fn unfollowed(&self) -> impl Iterator<Item = &str> {
        let is_link = |link: &&String| {
            let id = self.find(link, false);
            matches!(id.and_then(|id| self.what(id)), Some(What::Link(_)))
        };
        let leads_nowhere = |link: &&String| self.find(link, true).is_none();
        let links = self.remembered.iter();
        links
            .filter(is_link)
            .filter(leads_nowhere)
            .map(String::as_str)
    }

    /// Takes away what is in a directory, as far as it comes from the layers below one.
    pub(crate) fn clear(&mut self, directory: usize, layer: u32) -> Result<(), ArchiveError> {
        if self.is_clean(directory, layer) {
            return Ok(());
        }
        let names: Vec<Box<str>> = match self.what(directory) {
            Some(What::Directory(children)) => children.keys().cloned().collect(),
            _ => Vec::new(),
        };
        for name in names {
            self.remove(directory, &name, Some(layer))?;
        }
        self.clean.1.insert(directory);
        Ok(())
    }

    /// Whether a directory was cleared for a layer before: then nothing is to be looked for in it again, however often
    /// the layer says so.
    fn is_clean(&mut self, directory: usize, layer: u32) -> bool {
        if self.clean.0 != layer {
            self.clean = (layer, BTreeSet::new());
        }
        self.clean.1.contains(&directory)
    }

    /// Takes away an entry and what is below it, as far as it comes from the layers below one, or all of it.
    pub(crate) fn remove(
        &mut self,
        directory: usize,
        name: &str,
        below: Option<u32>,
    ) -> Result<(), ArchiveError> {
        let Some(id) = self.child(directory, name) else {
            return Ok(());
        };
        let mut order: Vec<(usize, Box<str>, usize)> = vec![(directory, name.into(), id)];
        let mut next = 0;
        while let Some((_, _, id)) = order.get(next) {
            let id = *id;
            next += 1;
            if below.is_some_and(|layer| self.is_clean(id, layer)) {
                continue;
            }
            if let Some(What::Directory(children)) = self.what(id) {
                let inside = children
                    .iter()
                    .map(|(name, child)| (id, name.clone(), *child));
                order.extend(inside.collect::<Vec<_>>());
            }
        }
        self.step(order.len() as u64)?;
        // From the leaves upwards, so that a directory is known to be empty when its turn comes.
        for (parent, name, id) in order.into_iter().rev() {
            let Some(node) = self.nodes.get_mut(id) else {
                continue;
            };
            let is_full = matches!(&node.what, What::Directory(children) if !children.is_empty());
            if is_full || below == Some(node.layer) {
                if below.is_some() {
                    self.clean.1.insert(id);
                }
                continue;
            }
            if let What::File(content) = &node.what {
                self.kept = self.kept.saturating_sub(content.kept());
            }
            node.what = What::File(Content::Left(0));
            if let Some(What::Directory(children)) =
                self.nodes.get_mut(parent).map(|node| &mut node.what)
            {
                children.remove(&name);
            }
        }
        Ok(())
    }

    fn step(&mut self, count: u64) -> Result<(), ArchiveError> {
        self.steps = self.steps.saturating_add(count);
        if self.steps > MOST_STEPS {
            return Err(ArchiveError::Inconsistent {
                what: "its layers undo each other without end",
            });
        }
        Ok(())
    }
}

impl Content {
    fn kept(&self) -> u64 {
        match self {
            Self::Kept(bytes) => bytes.len() as u64,
            Self::Left(_) => 0,
        }
    }
}
