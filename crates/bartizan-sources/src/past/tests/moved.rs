use std::collections::{BTreeMap, btree_map::Entry};

use super::*;

/// Files by path.
type Files = BTreeMap<String, Vec<String>>;

/// A history in which files move and are changed on the way, more or less; names are few, so that several have the same.
fn moving(commits: u64) -> Vec<u8> {
    let mut next = dice(11);
    let mut files = Files::new();
    let mut script = Vec::new();
    for number in 0..commits {
        commit(&mut script, (ANN, ANN), 1_000 + number, "x\n");
        let mut gone: Vec<Vec<String>> = Vec::new();
        for _ in 0..next(4) {
            let at = usize::try_from(next(files.len() as u64 + 1)).unwrap();
            if let Some(path) = files.keys().nth(at).cloned() {
                script.extend_from_slice(format!("D {path}\n").as_bytes());
                gone.extend(files.remove(&path));
            }
        }
        for _ in 0..=next(4) {
            let mut lines = match gone.pop() {
                Some(lines) if next(4) > 0 => lines,
                _ => (0..=next(30))
                    .map(|_| format!("{} {}\n", next(1_000), next(1_000)))
                    .collect(),
            };
            let edits = next(lines.len() as u64 + 1);
            for _ in 0..edits {
                let place = usize::try_from(next(lines.len() as u64)).unwrap();
                lines[place] = format!("{} new {}\n", next(1_000), next(1_000));
            }
            let path = format!("d{}/f{}", next(4), next(6));
            if let Entry::Vacant(new) = files.entry(path) {
                file(&mut script, "100644", new.key(), lines.concat().as_bytes());
                new.insert(lines);
            }
        }
    }
    script
}

/// What moved, by commit: from and to.
fn by_us(history: &History) -> Vec<(String, String)> {
    let path = |number: u32| &history.paths[number as usize];
    let of_commit = |commit: &Commit| {
        let moved = commit
            .changes
            .iter()
            .filter_map(|it| Some(format!("{} {}", path(it.renamed_from?), path(it.path))));
        moved.collect::<Vec<_>>().join("\n")
    };
    let mut commits: Vec<_> = history
        .commits
        .iter()
        .map(|it| (object_id(it.id).to_string(), of_commit(it)))
        .collect();
    commits.sort();
    commits
}

fn by_git(root: &Path) -> Vec<(String, String)> {
    let log = asked(
        root,
        &[
            "log",
            "--format=%x01%H",
            "--raw",
            "--find-renames",
            "--no-merges",
        ],
    );
    let of_commit = |text: &str| {
        let moved = text.lines().filter_map(|line| {
            let (_, of_rename) = line.split_once(" R")?;
            let mut parts = of_rename.split('\t').skip(1);
            Some(format!("{} {}", parts.next()?, parts.next()?))
        });
        let mut moved: Vec<_> = moved.collect();
        moved.sort_by_key(|it| it.split(' ').nth(1).unwrap().to_owned());
        moved.join("\n")
    };
    let commits = log
        .split('\u{1}')
        .skip(1)
        .map(|it| it.split_once('\n').unwrap());
    let mut commits: Vec<_> = commits
        .map(|(id, text)| (id.to_owned(), of_commit(text)))
        .collect();
    commits.sort();
    commits
}

#[test]
fn files_move_as_git_has_it() {
    let place = tempfile::tempdir().unwrap();
    if !import(place.path(), &moving(300)) {
        return;
    }
    let history = reading(place.path(), None).history;
    let (ours, theirs) = (by_us(&history), by_git(place.path()));
    let moved = theirs.iter().filter(|(_, moved)| !moved.is_empty());
    assert!(moved.count() > 50, "the history has files that move");
    assert_eq!(ours, theirs);
}
