//! Models of what is usual in projects, a file each in the home: learnt from the first-parent line of a history, and only from what
//! came since the last time. What pull requests proposed that did not come in is learnt apart, as precedents that make nothing usual.

use std::{
    collections::HashSet,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use bartizan_review::{
    novelty::{Deeds, KeptError, Model, Proposal, Unit, deeds},
    rule::Rules,
};
use thiserror::Error;

use crate::{
    disk,
    git::{Repository, RepositoryError},
    home::Home,
    past::{Heads, Step, Unmerged, abreast, mainline, unmerged},
};

/// The largest file that is read: a model with as many keys as it may have.
const LARGEST: usize = 256 << 20;

/// Why there is no model.
#[derive(Debug, Error)]
pub enum NoveltyError {
    /// The repository cannot be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// The file is no model, or one of another version.
    #[error("the model `{}` {cause}", path.display())]
    Kept {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: KeptError,
    },
    /// The file cannot be written.
    #[error("cannot write the model `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// What a run learnt.
#[derive(Debug)]
pub struct Learnt {
    /// The model, with all of it.
    pub model: Model,
    /// How many changes were new.
    pub new: usize,
    /// What became of the heads of pull requests.
    pub heads: Heads,
    /// How many proposals were new.
    pub new_proposals: usize,
    /// How many bytes its file has.
    pub bytes: usize,
}

/// Where the model of a repository is kept.
pub fn file(home: &Home, repository: &Path) -> PathBuf {
    let whole = fs::canonicalize(repository);
    let whole = whole.unwrap_or_else(|_unknown| repository.to_owned());
    // Two repositories whose names meet here are told apart by their commits: one learns anew.
    let sum = crc32fast::hash(whole.to_string_lossy().as_bytes());
    home.root().join("novelty").join(format!("{sum:08x}.model"))
}

/// The model of a repository, where one was learnt.
pub fn read(home: &Home, repository: &Path) -> Result<Option<Model>, NoveltyError> {
    let path = file(home, repository);
    let Ok(bytes) = disk::read_small(&path, LARGEST) else {
        return Ok(None);
    };
    match Model::from_bytes(&bytes) {
        Ok(model) => Ok(Some(model)),
        Err(cause) => Err(NoveltyError::Kept { path, cause }),
    }
}

/// Learns what came in since the last time, and what is proposed since; all of it where the model is none, of another version or
/// of another history.
pub fn learn(
    home: &Home,
    repository: &Path,
    mut watcher: impl FnMut(usize, usize),
) -> Result<Learnt, NoveltyError> {
    let head = Repository::open(repository)?.head()?;
    let steps = mainline(repository, &head, None)?;
    let (proposed, heads) = unmerged(repository, &steps)?;
    let known = read(home, repository).ok().flatten();
    let (mut model, since) = since(known, &steps);
    let fresh = fresh(&model, &proposed);
    let of = since.len() + fresh.len();
    learn_line(repository, since, &mut model, |done| watcher(done, of))?;
    propose(repository, &fresh, &mut model, |done| {
        watcher(since.len() + done, of);
    })?;
    let standing: HashSet<Proposal> = proposed.iter().map(|it| it.proposal).collect();
    model.settle(&standing);
    let bytes = model.to_bytes();
    write(&file(home, repository), &bytes)?;
    Ok(Learnt {
        model,
        new: since.len(),
        heads,
        new_proposals: fresh.len(),
        bytes: bytes.len(),
    })
}

/// Learns changes of the main line.
fn learn_line(
    repository: &Path,
    steps: &[Step],
    model: &mut Model,
    mut done: impl FnMut(usize),
) -> Result<(), RepositoryError> {
    let look = |_: &Step, changes: Vec<_>| deeds(&changes, Rules::built_in());
    let mut new = 0;
    abreast(repository, steps, look, |step, found| {
        let unit = Unit {
            commit: step.id,
            time: step.time,
        };
        model.learn(unit, &found);
        new += 1;
        done(new);
        true
    })
}

/// The proposals that the model does not have; one that moved, or whose base came nearer, is another one.
fn fresh<'p>(model: &Model, proposed: &'p [Unmerged]) -> Vec<&'p Unmerged> {
    let known: HashSet<&Proposal> = model.proposals().iter().collect();
    let fresh = proposed.iter();
    fresh.filter(|it| !known.contains(&it.proposal)).collect()
}

/// Learns proposals.
fn propose(
    repository: &Path,
    proposed: &[&Unmerged],
    model: &mut Model,
    mut done: impl FnMut(usize),
) -> Result<(), RepositoryError> {
    let look = |_: &Step, changes: Vec<_>| deeds(&changes, Rules::built_in());
    let steps: Vec<Step> = proposed.iter().map(|it| it.step.clone()).collect();
    let mut next = proposed.iter();
    let mut new = 0;
    abreast(repository, &steps, look, |_, found: Deeds| {
        if let Some(it) = next.next() {
            model.propose(it.proposal, &found);
        }
        new += 1;
        done(new);
        true
    })
}

/// What is known already and what is not: a model whose last change is not in the history is of another one.
fn since(known: Option<Model>, steps: &[Step]) -> (Model, &[Step]) {
    let place = known.as_ref().and_then(Model::last).and_then(|last| {
        let mut places = steps.iter();
        places.rposition(|it| it.id == last.commit)
    });
    match (known, place) {
        (Some(model), Some(place)) => (model, steps.get(place + 1..).unwrap_or_default()),
        _ => (Model::new(), steps),
    }
}

/// Writes a file beside and gives it its name, so that nobody finds half of it.
fn write(path: &Path, bytes: &[u8]) -> Result<(), NoveltyError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = || {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)
    };
    written().map(drop).map_err(|cause| NoveltyError::Write {
        path: path.to_owned(),
        cause,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::tests::git;

    #[test]
    fn what_came_since_is_learnt_and_gives_the_same_as_all_at_once() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("lab");
        fs::create_dir(&root).unwrap();
        if !git(&root, &["init", "-q"]) {
            println!("skipped: git is not here");
            return;
        }
        let commit = |number: usize| {
            fs::write(
                root.join(format!("{number}.py")),
                "import os\nos.getcwd()\n",
            )
            .unwrap();
            assert!(git(&root, &["add", "."]) && git(&root, &["commit", "-qm", "a"]));
        };
        (0..3).for_each(commit);
        let home = Home::new(place.path().join("home"));
        assert!(read(&home, &root).unwrap().is_none());
        assert_eq!(learn(&home, &root, |_, _| ()).unwrap().new, 3);
        (3..5).for_each(commit);
        let later = learn(&home, &root, |_, _| ()).unwrap();
        assert_eq!(later.new, 2);
        let other = Home::new(place.path().join("other"));
        let at_once = learn(&other, &root, |_, _| ()).unwrap();
        assert_eq!(at_once.new, 5);
        assert_eq!(later.model, at_once.model);
        assert_eq!(read(&home, &root).unwrap(), Some(at_once.model));
        // Another version is refused, and learnt anew when that is asked for.
        let path = file(&home, &root);
        let mut bytes = fs::read(&path).unwrap();
        bytes[8] = 77;
        fs::write(&path, bytes).unwrap();
        assert!(matches!(read(&home, &root), Err(NoveltyError::Kept { .. })));
        assert_eq!(learn(&home, &root, |_, _| ()).unwrap().new, 5);
    }
    #[test]
    fn a_proposal_is_learnt_once_moves_and_comes_in() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("lab");
        fs::create_dir(&root).unwrap();
        if !git(&root, &["init", "-q", "-b", "main"]) {
            println!("skipped: git is not here");
            return;
        }
        let ask = |arguments: &[&str]| assert!(git(&root, arguments), "{arguments:?}");
        let commit = |name: &str, text: &str, subject: &str| {
            fs::write(root.join(name), text).unwrap();
            ask(&["add", "."]);
            ask(&["commit", "-qm", subject]);
        };
        commit("a.py", "x = 1\n", "first");
        ask(&["checkout", "-qb", "side"]);
        commit("setup.py", "import subprocess\n", "proposed");
        ask(&["update-ref", "refs/pull/7/head", "side"]);
        ask(&["checkout", "-q", "main"]);
        let home = Home::new(place.path().join("home"));
        let check = || {
            let learnt = learn(&home, &root, |_, _| ()).unwrap();
            let other = tempfile::tempdir().unwrap();
            let at_once = learn(&Home::new(other.path()), &root, |_, _| ()).unwrap();
            assert_eq!(learnt.model, at_once.model);
            (
                learnt.new,
                learnt.new_proposals,
                learnt.model.proposals().len(),
            )
        };
        assert_eq!(check(), (1, 1, 1));
        assert_eq!(check(), (0, 0, 1));
        ask(&["checkout", "-q", "side"]);
        commit("setup.py", "import ctypes\n", "proposed otherwise");
        ask(&["update-ref", "refs/pull/7/head", "side"]);
        ask(&["checkout", "-q", "main"]);
        commit("b.py", "x = 2\n", "second");
        assert_eq!(check(), (1, 1, 1));
        // Squashed, it is usual and no proposal any more.
        commit("setup.py", "import ctypes\n", "It came in (#7)");
        assert_eq!(check(), (1, 0, 0));
    }
}
