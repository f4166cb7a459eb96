//! Changes of the first-parent line looked at by several threads, and what they say of them taken up in their order.

use std::{path::Path, thread};

use bartizan_review::change::FileChange;

use super::mainline::{Sides, Step};
use crate::git::RepositoryError;

/// How many changes are looked at before what was said of them is taken up: enough that nobody waits long, few enough for memory.
const BATCH: usize = 512;

/// More threads than this only wait for each other.
const MOST_THREADS: usize = 16;

/// Has each change looked at, and takes up the answers in the order of the changes. `take` says whether to go on.
pub fn abreast<T: Send>(
    path: &Path,
    steps: &[Step],
    look: impl Fn(&Step, Vec<FileChange>) -> T + Sync,
    mut take: impl FnMut(&Step, T) -> bool,
) -> Result<(), RepositoryError> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let mut sides = Vec::new();
    for _ in 0..threads {
        sides.push(Sides::open(path)?);
    }
    for batch in steps.chunks(BATCH) {
        for (step, answer) in batch.iter().zip(answers(&mut sides, batch, &look)) {
            if !take(step, answer) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The answers to a batch, in its order: each thread takes every so manieth, so that all end at about the same time.
fn answers<T: Send>(
    sides: &mut Vec<Sides>,
    batch: &[Step],
    look: &(impl Fn(&Step, Vec<FileChange>) -> T + Sync),
) -> Vec<T> {
    let threads = sides.len().max(1);
    let own = std::mem::take(sides);
    let mut told: Vec<std::vec::IntoIter<T>> = Vec::new();
    thread::scope(|scope| {
        let mut running = Vec::new();
        for (number, mut sides) in own.into_iter().enumerate() {
            running.push(scope.spawn(move || {
                let steps = batch.iter().skip(number).step_by(threads);
                let answers: Vec<T> = steps.map(|step| look(step, sides.of(step))).collect();
                (sides, answers)
            }));
        }
        for thread in running {
            if let Ok((back, answers)) = thread.join() {
                sides.push(back);
                told.push(answers.into_iter());
            }
        }
    });
    let mut answers = Vec::with_capacity(batch.len());
    'all: loop {
        for own in &mut told {
            match own.next() {
                Some(answer) => answers.push(answer),
                None => break 'all,
            }
        }
    }
    answers
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
        assert!(git(root, &["merge", "-q", "--no-ff", "-m", "Merge pull request #9 from x/side", "side"]));
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
        assert_eq!(check(&mainline(root, &head, Some(known)).unwrap()), "6#7 a+b#9");
    }
}
