//! A review: files of a change come one by one, what they introduce goes out in the order of its weight.

mod context;
mod ranking;

use std::collections::{BTreeMap, BTreeSet};

use bartizan_model::{fingerprint::hash, problem::Problem, severity::SeverityLevel};

use self::ranking::{MOST_ENTRIES, most_important};
use crate::{
    capability::{Abilities, Gained, Surroundings},
    change::{Content, FileChange},
    detect::{self, Subject},
    introduced::without_counterpart,
    kind::{Language, Role, file_name},
    lines::cut,
    mentions::Mentions,
    rule::{Capability, Rule, Rules, When},
    score::{Novelty, Score},
    sighting::Sighting,
    suppression::{self, Judged, Mark, Marks, Terms},
    verdict::EntryName,
};

/// How many sightings of one side are kept in all.
const MOST_SIGHTINGS: usize = 300_000;

/// How many files are kept as they are, and how large they are: lists that people write.
const MOST_KEPT: usize = 100;
const LARGEST_KEPT: usize = 32 << 20;

/// After so many lines of excerpts no further file is shown.
const MOST_LINES: usize = 30_000;

/// The longest line of an excerpt.
const LONGEST_EXCERPT: usize = 160;

/// A review while files come in.
#[derive(Debug)]
pub struct Review<'r> {
    rules: &'r Rules,
    before: Vec<Sighting<'r>>,
    after: Vec<Sighting<'r>>,
    compared: Vec<Sighting<'r>>,
    /// Paths and what code at them could do before.
    held: BTreeSet<(String, Capability)>,
    /// What any code could do before.
    capabilities: BTreeSet<Capability>,
    mentions: Mentions,
    abilities: Abilities,
    excerpts: Excerpts,
    marks: Marks,
    terms: Terms,
    /// Names of files of which both sides are wanted, and those that came.
    wanted: BTreeSet<String>,
    kept: Vec<FileChange>,
    /// How many lines the excerpts have.
    shown_lines: usize,
    files: usize,
    is_cut: bool,
}

/// Lines that entries may show, by file and number.
type Excerpts = BTreeMap<String, BTreeMap<u32, String>>;

/// A side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideOf {
    /// What was there.
    Before,
    /// What is there.
    After,
}

/// What somebody else saw on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// The id of the rule.
    pub rule: String,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// What is compared.
    pub snippet: String,
    /// What is said of it.
    pub message: String,
    /// How bad it is, where that is other than the rule says.
    pub severity: Option<SeverityLevel>,
}

/// Something that a change introduces.
#[derive(Debug, Clone)]
pub struct Entry<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// How bad it is.
    pub severity: SeverityLevel,
    /// Its weight.
    pub score: Score,
    /// The file.
    pub file: String,
    /// The line, from 1; nothing where it is about the file as a whole.
    pub line: Option<u32>,
    /// What is said of it.
    pub message: String,
    /// The lines around it, with the number of the first.
    pub excerpt: Option<(u32, Vec<String>)>,
    /// What stays the same when lines move: for naming it again.
    pub identity: String,
    /// What sets it aside.
    pub mark: Option<Mark>,
}

impl Entry<'_> {
    /// Its name: the rule and what is left of the entry's identity, alike wherever it is met again.
    pub fn name(&self) -> EntryName {
        EntryName {
            rule: self.rule.id.clone(),
            id: hash(&self.identity),
        }
    }
}

/// What a change introduces.
#[derive(Debug, Clone, Default)]
pub struct Report<'r> {
    /// The most important first.
    pub entries: Vec<Entry<'r>>,
    /// What code may newly do; what is new for the package first.
    pub capabilities: Vec<Gained>,
    /// Whether more functions may newly do something than are told.
    pub has_more_capabilities: bool,
    /// How many files differ.
    pub files: usize,
    /// Whether there was more than is told.
    pub is_cut: bool,
    /// Every mark in what changes, and what it came to.
    pub marks: Vec<(Mark, suppression::Standing)>,
    /// Both sides of the files that were wanted by name.
    pub kept: Vec<FileChange>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl<'r> Review<'r> {
    /// Nothing yet.
    pub fn new(rules: &'r Rules) -> Self {
        Self {
            rules,
            before: Vec::new(),
            after: Vec::new(),
            compared: Vec::new(),
            held: BTreeSet::new(),
            capabilities: BTreeSet::new(),
            mentions: Mentions::default(),
            abilities: Abilities::default(),
            excerpts: Excerpts::default(),
            marks: Marks::default(),
            terms: Terms::default(),
            wanted: BTreeSet::new(),
            kept: Vec::new(),
            shown_lines: 0,
            files: 0,
            is_cut: false,
        }
    }

    /// The same, with what holds of marks.
    #[must_use]
    pub fn under(self, terms: Terms) -> Self {
        Self { terms, ..self }
    }

    /// The same, keeping both sides of files of these names, in whichever folder.
    #[must_use]
    pub fn keeping(self, names: impl IntoIterator<Item = String>) -> Self {
        Self {
            wanted: names.into_iter().collect(),
            ..self
        }
    }

    /// Looks at both sides of a file. Nothing of it is kept but what was seen.
    pub fn look(&mut self, change: &FileChange) {
        self.files += 1;
        self.keep(change);
        if change.is_move() {
            return;
        }
        let before = change.before.as_ref().map(Subject::of);
        let after = change.after.as_ref().map(Subject::of);
        self.abilities.take(before.as_ref(), after.as_ref());
        if let Some(subject) = &before {
            let seen = detect::see(subject, self.rules);
            let path = change.path();
            for capability in seen.iter().filter_map(|it| it.rule.capability) {
                self.capabilities.insert(capability);
                self.held.insert((path.to_owned(), capability));
            }
            self.before.extend(seen);
        }
        if let Some(subject) = &after {
            let mut seen = detect::see(subject, self.rules);
            mark_swapped(&mut seen, change);
            self.keep_excerpts(subject, &seen);
            self.after.extend(seen);
            self.marks.read(before.as_ref(), subject);
            if let Some(text) = subject.text.filter(|_| subject.language.is_code()) {
                self.mentions.code_files += 1;
                let old = before.as_ref().and_then(|it| it.text);
                self.mentions.read(text, old, subject.role);
            }
        }
        if let (Some(before), Some(after)) = (&before, &after) {
            let seen = detect::compare(before, after, self.rules);
            self.keep_excerpts(after, &seen);
            self.compared.extend(seen);
        }
        for side in [&mut self.before, &mut self.after] {
            self.is_cut |= side.len() > MOST_SIGHTINGS;
            side.truncate(MOST_SIGHTINGS);
        }
    }

    /// Takes in the files around the change, when all of it came: they say how new a capability is, and how it is reached.
    pub fn surround(&mut self, around: &dyn Surroundings) {
        self.abilities.compare(around);
    }

    /// Takes in what somebody else saw, who looks at more than single files.
    pub fn tell(&mut self, side: SideOf, outside: Outside) {
        let Some(rule) = self.rules.find(&outside.rule) else {
            return;
        };
        let language = Language::of(&outside.path, &[]);
        let sighting = Sighting {
            severity: outside.severity.unwrap_or(rule.severity),
            rule,
            role: Role::of(&outside.path, language),
            path: outside.path,
            line: outside.line,
            snippet: outside.snippet,
            within: String::new(),
            message: outside.message,
            context: Vec::new(),
            opaque: None,
        };
        match side {
            SideOf::Before => self.before.push(sighting),
            SideOf::After => self.after.push(sighting),
        }
    }

    fn keep(&mut self, change: &FileChange) {
        let sides = [&change.before, &change.after].into_iter().flatten();
        let size: usize = sides.filter_map(|it| it.bytes()).map(<[u8]>::len).sum();
        let is_wanted = self.wanted.contains(file_name(change.path()));
        if is_wanted && size <= LARGEST_KEPT && self.kept.len() < MOST_KEPT {
            self.kept.push(change.clone());
        }
    }

    fn keep_excerpts(&mut self, subject: &Subject<'_>, seen: &[Sighting<'_>]) {
        let Some(text) = subject.text.filter(|_| self.shown_lines < MOST_LINES) else {
            return;
        };
        let mut wanted: Vec<u32> = seen.iter().filter_map(|it| it.line).collect();
        if wanted.is_empty() {
            return;
        }
        wanted.sort_unstable();
        wanted.dedup();
        let lines = self.excerpts.entry(subject.file.path.clone()).or_default();
        let mut wanted = wanted.into_iter().peekable();
        for (number, line) in crate::lines::numbered(text) {
            // One line before, and one behind: what stands around it says what it is.
            while wanted.next_if(|it| it.saturating_add(1) < number).is_some() {}
            let Some(next) = wanted.peek() else {
                return;
            };
            if number.saturating_add(1) >= *next {
                lines.insert(number, cut(line, LONGEST_EXCERPT).to_owned());
                self.shown_lines += 1;
            }
        }
    }

    /// What the change introduces.
    pub fn finish(mut self) -> Report<'r> {
        let marks = std::mem::take(&mut self.marks);
        let judged = marks.judge(self.terms, &self.before, [&self.after, &self.compared]);
        let (gone_before, before) = split(std::mem::take(&mut self.before));
        let (gone_after, after) = split(std::mem::take(&mut self.after));
        // What goes and was good: seen before, and no longer.
        let mut left = without_counterpart(&gone_after, gone_before);
        left.extend(without_counterpart(&before, after));
        left.append(&mut self.compared);
        context::lay(&mut left, &self.mentions);
        let abilities = std::mem::take(&mut self.abilities);
        let (capabilities, has_more_capabilities) = abilities.finish(&left);
        let is_cut = self.is_cut || left.len() > MOST_ENTRIES;
        let entries = left.into_iter().map(|it| self.entry(it, &judged));
        let mut entries = most_important(entries);
        for entry in &mut entries {
            entry.excerpt = entry.line.and_then(|line| self.excerpt(&entry.file, line));
        }
        Report {
            entries,
            capabilities,
            has_more_capabilities,
            files: self.files,
            is_cut,
            marks: judged.marks,
            kept: self.kept,
            problems: Vec::new(),
        }
    }

    fn entry(&self, it: Sighting<'r>, judged: &Judged) -> Entry<'r> {
        let novelty = it.rule.capability.map_or(Novelty::None, |capability| {
            self.novelty(&it.path, capability)
        });
        let score = Score::of(&it, novelty);
        Entry {
            mark: judged.over(&it).cloned(),
            identity: [it.rule.id.as_str(), &it.path, &it.within, &it.snippet].join("\0"),
            rule: it.rule,
            severity: it.severity,
            score,
            file: it.path,
            line: it.line,
            message: it.message,
            excerpt: None,
        }
    }

    fn novelty(&self, path: &str, capability: Capability) -> Novelty {
        if self.held.contains(&(path.to_owned(), capability)) {
            Novelty::None
        } else if self.capabilities.contains(&capability) {
            Novelty::InFile
        } else {
            Novelty::Everywhere
        }
    }

    fn excerpt(&self, path: &str, line: u32) -> Option<(u32, Vec<String>)> {
        let lines = self.excerpts.get(path)?;
        let mut near = lines.range(line.saturating_sub(1)..=line.saturating_add(1));
        let (first, text) = near.next()?;
        let rest = near.map(|(_, text)| text.clone());
        Some((*first, [text.clone()].into_iter().chain(rest).collect()))
    }
}

/// Those of rules about what goes, and the others.
fn split(sightings: Vec<Sighting<'_>>) -> (Vec<Sighting<'_>>, Vec<Sighting<'_>>) {
    sightings
        .into_iter()
        .partition(|it| it.rule.when == When::Removed)
}

/// Content that stands where other content stood.
fn mark_swapped(seen: &mut [Sighting<'_>], change: &FileChange) {
    let was_there = change
        .before
        .as_ref()
        .is_some_and(|it| !matches!(it.content, Content::Link(_)));
    let same_path = change.before.as_ref().map(|it| it.path.as_str()) == Some(change.path());
    if !was_there || !same_path {
        return;
    }
    for it in seen {
        if let Some(opaque) = &mut it.opaque {
            opaque.is_swapped = true;
        }
    }
}

#[cfg(test)]
mod tests;
