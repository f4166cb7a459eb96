//! Histories as text, for tests of everything that stands on a corpus. A line is a commit, the oldest first:
//!
//! `ID[<PARENT[+PARENT]] AUTHOR[>COMMITTER] DATE WORD…`, where a word is `#7` (the subject names that pull request), `co:NAME`
//! (co-author), `review:NAME`, `own` (signed by a key), `+PATH` (a file comes), `~PATH` (it changes), `-PATH` (it goes),
//! `OLD>NEW` (it moves).
//! Without a parent a commit stands on the line before. `github` is the code host. `tag NAME TAGGER DATE` is a tag.

use std::collections::BTreeMap;

use bartizan_model::Timestamp;

use super::{Corpus, Source};
use crate::{
    corrections::Corrections,
    history::{
        Change, Commit, CommitGaps, Content, ContentKind, Credit, Hash, History, Lines,
        PullMention, Signature, SignedTag,
    },
    keyed::{Address, Key},
    object::Actor,
};

/// A corpus of projects, each its name and its history.
pub(crate) fn corpus(projects: &[(&str, &str)]) -> Corpus {
    let sources = projects.iter().map(|(name, text)| Source {
        name: (*name).to_owned(),
        history: history(text),
    });
    Corpus::of(
        sources.collect(),
        &Corrections::default(),
        &Key::new([1; 32]),
    )
}

/// A history.
pub(crate) fn history(text: &str) -> History {
    let mut sample = Sample::default();
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
    for line in lines {
        match line.strip_prefix("tag ") {
            Some(tag) => sample.tag(tag),
            None => sample.commit(line),
        }
    }
    sample.finish()
}

/// A day.
pub(crate) fn day(text: &str) -> Timestamp {
    format!("{text}T00:00:00Z").parse().unwrap()
}

/// Somebody with one word for a name.
pub(crate) fn actor(name: &str) -> Actor {
    let address = match name {
        "github" => "noreply@github.com".to_owned(),
        name => format!("{name}@mail.example.org"),
    };
    Actor {
        name: name.to_owned(),
        address: Address::new(address),
    }
}

fn hash(id: &str) -> Hash {
    let mut hash = [0; 20];
    hash.iter_mut()
        .zip(id.bytes())
        .for_each(|(to, byte)| *to = byte);
    hash
}

#[derive(Default)]
struct Sample {
    history: History,
    actors: BTreeMap<Actor, u32>,
    paths: BTreeMap<String, u32>,
    last: Option<Hash>,
}

impl Sample {
    fn actor(&mut self, name: &str) -> u32 {
        let next = u32::try_from(self.actors.len()).unwrap();
        *self.actors.entry(actor(name)).or_insert(next)
    }

    fn path(&mut self, path: &str) -> u32 {
        let next = u32::try_from(self.paths.len()).unwrap();
        *self.paths.entry(path.to_owned()).or_insert(next)
    }

    fn tag(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let tagger = (self.actor(words[1]), Some(day(words[2])));
        self.history.tags.push(SignedTag {
            name: words[0].to_owned(),
            target: self.last.unwrap_or_default(),
            tagger: Some(tagger),
            signature: Signature::None,
        });
    }

    fn commit(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let (id, who, date) = (
            words.next().unwrap(),
            words.next().unwrap(),
            words.next().unwrap(),
        );
        let (id, parents) = match id.split_once('<') {
            Some((id, parents)) => (id, parents.split('+').map(hash).collect()),
            None => (id, self.last.into_iter().collect()),
        };
        let (author, committer) = who.split_once('>').unwrap_or((who, who));
        let time = Some(day(date));
        let mut commit = Commit {
            id: hash(id),
            tree: hash(id),
            parents,
            author: (self.actor(author), time),
            committer: (self.actor(committer), time),
            signature: Signature::None,
            pull: None,
            credits: Vec::new(),
            changes: Vec::new(),
            gaps: CommitGaps::default(),
        };
        words.for_each(|word| self.word(word, &mut commit));
        self.last = Some(commit.id);
        self.history.commits.push(commit);
    }

    fn word(&mut self, word: &str, commit: &mut Commit) {
        if let Some(number) = word.strip_prefix('#') {
            let number = number.parse().unwrap();
            commit.pull = Some(PullMention {
                number,
                login: None,
            });
        } else if let Some(name) = word.strip_prefix("co:") {
            commit.credits.push((Credit::CoAuthored, self.actor(name)));
        } else if let Some(name) = word.strip_prefix("review:") {
            commit.credits.push((Credit::Reviewed, self.actor(name)));
        } else if word == "own" {
            commit.signature = Signature::Own(None);
        } else if let Some(path) = word.strip_prefix('+') {
            self.change(commit, path, (false, true), None);
        } else if let Some(path) = word.strip_prefix('~') {
            self.change(commit, path, (true, true), None);
        } else if let Some(path) = word.strip_prefix('-') {
            self.change(commit, path, (true, false), None);
        } else if let Some((old, new)) = word.split_once('>') {
            self.change(commit, old, (true, false), None);
            let old = self.path(old);
            self.change(commit, new, (false, true), Some(old));
        } else {
            panic!("`{word}` means nothing");
        }
    }

    fn change(
        &mut self,
        commit: &mut Commit,
        path: &str,
        (old, new): (bool, bool),
        renamed_from: Option<u32>,
    ) {
        let content = |is_there: bool| {
            is_there.then_some(Content {
                id: [0; 20],
                kind: ContentKind::File,
            })
        };
        let path = self.path(path);
        commit.changes.push(Change {
            path,
            old: content(old),
            new: content(new),
            renamed_from,
            lines: Lines::NotCounted,
        });
    }

    /// The newest first, with actors and paths in the order of their numbers.
    fn finish(mut self) -> History {
        let mut actors: Vec<(u32, Actor)> = self.actors.into_iter().map(|(a, n)| (n, a)).collect();
        actors.sort();
        let mut paths: Vec<(u32, String)> = self.paths.into_iter().map(|(p, n)| (n, p)).collect();
        paths.sort();
        self.history.actors = actors.into_iter().map(|(_, it)| it).collect();
        self.history.paths = paths.into_iter().map(|(_, it)| it).collect();
        self.history.commits.reverse();
        self.history
            .commits
            .sort_by_key(|it| std::cmp::Reverse(it.committer.1));
        self.history
    }
}
