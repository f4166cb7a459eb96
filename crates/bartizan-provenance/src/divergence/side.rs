//! The source of an artifact, and which of its files one of the artifact was made of.

use std::collections::{BTreeMap, BTreeSet};

use bartizan_formats::contents::{FileFacts, TextOf};

use super::{Relation, Side, is_same};

/// The most folders that may be that of the project.
const MOST_FOLDERS: usize = 200;

/// The most files of one name that are looked through.
const MOST_OF_A_NAME: usize = 2_000;

/// How many links one path leads over.
const MOST_LINKS: usize = 8;

/// The source, with ways into it.
pub(super) struct Source<'a> {
    pub(super) side: Side<'a>,
    relation: Relation,
    /// The folder of the project, empty or with `/` at its end.
    prefix: String,
    roots: BTreeSet<String>,
    by_name: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(relation: Relation, artifact: Side<'a>, side: Side<'a>) -> Self {
        let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in side.contents.files.keys() {
            let of_name = by_name.entry(file_name(path)).or_default();
            if of_name.len() < MOST_OF_A_NAME {
                of_name.push(path);
            }
        }
        let roots = ["", "src", "lib", "python"].map(str::to_owned).into();
        let mut source = Self {
            side,
            relation,
            prefix: String::new(),
            roots,
            by_name,
        };
        source.prefix = source.best_prefix(artifact);
        source
    }

    pub(super) fn with_roots(mut self, roots: impl Iterator<Item = String>) -> Self {
        self.roots.extend(roots);
        self
    }

    /// Of the folders that may be the project's, that in which the most files are the same.
    fn best_prefix(&self, artifact: Side<'_>) -> String {
        let marks = ["pyproject.toml", "setup.py", "configure.ac"];
        let mut folders: BTreeSet<&str> = BTreeSet::from([""]);
        for mark in marks {
            let found = self.by_name.get(mark).into_iter().flatten();
            folders.extend(found.filter_map(|path| path.strip_suffix(mark)));
        }
        let count = |prefix: &str| {
            let files = artifact.contents.files.iter();
            let same = files.filter(|(path, facts)| {
                let roots = self.roots.iter().map(|root| join(prefix, root, path));
                let mut found = roots.filter_map(|it| self.side.contents.files.get(&it));
                found.any(|it| is_same(it, facts))
            });
            same.count()
        };
        let folders = folders.into_iter().take(MOST_FOLDERS);
        let counted = folders.map(|prefix| (count(prefix), std::cmp::Reverse(prefix)));
        counted
            .max()
            .map_or(String::new(), |(_, std::cmp::Reverse(it))| it.to_owned())
    }

    /// The path of a file at the top of the project.
    pub(super) fn at_top(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The paths of the project.
    pub(super) fn below(&self) -> impl Iterator<Item = &'a str> {
        let paths = self.side.contents.files.keys().map(String::as_str);
        paths.filter(|path| path.starts_with(&self.prefix))
    }

    /// The files that have a name, wherever they are.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.by_name.get(name).into_iter().flatten().copied()
    }

    /// Whether some of it could not even be listed.
    pub(super) fn is_incomplete(&self) -> bool {
        !self.side.contents.problems.is_empty()
    }

    pub(super) fn facts(&self, path: &str) -> Option<&'a FileFacts> {
        self.side.contents.files.get(path)
    }

    pub(super) fn text(&self, path: &str) -> Option<&'a [u8]> {
        let texts: &'a TextOf = self.side.texts;
        texts.get(path)?.as_ref().ok().map(Vec::as_slice)
    }

    /// Why the bytes of a file are not at hand.
    pub(super) fn why_not(&self, path: &str) -> Option<&'a str> {
        let texts: &'a TextOf = self.side.texts;
        texts.get(path)?.as_ref().err().map(String::as_str)
    }

    /// The file that one of the artifact was made of: one of the right place with the same content, else one of the right
    /// place, else one that lies deeper and has the same end of its path.
    pub(super) fn counterpart(&self, path: &str, facts: &FileFacts) -> Option<&'a str> {
        let places = self.places(path);
        let is_same = |it: &&str| self.facts(it).is_some_and(|it| is_same(it, facts));
        let same = places.iter().copied().find(is_same);
        same.or_else(|| places.first().copied())
    }

    /// The files that one may have been made of, the likeliest first.
    pub(super) fn places(&self, path: &str) -> Vec<&'a str> {
        let at = |path: &str| self.side.contents.files.get_key_value(path);
        let at = |path: &str| at(path).map(|(path, _)| path.as_str());
        if self.relation == Relation::Packed {
            return at(&self.at_top(path)).into_iter().collect();
        }
        let inner = installed_path(path);
        let roots = self.roots.iter();
        let mut places: Vec<&str> = roots
            .filter_map(|root| at(&join(&self.prefix, root, inner)))
            .collect();
        // What lies deeper, among files of tests say, counts for nothing that has its place.
        if !places.is_empty() {
            return places;
        }
        let mut deeper: Vec<&str> = self
            .named(file_name(inner))
            .filter(|it| is_below(it, inner) && it.starts_with(&self.prefix))
            .collect();
        deeper.sort_by_key(|it| (it.len(), *it));
        places.extend(deeper);
        places
    }

    /// The file that a link leads to.
    pub(super) fn behind(&self, path: &'a str) -> Option<&'a str> {
        let mut path = path;
        for _ in 0..MOST_LINKS {
            let Some(target) = &self.facts(path)?.link else {
                return Some(path);
            };
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
            for part in target.split('/') {
                match part {
                    "" | "." => {}
                    ".." => drop(parts.pop()?),
                    part => parts.push(part),
                }
            }
            path = self.side.contents.files.get_key_value(&parts.join("/"))?.0;
        }
        None
    }

    /// The submodule that a path of the artifact lies in, where its content is not at hand.
    pub(super) fn elsewhere(&self, path: &str) -> Option<(&'a str, &'a str)> {
        let path = self.at_top(path);
        let mut folders = self.side.contents.elsewhere.iter();
        let found = folders.find(|(folder, _)| is_in(&path, folder));
        found.map(|(folder, commit)| (folder.as_str(), commit.as_str()))
    }
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A path of a wheel without the scheme that says where it is installed.
pub(super) fn installed_path(path: &str) -> &str {
    let Some((data, rest)) = path.split_once('/') else {
        return path;
    };
    if data.strip_suffix(".data").is_some()
        && let Some((_, inner)) = rest.split_once('/')
    {
        return inner;
    }
    if data.ends_with(".dist-info")
        && let Some(inner) = rest.strip_prefix("licenses/")
    {
        return inner;
    }
    path
}

fn join(prefix: &str, root: &str, path: &str) -> String {
    match root {
        "" => format!("{prefix}{path}"),
        root => format!("{prefix}{root}/{path}"),
    }
}

/// Whether a path ends with all parts of another.
fn is_below(path: &str, end: &str) -> bool {
    let folder = path.strip_suffix(end);
    folder.is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
}

/// Whether a path lies in a folder.
fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}
