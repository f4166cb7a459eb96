use super::*;

/// A history with two pull requests beside it: one of two commits, one that is in already.
fn proposing() -> Vec<u8> {
    let mut script = Vec::new();
    commit(&mut script, (ANN, ANN), 1_000, "first\n");
    file(&mut script, "100644", "a.txt", b"one\n");
    script.extend_from_slice(b"reset refs/heads/topic\nfrom refs/heads/main\n\n");
    let start = script.len();
    commit(&mut script, (CY, CY), 2_000, "theirs\n");
    file(&mut script, "100644", "setup.py", b"x\n");
    commit(&mut script, (CY, CY), 3_000, "theirs, again\n");
    file(&mut script, "100644", "a.txt", b"two\n");
    let topic = String::from_utf8(script.split_off(start)).unwrap();
    script.extend_from_slice(topic.replace("heads/main", "heads/topic").as_bytes());
    commit(&mut script, (ANN, ANN), 4_000, "ours\n");
    file(&mut script, "100644", "b.txt", b"b\n");
    script.extend_from_slice(b"reset refs/pull/4/head\nfrom refs/heads/topic\n\n");
    script.extend_from_slice(b"reset refs/pull/2/head\nfrom refs/heads/main\n\n");
    script
}

/// Each proposal with its commits, the newest first: who, and which files.
fn check(root: &Path, proposals: Proposals, kept: Option<Kept>) -> String {
    let wanted = Wanted {
        kept,
        proposals,
        ..Wanted::default()
    };
    let history = read(root, &wanted, &mut ()).unwrap().history;
    let mut text = format!("{} commits\n", history.commits.len());
    for proposed in &history.proposed {
        let cut = if proposed.is_cut { ", cut" } else { "" };
        writeln!(text, "{:?}{cut}", proposed.pull).unwrap();
        for commit in &proposed.commits {
            let name = &history.actors[commit.author.0 as usize].name;
            let paths = commit.changes.iter();
            let paths: Vec<&str> = paths
                .map(|it| history.paths[it.path as usize].as_str())
                .collect();
            writeln!(text, "  {name} {}", paths.join(" ")).unwrap();
        }
    }
    text
}

#[test]
fn what_is_proposed_is_read_beside_the_history() {
    let place = tempfile::tempdir().unwrap();
    let (root, home) = (place.path().join("root"), place.path().join("home"));
    if !import(&root, &proposing()) {
        return;
    }
    let pulls = check(&root, Proposals::Pulls, None);
    insta::assert_snapshot!(pulls, @r"
    2 commits
    Some(2)
    Some(4)
      Cy D a.txt
      Cy D setup.py
    ");
    assert_eq!(check(&root, Proposals::None, None), "2 commits\n");
    // What is kept is the history alone, and does not change what is read beside it.
    let keep = || Kept::new(&Home::new(&home), &Key::new([1; 32]), &root);
    assert_eq!(check(&root, Proposals::Pulls, Some(keep())), pulls);
    assert_eq!(check(&root, Proposals::Pulls, Some(keep())), pulls);
    assert_eq!(check(&root, Proposals::None, Some(keep())), "2 commits\n");
    let repository = Repository::open(&root).unwrap();
    let topic = repository.commit_of("refs/heads/topic").unwrap();
    let main = repository.commit_of("refs/heads/main").unwrap();
    insta::assert_snapshot!(check(&root, Proposals::Commits(vec![topic, main]), None), @r"
    2 commits
    None
      Cy D a.txt
      Cy D setup.py
    None
    ");
}

#[test]
fn what_is_missing_of_a_proposal_is_said() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("root");
    if !import(&root, &proposing()) {
        return;
    }
    // The first commit of the proposal goes away.
    let middle = asked(&root, &["rev-parse", "refs/heads/topic~1"]);
    let (folder, name) = middle.trim().split_at(2);
    let object = root.join("objects").join(folder).join(name);
    if std::fs::remove_file(&object).is_err() {
        println!("skipped: git packed what was to be removed");
        return;
    }
    insta::assert_snapshot!(check(&root, Proposals::Pulls, None), @r"
    2 commits
    Some(2)
    Some(4), cut
      Cy D 
    ");
}
