//! Changes of the first-parent line looked at by several threads, and what they say of them taken up in their order.

use std::{
    path::Path,
    sync::mpsc::{Receiver, sync_channel},
    thread,
};

use bartizan_review::change::FileChange;

use super::mainline::{Sides, Step};
use crate::git::RepositoryError;

/// How many answers of a thread wait to be taken up: enough that nobody waits long, few enough for memory.
const WAITING: usize = 256;

/// More threads than this only wait for each other.
const MOST_THREADS: usize = 16;

/// Has each change looked at, and takes up the answers in the order of the changes. `take` says whether to go on.
pub fn abreast<T: Send>(
    path: &Path,
    steps: &[Step],
    look: impl Fn(&Step, Vec<FileChange>) -> T + Sync,
    mut take: impl FnMut(&Step, T) -> bool,
) -> Result<(), RepositoryError> {
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST_THREADS);
    // Whether it can be opened is asked here, where somebody can be told.
    Sides::open(path)?;
    thread::scope(|scope| {
        let mut running: Vec<Receiver<T>> = Vec::new();
        for number in 0..threads {
            let (answers, told) = sync_channel(WAITING);
            let look = &look;
            scope.spawn(move || {
                let Ok(mut sides) = Sides::open(path) else {
                    return;
                };
                // Each takes every so manieth, so that answers are taken up in turn.
                for step in steps.iter().skip(number).step_by(threads) {
                    if answers.send(look(step, sides.of(step))).is_err() {
                        return;
                    }
                }
            });
            running.push(told);
        }
        for (step, told) in steps.iter().zip(running.iter().cycle()) {
            let Ok(answer) = told.recv() else {
                return;
            };
            if !take(step, answer) {
                return;
            }
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::mainline, *};
    use crate::git::{Repository, tests::git};

    #[test]
    fn answers_come_in_the_order_of_the_changes() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        if !git(root, &["init", "-q", "-b", "main"]) {
            println!("skipped: git is not here");
            return;
        }
        for number in 0..7 {
            std::fs::write(root.join(format!("{number}")), "x").unwrap();
            assert!(git(root, &["add", "."]) && git(root, &["commit", "-qm", "a (#7)"]));
        }
        assert!(git(root, &["checkout", "-qb", "side", "HEAD~1"]));
        for name in ["a", "b"] {
            std::fs::write(root.join(name), "y").unwrap();
            assert!(git(root, &["add", "."]) && git(root, &["commit", "-qm", "side"]));
        }
        assert!(git(root, &["checkout", "-q", "main"]));
        assert!(git(
            root,
            &[
                "merge",
                "-q",
                "--no-ff",
                "-m",
                "Merge pull request #9 from x/side",
                "side"
            ]
        ));
        let head = Repository::open(root).unwrap().head().unwrap();
        let all = mainline(root, &head, None).unwrap();
        let check = |steps: &[Step]| {
            let mut told = Vec::new();
            let look = |_: &Step, changes: Vec<FileChange>| {
                let paths: Vec<&str> = changes.iter().map(FileChange::path).collect();
                paths.join("+")
            };
            let take = |step: &Step, paths: String| {
                told.push(format!("{paths}#{}", step.pull.unwrap_or(0)));
                true
            };
            abreast(root, steps, look, take).unwrap();
            told.join(" ")
        };
        assert_eq!(check(&all), "0#7 1#7 2#7 3#7 4#7 5#7 6#7 a+b#9");
        // What is known is left out, and what comes first behind it is still held against it.
        let known = all[5].id;
        assert_eq!(
            check(&mainline(root, &head, Some(known)).unwrap()),
            "6#7 a+b#9"
        );
    }
}
