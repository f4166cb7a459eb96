use super::*;

/// Puts an object into a repository that git itself would refuse; gives its hash.
fn object(root: &Path, kind: &str, content: &[u8]) -> String {
    let mut child = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(["hash-object", "-w", "--literally", "--stdin", "-t", kind])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(content).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn bytes_of(hash: &str) -> Vec<u8> {
    (0..hash.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hash[at..at + 2], 16).unwrap())
        .collect()
}

/// The content of a tree.
fn tree(entries: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut content = Vec::new();
    for (mode, name, hash) in entries {
        content.extend_from_slice(format!("{mode} {name}\0").as_bytes());
        content.extend(bytes_of(hash));
    }
    content
}

fn point(root: &Path, hash: &str) {
    std::fs::write(root.join("HEAD"), format!("{hash}\n")).unwrap();
}

fn gaps(root: &Path) -> String {
    counted(&reading(root, None).history)
}

fn counted(history: &History) -> String {
    let changes: usize = history.commits.iter().map(|it| it.changes.len()).sum();
    let gaps = format!("{:?}", history.gaps);
    let told: Vec<&str> = gaps
        .trim_start_matches("Gaps { ")
        .trim_end_matches(" }")
        .split(", ")
        .filter(|it| !it.ends_with(": 0") && !it.ends_with(": false"))
        .collect();
    format!(
        "commits {} changes {changes} {}",
        history.commits.len(),
        told.join(" ")
    )
}

fn empty(place: &Path) -> Option<std::path::PathBuf> {
    let root = place.join("root");
    import(&root, b"").then_some(root)
}

#[test]
fn what_a_clone_lacks_is_counted() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("root");
    if !import(&root, &laboratory()) {
        return;
    }
    assert!(git(&root, &["config", "uploadpack.allowFilter", "true"]));
    let address = format!("file://{}", root.display());
    let cloned = |name: &str, how: &str| {
        let target = place.path().join(name);
        let to = target.display().to_string();
        assert!(git(
            place.path(),
            &["clone", "-q", "--bare", how, &address, &to]
        ));
        gaps(&target)
    };
    insta::assert_snapshot!(cloned("shallow", "--depth=2"), @"commits 3 changes 0 missing_commits: 1 is_shallow: true");
    insta::assert_snapshot!(cloned("blobless", "--filter=blob:none"), @"commits 5 changes 15 missing_blobs: 9");
    insta::assert_snapshot!(cloned("treeless", "--filter=tree:0"), @"commits 5 changes 0 missing_trees: 7");
}

#[test]
fn broken_objects_are_counted() {
    let place = tempfile::tempdir().unwrap();
    let Some(root) = empty(place.path()) else {
        return;
    };
    let blob = object(&root, "blob", b"x\n");
    let gone = "2222222222222222222222222222222222222222";
    let torn = object(&root, "tree", &tree(&[("100644", "a", &blob)])[..20]);
    let odd = object(
        &root,
        "tree",
        &tree(&[
            ("100644", "a", &blob),
            ("100644", "b", gone),
            ("40000", "c", gone),
            ("40000", "d", &torn),
            ("40000", "e", &blob),
        ]),
    );
    let no_commit = object(&root, "commit", b"nonsense");
    let head = object(&root, "commit", format!("tree {odd}\nparent {no_commit}\nparent {gone}\nauthor x\ncommitter B <a> 99999999999999 +0000\n\nx").as_bytes());
    let root_commit = object(
        &root,
        "commit",
        &[
            format!("tree {odd}\nauthor ").as_bytes(),
            b"\xff <a> 253402214400 +0000\ncommitter A <a> 253402207200 +0000\n\nx",
        ]
        .concat(),
    );
    point(&root, &head);
    insta::assert_snapshot!(gaps(&root), @"commits 1 changes 0 missing_commits: 1 broken_commits: 1 broken_times: 2");
    point(&root, &root_commit);
    insta::assert_snapshot!(gaps(&root), @"commits 1 changes 2 missing_trees: 1 broken_trees: 2 missing_blobs: 1 broken_times: 1 broken_names: 1");
    point(&root, &no_commit);
    insta::assert_snapshot!(gaps(&root), @"commits 0 changes 0 broken_commits: 1");
    point(&root, gone);
    let nothing = read(&root, &Wanted::default(), &mut ());
    assert!(matches!(nothing, Err(RepositoryError::NoCommit { .. })));
}

#[test]
fn trees_without_end_are_cut() {
    let place = tempfile::tempdir().unwrap();
    let Some(root) = empty(place.path()) else {
        return;
    };
    let blob = object(&root, "blob", b"x\n");
    // Deeper than anybody goes.
    let mut deep = object(&root, "tree", &tree(&[("100644", "f", &blob)]));
    for _ in 0..200 {
        deep = object(&root, "tree", &tree(&[("40000", "d", &deep)]));
    }
    // Eight to the tenth files in eleven objects.
    let names: Vec<String> = (0..8).map(|it| format!("n{it}")).collect();
    let mut wide = blob;
    for level in 0..10 {
        let mode = if level == 0 { "100644" } else { "40000" };
        let entries: Vec<_> = names
            .iter()
            .map(|name| (mode, name.as_str(), wide.as_str()))
            .collect();
        wide = object(&root, "tree", &tree(&entries));
    }
    let commit =
        |tree: &str| format!("tree {tree}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nx");
    let head = object(&root, "commit", commit(&deep).as_bytes());
    point(&root, &head);
    insta::assert_snapshot!(gaps(&root), @"commits 1 changes 0 cut_commits: 1");
    let head = object(&root, "commit", commit(&wide).as_bytes());
    point(&root, &head);
    let history = read(&root, &Wanted::default(), &mut ()).unwrap().history;
    insta::assert_snapshot!(counted(&history), @"commits 1 changes 400000 cut_commits: 1");
}

#[test]
fn many_references_and_replacements() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("root");
    if !import(&root, &random(3)) {
        return;
    }
    let head = asked(&root, &["rev-parse", "main"]).trim().to_owned();
    let first = asked(&root, &["rev-parse", "main~2"]).trim().to_owned();
    let mut packed = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    let mut lines: Vec<String> = (1..=20_000)
        .map(|it| format!("{head} refs/pull/{it}/head\n"))
        .collect();
    lines.extend((1..=20_000).map(|it| format!("{head} refs/pull/{it}/merge\n")));
    lines.push(format!("{first} refs/replace/{head}\n"));
    lines.push(format!("{head} refs/pull/99999999999/head\n"));
    lines.sort_by_key(|it| it[41..].to_owned());
    packed.extend(lines);
    std::fs::write(root.join("packed-refs"), packed).unwrap();
    std::fs::write(root.join("HEAD"), format!("{head}\n")).unwrap();
    let history = reading(&root, None).history;
    assert_eq!(
        (
            history.commits.len(),
            history.pulls.len(),
            history.gaps.replacements
        ),
        (3, 20_000, 1)
    );
}
