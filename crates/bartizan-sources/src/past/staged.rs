//! In which files what is staged for a commit differs from the commit before. Only here the program `git` is asked: the file in
//! which it keeps what is staged has many forms.

use std::{collections::BTreeMap, path::Path};

use super::{Differing, Kinds, Standing, TwoStates};
use crate::git::program::{self, GitError};

/// The tree that holds nothing: what a first commit is compared with.
const NOTHING: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// How many files are read.
const MOST_FILES: usize = 500_000;

/// In which files what is staged differs from `HEAD`. `index` is the file that holds it, where that is another one than usual, as
/// in a hook of a partial commit.
pub fn staged(repository: &Path, index: Option<&Path>) -> Result<TwoStates, GitError> {
    let has_commit = program::commit(repository, "HEAD").is_ok();
    let against = if has_commit { "HEAD" } else { NOTHING };
    Ok(read(&program::staged(repository, index, against)?))
}

/// Reads `:100644 100755 HASH HASH M`, a zero, the path, a zero.
fn read(bytes: &[u8]) -> TwoStates {
    let mut states = TwoStates::default();
    let mut fields = bytes.split(|byte| *byte == 0);
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        if states.files.len() >= MOST_FILES {
            states.is_cut = true;
            break;
        }
        let head = String::from_utf8_lossy(head);
        let mut words = head.trim_start_matches(':').split(' ');
        let (old, new) = (words.next(), words.next());
        let (before, after) = (standing(old, words.next()), standing(new, words.next()));
        if before.is_none() && after.is_none() {
            continue;
        }
        states.files.push(Differing {
            path: String::from_utf8_lossy(path).into_owned(),
            moved_from: None,
            before,
            after,
        });
    }
    pair_moves(&mut states.files);
    states.files.sort();
    states
}

fn standing(mode: Option<&str>, hash: Option<&str>) -> Option<Standing> {
    Some(Standing {
        blob: hash?.to_owned(),
        kind: match mode? {
            "100755" => Kinds::Program,
            "120000" => Kinds::Link,
            "160000" => Kinds::Submodule,
            "100644" => Kinds::File,
            _ => return None,
        },
    })
}

/// Says of each file that came where the same content was that went.
pub(super) fn pair_moves(files: &mut [Differing]) {
    let gone = files.iter().filter(|it| it.after.is_none());
    let mut gone: BTreeMap<Standing, String> = gone
        .filter_map(|it| Some((it.before.clone()?, it.path.clone())))
        .collect();
    for file in files.iter_mut().filter(|it| it.before.is_none()) {
        file.moved_from = file.after.as_ref().and_then(|it| gone.remove(it));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::git::tests::git;

    fn check(states: &TwoStates) -> String {
        let word = |it: &Option<Standing>| {
            it.as_ref()
                .map_or("-".to_owned(), |it| format!("{:?}", it.kind))
        };
        let shown = states.files.iter().map(|it| {
            let from = it.moved_from.iter().map(|it| format!(" from {it}"));
            format!(
                "{}{}: {} => {}",
                it.path,
                from.collect::<String>(),
                word(&it.before),
                word(&it.after)
            )
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_staged_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        std::fs::write(root.join("x"), "x").unwrap();
        std::fs::write(root.join("z"), "z").unwrap();
        if !(git(root, &["init", "-q"]) && git(root, &["add", "."])) {
            println!("skipped: git is not here");
            return;
        }
        insta::assert_snapshot!(check(&staged(root, None).unwrap()), @"
        x: - => File
        z: - => File
        ");
        assert!(git(root, &["commit", "-qm", "one"]));
        assert_eq!(check(&staged(root, None).unwrap()), "");
        std::fs::rename(root.join("x"), root.join("w")).unwrap();
        std::fs::write(root.join("z"), "other").unwrap();
        assert!(git(root, &["add", "-A"]));
        std::fs::write(root.join("n"), "not staged").unwrap();
        insta::assert_snapshot!(check(&staged(root, None).unwrap()), @"
        w from x: - => File
        x: File => -
        z: File => File
        ");
        assert!(staged(&root.join("none"), None).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(prop_oneof![Just(0_u8), Just(b' '), Just(b':'), Just(b'1'), any::<u8>()], 0..60)) {
            read(&bytes);
        }
    }
}
