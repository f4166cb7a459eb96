use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

use bartizan_model::Timestamp;
use bartizan_people::{
    Key,
    corrections::Corrections,
    history::{Commit, ContentKind, Lines},
    identity,
    mailmap::Mailmap,
};

use super::{objects::object_id, *};
use crate::{git::tests::git, home::Home};

mod hostile;
mod kept;
mod moved;
mod proposals;

/// Makes a bare repository of what `git fast-import` reads; says whether git is there.
pub(super) fn import(root: &Path, script: &[u8]) -> bool {
    std::fs::create_dir_all(root).unwrap();
    if !git(root, &["init", "-q", "--bare"]) {
        println!("skipped: git is not here");
        return false;
    }
    grow(root, script);
    true
}

/// Puts more into a repository.
fn grow(root: &Path, script: &[u8]) {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Where it stops early, what it says tells more than a torn pipe.
    drop(child.stdin.take().unwrap().write_all(script));
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// What git answers.
fn asked(root: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["-c", "core.quotePath=false"])
        .args(arguments)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The begin of a commit in a script.
pub(super) fn commit(script: &mut Vec<u8>, who: (&str, &str), seconds: u64, message: &str) {
    let (author, committer) = who;
    let length = message.len();
    write!(script, "commit refs/heads/main\nauthor {author} {seconds} +0100\ncommitter {committer} {seconds} +0000\ndata {length}\n{message}\n").unwrap();
}

pub(super) fn file(script: &mut Vec<u8>, mode: &str, path: &str, content: &[u8]) {
    write!(script, "M {mode} inline {path}\ndata {}\n", content.len()).unwrap();
    script.extend_from_slice(content);
    script.push(b'\n');
}

pub(super) const ANN: &str = "Ann B <ann@example.org>";
pub(super) const CY: &str = "Cy D <cy@example.org>";

/// A history with most of what there may be.
fn laboratory() -> Vec<u8> {
    let mut script = Vec::new();
    commit(&mut script, (ANN, ANN), 1_000, "first\n");
    file(&mut script, "100644", "a.txt", b"one\ntwo\nthree\n");
    file(&mut script, "100644", "dir/b.txt", b"same\n");
    file(&mut script, "100644", "bin", b"a\0b");
    file(&mut script, "120000", "link", b"a.txt");
    file(
        &mut script,
        "100644",
        ".mailmap",
        b"Ann Proper <ann@new.example> <ann@example.org>\n",
    );
    commit(
        &mut script,
        (ANN, CY),
        2_000,
        "second (#7)\n\nCo-authored-by: Ed F <ed@example.org>\n",
    );
    file(&mut script, "100644", "a.txt", b"one\n2\nthree\nfour");
    file(&mut script, "100755", "bin", b"a\0c");
    script.extend_from_slice(b"D dir/b.txt\n");
    file(&mut script, "100644", "moved/b.txt", b"same\n");
    file(
        &mut script,
        "100644",
        "a",
        b"sorts before the folder and the dot\n",
    );
    script.extend_from_slice(b"reset refs/heads/side\nfrom refs/heads/main\n\n");
    commit(&mut script, (CY, CY), 3_000, "third\n");
    script
        .extend_from_slice(b"M 100755 inline a\ndata 36\nsorts before the folder and the dot\n\n");
    script.extend_from_slice(b"M 160000 1111111111111111111111111111111111111111 sub\n");
    script.extend_from_slice(b"D link\n");
    let start = script.len();
    commit(&mut script, (ANN, ANN), 2_500, "beside\n");
    let beside = String::from_utf8(script.split_off(start)).unwrap();
    script.extend_from_slice(beside.replace("heads/main", "heads/side").as_bytes());
    file(&mut script, "100644", "a/b", b"a folder where a file was\n");
    commit(
        &mut script,
        (CY, CY),
        4_000,
        "Merge pull request #3 from ann-b/side\n\nbeside\n",
    );
    script.extend_from_slice(b"merge refs/heads/side\n");
    file(&mut script, "100644", "a/b", b"a folder where a file was\n");
    script.extend_from_slice(
        b"tag v1\nfrom refs/heads/main\ntagger Tag G <tag@example.org> 5000 +0000\ndata 4\none\n\n",
    );
    script.extend_from_slice(b"reset refs/tags/light\nfrom refs/heads/main\n\n");
    script.extend_from_slice(b"reset refs/pull/3/head\nfrom refs/heads/side\n\n");
    script.extend_from_slice(b"commit refs/pull/7/head\ncommitter A <a@x> 1 +0000\ndata 1\nx\n\n");
    script.extend_from_slice(b"commit refs/pull/9/head\ncommitter A <a@x> 2 +0000\ndata 1\ny\n\n");
    script
}

fn reading(root: &Path, kept: Option<Kept>) -> Reading {
    let wanted = Wanted {
        lines: true,
        kept,
        ..Wanted::default()
    };
    read(root, &wanted, &mut ()).unwrap()
}

/// The changes of a commit as `git log --numstat` writes them.
fn numstat(history: &History, commit: &Commit) -> String {
    let mut shown = String::new();
    for change in &commit.changes {
        let path = &history.paths[change.path as usize];
        let _ = match change.lines {
            Lines::Counted { added, removed } => writeln!(shown, "{added}\t{removed}\t{path}"),
            Lines::Binary => writeln!(shown, "-\t-\t{path}"),
            other => writeln!(shown, "{other:?}\t{path}"),
        };
    }
    shown
}

/// All of the history, commit by commit.
fn told(history: &History) -> String {
    let mut shown = String::new();
    let name = |actor: u32| history.actors[actor as usize].name.clone();
    for commit in &history.commits {
        let _ = write!(
            shown,
            "{} by {} via {} parents {} {:?}",
            commit.committer.1.map_or(-1, Timestamp::as_second),
            name(commit.author.0),
            name(commit.committer.0),
            commit.parents.len(),
            commit.signature
        );
        for (credit, actor) in &commit.credits {
            let _ = write!(shown, " {credit:?} {}", name(*actor));
        }
        if let Some(pull) = &commit.pull {
            let _ = write!(shown, " pull {} of {:?}", pull.number, pull.login);
        }
        let _ = writeln!(shown, "\n{}", numstat(history, commit).trim_end());
        for change in commit.changes.iter().filter(|it| it.renamed_from.is_some()) {
            let from = &history.paths[change.renamed_from.unwrap() as usize];
            let _ = writeln!(
                shown,
                "moved {from} to {}",
                history.paths[change.path as usize]
            );
        }
    }
    for tag in &history.tags {
        let _ = writeln!(
            shown,
            "tag {} by {} {:?}",
            tag.name,
            name(tag.tagger.unwrap().0),
            tag.signature
        );
    }
    for pull in &history.pulls {
        let _ = writeln!(shown, "pull {} {:?}", pull.number, pull.merged);
    }
    let _ = write!(shown, "{:?}", history.gaps);
    shown
}

/// What git says of the same commits: their hash, and numbers of lines with paths.
fn by_git(root: &Path) -> Vec<(String, String)> {
    let log = asked(
        root,
        &[
            "log",
            "--format=%x01%H",
            "--numstat",
            "--no-renames",
            "--minimal",
            "--no-merges",
        ],
    );
    let commits = log
        .split('\u{1}')
        .skip(1)
        .map(|it| it.split_once('\n').unwrap());
    let lines = |text: &str| {
        let mut lines: Vec<&str> = text.lines().filter(|it| !it.is_empty()).collect();
        lines.sort_by_key(|it| it.rsplit('\t').next().unwrap().to_owned());
        lines.join("\n")
    };
    let mut commits: Vec<_> = commits
        .map(|(id, text)| (id.to_owned(), lines(text)))
        .collect();
    commits.sort();
    commits
}

/// The same of ours.
fn by_us(history: &History) -> Vec<(String, String)> {
    let hex = |commit: &Commit| {
        let digits = commit.id.iter().map(|it| format!("{it:02x}"));
        digits.collect::<Vec<_>>().concat()
    };
    let lines = |commit: &Commit| {
        let text = numstat(history, commit);
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_by_key(|it| it.rsplit('\t').next().unwrap().to_owned());
        lines.join("\n")
    };
    let plain = history.commits.iter().filter(|it| !it.is_merge());
    let mut commits: Vec<_> = plain.map(|it| (hex(it), lines(it))).collect();
    commits.sort();
    commits
}

#[test]
fn a_history_with_most_of_what_there_may_be() {
    let place = tempfile::tempdir().unwrap();
    if !import(place.path(), &laboratory()) {
        return;
    }
    let reading = reading(place.path(), None);
    let history = &reading.history;
    insta::assert_snapshot!(told(history).replace('\t', " "), @r#"
    4000 by Cy D via Cy D parents 2 None pull 3 of Some("ann-b")

    3000 by Cy D via Cy D parents 1 None
    0 0 a
    0 1 link
    1 0 sub
    2500 by Ann B via Ann B parents 1 None
    0 1 a
    1 0 a/b
    2000 by Ann B via Cy D parents 1 None CoAuthored Ed F pull 7 of None
    1 0 a
    2 1 a.txt
    - - bin
    0 1 dir/b.txt
    1 0 moved/b.txt
    moved dir/b.txt to moved/b.txt
    1000 by Ann B via Ann B parents 0 None
    1 0 .mailmap
    3 0 a.txt
    - - bin
    1 0 dir/b.txt
    1 0 link
    tag v1 by Tag G None
    pull 3 ByHead
    pull 7 BySubject
    pull 9 Unseen
    Gaps { missing_commits: 0, broken_commits: 0, missing_trees: 0, broken_trees: 0, missing_blobs: 0, broken_blobs: 0, broken_times: 0, broken_names: 0, replacements: 0, cut_commits: 0, is_cut_short: false, is_shallow: false }
    "#);
    assert_eq!(by_us(history), by_git(place.path()));
    let mailmap = Mailmap::read(history.mailmap.as_deref().unwrap());
    let persons = identity::persons(
        &history.actors,
        &mailmap,
        &Corrections::default(),
        &Key::new([1; 32]),
    );
    let names: Vec<&str> = persons.persons.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Ann Proper", "Cy D", "Ed F", "Tag G"]);
    let submodule = history
        .commits
        .iter()
        .flat_map(|it| &it.changes)
        .find_map(|it| it.new.filter(|it| it.kind == ContentKind::Submodule));
    assert!(submodule.is_some());
    let only_trees = read(place.path(), &Wanted::default(), &mut ())
        .unwrap()
        .history;
    let is_same = |(one, other): (&Commit, &Commit)| {
        one.id == other.id && one.changes.len() == other.changes.len()
    };
    assert!(only_trees.commits.iter().zip(&history.commits).all(is_same));
}

/// Numbers below others, the same each time.
fn dice(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed;
    move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

/// A history of random edits of a few files, the same each time.
fn random(commits: u64) -> Vec<u8> {
    let mut next = dice(7);
    let mut files: Vec<Vec<String>> = vec![Vec::new(); 6];
    let mut script = Vec::new();
    for number in 0..commits {
        commit(&mut script, (ANN, ANN), 1_000 + number / 2, "x\n");
        for _ in 0..=next(3) {
            let at = usize::try_from(next(6)).unwrap();
            let lines = &mut files[at];
            for _ in 0..next(40) {
                let place = usize::try_from(next(lines.len() as u64 + 1)).unwrap();
                if next(3) == 0 && place < lines.len() {
                    lines.remove(place);
                } else {
                    lines.insert(place, format!("{}\n", next(30)));
                }
            }
            let mut text = lines.concat();
            if next(4) == 0 {
                text.push_str("no end");
            }
            file(
                &mut script,
                "100644",
                &format!("d{}/f{at}", at % 2),
                text.as_bytes(),
            );
        }
    }
    script
}

#[test]
fn lines_are_counted_as_git_counts_them() {
    let place = tempfile::tempdir().unwrap();
    if import(place.path(), &random(150)) {
        let history = reading(place.path(), None).history;
        assert_eq!(by_us(&history), by_git(place.path()));
    }
}
