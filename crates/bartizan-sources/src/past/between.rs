//! What a change brings: the commits behind its head that its base does not stand on.

use std::{
    collections::{BTreeSet, BinaryHeap, HashMap, HashSet},
    path::Path,
};

use bartizan_model::Timestamp;
use bartizan_people::history::{Actor, Commit, Hash};
use gix::objs::Kind;

use super::{
    changes::{Comparer, Pair},
    objects::{Lookup, Objects},
    walk::{hash_of, read_commit},
};
use crate::git::{Repository, RepositoryError};

/// How many commits are looked at on the way to where both meet.
const MOST_COMMITS: usize = 1_000_000;

/// How many commits of a change are compared.
const MOST_COMPARED: usize = 10_000;

/// What a change brings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Between {
    /// The files that its commits change, sorted.
    pub paths: BTreeSet<String>,
    /// Who wrote its commits or is credited in them, sorted.
    pub authors: BTreeSet<Actor>,
    /// How many commits it has, those left out that bring together two histories.
    pub commits: usize,
    /// Whether there is more than is read.
    pub is_cut_short: bool,
}

/// Reads a change between two revisions.
pub fn between(path: &Path, base: &str, head: &str) -> Result<Between, RepositoryError> {
    let repository = Repository::open(path)?;
    let (base, head) = (repository.commit_of(base)?, repository.commit_of(head)?);
    let ends = (
        hash_of(base.as_str().as_bytes()),
        hash_of(head.as_str().as_bytes()),
    );
    let mut between = Between::default();
    let (Some(objects), Some(others), (Some(base), Some(head))) =
        (Objects::open(path), Objects::open(path), ends)
    else {
        return Ok(between);
    };
    let mut walk = Walk {
        objects,
        actors: Vec::new(),
        commits: HashMap::new(),
        sides: HashMap::new(),
        left: BinaryHeap::new(),
        undecided: HashSet::new(),
    };
    between.is_cut_short = !walk.run(base, head);
    walk.tell(&mut Comparer::new(others), &mut between);
    Ok(between)
}

/// Behind which of the two ends a commit lies.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Sides {
    is_of_base: bool,
    is_of_head: bool,
}

struct Walk {
    objects: Objects,
    actors: Vec<Actor>,
    commits: HashMap<Hash, Commit>,
    sides: HashMap<Hash, Sides>,
    /// The newest is taken first, so that both ends come to where they meet at about the same time.
    left: BinaryHeap<(Option<Timestamp>, Hash)>,
    /// Those that are left and lie, as far as is known, behind the head only.
    undecided: HashSet<Hash>,
}

impl Walk {
    /// Goes back from both ends until everything left lies behind the base. Says whether it came so far.
    fn run(&mut self, base: Hash, head: Hash) -> bool {
        let of_base = Sides {
            is_of_base: true,
            is_of_head: false,
        };
        let of_head = Sides {
            is_of_base: false,
            is_of_head: true,
        };
        self.reach(base, of_base);
        self.reach(head, of_head);
        for _ in 0..MOST_COMMITS {
            let next = self.left.pop().filter(|_| !self.undecided.is_empty());
            let Some((_, id)) = next else {
                return true;
            };
            self.undecided.remove(&id);
            let sides = self.sides.get(&id).copied().unwrap_or_default();
            let parents = self.commits.get(&id).map(|it| it.parents.clone());
            for parent in parents.unwrap_or_default() {
                self.reach(parent, sides);
            }
        }
        false
    }

    /// Says that a commit lies behind an end; where that is new it is looked at once more.
    fn reach(&mut self, id: Hash, sides: Sides) {
        let before = self.sides.get(&id).copied();
        let known = before.unwrap_or_default();
        let now = Sides {
            is_of_base: known.is_of_base || sides.is_of_base,
            is_of_head: known.is_of_head || sides.is_of_head,
        };
        if before == Some(now) {
            return;
        }
        if !self.commits.contains_key(&id) {
            let Some(commit) = self.read(id) else {
                return;
            };
            self.commits.insert(id, commit);
        }
        self.sides.insert(id, now);
        let time = self.commits.get(&id).and_then(|it| it.committer.1);
        self.left.push((time, id));
        if now.is_of_base {
            self.undecided.remove(&id);
        } else {
            self.undecided.insert(id);
        }
    }

    fn read(&mut self, id: Hash) -> Option<Commit> {
        if self.objects.find(id, Kind::Commit) != Lookup::Found {
            return None;
        }
        let actors = &mut self.actors;
        read_commit(id, &self.objects.data, |actor| {
            actors.push(actor);
            u32::try_from(actors.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn tell(&self, comparer: &mut Comparer, between: &mut Between) {
        let sides = self.sides.iter();
        let of_change = sides.filter(|(_, it)| it.is_of_head && !it.is_of_base);
        let mut ids: Vec<Hash> = of_change.map(|(id, _)| *id).collect();
        ids.sort_unstable();
        let commits = ids.iter().filter_map(|id| self.commits.get(id));
        for commit in commits.filter(|it| !it.is_merge()) {
            between.commits += 1;
            let credits = commit.credits.iter().map(|(_, actor)| *actor);
            for actor in std::iter::once(commit.author.0).chain(credits) {
                let actor = self.actors.get(actor as usize);
                between.authors.extend(actor.cloned());
            }
            if between.commits > MOST_COMPARED {
                between.is_cut_short = true;
                continue;
            }
            let parent = commit.parents.first();
            let old = parent.and_then(|it| self.commits.get(it)).map(|it| it.tree);
            if parent.is_some() && old.is_none() {
                continue;
            }
            let found = comparer.compare(&Pair {
                commit: 0,
                old,
                new: commit.tree,
            });
            between.is_cut_short |= found.is_cut;
            between.paths.extend(comparer.new_paths());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::past::tests::{ANN, CY, commit, file, import};

    /// A main line of two, a branch of two with the main line merged into it, and one more on the main line.
    #[test]
    fn what_a_branch_brings() {
        let dir = tempfile::tempdir().unwrap();
        let mut script = Vec::new();
        commit(&mut script, (ANN, ANN), 1_000, "one");
        file(&mut script, "100644", "a", b"1");
        script.extend_from_slice(b"commit refs/heads/side\nmark :2\n");
        let who = format!("author {CY} 2000 +0000\ncommitter {CY} 2000 +0000\ndata 3\ntwo\n");
        script.extend_from_slice(who.as_bytes());
        script.extend_from_slice(b"from refs/heads/main\n");
        file(&mut script, "100644", "lab/b", b"2");
        commit(&mut script, (ANN, ANN), 3_000, "three");
        file(&mut script, "100644", "c", b"3");
        script.extend_from_slice(b"commit refs/heads/side\n");
        let who = format!("author {CY} 4000 +0000\ncommitter {CY} 4000 +0000\ndata 3\nsix\n");
        script.extend_from_slice(who.as_bytes());
        script.extend_from_slice(b"merge refs/heads/main\n");
        commit(&mut script, (ANN, ANN), 5_000, "five");
        file(&mut script, "100644", "a", b"5");
        if !import(dir.path(), &script) {
            return;
        }
        let check = |base: &str, head: &str| {
            let it = between(dir.path(), base, head).unwrap();
            let paths: Vec<&str> = it.paths.iter().map(String::as_str).collect();
            let authors: Vec<&str> = it.authors.iter().map(|it| it.name.as_str()).collect();
            format!(
                "{}: {} by {}",
                it.commits,
                paths.join(" "),
                authors.join(" ")
            )
        };
        assert_eq!(
            check("refs/heads/main", "refs/heads/side"),
            "1: lab/b by Cy D"
        );
        assert_eq!(check("refs/heads/side", "refs/heads/main"), "1: a by Ann B");
        assert_eq!(check("refs/heads/main", "refs/heads/main"), "0:  by ");
        assert!(between(dir.path(), "refs/heads/none", "HEAD").is_err());
    }
}
