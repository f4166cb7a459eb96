//! What lies in a directory of packages and is listed by no `RECORD`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use bartizan_formats::tree::EntryKind;

use super::{Findings, LARGEST_KEPT, Site, commands, startup};
use crate::{
    checks::{UNLISTED_MEMBER, UNREADABLE_RECORD},
    content::ContentFinding,
};

/// The most files of one directory of packages that are looked at.
const MOST_FILES: usize = 2_000_000;

/// The deepest nesting.
const DEEPEST: usize = 64;

/// What nobody vouches for.
#[derive(Debug, Default)]
pub struct Leftover {
    /// What is wrong, one finding for each file or folder at the top.
    pub findings: Vec<ContentFinding>,
    /// How many compiled files no `RECORD` has a digest of. Python writes them when it imports, and runs them in place of their
    /// sources.
    pub compiled: usize,
}

/// Looks for what none of the listed files is.
pub fn leftover(site: Site<'_>, listed: &BTreeSet<PathBuf>) -> Leftover {
    let mut walk = Walk {
        site,
        listed,
        unlisted: BTreeMap::new(),
        kept: BTreeMap::new(),
        findings: Findings::default(),
        compiled: 0,
        count: 0,
    };
    walk.folder(site.folder, 0);
    walk.finish()
}

struct Walk<'a> {
    site: Site<'a>,
    listed: &'a BTreeSet<PathBuf>,
    /// By the name at the top: how many, and the first of them.
    unlisted: BTreeMap<String, (usize, String)>,
    kept: BTreeMap<String, Vec<u8>>,
    findings: Findings,
    compiled: usize,
    count: usize,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, depth: usize) {
        let shown = folder.display().to_string();
        if depth > DEEPEST {
            let message = "nested too deep; not looked at";
            self.findings.add(&UNREADABLE_RECORD, &shown, message);
            return;
        }
        let entries = match self.site.tree.list(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let message = format!("cannot be listed: {error}");
                self.findings.add(&UNREADABLE_RECORD, &shown, message);
                return;
            }
        };
        for entry in &entries {
            self.count += 1;
            if self.count == MOST_FILES {
                let message = "it holds too many files; the rest was not looked at";
                self.findings.add(&UNREADABLE_RECORD, &shown, message);
            }
            if self.count >= MOST_FILES {
                return;
            }
            match entry.kind {
                EntryKind::Directory => self.folder(&entry.path, depth + 1),
                EntryKind::File | EntryKind::Other => self.file(&entry.path),
            }
        }
    }

    fn file(&mut self, path: &Path) {
        if path.extension().is_some_and(|it| it == "pyc") && self.is_of_a_source(path) {
            self.compiled += 1;
            return;
        }
        if self.listed.contains(path) {
            return;
        }
        let Ok(inside) = path.strip_prefix(self.site.folder) else {
            return;
        };
        let name = inside.to_string_lossy().replace('\\', "/");
        let top = name.split('/').next().unwrap_or_default().to_owned();
        let (count, _) = self.unlisted.entry(top).or_insert((0, name.clone()));
        *count += 1;
        commands::hook(&name, &mut self.findings);
        let is_start = !name.contains('/') && name.strip_suffix(".pth").is_some();
        if is_start && let Ok(bytes) = self.site.tree.read(path, LARGEST_KEPT as u64) {
            self.kept.insert(name, bytes);
        }
    }

    /// Whether a compiled file is that of a source that a `RECORD` lists: `__pycache__/NAME.cpython-312.pyc` beside `NAME.py`.
    fn is_of_a_source(&self, path: &Path) -> bool {
        let Some(folder) = path.parent().filter(|it| it.ends_with("__pycache__")) else {
            return self.listed.contains(path);
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let stem = name.split('.').next().unwrap_or_default();
        let source = folder.parent().map(|it| it.join(format!("{stem}.py")));
        source.is_some_and(|it| self.listed.contains(&it)) || self.listed.contains(path)
    }

    fn finish(mut self) -> Leftover {
        startup(&self.kept, &mut self.findings);
        for (top, (count, first)) in &self.unlisted {
            let message = match count {
                1 => "no RECORD lists it".to_owned(),
                _ => format!("no RECORD lists {count} files in it, among them `{first}`"),
            };
            let member = if *count == 1 { first } else { top };
            self.findings.add(&UNLISTED_MEMBER, member, message);
        }
        Leftover {
            findings: self.findings.sorted(),
            compiled: self.compiled,
        }
    }
}
