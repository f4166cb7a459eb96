use std::{fmt::Write as _, path::Path, process::Command};

use super::*;

/// Runs git in a directory, for making repositories to look at; says whether it is there and succeeded.
pub(crate) fn git(directory: &Path, arguments: &[&str]) -> bool {
    let status = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(["-c", "user.name=Lab", "-c", "user.email=lab@example.org"])
        .args([
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        ])
        .args([
            "-c",
            "uploadpack.allowFilter=true",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(arguments)
        .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
        .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// A repository with two commits, a plain tag, one with a message, and one of that.
fn laboratory(root: &Path) -> bool {
    std::fs::create_dir_all(root.join("docs")).unwrap();
    std::fs::write(root.join("docs/a.txt"), "first").unwrap();
    let first = git(root, &["init", "-q"])
        && git(root, &["add", "."])
        && git(root, &["commit", "-qm", "first"])
        && git(root, &["tag", "v1.0"]);
    std::fs::write(root.join("docs/a.txt"), "second").unwrap();
    std::fs::write(root.join("b.txt"), "b").unwrap();
    first
        && git(root, &["add", "."])
        && git(root, &["commit", "-qm", "second"])
        && git(
            root,
            &[
                "tag",
                "-a",
                "v2.0",
                "-m",
                "two\n\n-----BEGIN SSH SIGNATURE-----\nx\n-----END SSH SIGNATURE-----",
            ],
        )
        && git(root, &["tag", "-a", "v2.0.1", "-m", "again", "v2.0"])
        && git(root, &["tag", "tree", "HEAD^{tree}"])
}

fn check(path: &Path) -> String {
    let repository = match Repository::open(path) {
        Ok(repository) => repository,
        Err(error) => return error.to_string().replace(&*path.to_string_lossy(), "PATH"),
    };
    let mut shown = String::new();
    let tags = repository.tags().unwrap();
    for tag in &tags.items {
        let Tag {
            name,
            commit,
            tagged,
            committed,
            is_annotated,
            is_signed,
        } = tag;
        let commit = commit.as_ref().map_or("-", |it| &it.as_str()[..4]);
        let _ = writeln!(
            shown,
            "{name} {commit} tagged {tagged:?} committed {committed:?} annotated {is_annotated} signed {is_signed}"
        );
    }
    let _ = writeln!(shown, "missing {} broken {}", tags.missing, tags.broken);
    let Ok(head) = repository.head() else {
        return shown + "no head";
    };
    let commits = repository.commits(&head, None);
    let ids: Vec<&str> = commits
        .items
        .iter()
        .map(|it| &it.id.as_str()[..4])
        .collect();
    let _ = writeln!(
        shown,
        "commits {ids:?} missing {} broken {}",
        commits.missing, commits.broken
    );
    let files = repository.files(&head);
    let paths: Vec<&str> = files.items.iter().map(|it| it.path.as_str()).collect();
    let _ = writeln!(
        shown,
        "files {paths:?} missing {} broken {}",
        files.missing, files.broken
    );
    let look = |path: &str| match repository.file(&head, path, 100) {
        Lookup::Content(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        other => format!("{other:?}"),
    };
    let looked = ["docs/a.txt", "docs", "docs/none", "b.txt/x", ""].map(look);
    let _ = write!(shown, "{looked:?} shallow {}", repository.is_shallow());
    shown
}

#[test]
fn a_history_is_read_from_checkouts_mirrors_and_parts_of_them() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("lab");
    if !laboratory(&root) {
        println!("skipped: no git");
        return;
    }
    let whole = check(&root);
    insta::assert_snapshot!(whole, @r#"
    tree - tagged None committed None annotated false signed false
    v1.0 4e9a tagged None committed Some(2026-01-02T03:04:05Z) annotated false signed false
    v2.0 5950 tagged Some(2026-01-02T03:04:05Z) committed Some(2026-01-02T03:04:05Z) annotated true signed true
    v2.0.1 5950 tagged Some(2026-01-02T03:04:05Z) committed Some(2026-01-02T03:04:05Z) annotated true signed true
    missing 0 broken 0
    commits ["5950", "4e9a"] missing 0 broken 0
    files ["b.txt", "docs/a.txt"] missing 0 broken 0
    ["second", "None", "None", "None", "None"] shallow false
    "#);
    let mirror = place.path().join("mirror.git");
    let address = format!("file://{}", root.display());
    let target = mirror.to_string_lossy().into_owned();
    assert!(git(
        place.path(),
        &["clone", "-q", "--mirror", &address, &target]
    ));
    // A mirror without any configuration, as backups have them.
    std::fs::remove_file(mirror.join("config")).unwrap();
    assert_eq!(check(&mirror), whole);
    let shallow = place.path().join("shallow");
    let target = shallow.to_string_lossy().into_owned();
    assert!(git(
        place.path(),
        &["clone", "-q", "--depth=1", &address, &target]
    ));
    insta::assert_snapshot!(check(&shallow), @r#"
    tree - tagged None committed None annotated false signed false
    v2.0 5950 tagged Some(2026-01-02T03:04:05Z) committed Some(2026-01-02T03:04:05Z) annotated true signed true
    v2.0.1 5950 tagged Some(2026-01-02T03:04:05Z) committed Some(2026-01-02T03:04:05Z) annotated true signed true
    missing 0 broken 0
    commits ["5950"] missing 1 broken 0
    files ["b.txt", "docs/a.txt"] missing 0 broken 0
    ["second", "None", "None", "None", "None"] shallow true
    "#);
    // Said by the repository itself: not every git hands down what its own command line says.
    assert!(git(&root, &["config", "uploadpack.allowFilter", "true"]));
    let partial = place.path().join("partial");
    let target = partial.to_string_lossy().into_owned();
    let filter = [
        "clone",
        "-q",
        "--bare",
        "--filter=blob:none",
        &address,
        &target,
    ];
    assert!(git(place.path(), &filter));
    insta::assert_snapshot!(check(&partial).lines().next_back().unwrap(), @r#"["Missing", "None", "None", "None", "None"] shallow false"#);
}

#[test]
fn nothing_of_a_repository_decides_how_it_is_read() {
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("lab");
    if !laboratory(&root) {
        println!("skipped: no git");
        return;
    }
    let whole = check(&root);
    assert!(git(&root, &["replace", "v2.0^{commit}", "v1.0"]));
    std::fs::write(
        root.join(".git/config"),
        "[core]\n\tfsmonitor = touch /tmp/never\n\trepositoryformatversion = 0\n[include]\n\tpath = /etc/passwd\n",
    )
    .unwrap();
    assert_eq!(check(&root), whole);
}

#[test]
fn what_is_no_repository_or_broken_is_told() {
    let place = tempfile::tempdir().unwrap();
    let none = check(place.path());
    assert!(
        none.starts_with("cannot open the repository `PATH`"),
        "{none}"
    );
    let root = place.path().join("lab");
    if !laboratory(&root) {
        println!("skipped: no git");
        return;
    }
    // Every object file is cut to half of its length.
    let mut left = vec![root.join(".git/objects")];
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            }
        }
    }
    insta::assert_snapshot!(check(&root), @r"
    tree - tagged None committed None annotated false signed false
    v1.0 - tagged None committed None annotated false signed false
    v2.0 - tagged None committed None annotated false signed false
    v2.0.1 - tagged None committed None annotated false signed false
    missing 0 broken 4
    no head
    ");
    std::fs::write(root.join(".git/HEAD"), "\u{0}nonsense").unwrap();
    check(&root);
}
