use super::*;

fn keep(home: &Path, root: &Path) -> Kept {
    Kept::new(&Home::new(home), &Key::new([1; 32]), root)
}

fn files(home: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(home.join("people/histories")).unwrap();
    entries.map(|it| it.unwrap().path()).collect()
}

#[test]
fn what_was_kept_gives_the_same_history() {
    let place = tempfile::tempdir().unwrap();
    let (root, home) = (place.path().join("root"), place.path().join("home"));
    if !import(&root, &laboratory()) {
        return;
    }
    let again = || reading(&root, Some(keep(&home, &root)));
    let cold = reading(&root, None);
    let first = again();
    assert_eq!((first.recalled, &first.history), (0, &cold.history));
    let second = again();
    assert_eq!((second.recalled, &second.history), (5, &cold.history));
    // Without lines first, and then with.
    let other = place.path().join("other");
    let wanted = Wanted {
        lines: false,
        kept: Some(keep(&other, &root)),
        ..Wanted::default()
    };
    read(&root, &wanted, &mut ()).unwrap();
    let with_lines = reading(&root, Some(keep(&other, &root)));
    assert_eq!(
        (with_lines.recalled, &with_lines.history),
        (5, &cold.history)
    );
    // More commits, and another past.
    let mut more = Vec::new();
    commit(
        &mut more,
        ("New One <new@example.org>", CY),
        6_000,
        "more\n",
    );
    more.extend_from_slice(b"from refs/heads/main^0\n");
    file(&mut more, "100644", "0-new", b"new\n");
    grow(&root, &more);
    let grown = again();
    assert_eq!(
        (grown.recalled, &grown.history),
        (5, &reading(&root, None).history)
    );
    assert!(git(
        &root,
        &["update-ref", "refs/heads/main", "refs/heads/side"]
    ));
    let back = again();
    assert_eq!(
        (back.recalled, &back.history),
        (3, &reading(&root, None).history)
    );
}

#[test]
fn what_was_cut_short_is_gone_on_with() {
    let place = tempfile::tempdir().unwrap();
    let (root, home) = (place.path().join("root"), place.path().join("home"));
    if !import(&root, &laboratory()) {
        return;
    }
    let wanted = Wanted {
        lines: true,
        kept: Some(keep(&home, &root)),
        proposals: Proposals::None,
    };
    let cut = read_within(&root, &wanted, Duration::ZERO, &mut ()).unwrap();
    assert!(cut.history.gaps.is_cut_short && cut.history.commits.is_empty());
    let whole = read(&root, &wanted, &mut ()).unwrap().history;
    assert_eq!(whole, reading(&root, None).history);
    // Everything is known then but what was to be compared and counted.
    let mut trees_only = whole.clone();
    for commit in &mut trees_only.commits {
        commit.changes.clear();
        commit.gaps.is_uncompared = !commit.is_merge();
    }
    keep(&home, &root).write(&trees_only);
    let cut = read_within(&root, &wanted, Duration::ZERO, &mut ()).unwrap();
    assert!(cut.history.gaps.is_cut_short);
    keep(&home, &root).write(&trees_only);
    assert_eq!(read(&root, &wanted, &mut ()).unwrap().history, whole);
}

#[test]
fn no_name_and_no_address_is_kept() {
    let place = tempfile::tempdir().unwrap();
    let (root, home) = (place.path().join("root"), place.path().join("home"));
    if !import(&root, &laboratory()) {
        return;
    }
    reading(&root, Some(keep(&home, &root)));
    for path in files(&home) {
        let kept = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
        for word in ["example", "Ann B", "Cy D", "Ed F", "Tag G", "ann@"] {
            assert!(!kept.contains(word), "{word}");
        }
        assert!(kept.contains("dir/b.txt"));
    }
}

#[test]
fn what_is_damaged_is_read_again() {
    let place = tempfile::tempdir().unwrap();
    let (root, home) = (place.path().join("root"), place.path().join("home"));
    if !import(&root, &laboratory()) {
        return;
    }
    let cold = reading(&root, Some(keep(&home, &root))).history;
    let path = files(&home).remove(0);
    let whole = std::fs::read(&path).unwrap();
    for damaged in [
        whole[..whole.len() / 2].to_vec(),
        Vec::new(),
        [&whole[..40], &b"?"[..], &whole[41..]].concat(),
        [b"BTZPAST\x00", &whole[8..]].concat(),
    ] {
        std::fs::write(&path, damaged).unwrap();
        let reading = reading(&root, Some(keep(&home, &root)));
        assert_eq!((reading.recalled, &reading.history), (0, &cold));
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }
    // The file of another repository under this one's name: none of its commits is named here.
    let other = place.path().join("other");
    assert!(import(&other, &random(5)));
    reading(&other, Some(keep(&place.path().join("elsewhere"), &other)));
    std::fs::copy(files(&place.path().join("elsewhere")).remove(0), &path).unwrap();
    assert_eq!(reading(&root, Some(keep(&home, &root))).history, cold);
}
